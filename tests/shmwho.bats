# shmwho(1)

setup() { load helper; common_setup; }
teardown() { common_teardown; }

@test "shows pid, user, access, address and command of a holder" {
    segment 64K
    hold "$id"
    succeeds shmwho "$id"
    same "headings" "PID USER ACCESS ADDRESS RSS COMMAND" "$(awk 'NR == 1 { $1 = $1; print }' <<<"$output")"
    same "row" "$pid $(id -un) rw 0 holder" "$(awk 'NR == 2 { print $1, $2, $3, $5, $6 }' <<<"$output")"
    address=$(awk '/SYSV/ { sub(/-.*/, ""); print }' "/proc/$pid/maps")
    same "address" "0x$address" "$(awk 'NR == 2 { print $4 }' <<<"$output")"
}

@test "nobody is status 7, and nothing is printed" {
    segment 4K
    run -7 --separate-stderr shmwho "$id"
    same "output" "" "$output$stderr"
    run -7 --separate-stderr shmwho --json "$id"
    same "output" "" "$output$stderr"
}

@test "a segment that is not there is status 3" {
    fails_with 3 "shmwho: 999: no such segment" shmwho 999
}

@test "--pids prints pids alone" {
    segment 4K
    hold "$id"
    prints "$pid" shmwho --pids "$id"
}

@test "a process that attached twice, or split its mapping, is one holder" {
    segment 64K
    hold "$id" "$id"
    prints "$pid" shmwho --pids "$id"
    prints "2 1 2" sh -c 'shmwho --json "$1" | jq -r ".sharedmemory[] | \"\(.nattch) \(.holders | length) \(.holders[0].attaches)\""' sh "$id"
}
