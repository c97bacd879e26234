# Completions: what bash, zsh and fish offer is what shmbox --describe and shmls say
# runs against: glibc

setup()
{
    load helper
    common_setup
    completions=$SHMBOX_SOURCE/completions
    shmbox --describe >facts
}

# What the next test sees are its own segments alone.
teardown()
{
    common_teardown
    while read -r left; do ipcrm -m "$left"; done <noted
}

applets() { cut -f 2 <(grep '^applet' facts); }

# ---- what a shell offers at the end of LINE: lines of a value, a tab and a description ----

# Splits the line as readline does, calls what bash-completion loads for its first word, and
# undoes the layout of what is shown.
bash_offers()
{
    mkdir -p links/completions
    for name in $(applets); do ln -sf "$completions/shmbox.bash" "links/completions/$name"; done
    cat >offers.bash <<'END'
BASH_COMPLETION_USER_DIR=links
. "${BASH_COMPLETION:-/usr/share/bash-completion/bash_completion}"
compopt() { echo "$@" >>compopt; }
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=${2-63} COMP_WORDS=() COLUMNS=300
rest=$1
while [[ $rest =~ ^([[:space:]]+|[:=\<\>]+|[^:=\<\>[:space:]]+) ]]; do
    rest=${rest#"$BASH_REMATCH"}
    [[ $BASH_REMATCH == [[:space:]]* ]] || COMP_WORDS+=("$BASH_REMATCH")
done
[[ $1 != *[[:space:]] ]] || COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
declare -F _comp_load >/dev/null && _comp_load -- "$COMP_WORDS" || __load_completion "$COMP_WORDS"
rule=$(complete -p -- "${COMP_WORDS##*/}")
function=${rule#*-F }
"${function%% *}" "$COMP_WORDS" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
exit 0
END
    succeeds bash --norc offers.bash "$@"
    output=$(sed -E $'s/  +\\((.*)\\)$/\t\\1/' <<<"$output")
}

zsh_offers()
{
    mkdir -p functions
    sed "1s/@SHMBOX_COMMANDS@/$(applets | tr '\n' ' ')/" "$completions/_shmbox.in" >functions/_shmbox
    succeeds zsh -f "$SHMBOX_SOURCE/tests/completions.zsh" "$PWD/functions" "$@"
}

fish_offers()
{
    mkdir -p links.fish
    for name in $(applets); do ln -sf "$completions/shmbox.fish" "links.fish/$name.fish"; done
    # shellcheck disable=SC2016 # fish's own variables
    succeeds env HOME="$PWD" XDG_CONFIG_HOME="$PWD" XDG_DATA_HOME="$PWD" fish --no-config -c '
        set fish_complete_path $PWD/links.fish $fish_complete_path
        complete -C $argv[1]' "$1"
}

needs_shell() { command -v "$1" >/dev/null || skip "needs $1"; }

needs_bash()
{
    [ -e "${BASH_COMPLETION:-/usr/share/bash-completion/bash_completion}" ] || skip "needs bash-completion"
}

# offered VALUE DESCRIPTION - the last run offered just this value with this description (a pattern)
offered()
{
    local line
    while IFS= read -r line; do
        # shellcheck disable=SC2053
        [[ $line != "$1"$'\t'* || ${line#*$'\t'} != $2 ]] || return 0
    done <<<"$output"
    printf 'not offered: %s (%s)\nbut: %s\n' "$1" "$2" "$output"
    return 1
}

values() { cut -f 1 <<<"$output" | tr '\n' ' ' | sed 's/ $//'; }

# same_options APPLET - the long options among what was offered are all it has, with their help
same_options()
{
    same "options of $1" \
        "$(awk -F '\t' -v name="$1" '$1 == "option" && ($2 == name || $2 == "*") { print $4 "\t" $6 }' facts | sort)" \
        "$(grep '^--' <<<"$output" | sort)"
}

# ---- all three shells ----

@test "bash offers every option of every applet with its help, and no other" {
    needs_bash
    for applet in $(applets); do
        bash_offers "$applet --"
        same_options "$applet"
    done
}

@test "zsh offers every option of every applet with its help, and no other" {
    needs_shell zsh
    for applet in $(applets); do
        zsh_offers "$applet --"
        same_options "$applet"
    done
}

@test "fish offers every option of every applet with its help, and no other" {
    needs_shell fish
    for applet in $(applets); do
        fish_offers "$applet --"
        same_options "$applet"
    done
}

@test "bash offers live segments with what they are" {
    needs_bash
    segment --key 0x5432 64K
    segment --mode 640 1M
    bash_offers "shmcat "
    offered "$id" "1M * rw-r----- 0 attached*"
    same "number of offers" 2 "$(wc -l <<<"$output")"
}

@test "zsh offers live segments with what they are" {
    needs_shell zsh
    segment --key 0x5432 64K
    segment --mode 640 1M
    zsh_offers "shmcat "
    offered "$id" "1M * rw-r----- 0 attached*"
}

@test "fish offers live segments with what they are" {
    needs_shell fish
    segment --key 0x5432 64K
    segment --mode 640 1M
    fish_offers "shmcat "
    offered "$id" "1M * rw-r----- 0 attached*"
    same "number of offers" 2 "$(wc -l <<<"$output")"
}

@test "bash offers keys where a key is wanted, and behind key:" {
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

@test "zsh offers keys where a key is wanted, and behind key:" {
    needs_shell zsh
    segment --key 0x5432 64K
    zsh_offers "shmcreate -rk "
    offered 0x00005432 "id $id, 64K *"
    offered new "*"
    zsh_offers "shmrm key:" "shmrm --if-key="
    offered 0x00005432 "id $id, 64K *"
    [[ $output == *"[shmrm key:0x00005432 ]"* ]]
    [[ $output == *"[shmrm --if-key=0x00005432 ]"* ]]
}

@test "fish offers keys where a key is wanted, and behind key:" {
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
    same "columns" "id,size id,status id,swap" "$(values)"
    bash_offers "shmls -o rs"
    same "columns" rss "$(values)"
    bash_offers "shmls --sort -s"
    same "columns" "-size -status -swap" "$(values)"
}

@test "zsh offers columns, one after the other" {
    needs_shell zsh
    zsh_offers "shmls --output id,ow" "shmls --sort=-nat"
    [[ $output == *"[shmls --output id,owner"* ]]
    [[ $output == *"[shmls --sort=-nattch"* ]]
}

@test "fish offers columns, one after the other" {
    needs_shell fish
    fish_offers "shmls --output id,s"
    same "columns" "id,size id,status id,swap" "$(values)"
    fish_offers "shmls --sort=-s"
    same "columns" "--sort=-size --sort=-status --sort=-swap" "$(values)"
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
        run --separate-stderr shmwait -t 0 "$id" "$@"
        [ "$status" -ne 2 ] || { echo "not taken: $*"; return 1; }
        tries=$((tries + 1))
    done
    echo "$tries"
}

every_thing="attached changed changed@ exists f32@ f64@ gone i16@ i32@ i64@ i8@ str@ u16@ u32@ u64@ u8@"
every_op="clear eq ge gt le lt ne set"

sorted() { values | tr ' ' '\n' | sort | paste -sd ' '; }

@test "what the shells offer to wait for, and to compare by, is what shmwait takes" {
    segment 64
    # shellcheck disable=SC2086
    same "accepted" "16 8" "$(accepted_things $every_thing) $(accepted_things $every_op)"
}

@test "bash offers types of fields, what to wait for, and comparisons" {
    needs_bash
    segment 64
    bash_offers "shmwait $id "
    same "offers" "$every_thing" "$(sorted)"
    bash_offers "shmwait $id u8@0 "
    same "offers" "$every_op" "$(sorted)"
    bash_offers "shmpeek $id u8@0 f"
    same "offers" "f32@ f64@" "$(sorted)"
    : >compopt
    bash_offers "shmpoke $id s"
    same "offers" "str@" "$(sorted)"
    grep -q nospace compopt
}

@test "zsh offers types of fields, what to wait for, and comparisons" {
    needs_shell zsh
    segment 64
    zsh_offers "shmwait $id "
    for word in $every_thing; do grep -qF "$word" <<<"$output"; done
    zsh_offers "shmwait $id u8@0 "
    for word in $every_op; do offered "$word" "*"; done
    zsh_offers "shmpoke $id s" "shmpeek $id u8@0 st"
    [[ $output == *"[shmpoke $id str@]"* ]]
    [[ $output == *"[shmpeek $id u8@0 str@]"* ]]
}

@test "fish offers types of fields, what to wait for, and comparisons" {
    needs_shell fish
    segment 64
    fish_offers "shmwait $id "
    same "offers" "$every_thing" "$(sorted)"
    fish_offers "shmwait $id u8@0 "
    same "offers" "$every_op" "$(sorted)"
    fish_offers "shmpeek $id u8@0 f"
    same "offers" "f32@ f64@" "$(sorted)"
}

@test "bash offers applets behind shmbox, and what they want behind those" {
    needs_bash
    segment 4K
    bash_offers "shmbox "
    same "applets" "$(shmbox --list | tr '\n' ' ')" "$(values) "
    offered shmcat "*standard output*"
    bash_offers "shmbox shmcat "
    same "segments" "$id" "$(values)"
    bash_offers "shmbox c"
    same "short names" "cat create" "$(values | xargs)"
    bash_offers "shmbox st"
    same "short name" stat "$(values)"
    bash_offers "shmbox cat --of"
    same "options" --offset "$(values)"
}

@test "zsh offers applets behind shmbox, and what they want behind those" {
    needs_shell zsh
    segment 4K
    zsh_offers "shmbox "
    same "applets" "$(shmbox --list | tr '\n' ' ')" "$(grep -v '^\[' <<<"$output" | cut -f 1 | tr '\n' ' ')"
    offered shmcat "*standard output*"
    zsh_offers "shmbox shmcat "
    offered "$id" "4K *"
    zsh_offers "shmbox c"
    offered cat "*standard output*"
    offered create "*"
    zsh_offers "shmbox cat --of"
    offered --offset "*"
}

@test "fish offers applets behind shmbox, and what they want behind those" {
    needs_shell fish
    segment 4K
    fish_offers "shmbox "
    same "applets" "$(shmbox --list | tr '\n' ' ')" "$(values) "
    offered shmcat "*standard output*"
    fish_offers "shmbox shmcat "
    offered "$id" "4K *"
    fish_offers "shmbox c" # which takes any part of a name
    offered shmcat "*standard output*"
    fish_offers "shmbox cat --of"
    offered --offset "*"
}

@test "bash offers scratch: and commands to shmattach, and options no more behind SEGMENT" {
    needs_bash
    bash_offers "shmattach scr"
    same "operand" scratch: "$(values)"
    grep -qx -- '-o nospace' compopt
    bash_offers "shmattach scratch:1M shmli"
    [[ " $(values) " == *" shmlimits "* ]]
    bash_offers "shmattach -r 0 shmrm --if-c"
    same "options of COMMAND" --if-creator "$(values)"
}

@test "zsh offers scratch: and commands to shmattach, and options no more behind SEGMENT" {
    needs_shell zsh
    zsh_offers "shmattach scr" "shmattach scratch:1M shmli" "shmattach -r 0 shmrm --if-c"
    [[ $output == *"[shmattach scratch:]"* ]]
    [[ $output == *"[shmattach scratch:1M shmlimits]"* || $output == *"[shmattach scratch:1M shmlimits ]"* ]]
    offered --if-creator "*"
}

@test "fish offers scratch: and commands to shmattach, and options no more behind SEGMENT" {
    needs_shell fish
    fish_offers "shmattach scr"
    offered scratch: "*"
    fish_offers "shmattach scratch:1M shmli"
    [[ " $(values) " == *" shmlimits "* ]]
    fish_offers "shmattach -r 0 shmrm --if-c"
    same "options of COMMAND" --if-creator "$(values)"
}

# odd_maker - a segment whose maker lives and has a name that a terminal would obey
odd_maker()
{
    # shellcheck disable=SC2016 # perl's own variables
    start perl -e '$0 = "o\e[31m\n d: \$(x)"; $| = 1;
        print shmget(0, 4096, 0600 | 01000), "\n"; sleep 60'
    wait_until test -s out
    id=$(<out)
    echo "$id" >>noted
}

@test "an odd name of a maker does no harm in bash" {
    needs_bash
    segment 4K
    odd_maker
    bash_offers "shmcat "
    offered "$id" "4K *"
    [[ $output != *$'\e'* ]]
}

@test "an odd name of a maker does no harm in zsh" {
    needs_shell zsh
    segment 4K
    odd_maker
    zsh_offers "shmcat "
    offered "$id" "4K *"
    [[ $output != *$'\e'* ]]
}

@test "an odd name of a maker does no harm in fish" {
    needs_shell fish
    odd_maker
    fish_offers "shmcat "
    offered "$id" "4K *"
    [[ $output != *$'\e'* ]]
}

# elsewhere CMD.. - with programs of our names in PATH that know nothing
elsewhere()
{
    mkdir -p false
    for name in $(applets); do ln -sf "$(type -P false)" "false/$name"; done
    PATH=$PWD/false:${PATH#"$SHMBOX_BIN:"} "$@"
}

@test "bash asks the shmbox beside the command, whatever is in PATH" {
    needs_bash
    segment 4K
    elsewhere bash_offers "$SHMBOX_BIN/shmcat "
    same "segments" "$id" "$(values)"
}

@test "zsh asks the shmbox beside the command, whatever is in PATH" {
    needs_shell zsh
    segment 4K
    elsewhere zsh_offers "$SHMBOX_BIN/shmcat "
    offered "$id" "4K *"
}

@test "fish asks the shmbox beside the command, whatever is in PATH" {
    needs_shell fish
    segment 4K
    elsewhere fish_offers "$SHMBOX_BIN/shmcat "
    offered "$id" "4K *"
}

@test "bash offers nothing and is quiet where shmbox does not answer" {
    needs_bash
    elsewhere bash_offers "shmcat "
    same "offers" "" "$output"
    elsewhere bash_offers "shmcat --"
    same "offers" "" "$output"
}

@test "zsh offers nothing and is quiet where shmbox does not answer" {
    needs_shell zsh
    elsewhere zsh_offers "shmcat --" "shmcat "
    same "offers" "[shmcat --] [shmcat ]" "${output//$'\n'/ }"
}

@test "fish offers nothing and is quiet where shmbox does not answer" {
    needs_shell fish
    elsewhere fish_offers "shmcat --"
    same "offers" "" "$output"
}

# ---- what only bash has ----

@test "bash inserts the bare value: when there is one, and when it goes through them" {
    needs_bash
    segment 4K
    bash_offers "shmcat "
    same "the one" "$id" "$output"
    segment 4K
    bash_offers "shmcat " 37 # menu-complete
    [[ $output != *attached* ]]
}

@test "bash leaves files and directories to readline" {
    needs_bash
    for line in "shmcreate --input " "shmcreate -i /e" "shmkey " "shmcat file:/e" "shmcat 0 >"; do
        rm -f compopt
        bash_offers "$line"
        same "$line" "" "$output"
        same "$line" "-o default" "$(<compopt)"
    done
    rm -f compopt
    bash_offers "shmbox --install "
    same "directories" "-o dirnames" "$(<compopt)"
}

@test "bash offers users and groups as owners, and processes" {
    needs_bash
    bash_offers "shmset -u roo"
    same "user" root "$(values)"
    bash_offers "shmset -u root:roo"
    same "group" root "$(values)"
    start sleep 60
    wait_until grep -q sleep "/proc/$pid/comm"
    bash_offers "shmrm --if-creator "
    offered "$pid" sleep
}

# ---- and of the files ----

# absent OPTION PATTERN TEXT - grep(1) does not find it
absent()
{
    run -1 grep "$1" "$2" <<<"$3"
}

@test "no name of an applet or an option stands in a completion, but for shmls" {
    local code words
    code=$(grep -hv '^ *#' "$completions"/*)
    words=$(grep -v -- '--noheadings --output' <<<"$code")
    for applet in $(applets); do
        [ "$applet" != shmbox ] || continue
        absent -w "$applet" "$words"
        while IFS=$'\t' read -r option; do
            case $option in
            --list | --describe) ;; # these are what is asked
            *) absent -e "[^a-z-]$option\b" "$words" ;;
            esac
        done < <(awk -F '\t' -v name="$applet" '$1 == "option" && $2 == name { print $4 }' facts)
    done
}
