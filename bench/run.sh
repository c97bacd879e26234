#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - the release program against what one would use instead of it
# usage: ./dev bench [--quick] [--svg FILE] [ROW..]
#
# Prints, for every row of rows.sh, the median over all rounds of our time divided by the
# peer's time in the same round, the quartiles, the goal beside it, and which path our
# program says it took. The times themselves are in build/bench/ROW.tsv, in nanoseconds:
# they change with the weather and say nothing. The exit status tells whether all commands
# worked and all bytes were right, never how fast.
#
# --quick is for a look, with less data than the goals are about; --svg draws the table
# (build/bench/ratios.svg, if not told otherwise); ROW is a number as 2, one of its parts
# as 2.read, or library. A row with .nocap is without the capabilities that
# /proc/PID/map_files wants, one with b is held on one processor. SHMTOOL_TEST may name the
# test program of ghetzel/shmtool/shm (go test -c), for the library's rows against it; its
# command shmtool is a peer if it is found.
#
# A private IPC namespace, and a /dev/shm in a private mount namespace, go with the last
# process in them: nothing is left behind, however the run ends.

# shellcheck disable=SC2016 # a field of a row is a command, expanded when it runs
set -eu

say() { printf '%s\n' "$*" >&2; }
die() { say "bench: $*"; exit 1; }

here=$(cd "$(dirname "$0")" && pwd)
root=${here%/*}
if [ "${1-}" != --inside ]; then
	exec "$root/tests/lib/ipcns.sh" unshare --mount "$here/run.sh" \
		--inside "$(readlink /proc/self/ns/ipc)" "$@"
fi
# All segments are removed after each row, so they had better be ours.
[ "$(readlink /proc/self/ns/ipc)" != "$2" ] || die "no private IPC namespace to be had"
shift 2

SIZE=1G bytes=1073741824 rounds=500 milliseconds=2000 map_files=no wanted='' svg=ratios.svg
while [ $# -gt 0 ]; do
	case $1 in
	--quick) SIZE=128M bytes=134217728 rounds=100 milliseconds=400 ;;
	--svg)
		[ $# -gt 1 ] || die "--svg wants a file"
		svg=$(realpath "$2")
		shift
		;;
	[0-9]* | library*) wanted="$wanted $1" ;;
	*) sed -n 's/^# usage/usage/p' "$0" >&2; exit 2 ;;
	esac
	shift
done
HUGE=$((bytes * 16)) # of the sparse segment
export SIZE HUGE LC_ALL=C
exec </dev/null

# ---- the two halves of a row: measuring, and saying what came out ----

# Whether ROW was asked for; with a second word, whether any row that begins so was.
chosen() {
	case "$wanted " in
	' ' | *" $1 "* | *" ${1%%.*} "*) ;;
	*" $1".*) [ "${2-}" ] ;;
	*) return 1 ;;
	esac
}

heading=''
group() { heading=$*; }

# record KIND ROW WHAT VALUE QUARTILES GOAL VERDICT, for draw.awk
record() {
	if [ "$heading" ]; then
		printf '\n%s\n' "$heading"
		printf 'group\t%s\n' "$heading" >>table.tsv
		heading=''
	fi
	(IFS='	' && printf '%s\n' "$*") >>table.tsv
}

# line KIND ROW WHAT GOAL VALUE QUARTILES PATH
line() {
	verdict=''
	if [ "$4" != - ]; then
		verdict=$(awk "BEGIN { print $5 <= $4 ? \"met\" : \"MISSED\" }")
	fi
	[ "$verdict" != MISSED ] || missed=$((missed + 1))
	record "$1" "$2" "$3" "$5" "$6" "$4" "$verdict"
	printf '%-15s%-44s%8s  %-14s%5s  %-7s%s\n' "$2" "$3" "$5" "$6" "$4" "$verdict" "$7"
}

# absent ROW WHAT WHY
absent() {
	chosen "$1" || return 0
	record none "$1" "$2" "$3" '' '' ''
	printf '%-15s%-44s%8s  %s\n' "$1" "$2" - "$3"
}

# fact ROW WHAT GOAL VALUE, of what is not timed
fact() { ! chosen "$1" || line fact "$1" "$2" "$3" "$4" '' ''; }

# median FILE EXPRESSION, and the quartiles
median() {
	awk "NR > 1 { printf \"%.9f\\n\", $2 }" "$1" | sort -n | awk '
		{ value[NR] = $1 }
		END {
			printf "%.3f ", (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2
			printf "%.3f..%.3f\n", value[int((NR + 3) / 4)], value[int((3 * NR + 3) / 4)]
		}'
}

have() { command -v "$1" >/dev/null; }

# as_told COMMAND.., on one processor and without privilege where the row wants that
as_told() {
	[ ! "$limited" ] || set -- setpriv --bounding-set -sys_admin,-checkpoint_restore "$@"
	[ ! "$pinned" ] || set -- taskset -c "$processor" "$@"
	"$@"
}

# A command of ours that says which path it took.
talking() { printf '%s' "$1" | sed "s/shmcat /shmcat $verbose/; s/shmwrite /shmwrite $verbose/"; }

failed() {
	say "bench: row $1: a command failed, or its bytes are wrong"
	failures=$((failures + 1))
}

# once ROW GOAL, of which everything else is in the fields
once() {
	chosen "$1" || return 0
	if (eval "$setup") >/dev/null &&
		as_told ./runner ${printed:+--printed} "$1.tsv" $rounds $milliseconds "$each" "$ours" "$peer" \
			"$(talking "$ours")" 2>messages && (eval "$check"); then
		values=$(median "$1.tsv" "$value")
		line "$kind" "$1" "$what" "$2" "${values% *}" "${values#* }" \
			"$(sed -n 's/^shm[a-z]*: .* bytes: //p' messages | tail -n 1)"
	else
		cat messages >&2
		failed "$1"
	fi
	ipcrm --all=shm
	rm -f /dev/shm/x
}

# row ROW WHAT GOAL FIELD=COMMAND.., the fields being
#   ours, peer   what is measured, with its output to /dev/null: see runner.c
#   setup        once before the row
#   each         before each sample, not timed
#   check        in the end, after one more `each` and `ours`: are the bytes right?
# or, as words, not commands:
#   needs        the peer, if it may be missing
#   limited, pinned   if not empty: without privilege; on one processor
#   kind, value  how it is drawn and reckoned, if it is no bar and no ratio
#   printed      if not empty: what the commands print is taken, not the time they need
# A goal A/B makes two rows of it: A where map_files is allowed, B where it is not.
# No row sees segments of another one; /dev/shm/f has SIZE bytes, no two lines of it alike.
row() {
	row=$1 what=$2 goal=$3 ours='' peer='' setup='' each='' check='' needs='' limited=''
	pinned='' kind=bar value='$2 / $3' printed=''
	shift 3
	chosen "$row" any || return 0
	for field; do
		eval "${field%%=*}=\${field#*=}"
	done
	if [ "$needs" ] && ! have "$needs"; then
		absent "$row" "$what" "no peer: $needs"
	elif [ "$goal" = "${goal%/*}" ]; then
		once "$row" "$goal"
	else
		[ $map_files = no ] || once "$row" "${goal%/*}"
		limited=yes
		once "$row.nocap" "${goal#*/}"
	fi
}

# ---- the stage ----

# Each directory that is searched in vain costs a failed exec: few before ours and theirs.
PATH=$root/build/release/bin:/usr/bin:/bin:$PATH
mkdir -p "$root/build/bench"
cd "$root/build/bench"
rm -f ./*.tsv
cc() { "$root/build/release/cc" -static -s -Os "$@"; }
warnings='-std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wconversion'
# shellcheck disable=SC2086
cc $warnings -o runner "$here/runner.c"
# With this system's libc, as its peers are: else their mallocs would be compared.
# shellcheck disable=SC2086
gcc $warnings -O2 -I"$root/include" -o library "$here/library.c" "$root/build/glibc/lib/libshmbox.a"
# shellcheck disable=SC2086
gcc $warnings -O2 -I"$root/include" -o wake "$here/wake.c" "$root/build/glibc/lib/libshmbox.a"
echo 'int main(void) { return 0; }' | cc -o noop -x c -

awk '/^MemAvailable:/ { exit $2 < 4 * 1048576 }' /proc/meminfo || [ $SIZE != 1G ] ||
	die "4 GiB of free memory are needed, less with --quick"
mount -t tmpfs tmpfs /dev/shm || die "no private /dev/shm to be had"
# A number in each line, so that a block in the wrong place is seen.
seq 1000000000 | head -c $bytes >/dev/shm/f
head -c 4096 /dev/shm/f >/dev/shm/small
# For the row of 30000, where it may be.
(echo 32768 >/proc/sys/kernel/shmmni) 2>/dev/null || :
# ghetzel/shmtool takes segment 0 for none.
shmrm "$(shmcreate 1)"

# Follows a link of the first mapping, which is the privilege.
map_files() { set -- /proc/$$/map_files/* && [ -e "$1" ]; }
! map_files || map_files=yes
swap=$(sed 1d /proc/swaps)
processor=$(taskset -cp $$ | sed 's/.*: *//; s/[-,].*//')
verbose=''
! shmcat --help | grep -q -e --verbose || verbose='--verbose '

# Huge pages for shared memory, where a program asks for them: of the whole machine, so
# that it is put back however the run ends.
thp=/sys/kernel/mm/transparent_hugepage/shmem_enabled
thp_was=''
restore() { [ ! "$thp_was" ] || echo "$thp_was" >$thp; thp_was=''; }
allow_thp() {
	was=$(sed 's/.*\[\(.*\)\].*/\1/' $thp 2>/dev/null) && [ "$was" ] || return 1
	(echo advise >$thp) 2>/dev/null && thp_was=$was
}
trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

missed=0 failures=0
machine="$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) CPUs,
$(awk '/^MemTotal:/ { print int($2 / 1048576 + .5) }' /proc/meminfo) GiB, $(uname -srm)"
machine=$(echo "$machine" | paste -sd ' ')
printf 'note\t%s\n' "$SIZE segments on $machine" >table.tsv
echo "machine: $machine"
echo "program: $(shmbox --version | head -n 1); peers: $(ipcs -V), $(cat --version | head -n 1)"
echo "map_files allowed: $map_files; swap: ${swap:+in use}${swap:-none}; load: $(cut -d ' ' -f 1 /proc/loadavg)" |
	sed 's/in use.*; load/in use; load/'
echo
printf '%-15s%-44s%8s  %-14s%5s  %-7s%s\n' row 'ours / peer' ratio quartiles goal '' path

# shellcheck source=bench/rows.sh
. "$here/rows.sh"

awk -f "$here/draw.awk" table.tsv >drawing && mv drawing "$svg"
echo
echo "$missed goals missed, $failures rows failed; samples: build/bench/*.tsv"
[ $failures = 0 ]
