# SPDX-License-Identifier: MIT
# shmlimits --prometheus: the metrics, judged by a strict reader of the format, by promtool if it is
# installed, and by the kernel's table of segments
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    common_setup
    apart
}

teardown() { common_teardown; }

there() { "${apart[@]}" "$@"; }

# metrics [CMD..] - prints the metrics there, under CMD; they are valid, and their samples in the file samples
metrics()
{
    succeeds "${apart[@]}" "$@" shmlimits --prometheus
    printf '%s\n' "$output" >printed
    "$SHMBOX_SOURCE/tests/lib/prometheus.py" <printed >samples
    ! command -v promtool >/dev/null || prints "" promtool check metrics <printed
}

# total NAME.. - the values of these totals; "-" for one that is not there
total()
{
    local name value values=
    for name; do
        value=$(awk -F '\t' -v name="shmbox_$name" '$1 == name { print $3 }' samples)
        values+=" ${value:--}"
    done
    echo "${values# }"
}

# of_owner UID NAME.. - the same for this owner
of_owner()
{
    local name value values=
    for name in "${@:2}"; do
        value=$(awk -F '\t' -v name="shmbox_owner_$name" -v uid="\"uid\": \"$1\"}" \
            '$1 == name && index($2, uid) { print $3 }' samples)
        values+=" ${value:--}"
    done
    echo "${values# }"
}

# given UID SEGMENTS SIZE - segments of this owner there
given()
{
    [ "$1" = 0 ] || [ "$SHMBOX_PRIVATE_IPC" != userns ] ||
        skip "needs a second user, and this user namespace has none"
    there perl -MIPC::SysV=IPC_STAT,IPC_SET -e 'my ($uid, $count, $size) = @ARGV;
        for (1 .. $count) {
            my $id = shmget(0, $size, 01600) // die "shmget: $!\n";
            shmctl($id, IPC_STAT, my $ds = "") or die "IPC_STAT: $!\n";
            substr($ds, 4, 4) = pack "L", $uid;
            shmctl($id, IPC_SET, $ds) or die "IPC_SET: $!\n";
        }' "$@"
}

# needs_mount - for files put over those of the machine
needs_mount()
{
    unshare --mount true 2>/dev/null || skip "needs a mount namespace of its own"
    untraced_leaks # of a program that has another /proc or /etc
}

# over FILE - "${over[@]}" CMD.. sees the file of the same name here in its place
over()
{
    needs_mount
    # shellcheck disable=SC2016 # the inner shell's
    over=(unshare --mount sh -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' sh "${1##*/}" "$1")
}

@test "without segments the totals are 0, and there are no owners" {
    metrics
    same "totals" "0 0 0 0 0 0 0 0 0 0 0 0" "$(total segments size_bytes attaches resident_bytes swapped_bytes \
        orphaned_segments orphaned_bytes unknown_segments unknown_bytes marked_segments marked_bytes pages)"
    same "samples by owner" 0 "$(grep -c owner samples)"
}

@test "the limits are those of the kernel, and +Inf if no use can reach them" {
    metrics
    same "limits" "$(there cat /proc/sys/kernel/shmmni) +Inf +Inf" "$(total max_segments max_pages max_size_bytes)"
    there sh -c 'cd /proc/sys/kernel && echo 12 >shmmni && echo 345 >shmall && echo 6789 >shmmax' ||
        skip "limits cannot be set here"
    metrics
    same "limits" "12 345 6789" "$(total max_segments max_pages max_size_bytes)"
}

@test "the amounts are those of the kernel's table, in total and by owner" {
    given 0 3 5000
    given 4321 2 70000
    there perl -e 'shmwrite(4, "x", 0, 1) or die "shmwrite: $!\n"'
    holder 0 0 3
    there ipcrm -m 0
    metrics
    there awk 'NR > 1 { segments++; size += $4; attaches += $7; resident += $15; swapped += $16; marked += $3 >= 1000
        pages += int(($4 + 4095) / 4096) } END { print segments, size, attaches, resident, swapped, marked, pages }' \
        /proc/sysvipc/shm >wanted
    same "in total" "$(<wanted)" "$(total segments size_bytes attaches resident_bytes swapped_bytes marked_segments pages)"
    same "marked" 5000 "$(total marked_bytes)"
    same "of root" "3 15000 2 0 0 1 5000" "$(of_owner 0 segments size_bytes attaches resident_bytes swapped_bytes marked_segments marked_bytes)"
    same "of 4321" "2 140000 1 4096 0 0 0" "$(of_owner 4321 segments size_bytes attaches resident_bytes swapped_bytes marked_segments marked_bytes)"
    same "names" '{"owner": "4321", "uid": "4321"} {"owner": "root", "uid": "0"}' \
        "$(awk -F '\t' '/owner_segments/ { print $2 }' samples | sort | paste -sd ' ')"
}

# table ROW.. - the file shm, a table of segments as the kernel prints it; a ROW is
# "ID PERMS SIZE CPID LPID NATTCH UID ATIME DTIME CTIME"
table()
{
    there head -n 1 /proc/sysvipc/shm >shm
    printf '%s\n' "$@" | awk '{ printf "%10d %10d %5s %21d %5d %5d %6d %5d 0 %5d 0 %d %d %d 4096 0\n",
        0, $1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10 }' >>shm
}

@test "orphans and unknown ones are those of shmls and shmreap" {
    over /proc/sysvipc/shm
    dead=$(perl -e 'my $pid = fork // die; exit if !$pid; waitpid $pid, 0; print $pid')
    now=$(date +%s)
    old=$((now - 300))
    # orphans: never attached; used, of another owner. In use: creator or last user alive; attached;
    # recent. Unknown: a creator outside; a time in the future
    table "1 600 5000 $dead 0 0 0 0 0 $old" "2 600 60000 $dead $dead 0 77 $old $old $old" \
        "3 600 7 $$ 0 0 0 0 0 $old" "4 600 7 $dead $$ 0 0 $old $old $old" "5 600 7 $dead $dead 1 0 $old 0 $old" \
        "6 600 7 $dead 0 0 0 0 0 $((now + 5))" "7 600 100 0 0 0 77 0 0 $old" "8 600 1000 $dead 0 0 0 0 0 $((now + 900))"
    metrics "${over[@]}"
    same "orphans" "2 65000" "$(total orphaned_segments orphaned_bytes)"
    # 6 is in the future, too, unless this test takes longer than that
    like "unknown" "@(2 1100|3 1107)" "$(total unknown_segments unknown_bytes)"
    same "of root" "1 5000" "$(of_owner 0 orphaned_segments orphaned_bytes)"
    same "of 77" "1 60000 1 100" "$(of_owner 77 orphaned_segments orphaned_bytes unknown_segments unknown_bytes)"
    # with a column from the table, shmls reads it, too
    run -0 --separate-stderr "${apart[@]}" "${over[@]}" shmls --orphan --noheadings --bytes --output size,rss
    same "orphans of shmls" "2 65000" "$(awk '{ sum += $1 } END { print NR, sum }' <<<"$output")"
    # and shmreap, if the kernel refuses its calls
    run -0 --separate-stderr "${apart[@]}" strace -f -qq -o trace -e trace=shmctl -e inject=shmctl:error=EPERM \
        "${over[@]}" shmreap --json --verbose
    same "orphans of shmreap" "2 65000 $(total unknown_segments unknown_bytes)" "$(jq -r '.sharedmemory |
        "\(map(select(.orphan).size) | "\(length) \(add)") \(map(select(.orphan | not).size) | "\(length) \(add)")"' <<<"$output")"
}

@test "more than 50 owners: those with the most bytes have series, the others a common one" {
    there sh -c 'echo 4000 >/proc/sys/kernel/shmmni' || skip "limits cannot be set here"
    for uid in {1001..1070}; do echo "$uid 1 $((uid * 10))"; done | while read -r uid count size; do
        given "$uid" "$count" "$size"
    done
    given 1003 1 100000
    metrics
    same "series" 51 "$(grep -c owner_segments samples)"
    same "the largest" "2 110030" "$(of_owner 1003 segments size_bytes)"
    same "the smallest that has series" "1 - 1 -" \
        "$(of_owner 1022 segments) $(of_owner 1021 segments) $(of_owner 1070 segments) $(of_owner 1001 segments)"
    same "the others" "20 202280" "$(of_owner other segments size_bytes)"
    for name in segments size_bytes; do
        same "sum of $name" "$(total $name)" \
            "$(awk -F '\t' -v name="shmbox_owner_$name" '$1 == name { sum += $3 } END { print sum }' samples)"
    done
}

@test "hostile names of users are escaped, and two users with one name stay apart" {
    over /etc/passwd
    printf '%s\n' 'a"b\c:x:41:41::/:' $'\e[31mred:x:42:42::/:' 'two words:x:43:43::/:' 'same:x:44:44::/:' \
        'same:x:45:45::/:' 'other:x:46:46::/:' $'bad\xff\xfe:x:47:47::/:' $'gr\xc3\xbc\xc3\x9f:x:48:48::/:' \
        'x"} 1:x:49:49::/:' '\n:x:50:50::/:' >passwd
    for uid in {41..51} 4294967294; do given "$uid" 1 4096; done
    metrics "${over[@]}"
    awk -F '\t' '$1 == "shmbox_owner_segments" { print $2 }' samples | jq -r '"\(.uid) \(.owner)"' | sort -n >got
    same "owners" '41 a"b\c
42 \x1b[31mred
43 two words
44 same
45 same
46 other
47 bad\xff\xfe
48 grüß
49 x"} 1
50 \n
51 51
4294967294 4294967294' "$(<got)"
    same "bytes for a terminal" 0 "$(grep -c $'\e' printed)"
}

@test "without /proc the orphans and the memory by owner are left out, and never 0" {
    unshare --mount true 2>/dev/null || skip "needs a mount namespace of its own"
    no_proc
    given 0 1 4096
    # a segment is no orphan within the first minute, whatever is known
    metrics "${no_proc[@]}"
    same "known" "1 4096 0 0 0 0 0" \
        "$(total segments size_bytes resident_bytes swapped_bytes orphaned_segments unknown_segments unknown_bytes)"
    same "by owner" "1 - -" "$(of_owner 0 segments resident_bytes swapped_bytes)"
    # IPC_INFO, SHM_INFO twice, and then the segment
    stamped_call=4 stamps 0 0 $(($(date +%s) - 70)) "$(dead_pid)" 0
    metrics "${stamps[@]}" "${no_proc[@]}"
    same "later" "- - 1 4096" "$(total orphaned_segments orphaned_bytes unknown_segments unknown_bytes)"
    same "by owner" "1 - - 1" "$(of_owner 0 segments orphaned_segments orphaned_bytes unknown_segments)"
    # an attached segment is no orphan, whatever is known
    holder 0
    metrics "${no_proc[@]}"
    same "attached" "1 0 0 0" "$(total segments orphaned_segments orphaned_bytes unknown_segments)"
}

@test "refused system calls: nothing is printed, and the status is 4" {
    unshare --mount true 2>/dev/null || skip "needs a mount namespace of its own"
    no_proc
    given 0 1 5000
    fails_like 4 "shmlimits: *" failing shmctl "${no_proc[@]}" shmlimits --prometheus
}

@test "refused system calls: facts from /proc are printed" {
    given 0 2 5000
    untraced_leaks
    metrics strace -qq -o trace -e trace=shmctl -e inject=shmctl:error=EPERM
    same "amounts" "2 10000 4 0 $(there cat /proc/sys/kernel/shmmni)" \
        "$(total segments size_bytes pages orphaned_segments max_segments)"
}

@test "sizes whose sum is beyond all numbers are left out" {
    there perl -e 'shmget(0, 1 << 62, 01600 | 010000) // exit 1 for 1 .. 3' || skip "no such large segments here"
    metrics
    same "amounts" "3 - 0" "$(total segments size_bytes resident_bytes)"
    same "by owner" "3 -" "$(of_owner 0 segments size_bytes)"
}

@test "thousands of segments" {
    count=$(often 2000 30000)
    there sh -c 'echo 32000 >/proc/sys/kernel/shmmni' || skip "kernel.shmmni cannot be set here"
    given 0 "$count" 5000
    given 9 10 1
    metrics
    same "segments" "$((count + 10)) $count 10" "$(total segments) $(of_owner 0 segments) $(of_owner 9 segments)"
    same "bytes" "$((count * 5000 + 10))" "$(total size_bytes)"
    same "samples" "$(wc -l <samples)" 37
}

@test "every metric is in shmlimits(1), with its words" {
    command -v mandoc >/dev/null || skip "needs mandoc"
    given 0 1 5000
    metrics
    mandoc -Tascii -Owidth=1000 "$SHMBOX_SOURCE/man/shmlimits.1" | sed $'s/.\b//g' | tr -s '[:space:]' ' ' >page
    while read -r _ _ name words; do
        like "page" "* $name ${words%.}[ ,;]*" "$(<page)"
    done <<<"$(grep '^# HELP' printed | grep -v _owner_)"
}
