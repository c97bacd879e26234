#!/bin/sh
# SPDX-License-Identifier: MIT
# abi.sh - the ABI of libshmbox: the lists of its symbols, its record, and a comparison
# usage: abi.sh list | record BUILD-DIRECTORY | check BUILD-DIRECTORY
#
#   list    write core/libshmbox.map and debian/libshmbox*.symbols, from the header
#   record  write the record in package/abi: types and functions by abidw(1), and constants
#   check   compare BUILD-DIRECTORY with the record: a line for each change that the version
#           does not announce, and then status 1
#
# ./dev abi calls list and record. The version announces a change by its numbers: where they
# give another soname, anything may change; where only the minor number is another one, from
# 1.0 on, functions and constants may be added; otherwise nothing may change.
set -eu
root=$(dirname "$(dirname "$(readlink -f "$0")")")
cd "$root"
header=include/shmbox/shmbox.h
map=core/libshmbox.map
record=package/abi

version_in() { sed -n 's/^#define SHMBOX_VERSION "\(.*\)"/\1/p' "$1"; }
minor_of() { echo "$1" | sed 's/^\([0-9]*\.[0-9]*\).*/\1/'; }
soname_of() { case $1 in 0.*) minor_of "$1" ;; *) echo "${1%%.*}" ;; esac; }

version=$(version_in $header)
soname=$(soname_of "$version")

functions() { sed -n 's/^SHMBOX_API .*\b\(shmbox_[a-z_0-9]*\)(.*/\1/p' $header | sort; }

# NODE FUNCTION of each function in the map, where it is one of this soname
known() {
	awk -v soname="$soname" '
		/^SHMBOX_/ { node = $1; sub(/^SHMBOX_/, "", node)
			ours = soname ~ /^0/ ? node == soname : index(node, soname ".") == 1 }
		/^\t\tshmbox_[a-z_0-9]*;$/ && ours { sub(/;/, ""); print node, $1 }' $map
}

# The functions that older releases had stay in their nodes, and the others are of this one.
list() {
	minor=$(minor_of "$version")
	known | grep -v "^$minor " >"$work/known" || :
	cut -d ' ' -f 2 "$work/known" >"$work/names"
	functions | grep -vxFf "$work/names" | sed "s/^/$minor /" >"$work/new"
	sort -t . -k 1,1n -k 2,2n -s "$work/known" "$work/new" >"$work/nodes"
	awk '
		function end() { if (node) printf "%s}%s;\n", older ? "" : "\tlocal:\n\t\t*;\n", older }
		BEGIN { print "# SPDX-License-Identifier: MIT\n# Made by ./dev abi. Each minor version that adds functions has a node; those of" \
			"\n# releases are never edited, unless the soname changes." }
		$1 != node { end(); older = node ? " SHMBOX_" node : ""; node = $1
			printf "SHMBOX_%s {\n\tglobal:\n", node }
		{ printf "\t\t%s;\n", $2 }
		END { end() }' "$work/nodes" >"$work/map"
	cmp -s "$work/map" $map || cp "$work/map" $map
	rm -f debian/libshmbox*.symbols
	{
		echo "libshmbox.so.$soname libshmbox$soname #MINVER#"
		echo "* Build-Depends-Package: libshmbox-dev"
		{
			cut -d ' ' -f 1 "$work/nodes" | sort -u | sed 's/.*/ SHMBOX_&@SHMBOX_& &.0/'
			sed 's/\(.*\) \(.*\)/ \2@SHMBOX_\1 \1.0/' "$work/nodes"
		} | LC_ALL=C sort
	} >"debian/libshmbox$soname.symbols"
}

# NAME VALUE of the constants in the header
constants() {
	{
		printf '#include <shmbox/shmbox.h>\nint main(void)\n{\n'
		gcc -w -fpreprocessed -dD -E -P $header | awk '
			/^#define SHMBOX_[A-Z_0-9]+ [-(0-9]/ { name[++n] = $2 }
			/^(enum|typedef enum).*{/ { on = 1 }
			on { while (match($0, /SHMBOX_[A-Z_0-9]+ *[,=}]|SHMBOX_[A-Z_0-9]+$/)) {
				word = substr($0, RSTART, RLENGTH); $0 = substr($0, RSTART + RLENGTH)
				sub(/[ ,=}]+$/, "", word); name[++n] = word } }
			/}/ { on = 0 }
			END { for (i = 1; i <= n; i++)
				printf "\tprintf(\"%%s %%lld\\n\", \"%s\", (long long)%s);\n", name[i], name[i] }'
		printf '\treturn 0;\n}\n'
	} >"$work/constants.c"
	gcc -I include -o "$work/constants" "$work/constants.c"
	"$work/constants" | sort -u
}

dump() {
	abidw --headers-dir include --drop-private-types --exported-interfaces-only --no-show-locs \
		--no-corpus-path --no-comp-dir-path --no-elf-needed --no-parameter-names \
		--no-write-default-sizes --type-id-style hash "$1/lib/libshmbox.so"
}

record() {
	mkdir -p $record
	echo "$version" >$record/version
	constants >$record/constants
	dump "$1" >"$work/dump"
	mv "$work/dump" "$record/libshmbox.$(uname -m).abi"
}

# What is gone, changed and added since the record.
check() {
	old=$(cat $record/version)
	[ "$(soname_of "$old")" = "$soname" ] || return 0
	added=yes
	[ "$(minor_of "$old")" != "$(minor_of "$version")" ] || added=
	constants >"$work/now"
	{
		comm -23 $record/constants "$work/now" | sed 's/^/constant gone or changed: /'
		[ -n "$added" ] || comm -13 $record/constants "$work/now" | sed 's/^/constant new or changed: /'
	} >"$work/changes"
	recorded=$record/libshmbox.$(uname -m).abi
	if [ -e "$recorded" ]; then
		dump "$1" >"$work/dump"
		status=0
		abidiff ${added:+--no-added-syms} "$recorded" "$work/dump" >"$work/diff" || status=$?
		[ $status = 0 ] || { cat "$work/diff" && echo "abidiff: status $status"; } >>"$work/changes"
	fi
	[ ! -s "$work/changes" ] || {
		cat "$work/changes"
		echo "version $version does not announce this: $old is recorded in $record"
		return 1
	}
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case ${1-} in
list | record | check) "$@" ;;
*)
	sed -n '3,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$0" >&2
	exit 2
	;;
esac
