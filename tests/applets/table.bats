# SPDX-License-Identifier: MIT
# the descriptors, read from `shmbox --describe`: what has to hold for every row
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    common_setup
    shmbox --describe >facts
    grep '^option' facts | cut -f 2- >options # applet, letter, long name, kind, help
    grep '^applet' facts | cut -f 2- >applets # name, operands, summary
}
teardown() { common_teardown; }

# none WHAT < LINES - fails if there are lines
none()
{
    same "$1" "" "$(cat)"
}

@test "every option has a long name in lower case, with hyphens" {
    [ -s options ]
    awk -F '\t' '$3 !~ /^--[a-z]+(-[a-z]+)*$/' options | none "other long names"
}

@test "every option has a letter, except guards, --remove and options that widen it" {
    awk -F '\t' '$2 !~ /^-[a-zA-Z]$/ && $3 !~ /^--(if-.*|remove|keyed|unknown)$/' options | none "options without a letter"
    awk -F '\t' '$2 ~ /^-[a-zA-Z]/ && $3 ~ /^--(if-.*|remove|keyed|unknown)$/' options | none "guards with a letter"
}

@test "no option has the letter d, which would suggest delete, but shmtop's, which is top's" {
    awk -F '\t' '$2 == "-d" && $1 != "shmtop"' options | none "options"
}

@test "every option has a help line in lower case, without a full stop, that fits a terminal" {
    awk -F '\t' '$5 !~ /^[a-z0-9]/ || $5 ~ /\.$/ || length($5) > 72' options | none "help lines"
    awk -F '\t' '$5 ~ /^(a|an|the) *$/ || length($5) < 8' options | none "help lines too short to help"
}

@test "every value has a word in capitals" {
    awk -F '\t' '$4 != "-" && $4 !~ /^[A-Z]+([|,.a-zA-Z]*)$/' options | none "other words"
}

@test "every applet has a summary in lower case, without a full stop" {
    [ -s applets ]
    awk -F '\t' '$3 !~ /^[a-z]/ || $3 ~ /\.$/ || length($3) > 60' applets | none "summaries"
}

@test "letters and long names are unique in an applet, common options included" {
    while IFS=$'\t' read -r applet _; do
        awk -F '\t' -v name="$applet" '$1 == name || $1 == "*" {
            print name, $3; if ($2 != "-") print name, $2 }' options
    done <applets | sort | uniq -d | none "seen twice"
}

@test "shared letters have the same meaning in every applet" {
    while read -r letter long; do
        # in shmls, shmtop and shmdump, which have no offset, -o is --output, as in ps; shmbox and
        # shmrestore have lists to show; and -n of shmtop is top's
        awk -F '\t' -v letter="-$letter" -v long="--$long" '
            ($2 == letter) != ($3 == long) && !($1 ~ /^shm(ls|top|dump)$/ && $2 == "-o" && $3 == "--output") &&
            !($1 == "shmtop" && $2 == "-n") && !($1 ~ /^shm(box|restore)$/ && $2 == "-l" && $3 == "--list")' options |
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

@test "an option has the same kind of value in every applet" {
    # where a key is made, it may also be new; and shmls puts out columns, shmdump a file
    awk -F '\t' '$1 == "shmdump" && $3 == "--output" { next }
        { kind = $4; sub(/\|new$/, "", kind)
        if ($3 in kinds && kinds[$3] != kind) print $1, $3, kind, kinds[$3]; kinds[$3] = kind }' options |
        none "options that take different things"
}

@test "an option of several applets has the same letter in all" {
    awk -F '\t' '{ if ($3 in letters && letters[$3] != $2) print $1, $2, $3, letters[$3]; letters[$3] = $2 }' options |
        none "options with different letters"
}

@test "every column has a unique name of lower-case letters, and a help line" {
    grep '^column' facts | cut -f 2- >columns
    [ -s columns ]
    awk -F '\t' '$1 !~ /^[a-z]+$/ || $2 !~ /^[a-z0-9]/ || $2 ~ /\.$/ || length($2) > 72' columns | none "columns"
    cut -f 1 columns | sort | uniq -d | none "seen twice"
}

@test "every applet has tests, and every test file of an applet has an applet" {
    while IFS=$'\t' read -r applet _; do
        [ -e "$SHMBOX_SOURCE/tests/applets/$applet.bats" ] || { echo "no tests/applets/$applet.bats"; return 1; }
    done <applets
    for file in "$SHMBOX_SOURCE"/tests/applets/shm*.bats; do
        name=${file##*/}
        grep -q "^${name%.bats}"$'\t' applets || { echo "no applet for $name"; return 1; }
    done
}

@test "every option occurs in the tests of its applet, with its long name" {
    while IFS=$'\t' read -r applet _ long _; do
        file=$applet.bats
        [ "$applet" != '*' ] || file=every-applet.bats
        grep -qE -- "$long([^-a-z]|$)" "$SHMBOX_SOURCE/tests/applets/$file" || echo "$applet $long"
    done <options | none "untested options"
}

@test "the table in README.md matches the descriptors" {
    # rows: | [`shmrm`](man/shmrm.1) | summary |, with or without link and backquotes
    sed -nE 's/^\| *\[?`?(shm[a-z]+)`?(\]\([^)]*\))? *\|(.*\|)? *([^|]*[^| ]) *\| *$/\1\t\4/p' "$SHMBOX_SOURCE/README.md" |
        sort >rows
    cut -f 1,3 applets | grep -v '^shmbox'$'\t' | sort | same_bytes <(grep -v '^shmbox'$'\t' rows)
}

# ---- names ----

# named NAME - a process with this name creates and attaches a segment, and stays alive: $pid and $id
named()
{
    start perl -MIPC::SysV=shmat -e '$| = 1; my $id = shmget(0, 4096, 01600) // die "shmget: $!\n";
        shmat($id, undef, 0) // die "shmat: $!\n"; syscall 157, 15, my $name = shift, 0, 0, 0; # prctl(PR_SET_NAME)
        print 0 + $id, "\n"; sleep 3600' "$1"
    wait_until test -s out
    id=$(<out)
    echo "$id" >>noted
}

@test "the name of a process is complete, whatever its bytes, and may be empty" {
    [ "$(uname -m)" = x86_64 ] || skip "knows the number of prctl(2) on x86_64 alone"
    while IFS='|' read -r name shown json; do
        printf -v raw %b "$name"
        named "$raw"
        prints "$shown" shmls --noheadings --output command "$id"
        prints "$pid  $(id -un)  rw  $shown" eval 'shmwho "$id" | awk "NR == 2 { print \$1 \"  \" \$2 \"  \" \$3 \"  \" substr(\$0, index(\$0, \$6)) }"'
        same "JSON of shmls" "$json" "$(shmls --json --output command "$id" | jq -c '.sharedmemory[0].command')"
        same "JSON of shmwho" "$json" "$(shmwho --json "$id" | jq -c '.sharedmemory[0].holders[0].command')"
        prints "$shown" shmstat --format '%{command}' "$id"
        run -7 --separate-stderr shmrm --if-unattached "$id"
        like "message" "shmrm: $id: still attached 1 time ($pid ${shown//\\/\\\\})" "$stderr"
        end "$pid"
    done <<'END'
a\nb|a\x0ab|"a\nb"
\nb|\x0ab|"\nb"
\n|\x0a|"\n"
|?|""
123456789012345|123456789012345|"123456789012345"
12345678901234\n|12345678901234\x0a|"12345678901234\n"
END
}

# with_users LINE.. CMD - runs CMD with these lines as /etc/passwd
with_users()
{
    printf '%s\n' "${@:1:$#-1}" >passwd
    unshare --mount sh -c 'mount --bind passwd /etc/passwd && eval "$1"' sh "${*: -1}"
}

needs_mount()
{
    unshare --mount true 2>/dev/null || skip "needs a mount namespace of its own"
}

@test "columns are aligned, whatever characters the name of an owner has" {
    needs_mount
    needs_nobody
    ids=()
    for name in ascii jürgen 木村 한국 é e$'\u0301'x 👍 ''; do
        segment -u "$((1001 + ${#ids[@]}))" 4K
        ids+=("$id")
        users+=("$name:x:$((1000 + ${#ids[@]})):1000::/:/bin/sh")
    done
    with_users "${users[@]}" "shmls --output id,owner,perms ${ids[*]}" >table
    same "lines" 9 "$(wc -l <table)"
    perl -CSD -Mutf8 -ne 'chomp; s/\p{Mn}//g; s/(\p{East_Asian_Width=W})/$1 /g; print index($_, /PERMS/ ? "PERMS" : "rw-------"), "\n"' table |
        sort -u >places
    same "places where PERMS begin" 1 "$(wc -l <places)"
}

@test "a user name is shown in full, otherwise the number, even if a shortened name is another user's" {
    needs_mount
    needs_nobody
    whole=$(printf '%063d' 0 | tr 0 n)
    segment -u 1001 4K
    for name in "$whole" "${whole}n" "$whole$whole$whole$whole"; do
        shown=1001
        [ ${#name} -gt 63 ] || shown=$name
        same "owner" "$shown" "$(with_users "$name:x:1001:1000::/:/bin/sh" "shmls --noheadings --output owner $id")"
        same "owner in JSON" "\"$shown\"" "$(with_users "$name:x:1001:1000::/:/bin/sh" "shmls --json --output owner $id" | jq '.sharedmemory[0].owner')"
    done
    for length in $(seq 500 515); do
        long=$(printf "%0${length}d" 0 | tr 0 n)
        same "owner after a name of $length" 1001 "$(with_users "$long:x:10019:1000::/:/bin/sh" "shmls --noheadings --output owner $id")"
    done
}

@test "direction controls are escaped, like other controls of terminals" {
    while read -r code; do
        character=$(perl -CO -e 'print chr hex shift' "$code")
        bytes=$(printf %s "$character" | od -An -tx1 | sed 's/ /\\x/g')
        [ "$(uname -m)" != x86_64 ] || {
            named "a${character}b"
            prints "a${bytes}b" shmls --noheadings --output command "$id"
            LC_ALL=C.UTF-8 prints "{\"version\":1,\"sharedmemory\":[{\"command\":\"a\\u${code}b\"}]}" shmls --json --output command "$id"
            end "$pid"
        }
        run -2 --separate-stderr shmrm "a${character}b"
        [[ $stderr != *"$character"* ]] || same "message" "without $code" "$stderr"
    done <<END
061c
0085
200e
200f
202a
202e
2066
2069
END
    character=$(perl -CO -e 'print chr 0x2013, chr 0x206a')
    run -2 --separate-stderr shmrm "$character"
    like "message" "shmrm: $character: *" "$stderr"
}
