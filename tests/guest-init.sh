#!/bin/bash
# guest-init.sh - the first process of the machine that tests/initramfs.bats boots
# usage: guest-init.sh proc|no-proc FILE..
#
# Runs the tests in these files that are marked for it on the program in /usr/bin, says on
# the console what came of them, and switches the machine off. The judges have a /proc of
# their own, in /judge; that of the program is empty with no-proc.
set -u
export PATH=/usr/bin:/bin HOME=/ TMPDIR=/tmp LC_ALL=C

mkdir -p /dev /judge /proc /sys /tmp
mount -t devtmpfs none /dev
exec <>/dev/console >&0 2>&1
mount -t proc none /judge
mount -t sysfs none /sys
mount -t tmpfs none /tmp
mkdir -p /dev/pts /dev/shm
mount -t devpts none /dev/pts
ln -s /judge/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
# the kernel's own messages are none of ours
echo 1 >/judge/sys/kernel/printk

where=guest
case $1 in
proc) mount -t proc none /proc ;;
*) where="guest no-proc" ;;
esac
shift

export SHMBOX_PROC=/judge SHMBOX_SOURCE=/source SHMBOX_BUILD=/ SHMBOX_BIN=/usr/bin SHMBOX_VARIANT=elsewhere
export SHMBOX_ELSEWHERE=$where
echo "BEGIN tests"
/source/tests/ipcns.sh bats --tap --filter-tags initramfs "${@/#//source/tests/}" </dev/null
echo "END tests"
read -r seconds _ </judge/uptime
echo "up for $seconds seconds"
echo o >/judge/sysrq-trigger
sleep 60
