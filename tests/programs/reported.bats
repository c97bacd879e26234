# SPDX-License-Identifier: MIT
# what users of other programs reported in public: shmbox has to explain it, and help
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# LinuxCNC: after an update its motion segment is larger, and shmget(2) fails with EINVAL
@test "an older and smaller segment with a key is named with its size, and a hint how to remove it" {
    segment --key 0x64 4000
    [ "$(perl -e 'print shmget(0x64, 8000, 01600) ? 0 : $!{EINVAL} ? "EINVAL" : $!')" = EINVAL ]
    fails_with 5 "shmcreate: 0x64: the segment with this key is smaller: 4000 bytes" shmcreate --key 0x64 --reuse 8000
    hints "have its owner ($(id -un)) remove id $id first: its size cannot change"
    fails_with 5 "shmcreate: 0x64: a segment with this key exists: id $id" shmcreate --key 0x64 8000
    hints "use another key: it has 4000 bytes, and its size cannot change"
    same "size" 4000 "$(kernel_says "$id" size)"
}

# ntpd_driver: the mode was written as 666, not 0666
@test "a mode that was meant to be octal is reported as that, with the command that corrects it" {
    needs_nobody
    # its creator has only the write bit
    id=$(as_nobody perl -e 'print 0 + (shmget(0x4e545032, 96, 01000 | 666) // die)')
    echo "$id" >>noted
    same "mode" 232 "$(kernel_says "$id" perms)"
    fails_with 4 "shmcat: $id: permission denied: -w--wx-w- nobody (666 in decimal, not octal)" as_nobody shmcat "$id"
    hints "shmset --mode 666 $id"
    # shellcheck disable=SC2086 # the hint is a command
    succeeds as_nobody ${stderr_lines[1]#hint: }
    same "mode" 666 "$(kernel_says "$id" perms)"
    succeeds as_nobody shmcat --length 1 "$id"
    # a mode that is no such number is reported unchanged
    shmset --mode 200 "$id"
    fails_with 4 "shmcat: $id: permission denied: -w------- nobody" as_nobody shmcat "$id"
    hints "shmset --mode u+rw $id"
}

# ltp: a killed test left a segment with mode 0, and every later one got EEXIST
@test "a segment with mode 0 that has the key is named, with the command that removes it" {
    needs_nobody
    id=$(as_nobody perl -e 'print 0 + (shmget(0x7b, 2048, 01000) // die)')
    echo "$id" >>noted
    [ "$(as_nobody perl -e 'print shmget(0x7b, 2048, 03600) ? 0 : $!{EEXIST} ? "EEXIST" : $!')" = EEXIST ]
    fails_with 5 "shmcreate: 0x7b: a segment of yours with this key and mode --------- exists: id $id" \
        as_nobody shmcreate --key 0x7b 2048
    hints "shmset --mode u+rw $id, or shmrm $id"
    fails_with 4 "shmcreate: 0x7b: permission denied: --------- nobody" as_nobody shmcreate --key 0x7b --reuse 2048
    hints "shmset --mode u+rw $id"
    # another's stays another's
    fails_with 5 "shmcreate: 0x7b: a segment of nobody with this key exists: id $id" \
        setpriv --reuid 65533 --regid 65533 --clear-groups --bounding-set=-all --inh-caps=-all -- \
        "$nobody_bin/shmcreate" --key 0x7b 2048
    succeeds as_nobody shmrm "$id"
    id=$(as_nobody shmcreate --key 0x7b 2048)
    echo "$id" >>noted
}

# Qt: QSharedMemory uses ftok(3) of a file in /tmp with the letter Q
@test "file:PATH:Q is the key that Qt computes for its key file" {
    touch qipc_sharedmemory_demo0beec7b5
    key=$(perl -MIPC::SysV=ftok -e 'print ftok($ARGV[0], ord "Q")' qipc_sharedmemory_demo0beec7b5)
    same "key" "$(printf 0x%08x $((key & 0xffffffff)))" "$(shmkey --proj Q qipc_sharedmemory_demo0beec7b5)"
    id=$(perl -e 'print 0 + (shmget($ARGV[0], 64, 01600) // die)' "$key")
    echo "$id" >>noted
    perl -e 'shmwrite($ARGV[0], "from Qt", 0, 7) or die' "$id"
    prints "from Qt" shmcat --length 7 file:qipc_sharedmemory_demo0beec7b5:Q
    same "whose it is" qipc_sharedmemory_demo0beec7b5 "$(shmkey --match "key:$key" qipc_sharedmemory_*)"
}
