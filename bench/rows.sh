# SPDX-License-Identifier: MIT
# rows.sh - what bench/run.sh measures: its rows, in their order
#
# A number is its goal's for ever; gaps are goals that no timing shows.

# shellcheck shell=sh disable=SC2016,SC2034,SC2153,SC2154 # fields and names are run.sh's

group 'small things'

row 1 'start-up: shmls --version / musl static no-op' 1.25 \
	ours='shmls --version' peer=./noop

row 2.floor 'the least possible: musl static no-op / ipcrm' - \
	ours=./noop peer='ipcrm --version'
row 2.create 'shmcreate 4K / ipcmk -M' 0.12 \
	ours='shmcreate 4K' peer='ipcmk -M 4096'
small='shmcreate -k 1 -i /dev/shm/small >/dev/shm/ids'
small_same='shmcat key:1 | cmp - /dev/shm/small'
row 2.read 'shmcat 4K / cat' 0.12 setup="$small" check="$small_same" \
	ours='shmcat key:1' peer='cat /dev/shm/small'
echo 'shmread(shmget(1, 0, 0), $bytes, 0, 4096); print $bytes' >/dev/shm/read.pl
row 2.perl 'shmcat 4K / perl shmread' - setup="$small" check="$small_same" needs=perl \
	ours='shmcat key:1' peer='perl /dev/shm/read.pl'
row 2.remove 'shmrm / ipcrm -m' 0.12 \
	each='shmcreate 4K >/dev/shm/ids' \
	ours='shmrm @/dev/shm/ids' peer='ipcrm -m @/dev/shm/ids'
row 2.list 'shmls of 10 / ipcs -m' 0.12 \
	setup='./runner --segments 10' ours=shmls peer='ipcs -m'

row 3.create 'shmcreate 4K / shmtool open' 0.07 needs=shmtool \
	ours='shmcreate 4K' peer='shmtool open -s 4096'
row 3.read 'shmcat 4K / shmtool read' 0.07 setup="$small" check="$small_same" needs=shmtool \
	ours='shmcat key:1' peer='shmtool read @/dev/shm/ids'
row 3.remove 'shmrm / shmtool rm' 0.07 needs=shmtool \
	each='shmcreate 4K >/dev/shm/ids' \
	ours='shmrm @/dev/shm/ids' peer='shmtool rm @/dev/shm/ids'

fact 4 'size of the program with all applets, KB' 100 \
	"$(wc -c <"$root/build/release/bin/shmbox" | awk '{ printf "%.1f", $1 / 1000 }')"

# A round of these may take seconds, so they get the larger part of the time.
milliseconds=$((milliseconds * 3))
filled='shmcreate -k 1 -i /dev/shm/f >/dev/shm/ids'
fresh='rm -f /dev/shm/x; shmrm -f key:1; shmcreate -k 1 $SIZE >/dev/shm/ids'
same='shmcat key:1 | cat | cmp - /dev/shm/f'
file_same='cmp /dev/shm/x /dev/shm/f'

group 'reading'

row 5 "shmcat $SIZE | cat / cat | cat" 0.20/0.25 setup="$filled" check="$same" \
	ours='shmcat key:1 | cat' peer='cat /dev/shm/f | cat'
row 5b 'the same on one CPU' 0.70/- setup="$filled" check="$same" pinned=yes \
	ours='shmcat key:1 | cat' peer='cat /dev/shm/f | cat'
row 5.dd "shmcat $SIZE | cat / dd bs=1M | cat" - setup="$filled" check="$same" \
	ours='shmcat key:1 | cat' peer='dd if=/dev/shm/f bs=1M status=none | cat'
row 6 "shmcat $SIZE | wc -c / cat | wc -c" 0.35/- setup="$filled" check="$same" \
	ours='shmcat key:1 | wc -c' peer='cat /dev/shm/f | wc -c'
row 7 "shmcat $SIZE | cat / shmtool read | cat" 0.13/0.18 setup="$filled" check="$same" \
	needs=shmtool ours='shmcat key:1 | cat' peer='shmtool read $(cat /dev/shm/ids) | cat'
row 8 "shmcat $SIZE >tmpfs file / cp" 1.0/1.4 setup="$filled" \
	each='rm -f /dev/shm/x' check="$file_same" \
	ours='shmcat key:1 >/dev/shm/x' peer='cp /dev/shm/f /dev/shm/x'
row 8.dd "shmcat $SIZE >tmpfs file / dd bs=1M" - setup="$filled" \
	each='rm -f /dev/shm/x' check="$file_same" \
	ours='shmcat key:1 >/dev/shm/x' peer='dd if=/dev/shm/f of=/dev/shm/x bs=1M status=none'
row 9 "shmcat $SIZE >/dev/null / cat" 0.03 setup="$filled" check="$same" \
	ours='shmcat key:1' peer='cat /dev/shm/f'

# Where swap is in use and map_files not allowed, all of a sparse segment has to be read.
sparse='shmcreate -R -k 1 $HUGE; head -c 1M /dev/shm/f | shmwrite -o $((HUGE / 2)) key:1'
placed='cmp -n 1048576 - /dev/shm/f'
in_file='test $(stat -c %s /dev/shm/x) = $HUGE && test $(stat -c %b /dev/shm/x) -le 4096 &&
	tail -c +$((HUGE / 2 + 1)) /dev/shm/x |'
in_pipe='shmcat key:1 | tail -c +$((HUGE / 2 + 1)) |'
resident() { shmls -byo rss key:1 | tr -d ' '; }

# growth ROW GOAL, in KiB, whatever the output is
growth() {
	chosen "$1" || return 0
	(eval "$sparse") >/dev/null
	before=$(resident)
	if as_told sh -c 'shmcat key:1 >/dev/null && shmcat key:1 >/dev/shm/x &&
		test "$(shmcat key:1 | wc -c)" = $HUGE'; then
		fact "$1" 'its resident size grows by reading, KiB' 0 $((($(resident) - before) / 1024))
	else
		failed "$1"
	fi
	ipcrm --all=shm
	rm -f /dev/shm/x
}

huge="$((HUGE / 1073741824))G with 1M of data"
group "reading a sparse segment, $huge"

pinned='' limited='' goals_10=10/100 goals_10b=0.12/0.2
if [ "$swap" ]; then
	absent 10.nocap 'all rows of 10 without map_files' 'swap is in use'
	goals_10=10 goals_10b=0.12
fi
if [ "$map_files" = yes ] || [ ! "$swap" ]; then
	[ "$map_files" = no ] || growth 10.rss
	limited=yes
	[ "$swap" ] || growth 10.rss.nocap
	row 10 'shmcat >sparse file: milliseconds' $goals_10 kind=fact value='$2 / 1e6' \
		setup="$sparse" each='rm -f /dev/shm/x' check="$in_file $placed" \
		ours='shmcat key:1 >/dev/shm/x' peer=./noop
	row 10.cp 'shmcat >sparse file / cp of a sparse file' - \
		setup="$sparse; truncate -s \$HUGE /dev/shm/y; head -c 1M /dev/shm/f |
			dd of=/dev/shm/y bs=1M seek=\$((HUGE / 2097152)) conv=notrunc status=none" \
		each='rm -f /dev/shm/x' check="rm /dev/shm/y; $in_file $placed" \
		ours='shmcat key:1 >/dev/shm/x' peer='cp /dev/shm/y /dev/shm/x'
	row 10b 'a GiB: shmcat | cat / head /dev/zero | cat' $goals_10b value='$2 / $3 / 16' \
		setup="$sparse" check="$in_pipe $placed" \
		ours='shmcat key:1 | cat' peer='head -c $SIZE /dev/zero | cat'
fi

group 'writing'

row 11 "shmwrite $SIZE from a file / cp" 1.05/1.5 each="$fresh" check="$same" \
	ours='shmwrite -i /dev/shm/f key:1' peer='cp /dev/shm/f /dev/shm/x'
row 11.dd "shmwrite $SIZE from a file / dd bs=1M" - each="$fresh" check="$same" \
	ours='shmwrite -i /dev/shm/f key:1' peer='dd if=/dev/shm/f of=/dev/shm/x bs=1M status=none'
if chosen 11.thp; then
	if allow_thp; then
		row 11.thp "shmwrite $SIZE / cp, huge pages allowed" 0.9 each="$fresh" check="$same" \
			limited=yes ours='shmwrite -i /dev/shm/f key:1' peer='cp /dev/shm/f /dev/shm/x'
		restore
	else
		absent 11.thp "shmwrite $SIZE / cp, huge pages allowed" 'shmem_enabled cannot be set'
	fi
fi
row 12 "cat | shmwrite $SIZE / cat | cat >tmpfs file" 0.75/1.15 each="$fresh" check="$same" \
	ours='cat /dev/shm/f | shmwrite key:1' peer='cat /dev/shm/f | cat >/dev/shm/x'
row 12b 'the same on one CPU' -/- each="$fresh" check="$same" pinned=yes \
	ours='cat /dev/shm/f | shmwrite key:1' peer='cat /dev/shm/f | cat >/dev/shm/x'
row 12.dd "cat | shmwrite $SIZE / cat | dd bs=1M" - each="$fresh" check="$same" \
	ours='cat /dev/shm/f | shmwrite key:1' \
	peer='cat /dev/shm/f | dd of=/dev/shm/x bs=1M iflag=fullblock status=none'
row 13.file "shmwrite $SIZE from a file / shmtool open" 0.35 each="$fresh" check="$same" \
	needs=shmtool ours='shmwrite -i /dev/shm/f key:1' \
	peer='shmtool open $(cat /dev/shm/ids) </dev/shm/f'
row 13.pipe "cat | shmwrite $SIZE / cat | shmtool open" 0.40 each="$fresh" check="$same" \
	needs=shmtool ours='cat /dev/shm/f | shmwrite key:1' \
	peer='cat /dev/shm/f | shmtool open $(cat /dev/shm/ids)'

group 'archives'

stored='tar -xOf /dev/shm/x key-0x00000001 |'
archived="$filled; shmdump key:1 >/dev/shm/a; shmrm key:1"
row 22 "shmdump --no-sums $SIZE >tmpfs file / cp --sparse" 1.05/1.5 setup="$filled" \
	each='rm -f /dev/shm/x' check="$stored cmp - /dev/shm/f" \
	ours='shmdump --no-sums key:1 >/dev/shm/x' peer='cp --sparse=always /dev/shm/f /dev/shm/x'
row 22.sums "shmdump $SIZE >tmpfs file / cp --sparse" 1.5/2 setup="$filled" \
	each='rm -f /dev/shm/x' check="$stored cmp - /dev/shm/f" \
	ours='shmdump key:1 >/dev/shm/x' peer='cp --sparse=always /dev/shm/f /dev/shm/x'
if [ "$map_files" = yes ] || [ ! "$swap" ]; then
	row 22.sparse "shmdump of $huge / cp of a sparse file" - \
		setup="$sparse; truncate -s \$HUGE /dev/shm/y; head -c 1M /dev/shm/f |
			dd of=/dev/shm/y bs=1M seek=\$((HUGE / 2097152)) conv=notrunc status=none" \
		each='rm -f /dev/shm/x' \
		check="rm /dev/shm/y; $stored tail -c +\$((HUGE / 2 + 1)) | $placed" \
		ours='shmdump key:1 >/dev/shm/x' peer='cp --sparse=always /dev/shm/y /dev/shm/x'
fi
row 23 "shmrestore of $SIZE without sums / cp --sparse" 1.05/2.5 \
	setup="$filled; shmdump --no-sums key:1 >/dev/shm/a; shmrm key:1" \
	each='rm -f /dev/shm/x; shmrm -f key:1' check="rm /dev/shm/a; $same" \
	ours='shmrestore /dev/shm/a' peer='cp --sparse=always /dev/shm/f /dev/shm/x'
row 23.sums "shmrestore of $SIZE / cp --sparse" 1.5/2.5 setup="$archived" \
	each='rm -f /dev/shm/x; shmrm -f key:1' check="rm /dev/shm/a; $same" \
	ours='shmrestore /dev/shm/a' peer='cp --sparse=always /dev/shm/f /dev/shm/x'
row 23.pipe "cat | shmrestore of $SIZE / cat | cat >tmpfs file" - setup="$archived" \
	each='rm -f /dev/shm/x; shmrm -f key:1' check="rm /dev/shm/a; $same" \
	ours='cat /dev/shm/a | shmrestore' peer='cat /dev/shm/f | cat >/dev/shm/x'

milliseconds=$((milliseconds / 3))
group 'many segments'

for count in 4000 30000; do
	part=${count#4000}
	if [ $count -gt "$(cat /proc/sys/kernel/shmmni)" ]; then
		absent 14.$count "shmls of $count" 'kernel.shmmni is too small'
		continue
	fi
	many="./runner --segments $count" same='-o id,key,owner,perms,size,nattch'
	row 14${part:+.$part} "shmls of $count / ipcs -m" 0.45 setup="$many" \
		ours=shmls peer='ipcs -m' check="[ \$(shmls --ids | wc -l) = $count ]"
	row 14.same${part:+.$part} "shmls of $count, what ipcs tells / ipcs -m" 0.2 \
		setup="$many" ours="shmls $same" peer='ipcs -m'
	row 14.json${part:+.$part} "shmls -J of $count / lsipc -m -J" 0.4 setup="$many" \
		ours='shmls -J' peer='lsipc -m -J' \
		check="[ \$(shmls -J | grep -o '\"id\":' | wc -l) = $count ]"
	row 14.sjson${part:+.$part} "shmls -J of $count, the same / lsipc -m -J" 0.15 \
		setup="$many" ours="shmls -J $same" peer='lsipc -m -J'
done
row 15 'shmrm of 4000 at once / ipcrm -m -m ..' 0.7 \
	each='./runner --segments 4000 >/dev/shm/ids; sed "s/^/-m /" /dev/shm/ids >/dev/shm/args' \
	ours='shmrm @/dev/shm/ids' peer='ipcrm @/dev/shm/args' check='[ -z "$(shmls --ids)" ]'
absent 16 'shmwho among 370 processes / grep of maps' 'not built yet'

group 'waiting: from a write until it was seen'

# A round waits half a second before there is anything to measure.
milliseconds=$((milliseconds * 10))
row 17 'shmwait / sh that looks every 10 ms' 0.01 setup='shmcreate -k 1 4K' printed=yes \
	ours='./wake 1 shmwait key:1 u32@0 eq 1' \
	peer="./wake 1 sh -c 'until [ \$(shmpeek key:1 u32@0) = 1 ]; do sleep 0.01; done; echo'" \
	check='[ "$(shmpeek key:1 u32@0)" = 1 ]'
milliseconds=$((milliseconds / 10))

group 'memory'

# memory ROW GOAL
memory() {
	chosen "$1" || return 0
	(eval "$filled") >/dev/null
	if as_told ./runner --memory kibibytes 'shmcat key:1' | cat >/dev/null && [ -s kibibytes ]; then
		fact "$1" "shmcat $SIZE | cat: largest resident size, MiB" "$2" \
			"$(awk '{ printf "%.2f", $1 / 1024 }' kibibytes)"
	else
		failed "$1"
	fi
	ipcrm --all=shm
	rm -f kibibytes
}
limited=''
[ "$map_files" = no ] || memory 18 1
limited=yes
memory 18.nocap 4

group 'the library, in one process: ours / peer'

limited='' milliseconds=$((milliseconds / 8))
library_sizes='1B:1:1000 1KB:1024:1000 4KB:4096:1000 1MB:1048576:20 1080p:2073600:20
4KUHD:8294400:10 10MB:10485760:10 100MB:104857600:2 1GB:1073741824:1'

# go OPERATION SIZE COUNT: the command that prints what their benchmark says
go() {
	case $1 in
	allocate) set -- Allocate "$2" "$3" ;;
	full) set -- ReadFullAuto "$2" "$3" ;;
	chunk) set -- ReadChunk "$2" "$3" ;;
	esac
	case $2 in 1080p | 4KUHD) set -- "$1" "Buf$2" "$3" ;; esac
	echo "'$SHMTOOL_TEST' -test.run '^\$' -test.bench '^Benchmark$1_$2\$' -test.benchtime $3x |
		awk '\$4 == \"ns/op\" { print \$3 }'"
}

# cell OPERATION PEER SIZE BYTES COUNT: the ratio, or - for what is too large for --quick
cell() {
	name=library.$1.$2.$3
	if [ "$4" -gt "$bytes" ]; then
		echo -
		return
	fi
	[ "$1" != allocate ] || set -- "$1" "$2" "$3" "$4" 1000
	if [ "$2" = perl ]; then
		theirs="perl $here/library.pl $1 $4 $5 1" ours="./library $1 $4 $5 1"
	else
		theirs=$(go "$1" "$3" "$5") ours="./library $1 $4 $5"
	fi
	head -c "$4" /dev/shm/f | shmcreate -k 1 "$4" -i - >/dev/null &&
		./runner --printed "$name.tsv" "$rounds" "$milliseconds" '' "$ours" "$theirs" 'echo 1' &&
		median "$name.tsv" '$2 / $3' | cut -d ' ' -f 1
	ipcrm --all=shm
}

# strip OPERATION WHAT PEER
strip() {
	chosen "library.$1" || return 0
	values='' points=''
	for size in $library_sizes; do
		rest=${size#*:}
		ratio=$(cell "$1" "$3" "${size%%:*}" "${rest%:*}" "${rest#*:}")
		[ "$ratio" ] || failed "library.$1.$3.${size%%:*}"
		values="$values $(printf %7s "${ratio:-failed}")"
		points="$points ${size%%:*}:${ratio:-failed}"
	done
	record dots "library.$1" "$2 / $3" "${points# }" '' - ''
	printf '%-30s%s\n' "$2 / $3" "$values"
}

if chosen library any; then
	record none library '' '' '' '' ''
	printf '%-30s' ''
	for size in $library_sizes; do
		printf ' %7s' "${size%%:*}"
	done
	echo
	for operation in 'allocate:create and remove' 'full:read all by 64K' 'chunk:read all at once'; do
		if have perl && perl -MTime::HiRes -e 1 2>/dev/null; then
			strip "${operation%%:*}" "${operation#*:}" perl
		fi
		[ ! "${SHMTOOL_TEST-}" ] || strip "${operation%%:*}" "${operation#*:}" shmtool
	done
	[ "${SHMTOOL_TEST-}" ] || absent library 'the same against shmtool' 'no peer: SHMTOOL_TEST'
fi
