# SPDX-License-Identifier: MIT
# Completions: bash, zsh and fish offer the words of shmbox --describe and shmls
# runs against: glibc
# labels: offline unprivileged

# The directory $given contains what all tests share; $applets are the names of the applets.
setup_file()
{
    local completions=$SHMBOX_SOURCE/completions
    export given=$BATS_FILE_TMPDIR applets
    mkdir "$given"/{bash,bash/completions,fish,zsh,false}
    "$SHMBOX_BIN/shmbox" --describe >"$given/facts"
    applets=$(grep '^applet' "$given/facts" | cut -f 2 | paste -sd ' ')
    # the completions under the names that the shells look for, and programs of the same names that fail
    links "$completions/shmbox.bash" "$given/bash/completions/" ""
    links "$completions/shmbox.fish" "$given/fish/" .fish
    links "$(type -P false)" "$given/false/" ""
    sed "1s/@SHMBOX_COMMANDS@/$applets/" "$completions/_shmbox.in" >"$given/zsh/_shmbox"
    # lines: applet, long option, help
    awk -F '\t' -v OFS='\t' -v applets="$applets" '
        $1 == "option" && $2 != "*" { print $2, $4, $6 }
        $1 == "option" && $2 == "*" { for (i = split(applets, name, " "); i; i--) print name[i], $4, $6 }
        ' "$given/facts" | LC_ALL=C sort >"$given/options"
}

# links TARGET BEFORE AFTER - creates a link to TARGET for each applet; BEFORE and AFTER surround its name
links()
{
    # shellcheck disable=SC2086 # they are words
    perl -e 'my ($to, $before, $after) = splice @ARGV, 0, 3;
        symlink $to, "$before$_$after" or die "$_: $!\n" for @ARGV' "$@" $applets
}

setup()
{
    load ../lib/helper
    common_setup
}

# The next test sees only its own segments.
teardown()
{
    local judged=0 ids=()
    common_teardown || judged=1
    [ ! -s "$BATS_TEST_TMPDIR/noted" ] || mapfile -t ids <"$BATS_TEST_TMPDIR/noted"
    [ ${#ids[@]} -eq 0 ] || ipcrm "${ids[@]/#/-m}"
    return "$judged"
}

# ---- what a shell offers at the end of LINE: lines of a value, a tab and a description ----

# has_shell CMD.. - starts the shell of this test, unless it runs: one process answers all lines.
# It ends at the end of the test, or when nothing can send it lines any more.
has_shell()
{
    # shellcheck disable=SC2154 # the coprocess has this name
    [ -z "${shell_PID-}" ] || return 0
    coproc shell { exec "$@" 2>said 3>&-; }
    started+=("$shell_PID")
}

# ask LINE - sends LINE to the shell, and adds its answer to the array "offers"; $output is all of
# it, $values the values alone. The limit is for a shell that never answers.
ask()
{
    local IFS=$'\n' of_each
    # shellcheck disable=SC2034 # common_teardown prints it
    BATS_RUN_COMMAND=$1
    printf '%s\n' "$1" >&"${shell[1]}"
    IFS= read -r -t 600 -u "${shell[0]}" status || status="no answer"
    IFS= read -r -d '' stderr <said || :
    same "status" 0 "$status"
    same "standard error" "" "$stderr"
    mapfile -t -O ${#offers[@]} offers <offers
    output="${offers[*]}"
    of_each=("${offers[@]%%$'\t'*}")
    IFS=' '
    values="${of_each[*]}"
}

# bash_offers LINE [COMP_TYPE] - the array "options" is then what compopt was called with
bash_offers()
{
    offers=()
    has_shell bash --norc "$SHMBOX_SOURCE/tests/applets/completions.bash" "$given/bash"
    ask "$1"$'\t'"${2-}"
    mapfile -t options <options
}

# zsh_offers LINE.. - the array "typed" is then the lines after completion
zsh_offers()
{
    local line
    offers=() typed=()
    has_shell zsh -f "$SHMBOX_SOURCE/tests/applets/completions.zsh" "$given/zsh" "$given/zcompdump"
    for line; do
        ask "$line"
        IFS= read -r line <typed
        typed+=("$line")
    done
}

fish_offers()
{
    offers=()
    has_shell env HOME="$PWD" XDG_CONFIG_HOME="$PWD" XDG_DATA_HOME="$PWD" \
        fish --no-config "$SHMBOX_SOURCE/tests/applets/completions.fish" "$given/fish"
    ask "$1"
}

needs_shell() { command -v "$1" >/dev/null || skip "needs $1"; }

needs_bash()
{
    [ -e "${BASH_COMPLETION:-/usr/share/bash-completion/bash_completion}" ] || skip "needs bash-completion"
}

# offered VALUE DESCRIPTION - the last offers have this value with this description (a pattern)
offered()
{
    local line
    for line in "${offers[@]}"; do
        # shellcheck disable=SC2053
        [[ $line != "$1"$'\t'* || ${line#*$'\t'} != $2 ]] || return 0
    done
    printf 'not offered: %s (%s)\nbut: %s\n' "$1" "$2" "$output"
    return 1
}

# offers_options SHELL - for every applet, it offers all long options with their help, and no others
offers_options()
{
    local applet
    for applet in $applets; do
        "$1_offers" "$applet --"
        printf '%s\n' "${offers[@]/#/$applet$'\t'}"
    done >offered
    grep $'^[^\t]*\t--' offered | sort | diff "$given/options" -
}

# ---- all three shells ----

@test "bash offers every option of every applet with its help, and no other" {
    needs_bash
    offers_options bash
}

@test "zsh offers every option of every applet with its help, and no other" {
    needs_shell zsh
    offers_options zsh
}

@test "fish offers every option of every applet with its help, and no other" {
    needs_shell fish
    offers_options fish
}

@test "bash offers live segments with a description" {
    needs_bash
    segment --key 0x5432 64K
    segment --mode 640 1M
    bash_offers "shmcat "
    offered "$id" "1M * rw-r----- 0 attached*"
    same "number of offers" 2 ${#offers[@]}
}

@test "zsh offers live segments with a description" {
    needs_shell zsh
    segment --key 0x5432 64K
    segment --mode 640 1M
    zsh_offers "shmcat "
    offered "$id" "1M * rw-r----- 0 attached*"
}

@test "fish offers live segments with a description" {
    needs_shell fish
    segment --key 0x5432 64K
    segment --mode 640 1M
    fish_offers "shmcat "
    offered "$id" "1M * rw-r----- 0 attached*"
    same "number of offers" 2 ${#offers[@]}
}

@test "bash offers keys where a key is required, and after key:" {
    needs_bash
    segment --key 0x5432 64K
    bash_offers "shmcreate -rk "
    offered 0x00005432 "id $id, 64K *"
    offered new "*"
    bash_offers "shmrm key:"
    same "value" 0x00005432 "$output" # readline's word begins behind the colon
    bash_offers "shmrm --if-key="
    same "value" 0x00005432 "$output"
}

@test "zsh offers keys where a key is required, and after key:" {
    needs_shell zsh
    segment --key 0x5432 64K
    zsh_offers "shmcreate -rk "
    offered 0x00005432 "id $id, 64K *"
    offered new "*"
    zsh_offers "shmrm key:" "shmrm --if-key="
    offered 0x00005432 "id $id, 64K *"
    same "line" "shmrm key:0x00005432 " "${typed[0]}"
    same "line" "shmrm --if-key=0x00005432 " "${typed[1]}"
}

@test "fish offers keys where a key is required, and after key:" {
    needs_shell fish
    segment --key 0x5432 64K
    fish_offers "shmcreate -rk "
    offered 0x00005432 "id $id, 64K *"
    offered new "*"
    fish_offers "shmrm key:"
    offered key:0x00005432 "id $id, 64K *"
    fish_offers "shmrm --if-key="
    offered --if-key=0x00005432 "id $id, 64K *"
}

@test "bash offers columns, one after the other" {
    needs_bash
    bash_offers "shmls --output id,s"
    same "columns" "id,size id,status id,swap" "$values"
    bash_offers "shmls -o rs"
    same "columns" rss "$values"
    bash_offers "shmls --sort -s"
    same "columns" "-size -status -swap" "$values"
}

@test "zsh offers columns, one after the other" {
    needs_shell zsh
    zsh_offers "shmls --output id,ow" "shmls --sort=-nat"
    like "line" "shmls --output id,owner*" "${typed[0]}"
    like "line" "shmls --sort=-nattch*" "${typed[1]}"
}

@test "fish offers columns, one after the other" {
    needs_shell fish
    fish_offers "shmls --output id,s"
    same "columns" "id,size id,status id,swap" "$values"
    fish_offers "shmls --sort=-s"
    same "columns" "--sort=-size --sort=-status --sort=-swap" "$values"
}

# accepted WORD.. - the offers for what to wait for, or to compare by, are what shmwait takes
accepted_things()
{
    local word tries=0
    for word; do
        case $word in
        exists | gone | changed) set -- "$word" ;;
        attached) set -- attached ge 0 ;;
        changed@) set -- changed@0:1 ;;
        str@) set -- str@0:1 eq "" ;;
        *@) set -- "${word}0" eq 0 ;;
        *) set -- u8@0 "$word" 1 ;;
        esac
        shmwait -t 0 "$id" "$@" >/dev/null 2>&1 || [ $? -ne 2 ] || { echo "not taken: $*"; return 1; }
        tries=$((tries + 1))
    done
    echo "$tries"
}

every_thing="attached changed changed@ exists f32@ f64@ gone i16@ i32@ i64@ i8@ str@ u16@ u32@ u64@ u8@"
every_op="clear eq ge gt le lt ne set"

sorted() { sort <<<"${values// /$'\n'}" | paste -sd ' '; }

@test "the conditions and comparisons that the shells offer are those of shmwait" {
    segment 64
    # shellcheck disable=SC2086
    same "accepted" "16 8" "$(accepted_things $every_thing) $(accepted_things $every_op)"
}

@test "bash offers types of fields, conditions, and comparisons" {
    needs_bash
    segment 64
    bash_offers "shmwait $id "
    same "offers" "$every_thing" "$(sorted)"
    bash_offers "shmwait $id u8@0 "
    same "offers" "$every_op" "$(sorted)"
    bash_offers "shmpeek $id u8@0 f"
    same "offers" "f32@ f64@" "$(sorted)"
    bash_offers "shmpoke $id s"
    same "offers" "str@" "$values"
    like "options" "*nospace*" "${options[*]}"
}

@test "zsh offers types of fields, conditions, and comparisons" {
    needs_shell zsh
    segment 64
    zsh_offers "shmwait $id "
    for word in $every_thing; do offered "$word" "*"; done
    zsh_offers "shmwait $id u8@0 "
    for word in $every_op; do offered "$word" "*"; done
    zsh_offers "shmpoke $id s" "shmpeek $id u8@0 st"
    same "line" "shmpoke $id str@" "${typed[0]}"
    same "line" "shmpeek $id u8@0 str@" "${typed[1]}"
}

@test "fish offers types of fields, conditions, and comparisons" {
    needs_shell fish
    segment 64
    fish_offers "shmwait $id "
    same "offers" "$every_thing" "$(sorted)"
    fish_offers "shmwait $id u8@0 "
    same "offers" "$every_op" "$(sorted)"
    fish_offers "shmpeek $id u8@0 f"
    same "offers" "f32@ f64@" "$(sorted)"
}

@test "bash offers applets after shmbox, and their options and operands after those" {
    needs_bash
    segment 4K
    bash_offers "shmbox "
    same "applets" "$(shmbox --list; echo help)" "${values// /$'\n'}"
    offered shmcat "*standard output*"
    bash_offers "shmbox shmcat "
    same "segments" "$id" "$values"
    bash_offers "shmbox c"
    same "short names" "cat create" "$values"
    bash_offers "shmbox st"
    same "short name" stat "$values"
    bash_offers "shmbox cat --of"
    same "options" --offset "$values"
}

@test "zsh offers applets after shmbox, and their options and operands after those" {
    needs_shell zsh
    segment 4K
    zsh_offers "shmbox "
    same "applets" "$(shmbox --list; echo help)" "${values// /$'\n'}"
    offered shmcat "*standard output*"
    zsh_offers "shmbox shmcat "
    offered "$id" "4K *"
    zsh_offers "shmbox c"
    offered cat "*standard output*"
    offered create "*"
    zsh_offers "shmbox cat --of"
    offered --offset "*"
}

@test "fish offers applets after shmbox, and their options and operands after those" {
    needs_shell fish
    segment 4K
    fish_offers "shmbox "
    same "applets" "$(shmbox --list; echo help)" "${values// /$'\n'}"
    offered shmcat "*standard output*"
    fish_offers "shmbox shmcat "
    offered "$id" "4K *"
    fish_offers "shmbox c" # which takes any part of a name
    offered shmcat "*standard output*"
    fish_offers "shmbox cat --of"
    offered --offset "*"
}

@test "bash offers topics and applets after shmbox help" {
    needs_bash
    bash_offers "shmbox help "
    for word in columns notations statuses shmcat; do offered "$word" "*"; done
    bash_offers "shmbox help no"
    same "topic" "notations" "$values"
    bash_offers "shmbox help ca"
    same "short name" cat "$values"
    bash_offers "shmbox help cat "
    same "after it" "" "$values"
}

@test "zsh offers topics and applets after shmbox help" {
    needs_shell zsh
    zsh_offers "shmbox help "
    for word in columns notations statuses shmcat; do offered "$word" "*"; done
    zsh_offers "shmbox help no"
    offered notations "*"
    zsh_offers "shmbox help ca" "shmbox help statu"
    same "line" "shmbox help cat" "${typed[0]% }"
    same "line" "shmbox help statuses" "${typed[1]% }"
}

@test "fish offers topics and applets after shmbox help" {
    needs_shell fish
    fish_offers "shmbox help "
    for word in columns notations statuses shmcat; do offered "$word" "*"; done
    fish_offers "shmbox help no"
    offered notations "*"
    fish_offers "shmbox help cat "
    same "after it" "" "$values"
}

@test "bash offers scratch: and commands to shmattach, and options until COMMAND" {
    needs_bash
    bash_offers "shmattach scr"
    same "operand" scratch: "$values"
    same "options" "-o nospace" "${options[*]}"
    bash_offers "shmattach scratch:1M shmli"
    [[ " $values " == *" shmlimits "* ]]
    for line in "shmattach -r 0 shmrm --if-c" "shmattach 0 -- shmrm --if-c"; do
        bash_offers "$line"
        same "options of COMMAND" --if-creator "$values"
    done
    for line in "shmattach scratch:1M -- shmli" "shmattach 0 -r shmli" "shmattach 0 -W 1 -- shmli"; do
        bash_offers "$line"
        [[ " $values " == *" shmlimits "* ]]
    done
    bash_offers "shmattach 0 --read-o"
    same "option after SEGMENT" --read-only "$values"
}

@test "zsh offers scratch: and commands to shmattach, and options until COMMAND" {
    needs_shell zsh
    zsh_offers "shmattach scr" "shmattach scratch:1M shmli" "shmattach -r 0 shmrm --if-c" \
        "shmattach 0 -- shmli" "shmattach -r 0 -- shmrm --if-cr" "shmattach 0 --read-o" "shmattach 0 -r shmli"
    same "line" "shmattach scratch:" "${typed[0]}"
    same "line" "shmattach scratch:1M shmlimits" "${typed[1]% }"
    offered --if-creator "*"
    same "line" "shmattach 0 -- shmlimits" "${typed[3]% }"
    same "line" "shmattach -r 0 -- shmrm --if-creator=" "${typed[4]}"
    same "line" "shmattach 0 --read-only" "${typed[5]% }"
    same "line" "shmattach 0 -r shmlimits" "${typed[6]% }"
}

@test "fish offers scratch: and commands to shmattach, and options until COMMAND" {
    needs_shell fish
    fish_offers "shmattach scr"
    offered scratch: "*"
    fish_offers "shmattach scratch:1M shmli"
    [[ " $values " == *" shmlimits "* ]]
    for line in "shmattach -r 0 shmrm --if-c" "shmattach 0 -- shmrm --if-c"; do
        fish_offers "$line"
        same "options of COMMAND" --if-creator "$values"
    done
    for line in "shmattach scratch:1M -- shmli" "shmattach 0 -r shmli" "shmattach 0 -W 1 -- shmli"; do
        fish_offers "$line"
        [[ " $values " == *" shmlimits "* ]]
    done
    fish_offers "shmattach 0 --read-o"
    same "option after SEGMENT" --read-only "$values"
}

# odd_maker - a segment whose creator is alive and has a name with control characters
odd_maker()
{
    # shellcheck disable=SC2016 # perl's own variables
    start perl -e '$0 = "o\e[31m\n d: \$(x)"; $| = 1;
        print shmget(0, 4096, 0600 | 01000), "\n"; sleep 3600'
    wait_until test -s out
    id=$(<out)
    echo "$id" >>noted
}

@test "an unusual name of a creator is harmless in bash" {
    needs_bash
    segment 4K
    odd_maker
    bash_offers "shmcat "
    offered "$id" "4K *"
    [[ $output != *$'\e'* ]]
}

@test "an unusual name of a creator is harmless in zsh" {
    needs_shell zsh
    segment 4K
    odd_maker
    zsh_offers "shmcat "
    offered "$id" "4K *"
    [[ $output != *$'\e'* ]]
}

@test "an unusual name of a creator is harmless in fish" {
    needs_shell fish
    odd_maker
    fish_offers "shmcat "
    offered "$id" "4K *"
    [[ $output != *$'\e'* ]]
}

# elsewhere - for the rest of the test, the applets in PATH are programs that fail
elsewhere()
{
    PATH=$given/false:${PATH#"$SHMBOX_BIN:"}
}

@test "bash runs the shmbox next to the command, whatever is in PATH" {
    needs_bash
    segment 4K
    elsewhere
    bash_offers "$SHMBOX_BIN/shmcat "
    same "segments" "$id" "$values"
}

@test "zsh runs the shmbox next to the command, whatever is in PATH" {
    needs_shell zsh
    segment 4K
    elsewhere
    zsh_offers "$SHMBOX_BIN/shmcat "
    offered "$id" "4K *"
}

@test "fish runs the shmbox next to the command, whatever is in PATH" {
    needs_shell fish
    segment 4K
    elsewhere
    fish_offers "$SHMBOX_BIN/shmcat "
    offered "$id" "4K *"
}

@test "bash offers nothing and prints nothing if shmbox does not answer" {
    needs_bash
    elsewhere
    bash_offers "shmcat "
    same "offers" "" "$output"
    bash_offers "shmcat --"
    same "offers" "" "$output"
}

@test "zsh offers nothing and prints nothing if shmbox does not answer" {
    needs_shell zsh
    elsewhere
    zsh_offers "shmcat --" "shmcat "
    same "offers" "" "$output"
    same "line" "shmcat --" "${typed[0]}"
    same "line" "shmcat " "${typed[1]}"
}

@test "fish offers nothing and prints nothing if shmbox does not answer" {
    needs_shell fish
    elsewhere
    fish_offers "shmcat --"
    same "offers" "" "$output"
}

# ---- what only bash has ----

@test "bash inserts the bare value if there is only one, and when cycling through them" {
    needs_bash
    segment 4K
    bash_offers "shmcat "
    same "the one" "$id" "$output"
    segment 4K
    bash_offers "shmcat " 37 # menu-complete
    [[ $output != *attached* ]]
}

@test "bash leaves the completion of files and directories to readline" {
    needs_bash
    for line in "shmcreate --input " "shmcreate -i /e" "shmkey " "shmcat file:/e" "shmcat 0 >"; do
        bash_offers "$line"
        same "$line" "" "$output"
        same "$line" "-o default" "${options[*]}"
    done
    bash_offers "shmbox --install "
    same "directories" "-o dirnames" "${options[*]}"
}

@test "bash offers users and groups as owners, and processes" {
    needs_bash
    bash_offers "shmset -u roo"
    same "user" root "$values"
    bash_offers "shmset -u root:roo"
    same "group" root "$values"
    start sleep 3600
    wait_until grep -q sleep "/proc/$pid/comm"
    bash_offers "shmrm --if-creator "
    offered "$pid" sleep
}

# ---- and of the files ----

@test "completions contain no name of an applet or an option, except shmls" {
    local found
    # the completions call shmbox with --list and --describe
    awk -F '\t' '$2 == "shmbox" || $2 == "*" { next }
        $1 == "applet" { print "\\b" $2 "\\b" }
        $1 == "option" && $4 !~ /^--(list|describe)$/ { print "[^a-z-]" $4 "\\b" }' "$given/facts" >names
    [ -s names ]
    found=$(grep -hv '^ *#' "$SHMBOX_SOURCE"/completions/* | grep -v -- '--noheadings --output' |
        grep -o -f names) || [ $? -eq 1 ]
    same "names" "" "$found"
}

# by_hand SHELL - the lines of shmbox(1) that load the completion, with the path of this tree
by_hand()
{
    awk -v name="$1:" '/^\.Sh/ { inside = $2 == "COMPLETION" } inside && $1 == ".It" { found = $2 == name }
        inside && found && sub(/^\.Dl /, "")' "$SHMBOX_SOURCE/man/shmbox.1" |
        sed "s|/usr/share/bash-completion/completions|$given/bash/completions|
            s|/usr/share/zsh/site-functions|$given/zsh|
            s|/usr/share/fish/vendor_completions.d|$given/fish|"
}

# loads LINE SHOW CMD.. - a shell that runs LINE prints nothing, and has then a completion for every
# applet: the command SHOW, in which APPLET is its name, prints it
loads()
{
    local line=$1 show=$2 applet
    shift 2
    [ -n "$line" ]
    prints "" "$@" "$line" </dev/null
    for applet in $applets; do
        succeeds "$@" "$line; ${show/APPLET/$applet}" </dev/null
        [ -n "$output" ] || { echo "no completion: $applet"; return 1; }
    done
}

@test "bash loads the completion by hand, as shmbox(1) says" {
    loads "$(by_hand bash)" "complete -p APPLET" bash --norc -c
}

@test "zsh loads the completion by hand, as shmbox(1) says" {
    needs_shell zsh
    # the cache of compinit is in the home directory
    export HOME=$PWD
    # shellcheck disable=SC2016 # zsh's
    loads "$(by_hand zsh)" 'print $_comps[APPLET]' zsh -f -c
}

@test "fish loads the completion by hand, as shmbox(1) says" {
    needs_shell fish
    export HOME=$PWD XDG_CONFIG_HOME=$PWD XDG_DATA_HOME=$PWD
    loads "$(by_hand fish)" "complete -c APPLET" fish --no-config -c
}

@test "fish reads the file silently without a terminal, with and without a shmbox" {
    needs_shell fish
    for path in "$SHMBOX_BIN:$PATH" /usr/bin:/bin; do
        # shellcheck disable=SC2016 # fish's
        PATH=$path run --separate-stderr "$(command -v fish)" --no-config -c 'source $argv[1]' "$SHMBOX_SOURCE/completions/shmbox.fish" </dev/null
        same "output" "" "$output$stderr"
    done
}
