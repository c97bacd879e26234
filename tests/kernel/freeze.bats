# SPDX-License-Identifier: MIT
# shmcat --freeze and --stable: a consistent copy, while other processes write
# labels: offline unprivileged

setup_file()
{
    load ../lib/helper
    load ../lib/paths
    make_layouts
    cd "$BATS_FILE_TMPDIR" || return
    cp "$SHMBOX_SOURCE/tests/lib/holder.c" .
    "$SHMBOX_BUILD/cc" -std=gnu17 -O1 -g -Wall -Wextra -Werror -pthread -o holder holder.c
}

setup()
{
    load ../lib/helper
    load ../lib/states
    load ../lib/paths
    load ../lib/cgroup
    paths_setup
    # it never checks for leaks, which is impossible in a traced process
    export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" UBSAN_OPTIONS="$UBSAN_OPTIONS:detect_leaks=0"
    may_trace
}

teardown()
{
    cgroup_teardown
    paths_teardown
}

# Whether we may stop processes that are not our children.
may_trace()
{
    local file=/proc/sys/kernel/yama/ptrace_scope
    [ ! -e $file ] || [ "$(<$file)" = 0 ] || skip "kernel.yama.ptrace_scope keeps users from tracing"
}

# a_writer WHAT ID - a writer of holder.c: its pid in $pid
a_writer()
{
    start "$BATS_FILE_TMPDIR/holder" "$@"
    wait_until test -s out
}

# consistent FILE - its words are consistent (see holder.c). Reports words that are not.
consistent()
{
    "$BATS_FILE_TMPDIR/holder" judges <"$1"
}

# never_torn COMMAND.. - many times: status 0, and a consistent copy
never_torn()
{
    local round
    for ((round = $(often 5 12); round > 0; round--)); do
        "$@" >copy
        consistent copy
    done
}

# word ID INDEX - one of its 64-bit words
word()
{
    peek "$1" $(($2 * 8)) 8 | perl -e 'read STDIN, my $b, 8; print unpack "Q", $b'
}

changed()
{
    [ "$(word "$1" "$2")" != "$3" ]
}

# writes_on ID INDEX - a process still writes that word
writes_on()
{
    wait_until changed "$1" "$2" "$(word "$1" "$2")"
}

# states PID - of all its threads, each letter once
states()
{
    sed -s -n 's/^State:\t\(.\).*/\1/p' "/proc/$1"/task/*/status 2>/dev/null | sort -u | tr -d '\n'
}

all_stopped()
{
    [ "$(states "$1")" = t ]
}

none_stopped()
{
    [[ $(states "$1") != *[tT]* ]]
}

# held_still ID - shmcat --freeze has stopped $pid, and was stopped itself before it copies
# anything: its pid in $cat
held_still()
{
    local holder=$pid
    stopped_after shmat 2 env --default-signal=INT shmcat --freeze "$1"
    cat=$stopped
    pid=$holder
    wait_until all_stopped "$pid"
}

# ---- consistency ----

@test "threads that write are never copied in the middle of a step, and continue" {
    segment 2M
    a_writer threads "$id"
    writes_on "$id" 0
    writes_on "$id" 1
    writes_on "$id" 2
    # the judge sees what a plain copy is
    for ((round = 0; round < 1000; round++)); do
        shmcat "$id" >copy
        consistent copy >said || break
    done
    [ -s said ]
    never_torn shmcat --freeze "$id"
    never_torn shmcat -Z "$id"
    none_stopped "$pid"
    writes_on "$id" 0
    writes_on "$id" 1
    writes_on "$id" 2
}

@test "the same without the right to open map_files" {
    segment 2M
    a_writer threads "$id"
    be no_cap
    never_torn "${as[@]}" shmcat --freeze "$id"
    writes_on "$id" 0
}

@test "the same through a holder, without a trace" {
    needs_cap
    segment 2M
    a_writer threads "$id"
    wait_until sh -c '[ "$(awk -v id="$0" "NR > 1 && \$2 == id { print \$12 }" /proc/sysvipc/shm)" -lt "$(date +%s)" ]' "$id"
    before=$(traces)
    never_torn shmcat --freeze --no-attach "$id"
    same "traces" "$before" "$(traces)"
    writes_on "$id" 0
}

traces()
{
    awk -v id="$id" 'NR > 1 && $2 == id { print "lpid", $6, "nattch", $7, "atime", $12, "dtime", $13, "ctime", $14 }' /proc/sysvipc/shm
}

@test "several processes, one of them without its main thread, are all stopped" {
    segment 2M
    other=$id
    segment 1M
    a_writer leaderless "$id"
    first=$pid
    wait_until grep -q '^State:.Z' "/proc/$first/status"
    hold "$id" "$other"
    never_torn shmcat --freeze "$id"
    writes_on "$id" 1
    writes_on "$id" 2
    none_stopped "$pid"
}

@test "short-lived children are stopped, or waited for" {
    segment 64K
    a_writer forks "$id"
    never_torn shmcat --freeze "$id"
    writes_on "$id" 0
}

@test "a process that starts programs is stopped" {
    segment 64K
    a_writer spawns "$id"
    never_torn shmcat --freeze "$id"
    writes_on "$id" 0
}

@test "a process that attaches for each step only is stopped, or the copy is refused" {
    segment 1M
    a_writer comes_and_goes "$id"
    taken=0
    least=$(often 10 40)
    for ((round = 0; round < least || (taken == 0 && round < 2000); round++)); do
        code=0
        shmcat --freeze "$id" >copy 2>err || code=$?
        case $code in
        0) consistent copy; ((++taken)) ;;
        7) # what attached and went while its holders were looked for cannot be seen either
            [ ! -s copy ]
            grep -qE "^shmcat: $id: (it keeps changing|an attach of it is not visible)" err || { cat err; return 1; }
            ;;
        *) cat err; false ;;
        esac
    done
    echo "taken: $taken"
    [ "$taken" -gt 0 ]
    none_stopped "$pid"
}

@test "a segment without other holders requires no stop" {
    segment_like "$layouts/small"
    piped "$layouts/small" shmcat --freeze "$id"
    piped "$layouts/small" shmattach "$id" shmcat --freeze "$id"
}

# ---- the stopped processes ----

@test "stopped processes continue if shmcat is killed, whatever the signal" {
    segment 1M
    a_writer threads "$id"
    for signal in KILL TERM INT HUP; do
        held_still "$id"
        before=$(word "$id" 0)
        same "meanwhile" "$before" "$(word "$id" 0)"
        all_stopped "$pid"
        kill "-$signal" "$cat"
        kill -CONT "$cat" 2>/dev/null || : # SIGKILL needs no such thing
        ends_with $((128 + $(kill -l "$signal"))) "$cat"
        # the child that traces them ends after it
        wait_until none_stopped "$pid"
        writes_on "$id" 0
        [ ! -s stopped.out ]
    done
}

@test "SIGUSR1 and the keyboard neither end nor stop it while it holds processes stopped" {
    segment 1M
    a_writer threads "$id"
    held_still "$id"
    kill -USR1 "$cat"
    # SIGTSTP is ignored; otherwise SIGCONT would discard it
    [ $((0x$(awk '/^SigIgn:/ { print $2 }' "/proc/$cat/status") >> 19 & 1)) = 1 ]
    kill -CONT "$cat"
    kill -TSTP "$cat" 2>/dev/null || : # it may have ended
    wait_until none_stopped "$pid"
    # once it holds no process, SIGTSTP stops it as it does others
    kill -CONT "$cat" 2>/dev/null || :
    ends_with 0 "$cat"
    writes_on "$id" 0
}

@test "no signal that arrives while processes are stopped is lost" {
    segment 4K
    a_writer counts "$id"
    held_still "$id"
    kill -40 "$pid"
    kill -40 "$pid"
    same "counted" 0 "$(word "$id" 0)"
    all_stopped "$pid"
    kill -CONT "$cat"
    ends_with 0 "$cat"
    wait_until counted 2
}

counted()
{
    [ "$(word "$id" 0)" = "$1" ]
}

@test "no signal that arrives while processes are being stopped is lost" {
    segment 4K
    a_writer counts "$id"
    # the kernel's limit of queued signals
    start perl -e 'my $pid = shift; my $sent = 0;
        until ($sent >= 3000 && -e "enough") {
            if (kill 40, $pid) { $sent++ } else { $!{EAGAIN} or die "kill: $!\n" }
            select undef, undef, undef, 0.0003;
        }
        print "$sent\n"' "$pid"
    for _ in {1..20}; do
        shmcat --freeze "$id" >copy
    done
    : >enough
    ends_with 0 "$pid"
    wait_until counted "$(<out)"
}

@test "a process that was stopped before stays stopped, until it is continued" {
    segment 1M
    a_writer threads "$id"
    kill -STOP "$pid"
    wait_until sh -c '[ "$(sed -n "s/^State:.\(.\).*/\1/p" /proc/$0/task/*/status | sort -u)" = T ]' "$pid"
    for ((round = 0; round < 5; round++)); do
        shmcat --freeze "$id" >copy
        consistent copy
        same "state" T "$(states "$pid")"
    done
    shmcat "$id" | same_bytes copy
    kill -CONT "$pid"
    writes_on "$id" 0
}

@test "a reader that is a holder and our parent gets its bytes" {
    noise 6000000 >wanted
    segment 6000000
    put "$id" wanted
    # shellcheck disable=SC2016 # perl's variables
    run -0 --separate-stderr timeout 300 perl -MIPC::SysV=shmat -e '
        shmat($ARGV[0], undef, 0) // die "shmat: $!\n";
        open my $from, "-|", "shmcat", "--freeze", $ARGV[0] or die;
        open my $file, ">", "got" or die;
        print $file $bytes while read $from, $bytes, 65536;
        close $from or die "status $?\n"' "$id"
    cmp wanted got
    shmattach "$id" shmcat --freeze "$id" | cmp - wanted
}

# ---- refusals ----

@test "an invisible holder is status 7, and the visible ones continue" {
    segment 1M
    a_writer threads "$id"
    hidden=$pid
    # shellcheck disable=SC2016 # the inner shell's variables
    run -7 --separate-stderr unshare --pid --fork --mount-proc sh -c '"$0" threads "$1" >held & inner=$!
        while [ ! -s held ]; do sleep 0.01; done
        shmcat --freeze "$1"; code=$?
        grep -hs ^State /proc/$inner/task/*/status >inner-state; kill $inner; exit $code' "$BATS_FILE_TMPDIR/holder" "$id"
    same "standard error" "shmcat: $id: an attach of it is not visible" "${stderr_lines[0]}"
    hints "*shmwho*"
    same "standard output" "" "$output"
    [ -s inner-state ]
    run -1 grep '[tT] (' inner-state
    writes_on "$id" 0
    none_stopped "$hidden"
}

@test "a holder of another user is status 4, and the required capability is named" {
    needs_nobody
    segment --mode 666 1M
    a_writer threads "$id"
    fails_with 4 "shmcat: $id: permission denied to stop all processes that have it attached" as_nobody shmcat --freeze "$id"
    hints "*CAP_SYS_PTRACE*kernel.yama.ptrace_scope*"
    writes_on "$id" 0
    none_stopped "$pid"
}

@test "an ordinary user can stop processes of the same user; other ones are status 4" {
    needs_nobody
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
    segment --mode 666 1M
    start as_nobody "$BATS_FILE_TMPDIR/holder" threads "$id"
    wait_until test -s out
    never_torn as_nobody shmcat --freeze "$id"
    writes_on "$id" 0
    hold "$id"
    fails_with 4 "shmcat: $id: permission denied to stop all processes that have it attached" as_nobody shmcat --freeze "$id"
}

@test "a holder that is traced already is status 4" {
    segment 64K
    start strace -qq -o trace -e trace=none "$BATS_FILE_TMPDIR/holder" threads "$id"
    wait_until test -s out
    read -r tracee _ <"/proc/$pid/task/$pid/children" || : # there is no newline
    fails_with 4 "shmcat: $id: process $tracee has it attached and is traced by process $pid (strace)" shmcat --freeze "$id"
    hints "end process $pid or make it detach, and try again"
    writes_on "$id" 0
}

@test "without ptrace it is status 4" {
    segment 64K
    hold "$id"
    for error in EPERM ENOSYS; do
        be cap
        run -4 --separate-stderr refusing ptrace error=$error shmcat --freeze "$id"
        refused
        same "standard output" "" "$output"
        same "message" "shmcat: $id: permission denied to stop all processes that have it attached" "${stderr_lines[0]}"
    done
}

@test "two freezes at the same time take turns" {
    segment 256K
    a_writer threads "$id"
    for ((round = $(often 10 100); round > 0; round--)); do
        shmcat --freeze "$id" >one & first=$!
        shmcat --freeze "$id" >other
        wait "$first"
        consistent one
        consistent other
    done
    none_stopped "$pid"
}

@test "a holder in an uninterruptible sleep is status 7, and continues" {
    segment 64K
    a_writer stuck "$id"
    wait_until grep -q . "/proc/$pid/task/$pid/children"
    read -r child _ <"/proc/$pid/task/$pid/children" || : # there is no newline
    fails_with 7 "shmcat: $id: process $pid has it attached and does not stop" shmcat --freeze "$id"
    none_stopped "$child"
    kill -KILL "$child"
    ends_with 1 "$pid"
}

@test "without /proc no process can be stopped: status 7" {
    segment 64K
    hold "$id"
    # shellcheck disable=SC2016 # the inner shell's variables
    # the address sanitizer reads its options there, and prints a warning, which is no error
    run -7 --separate-stderr unshare --mount sh -c 'mount -t tmpfs none /proc && mkdir /proc/self &&
        printf "ASAN_OPTIONS=detect_leaks=0:exitcode=99\0" >/proc/self/environ && shmcat --freeze "$0"' "$id"
    [[ $stderr == *"shmcat: $id: the attached processes are unknown: /proc is not mounted"*"hint: mount -t proc proc /proc"* ]]
    same "standard output" "" "$output"
}

@test "without /proc a segment without holders is copied, and reading through a holder is refused" {
    no_proc
    segment_like "$layouts/small"
    piped "$layouts/small" "${no_proc[@]}" shmcat --freeze "$id"
    hold "$id"
    run -7 --separate-stderr "${no_proc[@]}" shmcat --freeze "$id"
    hints "mount -t proc proc /proc"
    run -1 --separate-stderr "${no_proc[@]}" shmcat --no-attach "$id"
    hints "mount -t proc proc /proc"
}

@test "a missing segment is status 3, and a range outside of it 1" {
    fails_with 3 "shmcat: 999: no such segment" shmcat --freeze 999
    fails_with 3 "shmcat: 999: no such segment" shmcat --stable 999
    segment 4K
    fails_like 1 "shmcat: $id: offset 5000 *" shmcat --freeze --offset 5000 "$id"
    fails_like 1 "shmcat: $id: offset 5000 *" shmcat --stable --offset 5000 "$id"
}

# ---- the bytes ----

@test "ranges, several segments, --hex and sockets are right with --freeze and --stable" {
    segment_like "$layouts/sparse"
    hold "$id"
    tail -c +4002 "$layouts/sparse" | head -c 3000001 >range
    for how in --freeze --stable; do
        for right in "${rights[@]}"; do
            be "$right"
            piped range "${as[@]}" shmcat $how --offset 4001 --length 3000001 "$id"
            filed range "${as[@]}" shmcat $how --offset 4001 --length 3000001 "$id"
            piped <(cat range range) "${as[@]}" shmcat $how --offset 4001 --length 3000001 "$id" "$id"
            piped <(tail -c 5 "$layouts/sparse") "${as[@]}" shmcat $how --offset -5 "$id"
            piped <(hexdump -C "$layouts/sparse" | sed '$d') "${as[@]}" shmcat $how --hex "$id"
            piped <(hexdump -C -s 2621530 -n 100 "$layouts/sparse" | sed '$d') \
                "${as[@]}" shmcat $how --hex --offset 2621530 --length 100 "$id"
        done
        piped "$layouts/sparse" to_socket shmcat $how "$id"
        piped "$layouts/sparse" to_unready shmcat $how "$id"
        prints "" shmcat $how --length 0 "$id"
    done
}

@test "every layout is printed correctly" {
    for layout in full sparse scattered empty small; do
        segment_like "$layouts/$layout"
        hold "$id"
        for right in "${rights[@]}"; do
            be "$right"
            for how in --freeze --stable "--freeze --stable" -ZS -S; do
                # shellcheck disable=SC2086 # one or two words
                piped "$layouts/$layout" "${as[@]}" shmcat $how "$id"
                # shellcheck disable=SC2086
                filed "$layouts/$layout" "${as[@]}" shmcat $how "$id"
            done
        done
        [ "${rights[0]}" != cap ] || piped "$layouts/$layout" shmcat --stable --no-attach "$id"
    done
}

@test "--progress and --verbose report after the processes continue" {
    segment_like "$layouts/full"
    hold "$id"
    since=$(date +%s)
    shmcat --freeze --progress --verbose "$id" 2>err | cmp - "$layouts/full"
    like "last line but one" "shmcat: $id: 5.1M in *" "$(tail -n 2 err | head -n 1)"
    like "last line" "shmcat: $id: 5242883 bytes: *" "$(tail -n 1 err)"
    ! in_time 10 "$since" || same "lines" 2 "$(wc -l <err)" # another one each ten seconds
}

@test "holes take no memory, in the segment, in the copy, and in a file" {
    segment --noreserve 16G
    noise 1048576 | far_fill "$id" 8589934592
    hold "$id"
    together_with /proc/swaps
    swapless
    memory_group 50331648
    for how in --freeze --stable; do
        for right in "${rights[@]}"; do
            be "$right"
            in_group "${as[@]}" shmcat $how "$id" >output
            same "length" 17179869184 "$(stat -c %s output)"
            [ "$(occupied output)" -lt 2000000 ]
            tail -c +8589934593 output | head -c 1048576 | cmp - <(noise 1048576)
            same "resident" 1048576 "$(resident "$id")"
        done
    done
}

# far_fill ID OFFSET - writes standard input at OFFSET, which perl's shmwrite cannot reach
far_fill()
{
    perl -MIPC::SysV=shmat -e 'my $at = unpack "J", shmat($ARGV[0], undef, 0) // die "shmat: $!\n";
        local $/; my $bytes = <STDIN>;
        open my $mem, "+<:raw", "/proc/self/mem" or die "mem: $!\n";
        sysseek $mem, $at + $ARGV[1], 0 or die "seek: $!\n";
        syswrite($mem, $bytes) == length $bytes or die "write: $!\n"' "$@"
}

@test "lack of memory for the copy is status 6, kills no other process, and the holders continue" {
    segment 160M
    a_writer fills "$id"
    filler=$pid
    wait_until sh -c '[ "$(awk -v id="$0" "NR > 1 && \$2 == id { print \$15 }" /proc/sysvipc/shm)" = 167772160 ]' "$id"
    together_with /proc/swaps
    swapless
    memory_group 67108864
    start in_group perl -e '$| = 1; my $own = "n"; $own x= 8 << 20; print "here\n"; sleep 3600'
    wait_until test -s out
    for how in --freeze --stable; do
        run -6 --separate-stderr in_group shmcat $how "$id"
        same "message" "shmcat: $id: no memory" "${stderr_lines[0]}"
        same "standard output" "" "$output"
        kill -0 "$pid"
        writes_on "$id" 2
        none_stopped "$filler"
    done
}

@test "large segments, which a child copies, are consistent" {
    segment 40M
    a_writer threads "$id"
    wait_until changed "$id" 3000000 0
    for ((round = 0; round < 5; round++)); do
        shmcat --freeze "$id" >copy
        consistent copy
    done
    writes_on "$id" 0
}

# ---- stable ----

# copies_stably [OPTION].. - shmcat --stable, which a signal stops in each of its pauses
copies_stably()
{
    stopped_after nanosleep,clock_nanosleep 1+ shmcat --stable "$@" "$id"
}

# paused N - it is in its pause number N
paused()
{
    [ "$(grep -c 'stopped by SIGSTOP' trace)" -ge "$1" ]
}

@test "--stable of a segment that changes in every pause is status 7, and prints nothing" {
    for size in 16 64M; do
        for option in '' --hex; do
            segment "$size"
            # shellcheck disable=SC2086 # an option or none
            copies_stably $option
            for n in {1..16}; do
                wait_until paused "$n"
                # one half of a record, and then the other
                shmpoke "$id" u64@$((n % 2 * 8))=$((n / 2 + 1))
                [ "$n" = 16 ] || kill -CONT "$stopped"
            done
            goes_on 7
            same "message" "shmcat: $id: it keeps changing" "${stderr%%$'\n'*}"
            same "standard output" "" "$output"
            # a writer gets more and more time to finish
            same "pauses in ms" "$(seq 20 5 95)" \
                "$(grep -o 'nanosleep([^}]*tv_nsec=[0-9]*' trace | sed 's/.*=//; s/000000$//')"
        done
    done
}

@test "--stable waits for a pause of the writer" {
    segment 8M
    write() { perl -e 'shmwrite($ARGV[0], pack("Q*", ($ARGV[1]) x 1048576), 0, 8388608) or die "$!\n"' "$id" "$1"; }
    write 1
    copies_stably
    for n in 1 2 3; do
        wait_until paused $n
        write $((n + 1))
        kill -CONT "$stopped"
    done
    wait_until paused 4
    goes_on_to copy
    same "generations" 4 "$(perl -e 'local $/; my %s; $s{$_}++ for unpack "Q*", <STDIN>; print join " ", keys %s' <copy)"
}

@test "--stable prints no half of a slow update" {
    segment 16
    shmpoke "$id" u64@0=1
    copies_stably
    wait_until paused 1
    shmpoke "$id" u64@8=1
    kill -CONT "$stopped"
    wait_until paused 2
    goes_on_to copy
    same "halves" "$(head -c 8 copy | xxd -p)" "$(tail -c 8 copy | xxd -p)"
}

# goes_on_to FILE - what goes_on does, with status 0 and bytes of any kind
goes_on_to()
{
    kill -CONT "$stopped"
    ends_with 0 "$stopped"
    mv stopped.out "$1"
    same "standard error" "" "$(<stopped.err)"
}

@test "--stable requires no privilege, and stops no process" {
    needs_nobody
    segment --mode 644 5000
    noise 5000 >wanted
    put "$id" wanted
    hold "$id"
    piped wanted as_nobody shmcat --stable "$id"
    # shellcheck disable=SC2016
    run -0 strace -f -qq -o trace -e trace=ptrace shmcat --stable "$id"
    run -1 grep ptrace trace
}
