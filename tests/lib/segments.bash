# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# segments - segments for a test, judged without shmbox: by the kernel's table and by perl

# Judges which segments a test left behind: those that it has noted, and no others.
same_segments()
{
    local id left='' lost=''
    local -a ids
    local -A before=() noted=() now=()
    mapfile -t ids <before
    for id in "${ids[@]}"; do [ -z "$id" ] || before[$id]=1; done
    mapfile -t ids <noted
    for id in "${ids[@]}"; do [ -z "$id" ] || noted[$id]=1; done
    segments >after
    mapfile -t ids <after
    for id in "${ids[@]}"; do
        now[$id]=1
        [ -n "${before[$id]-}${noted[$id]-}" ] || left+="$id "
    done
    for id in "${!before[@]}"; do
        [ -n "${now[$id]-}" ] || lost+="$id "
    done
    same "segments left behind" "" "$left" && same "segments of others removed" "" "$lost"
}

# kernels_table - the rows of the kernel's table of segments, in the array "rows"; the first has names
kernels_table()
{
    mapfile -t rows <"$proc/sysvipc/shm"
}

# The ids of all segments, in the kernel's order.
segments()
{
    local rows row id _
    kernels_table
    for row in "${rows[@]:1}"; do
        read -r _ id _ <<<"$row"
        echo "$id"
    done
}

# segment [shmcreate's options and operand] - a segment for this test: its id in $id
segment()
{
    id=$(shmcreate "$@")
    echo "$id" >>"$BATS_TEST_TMPDIR/noted"
}

# kernel_says ID COLUMN - one cell of /proc/sysvipc/shm, nothing if there is no such segment
kernel_says()
{
    local rows row column names cells
    kernels_table
    read -r -a names <<<"${rows[0]}"
    for ((column = 0; column < ${#names[@]}; column++)); do
        [ "${names[column]}" != "$2" ] || break
    done
    for row in "${rows[@]:1}"; do
        read -r -a cells <<<"$row"
        [ "${cells[1]}" != "$1" ] || echo "${cells[column]-}"
    done
}

exists()
{
    local rows row id _
    kernels_table
    for row in "${rows[@]:1}"; do
        read -r _ id _ <<<"$row"
        [ "$id" != "$1" ] || return 0
    done
    return 1
}

gone()
{
    ! exists "$1"
}

# id_of KEY - the id of the segment with this key, a decimal number
id_of()
{
    local rows row key id _
    kernels_table
    for row in "${rows[@]:1}"; do
        read -r key id _ <<<"$row"
        [ "$(((key + 4294967296) % 4294967296))" != "$1" ] || echo "$id"
    done
}

# peek ID OFFSET LENGTH - its bytes, as perl sees them
peek()
{
    perl -e 'shmread($ARGV[0], $b, $ARGV[1], $ARGV[2]) or die "shmread: $!\n"; print $b' "$@"
}

# poke ID OFFSET - puts standard input there
poke()
{
    perl -e 'local $/; my $b = <STDIN>;
        shmwrite($ARGV[0], $b, $ARGV[1], length $b) or die "shmwrite: $!\n"' "$@"
}

# far_peek ID OFFSET LENGTH and far_poke ID OFFSET TEXT - where perl's own cannot reach:
# beyond 2 GiB, and behind the end, in the rest of the last page
far_peek()
{
    perl -MIPC::SysV=shmat -e 'my $at = unpack "J", shmat($ARGV[0], undef, 0) // die "shmat: $!\n";
        open my $mem, "<:raw", "$ENV{proc}/self/mem" or die "mem: $!\n";
        sysseek $mem, $at + $ARGV[1], 0 or die "seek: $!\n";
        sysread($mem, my $b, $ARGV[2]) == $ARGV[2] or die "read: $!\n"; print $b' "$@"
}

far_poke()
{
    perl -MIPC::SysV=shmat -e 'my $at = unpack "J", shmat($ARGV[0], undef, 0) // die "shmat: $!\n";
        open my $mem, "+<:raw", "$ENV{proc}/self/mem" or die "mem: $!\n";
        sysseek $mem, $at + $ARGV[1], 0 or die "seek: $!\n";
        syswrite($mem, $ARGV[2]) == length $ARGV[2] or die "write: $!\n"' "$@"
}

# noise LENGTH - that many bytes, of any value, the same every time, no two places alike
noise()
{
    perl -e 'my $n = shift; print substr(pack("N*", map { $_ * 2654435761 & 0xffffffff }
        1 .. $n / 4 + 1), 0, $n)' "$1"
}

# holders ID - the processes of this namespace that have it mapped, one pid a line
holders()
{
    local pid ours
    ours=$(readlink "$proc/self/ns/ipc")
    grep -lsE " $1 +/SYSV" "$proc"/[0-9]*/maps | while read -r pid; do
        pid=${pid#"$proc/"} pid=${pid%/maps}
        [ "$(readlink "$proc/$pid/ns/ipc")" != "$ours" ] || echo "$pid"
    done
}
