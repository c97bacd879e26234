# SPDX-License-Identifier: MIT
# rows_growth.sh - rows of ./dev bench: how the time grows with the amount
#
# The value is the exponent of a fitted line: 1 is linear, 2 is quadratic. It is less than 1
# where a part of the time does not grow, as the start of the program.

# shellcheck shell=sh disable=SC2016,SC2034,SC2153,SC2154 # fields and names are those of measure.sh

group 'how the time grows: the exponent, and that of the last step'

points_of_segments='1 10 100 1000 10000 30000' points_of_processes='10 100 1000 4000'
points_of_bytes='4K 64K 1M 16M 256M 4G'
[ "$available" -ge 12 ] || points_of_bytes='4K 64K 1M 16M 256M 1G'
if [ "$quick" = 1 ]; then
	points_of_segments='1 10 100 1000 4000' points_of_processes='10 100 400'
	points_of_bytes='4K 64K 1M 16M 64M'
fi

# exponent FILE: of a least-squares line through the logarithms of "AMOUNT TIME" in lines,
# and of the line through the last two. Amounts that take less than twice the time of the
# first are left out, except for the last three: there the start of the program is measured.
exponent() {
	awk '
		{ amount[NR] = $1; took[NR] = $2 }
		END {
			for (i = 1; i <= NR; i++) {
				if (took[i] < 2 * took[1] && i <= NR - 3)
					continue
				x = log(amount[i]); y = log(took[i]); n++
				sx += x; sy += y; sxx += x * x; sxy += x * y
				last = n > 1 ? (y - before_y) / (x - before_x) : 0
				before_x = x; before_y = y
			}
			if (n < 2)
				exit 1
			printf "%.3f last:%.2f\n", (n * sxy - sx * sy) / (n * sxx - sx * sx), last
		}' "$1"
}

# grows ROW WHAT POINTS BEFORE EACH COMMAND [COUNT]: % in a command is the amount. BEFORE and EACH
# are as setup and each of a row; a BEFORE that fails ends the line earlier. COUNT prints the
# amount, if not all of it is ours.
grows() {
	chosen "$1" || return 0
	: >growth.points
	largest=nothing
	for amount in $3; do
		if ! eval "$(echo "$4" | sed "s/%/$amount/g")" >/dev/null 2>messages; then
			say "bench: row $1: no more than $largest: $(head -n 1 messages)"
			break
		fi
		# one round of 4 GiB takes seconds
		times=5
		[ "$amount" = "${amount%G}" ] || times=1
		./runner "$1.$amount.tsv" $times "$milliseconds" "$(echo "$5" | sed "s/%/$amount/g")" '' \
			"$(echo "$6" | sed "s/%/$amount/g")" '' '' || { failed "$1"; break; }
		largest=$amount
		echo "$(eval "${7-numfmt --from=iec $amount}") $(median "$1.$amount.tsv" '$2' | cut -d ' ' -f 1)" >>growth.points
		disperse
		ipcrm --all=shm
		rm -f /dev/shm/x /dev/shm/y
	done
	ipcrm --all=shm
	disperse
	if values=$(exponent growth.points); then
		line fact "$1" "$2, ${3%% *} to $largest" '' '' '' "${values% *}" "${values#* }" 1.05
	else
		absent "$1" "$2" 'too few amounts could be measured'
	fi
}

shmmni=$(cat /proc/sys/kernel/shmmni) allowed=''
for amount in $points_of_segments; do
	[ "$amount" -ge "$shmmni" ] || allowed="$allowed $amount"
done
allowed=${allowed# }
grows growth.list 'shmls: segments' "$allowed" './runner --segments %' '' shmls
grows growth.json 'shmls -J: segments' "$allowed" './runner --segments %' '' 'shmls -J'
grows growth.reap 'shmreap: segments' "$allowed" './runner --segments %' '' 'shmreap -U -u root'
grows growth.remove 'shmrm: segments' "$allowed" : './runner --segments % >/dev/shm/ids' \
	'shmrm @/dev/shm/ids'
copies='truncate -s % /dev/shm/y && shmcreate -k 1 % && shmwrite -i /dev/shm/y key:1'
grows growth.read 'shmcat | cat: bytes' "$points_of_bytes" "$copies" '' 'shmcat key:1 | cat'
grows growth.write 'shmwrite from a file: bytes' "$points_of_bytes" "truncate -s % /dev/shm/y" \
	'shmrm -f key:1; shmcreate -k 1 %' 'shmwrite -i /dev/shm/y key:1'
grows growth.dump 'shmdump >tmpfs file: bytes' "$points_of_bytes" "$copies" 'rm -f /dev/shm/x' \
	'shmdump key:1 >/dev/shm/x'
grows growth.wipe 'shmwipe: bytes' "$points_of_bytes" : \
	'shmrm -f key:1; shmcreate -k 1 %; truncate -s % /dev/shm/y; shmwrite -i /dev/shm/y key:1' \
	'shmwipe key:1'
grows growth.who 'shmwho: processes' "$points_of_processes" \
	'shmcreate -k 1 4K && gather % 10' '' 'shmwho key:1' 'ls /proc | grep -c "^[1-9]"'
