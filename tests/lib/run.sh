#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - run one bats file against one build, in private IPC and PID namespaces
# usage: run.sh BUILD-DIRECTORY FILE [REGEX]
#
# With REGEX only the tests whose names match it. The tests with the tag "all" run if
# SHMBOX_ALL is set. The TAP stays in BUILD-DIRECTORY/tap/NAME.tap. One line is printed, and
# after it every test that failed with what it printed. The status is 0, 1 if a test failed, or
# 77 if every test was skipped or a tool of the suite is missing, which ctest calls skipped.
set -u

for tool in bats perl setpriv flock unshare; do
	command -v $tool >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done

# What no file reaches that does not hang: ten times what the slowest file takes on the
# slowest host. It is the one limit for tests, and for the machines that they start.
export SHMBOX_LIMIT="${SHMBOX_LIMIT:-3000}"

build=$(cd "$1" && pwd) || exit 2
file=$2
regex=${3-}
name=$(basename "$file" .bats)
here=$(cd "$(dirname "$0")" && pwd) || exit 2
tap=$build/tap/$name.tap
mkdir -p "$build/tap"

SHMBOX_SOURCE=$(dirname "$(dirname "$here")")
SHMBOX_BUILD=$build
SHMBOX_BIN=$build/bin
SHMBOX_VARIANT=$(basename "$build")
export SHMBOX_SOURCE SHMBOX_BUILD SHMBOX_BIN SHMBOX_VARIANT

# A sanitizer's report must be seen even if the program's stderr is not: it goes to a
# file, and to a status that no applet uses.
export ASAN_OPTIONS="exitcode=99:log_path=$tap.sanitizer"
export UBSAN_OPTIONS="$ASAN_OPTIONS:print_stacktrace=1"
export TSAN_OPTIONS="$ASAN_OPTIONS"
# The thread sanitizer wants addresses where it expects them.
prefix=
[ "$SHMBOX_VARIANT" != threads ] || prefix="setarch --addr-no-randomize"
tags="--filter-tags !all"
[ -z "${SHMBOX_ALL-}" ] || tags=

# Limits and huge pages are one for all: no file runs against two builds at a time.
exec 9>"$(dirname "$build")/.$name.lock"
flock 9
rm -rf "$tap" "$tap".*

# Coverage data that every user may add to: libgcov would complain on stderr otherwise.
if [ "$SHMBOX_VARIANT" = dev ] || [ "$SHMBOX_VARIANT" = coverage ]; then
	(umask 0 && "$SHMBOX_BIN/shmbox" --list >/dev/null 2>&1)
	find "$build" -name '*.gcda' ! -perm -a+rw -exec chmod a+rw {} +
	# Below /root, say, no other user reaches it: all counts go where nobody looks.
	if setpriv --reuid 65534 --clear-groups true 2>/dev/null &&
		! setpriv --reuid 65534 --clear-groups test -x "$build"; then
		GCOV_PREFIX=$(mktemp -d)
		export GCOV_PREFIX
		trap 'rm -rf "$GCOV_PREFIX"' EXIT
		(umask 0 && "$SHMBOX_BIN/shmbox" --list >/dev/null 2>&1)
		chmod -R a+rwX "$GCOV_PREFIX"
		: >"$build/uncounted"
	fi
fi

# tests REGEX - runs those whose names match, in namespaces that end with them. perl takes the
# time: whatever ends it, SIGALRM, the terminal or the end of this script, ends them all. How
# many processes there were is known by the last pid.
tests()
{
	# shellcheck disable=SC2086,SC2016 # several words, or none; perl's variables
	setpriv --pdeathsig KILL perl -e 'alarm shift;
		defined(my $child = fork) or die "fork: $!\n";
		if (!$child) { exec @ARGV or die "$ARGV[0]: $!\n" }
		waitpid $child, 0;
		exit($? & 127 ? 128 + ($? & 127) : $? >> 8)' "$SHMBOX_LIMIT" \
		setpriv --pdeathsig KILL "$here/ipcns.sh" --processes \
		sh -c '"$@"; status=$?; cat /proc/sys/kernel/ns_last_pid >&4; exit $status' sh \
		$prefix bats --tap ${1:+--filter "$1"} $tags "$file" 2>&1 </dev/null 9>&- 4>"$tap.processes"
}

# again NAME - whether a test passes, by itself
again()
{
	tests "^$(printf '%s\n' "$1" | sed 's/[][\.*^$()+?{}|]/\\&/g')\$" >"$tap.again"
	grep -q '^ok 1 ' "$tap.again"
}

started=$(date +%s)
tests "$regex" >"$tap"
status=$?
[ $status -lt 124 ] || echo "not ok 0 bats ended with status $status" >>"$tap"
processes=$(cat "$tap.processes")
times >"$tap.times"
seconds=$(($(date +%s) - started))

# A test that fails now and then is to be mended like others: it is named, and fails.
sed -n 's/^not ok [1-9][0-9]* //p' "$tap" | sed 's/ # .*//' | head -n 8 >"$tap.failed"
while read -r test; do
	if again "$test"; then
		printf '# flaky: it passed when run again: %s\n' "$test" >>"$tap"
	fi
done <"$tap.failed"

for report in "$tap".sanitizer.*; do
	[ -e "$report" ] || continue
	echo "not ok 0 a sanitizer has nothing to report"
	sed 's/^/# /' "$report"
done >>"$tap"

# shellcheck disable=SC2016 # awk's own variables
awk -v what="$SHMBOX_VARIANT/$name" -v seconds="$seconds" -v processes="${processes:-?}" \
	-v facts="$tap.facts" '
	# what a shell calls times: the last line is that of its children
	FILENAME ~ /\.times$/ { split($0, t, /[ms ]+/); processor = t[1] * 60 + t[2] + t[3] * 60 + t[4]; next }
	/^1\.\.[0-9]+/ { planned = substr($1, 4) }
	/^ok / { tests++; failing = 0 }
	/^ok .*# skip/ { skips++ }
	/^not ok / { tests++; failures++; failing = 1 }
	/^# flaky: / { failing = 1 }
	failing { text = text $0 "\n" }
	END {
		if (tests < planned || planned == "") {
			failures++
			text = text "not ok 0 all planned tests ran: " tests + 0 " of " planned + 0 "\n"
		}
		printf "%-28s %3d tests %4d s %6.1f s of processor %6s processes", what, tests, seconds,
			processor, processes
		printf "%s%s\n%s", skips ? ", " skips " skipped" : "",
			failures ? ", " failures " FAILED" : "", text
		print what, seconds, processor, processes >facts
		exit failures > 0 ? 1 : skips == tests ? 77 : 0
	}' "$tap.times" "$tap"
