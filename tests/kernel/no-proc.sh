#!/bin/sh
# SPDX-License-Identifier: MIT
# no-proc.sh - run a command where /proc is empty, as it is early in an initramfs
# usage: no-proc.sh COMMAND [ARG]..
#
# The judges of the tests find the real one by SHMBOX_PROC. Wants to be root.

if [ "${SHMBOX_PROC-}" != /mnt/proc ]; then
	SHMBOX_PROC=/mnt/proc exec unshare --mount "$0" "$@"
fi
set -e
mount -t tmpfs none /mnt
mkdir /mnt/proc /mnt/dev
mount --rbind /proc /mnt/proc
mount --rbind /dev /mnt/dev
mount -t tmpfs none /proc
mount -t tmpfs none /dev
# some of them are links into /proc
for file in /mnt/dev/*; do
	ln -s "$file" /dev
done
ln -fns /mnt/proc/self/fd /dev/fd
ln -fs fd/0 /dev/stdin
ln -fs fd/1 /dev/stdout
ln -fs fd/2 /dev/stderr
exec "$@"
