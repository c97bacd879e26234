#!/bin/sh
# SPDX-License-Identifier: MIT
# screenshot.sh - a picture of shmtop, of a real run in tmux: SVG on standard output
#
# usage: tools/screenshot.sh DIRECTORY-OF-PROGRAMS >docs/shmtop.svg
#
# It runs as root, in IPC and PID namespaces of its own, with perl for the programs that use segments.
set -eu

bin=$(cd "$1" && pwd)
tools=$(cd "$(dirname "$0")" && pwd)
[ -n "${SCREENSHOT_INSIDE-}" ] ||
	SCREENSHOT_INSIDE=1 exec unshare --ipc --pid --fork --kill-child --mount-proc "$0" "$bin"

dir=$(mktemp -d)
trap 'tmux -S "$dir/socket" kill-server 2>/dev/null || :; rm -rf "$dir"' EXIT
PATH=$bin:$PATH
export LC_ALL=C.UTF-8 TERM=xterm
cd "$dir"

# program NAME KEY SIZE PERCENT - a process of this name has made a segment, has attached it, and fills a
# part of it; each line that it reads makes it fill one percent more
program()
{
	mkfifo "$1"
	perl -MIPC::SysV=shmat -e '($0, my ($key, $size, $part)) = @ARGV;
		my $id = shmget(oct $key, $size, 01640) // die "shmget: $!\n";
		shmat($id, undef, 0) // die "shmat: $!\n";
		my $step = int $size / 100;
		shmwrite($id, "x" x ($step * $part), 0, $step * $part);
		open my $orders, "+<", $0; open my $said, ">", "$0.ready"; print $said "$id\n"; close $said;
		while (<$orders>) { shmwrite($id, "x" x $step, $step * $part++, $step) }' "$@" &
	until [ -s "$1.ready" ]; do sleep 0.1; done
}

# more ID - one more process has it attached, until the end
more() { shmattach --background --pid $$ "$1" >started; }

program postgres 0x0052e2c1 41943040 30
more "$(cat postgres.ready)"
more "$(cat postgres.ready)"
program recorder 0x6d656469 16777216 55
shmset --owner 33:33 "$(cat recorder.ready)"
program compositor 0 8294400 100
more "$(cat compositor.ready)"
shmrm "$(cat compositor.ready)" 2>said
left=$(shmcreate 2M)
for _ in 1 2 3; do shmcreate 256K; done >orphans
program telemetry 0x74656c65 1048576 10
sleep 2

tmux -S ./socket -f /dev/null new-session -d -x 96 -y 14 "$bin/shmtop -d 3 -s -size --idle 1s"
# round PATTERN - until the screen has it
round() { until tmux -S ./socket capture-pane -p | grep -q "$1"; do sleep 0.05; done; }
round CHANGE
for _ in 1 2 3 4 5 6 7 8; do echo; done >recorder
more "$(cat telemetry.ready)"
shmrm "$left"
shmcreate --key new 512K >made
round ' new '
tmux -S ./socket send-keys Down
sleep 0.3
tmux -S ./socket capture-pane -p -e | awk -f "$tools/screenshot.awk"
