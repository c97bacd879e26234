#!/bin/sh
# SPDX-License-Identifier: MIT
# suite.sh - run the tests and gates; ./dev test calls it once all packages are installed
# usage: suite.sh [--all] [--build NAME] [-f REGEX] [FILE..]
#
# FILE is a path, or the name of a file in one of the rooms: shmcat, shmcat.bats.
#
# Each file of tests says in its first lines what it "runs against" (the builds dev and
# release, if it says nothing) and which other builds it "needs". ninja starts a file as soon
# as its builds are done, and takes the files in the order of the list below.
set -u
root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")

say() { printf '%s\n' "$*" >&2; }
usage() {
	say "dev: test: $*"
	say "hint: ./dev test [--all] [--build NAME] [-f REGEX] [FILE..]"
	exit 2
}

# ---- what to run ----

all=
only=
regex=
while :; do
	case ${1-} in
	--all) all=1 ;;
	--build | -f)
		[ $# -ge 2 ] || usage "$1: needs a value"
		case $1 in
		-f) regex=$2 ;;
		*) only=$2 ;;
		esac
		shift
		;;
	-*) usage "$1: unknown option" ;;
	*) break ;;
	esac
	shift
done
for file; do
	path=$file
	case $file in
	*/*) ;;
	# a name alone, with or without .bats, is that of a file in one of the rooms
	*)
		named=$(find "$root/tests" -name "${file%.bats}.bats")
		[ -z "$named" ] || path=$named
		;;
	esac
	[ -f "$path" ] || usage "$file: no such file"
	case $path in
	*.bats) ;;
	*) usage "$file: not a file of tests (*.bats)" ;;
	esac
	shift
	set -- "$@" "$(readlink -f "$path")"
done
cd "$root" || exit 2

# The build with sanitizers counts lines too. gcc has no sanitizers for musl: there another
# build counts lines.
counting=dev
case $(gcc -dumpmachine) in *musl*) counting=coverage ;; esac

# The same without sanitizers tells how many branches there are.
plain=
[ $counting = coverage ] || plain=coverage

# says FILE WORDS - what a file says of itself in a line "# WORDS: .."
says() { sed -n "1,12s/^# $2: //p" "$1"; }

# variants FILE - the builds that a file runs against here
variants() {
	if [ -n "$only" ]; then
		echo "$only"
		return
	fi
	wanted=$(says "$1" "runs against")
	for variant in ${wanted:-dev release}; do
		case $variant in
		dev) echo $counting ;;
		threads | fuzz) [ $counting = coverage ] || echo "$variant" ;;
		*) echo "$variant" ;;
		esac
	done
}

# The files that take longest come first, then the others.
files() {
	{
		for name in fuzz initramfs machines lint analyzers package freeze shmrm shmwait; do
			find tests -name "$name.bats"
		done
		find tests -name '*.bats' | sort
	} | awk '!seen[$0]++'
}

# ---- the manifest ----

# Words that ninja would read as its own.
escaped() { printf '%s' "$1" | sed 's/[$ :]/$&/g'; }
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" | sed 's/\$/$$/g'; }

builds=
# need BUILD - adds a build to the manifest, if it is not there. Its target is not named after it:
# to ninja, a target dev is the script of that name, which is there and so never made again.
need() {
	case " $builds " in *" $1 "*) return ;; esac
	builds="$builds $1"
	case $1 in
	image) need release && echo "build make-image: make | make-release" ;;
	package)
		debs=
		! command -v dh_builddeb >/dev/null || debs=debian
		need release
		[ -z "$debs" ] || need $debs
		echo "build make-package: make | make-release ${debs:+make-debian}"
		;;
	*) echo "build make-$1: make" ;;
	esac
	echo "  name = $1"
}

taps=
counted=
# run FILE VARIANT - adds a file of tests to the manifest
run() {
	tap=build/$2/tap/$(basename "$1" .bats).tap
	targets=
	for build in $2 $(says "$1" needs); do
		need "$build"
		targets="$targets make-$build"
	done
	taps="$taps $tap"
	[ "$2" != $counting ] || counted="$counted $tap"
	cat <<-END
		build $(escaped "$tap"): run | $targets
		  file = $(quoted "$1")
		  variant = $2
	END
}

manifest() {
	cat <<-END
		builddir = build
		rule make
		  command = ./dev build \$name >build/\$name.log 2>&1 || { cat build/\$name.log; exit 1; }
		  description = \$name
		rule run
		  command = tests/lib/run.sh build/\$variant \$file $(quoted "$regex") || :
		  description = \$variant \$file
		rule count
		  command = tests/lib/lines.sh $counting $plain >build/lines 2>&1 || grep -q '^not ok coverage: ' build/lines
		  description = lines
	END
	list=$(mktemp)
	if [ $# = 0 ]; then files; else printf '%s\n' "$@"; fi >"$list"
	for round in 1 2 3; do
		while read -r file; do
			variant=$(variants "$file" | sed -n "${round}p")
			[ -z "$variant" ] || run "$file" "$variant"
		done <"$list"
	done
	rm "$list"
	if [ $# = 0 ] && [ -n "$counted" ]; then
		[ -z "$plain" ] || need $plain
		echo "build build/lines: count |$counted${plain:+ make-$plain}"
	fi
	# for sums: a file that was not run at all is missing
	echo "$taps" | tr ' ' '\n' | sed '/^$/d' >build/taps
}

# ---- the sums ----

# Reads TAP files: a line per build, failures and flaky tests by name, the sums; skips go to
# a file. A goal of coverage that was missed counts as a test that failed.
sums() {
	# shellcheck disable=SC2016
	awk '
		FNR == 1 {
			close_file()
			n = split(FILENAME, part, "/")
			variant = part[n - 2]
			file = part[n]
			sub(/\.tap$/, "", file)
			planned = ""
			seen = 0
			variants[variant]
			read[FILENAME]
		}
		function close_file() {
			if (file != "" && (seen < planned || planned == "")) {
				failed[variant]++
				lines = lines "not ok " variant "/" file ": " seen + 0 " of " planned + 0 " tests ran\n"
			}
		}
		/^1\.\.[0-9]+/ { planned = substr($1, 4) }
		/^(not )?ok / {
			seen++
			text = $0
			sub(/^(not )?ok [0-9]+ /, "", text)
		}
		/^not ok / { failed[variant]++; lines = lines "not ok " variant "/" file ": " text "\n" }
		/^# flaky: / { flaky = flaky substr($0, 3) " (" variant "/" file ")\n" }
		/^ok / && !/# skip/ { passed[variant]++ }
		/^ok .*# skip/ {
			skipped[variant]++
			sub(/ # skip */, ": ", text)
			print variant "/" file ": " text >skips
			skip_lines = skip_lines "skipped " variant "/" file ": " text "\n"
		}
		END {
			close_file()
			while ((getline tap <taps) > 0)
				if (!(tap in read)) {
					n = split(tap, part, "/")
					variants[part[n - 2]]
					failed[part[n - 2]]++
					lines = lines "not ok " tap ": was not run\n"
				}
			while ((getline goal <counts) > 0)
				if (goal ~ /^not ok coverage: /) {
					variants["coverage"]
					failed["coverage"]++
					lines = lines goal "\n"
				}
			for (v in variants) {
				printf "%-10s %4d passed, %d failed, %d skipped\n", v, passed[v], failed[v], skipped[v]
				p += passed[v]; f += failed[v]; s += skipped[v]
			}
			printf "%s%s%s", skip_lines, lines, flaky
			printf "tests: %d, failures: %d, skips: %d\n", p + f + s, f, s
			printf "%d passed, %d failed, %d skipped\n", p, f, s
			exit f > 0 || !p
		}' skips=build/skips taps=build/taps counts=build/lines "$@" /dev/null
}

# What took longest, by the clock and by the processor.
slowest() {
	echo "slowest files:"
	cat build/*/tap/*.facts | sort -k 2,2nr | head -n 5 |
		awk '{ printf "  %-28s %4d s %6.1f s of processor %6s processes\n", $1, $2, $3, $4 }'
	cat build/*/tap/*.facts | awk '{ s += $3; p += $4 }
		END { printf "all files: %d s of processor, %d processes\n", s, p }'
}

# ---- the run ----

mkdir -p build
rm -rf build/*/tap build/skips build/lines
find build/$counting \( -name '*.gcda' -o -name uncounted \) -delete 2>/dev/null
manifest "$@" >build/test.ninja || exit 2
[ -z "$all" ] || export SHMBOX_ALL=1

# Some of what runs sleeps: one more than there are processors. If this script is killed,
# ninja ends, and with it all that it has started.
quiet=
! ninja --quiet --version >/dev/null 2>&1 || quiet=--quiet
status=0
setpriv --pdeathsig TERM ninja $quiet -f build/test.ninja -k 0 -j "$(($(nproc) + 1))" || status=1

echo
[ ! -e build/lines ] || grep -v '^not ok coverage: ' build/lines
slowest
# shellcheck disable=SC2046 # file names without blanks
sums $(find build/*/tap -name '*.tap' 2>/dev/null | sort) || status=1

# A test that does not run proves nothing: in CI a skip needs a reason that is written down.
if [ -n "${CI-}" ] && [ -s build/skips ]; then
	known=$(grep -v '^#' tests/lib/allowed-skips | cut -f1)
	refused=$(grep -vE -- "${known:-^$}" build/skips)
	if [ -n "$refused" ]; then
		say "skips that tests/lib/allowed-skips does not know:"
		say "$refused"
		status=1
	fi
fi
exit $status
