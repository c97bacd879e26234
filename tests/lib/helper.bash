# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# helper - what each file of tests loads: setup, teardown, and the parts named below
#
# Each file of tests has an IPC namespace of its own. A test may leave segments in it if it
# made them with segment(), which notes them. Any other segment that appears during a test is a
# leak of the program under test, and a segment that disappears was removed by mistake.

bats_require_minimum_version 1.5.0

# The /proc that tests read: the program under test may have no /proc at all.
export proc=${SHMBOX_PROC:-/proc}

for part in verdicts segments processes machine namespaces tracer; do
    # shellcheck source=/dev/null
    . "${BASH_SOURCE[0]%/*}/$part.bash"
done

common_setup()
{
    [ -n "${SHMBOX_PRIVATE_IPC-}" ] || skip "needs a private IPC namespace: run it under tests/lib/ipcns.sh"
    [ -z "${SHMBOX_ELSEWHERE-}" ] || skip_elsewhere
    export LC_ALL=C TZ=UTC
    PATH=$SHMBOX_BIN:$PATH
    # shellcheck disable=SC2034 # for processes.bash and machine.bash
    started=() changed=()
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

tell_last_run()
{
    printf 'last run: %s\n' "${BATS_RUN_COMMAND-none}"
    printf 'status: %s\nstdout: %s\nstderr: %s\n' "${status-}" "${output-}" "${stderr-}"
}
