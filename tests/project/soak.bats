# SPDX-License-Identifier: MIT
# many processes, killed at random moments: what has to be true holds in the end
# runs against: release
# labels: offline unprivileged
#
# Everything is random by a seed, which is printed. SHMBOX_SEED sets it: the same things are then
# tried in the same order, but processes do not run in the same order again.

setup_file()
{
    load ../lib/helper
    cd "$BATS_FILE_TMPDIR" || return
    "$SHMBOX_BUILD/cc" -std=gnu17 -O1 -Wall -Wextra -Werror -I "$SHMBOX_SOURCE/include" -o soak \
        "$SHMBOX_SOURCE/tests/project/soak/soak.c" "$SHMBOX_BUILD/lib/libshmbox.a"
}

setup()
{
    load ../lib/helper
    load ../lib/states
    common_setup
}

teardown() { common_teardown; }

# soak NAME ROUNDS - tests/project/soak/soak-NAME.pl finds nothing wrong in ROUNDS rounds
soak()
{
    local seed=${SHMBOX_SEED:-$((RANDOM * 32768 + RANDOM))}
    echo "# soak-$1: SHMBOX_SEED=$seed" >&3
    # perl orders what it keeps by chance, but for this
    export PERL_HASH_SEED=0
    succeeds unshare --ipc --pid --fork --kill-child --mount-proc perl "$SHMBOX_SOURCE/tests/project/soak/soak-$1.pl" "$seed" "$2"
    echo "$output" >&3
}

# repeated TEXT COUNT - COUNT times TEXT, in one word
repeated()
{
    perl -e 'print $ARGV[0] x $ARGV[1]' "$@"
}

@test "programs that run at the same time, and are killed, leave the segments that a model predicts" {
    [ "$SHMBOX_PRIVATE_IPC" = 1 ] || skip "needs other users, and this user namespace has none"
    soak model "$(often 250 3000)"
}

@test "of a million updates none is lost when many processes change the same fields" {
    processes=8
    calls=$(often 1 4)
    rounds=$((calls * 10000))
    segment 128K
    mapfile -t adds < <(repeated $'u64@0+=1\n' 40000)
    list=u16@1024:30000+=1$(repeated ,1 29999)
    for ((n = 0; n < calls; n++)); do
        pids=()
        start "$BATS_FILE_TMPDIR/soak" "$id" 4 10000
        pids+=("$pid")
        for ((process = 0; process < processes; process++)); do
            start shmpoke --quiet "$id" "${adds[@]}"
            pids+=("$pid")
            start shmpoke --quiet "$id" "$list"
            pids+=("$pid")
        done
        for pid in "${pids[@]}"; do ends_with 0 "$pid"; done
    done
    echo "# $((processes * calls * 70000 + 4 * rounds * 11)) updates" >&3
    # by the library, and by shmpoke
    same "numbers" "$((4 * rounds + processes * calls * 40000)) $((4 * rounds)) $((4 * rounds % 65536)) $(
        )$((4 * rounds % 256)) $((4 * rounds % 256)) $((4 * rounds)) $((4 * rounds)) $((4 * rounds)) $(
        )$((4 * rounds)) $((4 * rounds)) 0" \
        "$(peek "$id" 0 56 | perl -e 'local $/; my @n = unpack "Q L S C C", (my $b = <STDIN>);
            push @n, unpack("x16 a8", $b) eq pack("x4 N", $ARGV[0]) ? $ARGV[0] : "other";
            print join " ", @n, unpack "x24 d L L Q Q", $b' $((4 * rounds)))"
    same "values of the list" "30000 times $((processes * calls))" \
        "$(peek "$id" 1024 60000 | perl -e 'local $/; my %n; $n{$_}++ for unpack "S*", <STDIN>;
            print join ", ", map { "$n{$_} times $_" } sort keys %n')"
}

@test "no scratch segment remains whose holder, parent or child is killed at a random moment" {
    soak kills "$(often 1000 5000)"
}

# window FILE - of the system calls in this trace, one a line: those after shmget(2), up to IPC_RMID
window()
{
    awk -F'(' '/IPC_RMID/ && inside { print $1; exit } inside { print $1 } /^shmget/ { inside = 1 }' "$1"
}

# Creation, attach and mark are three system calls: a kill before the second or the third call
# leaves the segment behind.
@test "killed at each system call, shmattach leaves a scratch segment between shmget and IPC_RMID only" {
    apart
    succeeds "${apart[@]}" strace -qq -o calls shmattach scratch:4K true
    declare -A times=()
    left=()
    while IFS='(' read -r call _; do
        times[$call]=$((${times[$call]-0} + 1))
        [ "$call" != execve ] || continue
        run "${apart[@]}" strace -qq -o trace -e "inject=$call:signal=KILL:when=${times[$call]}" \
            shmattach scratch:4K true
        grep -q 'killed by SIGKILL' trace || same "killed at $call" yes no
        ids=$("${apart[@]}" awk 'NR > 1 { print $2 }' /proc/sysvipc/shm)
        [ -n "$ids" ] || continue
        left+=("$call")
        # the creator has ended, no process has attached it since, and it has no mark
        [ "$("${apart[@]}" awk 'NR == 2 { print $3, $7, $6 == 0 || $6 == $5 }' /proc/sysvipc/shm)" = "600 0 1" ]
        run -0 --separate-stderr "${apart[@]}" shmreap --remove --idle 0
        same "what shmreap removed" "$ids" "$(awk 'NR > 1 { print $1 }' <<<"$output")"
        same "segments after shmreap" "" "$("${apart[@]}" awk 'NR > 1' /proc/sysvipc/shm)"
    done < <(grep -v '^[+-]' calls)
    echo "# left by a kill before: ${left[*]}" >&3
    same "calls before which a kill leaves a segment" "$(window calls)" "$(printf '%s\n' "${left[@]}")"
    [ "${#left[@]}" -ge 2 ] && [ "${#left[@]}" -le 3 ]
    same "those of them that are not for segments" "" "$(window calls | grep -v '^shm')"
}

@test "no segment that a living process needs is reaped" {
    [ -w /proc/sys/kernel/ns_last_pid ] || skip "pids cannot be chosen here"
    soak ledger "$(often 300 5000)"
}
