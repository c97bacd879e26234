# SPDX-License-Identifier: MIT
# shmcat(1)
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# ---- the bytes ----

# bats test_tags=initramfs
@test "bytes written by perl are printed exactly, for any size" {
    for size in 1 4095 4096 4097 1048580; do
        noise "$size" >input
        segment "$size"
        poke "$id" 0 <input
        shmcat "$id" | same_bytes input
    done
}

@test "every value of a byte is printed" {
    perl -e 'print map chr, 0 .. 255' >input
    segment 256
    poke "$id" 0 <input
    shmcat "$id" | same_bytes input
}

# bats test_tags=initramfs
@test "a segment that was never written is zeros" {
    segment 5000
    shmcat "$id" | same_bytes <(head -c 5000 /dev/zero)
}

@test "the slack after an odd size is not printed" {
    segment 4097
    far_poke "$id" 4097 slack
    shmcat "$id" | same_bytes <(head -c 4097 /dev/zero)
}

# bats test_tags=initramfs
@test "files and pipes get the same bytes" {
    noise 300001 >input
    segment -i input
    shmcat "$id" >output
    same_bytes input <output
    shmcat "$id" | cat | same_bytes input
    printf head >output
    shmcat "$id" >>output
    same_bytes <(printf head; cat input) <output
}

@test "bytes beyond 4 GiB are read, and no other pages are touched" {
    segment --noreserve 5G
    far_poke "$id" 5368709112 "far away"
    prints "far away" shmcat -o -8 "$id"
    prints away shmcat -o 5368709116 "$id"
    prints far shmcat --offset 5368709112 --length 3 "$id"
    same "resident" 4096 "$(kernel_says "$id" rss)"
}

@test "several segments are printed one after the other" {
    printf one >input
    segment -i input
    first=$id
    printf two >input
    segment -i input
    prints onetwoone shmcat "$first" "$id" "$first"
}

# bats test_tags=initramfs
@test "a segment is found by key, by the key of a path and by id:" {
    touch here
    segment -k file:here 4
    printf data | poke "$id" 0
    prints data shmcat file:here
    prints data shmcat "key:$(perl -MIPC::SysV=ftok -e 'print ftok("here")')"
    prints data shmcat "id:$id"
    ipcrm -m "$id"
}

@test "id 0 is read like any other id" {
    prints zero fresh sh -c 'printf zero | shmcreate -i - >/dev/null && shmcat 0'
}

@test "a segment marked for removal is read by its id" {
    printf marked >input
    segment -k 0x71 -i input
    hold "$id"
    ipcrm -m "$id"
    prints marked shmcat "$id"
    fails_with 3 "shmcat: key:0x71: no segment has this key" shmcat key:0x71
}

@test "reading leaves neither an attach nor a changed byte" {
    noise 5000 >input
    segment -i input
    shmcat "$id" >/dev/null
    same "attached" 0 "$(kernel_says "$id" nattch)"
    peek "$id" 0 5000 | same_bytes input
}

# ---- --offset and --length ----

# bats test_tags=initramfs
@test "--offset and --length select a range" {
    printf 0123456789 >input
    segment -i input
    prints 3456789 shmcat -o 3 "$id"
    prints 012 shmcat -l 3 "$id"
    prints 345 shmcat --offset 3 --length 3 "$id"
    prints 789 shmcat --offset -3 "$id"
    prints 78 shmcat -o-3 -l2 "$id"
    prints 0123456789 shmcat -o -10 -l 10 "$id"
}

@test "a length of 0 prints no bytes" {
    segment 4K
    prints "" shmcat -l 0 "$id"
}

@test "an offset past the end is an error, with the size in the message" {
    segment 4K
    fails_with 1 "shmcat: $id: offset 5000 is past the end of the segment (4096 bytes)" shmcat -o 5000 "$id"
}

@test "a range that extends past the end is an error, and nothing is printed" {
    segment 4K
    fails_with 1 "shmcat: $id: 10 bytes at offset 4090 are past the end of the segment (4096 bytes)" \
        shmcat -o 4090 -l 10 "$id"
    fails_like 1 "shmcat: $id: *4096 bytes*" shmcat -l 4097 "$id"
    fails_like 1 "shmcat: $id: *" shmcat -l 16777215T -o 4095 "$id"
}

@test "an offset from the end that is before the start is an error" {
    segment 4K
    fails_like 1 "shmcat: $id: *4096 bytes*" shmcat -o -4097 "$id"
}

# ---- --hex ----

@test "--hex prints offset, hex digits and text" {
    printf 'Mon Nov 23 04:40:11 UTC 2026\n\0\377\200' >input
    segment -i input
    prints '00000000  4d 6f 6e 20 4e 6f 76 20  32 33 20 30 34 3a 34 30  |Mon Nov 23 04:40|
00000010  3a 31 31 20 55 54 43 20  32 30 32 36 0a 00 ff 80  |:11 UTC 2026....|' shmcat --hex "$id"
}

@test "--hex prints the rows of hexdump -C" {
    for size in 1 8 15 16 17 1000 70001; do
        noise "$size" >input
        segment -i input
        shmcat -x "$id" | same_bytes <(hexdump -C input | sed '$d') # but for the length
    done
}

@test "--hex prints * for repeated rows, and then their end offset" {
    { head -c 64 /dev/zero; printf 'then this'; } >input
    segment -i input
    prints "$(hexdump -C input | sed '$d')" shmcat -x "$id"
    same "repeated rows" "*" "${lines[1]}"
    head -c 70000 /dev/zero >>input
    truncate -s 70000 input
    segment -i input
    prints "$(hexdump -C input)" shmcat -x "$id"
    same "last line" 00011170 "${lines[-1]}"
}

@test "--hex prints offsets in the segment" {
    printf 0123456789 >input
    segment -i input
    succeeds shmcat -x -o 3 -l 4 "$id"
    like "line" "00000003  33 34 35 36  *|3456|" "${lines[0]}"
}

@test "--hex prints offsets beyond 4 GiB in full" {
    segment --noreserve 5G
    far_poke "$id" 5368709117 far
    succeeds shmcat -x -o -3 "$id"
    like "line" "13ffffffd  66 61 72  *|far|" "${lines[0]}"
}

# ---- what can go wrong ----

@test "a missing segment is status 3" {
    fails_with 3 "shmcat: 999: no such segment" shmcat 999
    fails_with 3 "shmcat: key:0x51: no segment has this key" shmcat key:0x51
}

@test "continues after a failure, and returns its status" {
    printf here >input
    segment -i input
    run -3 --separate-stderr shmcat 999 "$id" 998
    same "standard output" here "$output"
    same "standard error" $'shmcat: 999: no such segment\nshmcat: 998: no such segment' "$stderr"
}

@test "failures of several kinds are status 1" {
    needs_nobody
    segment -m 0 4K
    run -1 --separate-stderr as_nobody shmcat 999 "$id"
    like "standard error" "shmcat: 999: no such segment*shmcat: $id: permission denied*" "$stderr"
}

# bats test_tags=initramfs
@test "a segment without read permission is status 4, with mode and owner" {
    needs_nobody
    segment 4K
    fails_with 4 "shmcat: $id: permission denied: rw------- $(id -un)" as_nobody shmcat "$id"
    segment -m 0 -k 0x72 4K
    fails_with 4 "shmcat: key:0x72: permission denied: --------- $(id -un)" as_nobody shmcat key:0x72
    ipcrm -m "$id"
}

@test "a segment of another user that is read-only can be read" {
    needs_nobody
    printf readable >input
    segment -m 444 -k 0x73 -i input
    prints readable as_nobody shmcat "$id"
    prints readable as_nobody shmcat key:0x73
    ipcrm -m "$id"
}

@test "read permission through the group alone suffices" {
    needs_nobody
    printf group >input
    segment -m 040 -u :65534 -i input
    prints group as_nobody shmcat "$id"
}

@test "a full disk is an error" {
    segment 64K
    fails_like 1 "shmcat: *" full shmcat "$id"
    fails_like 1 "shmcat: *" full shmcat --hex "$id"
}

@test "a closed standard output is an error" {
    segment 64K
    fails_like 1 "shmcat: *" closed shmcat "$id"
    fails_like 1 "shmcat: *" closed shmcat --hex "$id"
}

@test "a reader that exits early ends it silently" {
    noise 3000000 >input
    segment -i input
    for option in '' --hex; do
        run -0 --separate-stderr bash -c 'env --default-signal=PIPE shmcat $2 "$1" | head -c 1 >/dev/null; echo "${PIPESTATUS[0]}"' - "$id" "$option"
        same "status, by SIGPIPE" 141 "$output"
        same "standard error" "" "$stderr"
    done
}

@test "a reader that exits early is an error if SIGPIPE is ignored" {
    segment 4M
    run -0 --separate-stderr bash -c 'env --ignore-signal=PIPE shmcat "$1" | head -c 1 >/dev/null; echo "${PIPESTATUS[0]}"' - "$id"
    same "status" 1 "$output"
    like "standard error" "shmcat: *" "$stderr"
}

@test "a full disk after some bytes is an error, with the number of bytes written" {
    noise 65536 >in
    segment --input in
    # dash's ulimit -f counts blocks of 512 bytes; SIGXFSZ is ignored so that write(2) fails
    run -1 --separate-stderr sh -c 'trap "" XFSZ; ulimit -f 16; exec shmcat "$1" >output' - "$id"
    like "standard error" "shmcat: *" "$stderr"
    same "length of what was written" 8192 "$(stat -c %s output)"
    like "standard error" "*: 8192 bytes written" "$stderr"
    # a hole takes no room, but the file has to be as long
    segment 64K
    rm output
    run -1 --separate-stderr sh -c 'trap "" XFSZ; ulimit -f 16; exec shmcat "$1" >output' - "$id"
    like "standard error" "*: 0 bytes written" "$stderr"
    same "length of what was written" 0 "$(stat -c %s output)"
}

@test "operands are checked before the first byte is printed" {
    printf here >input
    segment -i input
    fails_like 2 "shmcat: bogus: *" shmcat "$id" bogus
    fails_with 2 "shmcat: SEGMENT is missing" shmcat
}

@test "a bare 0x number is neither key nor id: both spellings are shown" {
    fails_with 2 "shmcat: 0x4e545030: key or id? write key:0x4e545030 or id:1314148400" shmcat 0x4e545030
}

@test "key 0 names no segment" {
    fails_with 2 "shmcat: key:0: key 0 is IPC_PRIVATE and names no segment" shmcat key:0
    hints "*id*"
}

@test "an output that fails ends it, and is reported once" {
    segment 64K
    noise 65536 | shmwrite "$id"
    for words in shmcat "shmcat --hex"; do
        # shellcheck disable=SC2086 # several words
        run -1 --separate-stderr full $words "$id" "$id"
        same "lines" 1 "${#stderr_lines[@]}"
    done
}

@test "the largest possible length does not mean the whole segment" {
    segment 5
    fails_like 1 "shmcat: $id: 18446744073709551615 bytes at offset 4 are past the end of the segment *" \
        shmcat --offset 4 --length 18446744073709551615 "$id"
}

# ---- ways, progress, holders: see paths-read, progress and no-attach for the rest ----

@test "--verbose reports the number of bytes and how they were transferred" {
    printf data >input
    segment -i input
    run -0 --separate-stderr shmcat --verbose "$id"
    same "standard output" data "$output"
    same "standard error" "shmcat: $id: 4 bytes: copy" "$stderr"
    run -3 --separate-stderr shmcat -v "$id" 999
    same "standard error" "shmcat: $id: 4 bytes: copy"$'\n'"shmcat: 999: no such segment" "$stderr"
}

@test "--verbose names the segment as it was typed" {
    segment --key 0x74 4
    printf data | poke "$id" 0
    run -0 --separate-stderr shmcat --verbose key:0x74
    same "standard error" "shmcat: key:0x74: 4 bytes: copy" "$stderr"
    ipcrm -m "$id"
}

@test "--progress reports the total at the end" {
    segment 1M
    run -0 --separate-stderr shmcat --progress --length 512K "$id"
    like "last line" "shmcat: $id: 512K in *s, *[KMGT]/s" "${stderr_lines[-1]}"
    run -0 --separate-stderr shmcat -p "$id"
    like "last line" "shmcat: $id: 1@(.0|)M in *s, *[KMGT]/s" "${stderr_lines[-1]}"
}

@test "--no-attach of a segment without holders is status 7" {
    segment 4K
    fails_like 7 "shmcat: $id: *" shmcat --no-attach "$id"
    fails_like 7 "shmcat: $id: *" shmcat -A -x "$id"
    same "last process" 0 "$(kernel_says "$id" lpid)"
}

# ---- --follow ----

@test "--follow prints the range again after each change, and ends with 124 without a change" {
    segment 4K
    printf 'abcd' | poke "$id" 0
    start shmcat --follow --timeout 300s --length 4 "$id"
    wait_until grep -q abcd out
    printf X | poke "$id" 8 # outside
    printf E | poke "$id" 1
    wait_until grep -q aEcd out
    shmpoke "$id" u8@0=70
    wait_until grep -q FEcd out
    end "$pid"
    same "output" abcdaEcdFEcd "$(<out)"
    run -124 --separate-stderr shmcat --follow --timeout 100ms --length 4 "$id"
    same "output" FEcd "$output"
    same "message" "shmcat: $id: timed out" "$stderr"
    # so it does after a change, if that comes before the time has run out
    start shmcat --follow --timeout 1s --length 4 "$id"
    wait_until grep -q FEcd out
    shmpoke "$id" u8@0=71
    ends_with 124 "$pid"
    like "output" "FEcd?(GEcd)" "$(<out)"
}

@test "--follow with --hex prints the dump again" {
    segment 64
    start shmcat -xF -t 300s -l 16 "$id"
    wait_until grep -q '^00000000' out
    printf hello | poke "$id" 0
    wait_until grep -q hello out
    end "$pid"
    same "dumps" "2 1" "$(grep -c '^00000000' out) $(grep -c '|hello...........|' out)"
}

@test "--follow notices a change anywhere in a large sparse segment, and allocates no memory" {
    segment --noreserve 1G
    printf x | poke "$id" 5000
    start bash -c 'shmcat -xF -t 300s "$1" | grep --line-buffered "|"' - "$id"
    wait_until grep -q 'x' out
    printf farther | poke "$id" 900000000
    wait_until grep -q farther out
    end "$pid"
    same "resident" 8192 "$(kernel_says "$id" rss)"
}

@test "--follow ends with 3 when the segment is removed, and with 1 when standard output is full" {
    segment 4K
    start shmcat -F -l 1 "$id"
    wait_until test -s out
    ipcrm -m "$id"
    ends_with 3 "$pid"
    same "message" "shmcat: $id: it was removed" "$(<err)"
    segment 4K
    fails_like 1 "shmcat: $id: standard output: *" full shmcat -F "$id"
}

@test "--follow ends when no process reads the pipe or socket, without a change" {
    segment 4K
    for option in --length=4 --hex; do
        run -0 --separate-stderr bash -c 'timeout 300 env --default-signal=PIPE shmcat --follow $2 "$1" | head -c 1 >/dev/null; echo "${PIPESTATUS[0]}"' - "$id" $option
        same "status, by SIGPIPE" 141 "$output"
        same "standard error" "" "$stderr"
    done
    run -0 --separate-stderr bash -c 'timeout 300 env --ignore-signal=PIPE shmcat --follow "$1" | head -c 1 >/dev/null; echo "${PIPESTATUS[0]}"' - "$id"
    same "status, if SIGPIPE is ignored" 1 "$output"
    same "standard error" "shmcat: $id: standard output: broken pipe" "$stderr"
    same "status, of a socket" 13 "$(perl -MSocket -e 'socketpair(my $ours, my $its, AF_UNIX, SOCK_STREAM, 0) or die;
        $SIG{PIPE} = "DEFAULT"; alarm 300;
        my $child = fork // die;
        if (!$child) { close $ours; open STDOUT, ">&", $its or die; exec @ARGV or die }
        close $its;
        sysread $ours, my $byte, 1;
        close $ours;
        waitpid $child, 0; print $? & 127' shmcat --follow "$id")"
}

@test "--follow with --no-attach leaves no trace, and ends with its holder" {
    perl -e 'my ($name) = glob "/proc/self/map_files/*-*"; open my $file, "<", $name or exit 1' || skip "may not open map_files"
    segment 4K
    hold "$id"
    holder=$pid
    before=$(ipcs -m -i "$id")
    start shmcat -AF -l 4 "$id"
    wait_until test -s out
    same "segment" "$before" "$(ipcs -m -i "$id")"
    end "$holder"
    ends_with 7 "$pid"
}

@test "--stamp puts the time on a line before each round, and a newline after its bytes" {
    stamp='20[0-9-]+T[0-9:]+\.[0-9]{3}Z'
    segment 4K
    printf abcd | poke "$id" 0
    start shmcat --follow --stamp -t 300s -l 4 "$id"
    wait_until grep -q abcd out
    shmpoke "$id" u8@0=69
    wait_until grep -q Ebcd out
    end "$pid"
    same "rounds" $'STAMP\nabcd\nSTAMP\nEbcd' "$(sed -E "s/^$stamp\$/STAMP/" out)"
    run -124 --separate-stderr shmcat -FDx -t 0 -l 4 "$id"
    same "dump" $'STAMP\n00000000  45 62 63 64                                       |Ebcd|' "$(sed -E "s/^$stamp\$/STAMP/" <<<"$output")"
    fails_like 1 "shmcat: $id: standard output: *" full shmcat -FD "$id"
    fails_with 2 "shmcat: --stamp requires --follow" shmcat --stamp "$id"
}

@test "--follow accepts one segment, and --timeout requires --follow" {
    fails_with 2 "shmcat: 1: --follow takes one SEGMENT" shmcat --follow 0 1
    fails_with 2 "shmcat: --timeout requires --follow" shmcat --timeout 1s 0
}

@test "--freeze and --stable: a failed copy is status 1, and not a refusal" {
    untraced_leaks
    segment 20000
    for option in --freeze --stable; do
        # each libc has words of its own for it
        fails_like 1 "shmcat: $id: [Ii]*[Oo]* error" strace -qq -o trace -e trace=ftruncate \
            -e inject=ftruncate:error=EIO shmcat "$option" "$id"
    done
}

@test "--freeze and --stable print the content of the segment" { # freeze.bats has what is hard about them
    segment 70001
    noise 70001 >input
    poke "$id" 0 <input
    shmcat --freeze "$id" | same_bytes input
    shmcat --stable "$id" | same_bytes input
    fails_with 2 "shmcat: --follow cannot be combined with --freeze or --stable" shmcat --follow --freeze "$id"
}
