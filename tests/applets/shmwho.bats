# SPDX-License-Identifier: MIT
# shmwho(1)
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# rows CMD.. - succeeds; $output has its lines with one blank between cells
rows()
{
    succeeds "$@"
    output=$(awk '{ $1 = $1; print }' <<<"$output")
}

# address PID - the start of its first mapping of a segment
address()
{
    sed -n '/\/SYSV/ { s/-.*//p; q }' "/proc/$1/maps"
}

# in_memory PID - bytes of its mappings of segments that are in memory, by its smaps
in_memory()
{
    awk '/^[0-9a-f]+-/ { ours = /\/SYSV/ } ours && /^Rss:/ { sum += $2 } END { print sum * 1024 }' "/proc/$1/smaps"
}

# attached CODE ID - a perl that does this with the address in $at, then sleeps: $pid
attached()
{
    start perl -MIPC::SysV=shmat,SHM_RDONLY -e 'require "syscall.ph"; $0 = "holder"; $| = 1; my $id = shift; my $code = shift;
        sub at { unpack "J", shmat($id, undef, shift // 0) // die "shmat: $!\n" }
        eval "$code; 1" or die; print "held\n"; sleep 3600' "$2" "$1"
    wait_until test -s out
}

@test "shows pid, user, access, address, resident bytes and command of a holder" {
    segment 64K
    hold "$id"
    rows shmwho "$id"
    same "table" "PID USER ACCESS ADDRESS RSS COMMAND
$pid $(id -un) rw 0x$(address "$pid") 0 holder" "$output"
}

# bats test_tags=initramfs
@test "an operand that is not attached is named, and is status 7" {
    segment 4K
    for option in "" --pids; do
        # shellcheck disable=SC2086 # one word or none
        fails_with 7 "shmwho: $id: not attached" shmwho $option "$id"
    done
    # not any more
    hold "$id"
    end "$pid"
    fails_with 7 "shmwho: $id: not attached" shmwho "$id"
    run -7 --separate-stderr shmwho --json "$id"
    same "JSON" "{\"id\":$id,\"nattch\":0,\"visible\":0,\"holders\":[]}" "$(jq -c '.sharedmemory[0]' <<<"$output")"
    same "standard error" "shmwho: $id: not attached" "$stderr"
}

# bats test_tags=initramfs
@test "a missing segment is status 3" {
    fails_with 3 "shmwho: 999: no such segment" shmwho 999
    fails_like 3 "shmwho: key:0x999: *" shmwho key:0x999
    fails_with 3 "shmwho: 999: no such segment" shmwho --json 999
}

@test "several holders have a row each, sorted by pid" {
    segment 4K
    pids=()
    for _ in 1 2 3; do
        hold "$id"
        pids+=("$pid")
    done
    sorted=$(printf '%s\n' "${pids[@]}" | sort -n)
    prints "$sorted" shmwho --pids "$id"
    rows shmwho "$id"
    same "pids" "$sorted" "$(awk 'NR > 1 { print $1 }' <<<"$output")"
    prints "$(xargs <<<"$sorted" | tr ' ' ,)" sh -c 'shmwho --json "$1" | jq -r "[.sharedmemory[0].holders[].pid | tostring] | join(\",\")"' sh "$id"
}

@test "--pids prints only pids, and excludes --json" {
    segment 4K
    hold "$id"
    prints "$pid" shmwho --pids "$id"
    prints "$pid" shmwho -P "$id"
    fails_like 2 "shmwho: *" shmwho --pids --json "$id"
}

@test "access is ro for a read-only attach, rw for a process that may write a part of it" {
    segment 16K
    attached 'at(SHM_RDONLY)' "$id"
    reader=$pid
    attached 'at()' "$id"
    writer=$pid
    attached 'at(SHM_RDONLY); at()' "$id"
    both=$pid
    attached 'my $at = at(); syscall(&SYS_mprotect, $at, 16384, 1) == 0 or die' "$id"
    gave_up=$pid
    attached 'my $at = at(); syscall(&SYS_mprotect, $at, 4096, 1) == 0 or die' "$id"
    partly=$pid
    access() { rows shmwho "$id"; awk -v pid="$1" '$1 == pid { print $3 }' <<<"$output"; }
    for want in "$reader ro" "$writer rw" "$both rw" "$gave_up ro" "$partly rw"; do
        same "access" "${want#* }" "$(access "${want% *}")"
    done
    prints "$(printf '%s\n' "ro $reader" "rw $writer" | sort)" sh -c 'shmwho --json "$1" |
        jq -r ".sharedmemory[0].holders[] | select(.pid == $2 or .pid == $3) | \"\(.access) \(.pid)\"" | sort' sh "$id" "$reader" "$writer"
}

@test "a process that attached twice is one holder" {
    segment 64K
    hold "$id" "$id"
    prints "$pid" shmwho --pids "$id"
    rows shmwho "$id"
    same "rows" 2 "${#lines[@]}"
    same "at its first address" "0x$(address "$pid")" "$(awk 'NR == 2 { print $4 }' <<<"$output")"
    succeeds shmwho --json "$id"
    same "counts" "[2,2,1,2]" "$(jq -c '.sharedmemory[0] | [.nattch, .visible, (.holders | length), .holders[0].attaches]' <<<"$output")"
}

@test "a process that split its mapping is one holder, and no attach is missing" {
    segment 64K
    # the first page, and a page in the middle: four mappings

    attached 'my $at = at(); syscall(&SYS_mprotect, $at + 4096 * $_, 4096, 1) == 0 or die for 0, 8' "$id"
    same "attaches, as the kernel counts" 4 "$(kernel_says "$id" nattch)"
    prints "$pid" shmwho --pids "$id"
    succeeds shmwho --json "$id"
    same "counts" "[4,4,1,4,\"rw\"]" "$(jq -c '.sharedmemory[0] | [.nattch, .visible, (.holders | length), .holders[0].attaches, .holders[0].access]' <<<"$output")"
}

@test "a process that unmapped a part of its mapping is still a holder" {
    segment 64K
    attached 'my $at = at(); syscall(&SYS_munmap, $at, 8192) == 0 or die' "$id"
    prints "$pid" shmwho --pids "$id"
}

@test "RSS is the memory that the process has touched, as in smaps" {
    segment 1M
    hold "$id"
    idle=$pid
    attached 'my $at = at(); open my $mem, "+<:raw", "/proc/self/mem" or die;
        for (0, 3, 4, 200) { sysseek $mem, $at + 4096 * $_, 0; syswrite $mem, "x" }
        my $more = at(); sysseek $mem, $more, 0; sysread $mem, my $b, 8192' "$id"
    for who in "$idle" "$pid"; do
        wanted=$(in_memory "$who")
        succeeds shmwho --json "$id"
        same "rss" "$wanted" "$(jq --argjson pid "$who" '.sharedmemory[0].holders[] | select(.pid == $pid) | .rss' <<<"$output")"
    done
    [ "$wanted" -gt 0 ]
    rows shmwho "$id"
    same "in the table" "$((wanted / 1024))K" "$(awk -v pid="$pid" '$1 == pid { print $5 }' <<<"$output")"
}

@test "the user is the effective user of the process: a name, or a number" {
    needs_nobody
    segment -m 666 4K
    start setpriv --reuid 65534 --regid 65534 --clear-groups "$nobody_bin/shmattach" "$id"
    wait_until test -s out
    nobody=$pid
    start setpriv --reuid 54321 --regid 54321 --clear-groups "$nobody_bin/shmattach" "$id"
    wait_until test -s out
    rows shmwho "$id"
    same "users" "$(printf '%s\n' "$nobody $(id -un 65534)" "$pid 54321" | sort)" "$(awk 'NR > 1 { print $1, $2 }' <<<"$output" | sort)"
    succeeds shmwho --json "$id"
    same "in JSON" "[[54321,\"54321\"],[65534,\"$(id -un 65534)\"]]" "$(jq -c '[.sharedmemory[0].holders[] | [.uid, .user]] | sort' <<<"$output")"
}

@test "names with blanks, escapes and brackets split no row, and are complete in JSON" {
    segment 4K
    # every one of them is a possible name of a process
    names=('two words' $'tab\there' 'a) Z (b' $'\e[31mred' 'quo"te\\back' $'a\xffb' 'dé' ' ' ' a ' '-')
    shown=('two words' 'tab\x09here' 'a) Z (b' '\x1b[31mred' 'quo"te\\back' 'a\xffb' 'dé' '\x20' '\x20a\x20' '-')
    for nth in "${!names[@]}"; do
        start perl -MIPC::SysV=shmat -e '$| = 1; open C, ">", "/proc/self/comm"; syswrite C, $ARGV[1]; close C;
            shmat($ARGV[0], undef, 0) // die; print "held\n"; sleep 3600' "$id" "${names[nth]}"
        wait_until test -s out
        succeeds shmwho "$id"
        same "rows" $((nth + 2)) "${#lines[@]}"
        same "cells of every row" "" "$(awk 'NF < 6' <<<"$output")"
        got=$(awk -v pid="$pid" '$1 == pid' <<<"$output" | sed -E 's/^ *([^ ]+ +){5}//')
        same "name" "${shown[nth]}" "$got"
        succeeds shmwho --json "$id"
        [[ ${names[nth]} == *$'\xff'* ]] ||
            same "name in JSON" "${names[nth]}" "$(jq -r --argjson pid "$pid" '.sharedmemory[0].holders[] | select(.pid == $pid) | .command' <<<"$output")"
    done
}

@test "several operands: an ID column, and the holders of each segment" {
    segment -k 0xd1 4K
    first=$id
    hold "$first"
    one=$pid
    segment 4K
    hold "$first" "$id"
    rows shmwho key:0xd1 "$id"
    same "headings" "ID PID USER ACCESS ADDRESS RSS COMMAND" "${output%%$'\n'*}"
    same "rows" "$(printf '%s\n' "$first $one" "$first $pid" | sort -n -k 2)
$id $pid" "$(awk 'NR > 1 { print $1, $2 }' <<<"$output")"
    succeeds shmwho --json key:0xd1 "$id"
    same "JSON" "[[$first,2],[$id,1]]" "$(jq -c '[.sharedmemory[] | [.id, (.holders | length)]]' <<<"$output")"
    same "each pid once" "$(printf '%s\n' "$one" "$pid" | sort -n)" "$(shmwho --pids "$first" "$id")"
    ipcrm -m "$first"
}

@test "several operands, one of them not attached, or missing" {
    segment 4K
    free=$id
    segment 4K
    hold "$id"
    run -7 --separate-stderr shmwho --pids "$free" "$id"
    same "pids" "$pid" "$output"
    same "standard error" "shmwho: $free: not attached" "$stderr"
    run -3 --separate-stderr shmwho --pids 999 "$id"
    same "pids" "$pid" "$output"
    run -1 --separate-stderr shmwho --pids 999 "$free" "$id"
    same "pids" "$pid" "$output"
    run -7 --separate-stderr shmwho --json "$free" "$id"
    same "JSON" "[[$free,0],[$id,1]]" "$(jq -c '[.sharedmemory[] | [.id, (.holders | length)]]' <<<"$output")"
}

@test "without operand: every segment that is attached, with its id" {
    # shellcheck disable=SC2016 # the inner shell's
    run -0 --separate-stderr fresh sh -c 'shmwho | xargs; shmwho --pids; shmwho --json
        shmcreate 4K >ids; shmcreate 4K >>ids; shmcreate 4K >>ids
        shmattach 1 shmattach 2 sh -c "shmwho --pids; shmwho --json; shmwho" | tr -s " "'
    same "none" 'ID PID USER ACCESS ADDRESS RSS COMMAND
{"version":1,"sharedmemory":[]}' "$(head -n 2 <<<"$output")"
    same "JSON" "[[1,1],[2,1]]" "$(sed -n 5p <<<"$output" | jq -c '[.sharedmemory[] | [.id, (.holders | length)]]')"
    same "rows" "ID PID
1 ${lines[2]}
2 ${lines[3]}" "$(sed -n '6,$p' <<<"$output" | awk '{ print $1, $2 }')"
    [ "${lines[2]}" -lt "${lines[3]}" ]
}

@test "without operand: a segment without a visible process has a row, and is counted" {
    inside=(unshare --pid --fork --mount-proc)
    segment 4K
    hold "$id"
    first=$id
    segment 4K
    hold "$first" "$id"
    run -0 --separate-stderr "${inside[@]}" shmwho
    same "rows" "$(printf '%s\n' "$first ? ? ? ? ? ?" "$id ? ? ? ? ? ?" | sort -n)" "$(tail -n +2 <<<"$output" | awk '{ $1 = $1; print }')"
    same "standard error" "shmwho: cannot show all attaches of 2 segments (see shmwho SEGMENT)
hint: run it on the host; the processes are outside this PID or IPC namespace" "$stderr"
}

@test "JSON has a version, and numbers are numbers" {
    segment 4K
    hold "$id"
    succeeds shmwho --json "$id"
    same "version" 1 "$(jq .version <<<"$output")"
    same "holder" "{\"pid\":$pid,\"uid\":$(id -u),\"user\":\"$(id -un)\",\"access\":\"rw\",\"address\":\"0x$(address "$pid")\",\"rss\":0,\"attaches\":1,\"command\":\"holder\",\"args\":\"holder\"}" \
        "$(jq -c '.sharedmemory[0].holders[0]' <<<"$output")"
}

@test "JSON has the command line of a holder, and the beginning of a long one" {
    segment 4K
    args() { shmwho --json "$id" | jq -j '.sharedmemory[0].holders[0].args'; }
    start shmattach "$id" sh -c 'echo held; exec sleep 3600' 'two words' '' $'a\nb'
    wait_until grep -q held out
    like "args" $'*shmattach '"$id"$' sh -c echo held; exec sleep 3600 two words  a\nb' "$(args)"
    end "$pid"
    start shmattach "$id" sh -c 'echo held; exec sleep 3600' "$(printf '%05000d' 0)"
    wait_until grep -q held out
    args >long
    same "bytes" 4095 "$(wc -c <long)"
    like "end" "*000.." "$(<long)"
}

@test "holders of a marked segment are named, but not holders of another one with the same key" {
    segment -k 0xd2 4K
    old=$id
    hold "$old"
    one=$pid
    ipcrm -m "$old"
    segment -k 0xd2 4K
    hold "$id"
    prints "$one" shmwho --pids "$old"
    prints "$pid" shmwho --pids "$id"
    ipcrm -m "$id"
}

@test "id 0, and the highest id" {
    run -0 --separate-stderr fresh bash -c 'shmcreate 4K; shmattach 0 shmwho --pids 0 | wc -l
        id=$(shmcreate --id 2147483647 4K); shmattach "$id" sh -c "shmwho --pids $id | wc -l"'
    same "holders" $'0\n1\n1' "$output"
}

@test "--ns PID: the holders in that namespace" {
    apart
    there=$pid
    "${apart[@]}" shmcreate 4K >id
    holder 0
    prints "$pid" shmwho --ns "$there" --pids 0
}
