# SPDX-License-Identifier: MIT
# rows_archives.sh - rows of ./dev bench: archives of segments
#
# The floor writes no sums, so the goals of shmdump with sums include what the sums cost. An
# archive has 2048 bytes before the data of a segment, and 2560 if the segment has holes.

# shellcheck shell=sh disable=SC2016,SC2034,SC2153,SC2154 # fields and names are those of measure.sh

group 'archives'

stored='tar -xOf /dev/shm/x key-0x00000001 |'
into='rm -f /dev/shm/x; shmrm -f key:1'
dense="$filled; shmdump --no-sums key:1 >/dev/shm/a; shmrm key:1"
summed="$filled; shmdump key:1 >/dev/shm/a; shmrm key:1"
to_dense='./floor_send WAY 1 2048 >/dev/shm/x'
from_dense="./floor_receive WAY 1 /dev/shm/a $bytes 0 $bytes 2048"
copy='cp --sparse=always /dev/shm/f /dev/shm/x'

row 22 "shmdump $SIZE, no sums; cp --sparse" 1.05 1.05/1.05 setup="$filled" way=send.file \
	each='rm -f /dev/shm/x' check="$stored cmp - /dev/shm/f" \
	ours='shmdump --no-sums key:1 >/dev/shm/x' peer="$copy" floor="$to_dense"
row 22.sums "shmdump $SIZE; cp --sparse" 1.5 -/- setup="$filled" way=send.file \
	each='rm -f /dev/shm/x' check="$stored cmp - /dev/shm/f" \
	ours='shmdump key:1 >/dev/shm/x' peer="$copy" floor="$to_dense" chart="archive $words" short=yes
row 23 "shmrestore $SIZE, no sums; cp --sparse" 1.05 1.05/1.05 setup="$dense" way=receive.file \
	each="$into" check="rm /dev/shm/a; $same" \
	ours='shmrestore /dev/shm/a' peer="$copy" floor="$from_dense"
row 23.sums "shmrestore $SIZE; cp --sparse" 1.5 -/- setup="$summed" way=receive.file \
	each="$into" check="rm /dev/shm/a; $same" \
	ours='shmrestore /dev/shm/a' peer="$copy" floor="$from_dense"

sparse_copy='cp --sparse=always /dev/shm/y /dev/shm/x'
sparse_dense="$sparse; $sparse_file; shmdump --no-sums key:1 >/dev/shm/a; shmrm key:1"
sparse_summed="$sparse; $sparse_file; shmdump key:1 >/dev/shm/a; shmrm key:1"
to_sparse='./floor_send WAY 1 2560 >/dev/shm/x'
from_sparse="./floor_receive WAY 1 /dev/shm/a $HUGE $((HUGE / 2)) 1048576 2560"
in_dump="rm /dev/shm/y; $stored tail -c +\$((HUGE / 2 + 1)) | $placed"
restored="rm /dev/shm/a /dev/shm/y; $in_pipe $placed"
# Without map_files, no call finds the holes of 16 GiB as fast as cp(1) finds those of a file.
goals=1.05/-
[ ! "$swap" ] || goals=1.05
if [ "$map_files" = yes ] || [ ! "$swap" ]; then
	row 22.sparse "shmdump of $huge; cp" 1.05 "$goals" way=send.sparse \
		setup="$sparse; $sparse_file" each='rm -f /dev/shm/x' check="$in_dump" \
		ours='shmdump --no-sums key:1 >/dev/shm/x' peer="$sparse_copy" floor="$to_sparse"
	row 22.ssums "shmdump of $huge, sums; cp" 1.5 - way=send.sparse \
		setup="$sparse; $sparse_file" each='rm -f /dev/shm/x' check="$in_dump" \
		ours='shmdump key:1 >/dev/shm/x' peer="$sparse_copy" floor="$to_sparse"
	row 23.sparse "shmrestore of $huge; cp" 1.05 1.05/1.05 way=receive.file \
		setup="$sparse_dense" each="$into" check="$restored" \
		ours='shmrestore /dev/shm/a' peer="$sparse_copy" floor="$from_sparse"
	row 23.ssums "shmrestore of $huge, sums; cp" 1.5 - way=receive.file \
		setup="$sparse_summed" each="$into" check="$restored" \
		ours='shmrestore /dev/shm/a' peer="$sparse_copy" floor="$from_sparse"
fi
milliseconds=$((milliseconds / 3))
