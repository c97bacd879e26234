# SPDX-License-Identifier: MIT
# processes that share their memory, and those that only seem to hold a segment
# labels: offline unprivileged

setup_file()
{
    load ../lib/helper
    cd "$BATS_FILE_TMPDIR" || return
    "$SHMBOX_BUILD/cc" -std=gnu17 -O1 -w -fno-sanitize=all -o sharer "$SHMBOX_SOURCE/tests/kernel/sharer.c"
    "$SHMBOX_BUILD/cc" -std=gnu17 -O1 -w -fno-sanitize=all -pthread -o holder "$SHMBOX_SOURCE/tests/lib/holder.c"
}

setup()
{
    load ../lib/helper
    load ../lib/paths
    common_setup
    # it never checks for leaks, which is impossible in a traced process
    untraced_leaks
    as=()
}

teardown() { common_teardown; }

# a_sharer KIND ID - a process of sharer.c: its pid in $pid
a_sharer()
{
    start "$BATS_FILE_TMPDIR/sharer" "$@"
    wait_until test -s out
}

# partner_of PID - the process that shares its memory
partner_of()
{
    local one other
    for other in /proc/[0-9]*; do
        one=${other#/proc/}
        [ "$one" = "$1" ] || [ "$(readlink "$other/exe")" != "$BATS_FILE_TMPDIR/sharer" ] || echo "$one"
    done
}

# who ID - the JSON of shmwho: attaches, visible ones, pids
who()
{
    run -0 --separate-stderr "${as[@]}" shmwho --json "$1"
    no_sanitizer_spoke
    jq -c '.sharedmemory[0] | [.nattch, .visible, [.holders[].pid]]' <<<"$output"
}

# no_kcmp CMD.. - runs CMD while kcmp(2) is refused, as by Docker's default filter
no_kcmp()
{
    refusing kcmp error=EPERM "$@"
}

@test "two processes that share their memory are one holder: as child and as sibling" {
    for kind in child sibling; do
        segment 64K
        a_sharer $kind "$id"
        same "attaches" 1 "$(kernel_says "$id" nattch)"
        same "$kind" "[1,1,[$pid]]" "$(who "$id")"
        same "standard error" "" "$stderr"
        prints "$id" shmls --ids --held-by "$pid"
        prints "$id" shmls --ids --held-by "$(partner_of "$pid")"
        end "$(partner_of "$pid")"
        end "$pid"
    done
}

@test "--freeze stops both, and never gives a torn copy" {
    for kind in child sibling; do
        segment 256K
        a_sharer $kind "$id"
        for ((round = $(often 5 30); round > 0; round--)); do
            shmcat --freeze "$id" >copy
            "$BATS_FILE_TMPDIR/holder" judges <copy
        done
        end "$(partner_of "$pid")"
        end "$pid"
    done
}

@test "shared memory of two processes next to a hidden attach does not count as two attaches" {
    segment -m 666 64K
    a_sharer sibling "$id"
    first=$pid
    hidden=(unshare --pid --fork --mount-proc)
    start "${hidden[@]}" perl -MIPC::SysV=shmat -e '$| = 1; shmat($ARGV[0], undef, 0) // die; print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    run -0 --separate-stderr "${hidden[@]}" shmwho "$id"
    same "inside" "shmwho: $id: 0 of 2 attaches visible" "${stderr_lines[0]}"
    same "outside" "[2,2]" "$(who "$id" | jq -c '.[0:2]')"
    end "$(partner_of "$first")"
}

@test "if kcmp(2) is refused, processes that may share their memory are doubtful" {
    segment 64K
    a_sharer pair "$id"
    run -0 --separate-stderr no_kcmp shmwho --pids "$id"
    refused
    like "what is said" "shmwho: $id: 2 mappings for 1 attaches: *" "$stderr"
    run -0 --separate-stderr no_kcmp shmls --noheadings --output holders "$id"
    like "holders are unknown" "*[?]*" "$output"
    run -7 --separate-stderr no_kcmp shmcat --freeze "$id"
    same "no bytes" "" "$output"
    end "$(partner_of "$pid")"
}

@test "if kcmp(2) is refused, a forked child is not doubtful" {
    segment 4K
    start perl -MIPC::SysV=shmat -e '$| = 1; shmat($ARGV[0], undef, 0) // die;
        if (!(my $child = fork // die)) { my $more = "x" x 9000000; print "held\n"; sleep 3600 } sleep 3600' "$id"
    wait_until test -s out
    run -0 --separate-stderr no_kcmp shmwho --pids "$id"
    refused
    same "both" 2 "${#lines[@]}"
    same "standard error" "" "$stderr"
    no_kcmp shmcat --freeze "$id" | cmp - <(head -c 4096 /dev/zero)
}

@test "an attach enlarged by mremap(2) counts as a holder" {
    segment 64K
    noise 65536 >wanted
    put "$id" wanted
    a_sharer grow "$id"
    same "shmwho" "[1,1,[$pid]]" "$(who "$id")"
    prints "$id" shmls --ids --held-by "$pid"
    shmcat --freeze "$id" | cmp - wanted
    if opens_map_files; then
        shmcat --no-attach "$id" | cmp - wanted
        be no_cap
        same "without that right" "[1,1,[$pid]]" "$(who "$id")"
    fi
}

# ---- another namespace's segment ----

# a_pretender KIND - a process of another user that has a mapping like segment $id's, which is
# root's: $pid
a_pretender()
{
    needs_nobody
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
    as_nobody unshare --user --ipc true 2>/dev/null || skip "users may not make user namespaces here"
    start as_nobody "$BATS_FILE_TMPDIR/sharer" "$1" "$id"
    wait_until test -s out
    pid=$(pgrep -n -x sharer -P "$pid" || echo "$pid")
    grep -q " $id  *\/SYSV00000000" "/proc/$pid/maps"
}

@test "a process that poses as a holder, in a namespace of its own, is never listed, read or stopped" {
    for kind in pretender lone_pretender; do
        segment 4K
        shmwrite --text "secret of root" "$id"
        a_pretender $kind
        prints "" shmls --ids --held-by "$pid"
        run -7 --separate-stderr shmwho "$id"
        same "nobody" "shmwho: $id: not attached" "$output$stderr"
        pretender=$pid
        # a real one next to it
        hold "$id"
        for right in cap no_cap; do
            be $right
            same "$kind, the real one alone" "[1,1,[$pid]]" "$(who "$id")"
            warns_with "" "${as[@]}" shmwho "$id"
            same "frozen" "secret of root" "$("${as[@]}" shmcat --freeze --length 14 "$id")"
        done
        if opens_map_files; then
            same "through a holder" "secret of root" "$(shmcat --no-attach --length 14 "$id")"
        fi
        end "$pid"
        end "$pretender"
    done
}

@test "nothing is read through a process that poses as a holder: status 7" {
    opens_map_files || skip "needs CAP_SYS_ADMIN of the first user namespace, to open map_files"
    segment 4K
    for kind in pretender lone_pretender; do
        a_pretender $kind
        run -7 --separate-stderr shmcat --no-attach "$id"
        same "no bytes" "" "$output"
        end "$pid"
    done
}
