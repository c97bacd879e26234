# SPDX-License-Identifier: MIT
# how bytes leave a segment: each way forced, and compared byte by byte
# labels: offline unprivileged

setup_file() { load ../lib/helper; load ../lib/paths; make_layouts; }

setup() { load ../lib/helper; load ../lib/paths; paths_setup; }
teardown() { paths_teardown; }

all=(full sparse scattered empty small)

# ---- pipes ----

@test "a pipe gets the bytes, for every right and layout" {
    for layout in "${all[@]}"; do
        segment_like "$layouts/$layout"
        for right in "${rights[@]}"; do
            be "$right"
            piped "$layouts/$layout" "${as[@]}" shmcat --verbose "$id"
            told "shmcat: $id: $(stat -c %s "$layouts/$layout") bytes"
        done
        holds "$layouts/$layout"
    done
}

@test "a pipe gets a copy of a small range" {
    segment_like "$layouts/small"
    for right in "${rights[@]}"; do
        be "$right"
        piped "$layouts/small" "${as[@]}" shmcat --verbose "$id"
        took copy -buffer -splice -vmsplice -sendfile
    done
}

@test "a pipe gets pages and a copied tail by splice if map_files may be opened" {
    needs_cap
    for layout in full sparse scattered; do
        segment_like "$layouts/$layout"
        piped "$layouts/$layout" shmcat --verbose "$id"
        took splice copy -vmsplice -sendfile
    done
}

@test "a pipe gets pages and a copied tail by vmsplice if map_files may not be opened" {
    be no_cap
    for layout in full sparse scattered; do
        segment_like "$layouts/$layout"
        piped "$layouts/$layout" "${as[@]}" shmcat --verbose "$id"
        took vmsplice copy -splice -sendfile
    done
}

@test "a pipe of any size gets the bytes" {
    # another test may have lowered what a pipe may have
    [ ! -w "$proc/sys/fs/pipe-max-size" ] || pipes_may_have 1048576
    for layout in full sparse; do
        segment_like "$layouts/$layout"
        for right in "${rights[@]}"; do
            be "$right"
            for size in 4096 65536 1048576; do
                piped "$layouts/$layout" to_pipe "$size" "${as[@]}" shmcat "$id"
            done
        done
    done
}

@test "a pipe with more room than the segment has bytes gets them" {
    pipes_may_have 8388608
    segment_like "$layouts/full"
    for right in "${rights[@]}"; do
        be "$right"
        piped "$layouts/full" to_pipe 8388608 "${as[@]}" shmcat "$id"
    done
}

@test "a non-blocking pipe is waited for" {
    for layout in full sparse; do
        segment_like "$layouts/$layout"
        for right in "${rights[@]}"; do
            be "$right"
            piped "$layouts/$layout" to_unready "${as[@]}" shmcat "$id"
        done
    done
}

@test "a dump waits for a non-blocking pipe, too" {
    segment_like "$layouts/sparse"
    printf 'some words' | poke "$id" 3000000
    noise 200000 | poke "$id" 4000000
    peek "$id" 0 5242883 | hexdump -C | sed '$d' >dump
    for right in "${rights[@]}"; do
        be "$right"
        piped dump to_unready "${as[@]}" shmcat --hex "$id"
    done
}

# to_room BEFORE AFTER CMD.. - CMD writes into a pipe with room for BEFORE bytes at the start
# and AFTER bytes at the end
to_room()
{
    perl -e 'pipe my $ours, my $its or die; my ($before, $after) = splice @ARGV, 0, 2;
        fcntl($its, 1031, 0 + $before) == $before or die "$!\n"; # F_SETPIPE_SZ
        defined(my $child = fork) or die;
        if (!$child) { open STDOUT, ">&", $its or die; exec @ARGV or die }
        close $its;
        print $bytes while sysread $ours, $bytes, 4096;
        waitpid $child, 0; die "status $?\n" if $?;
        my $now = fcntl $ours, 1032, 0; # F_GETPIPE_SZ
        die "the pipe has room for $now\n" if $now != $after' "$@"
}

@test "a pipe is enlarged for a large range only, and never made smaller" {
    pipes_may_have 4194304
    head -c 65536 "$layouts/full" >much
    truncate -s 65536 none
    for right in "${rights[@]}"; do
        be "$right"
        for file in much none "$layouts/small"; do
            segment_like "$file"
            for room in 4096 65536; do
                piped "$file" to_room $room $room "${as[@]}" shmcat "$id"
            done
        done
        segment_like "$layouts/full"
        piped "$layouts/full" to_room 65536 1048576 "${as[@]}" shmcat "$id"
        piped "$layouts/full" to_room 4194304 4194304 "${as[@]}" shmcat "$id"
    done
}

# ---- regular files ----

@test "a fresh file gets the bytes, and holes stay holes" {
    together_with /proc/swaps
    for layout in "${all[@]}"; do
        segment_like "$layouts/$layout"
        for right in "${rights[@]}"; do
            be "$right"
            filed "$layouts/$layout" "${as[@]}" shmcat --verbose "$id"
            told "shmcat: $id: $(stat -c %s "$layouts/$layout") bytes"
            [ "$(occupied output)" -le $(($(occupied "$layouts/$layout") + 65536)) ] ||
                { echo "$right, $layout: $(occupied output) bytes on the disk"; return 1; }
        done
    done
}

@test "a fresh file gets the bytes by sendfile if map_files may be opened, with its holes" {
    needs_cap
    for layout in full sparse scattered; do
        segment_like "$layouts/$layout"
        filed "$layouts/$layout" shmcat --verbose "$id"
        took sendfile -splice -vmsplice
        [ "$layout" = full ] || took skip "holes: map_files"
    done
}

@test "a fresh file gets the bytes by vmsplice if map_files may not be opened, with its holes" {
    together_with /proc/swaps
    swapless
    be no_cap
    for layout in full sparse scattered; do
        segment_like "$layouts/$layout"
        filed "$layouts/$layout" "${as[@]}" shmcat --verbose "$id"
        took vmsplice -splice -copy -sendfile
        [ "$layout" = full ] || took skip "holes: mincore"
    done
}

@test "output after other content of a file starts there, and the next output follows it" {
    for layout in "${all[@]}"; do
        segment_like "$layouts/$layout"
        { printf head; cat "$layouts/$layout"; printf middle; cat "$layouts/$layout"; } >wanted
        for right in "${rights[@]}"; do
            be "$right"
            { printf head; "${as[@]}" shmcat "$id"; printf middle; "${as[@]}" shmcat "$id"; } >output
            cmp output wanted
        done
    done
}

@test "a file opened for append gets the bytes at its end, with zeros for holes" {
    for layout in "${all[@]}"; do
        segment_like "$layouts/$layout"
        { printf head; cat "$layouts/$layout"; printf tail; } >wanted
        for right in "${rights[@]}"; do
            be "$right"
            printf head >output
            { "${as[@]}" shmcat --verbose "$id"; printf tail; } >>output 2>err
            cmp output wanted
            told "shmcat: $id: $(stat -c %s "$layouts/$layout") bytes"
        done
    done
}

@test "in the middle of a longer file old bytes are overwritten, holes by zeros" {
    head -c 7000000 /dev/zero | tr '\0' x >longer
    for layout in "${all[@]}"; do
        segment_like "$layouts/$layout"
        size=$(stat -c %s "$layouts/$layout")
        { head -c 1001 longer; cat "$layouts/$layout"; printf tail; tail -c +$((1001 + size + 4 + 1)) longer; } >wanted
        for right in "${rights[@]}"; do
            be "$right"
            cp longer output
            { perl -e 'sysseek STDOUT, 1001, 0 or die'; "${as[@]}" shmcat "$id"; printf tail; } 1<>output
            cmp output wanted
        done
    done
}

# continued PID - true if it has exited; otherwise it continues after a signal stopped it
continued()
{
    kill -CONT "$1" 2>/dev/null || true
    ended "$1"
}

@test "bytes that another process appends meanwhile are not truncated, even after a hole" {
    together_with /proc/swaps
    swapless
    { head -c 1048576 "$layouts/full"; head -c 1048576 /dev/zero; } >data
    export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" UBSAN_OPTIONS="$UBSAN_OPTIONS:detect_leaks=0"
    for right in "${rights[@]}"; do
        be "$right"
        segment_like data
        for size in 1500000 2500000; do
            : >output
            # stopped right before a write, after it has read the end of the file
            "${as[@]}" strace -D -qq -o trace -e trace=write,sendfile,splice -e inject=write,sendfile,splice:signal=STOP:when=1 \
                shmcat "$id" 1<>output 2>err 3>&- &
            pid=$!
            started+=("$pid")
            wait_until grep -qs 'stopped by SIGSTOP' trace
            perl -e 'sysseek STDOUT, shift() - 5, 0; syswrite STDOUT, "other"' $size 1<>output
            # more than once: a program built to count its lines writes again as it ends
            wait_until continued "$pid"
            ends_with 0 "$pid"
            same "standard error" "" "$(<err)"
            rm trace
            same "length" $((size > 2097152 ? size : 2097152)) "$(stat -c %s output)"
            head -c 1048576 data | cmp -n 1048576 - output
            same "other's" other "$(tail -c +$((size - 4)) output | head -c 5)"
        done
    done
}

@test "a file that ends within the range grows, and its old bytes are overwritten" {
    for layout in sparse empty; do
        segment_like "$layouts/$layout"
        for right in "${rights[@]}"; do
            be "$right"
            head -c 3000000 /dev/zero | tr '\0' x >output
            "${as[@]}" shmcat "$id" 1<>output
            cmp output "$layouts/$layout"
        done
    done
}

@test "an offset far past the end of a file can be written" {
    segment_like "$layouts/sparse"
    { head -c 100003 /dev/zero; cat "$layouts/sparse"; } >wanted
    for right in "${rights[@]}"; do
        be "$right"
        rm -f output
        { perl -e 'sysseek STDOUT, 100003, 0 or die'; "${as[@]}" shmcat "$id"; } >output
        cmp output wanted
    done
}

# ---- other outputs ----

@test "a socket gets the bytes" {
    for layout in "${all[@]}"; do
        segment_like "$layouts/$layout"
        for right in "${rights[@]}"; do
            be "$right"
            piped "$layouts/$layout" to_socket "${as[@]}" shmcat --verbose "$id"
            told "shmcat: $id: $(stat -c %s "$layouts/$layout") bytes"
            took -splice -vmsplice # its queue would refer to live pages
        done
    done
}

@test "a terminal gets the bytes" {
    noise 300001 | base64 -w 76 >text
    segment_like text
    for right in "${rights[@]}"; do
        be "$right"
        script -qec "stty raw -echo; ${as[*]} shmcat $id" /dev/null </dev/null | cmp - text
    done
}

@test "/dev/null gets everything at once, and no page is touched" {
    segment_like "$layouts/sparse"
    before=$(resident "$id")
    for right in "${rights[@]}"; do
        be "$right"
        "${as[@]}" shmcat --verbose "$id" >/dev/null 2>err
        told "shmcat: $id: 5242883 bytes"
        took copy -buffer -splice -vmsplice -sendfile
        same "resident" "$before" "$(resident "$id")"
    done
}

# ---- ranges, several segments, hex ----

# range OFFSET LENGTH - what shmcat is asked for, of every layout to pipe and file
range()
{
    tail -c +$(($1 + 1)) "$layouts/$layout" | head -c "$2" >wanted
    same "length" "$2" "$(stat -c %s wanted)"
    for right in "${rights[@]}"; do
        be "$right"
        piped wanted "${as[@]}" shmcat --offset "$1" --length "$2" "$id"
        filed wanted "${as[@]}" shmcat --offset "$1" --length "$2" "$id"
    done
}

@test "ranges start and end at odd offsets, in data and in holes" {
    for layout in full sparse scattered; do
        segment_like "$layouts/$layout"
        range 1 5242882
        range 4095 3000001
        range 2621543 4990
        range 100001 5142882
        range 8191 2097153
        range 5242880 2
    done
}

@test "a range at the end of a segment does not extend past it" {
    segment_like "$layouts/sparse"
    far_poke "$id" 5242883 slack
    for right in "${rights[@]}"; do
        be "$right"
        piped <(tail -c 3000001 "$layouts/sparse") "${as[@]}" shmcat --offset -3000001 "$id"
        filed "$layouts/sparse" "${as[@]}" shmcat "$id"
    done
}

@test "several segments come one after the other, to pipe and file" {
    segment_like "$layouts/sparse"
    one=$id
    segment_like "$layouts/full"
    cat "$layouts"/{sparse,full,sparse} >wanted
    for right in "${rights[@]}"; do
        be "$right"
        piped wanted "${as[@]}" shmcat "$one" "$id" "$one"
        filed wanted "${as[@]}" shmcat "$one" "$id" "$one"
        "${as[@]}" shmcat --verbose "$one" "$id" >/dev/null 2>err
        same "lines" 2 "$(wc -l <err)"
        like "the first" "shmcat: $one: 5242883 bytes: *" "$(head -n 1 err)"
        like "the second" "shmcat: $id: 5242883 bytes: *" "$(tail -n 1 err)"
    done
}

@test "--verbose is short if nothing was transferred" {
    segment_like "$layouts/full"
    for right in "${rights[@]}"; do
        be "$right"
        warns_with "shmcat: $id: 0 bytes" "${as[@]}" shmcat --verbose --length 0 "$id"
    done
}

@test "--hex dumps the same bytes, and allocates no memory for holes" {
    together_with /proc/swaps
    for layout in sparse empty scattered; do
        segment_like "$layouts/$layout"
        before=$(resident "$id")
        hexdump -C "$layouts/$layout" | sed '$d' >wanted # but for the length
        for right in "${rights[@]}"; do
            be "$right"
            piped wanted "${as[@]}" shmcat --hex "$id"
        done
        same "resident" "$before" "$(resident "$id")"
    done
}

@test "--hex of a range prints offsets from its start, across holes" {
    segment_like "$layouts/sparse"
    tail -c +4001 "$layouts/sparse" | head -c 2620000 | hexdump -C | sed '$d' |
        perl -pe 's/^([0-9a-f]{8})/sprintf "%08x", 4000 + hex $1/e' >wanted
    for right in "${rights[@]}"; do
        be "$right"
        piped wanted "${as[@]}" shmcat --hex --offset 4000 --length 2620000 "$id"
    done
}
