# SPDX-License-Identifier: MIT
# shmpoke(1)
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/states; common_setup; }
teardown() { common_teardown; }

attached() { [ "$(kernel_says "$id" nattch)" = 1 ]; }

# packed TEMPLATE VALUE.. - values packed by perl's pack()
packed() { perl -e 'print pack shift, @ARGV' "$@"; }

# bats test_tags=initramfs
@test "every type is written as packed by perl, in both byte orders" {
    segment 4K
    while read -r template type value; do
        succeeds shmpoke "$id" "$type@8=$value"
        same "nothing printed" "" "$output"
        packed "$template" "$value" >want
        peek "$id" 8 "$(wc -c <want)" | same_bytes want
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
f f32 0.1
S< u16le 258
S> u16be 258
s> i16be -2
L< u32le 16909060
L> u32be 16909060
l> i32be -5
Q< u64le 72623859790382856
Q> u64be 72623859790382856
q> i64be -9223372036854775807
f> f32be 3.5
d< f64le -1e+100
d> f64be -1e+100
END
}

# bats test_tags=initramfs
@test "neighbouring bytes do not change" {
    segment 17
    printf 0123456789abcdefg | poke "$id" 0
    shmpoke "$id" u8@1=65 u16@2=0x4242 u32@4=0x43434343 u64@8=0x4444444444444444
    same "bytes" "0ABBCCCCDDDDDDDDg" "$(peek "$id" 0 17)"
    shmpoke --quiet "$id" u8@16.xor=0x20 u8@0+=1
    same "bytes" "1ABBCCCCDDDDDDDDG" "$(peek "$id" 0 17)"
}

@test "the slack after an odd size never changes" {
    segment 4097
    far_poke "$id" 4097 slack
    shmpoke "$id" u8@-1=1 str@4090:7=abcdefg
    same "slack" slack "$(far_peek "$id" 4097 5)"
}

@test "+= -= .or= .and= .xor= print the result, and wrap around" {
    segment 64
    shmpoke "$id" u8@0=250 i8@1=127 u32@4=0xf0 i64@8=9223372036854775807 u64@16=0 f64@24=0.1 f32be@32=0.1 u16be@36=1
    prints $'4\n-128\n255\n15\n-9223372036854775808\n18446744073709551615\n0.30000000000000004\n0.3\n3\n2' \
        shmpoke "$id" u8@0+=10 i8@1+=1 u32@4.or=0x0f u32@4.and=0x0f i64@8+=1 u64@16-=1 f64@24+=0.2 f32be@32+=0.2 \
        u16be@36+=2 u16be@36.xor=1
    prints $'-1\n127' shmpoke "$id" i8@1.or=0xff i8@1.and=0x7f
    prints "" shmpoke -q "$id" u8@0+=1
    prints 5 shmpeek "$id" u8@0
}

@test "f32 sums round to f32" {
    segment 64
    shmpoke "$id" f32@0=16777216
    prints 16777216 shmpoke "$id" f32@0+=1
    prints 16777218 shmpoke "$id" f32@0+=2
    prints nan shmpoke "$id" f32@0+=nan
}

# bats test_tags=initramfs
@test "assignments are made from left to right" {
    segment 64
    prints $'15\n30' shmpoke "$id" u32@0=5 u32@0+=10 u32@0+=15
}

@test "a COUNT requires a list of this length" {
    segment 64
    succeeds shmpoke "$id" u16be@2:3=1,2,0xffff
    peek "$id" 2 6 | same_bytes <(packed n3 1 2 65535)
    prints "2 4 0" shmpoke "$id" u16be@2:3+=1,2,1
    fails_with 2 "shmpoke: u16@0:3=1,2: 2 values for 3" shmpoke "$id" u16@0:3=1,2
    fails_with 2 "shmpoke: u16@0=1,2: 2 values for 1" shmpoke "$id" u16@0=1,2
    fails_with 2 "shmpoke: u16@0:2=1,: value 2: not a number" shmpoke "$id" u16@0:2=1,
    fails_with 2 "shmpoke: u8@0:64T=1: 1 value for 70368744177664" shmpoke "$id" u8@0:64T=1
}

@test "a str is padded with NULs, and refused if it is too long" {
    segment 16
    printf xxxxxxxxxxxxxxxx | poke "$id" 0
    succeeds shmpoke "$id" str@2:8=a=b,c
    peek "$id" 0 16 | same_bytes <(printf 'xxa=b,c\0\0\0xxxxxx')
    succeeds shmpoke "$id" str@0:4=full
    same "bytes" full "$(peek "$id" 0 4)"
    fails_with 2 "shmpoke: str@0:4=longer: 6 bytes do not fit into a str of 4" shmpoke "$id" str@0:4=longer
    succeeds shmpoke "$id" str@0:4=
    peek "$id" 0 4 | same_bytes <(printf '\0\0\0\0')
    fails_with 2 "shmpoke: str@0:4+=a: a str takes no operator but =" shmpoke "$id" str@0:4+=a
}

@test "the nearest number is stored, as by perl, for any number of digits" {
    segment 64
    long=$(perl -e 'print "0.1", "0" x 700, "1"')
    for text in 0.1 1e23 8.5e22 9007199254740993 9007199254740993.0000000000000000000000000000000001 2.2250738585072011e-308 \
        4.9406564584124654e-324 2.4703282292062327e-324 2.4703282292062328e-324 1e-400 179769313486231580793e288 \
        00000.5 .5 5. 1e5 1E+5 0e999999999999 "$long" 0.000000000000000000000000000000000000001e39; do
        shmpoke "$id" "f64@0=$text"
        perl -e 'print pack "d", $ARGV[0]' "$text" >want
        peek "$id" 0 8 | same_bytes want || { echo "$text"; return 1; }
    done
    # twice rounded, this would be 1
    shmpoke "$id" f32@0=1.00000005960464484
    prints 1.0000001 shmpeek "$id" f32@0
    for text in 1e39 -1e39 3.4028236e38; do
        fails_with 2 "shmpoke: f32@0=$text: too large for f32" shmpoke "$id" "f32@0=$text"
    done
    fails_with 2 "shmpoke: f64@0=1e309: too large for f64" shmpoke "$id" f64@0=1e309
    for text in '' . e5 1e 1e+ 1.2.3 0x10 1f infinity 'nan 1' ' 1'; do
        fails_with 2 "shmpoke: f64@0=$text: not a number" shmpoke "$id" "f64@0=$text"
    done
    for text in inf Inf INF; do shmpoke "$id" "f64@0=-$text"; prints -inf shmpeek "$id" f64@0; done
    for text in nan NaN NAN; do shmpoke "$id" "f64@0=$text"; prints nan shmpeek "$id" f64@0; done
    more=$(perl -e 'print "1" x 801')
    fails_like 2 "shmpoke: f64@0=1*: more than 800 digits" shmpoke "$id" "f64@0=$more"
}

# ---- what is refused changes nothing ----

# refuses STATUS ASSIGNMENT REASON - after a valid assignment, which is not made either
refuses()
{
    fails_with "$1" "shmpoke: $2: $3" shmpoke "$id" u8@0=9 "$2"
    prints 0 shmpeek "$id" u8@0
}

@test "a number out of range is refused before anything is written" {
    segment 64
    refuses 2 u8@1=256 "out of range: u8 is 0 to 255"
    refuses 2 u8@1=-1 "out of range: u8 is 0 to 255"
    refuses 2 i8@1=128 "out of range: i8 is -128 to 127"
    refuses 2 i8@1=-129 "out of range: i8 is -128 to 127"
    refuses 2 u8@1+=256 "out of range: u8 is 0 to 255"
    refuses 2 u16@2=65536 "out of range: u16 is 0 to 65535"
    refuses 2 u32@4=0x100000000 "out of range: u32 is 0 to 4294967295"
    refuses 2 u64@8=18446744073709551616 "out of range: u64 is 0 to 18446744073709551615"
    refuses 2 i64@8=9223372036854775808 "out of range: i64 is -9223372036854775808 to 9223372036854775807"
    refuses 2 i64@8=-9223372036854775809 "out of range: i64 is -9223372036854775808 to 9223372036854775807"
    refuses 2 u8@1.or=256 "out of range: u8 is 0 to 255"
    refuses 2 i8@1.or=256 "out of range: i8 is -128 to 255"
}

@test "an invalid assignment is refused before anything is written" {
    segment 64
    refuses 2 u8@1 "not an assignment: expected FIELD=VALUE"
    fails_with 2 "shmpoke: u8@1: not an assignment: expected FIELD=VALUE" shmpoke "$id" u8@1 = 5
    hints "write it in one word: u8@1=VALUE"
    refuses 2 5 "not an assignment: expected FIELD=VALUE"
    refuses 2 u8@1= "not a number"
    refuses 2 u8@1:3=1,x,3 "value 2: not a number"
    refuses 2 u8@1:2=1,256 "value 2: out of range: u8 is 0 to 255"
    fails_with 2 "shmpoke: f32@8=1,5: 2 values for 1" shmpoke "$id" f32@8=1,5
    hints "write a point before decimals, no comma"
    fails_with 2 "shmpoke: u32@8+=-1: out of range: u32 is 0 to 4294967295" shmpoke "$id" u32@8+=-1
    hints "use -= with 1"
    refuses 2 u8@1=x "not a number"
    refuses 2 u8@1=1.5 "not a number"
    refuses 2 u8@1==1 "write one =; shmwait compares"
    refuses 2 u9@1=1 "no such type of field"
    refuses 2 x=u8@1=1 "an assignment takes no label"
    refuses 2 f64@8.or=1 "bit operators require an integer field"
    for operator in '|' '&' '^' '*' .nor; do
        refuses 2 "u8@1$operator=1" "no such operator"
    done
    fails_with 2 "shmpoke: u8@1.nor=1: no such operator" shmpoke "$id" u8@1.nor=1
    hints "use = += -= .or= .and= or .xor="
    refuses 2 u8@1.5=1 "no such operator"
    refuses 2 u8@1Q=1 "unknown unit 'Q'"
}

@test "a field past the end or unaligned is refused before anything is written" {
    segment 64
    refuses 1 u32@64=1 "4 bytes at offset 64 are past the end of the segment (64 bytes)"
    refuses 1 u8@65=1 "offset 65 is past the end of the segment (64 bytes)"
    refuses 1 u8@60:5=1,2,3,4,5 "5 bytes at offset 60 are past the end of the segment (64 bytes)"
    refuses 1 str@60:5=a "5 bytes at offset 60 are past the end of the segment (64 bytes)"
    refuses 2 u32@2=1 "not aligned: its offset must be a multiple of 4"
    refuses 2 u64@4=1 "not aligned: its offset must be a multiple of 8"
    refuses 1 u32@-6=1 "not aligned: its offset must be a multiple of 4"
}

@test "--tear changes unaligned fields" {
    segment 64
    prints 11 shmpoke --tear "$id" u32be@1=10 u32be@1+=1
    peek "$id" 0 6 | same_bytes <(printf '\0\0\0\0\13\0')
    prints 1.5 shmpoke -T "$id" f64le@3=1.5 f64le@3+=0
    fails_with 2 "shmpoke: --expect and --tear cannot be combined" shmpoke -T -e 0 "$id" u32@4=1
}

@test "a segment without write permission is status 4, and a missing one 3" {
    needs_nobody
    segment --mode 644 4K
    fails_like 4 "shmpoke: $id: *" as_nobody shmpoke "$id" u8@0=1
    fails_with 3 "shmpoke: 999: no such segment" shmpoke 999 u8@0=1
}

@test "lack of memory is an error before anything changes" {
    huge_pages 1
    segment --huge 2M --noreserve 4M
    fails_like 6 "shmpoke: $id: *" shmpoke "$id" u8@0=1 u8@2M=1
    prints 0 shmpeek "$id" u8@0
}

@test "a failed standard output: the assignments made are reported; if it is closed, none is made" {
    segment 64
    fails_with 1 "shmpoke: standard output: no space left on device" full shmpoke "$id" u8@0=1 u8@1+=1
    prints "0 0" shmpeek "$id" u8@0:2
    # a pipe reports an error only on a write
    # shellcheck disable=SC2016 # the inner shell's variables
    sh -c 'trap "" PIPE; { until [ -e left ]; do sleep 0.01; done; shmpoke "$@" 2>err; echo $? >code; } |
        { exec <&-; : >left; }' - "$id" u8@0=1 u8@1+=1
    same "standard error" "shmpoke: standard output: broken pipe
shmpoke: $id: made 2 of 2 assignments" "$(<err)"
    same "status" 1 "$(<code)"
    prints "1 1" shmpeek "$id" u8@0:2
    fails_with 1 "shmpoke: standard output is closed" closed shmpoke "$id" u8@0=9 u8@1+=1
    same "lines" 1 "${#stderr_lines[@]}"
    prints "1 1" shmpeek "$id" u8@0:2
    # without output, no standard output is needed
    succeeds closed shmpoke "$id" u8@0=2
    succeeds closed shmpoke -q "$id" u8@1+=1
    prints "2 2" shmpeek "$id" u8@0:2
}

# ---- --expect ----

@test "--expect assigns only if the field contains the value" {
    segment 64
    succeeds shmpoke --expect 0 "$id" u32@4=7
    same "nothing printed" "" "$output"
    fails_with 7 "shmpoke: u32@4=8: it contains 7, not 0" shmpoke --expect 0 "$id" u32@4=8
    prints 7 shmpeek "$id" u32@4
    succeeds shmpoke -e 7 "$id" u32@4=8
    for type in u8 i16be u16le i64be f32 f64be; do
        succeeds shmpoke -e 0 "$id" "$type@8=5"
        fails_with 7 "shmpoke: $type@8=6: it contains 5, not 0" shmpoke -e 0 "$id" "$type@8=6"
        succeeds shmpoke -e 5 "$id" "$type@8=0"
    done
    shmpoke "$id" i8@1=-1
    succeeds shmpoke -e -1 "$id" i8@1=1
    shmpoke "$id" f64@8=nan
    succeeds shmpoke -e nan "$id" f64@8=0
    # bit for bit
    fails_with 7 "shmpoke: f64@8=1: it contains 0, not -0" shmpoke -e -0 "$id" f64@8=1
}

@test "--expect with --timeout waits for the value, and can be woken" {
    segment 64
    shmpoke "$id" u32@0=1
    start shmpoke --expect 0 --timeout 300s "$id" u32@0=2
    wait_until sleeping "$pid"
    looks_again "$pid"
    shmpoke "$id" u32@0=0
    ends_with 0 "$pid"
    prints 2 shmpeek "$id" u32@0
    fails_with 124 "shmpoke: u32@0=3: timed out: it still contains 2, not 0" shmpoke -e 0 -t 50ms "$id" u32@0=3
    prints 2 shmpeek "$id" u32@0
    # a change without a wake-up is noticed too
    start shmpoke -e 0 -t 300s "$id" u32@0=3
    wait_until sleeping "$pid"
    looks_again "$pid"
    packed L 0 | poke "$id" 0
    ends_with 0 "$pid"
    prints 3 shmpeek "$id" u32@0
}

@test "--expect with --timeout ends with 3 when the segment is removed" {
    segment 64
    start shmpoke -e 1 -t 300s "$id" u32@0=2
    wait_until attached
    ipcrm -m "$id"
    ends_with 3 "$pid"
    same "message" "shmpoke: $id: it was removed" "$(<err)"
}

@test "--expect requires exactly one number, and --timeout requires --expect" {
    for words in "u8@0+=1" "u8@0=1 u8@1=1" "u8@0:2=1,2" "str@0:4=a"; do
        # shellcheck disable=SC2086
        fails_with 2 "shmpoke: --expect requires exactly one FIELD=VALUE, of one number" shmpoke -e 0 0 $words
    done
    fails_with 2 "shmpoke: --expect 300: out of range: u8 is 0 to 255" shmpoke -e 300 0 u8@0=1
    fails_with 2 "shmpoke: --expect '': not a number" shmpoke -e '' 0 u8@0=1
    fails_with 2 "shmpoke: --timeout requires --expect" shmpoke -t 1s 0 u8@0=1
}

# ---- no update is lost ----

# race RUNS TIMES ASSIGNMENT.. -- .. - a process for each list, at a time: RUNS of shmpoke,
# each with its list TIMES times over
race()
{
    local runs=$1 times=$2 list=() pids=() word i
    shift 2
    for word in "$@" --; do
        if [ "$word" != -- ]; then
            list+=("$word")
            continue
        fi
        # shellcheck disable=SC2016 # sh's own variables
        sh -c 'runs=$1 times=$2; shift 2; list=$*; shift $#
            while [ $times -gt 0 ]; do set -- "$@" $list; times=$((times - 1)); done
            while [ $runs -gt 0 ]; do shmpoke -q $id "$@" || exit; runs=$((runs - 1)); done' - \
            "$runs" "$times" "${list[@]}" 3>&- &
        pids+=($!)
        list=()
    done
    for i in "${pids[@]}"; do
        wait "$i"
    done
}

@test "no addition of several processes is lost, for any width and byte order" {
    segment 4K
    export id
    # neighbours in one word, and in one cache line
    read -ra all <<<"u8@0+=1 i8@1+=1 u16@2+=1 u16be@4+=1 u16@6-=1 u32@8+=1 i32be@12+=1 u64@16+=1 u64be@24+=1 f64@32+=1 f32be@40+=1"
    race 25 100 "${all[@]}" -- "${all[@]}" -- "${all[@]}" -- "${all[@]}"
    prints $'16\n16\n10000\n10000\n55536\n10000\n10000\n10000\n10000\n10000\n10000' \
        shmpeek "$id" u8@0 i8@1 u16@2 u16be@4 u16@6 u32@8 i32be@12 u64@16 u64be@24 f64@32 f32be@40
}

@test "no toggled bit of several processes is lost" {
    segment 4K
    export id
    race 25 101 u8@1.xor=1 u64be@8.xor=1 -- u8@1.xor=2 u64be@8.xor=2 -- u8@1.xor=4 u64be@8.xor=4 -- \
        u8@0.or=8 u8@0.and=0xf7 u8@1.xor=8 u64be@8.xor=8
    prints $'0\n15\n0 0\n15' shmpeek "$id" u8@0 u8@1 u8@2:2 u64be@8
}

@test "the counter is consistent with changes of its neighbours by other programs" {
    segment 64
    start perl -e 'my $id = shift; my $n = 0; while (1) { shmwrite $id, chr($n++ & 255), 1, 1 }' "$id"
    for _ in {1..30}; do
        # shellcheck disable=SC2046 # several words
        shmpoke -q "$id" $(for _ in {1..10}; do echo u8@0+=1 u8@2+=1; done)
    done
    prints $'44\n44' shmpeek "$id" u8@0 u8@2
}

@test "a word without a field before = is refused, whatever follows" {
    for word in x=1@5 =@ =1@5 u8=@ u8=5@0.or; do
        fails_with 2 "shmpoke: $word: not a field: expected TYPE@OFFSET[:COUNT]" env -i "${ASAN_OPTIONS:+ASAN_OPTIONS=$ASAN_OPTIONS}" "$SHMBOX_BIN/shmpoke" 1 "$word"
    done
}
