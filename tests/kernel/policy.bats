# SPDX-License-Identifier: MIT
# calls that a filter or a security module refuses: the messages, and what works without the calls
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    common_setup
    untraced_leaks
}

teardown() { common_teardown; }

policy="refused by a security policy (seccomp, SELinux, AppArmor)"

# refuse CALL ERROR - "${refuse[@]}" CMD.. runs CMD while this system call fails with this error
refuse()
{
    # every user may write the log there
    : >trace
    chmod a+rw trace
    refuse=(strace -f -qq -o trace -e "trace=$1" -e "inject=$1:error=$2")
}

# refused_by_policy WORD CMD.. - status 4, these words about WORD, and no hint at what would not help
refused_by_policy()
{
    local word=$1
    shift
    fails_with 4 "$1: $word: $policy" "${refuse[@]}" "$@"
    same "standard error" "$1: $word: $policy" "$stderr"
    grep -q INJECTED trace
}

# ---- messages ----

@test "a refused shmget(2) is not blamed on huge pages, unless they were requested" {
    for error in EPERM EACCES ENOSYS; do
        refuse shmget $error
        refused_by_policy 4K shmcreate 4K
        refused_by_policy scratch:4K shmattach scratch:4K
    done
    for error in EPERM ENOSYS; do
        refuse shmget $error
        refused_by_policy 4K shmcreate --key 0x77 4K
        refused_by_policy 4K shmcreate --key 0x77 --reuse 4K
    done
    refuse shmget EACCES
    refused_by_policy 0x77 shmcreate --key 0x77 --reuse 4K
}

@test "a user who may not have huge pages gets the requirement, and root does not" {
    needs_huge_pages
    needs_nobody
    refuse shmget EPERM
    refused_by_policy 2M shmcreate --huge 2M 2M
    fails_with 4 "shmcreate: --huge 2M: huge pages require CAP_IPC_LOCK or the group in vm.hugetlb_shm_group" \
        as_nobody shmcreate --huge 2M --noreserve 2M
}

@test "a user who may not choose an id gets the requirement, and root does not" {
    [ -w /proc/sys/kernel/shm_next_id ] || skip "may not choose an id"
    needs_nobody
    fails_with 4 "shmcreate: --id 5: choosing an id requires CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE" as_nobody shmcreate --id 5 4K
    refuse shmget EPERM
    refused_by_policy 4K shmcreate --id 5 4K
    # the wish for that id is still there, and a segment takes it away
    segment 4K
}

@test "a refused attach is not explained by a mode that allows it" {
    segment --mode 666 4K
    for error in EACCES EPERM ENOSYS; do
        refuse shmat $error
        for words in "shmcat" "shmwrite --text x" "shmpeek" "shmwipe" "shmattach"; do
            operands=()
            [ "$words" != shmpeek ] || operands=(u8@0)
            # shellcheck disable=SC2086 # several words
            refused_by_policy "$id" $words "$id" "${operands[@]}"
        done
    done
}

@test "an attach that the mode refuses is reported as that" {
    needs_nobody
    segment --mode 644 4K
    refuse shmat EACCES
    for words in "shmcat" "shmattach --read-only"; do
        # shellcheck disable=SC2086 # several words
        fails_with 4 "${words%% *}: $id: $policy" as_nobody "${refuse[@]}" $words "$id"
    done
    fails_with 4 "shmpeek: $id: $policy" as_nobody "${refuse[@]}" shmpeek "$id" u8@0
    fails_with 4 "shmwait: $id: $policy" as_nobody "${refuse[@]}" shmwait "$id" u8@0 eq 0
    fails_with 4 "shmwrite: $id: permission denied: rw-r--r-- $(id -un)" as_nobody shmwrite --text x "$id"
    shmset --mode 600 "$id"
    fails_with 4 "shmcat: $id: permission denied: rw------- $(id -un)" as_nobody shmcat "$id"
}

@test "the mode of the group applies to a supplementary group" {
    needs_nobody
    segment --mode 640 4K
    shmset --owner :4321 "$id"
    refuse shmat EACCES
    fails_with 4 "shmcat: $id: $policy" setpriv --reuid 65534 --regid 65534 --groups 4320,4321 \
        --bounding-set=-all --inh-caps=-all -- env PATH="$nobody_bin:$PATH" "${refuse[@]}" shmcat "$id"
}

@test "a refused change or removal is not blamed on the owner" {
    needs_nobody
    id=$(as_nobody shmcreate 4K)
    echo "$id" >>noted
    for error in EPERM EACCES ENOSYS; do
        for words in "shmset --mode 600" "shmset --lock" "shmset --unlock" "shmrm"; do
            refuse shmctl $error
            # shellcheck disable=SC2086 # several words
            refused_by_policy "$id" $words "$id"
            # shellcheck disable=SC2086
            fails_with 4 "${words%% *}: $id: $policy" as_nobody "${refuse[@]}" $words "$id"
        done
    done
    exists "$id"
}

@test "a limit of 0 on locked memory is reported as that" {
    needs_nobody
    id=$(as_nobody shmcreate 4K)
    echo "$id" >>noted
    fails_with 6 "shmset: $id: locking 4K exceeds the limit on locked memory (0)" \
        as_nobody prlimit --memlock=0:0 shmset --lock "$id"
}

@test "root of a user namespace has no rights on the segments of another namespace" {
    needs_nobody
    as_nobody unshare -Ur true || skip "ordinary users may make no user namespaces here"
    segment --mode 600 4K
    for words in "shmset --mode 666" "shmset --lock" shmrm "shmrm --dry-run"; do
        # shellcheck disable=SC2086 # several words
        fails_like 4 "${words%% *}: $id: only the owner *" as_nobody unshare -Ur $words "$id"
    done
    fails_like 4 "shmcat: $id: permission denied: rw------- *" as_nobody unshare -Ur shmcat "$id"
}

@test "--no-attach reports to root of a user namespace that rights on the host are required" {
    needs_nobody
    as_nobody unshare -Ur --ipc true || skip "ordinary users may make no user namespaces here"
    # shellcheck disable=SC2016 # the inner shell's
    run -4 --separate-stderr as_nobody unshare -Ur --ipc --pid --fork --mount-proc sh -c '
        id=$(shmattach --background --pid $$ scratch:4K)
        shmcat --no-attach "$id"'
    same "standard error" "shmcat: 0: permission denied to inspect a process that has it attached
hint: run it as root of the host: rights in this user namespace do not suffice" "$stderr"
    id=$(as_nobody shmcreate 4K)
    echo "$id" >>noted
    start as_nobody shmattach "$id"
    wait_until test -s out
    fails_with 4 "shmcat: $id: permission denied to inspect a process that has it attached" as_nobody shmcat --no-attach "$id"
    hints "run with CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE, *"
}

# ---- facts that /proc still has ----

@test "facts that shmctl(2) refuses are read from /proc, in every mode" {
    for error in EPERM EACCES ENOSYS; do
        # shellcheck disable=SC2016 # the inner shell's
        run -0 --separate-stderr fresh sh -e -c '
            shmcreate --key 0x77 --mode 640 5000
            shmcreate 8K
            refuse="strace -f -qq -o trace -e trace=shmctl -e inject=shmctl:error=$0"
            $refuse shmls --ids
            $refuse shmls --noheadings --bytes --output id,size,perms
            $refuse shmls --noheadings --bytes --output id,size,rss 1
            $refuse shmls --ids key:0x77
            $refuse shmstat --format "%{id} %{size} %{key}" 0
            $refuse shmreap --idle 0 | cut -d" " -f2
            $refuse shmlimits | grep -E "^(segments|pages|shmmni):"
            $refuse shmls --json | jq -c "[.sharedmemory[] | .id, .size]"
            $refuse shmls --ids --unattached --min-size 8K
            $refuse shmwrite --text told key:0x77
            $refuse shmcat --length 4 key:0x77' $error
        same "standard error" "" "$stderr"
        same "standard output" "0 1 0 1 0 5000 rw-r----- 1 8192 rw------- 1 8192 0 0 0 5000 0x00000077 0 1 \
shmmni: $(cat "$proc/sys/kernel/shmmni") segments: 2 pages: 4 [0,5000,1,8192] 1 told" \
            "$(xargs <<<"$output" | sed 's/KEY OWNER//')"
    done
}

@test "a key whose lookup is refused is found in /proc" {
    segment --key 0x78 4K
    shmwrite --text found "$id"
    for error in EPERM EACCES ENOSYS; do
        refuse shmget $error
        prints found "${refuse[@]}" shmcat --length 5 key:0x78
        prints "$id" "${refuse[@]}" shmls --ids key:0x78
        fails_with 3 "shmls: key:0x79: no segment has this key" "${refuse[@]}" shmls --ids key:0x79
    done
}

@test "if /proc does not help either, it is a refusal, and never an empty list" {
    segment --key 0x7a 4K
    # shellcheck disable=SC2016 # the inner shell's
    no_table=(unshare --mount sh -c 'mount -t tmpfs none /proc/sysvipc && exec "$@"' sh)
    refuse shmctl EPERM
    for words in "shmls" "shmls --ids" "shmreap" "shmlimits"; do
        # shellcheck disable=SC2086 # several words
        fails_with 4 "${words%% *}: $policy" "${refuse[@]}" "${no_table[@]}" $words
    done
    fails_with 4 "shmls: $id: $policy" "${refuse[@]}" "${no_table[@]}" shmls "$id"
    refuse shmget EPERM
    fails_with 4 "shmls: key:0x7a: $policy" "${refuse[@]}" "${no_table[@]}" shmls key:0x7a
}
