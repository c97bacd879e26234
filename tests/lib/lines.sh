#!/bin/sh
# SPDX-License-Identifier: MIT
# lines.sh - which lines and branches of the source the tests have run in a build that counts
# usage: lines.sh BUILD [PLAIN]
#
# PLAIN is the same build without sanitizers, which are no branches of ours: see lines.py. The
# branches of assert() are left out. Runs of the sweep are not counted: they are made against
# another build. A goal that is missed is printed, and the exit status is 1 if it is missed by
# more than one percent.
set -u
cd "$(dirname "$0")/../.." || exit 2

if [ -e "build/$1/uncounted" ]; then
	echo "lines are not counted where no other user may go: $PWD"
	exit
fi

# A process that was killed between two functions leaves counts that do not add up: such a
# line is left out.
count()
{
	gcovr --gcov-ignore-parse-errors --root . --filter core/ --filter applets/ --filter cli/ \
		--exclude-branches-by-pattern '.*\bassert\(.*' "$@"
}

count --json "build/$1/lines.json" "build/$1"
count --sort-percentage --add-tracefile "build/$1/lines.json"
if [ $# = 1 ]; then
	tests/lib/lines.py "build/$1/lines.json"
else
	find "build/$2" -name '*.gcda' -delete
	count --json "build/$2/lines.json" "build/$2"
	tests/lib/lines.py "build/$1/lines.json" "build/$2/lines.json"
fi
