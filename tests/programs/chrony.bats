# SPDX-License-Identifier: MIT
# chrony, a program we did not write, takes its time from a shell script
# runs against: release
# labels: offline unprivileged
#
# It reads samples from a segment with a key of its own (the SHM reference clock of NTP),
# clears the flag of each it took, and logs the offset that it saw.

setup()
{
    load ../lib/helper
    common_setup
    PATH=$PATH:/usr/sbin:/sbin
    command -v chronyd >/dev/null || skip "needs chronyd"
}

# Its segment outlives it.
teardown()
{
    [ -z "${clock-}" ] || end "$chronyd"
    [ -z "${clock-}" ] || ipcrm -m "$clock"
    common_teardown
}

# Starts it on a directory of its own; it never touches the clock (-x).
start_chronyd()
{
    cat >conf <<END
refclock SHM 0 refid SHMA dpoll 0 poll 9 filter 16 precision 1e-7
port 0
cmdport 0
user root
logdir $PWD
log refclocks
driftfile $PWD/drift
pidfile $PWD/pid
bindcmdaddress /
END
    start chronyd -x -d -L 0 -f conf
    chronyd=$pid
    clock=$(shmwait --timeout 300s key:0x4e545030 exists)
    prints 1 shmwait --timeout 300s "$clock" attached ge 1
}

# sample CLOCK RECEIVED - microseconds in the second before, in the format of its protocol
sample()
{
    # chrony accepts no sample from the future, or older than twice its poll of 2^9 seconds, and
    # each sample must be later than the previous one
    now=$(($(date +%s) - 10 > ${now:-0} ? $(date +%s) - 10 : now + 1))
    shmpoke --quiet "$clock" i32@48=0 i32@4+=1 \
        i64@8="$now" i32@16="$1" u32@52=$(($1 * 1000)) \
        i64@24="$now" i32@32="$2" u32@56=$(($2 * 1000)) \
        i32@36=0 i32@40=-20 i32@0=1 i32@4+=1 i32@48=1
}

@test "chrony accepts samples that a script writes, and logs the exact offsets" {
    start_chronyd
    while read -r at received offset; do
        sample "$at" "$received"
        # it clears the flag when it has taken the sample
        prints 0 shmwait --timeout 300s "$clock" i32@48 eq 0
        echo "$offset"
    done <<'END' >wanted
250000 0 2.500000e-01
123456 0 1.234560e-01
1 0 1.000000e-06
0 999999 -9.999990e-01
500000 499999 1.000000e-06
END
    logged() { [ "$(grep -c 'SHMA  *[0-9]* N' refclocks.log)" -ge 5 ]; }
    wait_until logged
    awk '/SHMA  *[0-9]+ N/ { print $7 }' refclocks.log >got
    diff wanted got
    prints 10 shmpeek "$clock" i32@4
}

@test "chrony is observed through its own segment: attached, fed, gone" {
    start_chronyd
    start shmpeek --follow --timeout 300s "$clock" count=i32@4 valid=i32@48
    follower=$pid
    wait_until grep -q 'valid=0' out
    sample 1000 0
    prints 0 shmwait --timeout 300s "$clock" i32@48 eq 0
    wait_until grep -q $'count=2\tvalid=0' out
    end "$follower"
    kill "$chronyd"
    prints 0 shmwait --timeout 300s "$clock" attached eq 0
}
