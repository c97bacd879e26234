# shellcheck shell=bash
# helper - what the test files share: a private namespace, a leak check, words for verdicts
#
# The namespace is the broom: a test may leave segments behind if it made them with
# segment(), which notes them; any other segment that appears during a test is a leak of
# the program under test, and one that disappears was removed by mistake.

bats_require_minimum_version 1.5.0

# Where the judges look: the program under test may have no /proc at all.
export proc=${SHMBOX_PROC:-/proc}

common_setup()
{
    [ -n "${SHMBOX_PRIVATE_IPC-}" ] || skip "needs a private IPC namespace: run it under tests/lib/ipcns.sh"
    [ -z "${SHMBOX_ELSEWHERE-}" ] || skip_elsewhere
    export LC_ALL=C TZ=UTC
    PATH=$SHMBOX_BIN:$PATH
    started=()
    changed=()
    # bats notes the place of each command before it runs: in the test's own lines only
    set +T
    declare -ft "$BATS_TEST_NAME"
    cd "$BATS_TEST_TMPDIR" || return
    : >noted
    segments >before
}

# Skips what tests/lib/elsewhere has for this test and one of the words in SHMBOX_ELSEWHERE.
skip_elsewhere()
{
    local file where test reason
    while IFS=$'\t' read -r where file test reason; do
        # shellcheck disable=SC2053 # the last words of a long name may be left out
        [[ " $SHMBOX_ELSEWHERE " != *" $where "* || ${BATS_TEST_FILENAME##*/} != "$file.bats" ||
            $BATS_TEST_DESCRIPTION != $test ]] || skip "$reason"
    done <"$SHMBOX_SOURCE/tests/lib/elsewhere"
}

common_teardown()
{
    [ -e "$BATS_TEST_TMPDIR/before" ] || return 0 # skipped
    [ -n "${BATS_TEST_COMPLETED-}" ] || tell_last_run
    end_started
    [ -z "${pool_before-}" ] || give_back_huge_pages
    restore_limits
    cd "$BATS_TEST_TMPDIR" || return
    same_segments
}

# Judges which segments a test left behind: those that it has noted, and no others.
same_segments()
{
    local id left='' lost=''
    local -a ids
    local -A before=() noted=() now=()
    mapfile -t ids <before
    for id in "${ids[@]}"; do [ -z "$id" ] || before[$id]=1; done
    mapfile -t ids <noted
    for id in "${ids[@]}"; do [ -z "$id" ] || noted[$id]=1; done
    segments >after
    mapfile -t ids <after
    for id in "${ids[@]}"; do
        now[$id]=1
        [ -n "${before[$id]-}${noted[$id]-}" ] || left+="$id "
    done
    for id in "${!before[@]}"; do
        [ -n "${now[$id]-}" ] || lost+="$id "
    done
    same "segments left behind" "" "$left" && same "segments of others removed" "" "$lost"
}

tell_last_run()
{
    printf 'last run: %s\n' "${BATS_RUN_COMMAND-none}"
    printf 'status: %s\nstdout: %s\nstderr: %s\n' "${status-}" "${output-}" "${stderr-}"
}

# ---- verdicts ----

# same WHAT WANTED GOT
same()
{
    [ "$2" = "$3" ] || {
        printf '%s differs\nwanted: %s\ngot:    %s\n' "$@"
        return 1
    }
}

# like WHAT PATTERN GOT - the same with a pattern as in case
like()
{
    # shellcheck disable=SC2053
    [[ $3 == $2 ]] || {
        printf '%s differs\nwanted: %s\ngot:    %s\n' "$@"
        return 1
    }
}

# run [-STATUS | !] [--separate-stderr] CMD.. - as the one of bats, which makes four processes
# for each command; this one makes the command's
run()
{
    local run_wanted='' run_apart='' run_flags=$- run_stderr=$BATS_TEST_TMPDIR/.stderr.$BASHPID
    while [[ ${1-} == -* || ${1-} == '!' ]]; do
        case $1 in
        '!') run_wanted=any ;;
        --separate-stderr) run_apart=1 ;;
        *) run_wanted=${1#-} ;;
        esac
        shift
    done
    BATS_RUN_COMMAND="$*"
    set +eET
    if [ -n "$run_apart" ]; then
        output=$("$@" 2>"$run_stderr") && status=0 || status=$?
        IFS= read -r -d '' stderr <"$run_stderr"
        while [[ $stderr == *$'\n' ]]; do stderr=${stderr%$'\n'}; done
        into_lines stderr_lines "$stderr"
    else
        output=$("$@" 2>&1) && status=0 || status=$?
    fi
    into_lines lines "$output"
    set "-$run_flags"
    case $run_wanted in
    '' | "$status") ;;
    any) [ "$status" -ne 0 ] || same "status of $BATS_RUN_COMMAND" "not 0" 0 ;;
    *) same "status of $BATS_RUN_COMMAND" "$run_wanted" "$status" ;;
    esac
}

# into_lines ARRAY TEXT - those of its lines that are not empty
into_lines()
{
    local IFS=$'\n' -
    set -f
    # shellcheck disable=SC2034,SC2206 # for eval; it is to be split
    local parts=($2)
    eval "$1=(\"\${parts[@]}\")"
}

# Everything a sanitizer says is a failure, whatever was expected otherwise.
no_sanitizer_spoke()
{
    [[ $stderr != *Sanitizer* && $stderr != *"runtime error:"* ]] || {
        printf '%s\n' "$stderr"
        return 1
    }
}

# succeeds CMD.. - status 0 and nothing on standard error; what it printed is in $output
succeeds()
{
    run -0 --separate-stderr "$@"
    same "standard error" "" "$stderr"
}

# prints WANTED CMD.. - and its output is this, but for newlines at the end
prints()
{
    local wanted=$1
    shift
    succeeds "$@"
    same "standard output" "$wanted" "$output"
}

# fails_with STATUS LINE CMD.. - nothing on standard output, LINE first on standard error
fails_with()
{
    local wanted=$1 line=$2
    shift 2
    run "-$wanted" --separate-stderr "$@"
    no_sanitizer_spoke
    same "first line of standard error" "$line" "${stderr_lines[0]-}"
    same "standard output" "" "$output"
    spoke_as "${line%%:*}"
}

# fails_like STATUS PATTERN CMD.. - the same, where the exact words do not matter
fails_like()
{
    local wanted=$1 pattern=$2
    shift 2
    run "-$wanted" --separate-stderr "$@"
    no_sanitizer_spoke
    like "first line of standard error" "$pattern" "${stderr_lines[0]-}"
    same "standard output" "" "$output"
    spoke_as "${pattern%%:*}"
}

# warns_with LINE CMD.. - status 0, and exactly LINE on standard error
warns_with()
{
    local line=$1
    shift
    run -0 --separate-stderr "$@"
    same "standard error" "$line" "$stderr"
}

# hints PATTERN - the last run's message was followed by a hint like this
hints()
{
    like "second line of standard error" "hint: $1" "${stderr_lines[1]-}"
}

# Every line of standard error says who speaks, or is a hint.
spoke_as()
{
    local line
    for line in "${stderr_lines[@]}"; do
        [[ $line == "$1: "* || $line == "hint: "* ]] || {
            printf 'neither a message nor a hint: %s\n' "$line"
            return 1
        }
    done
}

# same_bytes FILE - standard input has exactly the bytes of FILE
same_bytes()
{
    cmp - "$1"
}

# readme NAME - the block of the README that comes after **NAME..
readme()
{
    awk -v name="**$1" 'index($0, name) == 1 { found = 1 }
        /^```$/ { if (inside) exit; inside = found; next }
        inside' "$SHMBOX_SOURCE/README.md"
}

# as_script, as_pattern - a display of "$ command" lines and what they print: a script that
# prints the same, and what that is, where .. is anything and so are ages
as_script()
{
    local line
    while read -r line; do
        [[ $line != '$ '* ]] || printf 'echo %q\n%s\n' "$line" "${line#??}"
    done
}

as_pattern()
{
    sed 's/[][*?\\]/\\&/g; s/\.\.\.*/*/g; s/ [0-9]s / ?s /'
}

# full CMD.., closed CMD.., mute CMD.. - with a standard output that takes nothing, with
# none at all, and without a standard input
full()
{
    "$@" >/dev/full
}

closed()
{
    "$@" >&-
}

mute()
{
    "$@" <&-
}

# ---- segments, and judges that are not shmbox ----

# kernels_table - the rows of the kernel's table of segments, in the array "rows"; the first has names
kernels_table()
{
    mapfile -t rows <"$proc/sysvipc/shm"
}

# The ids of all segments, in the kernel's order.
segments()
{
    local rows row id _
    kernels_table
    for row in "${rows[@]:1}"; do
        read -r _ id _ <<<"$row"
        echo "$id"
    done
}

# segment [shmcreate's options and operand] - a segment for this test: its id in $id
segment()
{
    id=$(shmcreate "$@")
    echo "$id" >>"$BATS_TEST_TMPDIR/noted"
}

# kernel_says ID COLUMN - one cell of /proc/sysvipc/shm, nothing if there is no such segment
kernel_says()
{
    local rows row column names cells
    kernels_table
    read -r -a names <<<"${rows[0]}"
    for ((column = 0; column < ${#names[@]}; column++)); do
        [ "${names[column]}" != "$2" ] || break
    done
    for row in "${rows[@]:1}"; do
        read -r -a cells <<<"$row"
        [ "${cells[1]}" != "$1" ] || echo "${cells[column]-}"
    done
}

exists()
{
    local rows row id _
    kernels_table
    for row in "${rows[@]:1}"; do
        read -r _ id _ <<<"$row"
        [ "$id" != "$1" ] || return 0
    done
    return 1
}

gone()
{
    ! exists "$1"
}

# id_of KEY - the id of the segment with this key, a decimal number
id_of()
{
    local rows row key id _
    kernels_table
    for row in "${rows[@]:1}"; do
        read -r key id _ <<<"$row"
        [ "$(((key + 4294967296) % 4294967296))" != "$1" ] || echo "$id"
    done
}

# peek ID OFFSET LENGTH - its bytes, as perl sees them
peek()
{
    perl -e 'shmread($ARGV[0], $b, $ARGV[1], $ARGV[2]) or die "shmread: $!\n"; print $b' "$@"
}

# poke ID OFFSET - puts standard input there
poke()
{
    perl -e 'local $/; my $b = <STDIN>;
        shmwrite($ARGV[0], $b, $ARGV[1], length $b) or die "shmwrite: $!\n"' "$@"
}

# far_peek ID OFFSET LENGTH and far_poke ID OFFSET TEXT - where perl's own cannot reach:
# beyond 2 GiB, and behind the end, in the rest of the last page
far_peek()
{
    perl -MIPC::SysV=shmat -e 'my $at = unpack "J", shmat($ARGV[0], undef, 0) // die "shmat: $!\n";
        open my $mem, "<:raw", "$ENV{proc}/self/mem" or die "mem: $!\n";
        sysseek $mem, $at + $ARGV[1], 0 or die "seek: $!\n";
        sysread($mem, my $b, $ARGV[2]) == $ARGV[2] or die "read: $!\n"; print $b' "$@"
}

far_poke()
{
    perl -MIPC::SysV=shmat -e 'my $at = unpack "J", shmat($ARGV[0], undef, 0) // die "shmat: $!\n";
        open my $mem, "+<:raw", "$ENV{proc}/self/mem" or die "mem: $!\n";
        sysseek $mem, $at + $ARGV[1], 0 or die "seek: $!\n";
        syswrite($mem, $ARGV[2]) == length $ARGV[2] or die "write: $!\n"' "$@"
}

# noise LENGTH - that many bytes, of any value, the same every time, no two places alike
noise()
{
    perl -e 'my $n = shift; print substr(pack("N*", map { $_ * 2654435761 & 0xffffffff }
        1 .. $n / 4 + 1), 0, $n)' "$1"
}

# holders ID - the processes of this namespace that have it mapped, one pid a line
holders()
{
    local pid ours
    ours=$(readlink "$proc/self/ns/ipc")
    grep -lsE " $1 +/SYSV" "$proc"/[0-9]*/maps | while read -r pid; do
        pid=${pid#"$proc/"} pid=${pid%/maps}
        [ "$(readlink "$proc/$pid/ns/ipc")" != "$ours" ] || echo "$pid"
    done
}

# ---- processes ----

# wait_until CMD.. - until CMD succeeds: for minutes, as a slow machine may be busy as well
wait_until()
{
    local round never pause=0.01
    "$@" && return
    exec {never}<> <(:) # no process writes into this pipe: reading from it waits, and needs no sleep(1)
    for ((round = 0; round < 3200; round++)); do
        ((round != 200)) || pause=0.1
        IFS= read -r -t "$pause" -u "$never" || :
        if "$@"; then
            exec {never}>&-
            return
        fi
    done
    exec {never}>&-
    echo "waited in vain for: $*"
    return 1
}

# start CMD.. - in the background: its pid in $pid, its output in the files out and err
start()
{
    # opened here and now: in the background it might empty what the next one has written
    { "$@" 3>&- & } >out 2>err
    pid=$!
    started+=("$pid")
}

# hold ID.. - a process that has these attached (one twice, if named twice): its pid in $pid
hold()
{
    start perl -MIPC::SysV=shmat -e '$0 = "holder"; $| = 1;
        shmat($_, undef, 0) // die "shmat: $!\n" for @ARGV; print "held\n"; sleep 3600' "$@"
    wait_until test -s out
}

ended()
{
    if kill -0 "$1" 2>/dev/null; then
        return 1
    fi
}

# ends_with STATUS PID - a child of the test does, soon
ends_with()
{
    local got=0
    wait_until ended "$2"
    wait "$2" || got=$?
    forget "$2"
    same "exit status" "$1" "$got"
}

# end PID - ends a child of the test with what it started, and waits until they are gone
end()
{
    local children=() child
    # what runs a function, as_nobody for one, is a shell with the program as its child
    read -r -a children 2>/dev/null <"$proc/$1/task/$1/children" || :
    kill -KILL "$1" 2>/dev/null || :
    wait "$1" 2>/dev/null || :
    forget "$1"
    for child in "${children[@]}"; do
        end "$child"
        wait_until ended "$child" # the first process of the namespace waits for it now
    done
}

# forget PID - a child that was waited for is not to be killed: its pid may be another's by now
forget()
{
    local nth
    for nth in "${!started[@]}"; do
        [ "${started[nth]}" != "$1" ] || unset "started[nth]"
    done
}

end_started()
{
    local pid
    for pid in "${started[@]}"; do
        end "$pid"
    done
}

# A pid that was somebody's, and is nobody's now.
dead_pid()
{
    sh -c 'echo $$'
}

# often FEW MANY - how many rounds a race has: FEW, and MANY with --all
often()
{
    if [ -z "${SHMBOX_ALL-}" ]; then echo "$1"; else echo "$2"; fi
}

# ---- another user, small limits, other namespaces ----

# Skips the test where there is no second user; else makes sure nobody can run the binary.
needs_nobody()
{
    setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null ||
        skip "needs a second user, and this user namespace has none"
    nobody_bin=$SHMBOX_BIN
    if as_nobody test -x "$SHMBOX_BIN/shmbox"; then
        return
    fi
    nobody_bin=$BATS_FILE_TMPDIR/bin
    [ ! -d "$nobody_bin" ] || return 0
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" # the files in them are not secret
    mkdir -m 755 "$nobody_bin"
    cp "$SHMBOX_BIN/shmbox" "$nobody_bin"
    "$SHMBOX_BIN/shmbox" --list | while read -r applet; do ln "$nobody_bin/shmbox" "$nobody_bin/$applet"; done
}

# as_nobody CMD.. - as a user without any right
as_nobody()
{
    setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all -- \
        env PATH="$nobody_bin:$PATH" "$@"
}

# limit NAME VALUE - sets kernel.NAME until the test ends
limit()
{
    [ -w "$proc/sys/kernel/$1" ] || skip "kernel.$1 cannot be set here"
    changed=("$1=$(cat "$proc/sys/kernel/$1")" "${changed[@]}") # the first is put back last
    echo "$2" >"$proc/sys/kernel/$1"
}

restore_limits()
{
    local change
    for change in "${changed[@]}"; do
        echo "${change#*=}" >"$proc/sys/kernel/${change%%=*}"
    done
}

# alone_with FILE, together_with FILE - what is one for the whole machine, by a file of /proc
# or /sys that shows it: nobody else has it until this test ends, or nobody has it alone
alone_with()
{
    exec {machine_lock}<"$(for_all "$1")"
    flock "$machine_lock"
}

together_with()
{
    exec {machine_lock}<"$(for_all "$1")"
    flock --shared "$machine_lock"
}

# for_all FILE - what all files of tests lock for it: each has a /proc of its own, and its
# files with it, but /sys is one
for_all()
{
    case $1 in
    /proc/swaps) echo /sys/kernel/mm ;;
    /proc/vmstat) echo /sys/kernel ;;
    /proc/*) echo /sys/fs ;;
    *) echo "$1" ;;
    esac
}

pool=/sys/kernel/mm/hugepages/hugepages-2048kB

# pools_rest - no other test changes the pools of huge pages until this one ends
pools_rest()
{
    [ ! -e "$pool/nr_hugepages" ] || together_with "$pool/nr_hugepages"
}

# Skips the test where huge pages may not be had at all.
needs_huge_pages()
{
    [ -d "$pool" ] || skip "no huge pages of 2M on this machine"
    [ "$SHMBOX_PRIVATE_IPC" = 1 ] || skip "huge pages are for root, and not the root of a user namespace"
}

# huge_pages N - so many more than there were, until the test ends
huge_pages()
{
    [ -w "$pool/nr_hugepages" ] || skip "vm.nr_hugepages cannot be set here"
    alone_with "$pool/nr_hugepages"
    pool_before=$(cat "$pool/nr_hugepages")
    many=$((pool_before + $1))
    # no other program uses free pages in the guest or in CI: at most a killed test left them
    [[ -z ${CI-} && " ${SHMBOX_ELSEWHERE-} " != *" guest "* ]] || many=$((many - $(cat "$pool/free_hugepages")))
    echo "$many" >"$pool/nr_hugepages"
    [ "$(cat "$pool/nr_hugepages")" -eq "$many" ] || skip "the kernel has no $1 huge pages to give"
    free=$(($(cat "$pool/free_hugepages") - $(cat "$pool/resv_hugepages")))
    [ "$free" -eq "$1" ] || skip "somebody else uses huge pages"
}

give_back_huge_pages()
{
    xargs -r -n 1 ipcrm -m <"$BATS_TEST_TMPDIR/noted" 2>/dev/null || :
    echo "$pool_before" >"$pool/nr_hugepages"
}

# fresh CMD.. - in an IPC namespace of its own: no segments yet, and the first gets id 0
fresh()
{
    unshare --ipc -- "$@"
}

# apart - an IPC namespace that lasts until this test ends: "${apart[@]}" CMD.. runs there
apart()
{
    start unshare --ipc sleep 3600
    wait_until is_elsewhere "$pid"
    apart=(nsenter --ipc --target "$pid" --)
}

is_elsewhere()
{
    [ "$(readlink /proc/self/ns/ipc)" != "$(readlink "/proc/$1/ns/ipc")" ]
}

# left ID - a segment in that namespace still
left()
{
    [ -n "$("${apart[@]}" bash -c "$(declare -f kernels_table kernel_says); kernel_says $1 size")" ]
}

# maker [SIZE [KEY]] - a process there that has made a segment and lives: $pid and $id
maker()
{
    start "${apart[@]}" perl -e '$| = 1; $0 = "maker";
        print 0 + (shmget(oct($ARGV[1] // 0), $ARGV[0] // 4096, 01600) // die "shmget: $!\n"), "\n"; sleep 3600' "$@"
    wait_until test -s out
    id=$(<out)
}

# user ID - a process there that attached the segment and detached it again, and lives: $pid
user()
{
    start "${apart[@]}" perl -e '$| = 1; $0 = "user"; shmread($ARGV[0], my $b, 0, 1) or die "shmread: $!\n";
        print "used\n"; sleep 3600' "$1"
    wait_until test -s out
}

# holder ID - a process there that has it attached: $pid
holder()
{
    start "${apart[@]}" perl -MIPC::SysV=shmat -e '$0 = "holder"; $| = 1;
        shmat($_, undef, 0) // die "shmat: $!\n" for @ARGV; print "held\n"; sleep 3600' "$@"
    wait_until test -s out
}

# reborn PID - a process that got this pid, which was another's before, and lives
reborn()
{
    [ -w /proc/sys/kernel/ns_last_pid ] || skip "pids cannot be chosen here"
    start perl -e '$| = 1; my $wanted = shift;
        for (1 .. 1000) {
            open my $last, ">", "/proc/sys/kernel/ns_last_pid" or die "$!\n";
            print $last $wanted - 1;
            close $last or die "$!\n";
            my $child = fork // die "fork: $!\n";
            if (!$child) { sleep 3600 if $$ == $wanted; exit }
            if ($child == $wanted) { print "$child\n"; waitpid $child, 0; exit }
            waitpid $child, 0; # another process was faster, or nobody has waited for the old one
            select undef, undef, undef, 0.01;
        }' "$1"
    wait_until test -s out
}

# counts_lines - whether the build under test counts which of its lines run: each process
# writes that down in the end
counts_lines() { [ "$SHMBOX_VARIANT" = dev ] || [ "$SHMBOX_VARIANT" = coverage ]; }

# no_proc - "${no_proc[@]}" CMD.. runs where there is no /proc. A sanitizer finds its options
# there alone, and warns of what it cannot do.
no_proc()
{
    # shellcheck disable=SC2016,SC2034 # the inner shell's; for the test
    no_proc=(unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$@"' sh)
    [ "$SHMBOX_VARIANT" = dev ] || return 0
    # shellcheck disable=SC2016,SC2034
    no_proc=(unshare --mount sh -c 'mount -t tmpfs none /proc && mkdir /proc/self &&
        ln -s "$1" /proc/self/exe && printf "%s\0" "$2" >/proc/self/environ && shift 2 && exec "$@"'
        sh "$SHMBOX_BIN/shmbox" "ASAN_OPTIONS=detect_leaks=0:exitcode=99:log_path=$BATS_TEST_TMPDIR/report")
}

# ---- under a tracer ----

# untraced_leaks - leaks cannot be looked for under a tracer: call it before
untraced_leaks()
{
    export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" UBSAN_OPTIONS="$UBSAN_OPTIONS:detect_leaks=0"
}

# stopped_after CALL NTH CMD.. - CMD there, stopped by a signal once it has made this system
# call the NTH time: its pid in $stopped
stopped_after()
{
    local call=$1 nth=$2
    shift 2
    untraced_leaks
    rm -f trace
    # shellcheck disable=SC2016 # the inner shell's
    start "${apart[@]}" sh -c 'exec "$@" >stopped.out 2>stopped.err' sh \
        strace -D -qq -o trace -e "trace=$call" -e "inject=$call:signal=STOP:when=$nth" "$@"
    stopped=$pid
    wait_until grep -qs 'stopped by SIGSTOP' trace
}

# goes_on STATUS - and ends with it; $output and $stderr are what it said
goes_on()
{
    kill -CONT "$stopped"
    ends_with "$1" "$stopped"
    output=$(<stopped.out)
    stderr=$(<stopped.err)
    no_sanitizer_spoke
}

# stamps ATIME DTIME CTIME CPID LPID - "${stamps[@]}" CMD.. is told these of the first segment
# that it asks the kernel for: an orphan of 4K, mode 600, id 0. That is its second call of
# shmctl(2), or, with operands, the first: then stamped_call=1 is put before it.
stamps()
{
    local told
    [ "$(uname -m)" = x86_64 ] || skip "knows the kernel's struct of x86_64 alone"
    # struct shmid64_ds of <asm/shmbuf.h>
    told=$(perl -e 'my ($atime, $dtime, $ctime, $cpid, $lpid) = @ARGV;
        print unpack "H*", pack "L6S2x4Q2QQQQLLQ", 0, 0, 0, 0, 0, 0600, 0, 0, 0, 0, 4096,
            $atime, $dtime, $ctime, $cpid, $lpid, 0' "$@")
    untraced_leaks
    rm -f trace
    stamps=(strace -qq -o trace -e trace=shmctl -e "inject=shmctl:poke_exit=@arg3=$told:when=${stamped_call-2}")
}

# stamped ATIME DTIME CTIME CPID LPID CMD.. - CMD there, which is told these
stamped()
{
    stamps "${@:1:5}"
    "${apart[@]}" "${stamps[@]}" "${@:6}"
}
