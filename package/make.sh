#!/bin/sh
# SPDX-License-Identifier: MIT
# make.sh - the packages: sources with a list of parts, the static program, and what packages
# of distributions are made from; with dpkg-buildpackage(1) those of Debian too
# usage: SOURCE_DATE_EPOCH=N make.sh VERSION STATIC-BUILD OUT
#
# The same sources give the same bytes, in any directory.
set -eu
root=$(dirname "$(dirname "$(readlink -f "$0")")")
version=$1
static=$(cd "$2" && pwd)
rm -rf "$3"
mkdir -p "$3"
out=$(cd "$3" && pwd)
name=shmbox-$version
cd "$root"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

# Every file of the tree that is not made by a build.
sources() {
	if [ -e .git ]; then
		git ls-files --cached --others --exclude-standard | while read -r file; do
			[ ! -e "$file" ] || echo "$file"
		done
	else
		find . -path ./build -prune -o ! -type d -printf '%P\n'
	fi | LC_ALL=C sort
}

# archive DIR NAME FILE - a tarball of DIR/NAME
archive() {
	tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
		--mode=u+rw,go=u-w --format=ustar -C "$1" -c "$2" | gzip -9n >"$3"
}

sources >"$work/files"
mkdir "$work/source"
mkdir "$work/source/$name"
tar --mode=u+rw,go=u-w -c -T "$work/files" | tar -C "$work/source/$name" -xp
archive "$work/source" "$name" "$out/$name.tar.gz"

# The list of parts (SPDX) is of what is in the tarball. Its date, name and creator are ours.
if command -v reuse >/dev/null; then
	reuse --root "$work/source/$name" spdx >"$work/spdx" 2>"$work/log" || { cat "$work/log" >&2 && exit 1; }
	sed -e "s/^Created: .*/Created: $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)/" \
		-e "s,^\(DocumentNamespace: .*\)-[0-9a-f-]\{36\}$,\1-$(sha256sum <"$out/$name.tar.gz" | cut -c 1-64)," \
		-e "/^Creator: Person: /d; s/^Creator: Organization: .*/Creator: Organization: shmbox authors/" \
		-e "s/^DocumentName: .*/DocumentName: $name/" "$work/spdx" >"$out/$name.spdx"
fi

# The static program and its pages, for any prefix: tar -xzf .. --strip-components=1 -C /usr/local
mkdir "$work/binary"
cmake --install "$static" --prefix "$work/binary/$name" >/dev/null
cp LICENSE NEWS.md "$work/binary/$name"
archive "$work/binary" "$name" "$out/$name-linux-$(gcc -dumpmachine | sed 's/-.*//').tar.gz"

# What other distributions build from, with the sums of the sources.
for file in shmbox.spec PKGBUILD APKBUILD; do
	sed -e "s/@VERSION@/$version/; s/@DATE@/$(LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')/" \
		-e "s/@SHA256@/$(sha256sum <"$out/$name.tar.gz" | cut -d ' ' -f 1)/" \
		-e "s/@SHA512@/$(sha512sum <"$out/$name.tar.gz" | cut -d ' ' -f 1)/" "package/$file" >"$out/$file"
done

if command -v dh_builddeb >/dev/null && command -v dpkg-buildpackage >/dev/null; then
	(
		cd "$work/source/$name"
		# The tests of this tree are run by ./dev test.
		DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=$(nproc)" dpkg-buildpackage -us -uc >"$work/log" 2>&1 ||
			{ cat "$work/log" && exit 1; }
	) >&2
	mv "$work"/source/*.deb "$work"/source/*.dsc "$work"/source/*.tar.xz "$out"
fi
(cd "$out" && sha256sum -- * >SHA256SUMS)
