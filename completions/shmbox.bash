# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shmbox.bash - completes shmbox and its applets, by the facts of shmbox --describe

# Runs shmbox, and stores its output in $answer. If the command on the line has a path and shmbox is
# in the same directory, that shmbox is used, and otherwise the one in PATH.
_shmbox_ask()
{
    local program=shmbox
    [[ ${words[0]} == */* && -x ${words[0]%/*}/shmbox ]] && program=${words[0]%/*}/shmbox
    answer=$(exec "$program" "$@" 2>/dev/null)
}

# _shmbox_split TEXT - stores the lines of TEXT in the array "rows". read is slower: it reads single
# bytes.
_shmbox_split()
{
    local - IFS=$'\n'
    set -f
    # shellcheck disable=SC2206 # to be split
    rows=($1)
}

# Sets words and cword as COMP_WORDS and COMP_CWORD, but without splitting words at = and :.
# place contains the index of each word in COMP_WORDS.
_shmbox_words()
{
    local i line=$COMP_LINE
    for ((i = 0; i <= COMP_CWORD; i++)); do
        if ((i == 0)) || [[ $line == [[:space:]]* ]]; then
            line=${line#"${line%%[![:space:]]*}"}
            words+=("${COMP_WORDS[i]}")
            place+=("$i")
        else
            words[-1]+=${COMP_WORDS[i]}
        fi
        line=${line#"${COMP_WORDS[i]}"}
    done
    cword=$((${#words[@]} - 1))
    cur=${words[cword]}
}

# Reads the operands of $applet and the kinds of its options' values from $facts.
_shmbox_facts()
{
    local rows row field - IFS=$'\t'
    set -f
    _shmbox_split "$facts"
    for row in "${rows[@]}"; do
        # shellcheck disable=SC2206 # to be split
        case $row in
        "applet"$'\t'"$applet"$'\t'*)
            field=($row)
            operands=${field[2]}
            ;;
        "option"$'\t'"$applet"$'\t'* | $'option\t*\t'*)
            field=($row)
            kinds[${field[3]}]=${field[4]}
            kinds[${field[2]}]=${field[4]}
            ;;
        esac
    done
}

# Sets count to the number of operands before the current word, ended to whether options have
# ended, and wanted to the kind of the value that an option requires here ("-": none).
_shmbox_scan()
{
    local i j word
    for ((i = first; i < cword; i++)); do
        word=${words[i]}
        if [[ $wanted != - ]]; then
            wanted=-
        elif [[ $ended || $word != -[!0-9.]* ]]; then
            ((++count == 2)) && [[ $operands == *COMMAND* ]] && ended=1 && command_at=$i
        elif [[ $word == -- ]]; then
            ended=1
        elif [[ $word == --* ]]; then
            [[ $word == *=* ]] || wanted=${kinds[$word]--}
        else
            for ((j = 1; j < ${#word}; j++)); do
                wanted=${kinds[-${word:j:1}]--}
                [[ $wanted == - ]] || break
            done
            ((j < ${#word} - 1)) && wanted=- # the value is in this word
        fi
    done
    # after SEGMENT, a word that is no option begins COMMAND
    ((count == 1)) && [[ $operands == *COMMAND* && $wanted == - && ($ended || $cur != -*) ]] && command_at=$cword
    return 0
}

# ---- candidates: each contains a value, a tab and a description ----

_shmbox_add()
{
    [[ $1 == "$cur"* ]] && found+=("$1"$'\t'"${2//[![:print:]]/?}")
    return 0
}

# _shmbox_add_all PREFIX COMPGEN-OPTION - adds users or groups
_shmbox_add_all()
{
    local value
    while IFS= read -r value; do
        _shmbox_add "$1$value" ""
    done < <(compgen "$2" -- "${cur#"$1"}")
}

# _shmbox_add_facts WORD NAME PREFIX - adds the facts that begin with WORD, and NAME if it is given
_shmbox_add_facts()
{
    local rows row field - IFS=$'\t'
    set -f
    _shmbox_split "$facts"
    for row in "${rows[@]}"; do
        [[ $row == "$1"$'\t'${2:+"$2"$'\t'}* ]] || continue
        # shellcheck disable=SC2206 # to be split
        field=($row)
        [[ $1 != applet || ${field[1]} != *box ]] || continue
        [[ $1 != option ]] || field=("${field[@]:2}")
        _shmbox_add "$3${field[1]}" "${field[-1]}"
    done
}

# _shmbox_add_segments PREFIX - adds segments, by key if PREFIX is "key:" or "0x", and otherwise by id
_shmbox_add_segments()
{
    local answer rows row field maker - IFS=' '
    set -f
    _shmbox_ask shmls --noheadings --output id,key,owner,perms,size,nattch,command
    _shmbox_split "$answer"
    for row in "${rows[@]}"; do
        # shellcheck disable=SC2206 # to be split
        field=($row) # id, key, owner, perms, size, nattch, words of the creator's command
        maker=${field[*]:6}
        maker="${field[4]} ${field[2]} ${field[3]} ${field[5]} attached ${maker#-}"
        if [[ $1 != key: && $1 != 0x ]]; then
            _shmbox_add "$1${field[0]}" "${maker% }"
        elif [[ ${field[1]} == 0x* ]]; then
            _shmbox_add "${1#0x}${field[1]}" "id ${field[0]}, ${maker% }"
        fi
    done
}

# _shmbox_add_kind KIND - adds the values that an operand or an option of this kind may have
_shmbox_add_kind()
{
    local path name
    case $1:$cur in
    SEGMENT*:key:* | KEY*:key:*) _shmbox_add_segments key: ;;
    SEGMENT*:id:*) _shmbox_add_segments id: ;;
    SEGMENT*:file:* | KEY*:file:* | PATH*) compopt -o default ;; # readline completes files
    DIR*) compopt -o dirnames ;;
    SEGMENT*)
        _shmbox_add_segments ""
        [[ $1 == *scratch:* ]] && _shmbox_add scratch: "a segment that is removed with its last attach"
        [[ $cur ]] && _shmbox_add key: "" && _shmbox_add file: ""
        ;;
    KEY*)
        _shmbox_add_segments 0x
        [[ $1 == *new ]] && _shmbox_add new "a random free key"
        [[ $cur ]] && _shmbox_add key: "" && _shmbox_add file: ""
        ;;
    OWNER:*:*) _shmbox_add_all "${cur%%:*}:" -g ;;
    OWNER:*) _shmbox_add_all "" -u ;;
    PID:*)
        for path in /proc/[0-9]*; do
            { read -r name <"$path/comm"; } 2>/dev/null && _shmbox_add "${path##*/}" "$name"
        done
        ;;
    FIELD:* | ASSIGNMENT:*) _shmbox_add_types ;;
    WHAT:*)
        _shmbox_add exists "the segment exists"
        _shmbox_add gone "the segment does not exist"
        _shmbox_add attached "compare the number of attaches"
        _shmbox_add changed "any byte has changed"
        _shmbox_add changed@ "any byte of this range has changed"
        _shmbox_add_types
        ;;
    OP:*)
        _shmbox_add eq equal
        _shmbox_add ne "not equal"
        _shmbox_add lt less
        _shmbox_add le "less or equal"
        _shmbox_add gt greater
        _shmbox_add ge "greater or equal"
        _shmbox_add set "all these bits are set"
        _shmbox_add clear "none of these bits is set"
        ;;
    TOPIC:*)
        _shmbox_add_facts topic "" ""
        _shmbox_add_applets
        ;;
    NAME,...:*,*) _shmbox_add_facts column "" "${cur%,*}," ;;
    NAME:-*) _shmbox_add_facts column "" - ;;
    NAME*) _shmbox_add_facts column "" "" ;;
    esac
}

# Adds the applets: by their short names if the word does not begin as a long name.
_shmbox_add_applets()
{
    [[ shm == "$cur"* || $cur == shm* ]] || facts=${facts//$'\napplet\tshm'/$'\napplet\t'}
    _shmbox_add_facts applet "" ""
}

# Adds the types of fields.
_shmbox_add_types()
{
    local type
    for type in u8 i8 u16 i16 u32 i32 u64 i64 f32 f64 str; do
        _shmbox_add "$type@" ""
    done
}

# Adds the values of the next operand. The last kind of operand may be repeated.
_shmbox_add_operand()
{
    local list
    read -ra list <<<"${operands//[].[]/ }"
    [[ $operands == *...* ]] && ((count >= ${#list[@]})) && count=$((${#list[@]} - 1))
    [[ $operands == - || ! ${list[count]-} ]] || _shmbox_add_kind "${list[count]}"
}

# Completes COMMAND and its arguments, from words[$1] on, as a separate command line.
_shmbox_command()
{
    local offset
    for offset in _comp_command_offset _command_offset; do
        declare -F "$offset" >/dev/null && "$offset" "${place[$1]}" && return
    done
    if ((cword == $1)); then
        mapfile -t COMPREPLY < <(compgen -c -- "$cur")
    else
        compopt -o default
    fi
}

# Sets COMPREPLY: only values if they will be inserted, and descriptions too if they will be shown.
_shmbox_reply()
{
    local line text before='' width=0 room=${COLUMNS:-80}
    [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]] && before=${cur%"${cur##*:}"}
    for line in "${found[@]}"; do
        line=${line%%$'\t'*}
        ((${#line} > width)) && width=${#line}
    done
    for line in "${found[@]}"; do
        text=${line#*$'\t'}
        line=${line%%$'\t'*}
        if ((${#found[@]} == 1)) && [[ $line == *[:@] ]]; then
            compopt -o nospace
        fi
        if [[ $text ]] && ((${#found[@]} > 1 && COMP_TYPE != 37 && COMP_TYPE != 42)); then
            printf -v line '%-*s  (%s)' "$width" "$line" "$text"
            ((${#line} < room)) || line="${line:0:room - 4}..)"
        fi
        line=$lead${line#"$before"}
        COMPREPLY+=("$line")
    done
}

_shmbox()
{
    local words=() place=() cword cur answer facts applet name operands=- count=0 first=1 command_at=0
    local ended='' wanted=- lead='' found=()
    local -A kinds=()
    COMPREPLY=()
    if [[ ${COMP_WORDS[COMP_CWORD-1]} == *[\<\>] || ${COMP_WORDS[COMP_CWORD]} == *[\<\>]* ]]; then
        compopt -o default
        return
    fi
    _shmbox_words
    _shmbox_ask --describe
    facts=$answer
    applet=${words[0]##*/}
    if [[ $applet == shmbox* ]]; then
        applet=shmbox
        for name in "${words[1]}" "shm${words[1]}"; do
            if ((cword > 1)) && [[ $facts == *$'\napplet\t'"$name"$'\t'* ]]; then
                applet=$name
                first=2
            fi
        done
    fi
    _shmbox_facts
    if [[ $applet == shmbox && ${words[1]} == help ]] && ((cword > 1)); then
        first=2
        operands='[TOPIC]'
    fi
    _shmbox_scan
    if ((command_at)); then
        _shmbox_command "$command_at"
        return
    elif [[ ! $ended && $wanted == - && $cur == --*=* ]]; then
        [[ $COMP_WORDBREAKS == *=* ]] || lead=${cur%%=*}=
        wanted=${kinds[${cur%%=*}]--}
        cur=${cur#*=}
        _shmbox_add_kind "$wanted"
    elif [[ $wanted != - ]]; then
        _shmbox_add_kind "$wanted"
    elif [[ ! $ended && $cur == -* ]]; then
        _shmbox_add_facts option "$applet" ""
        _shmbox_add_facts option '*' ""
    elif [[ $applet == shmbox ]] && ((cword == 1)); then
        _shmbox_add_applets
        _shmbox_add help "show the help of an applet, or a topic"
    else
        _shmbox_add_operand
    fi
    _shmbox_reply
}

# bash-completion reads this file under the name of the command that it completes.
# shellcheck disable=SC2046 # one name a line
complete -o nosort -F _shmbox shmbox "${BASH_SOURCE[0]##*/}" $(exec shmbox --list 2>/dev/null)
