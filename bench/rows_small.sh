# SPDX-License-Identifier: MIT
# rows_small.sh - rows of ./dev bench: start-up and small segments
#
# A number of a row is never used for another row; gaps are goals that no timing shows.

# shellcheck shell=sh disable=SC2016,SC2034,SC2153,SC2154 # fields and names are those of measure.sh

group 'small things'

row 1 'start: shmls --version; ipcs --version' 1.30 1 ours='shmls --version' \
	peer='ipcs --version' floor=./noop
row 2.create 'shmcreate 4K; ipcmk -M' 1.30 1 \
	ours='shmcreate 4K' peer='ipcmk -M 4096' floor='./floor create' chart='create a segment'
small='shmcreate -k 1 -i /dev/shm/small >/dev/shm/ids'
small_same='shmcat key:1 | cmp - /dev/shm/small'
row 2.read 'shmcat 4K; cat' 1.30 1 setup="$small" check="$small_same" \
	ours='shmcat key:1' peer='cat /dev/shm/small' floor='./floor read'
row 2.write 'shmwrite 4K; cp' 1.30 1 setup='shmcreate -k 1 4K' check="$small_same" \
	ours='shmwrite -i /dev/shm/small key:1' peer='cp /dev/shm/small /dev/shm/x' \
	floor='./floor write /dev/shm/small'
echo 'shmread(shmget(1, 0, 0), $bytes, 0, 4096); print $bytes' >/dev/shm/read.pl
row 2.perl 'shmcat 4K; perl shmread' - - setup="$small" check="$small_same" needs=perl \
	ours='shmcat key:1' peer='perl /dev/shm/read.pl'
row 2.remove 'shmrm; ipcrm -m' 1.30 1 each='shmcreate 4K >/dev/shm/ids' \
	ours='shmrm @/dev/shm/ids' peer='ipcrm -m @/dev/shm/ids' floor='./floor remove @/dev/shm/ids'
row 2.list 'shmls of 10; ipcs -m' 1.30 1 setup='./runner --segments 10' \
	ours=shmls peer='ipcs -m' floor='./floor_list table'

row 3.create 'shmcreate 4K; shmtool open' - 0.07 needs=shmtool \
	ours='shmcreate 4K' peer='shmtool open -s 4096'
row 3.read 'shmcat 4K; shmtool read' - 0.07 setup="$small" check="$small_same" needs=shmtool \
	ours='shmcat key:1' peer='shmtool read @/dev/shm/ids'
row 3.remove 'shmrm; shmtool rm' - 0.07 needs=shmtool each='shmcreate 4K >/dev/shm/ids' \
	ours='shmrm @/dev/shm/ids' peer='shmtool rm @/dev/shm/ids'

fact 4 'size of the program with all applets, KB' 234 \
	"$(wc -c <"$root/build/release/bin/shmbox" | awk '{ printf "%.1f", $1 / 1000 }')"
