# SPDX-License-Identifier: MIT
# shmattach(1)
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# ---- holding alone ----

# bats test_tags=initramfs
@test "prints the id once the segment is attached, and holds it until SIGTERM" {
    segment 4K
    start shmattach "$id"
    wait_until test -s out
    same "output" "$id" "$(cat out)"
    same "attached" 1 "$(kernel_says "$id" nattch)"
    same "holder" "$pid" "$(holders "$id")"
    kill -TERM "$pid"
    ends_with 0 "$pid"
    same "attached" 0 "$(kernel_says "$id" nattch)"
}

# says_that NOTE HINT - the file err contains these two lines
says_that()
{
    wait_until grep -q ^hint: err
    same "standard error" "shmattach: $1"$'\n'"hint: $2" "$(<err)"
}

@test "reports that it holds the segment if its output is captured" {
    segment 4K
    start shmattach "$id"
    says_that "$id: held until a signal ends this process" "use --background --pid \$\$ to continue while it is held"
    end "$pid"
    start sleep 3600
    other=$pid
    start shmattach --pid "$other" scratch:4K
    says_that "scratch:4K: held until process $other exits" "add --background to continue while it is held"
    end "$other" "$pid"
    start sleep 3600
    succeeds shmattach --background --pid "$pid" "$id"
    succeeds shmattach "$id" true
}

@test "prints only the id on a terminal" {
    segment 4K
    start script --quiet --return --command "exec shmattach $id" /dev/null
    wait_until test -s out
    kill "$(holders "$id")"
    wait_until ended "$pid"
    same "terminal" "$id" "$(tr -d '\r' <out)"
}

@test "SIGINT and SIGHUP end the hold with status 0 too" {
    segment 4K
    for signal in INT HUP; do # a background job of a shell ignores SIGINT from the terminal
        start shmattach "$id"
        wait_until test -s out
        kill -"$signal" "$pid"
        ends_with 0 "$pid"
        rm out
    done
}

@test "holds a segment named by its key" {
    segment -k 0x61 4K
    start shmattach key:0x61
    wait_until test -s out
    same "output" "$id" "$(cat out)"
    kill "$pid"
    ends_with 0 "$pid"
    ipcrm -m "$id"
}

@test "a segment marked for removal can still be held by its id" {
    segment -k 0x62 4K
    hold "$id"
    first=$pid
    ipcrm -m "$id"
    prints "$id 4096 0x00000000" shmattach "$id" sh -c 'echo $SHM_ID $SHM_SIZE $SHM_KEY'
    end "$first"
    gone "$id"
}

@test "an id that cannot be printed ends the hold" {
    segment 4K
    fails_like 1 "shmattach: *" full shmattach "$id"
    fails_like 1 "shmattach: *" full shmattach scratch:4K
}

# ---- around a command ----

# bats test_tags=initramfs
@test "COMMAND gets id, size and key in its environment" {
    segment -k 0x63 5000
    prints "$id 5000 0x00000063" shmattach "$id" sh -c 'echo $SHM_ID $SHM_SIZE $SHM_KEY'
    ipcrm -m "$id"
    segment 1
    prints "$id 1 0x00000000" shmattach "$id" sh -c 'echo $SHM_ID $SHM_SIZE $SHM_KEY'
}

@test "the size of a segment beyond 4 GiB is exact" {
    segment --noreserve 5G
    prints 5368709120 shmattach "$id" sh -c 'echo $SHM_SIZE'
}

@test "shmattach holds the segment itself, and is the parent of COMMAND" {
    segment 4K
    succeeds shmattach "$id" sh -c 'grep -c "/SYSV" /proc/$PPID/maps; grep -c "/SYSV" /proc/$$/maps || :; cat /proc/$PPID/comm'
    same "mappings of parent and command, name of the parent" $'1\n0\nshmattach' "$output"
    same "attached" 0 "$(kernel_says "$id" nattch)"
}

@test "COMMAND inherits the standard streams" {
    run -0 --separate-stderr bash -c 'echo in | shmattach scratch:4K sh -c "cat; echo err >&2"'
    same "standard output" in "$output"
    same "standard error" err "$stderr"
}

@test "COMMAND gets no other descriptor, and no signal is blocked or ignored for it" {
    ours=$(sh -c 'exec ls /proc/self/fd')
    prints "$ours" shmattach scratch:4K ls /proc/self/fd
    prints "$(grep -E 'Sig(Blk|Ign)' /proc/self/status)" shmattach scratch:4K grep -E 'Sig(Blk|Ign)' /proc/self/status
}

@test "the exit status is that of COMMAND" {
    for wanted in 0 1 7 42 255; do
        run "-$wanted" --separate-stderr shmattach scratch:4K sh -c "exit $wanted"
        same "standard error" "" "$stderr"
    done
}

@test "the exit status of COMMAND is known even if SIGCHLD was ignored at the start" {
    run -7 --separate-stderr timeout -s KILL 300 env --ignore-signal=CHLD shmattach scratch:4K sh -c 'exit 7'
}

@test "a COMMAND killed by a signal gives 128 plus the signal" {
    run -143 --separate-stderr shmattach scratch:4K sh -c 'kill -TERM $$'
    run -137 --separate-stderr shmattach scratch:4K sh -c 'kill -KILL $$'
}

@test "a missing COMMAND is status 127, a COMMAND that cannot run 126" {
    touch plain
    PATH=$SHMBOX_BIN:/usr/bin:/bin # without a directory that one may not look into
    fails_like 127 "shmattach: nosuchcommand: *" shmattach scratch:4K nosuchcommand
    fails_like 127 "shmattach: ./nowhere: *" shmattach scratch:4K ./nowhere
    fails_like 126 "shmattach: ./plain: *" shmattach scratch:4K ./plain
    fails_like 126 "shmattach: /: *" shmattach scratch:4K /
}

@test "options end at COMMAND: the words after it are its own" {
    prints "--remove -r -- -h" shmattach scratch:4K echo --remove -r -- -h
    segment 4K
    prints "-n" shmattach -r "$id" printf %s -n
}

@test "options may follow SEGMENT" {
    segment 4K
    # shellcheck disable=SC2016 # the variable of the inner shell
    for words in "$id --read-only --" "$id -r" "--read-only $id --" "--read-only -- $id --"; do
        # shellcheck disable=SC2086 # words
        run -0 --separate-stderr shmattach $words sh -c 'grep -c "r--s.*SYSV" /proc/$PPID/maps'
        same "read-only attaches of shmattach $words" 1 "$output"
    done
    start sleep 3600
    prints "$id" shmattach "$id" --background --pid "$pid"
    fails_with 125 "shmattach: --bogus: unknown option" shmattach "$id" --bogus true
    fails_with 2 "shmattach: --bogus: unknown option" shmattach "$id" --bogus
    prints "-r x" shmattach "$id" -- echo -r x
    prints "$(shmattach --help)" shmattach "$id" --help
}

@test "ignores -- between SEGMENT and COMMAND" {
    prints "-r x" shmattach scratch:4K -- echo -r x
    prints "-- x" shmattach scratch:4K -- echo -- x
    prints "x" shmattach -- scratch:4K -- echo x
    prints "x" shmattach -- scratch:4K echo x
    fails_like 127 "shmattach: --: command not found" shmattach scratch:4K -- -- echo x
    fails_like 125 "shmattach: bogus: *" shmattach bogus -- true
    # without a COMMAND it is as if it were not there
    start sleep 3600
    segment 4K
    prints "$id" shmattach -b -W "$pid" -- "$id" --
}

@test "a failure before COMMAND runs is status 125" {
    fails_with 125 "shmattach: 999: no such segment" shmattach 999 true
    fails_like 125 "shmattach: bogus: *" shmattach bogus true
    fails_like 125 "shmattach: --bogus: unknown option" shmattach --bogus scratch:4K true
    fails_like 125 "shmattach: scratch:4Q: unknown unit 'Q'" shmattach scratch:4Q true
    limit shmmax 4096
    fails_like 125 "shmattach: scratch:8K: *kernel.shmmax*" shmattach scratch:8K true
}

@test "without COMMAND the statuses are the usual ones" {
    fails_with 3 "shmattach: 999: no such segment" shmattach 999
    fails_like 2 "shmattach: bogus: *" shmattach bogus
    fails_like 2 "shmattach: SEGMENT*is missing" shmattach
    limit shmmax 4096
    fails_like 6 "shmattach: scratch:8K: *kernel.shmmax*" shmattach scratch:8K
}

@test "signals are forwarded to COMMAND" {
    segment 4K
    for signal in TERM INT HUP USR1 USR2 QUIT; do
        start env --default-signal=INT,QUIT shmattach "$id" \
            perl -e '$| = 1; $SIG{$ARGV[0]} = sub { exit 9 }; print "ready\n"; sleep 3600' "$signal"
        wait_until test -s out
        kill -"$signal" "$pid"
        ends_with 9 "$pid"
        rm out
    done
    same "attached" 0 "$(kernel_says "$id" nattch)"
}

@test "the segment is held until COMMAND exits, not only until the signal" {
    start shmattach scratch:4K \
        perl -e '$| = 1; $SIG{TERM} = sub { print "held\n" if `cat /proc/sysvipc/shm` =~ /^ *0 +$ENV{SHM_ID} /m; exit 3 };
            print "ready\n"; sleep 3600'
    wait_until test -s out
    kill "$pid"
    ends_with 3 "$pid"
    same "output" $'ready\nheld' "$(cat out)"
}

# ---- scratch ----

@test "a scratch segment exists for COMMAND and is gone afterwards" {
    segments >before_it
    succeeds shmattach scratch:5000 sh -c 'echo $SHM_ID; awk -v id=$SHM_ID "\$2 == id { print \$1, \$3, \$4, \$7 }" /proc/sysvipc/shm'
    id=${lines[0]}
    same "key, mode with the mark, size, attached" "0 1600 5000 1" "${lines[1]}"
    gone "$id"
    segments | same_bytes before_it
}

@test "other processes can use a scratch segment by its id" {
    noise 5000 >input
    # shmcat and shmwrite are not its descendants by attachment: they find it by the id
    succeeds shmattach scratch:5000 sh -c 'shmwrite -i input $SHM_ID && shmcat $SHM_ID >copy'
    same_bytes input <copy
}

# bats test_tags=initramfs
@test "a scratch segment is removed even if shmattach is killed" {
    run -137 --separate-stderr shmattach scratch:1M sh -c 'echo $SHM_ID; kill -9 $PPID'
    [ -n "$output" ]
    wait_until gone "$output"
}

@test "a scratch segment held without COMMAND is removed when its holder exits" {
    start shmattach scratch:64K
    wait_until test -s out
    id=$(cat out)
    same "size" 65536 "$(kernel_says "$id" size)"
    kill "$pid"
    ends_with 0 "$pid"
    gone "$id"
}

@test "a scratch segment works with kernel.shm_rmid_forced=1" {
    prints 4096 fresh sh -c 'echo 1 >/proc/sys/kernel/shm_rmid_forced && shmattach scratch:4K sh -c "echo \$SHM_SIZE"'
}

@test "a scratch segment is accessible to its owner only" {
    prints 1600 shmattach scratch:4K sh -c 'awk -v id=$SHM_ID "\$2 == id { print \$3 }" /proc/sysvipc/shm'
}

@test "a scratch segment requires a size" {
    fails_like 2 "shmattach: scratch:*" shmattach scratch:
    fails_like 2 "shmattach: *0*: *" shmattach scratch:0
    fails_like 2 "shmattach: *" shmattach scratch:-1
}

@test "a scratch segment is subject to the limits, which are reported" {
    limit shmmni "$(segments | wc -l)"
    fails_like 6 "shmattach: scratch:4K: all * segments that kernel.shmmni allows exist" shmattach scratch:4K
}

# ---- --pid ----

@test "--pid holds until that process exits" {
    segment 4K
    start sleep 3600
    other=$pid
    start shmattach --pid "$other" "$id"
    wait_until test -s out
    same "attached" 1 "$(kernel_says "$id" nattch)"
    end "$other"
    ends_with 0 "$pid"
    same "attached" 0 "$(kernel_says "$id" nattch)"
}

@test "a signal ends the hold before that process exits" {
    start shmattach -W $$ scratch:4K
    wait_until test -s out
    kill "$pid"
    ends_with 0 "$pid"
}

@test "a zombie has exited" {
    segment 4K
    start perl -e '$| = 1; my $child = fork // die; sleep 3600 unless $child; print "$child\n"; sleep 3600'
    wait_until test -s out
    child=$(cat out)
    start shmattach --pid "$child" "$id"
    wait_until attached_to "$id" 1
    kill -KILL "$child"
    ends_with 0 "$pid"
    grep -q '^State:.*Z' "/proc/$child/status"
    fails_like 1 "shmattach: --pid $child: *" shmattach --pid "$child" scratch:4K
}

attached_to() { [ "$(kernel_says "$1" nattch)" = "$2" ]; }

@test "--pid of a missing process is status 1, and nothing is created" {
    pid=$(dead_pid)
    fails_like 1 "shmattach: --pid $pid: *" shmattach --pid "$pid" scratch:4K
    fails_like 1 "shmattach: --pid $pid: *" shmattach --background --pid "$pid" scratch:4K
}

# ---- --background ----

# bats test_tags=initramfs
@test "--background prints the id and returns with the segment held" {
    segment 4K
    start sleep 3600
    prints "$id" shmattach --background --pid "$pid" "$id"
    same "attached" 1 "$(kernel_says "$id" nattch)"
    end "$pid"
    wait_until attached_to "$id" 0
}

@test "the segment of a script is removed when the script exits, for whatever reason" {
    for last in 'exit 0' 'kill -9 $$'; do
        run --separate-stderr -"$([ "$last" = 'exit 0' ] && echo 0 || echo 137)" \
            sh -c 'id=$(shmattach --background --pid $$ scratch:4K); echo $id; date | shmwrite $id || exit 1; '"$last"
        [[ $output =~ ^[0-9]+$ ]]
        wait_until gone "$output"
    done
}

@test "the holder in the background keeps no descriptor and no directory" {
    start sleep 3600
    exec 6</dev/zero
    succeeds shmattach -b -W "$pid" scratch:4K
    exec 6<&-
    id=$output
    holder=$(holders "$id")
    [ -n "$holder" ]
    same "descriptors" "$(printf '%s\n' 0:/dev/null 1:/dev/null 2:/dev/null)" \
        "$(for fd in "/proc/$holder/fd"/*; do echo "${fd##*/}:$(readlink "$fd")"; done | grep -v -e anon_inode -e pidfd)" # by which it waits
    same "directory" / "$(readlink "/proc/$holder/cwd")"
    same "session" "$(awk '{ print $1 }' "/proc/$holder/stat")" "$(awk '{ print $6 }' "/proc/$holder/stat")"
    end "$pid"
    wait_until gone "$id"
}

@test "a signal ends the holder in the background" {
    start sleep 3600
    succeeds shmattach -b -W "$pid" scratch:4K
    id=$output
    kill -TERM "$(holders "$id")"
    wait_until gone "$id"
}

are_the_segments()
{
    [ "$(shmls --ids)" = "$1" ]
}

@test "a holder in the background exits if its id could not be printed" {
    before=$(shmls --ids)
    fails_like 1 "shmattach: *" full shmattach -b -W $$ scratch:4K
    wait_until are_the_segments "$before"
    segment 4K
    fails_like 1 "shmattach: *" full shmattach -b -W $$ "$id"
    wait_until attached_to "$id" 0
}

told_or_ended()
{
    [ -s out ] || ended "$pid"
}

@test "no id is printed for a segment that no process will hold" {
    export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 # which takes descriptors of its own
    start sleep 3600
    other=$pid
    # a dynamic program needs descriptors to find its libraries
    for most in $([ "$SHMBOX_VARIANT" != release ] || echo 3 4 5 6) 9; do
        for way in --background ''; do
            start prlimit "--nofile=$most" shmattach ${way:+"$way"} --pid "$other" scratch:4K
            wait_until told_or_ended
            if [ -s out ]; then
                wait_until attached_to "$(<out)" 1 # the parent of one in the background ends soon
                kill -TERM "$(holders "$(<out)")"
                wait_until gone "$(<out)"
                ends_with 0 "$pid"
            else
                ends_with 6 "$pid"
                like "hint" "hint: raise ulimit -n, *" "$(sed -n 2p err)"
            fi
        done
    done
}

@test "if fork fails for COMMAND or the holder, the limit is named, and no segment remains" {
    needs_nobody
    export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 # which takes a process of its own
    local -a lonely=(as_nobody prlimit --nproc=0:0)
    fails_like 125 "shmattach: cannot create a process: *" "${lonely[@]}" shmattach scratch:4K true
    hints "raise ulimit -u *"
    fails_like 6 "shmattach: cannot create a process: *" "${lonely[@]}" shmattach --background --pid $$ scratch:4K
    hints "raise ulimit -u *"
}

@test "--background requires --pid" {
    fails_with 2 "shmattach: --background requires --pid PID (often \$\$), the process to hold it for" shmattach --background scratch:4K
}

@test "--background accepts no COMMAND" {
    fails_like 125 "shmattach: *" shmattach --background --pid $$ scratch:4K true
}

@test "--background of a missing segment is status 3" {
    fails_with 3 "shmattach: 999: no such segment" shmattach -b -W $$ 999
}

# ---- the other options ----

@test "--read-only attaches read-only" {
    segment 4K
    prints r--s shmattach --read-only "$id" sh -c 'awk "/SYSV/ { print \$2 }" /proc/$PPID/maps'
    prints rw-s shmattach "$id" sh -c 'awk "/SYSV/ { print \$2 }" /proc/$PPID/maps'
}

# bats test_tags=initramfs
@test "--read-only suffices for a segment with read permission only" {
    needs_nobody
    segment -m 444 4K
    prints 4096 as_nobody shmattach -r "$id" sh -c 'echo $SHM_SIZE'
    fails_with 4 "shmattach: $id: permission denied: r--r--r-- $(id -un)" as_nobody shmattach "$id"
    fails_with 125 "shmattach: $id: permission denied: r--r--r-- $(id -un)" as_nobody shmattach "$id" true
}

@test "--populate allocates memory for every page" {
    segment 64K
    succeeds shmattach --populate "$id" true
    same "resident" 65536 "$(kernel_says "$id" rss)"
    segment 64K
    succeeds shmattach "$id" true
    same "resident" 0 "$(kernel_says "$id" rss)"
}

@test "--lock keeps the pages in memory" {
    segment 4K
    succeeds shmattach --lock "$id" true
    same "mode with the flag SHM_LOCKED" 2600 "$(kernel_says "$id" perms)"
}

@test "--remove removes the segment on exit" {
    segment 4K
    succeeds shmattach --remove "$id" true
    gone "$id"
    segment 4K
    start shmattach --remove "$id"
    wait_until test -s out
    same "mode: not marked yet" 600 "$(kernel_says "$id" perms)"
    kill "$pid"
    ends_with 0 "$pid"
    gone "$id"
}

@test "--remove of a segment that another process has attached only marks it, and reports that" {
    segment 4K
    hold "$id"
    warns_with "shmattach: $id: marked for removal: still attached by $pid holder" shmattach --remove "$id" true
    same "mode with the mark" 1600 "$(kernel_says "$id" perms)"
}

@test "--remove without the permission to remove is reported" {
    needs_nobody
    segment -m 666 4K
    start as_nobody shmattach --remove "$id"
    wait_until test -s out
    kill "$(holders "$id")"
    ends_with 4 "$pid"
    same "message" "shmattach: $id: only the owner ($(id -un)) or the creator may remove it" "$(sed -n 3p err)"
}

@test "--remove in the background removes the segment when the process has exited" {
    segment 4K
    start sleep 3600
    succeeds shmattach -b -W "$pid" --remove "$id"
    exists "$id"
    end "$pid"
    wait_until gone "$id"
}

@test "--remove does not change the exit status of COMMAND" {
    segment 4K
    run -5 --separate-stderr shmattach --remove "$id" sh -c 'exit 5'
    gone "$id"
}

@test "id 0 can be held" {
    prints "0 4096" fresh sh -c 'shmcreate 4K >/dev/null && shmattach 0 sh -c "echo \$SHM_ID \$SHM_SIZE"'
}

@test "signals that a terminal sends to the group are not forwarded; an alarm is" {
    # until COMMAND is ready for it: an alarm that comes before that ends shmattach
    for seconds in 1 5 25 125; do
        run --separate-stderr env --default-signal perl -e 'alarm shift; exec @ARGV' "$seconds" \
            shmattach scratch:4K perl -e '$| = 1; $SIG{ALRM} = sub { exit 9 }; print "ready\n"; sleep 3600'
        [ "$status" = 142 ] && [ -z "$output" ] || break
    done
    same "output" ready "$output"
    same "status" 9 "$status"
}

@test "a wrong command line without COMMAND is status 2, in any order of words" {
    fails_like 2 "shmattach: --pid 0: *" shmattach --pid 0 --background 5
    fails_like 2 "shmattach: --bogus: *" shmattach --bogus --read-only 5
    fails_like 125 "shmattach: --bogus: *" shmattach --bogus --read-only 5 true
    fails_like 125 "shmattach: --pid 0: *" shmattach --pid 0 5 true
}

@test "a COMMAND without #! is run by sh" {
    # shellcheck disable=SC2016 # the script's variables
    echo 'echo "$0 $# $2"; exit 6' >script
    chmod +x script
    run -6 --separate-stderr shmattach scratch:4K ./script one 'two words'
    same "output" "./script 2 two words" "$output"
    PATH=$PWD:$PATH run -6 --separate-stderr shmattach scratch:4K script one two
    same "output" "$PWD/script 2 two" "$output"
}

# The holder ends after its COMMAND.
as_before()
{
    [ "$(segments)" = "$(<before)" ]
}

@test "a hang-up of the terminal is forwarded to COMMAND if shmattach leads the session" {
    # shellcheck disable=SC2016 # the inner shell's variables
    start script --quiet --command \
        'exec shmattach scratch:4K sh -c "echo \$\$ >child; exec sleep 3600"' /dev/null
    wait_until test -s child
    kill -s KILL "$pid"
    wait_until ended "$(<child)"
    wait_until as_before
}

@test "a script whose interpreter is missing is found, but cannot be run" {
    printf '#!/nowhere/sh\n' >script
    chmod +x script
    fails_with 126 "shmattach: ./script: its interpreter is missing" \
        shmattach scratch:4K ./script
    fails_with 127 "shmattach: '': command not found" shmattach scratch:4K ''
}

# ---- calls that fail ----

# names_what_remains - the last run's messages have the id of its segment, which is noted
names_what_remains()
{
    [[ $stderr =~ "scratch:4K: its new segment remains, id "([0-9]+)": operation not permitted"$'\n'"hint: shmrm "([0-9]+) ]]
    same "id in the hint" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    exists "${BASH_REMATCH[1]}"
    echo "${BASH_REMATCH[1]}" >>noted
}

@test "a scratch segment that cannot be marked for removal is not held, and is removed" {
    fails_like 4 "shmattach: scratch:4K: *" failing shmctl:1 shmattach scratch:4K
    fails_like 125 "shmattach: scratch:4K: *" failing shmctl:1 shmattach scratch:4K true
    same_segments
    fails_like 4 "shmattach: scratch:4K: *" failing shmctl shmattach scratch:4K
    names_what_remains
    fails_like 125 "shmattach: scratch:4K: *" failing shmctl shmattach scratch:4K true
    names_what_remains
}

@test "a scratch segment that cannot be attached is removed" {
    fails_like 4 "shmattach: scratch:4K: *" failing shmat shmattach scratch:4K
    fails_like 125 "shmattach: scratch:4K: *" failing shmat shmattach scratch:4K true
}

@test "between creation and mark of a scratch segment, the only system call is the attach" {
    untraced_leaks
    for words in scratch:4K "scratch:4K true" "-r scratch:4K true"; do
        rm -f trace
        # shellcheck disable=SC2086
        start strace -qq -o trace -e "trace=!poll,ppoll" shmattach $words
        wait_until grep -qs 'shmctl(.*IPC_RMID' trace
        same "calls of $words" "shmget shmat shmctl" "$(sed -n '/^shmget/,/IPC_RMID/s/(.*//p' trace | paste -sd ' ')"
        end "$pid"
    done
}

@test "an id that is written but lost at close ends the hold" {
    segment 4K
    for way in "scratch:4K" "$id" "-b -W $$ scratch:4K" "-b -W $$ $id"; do
        # shellcheck disable=SC2086
        path=$PWD/told run -1 --separate-stderr told failing close:1 shmattach $way
        like "standard error" "shmattach: standard output: *error" "$stderr"
        same "lines" 1 "${#stderr_lines[@]}"
    done
    wait_until attached_to "$id" 0
}

# told CMD.. - runs it with a file as standard output
told()
{
    "$@" >told
}

@test "a holder in the background holds, even if system calls are refused" {
    untraced_leaks
    start sleep 3600
    other=$pid
    strace -f -D -qq -o trace -e trace=setsid,chdir,dup2,dup3,close_range -e inject=setsid,chdir,dup2,dup3,close_range:error=EACCES \
        shmattach -b -W "$other" scratch:4K >told 2>err
    wait_until test -s err # the holder may write it after the id was told
    same "standard error" "shmattach: /: permission denied" "$(<err)"
    same "attached" 1 "$(kernel_says "$(<told)" nattch)"
    end "$other"
    wait_until gone "$(<told)"
}

@test "the exit status is that of COMMAND even if sigwaitinfo fails" {
    calls=rt_sigtimedwait
    # a static program reads no other file
    [ "$SHMBOX_VARIANT" != release ] || calls+=,read
    run -7 --separate-stderr failing "$calls" shmattach scratch:4K sh -c 'sleep 0.1; exit 7'
    same "standard error" "" "$stderr"
}

@test "a signal ends a hold without COMMAND even if it cannot be read" {
    calls=poll,rt_sigtimedwait
    [ "$SHMBOX_VARIANT" != release ] || calls+=,read
    untraced_leaks
    start strace -qq -o trace -e "trace=$calls" -e "inject=$calls:error=EIO" shmattach scratch:4K
    wait_until ended "$pid"
    same "status" "0" "$(wait "$pid"; echo $?)"
}

@test "a key that cannot be read is not reported as another key" {
    segment -k 0x64 4K
    # /proc has the key as well
    # shellcheck disable=SC2016 # the inner shell's variable
    prints 0x00000064 failing shmctl:2+ shmattach "$id" sh -c 'echo $SHM_KEY'
    no_proc
    fails_like 125 "shmattach: $id: *" failing shmctl:2+ "${no_proc[@]}" shmattach "$id" true
    ipcrm -m "$id"
}

@test "COMMAND gets the disposition of SIGCHLD unchanged" {
    # shellcheck disable=SC2016 # the inner shell's
    # timeout(1) itself changes what becomes of other signals
    wanted=$(timeout -s KILL 300 env --ignore-signal=CHLD grep SigIgn /proc/self/status)
    prints "$wanted" timeout -s KILL 300 env --ignore-signal=CHLD shmattach scratch:4K grep SigIgn /proc/self/status
}
