#!/bin/bash
# SPDX-License-Identifier: MIT
# guest-init.sh - the first process of the machine that tests/places/initramfs.bats boots
#
# Runs the tests of this image on the program in /usr/bin, first without /proc and then with
# it, says on the console what came of them, and switches the machine off. The judges have a
# /proc of their own, in /judge.
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

# suite WORD WHERE - the tests pass, or not
suite()
{
    echo "BEGIN $1"
    SHMBOX_ELSEWHERE=$2 unshare --ipc bats --tap /source/tests/*/*.bats </dev/null
    echo "END $1"
    read -r seconds _ </judge/uptime
    echo "$1: up for $seconds seconds"
}

export SHMBOX_PRIVATE_IPC=1 SHMBOX_PROC=/judge SHMBOX_SOURCE=/source SHMBOX_BUILD=/ SHMBOX_BIN=/usr/bin SHMBOX_VARIANT=elsewhere
cd /source/tests || exit
suite no-proc "guest no-proc"
mount -t proc none /proc
suite proc guest
echo o >/judge/sysrq-trigger
sleep 60
