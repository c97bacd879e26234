# SPDX-License-Identifier: MIT
# soak-ledger.pl - processes that need segments, and shmreap in all ways that its page describes
#
# usage: perl soak-ledger.pl SEED ROUNDS
#
# A ledger says which process needs which segment: one that has it attached, that made it, or that
# attached or detached it last, as long as it lives. No segment that is needed may be removed, and
# none that an invocation does not choose. Processes are born and end all the time; their pids come
# from a small range, so that pids of ended processes are soon those of others. shmreap also runs
# where the machine seems to be up for a shorter or longer time, and in other PID namespaces.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use IPC::SysV qw(shmat IPC_CREAT IPC_EXCL IPC_PRIVATE);
use POSIX qw(_exit);
use soak;

my %segment; # id => creator, last (pids; 0: none), key, size; ended (its creator has), marked, elsewhere (its creator is)
my %holder;  # pid => id that it has attached
my %lives;   # pid => what it tells: a process that was started here and has not ended
my %count = map { $_ => 0 } qw(runs needed reused removed late old);
my $next_key = 0x5000;

# small_pids - the next pid is from a range of 100 above 300
sub small_pids
{
	open my $last, '>', '/proc/sys/kernel/ns_last_pid' or die "ns_last_pid: $!\n";
	print $last 300 + int rand 100;
	close $last or die "ns_last_pid: $!\n";
}

# role CODE - a process that does this, tells what CODE returned, and lives on until it is killed:
# its pid and what it told
sub role
{
	my ($code) = @_;
	small_pids();
	my $pid = open(my $pipe, '-|') // die "fork: $!\n";
	if (!$pid) {
		my $told = $code->();
		print $told // '', "\n";
		open STDOUT, '>', '/dev/null';
		sleep 3600 while 1;
	}
	chomp(my $told = <$pipe> // wrong('a process told nothing'));
	$lives{$pid} = $pipe;
	return ($pid, $told);
}

# end PID - a process of the ledger ends; the last detach is its own
sub end
{
	my ($pid) = @_;
	kill KILL => $pid;
	close delete $lives{$pid};
	waitpid $pid, 0; # an heir: close() has waited for any other
	$_->{ended} = 1 for grep { $_->{creator} == $pid } values %segment;
	my $id = delete $holder{$pid} // return;
	$segment{$id}{last} = $pid;
	delete $segment{$id} if $segment{$id}{marked} && !holders_of($id);
}

sub make
{
	my $key = rand() < 0.3 ? $next_key++ : IPC_PRIVATE;
	my $size = 4096 * one_of(1, 1, 4);
	my ($pid, $id) = role(sub { shmget($key, $size, 0600 | IPC_CREAT | IPC_EXCL) // die "shmget: $!\n" });
	$segment{ $id + 0 } = { creator => $pid, last => 0, key => $key, size => $size };
	end($pid) if rand() < 0.6;
}

sub attach { shmat($_[0], undef, 0) // die "shmat: $!\n"; 'held' }

sub hold
{
	my $id = one_of(keys %segment) // return;
	my ($pid) = role(sub { attach($id) });
	$holder{$pid} = $id;
	$segment{$id}{last} = $pid;
}

# inherit - a holder that was born with the attach, of a parent that has ended
sub inherit
{
	my $id = one_of(keys %segment) // return;
	small_pids();
	pipe my $in, my $out or die "pipe: $!\n";
	my $parent = fork // die "fork: $!\n";
	if (!$parent) {
		attach($id);
		small_pids();
		my $child = fork // _exit(97);
		_exit(0) if $child;
		sleep 3600 while syswrite $out, "$$\n";
	}
	close $out;
	chomp(my $pid = <$in> // wrong('an heir told nothing'));
	waitpid $parent, 0;
	$lives{$pid} = $in;
	$holder{$pid} = $id;
	$segment{$id}{last} = $parent;
}

sub use_once
{
	my $id = one_of(keys %segment) // return;
	my ($pid) = role(sub { shmread($id, my $byte, 0, 1) or die "shmread: $!\n"; 'used' });
	$segment{$id}{last} = $pid;
	end($pid) if rand() < 0.5;
}

# churn - a few births and ends
sub churn
{
	for (1 .. 3) {
		one_of(\&make, \&make, \&hold, \&inherit, \&use_once)->();
		my @living = keys %lives;
		end(one_of(@living)) if @living > rand 16;
	}
}

# is_alive PID - a process that lives has this pid, whatever process had it before
sub is_alive { $lives{ $_[0] } }

sub holders_of { my ($id) = @_; grep { $holder{$_} == $id } keys %holder }

# needed ID, INVOCATION - a living process needs it. What --unattached chooses may have a creator or
# a last user that lives, unless that is in another PID namespace: its page says so.
sub needed
{
	my ($id, $how) = @_;
	my $segment = $segment{$id};
	return 1 if $segment->{elsewhere} || holders_of($id);
	return !$how->{unattached} && (is_alive($segment->{creator}) || is_alive($segment->{last}));
}

my $help = `shmreap --help`;
my @keyed = $help =~ /--keyed/ ? '--keyed' : ();
my @elsewhere = qw(unshare --pid --fork --mount-proc);

# keyless, large, all, none SEGMENT - of one that no process needs: 1, it has to go; 0, it has to stay
sub keyless { !$_[0]{key} }
sub large { $_[0]{size} >= 8192 }
sub all { 1 }
sub none { 0 }
# by its owner: without --keyed that is enough for one with a key
sub owned { !$_[0]{key} || !@keyed }
sub unsure { undef }

# Each way to call shmreap: words before it, and after it; goes: of what no process needs, what has to
# go; unattached: see needed(); up: for how many seconds the machine seems to be up.
my @invocations = (
	# it only lists
	{ words => [qw(--idle 0)], goes => \&none },
	{ words => [qw(--idle 0 --json --verbose)], goes => \&none },
	{ words => [qw(--idle 0 --unattached --owner 0)], goes => \&none },
	{ words => [qw(--remove --dry-run --idle 0)], goes => \&none },
	# all that is old enough, and has no key
	{ words => [qw(--remove --idle 0)], goes => \&keyless },
	{ words => [qw(--remove -I 0 --json)], goes => \&keyless },
	{ words => [qw(--remove -I 0 --verbose)], goes => \&keyless },
	{ words => [qw(--remove --idle 0 --min-size 8K)], goes => sub { keyless(@_) && large(@_) } },
	{ words => [qw(--remove --idle 1d)], goes => \&none },
	# with a key, too
	{ words => [qw(--remove --idle 0 --owner 0), @keyed], goes => \&all },
	{ words => [qw(--remove --idle 0 --owner 0:0 --min-size 8K), @keyed], goes => \&large },
	{ words => [qw(--remove --idle 0 --owner 4321), @keyed], goes => \&none },
	{ words => [qw(--remove --idle 0 --key KEY), @keyed], goes => sub { $_[0]{key} == $_[1] } },
	{ words => [qw(--remove --idle 0 --owner 0)], goes => \&owned },
	{ words => [qw(--remove --idle 0 --unattached --owner 0), @keyed], goes => \&all, unattached => 1 },
	# of processes in another PID namespace nothing is known
	{ before => [@elsewhere], words => [qw(--remove --idle 0 --owner 0), @keyed], goes => \&none },
	{ before => [@elsewhere], words => [qw(--remove --idle 0 --unattached --owner 0), @keyed], goes => \&none },
	{ before => [qw(unshare --pid --fork)], words => [qw(--remove --idle 0 --owner 0), @keyed], goes => \&none },
	# the machine seems to be up for a year, or hardly at all: what is older than that stays
	{ up => 31536000, words => [qw(--remove --idle 0)], goes => \&keyless },
	{ up => 0, words => [qw(--remove --idle 0)], goes => \&unsure },
	{ up => 0, words => [qw(--remove --idle 0 --owner 0), @keyed], goes => \&unsure },
	{ up => 5, words => [qw(--remove --idle 0 --owner 0), @keyed], goes => \&unsure },
	{ up => 15, words => [qw(--remove --idle 0)], goes => \&unsure },
);

push @invocations, { words => [qw(--remove --idle 0 --keyed)], goes => \&all } if @keyed;
push @invocations, { words => [qw(--remove --idle 0 --unattached --unknown --owner 0), @keyed], goes => \&all, unattached => 1 }
	if $help =~ /--unknown/;
@invocations = grep { !defined $_->{up} } @invocations if system 'unshare --time true 2>/dev/null';

# uptime SECONDS - words before a program for which the machine is up for so long
sub uptime
{
	my ($really) = said('/proc/uptime') =~ /^(\d+)/;
	my $offset = $_[0] - $really;
	return (qw(unshare --time --fork --boottime), $offset);
}

# late_holders WHICH - processes that attach segments which no process needs, while shmreap runs
sub late_holders
{
	my @free = @_;
	my %late;
	for my $id (@free ? map { one_of(@free) } 1 .. 2 : ()) {
		my $moment = rand 0.004;
		small_pids();
		my $pid = open(my $pipe, '-|') // die "fork: $!\n";
		if (!$pid) {
			pause_for($moment);
			syswrite STDOUT, defined shmat($id, undef, 0) ? "held\n" : "gone\n";
			sleep 3600 while 1;
		}
		$lives{$pid} = $pipe;
		$late{$pid} = $id;
	}
	return \%late;
}

# came_late LATE - until each of these holds its segment, or has found none: the ids of all
sub came_late
{
	my ($late) = @_;
	for my $pid (keys %$late) {
		my $pipe = $lives{$pid};
		if (<$pipe> eq "held\n") {
			$holder{$pid} = $late->{$pid};
			$segment{ $late->{$pid} }{last} = $pid;
			$count{late}++;
		} else {
			end($pid);
		}
	}
	return map { $_ => 1 } values %$late;
}

# too_old ROW, BOOT - a time of it is before the machine seems to have been booted
sub too_old
{
	my ($row, $boot) = @_;
	return grep { $_ && $_ < $boot } @$row{qw(atime dtime ctime)};
}

# reap HOW - runs shmreap, and compares what is there with the ledger
sub reap
{
	my ($how) = @_;
	my $key = one_of(grep { $_ } map { $_->{key} } values %segment) // 0x4999;
	my @words = (defined $how->{up} ? uptime($how->{up}) : @{ $how->{before} // [] }, 'shmreap',
		map { $_ eq 'KEY' ? $key : $_ } @{ $how->{words} });
	my $before = table();
	my $boot = defined $how->{up} ? time - $how->{up} - 2 : 0; # at least: uptimes are cut to seconds
	my %needed = map { $_ => 1 } grep { needed($_, $how) } keys %segment;
	$count{reused} += grep { $_->{ended} && is_alive($_->{creator}) } values %segment;
	my $late = late_holders(rand() < 0.3 ? grep { !$needed{$_} } keys %segment : ());
	small_pids();
	my $reaper = start('reap', @words);
	my $status = ended($reaper);
	my %touched = came_late($late);
	my $after = table();
	my $what = "by @words: " . said('reap.out') . said('reap.err');
	wrong("status $status $what") if $status;
	for my $id (sort keys %segment) {
		my $segment = $segment{$id};
		my $there = $after->{$id};
		my $facts = "segment $id: " . join ' ', map { "$_=$segment->{$_}" } sort keys %$segment;
		$segment->{marked} = 1 if $there && $there->{perms} & MARKED;
		$count{removed}++ if !$there;
		if ($needed{$id} || holders_of($id)) {
			wrong("$facts was needed, and is removed $what") if !$there;
			wrong("$facts was needed, and is marked $what")
				if $there->{perms} & MARKED && !($before->{$id}{perms} & MARKED) && !$touched{$id};
			next;
		}
		my $goes = $how->{goes}->($segment, $key);
		$goes = 0 if too_old($before->{$id}, $boot);
		$count{old}++ if defined $goes && !$goes && $boot;
		wrong("$facts was not chosen, and is removed $what") if defined $goes && !$goes && !$there;
		# a process that was born meanwhile, shmreap for one, may have the pid of its creator
		my $reused = grep { $_ == $reaper || $late->{$_} } @$segment{qw(creator last)};
		wrong("$facts was chosen, and is not removed $what")
			if $goes && $there && !$touched{$id} && !$reused && $words[0] eq 'shmreap';
	}
	$count{runs}++;
	$count{needed} += keys %needed;
	delete @segment{ grep { !$after->{$_} } keys %segment };
	for my $id (keys %$after) {
		wrong("no process of ours has made segment $id") if !$segment{$id};
	}
}

# neighbour - a process in another PID namespace that has made a few segments, and lives
sub neighbour
{
	open my $told, '-|', qw(unshare --pid --fork --kill-child perl -e),
		'$| = 1; print 0 + (shmget(0, 8192, 0600) // die), "\n" for 1 .. 3; sleep 3600' or die "unshare: $!\n";
	for (1 .. 3) {
		my $id = <$told> + 0;
		$segment{$id} = { creator => 0, last => 0, key => 0, size => 8192, elsewhere => 1 };
	}
	return $told;
}

# old_orphans - segments that no process needs, from before the machine seems to have been booted
sub old_orphans
{
	make() for 1 .. 6;
	end($_) for keys %lives;
	my $since = time;
	wait_for('three seconds pass', sub { time > $since + 3 });
	reap($_) for grep { defined $_->{up} && !$_->{up} } @invocations;
}

my $rounds = 0;

sub round
{
	old_orphans() if !$rounds++;
	churn();
	reap(one_of(@invocations));
}

sub sums
{
	note("$count{runs} runs of shmreap: $count{needed} times a segment was needed, $count{late} times it was "
		. "attached meanwhile; $count{reused} times the creator's pid was another's; $count{old} times it was older "
		. "than the boot; $count{removed} removed");
	my $tried = !grep { !$count{$_} } qw(needed removed reused late);
	wrong('a part of this was not tried') if !$tried || !$count{old} && grep { defined $_->{up} } @invocations;
}

my $neighbour = neighbour();
drive(@ARGV, \&round, \&sums);
