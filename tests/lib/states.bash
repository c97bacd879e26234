# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# states - what a test waits for instead of waiting for a time to pass
#
# A host may be slow or busy, and the processes of a test may run in any order. The kernel
# tells whether a process sleeps, and how often it went to sleep.

# sleeping PID - this process is a program under test by now, and waits for something
sleeping()
{
    local exe
    exe=$(readlink "$proc/$1/exe")
    # qemu runs programs of other machines
    [ "$exe" -ef "$SHMBOX_BIN/shmbox" ] || [[ $exe == */qemu-* ]] && [ "$(awk '{ print $3 }' "$proc/$1/stat")" = S ]
}

# sleeping_as NAME PID - this process has this name by now, and waits for something
sleeping_as()
{
    local stat
    read -r stat 2>/dev/null <"$proc/$2/stat" && [[ $stat == "$2 ($1) S "* ]]
}

# sleeps PID - how often this process has gone to sleep
sleeps()
{
    awk '/^voluntary_ctxt_switches:/ { print $2 }' "$proc/$1/status"
}

slept()
{
    [ "$(sleeps "$1")" -ge "$2" ]
}

# looks_again PID - until this process, which sleeps and looks in turn, has made a whole look
# that began after this call: it may be in the middle of one now
looks_again()
{
    wait_until slept "$1" $(($(sleeps "$1") + 2))
}

# in_time SECONDS SINCE - fewer seconds have passed since this time of date +%s. A verdict on
# what has to be young counts only then.
in_time()
{
    [ $(($(date +%s) - $2)) -lt "$1" ]
}

# renew ID.. - these segments in that namespace were changed just now, and are idle since then
renew()
{
    "${apart[@]}" perl -MIPC::SysV=IPC_STAT,IPC_SET -e 'for (@ARGV) {
        shmctl($_, IPC_STAT, my $ds = "") or die "IPC_STAT: $!\n"; shmctl($_, IPC_SET, $ds) or die "IPC_SET: $!\n" }' "$@"
}

# ages - a pattern as as_pattern() makes it, where an age may have any number of digits
ages()
{
    sed -E 's/ +\?s +/+( )+([0-9])[smh]+( )/g'
}
