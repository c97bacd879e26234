# SPDX-License-Identifier: MIT
# shmrm(1)
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/states; load ../lib/paths; paths_setup; }
teardown() { paths_teardown; }

@test "removes a segment, and prints nothing" {
    segment 4K
    prints "" shmrm "$id"
    gone "$id"
}

# bats test_tags=initramfs
@test "removes several, by id and by key" {
    segment 4K
    first=$id
    segment -k 0x91 4K
    succeeds shmrm "id:$first" key:0x91
    gone "$first"
    gone "$id"
}

@test "among many segments, the marked ones are reported, and few calls are made" {
    ids=()
    for _ in {1..40}; do
        segment 4K
        ids+=("$id")
    done
    hold "${ids[3]}"
    hold "${ids[5]}"
    ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" strace -qq -o trace -e trace=shmctl shmrm --verbose "${ids[@]}" >out 2>err
    same "removed" 38 "$(grep -c ': removed$' out)"
    like "marked" "shmrm: ${ids[3]}: marked for removal: *shmrm: ${ids[5]}: marked for removal: *" "$(<err)"
    same "lines on standard error" 2 "$(wc -l <err)"
    same "removals" 40 "$(grep -c IPC_RMID trace)"
    same "attaches" 1 "$(kernel_says "${ids[3]}" nattch)"
    # a look at each of them would be 40 more
    [ "$(wc -l <trace)" -lt 70 ]
}

@test "id 0 is removed like any other id" {
    prints "" fresh sh -c 'shmcreate 4K >/dev/null && shmrm 0 && tail -n +2 /proc/sysvipc/shm'
}

# ---- failures ----

@test "a missing segment is status 3" {
    fails_with 3 "shmrm: 999: no such segment" shmrm 999
    fails_with 3 "shmrm: key:0x92: no segment has this key" shmrm key:0x92
}

@test "a segment named twice is gone the second time" {
    segment 4K
    fails_with 3 "shmrm: $id: no such segment" shmrm "$id" "$id"
    gone "$id"
}

@test "continues after a failure, which the exit status shows" {
    segment 4K
    fails_with 3 "shmrm: 999: no such segment" shmrm 999 "$id"
    gone "$id"
}

@test "failures of several kinds are status 1" {
    needs_nobody
    segment 4K
    fails_with 1 "shmrm: 999: no such segment" as_nobody shmrm 999 "$id"
    exists "$id"
}

@test "checks every operand before removing any" {
    segment 4K
    fails_with 2 "shmrm: bogus: not a segment: expected an id, key:KEY or file:PATH" shmrm "$id" bogus
    fails_like 2 "shmrm: 2x: *" shmrm "$id" 2x
    fails_like 2 "shmrm: --bogus: *" shmrm "$id" --bogus
    exists "$id"
}

@test "without an operand it is a usage error, not a success" {
    fails_with 2 "shmrm: SEGMENT is missing" shmrm
    fails_with 2 "shmrm: SEGMENT is missing" shmrm --force
}

# bats test_tags=initramfs
@test "only owner and creator may remove: the message names the owner" {
    needs_nobody
    segment -m 666 4K
    fails_with 4 "shmrm: $id: only the owner ($(id -un)) or the creator may remove it" as_nobody shmrm "$id"
    exists "$id"
}

@test "the owner may remove a segment that another user created" {
    needs_nobody
    segment -u 65534 4K
    succeeds as_nobody shmrm "$id"
    gone "$id"
}

@test "the creator may remove a segment that another user owns by now" {
    needs_nobody
    id=$(as_nobody shmcreate 4K)
    echo "$id" >>noted
    shmset -u 12345:12345 "$id"
    succeeds as_nobody shmrm "$id"
    gone "$id"
}

@test "an unreadable segment can be removed" {
    needs_nobody
    id=$(as_nobody shmcreate -m 0 -k 0x93 4K)
    echo "$id" >>noted
    succeeds as_nobody shmrm key:0x93
    gone "$id"
}

# ---- --force ----

@test "--force treats a missing segment as success" {
    segment 4K
    prints "" shmrm --force 999 key:0x92 "$id"
    gone "$id"
    prints "" shmrm 999 -f
}

@test "--force does not hide other failures" {
    needs_nobody
    segment 4K
    fails_like 4 "shmrm: $id: *" as_nobody shmrm -f 999 "$id"
    fails_like 2 "shmrm: bogus: *" shmrm -f bogus
}

# ---- an attached segment ----

@test "an attached segment is only marked, which is reported and no failure" {
    segment -k 0x94 4K
    hold "$id"
    warns_with "shmrm: $id: marked for removal: still attached by $pid holder" shmrm "$id"
    same "standard output" "" "$output"
    same "mode with the mark, key" "1600 0" "$(kernel_says "$id" perms) $(kernel_says "$id" key)"
    end "$pid"
    gone "$id"
}

@test "a process is named once, however often it has attached the segment" {
    segment 4K
    hold "$id" "$id"
    warns_with "shmrm: $id: marked for removal: still attached by $pid holder" shmrm "$id"
}

@test "of many processes, three are named" {
    segment 4K
    for _ in 1 2 3 4; do
        hold "$id"
    done
    run -0 --separate-stderr shmrm "$id"
    like "message" "shmrm: $id: marked for removal: still attached by +([0-9]) holder, +([0-9]) holder, +([0-9]) holder, .." "$stderr"
}

@test "an invisible holder is counted, never omitted" {
    needs_nobody
    segment --owner 65534 4K
    hold "$id"
    warns_with "shmrm: $id: marked for removal: still attached 1 time" as_nobody shmrm "$id"
}

@test "visible holders are named, and invisible ones are counted" {
    segment 4K
    hold "$id"
    seen=$pid
    # shellcheck disable=SC2016 # the inner shell's
    start unshare --pid --fork --kill-child --mount-proc sh -c '"$@"; :' - perl -MIPC::SysV=shmat -e \
        '$| = 1; shmat($_, undef, 0) // die for @ARGV; print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    # from inside the namespace, where /proc shows one of the two
    inside=$(holders "$id" | grep -vx "$seen")
    run -0 --separate-stderr nsenter --target "$inside" --pid --mount env "PATH=$PATH" shmrm "$id"
    like "message" "shmrm: $id: marked for removal: still attached 2 times (+([0-9]) perl)" "$stderr"
}

@test "a segment that is marked already can be named again" {
    segment 4K
    hold "$id"
    ipcrm -m "$id"
    warns_with "shmrm: $id: marked for removal: still attached by $pid holder" shmrm "$id"
}

# ---- --verbose and --dry-run ----

@test "--verbose reports the result for each segment" {
    segment -k 0x95 4K
    first=$id
    segment 4K
    run -3 --separate-stderr shmrm --verbose key:0x95 999 "$id"
    same "standard output" "key:0x95: removed"$'\n'"$id: removed" "$output"
    same "standard error" "shmrm: 999: no such segment" "$stderr"
    gone "$first"
}

@test "--dry-run removes nothing, and reports what it would remove" {
    segment 4K
    prints "$id: would be removed" shmrm --dry-run "$id"
    exists "$id"
    fails_with 3 "shmrm: 999: no such segment" shmrm -n 999
}

@test "--dry-run refuses segments that a guard refuses" {
    segment -k 0x96 4K
    fails_with 7 "shmrm: $id: its key is 0x00000096, not 0x97" shmrm -n --if-key 0x97 "$id"
    ipcrm -m "$id"
}

@test "output lost on a full disk is an error" {
    segment 4K
    fails_like 1 "shmrm: *" full shmrm -v "$id"
    gone "$id"
    segment 4K
    succeeds full shmrm "$id"
    segment 4K
    succeeds closed shmrm "$id"
}

# ---- guards ----

@test "--if-unattached refuses an attached segment" {
    segment 4K
    hold "$id" "$id"
    fails_with 7 "shmrm: $id: still attached 2 times ($pid holder)" shmrm --if-unattached "$id"
    same "mode: not marked" 600 "$(kernel_says "$id" perms)"
    end "$pid"
    succeeds shmrm --if-unattached "$id"
    gone "$id"
}

@test "--if-key refuses a segment with another key" {
    segment -k 0x51 4K
    fails_with 7 "shmrm: $id: its key is 0x00000051, not 0x52" shmrm --if-key 0x52 "$id"
    exists "$id"
    succeeds shmrm --if-key 81 "$id"
    gone "$id"
}

@test "--if-key refuses a segment without a key" {
    segment 4K
    fails_with 7 "shmrm: $id: it has no key; --if-key requires 0x52" shmrm --if-key 0x52 "$id"
    exists "$id"
}

@test "--if-creator refuses a segment that another process created" {
    segment 4K
    creator=$(kernel_says "$id" cpid)
    fails_with 7 "shmrm: $id: its creator is process $creator, not $$" shmrm --if-creator $$ "$id"
    exists "$id"
    succeeds shmrm --if-creator "$creator" "$id"
    gone "$id"
}

@test "all guards must be satisfied" {
    segment -k 0x51 4K
    creator=$(kernel_says "$id" cpid)
    fails_like 7 "shmrm: $id: its key *" \
        shmrm --if-unattached --if-creator "$creator" --if-key 0x52 "$id"
    succeeds shmrm --if-unattached --if-creator "$creator" --if-key 0x51 "$id"
    gone "$id"
}

@test "a guard refuses one segment and the others are removed" {
    segment 4K
    held=$id
    hold "$held"
    segment 4K
    fails_with 7 "shmrm: $held: still attached 1 time ($pid holder)" shmrm --if-unattached "$held" "$id"
    exists "$held"
    gone "$id"
}

@test "--force does not override a guard" {
    segment 4K
    hold "$id"
    fails_with 7 "shmrm: $id: still attached 1 time ($pid holder)" shmrm --force --if-unattached "$id"
    exists "$id"
}

@test "--dry-run reports segments that would only be marked, and ignores missing ones" {
    segment 4K
    prints "" shmrm --dry-run --force 2147483646
    prints "$id: would be removed" shmrm --dry-run "$id"
    hold "$id"
    prints "$id: would be marked" shmrm --dry-run "$id"
}

@test "--dry-run refuses a segment that may not be removed" {
    needs_nobody
    segment 4K
    fails_like 4 "shmrm: $id: only the owner *" as_nobody shmrm --dry-run "$id"
}

# ---- between the check and the removal ----

# halted_after CALL N CMD.. - CMD in the background, stopped by a signal after the N-th of
# these system calls: its pid in $pid, its output in the files out and err
halted_after()
{
    export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" UBSAN_OPTIONS="$UBSAN_OPTIONS:detect_leaks=0"
    rm -f trace
    "${as[@]}" strace -D -qq -o trace -e trace="$1" -e inject="$1:signal=STOP:when=$2" "${@:3}" >out 2>err 3>&- &
    pid=$!
    started+=("$pid")
    wait_until grep -qs 'stopped by SIGSTOP' trace
}

# checks CMD.. - the number of its shmctl(2) calls before it removes its segment
checks()
{
    ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" strace -qq -o trace -e trace=shmctl "$@"
    grep -n IPC_RMID trace | cut -d : -f 1 | awk '{ print $1 - 1 }'
}

# Another holder, as from hold(), but the files out and err stay unchanged.
attach_late()
{
    rm -f late
    perl -MIPC::SysV=shmat -e '$0 = "late"; $| = 1; shmat($ARGV[0], undef, 0) // die; print "held\n"; sleep 3600' \
        "$id" >late 3>&- &
    late=$!
    started+=("$late")
    wait_until test -s late
}

continued()
{
    kill -CONT "$1" 2>/dev/null || true
    ended "$1"
}

@test "a process that attaches right after the last check keeps the segment, and is named" {
    for option in --if-unattached --wipe; do
        segment 4K
        last=$(checks shmrm $option "$id")
        gone "$id"
        segment 4K
        halted_after shmctl "$last" shmrm $option "$id"
        removing=$pid
        attach_late
        wait_until continued "$removing"
        ends_with 0 "$removing"
        same "standard error" "shmrm: $id: marked for removal: still attached by $late late" "$(<err)"
        same "mode with the mark" 1600 "$(kernel_says "$id" perms)"
        end "$late"
        gone "$id"
    done
}

@test "a process that attaches during the wipe keeps the segment, with its zeros" {
    segment 4K
    last=$(checks shmrm --wipe "$id")
    segment 2M
    noise 2097152 | poke "$id" 0
    halted_after shmctl $((last - 1)) shmrm --wipe "$id"
    [ "$(kernel_says "$id" nattch)" = 1 ]
    removing=$pid
    attach_late
    wait_until continued "$removing"
    ends_with 7 "$removing"
    same "standard error" "shmrm: $id: still attached 1 time ($late late)
hint: shmwipe --force $id
shmrm: $id: wiped 2097152 bytes, but did not remove it" "$(<err)"
    same "mode: not marked" 600 "$(kernel_says "$id" perms)"
    same "attaches" 1 "$(kernel_says "$id" nattch)"
    peek "$id" 0 2097152 | cmp - <(head -c 2097152 /dev/zero)
}

@test "a segment that another process removes between check and removal is status 3" {
    segment 4K
    last=$(checks shmrm --if-unattached "$id")
    segment 4K
    halted_after shmctl "$last" shmrm --if-unattached "$id"
    ipcrm -m "$id"
    wait_until continued "$pid"
    ends_with 3 "$pid"
    same "standard error" "shmrm: $id: no such segment" "$(<err)"
    segment 4K
    halted_after shmctl "$last" shmrm --if-unattached --force "$id"
    ipcrm -m "$id"
    wait_until continued "$pid"
    ends_with 0 "$pid"
    same "standard error" "" "$(<err)"
}

# ---- --wait ----

marked()
{
    [ "$(kernel_says "$1" perms)" = "${2-1600}" ]
}

@test "--wait ends when the last holder exits" {
    segment 4K
    hold "$id"
    first=$pid
    hold "$id"
    second=$pid
    start shmrm --wait --verbose "$id"
    wait_until test -s err
    end "$first"
    wait_until sleeping "$pid"
    looks_again "$pid"
    exists "$id"
    kill -0 "$pid"
    same "standard output so far" "" "$(<out)"
    end "$second"
    ends_with 0 "$pid"
    gone "$id"
    same "standard output" "$id: removed" "$(<out)"
    like "standard error" "shmrm: $id: marked for removal: still attached by *" "$(<err)"
    same "lines on standard error" 1 "$(wc -l <err)"
}

@test "--wait returns at once without holders" {
    segment 4K
    first=$id
    segment 4K
    prints "" timeout 300 shmrm --wait "$first" "$id"
    gone "$first"
    gone "$id"
    prints "" timeout 300 shmrm --wait --force 999
    fails_with 3 "shmrm: 999: no such segment" timeout 300 shmrm --wait 999
}

@test "--timeout ends the wait with status 124, and names the remaining holders" {
    segment 4K
    hold "$id"
    run -124 --separate-stderr timeout 300 shmrm --wait --timeout 50ms "$id"
    same "standard error" "shmrm: $id: marked for removal: still attached by $pid holder
shmrm: $id: timed out after 50ms: still attached by $pid holder" "$stderr"
    same "standard output" "" "$output"
    same "mode with the mark" 1600 "$(kernel_says "$id" perms)"
    run -124 --separate-stderr timeout 300 shmrm -w -t 0 "$id"
}

@test "--wait waits for all segments, and --timeout limits the total time" {
    segment 4K
    held=$id
    hold "$held"
    segment 4K
    run -124 --separate-stderr timeout 300 shmrm --wait --timeout 50ms -v "$held" "$id" "$held"
    same "standard output" "$id: removed" "$output"
    same "who is told of" "$held $held $held $held" "$(sed 's/^shmrm: //; s/:.*//' <<<"$stderr" | paste -sd ' ')"
    gone "$id"
    segment 4K
    run -1 --separate-stderr timeout 300 shmrm --wait --timeout 50ms 999 "$held" "$id"
    gone "$id"
}

@test "--wait does not wait for refused segments, or with --dry-run" {
    segment 4K
    hold "$id"
    fails_like 7 "shmrm: $id: still attached 1 time ($pid holder)" \
        timeout 300 shmrm --wait --if-unattached "$id"
    prints "$id: would be marked" timeout 300 shmrm --wait --dry-run "$id"
}

@test "--timeout requires --wait" {
    segment 4K
    fails_with 2 "shmrm: --timeout requires --wait" shmrm --timeout 1s "$id"
    fails_like 2 "shmrm: --timeout 1y: *" shmrm --wait --timeout 1y "$id"
    exists "$id"
}

# again ID - a new segment with the id of an old one
again()
{
    shmcreate --id "$1" 4K >/dev/null
    echo "$1" >>"$BATS_TEST_TMPDIR/noted"
}

halted() { [ "$(awk '{ print $3 }' "$proc/$1/stat")" = T ]; }

@test "--wait recognizes its segment even if the id is reused" {
    [ -w /proc/sys/kernel/shm_next_id ] || skip "may not choose an id"
    segment 4K
    for mark in 600 1600; do
        hold "$id"
        holder=$pid
        start shmrm --wait "$id"
        wait_until marked "$id"
        wait_until test -s err
        kill -STOP "$pid"
        wait_until halted "$pid"
        waiting=$pid
        end "$holder"
        again "$id"
        if [ $mark = 1600 ]; then
            hold "$id"
            holder=$pid
            ipcrm -m "$id"
        fi
        kill -CONT "$waiting"
        ends_with 0 "$waiting"
        same "mode of the new one" $mark "$(kernel_says "$id" perms)"
    done
    end "$holder"
}

# ---- --wipe ----

# watch ID - a process that keeps the memory of a segment by its file, without being a holder.
# After each SIGUSR1 it reports in seen whether the bytes up to the end of the last page (of
# $2 bytes) are zeros.
watch()
{
    rm -f out seen
    start perl -MIPC::SysV=shmat,shmdt -e 'require "syscall.ph"; $| = 1;
        my ($id, $size, $page) = @ARGV; my $whole = int(($size + $page - 1) / $page) * $page;
        my $at = shmat($id, undef, 0) // die "shmat: $!\n"; my $start = unpack "J", $at;
        my $name = sprintf "/proc/self/map_files/%x-%x", $start, $start + $whole;
        open my $file, "+<", $name or die "$name: $!\n";
        my $mine = syscall(&SYS_mmap, 0, $whole, 3, 1, fileno $file, 0); $mine != -1 or die "mmap: $!\n";
        shmdt($at) // die "shmdt: $!\n";
        $SIG{USR1} = sub { my $bytes = unpack "P$whole", pack "J", $mine;
            open my $seen, ">", "seen.new"; printf $seen "%d bytes, %s\n", $whole,
                $bytes =~ /[^\0]/ ? "something at $-[0]" : "zeros"; close $seen; rename "seen.new", "seen" };
        print "watching\n"; sleep 3600 while 1' "$1" "$(kernel_says "$1" size)" "${2-4096}"
    wait_until test -s out
}

# finds WANTED - what the process $pid finds there
finds()
{
    rm -f seen
    kill -USR1 "$pid"
    wait_until test -s seen
    same "what is in its memory" "$1" "$(<seen)"
}

@test "--wipe writes zeros to every byte of every page before the removal" {
    needs_cap
    for size in 1 4096 4099 300001 20000001; do
        for right in "${rights[@]}"; do
            be "$right"
            segment $size
            head -c $size /dev/zero | tr '\0' x | poke "$id" 0
            pages=$(((size + 4095) / 4096 * 4096))
            [ $pages = $size ] || far_poke "$id" $((pages - 1)) y
            watch "$id"
            finds "$pages bytes, something at 0"
            succeeds "${as[@]}" shmrm --wipe "$id"
            gone "$id"
            finds "$pages bytes, zeros"
            end "$pid"
        done
    done
}

@test "--wipe clears bytes after the end even if nothing else was written" {
    needs_cap
    for right in "${rights[@]}"; do
        be "$right"
        segment --noreserve 5000001
        far_poke "$id" 5000100 y
        watch "$id"
        finds "5001216 bytes, something at 5000100"
        succeeds "${as[@]}" shmrm -z "$id"
        gone "$id"
        finds "5001216 bytes, zeros"
        end "$pid"
    done
}

@test "--wipe allocates no memory for unwritten pages" {
    together_with /proc/swaps
    swapless
    for right in "${rights[@]}"; do
        be "$right"
        segment --noreserve 1T
        printf here | poke "$id" 1000000000
        succeeds "${as[@]}" shmrm --wipe --verbose "$id"
        same "standard output" "$id: removed" "$output"
        gone "$id"
    done
}

@test "--wipe wipes locked pages too" {
    needs_cap
    segment 5000
    noise 5000 | poke "$id" 0
    shmset --lock "$id"
    watch "$id"
    succeeds shmrm --wipe "$id"
    finds "8192 bytes, zeros"
}

@test "--wipe wipes huge pages, with the bytes after the end in the last one" {
    needs_cap
    huge_pages 2
    segment --huge 2M 2097155
    noise 2097155 | shmwrite "$id"
    far_poke "$id" 4194303 y
    watch "$id" 2097152
    finds "4194304 bytes, something at 0"
    succeeds shmrm --wipe "$id"
    gone "$id"
    finds "4194304 bytes, zeros"
    end "$pid"
    be no_cap
    segment --huge 2M 2097155
    noise 2097155 | shmwrite "$id"
    far_poke "$id" 4194303 y
    watch "$id" 2097152
    succeeds "${as[@]}" shmrm --wipe "$id"
    finds "4194304 bytes, zeros"
    end "$pid"
}

@test "--wipe with an unknown end of a huge page wipes and removes nothing" {
    huge_pages 2
    segment --huge 2M 2097155
    noise 2097155 >wanted
    shmwrite "$id" <wanted
    # a sanitizer prints a warning too: without /proc it cannot work
    # shellcheck disable=SC2016 # the inner shell's
    run -1 --separate-stderr unshare --mount sh -c 'mount -t tmpfs tmpfs /proc && exec "$@"' - shmrm --wipe "$id"
    same "message" "shmrm: $id: the end of its last huge page is unknown without /proc" \
        "$(grep ^shmrm <<<"$stderr")"
    holds wanted
    succeeds shmrm "$id"
}

@test "--wipe refuses an attached segment, with any other options" {
    noise 5000 >wanted
    segment 5000
    put "$id" wanted
    hold "$id"
    for options in --wipe "--wipe --force" "--wipe --dry-run" "--wipe --wait" "--wipe --if-unattached"; do
        # shellcheck disable=SC2086 # some options
        fails_with 7 "shmrm: $id: still attached 1 time ($pid holder)" shmrm $options "$id"
        hints "shmwipe --force $id"
    done
    same "mode: not marked" 600 "$(kernel_says "$id" perms)"
    holds wanted
}

@test "--wipe checks the guards before it wipes" {
    noise 5000 >wanted
    segment --key 0x98 5000
    put "$id" wanted
    fails_with 7 "shmrm: $id: its key is 0x00000098, not 0x99" shmrm --wipe --if-key 0x99 "$id"
    fails_like 7 "shmrm: $id: its creator is process *" shmrm --wipe --if-creator 1 "$id"
    holds wanted
    succeeds shmrm --wipe --if-key 0x98 --if-unattached --if-creator "$(kernel_says "$id" cpid)" key:0x98
    gone "$id"
}

@test "--wipe wipes no segment that may not be removed" {
    needs_nobody
    noise 5000 >wanted
    segment --mode 666 5000
    put "$id" wanted
    for option in '' --dry-run; do
        # shellcheck disable=SC2086 # an option or none
        fails_with 4 "shmrm: $id: only the owner ($(id -un)) or the creator may remove it" \
            as_nobody shmrm --wipe $option "$id"
    done
    holds wanted
}

@test "--wipe removes no segment that may not be written" {
    needs_nobody
    segment --owner 65534 --mode 444 5000
    fails_like 4 "shmrm: $id: permission denied: r--r--r-- *" as_nobody shmrm --wipe "$id"
    exists "$id"
    succeeds as_nobody shmrm "$id"
    gone "$id"
}

@test "--wipe --dry-run changes nothing, not even the times of the segment" {
    segment 5000
    prints "$id: would be wiped and removed" shmrm --wipe --dry-run "$id"
    same "attached last, by" "0 0" "$(kernel_says "$id" atime) $(kernel_says "$id" lpid)"
}

@test "--wipe of a missing segment is status 3, or 0 with --force" {
    segment 5000
    fails_with 3 "shmrm: 999: no such segment" shmrm --wipe 999 "$id"
    gone "$id"
    prints "" shmrm --wipe --force 999
}

@test "--wipe of several segments: one is refused, one is named twice" {
    segment 5000
    held=$id
    hold "$held"
    segment 5000
    run -1 --separate-stderr shmrm --wipe --verbose "$held" "$id" "$id"
    same "standard output" "$id: removed" "$output"
    like "last line" "shmrm: $id: no such segment" "${stderr_lines[2]}"
    exists "$held"
    gone "$id"
    succeeds shmrm --wipe --wait --timeout 300s --force "$id"
}

@test "many attached segments take one scan of all processes" {
    ids=()
    for _ in {1..40}; do
        segment 4K
        ids+=("$id")
    done
    hold "${ids[@]}"
    untraced_leaks
    for applet in "shmwipe" "shmrm --if-unattached" "shmrm"; do
        # shellcheck disable=SC2086 # a program and its option
        strace -qq -o trace -e trace=openat,open -P "/proc/$pid/maps" $applet "${ids[@]}" 2>said || :
        same "$applet: lines" 40 "$(grep -c "$pid holder" said)"
        # a list older than a second is read again
        looks=$(grep -c maps trace)
        ((looks >= 1 && looks <= 8)) || { echo "$applet: $looks looks"; return 1; }
    done
}
