# SPDX-License-Identifier: MIT
# the binary alone: its structure, an empty root directory, PID 1
# labels: offline unprivileged

# A root directory with the binary, a link for each applet, and nothing else: no shell, no
# /proc, no /etc. A build that is not static needs its libraries too, and the address
# sanitizer reads its options from a file that it takes for that of /proc.
setup_file()
{
    local applet library
    load ../lib/helper
    export root=$BATS_FILE_TMPDIR/root
    mkdir "$root"
    cp "$SHMBOX_BIN/shmbox" "$root/shmbox"
    for applet in $("$SHMBOX_BIN/shmbox" --list); do
        ln -s shmbox "$root/$applet"
    done
    [ "$SHMBOX_VARIANT" != release ] || return 0
    for library in $(ldd "$root/shmbox" | grep -o '/[^ ]*'); do
        mkdir -p "$root${library%/*}"
        cp -L "$library" "$root$library"
    done
    if [ "$SHMBOX_VARIANT" = dev ]; then
        mkdir -p "$root/proc/self"
        printf 'ASAN_OPTIONS=detect_leaks=0:exitcode=99:log_path=/report\0' >"$root/proc/self/environ"
        ln -s /shmbox "$root/proc/self/exe"
    fi
    if counts_lines; then
        mkdir -p "$root/gcov$SHMBOX_BUILD" # not at its own path: that may be below /shmbox
    fi
}

# "${in_root[@]}" CMD.. is that command there, as PID 1, with this file's segments. Coverage
# is counted in the build directory, so that has to be there.
setup()
{
    load ../lib/helper
    common_setup
    # a background job of this shell ignores SIGINT
    as_pid_1=(env --default-signal unshare --mount --pid --fork --kill-child)
    in_root=("${as_pid_1[@]}" --root="$root")
    if counts_lines; then
        # shellcheck disable=SC2016 # the inner shell's variables
        in_root=("${as_pid_1[@]}" sh -c 'mount --bind "$1" "$2/gcov$1" && root=$2 && shift 2 && GCOV_PREFIX=/gcov exec chroot "$root" "$@"'
            sh "$SHMBOX_BUILD" "$root")
    fi
}

teardown()
{
    common_teardown
    # without /proc/self/maps it warns of functions that do not work: this is no error
    same "sanitizer's errors" "" "$(cat "$root"/report.* 2>/dev/null | grep ERROR:)"
}

needs_a_root()
{
    unshare --mount --pid --fork --root=/ true || skip "may not enter another root directory"
}

# The child of unshare, itself a child of the test, is PID 1: its pid outside is in inner.
has_child()
{
    inner=$(tr -d ' ' <"/proc/$1/task/$1/children")
    [ -n "$inner" ]
}

find_inner()
{
    wait_until has_child "$1"
}

# row CMD.. - succeeds, and its one line of output is in the array row, blanks squeezed
row()
{
    succeeds "$@"
    read -r -a row <<<"$output"
}

# ---- structure ----

@test "the program is position independent; the shipped one is static, and needs no interpreter" {
    run -0 --separate-stderr readelf -hlW "$SHMBOX_BIN/shmbox"
    like "type" "*Type:*DYN*" "$output"
    [ "$SHMBOX_VARIANT" != release ] || {
        same "interpreter" "" "$(grep INTERP <<<"$output")"
        run -0 --separate-stderr file -L "$SHMBOX_BIN/shmbox"
        like "kind" "*static-pie linked*" "$output"
        like "symbols" "*, stripped*" "$output"
    }
}

@test "no part of the program is both writable and executable" {
    run -0 --separate-stderr readelf -lW "$SHMBOX_BIN/shmbox"
    like "stack" "*GNU_STACK*" "$output"
    same "both" "" "$(grep ' RWE ' <<<"$output")"
}

# permissions_at ADDRESS - those of process $pid at ADDRESS, where the program was linked to be
permissions_at()
{
    local range perms offset path start=
    while read -r range perms offset _ _ path; do
        [ "$path" = "$(readlink -f "$SHMBOX_BIN/shmbox")" ] || continue
        [ -n "$start" ] || start=$((0x${range%-*} - 0x$offset))
        if ((start + $1 >= 0x${range%-*} && start + $1 < 0x${range#*-})); then
            echo "$perms"
        fi
    done <"/proc/$pid/maps"
}

@test "relocated data is read-only in a process" {
    local first size
    start shmattach scratch:4K
    wait_until test -s out
    read -r first size < <(readelf -lW "$SHMBOX_BIN/shmbox" | awk '$1 == "GNU_RELRO" { print $3, $6 }')
    same "first byte" r--p "$(permissions_at "$first")"
    same "last byte" r--p "$(permissions_at $((first + size - 1)))"
    kill "$pid"
    ends_with 0 "$pid"
}

@test "every applet is a link to the one binary" {
    succeeds shmbox --list
    [ "${#lines[@]}" -ge 10 ]
    for applet in "${lines[@]}"; do
        [ "$SHMBOX_BIN/$applet" -ef "$SHMBOX_BIN/shmbox" ]
    done
}

# ---- an empty root ----

@test "in an empty root it creates, writes, reads, changes, describes and removes" {
    needs_a_root
    succeeds "${in_root[@]}" /shmcreate --key 0x5432 5000
    id=$output
    same "size" 5000 "$(kernel_says "$id" size)"
    noise 5000 >in
    "${in_root[@]}" /shmwrite key:0x5432 <in
    "${in_root[@]}" /shmcat "$id" | same_bytes in
    succeeds "${in_root[@]}" /shmwrite --text X --offset -1 "$id"
    prints X "${in_root[@]}" /shmcat --offset 4999 "$id"
    owner=12:34 # which no user namespace of an ordinary user knows
    [ "$SHMBOX_PRIVATE_IPC" = 1 ] || owner=0:0
    succeeds "${in_root[@]}" /shmset --mode 604 --owner "$owner" "$id"
    row "${in_root[@]}" /shmls --noheadings --bytes --output id,key,perms,size,uid,gid "$id"
    same "listed" "$id 0x00005432 rw----r-- 5000 ${owner/:/ }" "${row[*]}"
    succeeds "${in_root[@]}" /shmstat --json "$id"
    same "size in JSON" 5000 "$(jq .sharedmemory[0].size <<<"$output")"
    succeeds "${in_root[@]}" /shmrm "$id"
    fails_with 3 "shmcat: $id: no such segment" "${in_root[@]}" /shmcat "$id"
}

@test "in an empty root one file suffices for all applets" {
    needs_a_root
    succeeds "${in_root[@]}" /shmbox shmcreate 4K
    id=$output
    succeeds "${in_root[@]}" /shmbox write --text hello "$id"
    prints hello "${in_root[@]}" /shmbox cat --length 5 "$id"
    succeeds "${in_root[@]}" /shmbox rm "$id"
}

@test "in an empty root facts from /proc are unknown, not empty" {
    needs_a_root
    segment 4K
    noise 4096 | shmwrite "$id"
    row "${in_root[@]}" /shmls --noheadings --output owner,rss,swap,nattch "$id"
    same "listed" "0 ? ? 0" "${row[*]}"
    succeeds "${in_root[@]}" /shmls --json "$id"
    same "in JSON" "[null,null,0]" "$(jq -c '.sharedmemory[0] | [.rss, .swap, .nattch]' <<<"$output")"
    prints "?" "${in_root[@]}" /shmstat --format '%{rss}' "$id"
    # the creator has exited, or is in an invisible PID namespace: its state is unknown
    row "${in_root[@]}" /shmls --noheadings --output command "$id"
    [[ ${row[0]} == [?-] ]]
}

@test "in an empty root the table has no empty cell" {
    needs_a_root
    segment 4K
    succeeds "${in_root[@]}" /shmls
    read -r -a heading <<<"${lines[0]}"
    for line in "${lines[@]}"; do
        read -r -a row <<<"$line"
        same "cells" "${#heading[@]}" "${#row[@]}"
    done
    succeeds "${in_root[@]}" /shmstat "$id"
    same "without a value" "" "$(grep -E ':[[:space:]]*$' <<<"$output")"
}

@test "in an empty root a user name is refused, with a hint to use the number" {
    needs_a_root
    fails_with 2 "shmset: --owner nobody: cannot read /etc/passwd" \
        "${in_root[@]}" /shmset --owner nobody 0
    same "hint" "hint: use the number" "${stderr_lines[1]}"
    fails_with 2 "shmset: --owner :nogroup: cannot read /etc/group" \
        "${in_root[@]}" /shmset --owner :nogroup 0
    same "hint" "hint: use the number" "${stderr_lines[1]}"
}

@test "in an empty root the limits are printed, and values from /proc and /sys are unknown" {
    needs_a_root
    succeeds "${in_root[@]}" /shmlimits
    like "limits" "*$(cat /proc/sys/kernel/shmmni)*" "$output"
    same "without a value" "" "$(grep -E ':[[:space:]]*$' <<<"$output")"
    succeeds "${in_root[@]}" /shmlimits --json
    jq -e '[.. | nulls] | length > 0' <<<"$output"
}

@test "in an empty root the limit that is reached is named all the same" {
    needs_a_root
    limit shmmni 0
    fails_like 6 "shmcreate: 4K: *kernel.shmmni*" "${in_root[@]}" /shmcreate 4K
    limit shmmax 65536
    fails_like 6 "shmcreate: 1M: *kernel.shmmax*64K*" "${in_root[@]}" /shmcreate 1M
    limit shmmni 100
    limit shmall 2
    fails_like 6 "shmcreate: 64K: *kernel.shmall*" "${in_root[@]}" /shmcreate 64K
}

@test "in an empty root the key of a path is computed" {
    needs_a_root
    prints "$(shmkey "$root/shmbox")" "${in_root[@]}" /shmkey /shmbox
}

@test "in an empty root a scratch segment exists as long as the command around it" {
    needs_a_root
    segment 1
    succeeds "${in_root[@]}" /shmattach scratch:4K /shmls --noheadings --bytes --output size,nattch
    read -r -a row <<<"${lines[-1]}"
    same "seen by the command" "4096 1" "${row[*]}"
    fails_like 127 "shmattach: /no/such/command: *" "${in_root[@]}" /shmattach scratch:4K /no/such/command
    fails_with 3 "shmcat: 2147483646: no such segment" "${in_root[@]}" /shmattach scratch:4K /shmcat 2147483646
}

# ---- PID 1 ----

@test "as PID 1 it exits at once on a signal from outside, and the segment is gone" {
    needs_a_root
    for signal in TERM INT HUP; do
        start "${in_root[@]}" /shmattach scratch:4K
        wait_until test -s out
        id=$(cat out)
        same "attached" 1 "$(kernel_says "$id" nattch)"
        find_inner "$pid"
        kill -s "$signal" "$inner"
        ends_with 0 "$pid"
        gone "$id"
        rm out
    done
}

@test "as PID 1 it forwards SIGTERM, and exits with the status of its command" {
    needs_a_root
    # shellcheck disable=SC2016 # the inner shell's variables
    start "${as_pid_1[@]}" shmattach scratch:4K \
        sh -c 'trap "exit 9" TERM; echo "$SHM_ID"; while :; do sleep 0.02; done'
    wait_until test -s out
    find_inner "$pid"
    kill "$inner"
    ends_with 9 "$pid"
    gone "$(cat out)"
}

@test "as PID 1 of an empty root it stops its command on SIGTERM" {
    needs_a_root
    start "${in_root[@]}" /shmattach scratch:4K /shmattach scratch:8K
    wait_until test -s out
    find_inner "$pid"
    kill "$inner"
    ends_with 0 "$pid"
    gone "$(cat out)"
}

@test "as PID 1 it does not mistake the exit of an orphan for that of its command" {
    needs_a_root
    # shellcheck disable=SC2016 # the inner shell's variables
    run -5 --separate-stderr "${as_pid_1[@]}" shmattach scratch:4K \
        sh -c '(sh -c "echo \$\$ >orphan; exit 7" &)
            until [ -s orphan ]; do sleep 0.01; done
            while kill -0 "$(cat orphan)" 2>/dev/null; do sleep 0.01; done # until it is waited for
            exit 5'
    same "standard error" "" "$stderr"
}

@test "as PID 1 it reaps the children that its command left" {
    needs_a_root
    start "${as_pid_1[@]}" shmattach scratch:4K \
        sh -c '(sh -c "until [ -e leave ]; do sleep 0.01; done" &); echo ready; exec sleep 3600'
    wait_until test -s out
    find_inner "$pid"
    wait_until has_children 2
    : >leave
    wait_until has_children 1
}

# has_children N - of what is PID 1
has_children()
{
    [ "$(wc -w <"/proc/$inner/task/$inner/children")" -eq "$1" ]
}

@test "as PID 1 it reaps orphaned children without a COMMAND, too" {
    needs_a_root
    start "${as_pid_1[@]}" shmattach scratch:4K
    wait_until test -s out
    find_inner "$pid"
    nsenter --target "$inner" --pid sh -c '(sh -c "until [ -e leave ]; do sleep 0.01; done" 3>&- &)'
    wait_until has_children 1
    : >leave
    wait_until has_children 0
}
