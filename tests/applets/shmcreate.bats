# SPDX-License-Identifier: MIT
# shmcreate(1)
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# bats test_tags=initramfs
@test "prints the id and nothing else" {
    succeeds shmcreate 4K
    id=$output
    echo "$id" >>noted
    [[ $id =~ ^[0-9]+$ ]]
    same "size" 4096 "$(kernel_says "$id" size)"
}

@test "a new segment has no key, belongs to its creator alone and is not attached" {
    segment 4K
    same "key" 0 "$(kernel_says "$id" key)"
    same "mode" 600 "$(kernel_says "$id" perms)"
    same "owner" "$(id -u) $(id -g)" "$(kernel_says "$id" uid) $(kernel_says "$id" gid)"
    same "attached" 0 "$(kernel_says "$id" nattch)"
}

@test "ipcs lists the new segment" {
    segment --key 0x51 --mode 640 5000
    run -0 --separate-stderr ipcs -m -i "$id"
    [[ $output == *"shmid=$id"* ]]
    [[ $output == *"access_perms=0640"* ]]
    [[ $output == *"bytes=5000"* ]]
    ipcrm -M 0x51
}

# bats test_tags=initramfs
@test "the size is exact, to the byte" {
    for size in 1 4095 4096 4097 1048580; do
        segment "$size"
        same "size" "$size" "$(kernel_says "$id" size)"
    done
}

@test "a segment of more than 4 GiB can be created" {
    segment --noreserve 5G
    same "size" 5368709120 "$(kernel_says "$id" size)"
}

@test "--noreserve creates a segment larger than memory and swap" {
    [ "$(cat "$proc/sys/vm/overcommit_memory")" = 0 ] || skip "vm.overcommit_memory is not 0: nothing is reserved"
    fails_like 6 "shmcreate: 64T: *" shmcreate 64T
    segment -R 64T
    same "size" 70368744177664 "$(kernel_says "$id" size)"
}

@test "the first segment of a namespace, id 0, is printed as 0" {
    prints 0 fresh shmcreate 4K
}

# ---- keys ----

# bats test_tags=initramfs
@test "--key sets the key" {
    segment -k 0x51 4K
    same "id" "$id" "$(id_of 81)"
    ipcrm -m "$id"
    segment --key 81 4K
    same "id" "$id" "$(id_of 81)"
    ipcrm -m "$id"
}

@test "keys up to 0xffffffff are valid" {
    segment --key 0xffffffff 4K
    same "id" "$id" "$(id_of 4294967295)"
    ipcrm -m "$id"
}

@test "--key file: uses the ftok(3) key, as perl does" {
    touch here
    key=$(perl -MIPC::SysV=ftok -e 'print ftok("here", 7)')
    segment --key file:here:7 4K
    same "id" "$id" "$(id_of "$key")"
    ipcrm -m "$id"
}

@test "--key new picks an unused key, a different one each time" {
    segment --key new 4K
    first=$(kernel_says "$id" key)
    segment --key new 4K
    second=$(kernel_says "$id" key)
    [ "$first" != 0 ]
    [ "$second" != 0 ]
    [ "$first" != "$second" ]
}

# bats test_tags=initramfs
@test "a used key is status 5 and names the segment" {
    segment -k 0x52 4K
    fails_with 5 "shmcreate: 0x52: a segment with this key exists: id $id" shmcreate -k 0x52 4K
    hints "*--reuse*"
    fails_with 5 "shmcreate: key:0x52: a segment with this key exists: id $id" shmcreate -k key:0x52 64
    ipcrm -m "$id"
}

@test "the key of a segment marked for removal is unused again" {
    segment -k 0x53 4K
    old=$id
    hold "$old"
    ipcrm -m "$old"
    segment -k 0x53 4K
    [ "$id" != "$old" ]
    ipcrm -m "$id"
}

@test "--key 0x00000000 means no key, as listings show it" {
    for key in 0x00000000 key:0x00000000; do
        segment --key $key 4K
        same "key" 0 "$(kernel_says "$id" key)"
        prints 0x00000000 shmstat --format '%{key}' "$id"
        prints '{"version":1,"size":4096,"fits":true}' shmcreate --dry-run --json --key $key 4K
        fails_with 2 "shmcreate: --reuse requires --key KEY, other than new and 0x00000000" shmcreate --reuse --key $key 4K
        fails_with 2 "shmls: --key $key: key 0 is IPC_PRIVATE and names no segment" shmls --key $key
        fails_like 2 "shmrm: --if-key $key: key 0 is IPC_PRIVATE*" shmrm --if-key $key "$id"
    done
    # what could be a mistake is refused
    for key in 0 00 0x0 key:0 -0x00000000 0X00000000; do
        fails_with 2 "shmcreate: --key $key: key 0 is IPC_PRIVATE and names no segment" shmcreate --key $key 4K
        hints "leave out --key for a segment without a key"
    done
    fails_with 2 "shmcreate: --reuse requires --key KEY, other than new and 0x00000000" shmcreate --reuse --key new 4K
}

# ---- --reuse ----

@test "--reuse opens the segment with the key" {
    segment -k 0x54 8K
    prints "$id" shmcreate --reuse -k 0x54 8K
    prints "$id" shmcreate -r -k 0x54 1
    ipcrm -m "$id"
}

@test "--reuse creates the segment if the key is unused" {
    segment -r -k 0x55 4K
    same "id" "$id" "$(id_of 85)"
    ipcrm -m "$id"
}

@test "--reuse does not change an existing segment" {
    segment -k 0x56 -m 640 4K
    printf before | poke "$id" 0
    printf 'after, and longer' >input
    prints "$id" shmcreate -r -k 0x56 -m 666 -i input 4K
    same "mode" 640 "$(kernel_says "$id" perms)"
    same "bytes" before "$(peek "$id" 0 6)"
    ipcrm -m "$id"
}

@test "--reuse refuses a smaller segment, and reports its size" {
    segment -k 0x57 4K
    fails_with 5 "shmcreate: 0x57: the segment with this key is smaller: 4096 bytes" \
        shmcreate -r -k 0x57 4097
    exists "$id"
    ipcrm -m "$id"
}

# ---- mode and owner ----

# bats test_tags=initramfs
@test "--mode accepts octal and symbolic permissions" {
    segment -m 0644 4K
    same "mode" 644 "$(kernel_says "$id" perms)"
    segment --mode 0 4K
    same "mode" 0 "$(kernel_says "$id" perms)"
    segment --mode g+r,o=w 4K
    same "mode" 642 "$(kernel_says "$id" perms)"
}

@test "the umask has no effect" {
    umask 077
    segment --mode 666 4K
    same "mode" 666 "$(kernel_says "$id" perms)"
}

@test "--owner changes the owner, and the creator stays the same" {
    needs_nobody
    segment --owner 65534:65533 -m 640 4K
    same "owner" "65534 65533" "$(kernel_says "$id" uid) $(kernel_says "$id" gid)"
    same "creator" "$(id -u) $(id -g)" "$(kernel_says "$id" cuid) $(kernel_says "$id" cgid)"
    same "mode" 640 "$(kernel_says "$id" perms)"
    segment -u :65533 4K
    same "owner" "$(id -u) 65533" "$(kernel_says "$id" uid) $(kernel_says "$id" gid)"
}

@test "an unknown owner is refused before anything is created" {
    fails_with 2 "shmcreate: -u nosuchuser: not in /etc/passwd" shmcreate -u nosuchuser 4K
}

# ---- --input ----

# bats test_tags=initramfs
@test "--input fills the segment, and determines its size" {
    noise 5001 >input
    segment --input input
    same "size" 5001 "$(kernel_says "$id" size)"
    peek "$id" 0 5001 | same_bytes input
    same "attached" 0 "$(kernel_says "$id" nattch)"
}

@test "--input with a larger SIZE leaves zeros after the input" {
    printf abc >input
    segment -i input 8
    same "size" 8 "$(kernel_says "$id" size)"
    peek "$id" 0 8 | same_bytes <(printf 'abc\0\0\0\0\0')
}

@test "--input accepts a file of /proc, whose length is unknown in advance" {
    segment -i /proc/version
    same "size" "$(wc -c </proc/version)" "$(kernel_says "$id" size)"
    same "bytes" "$(cat /proc/version)" "$(peek "$id" 0 "$(kernel_says "$id" size)")"
}

@test "--input - reads standard input, even a pipe without SIZE" {
    noise 70001 >input
    id=$(cat <input | shmcreate -i -)
    echo "$id" >>noted
    same "size" 70001 "$(kernel_says "$id" size)"
    peek "$id" 0 70001 | same_bytes input
    id=$(cat <input | shmcreate -i - 80000)
    echo "$id" >>noted
    same "size" 80000 "$(kernel_says "$id" size)"
    peek "$id" 0 70001 | same_bytes input
}

@test "an input that does not fit is an error, and no segment remains" {
    noise 5000 >input
    fails_like 1 "shmcreate: *" shmcreate -i input 4999
    run -1 --separate-stderr bash -c 'cat input | shmcreate -i - 4999'
    like "standard error" "shmcreate: *" "$stderr"
    same "standard output" "" "$output"
}

@test "an input that cannot be read is an error, and no segment remains" {
    fails_like 1 "shmcreate: nowhere: *" shmcreate -i nowhere 4K
    mkdir dir
    fails_like 1 "shmcreate: dir: *" shmcreate -i dir 4K
    fails_like 1 "shmcreate: dir: *" shmcreate -i dir
    fails_like 1 "shmcreate: *" mute shmcreate -i - 4K
}

@test "an empty input is an error without SIZE" {
    fails_with 1 "shmcreate: /dev/null: the file is empty; a segment needs at least 1 byte" shmcreate -i /dev/null
    fails_with 1 "shmcreate: standard input is empty; a segment needs at least 1 byte" shmcreate -i - </dev/null
    segment -i /dev/null 4K
    same "size" 4096 "$(kernel_says "$id" size)"
}

@test "SIZE or --input is required" {
    fails_like 2 "shmcreate: *SIZE*" shmcreate
    fails_like 2 "shmcreate: *SIZE*" shmcreate -k 0x58
}

key_taken()
{
    [ -n "$(id_of "$1")" ]
}

@test "no other user can read the segment before it is filled" {
    mkfifo fifo
    start shmcreate -k 0x59 -m 666 -i fifo 4K
    exec 5>fifo
    printf half >&5
    wait_until key_taken 89
    id=$(id_of 89)
    same "mode while it is filled" 600 "$(kernel_says "$id" perms)"
    exec 5>&-
    ends_with 0 "$pid"
    id=$(cat out)
    same "mode" 666 "$(kernel_says "$id" perms)"
    same "bytes" half "$(peek "$id" 0 4)"
    ipcrm -m "$id"
}

# ---- memory ----

# bats test_tags=initramfs
@test "--populate allocates memory for every page at once" {
    segment 64K
    same "resident" 0 "$(kernel_says "$id" rss)"
    segment --populate 64K
    same "resident" 65536 "$(kernel_says "$id" rss)"
    same "attached" 0 "$(kernel_says "$id" nattch)"
}

@test "--lock keeps the pages in memory" {
    segment --lock 4K
    same "mode with the flag SHM_LOCKED" 2600 "$(kernel_says "$id" perms)"
}

# bats test_tags=initramfs
@test "--huge without a free huge page is status 6, and names the pool" {
    pools_rest
    free=$(awk '/^HugePages_Free/ { print $2 }' "$proc/meminfo")
    size=$(awk '/^Hugepagesize/ { print $2 }' "$proc/meminfo")K
    [ -n "$free" ] || skip "a kernel without huge pages"
    [ "$SHMBOX_PRIVATE_IPC" = 1 ] || skip "huge pages are for root, and not the root of a user namespace"
    fails_like 6 "shmcreate: *huge page*" shmcreate --huge "$size" "$(((free + 1) * ${size%K}))K"
    hints "*hugepages*"
}

@test "a hint names the pool of the size of huge pages that was asked for" {
    pools_rest
    [ "$SHMBOX_PRIVATE_IPC" = 1 ] || skip "huge pages are for root, and not the root of a user namespace"
    [ -d /sys/kernel/mm/hugepages ] || skip "a kernel without huge pages"
    for pool in /sys/kernel/mm/hugepages/hugepages-*kB; do
        size=${pool##*-}
        size=${size%kB}
        left=$(($(<"$pool/free_hugepages") - $(<"$pool/resv_hugepages")))
        fails_like 6 "shmcreate: *huge page*" shmcreate --huge "${size}K" "$(((left + 1) * size))K"
        hints "echo $(($(<"$pool/nr_hugepages") + 1)) >$pool/nr_hugepages"
        fails_like 6 "shmcreate: *huge page*" unshare --mount sh -c 'mount -t tmpfs none /sys && exec shmcreate --huge "$@"' - "${size}K" "$(((left + 1) * size))K"
        hints "raise $pool/nr_hugepages"
    done
}

@test "--huge requires a size that huge pages have here" {
    fails_with 1 "shmcreate: --huge 3M: this machine has no huge pages of that size" shmcreate --huge 3M 6M
    hints "*shmlimits*"
}

# ---- --id ----

@test "--id requests an id" {
    [ -w /proc/sys/kernel/shm_next_id ] || skip "kernel.shm_next_id cannot be set here"
    segment --id 12345 4K
    same "id" 12345 "$id"
    ipcrm -m 12345
}

@test "--id with a used id is status 5, and no segment is created" {
    segment 4K
    fails_like 5 "shmcreate: --id $id: *slot is in use" shmcreate -I "$id" 4K
}

@test "--id requires a capability" {
    needs_nobody
    fails_like 4 "shmcreate: *id requires CAP_SYS_ADMIN *" as_nobody shmcreate --id 78 4K
}

# ---- --dry-run and --json ----

@test "--dry-run reports that it would fit, and creates nothing" {
    prints "would fit" shmcreate --dry-run 4K
    prints "would fit" shmcreate -n -k 0x5a 4K
}

@test "--dry-run reports the same errors as a creation" {
    segment -k 0x5b 4K
    fails_with 5 "shmcreate: 0x5b: a segment with this key exists: id $id" shmcreate -n -k 0x5b 4K
    ipcrm -m "$id"
    printf 12345 >input
    fails_like 1 "shmcreate: *" shmcreate -n -i input 4
    limit shmmax 8192
    fails_like 6 "shmcreate: 8193: more than kernel.shmmax allows in one segment (*)" shmcreate -n 8193
    limit shmmni "$(segments | wc -l)"
    fails_like 6 "shmcreate: 4K: all * segments that kernel.shmmni allows exist" shmcreate -n 4K
}

@test "--json prints id, key, size and whether it was created" {
    succeeds shmcreate --json -k 0x5c 5000
    id=$(id_of 92)
    same "JSON" "{\"version\":1,\"id\":$id,\"key\":\"0x0000005c\",\"size\":5000,\"created\":true}" "$output"
    succeeds shmcreate -J -r -k 0x5c 100
    same "created, id and size" "false $id 5000" "$(jq -r '"\(.created) \(.id) \(.size)"' <<<"$output")"
    ipcrm -m "$id"
}

# ---- limits ----

# bats test_tags=initramfs
@test "shmmax: the message has both numbers, the hint raises the limit" {
    limit shmmax $((8 * 1024 * 1024 * 1024))
    fails_with 6 "shmcreate: 900G: more than kernel.shmmax allows in one segment (8G)" shmcreate 900G
    hints "sysctl -w kernel.shmmax=966367641600"
}

# bats test_tags=initramfs
@test "shmmni: the message has the limit, the hint a larger one" {
    segment 4K
    limit shmmni "$(segments | wc -l)"
    many=$(cat "$proc/sys/kernel/shmmni")
    fails_with 6 "shmcreate: 4K: all $many segments that kernel.shmmni allows exist" shmcreate 4K
    hints "*sysctl -w kernel.shmmni=*"
}

@test "shmall: the message names it, the hint raises it" {
    segment 4K
    limit shmall 1
    fails_like 6 "shmcreate: 8K: *kernel.shmall*" shmcreate 8K
    hints "*sysctl -w kernel.shmall=*"
}

@test "following the shmmax hint helps" {
    limit shmmax 4096
    fails_like 6 "shmcreate: 10000: *" shmcreate 10000
    command=${stderr_lines[1]#hint: sysctl -w kernel.shmmax=}
    limit shmmax "$command"
    segment 10000
}

@test "lack of memory is status 6, with a clear message" {
    [ "$(cat "$proc/sys/vm/overcommit_memory")" = 0 ] || skip "vm.overcommit_memory is not 0: nothing is reserved"
    fails_like 6 "shmcreate: 64T: *memory*" shmcreate 64T
    [[ $stderr != *"Cannot allocate memory"* && $stderr != *"Out of memory"* ]]
}

@test "with kernel.shm_rmid_forced=1 it is refused, and shmattach is suggested" {
    # in a namespace of its own: there the kernel would remove the segments of other tests
    fails_with 7 "shmcreate: kernel.shm_rmid_forced is 1: the segment would be removed when this command exits" \
        fresh sh -c 'echo 1 >/proc/sys/kernel/shm_rmid_forced && shmcreate 4K'
    hints "*shmattach*"
}

# ---- output ----

@test "a segment whose id cannot be printed is removed" {
    fails_like 1 "shmcreate: *" full shmcreate 4K
    fails_like 1 "shmcreate: *" closed shmcreate 4K
}

# unheard CMD.. - runs it with a standard output without a reader
unheard()
{
    perl -e 'pipe R, W; close R; open STDOUT, ">&W" or die; $SIG{PIPE} = "DEFAULT"; exec @ARGV' "$@"
}

@test "a segment whose id has no reader is removed" {
    before=$(shmls --ids)
    run -141 --separate-stderr unheard shmcreate 4K
    same "standard error" "" "$stderr"
    same "segments" "$before" "$(shmls --ids)"
}

segments_differ_from()
{
    [ "$1" != "$(shmls --ids)" ]
}

# ending_signals - the numbers of those that end a program that does nothing about them, but
# for SIGKILL, those that the C library keeps for itself, and SIGUSR1, which asks for progress
ending_signals()
{
    local number
    for number in {1..31} {35..64}; do
        case $(kill -l "$number") in
        KILL | STOP | CHLD | CONT | URG | WINCH | TSTP | TTIN | TTOU | USR1) ;;
        SEGV | BUS | FPE) [ "$SHMBOX_VARIANT" = dev ] || echo "$number" ;; # the sanitizer's there
        *) echo "$number" ;;
        esac
    done
}

@test "a signal during the wait for input leaves no segment" {
    mkfifo input
    ulimit -c 0
    for signal in $(ending_signals); do
        before=$(shmls --ids)
        start env --default-signal shmcreate --input input 1M
        exec 8>input
        wait_until segments_differ_from "$before"
        kill -s "$signal" "$pid"
        ends_with $((128 + signal)) "$pid"
        exec 8>&-
        same "segments after signal $signal" "$before" "$(shmls --ids)"
    done
}

id_of_is_known()
{
    [ -n "$(id_of $(($1)))" ]
}

@test "--reuse opens a segment that is still being filled, and a failed fill removes it" {
    mkfifo input
    start env --default-signal shmcreate --key 0x5e1f --input input 1M
    exec 8>input
    wait_until id_of_is_known 0x5e1f
    id=$(id_of $((0x5e1f)))
    prints "$id" shmcreate --key 0x5e1f --reuse 1M
    kill "$pid"
    ends_with 143 "$pid"
    exec 8>&-
    gone "$id"
}

# taken_from_zeros CMD.. - CMD reads what has no end; fails if it reads 20 million bytes of it
taken_from_zeros()
{
    head -c 20000000 /dev/zero | "$@"
    local statuses=("${PIPESTATUS[@]}")
    [ "${statuses[0]}" -eq 141 ] || return 99
    return "${statuses[1]}"
}

@test "without SIZE, the input is read up to kernel.shmmax" {
    limit shmmax 1000000
    fails_with 6 "shmcreate: standard input: more than kernel.shmmax allows in one segment (977K)" \
        taken_from_zeros shmcreate --input -
    like "hint" "*give SIZE*" "${stderr_lines[2]}"
}

@test "without SIZE, the input is read up to kernel.shmall" {
    # shellcheck disable=SC2016 # the inner shell's
    local with_two_pages=(fresh sh -c 'echo 2 >/proc/sys/kernel/shmall && exec "$@"' -)
    fails_like 6 "shmcreate: standard input: *kernel.shmall allows 2 *" \
        taken_from_zeros "${with_two_pages[@]}" shmcreate --input -
    prints 0 "${with_two_pages[@]}" shmcreate --input - < <(head -c 8192 /dev/zero)
}

@test "without SIZE, an endless input does not use up the memory" {
    printf 'MemTotal: 400000 kB\nMemAvailable: 200000 kB\n' >meminfo
    # shellcheck disable=SC2016 # the inner shell's
    run -6 --separate-stderr unshare --mount sh -c 'mount --bind meminfo /proc/meminfo && exec "$@"' - \
        shmcreate --input /dev/zero
    like "message" "shmcreate: /dev/zero: more than half of the available memory (102[0-9]* bytes read)" "${stderr_lines[0]}"
    hints "give SIZE*"
}

@test "without SIZE, ulimit -f limits the input, and is named" {
    local limited=(prlimit --fsize=65536 shmcreate --input -)
    fails_like 6 "shmcreate: standard input: no room for more: *[0-9] bytes read" "${limited[@]}" < <(head -c 131072 /dev/zero)
    hints "raise ulimit -f, *"
    segment 64K # and SIZE needs no gathering
    succeeds prlimit --fsize=65536 shmwrite --input - "$id" < <(head -c 65536 /dev/zero)
}

# musl reserves signal 34, and refuses handlers for it.
@test "a signal that can have no handler waits until the id is printed" {
    mkfifo input
    before=$(shmls --ids)
    start env --default-signal shmcreate --input input 1M
    exec 8>input
    wait_until segments_differ_from "$before"
    kill -s 34 "$pid"
    exec 8>&-
    ends_with $((128 + 34)) "$pid"
    case $SHMBOX_VARIANT in
    release) [ -s out ] ;;
    elsewhere) ;; # with the one libc or the other
    *) same "standard output" "" "$(<out)" ;;
    esac
    [ ! -s out ] || ipcrm -m "$(<out)"
    same "segments" "$before" "$(shmls --ids)"
}

@test "a failed --id does not affect the next segment" {
    [ -w /proc/sys/kernel/shm_next_id ] || skip "an id cannot be chosen here"
    segment --key 0x4e 4K
    fails_like 5 "shmcreate: 0x4e: *" shmcreate --id 888 --key 0x4e 4K
    fails_like 6 "shmcreate: *" shmcreate --id 888 9999999T
    segment 4K
    [ "$id" -ne 888 ]
}

@test "--id in a used slot is status 5, with and without --dry-run" {
    [ -w /proc/sys/kernel/shm_next_id ] || skip "an id cannot be chosen here"
    segment 4K
    other=$(((id & 32767) + 32768 * 5))
    fails_with 5 "shmcreate: --id $other: the kernel cannot assign this id: its slot is in use" shmcreate --dry-run --id "$other" 4K
    fails_with 5 "shmcreate: --id $other: the kernel cannot assign this id: its slot is in use" shmcreate --id "$other" 4K
}

@test "--huge refuses a size that no huge page can have" {
    for size in 1 3 4G 64T; do
        fails_like 1 "shmcreate: --huge $size: this machine has no huge pages of that size" shmcreate --huge "$size" 4K
    done
}

@test "a segment that can never be filled is not created" {
    before=$(shmls --ids)
    fails_like 6 "shmcreate: 9000G: filling it needs more than the memory and swap*" shmcreate --noreserve --populate 9000G
    fails_like 6 "shmcreate: 9000G: filling it needs more than the memory and swap*" shmcreate -n --noreserve --populate 9000G
    truncate -s 9000G sparse
    fails_like 6 "shmcreate: sparse: filling it needs more than the memory and swap*" shmcreate --noreserve --populate --input sparse
    fails_like 6 "shmcreate: sparse: more than the memory and swap*" shmcreate --input sparse
    same "segments" "$before" "$(shmls --ids)"
}

@test "a sparse file may be larger than memory: its holes are skipped" {
    truncate -s 9000G sparse
    printf end >>sparse
    segment --noreserve --input sparse
    same "size" 9663676416003 "$(kernel_says "$id" size)"
    same "resident" 4096 "$(kernel_says "$id" rss)"
    prints end shmcat --offset -3 "$id"
}

@test "--reuse of an unreadable segment is status 4" {
    needs_nobody
    segment --key 0x4f 4K
    fails_like 4 "shmcreate: 0x4f: permission denied: rw------- *" as_nobody shmcreate --reuse --key 0x4f 4K
}

@test "an input that is too long for a new segment is reported as that" {
    printf 12345678901234 >input
    fails_with 1 "shmcreate: 10: the input (14 bytes) does not fit" shmcreate --input input 10
    run -1 --separate-stderr shmcreate --input - 10 < <(printf 12345678901234)
    same "message" "shmcreate: 10: the input has more than 10 bytes" "$stderr"
}

@test "hints suggest only possible values" {
    segment --key 0x60 4K
    run -5 --separate-stderr shmcreate --key 0x60 8K
    [[ $stderr != *--reuse* ]]
}

@test "the shmmni hint works even if more segments exist than are allowed" {
    [ "$SHMBOX_PRIVATE_IPC" = 1 ] || skip "needs a further IPC namespace"
    # shellcheck disable=SC2016 # the inner shell's variables
    run -0 --separate-stderr unshare --ipc bash -c '
        for i in 1 2 3 4 5; do shmcreate 4K; done
        echo 2 >/proc/sys/kernel/shmmni
        more=$(shmcreate 4K 2>&1 | sed -n "s/.*kernel.shmmni=//p")
        echo "$more" >/proc/sys/kernel/shmmni
        shmcreate 4K'
}

@test "--verbose reports how --input and --populate were done" {
    noise 5000 >input
    run -0 --separate-stderr shmcreate --verbose --input input
    echo "$output" >>noted
    like "standard error" "shmcreate: *: 5000 bytes: *" "$stderr"
    run -0 --separate-stderr shmcreate -v --populate 64K
    echo "$output" >>noted
    like "standard error" "shmcreate: *: 65536 bytes*" "$stderr"
    run -0 --separate-stderr shmcreate --verbose --progress 64K
    echo "$output" >>noted
    same "standard error" "" "$stderr"
}

@test "--progress reports the total of --input and of --populate" {
    noise 8192 >input
    run -0 --separate-stderr shmcreate --progress --input input
    echo "$output" >>noted
    like "standard error" "shmcreate: *: 8K in *s, *[KMGT]/s" "$stderr"
    run -0 --separate-stderr shmcreate -p --populate 64K
    echo "$output" >>noted
    like "standard error" "shmcreate: *: 64K in *s, *[KMGT]/s" "$stderr"
}

# ---- calls that fail ----

# told CMD.. - runs it with a file as standard output
told()
{
    "$@" >told
}

@test "an id that is written but lost at close belongs to no segment" {
    printf x >input
    for words in 4K "-i input" "--json 4K"; do
        # shellcheck disable=SC2086
        path=$PWD/told run -1 --separate-stderr told failing close:1 shmcreate $words
        like "standard error" "shmcreate: standard output: *error" "$stderr"
        same "lines" 1 "${#stderr_lines[@]}"
        same_segments
    done
}

@test "if shmctl(2) is refused, a new segment that cannot be removed is named" {
    printf x >input
    # its owner cannot be changed
    for words in "-i input" "--json 4K"; do
        # shellcheck disable=SC2086
        fails_like 4 "shmcreate: ${words##* }: *" failing shmctl shmcreate --owner "$(id -u)" $words
        [[ $stderr =~ "${words##* }: its new segment remains, id "([0-9]+)": operation not permitted"$'\n'"hint: shmrm "([0-9]+) ]]
        same "id in the hint" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
        exists "${BASH_REMATCH[1]}"
        echo "${BASH_REMATCH[1]}" >>noted
    done
}

@test "--id with a used id leaves no unnamed segment if shmctl(2) is refused" {
    [ -w /proc/sys/kernel/shm_next_id ] || skip "an id cannot be chosen here"
    segment 4K
    # the used slot is not noticed, and a segment in another slot cannot be removed
    fails_with 5 "shmcreate: --id $id: the kernel assigned another id" failing shmctl shmcreate --id "$id" 4K
    [[ $stderr =~ "4K: its new segment remains, id "([0-9]+)": operation not permitted"$'\n'"hint: shmrm "([0-9]+) ]]
    same "id in the hint" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    exists "${BASH_REMATCH[1]}"
    echo "${BASH_REMATCH[1]}" >>noted
    # a failure leaves no wish for an id, and takes a segment for that
    untraced_leaks
    fails_with 1 "shmcreate: --id 888: not created, but a segment of 1 byte with this id remains" \
        strace -qq -o trace -e trace=shmctl,shmget -e inject=shmctl:error=EPERM -e inject=shmget:error=ENOSPC:when=1 \
        shmcreate --id 888 4K
    hints "shmrm 888"
    same "size" 1 "$(kernel_says 888 size)"
    echo 888 >>noted
}

@test "a segment that a signal handler cannot remove is named" {
    mkfifo fifo
    untraced_leaks
    start strace -D -qq -o trace -e trace=shmctl -e inject=shmctl:error=EPERM:when=2+ shmcreate -k 0x5a -i fifo 4K
    exec 5>fifo
    printf half >&5
    wait_until key_taken 90
    kill -TERM "$pid"
    exec 5>&-
    ends_with 143 "$pid"
    id=$(id_of 90)
    same "standard error" "shmcreate: its new segment remains, id $id: operation not permitted" "$(head -n 1 err)"
    ipcrm -m "$id"
}
