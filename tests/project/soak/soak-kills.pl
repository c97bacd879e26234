# SPDX-License-Identifier: MIT
# soak-kills.pl - scratch segments whose holder, parent or child is killed at a random moment
#
# usage: perl soak-kills.pl SEED ROUNDS
#
# No segment is left, but for one case that the kernel makes unavoidable, since it has no call that
# makes a segment and marks it for removal: shmattach may be killed between shmget(2) and IPC_RMID.
# What is left then is known by three signs: its creator was killed, it has no mark, and no process
# but its creator has ever attached it. shmreap has to find and remove it.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use POSIX qw(WNOHANG _exit);
use soak;

my $range = 0.005; # seconds: the moments of kills are spread over what a program takes here
my %count = map { $_ => 0 } qw(before held after window);

# parent_of CMD.. - a process that starts CMD with --pid, its own, and lives: its pid
sub parent_of
{
	my @command = @_;
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	start('victim', 'shmattach', '--background', '--pid', $$, @command);
	sleep 3600 while 1;
}

# named NAME - the pids of all processes with this name
sub named
{
	my ($name) = @_;
	return grep { said("/proc/$_/comm") eq "$name\n" } others();
}

# all_gone - whether all other processes have ended without our help
sub all_gone { !others() }

# Each way: what is started, whether it has a COMMAND, what is killed after a while, whether the
# creator is among them, and until when to wait, where the rest has to end by itself.
my @ways = (
	{
		name => 'the holder, as COMMAND begins and ends',
		start => sub { start('victim', qw(shmattach scratch:64K true)) },
		command => 1,
		kill => sub { $_[0] },
		creator => 1,
	}, {
		name => 'the holder, with a COMMAND that goes on',
		start => sub { start('victim', qw(shmattach scratch:64K sleep 3600)) },
		command => 1,
		kill => sub { $_[0] },
		creator => 1,
	}, {
		name => 'the holder, without COMMAND',
		start => sub { start('victim', qw(shmattach scratch:64K)) },
		kill => sub { $_[0] },
		creator => 1,
	}, {
		name => 'COMMAND',
		start => sub { start('victim', qw(shmattach scratch:64K sleep 3600)) },
		command => 1,
		kill => sub { children($_[0]) },
		ends => sub { kill KILL => children($_[0]); all_gone() },
	}, {
		name => 'the process that a holder in the background holds for',
		start => sub { parent_of('scratch:64K') },
		kill => sub { $_[0] },
		ends => \&all_gone,
	}, {
		name => 'every shmattach, one of them in the background',
		start => sub { parent_of('scratch:64K') },
		kill => sub { named('shmattach') },
		creator => 1,
	}, {
		name => 'all at once',
		start => sub { start('victim', qw(shmattach scratch:64K sleep 3600)) },
		command => 1,
		kill => sub { -1 },
		creator => 1,
	},
);

# judge_window WAY, ROW - what was left is of that window
sub judge_window
{
	my ($way, $row) = @_;
	my $what = "left after a kill of $way->{name}: " . join ' ', map { "$_=$row->{$_}" } sort keys %$row;
	wrong("the creator was not killed; $what") if !$way->{creator};
	wrong("it is marked; $what") if $row->{perms} & MARKED;
	wrong("it is attached; $what") if $row->{nattch};
	wrong("its creator lives; $what") if kill 0 => $row->{cpid};
	wrong("another process has attached it; $what") if $row->{lpid} && $row->{lpid} != $row->{cpid};
	my $status = ended(start('reap', qw(shmreap --remove --idle 0)));
	wrong("shmreap: status $status: " . said('reap.err')) if $status;
	wrong("shmreap has not listed it; $what") if said('reap.out') !~ /^ *$row->{shmid} /m;
	wrong("shmreap has left it; $what") if %{ table() };
	$count{window}++;
}

sub round
{
	my $way = one_of(@ways);
	my $pid = $way->{start}->();
	pause_for(rand $range);
	my $held = $way->{command} ? children($pid) : said('victim.out') =~ /^\d/;
	my $when = !others() ? 'after' : $held ? 'held' : 'before';
	$count{$when}++;
	# of the only way that ends by itself, one in eight should do so
	$range *= $when eq 'after' ? 0.9 : 1.015 if $way == $ways[0];
	kill KILL => $_ for $way->{kill}->($pid);
	wait_for("all processes end after a kill of $way->{name}", sub { $way->{ends}->($pid) }) if $way->{ends};
	end_all();
	my @rows = values %{ table() };
	wrong("there are " . @rows . " segments after one round") if @rows > 1;
	judge_window($way, $rows[0]) if @rows;
}

sub sums
{
	note("kills: $count{before} before the segment was held, $count{held} while it was, $count{after} after the "
		. "end; $count{window} between shmget(2) and IPC_RMID");
	wrong("not one kill while it was held") if !$count{held};
}

drive(@ARGV, \&round, \&sums);
