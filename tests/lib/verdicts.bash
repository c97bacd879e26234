# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# verdicts - run a command, and judge its status and what it printed

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
