# SPDX-License-Identifier: MIT
# shmrestore: all segments of an archive, exactly as they were, or none
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

# restored [OPTION..] - restores archive.tar; the ids are in the array ids
restored()
{
    succeeds shmrestore "$@" archive.tar
    mapfile -t ids <<<"$output"
    printf '%s\n' "${ids[@]}" >>"$BATS_TEST_TMPDIR/noted"
}

# facts_of ID - what the kernel says of it, and should again of a copy
facts_of()
{
    local column
    for column in key size perms uid gid rss; do
        printf '%s=%s ' "$column" "$(kernel_says "$1" "$column")"
    done
}

# gone_and_restored - the segment $id is removed, restored, and the same again
gone_and_restored()
{
    local before
    before=$(facts_of "$id")
    shmdump "$id" >archive.tar
    ipcrm -m "$id"
    restored
    same "facts" "$before" "$(facts_of "${ids[0]}")"
    id=${ids[0]}
}

# leaves_nothing STATUS PATTERN CMD.. - it fails so, and there are as many segments as before
leaves_nothing()
{
    local before
    before=$(segments)
    fails_like "$@"
    same "segments" "$before" "$(segments)"
}

# ---- exact ----

# bats test_tags=initramfs
@test "content, key, size, mode, owner and holes are as they were, for odd sizes" {
    for size in 1 4097 $((1 << 20 | 4)) 123457; do
        segment --key 0x$((5000 + size % 1000)) --mode 640 --owner 65534:100 "$size"
        noise $((size < 5000 ? size : 5000)) | poke "$id" $((size < 5000 ? 0 : size - 5000))
        peek "$id" 0 "$size" >wanted
        gone_and_restored
        peek "$id" 0 "$size" | cmp - wanted
    done
}

# bats test_tags=initramfs
@test "a segment of holes alone, one of mode 0000, and a locked one are as they were" {
    segment 1M
    gone_and_restored
    same "resident" 0 "$(kernel_says "$id" rss)"
    segment --mode 0 --owner 65534 5000
    noise 5000 | poke "$id" 0
    gone_and_restored
    peek "$id" 0 5000 | cmp - <(noise 5000)
    segment --lock 5000
    noise 5000 | poke "$id" 0
    gone_and_restored
    same "locked" 2600 "$(kernel_says "$id" perms)"
    peek "$id" 0 5000 | cmp - <(noise 5000)
}

@test "segments of 4 GiB and 4 KiB, and of 16 GiB with 1 MiB, are as they were" {
    [ "$SHMBOX_VARIANT" != elsewhere ] || skip "takes a machine of 64 bits"
    segment --noreserve $(((4 << 30) + 4096))
    far_poke "$id" $((4 << 30)) last
    gone_and_restored
    same "content" last "$(far_peek "$id" $((4 << 30)) 4)"
    segment --noreserve 16G
    noise 1048576 >mega
    shmwrite --offset 9G --input mega "$id"
    gone_and_restored
    far_peek "$id" $((9 << 30)) 1048576 | cmp - mega
}

@test "a marked segment is restored without mark and key, and one with data in every second page as it was" {
    segment --key 0x51 5000
    noise 5000 | poke "$id" 0
    hold "$id"
    ipcrm -m "$id"
    shmdump "$id" >archive.tar 2>notes
    restored
    same "key and mode" "0 600" "$(kernel_says "${ids[0]}" key) $(kernel_says "${ids[0]}" perms)"
    peek "${ids[0]}" 0 5000 | cmp - <(noise 5000)
    segment 1000001
    for ((page = 1; page < 244; page += 2)); do
        noise 100 | poke "$id" $((page * 4096 + page))
    done
    same "resident" 499712 "$(kernel_says "$id" rss)"
    gone_and_restored
    for page in 1 99 243; do
        peek "$id" $((page * 4096 + page)) 100 | cmp - <(noise 100)
    done
}

@test "pages that were written with zeros stay in memory" {
    segment 64K
    head -c 65536 /dev/zero | poke "$id" 0
    same "resident" 65536 "$(kernel_says "$id" rss)"
    gone_and_restored
}

@test "huge pages are huge pages again, or ordinary ones if that is wanted" {
    needs_huge_pages
    huge_pages 2
    segment --huge 2M 2M
    noise 5000 | shmwrite "$id"
    shmdump "$id" >archive.tar
    shmdump --freeze "$id" >frozen.tar
    same "huge" 2097152 "$(shmrestore --list --json frozen.tar | sed 's/.*"hugepage":\([0-9]*\).*/\1/')"
    restored
    same "huge" 2M "$(shmls --noheadings --output hugepage "${ids[0]}" | tr -d ' ')"
    shmcat -l 5000 "${ids[0]}" | cmp - <(noise 5000)
    fails_like 6 "shmrestore: id-$id: *huge page*" shmrestore archive.tar
    like "hints" "*--ordinary-pages restores it without huge pages" "$stderr"
    run -0 --separate-stderr shmrestore --ordinary-pages archive.tar
    echo "$output" >>noted
    like "note" "shmrestore: id-$id: restored without huge pages" "$stderr"
    shmcat -l 5000 "$output" | cmp - <(noise 5000)
}

# ---- options ----

@test "--no-keys, --new-keys, --same-id, --mode, --owner and --no-same-owner change what is made" {
    segment --key 0x5432 --mode 640 --owner 65534 4K
    shmdump "$id" >archive.tar
    leaves_nothing 5 "shmrestore: key-0x00005432: a segment with this key exists: id $id" shmrestore archive.tar
    hints "--new-keys restores it with another key, --no-keys with none"
    leaves_nothing 5 "shmrestore: key-0x00005432: a segment with this key exists: id $id" shmrestore <archive.tar
    restored --no-keys --mode g-r
    same "key and mode" "0 600 65534" "$(kernel_says "${ids[0]}" key) $(kernel_says "${ids[0]}" perms) $(kernel_says "${ids[0]}" uid)"
    restored --new-keys --owner 1:2
    [ "$(kernel_says "${ids[0]}" key)" != 0 ]
    same "owner" "1 2 640" "$(kernel_says "${ids[0]}" uid) $(kernel_says "${ids[0]}" gid) $(kernel_says "${ids[0]}" perms)"
    restored --no-keys --no-same-owner
    same "owner" 0 "$(kernel_says "${ids[0]}" uid)"
    restored --no-keys --same-owner
    same "owner" 65534 "$(kernel_says "${ids[0]}" uid)"
    fails_with 2 "shmrestore: --new-keys and --no-keys cannot be combined" shmrestore --new-keys --no-keys archive.tar
    ipcrm -m "$id"
    restored --same-id
    same "id" "$id" "${ids[0]}"
    leaves_nothing 5 "shmrestore: *" shmrestore --same-id --no-keys archive.tar
}

@test "--only takes the members that are named, and each has to be there" {
    segment --key 0x51 4K
    segment 8K
    shmdump --all >archive.tar
    restored --no-keys --only "id-$id"
    same "how many" 1 "${#ids[@]}"
    same "size" 8192 "$(kernel_says "${ids[0]}" size)"
    restored --no-keys --only "key-0x00000051,id-$id"
    same "how many" 2 "${#ids[@]}"
    leaves_nothing 3 "shmrestore: archive.tar: no member is named id-99" shmrestore --no-keys --only "id-$id,id-99" archive.tar
    hints "use --list to see the names"
    leaves_nothing 3 "shmrestore: standard input: no member is named id-99" shmrestore --no-keys --only "id-$id,id-99" <archive.tar
}

@test "--list, --dry-run, --verbose and --json tell what is in it, what would be, and what was made" {
    segment --key 0x51 --mode 640 4K
    noise 100 | poke "$id" 0
    shmdump "$id" >archive.tar
    succeeds shmrestore --list archive.tar
    same "headings" "NAME ID KEY OWNER PERMS SIZE STORED HOST" "$(tr -s ' ' <<<"${lines[0]}")"
    like "row" "key-0x00000051 $id 0x00000051 root rw-r----- 4K 4K *" "$(tr -s ' ' <<<"${lines[1]}")"
    succeeds shmrestore --list --json archive.tar
    like "object" '{"version":1,"members":\[{"name":"key-0x00000051","id":'"$id"',"key":"0x00000051","size":4096,*' "$output"
    prints "would restore 1 segment, 4K" shmrestore --dry-run --no-keys archive.tar
    prints '{"version":1,"segments":1,"size":4096,"fits":true}' shmrestore -nKJ archive.tar
    leaves_nothing 5 "shmrestore: key-0x00000051: *" shmrestore --dry-run archive.tar
    before=$(segments)
    ipcrm -m "$id"
    succeeds shmrestore --verbose archive.tar
    read -r old new key <<<"$output"
    echo "$new" >>noted
    same "old id and key" "$id 0x00000051" "$old $key"
    succeeds shmrestore --no-keys --json archive.tar
    new=${output#*'"id":'} new=${new%%,*}
    echo "$new" >>noted
    same "object" '{"version":1,"sharedmemory":[{"name":"key-0x00000051","id":'"$new"',"oldid":'"$id"',"key":"0x00000000","size":4096}]}' "$output"
    run -0 --separate-stderr shmrestore --no-keys --progress archive.tar
    echo "$output" >>noted
    like "progress" "shmrestore: archive.tar: 4K in 0s, */s" "$stderr"
}

# ---- archives that others have packed ----

# packed_by CMD.. - it packs the files of the directory out into archive.tar, and all is restored
packed_by()
{
    (cd out && "$@")
    restored --no-keys
    same "how many" 2 "${#ids[@]}"
    for id in "${ids[@]}"; do
        peek "$id" 0 "$(kernel_says "$id" size)" >restored
        cmp restored "out/$([ "$(kernel_says "$id" size)" = 5000 ] && echo "$small" || echo key-0x00000051)"
    done
}

unpack()
{
    segment --key 0x51 --mode 640 1M
    printf here | poke "$id" 524288
    segment --mode 604 5000
    noise 5000 | poke "$id" 0
    small=id-$id
    shmdump --all >archive.tar
    mkdir out
    tar --extract --preserve-permissions --xattrs --sparse --file archive.tar --directory out
}

@test "what GNU tar packs again is restored, with our attributes and without" {
    unpack
    packed_by tar --create --sparse --xattrs --format=posix --file ../archive.tar .
    packed_by tar --create --sparse --format=posix --file ../archive.tar .
    restored # nothing has read these, so their holes are still there
    same "resident" "4096 8192" "$(for id in "${ids[@]}"; do kernel_says "$id" rss; done | sort -n | paste -sd ' ')"
    packed_by tar --create --format=ustar --file ../archive.tar .
    packed_by tar --create --format=gnu --file ../archive.tar .
    same "modes" "604 640" "$(for id in "${ids[@]}"; do kernel_says "$id" perms; done | sort | paste -sd ' ')"
    # CKSUM is read before the member that is refused
    (cd out && tar --create --sparse --format=gnu --file ../archive.tar CKSUM key-0x00000051)
    leaves_nothing 1 "shmrestore: archive.tar: its holes are in GNU tar's own format: *" shmrestore archive.tar
}

@test "what Python's tarfile packs again is restored" {
    command -v python3 >/dev/null || skip "needs python3"
    unpack
    packed_by python3 -c 'import tarfile; t = tarfile.open("../archive.tar", "w"); t.add("."); t.close()'
}

@test "what bsdtar packs again is restored" {
    command -v bsdtar >/dev/null || skip "needs bsdtar"
    unpack
    packed_by bsdtar -cf ../archive.tar .
    packed_by bsdtar --format pax -cf ../archive.tar .
    packed_by bsdtar --format ustar -cf ../archive.tar .
}

# ---- all or nothing ----

@test "an archive that is cut off at any block leaves nothing" {
    segment 8K
    printf here | poke "$id" 4096
    shmdump "$id" >whole.tar
    for ((size = 0; size < $(stat -c %s whole.tar); size += 512)); do
        head -c "$size" whole.tar >archive.tar
        leaves_nothing 1 "shmrestore: archive.tar: *" shmrestore archive.tar
        leaves_nothing 1 "shmrestore: standard input: *" shmrestore < <(cat archive.tar)
    done
}

@test "what is damaged, compressed or not an archive leaves nothing" {
    segment 8K
    printf here | poke "$id" 4096
    shmdump "$id" >whole.tar
    # a byte of the data, which only its sum shows
    at=$(grep -aobF here whole.tar | cut -d : -f 1)
    { head -c "$at" whole.tar; printf H; tail -c +$((at + 2)) whole.tar; } >archive.tar
    leaves_nothing 1 "shmrestore: archive.tar: id-$id: its content does not have the sum in CKSUM (at byte *)" shmrestore archive.tar
    leaves_nothing 1 "shmrestore: standard input: id-$id: its content does not have the sum in CKSUM (at byte *)" shmrestore < <(cat archive.tar)
    leaves_nothing 1 "shmrestore: archive.tar: id-$id: its content does not *" shmrestore --dry-run archive.tar
    gzip <whole.tar >archive.tar
    leaves_nothing 1 "shmrestore: archive.tar: it is compressed: decompress it first (at byte *)" shmrestore archive.tar
    noise 4096 >archive.tar
    leaves_nothing 1 "shmrestore: archive.tar: not a tar archive (at byte 512)" shmrestore archive.tar
    : >archive.tar
    leaves_nothing 1 "shmrestore: archive.tar: it is empty (at byte 0)" shmrestore archive.tar
    leaves_nothing 1 "shmrestore: none: no such file or directory" shmrestore none
    leaves_nothing 1 "shmrestore: .: is a directory" shmrestore .
}

# hostile SIZE DATA [RECORD] - an archive in which a sparse member has what is in the file map as
# its map
hostile()
{
    perl -e 'my ($size, $data, $more) = @ARGV;
        open my $file, "<", "map" or die; my $map = do { local $/; <$file> };
        sub padded { my $text = shift; $text . "\0" x (-length($text) % 512) }
        sub header { my ($name, $type, $length) = @_;
            my $block = pack("a100 a8 a8 a8 a12 a12 A8 a1 a100 a6 a2 x247", $name, "0000600", "0000000", "0000000",
                sprintf("%011o", $length), "00000000000", "", $type, "", "ustar", "00");
            substr($block, 148, 8) = sprintf("%06o\0 ", unpack("%32C*", $block)); $block }
        sub record { my $text = " $_[0]\n"; my $n = length $text; my $all = $n + length($n + length $n); $all . $text }
        my $records = join "", map { record($_) } "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=x",
            "GNU.sparse.realsize=$size", $more ? $more : ();
        my $body = padded($map) . $data;
        print header("x", "x", length $records), padded($records), header("x", "0", length $body), padded($body), "\0" x 1024' -- "$@" >archive.tar
}

@test "an archive that lies about sizes, maps and records leaves nothing, and takes no memory" {
    printf '1\n4096\n4\n' >map
    hostile 8192 data
    restored
    same "resident" 4096 "$(kernel_says "${ids[0]}" rss)"
    same "content" data "$(peek "${ids[0]}" 4096 4)"
    while IFS='|' read -r size map words; do
        printf '%b\n' "$map" >map
        hostile "$size" data
        leaves_nothing 1 "shmrestore: archive.tar: *$words (at byte *)" shmrestore archive.tar
    done <<'END'
9223372036854775808|1\n0\n4|the value of a record is wrong
99999999999999999999999999|1\n0\n4|the value of a record is wrong
-1|1\n0\n4|the value of a record is wrong
0|0|it is empty, and a segment has at least 1 byte
8192|1\n8190\n4|its map of holes is past its size
8192|1\n9000\n4|its map of holes is past its size
8192|2\n4096\n2\n0\n2|its map of holes is not ascending
8192|2\n4096\n4\n4098\n2|its map of holes is not ascending
8192|1\n-4096\n4|a number in its map of holes is wrong
8192|1\n4096\n99999999999999999999|a number in its map of holes is wrong
8192|1\n4096\n9999999999999999999999999999|a number in its map of holes is too long
8192|99999999\n4096\n4|its map of holes is too long
8192|3\n4096\n4|a number in its map of holes is too long
8192|1\n4096\n5|its map of holes has another length than its data
8192|1\n4096\n3|its map of holes has another length than its data
END
    printf '1\n4096\n4\n' >map
    hostile 8192 data path=../../../etc/shadow
    # a sanitizer works neither under strace nor with little memory
    [ "$SHMBOX_VARIANT" = dev ] || {
        succeeds strace -o trace -e trace=open,openat,creat shmrestore --list archive.tar
        run -1 grep shadow trace
    }
    # records that do not end
    { head -c 1536 archive.tar; yes | head -c 10000000; } >endless
    perl -0777 -pi -e 'substr($_, 124, 12) = "77777777777\0"; substr($_, 148, 8) = "        ";
        substr($_, 148, 8) = sprintf("%06o\0 ", unpack("%32C*", substr($_, 0, 512)))' endless
    leaves_nothing 1 "shmrestore: endless: the records of a member are too long (at byte 512)" shmrestore endless
    # a million runs are read in bounded memory
    perl -e 'print "1000000\n"; print 8192 * $_, "\n0\n" for 1 .. 1e6' >map
    hostile $((1 << 34)) ""
    [ "$(stat -c %s archive.tar)" -gt 10000000 ]
    [ "$SHMBOX_VARIANT" = dev ] || ulimit -v 65536
    succeeds shmrestore --dry-run archive.tar
}

@test "a limit on segments or pages is met before the first is made, or by the one that meets it" {
    segment 4K
    segment 8K
    shmdump --all >archive.tar
    count=$(segments | wc -l)
    limit shmmni $((count + 1))
    leaves_nothing 6 "shmrestore: archive.tar: needs 2 segments, but kernel.shmmni allows $((count + 1)) and $count exist" shmrestore archive.tar
    hints "sysctl -w kernel.shmmni=$((count + 2))"
    leaves_nothing 6 "shmrestore: id-$id: all $((count + 1)) segments that kernel.shmmni allows exist" shmrestore < <(cat archive.tar)
    restore_limits
    limit shmall 5
    leaves_nothing 6 "shmrestore: archive.tar: needs 3 pages, but kernel.shmall allows 5 and 3 are taken" shmrestore archive.tar
    hints "sysctl -w kernel.shmall=6"
    restore_limits
    limit shmmax 5000
    leaves_nothing 6 "shmrestore: id-$id: more than kernel.shmmax allows in one segment (4.9K)" shmrestore archive.tar
}

@test "with kernel.shm_rmid_forced segments would die, so none is made" {
    segment 4K
    shmdump "$id" >archive.tar
    limit shm_rmid_forced 1
    leaves_nothing 7 "shmrestore: kernel.shm_rmid_forced is 1: segments would die with this command" shmrestore archive.tar
}

# made_more - there is a segment more than in the file before.now
made_more()
{
    [ "$(segments | wc -l)" -gt "$(wc -l <before.now)" ]
}

# as_before - there are those, and no others
as_before()
{
    segments | cmp -s before.now -
}

# interrupted SIGNAL SIZE - shmrestore has read so many bytes of archive.tar, and waits for more
interrupted()
{
    local writer
    mkfifo pipe
    # a shell starts what is in the background with SIGINT ignored
    start env --default-signal=INT shmrestore pipe
    exec {writer}>pipe
    head -c "$2" archive.tar >&"$writer"
    [ "$2" -le "$first_made" ] || wait_until made_more
    wait_until sleeping_as shmrestore "$pid"
    kill "-$1" "$pid"
    ends_with $((128 + $(kill -l "$1"))) "$pid"
    exec {writer}>&-
    # if a child stores the bytes, it ends a moment later
    wait_until as_before
    rm pipe
}

@test "after a signal at any moment, no segment is left" {
    segment --key 0x51 64K
    noise 60000 | poke "$id" 0
    segment 64K
    noise 60000 | poke "$id" 0
    shmdump --all >archive.tar
    shmrestore --no-keys archive.tar >>noted
    ipcrm -M 0x51
    segments >before.now
    first_made=2048
    whole=$(stat -c %s archive.tar)
    # in records, at the data, in it, between members, in the second, at CKSUM, at the end
    signals=(INT TERM HUP)
    moment=0
    for size in 700 2100 40000 67584 69000 100000 $((whole - 1536)) $((whole - 512)); do
        interrupted "${signals[moment++ % 3]}" "$size"
    done
    # a child stores the bytes
    segment 20M
    noise 20000000 | poke "$id" 0
    shmdump "$id" >archive.tar
    segments >before.now
    for signal in "${signals[@]}"; do
        interrupted "$signal" 10000000
    done
    # the producer is killed, and with it the pipe ends
    mkfifo pipe
    start shmrestore pipe
    restore=$pid
    start sh -c 'exec 3>pipe; head -c 10000000 archive.tar >&3; : >sent; exec sleep 3600'
    wait_until test -e sent
    end "$pid"
    ends_with 1 "$restore"
    segments | diff before.now -
}

@test "after one flipped bit anywhere, no segment is left" {
    segment --key 0x51 8K
    printf here | poke "$id" 4096
    shmdump "$id" >whole.tar
    ipcrm -m "$id"
    whole=$(stat -c %s whole.tar)
    for ((at = 0; at < whole; at += 149)); do
        perl -0777 -pe "substr(\$_, $at, 1) ^= chr(1 << $at % 8)" whole.tar >archive.tar
        if ((at % 2)); then
            leaves_nothing 1 "shmrestore: archive.tar: *" shmrestore archive.tar
        else
            leaves_nothing 1 "shmrestore: standard input: *" shmrestore < <(cat archive.tar)
        fi
    done
}

@test "after a full disk or a closed pipe, no segment is left" {
    segment 64K
    noise 60000 | poke "$id" 0
    shmdump "$id" >archive.tar
    segments >before.now
    leaves_nothing 1 "shmrestore: standard output: no space left on device" full shmrestore archive.tar
    # a pipe that no process reads
    mkfifo nobody
    exec {both}<>nobody
    exec {writer}>nobody
    exec {both}<&-
    shmrestore archive.tar >&"$writer" || code=$?
    exec {writer}>&-
    same "status" 141 "$code"
    segments | diff before.now -
}

@test "a producer that is killed leaves nothing" {
    segment --noreserve 64M
    noise 4000000 | poke "$id" 0
    before=$(segments)
    leaves_nothing 1 "shmrestore: standard input: id-$id: the archive is cut off (at byte *)" shmrestore < <(shmdump "$id" | head -c 1000000)
}

# ---- stories ----

# bats test_tags=initramfs
@test "story: a segment is cloned" {
    segment --key 0x5432 64K
    noise 5000 | poke "$id" 7000
    copy=$(shmdump "$id" | shmrestore --no-keys)
    echo "$copy" >>noted
    peek "$id" 0 65536 | cmp - <(peek "$copy" 0 65536)
}

@test "story: a segment moves to another IPC namespace, and to another machine through zstd" {
    command -v zstd >/dev/null || skip "needs zstd"
    segment --key 0x5432 64K
    noise 5000 | poke "$id" 7000
    apart
    shmdump "$id" | shmrestore --ns "$pid" >moved
    "${apart[@]}" perl -e 'shmread($ARGV[0], $b, 0, 65536) or die "$!\n"; print $b' "$(<moved)" | cmp - <(peek "$id" 0 65536)
    fresh sh -c 'id=$(zstd -qd | shmrestore) && shmcat key:0x5432' < <(shmdump --all | zstd -q) | cmp - <(peek "$id" 0 65536)
}

# rebooted SAVE RESTORE - two segments are there after the commands SAVE, a reboot and RESTORE. A namespace that
# was just made is what a machine that was just started has.
rebooted()
{
    segment --key 0x5432 --mode 640 --owner 65534:100 64K
    noise 5000 | poke "$id" 7000
    wanted=$(facts_of "$id")
    peek "$id" 7000 5000 >wanted
    succeeds sh -c "$1"
    # shellcheck disable=SC2016 # for the other shell
    fresh bash -ec "$(declare -f kernels_table kernel_says facts_of id_of); { $2; } >/dev/null"'
        id=$(id_of $((0x5432))); facts_of "$id" >facts
        perl -e "shmread(\$ARGV[0], \$b, 7000, 5000) or die; print \$b" "$id" >content'
    same "facts" "$wanted" "$(<facts)"
    cmp wanted content
}

# command_of KEYWORD UNIT - a command of a unit, in the directory of this test
command_of()
{
    sed -n "s|^$1=/[a-z/]*/||p" "$SHMBOX_SOURCE/package/$2.service" | sed "s|/var/lib/shmbox/||g"
}

@test "story: systemd saves segments at shutdown, and restores them at the start" {
    rebooted "$(command_of ExecStop shmdump)" "$(command_of ExecStart shmrestore) && $(command_of ExecStartPost shmrestore)"
    same "archives" restored.tar "$(echo *.tar)"
    # the next shutdown saves again; an archive that was not restored is kept
    succeeds sh -c "$(command_of ExecStop shmdump)"
    cp segments.tar kept
    fails_with 5 "shmdump: segments.tar: the file exists" sh -c "$(command_of ExecStop shmdump)"
    cmp kept segments.tar
    for unit in shmdump shmrestore; do
        sed "s|/usr/bin/|$SHMBOX_BIN/|" "$SHMBOX_SOURCE/package/$unit.service" >$unit.service
    done
    ! command -v systemd-analyze >/dev/null || prints "" systemd-analyze verify --man=no ./shmdump.service ./shmrestore.service
}

@test "story: an init script does the same without systemd" {
    cp "$SHMBOX_SOURCE/package/segments.init" .
    rebooted "sh segments.init stop saved.tar" "sh segments.init start saved.tar"
    [ -e saved.tar.restored ] && [ ! -e saved.tar ]
    # there is nothing to restore
    prints "" sh segments.init start saved.tar
    ipcrm -m "$id"
    # a start that fails keeps the archive, and so does the stop after it
    head -c 3000 saved.tar.restored >saved.tar
    leaves_nothing 1 "shmrestore: saved.tar: *: the archive is cut off *" sh segments.init start saved.tar
    fails_with 5 "shmdump: saved.tar: the file exists" sh segments.init stop saved.tar
    same "size" 3000 "$(stat -c %s saved.tar)"
    run -2 --separate-stderr sh segments.init
}
