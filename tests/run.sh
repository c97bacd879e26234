#!/bin/sh
# run.sh - run one bats file against one build, in a private IPC namespace
# usage: run.sh BUILD-DIRECTORY FILE
#
# The TAP stays in BUILD-DIRECTORY/tap/NAME.tap. One line is printed, and after it every
# test that failed with what it said.
set -u

build=$(cd "$1" && pwd) || exit 2
file=$2
name=$(basename "$file" .bats)
here=$(cd "$(dirname "$0")" && pwd) || exit 2
tap=$build/tap/$name.tap
mkdir -p "$build/tap"

SHMBOX_SOURCE=$(dirname "$here")
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
set --
[ "$SHMBOX_VARIANT" != threads ] || set -- setarch --addr-no-randomize
# Coverage data that every user may add to: libgcov would complain on stderr otherwise.
if [ "$SHMBOX_VARIANT" = dev ] || [ "$SHMBOX_VARIANT" = coverage ]; then
	(umask 0 && "$SHMBOX_BIN/shmbox" --list >/dev/null 2>&1)
	find "$build" -name '*.gcda' -exec chmod a+rw {} +
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

# Limits and huge pages are one for all: no file runs against two builds at a time.
exec 9>"$(dirname "$build")/.$name.lock"
flock 9
rm -f "$tap" "$tap".sanitizer.*

started=$(date +%s)
timeout -k 5 900 "$here/ipcns.sh" "$@" bats --tap "$file" >"$tap" 2>&1 </dev/null 9>&-
status=$?
[ $status -lt 124 ] || echo "not ok 0 bats ended with status $status" >>"$tap"
for report in "$tap".sanitizer.*; do
	[ -e "$report" ] || continue
	echo "not ok 0 a sanitizer has nothing to report"
	sed 's/^/# /' "$report"
done >>"$tap"

# shellcheck disable=SC2016 # awk's own variables
awk -v what="$SHMBOX_VARIANT/$name" -v seconds=$(($(date +%s) - started)) '
	/^1\.\.[0-9]+/ { planned = substr($1, 4) }
	/^ok / { tests++; failing = 0 }
	/^ok .*# skip/ { skips++ }
	/^not ok / { tests++; failures++; failing = 1 }
	failing { text = text $0 "\n" }
	END {
		if (tests < planned || planned == "") {
			failures++
			text = text "not ok 0 all planned tests ran: " tests + 0 " of " planned + 0 "\n"
		}
		printf "%-28s %3d tests %3d s", what, tests, seconds
		printf "%s%s\n%s", skips ? ", " skips " skipped" : "",
			failures ? ", " failures " FAILED" : "", text
		exit failures > 0
	}' "$tap"
