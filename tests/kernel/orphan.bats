# SPDX-License-Identifier: MIT
# the verdict: orphan, in use, or unknown
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    load ../lib/states
    common_setup
    apart
}

teardown() { common_teardown; }

yes="not attached; creator and last user have exited"
hidden="processes are hidden, or /proc is missing"
before="its times are before the boot or in the future"

# orphan - a segment whose creator has exited: $id
orphan()
{
    id=$("${apart[@]}" shmcreate 4K)
}

# used - its last user has exited, too
used()
{
    "${apart[@]}" perl -e 'shmread($ARGV[0], my $b, 0, 1) or die "shmread: $!\n"' "$id"
}

# verdict WANTED [CMD..] - of segment $id: orphan, creator, last and reason, by shmreap or, where
# that has nothing to list, by shmls; CMD.. is put before these
verdict()
{
    local wanted=$1 facts='.sharedmemory[] | select(.id == $id) | [.orphan, .creator, .last, .reason] | map(tostring) | join(" ")'
    shift
    run -0 --separate-stderr "${apart[@]}" "$@" shmreap --idle 0 --verbose --json
    no_sanitizer_spoke
    [ -z "$stderr" ] || like "standard error" "shmreap: kept 1 segment with a time before the boot *" "$stderr"
    got=$(jq -r --argjson id "$id" "$facts" <<<"$output")
    if [ -z "$got" ]; then
        succeeds "${apart[@]}" "$@" shmls --json
        got=$(jq -r --argjson id "$id" "$facts" <<<"$output")
    fi
    same "verdict" "$wanted" "$got"
}

# reaps_nothing CMD.. - nothing on standard output; what is unknown may be counted
reaps_nothing()
{
    run -0 --separate-stderr "$@"
    no_sanitizer_spoke
    same "standard output" "" "$output"
    [ -z "$stderr" ] || like "standard error" "shmreap: kept [1-9] segment*" "$stderr"
}

# kept [CMD..] - and nothing takes it but its id
kept()
{
    local me
    me=$(id -u)
    reaps_nothing "${apart[@]}" "$@" shmreap --remove --idle 0
    reaps_nothing "${apart[@]}" "$@" shmreap --remove --idle 0 --owner "$me"
    reaps_nothing "${apart[@]}" "$@" shmreap --remove --idle 0 --min-size 1
    left "$id"
}

# table WANTED CPID LPID ATIME DTIME [CTIME] - the verdict on the first segment with these values of the kernel
table()
{
    local wanted=$1 recent
    recent=$(($(date +%s) - 70))
    run -0 --separate-stderr stamped "$4" "$5" "${6-$recent}" "$2" "$3" shmls --json --output orphan,creator,last,reason
    grep -q INJECTED trace
    same "verdict" "$wanted" "$(jq -r '.sharedmemory[0] | map(tostring) | join(" ")' <<<"$output")"
}

# ---- the table ----

@test "an attached segment is in use, even if its creator and last user have exited" {
    orphan
    used
    holder "$id"
    verdict "false ended alive attached"
    # attached by a process, and last used by another that has exited
    used
    verdict "false ended ended attached"
    kept
}

@test "a segment whose creator is alive is in use" {
    maker
    creator=$pid
    verdict "false alive  creator $creator is alive"
    used
    verdict "false alive ended creator $creator is alive"
    kept
}

@test "a segment whose last user is alive is in use" {
    orphan
    user "$id"
    verdict "false ended alive last user $pid is alive"
    kept
    # not the last any more
    used
    verdict "true ended ended $yes"
}

@test "never attached: only the creator counts" {
    orphan
    verdict "true ended  $yes"
}

@test "attached, detached, and all processes have exited: an orphan" {
    orphan
    used
    verdict "true ended ended $yes"
    holder "$id"
    end "$pid"
    verdict "true ended ended $yes"
}

@test "an orphan may be locked, keyed or large" {
    id=$("${apart[@]}" shmcreate --key 0x71 --lock --mode 0 1M)
    verdict "true ended  $yes"
}

@test "every case of pid 0 is unknown, unless another process shows that it is in use" {
    orphan
    start sleep 3600
    dead=$(dead_pid)
    ago=$(($(date +%s) - 65))
    table "true ended  $yes" "$dead" 0 0 0
    table "true ended ended $yes" "$dead" "$dead" "$ago" "$ago"
    table "true ended ended $yes" "$dead" "$dead" "$ago" 0
    table "null ended null last user is outside this PID namespace" "$dead" 0 "$ago" 0
    table "null ended null last user is outside this PID namespace" "$dead" 0 0 "$ago"
    table "null ended null last user is outside this PID namespace" "$dead" 0 "$ago" "$ago"
    table "null null  creator is outside this PID namespace" 0 0 0 0
    table "null null ended creator is outside this PID namespace" 0 "$dead" "$ago" "$ago"
    table "null null null creator is outside this PID namespace" 0 0 "$ago" "$ago"
    table "false null alive last user $pid is alive" 0 "$pid" "$ago" "$ago"
    table "false alive null creator $pid is alive" "$pid" 0 "$ago" "$ago"
    table "false alive alive creator $pid is alive" "$pid" "$pid" "$ago" "$ago"
}

@test "shmls --orphan lists certain orphans only, and so does the status column" {
    orphan
    maker
    for _ in {1..20}; do
        since=$(date +%s)
        renew 0
        run -0 --separate-stderr "${apart[@]}" shmls --ids --orphan
        ! in_time 60 "$since" || break
    done
    same "before a minute has passed" "" "$output"
    same "standard error" "shmls: skipped 1 segment idle for less than 1 minute (see --idle)" "$stderr"
    prints "" "${apart[@]}" shmls --ids --orphan --idle 1h # whoever says so knows
    old=$(($(date +%s) - 61))
    dead=$(dead_pid)
    run -0 --separate-stderr stamped 0 0 $old "$dead" 0 shmls --ids --orphan
    same "orphans" 0 "$output"
    run -0 --separate-stderr stamped 0 0 $old "$dead" 0 shmls --noheadings --output id,status,orphan
    same "table" $'0 orphan yes\n1 - no' "$(awk '{ $1 = $1; print }' <<<"$output")"
    run -0 --separate-stderr stamped 0 0 $old 0 0 shmls --ids --orphan
    same "orphans" "" "$output"
    run -0 --separate-stderr stamped 0 0 $old 0 0 shmls --noheadings --output id,orphan
    same "table" $'0 ?\n1 no' "$(awk '{ $1 = $1; print }' <<<"$output")"
}

# ---- pid namespaces ----

@test "from a container: a creator outside is unknown, and so is a last user" {
    inside=(unshare --pid --fork --mount-proc)
    orphan
    verdict "null null  creator is outside this PID namespace" "${inside[@]}"
    kept "${inside[@]}"
    used
    verdict "null null null creator is outside this PID namespace" "${inside[@]}"
    # created and left in the container, and used from outside
    start "${apart[@]}" "${inside[@]}" sh -c 'echo "$(shmcreate 4K)"; exec sleep 3600'
    wait_until test -s out
    id=$(<out)
    init=$(pgrep -P "$pid")
    inside=(nsenter --pid --mount --target "$init")
    verdict "true ended  $yes" "${inside[@]}"
    used
    verdict "null ended null last user is outside this PID namespace" "${inside[@]}"
    kept "${inside[@]}"
    # a neighbour sees neither
    verdict "null null null creator is outside this PID namespace" unshare --pid --fork --mount-proc
    # and a process above both sees all of them
    verdict "true ended ended $yes"
}

@test "a creator alive in another container keeps its segment, from every point of view" {
    start "${apart[@]}" unshare --pid --fork --mount-proc perl -e '$| = 1;
        print 0 + (shmget(0, 4096, 01600) // die $!), "\n"; sleep 3600'
    wait_until test -s out
    id=$(<out)
    init=$(pgrep -P "$pid")
    verdict "null null  creator is outside this PID namespace" unshare --pid --fork --mount-proc
    kept unshare --pid --fork --mount-proc
    reaps_nothing "${apart[@]}" unshare --pid --fork --mount-proc shmreap --remove --idle 0 --unattached --owner "$(id -u)"
    verdict "false elsewhere  creator $init is alive"
    kept
    reaps_nothing "${apart[@]}" shmreap --remove --idle 0 --unattached --owner "$(id -u)"
    left "$id"
    verdict "false alive  creator 1 is alive" nsenter --pid --mount --target "$init"
    end "$init"
    wait_until ended "$init"
    verdict "true ended  $yes"
    verdict "null null  creator is outside this PID namespace" unshare --pid --fork --mount-proc
}

# ---- /proc ----

# hide OPTION - in the array hiding
hide()
{
    # shellcheck disable=SC2016 # the inner shell's
    hiding=(unshare --mount sh -c 'mount -t proc -o "$0" proc /proc && exec "$@"' "$1")
}

@test "without /proc the verdict is unknown, dead or alive" {
    no_proc
    orphan
    verdict "null null  $hidden" "${no_proc[@]}"
    kept "${no_proc[@]}"
    used
    verdict "null null null $hidden" "${no_proc[@]}"
    maker
    kept "${no_proc[@]}"
    holder "$id"
    verdict "false null null attached" "${no_proc[@]}"
}

@test "with the /proc of another PID namespace the verdict is unknown" {
    # the host's, in a container
    start "${apart[@]}" unshare --pid --fork sh -c 'echo "$(shmcreate 4K)"; exec sleep 3600'
    wait_until test -s out
    id=$(<out)
    init=$(pgrep -P "$pid")
    untraced_leaks # the leak sanitizer does not find its own process in that /proc
    verdict "null null  $hidden" nsenter --pid --target "$init"
    kept nsenter --pid --target "$init"
    verdict "true ended  $yes"
    # a /proc of a container, on the host, where a sanitizer finds no information
    [ "$SHMBOX_VARIANT" != dev ] || return 0
    start unshare --mount --pid --fork sh -c 'mount -t proc proc /proc && echo mounted && exec sleep 3600'
    wait_until test -s out
    init=$(pgrep -P "$pid")
    verdict "null null  $hidden" nsenter --mount --target "$init"
    kept nsenter --mount --target "$init"
}

@test "a /proc with hidepid makes the verdict unknown, except for root" {
    needs_nobody
    orphan
    nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all --)
    PATH=$nobody_bin:$PATH
    verdict "true ended  $yes" "${nobody[@]}"
    for option in hidepid=1 hidepid=2 hidepid=4; do
        hide "$option"
        verdict "null null  $hidden" "${hiding[@]}" "${nobody[@]}"
        reaps_nothing "${apart[@]}" "${hiding[@]}" "${nobody[@]}" shmreap --remove --idle 0
        same "standard error" "shmreap: kept 1 segment of unknown state (see --verbose, --unknown)" "$stderr"
        # with hidepid=4 it depends on whether root may trace process 1
        [ $option = hidepid=4 ] || verdict "true ended  $yes" "${hiding[@]}"
    done
    left "$id"
}

@test "a creator alive of another user is in use, even if it may not be signalled" {
    needs_nobody
    maker
    PATH=$nobody_bin:$PATH
    verdict "false alive  creator $pid is alive" \
        setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all --
}

@test "a /proc with processes and nothing else suffices" {
    orphan
    hide subset=pid
    verdict "true ended  $yes" "${hiding[@]}"
    maker
    verdict "false alive  creator $pid is alive" "${hiding[@]}"
}

# ---- clocks ----

@test "a time in the future, or before the boot, makes the verdict unknown: a clock was set" {
    orphan
    dead=$(dead_pid)
    now=$(date +%s)
    boot=$((now - $(cut -d. -f1 /proc/uptime)))
    for wrong in $((now + 3600)) $((boot - 10)) 1; do
        table "null ended ended $before" "$dead" "$dead" "$wrong" $((now - 65)) $((now - 65))
        table "null ended ended $before" "$dead" "$dead" $((now - 65)) "$wrong" $((now - 65))
        table "null ended ended $before" "$dead" "$dead" $((now - 65)) $((now - 65)) "$wrong"
        run -0 --separate-stderr stamped 0 0 "$wrong" "$dead" 0 shmreap --remove --idle 0
        same "removed" "" "$output"
        left "$id"
        run -0 --separate-stderr stamped 0 0 "$wrong" "$dead" 0 shmls --ids --idle 0
        same "idle for so long" "" "$output"
        run -0 --separate-stderr stamped 0 0 "$wrong" "$dead" 0 shmls --noheadings --output idle
        same "idle" "?" "${output// /}"
    done
    # evidence that it is in use still counts
    start sleep 3600
    table "false alive  creator $pid is alive" "$pid" 0 0 0 $((now + 3600))
}

@test "a segment created before the apparent boot is unknown" {
    unshare --time true 2>/dev/null || skip "no time namespaces here"
    orphan
    wait_until older_than_three "$id"
    # an uptime of one second
    young=(unshare --time --boottime -$(($(cut -d. -f1 /proc/uptime) - 1)))
    verdict "null ended  $before" "${young[@]}"
    kept "${young[@]}"
    # up for a year: all is well
    verdict "true ended  $yes" unshare --time --boottime 31536000
}

older_than_three() { [ "$(date +%s)" -gt $(($("${apart[@]}" awk 'NR == 2 { print $14 }' /proc/sysvipc/shm) + 3)) ]; }

# ---- pids ----

@test "a pid that another process has by now is in use, never an orphan" {
    orphan
    creator=$("${apart[@]}" awk 'NR == 2 { print $5 }' /proc/sysvipc/shm)
    reborn "$creator"
    verdict "false alive  creator $creator is alive"
    kept
    end "$pid"
    used
    last=$("${apart[@]}" awk 'NR == 2 { print $6 }' /proc/sysvipc/shm)
    reborn "$last"
    verdict "false ended alive last user $last is alive"
    kept
}

@test "a zombie has exited, whether it created the segment or used it" {
    # the parent does not wait for it
    start "${apart[@]}" perl -e '$| = 1; if (!(fork // die)) { print 0 + (shmget(0, 4096, 01600) // die $!), "\n"; exit }
        sleep 3600'
    wait_until test -s out
    id=$(<out)
    creator=$("${apart[@]}" awk 'NR == 2 { print $5 }' /proc/sysvipc/shm)
    wait_until is_zombie "$creator"
    verdict "true ended  $yes"
    start "${apart[@]}" perl -e '$| = 1; if (!(fork // die)) { shmread($ARGV[0], my $b, 0, 1) or die; print "used\n"; exit }
        sleep 3600' "$id"
    wait_until test -s out
    wait_until is_zombie "$("${apart[@]}" awk 'NR == 2 { print $6 }' /proc/sysvipc/shm)"
    verdict "true ended ended $yes"
}

is_zombie() { [ "$(sed 's/.*) \(.\).*/\1/' "/proc/$1/stat")" = Z ]; }

# a process that has created a segment and ended its main thread, while another thread continues
without_leader()
{
    perl -Mthreads -e 1 2>/dev/null || skip "this perl has no threads"
    start "${apart[@]}" perl -Mthreads -e 'require "syscall.ph"; $| = 1;
        print 0 + (shmget(0, 4096, 01600) // die $!), "\n"; async { sleep 3600 }; syscall(&SYS_exit, 0)'
    wait_until test -s out
    id=$(<out)
    wait_until is_zombie "$pid"
}

@test "a process whose main thread has exited is alive through its other threads" {
    without_leader
    verdict "false alive  creator $pid is alive"
    kept
}

@test "a pid that a thread has by now belongs to no process: the process has exited" {
    perl -Mthreads -e 1 2>/dev/null || skip "this perl has no threads"
    [ -w /proc/sys/kernel/ns_last_pid ] || skip "pids cannot be chosen here"
    orphan
    creator=$("${apart[@]}" awk 'NR == 2 { print $5 }' /proc/sysvipc/shm)
    start perl -Mthreads -e 'require "syscall.ph"; $| = 1; my $wanted = shift;
        for (1 .. 1000) {
            open my $last, ">", "/proc/sys/kernel/ns_last_pid" or die; print $last $wanted - 1; close $last;
            threads->create(sub { if (syscall(&SYS_gettid) == $wanted) { print "there\n"; sleep 3600 } })->detach;
            select undef, undef, undef, 0.01;
            last if -d "/proc/$$/task/$wanted";
        }
        sleep 3600' "$creator"
    wait_until test -s out
    verdict "true ended  $yes"
}

@test "the verdicts are the same if pidfd_open(2) is refused" {
    orphan
    creator=$("${apart[@]}" awk 'NR == 2 { print $5 }' /proc/sysvipc/shm)
    without_leader
    led=$id
    leaderless=$pid
    for error in ENOSYS EPERM; do
        refused=(strace -f -qq -o trace -e trace=pidfd_open -e "inject=pidfd_open:error=$error")
        untraced_leaks
        id=0 verdict "true ended  $yes" "${refused[@]}"
        id=$led verdict "false alive  creator $leaderless is alive" "${refused[@]}"
        grep -q INJECTED trace
        reborn "$creator"
        id=0 verdict "false alive  creator $creator is alive" "${refused[@]}"
        # by its parent, which waits for it: then the pid is free again
        kill "$creator"
        ends_with 0 "$pid"
    done
}

# ---- idle ----

@test "--idle is the time without use, to the second and in fractions" {
    orphan
    dead=$(dead_pid)
    ago() { run -0 --separate-stderr stamped 0 0 $(($(date +%s) - $1)) "$dead" 0 shmreap --idle "$2" --json; }
    # of what is not listed, how many seconds it may take to see that
    for case in "0 0 0" "10 5s 0" "70 1m 0" "70 1.1m 0" "30 1m - 30" "30 0.5h - 1770" "3 2500ms 0" "1 10s - 9"; do
        read -r seconds idle wanted most <<<"$case"
        [ "$seconds" -lt "$(cut -d. -f1 /proc/uptime)" ] || continue
        for _ in {1..20}; do
            since=$(date +%s)
            ago "$seconds" "$idle"
            [ "$wanted" = - ] && ! in_time "$most" "$since" || break
        done
        [ "$wanted" != 0 ] || same "$case" "[0]" "$(jq -c '[.sharedmemory[].id]' <<<"$output")"
        [ "$wanted" != - ] || same "$case" "[]" "$(jq -c '[.sharedmemory[].id]' <<<"$output")"
    done
}

@test "a segment that was not idle for long enough is no orphan, even if all else is unknown" {
    orphan
    prints '{"version":1,"sharedmemory":[]}' "${apart[@]}" unshare --pid --fork --mount-proc shmreap --verbose --idle 1h --json
    for _ in {1..20}; do
        since=$(date +%s)
        renew "$id"
        succeeds "${apart[@]}" shmls --noheadings --output reason
        ! in_time 60 "$since" || break
    done
    like "reason" "*used *" "$output"
}
