# SPDX-License-Identifier: MIT
# every system call fails once: no applet then lies, hangs, dies or leaves anything
# runs against: release
# labels: offline unprivileged
#
# The program in sweep/ makes and judges the runs; sweep.cases has the command lines. A sample is run
# here, a different one each day, and with --all every run. A line of a failure begins with a case,
# a call and an error. This command shows that run again, with all of its calls:
#
#   SHMBOX_SWEEP='attach 17 EPERM' ./dev test --build release -f again tests/project/sweep.bats
#
# SHMBOX_SWEEP_SEED chooses another sample, and SHMBOX_SWEEP_RUNS its size. A run that has not
# ended after SHMBOX_SWEEP_PATIENCE seconds (180) hangs.

setup_file()
{
    load ../lib/helper
    [ "$(uname -m)" = x86_64 ] || return 0
    cc -std=gnu17 -O1 -D_GNU_SOURCE -Wall -Wextra -Werror -o "$BATS_FILE_TMPDIR/sweep" "$SHMBOX_SOURCE"/tests/project/sweep/*.c
}

setup()
{
    load ../lib/helper
    common_setup
    [ "$(uname -m)" = x86_64 ] || skip "knows the registers of x86_64 alone"
    [ "$SHMBOX_PRIVATE_IPC" = 1 ] || skip "requires root, and not the root of a user namespace"
    [ -w /proc/sys/kernel/ns_last_pid ] || skip "pids cannot be chosen here"
    mkdir runs
}

teardown() { common_teardown; }

# sweep CASES [ARG].. - sweep.c on the program under test
sweep()
{
    "$BATS_FILE_TMPDIR/sweep" "$SHMBOX_BIN/shmbox" "$SHMBOX_SOURCE/tests/project/sweep/$1.cases" runs "${@:2}"
}

# no_fault - the last sweep has found no fault
no_fault()
{
    [ "$status" -eq 0 ] || {
        printf '%s\n' "$output"
        return 1
    }
}

@test "one run is made again, as SHMBOX_SWEEP names it" {
    [ -n "${SHMBOX_SWEEP-}" ] || SHMBOX_SWEEP='attach-command 10 calls'
    pools_rest
    # shellcheck disable=SC2086 # three words
    run -0 sweep sweep $SHMBOX_SWEEP
    [[ $SHMBOX_SWEEP == *calls ]] || {
        printf '%s\n' "$output"
        false
    }
}

@test "the judge accepts every command line when nothing fails" {
    pools_rest
    run sweep sweep 1 0 1
    no_fault
}

@test "a sample of failing calls, one in each run" {
    seed=${SHMBOX_SWEEP_SEED:-$(date -u +%Y%m%d)}
    echo "SHMBOX_SWEEP_SEED=$seed"
    pools_rest
    run sweep sweep 1 "${SHMBOX_SWEEP_RUNS:-1000}" "$seed"
    no_fault
}

# bats test_tags=all
@test "every call fails once, in every way" {
    pools_rest
    run sweep sweep "$(nproc)"
    no_fault
}

# bats test_tags=all
@test "every call fails once, on huge pages" {
    needs_huge_pages
    # a run takes 4 at most; the kernel gives those of the last runs back a while after their end
    huge_pages 64
    run sweep sweep-huge 1
    no_fault
}
