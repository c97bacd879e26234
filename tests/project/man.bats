# SPDX-License-Identifier: MIT
# The man pages: clean, and in step with the descriptors, the header and the program
# runs against: glibc
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    load ../lib/states
    common_setup
    command -v mandoc >/dev/null || skip "needs mandoc"
    pages=$SHMBOX_SOURCE/man
    made=$SHMBOX_BUILD/pages # of the header, by man/pages.awk
    shmbox --describe >facts
    all=$(applets)
    [ -n "$all" ]
}

teardown() { common_teardown; }

# The names of shmbox and its applets, and fields of their facts, tab-separated.
applets() { awk -F '\t' '$1 == "applet" { print $2 }' facts; }
summary_of() { awk -F '\t' -v name="$1" '$1 == "applet" && $2 == name { print $4 }' facts; }

# options_of APPLET - letter, long name, kind and help of its own options
options_of() { awk -F '\t' -v name="$1" -v OFS='\t' '$1 == "option" && $2 == name { print $3, $4, $5, $6 }' facts; }

# text_of FILE - a page as a reader sees it, no line folded, no word emphasised
text_of()
(
    set -o pipefail
    mandoc -Tascii -Owidth=1000 "$1" | sed $'s/.\b//g'
)

# section PAGE NAME - the words of a section, with single blanks between
section()
(
    set -o pipefail
    text_of "$pages/$1" | awk -v name="$2" '/^[A-Z]/ { inside = $0 == name; next } inside' |
        tr -s '[:space:]' ' ' | sed 's/ \.\.\./.../g; s/^ //; s/ $//'
)

# literal PAGE - the displays of its EXAMPLES, as they stand
literal()
{
    awk '/^\.Sh/ { inside = $2 == "EXAMPLES" }
        /^\.Ed/ { shown = 0 }
        inside && shown
        /^\.Bd -literal/ { shown = 1 }' "$pages/$1" | sed 's/\\-/-/g; s/\\&//g; s/\\e/\\/g'
}

@test "every applet has a page, and every page of section 1 an applet" {
    same "pages" "$(applets | sort)" "$(cd "$pages" && printf '%s\n' *.1 | sed 's/\.1$//' | sort)"
}

@test "mandoc finds nothing wrong with any page" {
    for page in "$pages"/*.[1-9] "$made"/*.3; do
        prints "" mandoc -Tlint -W warning "$page"
    done
}

@test "man finds nothing wrong with any page" {
    needs_man
    for page in "$pages"/*.[1-9] "$made"/*.3; do
        succeeds man --warnings -l "$page"
    done
}

@test "every page has the same sections" {
    for page in "$pages"/*.1; do
        for name in NAME SYNOPSIS DESCRIPTION "EXIT STATUS" EXAMPLES "SEE ALSO"; do
            grep -qx "\.Sh $name" "$page" || { echo "$page: no $name"; return 1; }
        done
    done
}

@test "pages refer only to pages that exist" {
    grep -hoE '^\.Xr (\( )?(shm[a-z_-]*|libshmbox) [1-9]' "$pages"/*.[1-9] "$made"/*.3 | sed 's/( //' | sort -u >references
    [ -s references ]
    while read -r _ name number; do
        case $name in
        shmget | shmop | shmat | shmdt | shmctl) ;;
        *) [ -e "$pages/$name.$number" ] || [ -e "$made/$name.$number" ] || { echo "no such page: $name($number)"; return 1; } ;;
        esac
    done <references
}

@test "the one line of a page is the applet's summary" {
    for applet in $all; do
        name=$(section "$applet.1" NAME)
        same "$applet" "$applet - $(summary_of "$applet")" "$name"
    done
}

@test "the synopsis is the usage line" {
    for applet in $all; do
        usage=$("$applet" --help | sed -n '1s/^usage: //p')
        synopsis=$(section "$applet.1" SYNOPSIS)
        [ "$applet" != shmbox ] || synopsis=${synopsis%% shmbox APPLET*}
        same "$applet" "$usage" "$synopsis"
    done
}

# has_options PAGE - reads facts of options: each has its entry, and its own sentence
has_options()
{
    local letter long kind help words entry
    words="$(section "$1" DESCRIPTION) $(section "$1" OPTIONS)"
    while IFS=$'\t' read -r letter long kind help; do
        entry="$long"
        [ "$letter" = - ] || entry="$letter, $long"
        [ "$kind" = - ] || entry="$entry $kind"
        entry="$entry ${help^}."
        [[ " $words " == *" $entry "* ]] || { printf '%s lacks: %s\n' "$1" "$entry"; return 1; }
    done
}

# first_screen PAGE - what a terminal of 24 lines and 80 columns shows first
first_screen()
{
    MANWIDTH=80 man -P cat -l "$pages/$1" 2>/dev/null | col -bx | head -n 24
}

needs_man() { man --version 2>&1 | grep -q '^man ' || skip "needs the man of man-db"; }

@test "the first screen of every page shows a command" {
    needs_man
    for page in "$pages"/*.[17]; do
        page=${page##*/}
        # a display is indented more than text, and a table has several columns
        first_screen "$page" | sed -n '/^DESCRIPTION/,$p' | grep -qE '(^ {11,}(.*[ (])?|[^. ]  +)shm[a-z]+( |$)' ||
            { echo "$page: no command"; return 1; }
    done
}

@test "the first screens that lead to scripts show how a script keeps its segment" {
    needs_man
    # shellcheck disable=SC2016 # as it is written there
    keep='shmattach --background --pid $$ '
    for page in shmcreate.1 shmreap.1 shm-protocols.7; do
        like "$page" "*$keep*" "$(first_screen "$page")"
    done
    like README "*$keep*" "$(head -n 24 "$SHMBOX_SOURCE/README.md")"
}

@test "every option has an entry in the page, with its value and its help line" {
    for applet in $all; do
        options_of "$applet" >options
        has_options "$applet.1" <options
    done
    options_of '*' >options
    [ -s options ]
    has_options shmbox.1 <options
}

@test "no page has an entry for an unknown option" {
    for applet in $all; do
        {
            options_of "$applet"
            [ "$applet" != shmbox ] || options_of '*'
        } | cut -f 2 | sort >wanted
        sed -n 's/^\.It.* Fl -\([a-z-]*\).*/--\1/p' "$pages/$applet.1" | grep -v '^--long$' | sort >got || :
        same "options of $applet.1" "$(<wanted)" "$(<got)"
    done
}

# help_words TOPIC - the words of a topic, as those of section()
help_words() { shmbox help "$1" | tr -s '[:space:]' ' ' | sed 's/ $//'; }

@test "shmbox help prints what shmbox(1) contains" {
    for topic in notations:NOTATIONS statuses:"EXIT STATUS"; do
        page=$(section shmbox.1 "${topic#*:}" | tr '`' "'")
        [ "${#page}" -gt 1000 ]
        same "$topic" "$page" "$(help_words "${topic%:*}")"
    done
}

@test "the statuses at the end of --help begin as those of shmbox(1)" {
    words=$(help_words statuses)
    shmbox --help | sed -n 's/^Exit status: //p' | sed 's/, /\n/g' >statuses
    same "statuses" "0 1 2 3 4 5 6 7 124" "$(cut -d ' ' -f 1 statuses | paste -sd ' ')"
    while read -r status; do
        [[ " ${words,,}" == *" $status"[.,:\ ]* ]] || { echo "not in shmbox(1): $status"; return 1; }
    done <statuses
}

@test "shmbox(1) has every exit status" {
    words=" $(section shmbox.1 "EXIT STATUS") "
    for number in 0 1 2 3 4 5 6 7 124 125 126 127; do
        [[ $words == *" $number "[A-Z]* || $words == *" $number shmattach"* ]] || { echo "no $number"; return 1; }
    done
}

@test "shm-columns(7) has an entry for every column and no other, and shmls(1) names them" {
    awk -F '\t' '$1 == "column" { print $2 }' facts | sort >wanted
    [ -s wanted ]
    awk '/^\.Sh/ { inside = $2 == "COLUMNS" } inside && sub(/^\.It Cm /, "")' "$pages/shm-columns.7" |
        tr -s ' ,' '\n' | sort >got
    same "columns" "$(<wanted)" "$(<got)"
    words=" $(section shmls.1 DESCRIPTION) "
    while read -r column; do
        [[ $words == *[!a-z]"$column"[!a-z]* ]] || { echo "no $column"; return 1; }
    done <wanted
}

# columns_page - the rows of the table of shm-columns(7): name, heading, unit, JSON and cost, tab-separated
columns_page() { sed -n 's/^\.It Cm \([a-z]*\) Ta /\1\t/p' "$pages/shm-columns.7" | sed 's/ Ta /\t/g'; }

@test "shm-columns(7) has the heading of every column, and its type in JSON" {
    segment 4K
    # a new attached segment: no value is unknown
    hold "$id"
    columns=$(shmbox --describe | awk -F '\t' '$1 == "column" { print $2 }' | paste -sd ,)
    shmls --output "$columns" "$id" | head -n 1 | tr -s ' ' '\n' >headings
    shmls --json "$id" | jq -r '.sharedmemory[0][] | if . == null then "null" else type end' >types
    paste <(tr , '\n' <<<"$columns") headings types >wanted
    same "columns" "$(<wanted)" "$(columns_page | cut -f 1,2,4)"
}

# cost_of COLUMN - the word of shm-columns(7) for the files that shmls opens for this column
cost_of()
{
    strace -f -e trace=file,readlink,readlinkat -o trace shmls --output "$1" >out
    awk -v creator="$pid" '
        /\/proc\/[0-9]+\/cgroup"/ { namespaces = 1 }
        /\/proc\/[0-9]+\/maps"/ { processes = 1 }
        /\/proc\/sysvipc\/shm"/ { memory = 1 }
        /\/etc\/(passwd|group)"/ { names = 1 }
        index($0, "/proc/" creator "/") { creators = 1 }
        END {
            if (namespaces) print "namespaces"
            else if (processes) print "processes" (memory ? ", memory" : "")
            else if (memory) print "memory"
            else if (names) print "names"
            else print creators ? "cpid, lpid" : "none"
        }' trace
}

@test "shm-columns(7) has the cost of every column: the files that are read" {
    strace -o trace true 2>/dev/null || skip "needs strace"
    segment 4K
    hold "$id"
    # created by a process that is alive, and not attached
    start perl -e 'print shmget(0, 4096, 0600 | 01000), "\n"; close STDOUT; sleep 3600'
    wait_until test -s out
    cat out >>noted
    columns_page | cut -f 1,5 >wanted
    while IFS=$'\t' read -r column _; do
        printf '%s\t%s\n' "$column" "$(cost_of "$column")"
    done <wanted >got
    same "costs" "$(<wanted)" "$(<got)"
}

@test "shmbox(1) has a command for every task, and one with every applet" {
    awk '/^\.Sh/ { inside = $0 == ".Sh WHICH COMMAND" } inside && sub(/^\.Dl /, "")' "$pages/shmbox.1" >commands
    for applet in $(shmbox --list); do
        grep -q "\b$applet\b" commands || { echo "no $applet"; return 1; }
    done
    # what the lines assume: a segment that contains 1, a process in another namespace, and files
    # shellcheck disable=SC2016 # for the other shell
    assumed='id=$(shmcreate 64K); shmpoke -q $id u32@8=1; file=..; shmcat $id >copy; '
    start unshare --ipc sh -c 'echo there; exec sleep 3600'
    wait_until test -s out
    # shellcheck disable=SC2016
    while IFS= read -r command; do
        if [[ $command == *--follow* ]]; then
            # it ends when the segment is removed
            watched='(until [ -s shown ]; do sleep 0.1; done; shmrm $id 2>said) & '$command' >shown'
            run -3 env pid="$pid" unshare --ipc bash -c "$assumed $watched" </dev/null
            same "shown" 1 "$(<shown)"
            continue
        fi
        [[ $command != shmwho* ]] || command='shmattach --background --pid $$ $id >held; '$command
        succeeds env pid="$pid" unshare --ipc bash -c "$assumed $command" </dev/null
    done <commands
}

@test "shmlimits(1) has every line that shmlimits prints" {
    words=" $(section shmlimits.1 DESCRIPTION) "
    names=$(shmlimits | sed -n 's/^\([a-z_]*\):.*/\1/p')
    [ -n "$names" ]
    for name in $names; do
        [[ $words == *" $name "* ]] || { echo "no $name"; return 1; }
    done
}

@test "libshmbox(3) has every public function, and no other" {
    tr '\n' ' ' <"$SHMBOX_SOURCE/include/shmbox/shmbox.h" | grep -o 'SHMBOX_API [^#;(]*(' |
        grep -o 'shmbox_[a-z_]*' | sort -u >wanted
    [ -s wanted ]
    sed -n 's/^\.It Fn \([a-z_]*\)$/\1/p' "$pages/libshmbox.3" | sort >got
    same "functions" "$(<wanted)" "$(<got)"
}

@test "every public function has a page of its own or shares one, with its prototype and an example" {
    tr '\n' ' ' <"$SHMBOX_SOURCE/include/shmbox/shmbox.h" | grep -o 'SHMBOX_API [^#;]*;' | tr -s '[:space:]' ' ' |
        sed 's/SHMBOX_API //' >wanted
    [ -s wanted ]
    while read -r prototype; do
        name=$(grep -o 'shmbox_[a-z_]*(' <<<"$prototype" | tr -d '(')
        [ -e "$made/$name.3" ] || { echo "no page: $name"; return 1; }
        # as mandoc prints the characters between type and name
        prototype=${prototype/"*$name"/"* $name"}
        like "$name(3)" "*SYNOPSIS*${prototype//'*'/\\*}*DESCRIPTION*$name()*EXAMPLES*int main(void)*" \
            "$(text_of "$made/$name.3" | tr -s '[:space:]' ' ')"
    done <wanted
}

@test "every page of the library has all sections, and every function its return value" {
    for page in "$made"/*.3; do
        [ ! -L "$page" ] || continue
        for section in NAME SYNOPSIS DESCRIPTION "RETURN VALUE" EXAMPLES ERRORS ATTRIBUTES VERSIONS "SEE ALSO"; do
            grep -qx ".Sh $section" "$page" || same "${page##*/}" "a section $section" "none"
        done
        sed -n 's/^\.Nm \([a-z_]*\).*/\1/p' "$page" | sort >functions
        sed -n '/^\.Sh RETURN VALUE/,/^\.Sh EXAMPLES/p' "$page" | grep -oE '^\.(It )?Fn shmbox_[a-z_]*' | sed 's/.* //' | sort -u >results
        same "${page##*/}: without a return value" "" "$(comm -23 functions results)"
        like "versions" "*libshmbox*[0-9]*" "$(sed -n '/^\.Sh VERSIONS/,/^\.Sh SEE/p' "$page")"
    done
}

@test "every error of a function is in ERRORS, with its cause, and every type and constant is on a page" {
    header=$SHMBOX_SOURCE/include/shmbox/shmbox.h
    grep -oE '^ \*   -E[A-Z0-9]+' "$header" | grep -oE '\-E.*' | sort -u >wanted
    [ "$(wc -l <wanted)" -gt 15 ]
    for page in "$made"/*.3; do
        [ -L "$page" ] || sed -n '/^\.Sh ERRORS/,/^\.Sh ATTRIBUTES/p' "$page"
    done >errors
    # an item, and then its text
    awk '/^\.It Dv -E/ { item = $0; getline; if (/^\./ && !/^\.(Xr|Fn|Dv)/) print item }' errors >empty
    same "without a cause" "" "$(<empty)"
    grep -oE '\-E[A-Z0-9]+' errors | sort -u | comm -23 wanted - >missing
    # the first comment of the header is about all functions: libshmbox(3)
    while read -r error; do
        grep -q "^\.Dv $error\|^\.It Dv $error" "$pages/libshmbox.3" || same "ERRORS" "$error" "missing"
    done <missing
    sed -nE 's/^(struct|enum) (shmbox_[a-z_]+) \{.*/\2/p' "$header" >types
    [ "$(wc -l <types)" -gt 20 ]
    while read -r name; do
        [ -e "$made/$name.3" ] || same "page" "$name(3)" "none"
        grep -qE "^(struct|enum) $name( |$)" "$made/$name.3" || same "$name(3)" "the type" "another page"
    done <types
    sed 's,/\*.*\*/,,' "$header" | grep -oE '\bSHMBOX_[A-Z_0-9]+\b' | sort -u | grep -vxE 'SHMBOX_(H|API|VERSION|NONNULL|USE)' >constants
    [ "$(wc -l <constants)" -gt 60 ]
    cat "$made"/*.3 "$pages/libshmbox.3" >text
    while read -r name; do
        grep -qw "$name" text || same "constant on a page" "$name" "none"
    done <constants
}

@test "pages name only functions of ours that exist" {
    grep -ho 'Fn shmbox_[a-z_]*' "$pages"/*.[1-9] | sort -u >names
    [ -s names ]
    while read -r _ name; do
        [ -e "$made/$name.3" ] || { echo "no such function: $name"; return 1; }
    done <names
}

@test "the example of libshmbox(3) compiles" {
    command -v cc >/dev/null || skip "needs a C compiler"
    literal libshmbox.3 >example.c
    [ -s example.c ]
    succeeds cc -std=c17 -Wall -Wextra -Werror -fsyntax-only -I "$SHMBOX_SOURCE/include" example.c
}

# replay PAGE FACTOR - runs its examples in a fresh namespace and an empty directory, and prints
# commands and output. Sleeps and timeouts take FACTOR times as long.
replay()
{
    rm -rf "${1%.*}"
    mkdir "${1%.*}"
    # every second line is a command, the others are its output
    literal "$1" | as_script | perl -spe 'next if $. % 2; s/\bsleep \K[\d.]+/$& * $factor/ge;
        s/--timeout \K\d+/$& * $factor/ge' -- -factor="$2" >script
    (cd "${1%.*}" && fresh bash ../script </dev/null 2>&1 3>&-)
}

# Without what is another number each time: pids, addresses, ages, and blanks that go with them.
steady()
{
    sed -E 's/0x[0-9a-f]{9,}/ADDRESS/g; s/\b[0-9]{2,}\b/PID/g; s/\b[0-9]+[sm]\b/AGE/g; s/^ +//; s/ +/ /g' | sort
}

@test "README: a tour" {
    readme "A tour" | as_script >script
    same "README" "$(readme "A tour" | steady)" "$(fresh bash script 2>&1 3>&- | steady)"
}

@test "README: on a host where programs leak segments" {
    readme "On a host" | as_script >script
    # created by a process that has exited, attached by one that is alive
    cat >setup <<'END'
perl -e 'shmget(0, $_ << 20, 0600 | 01000) // die "shmget: $!\n" for 1, 2, 1'
perl -MIPC::SysV=shmat -e '$0 = "leaky"; shmat(1, undef, 0) // die "shmat: $!\n"; print "held\n"; close STDOUT; sleep 3600' >held &
until [ -s held ]; do sleep 0.01; done
until shmls --ids --unattached --idle 2s | grep -qx 2; do sleep 0.1; done
bash script 2>&1
kill $!
END
    # a terminal shows the lines of both streams as they come; a pipe, some later than others
    same "README" "$(readme "On a host" | steady)" "$(fresh bash setup 3>&- | steady)"
}

# words_of FILE - what the picture shows, without the numbers
words_of() { sed 's/<style>.*//; s/<[^>]*>//g' "$1" | grep -oE '[A-Z]*[a-z]{2,}|[A-Z]{2,}(/S)?' | sort -u; }

@test "README: the picture of shmtop shows what its script draws" {
    command -v tmux >/dev/null || skip "needs tmux"
    unshare --ipc --pid --fork true 2>/dev/null || skip "needs namespaces"
    "$SHMBOX_SOURCE/tools/screenshot.sh" "$SHMBOX_BIN" >drawn
    same "words" "$(words_of "$SHMBOX_SOURCE/docs/shmtop.svg")" "$(words_of drawn)"
    same "parts" "$(grep -c '<' "$SHMBOX_SOURCE/docs/shmtop.svg")" "$(grep -c '<' drawn)"
}

@test "the examples of every page print what the page shows; .. stands for anything" {
    local wrong=0 page pattern factor shown
    for page in "$pages"/*.1 $(grep -l '^\.Sh EXAMPLES' "$pages"/*.7); do
        page=${page##*/}
        pattern=$(literal "$page" | as_pattern | ages)
        [[ $pattern == '$ '* ]] || { echo "$page: no example"; return 1; }
        # if a host is too slow for the times of an example, they are longer the next time
        for factor in 1 10 100; do
            shown=$(replay "$page" $factor) || : # of its last command
            # shellcheck disable=SC2053 # a pattern
            [[ $shown != $pattern ]] && grep -q sleep script || break
        done
        like "$page" "$pattern" "$shown" || wrong=1
    done
    return "$wrong"
}
