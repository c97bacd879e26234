# SPDX-License-Identifier: MIT
# --ns PID: acting in the IPC namespace of another process
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/states; common_setup; }
teardown() { common_teardown; }

elsewhere()
{
    [ "$(readlink /proc/self/ns/ipc)" != "$(readlink "/proc/$1/ns/ipc")" ]
}

# a process in a namespace of its own, its pid in there
elsewhere_starts()
{
    start unshare --ipc sleep 3600
    there=$pid
    wait_until sleeping_as sleep "$there"
    elsewhere "$there"
}

# the same for an ordinary user, who also owns the user namespace around it
user_starts()
{
    needs_nobody
    as_nobody unshare -Ur --ipc true || skip "ordinary users may make no user namespaces here"
    start setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Ur --ipc sleep 3600
    there=$pid
    # its users are known in there only some time after its creation
    wait_until sleeping_as sleep "$there"
    elsewhere "$there"
}

# there_says ID COLUMN - the kernel's value for a segment in that namespace, read from ours
there_says()
{
    nsenter --ipc --target "$there" bash -c "$(declare -f kernels_table kernel_says); kernel_says $1 $2"
}

@test "an applet creates, fills, lists and removes segments in the other namespace, not here" {
    elsewhere_starts
    segment --key 0x11 8K
    here=$id
    prints 0 shmcreate --ns "$there" --key 0x11 5000
    same "size there" 5000 "$(there_says 0 size)"
    noise 5000 >in
    shmwrite --ns "$there" key:0x11 <in
    shmcat -N "$there" 0 | same_bytes in
    same "bytes here" "" "$(shmcat "$here" | tr -d '\0')"
    succeeds shmls --ns "$there" --noheadings --bytes --output id,size
    read -r -a row <<<"$output"
    same "listed" "0 5000" "${row[*]}"
    succeeds shmset --ns "$there" --mode 604 0
    same "mode" 604 "$(there_says 0 perms)"
    succeeds shmstat --ns "$there" --json 0
    same "size in JSON" 5000 "$(jq .sharedmemory[0].size <<<"$output")"
    succeeds shmrm --ns "$there" key:0x11
    same "left there" "" "$(there_says 0 size)"
    exists "$here"
}

@test "shmbox APPLET accepts --ns too" {
    elsewhere_starts
    prints 0 shmbox shmcreate --ns "$there" 4K
    same "size there" 4096 "$(there_says 0 size)"
}

@test "the memory of each segment is that of the other namespace too" {
    elsewhere_starts
    segment 64K
    shmcreate --ns "$there" 64K
    noise 20480 | shmwrite --ns "$there" 0
    succeeds shmls --ns "$there" --json
    same "rss" "$(there_says 0 rss)" "$(jq .sharedmemory[0].rss <<<"$output")"
    same "rss" 20480 "$(jq .sharedmemory[0].rss <<<"$output")"
}

@test "limits are those of the other namespace" {
    elsewhere_starts
    nsenter --ipc --target "$there" sh -c 'echo 77 >/proc/sys/kernel/shmmni'
    succeeds shmlimits --ns "$there" --json
    like "limits" "*77*" "$(jq -c '[.. | numbers]' <<<"$output")"
    nsenter --ipc --target "$there" sh -c 'echo 0 >/proc/sys/kernel/shmmni'
    fails_like 6 "shmcreate: 4K: *all 0 segments*kernel.shmmni*" shmcreate --ns "$there" 4K
}

@test "shmattach holds in the other namespace, and COMMAND runs there" {
    elsewhere_starts
    # shellcheck disable=SC2016 # the inner shell's variables
    prints "0 4096 $(readlink "/proc/$there/ns/ipc")" shmattach --ns "$there" scratch:4K \
        sh -c 'echo $SHM_ID $SHM_SIZE $(readlink /proc/self/ns/ipc)'
    start shmattach --ns "$there" scratch:8K
    wait_until test -s out
    held=$(cat out)
    same "attached there" 1 "$(there_says "$held" nattch)"
    kill "$pid"
    ends_with 0 "$pid"
    same "left there" "" "$(there_says "$held" size)"
}

@test "a holder in the background keeps a segment of the other namespace" {
    elsewhere_starts
    sleep 3600 3>&- &
    owner=$!
    started+=("$owner")
    succeeds shmattach --ns "$there" --background --pid "$owner" scratch:4K
    held=$output
    same "attached there" 1 "$(there_says "$held" nattch)"
    end "$owner"
    gone_there()
    {
        [ -z "$(there_says "$held" size)" ]
    }
    wait_until gone_there
}

@test "root enters a user namespace that an ordinary user created" {
    user_starts
    prints 0 shmcreate --ns "$there" --key 0x22 4K
    same "size there" 4096 "$(there_says 0 size)"
    prints 0 shmls --ns "$there" --ids
    succeeds shmrm --ns "$there" key:0x22
}

@test "an ordinary user enters a user namespace that the same user created" {
    user_starts
    prints 0 as_nobody shmcreate --ns "$there" --key 0x22 4K
    same "owner, seen from here" 65534 "$(there_says 0 uid)"
    # in there that user is root
    succeeds as_nobody shmls --ns "$there" --noheadings --output id,owner
    read -r -a row <<<"$output"
    same "listed" "0 root" "${row[*]}"
    succeeds as_nobody shmwrite --ns "$there" --text theirs 0
    prints theirs as_nobody shmcat --ns "$there" --length 6 key:0x22
    succeeds as_nobody shmrm --ns "$there" 0
    same "left there" "" "$(there_says 0 size)"
}

@test "a process of our own namespace: an applet that only reads reports it, and continues" {
    segment --key 0x33 4K
    for words in "shmls --ids" "shmstat --format %{id}"; do
        # shellcheck disable=SC2086 # several words
        run -0 --separate-stderr $words --ns $$ key:0x33
        same "standard output" "$id" "$output"
        same "standard error" "${words%% *}: PID $$ is in this IPC namespace" "$stderr"
    done
    run -0 --separate-stderr shmreap --ns $$
    same "standard error" "shmreap: PID $$ is in this IPC namespace" "${stderr_lines[0]}"
    run -0 --separate-stderr shmattach --ns $$ scratch:4K true
    same "standard error" "shmattach: PID $$ is in this IPC namespace" "$stderr"
}

@test "a process of our own namespace: an applet that changes or removes refuses, and does nothing" {
    segment 4K
    dead=$(dead_pid)
    kernels_table
    before=("${rows[@]}")
    for words in "shmcreate 4K" "shmcreate --dry-run 4K" "shmwrite --text x $id" "shmpoke $id u8@0=1" "shmrm $id" \
        "shmset --mode 604 $id" "shmwipe $id" "shmreap --remove --idle 0" "shmreap -n --remove --idle 0"; do
        # shellcheck disable=SC2086 # several words
        fails_with 7 "${words%% *}: PID $$ is in this IPC namespace" $words --ns $$
        hints "leave out --ns to act here"
        # shellcheck disable=SC2086
        fails_with 1 "${words%% *}: --ns $dead: no such process" $words --ns "$dead"
    done
    fails_with 7 "shmattach: PID $$ is in this IPC namespace" shmattach --ns $$ --remove "$id"
    kernels_table
    same "the kernel's table" "${before[*]}" "${rows[*]}"
}

@test "no such process: status 1, and the pid is named" {
    none=$(dead_pid)
    fails_with 1 "shmls: --ns $none: no such process" shmls --ns "$none"
    fails_with 1 "shmcreate: --ns $none: no such process" shmcreate --ns "$none" 4K
    fails_with 125 "shmattach: --ns $none: no such process" shmattach --ns "$none" scratch:4K true
    same "segments" "$(<before)" "$(segments)"
}

@test "a namespace of root is not entered by another user: status 4, nothing done" {
    needs_nobody
    elsewhere_starts
    fails_like 4 "shmls: --ns $there: *" as_nobody shmls --ns "$there"
    fails_like 4 "shmcreate: --ns $there: *" as_nobody shmcreate --ns "$there" 4K
    same "segments there" "" "$(there_says 0 size)"
    same "segments here" "$(<before)" "$(segments)"
}

@test "an invalid pid is a usage error" {
    for word in 0 -1 x 99999999999 ""; do
        fails_like 2 "shmls: *" shmls --ns "$word"
    done
    fails_like 2 "shmls: *" shmls --ns
}

@test "the command line is checked before the namespace is entered" {
    fails_like 2 "shmrm: bogus: *" shmrm --ns "$(dead_pid)" bogus
}

@test "options that shmbox answers itself need no namespace" {
    succeeds shmls --ns "$(dead_pid)" --help
    succeeds shmls --ns "$(dead_pid)" --version
}

@test "our own namespace requires no right to enter" {
    needs_nobody
    segment 4K
    # shellcheck disable=SC2016 # the inner shell's variables: it is a process of nobody's
    run -0 --separate-stderr as_nobody sh -c 'shmls --ns "$$" --ids "$1"' sh "$id"
    same "standard output" "$id" "$output"
    like "standard error" "shmls: PID [0-9]* is in this IPC namespace" "$stderr"
}
