# SPDX-License-Identifier: MIT
# rows_many.sh - rows of ./dev bench: many segments, many processes, waiting, memory

# shellcheck shell=sh disable=SC2016,SC2034,SC2153,SC2154 # fields and names are those of measure.sh

group 'many segments'

for count in 4000 30000; do
	part=${count#4000}
	if [ $count -gt "$(cat /proc/sys/kernel/shmmni)" ]; then
		absent 14.$count "shmls of $count" 'kernel.shmmni is too small'
		continue
	fi
	many="./runner --segments $count" six='-o id,key,owner,perms,size,nattch' listed=''
	[ "$part" ] || listed='list 4,000 segments'
	row 14${part:+.$part} "shmls of $count; ipcs -m" 1.5 0.30 setup="$many" \
		ours=shmls peer='ipcs -m' floor='./floor_list table' chart="$listed" \
		check="[ \$(shmls --ids | wc -l) = $count ]"
	row 14.same${part:+.$part} "shmls of $count, 6 columns; ipcs -m" 1.5 0.30 setup="$many" \
		ours="shmls $six" peer='ipcs -m' floor='./floor_list six' \
		check="shmls $six >/dev/shm/x && ./floor_list six | cmp - /dev/shm/x"
	row 14.json${part:+.$part} "shmls -J of $count; lsipc -J" 1.5 0.30 setup="$many" \
		ours='shmls -J' peer='lsipc -m -J' floor='./floor_list json' \
		check="[ \$(shmls -J | grep -o '\"id\":' | wc -l) = $count ]"
	row 14.sjson${part:+.$part} "shmls -J of $count, 6 columns; lsipc -J" 1.5 0.30 setup="$many" \
		ours="shmls -J $six" peer='lsipc -m -J' floor='./floor_list sixjson' \
		check="shmls -J $six >/dev/shm/x && ./floor_list sixjson | cmp - /dev/shm/x"
done
row 15 'shmrm of 4000 at once; ipcrm -m -m ..' 1.15 0.7 chart='remove 4,000 segments' \
	each='./runner --segments 4000 >/dev/shm/ids; sed "s/^/-m /" /dev/shm/ids >/dev/shm/args' \
	ours='shmrm @/dev/shm/ids' peer='ipcrm @/dev/shm/args' floor='./floor remove @/dev/shm/ids' \
	check='[ -z "$(shmls --ids)" ]'

if chosen 16 && shmcreate -k 1 4K >/dev/null && gather 370 30; then
	row 16 'shmwho among 370 processes; grep of maps' 1.2 0.65 \
		ours='shmwho key:1' peer='grep -ls SYSV /proc/[0-9]*/maps || :' floor='./floor_who 1' \
		check='[ $(shmwho -J key:1 | grep -o "\"pid\":" | wc -l) = $(./floor_who 1 | wc -l) ]' \
		chart='find the processes that use a segment'
	disperse
else
	ipcrm --all=shm
	absent 16 'shmwho among 370 processes; grep of maps' 'too many processes'
fi

# The percentage of a processor that a command takes, with all that it starts.
percent() {
	TIMEFORMAT='%R %U %S' bash -c "time $1 >/dev/null" 2>&1 |
		awk '{ printf "%.2f", ($2 + $3) / $1 * 100 }'
}
if ! have shmtop; then
	absent 24 'shmtop of 1000 segments every 2 s' 'no applet shmtop'
elif chosen 24 && ./runner --segments 1000 >/dev/null; then
	intervals=4
	[ "$quick" = 0 ] || intervals=2
	percent "top -b -d 2 -n $intervals" >top.percent &
	fact 24 'shmtop of 1000 segments: % of a processor' 1 \
		"$(percent "shmtop -b -d 2 -n $intervals")"
	wait $!
	fact 24.top 'top every 2 s: % of a processor' - "$(cat top.percent)"
	rm top.percent
	ipcrm --all=shm
fi

group 'waiting: from a write until it was seen'

# A round waits half a second before there is anything to measure.
milliseconds=$((milliseconds * 5))
row 17 'shmwait; sh that looks every 10 ms' 1.3 - setup='shmcreate -k 1 4K' printed=yes \
	ours='./wake 1 shmwait key:1 u32@0 eq 1' floor='./wake 1 ./floor wait' \
	peer="./wake 1 sh -c 'until [ \$(shmpeek key:1 u32@0) = 1 ]; do sleep 0.01; done; echo'" \
	check='[ "$(shmpeek key:1 u32@0)" = 1 ]' chart='notice a change' tool='loop of 10 ms'
milliseconds=$((milliseconds / 5))

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
limited='' pinned=''
[ "$map_files" = no ] || memory 18 1
limited=yes
memory 18.nocap 4
limited=''
