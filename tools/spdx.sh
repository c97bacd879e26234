#!/bin/sh
# SPDX-License-Identifier: MIT
# spdx.sh - the SPDX line of each source file: adds it where it is missing
# usage: spdx.sh [--check]
#
# With --check it only prints the files that have none. The line is the first one, or the
# second one after #! or #compdef. Texts, pictures, data and what cannot have comments have
# none: .reuse/dep5 covers them.
set -eu
root=$(dirname "$(dirname "$(readlink -f "$0")")")
cd "$root"
check=
[ "${1-}" != --check ] || check=yes

sources() {
	find . \( -path ./build -o -path ./.git -o -path ./tests/fuzz/corpus -o -path ./docs \) -prune -o -type f -print |
		sed 's,^\./,,' | LC_ALL=C sort
}

# The line for a file, or nothing if it has none.
line_for() {
	case $1 in
	*.[ch] | *.ld) echo '/* SPDX-License-Identifier: MIT */' ;;
	*.cc) echo '// SPDX-License-Identifier: MIT' ;;
	man/*.[1-9]) echo '.\" SPDX-License-Identifier: MIT' ;;
	*CMakeLists.txt | *.cmake | *.cmake.in | *.sh | *.bash | *.bats | *.zsh | *.fish | *.awk | *.p[lmy] | *.map | \
		dev | .ci/run | completions/* | debian/rules | debian/tests/[lp]* | package/*BUILD | package/*.spec | \
		package/*.yaml | package/*.cron | package/*.service | package/*.timer | package/*hook)
		echo '# SPDX-License-Identifier: MIT'
		;;
	esac
}

sources | while read -r file; do
	line=$(line_for "$file")
	if [ -z "$line" ] || [ ! -s "$file" ]; then continue; fi
	! head -n 2 "$file" | grep -qF "SPDX-License-Identifier: MIT" || continue
	if [ -n "$check" ]; then
		echo "$file: no SPDX line: tools/spdx.sh adds it"
		continue
	fi
	case $(head -n 1 "$file") in
	'#!'* | '#compdef'*) sed "1a\\
$(printf '%s' "$line" | sed 's/\\/\\\\/g')" "$file" >"$file.new" ;;
	*) { printf '%s\n' "$line" && cat "$file"; } >"$file.new" ;;
	esac
	cat "$file.new" >"$file" # keeps the mode
	rm "$file.new"
done
