#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - measure the release program against the floor and against the usual tools
# usage: ./dev bench [--quick] [--svg FILE] [ROW..]
#
# Prints two medians for every row: our time divided by the time of the floor in the same
# round, and by the time of the peer. The floor is a bare C program (floor*.c) that does the
# same with the fewest system calls; the peer is what a user would run otherwise. bench/README.md
# explains the table. The times themselves are in build/bench/ROW.tsv, in nanoseconds: they
# change from day to day and are not comparable. The exit status tells whether all commands
# succeeded and all bytes were right; it never depends on speed.
#
# --quick is for a look, with less data than the goals are about. --svg FILE draws the
# table into FILE, and the chart for people into floor.svg beside it (otherwise both are in
# build/bench). ROW is a number as 2, one of its parts as 2.read, or a word as library. A row
# with .nocap runs without the capabilities that /proc/PID/map_files requires, as in a
# container; a row with b is held on one processor. SHMTOOL_TEST may name the test program
# of ghetzel/shmtool/shm (go test -c): the library is then measured against it. The command
# shmtool is a peer if it is installed.
#
# A private IPC namespace, and a /dev/shm in a private mount namespace, end with the last
# process in them: nothing is left, however the run ends.

set -eu

say() { printf '%s\n' "$*" >&2; }
die() { say "bench: $*"; exit 1; }

here=$(cd "$(dirname "$0")" && pwd)
root=${here%/*}
if [ "${1-}" != --inside ]; then
	exec "$root/tests/lib/ipcns.sh" unshare --mount "$here/run.sh" \
		--inside "$(readlink /proc/self/ns/ipc)" "$@"
fi
# All segments are removed after each row: they must not be anybody else's.
[ "$(readlink /proc/self/ns/ipc)" != "$2" ] || die "cannot create a private IPC namespace"
shift 2

SIZE=1G bytes=1073741824 rounds=500 milliseconds=2000 wanted='' svg=ratios.svg quick=0
while [ $# -gt 0 ]; do
	case $1 in
	--quick) SIZE=64M bytes=67108864 rounds=50 milliseconds=150 quick=1 ;;
	--svg)
		[ $# -gt 1 ] || die "--svg requires a file"
		svg=$(realpath "$2")
		shift
		;;
	[0-9]* | library* | growth*) wanted="$wanted $1" ;;
	*) sed -n 's/^# usage/usage/p' "$0" >&2; exit 2 ;;
	esac
	shift
done
HUGE=$((bytes * 16)) # of the sparse segment
words="$(echo $SIZE | tr -d GM) $(echo $SIZE | tr -d 0-9)iB"
export SIZE HUGE words LC_ALL=C
exec </dev/null

# shellcheck source=bench/measure.sh
. "$here/measure.sh"

# ---- programs and files ----

# Each directory that is searched in vain costs a failed exec: few before ours and theirs.
PATH=$root/build/release/bin:/usr/bin:/bin:$PATH
mkdir -p "$root/build/bench"
cd "$root/build/bench"
rm -f ./*.tsv ways.*
options='-std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wconversion'
# shellcheck disable=SC2086
cc() { "$root/build/release/cc" $options "$@"; }
# The release program is linked in the same way.
bare() { cc -static-pie -s -Os -Wl,-z,noseparate-code "$@"; }
cc -static -s -Os -o runner "$here"/runner*.c
for name in floor floor_send floor_receive floor_list floor_who floor_faults; do
	bare -o $name "$here/$name.c"
done
echo 'int main(void) { return 0; }' | bare -o noop -x c -
# With this system's libc, like their peers: otherwise different mallocs would be compared.
# shellcheck disable=SC2086
shared() { gcc $options -O2 -I"$root/include" "$@" "$root/build/glibc/lib/libshmbox.a"; }
shared -o library "$here"/library*.c
shared -o wake "$here/wake.c"

available=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
[ "$available" -ge 4 ] || [ $quick = 1 ] ||
	die "4 GiB of free memory are required, or --quick"
mount -t tmpfs tmpfs /dev/shm || die "cannot mount a private /dev/shm"
# A number in each line, so that a block in the wrong place is noticed.
seq 1000000000 | head -c $bytes >/dev/shm/f
head -c 4096 /dev/shm/f >/dev/shm/small
# Files of SIZE on a disk, if this directory is on one.
disk=$(stat -f -c %T .)
[ "$disk" != tmpfs ] || disk=''
# For the rows of 30,000, where this is allowed.
(echo 32768 >/proc/sys/kernel/shmmni) 2>/dev/null || :
# ghetzel/shmtool takes segment 0 for no segment.
shmrm "$(shmcreate 1)"

# ---- the machine ----

# Follows a link of the first mapping, which requires the privilege.
map_files() { set -- /proc/$$/map_files/* && [ -e "$1" ]; }
map_files=no
! map_files || map_files=yes
swap=$(sed 1d /proc/swaps)
processor=$(taskset -cp $$ | sed 's/.*: *//; s/[-,].*//')

# Huge pages for shared memory, for programs that ask for them: a setting of the whole
# machine, which is put back however the run ends.
thp=/sys/kernel/mm/transparent_hugepage/shmem_enabled
thp_was='' crowd=''
restore() {
	[ ! "$thp_was" ] || echo "$thp_was" >$thp
	thp_was=''
	disperse
	rm -f on-disk
}
allow_thp() {
	was=$(sed 's/.*\[\(.*\)\].*/\1/' $thp 2>/dev/null) && [ "$was" ] || return 1
	(echo advise >$thp) 2>/dev/null && thp_was=$was
}
trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# The least of three measurements: other processes only make pages more expensive.
faults=$(for _ in 1 2 3; do ./floor_faults 16; done | awk '
	{ for (i = 1; i <= 3; i++) if (NR == 1 || $i < least[i]) least[i] = $i }
	END { printf "%.2f %.2f %.2f\n", least[1], least[2], least[3] }')
# Where a first access costs this many microseconds, the host of a virtual machine traps it.
costly=$(echo "$faults" | awk '{ print ($1 + $3 > 6 ? "yes" : "") }')
machine="$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) CPUs,
$(awk '/^MemTotal:/ { print int($2 / 1048576 + .5) }' /proc/meminfo) GiB, $(uname -srm)"
machine=$(echo "$machine" | paste -sd ' ')
pages=$(echo "$faults" | awk '{ print $1 " us at the first access, " $2 \
	" us by MADV_POPULATE_WRITE, " $3 " us at the first access after that" }')

missed=0 failures=0
printf 'note\t%s\n' "$SIZE segments on $machine; a page costs $pages" >table.tsv
echo "machine: $machine"
echo "a page costs: $pages${costly:+: page faults are expensive here}"
echo "program: $(shmbox --version | head -n 1); peers: $(ipcs -V), $(cat --version | head -n 1)"
echo "map_files allowed: $map_files; swap: ${swap:+in use}${swap:-none}; load: $(cut -d ' ' -f 1 /proc/loadavg)" |
	sed 's/in use.*; load/in use; load/'
echo
title

for part in small bytes archives many library growth; do
	# shellcheck source=/dev/null
	. "$here/rows_$part.sh"
done

awk -f "$here/draw.awk" table.tsv >drawing && mv drawing "$svg"
awk -f "$here/draw_floor.awk" table.tsv >drawing && mv drawing "$(dirname "$svg")/floor.svg"
echo
echo "$missed goals missed, $failures rows failed; samples: build/bench/*.tsv"
[ $failures = 0 ]
