# SPDX-License-Identifier: MIT
# the release program with little stack, memory and few descriptors; sanitizers need more of each
# runs against: release
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    load ../lib/expect
    common_setup
    expect_nothing
}

teardown() { common_teardown; }

# work - a line for each applet: words that make it do its main work on segment $id, which
# exists, or on /; where it reads, standard input is "hello"
work()
{
    [ -e archive.tar ] || shmdump "$id" >archive.tar 2>notes
    cat <<END
shmattach scratch:4K true
shmattach $id true
shmcat $id
shmcat --hex $id
shmcat --freeze $id
shmcreate --input /proc/version
shmdump $id
shmdump --freeze $id
shmkey /
shmlimits
shmlimits --prometheus
shmls --output id,rss,holders,orphan
shmls --all-ns
shmpeek $id u8@0:16 str@0:8
shmpoke $id u8@0=1
shmreap
shmrestore --no-keys archive.tar
shmset --mode 600 $id
shmstat $id
shmtop -b -n 2 -d 10ms
shmwait $id exists
shmwho $id
shmwipe --force $id
shmwrite $id
shmbox --describe
END
}

@test "every applet works with a stack of 64 KB" {
    segment 64K
    hold "$id"
    works=$(work)
    for applet in $(shmbox --list); do
        [[ $works == *"$applet "* || $works == *"$applet"$'\n'* || $applet = shmrm ]] || same "work of $applet" "some" none
    done
    while read -r words; do
        # shellcheck disable=SC2086
        env -i "PATH=$PATH" prlimit --stack=65536 $words < <(echo hello) >printed
        [[ $words != *create* && $words != *restore* ]] || cat printed >>noted
    done <<<"$works"
    segment 4K
    run -0 --separate-stderr env -i "PATH=$PATH" prlimit --stack=65536 shmrm "$id"
}

# least_data - the smallest limit, in bytes, with which the program starts: its own variables
# fit, and malloc(3) gets nothing
least_data()
{
    local bytes=4096
    until prlimit --data=$bytes shmbox --list >/dev/null 2>&1; do bytes=$((bytes + 4096)); done
    echo "$bytes"
}

# shmlimits and shmbox take no memory.
@test "lack of memory is a limit, status 6" {
    segment 4K
    least=$(least_data)
    while read -r words; do
        [[ $words != shmbox* && $words != shmlimits ]] || continue
        # what runs COMMAND has statuses of its own before that
        [[ $words != *true ]] || words=${words% true}
        case $words in
        shmcreate*) said="/proc/version: no memory for more: 0 bytes written" ;;
        *--all-ns) said="--all-ns: out of memory" ;;
        *) said="no memory" ;;
        esac
        # shellcheck disable=SC2086
        expect 6 "${words%% *}: $said" timeout 300 prlimit --data="$least" $words
    done < <(work)
    as_expected
}

@test "a limit on open files is named, and not mistaken for an unreadable /proc" {
    for how in shmls "shmls --sort id"; do
        # shellcheck disable=SC2086
        fails_with 6 "shmls: --all-ns: no file descriptors available" prlimit --nofile=3 $how --all-ns
        hints "raise ulimit -n, *"
    done
}
