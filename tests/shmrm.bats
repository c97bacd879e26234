# shmrm(1)

setup() { load helper; common_setup; }
teardown() { common_teardown; }

@test "removes a segment, and says nothing" {
    segment 4K
    prints "" shmrm "$id"
    gone "$id"
}

@test "removes several, by id and by key" {
    segment 4K
    first=$id
    segment -k 0x91 4K
    succeeds shmrm "id:$first" key:0x91
    gone "$first"
    gone "$id"
}

@test "id 0 is removed like any other" {
    prints "" fresh sh -c 'shmcreate 4K >/dev/null && shmrm 0 && tail -n +2 /proc/sysvipc/shm'
}

# ---- failures ----

@test "a segment that is not there is status 3" {
    fails_with 3 "shmrm: 999: no such segment" shmrm 999
    fails_with 3 "shmrm: key:0x92: no segment has this key" shmrm key:0x92
}

@test "a segment named twice is gone the second time" {
    segment 4K
    fails_with 3 "shmrm: $id: no such segment" shmrm "$id" "$id"
    gone "$id"
}

@test "goes on after a failure, and says so in its exit status" {
    segment 4K
    fails_with 3 "shmrm: 999: no such segment" shmrm 999 "$id"
    gone "$id"
}

@test "failures of several kinds are status 1" {
    needs_nobody
    segment 4K
    fails_with 1 "shmrm: 999: no such segment" as_nobody shmrm 999 "$id"
    exists "$id"
}

@test "checks every operand before removing any" {
    segment 4K
    fails_with 2 "shmrm: bogus: not a segment id (id, key:KEY or file:PATH)" shmrm "$id" bogus
    fails_like 2 "shmrm: 2x: *" shmrm "$id" 2x
    fails_like 2 "shmrm: --bogus: *" shmrm "$id" --bogus
    exists "$id"
}

@test "without an operand it is a usage error, not a success" {
    fails_with 2 "shmrm: SEGMENT is missing" shmrm
    fails_with 2 "shmrm: SEGMENT is missing" shmrm --force
}

@test "only owner and creator may remove: another is told whose it is" {
    needs_nobody
    segment -m 666 4K
    fails_with 4 "shmrm: $id: only its owner $(id -un) or its creator may do that" as_nobody shmrm "$id"
    exists "$id"
}

@test "the owner may remove what another created" {
    needs_nobody
    segment -u 65534 4K
    succeeds as_nobody shmrm "$id"
    gone "$id"
}

@test "the creator may remove what is another's by now" {
    needs_nobody
    id=$(as_nobody shmcreate 4K)
    echo "$id" >>noted
    shmset -u 12345:12345 "$id"
    succeeds as_nobody shmrm "$id"
    gone "$id"
}

@test "one may remove what one may not read" {
    needs_nobody
    id=$(as_nobody shmcreate -m 0 -k 0x93 4K)
    echo "$id" >>noted
    succeeds as_nobody shmrm key:0x93
    gone "$id"
}

# ---- --force ----

@test "--force takes a missing segment for a success" {
    segment 4K
    prints "" shmrm --force 999 key:0x92 "$id"
    gone "$id"
    prints "" shmrm 999 -f
}

@test "--force does not hide other failures" {
    needs_nobody
    segment 4K
    fails_like 4 "shmrm: $id: *" as_nobody shmrm -f 999 "$id"
    fails_like 2 "shmrm: bogus: *" shmrm -f bogus
}

# ---- a segment that is held ----

@test "a segment that somebody holds is only marked, which is said and is no failure" {
    segment -k 0x94 4K
    hold "$id"
    warns_with "shmrm: $id: marked: still attached 1 time" shmrm "$id"
    same "standard output" "" "$output"
    same "mode with the mark, key" "1600 0" "$(kernel_says "$id" perms) $(kernel_says "$id" key)"
    end "$pid"
    gone "$id"
}

@test "every attach is counted, not every process" {
    segment 4K
    hold "$id" "$id"
    warns_with "shmrm: $id: marked: still attached 2 times" shmrm "$id"
}

@test "a segment that was marked before can be named again" {
    segment 4K
    hold "$id"
    ipcrm -m "$id"
    warns_with "shmrm: $id: marked: still attached 1 time" shmrm "$id"
}

# ---- --verbose and --dry-run ----

@test "--verbose says what became of each" {
    segment -k 0x95 4K
    first=$id
    segment 4K
    run -3 --separate-stderr shmrm --verbose key:0x95 999 "$id"
    same "standard output" "key:0x95: removed"$'\n'"$id: removed" "$output"
    same "standard error" "shmrm: 999: no such segment" "$stderr"
    gone "$first"
}

@test "--dry-run removes nothing, and says what it would" {
    segment 4K
    prints "$id: would be removed" shmrm --dry-run "$id"
    exists "$id"
    fails_with 3 "shmrm: 999: no such segment" shmrm -n 999
}

@test "--dry-run refuses what the guards refuse" {
    segment -k 0x96 4K
    fails_with 7 "shmrm: $id: its key is 0x00000096, not 0x97" shmrm -n --if-key 0x97 "$id"
    ipcrm -m "$id"
}

@test "what cannot be said on a full disk is an error" {
    segment 4K
    fails_like 1 "shmrm: *" full shmrm -v "$id"
    gone "$id"
    segment 4K
    succeeds full shmrm "$id"
    segment 4K
    succeeds closed shmrm "$id"
}

# ---- guards ----

@test "--if-unattached refuses a segment that somebody holds" {
    segment 4K
    hold "$id" "$id"
    fails_with 7 "shmrm: $id: still attached 2 times" shmrm --if-unattached "$id"
    same "mode: not marked" 600 "$(kernel_says "$id" perms)"
    end "$pid"
    succeeds shmrm --if-unattached "$id"
    gone "$id"
}

@test "--if-key refuses a segment with another key" {
    segment -k 0x51 4K
    fails_with 7 "shmrm: $id: its key is 0x00000051, not 0x52" shmrm --if-key 0x52 "$id"
    exists "$id"
    succeeds shmrm --if-key 81 "$id"
    gone "$id"
}

@test "--if-key refuses a segment without a key" {
    segment 4K
    fails_like 7 "shmrm: $id: *not 0x52" shmrm --if-key 0x52 "$id"
    exists "$id"
}

@test "--if-creator refuses a segment that another process made" {
    segment 4K
    creator=$(kernel_says "$id" cpid)
    fails_with 7 "shmrm: $id: made by process $creator, not $$" shmrm --if-creator $$ "$id"
    exists "$id"
    succeeds shmrm --if-creator "$creator" "$id"
    gone "$id"
}

@test "all guards have to hold" {
    segment -k 0x51 4K
    creator=$(kernel_says "$id" cpid)
    fails_like 7 "shmrm: $id: its key *" \
        shmrm --if-unattached --if-creator "$creator" --if-key 0x52 "$id"
    succeeds shmrm --if-unattached --if-creator "$creator" --if-key 0x51 "$id"
    gone "$id"
}

@test "a guard refuses one and lets the others go" {
    segment 4K
    held=$id
    hold "$held"
    segment 4K
    fails_with 7 "shmrm: $held: still attached 1 time" shmrm --if-unattached "$held" "$id"
    exists "$held"
    gone "$id"
}

@test "--force does not override a guard" {
    segment 4K
    hold "$id"
    fails_with 7 "shmrm: $id: still attached 1 time" shmrm --force --if-unattached "$id"
    exists "$id"
}

@test "--dry-run says what would only be marked, and nothing of what is not there" {
    segment 4K
    prints "" shmrm --dry-run --force 2147483646
    prints "$id: would be removed" shmrm --dry-run "$id"
    hold "$id"
    prints "$id: would be marked" shmrm --dry-run "$id"
}

@test "--dry-run refuses what one may not remove" {
    needs_nobody
    segment 4K
    fails_like 4 "shmrm: $id: only its owner *" as_nobody shmrm --dry-run "$id"
}
