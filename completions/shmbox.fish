# SPDX-License-Identifier: MIT
# shmbox.fish - completes shmbox and its applets, by the facts of shmbox --describe

# Runs shmbox. If the command on the line has a path and shmbox is in the same directory, that shmbox
# is used, and otherwise the one in PATH.
function __shmbox_ask
    # a script that reads this file has no command line
    set -l called (commandline -opc 2>/dev/null)[1]
    set -l program (string replace -rf '[^/]*$' shmbox -- $called)
    string match -q '*/*' -- $program; and test -x $program; or set program shmbox
    command -q $program; and command $program $argv 2>/dev/null
end

# Lists segments: all by id ("id"), or those that have a key by key ("key").
function __shmbox_segments -a by prefix
    __shmbox_ask shmls --noheadings --output id,key,owner,perms,size,nattch,command | while read -l id key owner perms size attached maker
        set maker (string replace -ra '[[:cntrl:]]' '?' -- "$owner $perms $attached attached $maker" | string replace -r ' *-?$' '')
        if test $by = id
            printf '%s%s\t%s %s\n' "$prefix" $id $size $maker
        else if string match -q '0x*' -- $key
            printf '%s%s\tid %s, %s %s\n' "$prefix" $key $id $size $maker
        end
    end
end

function __shmbox_columns -a prefix
    __shmbox_ask --describe | string replace -rf -- '^column\t' "$prefix"
end

function __shmbox_topics
    __shmbox_ask --describe | string replace -rf -- '^topic\t' ''
end

function __shmbox_types
    printf '%s@\n' u8 i8 u16 i16 u32 i32 u64 i64 f32 f64 str
end

# Lists the values that an operand or an option of this kind may have.
function __shmbox_value -a kind
    # fish completes "--name=" itself, but the token contains it
    set -l token (string replace -r '^--[a-z-]+=' '' -- (commandline -ct))
    switch "$kind:$token"
        case 'SEGMENT*:key:*' 'KEY*:key:*'
            __shmbox_segments key key:
        case 'SEGMENT*:id:*'
            __shmbox_segments id id:
        case 'SEGMENT*:file:*' 'KEY*:file:*'
            __fish_complete_path (string replace file: '' -- $token) | string replace -r '^' file:
        case 'SEGMENT*'
            __shmbox_segments id
            string match -q '*scratch:*' -- $kind; and printf 'scratch:\ta segment that is removed with its last attach\n'
            test -z "$token"; or printf '%s\n' key: file:
        case 'KEY*'
            __shmbox_segments key
            string match -q '*new' -- $kind; and printf 'new\ta random free key\n'
            test -z "$token"; or printf '%s\n' key: file:
        case 'PATH*'
            __fish_complete_path "$token"
        case 'DIR*'
            __fish_complete_directories "$token"
        case 'OWNER:*:*'
            __fish_complete_groups | string replace -r '^' (string replace -r ':.*' : -- $token)
        case 'OWNER*'
            __fish_complete_users
        case 'PID*'
            __fish_complete_pids
        case 'FIELD*' 'ASSIGNMENT*'
            __shmbox_types
        case 'WHAT*'
            printf '%s\t%s\n' exists 'the segment exists' gone 'the segment does not exist' \
                attached 'compare the number of attaches' changed 'any byte has changed' \
                changed@ 'any byte of this range has changed'
            __shmbox_types
        case 'OP:*'
            printf '%s\t%s\n' eq equal ne 'not equal' lt less le 'less or equal' gt greater \
                ge 'greater or equal' set 'all these bits are set' clear 'none of these bits is set'
        case 'NAME,...*'
            __shmbox_columns (string replace -r '[^,]*$' '' -- "$token")
        case 'NAME*'
            __shmbox_columns (string replace -r '[^-].*' '' -- "$token")
    end
end

# Prints the positions of the operands on the line. The arguments are the options that take a value.
function __shmbox_operands
    set -l at 1
    set -l skip
    set -l ended
    for word in (commandline -opc)[2..-1]
        set at (math $at + 1)
        if test -n "$skip"
            set skip
        else if test -n "$ended"; or not string match -qr '^-[^0-9.]' -- $word
            echo $at
        else if test $word = --
            set ended 1
        else if contains -- (string replace -r '^-[^-]*(?=[^-]$)' - -- $word) $argv
            set skip 1
        end
    end
end

# Lists the values of the next operand. The last kind of operand may be repeated.
function __shmbox_operand -a operands
    set -l first (commandline -opc)
    test "$first" = shmbox; and return # an applet
    set -l kinds (string replace -ra '[][.]' '' -- $operands | string split ' ')
    set -l at (math (count (__shmbox_operands $argv[2..-1])) + 1)
    if test $at -gt (count $kinds); and string match -q '*...*' -- $operands
        set at (count $kinds)
    end
    test $at -gt (count $kinds); or __shmbox_value $kinds[$at]
end

# Completes the words from number AT on as a separate command line, whose first word is NAME.
function __shmbox_line -a at name
    set -l words (commandline -opc) (commandline -ct)
    test -n "$name"; and set words[$at] $name
    set words[1..-2] (string escape -- $words[1..-2])
    complete "--do-complete=$words[$at..-1]"
end

# Prints the position of COMMAND, the second operand. A -- before it is not part of it.
function __shmbox_command
    set -l operands (__shmbox_operands $argv)
    set -q operands[2]; and echo $operands[2]; or math (count (commandline -opc)) + 1
end

# Prints the applet that the first operand of shmbox names, if it names one.
function __shmbox_applet
    set -l word (commandline -opc)[2]
    test -n "$word"; or return
    for name in $word shm$word
        contains -- $name $__shmbox_registered; and test $name != shmbox; and echo $name; and return
    end
    return 1
end

function __shmbox_applets
    __shmbox_ask --describe | string replace -rf '^applet\t(?!shmbox\t)([^\t]*\t)[^\t]*\t' '$1'
end

# __shmbox_register COMMAND FACT.. - makes fish complete COMMAND, unless it does already
function __shmbox_register -a command
    set -l name (string escape --style=regex -- $command)
    set -l facts (string match -r "^(?:applet\t$name|option\t$name|option\t\*)\t.*" -- $argv[2..-1])
    test -n "$facts"; and not contains -- $command $__shmbox_registered; or return
    set -g -a __shmbox_registered $command
    set -l operands -
    set -l valued
    set -l options
    for fact in $facts
        set -l field (string split \t -- $fact)
        if test $field[1] = applet
            set operands $field[3]
        else
            set -a options $fact
            test $field[5] = -; or set -a valued $field[3..4]
        end
    end
    set -l turn true
    set -l operand_turn true
    if test $command = shmbox
        set turn 'not __shmbox_applet >/dev/null'
        set operand_turn $turn
        complete -c shmbox -f -n __shmbox_applet -a '(__shmbox_line 2 (__shmbox_applet))'
        complete -c shmbox -f -n 'test (count (commandline -opc)) = 1' -k \
            -a '(__shmbox_applets; echo help\tshow the help of an applet, or a topic)'
        complete -c shmbox -f -n 'set -l words (commandline -opc); test "$words[2..-1]" = help' -k \
            -a '(__shmbox_topics; __shmbox_applets)'
    else if string match -q '*COMMAND*' -- $operands
        set turn "test (count (__shmbox_operands $valued)) -lt 2"
        set operand_turn "not __shmbox_operands $valued | string length -q"
        complete -c $command -f -n (string replace not '' -- $operand_turn) -a "(__shmbox_line (__shmbox_command $valued))"
    end
    for fact in $options
        set -l field (string split \t -- $fact)
        set -l names -l (string replace -r '^--' '' -- $field[4])
        test $field[3] = -; or set -a names -s (string replace - '' -- $field[3])
        test $field[5] = -; or set -a names -r -k -a "(__shmbox_value "(string escape -- $field[5])")"
        complete -c $command -f -n $turn $names -d $field[6]
    end
    complete -c $command -f -n $operand_turn -k -a "(__shmbox_operand "(string escape -- $operands)" $valued)"
end

# fish reads this file under the name of the command that it completes, and again for each other
# name.
set -l command (string replace -ra '.*/|\.fish$' '' -- (status filename))
if not contains -- $command $__shmbox_registered
    set -l facts (__shmbox_ask --describe)
    for name in $command (string replace -rf '^applet\t(?!shmbox\t)([^\t]*)\t.*' '$1' -- $facts)
        __shmbox_register $name $facts
    end
end
