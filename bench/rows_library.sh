# SPDX-License-Identifier: MIT
# rows_library.sh - rows of ./dev bench: the library's calls, in one process
#
# Each row has a cell for every size of the benchmark of ghetzel/shmtool, and compares one
# operation (see library.c) with bare system calls, with perl, or with that benchmark.

# shellcheck shell=sh disable=SC2016,SC2034,SC2153,SC2154 # fields and names are those of measure.sh

group 'the library: our time divided by the time of the other'

milliseconds=$((milliseconds / 8))
library_sizes='1B:1:1000 1KB:1024:1000 4KB:4096:1000 1MB:1048576:20 1080p:2073600:20
4KUHD:8294400:10 10MB:10485760:10 100MB:104857600:2 1GB:1073741824:1'
perl=''
! perl -MTime::HiRes -e 1 2>/dev/null || perl="perl $here/library.pl"

# go OPERATION SIZE COUNT: the command that prints what their benchmark reports
go() {
	case $1 in
	allocate) set -- Allocate "$2" "$3" ;;
	full) set -- ReadFullAuto "$2" "$3" ;;
	into) set -- ReadFullPreallocate "$2" "$3" ;;
	chunk) set -- ReadChunk "$2" "$3" ;;
	esac
	case $2 in 1080p | 4KUHD) set -- "$1" "Buf$2" "$3" ;; esac
	echo "'$SHMTOOL_TEST' -test.run '^\$' -test.bench '^Benchmark$1_$2\$' -test.benchtime $3x |
		awk '\$4 == \"ns/op\" { print \$3 }'"
}

# measure_cell OPERATION SIZE BYTES COUNT: into library.OPERATION.SIZE.tsv, and .go.tsv
measure_cell() {
	cell=library.$1.$2
	[ "$1" != allocate ] || set -- "$1" "$2" "$3" 1000
	head -c "$3" /dev/shm/f | shmcreate -k 1 "$3" -i - >/dev/null
	./runner --printed "$cell.tsv" "$rounds" "$milliseconds" '' '' "./library $1 $3 $4 1" \
		"${perl:+$perl $1 $3 $4 1}" "./library --floor $1 $3 $4 1" || failed "$cell"
	ipcrm --all=shm
	[ "${SHMTOOL_TEST-}" ] || return 0
	# these take up to a minute
	[ "$3" -lt 100000000 ] || set -- "$1" "$2" "$3" 1 1
	./runner --printed "$cell.go.tsv" "${5-$rounds}" "$milliseconds" '' '' \
		"./library $1 $3 $4" "$(go "$1" "$2" "$4")" || failed "$cell.go"
	ipcrm --all=shm
}

# strip OPERATION WHAT SUFFIX COLUMN GOAL SMALL-GOAL: a row of cells that are measured
strip() {
	cells='' points='' worst=0
	for size in $library_sizes; do
		file=library.$1.${size%%:*}$3 goal=$5
		[ "${size##*:}" -lt 1000 ] || goal=$6
		ratio=-
		[ ! -s "$file" ] || ratio=$(median "$file" "\$2 / $4" | cut -d ' ' -f 1)
		cells="$cells $(printf %7s "$ratio")"
		points="$points ${size%%:*}:$ratio"
		judge_cell "$ratio" "$goal"
	done
	verdict=''
	if [ "$5" != - ]; then
		verdict=met
		[ "$worst" = 0 ] || verdict="MISSED in $worst"
		[ "$worst" = 0 ] || missed=$((missed + 1))
	fi
	record dots "library.$1" "$2" "${points# }" '' "$5" "$verdict"
	printf '%-17s%-32s%s  %s %s\n' "library.$1" "$2" "$cells" "$5" "$verdict"
}

judge_cell() {
	[ "$1" != - ] && [ "$2" != - ] || return 0
	worst=$((worst + $(awk "BEGIN { print ($1 > $2) }")))
}

if chosen library any; then
	record none library ''
	printf '%-47s' ''
	for size in $library_sizes; do
		printf ' %7s' "${size%%:*}"
	done
	echo '  goal'
	for operation in 'allocate:create and remove' 'full:read by 64K' 'into:read at once' \
		'chunk:read into new memory'; do
		name=${operation%%:*} what=${operation#*:}
		chosen "library.$name" || continue
		for size in $library_sizes; do
			rest=${size#*:}
			[ "${rest%:*}" -gt "$bytes" ] ||
				measure_cell "$name" "${size%%:*}" "${rest%:*}" "${rest#*:}"
		done
		strip "$name" "$what; bare calls" .tsv '$4' 1.05 1.30
		[ ! "$perl" ] || strip "$name" "$what; perl" .tsv '$3' - -
		if [ "${SHMTOOL_TEST-}" ]; then
			copies=0.5
			[ "$name" != allocate ] || copies=1
			strip "$name" "$what; shmtool" .go.tsv '$3' $copies $copies
		fi
	done
	[ "${SHMTOOL_TEST-}" ] || absent library 'the same; shmtool' 'no peer: SHMTOOL_TEST'
fi
milliseconds=$((milliseconds * 8))
