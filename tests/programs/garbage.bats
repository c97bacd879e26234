# SPDX-License-Identifier: MIT
# segments that real programs use and leave behind, and the reaper next to them
# runs against: release
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    common_setup
    apart
}

teardown() { common_teardown; }

needs()
{
    local program
    for program; do
        command -v "$program" >/dev/null || skip "needs $program"
    done
}

# there CMD.. - in that namespace
there() { "${apart[@]}" "$@"; }

# facts ID NAME,.. - columns of a segment there, a blank between them
facts()
{
    there shmls --json --output "$2" "$1" | jq -r '.sharedmemory[0] | map(if type == "array" then join(",") else tostring end) | join(" ")'
}

# reaps [OPTION].. - removes at least one segment, and notes no more than how much that was
reaps()
{
    run -0 --separate-stderr "${apart[@]}" shmreap --remove "$@"
    like "standard error" "shmreap: removed [1-9]*" "$stderr"
    same "lines" 1 "$(wc -l <<<"$stderr")"
}

# reap_all - the reaper, as bold as it may be without being told a key or an owner
reap_all()
{
    run -0 --separate-stderr "${apart[@]}" shmreap --remove --idle 0 --min-size 1
    no_sanitizer_spoke
}

# verdict_on ID - orphan and reason, whatever its age
verdict_on()
{
    there shmreap --idle 0 --verbose --json | jq -r --argjson id "$1" '.sharedmemory[] | select(.id == $id) | "\(.orphan) \(.reason)"'
}

is_up() { [ -n "$(there shmls --ids "$@")" ]; }
unheld_there() { [ "$(facts "$1" nattch)" = 0 ]; }
lost() { ! left "$1"; }

# ---- PostgreSQL ----

# postgres_starts - a server with its memory in a segment: $pid, $key and $id
postgres_starts()
{
    local bin
    for bin in /usr/lib/postgresql/*/bin; do
        PATH=$bin:$PATH
    done
    needs postgres initdb psql
    id -u postgres >/dev/null 2>&1 || skip "needs the user postgres"
    setpriv --reuid postgres --regid postgres --clear-groups true 2>/dev/null || skip "needs a second user"
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR/test" 2>/dev/null || :
    mkdir -m 700 data
    chown postgres: data
    as_postgres=(setpriv --reuid postgres --regid postgres --clear-groups --)
    "${as_postgres[@]}" initdb --no-sync --auth trust -D data >/dev/null
    cat >>data/postgresql.conf <<-'END'
		shared_memory_type = sysv
		shared_buffers = 32MB
		listen_addresses = ''
		unix_socket_directories = '.'
		fsync = off
		autovacuum = off
	END
    start "${apart[@]}" "${as_postgres[@]}" postgres -D data
    wait_until grep -qs ready data/postmaster.pid
    read -r key id < <(sed -n 7p data/postmaster.pid)
}

@test "PostgreSQL: its header is readable, and its processes are named" {
    postgres_starts
    there perl -e 'shmread($ARGV[0], my $b, 0, 8) or die "$!\n"; print join(" ", unpack "l2", $b), "\n"' "$id" >header
    same "magic and postmaster" "679834894 $pid" "$(<header)"
    there shmcat --length 8 "$id" | perl -e 'read STDIN, my $b, 8; print join(" ", unpack "l2", $b), "\n"' | same_bytes header
    same "facts" "PostgreSQL postgres $pid $(printf 0x%08x "$key")" "$(facts "$id" user,command,cpid,origkey)"
    succeeds "${apart[@]}" shmwho --pids "$id"
    same "every attach is seen" "$(facts "$id" nattch)" "${#lines[@]}"
    for holder in "${lines[@]}"; do
        like "holder" "postgres" "$(<"/proc/$holder/comm")"
    done
    reap_all
    same "reaped" "" "$output$stderr"
    prints "" "${apart[@]}" shmreap --remove --idle 0 --keyed --owner postgres
    prints "" "${apart[@]}" shmreap --remove --idle 0 --unattached --keyed --owner postgres
    left "$id"
    kill -INT "$pid"
    ends_with 0 "$pid"
    lost "$id"
}

@test "PostgreSQL: a backend that outlives its postmaster is in use; leftovers are removed by key or owner" {
    postgres_starts
    start "${as_postgres[@]}" psql -h "$PWD/data" -c 'do $$ begin loop end loop; end $$' postgres
    wait_until is_busy
    kill -KILL "${started[1]}"
    wait_until only_busy
    same "attached" "1 $busy" "$(facts "$id" nattch,holders)"
    same "verdict" "false attached" "$(facts "$id" orphan,reason)"
    same "its creator" "ended" "$(facts "$id" creator)"
    for filter in "" "--owner postgres" "--key $key" "--unattached --owner postgres" "--unattached --key $key"; do
        # shellcheck disable=SC2086 # several words
        prints "" "${apart[@]}" shmreap --remove --idle 0 --keyed $filter
        left "$id"
    done
    kill -KILL "$busy"
    wait_until ended "$busy" # a zombie is a process still
    same "verdict" "true not attached; creator and last user have exited" "$(verdict_on "$id")"
    reap_all
    same "kept" "shmreap: kept 1 segment with a key (see --keyed)" "$output$stderr"
    prints "" "${apart[@]}" shmreap --remove --idle 0 --owner root
    left "$id"
    succeeds "${apart[@]}" shmreap --remove --idle 0 --keyed --owner postgres --dry-run
    like "would go" "*$id*postgres*" "$output"
    left "$id"
    # as in shmdump(1): saved for analysis, then removed
    succeeds "${apart[@]}" shmdump --orphan --idle 0 --owner postgres --output saved.tar
    there perl -e 'shmread($ARGV[0], my $b, 0, $ARGV[1]) or die "$!\n"; print $b' "$id" "$(facts "$id" size)" >wanted
    reaps --idle 0 --keyed --key "$key"
    lost "$id"
    tar -xSf saved.tar
    same_bytes wanted <"$(printf 'key-0x%08x' "$key")"
    # without the key, no server takes the copy for its own segment
    copy=$(there shmrestore --no-keys saved.tar)
    same "magic and postmaster" "679834894 ${started[1]}" "$(there shmpeek "$copy" i32@0 i32@4 | xargs)"
    same "key and owner" "0x00000000 postgres" "$(facts "$copy" key,owner)"
    there shmcat "$copy" | same_bytes wanted
}

# a backend at work, which does not look after its postmaster
is_busy()
{
    busy=$(pgrep -f 'postgres: postgres postgres \[local\] DO' -P "${started[1]}")
}

only_busy()
{
    [ "$(there shmwho --pids "$id")" = "$busy" ]
}

# ---- X ----

xvfb_starts()
{
    needs Xvfb
    start "${apart[@]}" Xvfb -displayfd 1 -screen 0 640x480x24 -nocursor -nolisten tcp -noreset "$@"
    wait_until test -s out
    DISPLAY=:$(<out)
    export DISPLAY
    server=$pid
}

@test "X: segments of clients are marked for removal and attached by two processes; the reaper keeps them" {
    needs display
    xvfb_starts
    perl -e 'print "P6 200 100 255\n", pack "C3", $_ % 256, $_ / 200, 77 for 0 .. 19999' >picture.ppm
    start "${apart[@]}" display picture.ppm
    client=$pid
    wait_until is_up --removed
    wait_until held_by_both
    same "facts" "0x00000000 0x00000000 removed X" "$(facts "$id" key,origkey,status,user)"
    same "verdict" "false attached" "$(facts "$id" orphan,reason)"
    for filter in "--idle 0" "--idle 0 --owner $(id -u)" "--idle 0 --unattached --owner $(id -u)"; do
        # shellcheck disable=SC2086 # several words
        prints "" "${apart[@]}" shmreap --remove $filter
    done
    left "$id"
    end "$client"
    wait_until lost "$id"
}

held_by_both()
{
    id=$(there shmls --ids --removed --held-by "$client" | head -n 1)
    [ -n "$id" ] && [ "$(there shmwho --pids "$id" | sort -n)" = "$(printf '%s\n' "$server" "$client" | sort -n)" ]
}

@test "X: the abandoned screen of a server is an orphan, and is removed" {
    xvfb_starts -shmem
    id=$(sed -n 's/^screen 0 shmid //p' err)
    same "while it lives" "false" "$(facts "$id" orphan)"
    reap_all
    left "$id"
    kill "$server"
    ends_with 0 "$server"
    left "$id"
    reap_all
    like "reaped" "*$id *" "$output"
    lost "$id"
}

# ---- time ----

@test "gpsd: abandoned segments are known by their keys, and are kept for its next start" {
    needs gpsd
    # it has no work, and exits; its segment remains
    start "${apart[@]}" gpsd -N -n -S $((20000 + $$ % 10000)) /dev/null
    wait_until is_up --key 0x47505344
    end "$pid"
    wait_until all_unheld
    id=$(there shmls --ids --key 0x47505344)
    unit=$(there shmls --ids --key 0x4e545032)
    same "users" "gpsd ntp-unit-2" "$(facts "$id" user) $(facts "$unit" user)"
    same "verdicts" "true true" "$(verdict_on "$id" | cut -d ' ' -f 1) $(verdict_on "$unit" | cut -d ' ' -f 1)"
    reap_all
    same "reaped" "" "$output"
    like "kept" "shmreap: kept * segments with a key (see --keyed)" "$stderr"
    left "$id"
    left "$unit"
    reaps --idle 0 --keyed --key 0x4e545032
    lost "$unit"
    left "$id"
}

@test "chrony: an attached unit is in use, and an abandoned unit is kept" {
    needs chronyd
    printf '%s\n' "refclock SHM 0 refid SHMA poll 0 filter 1 precision 1e-7" "port 0" "cmdport 0" "user root" "pidfile $PWD/pid" >conf
    start "${apart[@]}" chronyd -x -d -L 0 -f "$PWD/conf"
    wait_until is_up --key 0x4e545030
    id=$(there shmls --ids --key 0x4e545030)
    wait_until is_held "$id"
    same "facts" "ntp-unit-0 $pid" "$(facts "$id" user,holders)"
    prints "" "${apart[@]}" shmreap --remove --idle 0 --keyed --key 0x4e545030
    end "$pid"
    wait_until unheld_there "$id"
    reap_all
    left "$id"
    reaps --idle 0 --keyed --key 0x4e545030
    lost "$id"
}

is_held() { [ "$(facts "$1" nattch)" != 0 ]; }

# ---- fio, stress-ng ----

# fio_starts - with its memory in segments
fio_starts()
{
    needs fio
    start "${apart[@]}" fio --name=x --mem=shm --size=4M --rw=write --ioengine=null --time_based --runtime=600 --output=report
    wait_until has_buffer
}

# what it holds for itself is marked for removal; its jobs' buffers are not
has_buffer() { there shmls --noheadings --output status,nattch | grep -q '^- *1$'; }

@test "fio: segments left by a killed fio are found and removed" {
    fio_starts
    running=$(there shmls --ids)
    reap_all
    same "while it runs" "$running" "$(there shmls --ids)"
    # all at once: a remaining process would clean up
    mapfile -t jobs < <(pgrep -P "$pid")
    kill -KILL "$pid" "${jobs[@]}"
    for job in "$pid" "${jobs[@]}"; do
        wait_until ended "$job" # a zombie is a process still
    done
    ids=$(there shmls --ids)
    [ -n "$ids" ]
    succeeds "${apart[@]}" shmreap --idle 0
    same "found" "$ids" "$(awk 'NR > 1 { print $1 }' <<<"$output")"
    reaps --idle 0
    prints "" "${apart[@]}" shmls --ids
}

all_unheld() { ! there shmls --noheadings --output nattch | grep -qv '^ *0$'; }

@test "the reaper next to all of these removes abandoned segments, and nothing else" {
    needs stress-ng
    pools_rest # it would take huge pages that another test counts
    fio_starts
    ours=$(there shmls --ids)
    maker
    ours="$ours $id"
    id=$(there shmcreate 4K)
    holder "$id"
    ours="$ours $id"
    id=$(there shmcreate 4K)
    user "$id"
    ours="$ours $id"
    id=$(there shmcreate --key 0x71 4K) # an orphan that somebody may come back for
    ours="$ours $id"
    id=$(there unshare --pid --fork --mount-proc shmcreate 4K) # made and left in a container, and we are above it
    theirs=$id
    start "${apart[@]}" stress-ng --shm-sysv 2 --shm-sysv-bytes 1M --shm-sysv-segs 8 --timeout 3600s --verify --temp-path "$PWD"
    stress=$pid
    mv out log.out
    mv err log.err
    wait_until runs_stress
    reaped=$theirs
    for _ in {1..12}; do
        id=$(there shmcreate 8K)
        run --separate-stderr "${apart[@]}" shmreap --remove --idle 0 --json
        no_sanitizer_spoke
        same "status and complaints" "0 " "$status $(grep -vE 'kept [0-9]+ segments? with a key|kept: it is in use again|marked for removal: still|removed [0-9]+ segments?' <<<"$stderr" || :)"
        same "outcome" '"removed"' "$(jq -c --argjson id "$id" '.sharedmemory[] | select(.id == $id) | .outcome' <<<"$output")"
        reaped="$reaped $id"
    done
    # it exits with a message when one of its segments was removed
    runs_stress
    run -1 grep -h 'fail:\|error:' log.out log.err
    kill -INT "$stress"
    wait "$stress" || :
    for id in $ours; do
        left "$id"
    done
    for id in $reaped; do
        lost "$id"
    done
}

# with its two workers
runs_stress() { [ "$(pgrep -c -P "$stress")" = 2 ]; }

@test "lists next to thousands of segments a second cause no message" {
    needs stress-ng
    pools_rest # it would take huge pages that another test counts
    start "${apart[@]}" stress-ng --shm-sysv 2 --shm-sysv-bytes 1M --shm-sysv-segs 8 --timeout 3600s --temp-path "$PWD"
    wait_until is_up
    seen=0
    for ((round = $(often 12 50); round > 0; round--)); do
        succeeds "${apart[@]}" shmls
        seen=$((seen + ${#lines[@]} - 1))
        succeeds "${apart[@]}" shmls --json
        jq -e '.sharedmemory | map(.id) | length == (unique | length)' <<<"$output" >/dev/null
        succeeds "${apart[@]}" shmls --sort -size --noheadings --output id,size,rss,holders,origkey,user,orphan,reason
        same "rows without all their cells in round $round" "" "$(awk 'NF < 8' <<<"$output")"
    done
    [ "$seen" -gt 0 ]
    kill -INT "$pid"
    wait "$pid" || :
}

# ---- containers ----

@test "a segment whose creator is alive in another container is kept" {
    # two containers of a pod: one IPC namespace, two PID namespaces
    start "${apart[@]}" unshare --pid --fork --mount-proc perl -e '$| = 1; print 0 + (shmget(0, 4096, 01600) // die $!), "\n"; sleep 3600'
    wait_until test -s out
    id=$(<out)
    neighbour=("${apart[@]}" unshare --pid --fork --mount-proc)
    me=$(id -u)
    for filter in "--idle 0" "--idle 0 --owner $me" "--idle 0 --min-size 1"; do
        # shellcheck disable=SC2086 # several words
        run -0 --separate-stderr "${neighbour[@]}" shmreap --remove $filter
        same "standard output" "" "$output"
        same "standard error" "shmreap: kept 1 segment of unknown state (see --verbose, --unknown)" "$stderr"
        left "$id"
    done
    # its own leftovers it may take
    run -0 --separate-stderr "${neighbour[@]}" sh -c 'shmcreate 8K >/dev/null; exec shmreap --remove --idle 0'
    like "reaped" "*8K*" "$output"
    same "left" "$id" "$(there shmls --ids)"
    succeeds "${apart[@]}" shmrm "$id"
}
