# SPDX-License-Identifier: MIT
# without /proc, as in an early initramfs: functions work, or report that they cannot
# runs against: glibc
# needs: release
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    load ../lib/portable
    SHMBOX_BIN=$SHMBOX_SOURCE/build/release/bin
    common_setup
    no_proc=$SHMBOX_SOURCE/tests/kernel/no-proc.sh
    "$no_proc" true 2>/dev/null || skip "needs to be root, to have another /proc"
}

teardown() { common_teardown; }

@test "the portable part of the suite passes without /proc" {
    same "files there" "" "$("$no_proc" ls /proc)"
    suite no-proc "$SHMBOX_BIN" "$no_proc"
}

@test "facts from /proc alone are unknown, and not empty" {
    segment 4K
    hold "$id"
    succeeds "$no_proc" shmstat --format '%{size} %{nattch} %{rss} %{swap}' "$id"
    same "values" "4096 1 ? ?" "$output"
    succeeds "$no_proc" shmls --json "$id"
    same "in JSON" "[4096,1,null,null]" "$(jq -c '.sharedmemory[0] | [.size, .nattch, .rss, .swap]' <<<"$output")"
    succeeds "$no_proc" shmlimits
    like "limits" "*rmid_forced: ?*" "$output"
}

@test "applets that require /proc report that, and do nothing" {
    segment 4K
    held=$id
    hold "$id"
    segment 4K # that nobody holds, and whose maker has ended
    id=$held
    before=$(cat /proc/sysvipc/shm)
    fails_like 1 "shmls: --ns $pid: /proc does not show its namespaces" "$no_proc" shmls --ns "$pid"
    fails_like 1 "shmcreate: 4K: choosing an id requires kernel.shm_next_id, *" "$no_proc" shmcreate --id 12345 4K
    fails_with 1 "shmcat: $id: the attached processes are unknown: /proc is not mounted" "$no_proc" shmcat --no-attach "$id"
    run -0 --separate-stderr "$no_proc" shmreap --remove --idle 0 --owner "$(id -u)"
    like "standard error" "shmreap: kept [1-9]* of unknown state (see --verbose, --unknown)" "$stderr"
    run -0 --separate-stderr "$no_proc" shmwho "$id"
    same "standard error" "shmwho: $id: 0 of 1 attaches visible"$'\n'"hint: mount -t proc proc /proc" "$stderr"
    same "segments" "$before" "$(cat /proc/sysvipc/shm)"
}
