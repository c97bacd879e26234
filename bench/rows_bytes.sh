# SPDX-License-Identifier: MIT
# rows_bytes.sh - rows of ./dev bench: the bytes of large segments, out and in

# shellcheck shell=sh disable=SC2016,SC2034,SC2153,SC2154 # fields and names are those of measure.sh

# A round of these may take seconds, so they get the larger part of the time.
milliseconds=$((milliseconds * 3))
filled='shmcreate -k 1 -i /dev/shm/f >/dev/shm/ids'
fresh='rm -f /dev/shm/x; shmrm -f key:1; shmcreate -k 1 $SIZE >/dev/shm/ids'
same='shmcat key:1 | cat | cmp - /dev/shm/f'
file_same='cmp /dev/shm/x /dev/shm/f'

group 'reading'

row 5 "shmcat $SIZE | cat; cat | cat" 1.05 1.0/1.0 setup="$filled" check="$same" way=send.pipe \
	ours='shmcat key:1 | cat' peer='cat /dev/shm/f | cat' floor='./floor_send WAY 1 | cat' \
	chart="read $words into a pipe"
row 5b 'the same on one CPU' 1.05 1.0/1.0 setup="$filled" check="$same" pinned=yes way=send.pipe \
	ours='shmcat key:1 | cat' peer='cat /dev/shm/f | cat' floor='./floor_send WAY 1 | cat'
row 5.dd "shmcat $SIZE | cat; dd bs=1M | cat" - - setup="$filled" check="$same" \
	ours='shmcat key:1 | cat' peer='dd if=/dev/shm/f bs=1M status=none | cat'
row 6 "shmcat $SIZE | wc -c; cat | wc -c" 1.05 1.0/1.0 setup="$filled" check="$same" way=send.pipe \
	ours='shmcat key:1 | wc -c' peer='cat /dev/shm/f | wc -c' floor='./floor_send WAY 1 | wc -c'
row 7 "shmcat $SIZE | cat; shmtool read | cat" - 0.13/0.18 setup="$filled" check="$same" \
	needs=shmtool ours='shmcat key:1 | cat' peer='shmtool read $(cat /dev/shm/ids) | cat'
row 8 "shmcat $SIZE >tmpfs file; cp" 1.05 1.0/1.5 setup="$filled" way=send.file \
	each='rm -f /dev/shm/x' check="$file_same" ours='shmcat key:1 >/dev/shm/x' \
	peer='cp /dev/shm/f /dev/shm/x' floor='./floor_send WAY 1 >/dev/shm/x' \
	chart="copy $words to a file"
row 8.dd "shmcat $SIZE >tmpfs file; dd bs=1M" - - setup="$filled" \
	each='rm -f /dev/shm/x' check="$file_same" \
	ours='shmcat key:1 >/dev/shm/x' peer='dd if=/dev/shm/f of=/dev/shm/x bs=1M status=none'
if [ "$disk" ]; then
	row 8.disk "shmcat $SIZE >$disk file; cp" 1.05 1.0/1.5 setup="$filled" \
		way=send.disk each='rm -f on-disk' check='cmp on-disk /dev/shm/f' \
		ours='shmcat key:1 >on-disk' peer='cp /dev/shm/f on-disk' floor='./floor_send WAY 1 >on-disk'
else
	absent 8.disk "shmcat $SIZE >disk file; cp" 'build/bench is on no disk'
fi
row 9 "shmcat $SIZE >/dev/null; cat" 1.30 0.03 setup="$filled" check="$same" \
	ours='shmcat key:1' peer='cat /dev/shm/f' floor='./floor_send write 1'

# Without map_files, all of a sparse segment must be read where swap is in use.
sparse='shmcreate -R -k 1 $HUGE; head -c 1M /dev/shm/f | shmwrite -o $((HUGE / 2)) key:1'
sparse_file='truncate -s $HUGE /dev/shm/y; head -c 1M /dev/shm/f |
	dd of=/dev/shm/y bs=1M seek=$((HUGE / 2097152)) conv=notrunc status=none'
placed='cmp -n 1048576 - /dev/shm/f'
in_file='test $(stat -c %s /dev/shm/x) = $HUGE && test $(stat -c %b /dev/shm/x) -le 4096 &&
	tail -c +$((HUGE / 2 + 1)) /dev/shm/x |'
in_pipe='shmcat key:1 | tail -c +$((HUGE / 2 + 1)) |'
resident() { shmls -byo rss key:1 | tr -d ' '; }

# growth_of_memory ROW, in KiB, whatever the output is
growth_of_memory() {
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

huge="$((HUGE / 1073741824))G with 1M"
group "reading a sparse segment, $huge of data"

pinned='' limited='' goals=-/-
if [ "$swap" ]; then
	absent 10.nocap 'all rows of 10 without map_files' 'swap is in use'
	goals=-
fi
if [ "$map_files" = yes ] || [ ! "$swap" ]; then
	[ "$map_files" = no ] || growth_of_memory 10.rss
	limited=yes
	[ "$swap" ] || growth_of_memory 10.rss.nocap
	row 10 'shmcat >sparse file; cp of a sparse file' 1.10 "$goals" way=send.sparse \
		setup="$sparse; $sparse_file" each='rm -f /dev/shm/x' check="rm /dev/shm/y; $in_file $placed" \
		ours='shmcat key:1 >/dev/shm/x' peer='cp /dev/shm/y /dev/shm/x' \
		floor='./floor_send WAY 1 >/dev/shm/x'
	row 10b 'a GiB: shmcat | cat; head /dev/zero | cat' 1.10 "$goals" way=send.holes \
		value='$2 / $3 / 16' setup="$sparse" check="$in_pipe $placed" \
		ours='shmcat key:1 | cat' peer='head -c $SIZE /dev/zero | cat' \
		floor='./floor_send WAY 1 | cat'
fi

group 'writing'

goals=1.05/${costly:+2.5}
[ "$costly" ] || goals=1.05/1.5
row 11 "shmwrite $SIZE from a file; cp" 1.05 "$goals" each="$fresh" check="$same" way=receive.file \
	ours='shmwrite -i /dev/shm/f key:1' peer='cp /dev/shm/f /dev/shm/x' \
	floor='./floor_receive WAY 1 /dev/shm/f' chart="write $words from a file"
row 11.dd "shmwrite $SIZE from a file; dd bs=1M" - - each="$fresh" check="$same" \
	ours='shmwrite -i /dev/shm/f key:1' peer='dd if=/dev/shm/f of=/dev/shm/x bs=1M status=none'
if chosen 11.thp; then
	if allow_thp; then
		row 11.thp "shmwrite $SIZE; cp, huge pages allowed" 1.05 0.9 each="$fresh" \
			check="$same" limited=yes ours='shmwrite -i /dev/shm/f key:1' \
			peer='cp /dev/shm/f /dev/shm/x' floor='./floor_receive huge 1 /dev/shm/f'
		restore
	else
		absent 11.thp "shmwrite $SIZE; cp, huge pages allowed" 'shmem_enabled cannot be set'
	fi
fi
row 12 "cat | shmwrite $SIZE; cat | cat >tmpfs file" 1.05 "$goals" each="$fresh" check="$same" \
	way=receive.pipe ours='cat /dev/shm/f | shmwrite key:1' \
	peer='cat /dev/shm/f | cat >/dev/shm/x' floor='cat /dev/shm/f | ./floor_receive WAY 1 -' \
	chart="write $words from a pipe"
row 12b 'the same on one CPU' 1.05 "$goals" each="$fresh" check="$same" pinned=yes \
	way=receive.pipe ours='cat /dev/shm/f | shmwrite key:1' \
	peer='cat /dev/shm/f | cat >/dev/shm/x' floor='cat /dev/shm/f | ./floor_receive WAY 1 -'
row 12.dd "cat | shmwrite $SIZE; cat | dd bs=1M" - - each="$fresh" check="$same" \
	ours='cat /dev/shm/f | shmwrite key:1' \
	peer='cat /dev/shm/f | dd of=/dev/shm/x bs=1M iflag=fullblock status=none'
row 13.file "shmwrite $SIZE from a file; shmtool open" - 0.35 each="$fresh" check="$same" \
	needs=shmtool ours='shmwrite -i /dev/shm/f key:1' \
	peer='shmtool open $(cat /dev/shm/ids) </dev/shm/f'
row 13.pipe "cat | shmwrite $SIZE; cat | shmtool open" - 0.40 each="$fresh" check="$same" \
	needs=shmtool ours='cat /dev/shm/f | shmwrite key:1' \
	peer='cat /dev/shm/f | shmtool open $(cat /dev/shm/ids)'
