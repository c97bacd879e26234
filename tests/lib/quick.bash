# SPDX-License-Identifier: MIT

# ---- quick.bash: a helper where each command is slow ----

# bats notes its place before every command, which takes longer than the command. Where the
# tests run under an emulator, the place is looked for when a command has failed.
bats_error_trap()
{
    bats_check_status_from_trap
    # shellcheck disable=SC2034 # bats prints it
    BATS_DEBUG_LAST_STACK_TRACE_IS_VALID=1
    bats_capture_stack_trace
}
trap - DEBUG
