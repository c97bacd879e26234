#!/bin/sh
# SPDX-License-Identifier: MIT
# debian-root.sh - a bare Debian, unpacked from a cache, and a command in it
# usage: debian-root.sh make ROOT [PACKAGE..] | run ROOT COMMAND [ARG].. | keep ROOT
#
# make fills the cache with what debootstrap(8) calls minbase, of the release and the mirror
# that this system's apt has, unless it is there; likewise with that and the packages. keep puts
# the packages that were fetched in ROOT into the cache, so that a warm one needs no network. run
# is in the caller's IPC namespace, and in namespaces of its own for mounts and processes.
set -eu
cache=${XDG_CACHE_HOME:-$HOME/.cache}/shmbox
action=$1
root=$2
archives=$root/var/cache/apt/archives
shift 2

# copy_packages FROM TO - those that are not there; links, where that is possible
copy_packages() {
	find "$1" -maxdepth 1 -name '*.deb' | while read -r file; do
		[ -e "$2/${file##*/}" ] || ln "$file" "$2" 2>/dev/null || cp "$file" "$2"
	done
}

make_base() {
	# shellcheck disable=SC2016 # apt's own variables
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" |
		head -n 1)
	rm -rf "$making"
	debootstrap --variant=minbase "$suite" "$making" ${mirror:+"$mirror"}
	echo force-unsafe-io >"$making/etc/dpkg/dpkg.cfg.d/unsafe-io"
	cp -L /etc/resolv.conf "$making/etc/resolv.conf"
	chroot "$making" apt-get -q update
	chroot "$making" apt-get -q clean
	keep_root "$base"
}

# make_with TAR PACKAGE.. - the same with these packages, without what is only read by people
make_with() {
	with=$1
	shift
	rm -rf "$making"
	mkdir "$making"
	tar -C "$making" -xf "$base"
	copy_packages "$cache/archives" "$making/var/cache/apt/archives"
	printf 'path-exclude=/usr/share/%s/*\n' doc man locale >"$making/etc/dpkg/dpkg.cfg.d/unread"
	"$0" run "$making" apt-get -qq install -y --no-install-recommends "$@"
	rm "$making/etc/dpkg/dpkg.cfg.d/unread"
	copy_packages "$making/var/cache/apt/archives" "$cache/archives"
	chroot "$making" apt-get -q clean
	keep_root "$with"
}

# keep_root TAR - moves the root that was made to there
keep_root() {
	tar -C "$making" -cf "$1.new" .
	rm -rf "$making"
	mv "$1.new" "$1"
}

case $action in
make)
	mkdir -p "$cache/archives" "$root"
	exec 9>"$cache/lock"
	flock 9
	making=$cache/making
	# shellcheck disable=SC1091
	suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
	base=$cache/debian-$suite-$(dpkg --print-architecture).tar
	[ -e "$base" ] || make_base
	with=$base
	for package; do
		with=${with%.tar}+$package.tar
	done
	[ -e "$with" ] || make_with "$with" "$@"
	tar -C "$root" -xf "$with"
	copy_packages "$cache/archives" "$archives"
	;;
run)
	# shellcheck disable=SC2016 # for the inner shell
	exec unshare --mount --pid --fork --kill-child sh -c '
		mount -t proc proc "$1/proc" && cd "$1" && shift || exit 1
		exec chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
	' sh "$root" "$@"
	;;
keep)
	copy_packages "$archives" "$cache/archives"
	;;
esac
