# SPDX-License-Identifier: MIT
# measure.sh - how bench/run.sh measures a row, and how it prints the result

# shellcheck shell=sh disable=SC2016,SC2034,SC2154 # a field of a row is expanded when it runs

# Succeeds if ROW was asked for; with a second word, also if a part of ROW was.
chosen() {
	case "$wanted " in
	' ' | *" $1 "* | *" ${1%%.*} "*) ;;
	*" $1".*) [ "${2-}" ] ;;
	*) return 1 ;;
	esac
}

have() { command -v "$1" >/dev/null; }

# ---- printing ----

heading=''
group() { heading=$*; }

title() {
	printf '%-17s%-42s%8s %-13s%6s %-14s%8s %-13s%6s %-14s%s\n' row '' /floor quartiles goal '' \
		/peer quartiles goal '' path
}

# record FIELD.., for draw.awk and draw_floor.awk:
#   KIND ROW WHAT, then VALUE QUARTILES GOAL VERDICT of the floor, the same of the peer,
#   then the words of the chart for people and its peer
record() {
	if [ "$heading" ]; then
		printf '\n%s\n' "$heading"
		printf 'group\t%s\n' "$heading" >>table.tsv
		heading=''
	fi
	(IFS='	' && printf '%s\n' "$*") >>table.tsv
}

# judge VALUE GOAL: met, or by how much the goal is missed; sets $verdict
judge() {
	verdict=''
	if [ "${1:--}" != - ] && [ "${2:--}" != - ]; then
		verdict=$(awk -v value="$1" -v goal="$2" 'BEGIN {
			if (value <= goal)
				print "met"
			else
				print goal ? sprintf("MISSED %+.1f%%", (value / goal - 1) * 100) : "MISSED"
		}')
	fi
	[ "${verdict#MISSED}" = "$verdict" ] || missed=$((missed + 1))
}

# line KIND ROW WHAT FLOOR-VALUE QUARTILES GOAL PEER-VALUE QUARTILES GOAL PATH WORDS TOOL
line() {
	judge "$4" "$6"
	floor_verdict=$verdict
	judge "$7" "$9"
	record "$1" "$2" "$3" "$4" "$5" "$6" "$floor_verdict" "$7" "$8" "$9" "$verdict" "${11-}" "${12-}"
	printf '%-17s%-42s%8s %-13s%6s %-14s%8s %-13s%6s %-14s%s\n' "$2" "$3" "$4" "$5" "$6" \
		"$floor_verdict" "$7" "$8" "$9" "$verdict" "${10-}"
}

# absent ROW WHAT WHY
absent() {
	chosen "$1" || return 0
	record none "$1" "$2" "$3"
	printf '%-17s%-42s%8s %s\n' "$1" "$2" - "$3"
}

# fact ROW WHAT GOAL VALUE, for a value that is no ratio
fact() { ! chosen "$1" || line fact "$1" "$2" '' '' '' "$4" '' "$3"; }

# median FILE EXPRESSION, and the quartiles
median() {
	awk "NR > 1 { printf \"%.9f\\n\", $2 }" "$1" | sort -n | awk '
		{ value[NR] = $1 }
		END {
			printf "%.3f ", (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2
			printf "%.3f..%.3f\n", value[int((NR + 3) / 4)], value[int((3 * NR + 3) / 4)]
		}'
}

# ---- ways ----

# candidates JOB: the commands that do it, WAY being each of the words before them
candidates() {
	case $1 in
	send.pipe | send.holes)
		echo "write populate vmsplice process_vm mem pread splice:./floor_send WAY 2 | cat" ;;
	send.file | send.sparse)
		echo "write populate own-pipe process_vm mem pread sendfile:./floor_send WAY 2 >/dev/shm/x" ;;
	send.disk)
		echo "write populate own-pipe process_vm mem pread sendfile:./floor_send WAY 2 >on-disk" ;;
	receive.file)
		echo "read populate process_vm mem pwrite sendfile:./floor_receive WAY 2 /dev/shm/part" ;;
	receive.pipe)
		echo "read populate process_vm mem pwrite splice:cat /dev/shm/part | ./floor_receive WAY 2 -" ;;
	esac
}

# Measures which way is the fastest for a job, on a smaller segment.
find_way() {
	all=$(candidates "$1") command=${all#*:} part=$((quick ? bytes / 4 : bytes / 16)) each='rm -f /dev/shm/x on-disk'
	head -c $part /dev/shm/f >/dev/shm/part
	case $1 in
	receive.*) each='shmrm -f key:2; shmcreate -k 2 '$part ;;
	send.sparse | send.holes) shmcreate -R -k 2 "$bytes" && shmwrite -o $part -i /dev/shm/small key:2 ;;
	*) shmcreate -k 2 -i /dev/shm/part ;;
	esac >/dev/null
	set --
	for way in ${all%%:*}; do
		set -- "$@" "$(echo "$command" | sed "s/WAY/$way/")"
	done
	as_told ./runner --fastest "$each" "$@" | sed 's/\(.*\)\t.*floor_[a-z]* \([a-z_-]*\) .*/\2 \1/'
	shmrm -f key:2
	rm -f /dev/shm/part /dev/shm/x on-disk
}

# Prints the fastest way for a job with the privileges of the row, measured once.
fastest() {
	table=ways.$1${limited:+.nocap}
	[ -s "$table" ] || find_way "$1" >"$table"
	sed 's/ .*//; q' "$table"
}

# ---- rows ----

# as_told COMMAND.., on one processor and without privilege where the row says so
as_told() {
	[ ! "$limited" ] || set -- setpriv --bounding-set -sys_admin,-checkpoint_restore "$@"
	[ ! "$pinned" ] || set -- taskset -c "$processor" "$@"
	"$@"
}

# Adds --verbose to a command of ours that moves bytes.
talking() {
	printf '%s' "$1" | sed 's/\(shmcat\|shmwrite\|shmdump\|shmrestore\) /\1 --verbose /'
}

failed() {
	say "bench: row $1: a command failed, or its bytes are wrong"
	failures=$((failures + 1))
}

# once ROW FLOOR-GOAL PEER-GOAL; everything else is in the fields
once() {
	chosen "$1" || return 0
	bare=$floor how=''
	if [ "$way" ]; then
		how=$(fastest "$way")
		bare=$(printf '%s' "$floor" | sed "s/WAY/$how/")
	fi
	if (eval "$setup") >/dev/null &&
		as_told ./runner ${printed:+--printed} "$1.tsv" "$rounds" "$milliseconds" "$each" \
			"$(talking "$ours")" "$ours" "$peer" "$bare" 2>messages && (eval "$check"); then
		to_floor='- -' to_peer='- -'
		[ ! "$bare" ] || to_floor=$(median "$1.tsv" '$2 / $4')
		[ ! "$peer" ] || to_peer=$(median "$1.tsv" "$value")
		path=$(sed -n 's/^shm[a-z]*: .* bytes: //p' messages | tail -n 1)
		path=$path${how:+; floor: $how}
		line bar "$1" "$what" "${to_floor% *}" "${to_floor#* }" "$2" \
			"${to_peer% *}" "${to_peer#* }" "$3" "${path#; }" "$people" "$tool"
	else
		cat messages >&2
		failed "$1"
	fi
	ipcrm --all=shm
	rm -f /dev/shm/x on-disk
}

# row ROW WHAT FLOOR-GOAL PEER-GOAL FIELD=COMMAND.., the fields being
#   ours, peer, floor   what is measured, with its output to /dev/null: see runner.c
#   setup        once before the row
#   each         before each sample, not timed
#   check        in the end, after one more `each` and `ours`: are the bytes right?
# or, as words, not commands:
#   needs        the peer, if it may be missing
#   limited, pinned   if not empty: without privilege; on one processor
#   way          the job of which the floor uses the fastest WAY
#   value        how the ratio to the peer is computed, if not by division
#   printed      if not empty: what the commands print is taken, not the time they take
#   chart, tool  the words for the chart for people, and how it names the peer
#   short        if not empty: the chart has no second bar, for a container
# A peer goal A/B makes two rows: A where map_files is allowed, B where it is not.
# No row sees segments of another row; /dev/shm/f has SIZE bytes, all lines are different.
row() {
	row=$1 what=$2 floor_goal=$3 goal=$4 ours='' peer='' floor='' setup='' each='' check='' needs=''
	limited='' pinned='' way='' value='$2 / $3' printed='' chart='' tool='' people='' short=''
	shift 4
	chosen "$row" any || return 0
	for field; do
		eval "${field%%=*}=\${field#*=}"
	done
	people=$chart
	if [ "$needs" ] && ! have "$needs"; then
		absent "$row" "$what" "no peer: $needs"
	elif [ "$goal" = "${goal%/*}" ]; then
		once "$row" "$floor_goal" "$goal"
	else
		[ "$map_files" = no ] || once "$row" "$floor_goal" "${goal%/*}"
		limited=yes people=''
		[ ! "$chart" ] || [ "$short" ] || people="$chart, in a container"
		once "$row.nocap" "$floor_goal" "${goal#*/}"
	fi
}

# gather COUNT ATTACHED: starts processes, some of which have attached the segment key:1
gather() {
	rm -f crowd
	mkfifo crowd
	./runner --processes "$1" "$2" >crowd 2>messages &
	crowd=$!
	answer=''
	read -r answer <crowd || :
	[ "$answer" = ready ] || disperse
	[ "$answer" = ready ]
}

# The processes end with the one that started them.
disperse() {
	[ ! "$crowd" ] || kill "$crowd" 2>/dev/null || :
	[ ! "$crowd" ] || wait "$crowd" 2>/dev/null || :
	crowd=''
}
