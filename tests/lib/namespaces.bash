# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# namespaces - processes and segments in other IPC namespaces, and a place without /proc
# shellcheck disable=SC2034 # the tests read id, pid and apart

# fresh CMD.. - in an IPC namespace of its own: no segments yet, and the first gets id 0
fresh()
{
    unshare --ipc -- "$@"
}

# apart - an IPC namespace that lasts until this test ends: "${apart[@]}" CMD.. runs there
apart()
{
    start unshare --ipc sleep 3600
    wait_until is_elsewhere "$pid"
    apart=(nsenter --ipc --target "$pid" --)
}

is_elsewhere()
{
    [ "$(readlink /proc/self/ns/ipc)" != "$(readlink "/proc/$1/ns/ipc")" ]
}

# left ID - a segment in that namespace still
left()
{
    [ -n "$("${apart[@]}" bash -c "$(declare -f kernels_table kernel_says); kernel_says $1 size")" ]
}

# maker [SIZE [KEY]] - a process there that has made a segment and lives: $pid and $id
maker()
{
    start "${apart[@]}" perl -e '$| = 1; $0 = "maker";
        print 0 + (shmget(oct($ARGV[1] // 0), $ARGV[0] // 4096, 01600) // die "shmget: $!\n"), "\n"; sleep 3600' "$@"
    wait_until test -s out
    id=$(<out)
}

# user ID - a process there that attached the segment and detached it again, and lives: $pid
user()
{
    start "${apart[@]}" perl -e '$| = 1; $0 = "user"; shmread($ARGV[0], my $b, 0, 1) or die "shmread: $!\n";
        print "used\n"; sleep 3600' "$1"
    wait_until test -s out
}

# holder ID - a process there that has it attached: $pid
holder()
{
    start "${apart[@]}" perl -MIPC::SysV=shmat -e '$0 = "holder"; $| = 1;
        shmat($_, undef, 0) // die "shmat: $!\n" for @ARGV; print "held\n"; sleep 3600' "$@"
    wait_until test -s out
}

# reborn PID - a process that got this pid, which was another's before, and lives
reborn()
{
    [ -w /proc/sys/kernel/ns_last_pid ] || skip "pids cannot be chosen here"
    start perl -e '$| = 1; my $wanted = shift;
        for (1 .. 1000) {
            open my $last, ">", "/proc/sys/kernel/ns_last_pid" or die "$!\n";
            print $last $wanted - 1;
            close $last or die "$!\n";
            my $child = fork // die "fork: $!\n";
            if (!$child) { sleep 3600 if $$ == $wanted; exit }
            if ($child == $wanted) { print "$child\n"; waitpid $child, 0; exit }
            waitpid $child, 0; # another process was faster, or nobody has waited for the old one
            select undef, undef, undef, 0.01;
        }' "$1"
    wait_until test -s out
}

# no_proc - "${no_proc[@]}" CMD.. runs where there is no /proc. A sanitizer finds its options
# there alone, and warns of what it cannot do.
no_proc()
{
    # shellcheck disable=SC2016,SC2034 # the inner shell's; for the test
    no_proc=(unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$@"' sh)
    [ "$SHMBOX_VARIANT" = dev ] || return 0
    # shellcheck disable=SC2016,SC2034
    no_proc=(unshare --mount sh -c 'mount -t tmpfs none /proc && mkdir /proc/self &&
        ln -s "$1" /proc/self/exe && printf "%s\0" "$2" >/proc/self/environ && shift 2 && exec "$@"'
        sh "$SHMBOX_BIN/shmbox" "ASAN_OPTIONS=detect_leaks=0:exitcode=99:log_path=$BATS_TEST_TMPDIR/report")
}
