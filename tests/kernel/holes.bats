# SPDX-License-Identifier: MIT
# holes: many GiB with 1 MiB of data are read without adding a page, and fast enough for a test
# labels: offline unprivileged

setup_file()
{
    load ../lib/helper
    noise 1048576 >"$BATS_FILE_TMPDIR/data"
}

setup()
{
    load ../lib/helper
    load ../lib/paths
    paths_setup
    size=$((gib * $(often 6 16)))
    # the pieces: offset and length
    pieces=(0 500000 $((5 * gib + 4000)) 400000 $((size - 148576)) 148576)
}

teardown() { paths_teardown; }

gib=1073741824

# far_put ID OFFSET - puts standard input there, however far
far_put()
{
    perl -MIPC::SysV=shmat -e 'my $at = unpack "J", shmat($ARGV[0], undef, 0) // die "shmat: $!\n";
        local $/; my $bytes = <STDIN>;
        open my $mem, "+<:raw", "/proc/self/mem" or die "mem: $!\n";
        sysseek $mem, $at + $ARGV[1], 0 or die "seek: $!\n";
        syswrite($mem, $bytes) == length $bytes or die "write: $!\n"' "$@"
}

# piece N - a piece: its offset, its length and its bytes
piece()
{
    local k from=0
    for ((k = 0; k < $1; k++)); do
        from=$((from + pieces[2 * k + 1]))
    done
    at=${pieces[2 * k]} length=${pieces[2 * k + 1]}
    tail -c +$((from + 1)) "$BATS_FILE_TMPDIR/data" | head -c "$length" >piece
}

# vast - such a segment: its id in $id
vast()
{
    together_with /proc/swaps
    swapless
    segment --noreserve "$size"
    for k in 0 1 2; do
        piece $k
        far_put "$id" "$at" <piece
    done
    before=$(resident "$id")
    [ "$before" -lt 1100000 ]
}

no_page_more()
{
    same "resident" "$before" "$(resident "$id")"
}

# ---- byte for byte ----

@test "512 MiB with a few pages, byte for byte, to pipe and file" {
    together_with /proc/swaps
    swapless
    segment --noreserve $((gib / 2 + 5))
    for place in 0 8192 100000000 199999484 $((gib / 2 - 3)); do
        noise 8 | far_put "$id" "$place"
        noise 8 | dd of=wanted bs=8 oflag=seek_bytes seek="$place" conv=notrunc status=none
    done
    before=$(resident "$id")
    same "resident" $((7 * 4096)) "$before" # the last two are across two pages
    for right in "${rights[@]}"; do
        be "$right"
        piped wanted "${as[@]}" shmcat "$id"
        rm -f output
        "${as[@]}" shmcat "$id" >output
        # ranges that are equal where one file has data are equal
        same "length" "$(stat -c %s wanted)" "$(stat -c %s output)"
        [ "$(occupied output)" -lt 100000 ]
        for place in 0 8192 100000000 199999484 $((gib / 2 - 3)); do
            tail -c +$((place + 1)) output | head -c 8 | cmp - <(noise 8)
        done
        no_page_more
    done
}

# ---- more than a number of 32 bits can hold ----

@test "to a pipe: every byte of many GiB is written, and no page is added" {
    vast
    piece 2
    for right in "${rights[@]}"; do
        be "$right"
        "${as[@]}" shmcat --verbose "$id" 2>err | tail -c +$((at + 1)) | cmp - piece
        told "shmcat: $id: $size bytes"
        no_page_more
    done
}

@test "to a file: it is as sparse as the segment, and no page is added" {
    vast
    for right in "${rights[@]}"; do
        be "$right"
        rm -f output
        "${as[@]}" shmcat --verbose "$id" >output 2>err
        told "shmcat: $id: $size bytes"
        case $right in
        cap) took sendfile skip "holes: map_files" ;;
        no_cap) took vmsplice skip "holes: mincore" ;;
        esac
        same "length" "$size" "$(stat -c %s output)"
        [ "$(occupied output)" -lt 1200000 ]
        for k in 0 1 2; do
            piece $k
            tail -c +$((at + 1)) output | head -c "$length" | cmp - piece
        done
        no_page_more
    done
}

@test "to /dev/null: at once, and no page is added" {
    vast
    for right in "${rights[@]}"; do
        be "$right"
        "${as[@]}" shmcat --verbose "$id" 2>err >/dev/null
        told "shmcat: $id: $size bytes"
        no_page_more
    done
}

@test "to a socket: a range that ends in data, and no page is added" {
    vast
    piece 2
    for right in "${rights[@]}"; do
        be "$right"
        to_socket "${as[@]}" shmcat --offset $((at - gib)) "$id" | tail -c +$((gib + 1)) | cmp - piece
        no_page_more
    done
}

@test "--hex: the rows with data, one * for each hole, and no page is added" {
    vast
    : >wanted
    for k in 0 1 2; do
        piece $k
        hexdump -v -C piece | sed '$d' |
            perl -spe 's/^([0-9a-f]+)/sprintf "%08x", $at + hex $1/e' -- -at="$at" >>wanted
        [ $k = 2 ] || printf '%08x  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n*\n' \
            $((at + length)) >>wanted
    done
    for right in "${rights[@]}"; do
        be "$right"
        piped wanted "${as[@]}" shmcat --hex "$id"
        no_page_more
    done
}

@test "a range within a hole: zeros, to pipe and file, and no page is added" {
    vast
    head -c 100000001 /dev/zero >wanted
    for right in "${rights[@]}"; do
        be "$right"
        piped wanted "${as[@]}" shmcat --offset 1000000001 --length 100000001 "$id"
        filed wanted "${as[@]}" shmcat --offset 1000000001 --length 100000001 "$id"
        [ "$(occupied output)" -lt 100000 ]
        piped <(head -c 5000 /dev/zero) "${as[@]}" shmcat --offset 2000000001 --length 5000 "$id"
        no_page_more
    done
}

@test "a segment that was never written is one hole, and stays one" {
    together_with /proc/swaps
    swapless
    segment --noreserve 1G
    before=0
    for right in "${rights[@]}"; do
        be "$right"
        same "bytes" $gib "$("${as[@]}" shmcat "$id" | wc -c)"
        "${as[@]}" shmcat "$id" >output
        same "length" $gib "$(stat -c %s output)"
        [ "$(occupied output)" -lt 100000 ]
        same "rows" "00000000 * 40000000" "$("${as[@]}" shmcat --hex "$id" | awk '{ printf "%s%s", sep, $1; sep = " " }')"
        no_page_more
    done
}

@test "a small read of a hole adds no page either" {
    together_with /proc/swaps
    swapless
    segment --noreserve 64K
    before=0
    for right in "${rights[@]}"; do
        be "$right"
        same "bytes" 65536 "$("${as[@]}" shmcat "$id" | wc -c)"
        no_page_more
        "${as[@]}" shmcat --hex "$id" >/dev/null
        no_page_more
    done
}
