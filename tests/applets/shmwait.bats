# SPDX-License-Identifier: MIT
# shmwait(1)
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    load ../lib/states
    common_setup
    # for strace, under which leaks cannot be looked for
    leaks=(env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" UBSAN_OPTIONS="${UBSAN_OPTIONS-}:detect_leaks=0")
}

teardown() { common_teardown; }

# attached N - attached N times by now
attached() { [ "$(kernel_says "$id" nattch)" = "$1" ]; }

# waits ARG.. - shmwait has begun and waits: its pid in $pid
waits()
{
    start shmwait "$@"
    wait_until sleeping "$pid"
}

# still_waits - it has looked again by now, and waits on: $pid
still_waits()
{
    looks_again "$pid"
    kill -0 "$pid"
}

# traced CALLS ARG.. - shmwait in the background; its system calls with these names are in the
# file trace, the pid of its tracer in $pid
traced()
{
    command -v strace >/dev/null || skip "needs strace"
    rm -f trace
    start "${leaks[@]}" strace -qq -o trace -e "trace=$1" shmwait -t 300s "${@:2}"
}

# rested N - it has rested so often: the calls that it rests with
rested() { [ "0$(grep -scE '^(futex\(.*FUTEX_WAIT,|(clock_)?nanosleep\().* = ' trace)" -ge "$1" ]; }

# spares_the_processor - each rest in the file trace is at least twenty times as long as the
# look before it took, by the clock of the thread, and at least 1, 2, 4 and at last 50
# milliseconds long; and a look takes no more than twenty system calls
spares_the_processor()
{
    perl -ne 'BEGIN { $interval = 1e6; ($calls, $looks) = (0, 0) }
        $calls++;
        ($from, $to) = ($to, $1 * 1e9 + $2) if /^clock_gettime\(CLOCK_THREAD_CPUTIME_ID, \{tv_sec=(\d+), tv_nsec=(\d+)\}/;
        next if !/^(?:futex\(.*FUTEX_WAIT,|(?:clock_)?nanosleep\().*tv_sec=(\d+), tv_nsec=(\d+)\}.* = /;
        my ($span, $cost) = ($1 * 1e9 + $2, $to - $from);
        die "$calls calls before rest $.: $_" if $calls > 20 && $looks > 0;
        die "a look of $cost ns before: $_" if $span < 20 * $cost;
        die "less than $interval ns: $_" if $span < $interval;
        $interval = $interval * 2 < 5e7 ? $interval * 2 : 5e7 if !/^futex/ || /ETIMEDOUT/;
        ($calls, $looks) = (0, $looks + 1);
        END { $looks > 0 or die "no rest\n" }' trace
}

# a_waiter - the program ./waiter, see waiter.c
a_waiter()
{
    "$SHMBOX_BUILD/cc" -std=gnu17 -O1 -g -Wall -Wextra -Werror -pthread -I "$SHMBOX_SOURCE/include" \
        -o waiter "$SHMBOX_SOURCE/tests/applets/waiter.c" "$SHMBOX_BUILD/lib/libshmbox.a"
}

# ---- exists and gone ----

# bats test_tags=initramfs
@test "exists prints the id of an existing segment, however it is named" {
    touch here
    segment --key file:here 4K
    prints "$id" shmwait file:here exists
    prints "$id" shmwait "key:$(shmkey here)" exists
    prints "$id" shmwait "$id" exists
    prints "$id" shmwait id:"$id" exists
    prints 0 fresh sh -c 'shmcreate 4 >/dev/null && shmwait 0 exists'
    ipcrm -m "$id"
}

@test "exists waits for a key that another process creates" {
    waits -t 300s key:0x81 exists
    segment --key 0x81 4K
    ends_with 0 "$pid"
    same "id" "$id" "$(<out)"
    ipcrm -m "$id"
}

@test "exists waits for the file of file: too" {
    waits -t 300s file:later exists
    touch later
    still_waits
    segment --key file:later 4K
    ends_with 0 "$pid"
    same "id" "$id" "$(<out)"
    ipcrm -m "$id"
}

@test "exists waits for an id" {
    id=$(shmcreate 4K)
    shmrm "$id"
    fails_with 124 "shmwait: $id: timed out waiting for it to exist" shmwait --timeout 0 "$id" exists
}

@test "exists reports problems with a file, except that it does not exist yet" {
    touch file
    fails_like 1 "shmwait: file:file/below: *" shmwait -t 300s file:file/below exists
}

@test "exists is true for an unreadable segment" {
    needs_nobody
    segment --key 0x82 --mode 600 4K
    prints "$id" as_nobody shmwait key:0x82 exists
    prints "$id" as_nobody shmwait "$id" exists
    ipcrm -m "$id"
}

# bats test_tags=initramfs
@test "gone is true at once for a segment that never existed" {
    succeeds shmwait 999 gone
    succeeds shmwait key:0x83 gone
    same "nothing printed" "" "$output"
    fails_with 3 "shmwait: file:none: no such file or directory" shmwait file:none gone
}

@test "a key is gone when it is unused, an id when its memory is" {
    segment --key 0x84 4K
    hold "$id"
    holder=$pid
    waits -t 300s key:0x84 gone
    by_key=$pid
    waits -t 300s "$id" gone
    ipcrm -m "$id"
    ends_with 0 "$by_key"
    still_waits
    end "$holder"
    ends_with 0 "$pid"
}

# halt - shmwait has looked, and does not look again until kill -CONT "$pid"
halt()
{
    kill -STOP "$pid"
    wait_until halted "$pid"
}

halted() { [ "$(awk '{ print $3 }' "$proc/$1/stat")" = T ]; }

@test "gone is true when another segment has the key or the id at the next check" {
    segment --key 0x85 4K
    waits -t 300s key:0x85 gone
    halt
    ipcrm -m "$id"
    segment --key 0x85 4K
    kill -CONT "$pid"
    ends_with 0 "$pid"
    ipcrm -m "$id"
    [ -w /proc/sys/kernel/shm_next_id ] || skip "an id cannot be chosen here"
    segment 4K
    waits -t 300s "$id" gone
    halt
    ipcrm -m "$id"
    same "id" "$id" "$(shmcreate --id "$id" 4K)"
    kill -CONT "$pid"
    ends_with 0 "$pid"
    ipcrm -m "$id"
}

# ---- attached ----

@test "attached counts, prints the number, and never counts shmwait itself" {
    segment 4K
    prints 0 shmwait "$id" attached eq 0
    prints 0 shmwait "$id" attached lt 1
    fails_with 124 "shmwait: $id: timed out waiting for attached ge 1" shmwait -t 100ms "$id" attached ge 1
    waits -t 300s "$id" attached ge 2
    waiter=$pid
    mv out first
    attached 0
    hold "$id" "$id"
    ends_with 0 "$waiter"
    same "number" 2 "$(<first)"
    prints 2 shmwait "$id" attached ne 0
    waits -t 300s "$id" attached eq 0
    end "$(holders "$id")"
    ends_with 0 "$pid"
    same "number" 0 "$(<out)"
}

@test "attached ends with 3 when the segment is marked or gone" {
    segment 4K
    waits "$id" attached gt 0
    ipcrm -m "$id"
    ends_with 3 "$pid"
    same "message" "shmwait: $id: it was removed" "$(<err)"
    segment 4K
    hold "$id"
    waits "$id" attached gt 1
    ipcrm -m "$id"
    ends_with 3 "$pid"
    fails_with 3 "shmwait: 999: no such segment" shmwait 999 attached gt 0
}

@test "attached ends with 3 when another segment has the id at the next check" {
    [ -w /proc/sys/kernel/shm_next_id ] || skip "an id cannot be chosen here"
    segment 4K
    waits -t 300s "$id" attached gt 0
    halt
    waiter=$pid
    mv err waiter.err
    ipcrm -m "$id"
    same "id" "$id" "$(shmcreate --id "$id" 4K)"
    hold "$id"
    kill -CONT "$waiter"
    ends_with 3 "$waiter"
    same "message" "shmwait: $id: it was removed" "$(<waiter.err)"
    ipcrm -m "$id"
}

@test "attached continues for a segment that was marked before, until it is gone" {
    segment 4K
    hold "$id"
    holder=$pid
    ipcrm -m "$id"
    waits "$id" attached gt 1
    waiter=$pid
    mv out first
    hold "$id"
    ends_with 0 "$waiter"
    same "number" 2 "$(<first)"
    waits "$id" attached gt 2
    waiter=$pid
    mv err first
    for pid in $(holders "$id"); do end "$pid"; done
    ends_with 3 "$waiter"
}

# ---- fields ----

# bats test_tags=initramfs
@test "every comparison is right for every kind of number" {
    segment 4K
    shmpoke "$id" u8@0=200 i8@1=-3 u64@8=18446744073709551615 i64@16=-9223372036854775808 f64@24=0.5 f32be@32=-0.1 u16be@36=258
    yes=0 no=0
    while read -r field op value; do
        prints "$(shmpeek "$id" "$field")" shmwait -t 0 -- "$id" "$field" "$op" "$value"
        yes=$((yes + 1))
    done <<'END'
u8@0 eq 200
u8@0 ne 199
u8@0 gt 199
u8@0 ge 200
u8@0 lt 201
u8@0 le 200
u8@0 set 0x80
u8@0 set 0
u8@0 clear 0x37
i8@1 lt 0
i8@1 gt -4
i8@1 eq -3
i8@1 set 0xfd
i8@1 clear 2
u64@8 gt 9223372036854775807
u64@8 set 18446744073709551615
i64@16 lt -9223372036854775807
i64@16 eq -9223372036854775808
f64@24 eq 0.5
f64@24 eq 5e-1
f64@24 gt -inf
f64@24 lt inf
f64@24 ne nan
f32be@32 eq -0.1
f32be@32 lt 0
u16be@36 eq 258
u16le@36 eq 513
END
    while read -r field op value; do
        fails_with 124 "shmwait: $id: timed out waiting for $field $op $value" shmwait -t 0 -- "$id" "$field" "$op" "$value"
        no=$((no + 1))
    done <<'END'
u8@0 eq 199
u8@0 ne 200
u8@0 gt 200
u8@0 ge 201
u8@0 lt 200
u8@0 le 199
u8@0 set 0x81
u8@0 clear 0x80
i8@1 gt 0
u64@8 lt 9223372036854775807
i64@16 gt 0
END
    same "number of comparisons" "27 11" "$yes $no"
    shmpoke "$id" f64@24=nan
    fails_with 124 "shmwait: $id: timed out waiting for f64@24 eq 0" shmwait -t 0 "$id" f64@24 eq 0
    shmpoke "$id" f64@24=-0
    prints -0 shmwait -t 0 "$id" f64@24 eq 0
}

@test "a str is compared as text" {
    segment 64
    shmpoke "$id" str@0:8=ready
    prints ready shmwait -t 0 "$id" str@0:8 eq ready
    prints x=ready shmwait -t 0 "$id" x=str@0:8 ne go
    prints ready shmwait -t 0 "$id" str@0:8 gt read
    prints "" shmwait -t 0 "$id" str@8:8 eq ''
    fails_with 124 "shmwait: $id: timed out waiting for str@0:8 eq ''" shmwait -t 0 "$id" str@0:8 eq ''
}

@test "waits for a field, and prints the value that ended the wait" {
    segment 64
    waits -t 300s "$id" i32@4 ge 5
    shmpoke "$id" i32@4=4
    still_waits
    shmpoke "$id" i32@4=7
    ends_with 0 "$pid"
    same "value" 7 "$(<out)"
}

@test "a change without a wake-up is noticed too" {
    segment 64
    for field in u8@9 u16be@10 i32@8 u64@8 str@9:3; do
        head -c 64 /dev/zero | poke "$id" 0
        waits -t 300s "$id" "$field" ne "$(shmpeek "$id" "$field")"
        printf '\1\1\1' | poke "$id" 9
        ends_with 0 "$pid"
    done
}

@test "a wait for a field sleeps in futex, through a read-only attach" {
    segment 64
    traced all "$id" u32@4 eq 1
    wait_until rested 10
    end "$pid"
    grep -q 'shmat([0-9]*, NULL, SHM_RDONLY)' trace
    same "other rests" 0 "$(grep -c nanosleep trace)"
    same "waits for the word" 0 "$(grep 'FUTEX_WAIT,' trace | grep -cv 'FUTEX_WAIT, 0, ')"
    spares_the_processor
}

# wakes CMD.. - it succeeds; the last byte of each address that it has woken is in $woken, and
# their number in $calls
wakes()
{
    prints "" "${leaks[@]}" strace -qq -e trace=futex -o trace "$@"
    woken=$(sed -n 's/^futex(0x[0-9a-f]*\(..\), FUTEX_WAKE, 2147483647.*/\1/p' trace | paste -sd ' ')
    calls=$(wc -w <<<"$woken")
}

@test "shmpoke wakes the word that a wait for each field sleeps on" {
    command -v strace >/dev/null || skip "needs strace"
    segment 64
    wakes shmpoke "$id" u32@4=1 u64@8=1 u8@17=1 str@21:7=x u16@30:2=1,2 u64@40:2=1,2
    same "words" "04 08 10 14 1c 20 28 30" "$woken"
    wakes shmpoke --expect 1 "$id" u64@8=3
    same "words" "08" "$woken"
}

@test "shmpoke makes at most one call to wake for each word of a page" {
    command -v strace >/dev/null || skip "needs strace"
    segment 16M
    wakes shmpoke "$id" str@64:8M=x
    same "words" "40" "$woken"
    wakes shmpoke "$id" "u16@0:20000=$(printf '1,%.0s' {1..19999})1"
    same "calls" 1024 "$calls"
}

@test "a wait for a number that shmpoke changed but did not wake ends too" {
    segment 64K
    waits -t 300s "$id" u16@39998 eq 1
    shmpoke "$id" "u16@0:20000=$(printf '1,%.0s' {1..19999})1"
    ends_with 0 "$pid"
}

@test "a woken process checks at once, before its pause is over" {
    segment 64
    # by chance its time has come when the word is set, and is not woken yet
    for _ in {1..50}; do
        shmpoke "$id" u32@0=0
        traced futex,nanosleep,clock_nanosleep "$id" u32@0 eq 1
        wait_until rested 6
        shmpoke "$id" u32@0=1
        ends_with 0 "$pid"
        last=$(grep -E 'FUTEX_WAIT,|nanosleep' trace | tail -n 1)
        [[ $last != *" = 0" ]] || break
    done
    like "its last rest" "futex(*FUTEX_WAIT, 0, * = 0" "$last"
}

@test "three processes that wake each other in turn miss none of 10,000 rounds" {
    a_waiter
    segment 64
    rounds=$(often 1000 10000)
    start ./waiter turns "$id" 0 1 "$rounds"
    first=$pid
    start ./waiter turns "$id" 1 2 "$rounds"
    second=$pid
    start ./waiter turns "$id" 2 0 "$rounds"
    for pid in "$first" "$second" "$pid"; do ends_with 0 "$pid"; done
    same "rounds of the last one" "$rounds" "$(<out)"
    prints 0 shmpeek "$id" u32@0
}

@test "shmwait and shmpoke that wake each other in turn miss no round" {
    segment 64
    rounds=$(often 50 1000)
    start sh -euc 'n=0; while [ $((n += 1)) -le "$2" ]; do
            shmwait -q "$1" u32@0 eq 1; shmpoke "$1" u32@4=$n u32@0=0; done' sh "$id" "$rounds"
    for ((n = 1; n <= rounds; n++)); do
        shmpoke "$id" u32@0=1
        shmwait -q "$id" u32@0 eq 0
        same "round" "$n" "$(shmpeek "$id" u32@4)"
    done
    ends_with 0 "$pid"
}

@test "a field ends with 3 when the segment is removed, whenever it was marked" {
    segment 64
    waits "$id" u32@0 eq 1
    ipcrm -m "$id"
    ends_with 3 "$pid"
    same "message" "shmwait: $id: it was removed" "$(<err)"
    segment 64
    hold "$id"
    holder=$pid
    ipcrm -m "$id"
    waits "$id" u32@0 eq 1
    still_waits
    end "$holder"
    ends_with 3 "$pid"
    fails_with 3 "shmwait: 999: no such segment" shmwait 999 u8@0 eq 0
}

# follows CMD.. - in the background, its standard error in the file err.PID, and each list of
# processes that it reads in the file trace.PID: its pid in $pid
follows()
{
    traces "$@"
    wait_until sleeping "$pid"
}

# traces CMD.. - the same, for a wait that need not sleep yet
traces()
{
    # the filter passes all other calls: a slow check is made rarely
    # shellcheck disable=SC2016 # the inner shell's
    start "${leaks[@]}" sh -c 'exec strace -D -f --seccomp-bpf -qq -o "trace.$$" -e trace=openat,open "$@"' sh "$@"
    mv err "err.$pid"
}

# looked_around - each wait has started its second check for other processes with the segment
looked_around()
{
    local waiter
    for waiter in "${waiters[@]}"; do
        [ "0$(grep -scE 'open.*"/proc/?",' "trace.$waiter")" -ge 2 ] || return 1
    done
}

@test "processes waiting for a segment that only they have attached all end with 3" {
    command -v strace >/dev/null || skip "needs strace"
    segment 4K
    hold "$id"
    holder=$pid
    ipcrm -m "$id"
    waiters=()
    while read -r -a words; do
        follows "${words[@]}"
        waiters+=("$pid")
    done <<END
shmwait $id u32@0 ne 0
shmwait $id changed
shmpeek -F $id u32@0 u8@9
shmpoke -e 7 -t 300s $id u32@0=1
shmcat -F -l 4 $id
END
    wait_until looked_around
    for pid in "${waiters[@]}"; do still_waits; done
    same "attached" 6 "$(kernel_says "$id" nattch)"
    end "$holder"
    for pid in "${waiters[@]}"; do
        ends_with 3 "$pid"
        like "message" "shm*: $id: it was removed" "$(<"err.$pid")"
    done
    gone "$id"
}

# looked_around_twice N PID - each of the N threads of this process has started its
# second check for other processes with the segment
looked_around_twice()
{
    awk -v threads="$1" '/open.*"\/proc\/?",/ && ++looks[$1] == 2 { twice++ } END { exit twice < threads }' "trace.$2" 2>/dev/null
}

# lists PID, has_listed N PID - how often it has begun to go through all processes
lists() { grep -cE 'open.*"/proc/?",' "trace.$1"; }
has_listed() { [ "$(lists "$2")" -ge "$1" ] || [ -s "err.$2" ]; }

@test "two threads that wait on one attach do not count as a process that holds the segment" {
    command -v strace >/dev/null || skip "needs strace"
    a_waiter
    segment 4K
    hold "$id"
    holder=$pid
    ipcrm -m "$id"
    traces ./waiter threads "$id"
    wait_until looked_around_twice 2 "$pid"
    still_waits
    same "standard output" "" "$(<out)"
    printf '\1' | poke "$id" 0
    ends_with 0 "$pid"
    same "how the waits ended" $'1\n1' "$(<out)"
    end "$holder"
}

@test "a process that shares the memory of a waiting one counts as a holder too" {
    command -v strace >/dev/null || skip "needs strace"
    a_waiter
    segment 4K
    hold "$id"
    holder=$pid
    ipcrm -m "$id"
    traces ./waiter twin "$id"
    twin=$pid
    mv out twin.out
    follows shmwait -q "$id" u32@0 ne 0
    wait_until looked_around_twice 1 "$twin"
    end "$holder"
    # a check may scan all processes twice, and one may have started before
    wait_until has_listed $(($(lists "$pid") + 5)) "$pid"
    same "how the twin's wait ended" "" "$(<twin.out)"
    still_waits
    printf '\1' | poke "$id" 0
    ends_with 0 "$pid"
    end "$twin"
}

# signs_up N ID - a process that has the segment attached and N of the signs that
# shm-protocols(7) describes: its pid in $pid
signs_up()
{
    start perl -MIPC::SysV=shmat -e 'require "syscall.ph"; $| = 1; my ($count, $id) = @ARGV;
        shmat($id, undef, 0) // die "shmat: $!\n";
        for (1 .. $count) {
            my $name = "shmbox waits for $id in " . readlink("/proc/self/ns/ipc");
            my $fd = syscall(&SYS_memfd_create, $name, 1);
            $fd >= 0 && syscall(&SYS_ftruncate, $fd, 4096) == 0 or die "memfd: $!\n";
            syscall(&SYS_mmap, 0, 4096, 0, 1, $fd, 0) != -1 or die "mmap: $!\n"; # PROT_NONE, MAP_SHARED
        }
        print "held\n"; sleep 3600' "$@"
    wait_until test -s out
}

@test "a sign as in shm-protocols(7) counts for its own process only" {
    command -v strace >/dev/null || skip "needs strace"
    segment 4K
    signs_up 2 "$id"
    signer=$pid
    hold "$id"
    holder=$pid
    ipcrm -m "$id"
    follows shmwait "$id" u32@0 ne 0
    wait_until looked_around_twice 1 "$pid"
    still_waits
    end "$holder"
    ends_with 3 "$pid"
    like "message" "shmwait: $id: it was removed" "$(<"err.$pid")"
    same "attached" 1 "$(kernel_says "$id" nattch)"
    end "$signer"
}

@test "a value written before the removal still counts" {
    for _ in {1..10}; do
        segment 64
        waits -t 300s "$id" u32@0 eq 1
        perl -e 'my $id = shift; shmwrite $id, pack("L", 1), 0, 4; shmctl $id, 0, 0' "$id"
        ends_with 0 "$pid"
    done
}

# ---- changed ----

@test "changed notices any byte, but only in the given range" {
    segment 1M
    for offset in 0 1048575 524291; do
        waits -t 300s "$id" changed
        printf '\7' | poke "$id" "$offset"
        ends_with 0 "$pid"
        same "nothing printed" "" "$(<out)"
        printf '\0' | poke "$id" "$offset"
    done
    waits -t 300s "$id" changed@5:3
    printf '\1' | poke "$id" 4
    printf '\1' | poke "$id" 8
    still_waits
    printf '\1' | poke "$id" 7
    ends_with 0 "$pid"
    waits -t 300s "$id" changed@-1:1
    printf '\1' | poke "$id" 1048575
    ends_with 0 "$pid"
}

@test "changed does not mistake holes for a change, and allocates no memory" {
    segment --noreserve 64G
    printf x | poke "$id" 5000
    waits -t 300s "$id" changed
    head -c 4096 /dev/zero | poke "$id" 8192
    still_waits
    same "resident" 8192 "$(kernel_says "$id" rss)"
}

@test "checking a large range takes a small part of the time" {
    segment 16M
    noise 16777216 | shmwrite "$id"
    traced clock_nanosleep,nanosleep,clock_gettime "$id" changed
    wait_until rested 4
    end "$pid"
    spares_the_processor
}

# ---- time ----

@test "a timeout ends the wait with 124, not early, and no sleep exceeds the rest of it" {
    command -v strace >/dev/null || skip "needs strace"
    segment 64
    for words in "u8@0 eq 1" "attached gt 0" changed "changed@0:4"; do
        # shellcheck disable=SC2086
        prints "not early" "${leaks[@]}" perl -MTime::HiRes=clock_gettime,CLOCK_MONOTONIC -e 'my $began = clock_gettime(CLOCK_MONOTONIC);
            my $status = system @ARGV; my $took = clock_gettime(CLOCK_MONOTONIC) - $began;
            print $status >> 8 == 124 && $took >= 0.3 ? "not early" : "status $status after $took s"' \
            sh -c 'exec strace -qq -o trace -e trace=futex,nanosleep,clock_nanosleep shmwait -t 300ms "$@" 2>/dev/null' - "$id" $words
        # for as long as it rests, time passes: all rests together are no longer
        perl -ne '$sum += $1 * 1e9 + $2 if /^(?:futex\(.*FUTEX_WAIT,|(?:clock_)?nanosleep\().*tv_sec=(\d+), tv_nsec=(\d+)\}/;
            END { $sum > 0 && $sum <= 3e8 or die "rests of $sum ns\n" }' trace
    done
}

@test "a wait uses almost no processor time" {
    segment 64
    for words in "u32@0 eq 1" "attached gt 0" changed; do
        # shellcheck disable=SC2086
        traced all "$id" $words
        wait_until rested 10
        end "$pid"
        spares_the_processor
    done
}

# rested_by_the_clock N - so often it has rested without an eye on the word
rested_by_the_clock() { [ "0$(grep -scE '^(clock_)?nanosleep\(.* = ' trace)" -ge "$1" ]; }

@test "a word that changes constantly does not cause constant wake-ups" {
    segment 64
    start perl -e 'my $id = shift; my $n = 0; shmwrite $id, pack("L", ++$n & 0x7fffffff), 0, 4 while 1' "$id"
    traced futex,nanosleep,clock_nanosleep,clock_gettime "$id" u32@0 ge 0x80000000
    wait_until rested_by_the_clock 8
    end "$pid"
    grep -q 'FUTEX_WAIT,.*EAGAIN' trace
    # what changes is looked at eight times in a row, and then not before a rest is over
    perl -ne 'if (/^(?:clock_)?nanosleep\(|FUTEX_WAIT,.*ETIMEDOUT/) { $early = 0 }
        elsif (/FUTEX_WAIT,/ && ++$early > 8) { die "looks too often: line $.\n" }' trace
    spares_the_processor
}

# ---- the command line ----

@test "--quiet prints nothing, and the status is the same" {
    segment 64
    prints "" shmwait -q "$id" exists
    prints "" shmwait --quiet "$id" attached eq 0
    prints "" shmwait -q "$id" u32@0 eq 0
    fails_with 124 "shmwait: $id: timed out waiting for u32@0 eq 1" shmwait -q -t 0 "$id" u32@0 eq 1
}

@test "condition and comparison are checked before anything is done" {
    fails_with 2 "shmwait: bogus: not a condition; use exists, gone, attached, changed, changed@OFFSET:LENGTH or a field" shmwait 0 bogus
    fails_with 2 "shmwait: u8@0: OP is missing; use eq ne lt le gt ge, or for bits set clear" shmwait 0 u8@0
    fails_with 2 "shmwait: attached: OP is missing; use eq ne lt le gt ge, or for bits set clear" shmwait 0 attached
    fails_with 2 "shmwait: VALUE is missing" shmwait 0 attached eq
    fails_with 2 "shmwait: exists: takes no OP and VALUE" shmwait 0 exists eq 1
    fails_with 2 "shmwait: changed@0:1: takes no OP and VALUE" shmwait 0 changed@0:1 eq 1
    fails_with 2 "shmwait: =: not a comparison; use eq ne lt le gt ge, or for bits set clear" shmwait 0 u8@0 = 1
    fails_with 2 "shmwait: 300: out of range: u8 is 0 to 255" shmwait 0 u8@0 eq 300
    fails_with 2 "shmwait: x: not a number" shmwait 0 attached eq x
    fails_with 2 "shmwait: set: attached is a number: use eq, ne, lt, le, gt or ge" shmwait 0 attached set 1
    fails_with 2 "shmwait: -1: out of range: u64 is 0 to 18446744073709551615" shmwait 0 attached eq -1
    fails_with 2 "shmwait: set and clear require an integer field" shmwait 0 f32@0 set 1
    fails_with 2 "shmwait: set and clear require an integer field" shmwait 0 str@0:1 clear 1
    fails_with 2 "shmwait: u8@0:2: only a field of one value can be compared" shmwait 0 u8@0:2 eq 1
    fails_with 2 "shmwait: u32@2: not aligned: its offset must be a multiple of 4" shmwait 0 u32@2 eq 1
    hints "use an aligned field: *"
    fails_with 2 "shmwait: changed@4: the length is missing: changed@OFFSET:LENGTH" shmwait 0 changed@4
    fails_with 2 "shmwait: changed@4:0: COUNT must be at least 1" shmwait 0 changed@4:0
    fails_with 2 "shmwait: 5: too many operands" shmwait 0 u8@0 eq 1 5
    while IFS=/ read -r word words; do
        quoted=$word
        [[ $word != *' ' ]] || quoted="'$word'"
        fails_with 2 "shmwait: $quoted: write it as three words: $words" shmwait 0 "$word"
    done <<END
u32@0=5/u32@0 eq 5
u32@0 eq 5/u32@0 eq 5
u32@0 == 5/u32@0 eq 5
u32@0!=5/u32@0 ne 5
u32@0>5/u32@0 gt 5
u32@0>=5/u32@0 ge 5
u32@0<5/u32@0 lt 5
u32@0 <= 5/u32@0 le 5
u32@0 /u32@0 eq VALUE
END
}

@test "a negative VALUE is no option" {
    segment 64
    shmpoke "$id" f64@0=-inf f64@8=-nan i32@16=-5 f32@20=-0.5 str@24:4=-x
    while read -r words; do
        # shellcheck disable=SC2086 # the words of a condition, and options among them
        prints "$(shmpeek "$id" "${words%% *}")" shmwait -t 0 "$id" $words
    done <<'END'
f64@0 eq -inf
f64@0 eq -INF
f64@0 lt -1e300
f64@8 ne -nan
i32@16 eq -5
i32@16 --timeout 1s eq -5
i32@16 eq -t 1s -5
f32@20 eq -.5
str@24:4 eq -- -x
END
    fails_with 124 "shmwait: $id: timed out waiting for f32@20 eq -.25" shmwait -t 0 "$id" f32@20 eq -.25
    fails_with 2 "shmwait: -x: unknown option" shmwait "$id" str@24:4 eq -x
    hints "write -- before a VALUE that begins with -"
    # elsewhere it is none
    fails_with 2 "shmwait: -i: unknown option" shmwait -inf "$id" exists
    fails_with 2 "shmwait: -.5: not a segment: expected an id, key:KEY or file:PATH" shmwait -.5 exists
    # another applet takes the value of an option as it is
    prints "" shmpoke -e -inf "$id" f64@0=-.5
    prints -0.5 shmpeek "$id" f64@0
}

# ---- --exists-first ----

# bats test_tags=initramfs
@test "--exists-first waits for the segment, then for a value, attaches, a change or its removal" {
    while read -r what; do
        # shellcheck disable=SC2086 # several words
        waits --exists-first -t 300s key:0x91 $what
        waiter=$pid
        segment --key 0x91 4K
        case $what in changed* | u32*) wait_until attached 1 ;; esac
        looks_again "$waiter"
        case $what in
        attached*) hold "$id" ;;
        gone) ipcrm -m "$id" ;;
        *) shmpoke "$id" u32@0=5 ;;
        esac
        ends_with 0 "$waiter"
        case $what in
        attached*) end "$pid" ;;
        gone) continue ;;
        esac
        ipcrm -m "$id"
    done <<END
u32@0 eq 5
attached ge 1
changed
changed@0:4
gone
END
}

@test "--exists-first of what exists waits for the condition alone" {
    segment 4K
    prints 0 shmwait -E "$id" u8@0 eq 0
    prints "$id" shmwait -E "$id" exists
}

@test "--exists-first has one timeout for both" {
    fails_with 124 "shmwait: key:0x92: timed out waiting for it to exist" shmwait -E -t 10ms key:0x92 u8@0 ne 0
    segment 4K
    fails_with 124 "shmwait: $id: timed out waiting for u8@0 ne 0" shmwait -E -t 10ms "$id" u8@0 ne 0
    # it rests no longer than the timeout in both waits together
    traced 'futex,nanosleep,clock_nanosleep,shmat' -E -t 2s key:0x92 u8@0 ne 0
    wait_until eval 'rested 25 || ended "$pid"' # a slow machine may not rest so often in time
    segment --key 0x92 4K
    ends_with 124 "$pid"
    perl -ne '$sum += $1 + $2 / 1e9 if /FUTEX_WAIT,|nanosleep/ && /tv_sec=(\d+), tv_nsec=(\d+)/;
        END { print "rested for $sum seconds\n"; exit($sum > 2.2) }' trace
}

@test "waiting for a field of a missing segment gives a hint to wait for the segment" {
    fails_with 3 "shmwait: key:0x77: no segment has this key" shmwait key:0x77 u32@0 eq 0
    hints "use --exists-first to wait until it exists, too"
}

@test "a condition that can never be true is refused" {
    segment 64
    while read -r field op value; do
        fails_with 2 "shmwait: $field: $op $value is never true" shmwait -t 0 -- "$id" "$field" "$op" "$value"
    done <<'END'
str@0:4 eq hello
f64@24 eq nan
f64@24 lt nan
f32@24 ge nan
f32be@24 gt inf
f64@24 lt -inf
u8@0 lt 0
u16be@0 gt 65535
i8@0 gt 127
i64@0 lt -9223372036854775808
u64@0 gt 18446744073709551615
attached lt 0
END
    fails_with 2 "shmwait: str@0:4: lt '' is never true" shmwait -t 0 "$id" str@0:4 lt ''
    while read -r field op value; do
        fails_with 124 "shmwait: $id: timed out waiting for $field $op $value" shmwait -t 0 -- "$id" "$field" "$op" "$value"
    done <<'END'
str@0:4 eq four
str@0:4 gt hello
i8@0 ge 127
i8@0 le -128
f32@24 eq inf
f64@24 le -inf
u8@0 set 255
END
}

@test "a condition that requires the bytes of the segment is status 1" {
    segment 10
    fails_with 1 "shmwait: u32@8: 4 bytes at offset 8 are past the end of the segment (10 bytes)" shmwait "$id" u32@8 eq 0
    fails_with 1 "shmwait: changed@8:3: 3 bytes at offset 8 are past the end of the segment (10 bytes)" shmwait "$id" changed@8:3
    fails_with 1 "shmwait: u16@-3: not aligned: its offset must be a multiple of 2" shmwait "$id" u16@-3 eq 0
}

@test "a segment without read permission is status 4, but its attaches can be counted" {
    needs_nobody
    segment --mode 600 4K
    fails_like 4 "shmwait: $id: *" as_nobody shmwait "$id" u8@0 eq 0
    prints 0 as_nobody shmwait "$id" attached eq 0
}
