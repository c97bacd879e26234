# SPDX-License-Identifier: MIT
# kernels that lack what newer ones have: every applet does its work all the same
# labels: offline unprivileged
#
# A new applet is covered by a function does_APPLET here, and the loop fails without one.

setup_file()
{
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" # another user runs it too
    cc -std=c17 -O1 -o "$BATS_FILE_TMPDIR/old-kernel" "$SHMBOX_SOURCE/tests/kernel/old-kernel.c"
}

setup()
{
    load ../lib/helper
    common_setup
    "$BATS_FILE_TMPDIR/old-kernel" stat_any -- true || skip "no system call may be refused here"
    noise 100001 >input
}

teardown() { common_teardown; }

# old CMD.. - on a kernel that lacks what the array lack names
old()
{
    "$BATS_FILE_TMPDIR/old-kernel" "${lack[@]}" -- "$@"
}

# ---- the work of each applet ----

# made [shmcreate's options and operand] - a segment of an old kernel; its id in $id
made()
{
    succeeds old shmcreate "$@"
    id=$output
    echo "$id" >>noted
}

filled()
{
    segment 100001
    poke "$id" 0 <input
}

does_shmcreate()
{
    made --input input
    peek "$id" 0 100001 | same_bytes input
    made --populate --lock --mode 640 64K
    same "resident, mode" "65536 2640" "$(kernel_says "$id" rss) $(kernel_says "$id" perms)"
    fails_like 5 "shmcreate: --id $id: the kernel cannot assign this id*" old shmcreate --id "$id" 4K
    prints "would fit" old shmcreate --dry-run 4K
}

does_shmcat()
{
    filled
    old shmcat "$id" | same_bytes input
    old shmcat "$id" >output
    cmp input output
    segment 4M
    printf here | poke "$id" 2097152
    truncate -s 2M holes
    old shmcat "$id" | cmp - <(cat holes; printf here; head -c 2097148 holes)
    prints here old shmcat --offset 2097152 --length 4 "$id"
}

does_shmdump()
{
    segment --key new 4M
    noise 10000 | poke "$id" 2097152
    old shmdump "$id" >archive.tar
    same "members" "key-$(printf '0x%08x' "$(($(kernel_says "$id" key) & 0xffffffff))")"$'\nCKSUM' "$(tar -tf archive.tar)"
}

does_shmrestore()
{
    segment 4M
    noise 10000 | poke "$id" 2097152
    shmdump "$id" >archive.tar
    old shmrestore archive.tar >ids
    cat ids >>noted
    peek "$(<ids)" 2097152 10000 | cmp - <(noise 10000)
    peek "$(<ids)" 0 10000 | cmp - <(head -c 10000 /dev/zero)
}

does_shmwrite()
{
    segment 100001
    succeeds old shmwrite --input input "$id"
    peek "$id" 0 100001 | same_bytes input
    succeeds old shmwrite --sparse --input /dev/zero --truncate "$id"
    same "resident" 4096 "$(kernel_says "$id" rss)" # the last page is not whole
    old shmwrite "$id" < <(cat input)
    peek "$id" 0 100001 | same_bytes input
}

does_shmwipe()
{
    filled
    succeeds old shmwipe "$id"
    peek "$id" 0 100001 | same_bytes <(head -c 100001 /dev/zero)
    poke "$id" 0 <input
    succeeds old shmwipe --release "$id"
    same "resident" 0 "$(kernel_says "$id" rss)"
}

does_shmrm()
{
    segment 4K
    hold "$id"
    warns_with "shmrm: $id: marked for removal: still attached by $pid holder" old shmrm "$id"
    end "$pid"
    wait_until gone "$id"
    segment 4K
    prints "" old shmrm "$id"
    gone "$id"
    fails_with 3 "shmrm: $id: no such segment" old shmrm "$id"
}

does_shmls()
{
    segment --mode 0 4K
    succeeds old shmls --noheadings --bytes --output id,size,perms "$id"
    read -r -a row <<<"$output"
    same "listed" "$id 4096 ---------" "${row[*]}"
    same "ids" "$(segments | sort)" "$(old shmls --ids | sort)"
    [ "$(segments | wc -l)" -gt 0 ]
}

does_shmstat()
{
    filled
    prints "100001 102400" old shmstat --format '%{size} %{rss}' "$id"
}

does_shmset()
{
    segment 4K
    succeeds old shmset --mode 604 --lock "$id"
    same "mode" 2604 "$(kernel_says "$id" perms)"
}

does_shmlimits()
{
    segment 4K
    succeeds old shmlimits
    like "limits" "*shmmni: $(cat "$proc/sys/kernel/shmmni")"$'\n'"segments: $(segments | wc -l)"$'\n'"*" "$output"
    succeeds old shmlimits --prometheus
    like "metrics" "*"$'\n'"shmbox_segments $(segments | wc -l)"$'\n'"*" "$output"
}

does_shmtop()
{
    segment 4K
    succeeds old shmtop --output id,size
    like "row" "*CHANGE *ID *SIZE*-  * $id  *4K*" "$output"
}

does_shmkey()
{
    prints "$(printf '0x%08x' "$(perl -MIPC::SysV=ftok -e 'print ftok("input") & 0xffffffff')")" old shmkey input
}

does_shmattach()
{
    prints "4096 1" old shmattach scratch:4K sh -c 'echo $SHM_SIZE $(shmls -y -o nattch $SHM_ID)'
    segment 4K
    start sleep 3600
    prints "$id" old shmattach --background --pid "$pid" "$id"
    same "attached" 1 "$(kernel_says "$id" nattch)"
    end "$pid"
    wait_until unattached "$id"
}

does_shmpeek()
{
    segment 4K
    printf '\1\2\3\4' | poke "$id" 8
    prints 67305985 old shmpeek "$id" u32le@8
    prints 0 old shmpeek "$id" u64@1024
}

does_shmpoke()
{
    segment 4K
    succeeds old shmpoke "$id" u32le@8=67305985 u16@100=1
    prints 2 old shmpoke "$id" u16@100+=1
    same "bytes" "01020304" "$(peek "$id" 8 4 | od -An -tx1 | tr -d ' ')"
    run -7 --separate-stderr old shmpoke --expect 1 "$id" u16@100=9
}

does_shmwait()
{
    segment 4K
    start old shmwait --timeout 300s "$id" u32@0 ne 0
    shmpoke "$id" u32@0=7
    ends_with 0 "$pid"
    same "value" 7 "$(<out)"
    start old shmwait --timeout 300s "$id" gone
    ipcrm -m "$id"
    ends_with 0 "$pid"
}

does_shmwho()
{
    segment 4K
    hold "$id"
    prints "$pid" old shmwho --pids "$id"
    succeeds old shmwho "$id"
    same "row" "$pid $(id -un) rw holder" "$(awk 'NR == 2 { print $1, $2, $3, $6 }' <<<"$output")"
}

does_shmreap()
{
    # a key of its own, so that no segment of another test is reaped; an ordinary user changes no owner
    segment --key 0x54321 4K
    exists "$id"
    prints "" old shmreap --remove --key 0x54321 --idle 1h
    ipcrm -m "$id"
    reaped=$(shmcreate --key 0x54322 4K)
    run -0 --separate-stderr old shmreap --remove --keyed --key 0x54322 --idle 0
    like "row" "*$reaped *yes*" "$output"
    gone "$reaped"
}

unattached()
{
    [ "$(kernel_says "$1" nattch)" = 0 ]
}

does_shmbox()
{
    prints "$(shmbox --list)" old shmbox --list
    filled
    old shmbox cat "$id" | same_bytes input
}

# ---- the kernels ----

# every_applet_lacking WORD.. - does its work there
every_applet_lacking()
{
    lack=("$@")
    for applet in shmbox $(shmbox --list); do
        declare -F "does_$applet" >/dev/null || {
            echo "$applet: what must it do on an old kernel? add does_$applet to this file"
            return 1
        }
        # no condition: the first thing wrong in it ends the test
        "does_$applet"
    done
}

@test "the test of missing features notices that they are missing" {
    lack=(stat_any calls advice map_files)
    segment 4K
    run ! --separate-stderr old perl -e 'shmctl($ARGV[0] & 32767, 15, my $ds = "") // die "$!\n"' "$id"
    like "SHM_STAT_ANY" "Invalid argument*" "$stderr"
    run ! --separate-stderr old perl -e 'syscall(434, $$, 0) >= 0 or die "$!\n"'
    like "pidfd_open" "Function not implemented*" "$stderr"
    run -2 --separate-stderr old ls /proc/self/map_files
    like "map_files" "*No such file or directory*" "$stderr"
    run -5 old sh -c 'exit 5'
}

@test "without SHM_STAT_ANY every applet works" {
    every_applet_lacking stat_any
}

@test "without SHM_STAT_ANY the table of /proc describes unreadable segments" {
    needs_nobody
    lack=(stat_any)
    segment --mode 0 4K
    succeeds as_nobody "$BATS_FILE_TMPDIR/old-kernel" stat_any -- shmls --noheadings --output id,perms,owner "$id"
    read -r -a row <<<"$output"
    same "listed" "$id --------- root" "${row[*]}"
    segment --mode 0 --owner 65534 4K
    hold "$id"
    warns_with "shmrm: $id: marked for removal: still attached 1 time" \
        as_nobody "$BATS_FILE_TMPDIR/old-kernel" stat_any -- shmrm "$id"
}

@test "without MADV_POPULATE_*, MADV_COLD and MADV_PAGEOUT every applet works" {
    every_applet_lacking advice
}

@test "without /proc/PID/map_files every applet works" {
    every_applet_lacking map_files
}

@test "without the system calls added after 4.19 every applet works" {
    every_applet_lacking calls
}

@test "without all of these, and PROCMAP_QUERY, every applet works" {
    every_applet_lacking stat_any advice map_files calls procmap
}
