# SPDX-License-Identifier: MIT
# shmdump: segments into an archive that tar, cksum(1) and others understand
# runs against: dev release
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    load ../lib/states
    # what earlier tests have left, whose keys are used again
    [ -z "${SHMBOX_PRIVATE_IPC-}" ] || segments | xargs -r -n 1 ipcrm -m
    common_setup
}

teardown() { common_teardown; }

# content ID SIZE - as perl reads it
content()
{
    peek "$1" 0 "$2"
}

# archive_dir - the archive of this test, unpacked by tar into the directory out
unpacked()
{
    mkdir out
    tar --extract --sparse --file archive.tar --directory out
}

# nothing_beside FILE.. - the directory has these and no others
only_files()
{
    same "files" "$(printf '%s\n' "$@" noted before | sort)" "$(find . -maxdepth 1 -type f ! -name '.stderr.*' -printf '%f\n' | sort)"
}

# ---- the archive ----

# members FILE - name and size of each member of an archive, and whether it is whole, as perl reads it
members()
{
    perl -e 'open my $in, "<:raw", shift or die; local $/; my $all = <$in>; my $at = 0;
        while ((my $block = substr $all, $at, 512) ne "\0" x 512) {
            my ($name, $size, $sum, $type, $magic) = unpack "Z100 x24 A12 x12 A8 a1 x100 a5", $block;
            $size = oct $size =~ s/\0//r; $sum = oct $sum =~ s/\0.*//r;
            substr($block, 148, 8) = " " x 8;
            die "no header at $at\n" if $magic ne "ustar" || $sum != unpack "%32C*", $block;
            print "$name $size\n" if $type eq "0";
            $at += 512 + 512 * int(($size + 511) / 512) }
        length $all == $at + 1024 && substr($all, $at) eq "\0" x 1024 or die "no end\n"' "$1"
}

# bats test_tags=initramfs
@test "an archive is made of ustar headers, and ends in two blocks of zeros" {
    segment --key 0x5432 4097
    noise 4097 | poke "$id" 0
    first=$id
    segment 1M
    printf here | poke "$id" 524288
    shmdump "$first" key:0x5432 "$id" >archive.tar
    members archive.tar >got
    like "members" "key-0x00005432 4097
GNUSparseFile.0/id-$id 4608
CKSUM *" "$(<got)"
    shmdump --no-sums --key 0x5432 | cat >piped.tar
    prints "key-0x00005432 4097" members piped.tar
}

@test "an archive has each segment once, and their sums" {
    segment --key 0x5432 4097
    noise 4097 | poke "$id" 0
    first=$id
    segment 1
    shmdump "$first" key:0x5432 "$id" >archive.tar
    same "names" "key-0x00005432"$'\n'"id-$id"$'\n'CKSUM "$(tar -tf archive.tar)"
    tar -xOf archive.tar key-0x00005432 | cmp - <(noise 4097)
}

@test "GNU tar lists and unpacks it without a warning: name, size, mode, owner, time and holes" {
    segment --key 0x5432 --mode 640 --owner 65534:100 1M
    printf here | poke "$id" 524288
    segment --mode 0 5000
    noise 5000 | poke "$id" 0
    small=$id
    succeeds shmdump --all --output archive.tar
    succeeds tar --list --verbose --numeric-owner --full-time --file archive.tar
    like "list" "-rw-r----- 65534/100   1048576 $(date -d "@$(kernel_says "$(id_of $((0x5432)))" ctime)" '+%F %T') key-0x00005432*
---------- 0/0            5000 * id-$small*
-rw-r--r-- 0/0 * CKSUM" "$output"
    mkdir out
    succeeds tar --extract --sparse --file archive.tar --directory out
    content "$small" 5000 | cmp - "out/id-$small"
    content "$(id_of $((0x5432)))" 1048576 | cmp - out/key-0x00005432
    [ "$(stat -c '%a %u %g' out/key-0x00005432)" = "640 65534 100" ]
    [ "$(($(stat -c %b out/key-0x00005432) * 512))" -lt 65536 ]
    # whose holes take no space in the archive
    [ "$(stat -c %s archive.tar)" -lt 32768 ]
}

@test "CKSUM is what cksum(1) prints, holes included" {
    segment 1
    segment 4097
    noise 4097 | poke "$id" 0
    segment $((1 << 20 | 4))
    noise 70000 | poke "$id" 100000
    segment 123457
    succeeds shmdump --all --output archive.tar
    unpacked
    (cd out && cksum id-*) | sort >wanted
    sort out/CKSUM | diff wanted -
}

@test "Python's tarfile lists and unpacks it" {
    command -v python3 >/dev/null || skip "needs python3"
    segment 300000
    noise 5000 | poke "$id" 200000
    shmdump "$id" >archive.tar
    python3 -c 'import tarfile; t = tarfile.open("archive.tar"); print(*((m.name, m.size) for m in t)); t.extractall("out")' >listed
    like "list" "('id-$id', 300000) ('CKSUM', *" "$(<listed)"
    content "$id" 300000 | cmp - "out/id-$id"
}

@test "bsdtar lists and unpacks it" {
    command -v bsdtar >/dev/null || skip "needs bsdtar"
    segment 300000
    noise 5000 | poke "$id" 200000
    shmdump "$id" >archive.tar
    same "names" "id-$id"$'\n'CKSUM "$(bsdtar -tf archive.tar)"
    mkdir out
    succeeds bsdtar -xf archive.tar -C out
    content "$id" 300000 | cmp - "out/id-$id"
}

@test "--no-sums leaves CKSUM out, into a pipe and into a file" {
    segment 3M
    noise 3000000 | poke "$id" 5000
    shmdump --no-sums "$id" >archive.tar
    shmdump --no-sums "$id" | cat >piped.tar
    same "names" "id-$id" "$(tar -tf archive.tar)"
    tar -xOf archive.tar | cmp - <(content "$id" 3145728)
    tar -xOf piped.tar | cmp - <(content "$id" 3145728)
}

@test "a segment of more than 8 GiB with holes is small, and stays so" {
    [ "$SHMBOX_VARIANT" != elsewhere ] || skip "takes a machine of 64 bits"
    segment --noreserve 16G
    far_poke "$id" $((9 << 30)) far
    before=$(kernel_says "$id" rss)
    shmdump "$id" >archive.tar
    same "resident" "$before" "$(kernel_says "$id" rss)"
    [ "$(stat -c %s archive.tar)" -lt 20000 ]
    like "list" "* 17179869184 *" "$(tar -tvf archive.tar)"
    same "sum" "$(tar -xOf archive.tar CKSUM | cut -d ' ' -f 2)" 17179869184
}

# ---- which segments ----

@test "filters choose segments, as in shmls" {
    segment --key 0x51 4K
    segment --owner 65534 8K
    other=$id
    segment 1M
    same "owner" "id-$other"$'\n'CKSUM "$(shmdump --owner 65534 | tar -t)"
    same "key" key-0x00000051$'\n'CKSUM "$(shmdump --key 0x51 | tar -t)"
    same "size" "id-$id"$'\n'CKSUM "$(shmdump --min-size 1M --unattached | tar -t)"
    for filter in "--idle 1h" --removed --orphan; do
        # shellcheck disable=SC2086
        run -3 --separate-stderr shmdump $filter
        like "message of $filter" "*no segment passes the filters" "$stderr"
    done
    same "all" CKSUM "$(shmdump --all --idle 1h | tar -t)"
    hold "$other"
    same "held" "id-$other"$'\n'CKSUM "$(shmdump --held-by "$pid" 2>/dev/null | tar -t)"
}

@test "a marked segment, a locked one, and one of another user with mode 0000 are dumped" {
    segment --lock 5000
    noise 5000 | poke "$id" 0
    locked=$id
    segment --mode 0 --owner 65534 5000
    closed=$id
    segment 5000
    noise 5000 | poke "$id" 0
    hold "$id"
    ipcrm -m "$id"
    shmdump --no-sums "$locked" "$closed" "$id" >archive.tar 2>notes
    like "note" "shmdump: $id: attached 1 time: its content may mix moments (see --freeze)" "$(<notes)"
    tar -xOf archive.tar "id-$locked" | cmp - <(noise 5000)
    tar -xOf archive.tar "id-$id" | cmp - <(noise 5000)
}

@test "--all leaves out what is marked for removal, such as scratch segments, and notes it" {
    segment 4K
    run -0 --separate-stderr shmattach scratch:64K sh -c 'shmdump --all | tar -t; shmdump "$SHM_ID" | tar -t; shmdump --removed | tar -t
        shmdump --all --removed | tar -t; shmdump --held-by $PPID | tar -t; echo "$SHM_ID"'
    scratch=${lines[-1]}
    same "members" "id-$id CKSUM$(printf " id-$scratch CKSUM%.0s" {1..4}) $scratch" "${lines[*]}"
    same "note" "shmdump: skipped 1 segment marked for removal (see --removed)" "${stderr_lines[0]}"
    same "notes" 1 "$(grep -c skipped <<<"$stderr")"
}

@test "without SEGMENT or filter it is a usage error; with --all it takes none" {
    fails_with 2 "shmdump: SEGMENT is missing; --all dumps all segments" shmdump
    fails_with 2 "shmdump: 0: --all takes no SEGMENT" shmdump --all 0
    fails_with 2 "shmdump: --force requires --output" shmdump --all --force
}

@test "an archive never goes to a terminal" {
    command -v script >/dev/null || skip "needs script"
    segment 4K
    script --quiet --return --command "shmdump $id" /dev/null >shown || code=$?
    same "status" 2 "$code"
    like "message" "shmdump: standard output: is a terminal; use --output or a pipe*" "$(<shown)"
}

@test "a segment that does not exist, or may not be read, ends the dump" {
    needs_nobody
    fails_with 3 "shmdump: 2147483646: no such segment" shmdump 2147483646
    segment --mode 600 4K
    run -4 --separate-stderr as_nobody shmdump --all
    like "message" "shmdump: $id: permission denied: *" "${stderr_lines[0]}"
}

# ---- the file ----

# bats test_tags=initramfs
@test "--output makes the file when it is complete, for its owner alone, and harms none that exists" {
    segment 4K
    succeeds shmdump "$id" --output archive.tar
    same "mode" 600 "$(stat -c %a archive.tar)"
    cp archive.tar copy
    fails_with 5 "shmdump: archive.tar: the file exists" shmdump "$id" -o archive.tar
    hints "--force replaces it"
    cmp archive.tar copy
    fails_with 3 "shmdump: 2147483646: no such segment" shmdump 2147483646 -o archive.tar --force
    cmp archive.tar copy
    succeeds shmdump --no-sums "$id" -o archive.tar --force
    run -1 cmp -s archive.tar copy
    fails_with 1 "shmdump: /dev/full: not a regular file" shmdump "$id" -o /dev/full -f
    fails_like 1 "shmdump: none/archive.tar: no such file*" shmdump "$id" -o none/archive.tar
    only_files archive.tar copy
}

@test "a full disk leaves nothing" {
    mkdir disk
    mount -t tmpfs -o size=64K none disk 2>/dev/null || skip "cannot mount a file system here"
    segment 1M
    noise 1048576 | poke "$id" 0
    run -1 --separate-stderr shmdump "$id" --output disk/archive.tar
    left=$(ls disk)
    run -1 --separate-stderr shmdump "$id" --output disk/archive.tar --no-sums
    left+=$(ls disk)
    umount disk
    like "message" "shmdump: disk/archive.tar: no space left on device: * bytes written" "${stderr_lines[0]}"
    same "files" "" "$left"
    fails_like 1 "shmdump: standard output: no space left on device: * bytes written" full shmdump "$id"
}

@test "a signal leaves nothing, and a reader that ends early ends it quietly" {
    command -v strace >/dev/null || skip "needs strace"
    segment --noreserve 64M
    noise 4000000 | poke "$id" 0
    mkdir empty
    for signal in INT TERM HUP; do
        strace -o trace -e trace=fsync -e inject=fsync:signal="$signal" \
            env --default-signal="$signal" shmdump "$id" --output empty/archive.tar || code=$?
        same "status" $((128 + $(kill -l "$signal"))) "$code"
        same "files" "" "$(ls empty)"
    done
    shmdump "$id" | head -c 1000 >begin
    codes=("${PIPESTATUS[@]}")
    same "status" 141 "${codes[0]}"
}

# ---- content of one moment ----

@test "--freeze copies all segments while the holders of all stand still" {
    [ -e /proc/self/ns ] || skip "needs /proc"
    segment 64K
    first=$id
    segment 64K
    # a process that counts in both, the first one before the second
    start perl -MIPC::SysV=shmat,memwrite -e '$| = 1; my ($a, $b) = map { shmat($_, undef, 0) // die } @ARGV;
        for (my $i = 1; ; $i++) { memwrite($a, pack("Q", $i), 0, 8); memwrite($b, pack("Q", $i), 0, 8); print "on\n" if $i == 1 }' "$first" "$id"
    wait_until test -s out
    for ((i = 0; i < 10; i++)); do
        shmdump --freeze "$first" "$id" >archive.tar
        one=$(tar -xOf archive.tar "id-$first" | od -An -tu8 -N8)
        two=$(tar -xOf archive.tar "id-$id" | od -An -tu8 -N8)
        ((one - two == 0 || one - two == 1)) || { echo "$one and $two"; return 1; }
    done
}

@test "--freeze takes copies of much by a child, and --stable and --no-attach work" {
    segment --noreserve 4G
    far_poke "$id" $((3 << 30)) far
    big=$id
    segment 5000
    noise 5000 | poke "$id" 0
    succeeds shmdump --freeze "$big" "$id" -o archive.tar
    tar -xOf archive.tar "id-$id" | cmp - <(noise 5000)
    succeeds shmdump --stable "$id" -o stable.tar
    tar -xOf stable.tar "id-$id" | cmp - <(noise 5000)
    fails_like 7 "shmdump: $id: *" shmdump --no-attach "$id"
    hold "$id"
    warns_with "shmdump: $id: attached 1 time: its content may mix moments (see --freeze)" shmdump --no-attach "$id" -o away.tar
    tar -xOf away.tar "id-$id" | cmp - <(noise 5000)
}

@test "--progress and --verbose tell how far it is and by which ways" {
    segment 1M
    noise 100000 | poke "$id" 0
    run -0 --separate-stderr shmdump --progress "$id" -o archive.tar
    like "progress" "shmdump: archive.tar: 1M in 0s, */s" "$stderr"
    run -0 --separate-stderr shmdump -v "$id" -f -o archive.tar
    like "ways" "shmdump: archive.tar: 1048576 bytes: *skip*" "$stderr"
}

@test "filters that no segment passes write nothing, and keep an existing file" {
    segment 8K
    echo before >kept
    fails_with 3 "shmdump: no segment passes the filters" shmdump --key 0x7fff0001 --output kept --force
    same "the file" before "$(<kept)"
    run -3 --separate-stderr shmdump --min-size 1M "$id"
    same "standard error" "shmdump: $id: left out: it does not pass the filters
shmdump: no segment passes the filters" "$stderr"
    same "standard output" "" "$output"
}

@test "a closed standard output is named, without a number of bytes" {
    segment 8K
    run -1 --separate-stderr bash -c 'shmdump "$1" >&-' - "$id"
    same "standard error" "shmdump: standard output is closed" "$stderr"
}
