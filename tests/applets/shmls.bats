# SPDX-License-Identifier: MIT
# shmls(1)
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/states; common_setup; }
teardown() { common_teardown; }

# cells CMD.. - succeeds; $output has its lines with one blank between cells
cells()
{
    succeeds "$@"
    output=$(awk '{ $1 = $1; print }' <<<"$output")
}

# shows WANTED CMD.. - and these are the cells
shows()
{
    local wanted=$1
    shift
    cells "$@"
    same "table" "$wanted" "$output"
}

# ---- the table ----

# bats test_tags=initramfs
@test "the table has the default columns" {
    segment 64K
    cells shmls
    same "headings" "ID KEY OWNER PERMS SIZE RSS ATTACHED STATUS AGE COMMAND" "${output%%$'\n'*}"
    like "row" "*$id - $(id -un) rw------- 64K 0 0 - *[sm] -*" "$output"
}

@test "an empty namespace gives headings and no rows" {
    shows "ID KEY OWNER PERMS SIZE RSS ATTACHED STATUS AGE COMMAND" fresh shmls
    prints "" fresh shmls --noheadings
    prints "" fresh shmls --ids
    prints '{"version":1,"sharedmemory":[]}' fresh shmls --json
}

@test "one row for each segment that the kernel lists" {
    segment 4K
    segment 4K
    succeeds shmls --ids
    sort <<<"$output" | same_bytes <(segments | sort)
}

@test "--ids prints ids and nothing else, whatever their length" {
    run -0 --separate-stderr fresh sh -c 'perl -e "shmget(0, 1, 01600) // die for 1 .. 12"; shmls --ids'
    same "ids" "$(seq 0 11)" "$output"
}

@test "operands select segments, by id and by key" {
    segment -k 0xa1 4K
    first=$id
    segment 4K
    shows "$first
$id" shmls --ids key:0xa1 "$id"
    ipcrm -m "$first"
}

@test "a missing operand is status 3, and the others are listed" {
    segment 4K
    run -3 --separate-stderr shmls --ids 999 "$id"
    same "standard output" "$id" "$output"
    same "standard error" "shmls: 999: no such segment" "$stderr"
}

@test "id 0 is listed like any other id" {
    shows "0 4K" fresh sh -c 'shmcreate 4K >/dev/null && shmls -y -o id,size 0'
}

@test "a key is hexadecimal, and - without a key" {
    segment -k 0xffff0001 4K
    shows "$id 0xffff0001" shmls -y -o id,key "$id"
    ipcrm -m "$id"
    segment 4K
    shows "$id -" shmls -y -o id,key "$id"
}

@test "an owner without a name is a number" {
    needs_nobody
    segment -u 54321:54322 4K
    shows "54321 54321 54322" shmls -y -o owner,uid,gid "$id"
}

@test "sizes have units, and are exact with --bytes" {
    segment 64K
    shows 64K shmls -y -o size "$id"
    shows 65536 shmls -y --bytes -o size "$id"
    segment 1258291
    shows 1.2M shmls -y -o size "$id"
    shows 1258291 shmls -y -b -o size "$id"
    segment 100
    shows 100 shmls -y -o size "$id"
    segment --noreserve 5G
    shows 5G shmls -y -o size "$id"
    shows 5368709120 shmls -y -b -o size "$id"
}

# bats test_tags=initramfs
@test "resident memory is the memory written" {
    segment 64K
    printf x | poke "$id" 0
    printf x | poke "$id" 40000
    shows "8192 0" shmls -y -b -o rss,swap "$id"
}

# bats test_tags=initramfs
@test "status is removed and locked, joined by a comma, or -" {
    segment 4K
    shows - shmls -y -o status "$id"
    segment --lock 4K
    shows locked shmls -y -o status "$id"
    hold "$id"
    ipcrm -m "$id"
    shows removed,locked shmls -y -o status "$id"
}

@test "attached counts attaches" {
    segment 4K
    hold "$id" "$id"
    shows 2 shmls -y -o nattch "$id"
}

@test "the command is that of the creator while it is alive, otherwise -" {
    start perl -e '$| = 1; $0 = "maker"; print 0 + (shmget(0xa2, 4096, 01600) // die $!), "\n"; sleep 3600'
    wait_until test -s out
    id=$(cat out)
    echo "$id" >>noted
    shows "$pid maker" shmls -y -o cpid,command "$id"
    end "$pid"
    shows "$pid -" shmls -y -o cpid,command "$id"
    ipcrm -m "$id"
}

@test "no cell is empty, and only the last may contain blanks" {
    start perl -e '$| = 1; $0 = "two words"; print 0 + (shmget(0xa3, 4096, 01600) // die $!), "\n"; sleep 3600'
    wait_until test -s out
    id=$(cat out)
    echo "$id" >>noted
    shows "$id two words" shmls -y -o id,command "$id"
    for names in "command,id" "command,command,id"; do
        succeeds shmls -y -o "$names" "$id"
        same "cells of $names" "$(tr -dc , <<<"$names" | wc -c | awk '{ print $1 + 1 }')" "$(wc -w <<<"$output")"
    done
    end "$pid"
    ipcrm -m "$id"
}

@test "lists unreadable segments" {
    needs_nobody
    segment -m 0 -k 0xa4 5000
    shows "$id 0x000000a4 $(id -un) --------- 5000" as_nobody shmls -y -b -o id,key,owner,perms,size "$id"
    ipcrm -m "$id"
}

@test "never attaches a segment" {
    segment 4K
    succeeds shmls --json
    same "last operator and time of attach" "0 0" "$(kernel_says "$id" lpid) $(kernel_says "$id" atime)"
}

@test "the output on a terminal equals that in a pipe" {
    segment 4K
    command -v script >/dev/null || skip "needs script(1)"
    script -qec "shmls -y -o id,key,size $id" /dev/null </dev/null | tr -d '\r' >terminal
    shmls -y -o id,key,size "$id" | same_bytes terminal
}

# ---- --output, --sort, --noheadings ----

@test "--output selects columns and their order" {
    segment -m 640 5000
    shows "5000 rw-r----- $id" shmls -y -b --output size,perms,id "$id"
    shows "$(id -u) $(id -g) $(id -u) $(id -g)" shmls -y -o uid,gid,cuid,cgid "$id"
}

@test "every column has a name, and the values are those of the kernel" {
    segment -k 0xa5 5000
    hold "$id"
    for name in cpid lpid nattch uid gid cuid cgid rss swap; do
        shows "$(kernel_says "$id" "$name")" shmls -y -b -o "$name" "$id"
    done
    for name in ctime atime; do
        shows "$(date -d "@$(kernel_says "$id" "$name")" +%Y-%m-%dT%H:%M:%SZ)" shmls -y -o "$name" "$id"
    done
    shows - shmls -y -o dtime "$id"
    for name in id key owner perms size status command age idle locked; do
        cells shmls -y -o "$name" "$id"
        [ -n "$output" ]
    done
}

@test "an unknown column is refused, and all are listed" {
    fails_with 2 "shmls: -o id,bogus: no such column: bogus" shmls -o id,bogus
    hints "*id*key*owner*perms*size*"
    fails_with 2 "shmls: -s bogus: no such column" shmls -s bogus
    fails_like 2 "shmls: *" shmls -o ''
    fails_like 2 "shmls: *" shmls -o id,,key
}

@test "--sort sorts by a column, with - in descending order" {
    segment 300
    a=$id
    segment 100
    b=$id
    segment 200
    c=$id
    prints "$b"$'\n'"$c"$'\n'"$a" shmls --ids --sort size "$a" "$b" "$c"
    prints "$a"$'\n'"$c"$'\n'"$b" shmls -Q -s -size "$a" "$b" "$c"
    prints "$a"$'\n'"$b"$'\n'"$c" shmls -Q -s id "$c" "$b" "$a"
}

@test "--sort compares numbers as numbers" {
    segment 9
    small=$id
    segment 1000
    prints "$small"$'\n'"$id" shmls -Q --sort size "$id" "$small"
}

@test "--noheadings omits the headings" {
    segment 4K
    cells shmls -o id "$id"
    same "lines" $'ID\n'"$id" "$output"
    shows "$id" shmls --noheadings -o id "$id"
}

# ---- filters ----

@test "--unattached lists segments that are not attached" {
    segment 4K
    held=$id
    hold "$held"
    segment 4K
    prints "$id" shmls --ids --unattached "$held" "$id"
    succeeds shmls -QU
    [[ $'\n'$output$'\n' == *$'\n'"$id"$'\n'* && $'\n'$output$'\n' != *$'\n'"$held"$'\n'* ]]
}

@test "--removed lists segments marked for removal" {
    segment 4K
    held=$id
    hold "$held"
    ipcrm -m "$held"
    segment 4K
    prints "$held" shmls --ids --removed "$held" "$id"
    prints "$held" shmls -QR
}

two_lines() { [ "$(wc -l <out)" = 2 ]; }

@test "--creator lists what a process created, which may have exited" {
    start perl -e '$| = 1; print 0 + (shmget(0, $_, 01600) // die), "\n" for 4096, 8192; sleep 3600'
    wait_until two_lines
    cat out >>noted
    prints "$(sort -n out)" shmls --ids --creator "$pid" --sort id
    prints "$(tail -n 1 out)" shmls -Q -C "$pid" --min-size 8K
    prints "$(head -n 1 out)" shmls --ids --creator "$pid" "$(head -n 1 out)"
    end "$pid"
    prints "$(sort -n out)" shmls --ids --creator "$pid" --sort id
    prints "" shmls --ids --creator $$
    for pid in 0 -1 x ''; do
        fails_like 2 "shmls: *" shmls --creator "$pid"
    done
}

@test "--owner lists segments of a user or group" {
    needs_nobody
    segment -u 4321:4322 4K
    prints "$id" shmls --ids --owner 4321
    prints "$id" shmls -Q -u :4322
    prints "$id" shmls -Q -u 4321:4322
    prints "" shmls -Q -u 4321:4323
}

@test "--key lists the segment with that key" {
    segment -k 0xa6 4K
    prints "$id" shmls --ids --key 0xa6
    prints "" shmls -Q -k 0xa7
    ipcrm -m "$id"
}

@test "--min-size lists segments of at least that size" {
    segment 999
    small=$id
    segment 1000
    prints "$id" shmls --ids --min-size 1000 "$small" "$id"
    prints "" shmls -Q -M 1T "$small" "$id"
}

@test "--idle lists segments idle for at least that long" {
    segment 4K
    prints "" shmls --ids --idle 1h "$id"
    prints "$id" shmls -Q -I 0 "$id"
    wait_until idle_for_a_second "$id"
    prints "$id" shmls -Q --idle 1s "$id"
}

@test "--idle does not round a fraction of a second down" {
    segment 4K
    succeeds shmls --json --idle 500ms "$id" # by the whole seconds that are known
    same "idle for a second, or not shown" true "$(jq 'all(.sharedmemory[]; .idle >= 1)' <<<"$output")"
}

idle_for_a_second() { [ "$(date +%s)" -gt "$(kernel_says "$1" ctime)" ]; }

@test "all filters must pass" {
    segment 1000
    small=$id
    segment 2000
    held=$id
    hold "$held"
    segment 3000
    prints "$id" shmls -Q --unattached --min-size 1500 "$small" "$held" "$id"
}

# ---- --json ----

# bats test_tags=initramfs
@test "--json prints numbers as numbers, keys as text, and a version" {
    segment -k 0xa8 -m 640 5000
    succeeds shmls --json "$id"
    same "version" 1 "$(jq .version <<<"$output")"
    same "segment" "[$id,\"0x000000a8\",5000,0]" "$(jq -c '.sharedmemory[0] | [.id, .key, .size, .nattch]' <<<"$output")"
    same "owners" "[$(id -u),$(id -g),$(id -u),$(id -g)]" "$(jq -c '.sharedmemory[0] | [.uid, .gid, .cuid, .cgid]' <<<"$output")"
    same "times" "[$(kernel_says "$id" ctime),0,0]" "$(jq -c '.sharedmemory[0] | [.ctime, .atime, .dtime]' <<<"$output")"
    ipcrm -m "$id"
}

@test "--json has every column, whatever the table shows" {
    segment 4K
    succeeds shmls -J "$id"
    for name in id key owner perms size nattch status ctime cpid lpid uid gid cuid cgid atime dtime \
        command rss swap age idle locked; do
        same "$name is there" true "$(jq --arg name "$name" '.sharedmemory[0] | has($name)' <<<"$output")"
    done
    same "locked" false "$(jq '.sharedmemory[0].locked' <<<"$output")"
}

@test "--json prints bytes with and without --bytes" {
    segment 65536
    succeeds shmls -J "$id"
    same "size" 65536 "$(jq '.sharedmemory[0].size' <<<"$output")"
}

@test "--json is valid for any name of a process" {
    start perl -e '$| = 1; $0 = "a\"b\\c\td"; print 0 + (shmget(0, 4096, 01600) // die $!), "\n"; sleep 3600'
    wait_until test -s out
    id=$(cat out)
    echo "$id" >>noted
    succeeds shmls -J "$id"
    same "command" $'a"b\\c\td' "$(jq -r '.sharedmemory[0].command' <<<"$output")"
}

@test "lsipc agrees with --json" {
    segment -k 0xa9 5000
    run -0 --separate-stderr lsipc -m -J -i "$id" -o key,id,size,nattch,cpid,lpid,uid,gid,cuid,cgid -b
    theirs=$(jq -cS '.sharedmemory[0] | map_values(tostring)' <<<"$output")
    succeeds shmls -J "$id"
    ours=$(jq -cS '.sharedmemory[0] | {key, id, size, nattch, cpid, lpid, uid, gid, cuid, cgid} | map_values(tostring)' <<<"$output")
    same "facts" "$theirs" "$ours"
    ipcrm -m "$id"
}

# ---- bad days ----

@test "segments that come and go meanwhile are no error" {
    # the namespace is unused otherwise: that process removes what it creates, except the last segment
    run -0 --separate-stderr fresh bash -c '
        perl -e "while (1) { my \$id = shmget(0, 4096, 01600); shmctl(\$id, 0, 0) }" 3>&- &
        for round in 1 2 3 4 5 6 7 8 9 10; do shmls --json >/dev/null || exit; shmls >/dev/null || exit; done
        kill $!'
    same "standard error" "" "$stderr"
}

@test "a full disk and a closed standard output are errors" {
    segment 4K
    fails_like 1 "shmls: *" full shmls
    fails_like 1 "shmls: *" closed shmls
    fails_like 1 "shmls: *" full shmls --json
}

@test "a reader that exits early ends it silently" {
    run -0 --separate-stderr fresh bash -c 'perl -e "shmget(0, 1, 01600) // die for 1 .. 3000"
        env --default-signal=PIPE shmls | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}"'
    same "status, by SIGPIPE" 141 "$output"
    same "standard error" "" "$stderr"
}

@test "thousands of segments are listed" {
    run -0 --separate-stderr fresh sh -c 'perl -e "shmget(0, 1, 01600) // die for 1 .. 3000"; shmls --ids | wc -l'
    same "rows" 3000 "$output"
}

@test "a segment named twice is listed twice" {
    segment 64K
    noise 4096 | shmwrite "$id"
    prints "4096
4096" shmls --noheadings --bytes --output rss "$id" "$id"
}

@test "the name of a command is shown as text, whatever bytes it has" {
    start perl -e '$| = 1; open C, ">/proc/self/comm" or die; syswrite C, "a\xffb\xc2\x9bc d\xc3\xa9"; close C;
        print shmget(0, 4096, 0600), "\n"; sleep 3600'
    wait_until test -s out
    tee -a noted <out >"$BATS_TEST_TMPDIR/id"
    id=$(<out)
    prints 'a\xffb\xc2\x9bc dé' shmls --noheadings --output command "$id"
    prints 'a\xffb\xc2\x9bc\x20dé  '"$id" shmls --noheadings --output command,id "$id"
    succeeds shmls --json --output command "$id"
    same "JSON" $'a�b\xc2\x9bc dé' "$(jq -r '.sharedmemory[0].command' <<<"$output")"
}

@test "1 GiB in memory is reported exactly, unless huge pages make it doubtful" {
    [ "$(awk '/^MemAvailable:/ { print $2 }' "$proc/meminfo")" -gt 2500000 ] || skip "too little memory"
    pools() { sort -u /sys/kernel/mm/hugepages/*/nr_hugepages | tr '\n' ' '; }
    before=$(pools)
    segment --populate 1G
    succeeds shmls --noheadings --bytes --output rss "$id"
    # another test may just have huge pages
    if [ "$before$(pools)" = "0 0 " ]; then
        same "rss" 1073741824 "$output"
    else
        like "rss" "[1?]*" "$output"
    fi
    shmrm "$id"
    sed -i '$d' "$BATS_TEST_TMPDIR/noted"
}

# ---- holders and orphans ----

@test "holders, orphan and its reason are columns" {
    for _ in {1..20}; do
        since=$(date +%s)
        segment 4K
        run -0 --separate-stderr shmls -y -o holders,orphan,reason "$id"
        ! in_time 60 "$since" || break
    done
    like "row" "- no used +([0-9])s ago" "$(awk '{ $1 = $1; print }' <<<"$output")"
    hold "$id"
    shows "$pid no attached" shmls -y -o holders,orphan,reason "$id"
}

@test "--held-by lists the segments of a process" {
    segment 4K
    held=$id
    hold "$held"
    segment 4K
    prints "$held" shmls --ids --held-by "$pid"
    prints "" shmls --ids --held-by $$
    fails_with 1 "shmls: --held-by 2147483647: no such process" shmls --ids --held-by 2147483647
}

@test "--orphan lists abandoned segments" {
    for _ in {1..20}; do
        since=$(date +%s)
        segment 4K
        run -0 --separate-stderr shmls --ids --orphan "$id"
        ! in_time 60 "$since" || break
    done
    same "not for a minute" "" "$output"
    same "standard error" "shmls: skipped 1 segment idle for less than 1 minute (see --idle)" "$stderr"
    prints "$id" shmls --ids --orphan --idle 0 "$id"
    prints "" shmls --ids --orphan --idle 1h "$id" # whoever says so knows
}

@test "--all-ns lists other namespaces, each with a process and its group" {
    segment 4K
    here=$(stat -Lc %i /proc/self/ns/ipc)
    start unshare --ipc sh -c 'echo "$(shmcreate 12K)"; exec sleep 3600'
    wait_until test -s out
    there=$(stat -Lc %i "/proc/$pid/ns/ipc")
    run -0 --separate-stderr shmls --all-ns --json
    same "here" "4096" "$(jq ".sharedmemory[] | select(.ns == $here and .id == $id) | .size" <<<"$output")"
    same "there" "12288 $pid" "$(jq -r ".sharedmemory[] | select(.ns == $there) | \"\(.size) \(.nspid)\"" <<<"$output")"
    # with --output, the named columns and no other
    run -0 --separate-stderr shmls --all-ns --output size,id
    same "headings" "SIZE ID" "$(xargs <<<"${lines[0]}")"
    run -0 --separate-stderr shmls --all-ns --output nspid,id,size --bytes
    [[ "$(tr -s ' ' <<<"$output")" == *" $pid $(<out) 12288"* ]]
}
