# SPDX-License-Identifier: MIT
# shmwrite(1)
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/states; common_setup; }
teardown() { common_teardown; }

# ---- the bytes ----

# bats test_tags=initramfs
@test "perl reads exactly the bytes written, for any size" {
    for size in 1 4095 4096 4097 1048580; do
        noise "$size" >input
        segment "$size"
        succeeds shmwrite "$id" <input
        peek "$id" 0 "$size" | same_bytes input
    done
}

@test "every value of a byte is written" {
    perl -e 'print map chr, 0 .. 255' >input
    segment 256
    succeeds shmwrite "$id" <input
    peek "$id" 0 256 | same_bytes input
}

# bats test_tags=initramfs
@test "shmcat prints what was written through a pipe" {
    noise 300001 >input
    segment 300001
    cat <input | shmwrite "$id"
    shmcat "$id" | same_bytes input
}

@test "a shorter input leaves the rest unchanged" {
    segment 4K
    printf 0123456789 | poke "$id" 0
    succeeds shmwrite -a abc "$id"
    same "bytes" abc3456789 "$(peek "$id" 0 10)"
}

@test "--offset sets the start, even from the end" {
    segment 10
    printf 0123456789 | poke "$id" 0
    succeeds shmwrite --offset 2 --text ab "$id"
    succeeds shmwrite -o -2 -a yz "$id"
    same "bytes" 01ab4567yz "$(peek "$id" 0 10)"
}

@test "bytes beyond 4 GiB are written" {
    segment --noreserve 5G
    printf far | shmwrite -o 5368709000 "$id"
    printf end | shmwrite -o -3 "$id"
    same "bytes" far "$(far_peek "$id" 5368709000 3)"
    same "bytes" end "$(far_peek "$id" 5368709117 3)"
    same "resident" 4096 "$(kernel_says "$id" rss)"
}

@test "the slack after an odd size is never written" {
    segment 4097
    far_poke "$id" 4097 slack
    noise 4097 >input
    succeeds shmwrite "$id" <input
    same "slack" slack "$(far_peek "$id" 4097 5)"
    run -1 --separate-stderr bash -c 'cat input input | shmwrite "$1"' - "$id"
    same "slack" slack "$(far_peek "$id" 4097 5)"
    cat input input | shmwrite --truncate "$id"
    same "slack" slack "$(far_peek "$id" 4097 5)"
    peek "$id" 0 4097 | same_bytes input
}

@test "--input reads a file" {
    noise 5000 >input
    segment 5000
    succeeds shmwrite --input input "$id"
    peek "$id" 0 5000 | same_bytes input
    printf stdin | shmwrite -i - "$id"
    same "bytes" stdin "$(peek "$id" 0 5)"
}

@test "--input reads a file of /proc, whose length is unknown in advance" {
    segment 4K
    succeeds shmwrite -i /proc/version "$id"
    same "bytes" "$(cat /proc/version)" "$(peek "$id" 0 "$(wc -c </proc/version)")"
}

@test "--text is written without a newline" {
    segment 16
    succeeds shmwrite --text 'two words' "$id"
    peek "$id" 0 16 | same_bytes <(printf 'two words\0\0\0\0\0\0\0')
    succeeds shmwrite -a '' "$id"
    same "bytes" "two words" "$(peek "$id" 0 9)"
}

@test "an empty input writes nothing" {
    segment 4
    printf 0123 | poke "$id" 0
    succeeds shmwrite "$id" </dev/null
    same "bytes" 0123 "$(peek "$id" 0 4)"
}

@test "a segment is found by its key" {
    segment -k 0x81 4K
    succeeds shmwrite -a data key:0x81
    same "bytes" data "$(peek "$id" 0 4)"
    ipcrm -m "$id"
}

@test "a segment marked for removal can be written by its id" {
    segment 4K
    hold "$id"
    ipcrm -m "$id"
    succeeds shmwrite -a data "$id"
    same "bytes" data "$(peek "$id" 0 4)"
}

@test "id 0 is written like any other id" {
    prints zero fresh sh -c 'shmcreate 4 >/dev/null && shmwrite -a zero 0 && perl -e "shmread(0, \$b, 0, 4) or die; print \$b"'
}

# ---- --hex ----

@test "--hex reads hex digits" {
    segment 16
    printf '00ff7F80' | shmwrite --hex "$id"
    peek "$id" 0 16 | same_bytes <(printf '\0\377\177\200'; head -c 12 /dev/zero)
    succeeds shmwrite -x -a 4142 -o 4 "$id"
    same "bytes" AB "$(peek "$id" 4 2)"
}

@test "--hex accepts any number of digits" {
    noise 300001 >input
    segment 300001
    perl -0777 -ne 'print unpack("H*", $_) =~ s/(.{1,77})/$1\n/gr' input | shmwrite -x "$id"
    peek "$id" 0 300001 | same_bytes input
}

@test "--hex skips blanks and line ends" {
    segment 16
    printf '41 42\n43\t44\n' | shmwrite -x "$id"
    same "bytes" ABCD "$(peek "$id" 0 4)"
}

@test "--hex refuses other characters, and half a byte" {
    segment 4
    printf 0123 | poke "$id" 0
    printf '41zz' >input
    fails_like 1 "shmwrite: *" shmwrite -x -i input "$id"
    printf '414' >input
    fails_like 1 "shmwrite: *" shmwrite -x -i input "$id"
    for text in 41zz 414 0x41 41:42; do # which the command line alone shows
        fails_like 2 "shmwrite: *" shmwrite -x -a "$text" "$id"
    done
    # a byte that is not a character is reported by its number
    for byte in 00 1b 7f c3; do
        printf %b "41\n\x$byte" >input
        fails_with 1 "shmwrite: input: character 4, '\x$byte', is not a hex digit" shmwrite -x -i input "$id"
    done
    same "bytes" 0123 "$(peek "$id" 0 4)"
}

# ---- too much ----

@test "an input that is too long is refused before the first byte if its length is known" {
    segment 4K
    printf before | poke "$id" 0
    noise 5000 >input
    fails_with 1 "shmwrite: $id: the input (5000 bytes) does not fit at offset 0 of 4096 bytes: nothing written" \
        shmwrite -i input "$id"
    fails_with 1 "shmwrite: $id: the input (5000 bytes) does not fit at offset 0 of 4096 bytes: nothing written" \
        shmwrite "$id" <input
    fails_with 1 "shmwrite: $id: the input (3 bytes) does not fit at offset 4094 of 4096 bytes: nothing written" \
        shmwrite -o 4094 --text abc "$id"
    same "bytes" before "$(peek "$id" 0 6)"
    same "bytes" .. "$(peek "$id" 4094 2 | tr '\0' .)"
}

@test "the length of a file counts from the position of standard input" {
    segment 8
    printf '0123456789' >input
    { dd bs=1 count=2 of=/dev/null status=none; succeeds shmwrite "$id"; } <input
    same "bytes" 23456789 "$(peek "$id" 0 8)"
}

# bats test_tags=initramfs
@test "an input from a pipe that is too long: the part that fits is written, and reported" {
    segment 4K
    noise 5000 >input
    run -1 --separate-stderr bash -c 'cat input | shmwrite "$1"' - "$id"
    same "message" "shmwrite: $id: the input does not fit: stopped after 4096 bytes" "${stderr_lines[0]}"
    hints "*--truncate*"
    peek "$id" 0 4096 | same_bytes <(head -c 4096 input)
}

@test "--truncate writes the part that fits" {
    segment 4K
    noise 5000 >input
    succeeds shmwrite --truncate -i input "$id"
    peek "$id" 0 4096 | same_bytes <(head -c 4096 input)
    succeeds shmwrite -c -o 4094 -a abc "$id"
    same "bytes" ab "$(peek "$id" 4094 2)"
    cat <input | shmwrite -c -o 4000 "$id"
    peek "$id" 4000 96 | same_bytes <(head -c 96 input)
}

@test "an endless input does not block" {
    segment 4K
    run -1 --separate-stderr timeout 300 shmwrite -i /dev/zero "$id"
    same "message" "shmwrite: $id: the input does not fit: stopped after 4096 bytes" "${stderr_lines[0]}"
    run -0 --separate-stderr timeout 300 shmwrite -c -i /dev/zero "$id"
}

@test "endless hex digits do not block either" {
    segment 4K
    run -0 --separate-stderr timeout 300 shmwrite --hex --truncate "$id" < <(yes 78)
    same "standard error" "" "$stderr"
    peek "$id" 0 4096 | same_bytes <(head -c 4096 /dev/zero | tr '\0' x)
    run -0 --separate-stderr timeout 300 shmwrite --hex --truncate --offset 4000 "$id" < <(yes 79)
    same "bytes" xxxyyy "$(peek "$id" 3997 6)"
}

# ---- what can go wrong ----

@test "an offset past the end is an error" {
    segment 4K
    fails_with 1 "shmwrite: $id: offset 5000 is past the end of the segment (4096 bytes)" shmwrite -o 5000 -a x "$id"
    fails_like 1 "shmwrite: $id: *4096 bytes*" shmwrite -o -4097 -a x "$id"
}

@test "an input that cannot be read is an error" {
    segment 4K
    fails_like 1 "shmwrite: nowhere: *" shmwrite -i nowhere "$id"
    mkdir dir
    fails_like 1 "shmwrite: dir: *" shmwrite -i dir "$id"
    fails_like 1 "shmwrite: *" mute shmwrite "$id"
}

@test "a missing segment is status 3" {
    fails_with 3 "shmwrite: 999: no such segment" shmwrite -a x 999
    fails_with 3 "shmwrite: key:0x82: no segment has this key" shmwrite -a x key:0x82
}

@test "a segment without write permission is status 4" {
    needs_nobody
    segment -m 444 -i /dev/null 4
    fails_with 4 "shmwrite: $id: permission denied: r--r--r-- $(id -un)" as_nobody shmwrite -a x "$id"
    peek "$id" 0 4 | same_bytes <(head -c 4 /dev/zero)
}

@test "a segment of another user with write permission can be written" {
    needs_nobody
    segment -m 666 4
    succeeds as_nobody shmwrite -a data "$id"
    same "bytes" data "$(peek "$id" 0 4)"
}

@test "accepts one segment" {
    fails_with 2 "shmwrite: SEGMENT is missing" shmwrite
    fails_with 2 "shmwrite: 2: too many operands" shmwrite 1 2
}

@test "--hex accepts no blank inside a byte, and reports the position of an error" {
    segment 4K
    run -1 --separate-stderr shmwrite --hex "$id" <<<'de a d'
    same "message" "shmwrite: standard input: character 5 is a blank between the digits of a byte" "$stderr"
    run -1 --separate-stderr shmwrite --hex "$id" <<<'0xde'
    same "message" "shmwrite: standard input: character 2, 'x', is not a hex digit" "$stderr"
}

@test "lack of descriptors is an error, and no other file gets the bytes" {
    segment 4K
    # the leak checker cannot work under a tracer
    run -6 --separate-stderr env ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" \
        strace -qq -o trace -e trace=memfd_create -e inject=memfd_create:error=EMFILE \
        shmwrite --text surprise "$id"
    same "standard output" "" "$output"
    like "message" "shmwrite: --text: *" "$stderr"
    hints "raise ulimit -n, *"
}

# ---- zeros, ways, progress: see paths-write and progress for the rest ----

@test "--zero-rest writes zeros after the input, to the end of the segment" {
    segment 10
    printf 0123456789 | poke "$id" 0
    succeeds shmwrite --zero-rest --offset 2 --text ab "$id"
    same "bytes" 01ab...... "$(peek "$id" 0 10 | tr '\0' .)"
    succeeds shmwrite -z -o 1 "$id" </dev/null
    same "bytes" 0......... "$(peek "$id" 0 10 | tr '\0' .)"
}

@test "--zero-rest with an input that is too long does not change the bytes before it" {
    segment 4
    printf 0123 | poke "$id" 0
    fails_like 1 "shmwrite: $id: the input (5 bytes) does not fit*" shmwrite --zero-rest --text abcde "$id"
    same "bytes" 0123 "$(peek "$id" 0 4)"
    succeeds shmwrite --zero-rest --truncate --text abcde "$id"
    same "bytes" abcd "$(peek "$id" 0 4)"
}

@test "--zero-rest works with hex digits" {
    segment 4
    printf 0123 | poke "$id" 0
    succeeds shmwrite --zero-rest --hex --text 4142 "$id"
    same "bytes" AB.. "$(peek "$id" 0 4 | tr '\0' .)"
}

# bats test_tags=initramfs
@test "--sparse frees pages of zeros" {
    segment 16K
    noise 16384 | poke "$id" 0
    { noise 4096; head -c 12288 /dev/zero; } >input
    succeeds shmwrite --sparse --input input "$id"
    same "resident" 4096 "$(kernel_says "$id" rss)"
    peek "$id" 0 16384 | same_bytes input
    noise 16384 | poke "$id" 0
    shmwrite -s "$id" <input
    same "resident" 4096 "$(kernel_says "$id" rss)"
    peek "$id" 0 16384 | same_bytes input
}

@test "--sparse --zero-rest keeps only the pages of the input" {
    segment 16K
    noise 16384 | poke "$id" 0
    succeeds shmwrite --sparse --zero-rest --text here "$id"
    same "resident" 4096 "$(kernel_says "$id" rss)"
    peek "$id" 0 16384 | same_bytes <(printf here; head -c 16380 /dev/zero)
}

@test "--verbose reports the number of bytes and how they were transferred" {
    segment 4K
    warns_with "shmwrite: $id: 4 bytes: copy" shmwrite --verbose --text data "$id"
    warns_with "shmwrite: $id: 0 bytes" shmwrite -v --text '' "$id"
}

@test "--progress reports the total at the end" {
    segment 1M
    run -0 --separate-stderr shmwrite --progress --truncate --input /dev/zero "$id"
    like "last line" "shmwrite: $id: 1@(.0|)M in *s, *[KMGT]/s" "${stderr_lines[-1]}"
    run -0 --separate-stderr shmwrite -p --text x "$id"
    like "last line" "shmwrite: $id: 1 in *s, */s" "${stderr_lines[-1]}"
}

# ---- --wake-at ----

@test "--wake-at wakes processes that sleep on that word, after the bytes are written" {
    command -v strace >/dev/null || skip "needs strace"
    segment 64
    printf '\5\0\0\0' >input
    leaks=(env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0")
    succeeds "${leaks[@]}" strace -qq -e trace=futex,read,shmdt,munmap -o trace shmwrite --wake-at 9 -o 8 -i input "$id"
    # the word of byte 9, after the read
    grep -qE '^futex\(0x[0-9a-f]*08, FUTEX_WAKE, 2147483647' trace
    same "order" "read futex" "$(grep -oE '^(read\([0-9]+, "\\5|futex)' trace | grep -oE '^[a-z]+' | xargs)"
    succeeds "${leaks[@]}" strace -qq -e trace=futex -o trace shmwrite -w -1 -a x "$id"
    grep -qE '^futex\(0x[0-9a-f]*3c, FUTEX_WAKE' trace
    succeeds "${leaks[@]}" strace -qq -e trace=futex -o trace shmwrite -a x "$id"
    same "woken" "" "$(grep FUTEX_WAKE, trace || :)"
}

@test "--wake-at ends a shmwait for the written value" {
    segment 64
    start shmwait -t 300s "$id" u32@8 eq 5
    wait_until sleeping "$pid"
    looks_again "$pid"
    printf '\5\0\0\0' | shmwrite -w 8 -o 8 "$id"
    ends_with 0 "$pid"
    same "value" 5 "$(<out)"
}

@test "--wake-at past the end is refused before anything is written" {
    segment 64
    fails_with 1 "shmwrite: $id: 1 byte at offset 64 is past the end of the segment (64 bytes)" shmwrite -w 64 -a abc "$id"
    fails_with 1 "shmwrite: $id: offset -65 is before the start of the segment (64 bytes)" shmwrite -w -65 -a abc "$id"
    same "bytes" "" "$(peek "$id" 0 3 | tr -d '\0')"
}
