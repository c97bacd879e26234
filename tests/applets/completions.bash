# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# completions.bash DIRECTORY - completes each line of standard input. Then the file "offers" contains
# lines "value TAB description", the file "options" the arguments of compopt, and the status is
# printed. bash-completion finds completions in DIRECTORY. A line may end with a tab and a COMP_TYPE.

# shellcheck disable=SC2034 # bash-completion reads it
BASH_COMPLETION_USER_DIR=$1
# shellcheck disable=SC1090,SC1091
. "${BASH_COMPLETION:-/usr/share/bash-completion/bash_completion}"

compopt() { echo "$@" >>options; }

# complete_line LINE TYPE - splits LINE as readline does, calls what bash-completion loads for its
# first word, and undoes the layout of the replies
complete_line()
{
    local rest=$1 rule reply
    COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=$2 COMP_WORDS=() COLUMNS=300
    while [[ $rest =~ ^([[:space:]]+|[:=\<\>]+|[^:=\<\>[:space:]]+) ]]; do
        rest=${rest#"${BASH_REMATCH[0]}"}
        [[ ${BASH_REMATCH[0]} == [[:space:]]* ]] || COMP_WORDS+=("${BASH_REMATCH[0]}")
    done
    [[ $1 != *[[:space:]] ]] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    if declare -F _comp_load >/dev/null; then
        _comp_load -- "${COMP_WORDS[0]}"
    else
        __load_completion "${COMP_WORDS[0]}"
    fi
    complete -p -- "${COMP_WORDS[0]##*/}" >registered
    IFS= read -r rule <registered
    rule=${rule#*-F }
    "${rule%% *}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
    for reply in "${COMPREPLY[@]}"; do
        [[ ! $reply =~ ^([^ ]*)\ \ +\((.*)\)$ ]] || reply=${BASH_REMATCH[1]}$'\t'${BASH_REMATCH[2]}
        printf '%s\n' "$reply"
    done
}

# A subshell for each line: no line finds what another has loaded.
while IFS=$'\t' read -r line type; do
    : >options
    (complete_line "$line" "${type:-63}") </dev/null >offers
    echo $?
done
