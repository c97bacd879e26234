# SPDX-License-Identifier: MIT
# what waits or follows takes no more memory and no more descriptors, however long it does
# runs against: release
# labels: offline

setup()
{
    load ../lib/helper
    load ../lib/states
    common_setup
    rounds=$(often 30 1000)
    segment 64K
}

teardown() { common_teardown; }

# size PID - the kilobytes and the descriptors that this process has
size()
{
    local name value files fewest=1000000 least=1000000000
    # a check in between has a descriptor, and a buffer, for a moment
    for _ in {1..100}; do
        files=("$proc/$1"/fd/*)
        ((${#files[@]} >= fewest)) || fewest=${#files[@]}
        while read -r name value _; do
            [[ $name == VmData: ]] || continue
            ((value >= least)) || least=$value
            break
        done <"$proc/$1/status"
    done
    echo "$least $fewest"
}

# same_size PID BEFORE AFTER - what was kept for each round would be more than the few pages
# that the libc keeps for itself in the first hundred rounds
same_size()
{
    local before after
    read -r -a before <<<"$2"
    read -r -a after <<<"$3"
    ((after[0] <= before[0] + 32 && after[1] <= before[1])) ||
        same "kilobytes and descriptors of $(tr '\0' ' ' <"$proc/$1/cmdline")" "$2" "$3"
}

# ---- waits ----

# wait_with CMD.. - in the background, until the test ends; its pid is in $pids
wait_with()
{
    start "$@"
    pids+=("$pid")
}

# has_sign PID - it has begun to look which processes only wait: see shm-protocols(7)
has_sign() { grep -q 'shmbox waits for' "$proc/$1/maps"; }

# stays_as_it_is - each process of $pids has its present size after many more checks, each of
# which ends with a sleep
stays_as_it_is()
{
    local -A sizes wanted
    for pid in "${pids[@]}"; do
        looks_again "$pid"
        sizes[$pid]=$(size "$pid")
        wanted[$pid]=$(($(sleeps "$pid") + rounds))
    done
    for pid in "${pids[@]}"; do
        wait_until slept "$pid" "${wanted[$pid]}"
        looks_again "$pid"
        same_size "$pid" "${sizes[$pid]}" "$(size "$pid")"
    done
}

@test "a wait on a marked segment does not grow, although it checks other processes too" {
    hold "$id"
    ipcrm -m "$id"
    pids=()
    wait_with shmwait "$id" u32@0 eq 1
    wait_with shmwait "$id" str@8:8 eq x
    wait_with shmwait "$id" changed
    wait_with shmwait "$id" changed@4:4
    wait_with shmpeek --follow "$id" u32@0 u64@8
    wait_with shmpoke --expect 1 --timeout 1h "$id" u32@0=2
    wait_with shmcat --follow "$id"
    wait_with shmcat --follow --length 4 "$id"
    for pid in "${pids[@]}"; do wait_until has_sign "$pid"; done
    # for about twenty checks of the segment there is one of the other processes
    rounds=$((2 * rounds))
    stays_as_it_is
}

@test "a wait for a segment to exist, to be gone or to be attached does not grow" {
    hold "$id"
    : >file
    pids=()
    wait_with shmwait key:0x91 exists
    wait_with shmwait file:file exists
    wait_with shmwait "$id" gone
    wait_with shmwait "$id" attached gt 100
    wait_with shmcat --no-attach --follow "$id"
    stays_as_it_is
    pids=()
    wait_with shmrm --wait "$id"
    wait_with shmwait "$id" gone
    wait_until marked "$id"
    stays_as_it_is
}

marked() { (($(kernel_says "$1" perms) & 1000)); }

# ---- changes ----

# changes ID - a process that changes the words at 0 and 8 and wakes, again and again
changes()
{
    start perl -MIPC::SysV=shmat -e 'require "syscall.ph"; my $id = shift; my $n = 0;
        my $at = unpack "J", shmat($id, undef, 0) // die "shmat: $!\n";
        while (1) {
            shmwrite $id, pack("LLL", ++$n & 0xffffffff, 0, $n & 0xffffffff), 0, 12;
            syscall(&SYS_futex, $at, 1, 0x7fffffff);
            select undef, undef, undef, 0.001;
        }' "$id"
}

# follow_with BYTES CMD.. - in the background: it prints BYTES bytes for each change
follow_with()
{
    start "${@:2}"
    mv out "out.$pid"
    pids+=("$pid")
    bytes[pid]=$1
}

# has_printed PID N - N changes by now
has_printed() { [ "$(stat -c %s "out.$1")" -ge $((bytes[$1] * $2)) ]; }

@test "an applet that follows a segment does not grow with the changes that it prints" {
    pids=()
    bytes=()
    follow_with 65536 shmcat --follow "$id"
    follow_with 4 shmcat --follow --length 4 "$id"
    follow_with 70 shmcat --follow --length 16 --hex "$id"
    follow_with 4 shmpeek --follow "$id" u32@0 u32@8
    follow_with 40 shmpeek --follow --json "$id" u32@0 str@8:8
    changes "$id"
    declare -A sizes
    for pid in "${pids[@]}"; do
        wait_until has_printed "$pid" 5
        sizes[$pid]=$(size "$pid")
    done
    for pid in "${pids[@]}"; do
        wait_until has_printed "$pid" $((rounds + 5))
        same_size "$pid" "${sizes[$pid]}" "$(size "$pid")"
    done
}

# ---- a process that is checked once a second ----

@test "a holder that polls its process does not grow with its checks" {
    command -v strace >/dev/null || skip "needs strace"
    # the first of these rests end at once, so that the looks take no time
    for looks in 5 "$rounds"; do
        start strace -D -qq -o trace -e trace=pidfd_open,poll,ppoll -e inject=pidfd_open:error=ENOSYS \
            -e "inject=poll,ppoll:retval=0:when=1..$looks" \
            shmattach --pid $$ "$id"
        wait_until looked "$looks"
        size "$pid" >"size.$looks"
        [ "$looks" = 5 ] || same_size "$pid" "$(<size.5)" "$(<"size.$looks")"
        end "$pid"
    done
}

looked() { [ "0$(grep -sc '^p*poll(' trace)" -gt "$1" ]; }

# ---- rounds ----

@test "a live view, tables and events do not grow with the rounds" {
    command -v tmux >/dev/null || skip "needs tmux"
    for _ in {1..20}; do segment 4K; done
    hold "$id"
    pids=()
    start shmtop --batch --delay 0.01 --sort -rss --output id,key,rss,holders,command
    mv out tables
    pids+=("$pid")
    start shmtop --json --delay 0.01
    mv out events
    pids+=("$pid")
    start shmtop --all-ns --batch --delay 0.01
    mv out everywhere
    pids+=("$pid")
    tmux -S ./socket -f /dev/null new-session -d -x 100 -y 30 "echo \$\$ >live; exec $SHMBOX_BIN/shmtop -d 0.01 -s -size" 3>&-
    wait_until test -s live
    pids+=("$(<live)")
    changes "$id"
    declare -A sizes wanted
    for pid in "${pids[@]}"; do
        wait_until slept "$pid" 120
        sizes[$pid]=$(size "$pid")
        wanted[$pid]=$(($(sleeps "$pid") + 3 * rounds))
    done
    for ((i = 0; i < 10; i++)); do
        ipcrm -m "$(shmcreate 16K)"
    done
    for pid in "${pids[@]}"; do
        wait_until slept "$pid" "${wanted[$pid]}"
        same_size "$pid" "${sizes[$pid]}" "$(size "$pid")"
    done
    tmux -S ./socket kill-server
}
