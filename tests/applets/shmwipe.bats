# SPDX-License-Identifier: MIT
# shmwipe(1)
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/paths; paths_setup; }
teardown() { paths_teardown; }

# noisy LENGTH [OPTION].. - a segment full of noise, and the file wanted with the same bytes: $id
noisy()
{
    noise "$1" >wanted
    segment "$@"
    put "$id" wanted
}

# zeroed OFFSET LENGTH - writes zeros to the file wanted
zeroed()
{
    dd if=/dev/zero of=wanted iflag=count_bytes oflag=seek_bytes bs=64K seek="$1" count="$2" conv=notrunc status=none
}

# ---- zeros ----

@test "overwrites the whole segment with zeros, and keeps its size" {
    for size in 1 4095 4097 300001 5242883; do
        for right in "${rights[@]}"; do
            be "$right"
            noisy $size
            succeeds "${as[@]}" shmwipe "$id"
            same "size" $size "$(kernel_says "$id" size)"
            peek "$id" 0 $size | cmp - <(head -c $size /dev/zero)
        done
    done
}

@test "--offset and --length select a range, and the rest stays unchanged" {
    for option in '' --release; do
        for right in "${rights[@]}"; do
            be "$right"
            noisy 5242883
            # shellcheck disable=SC2086 # an option or none
            "${as[@]}" shmwipe $option --offset 4001 --length 1000001 "$id" 2>err
            zeroed 4001 1000001
            holds wanted
            # shellcheck disable=SC2086
            "${as[@]}" shmwipe $option -o -100 -l 90 "$id" 2>err
            zeroed 5242783 90
            holds wanted
            # shellcheck disable=SC2086
            "${as[@]}" shmwipe $option -o 2097152 -l 8192 "$id" 2>err
            zeroed 2097152 8192
            holds wanted
            # shellcheck disable=SC2086
            "${as[@]}" shmwipe $option -o 5000001 "$id" 2>err
            zeroed 5000001 242882
            holds wanted
        done
    done
}

@test "the slack after an odd end is not part of a range that ends before it" {
    noisy 5001
    far_poke "$id" 5001 slack
    succeeds shmwipe --offset 0 --length 5000 "$id"
    succeeds shmwipe --release --offset 0 --length 5000 "$id"
    same "slack" slack "$(far_peek "$id" 5001 5)"
    zeroed 0 5000
    holds wanted
}

@test "--release clears the slack after the end too" {
    segment 5001
    far_poke "$id" 5001 slack
    succeeds shmwipe --release "$id"
    same "slack" "\0\0\0\0\0" "$(far_peek "$id" 5001 5 | sed 's/\x0/\\0/g')"
}

# bats test_tags=initramfs
@test "wipes several segments, by id and by key" {
    noisy 5000
    one=$id
    noise 5000 >wanted
    segment --key 0xb1 5000
    put "$id" wanted
    succeeds shmwipe "id:$one" key:0xb1
    for each in "$one" "$id"; do
        peek "$each" 0 5000 | cmp - <(head -c 5000 /dev/zero)
    done
    ipcrm -m "$id"
}

@test "id 0 is wiped like any other id" {
    # shellcheck disable=SC2016 # perl's variables
    prints 0000 fresh sh -c 'printf abcd | shmcreate -i - >/dev/null && shmwipe 0 &&
        perl -e "shmread(0, \$b, 0, 4) or die; print map ord, split //, \$b"'
}

@test "a length of 0 changes nothing" {
    noisy 5000
    succeeds shmwipe --length 0 "$id"
    holds wanted
    warns_with "shmwipe: $id: 0 bytes" shmwipe --verbose --length 0 "$id"
}

# bats test_tags=initramfs
@test "a segment that is marked for removal is wiped by its id" {
    noisy 5000
    hold "$id"
    ipcrm -m "$id"
    succeeds shmwipe --force "$id"
    peek "$id" 0 5000 | cmp - <(head -c 5000 /dev/zero)
}

# ---- memory ----

@test "holes stay holes, and get no page" {
    together_with /proc/swaps
    swapless
    for right in "${rights[@]}"; do
        be "$right"
        segment --noreserve 16G
        printf here | poke "$id" 1000000000
        succeeds "${as[@]}" shmwipe "$id"
        same "resident" 4096 "$(resident "$id")"
        same "bytes" 0000 "$(peek "$id" 1000000000 4 | perl -ne 'print map ord, split //')"
    done
}

@test "a wipe looks for the holes of a full segment once" {
    needs_cap
    untraced_leaks
    segment 8M
    noise 8388608 | poke "$id" 0
    succeeds strace -f -qq -o trace -e trace=lseek shmwipe "$id"
    [ "$(grep -c -e SEEK_DATA -e SEEK_HOLE trace)" -le 4 ]
    same "other bytes" 0 "$(peek "$id" 0 8388608 | tr -d '\0' | wc -c)"
}

@test "a wipe opens the segment as a file once, for any size" {
    needs_cap
    untraced_leaks
    segment --noreserve 16G
    for option in --offset=0 --release; do
        succeeds strace -f -qq -o trace -e trace=open,openat shmwipe $option "$id"
        # the line of a call may be cut where that of another process comes between
        same "opens" 1 "$(grep '/map_files/' trace | grep -vc '= -1')"
    done
}

@test "without --release the pages stay in memory" {
    for right in "${rights[@]}"; do
        be "$right"
        noisy 5242883
        succeeds "${as[@]}" shmwipe "$id"
        same "resident" 5246976 "$(resident "$id")"
        "${as[@]}" shmwipe --verbose "$id" 2>err
        told "shmwipe: $id: 5242883 bytes"
        took -release
    done
}

@test "--release frees every page, and prints nothing" {
    for right in "${rights[@]}"; do
        be "$right"
        noisy 5242883
        succeeds "${as[@]}" shmwipe --release "$id"
        same "resident" 0 "$(resident "$id")"
        peek "$id" 0 5242883 | cmp - <(head -c 5242883 /dev/zero)
        put "$id" wanted
        "${as[@]}" shmwipe --release --verbose "$id" 2>err
        told "shmwipe: $id: 5242883 bytes"
        took release
    done
}

@test "--release of a range frees its whole pages, and no other" {
    for right in "${rights[@]}"; do
        be "$right"
        noisy 5242880
        succeeds "${as[@]}" shmwipe --release --offset 4001 --length 1000001 "$id"
        same "resident" $((5242880 - 244 * 4096)) "$(resident "$id")" # pages 1 to 244 of 0 to 245
        zeroed 4001 1000001
        holds wanted
    done
}

@test "--release of a locked segment writes zeros, and reports that no page was returned" {
    for right in "${rights[@]}"; do
        be "$right"
        noisy 5242883
        shmset --lock "$id"
        run -0 --separate-stderr "${as[@]}" shmwipe --release "$id"
        same "standard output" "" "$output"
        same "note" "shmwipe: $id: wrote zeros, but returned no page: it is locked
hint: shmset --unlock $id" "$stderr"
        same "resident" 5246976 "$(resident "$id")"
        peek "$id" 0 5242883 | cmp - <(head -c 5242883 /dev/zero)
        shmset --unlock "$id"
    done
}

@test "more than 16 MiB is wiped too, by a child process" {
    for option in '' --release; do
        for right in "${rights[@]}"; do
            be "$right"
            segment 20000001
            head -c 20000001 /dev/zero | tr '\0' x | poke "$id" 0
            # shellcheck disable=SC2086 # an option or none
            succeeds "${as[@]}" shmwipe $option "$id"
            peek "$id" 0 20000001 | cmp - <(head -c 20000001 /dev/zero)
        done
    done
}

# ---- attached segments ----

# bats test_tags=initramfs
@test "an attached segment is refused with status 7, and the process is named" {
    noisy 5000
    hold "$id"
    for option in '' --release; do
        # shellcheck disable=SC2086 # an option or none
        fails_like 7 "shmwipe: $id: still attached*$pid holder*" shmwipe $option "$id"
        hints "shmwipe --force $id"
    done
    holds wanted
}

@test "--force wipes a segment that a process has attached, which sees the zeros" {
    noisy 5000
    # shellcheck disable=SC2016 # perl's variables
    start perl -MIPC::SysV=shmat,memread -e '$| = 1; my $at = shmat($ARGV[0], undef, 0) // die; print "held\n"; my $b;
        do { select undef, undef, undef, 0.01; memread($at, $b, 0, 1) } while ord $b; print "wiped\n"; sleep 3600' "$id"
    wait_until grep -q held out
    succeeds shmwipe --force "$id"
    wait_until grep -q wiped out
    peek "$id" 0 5000 | cmp - <(head -c 5000 /dev/zero)
}

@test "of several segments, the attached one is refused and the others are wiped" {
    noisy 5000
    one=$id
    hold "$one"
    noise 5000 >wanted
    segment 5000
    put "$id" wanted
    fails_like 7 "shmwipe: $one: still attached*" shmwipe "$one" "$id"
    peek "$id" 0 5000 | cmp - <(head -c 5000 /dev/zero)
    peek "$one" 0 5000 | cmp - wanted
}

# ---- what can go wrong ----

@test "a range that extends past the end is an error, and nothing is wiped" {
    noisy 5000
    fails_with 1 "shmwipe: $id: offset 6000 is past the end of the segment (5000 bytes)" shmwipe --offset 6000 "$id"
    fails_with 1 "shmwipe: $id: 10 bytes at offset 4995 are past the end of the segment (5000 bytes)" \
        shmwipe --offset 4995 --length 10 "$id"
    fails_like 1 "shmwipe: $id: *5000 bytes*" shmwipe --offset -5001 "$id"
    fails_like 1 "shmwipe: $id: *" shmwipe --release --offset 4 --length 18446744073709551615 "$id"
    holds wanted
}

@test "a missing segment is status 3" {
    fails_with 3 "shmwipe: 999: no such segment" shmwipe 999
    fails_with 3 "shmwipe: key:0xb2: no segment has this key" shmwipe key:0xb2
}

@test "a segment without write permission is status 4, and stays unchanged" {
    needs_nobody
    noisy 5000 --mode 444
    for option in '' --release --force; do
        # shellcheck disable=SC2086 # an option or none
        fails_with 4 "shmwipe: $id: permission denied: r--r--r-- $(id -un)" as_nobody shmwipe $option "$id"
    done
    holds wanted
}

@test "a segment of another user with write permission can be wiped" {
    needs_nobody
    noisy 5000 --mode 666
    succeeds as_nobody shmwipe --release "$id"
    same "resident" 0 "$(resident "$id")"
    peek "$id" 0 5000 | cmp - <(head -c 5000 /dev/zero)
}

@test "operands are checked before anything is wiped" {
    noisy 5000
    fails_like 2 "shmwipe: bogus: *" shmwipe "$id" bogus
    fails_like 2 "shmwipe: 0x10: key or id? *" shmwipe "$id" 0x10
    fails_like 2 "shmwipe: key:0: *" shmwipe "$id" key:0
    fails_with 2 "shmwipe: SEGMENT is missing" shmwipe
    holds wanted
}

@test "--progress reports the total" {
    noisy 5242880
    run -0 --separate-stderr shmwipe --progress "$id"
    like "sum" "shmwipe: $id: 5@(.0|)M in *s, *[KMGT]/s" "${stderr_lines[-1]}"
}
