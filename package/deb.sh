#!/bin/sh
# deb.sh - Debian packages of what was built, by debhelper
# usage: SOURCE_DATE_EPOCH=N deb.sh STATIC-BUILD LIBRARY-BUILD OUT
#
# The program is the static one that is shipped everywhere. The library and all the rest are
# from the other build, which knows where Debian has things.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=$(dirname "$here")
static=$(cd "$1" && pwd)
library=$(cd "$2" && pwd)
mkdir -p "$3"
out=$(cd "$3" && pwd)
work=$library/debhelper
# What dpkg-buildpackage would say to debhelper: no root is needed, all files are root's.
export DEB_BUILD_OPTIONS=noautodbgsym DEB_RULES_REQUIRES_ROOT=no

# The lines under the newest version's heading in NEWS.md, as a changelog. What is of no
# version yet has a heading without a number.
changelog() {
	awk '/^## / && version { exit }
		/^## [0-9]/ { version = $2; printf "shmbox (%s) unstable; urgency=medium\n\n", version }
		/^[* ] / && version { print "  " $0 }' "$source/NEWS.md"
	printf '\n -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' "$here/debian/control")" \
		"$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

copyright() {
	cat <<-END
		Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
		Upstream-Name: shmbox
		Comment: The static program has parts of musl in it, under the same license.

		Files: *
		Copyright: $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y), the shmbox authors
		License: Expat
	END
	sed '1,/^Copyright/d' "$source/LICENSE" | sed '1d; s/^$/./; s/^/ /'
}

# stage PACKAGE BUILD COMPONENT..
stage() {
	package=$1
	build=$2
	shift 2
	for component; do
		DESTDIR=$work/debian/$package cmake --install "$build" --prefix /usr \
			--component "$component" >/dev/null
	done
}

rm -rf "$work"
mkdir -p "$work"
cp -R "$here/debian" "$work"
cd "$work"
changelog >debian/changelog
copyright >debian/copyright

stage shmbox "$static" program
stage shmbox "$library" data
stage libshmbox0 "$library" library
stage libshmbox-dev "$library" development

dh_installdocs
dh_installchangelogs
dh_installexamples -p libshmbox-dev "$source"/examples/*.c
dh_lintian
dh_compress
dh_fixperms
dh_strip
# No binary compatibility is promised before 1.0.
dh_makeshlibs -V"libshmbox0 (= $(dpkg-parsechangelog -SVersion))"
dh_shlibdeps -p libshmbox0
dh_installdeb
# shellcheck disable=SC2016 # for dpkg-query
musl=$(dpkg-query -W -f '${source:Package} (= ${source:Version})' musl-dev)
dh_gencontrol -- -Vstatic:Built-Using="$musl"
dh_md5sums
dh_builddeb --destdir="$out"
