# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# cgroup - a memory cgroup of a test's own
#
# The test's teardown calls cgroup_teardown before common_teardown.

# memory_group BYTES - a group whose processes together get so much memory: its directory in
# $group. Whoever is killed there is counted for the whole machine.
memory_group()
{
    local mount
    mount=$(awk '/ - cgroup .*[ ,]memory(,|$)/ { print $5; exit }' /proc/self/mountinfo)
    [ -n "$mount" ] || skip "no memory cgroups of version 1 on this machine"
    group=$mount/shmbox-test-$$-$BATS_TEST_NUMBER
    mkdir "$group" 2>/dev/null || {
        group=
        skip "may not make a memory cgroup"
    }
    together_with /proc/vmstat
    echo "$1" >"$group/memory.limit_in_bytes"
}

# in_group CMD.. - CMD, and what it starts, are in the group; no shell function
in_group()
{
    # shellcheck disable=SC2016 # the inner shell's variables
    sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
}

cgroup_teardown()
{
    end_started
    # shellcheck disable=SC2034 # the helper's
    started=()
    [ -n "${group-}" ] || return 0
    # what is charged to it and cannot be freed would go back to swap, or be refused
    echo -1 >"$group/memory.limit_in_bytes"
    wait_until rmdir "$group" 2>/dev/null
    group=
}
