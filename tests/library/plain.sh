#!/bin/sh
# SPDX-License-Identifier: MIT
# plain.sh - the library and the program, tested with a C compiler and a shell alone
# usage: plain.sh BUILD-DIRECTORY
#
# For those who build a package where there is no bats. It runs the tests of tests/library/api
# that need no special machine, with either kind of library, and uses each step of a segment's
# life by the applets. The status is 77, as others skip, if it cannot run here.
set -eu
build=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/../.." && pwd)

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "failed: $*"; exit 1; }

if [ -z "${plain_inside-}" ]; then
	export plain_inside=1
	exec "$source/tests/lib/ipcns.sh" "$0" "$@"
fi
[ -n "${SHMBOX_PRIVATE_IPC-}" ] || skip "no private IPC namespace"
[ -e "$build/cc" ] || skip "$build/cc is missing"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

segments() { sed 1d /proc/sysvipc/shm | wc -l; }

# ---- the library ----

for file in "$source"/tests/library/api/*.c; do
	"$build/cc" -std=gnu17 -O1 -I "$source/include" -c "$file"
done
"$build/cc" -o api-static ./*.o -pthread "$build/lib/libshmbox.a"
kinds=api-static
if [ -e "$build/lib/libshmbox.so" ]; then
	"$build/cc" -o api-shared ./*.o -pthread -L "$build/lib" "-Wl,-rpath,$build/lib" -lshmbox
	kinds="$kinds api-shared"
fi

passed=0
for kind in $kinds; do
	for test in $("./$kind"); do
		case $test in
		# These need limits, rights, groups, huge pages or new ids, as api.bats has them.
		borrows | changes | explains_* | freezes | leaves_nothing_frozen | reads_segment_0) continue ;;
		esac
		"./$kind" "$test" >log 2>&1 || fail "$kind $test: $(cat log)"
		[ "$(segments)" = 0 ] || fail "$kind $test: left a segment"
		passed=$((passed + 1))
	done
done
[ $passed -gt 40 ] || fail "only $passed tests of the library"

# ---- the program ----

PATH=$build/bin:$PATH
id=$(shmcreate 64K)
[ "$(segments)" = 1 ] || fail "shmcreate: no segment"
echo hello | shmwrite --offset 8 "$id"
[ "$(shmcat --offset 8 --length 6 "$id")" = hello ] || fail "shmcat: other bytes"
[ "$(shmpoke "$id" u32@0+=7)" = 7 ] || fail "shmpoke: not 7"
[ "$(shmpeek "$id" u32@0)" = 7 ] || fail "shmpeek: not 7"
shmls --json "$id" | grep -q '"size": *65536' || fail "shmls: other size"
shmrm "$id"
[ "$(segments)" = 0 ] || fail "shmrm: the segment is there"
for name in $(shmbox --list); do
	"$name" --help >log || fail "$name --help"
done
echo "passed: $passed tests of the library, and the program"
