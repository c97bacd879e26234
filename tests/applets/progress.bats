# SPDX-License-Identifier: MIT
# --progress, SIGUSR1 and --verbose: the reports of long work, and silence without these
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/states; load ../lib/paths; paths_setup; }

teardown()
{
    exec 5<&- 6>&-
    paths_teardown
}

# a number of bytes for people, and a rate
size='[0-9]*[KMGT]'
rate="$size/s"

# on_terminal CMD.. - its standard error is a terminal, of which the file seen has all that
# was written; its standard output is the file output
on_terminal()
{
    local words
    words=$(printf '%q ' "$@")
    script -qec "stty -opost; $words >output" /dev/null </dev/null >seen
}

# spun FILE - the lines of a terminal, drawn over each other
redrawn()
{
    tr '\r' '\n' <seen | sed 's/\x1b\[[0-9;]*[a-zA-Z]//g; s/ *$//' | grep -v '^$'
}

# says_no_more N SINCE - err has N lines. Work that began ten seconds ago, or earlier, may have
# reported its progress, too.
says_no_more()
{
    ! in_time 10 "$2" || same "lines" "$1" "$(wc -l <err)"
}

# sum - all of err, or its last line if it began, at $since, ten seconds ago or before
sum()
{
    if in_time 10 "$since"; then
        cat err
    else
        tail -n 1 err
    fi
}

# ---- --progress ----

@test "--progress on a terminal redraws one line, and ends with the total" {
    segment 64M
    noise 65536 | shmwrite "$id"
    for words in "shmcat --progress $id" "shmwrite --progress --truncate --input /dev/zero $id" "shmwipe --progress $id"; do
        name=${words%% *}
        # shellcheck disable=SC2086 # several words
        on_terminal $words
        like "last line, of $words" "$name: $id: 64M in *s, $rate" "$(redrawn | tail -n 1)"
        same "lines" 1 "$(wc -l <seen)"
        # nothing remains of a longer previous line
        like "end of the last line" $'*\e[K' "$(<seen)"
        redrawn | grep -v "^$name: $id: 64M in " >before_that || :
        while read -r line; do
            # without a length of the input, the total is unknown
            like "line" "$name: $id: *@(64M*|, $rate)" "$line"
        done <before_that
    done
}

@test "--progress without a terminal prints the total once, if the work was quick" {
    segment 5M
    noise 5242880 >input
    for right in "${rights[@]}"; do
        be "$right"
        since=$(date +%s)
        "${as[@]}" shmwrite --progress --input input "$id" 2>err
        like "shmwrite" "shmwrite: $id: 5@(.0|)M in *s, $rate" "$(sum)"
        "${as[@]}" shmcat --progress "$id" 2>err | cmp - input
        like "shmcat" "shmcat: $id: 5@(.0|)M in *s, $rate" "$(sum)"
        "${as[@]}" shmcat --progress --hex --length 1M "$id" 2>err >/dev/null
        like "shmcat --hex" "shmcat: $id: 1@(.0|)M in *s, $rate" "$(sum)"
        "${as[@]}" shmwipe --progress "$id" 2>err
        like "shmwipe" "shmwipe: $id: 5@(.0|)M in *s, $rate" "$(sum)"
        says_no_more 1 "$since"
        new=$("${as[@]}" shmcreate --progress --input input 2>err)
        like "shmcreate --input" "shmcreate: * 5@(.0|)M in *s, $rate" "$(sum)"
        echo "$new" >>noted
        since=$(date +%s)
        new=$("${as[@]}" shmcreate --progress --populate 5M 2>err)
        like "shmcreate --populate" "shmcreate: * 5@(.0|)M in *s, $rate" "$(sum)"
        echo "$new" >>noted
        says_no_more 1 "$since"
    done
}

@test "--progress of several segments prints a total for each" {
    segment 5M
    one=$id
    segment 3M
    since=$(date +%s)
    shmcat --progress "$one" "$id" 2>err >/dev/null
    like "first" "shmcat: $one: 5@(.0|)M in *s, $rate" "$(grep ' in ' err | head -n 1)"
    like "second" "shmcat: $id: 3@(.0|)M in *s, $rate" "$(tail -n 1 err)"
    says_no_more 2 "$since"
}

@test "--progress and --verbose go together" {
    segment 5M
    since=$(date +%s)
    shmcat --progress --verbose "$id" 2>err >/dev/null
    says_no_more 2 "$since"
    grep -q "^shmcat: $id: 5242880 bytes: " err
    grep -qE "^shmcat: $id: 5(\.0)?M in .*s, " err
}

@test "--progress changes neither the output nor the status" {
    fails_with 3 "shmcat: 999: no such segment" shmcat --progress --verbose 999
    fails_with 3 "shmwrite: 999: no such segment" shmwrite --progress --verbose --text x 999
    fails_with 3 "shmwipe: 999: no such segment" shmwipe --progress --verbose 999
    noise 300001 >input
    run -0 --separate-stderr shmcreate --progress --verbose --input input
    echo "$output" >>noted
    peek "$output" 0 300001 | cmp - input
}

@test "without --progress and --verbose nothing is reported" {
    noise 20000001 >input
    for right in "${rights[@]}"; do
        be "$right"
        segment 20000001
        prints "" "${as[@]}" shmwrite --input input "$id"
        on_terminal "${as[@]}" shmcat "$id"
        same "on a terminal" "" "$(<seen)"
        cmp output input
        on_terminal "${as[@]}" shmwrite --input input "$id"
        same "on a terminal" "" "$(<seen)"
        prints "" "${as[@]}" shmwipe "$id"
    done
}

# ---- SIGUSR1 ----

# busy_cat OPTION.. - shmcat of 8 MiB, in the middle of it: its pid in $pid
busy_cat()
{
    segment 8M
    noise 8388608 >input
    put "$id" input
    [ -p pipe ] || mkfifo pipe
    shmcat "$@" "$id" >pipe 2>err 3>&- &
    pid=$!
    started+=("$pid")
    exec 5<pipe
    head -c 1 <&5 >first # so it is at work
}

# arrived ID - 2 MB and more
arrived()
{
    [ "$(resident "$1")" -ge 2000000 ]
}

told_more_than()
{
    [ "$(wc -l <err)" -gt "$1" ]
}

@test "SIGUSR1 makes shmcat report its progress once, even without --progress" {
    for options in --progress ''; do
        since=$(date +%s)
        # shellcheck disable=SC2086 # an option or none
        busy_cat $options
        for round in 0 1; do
            kill -USR1 "$pid"
            wait_until told_more_than $round
            like "line" "shmcat: $id: [0-9]*% $size of 8@(.0|)M*" "$(tail -n 1 err)"
        done
        cat first - <&5 | cmp - input
        ends_with 0 "$pid"
        exec 5<&-
        says_no_more $((2 + ${#options} / 10)) "$since"
    done
}

@test "SIGUSR1 makes shmdump and shmrestore report: of a pipe only the amount" {
    segment 8M
    noise 8388608 >input
    put "$id" input
    mkfifo pipe
    shmdump "$id" >pipe 2>err 3>&- &
    pid=$!
    started+=("$pid")
    exec 5<pipe
    head -c 1 <&5 >first
    wait_until sleeping_as shmdump "$pid"
    kill -USR1 "$pid"
    wait_until told_more_than 0
    like "shmdump" "shmdump: $id: [0-9]*% [0-9]* of 8@(.0|)M, */s, * left" "$(tail -n 1 err)"
    cat first - <&5 >archive.tar
    ends_with 0 "$pid"
    exec 5<&-
    tar -xOf archive.tar "id-$id" | cmp - input
    shmrestore <pipe 2>err >out 3>&- &
    pid=$!
    started+=("$pid")
    exec 6>pipe
    head -c 4000000 archive.tar >&6
    wait_until sleeping_as shmrestore "$pid"
    kill -USR1 "$pid"
    wait_until told_more_than 0
    like "shmrestore" "shmrestore: id-$id: $size*" "$(tail -n 1 err)"
    [[ $(tail -n 1 err) != *%* ]]
    tail -c +4000001 archive.tar >&6
    exec 6>&-
    ends_with 0 "$pid"
    id=$(<out)
    echo "$id" >>noted
    peek "$id" 0 8388608 | cmp - input
}

# stormy FILE CMD.. - CMD writes the bytes of FILE, under a SIGUSR1 for every 32K of them
stormy()
{
    perl -e 'pipe my $ours, my $its or die;
        defined(my $child = fork) or die;
        if (!$child) { open STDOUT, ">&", $its or die; exec @ARGV or die }
        close $its;
        while (sysread $ours, my $bytes, 32768) { print $bytes; kill "USR1", $child }
        waitpid $child, 0; exit $? >> 8 | $? & 127' "${@:2}" >output 2>err || {
        tail -n 3 err
        return 1
    }
    cmp output "$1"
}

@test "many SIGUSR1 neither lose nor double a byte" {
    noise 8388608 >input
    segment 8M
    put "$id" input
    head -c 2097152 input | hexdump -C | sed '$d' >dump
    for right in "${rights[@]}"; do
        be "$right"
        stormy input "${as[@]}" shmcat "$id"
        stormy dump "${as[@]}" shmcat --hex --length 2M "$id"
    done
}

@test "SIGUSR1 makes shmwrite report its progress: for a pipe only the amount" {
    for options in --progress ''; do
        segment 32M
        [ -p pipe ] || mkfifo pipe
        since=$(date +%s)
        # shellcheck disable=SC2086 # an option or none
        shmwrite $options "$id" <pipe 2>err 3>&- &
        pid=$!
        started+=("$pid")
        exec 6>pipe
        noise 3145728 >&6
        wait_until arrived "$id"
        kill -USR1 "$pid"
        wait_until told_more_than 0
        like "line" "shmwrite: $id: $size*" "$(tail -n 1 err)"
        [[ $(tail -n 1 err) != *%* ]]
        noise 100 >&6
        exec 6>&-
        ends_with 0 "$pid"
        { noise 3145728; noise 100; } | cmp - <(peek "$id" 0 3145828)
        says_no_more $((1 + ${#options} / 10)) "$since"
    done
}

@test "SIGUSR1 makes shmcreate report the progress of its input" {
    [ -p pipe ] || mkfifo pipe
    shmcreate --input - 32M <pipe >out 2>err 3>&- &
    pid=$!
    started+=("$pid")
    exec 6>pipe
    noise 3145728 >&6
    being_made()
    {
        new=$(comm -13 <(sort before) <(segments | sort))
        [ -n "$new" ]
    }
    wait_until being_made
    wait_until arrived "$new"
    kill -USR1 "$pid"
    wait_until told_more_than 0
    like "line" "shmcreate: *$size*" "$(tail -n 1 err)"
    exec 6>&-
    ends_with 0 "$pid"
    cat out >>noted
    noise 3145728 | cmp - <(peek "$(<out)" 0 3145728)
    same "lines" 1 "$(wc -l <err)"
}

# asked FILE ID OPTION.. - shmcat writes the bytes of FILE into a pipe that is full of the first
# 4096 of them when progress is requested; the report is in the file err
asked()
{
    # shellcheck disable=SC2016 # perl's variables
    perl -e 'pipe my $ours, my $its or die;
        fcntl($its, 1031, 4096) == 4096 or die "$!\n"; # F_SETPIPE_SZ
        defined(my $child = fork) or die;
        if (!$child) { open STDOUT, ">&", $its or die; open STDERR, ">", "err" or die;
            exec "shmcat", @ARGV or die }
        close $its;
        sub soon { for (1 .. 30000) { return if $_[0]->(); select undef, undef, undef, 0.01 } die "in vain\n" }
        soon(sub { ioctl $ours, 0x541b, my $count = "    " or die; # FIONREAD
            unpack("i", $count) == 4096 });
        kill "USR1", $child;
        soon(sub { -s "err" });
        print $bytes while sysread $ours, $bytes, 4096;
        waitpid $child, 0; exit $? >> 8 | $? & 127' "${@:2}" | cmp - "$1"
}

@test "the percentage is right for unusual totals" {
    for size in 4101:99 4199:97 4201:97 6000:68 8101:50; do
        noise "${size%:*}" >input
        segment "${size%:*}"
        put "$id" input
        asked input "$id"
        like "line, of $size" "shmcat: $id: ${size#*:}% 4K of *" "$(<err)"
        same "lines" 1 "$(wc -l <err)"
    done
}

@test "SIGUSR1 does not end a program that waits for input to be read into memory" {
    noise 100001 >input
    perl -ne 'print unpack("H*", $_), "\n"' <input >digits
    mkfifo pipe
    segment 100001
    for options in "" --truncate; do
        # shellcheck disable=SC2086 # an option or none
        start shmwrite --hex $options --input pipe "$id"
        exec 6>pipe
        kill -USR1 "$pid"
        for at in 1 50001 100001 150001; do
            tail -c +$at digits | head -c 50000 >&6
            kill -USR1 "$pid"
        done
        tail -c +200001 digits >&6
        exec 6>&-
        ends_with 0 "$pid"
        holds input
    done
    start shmcreate --input pipe
    exec 6>pipe
    kill -USR1 "$pid"
    head -c 50000 input >&6
    kill -USR1 "$pid"
    tail -c +50001 input >&6
    exec 6>&-
    ends_with 0 "$pid"
    id=$(<out)
    echo "$id" >>noted
    same "size" 100001 "$(kernel_says "$id" size)"
    holds input
}
