# SPDX-License-Identifier: MIT
# pages in swap are data, though mincore(2) calls them absent
# labels: offline unprivileged
#
# Swap is shared by the whole machine: a test that requires no swap waits
# (together_with /proc/swaps) until a test here has removed its own.

setup() { load ../lib/helper; load ../lib/paths; load ../lib/cgroup; paths_setup; }

teardown()
{
    cgroup_teardown
    [ ! -s "$BATS_TEST_TMPDIR/noted" ] || xargs -n 1 ipcrm -m <"$BATS_TEST_TMPDIR/noted"
    [ -z "${swap_file-}" ] || wait_until swapoff "$swap_file"
    paths_teardown
}

# swap_is_on - with a file of our own, until the test ends
swap_is_on()
{
    alone_with /proc/swaps
    swap_file=$PWD/swap
    # much more than we need: others may be swapped out as well
    fallocate --length 1G "$swap_file" 2>/dev/null || head -c 268435456 /dev/zero >"$swap_file"
    chmod 600 "$swap_file"
    mkswap "$swap_file" >mkswap.log 2>&1
    swapon "$swap_file" 2>/dev/null || {
        swap_file=
        skip "may not add swap, or not on this file system"
    }
}

# swapped - a segment of 48 MiB with 32 MiB of data, most of which is in swap, and holes:
# its id in $id, its bytes in the file wanted
swapped()
{
    swap_is_on
    memory_group 134217728
    segment --noreserve 48M
    # shellcheck disable=SC2016 # perl's variables
    in_group perl -e 'my $row = "x" x 4092; open my $file, ">:raw", "wanted" or die;
        for (my $at = 0; $at < 48 << 20; $at += 4096) {
            next if $at >> 20 & 2 && $at >> 22 & 1; # 2 of 8 MiB
            my $page = pack("N", $at + 1) . $row;
            shmwrite($ARGV[0], $page, $at, 4096) or die "shmwrite: $!\n";
            seek $file, $at, 0;
            print $file $page;
        }
        truncate $file, 48 << 20' "$id"
    most_is_in_swap
}

# Presses what the group has into swap; a group that has to fill itself there may be killed.
most_is_in_swap()
{
    wait_until pressed
    echo 134217728 >"$group/memory.limit_in_bytes"
}

pressed()
{
    # refused as long as it cannot be done at once
    echo 16777216 2>/dev/null >"$group/memory.limit_in_bytes" || :
    [ "$(kernel_says "$id" swap)" -gt 8000000 ]
}

@test "a segment in swap is read correctly, to pipe and file, without mincore" {
    swapped
    for right in "${rights[@]}"; do
        be "$right"
        most_is_in_swap
        piped wanted "${as[@]}" shmcat --verbose "$id"
        told "shmcat: $id: 50331648 bytes"
        took -"holes: mincore"
        most_is_in_swap
        filed wanted "${as[@]}" shmcat --verbose "$id"
        told "shmcat: $id: 50331648 bytes"
        took -"holes: mincore"
        [ "$right" = no_cap ] || took "holes: map_files"
    done
}

@test "a range of a segment in swap, and its dump, are right" {
    swapped
    tail -c +100002 wanted | head -c 9000001 >range
    hexdump -C range | perl -pe 's/^([0-9a-f]{8})/sprintf "%08x", 100001 + hex $1/e' | sed '$d' >dump
    for right in "${rights[@]}"; do
        be "$right"
        most_is_in_swap
        piped range "${as[@]}" shmcat --offset 100001 --length 9000001 "$id"
        most_is_in_swap
        piped dump "${as[@]}" shmcat --hex --offset 100001 --length 9000001 "$id"
    done
}

@test "a segment in swap is written and wiped correctly" {
    swapped
    noise 3000001 >input
    dd if=input of=wanted bs=64K oflag=seek_bytes seek=5000001 conv=notrunc status=none
    for right in "${rights[@]}"; do
        be "$right"
        most_is_in_swap
        "${as[@]}" shmwrite --offset 5000001 --input input "$id"
        peek "$id" 0 50331648 | cmp - wanted
    done
    dd if=/dev/zero of=wanted bs=1M oflag=seek_bytes seek=20000000 count=10 conv=notrunc status=none
    shmwipe --offset 20000000 --length 10M "$id"
    peek "$id" 0 50331648 | cmp - wanted
    dd if=/dev/zero of=wanted bs=1M oflag=seek_bytes seek=35000000 count=5 conv=notrunc status=none
    shmwipe --release --offset 35000000 --length 5M "$id"
    peek "$id" 0 50331648 | cmp - wanted
}

@test "a borrowed segment in swap is read correctly" {
    needs_cap
    swapped
    hold "$id"
    piped wanted shmcat --no-attach --verbose "$id"
    took -"holes: mincore"
    most_is_in_swap
}

@test "with swap on and unused, holes may stay unknown, but no byte is lost" {
    swap_is_on
    noise 1000003 >piece
    segment --noreserve 8M
    put "$id" piece
    cp piece wanted
    truncate -s 8M wanted
    for right in "${rights[@]}"; do
        be "$right"
        piped wanted "${as[@]}" shmcat "$id"
        filed wanted "${as[@]}" shmcat "$id"
    done
}
