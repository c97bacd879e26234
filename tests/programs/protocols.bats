# SPDX-License-Identifier: MIT
# shm-protocols(7): each example, exactly as in the page, run by several processes at once
# runs against: release
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    common_setup
    rounds=$(often 100 1000)
    export rounds
    segment 4K
    export SHM_ID=$id
}

teardown() { common_teardown; }

# example HEADING - the lines of the page below "# HEADING", up to an empty line or the end
example()
{
    sed 's/\\-/-/g' "$SHMBOX_SOURCE/man/shm-protocols.7" |
        awk -v heading="# $1" '$0 == heading { on = 1; next } /^(\.Ed|$)/ { on = 0 } on' | tee example
    [ -s example ]
}

# race SCRIPT.. - a process of sh for each, all at the same time; each succeeds
race()
{
    local pids=() script failed=0
    for script; do
        sh -euc "$script" 3>&- &
        pids+=($!)
    done
    for script in "${pids[@]}"; do
        wait "$script" || failed=1
    done
    return "$failed"
}

# loop CODE - runs it $rounds times, each with its number in $n
loop()
{
    printf 'n=0; while [ $n -lt %s ]; do n=$((n + 1))\n%s\ndone\n' "$rounds" "$1"
}

@test "every example of the page is tried here" {
    sed 's/\\-/-/g' "$SHMBOX_SOURCE/man/shm-protocols.7" | grep '^# ' | sort >there
    [ "$(wc -l <there)" -ge 12 ]
    grep -o '=$(example "[a-z][^"]*"' "$BATS_TEST_FILENAME" | cut -d '"' -f 2 | sed 's/^/# /' | sort -u >here
    diff there here
}

@test "a script creates its own segment as the page shows, and the segment is removed with the script" {
    line=$(sed -n 's/^\.Dl //p' "$SHMBOX_SOURCE/man/shm-protocols.7" | sed 's/\\-/-/g')
    run -0 --separate-stderr sh -c "$line
        echo \$SHM_ID >own; shmpoke \$SHM_ID u64@0+=1"
    same "counter" 1 "$output"
    wait_until gone "$(<own)"
}

@test "counter: every number is given out once, and none is skipped" {
    count=$(example "counter: get a unique number")
    one=$(loop "$count
        echo \$number")
    race "{ $one
    } >numbers.1" "{ $one
    } >numbers.2" "{ $one
    } >numbers.3" "{ $one
    } >numbers.4"
    sort -n numbers.? | cmp - <(seq $((4 * rounds)))
    prints $((4 * rounds)) shmpeek "$id" u64@0
}

@test "ready: a process that sees the flag sees the data written before it" {
    set=$(example "ready: write, then set the flag")
    get=$(example "ready: wait, then read")
    waiter="$(loop "$get
        [ \"\$message\" = \"round \$n, it's ready\" ]
        shmpoke -q \$SHM_ID u32@12+=1 >/dev/null
        shmwait \$SHM_ID u32@8 ne 1 >/dev/null
        shmpoke -q \$SHM_ID u32@12-=1")"
    # the flag is taken back when all have seen it, and set again when all have seen that
    setter="$(loop "message=\"round \$n, it's ready\"
        $set
        shmwait \$SHM_ID u32@12 eq 3 >/dev/null
        shmpoke \$SHM_ID str@16:32= u32@8=0
        shmwait \$SHM_ID u32@12 eq 0 >/dev/null")"
    race "$setter" "$waiter" "$waiter" "$waiter"
}

@test "lock: one process at a time, and no update in several steps is lost" {
    take=$(example "lock: take it, or give up after a minute")
    give=$(example "lock: give it back")
    # read, add in the shell, write: without the lock most of these would be lost
    one="$(loop "$take
        [ \$(shmpeek \$SHM_ID u32@48) = \$\$ ]
        shmpoke \$SHM_ID u32@52=\$((\$(shmpeek \$SHM_ID u32@52) + 1))
        [ \$(shmpeek \$SHM_ID u32@48) = \$\$ ]
        $give")"
    race "$one" "$one" "$one" "$one"
    prints $'0\n'$((4 * rounds)) shmpeek "$id" u32@48 u32@52
}

@test "lock: without it updates are lost, which proves the test above" {
    one="$(loop "shmpoke \$SHM_ID u32@52=\$((\$(shmpeek \$SHM_ID u32@52) + 1))")"
    for _ in {1..20}; do
        shmpoke "$id" u32@52=0
        race "$one" "$one" "$one" "$one"
        counted=$(shmpeek "$id" u32@52)
        [ "$counted" -ge $((4 * rounds)) ] || break
    done
    [ "$counted" -lt $((4 * rounds)) ]
}

@test "lock: it can be taken from a process that has exited, by one of those that try" {
    give=$(example "lock: give it back")
    rescue=$(example "lock: take it from a process that has ended")
    rounds=$((rounds / 10 + 1))
    # every third time it dies with the lock, and another one continues there
    one="$(loop "sh -euc '
        until
            $rescue || : # by another one just now
            shmpoke --expect 0 --timeout 0.1s \$SHM_ID u32@48=\$\$ 2>/dev/null
        do :; done
        shmpoke \$SHM_ID u32@52=\$((\$(shmpeek \$SHM_ID u32@52) + 1))
        [ \$((\$(shmpeek \$SHM_ID u32@52) % 3)) = 0 ] && kill -KILL \$\$
        $give' || [ \$? = 137 ]")"
    race "$one" "$one" "$one" 2>killed
    same "killed" "$rounds" "$(grep -c Killed killed)"
    same "counted" $((3 * rounds)) "$(shmpeek "$id" u32@52)"
}

@test "hand over: a consumer gets every item of a producer, in order" {
    put=$(example "hand over: put")
    take=$(example "hand over: take")
    race "$(loop "item=\"item \$n\"
        $put")" "{ $(loop "$take
        echo \"\$item\"")
    } >items"
    cmp items <(seq -f 'item %.0f' "$rounds")
}

@test "hand over, among many: every item of every producer is taken by one consumer" {
    put=$(example "hand over, among many: put")
    take=$(example "hand over, among many: take")
    producer="$(loop "item=\"\$\$ \$n\"
        $put")"
    consumer="$(loop "$take
        echo \"\$item\"")"
    race "echo \$\$ >pid.1; $producer" "echo \$\$ >pid.2; $producer" "{ $consumer
    } >items.1" "{ $consumer
    } >items.2"
    sort items.? >taken
    for who in 1 2; do seq -f "$(cat pid.$who) %.0f" "$rounds"; done | sort | cmp - taken
    # and each consumer gets them in the order of one producer
    for who in 1 2; do awk -v pid="$(cat pid.$who)" '$1 == pid && $2 <= last { exit 1 } $1 == pid { last = $2 }' items.1; done
}

@test "parts: a reader never sees a mix of old and new parts" {
    write=$(example "parts: write")
    read=$(example "parts: read")
    race "$(loop "x=\$n y=-\$n
        $write")" "$(loop "$read
        [ \$y = \$((-x)) ]")" "$(loop "$read
        [ \$y = \$((-x)) ]")"
    prints $((2 * rounds)) shmpeek "$id" u32@128
}

# attached N - attached N times by now
attached() { [ "$(kernel_says "$SHM_ID" nattch)" = "$1" ]; }

# given_up VALUES CODE - with these values in a segment of another process, CODE waits; once the
# segment is removed it exits with 3, does nothing else, and writes nothing
given_up()
{
    segment 4K
    SHM_ID=$id
    shmpoke "$id" "$1"
    hold "$id"
    holder=$pid
    shmcat "$id" >was
    start sh -c "item=new
$2
echo went on"
    wait_until attached 2
    ipcrm -m "$id"
    ends_with 3 "$pid"
    same "standard output" "" "$(<out)"
    shmcat "$id" | cmp - was
    end "$holder"
}

@test "a process that waits for its turn leaves when the segment is removed, and does nothing" {
    given_up u32@8=0 "$(example "ready: wait, then read")"
    given_up u32@48=1 "$(example "lock: take it, or give up after a minute")"
    given_up u32@56=1 "$(example "hand over: put")"
    given_up u32@56=0 "$(example "hand over: take")"
    given_up u32@56=1 "$(example "hand over, among many: put")"
    given_up u32@56=1 "$(example "hand over, among many: take")"
    given_up u32@128=1 "$(example "parts: read")"
}

@test "no example continues if the segment is missing" {
    tried=0
    sed 's/\\-/-/g' "$SHMBOX_SOURCE/man/shm-protocols.7" | sed -n 's/^# //p' >headings
    while read -r heading; do
        code=$(example "$heading")
        run -3 --separate-stderr env SHM_ID=999 timeout 300 sh -c "message=m item=i x=1 y=2
$code
echo went on"
        same "$heading: standard output" "" "$output"
        tried=$((tried + 1))
    done <headings
    [ "$tried" -ge 12 ]
}
