#!/bin/sh
# lines.sh - which lines of the source the tests have run in a build that counts them
# usage: lines.sh BUILD
set -u
cd "$(dirname "$0")/.." || exit 2

if [ -e "build/$1/uncounted" ]; then
	echo "lines are not counted where no other user may go: $PWD"
	exit
fi
# A process that was killed between two functions leaves counts that do not add up: such a
# line is left out.
gcovr --gcov-ignore-parse-errors --root . --filter core/ --filter applets/ --sort-percentage "build/$1"
