#!/bin/sh
# ipcns.sh - run a command in a private IPC namespace, where segments cannot leak
# usage: ipcns.sh COMMAND [ARG]..
#
# root needs no user namespace, and keeps its rights without one. SHMBOX_PRIVATE_IPC
# tells the tests what they got; nothing if there is no namespace to be had.

if [ "$(id -u)" = 0 ] && unshare --ipc true 2>/dev/null; then
	export SHMBOX_PRIVATE_IPC=1
	exec unshare --ipc "$@"
fi
if unshare -Ur --ipc true 2>/dev/null; then
	export SHMBOX_PRIVATE_IPC=userns
	exec unshare -Ur --ipc "$@"
fi
unset SHMBOX_PRIVATE_IPC
echo "# no private IPC namespace: some tests will skip" >&2
exec "$@"
