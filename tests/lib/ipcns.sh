#!/bin/sh
# SPDX-License-Identifier: MIT
# ipcns.sh - run a command in a private IPC namespace, where segments cannot leak
# usage: ipcns.sh [--processes] COMMAND [ARG]..
#
# With --processes its processes are private too: they end with COMMAND, and with this
# script, even if that is killed.
#
# root needs no user namespace, and keeps its rights without one. SHMBOX_PRIVATE_IPC
# tells the tests what they got; nothing if there is no namespace to be had.

processes=
if [ "$1" = --processes ]; then
	processes="--pid --fork --kill-child --mount-proc"
	shift
fi

# A new user namespace would clear the signal that comes when the parent ends: it comes first.
for user in "" "unshare --map-root-user"; do
	[ -n "$user" ] || [ "$(id -u)" = 0 ] || continue
	for also in "$processes" ""; do
		# shellcheck disable=SC2086 # several words, or none
		if $user unshare --ipc $also true 2>/dev/null; then
			# root of an outer user namespace is still no more than that
			[ -z "$user" ] || SHMBOX_PRIVATE_IPC=userns
			export SHMBOX_PRIVATE_IPC="${SHMBOX_PRIVATE_IPC:-1}"
			# shellcheck disable=SC2086
			exec $user setpriv --pdeathsig KILL unshare --ipc $also "$@"
		fi
	done
done
unset SHMBOX_PRIVATE_IPC
echo "# no private IPC namespace: some tests will skip" >&2
exec "$@"
