# SPDX-License-Identifier: MIT
# shmcat --no-attach: the bytes by way of a process that holds the segment, and no trace
# labels: offline unprivileged

setup_file() { load ../lib/helper; load ../lib/paths; make_layouts; }

setup()
{
    load ../lib/helper
    load ../lib/paths
    paths_setup
    needs_cap
}

teardown() { paths_teardown; }

# traces - what attaching would change
traces()
{
    awk -v id="$id" 'NR > 1 && $2 == id { print "lpid", $6, "nattch", $7, "atime", $12, "dtime", $13, "ctime", $14 }' /proc/sysvipc/shm
}

# held FILE - a segment with these bytes, which a process holds, and not since this second:
# its id in $id
held()
{
    segment_like "$1"
    hold "$id"
    wait_until sh -c '[ "$(awk -v id="$0" "NR > 1 && \$2 == id { print \$12 }" /proc/sysvipc/shm)" -lt "$(date +%s)" ]' "$id"
    before=$(traces)
}

no_trace()
{
    same "traces" "$before" "$(traces)"
}

# ---- the bytes ----

@test "the bytes are right, to pipe, file, socket and append, and there is no trace" {
    for layout in full sparse scattered empty small; do
        held "$layouts/$layout"
        piped "$layouts/$layout" shmcat --no-attach --verbose "$id"
        told "shmcat: $id: $(stat -c %s "$layouts/$layout") bytes"
        took -vmsplice
        filed "$layouts/$layout" shmcat --no-attach "$id"
        piped "$layouts/$layout" to_socket shmcat --no-attach "$id"
        piped "$layouts/$layout" to_unready shmcat --no-attach "$id"
        printf head >output
        shmcat -A "$id" >>output
        { printf head; cat "$layouts/$layout"; } | cmp - output
        shmcat --no-attach "$id" >/dev/null
        no_trace
    done
}

@test "a holder whose file cannot be checked is status 4, and not reported as missing" {
    held "$layouts/full"
    # the first call is for finding holders, the second for choosing one
    untraced_leaks
    fails_with 4 "shmcat: $id: permission denied to inspect a process that has it attached" strace -qq -o trace -e trace=memfd_create \
        -e inject=memfd_create:error=ENOMEM:when=3 shmcat --no-attach "$id"
    no_trace
}

@test "the test of traces notices those of an attach" {
    held "$layouts/small"
    shmcat "$id" >/dev/null
    [ "$before" != "$(traces)" ]
}

@test "ranges, several segments and --hex are right" {
    held "$layouts/sparse"
    tail -c +4002 "$layouts/sparse" | head -c 3000001 >range
    piped range shmcat --no-attach --offset 4001 --length 3000001 "$id"
    filed range shmcat --no-attach --offset 4001 --length 3000001 "$id"
    piped <(cat range range) shmcat --no-attach --offset 4001 --length 3000001 "$id" "$id"
    piped <(tail -c 5 "$layouts/sparse") shmcat --no-attach --offset -5 "$id"
    piped <(hexdump -C "$layouts/sparse" | sed '$d') shmcat --no-attach --hex "$id"
    prints "" shmcat --no-attach --length 0 "$id"
    fails_like 1 "shmcat: $id: *5242883 bytes*" shmcat --no-attach --offset 5242884 "$id"
    no_trace
}

@test "holes stay holes, in the segment and in a file" {
    segment --noreserve 16G
    printf end | shmwrite --offset -3 "$id"
    hold "$id"
    before=$(traces)
    shmcat --no-attach --verbose "$id" >output 2>err
    took skip "holes: map_files"
    same "length" 17179869184 "$(stat -c %s output)"
    [ "$(occupied output)" -lt 100000 ]
    same "end" end "$(tail -c 3 output)"
    same "resident" 4096 "$(resident "$id")"
    no_trace
}

@test "the slack after an odd end is not printed" {
    held "$layouts/small"
    far_poke "$id" 4097 slack
    piped "$layouts/small" shmcat --no-attach "$id"
    filed "$layouts/small" shmcat --no-attach "$id"
}

@test "a holder with a read-only attach suffices" {
    segment_like "$layouts/full"
    # shellcheck disable=SC2016 # perl's variables
    start perl -MIPC::SysV=shmat,SHM_RDONLY -e '$| = 1;
        shmat($ARGV[0], undef, SHM_RDONLY) // die "shmat: $!\n"; print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    before=$(traces)
    piped "$layouts/full" shmcat --no-attach "$id"
    no_trace
}

@test "a holder whose main thread has exited suffices" {
    cp "$SHMBOX_SOURCE/tests/lib/holder.c" .
    "$SHMBOX_BUILD/cc" -std=gnu17 -O1 -w -fno-sanitize=all -pthread -o holder holder.c
    segment 64K
    start ./holder leaderless "$id"
    wait_until grep -q '^State:.Z' "/proc/$pid/status"
    shmcat --freeze --no-attach "$id" >copy
    ./holder judges <copy
    same "bytes" 65536 "$(stat -c %s copy)"
}

@test "a holder with two attaches, or other segments too, suffices" {
    segment_like "$layouts/full"
    one=$id
    segment_like "$layouts/sparse"
    hold "$one" "$id" "$one"
    before=$(traces)
    piped "$layouts/full" shmcat --no-attach "$one"
    piped "$layouts/sparse" shmcat --no-attach "$id"
    no_trace
}

@test "a segment that is marked for removal is read by its id" {
    held "$layouts/full"
    ipcrm -m "$id"
    before=$(traces)
    piped "$layouts/full" shmcat --no-attach "$id"
    no_trace
}

@test "a segment is found by its key" {
    segment --key 0xc1 4
    printf data | poke "$id" 0
    hold "$id"
    before=$(traces)
    prints data shmcat --no-attach key:0xc1
    no_trace
    ipcrm -m "$id"
}

@test "a mode without permission is no obstacle to a user who may inspect the holder" {
    segment --mode 0 4
    hold "$id"
    prints "...." sh -c 'shmcat --no-attach "$0" | tr "\0" .' "$id"
}

@test "huge pages are read through their holder" {
    huge_pages 3
    noise 5000003 >input
    segment --huge 2M 5000003
    put "$id" input
    hold "$id"
    before=$(traces)
    piped input shmcat --no-attach --verbose "$id"
    took -vmsplice -"holes: mincore"
    filed input shmcat --no-attach "$id"
    piped <(tail -c +2097151 input | head -c 100001) shmcat --no-attach --offset 2097150 --length 100001 "$id"
    no_trace
}

@test "bytes written after it has exited reach no late reader" {
    segment_like "$layouts/full"
    hold "$id"
    slowly 65536 "$layouts/full" shmcat --no-attach "$id"
}

@test "a holder that exits meanwhile: all the bytes, or an error" {
    held "$layouts/full"
    mkfifo pipe
    shmcat --no-attach "$id" >pipe 2>err 3>&- &
    reader=$!
    exec 5<pipe
    head -c 1 <&5 >output
    end "$pid"
    cat <&5 >>output
    exec 5<&-
    status=0
    wait "$reader" || status=$?
    if [ "$status" = 0 ]; then
        cmp output "$layouts/full"
    else
        like "message" "shmcat: $id: *" "$(<err)"
    fi
}

# ---- processes that are not holders ----

# forge ID - another user has a file mapped that has the inode, the size and the name of this
# segment, and other bytes: any user may create one, on a separate file system. Its pid in $pid
forge()
{
    mkdir -p there
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" # the way there
    # shellcheck disable=SC2016 # perl's variables
    start setpriv --reuid 65534 --regid 65534 --clear-groups -- unshare --user --map-root-user --mount \
        perl -e 'my ($id, $size, $place) = @ARGV; $| = 1;
            system("mount", "-t", "tmpfs", "forged", $place) == 0 && chdir $place or die;
            for (my $k = 0;; $k++) {
                open my $file, ">", "SYSV00000000" or die;
                my $inode = (stat $file)[1];
                last if $inode == $id;
                $inode < $id && rename "SYSV00000000", "old" or die "inode $inode\n";
            }
            open my $file, ">", "SYSV00000000" or die;
            print $file "forged" x ($size / 6 + 1);
            truncate $file, $size or die;
            close $file or die;
            open $file, "+<", "SYSV00000000" or die;
            # with nothing above it, its name is all of its path
            system("umount", "-l", $place) == 0 or die;
            require "syscall.ph"; # PROT_READ, MAP_SHARED
            syscall(&SYS_mmap, 0, 0 + $size, 1, 1, fileno $file, 0) != -1 or die "mmap: $!\n";
            print "forged\n"; sleep 3600' "$1" "$(kernel_says "$1" size)" "$PWD/there"
    wait_until test -s out
    same "forged" forged "$(<out)"
    grep -q " $1 */SYSV00000000$" "/proc/$pid/maps"
}

@test "a file that another user maps under the name of a segment is not read" {
    setpriv --reuid 65534 --regid 65534 --clear-groups -- unshare --user --map-root-user --mount true ||
        skip "other users may not make user namespaces here"
    segment --id 4323 100003
    noise 100003 >wanted
    put "$id" wanted
    # processes are inspected in turn: one before its holder, and one after
    forge "$id"
    fails_like 7 "shmcat: $id: *" shmcat --no-attach "$id"
    hold "$id"
    holder=$pid
    forge "$id"
    piped wanted shmcat --no-attach "$id"
    filed wanted shmcat --no-attach "$id"
    piped <(hexdump -C wanted | sed '$d') shmcat --no-attach --hex "$id"
    end "$holder"
    fails_like 7 "shmcat: $id: *" shmcat --no-attach "$id"
}

# ---- when it cannot be ----

@test "a segment without holders is refused with status 7, and not attached" {
    segment_like "$layouts/small"
    before=$(traces)
    fails_like 7 "shmcat: $id: *" shmcat --no-attach "$id"
    fails_like 7 "shmcat: $id: *" shmcat --no-attach --hex "$id"
    no_trace
}

@test "a user who may not open map_files gets status 4 and the required capability; nothing is attached" {
    held "$layouts/small"
    be no_cap
    fails_like 4 "shmcat: $id: *" "${as[@]}" shmcat --no-attach "$id"
    like "what is missing" "*CAP_*" "$stderr"
    fails_like 4 "shmcat: $id: *" "${as[@]}" shmcat --no-attach --hex "$id"
    needs_nobody
    fails_like 4 "shmcat: $id: *" as_nobody shmcat --no-attach "$id"
    no_trace
}

@test "CAP_CHECKPOINT_RESTORE suffices to read the segment of a process of the same user" {
    segment_like "$layouts/full"
    hold "$id"
    before=$(traces)
    piped "$layouts/full" setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin -- shmcat --no-attach "$id"
    no_trace
}

@test "a missing segment is status 3" {
    fails_with 3 "shmcat: 999: no such segment" shmcat --no-attach 999
}

@test "a holder of a segment with the same id in another IPC namespace is not used" {
    segment --id 4321 5000
    noise 5000 | poke "$id" 0
    # shellcheck disable=SC2016 # the inner shell's variables
    start unshare --ipc sh -c 'echo 4321 >/proc/sys/kernel/shm_next_id && exec perl -MIPC::SysV=shmat -e "
        \$| = 1; my \$id = shmget(0, 5000, 01600) // die;
        shmwrite(\$id, \"not this\" x 625, 0, 5000); shmat(\$id, undef, 0) // die; print \"\$id\\n\"; sleep 3600"'
    wait_until test -s out
    same "id there" 4321 "$(<out)"
    fails_like 7 "shmcat: 4321: *" shmcat --no-attach 4321
    hold "$id"
    noise 5000 >wanted
    piped wanted shmcat --no-attach 4321
}

@test "nor is such a holder next to ours that exits" {
    segment --id 4322 5000
    fails_like 7 "shmcat: 4322: *" shmcat --no-attach 4322
    hold "$id"
    end "$pid"
    fails_like 7 "shmcat: 4322: *" shmcat --no-attach 4322
}
