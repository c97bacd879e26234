# SPDX-License-Identifier: MIT
# shmreap(1)
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    load ../lib/states
    common_setup
    apart
}

teardown() { common_teardown; }

me=$(id -u)

# orphan [SIZE [shmcreate's options]] - a segment whose creator has exited: $id
orphan()
{
    id=$("${apart[@]}" shmcreate "${@:2}" "${1-4K}")
}

# reap [OPTION].. - succeeds with nothing on standard error but how much was removed: $summary
reap()
{
    run -0 --separate-stderr "${apart[@]}" shmreap "$@"
    summary=$stderr
    [[ $stderr == "shmreap: removed "* && $stderr != *$'\n'* ]] || same "standard error" "" "$stderr"
}

# reaps IDS [OPTION].. - its table has these ids; no table at all for no ids
reaps()
{
    local wanted=$1
    shift
    reap "$@"
    same "ids in the table" "$wanted" "$(ids_of_table)"
}

# too_young [OPTION].. - nothing in its table, but a word on $id, which the usual minute saves
too_young()
{
    local since
    for _ in {1..20}; do
        since=$(date +%s)
        renew "$id"
        run -0 --separate-stderr "${apart[@]}" shmreap "$@"
        ! in_time 60 "$since" || break
    done
    same "standard output" "" "$output"
    same "standard error" "shmreap: skipped 1 segment idle for less than 1 minute (see --idle)" "$stderr"
}

ids_of_table()
{
    awk 'NR > 1 { printf "%s%s", sep, $1; sep = " " }' <<<"$output"
}

# is_left IDS - these are the segments there now
is_left()
{
    same "segments left" "$1" "$("${apart[@]}" awk 'NR > 1 { print $2 }' /proc/sysvipc/shm | sort -n | xargs)"
}

# evidence ID JQ - of the last output, in JSON
evidence()
{
    jq -c ".sharedmemory[] | select(.id == $1) | $2" <<<"$output"
}

# ---- lists ----

@test "lists unattached segments whose creator has exited, and removes nothing" {
    orphan 64K
    reap --idle 0
    same "headings" "ID KEY OWNER SIZE CPID LPID IDLE ORPHAN REASON" "$(awk 'NR == 1 { $1 = $1; print }' <<<"$output")"
    like "row" "0 - $(id -un) 64K * 0 *[sm] yes *" "$(awk 'NR == 2 { $1 = $1; print }' <<<"$output")"
    is_left 0
}

@test "without an orphan it prints nothing, with status 0, even with --remove" {
    prints "" "${apart[@]}" shmreap
    prints "" "${apart[@]}" shmreap --verbose
    prints "" "${apart[@]}" shmreap --remove --idle 0
    prints "" "${apart[@]}" shmreap --unattached --owner "$me"
    prints '{"version":1,"sharedmemory":[]}' "${apart[@]}" shmreap --json
    prints '{"version":1,"sharedmemory":[]}' "${apart[@]}" shmreap --json --remove --idle 0
}

@test "an orphan satisfies all conditions: not attached, creator and last user exited, idle" {
    orphan
    holder "$id"
    orphan
    user "$id"
    maker
    orphan
    reaps "$id" --idle 0
    reaps "" --idle 1h
    reaps "$id" --idle 0 --remove
    is_left "0 1 2"
}

@test "the idle time is a minute, unless --idle is given" {
    orphan
    dead=$(dead_pid)
    too_young
    reaps "" --idle 1h # who says so knows
    now=$(date +%s)
    run -0 --separate-stderr stamped 0 0 $((now - 61)) "$dead" 0 shmreap
    same "after 61 seconds" 0 "$(ids_of_table)"
    grep -q INJECTED trace
    for _ in {1..20}; do
        now=$(date +%s)
        run -0 --separate-stderr stamped 0 0 $((now - 30)) "$dead" 0 shmreap
        ! in_time 30 "$now" || break
    done
    same "after 30 seconds" "" "$output"
    run -0 --separate-stderr stamped 0 0 $((now - 30)) "$dead" 0 shmreap -I 20s
    same "20 are enough" 0 "$(ids_of_table)"
    run -0 --separate-stderr stamped 0 0 $((now - 61)) "$dead" 0 shmreap -I 1h
    same "61 are too few" "" "$output"
}

@test "idle counts from the latest of the three times" {
    orphan
    dead=$(dead_pid)
    long=$(($(date +%s) - 90))
    for times in "$long $long $long" "$long 0 $long" "0 $long $long" "0 0 $long"; do
        # shellcheck disable=SC2086 # three words
        run -0 --separate-stderr stamped $times "$dead" "$dead" shmreap
        same "idle since $times" 0 "$(ids_of_table)"
    done
    for nth in 0 1 2; do
        for _ in {1..20}; do
            since=$(date +%s)
            times=("$long" "$long" "$long")
            times[nth]=$((since - 30))
            run -0 --separate-stderr stamped "${times[@]}" "$dead" "$dead" shmreap
            ! in_time 30 "$since" || break
        done
        same "idle since ${times[*]}" "" "$output"
    done
}

@test "a segment that was never attached has no last user: only its creator counts" {
    orphan
    same "last user" "0 0 0" "$("${apart[@]}" awk 'NR == 2 { print $6, $12, $13 }' /proc/sysvipc/shm)"
    reaps 0 --idle 0
    maker
    reaps 0 --idle 0
}

# ---- filters ----

@test "--remove requires --idle, with any other options" {
    orphan 64K
    for filter in "" "--verbose --json" "--min-size 1" "--owner $me" "--key 0x99" "--keyed" "--dry-run" "--unattached --owner $me"; do
        # shellcheck disable=SC2086 # several words
        fails_with 2 "shmreap: --remove requires --idle" "${apart[@]}" shmreap --remove $filter
    done
    is_left 0
    for filter in "" "--min-size 64K" "--owner $me"; do
        # shellcheck disable=SC2086 # two words
        reaps "" --remove --idle 1h $filter
        # shellcheck disable=SC2086
        reaps 0 --remove --idle 0 $filter
        is_left ""
        "${apart[@]}" shmcreate --id 0 64K >id
    done
    reaps "" --remove --key 0x99 --idle 0
    is_left 0
    # a list has the usual minute
    too_young --owner "$me"
}

@test "--remove removes the selected segments, and lists only these" {
    orphan 4K
    orphan 64K
    orphan 8K
    reaps "1 2" --remove --idle 0 --min-size 8K
    is_left 0
}

@test "--owner selects by user, group, or both" {
    needs_nobody
    orphan 4K -u 4321:4322
    orphan 4K -u 4321:4323
    orphan
    reaps "0 1" --idle 0 --owner 4321
    reaps 0 --idle 0 --owner :4322
    reaps 1 --idle 0 --owner 4321:4323
    reaps "" --idle 0 --owner 4321:4324
    reaps 1 --idle 0 --owner 4321:4323 --remove
    is_left "0 2"
}

@test "all filters must pass" {
    needs_nobody
    orphan 4K -u 4321
    orphan 64K -u 4321
    orphan 64K
    reaps 1 --remove --idle 0 --owner 4321 --min-size 8K
    is_left "0 2"
}

@test "--creator selects what a process created, which has exited" {
    pids=()
    for _ in 1 2; do
        pids+=("$("${apart[@]}" perl -e 'print $$; shmget(0, 4096, 01600) // die for 1, 2')")
    done
    orphan
    reaps "0 1" --idle 0 --creator "${pids[0]}"
    reaps "2 3" --idle 0 -C "${pids[1]}"
    reaps "" --idle 0 --creator "${pids[0]}" --min-size 8K
    reaps "2 3" --remove --idle 0 --creator "${pids[1]}"
    is_left "0 1 4"
    # a creator that lives keeps its segments
    maker
    reaps "" --remove --idle 0 --creator "$pid"
    # it is no reason to remove what can still be in use
    fails_like 2 "shmreap: --unattached requires *" "${apart[@]}" shmreap --unattached --creator "${pids[0]}"
    fails_like 2 "shmreap: --creator 0: *" "${apart[@]}" shmreap --creator 0
    is_left "0 1 4 5"
}

# ---- keys ----

@test "a segment with a key is removed with --keyed only, and otherwise reported" {
    orphan 4K -k 0x71
    orphan
    orphan 4K -k 0x72
    reaps "0 1 2" --idle 0
    for filter in "--min-size 1" "--owner $me" "--unattached --owner $me"; do
        # shellcheck disable=SC2086 # several words
        run -0 --separate-stderr "${apart[@]}" shmreap --remove --dry-run --idle 0 $filter
        same "would go" 1 "$(ids_of_table)"
        same "standard error" "shmreap: kept 2 segments with a key (see --keyed)" "$stderr"
    done
    run -0 --separate-stderr "${apart[@]}" shmreap --remove --idle 0 --key 0x71
    same "standard output" "" "$output"
    same "standard error" "shmreap: kept 1 segment with a key (see --keyed)" "$stderr"
    is_left "0 1 2"
    reaps 0 --remove --idle 0 --keyed --key 0x71
    reaps "1 2" --remove --idle 0 --keyed
    is_left ""
}

@test "--key accepts file: and key: too, and a missing path is an error" {
    touch here
    key=$(shmkey here)
    orphan 4K -k "$key"
    reaps 0 --idle 0 --key "key:$key"
    reaps 0 --idle 0 --key file:here
    fails_like 3 "shmreap: file:nowhere: *" "${apart[@]}" shmreap --idle 0 --key file:nowhere
    reaps 0 --remove --idle 0 --keyed -k file:here
}

# ---- --unattached ----

@test "--unattached requires --owner or --key" {
    orphan
    fails_like 2 "shmreap: --unattached requires *" "${apart[@]}" shmreap --unattached
    fails_like 2 "shmreap: --unattached requires *" "${apart[@]}" shmreap --unattached --idle 0 --min-size 1
    fails_like 2 "shmreap: --unattached requires *" "${apart[@]}" shmreap --unattached --remove --idle 0 --min-size 1
    is_left 0
}

@test "--unattached selects all unattached segments, even if their creator is alive" {
    orphan
    holder "$id"
    orphan
    user "$id"
    maker 4096 0x71
    orphan
    for _ in {1..20}; do
        since=$(date +%s)
        renew 1 2 3
        reap --unattached --owner "$me"
        ! in_time 60 "$since" || break
    done
    same "not for a minute" "" "$output"
    reaps "1 2 3" --idle 0 --unattached --owner "$me"
    reaps 2 --idle 0 --unattached --key 0x71
    reaps "" --idle 0 --unattached --owner $((me + 1))
    reaps "1 2 3" -I 0 -U --owner "$me" --remove --keyed
    is_left 0
}

@test "--unattached respects the other filters" {
    maker 4096
    maker 65536
    reaps 1 --unattached --owner "$me" --idle 0 --min-size 8K
    reaps "" --unattached --owner "$me" --idle 1h
    reaps "0 1" --unattached --owner "$me" --idle 0
    reaps 1 --unattached --owner "$me" --idle 0 --min-size 8K --remove
    is_left 0
}

# ---- what is said ----

@test "--remove sums up what was removed, and what else became of the others" {
    orphan 4K
    reap --remove --idle 0
    same "of one" "shmreap: removed 1 segment, 4K" "$summary"
    for size in 1M 300K 5000; do
        orphan "$size"
    done
    reap --remove --idle 0 --json
    same "of three" "shmreap: removed 3 segments, 1.3M" "$summary"
    # of what was not removed, nothing
    orphan
    reap --idle 0
    same "of a list" "" "$summary"
    reap --remove --dry-run --idle 0
    same "of a test" "" "$summary"
    reap --remove --idle 1h
    same "of none" "" "$summary"
    orphan 4K -k 0x71
    holder "$id"
    end "$pid"
    run -0 --separate-stderr "${apart[@]}" shmreap --remove --idle 0
    same "standard error" "shmreap: kept 1 segment with a key (see --keyed)
shmreap: removed 1 segment, 4K; kept 1" "$stderr"
}

@test "the sum has what was marked, and what was kept at the last moment" {
    orphan
    orphan
    orphan
    # the look right before the removal of the first, and the removal; then the same of the second
    stopped_after shmctl 5 shmreap --remove --idle 0
    holder 1
    goes_on 0
    like "standard error" "shmreap: 1: *
shmreap: removed 2 segments, 8K; @(kept 1|marked 1 for removal)" "$stderr"
}

@test "--quiet notes nothing, and failures are still told" {
    orphan
    orphan 4K -k 0x71
    run -0 --separate-stderr "${apart[@]}" shmreap --remove --idle 0
    same "without it" 2 "${#stderr_lines[@]}"
    for options in "" "--remove --idle 0" "--remove --idle 0 --json" "--unattached --owner $me"; do
        # shellcheck disable=SC2086 # several words
        succeeds "${apart[@]}" shmreap --quiet $options
        # shellcheck disable=SC2086
        succeeds "${apart[@]}" unshare --pid --fork --mount-proc shmreap -q $options
    done
    dead=$(dead_pid)
    succeeds stamped 0 0 $(($(date +%s) + 3600)) "$dead" 0 shmreap -q
    orphan
    succeeds "${apart[@]}" shmreap -q --remove --idle 0
    same "the list is there" "$id" "$(ids_of_table)"
    # what is kept at the last moment, or marked only
    for nth in 2 3; do
        orphan
        stopped_after shmctl $nth shmreap --quiet --remove --idle 0
        holder "$id"
        goes_on 0
        same "said" "" "$output$stderr"
        end "$pid"
        "${apart[@]}" ipcrm -m "$id" 2>/dev/null || : # of one that was marked, it is gone
    done
    fails_with 2 "shmreap: --remove requires --idle" "${apart[@]}" shmreap --quiet --remove
}

@test "--quiet does not hide that a segment may not be removed" {
    needs_nobody
    orphan
    for dry in --dry-run ""; do
        # shellcheck disable=SC2086 # one word or none
        run -4 --separate-stderr "${apart[@]}" setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all -- \
            "$nobody_bin/shmreap" --quiet --remove --idle 0 $dry
        like "first line of standard error" "shmreap: $id: *" "${stderr_lines[0]}"
    done
    is_left "$id"
}

# ---- --dry-run ----

@test "--dry-run overrides --remove, in any order" {
    orphan
    reaps 0 --remove --dry-run --idle 0
    reaps 0 -n --remove --idle 0
    is_left 0
    reap --remove --dry-run --idle 0 --json
    same "outcome" '"found"' "$(evidence 0 .outcome)"
    is_left 0
}

@test "--dry-run lists exactly what --remove would remove" {
    orphan 4K -k 0x71
    orphan 64K
    run -0 --separate-stderr "${apart[@]}" shmreap --remove --dry-run --idle 0
    same "would go" 1 "$(ids_of_table)"
    reaps "0 1" --remove --dry-run --idle 0 --keyed
    is_left "0 1"
}

# ---- unknown ----

@test "a segment of unknown state is kept, and listed with the reason by --verbose only" {
    orphan
    # from a pid namespace that its creator is not in
    inside=("${apart[@]}" unshare --pid --fork --mount-proc)
    for options in "" "--remove --owner $me" "--remove --unattached --owner $me"; do
        # shellcheck disable=SC2086 # several words
        run -0 --separate-stderr "${inside[@]}" shmreap --idle 0 $options
        same "standard output" "" "$output"
        same "standard error" "shmreap: kept 1 segment of unknown state (see --verbose, --unknown)" "$stderr"
    done
    run -0 --separate-stderr "${inside[@]}" shmreap --idle 0 --json
    same "JSON" '[]' "$(jq -c .sharedmemory <<<"$output")"
    succeeds "${inside[@]}" shmreap --idle 0 --verbose --remove --owner "$me"
    like "row" "0 - * ? creator is outside this PID namespace" "$(awk 'NR == 2 { $1 = $1; print }' <<<"$output")"
    succeeds "${inside[@]}" shmreap --idle 0 --verbose --json --remove --owner "$me"
    same "evidence" '[null,null,null,"kept"]' "$(evidence 0 '[.cpid, .creator, .orphan, .outcome]')"
    is_left 0
}

@test "--unknown treats unknown processes as exited, if its conditions are met" {
    for options in "" "--idle 0" "--idle 0 --owner $me" "--unattached --owner $me"; do
        # shellcheck disable=SC2086 # several words
        fails_with 2 "shmreap: --unknown requires --unattached and --idle" "${apart[@]}" shmreap --unknown $options
    done
    fails_like 2 "shmreap: --unattached requires *" "${apart[@]}" shmreap --unknown --unattached --idle 0
    orphan
    orphan 4K -k 0x71
    "${apart[@]}" perl -e 'shmread(0, my $b, 0, 1) or die'
    inside=("${apart[@]}" unshare --pid --fork --mount-proc)
    all=(shmreap --idle 0 --unattached --owner "$me")
    run -0 --separate-stderr "${inside[@]}" "${all[@]}" --remove
    same "without it" "shmreap: kept 2 segments of unknown state (see --verbose, --unknown)" "$output$stderr"
    prints "" "${inside[@]}" "${all[@]}" --unknown --idle 1h
    succeeds "${inside[@]}" "${all[@]}" --unknown
    same "would go" "0 1" "$(ids_of_table)"
    run -0 --separate-stderr "${inside[@]}" "${all[@]}" --unknown --remove
    same "removed" 0 "$(ids_of_table)"
    same "standard error" "shmreap: kept 1 segment with a key (see --keyed)
shmreap: removed 1 segment, 4K; kept 1" "$stderr"
    is_left 1
    warns_with "shmreap: removed 1 segment, 4K" "${inside[@]}" "${all[@]}" --unknown --remove --keyed
    is_left ""
}

@test "--unknown keeps the segments of a process alive in another PID namespace" {
    start "${apart[@]}" unshare --pid --fork --mount-proc perl -e '$| = 1;
        print 0 + (shmget(0, 4096, 01600) // die $!), "\n"; sleep 3600'
    wait_until test -s out
    run -0 --separate-stderr "${apart[@]}" shmreap --remove --idle 0 --unattached --owner "$me" --unknown
    same "said" "shmreap: kept 1 segment whose creator is alive in another PID namespace (see --verbose)" "$output$stderr"
    is_left 0
}

@test "times before the boot or in the future are counted in every mode, and --unknown selects them" {
    orphan
    dead=$(dead_pid)
    now=$(date +%s)
    told="shmreap: kept 1 segment with a time before the boot or in the future (see --unknown)"
    for wrong in $((now + 3600)) $((now - $(cut -d. -f1 /proc/uptime) - 10)); do
        for options in "" "--json" "--idle 0" "--remove --idle 0" "--remove --idle 0 --dry-run --keyed" \
            "--unattached --owner $me" "--remove --unattached --owner $me --idle 0" "--verbose --idle 0"; do
            # shellcheck disable=SC2086 # several words
            run -0 --separate-stderr stamped 0 0 "$wrong" "$dead" 0 shmreap $options
            same "standard error with $options" "$told" "$stderr"
        done
        run -0 --separate-stderr stamped 0 0 "$wrong" "$dead" 0 shmreap --remove --dry-run --unattached --owner "$me" --idle 0 --unknown
        same "would go" 0 "$(ids_of_table)"
        same "standard error" "" "$stderr"
        run -0 --separate-stderr stamped 0 0 "$wrong" "$dead" 0 shmls --ids --unattached --idle 0
        same "listed" "" "$output"
        same "standard error" "shmls: skipped 1 segment with a time before the boot or in the future" "$stderr"
    done
    is_left 0
}

@test "--verbose does not list segments that are in use" {
    orphan
    holder "$id"
    maker
    prints "" "${apart[@]}" shmreap --idle 0 --verbose
    orphan
    too_young --verbose
}

# ---- between the look and the removal ----

# the first shmctl(2) reads the highest index, the next one the only segment; then come the
# last check, and the removal
@test "a segment attached meanwhile is not removed, and reported" {
    orphan
    stopped_after shmctl 2 shmreap --remove --idle 0
    holder "$id"
    goes_on 0
    same "removed" "" "$output"
    same "standard error" "shmreap: 0: kept: it is in use again (attached)" "$stderr"
    is_left 0
    same "not even marked" 600 "$("${apart[@]}" awk 'NR == 2 { print $3 }' /proc/sysvipc/shm)"
}

@test "a segment kept by the last check has that outcome in JSON, with the evidence" {
    orphan
    stopped_after shmctl 2 shmreap --remove --idle 0 --json
    holder "$id"
    goes_on 0
    same "evidence" "[1,$pid,\"alive\",false,\"attached\",\"kept\"]" \
        "$(evidence 0 '[.nattch, .lpid, .last, .orphan, .reason, .outcome]')"
}

@test "a segment whose last user is alive meanwhile is kept" {
    orphan
    stopped_after shmctl 2 shmreap --remove --idle 0
    user "$id"
    goes_on 0
    same "standard error" "shmreap: 0: kept: it is in use again (last user $pid is alive)" "$stderr"
    is_left 0
}

@test "a segment used meanwhile is no longer idle for long enough" {
    for _ in {1..20}; do
        apart
        orphan
        wait_until idle_for_two "$id"
        stopped_after shmctl 2 shmreap --remove --idle 2s
        since=$(date +%s)
        "${apart[@]}" shmset --mode 640 "$id"
        goes_on 0
        ! in_time 2 "$since" || break
    done
    same "removed" "" "$output"
    like "standard error" "shmreap: 0: kept: it is in use again (used *s ago)" "$stderr"
    is_left 0
}

idle_for_two() { [ "$(date +%s)" -gt $(($("${apart[@]}" awk 'NR == 2 { print $14 }' /proc/sysvipc/shm) + 2)) ]; }

@test "a segment with a new owner meanwhile is no longer selected" {
    needs_nobody
    orphan
    stopped_after shmctl 2 shmreap --remove --idle 0 --owner "$me"
    "${apart[@]}" shmset --owner 4321 "$id"
    goes_on 0
    same "removed" "" "$output"
    same "standard error" "shmreap: 0: kept: it was changed and is no longer selected" "$stderr"
    is_left 0
}

@test "another segment that got the id meanwhile is not removed" {
    orphan 4K
    stopped_after shmctl 2 shmreap --remove --idle 0 --json
    "${apart[@]}" ipcrm -m 0
    "${apart[@]}" shmcreate --id 0 --key 0x71 4K >id
    goes_on 0
    same "outcome" '"gone"' "$(evidence 0 .outcome)"
    same "standard error" "" "$stderr"
    is_left 0
}

@test "the last check looks up the processes again: a reused pid is in use" {
    orphan
    creator=$("${apart[@]}" awk 'NR == 2 { print $5 }' /proc/sysvipc/shm)
    stopped_after pidfd_open 1 shmreap --remove --idle 0 # has asked whether the creator lives
    reborn "$creator"
    goes_on 0
    same "removed" "" "$output"
    same "standard error" "shmreap: 0: kept: it is in use again (creator $creator is alive)" "$stderr"
    is_left 0
}

@test "a segment attached after the last check is only marked: its holders are reported, status 0" {
    orphan
    stopped_after shmctl 3 shmreap --remove --idle 0
    holder "$id"
    goes_on 0
    same "standard error" "shmreap: 0: marked for removal: still attached by $pid holder
shmreap: removed 0 segments; marked 1 for removal" "$stderr"
    same "table" "" "$(ids_of_table)"
    is_left 0
    same "mode of one that is marked" 1600 "$("${apart[@]}" awk 'NR == 2 { print $3 }' /proc/sysvipc/shm)"
    end "$pid"
    is_left ""
}

@test "a segment that was only marked has that outcome in JSON" {
    orphan
    stopped_after shmctl 3 shmreap --remove --idle 0 --json
    holder "$id"
    goes_on 0
    same "outcome" '"marked"' "$(evidence 0 .outcome)"
    same "standard error" "shmreap: 0: marked for removal: still attached by $pid holder
shmreap: removed 0 segments; marked 1 for removal" "$stderr"
}

@test "of several holders three are named; if no holder is visible, they are counted" {
    orphan
    stopped_after shmctl 3 shmreap --remove --idle 0
    wanted=
    for _ in 1 2 3 4; do
        holder "$id"
        wanted="$wanted$pid"$'\n'
    done
    goes_on 0
    wanted=$(sort -n <<<"${wanted%$'\n'}" | awk 'NR <= 3 { printf "%s holder, ", $1 }')
    same "standard error" "shmreap: 0: marked for removal: still attached by $wanted.." "${stderr%%$'\n'*}"
    end_started
    apart
    needs_nobody
    "${apart[@]}" setpriv --reuid 65534 --regid 65534 --clear-groups "$nobody_bin/shmcreate" -m 666 4K
    stopped_after shmctl 3 setpriv --reuid 65534 --regid 65534 --clear-groups "$nobody_bin/shmreap" --remove --idle 0
    holder 0
    goes_on 0
    same "standard error" "shmreap: 0: marked for removal: still attached 1 time" "${stderr%%$'\n'*}"
}

@test "a segment that another process removed first is no failure, and not listed" {
    for nth in 2 3; do
        orphan
        stopped_after shmctl $nth shmreap --remove --idle 0
        "${apart[@]}" ipcrm -m "$id"
        goes_on 0
        same "said" "" "$output$stderr"
        apart
        orphan
        stopped_after shmctl $nth shmreap --remove --idle 0 --json
        "${apart[@]}" ipcrm -m "$id"
        goes_on 0
        same "outcome" '"gone"' "$(evidence "$id" .outcome)"
        same "standard error" "" "$stderr"
        apart
    done
}

# ---- rights ----

@test "a segment that may not be removed is status 4, and the others are removed" {
    needs_nobody
    nobody=("${apart[@]}" setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all --)
    orphan 4K
    "${nobody[@]}" "$nobody_bin/shmcreate" 8K
    orphan 12K
    "${nobody[@]}" "$nobody_bin/shmcreate" 16K
    for dry in --dry-run ""; do
        # shellcheck disable=SC2086 # one word or none
        run -4 --separate-stderr "${nobody[@]}" "$nobody_bin/shmreap" --remove --idle 0 $dry
        no_sanitizer_spoke
        same "lines about it" "0 2" "$(sed -n 's/^shmreap: \([0-9]*\): .*/\1/p' <<<"$stderr" | xargs)"
        same "table" "1 3" "$(ids_of_table)"
        [ -n "$dry" ] || is_left "0 2"
        [ -z "$dry" ] || is_left "0 1 2 3"
    done
    run -4 --separate-stderr "${nobody[@]}" "$nobody_bin/shmreap" --remove --idle 0 --json
    same "outcomes" '["failed","failed"]' "$(jq -c '[.sharedmemory[].outcome]' <<<"$output")"
    is_left "0 2"
}

@test "lists unreadable segments" {
    needs_nobody
    orphan 4K -m 0
    succeeds "${apart[@]}" setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all -- \
        "$nobody_bin/shmreap" --idle 0
    same "table" 0 "$(ids_of_table)"
}

# ---- JSON ----

@test "--json has the evidence for each verdict, with types, and the outcome" {
    needs_nobody
    orphan 5000 -k 0x71 -u 4321 -m 640
    reap --idle 0 --json
    same "version" 1 "$(jq .version <<<"$output")"
    creator=$("${apart[@]}" awk 'NR == 2 { print $5 }' /proc/sysvipc/shm)
    same "who" '["0x00000071",4321,"rw-r-----",5000]' "$(evidence 0 '[.key, .uid, .perms, .size]')"
    same "evidence" "[0,$creator,\"ended\",0,true]" "$(evidence 0 '[.nattch, .cpid, .creator, .lpid, .orphan]')"
    same "types" '["number","number","number","number","string","string"]' \
        "$(evidence 0 '[.ctime, .atime, .dtime, .idle, .reason, .outcome] | map(type)')"
    same "nobody ever used it" '""' "$(evidence 0 .last)"
    same "outcome" '"found"' "$(evidence 0 .outcome)"
    "${apart[@]}" perl -e 'shmread(0, my $b, 0, 1) or die'
    reap --idle 0 --json --remove --keyed --key 0x71
    same "last user" '"ended"' "$(evidence 0 .last)"
    same "outcome" '"removed"' "$(evidence 0 .outcome)"
    is_left ""
}

@test "--json with --verbose distinguishes kept and removed segments" {
    orphan
    inside=("${apart[@]}" unshare --pid --fork --mount-proc)
    warns_with "shmreap: removed 1 segment, 8K; kept 1" \
        "${inside[@]}" sh -c 'shmcreate 8K >/dev/null; exec shmreap --remove --idle 0 --verbose --json'
    same "outcomes" '[[0,"kept",null],[1,"removed",true]]' "$(jq -c '[.sharedmemory[] | [.id, .outcome, .orphan]]' <<<"$output")"
    is_left 0
}

# ---- many ----

@test "five hundred orphans are removed, and segments in use among them are kept" {
    maker
    "${apart[@]}" perl -e 'shmget(0, 4096, 01600) // die "shmget: $!\n" for 1 .. 250'
    orphan 64K
    holder "$id"
    "${apart[@]}" perl -e 'shmget(0, 4096, 01600) // die "shmget: $!\n" for 1 .. 250'
    reap --remove --idle 0
    same "rows" 501 "$(wc -l <<<"$output")"
    is_left "0 251"
}

@test "--ns PID reaps in the namespace of that process" {
    orphan
    there=${started[0]}
    warns_with "shmreap: removed 1 segment, 4K" shmreap --ns "$there" --remove --idle 0
    same "table" 0 "$(ids_of_table)"
    is_left ""
}

# ---- all namespaces ----

# neighbour - an IPC namespace beside that of the test: its process in $there, its number in $ns
neighbour()
{
    start unshare --ipc sleep 3600
    there=$pid
    wait_until elsewhere "$there"
    ns=$(stat -Lc %i "/proc/$there/ns/ipc")
    beside=(nsenter --ipc --target "$there")
}

elsewhere() { [ "$(stat -Lc %i "/proc/$1/ns/ipc")" != "$(stat -Lc %i /proc/self/ns/ipc)" ]; }

# of_both JQ - of the last output, in JSON: what is said of the namespaces of this test
of_both()
{
    jq -c --argjson one "$(stat -Lc %i "/proc/${started[0]}/ns/ipc")" --argjson other "$ns" \
        "[.sharedmemory[] | select(.ns == \$one or .ns == \$other)] | $1" <<<"$output"
}

# owned SIZE.. - segments of one user, and no others have any: in both namespaces
owned()
{
    for size; do
        "${apart[@]}" shmcreate --owner 4321 "$size"
        "${beside[@]}" shmcreate --owner 4321 "$size"
    done >>made
}

# An owner that nobody else has keeps the tests away from the segments of the machine.
all_ns=(shmreap --all-ns --owner 4321 --quiet --idle 0)

@test "--all-ns lists and removes in every namespace, and says where" {
    needs_nobody
    neighbour
    owned 4K 8K
    "${beside[@]}" shmcreate --owner 4321 --key 0x71 4K >>made
    "${beside[@]}" shmcreate 4K >>made
    for applet in "${all_ns[*]}" "shmreap --all-ns --owner 4321 --idle 0 --remove --dry-run --quiet"; do
        # shellcheck disable=SC2086 # several words
        succeeds $applet --keyed
        like "headings" "NS NSPID CGROUP ID KEY OWNER SIZE CPID LPID IDLE ORPHAN REASON" "$(awk 'NR == 1 { $1 = $1; print }' <<<"$output")"
        same "rows there" 3 "$(awk -v ns="$ns" '$1 == ns && $2 == '"$there" <<<"$output" | wc -l)"
    done
    succeeds "${all_ns[@]}" --json
    same "keys" '["ns","nspid","cgroup","id"]' "$(of_both '.[0] | keys_unsorted[:4]')"
    same "found" '[[4096,"found"],[8192,"found"]]' "$(of_both 'map(select(.ns == $one) | [.size, .outcome])')"
    succeeds "${all_ns[@]}" --json --remove
    same "removed" '[4096,8192,4096,8192]' "$(of_both 'sort_by(.ns == $other) | map(select(.outcome == "removed") | .size)')"
    is_left ""
    same "left there" "4096 71 4096" "$("${beside[@]}" awk 'NR > 1 { printf "%s %x ", $4, $1 }' /proc/sysvipc/shm | awk '{ print $1, $2, $3 }')"
}

@test "--all-ns names the namespace of what it did not remove" {
    strace -o trace true 2>/dev/null || skip "needs strace"
    untraced_leaks
    # where no other namespace can be seen; the sixth call is the removal
    # shellcheck disable=SC2016 # the inner shell's
    run -4 --separate-stderr "${apart[@]}" unshare --pid --fork --mount-proc sh -c 'rm -f made
        unshare --ipc sh -c "shmcreate 4K >made; exec sleep 3600" &
        until [ -s made ]; do sleep 0.01; done; "$@"' sh strace -qq -o trace -e trace=shmctl \
        -e inject=shmctl:error=EPERM:when=6 "$SHMBOX_BIN/shmreap" --all-ns --idle 0 --remove
    like "standard error" "shmreap: 0 (--ns [1-9]*): *" "$stderr"
}

@test "--all-ns sums up over all namespaces, and --quiet leaves out what it could not enter" {
    needs_nobody
    neighbour
    owned 1M 4K
    run -0 --separate-stderr shmreap --all-ns --owner 4321 --idle 0 --remove
    like "sum" "*shmreap: removed 4 segments, 2.1M*" "$stderr"
    PATH=$nobody_bin:$PATH
    nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all --)
    run -0 --separate-stderr "${nobody[@]}" shmreap --all-ns --owner 4321 --idle 0
    like "without --quiet" "*shmreap: cannot *" "$stderr"
    prints "" "${nobody[@]}" shmreap --all-ns --owner 4321 --idle 0 --quiet
}

# ---- cron and systemd ----

# command_in FILE - the command that cron or systemd runs, with the program of this build
command_in()
{
    awk '/^[^#]/ && NF > 6 && $6 == "root" { $1 = $2 = $3 = $4 = $5 = $6 = ""; print }
        sub(/^ExecStart=/, "")' "$SHMBOX_SOURCE/package/$1" | sed "s|/usr/bin/|$SHMBOX_BIN/|"
}

# regularly COMMAND - as cron and systemd run it: hardly an environment, and no new privileges
regularly()
{
    run -0 --separate-stderr "${apart[@]}" env -i setpriv --no-new-privs sh -c "$1" </dev/null
    no_sanitizer_spoke
}

@test "cron and systemd remove orphans that have been idle for long enough, and no others" {
    for file in shmreap.cron shmreap.service; do
        orphan 4K --key 0x5432
        keyed=$id
        orphan
        held=$id
        holder "$held"
        orphan
        command=$(command_in "$file")
        like "$file" "*/shmreap --remove --idle 7d@(| --quiet)" "$command"
        # nothing has been idle for a week, and both are read as if it were no time
        regularly "$command"
        same "standard output" "" "$output"
        # what is not worth a mail
        [ "$file" != shmreap.cron ] || same "standard error" "" "$stderr"
        left "$id"
        regularly "${command/7d/0}"
        same "removed" "$id" "$(ids_of_table)"
        left "$keyed"
        left "$held"
        "${apart[@]}" ipcrm -m "$keyed"
        end "$pid"
        "${apart[@]}" ipcrm -m "$held"
    done
}

@test "the files for cron and systemd are valid" {
    # five fields of time, a user and a command
    same "lines for cron" 1 "$(grep -cE '^([0-9*]+ ){5}root /usr/bin/shmreap ' "$SHMBOX_SOURCE/package/shmreap.cron")"
    # shmreap(1) shows lines of these files
    sed -n '/^\.Sh REGULAR REMOVAL/,/^\.Sh EXIT/{/^\.Bd/,/^\.Ed/{/^\(\.\|#\|$\)/!{s/\\-/-/g;p}}}' "$SHMBOX_SOURCE/man/shmreap.1" >shown
    same "lines that the page shows" 9 "$(wc -l <shown)"
    same "lines that no file has" "" "$(grep -vxFf <(cat "$SHMBOX_SOURCE"/package/shmreap.{cron,service,timer}) shown)"
    sed "s|/usr/bin/|$SHMBOX_BIN/|" "$SHMBOX_SOURCE/package/shmreap.service" >shmreap.service
    cp "$SHMBOX_SOURCE/package/shmreap.timer" .
    # systemd checks its files if it is installed; the page need not be installed
    ! command -v systemd-analyze >/dev/null || prints "" systemd-analyze verify --man=no ./shmreap.service ./shmreap.timer
}

@test "--remove with a closed standard output removes nothing: the list would be lost" {
    orphan 4K
    run -1 --separate-stderr "${apart[@]}" bash -c 'shmreap --remove --idle 0 >&-'
    same "standard error" "shmreap: standard output is closed" "$stderr"
    is_left 0
}

@test "--all is not taken for --all-ns" {
    fails_with 2 "shmreap: --all: unknown option" shmreap --remove --idle 1d --all
    hints "leave it out: *"
}
