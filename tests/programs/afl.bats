# SPDX-License-Identifier: MIT
# a program instrumented by AFL++ writes its coverage into a segment of ours
# runs against: release
# labels: offline unprivileged

setup_file()
{
    command -v afl-clang-fast >/dev/null || return 0
    cd "$BATS_FILE_TMPDIR" || return
    cat >target.c <<'END'
#include <stdio.h>

int main(void)
{
	int seen = 0;
	int letter;

	setvbuf(stdin, NULL, _IONBF, 0);
	while ((letter = getchar()) != EOF) {
		if (letter == 'a')
			seen++;
		else if (letter == 'b' && seen > 2)
			seen += 3;
		else if (letter == 'c')
			for (int i = 0; i < seen; i++)
				seen ^= i % 3 ? i : 0;
	}
	return seen > 100;
}
END
    AFL_QUIET=1 afl-clang-fast -O1 -o target target.c
}

setup()
{
    load ../lib/helper
    load ../lib/states
    common_setup
    command -v afl-clang-fast >/dev/null || skip "needs afl-clang-fast: apt-get install afl++"
    target=$BATS_FILE_TMPDIR/target
    printf aaabcaabzc >input
    segment 65536
    export AFL_MAP_SIZE=65536
}

teardown() { common_teardown; }

# covers CMD.. - CMD with our segment for a map
covers()
{
    __AFL_SHM_ID=$id "$@"
}

# ours - the edges that were taken, and how often, from our segment, as afl-showmap writes
# them; the first byte is AFL's own
ours()
{
    shmcat "$@" "$id" | perl -e 'local $/; my @counts = unpack "C*", <STDIN>;
        printf "%06d:%d\n", $_, $counts[$_] for grep $counts[$_], 1 .. $#counts'
}

# theirs - the same from afl-showmap, for standard input
theirs()
{
    afl-showmap -q -r -o map -- "$target"
    grep -v ^000000: map
}

@test "the coverage in our segment is that of afl-showmap" {
    covers "$target" <input
    ours >got
    theirs <input >wanted
    [ "$(wc -l <wanted)" -gt 5 ]
    diff wanted got
}

@test "after a wipe, the map is ready for the next input, and distinguishes inputs" {
    covers "$target" <input
    ours >first
    shmwipe "$id"
    same "wiped" "" "$(ours)"
    printf zzz | covers "$target"
    ours >got
    printf zzz | theirs >wanted
    diff wanted got
    run -1 diff first got
}

@test "without a wipe, coverage adds up" {
    covers "$target" <input
    ours >once
    covers "$target" <input
    ours >twice
    awk -F: '{ printf "%s:%d\n", $1, 2 * $2 }' once | diff - twice
}

@test "a scratch segment works as a map, which is copied after the run" {
    theirs <input >wanted
    # shellcheck disable=SC2016 # the inner shell's variables
    shmattach scratch:64K sh -c '__AFL_SHM_ID=$SHM_ID "$0" <input && shmcat "$SHM_ID" >copy' "$target"
    shmwrite "$id" <copy
    ours >got
    diff wanted got
}

@test "the coverage of a program that waits is visible, frozen or not" {
    printf aaab >half
    mkfifo pipe
    exec 8<>pipe
    cat half >&8
    # shellcheck disable=SC2016 # the inner shell's variables
    start sh -c '__AFL_SHM_ID=$0 exec "$1" <pipe' "$id" "$target" 8>&-
    wait_until stands_still
    ours --freeze >so_far
    ours | diff so_far -
    tail -c +5 input >&8
    exec 8>&-
    ends_with 0 "$pid"
    ours >got
    theirs <input >wanted
    diff wanted got
    run -1 diff so_far got
}

# It has read all that there is, and waits for the pipe.
stands_still()
{
    perl -e 'ioctl STDIN, 0x541b, my $count = "    " or die "$!\n"; exit unpack("i", $count) != 0' <&8 && # FIONREAD
        sleeping_as target "$pid"
}
