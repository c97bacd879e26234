# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# processes - start, hold, wait for and end processes

# wait_until CMD.. - until CMD succeeds: for minutes, as a slow machine may be busy as well
wait_until()
{
    local round never pause=0.01
    "$@" && return
    exec {never}<> <(:) # no process writes into this pipe: reading from it waits, and needs no sleep(1)
    for ((round = 0; round < 3200; round++)); do
        ((round != 200)) || pause=0.1
        IFS= read -r -t "$pause" -u "$never" || :
        if "$@"; then
            exec {never}>&-
            return
        fi
    done
    exec {never}>&-
    echo "waited in vain for: $*"
    return 1
}

# start CMD.. - in the background: its pid in $pid, its output in the files out and err
start()
{
    # opened here and now: in the background it might empty what the next one has written
    { "$@" 3>&- & } >out 2>err
    pid=$!
    started+=("$pid")
}

# hold ID.. - a process that has these attached (one twice, if named twice): its pid in $pid
hold()
{
    start perl -MIPC::SysV=shmat -e '$0 = "holder"; $| = 1;
        shmat($_, undef, 0) // die "shmat: $!\n" for @ARGV; print "held\n"; sleep 3600' "$@"
    wait_until test -s out
}

ended()
{
    if kill -0 "$1" 2>/dev/null; then
        return 1
    fi
}

# ends_with STATUS PID - a child of the test does, soon
ends_with()
{
    local got=0
    wait_until ended "$2"
    wait "$2" || got=$?
    forget "$2"
    same "exit status" "$1" "$got"
}

# family PID.. - adds these and all processes that they have started to the array family
family()
{
    local pid children
    for pid; do
        family+=("$pid")
        # what runs a function, as_nobody for one, is a shell with the program as its child
        children=()
        read -r -a children 2>/dev/null <"$proc/$pid/task/$pid/children" || :
        family "${children[@]}"
    done
}

# end PID.. - ends children of the test with what they started, and waits until they are gone.
# All are killed before it waits: a process that is traced by another one only ends with it.
end()
{
    local family=() pid
    family "$@"
    kill -KILL "${family[@]}" 2>/dev/null || :
    for pid; do
        wait "$pid" 2>/dev/null || :
        forget "$pid"
    done
    for pid in "${family[@]}"; do
        # the first process of the namespace waits for the children now
        [[ " $* " == *" $pid "* ]] || wait_until ended "$pid"
    done
}

# forget PID - a child that was waited for is not to be killed: its pid may be another's by now
forget()
{
    local nth
    for nth in "${!started[@]}"; do
        [ "${started[nth]}" != "$1" ] || unset "started[nth]"
    done
}

end_started()
{
    [ "${#started[@]}" = 0 ] || end "${started[@]}"
}

# A pid that was somebody's, and is nobody's now.
dead_pid()
{
    sh -c 'echo $$'
}

# often FEW MANY - how many rounds a race has: FEW, and MANY with --all
often()
{
    if [ -z "${SHMBOX_ALL-}" ]; then echo "$1"; else echo "$2"; fi
}
