#!/bin/sh
# debian-root.sh - a bare Debian, unpacked from a cache, and a command in it
# usage: debian-root.sh make ROOT | run ROOT COMMAND [ARG]..
#
# make fills the cache with what debootstrap(8) calls minbase, of the release and the mirror
# that this system's apt has, unless it is there. Packages that are installed in a root are
# kept there too, so that a warm cache needs no network. run is in the caller's IPC
# namespace, and in namespaces of its own for mounts and processes.
set -eu
cache=${XDG_CACHE_HOME:-$HOME/.cache}/shmbox
mkdir -p "$cache/archives/partial"

make_base() {
	# shellcheck disable=SC1091
	suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
	base=$cache/debian-$suite-$(dpkg --print-architecture).tar
	[ ! -e "$base" ] || return 0
	# shellcheck disable=SC2016 # apt's own variables
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" |
		head -n 1)
	making=$cache/making
	rm -rf "$making"
	debootstrap --variant=minbase "$suite" "$making" "${mirror:-http://deb.debian.org/debian}"
	echo force-unsafe-io >"$making/etc/dpkg/dpkg.cfg.d/unsafe-io"
	cp -L /etc/resolv.conf "$making/etc/resolv.conf"
	chroot "$making" apt-get -q update
	chroot "$making" apt-get -q clean
	tar -C "$making" -cf "$base.new" .
	rm -rf "$making"
	mv "$base.new" "$base"
}

action=$1
root=$2
shift 2
case $action in
make)
	exec 9>"$cache/lock"
	flock 9
	make_base
	mkdir -p "$root"
	tar -C "$root" -xf "$base"
	;;
run)
	# shellcheck disable=SC2016 # for the inner shell
	exec unshare --mount --pid --fork --kill-child sh -c '
		root=$1
		mount --bind "$2" "$root/var/cache/apt/archives" &&
			mount -t proc proc "$root/proc" && cd "$root" || exit 1
		shift 2
		exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
	' sh "$root" "$cache/archives" "$@"
	;;
esac
