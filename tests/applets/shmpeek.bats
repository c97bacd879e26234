# SPDX-License-Identifier: MIT
# shmpeek(1)
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/states; common_setup; }
teardown() { common_teardown; }

# put OFFSET TEMPLATE VALUE.. - writes values packed by perl's pack()
put()
{
    local offset=$1
    perl -e 'print pack shift, @ARGV' "${@:2}" | poke "$id" "$offset"
}

# bats test_tags=initramfs
@test "every type is read as packed by perl, in both byte orders" {
    segment 4K
    while read -r template type value; do
        put 8 "$template" "$value"
        prints "$value" shmpeek "$id" "$type@8"
    done <<'END'
C u8 255
c i8 -128
S u16 65535
s i16 -32768
L u32 4294967295
l i32 -2147483648
Q u64 18446744073709551615
q i64 -9223372036854775808
f f32 -0.15625
d f64 0.1
S< u16le 258
S> u16be 258
s< i16le -2
s> i16be -2
L< u32le 16909060
L> u32be 16909060
l> i32be -5
Q< u64le 72623859790382856
Q> u64be 72623859790382856
q> i64be -9223372036854775807
f< f32le 3.5
f> f32be 3.5
d< f64le -1e+100
d> f64be -1e+100
C u8le 7
C u8be 7
END
}

# bats test_tags=initramfs
@test "the byte order without a suffix is that of this machine" {
    segment 64
    put 0 L 305419896
    case $(printf '\1\0' | od -An -tu2) in
    *" 1") order=le ;;
    *) order=be ;;
    esac
    prints 305419896 shmpeek "$id" "u32$order@0"
    prints 305419896 shmpeek "$id" u32@0
}

@test "several fields give several lines, a COUNT gives values on one line" {
    segment 64
    put 0 L4 1 2 3 4
    prints $'1\n2 3 4\n1' shmpeek "$id" u32@0 u32@4:3 u32@0:1
}

# bats test_tags=initramfs
@test "a str ends at its first NUL or its length, and is printed exactly" {
    segment 64
    printf 'abc\0def' | poke "$id" 0
    prints abc shmpeek "$id" str@0:7
    prints ab shmpeek "$id" str@0:2
    prints "" shmpeek "$id" str@3:4
    printf '\001\377\n\t\033' | poke "$id" 16
    shmpeek "$id" str@16:5 | same_bytes <(printf '\001\377\n\t\033\n')
}

@test "offsets have units and bases, and may count from the end" {
    segment 8K
    put 4096 L 7
    put 8188 L 9
    prints $'7\n7\n9\n9' shmpeek "$id" u32@4K u32@0x1000 u32@-4 u32@8188:1
}

@test "labelled output is safe for eval, whatever the segment contains" {
    segment 4K
    put 0 L2 7 8
    # shellcheck disable=SC1003,SC2016 # just these bytes
    for text in plain "it's" '$(touch pwned)' '`touch pwned`' 'a;touch pwned' $'two\nlines' '~' '*' '-n' 'a=b' '\' '"' ''; do
        head -c 64 /dev/zero | poke "$id" 64
        printf %s "$text" | poke "$id" 64
        for shell in sh bash; do
            # shellcheck disable=SC2016 # the inner shell's variables
            prints "7|7 8|$text|" "$shell" -c 'eval "$(shmpeek "$1" n=u32@0 both=u32@0:2 _t1=str@64:64)"
                printf "%s|" "$n" "$both" "$_t1"' - "$id"
        done
    done
    [ ! -e pwned ]
    printf plain | poke "$id" 128
    prints $'n=7\nboth=\'7 8\'\nt=plain' shmpeek "$id" n=u32@0 both=u32@0:2 t=str@128:8
}

# as_poked TYPE TEXT.. - each is printed as it was poked
as_poked()
{
    local type=$1 text
    shift
    for text; do
        shmpoke "$id" "$type@0=$text"
        prints "$text" shmpeek "$id" "$type@0"
    done
}

@test "floating-point numbers are printed short, and parse to the same number" {
    segment 64
    as_poked f64 0 -0 1 -1 0.1 0.3 100 1e+22 1e+23 5e-324 1.7976931348623157e+308 2.2250738585072014e-308 \
        0.30000000000000004 123456.789 9007199254740992 1e+17 0.00001 1e-06 inf -inf nan -nan 3.141592653589793 \
        4.35 9.5e-322 1.2345678901234567e+19 1.3487472534179688 2.6862869262695312
    as_poked f32 0 -0 1 0.1 3.4028235e+38 1e-45 1.1754944e-38 16777216 0.33333334 inf -inf nan 3.1415927 1e+17 152.73438 36431.188
}

@test "a thousand numbers of random bits are printed as by perl" {
    segment 16000
    perl -e 'srand 4711; print map { pack "L", int rand 2**32 } 1 .. 4000' >bits
    poke "$id" 0 <bits
    # perl needs 17 and 9 digits to compare the numbers
    shmpeek "$id" f64@0:2000 | tr ' ' '\n' >f64
    shmpeek "$id" f32@0:4000 | tr ' ' '\n' >f32
    perl -e 'local $/; open my $f, "<", "bits"; my @want = unpack "d*", <$f>; open $f, "<", "f64";
        my @got = split " ", <$f>; @got == 2000 or die "number\n";
        for (0 .. $#want) { next if $want[$_] != $want[$_]; pack("d", $got[$_]) eq pack("d", $want[$_]) or die "$got[$_]\n";
            my ($digits) = $got[$_] =~ /^-?([\d.]*)/; $digits =~ tr/0-9//cd; $digits =~ s/^0+//;
            for my $fewer (1 .. 17) { my $short = sprintf "%.${fewer}g", $want[$_];
                next if pack("d", $short) ne pack("d", $want[$_]);
                $digits =~ s/0+$//; length $digits <= $fewer or die "$got[$_] is longer than $short\n"; last } }'
    perl -e 'local $/; open my $f, "<", "bits"; my @want = unpack "f*", <$f>; open $f, "<", "f32";
        my @got = split " ", <$f>; @got == 4000 or die "number\n";
        for (0 .. $#want) { next if $want[$_] != $want[$_]; pack("f", $got[$_]) eq pack("f", $want[$_]) or die "$got[$_]\n" }'
}

# ---- --json ----

@test "--json has names, types, offsets and values, numbers as numbers and lists as arrays" {
    segment 4K
    put 0 L2 7 8
    put 8 d 0.5
    put 16 q -1
    put 24 Q 18446744073709551615
    printf 'say "hi"' | poke "$id" 32
    succeeds shmpeek --json "$id" n=u32@0 u32@0:2 u32be@0:1 f64@8 i64@16 u64@24 s=str@32:16
    same "json" '{"version":1,"values":[{"name":"n","type":"u32","offset":0,"value":7},{"name":null,"type":"u32","offset":0,"value":[7,8]},{"name":null,"type":"u32be","offset":0,"value":[117440512]},{"name":null,"type":"f64","offset":8,"value":0.5},{"name":null,"type":"i64","offset":16,"value":-1},{"name":null,"type":"u64","offset":24,"value":18446744073709551615},{"name":"s","type":"str","offset":32,"value":"say \"hi\""}]}' "$output"
    jq -e . <<<"$output" >parsed
    prints '{"version":1,"values":[{"name":null,"type":"u8","offset":4095,"value":0}]}' shmpeek -J "$id" u8@-1
}

@test "--json prints a string for a number that is not finite" {
    segment 64
    shmpoke "$id" f64@0=nan f32@8=-inf f64@16=1e300
    succeeds shmpeek -J "$id" f64@0 f32@8 f64@16
    same "values" '"nan" "-inf" 1e+300' "$(jq -c '.values[].value' <<<"$output" | paste -sd ' ' | sed 's/1.*E/1e/; s/1e300/1e+300/')"
}

# ---- what is refused, and what is left alone ----

@test "an invalid field is a usage error" {
    for field in u33@0 u7@0 f16@0 f8@0 u32 @0 u32@ u32@x u32@0: u32@0:0 u32@0:x str@0 str@0:0 u32xx@0 U8@0 ''; do
        fails_like 2 "shmpeek: *: *" shmpeek 0 "$field"
    done
    for field in 1x=u8@0 =u8@0 a-b=u8@0 'a b=u8@0'; do
        fails_with 2 "shmpeek: $field: the name before = is not a shell variable" shmpeek 0 "$field"
    done
    fails_with 2 "shmpeek: u32@0=1: the name before = is not a shell variable" shmpeek 0 u32@0=1
    hints "use shmpoke to set values"
    fails_with 2 "shmpeek: u32@0:: COUNT is missing after the colon" shmpeek 0 u32@0:
    fails_with 2 "shmpeek: u32@0:1:2: there is more than one COUNT" shmpeek 0 u32@0:1:2
    fails_with 2 "shmpeek: u33@0: no such type of field" shmpeek 0 u33@0
    hints "use str, or u8 *"
    fails_with 2 "shmpeek: str@0: str requires a length: str@OFFSET:LENGTH" shmpeek 0 str@0
}

@test "a field past the end is a failure, and nothing is printed" {
    segment 10
    shmpeek "$id" u16@8 u8@9
    fails_with 1 "shmpeek: u32@8: 4 bytes at offset 8 are past the end of the segment (10 bytes)" shmpeek "$id" u8@0 u32@8
    fails_with 1 "shmpeek: u8@11: offset 11 is past the end of the segment (10 bytes)" shmpeek "$id" u8@11
    fails_with 1 "shmpeek: u8@-11: offset -11 is before the start of the segment (10 bytes)" shmpeek "$id" u8@-11
    fails_with 1 "shmpeek: u64@0:0x2000000000000001: this many values are past the end of the segment (10 bytes)" \
        shmpeek "$id" u64@0:0x2000000000000001
}

@test "an unaligned field is refused without --tear" {
    segment 10
    perl -e 'print pack "C*", 1 .. 10' | poke "$id" 0
    for field in u16@1 u32@2 u64@4 f32@1 f64@4 u16be@3:2; do
        fails_like 2 "shmpeek: $field: not aligned: *" shmpeek "$id" "$field"
    done
    hints "--tear *"
    fails_with 1 "shmpeek: u16@-3: not aligned: its offset must be a multiple of 2" shmpeek "$id" u16@-3
    prints "$(perl -e 'print unpack "Q<", pack "C*", 2 .. 9')" shmpeek --tear "$id" u64le@1
    prints "$(perl -e 'print unpack "L<", pack "C*", 2 .. 5')" shmpeek -T "$id" u32le@1
    prints "$(perl -e 'print join " ", unpack "n3", pack "C*", 4 .. 9')" shmpeek -T "$id" u16be@3:3
    succeeds shmpeek "$id" u8@1 i8@3 str@1:3
}

@test "unwritten pages are read as zeros, and get no memory" {
    segment 16M
    shmpeek "$id" u64@0 u32@8M:4096 f64@-8 str@1M:64K >out
    same "values" "0 0 0 " "$(sed 's/ .*//' out | paste -sd ' ')"
    same "resident" 0 "$(kernel_says "$id" rss)"
}

@test "a read-only segment is read" {
    needs_nobody
    segment --mode 644 4K
    put 0 L 7
    prints 7 as_nobody shmpeek "$id" u32@0
    segment --mode 600 4K
    fails_like 4 "shmpeek: $id: *" as_nobody shmpeek "$id" u32@0
}

@test "a missing segment is status 3" {
    fails_with 3 "shmpeek: 999: no such segment" shmpeek 999 u8@0
    fails_with 3 "shmpeek: key:0x51: no segment has this key" shmpeek key:0x51 u8@0
}

@test "a value is never read half written" {
    segment 4K
    shmpoke "$id" u64@8=0x1111111111111111
    # shellcheck disable=SC2016 # the inner shell's variables
    start sh -c 'while :; do shmpoke $0 u64@8=0x2222222222222222; shmpoke $0 u64@8=0x1111111111111111; done' "$id"
    for _ in {1..100}; do shmpeek "$id" u64@8; done | sort -u >values
    same "values" $'1229782938247303441\n2459565876494606882' "$(<values)"
}

# ---- --follow ----

@test "--follow prints again when a field differs, tab-separated, and ends with 124 without a change" {
    segment 4K
    start shmpeek --follow --timeout 300s "$id" u32@0 x=str@8:8 u8@1024
    wait_until grep -q . out
    shmpoke "$id" u32@0=1
    wait_until grep -q ^1 out
    shmpoke "$id" str@8:8="a b"
    wait_until grep -q "a b" out
    printf '\7' | poke "$id" 1024
    wait_until grep -q '7$' out
    end "$pid"
    same "lines" $'0\tx=\'\'\t0\n1\tx=\'\'\t0\n1\tx=\'a b\'\t0\n1\tx=\'a b\'\t7' "$(<out)"
    run -124 --separate-stderr shmpeek --follow --timeout 100ms "$id" u32@0 x=str@8:8 u8@1024
    same "line" $'1\tx=\'a b\'\t7' "$output"
    same "message" "shmpeek: $id: timed out" "$stderr"
    # so it does after a change, if that comes before the time has run out
    start shmpeek --follow --timeout 1s "$id" u32@0
    wait_until grep -q . out
    shmpoke "$id" u32@0=2
    ends_with 124 "$pid"
    like "lines" $'1?(\n2)' "$(<out)"
}

@test "--follow does not print changes after the NUL of a str" {
    segment 4K
    printf 'ab\0x' | poke "$id" 0
    start shmpeek -F -t 300s "$id" str@0:8
    wait_until grep -q . out
    printf 'ab\0y' | poke "$id" 0
    looks_again "$pid"
    same "lines" ab "$(<out)"
    printf 'ac\0y' | poke "$id" 0
    wait_until grep -q ac out
    same "lines" $'ab\nac' "$(<out)"
}

@test "--follow ends with 3 when the segment is removed" {
    segment 4K
    start shmpeek -F "$id" u8@0
    wait_until grep -q . out
    ipcrm -m "$id"
    ends_with 3 "$pid"
    same "message" "shmpeek: $id: it was removed" "$(<err)"
}

@test "--follow with --json prints an object on each line" {
    segment 4K
    start shmpeek -FJ -t 300s "$id" u8@0
    wait_until grep -q . out
    shmpoke "$id" u8@0=3
    wait_until has_two_lines out
    end "$pid"
    same "values" "0 3" "$(jq -c '.values[0].value' out | paste -sd ' ')"
    same "lines" 2 "$(wc -l <out)"
}

has_two_lines() { [ "$(wc -l <"$1")" -ge 2 ]; }

@test "--stamp puts the time before each round: UTC, with milliseconds" {
    segment 4K
    since=$(date -u +%FT%T.000Z)
    start shmpeek --follow --stamp -t 300s "$id" u32@0 u8@8
    wait_until test -s out
    shmpoke "$id" u32@0=1
    wait_until has_two_lines out
    end "$pid"
    until=$(date -u -d "now + 1 second" +%FT%T.000Z)
    same "fields" $'0\t0\n1\t0' "$(cut -f 2- out)"
    cut -f 1 out >stamps
    same "other stamps" "" "$(grep -vE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$' stamps)"
    { echo "$since"; cat stamps; echo "$until"; } | LC_ALL=C sort -c
    run -124 --separate-stderr shmpeek -FDJ -t 0 "$id" u32@0
    like "JSON" '{"version":1,"time":"2*Z","values":\[*' "$output"
    fails_with 2 "shmpeek: --stamp requires --follow" shmpeek --stamp "$id" u8@0
}

@test "--follow ends when no process reads the pipe, without a change" {
    segment 4K
    run -0 --separate-stderr bash -c 'timeout 300 env --default-signal=PIPE shmpeek --follow "$1" u8@0 | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}"' - "$id"
    same "status, by SIGPIPE" 141 "$output"
    same "standard error" "" "$stderr"
    run -0 --separate-stderr bash -c 'timeout 300 env --ignore-signal=PIPE shmpeek --follow "$1" u8@0 | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}"' - "$id"
    same "status, if SIGPIPE is ignored" 1 "$output"
    same "standard error" "shmpeek: standard output: broken pipe" "$stderr"
}

@test "--follow ends when standard output fails" {
    segment 4K
    fails_like 1 "shmpeek: standard output: *" full shmpeek --follow "$id" u8@0
}

@test "--timeout without --follow is a usage error" {
    fails_with 2 "shmpeek: --timeout requires --follow" shmpeek --timeout 1s 0 u8@0
}

@test "--json prints a name of any length in full" {
    segment 4K
    name=$(printf '%0300d' 0 | tr 0 n)
    same "name" "$name" "$(shmpeek --json "$id" "$name=u8@0" | jq -r '.values[0].name')"
}

@test "of two shortest numbers equally near, the one with an even last digit is printed" {
    segment 4K
    perl -e 'print pack "d4", 1125899906842624.25, 1125899906842624.75, -1125899906842625.25, 2.5' | poke "$id" 0
    prints "1125899906842624.2 1125899906842624.8 -1125899906842625.2 2.5" shmpeek "$id" f64@0:4
    perl -e 'print pack "f3", 2097152.25, 2097152.75, 2097153.25' | poke "$id" 0
    prints "2097152.2 2097152.8 2097153.2" shmpeek "$id" f32@0:3
}

@test "fields of any length are printed in little memory" {
    noise 1000003 >input
    segment -i input 3M
    little=()
    [ "$SHMBOX_VARIANT" != release ] || little=(prlimit --data=4194304)
    perl -e 'local $/; print join(" ", unpack "C*", <STDIN>), "\n"' <input >numbers
    "${little[@]}" shmpeek "$id" u8@0:1000003 | cmp - numbers
    "${little[@]}" shmpeek "$id" x=u8@0:1000003 | cmp - <(sed "s/.*/x='&'/" numbers)
    "${little[@]}" shmpeek "$id" u8@0:1000003 u8@1 | cmp - <(cat numbers; cut -d ' ' -f 2 numbers)
    "${little[@]}" shmpeek --json "$id" u8@0:1000003 | cmp - <(printf '{"version":1,"values":[{"name":null,"type":"u8","offset":0,"value":[%s]}]}\n' "$(tr ' ' ',' <numbers)")
    perl -e 'local $/; print join(" ", unpack "s>*", substr <STDIN>, 1, 500000), "\n"' <input >numbers
    "${little[@]}" shmpeek --tear "$id" i16be@1:250000 | cmp - numbers
    same "values in a sparse segment" 3145728 "$("${little[@]}" shmpeek "$id" u8@0:3M | wc -w)"
    # a text ends at its NUL, and may lie across two pieces
    tr '\0' a <input >text
    segment -i text 16M
    printf '\n' >>text
    "${little[@]}" shmpeek "$id" str@0:16M | cmp - text
    tr -dc '[:lower:]' <text >letters
    segment -i letters 16M
    "${little[@]}" shmpeek "$id" x=str@0:16M | cmp - <(printf 'x=%s\n' "$(<letters)")
    "${little[@]}" shmpeek --json "$id" str@0:16M | jq -r '.values[0].value' | cmp - <(cat letters; echo)
}

@test "a failed output ends the printing of a long field" {
    segment --noreserve 64G
    run -1 --separate-stderr full shmpeek "$id" u8@0:64G
    like "standard error" "shmpeek: standard output: *" "$stderr"
}
