# SPDX-License-Identifier: MIT
# owners and ids: every fact matches /proc and ipcs
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# row CMD.. - succeeds, and its one line of output is in the array row, blanks squeezed
row()
{
    succeeds "$@"
    read -r -a row <<<"$output"
}

# a segment with four different numbers for uid, gid, cuid and cgid
four_owners()
{
    setpriv --reuid 1001 --regid 1002 --clear-groups true 2>/dev/null ||
        skip "needs other users, and this user namespace has none"
    id=$(setpriv --reuid 1001 --regid 1002 --clear-groups \
        perl -e 'print 0 + (shmget(0x4d2, 12345, 01640) // die $!)')
    echo "$id" >>noted
    shmset --owner 1003:1004 "$id"
}

@test "shmls distinguishes owner, group, creator and the creator's group" {
    four_owners
    row shmls --noheadings --output uid,gid,cuid,cgid "$id"
    same "owners" "1003 1004 1001 1002" "${row[*]}"
}

@test "the JSON of shmls and shmstat matches /proc/sysvipc/shm in every column" {
    four_owners
    noise 9000 | shmwrite "$id"
    shmls --json "$id" >ls.json
    shmstat --json "$id" >stat.json
    for name in key perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap; do
        want=$(kernel_says "$id" $name)
        case $name in
        key) want=$(printf '"0x%08x"' "$want") ;;
        perms) want='"rw-r-----"' ;;
        esac
        same "$name of shmls" "$want" "$(jq -c ".sharedmemory[0].$name" ls.json)"
        same "$name of shmstat" "$want" "$(jq -c ".sharedmemory[0].$name" stat.json)"
    done
}

@test "ipcs matches field by field, including times" {
    four_owners
    shmcat "$id" >bytes
    ipcs -m -i "$id" >theirs
    shmls --json "$id" >ours
    for name in uid gid cuid cgid lpid cpid nattch; do
        same "$name" "$(grep -o "\b$name=[0-9]*" theirs)" "$name=$(jq ".sharedmemory[0].$name" ours)"
    done
    same "size" "$(grep -o 'bytes=[0-9]*' theirs)" "bytes=$(jq .sharedmemory[0].size ours)"
    for name in att:atime det:dtime change:ctime; do
        when=$(sed -n "s/^${name%:*}_time=//p" theirs)
        same "${name#*:}" "$(date -d "$when" +%s)" "$(jq ".sharedmemory[0].${name#*:}" ours)"
    done
}

@test "an owner without a name is a number, one with a name is that name" {
    four_owners
    prints 1003 shmls --noheadings --output owner "$id"
    shmset --owner nobody "$id"
    prints nobody shmls --noheadings --output owner "$id"
}

@test "a new owner changes neither creator nor mode, and a new mode no owner" {
    four_owners
    shmset --mode 604 "$id"
    row shmls --noheadings --output uid,gid,cuid,cgid,perms "$id"
    same "after mode" "1003 1004 1001 1002 rw----r--" "${row[*]}"
    shmset --owner :1005 "$id"
    row shmls --noheadings --output uid,gid,cuid,cgid,perms "$id"
    same "after group" "1003 1005 1001 1002 rw----r--" "${row[*]}"
}

@test "the pids of the creator and of the last to attach are correct" {
    start shmcreate 4K
    creator=$pid
    ends_with 0 "$creator"
    id=$(cat out)
    echo "$id" >>noted
    row shmls --noheadings --output cpid,lpid,command "$id"
    same "before any attach" "$creator 0 -" "${row[*]}"
    start shmcat "$id"
    ends_with 0 "$pid"
    succeeds shmls --json "$id"
    same "after one" "[$creator,$pid]" "$(jq -c '.sharedmemory[0] | [.cpid, .lpid]' <<<"$output")"
}

@test "a creator that is alive is named" {
    start shmattach scratch:4K
    wait_until test -s out
    row shmls --noheadings --output cpid,nattch,command "$(cat out)"
    same "creator" "$pid 1 $(cat "/proc/$pid/comm")" "${row[*]}"
}

@test "times of events that never happened are 0 in JSON, and others are the present time" {
    before=$(date +%s)
    segment 4K
    succeeds shmls --json "$id"
    same "never" "[0,0]" "$(jq -c '.sharedmemory[0] | [.atime, .dtime]' <<<"$output")"
    shmcat "$id" >bytes
    succeeds shmls --json "$id"
    jq -e --argjson from "$before" --argjson to "$(date +%s)" '.sharedmemory[0] |
        [.atime, .dtime, .ctime] | all(. >= $from and . <= $to)' <<<"$output"
}

@test "sizes are exact to the byte" {
    for size in 1 4095 4096 4097 1048580; do
        segment "$size"
        row shmls --noheadings --bytes --output size "$id"
        same "size" "$size" "${row[0]}"
        same "size in /proc" "$size" "$(kernel_says "$id" size)"
        same "bytes" "$size" "$(shmcat "$id" | wc -c)"
    done
}

# ---- ids ----

@test "the first segment of a namespace has id 0, and behaves like any other" {
    # shellcheck disable=SC2016 # the inner shell's variables
    run -0 --separate-stderr fresh sh -e -c '
        test "$(shmcreate --key 0x33 4K)" = 0
        shmwrite --text zero 0
        shmcat --length 4 id:0
        shmset --mode 604 0
        shmls --noheadings --output id,perms 0 >&2
        shmattach 0 true
        shmrm 0
        shmls --ids'
    same "what was read" zero "$output"
    read -r -a row <<<"$stderr"
    same "listed" "0 rw----r--" "${row[*]}"
}

@test "ids reach 2147483647" {
    [ -w /proc/sys/kernel/shm_next_id ] || skip "may not choose an id"
    segment --id 2147483647 4K
    same "id" 2147483647 "$id"
    shmwrite --text high 2147483647
    prints high shmcat --length 4 id:2147483647
    prints 2147483647 shmls --ids 2147483647
    same "id in JSON" 2147483647 "$(shmls --json 2147483647 | jq .sharedmemory[0].id)"
    succeeds shmrm 2147483647
    fails_with 3 "shmcat: 2147483647: no such segment" shmcat 2147483647
}

@test "after removal an id is invalid for every applet, and no new segment gets it" {
    id=$(shmcreate 4K)
    shmrm "$id"
    new=$(shmcreate 4K)
    [ "$id" != "$new" ]
    for words in shmcat shmstat "shmls --noheadings" shmrm "shmset --mode 600" "shmwrite --text x" shmattach; do
        # shellcheck disable=SC2086 # several words
        fails_with 3 "${words%% *}: $id: no such segment" $words "$id"
    done
    fails_with 125 "shmattach: $id: no such segment" shmattach "$id" true
    shmrm "$new"
}

@test "a marked segment keeps its id, loses its key, and is removed with its last holder" {
    id=$(shmcreate --key 0x99 4K)
    shmwrite --text still "$id"
    start shmattach "$id"
    wait_until test -s out
    run -0 --separate-stderr shmrm "$id"
    like "said" "shmrm: $id: marked*" "$stderr"

    fails_like 3 "shmcat: key:0x99: *" shmcat key:0x99
    again=$(shmcreate --key 0x99 8K)
    [ "$again" != "$id" ]
    prints still shmcat --length 5 "$id"
    shmwrite --text STILL "$id"
    prints STILL peek "$id" 0 5
    succeeds shmls --json "$id"
    jq -e '.sharedmemory[0] | .key == "0x00000000" and .nattch == 1' <<<"$output"
    prints "$id" shmls --removed --ids

    kill "$pid"
    ends_with 0 "$pid"
    fails_with 3 "shmcat: $id: no such segment" shmcat "$id"
    shmrm "$again"
}

@test "key 0 names no segment, in every notation" {
    for operand in key:0 key:0x0 key:00; do
        fails_like 2 "shmcat: $operand: *" shmcat "$operand"
        fails_like 2 "shmrm: $operand: *" shmrm "$operand"
    done
    fails_like 2 "shmcreate: *" shmcreate --key 0 4K
}
