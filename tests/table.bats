# the descriptors, read from `shmbox --describe`: what has to hold for every row

setup()
{
    load helper
    common_setup
    shmbox --describe >facts
    grep '^option' facts | cut -f 2- >options # applet, letter, long name, kind, help
    grep '^applet' facts | cut -f 2- >applets # name, operands, summary
}
teardown() { common_teardown; }

# none WHAT < LINES - there are no such lines
none()
{
    same "$1" "" "$(cat)"
}

@test "every option has a long name, lower case with hyphens" {
    [ -s options ]
    awk -F '\t' '$3 !~ /^--[a-z]+(-[a-z]+)*$/' options | none "other long names"
}

@test "every option has a letter, unless it is a guard or --remove, which have none" {
    awk -F '\t' '$2 !~ /^-[a-zA-Z]$/ && $3 !~ /^--(if-.*|remove)$/' options | none "options without a letter"
    awk -F '\t' '$2 ~ /^-[a-zA-Z]/ && $3 ~ /^--(if-.*|remove)$/' options | none "guards with a letter"
}

@test "-d is nobody's: it would read as delete" {
    awk -F '\t' '$2 == "-d"' options | none "options"
}

@test "every option has a help line: no capital, no full stop, and it fits a terminal" {
    awk -F '\t' '$5 !~ /^[a-z0-9]/ || $5 ~ /\.$/ || length($5) > 72' options | none "help lines"
    awk -F '\t' '$5 ~ /^(a|an|the) *$/ || length($5) < 8' options | none "help lines too short to help"
}

@test "every value has a word in capitals" {
    awk -F '\t' '$4 != "-" && $4 !~ /^[A-Z]+([|,.a-zA-Z]*)$/' options | none "other words"
}

@test "every applet has a summary: no capital, no full stop" {
    [ -s applets ]
    awk -F '\t' '$3 !~ /^[a-z]/ || $3 ~ /\.$/ || length($3) > 60' applets | none "summaries"
}

@test "no letter and no long name is there twice in an applet, the common ones counted in" {
    while IFS=$'\t' read -r applet _; do
        awk -F '\t' -v name="$applet" '$1 == name || $1 == "*" {
            print name, $3; if ($2 != "-") print name, $2 }' options
    done <applets | sort | uniq -d | none "seen twice"
}

@test "the shared letters mean the same in every applet" {
    while read -r letter long; do
        # in shmls, which has no offset, -o is --output, as in ps; and shmbox has lists to show
        awk -F '\t' -v letter="-$letter" -v long="--$long" '
            ($2 == letter) != ($3 == long) && !($1 == "shmls" && $2 == "-o" && $3 == "--output") &&
            !($1 == "shmbox" && $2 == "-l" && $3 == "--list")' options |
            none "another meaning of -$letter or letter of --$long"
    done <<END
o offset
l length
k key
m mode
u owner
i input
x hex
t timeout
J json
n dry-run
f force
q quiet
v verbose
p progress
h help
V version
N ns
END
}

@test "an option takes the same in every applet" {
    # where a key is made, it may also be new
    awk -F '\t' '{ kind = $4; sub(/\|new$/, "", kind)
        if ($3 in kinds && kinds[$3] != kind) print $1, $3, kind, kinds[$3]; kinds[$3] = kind }' options |
        none "options that take different things"
}

@test "an option that occurs in several applets has the same letter in all" {
    awk -F '\t' '{ if ($3 in letters && letters[$3] != $2) print $1, $2, $3, letters[$3]; letters[$3] = $2 }' options |
        none "options with different letters"
}

@test "every column has a name of its own, with nothing but lower-case letters, and a help line" {
    grep '^column' facts | cut -f 2- >columns
    [ -s columns ]
    awk -F '\t' '$1 !~ /^[a-z]+$/ || $2 !~ /^[a-z0-9]/ || $2 ~ /\.$/ || length($2) > 72' columns | none "columns"
    cut -f 1 columns | sort | uniq -d | none "seen twice"
}

@test "every applet has its tests, and every test of an applet an applet" {
    while IFS=$'\t' read -r applet _; do
        [ -e "$SHMBOX_SOURCE/tests/$applet.bats" ] || { echo "no tests/$applet.bats"; return 1; }
    done <applets
    for file in "$SHMBOX_SOURCE"/tests/shm*.bats; do
        name=${file##*/}
        grep -q "^${name%.bats}"$'\t' applets || { echo "no applet for $name"; return 1; }
    done
}

@test "every option occurs in the tests of its applet, by its long name" {
    while IFS=$'\t' read -r applet _ long _; do
        file=$applet.bats
        [ "$applet" != '*' ] || file=every-applet.bats
        grep -qE -- "$long([^-a-z]|$)" "$SHMBOX_SOURCE/tests/$file" || echo "$applet $long"
    done <options | none "untested options"
}

@test "the table in README.md is that of the descriptors" {
    # rows: | [`shmrm`](man/shmrm.1) | summary |, with or without link and backquotes
    sed -nE 's/^\| *\[?`?(shm[a-z]+)`?(\]\([^)]*\))? *\|(.*\|)? *([^|]*[^| ]) *\| *$/\1\t\4/p' "$SHMBOX_SOURCE/README.md" |
        sort >rows
    cut -f 1,3 applets | grep -v '^shmbox'$'\t' | sort | same_bytes <(grep -v '^shmbox'$'\t' rows)
}
