#!/bin/sh
# debian-root.sh - a bare Debian, unpacked from a cache, and a command in it
# usage: debian-root.sh make ROOT | run ROOT COMMAND [ARG].. | keep ROOT
#
# make fills the cache with what debootstrap(8) calls minbase, of the release and the mirror
# that this system's apt has, unless it is there. keep puts the packages that were fetched
# in there into the cache, so that a warm one needs no network. run is in the caller's IPC
# namespace, and in namespaces of its own for mounts and processes.
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
	# shellcheck disable=SC1091
	suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
	base=$cache/debian-$suite-$(dpkg --print-architecture).tar
	[ ! -e "$base" ] || return 0
	# shellcheck disable=SC2016 # apt's own variables
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" |
		head -n 1)
	making=$cache/making
	rm -rf "$making"
	debootstrap --variant=minbase "$suite" "$making" ${mirror:+"$mirror"}
	echo force-unsafe-io >"$making/etc/dpkg/dpkg.cfg.d/unsafe-io"
	cp -L /etc/resolv.conf "$making/etc/resolv.conf"
	chroot "$making" apt-get -q update
	chroot "$making" apt-get -q clean
	tar -C "$making" -cf "$base.new" .
	rm -rf "$making"
	mv "$base.new" "$base"
}

case $action in
make)
	mkdir -p "$cache/archives" "$root"
	exec 9>"$cache/lock"
	flock 9
	make_base
	tar -C "$root" -xf "$base"
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
