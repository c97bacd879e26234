# SPDX-License-Identifier: MIT
# ranges and fields past the end of a segment, and beyond 4 GiB
# labels: offline unprivileged
#
# A number that was cut to 32 bits would reach an alias: the same place less 4 GiB.

setup() { load ../lib/helper; load ../lib/paths; paths_setup; }
teardown() { paths_teardown; }

gib=1073741824

# ---- beyond 4 GiB ----

# far - a segment of 6 GiB and 5 bytes, with other bytes at each place than at its aliases: $id
far()
{
    together_with /proc/swaps
    swapless
    size=$((6 * gib + 5))
    segment --noreserve "$size"
    far_poke "$id" $((5 * gib)) "five GiB"
    far_poke "$id" "$gib" "an alias"
    far_poke "$id" $((4 * gib - 3)) "boundary"
    far_poke "$id" 0 "the first bytes"
    far_poke "$id" $((size - 8)) "the last"
    far_poke "$id" $((2 * gib - 3)) "another alias"
    before=$(resident "$id")
}

@test "bytes beyond 4 GiB are read from the right offset" {
    far
    for right in "${rights[@]}"; do
        be "$right"
        prints "five GiB" "${as[@]}" shmcat --offset $((5 * gib)) --length 8 "$id"
        prints "five GiB" "${as[@]}" shmcat --offset -$((gib + 5)) --length 8 "$id"
        prints boundary "${as[@]}" shmcat --offset $((4 * gib - 3)) --length 8 "$id"
        prints "the last" "${as[@]}" shmcat --offset -8 "$id"
        prints "the last" "${as[@]}" shmcat --offset $((size - 8)) "$id"
        prints "$(printf '140000000  66 69 76 65 20 47 69 42                           |five GiB|')" \
            "${as[@]}" shmcat --hex --offset 5G --length 8 "$id"
        piped <(printf boundary; head -c $((gib - 5)) /dev/zero; printf "five GiB") \
            "${as[@]}" shmcat --offset $((4 * gib - 3)) --length $((gib + 11)) "$id"
        prints $'five GiB\nan alias\nboundary\nthe last' "${as[@]}" shmpeek "$id" "str@$((5 * gib)):8" \
            "str@$gib:8" "str@$((4 * gib - 3)):8" str@-8:8
        prints "$(perl -e 'print unpack("Q<", "five GiB"), "\n", unpack("L>", "ndar")')" \
            "${as[@]}" shmpeek "$id" u64le@5G "u32be@$((4 * gib))"
        prints "$(perl -e 'print unpack "Q<", "boundary"')" "${as[@]}" shmpeek --tear "$id" "u64le@$((4 * gib - 3))"
        same "resident" "$before" "$(resident "$id")"
    done
}

@test "bytes beyond 4 GiB are written to the right offset" {
    far
    printf "by stdin" | shmwrite --offset $((5 * gib)) "$id"
    shmwrite --offset $((4 * gib - 3)) --text "by a text" "$id"
    shmwrite --offset -8 --text "the end." "$id"
    same "at 5 GiB" "by stdin" "$(far_peek "$id" $((5 * gib)) 8)"
    same "across 4 GiB" "by a text" "$(far_peek "$id" $((4 * gib - 3)) 9)"
    same "at the end" "the end." "$(far_peek "$id" $((size - 8)) 8)"
    shmpoke "$id" "str@$((5 * gib)):8=poked" "u32le@$((4 * gib))=1684234849"
    same "at 5 GiB" "poked..." "$(far_peek "$id" $((5 * gib)) 8 | tr '\0' .)"
    same "across 4 GiB" "by abcdxt" "$(far_peek "$id" $((4 * gib - 3)) 9)"
    prints 1684234850 shmpoke "$id" "u32le@$((4 * gib))+=1"
    same "across 4 GiB" "by bbcdxt" "$(far_peek "$id" $((4 * gib - 3)) 9)"
    succeeds shmpoke --expect 1684234850 "$id" "u32le@$((4 * gib))=1684234851"
    same "across 4 GiB" "by cbcdxt" "$(far_peek "$id" $((4 * gib - 3)) 9)"
    succeeds shmwipe --offset $((4 * gib - 1)) --length 3 "$id"
    same "across 4 GiB" "by...cdxt" "$(far_peek "$id" $((4 * gib - 3)) 9 | tr '\0' .)"
    same "first alias" "an alias" "$(far_peek "$id" "$gib" 8)"
    same "second alias" "another alias" "$(far_peek "$id" $((2 * gib - 3)) 13)"
    same "first bytes" "the first bytes" "$(far_peek "$id" 0 15)"
    same "resident" "$before" "$(resident "$id")"
}

# ---- past the end ----

# odd - a full segment of 5001 bytes, and a full rest of its last page: $id
odd()
{
    noise 5001 >wanted
    segment 5001
    put "$id" wanted
    slack=$(printf 'x%.0s' {1..3191})
    far_poke "$id" 5001 "$slack"
}

untouched()
{
    holds wanted
    same "slack" "$slack" "$(far_peek "$id" 5001 3191)"
}

# No byte is at these offsets; a range without a byte may begin at the first.
outside=(5001 5002 8191 8192 2147483648 4294967296 4294967297 4294972297 9223372036854775807)

@test "bytes past the end are not read" {
    odd
    for offset in "${outside[@]}"; do
        fails_like 1 "shmcat: $id: *5001 bytes*" shmcat --offset "$offset" --length 1 "$id"
        fails_like 1 "shmcat: $id: *5001 bytes*" shmcat --hex --offset "$offset" --length 1 "$id"
        fails_like 1 "shmpeek: u8@$offset: *5001 bytes*" shmpeek "$id" u8@0 "u8@$offset"
        fails_like 1 "shmpeek: str@$offset:1: *5001 bytes*" shmpeek "$id" "str@$offset:1"
        [ "$offset" = 5001 ] || fails_like 1 "shmcat: $id: *5001 bytes*" shmcat --offset "$offset" "$id"
    done
    for length in 5002 8192 4294967297 4294972297 9223372036854775808 18446744073709551615; do
        fails_like 1 "shmcat: $id: *5001 bytes*" shmcat --length "$length" "$id"
        fails_like 1 "shmcat: $id: *5001 bytes*" shmcat --offset 4000 --length "$length" "$id"
        fails_like 1 "shmpeek: u8@0:$length: *5001 bytes*" shmpeek "$id" "u8@0:$length"
        fails_like 1 "shmpeek: u64@8:$length: *5001 bytes*" shmpeek "$id" "u64@8:$length"
    done
    for offset in -5002 -8192 -4294967296 -4294967297 -9223372036854775807; do
        fails_like 1 "shmcat: $id: *5001 bytes*" shmcat --offset "$offset" "$id"
        fails_like 1 "shmpeek: u8@$offset: *5001 bytes*" shmpeek "$id" "u8@$offset"
    done
    fails_like 2 "shmcat: *" shmcat --offset 18446744073709551616 "$id"
    fails_like 2 "shmcat: *" shmcat --offset 9223372036854775808 "$id"
    fails_like 2 "shmpeek: *" shmpeek "$id" u8@18446744073709551616
    fails_like 1 "shmpeek: u32@5000: *5001 bytes*" shmpeek "$id" u32@5000
    untouched
}

@test "the last bytes are read, and an empty range may start at the end" {
    odd
    piped <(tail -c 1 wanted) shmcat --offset 5000 --length 1 "$id"
    piped <(tail -c 3 wanted) shmcat --offset -3 "$id"
    piped wanted shmcat --offset -5001 "$id"
    prints "" shmcat --offset 5001 "$id"
    prints "" shmcat --offset 5001 --length 0 "$id"
    prints "$(tail -c 1 wanted | od -An -tu1 | tr -d ' ')" shmpeek "$id" u8@5000
    prints "$(tail -c 1 wanted | od -An -tu1 | tr -d ' ')" shmpeek "$id" u8@-1
    untouched
}

@test "bytes past the end are not written, and an input that does not fit is not written at all" {
    odd
    for offset in "${outside[@]}"; do
        fails_like 1 "shmwrite: $id: *5001 bytes*" shmwrite --offset "$offset" --text x "$id"
        fails_like 1 "shmpoke: u8@$offset=1: *5001 bytes*" shmpoke "$id" u8@0=1 "u8@$offset=1"
        fails_like 1 "shmpoke: str@$offset:1=x: *5001 bytes*" shmpoke "$id" "str@$offset:1=x"
        fails_like 1 "shmpoke: u8@$offset=1: *5001 bytes*" shmpoke --expect 0 "$id" "u8@$offset=1"
        fails_like 1 "shmwipe: $id: *5001 bytes*" shmwipe --offset "$offset" --length 1 "$id"
        untouched
    done
    for words in "--offset 5000 --text xy" "--offset -1 --text xy" "--offset 4999 --hex --text 010203" \
        "--offset 0 --input long"; do
        noise 5002 >long
        # shellcheck disable=SC2086 # several words
        fails_like 1 "shmwrite: $id: *5001 bytes*" shmwrite $words "$id"
        untouched
    done
    for field in u16@5000=1 u32@5000=1 u64@5000=1 u8@5000:2=1,2 str@4999:3=abc; do
        fails_like 1 "shmpoke: $field: *5001 bytes*" shmpoke "$id" u8@0=1 "$field"
        untouched
    done
    for offset in -5002 -4294967297 -9223372036854775807; do
        fails_like 1 "shmwrite: $id: *5001 bytes*" shmwrite --offset "$offset" --text x "$id"
        fails_like 1 "shmpoke: u8@$offset=1: *5001 bytes*" shmpoke "$id" "u8@$offset=1"
    done
    untouched
}

@test "the last bytes are written, and --truncate writes the part of a longer input that fits" {
    odd
    shmwrite --offset -3 --text abc "$id"
    { head -c 4998 wanted; printf abc; } >now
    mv now wanted
    untouched
    shmpoke "$id" u8@5000=68
    { head -c 5000 wanted; printf D; } >now
    mv now wanted
    untouched
    noise 9000 | shmwrite --offset 4000 --truncate "$id"
    { head -c 4000 wanted; noise 1001; } >now
    mv now wanted
    untouched
    # the length of a pipe is unknown before its end: the part that fits is written, and reported
    run -1 --separate-stderr sh -c 'printf 123456 | shmwrite --offset 4998 "$0"' "$id"
    like "message" "shmwrite: $id: *3 bytes*" "${stderr_lines[0]}"
    { head -c 4998 wanted; printf 123; } >now
    mv now wanted
    untouched
}
