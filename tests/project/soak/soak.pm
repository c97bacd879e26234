# SPDX-License-Identifier: MIT
# soak.pm - what the drivers of soak.bats share: programs that are started and killed, and what
# the kernel tells of segments
#
# A driver is process 1 of a PID namespace and alone in an IPC namespace, so that all processes and
# segments there are its own. It attaches no segment: that would make it the last user of it.
package soak;
use strict;
use warnings;
use Exporter 'import';
use POSIX qw(WNOHANG _exit);
our @EXPORT = qw(drive wrong note one_of table start said ended pause_for wait_for children others end_all
	bytes_of MARKED);

use constant MARKED => 01000; # SHM_DEST of <linux/shm.h>

$| = 1;

# It kills all processes that it sees.
die "$0 is for process 1 of a PID namespace of its own\n" if $$ != 1 || others();

# drive SEED, ROUNDS, ROUND, SUMS - runs ROUND so often and then SUMS, until one of them finds what
# is wrong, and ends the program. perl by itself would wait for what its pipes lead to.
sub drive
{
	my ($seed, $rounds, $round, $sums) = @_;
	my $nth = 0;
	srand $seed;
	my $right = eval {
		$round->() while $nth++ < $rounds;
		$sums->();
		1;
	};
	print "round $nth of SHMBOX_SEED=$seed: $@" if !$right;
	end_all();
	_exit($right ? 0 : 1);
}

# one_of LIST - by chance
sub one_of { $_[rand @_] }

# wrong TEXT - the verdict
sub wrong { die "wrong: @_\n" }

# note TEXT - for whoever reads the output of a run
sub note { print "# @_\n" }

# table - the segments that there are: id => { column of /proc/sysvipc/shm => number }
sub table
{
	my %table;
	local $_;
	open my $file, '<', '/proc/sysvipc/shm' or die "/proc/sysvipc/shm: $!\n";
	my @names = split ' ', <$file>;
	while (<$file>) {
		my %row;
		@row{@names} = split;
		$row{perms} = oct $row{perms};
		$row{key} &= 0xffffffff;
		$table{ $row{shmid} } = \%row;
	}
	return \%table;
}

# start NAME, CMD.. - a program in the background: its pid. Its output is in files of that name
sub start
{
	my ($name, @command) = @_;
	unlink "$name.out", "$name.err";
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	open STDIN,  '<', '/dev/null' or _exit(99);
	open STDOUT, '>', "$name.out" or _exit(99);
	open STDERR, '>', "$name.err" or _exit(99);
	{ no warnings 'exec'; exec @command }
	_exit(98);
}

# said NAME.KIND - what a program has printed, KIND being out or err
sub said
{
	open my $file, '<:raw', $_[0] or return '';
	local $/;
	return <$file> // '';
}

# ended PID - waits for a child: its status, or -1 if SIGKILL has ended it
sub ended
{
	my ($pid) = @_;
	local $SIG{ALRM} = sub { wrong("process $pid does not end") };
	alarm 300;
	waitpid($pid, 0) == $pid or die "waitpid $pid: $!\n";
	alarm 0;
	my $signal = $? & 127;
	wrong("process $pid was ended by signal $signal") if $signal && $signal != 9;
	return $signal ? -1 : $? >> 8;
}

sub pause_for { select undef, undef, undef, $_[0] }

# wait_for WHAT, CODE - until CODE is true: for minutes, since the machine may be slow and busy
sub wait_for
{
	my ($what, $code) = @_;
	for my $round (1 .. 60000) {
		my $value = $code->();
		return $value if $value;
		pause_for($round < 1000 ? 0.0005 : 0.005);
	}
	wrong("waited in vain: $what");
}

# children PID - the pids of those of its first thread
sub children
{
	open my $file, '<', "/proc/$_[0]/task/$_[0]/children" or return ();
	return split ' ', <$file> // '';
}

# others - the pids of all processes here but ours, after those that have ended were waited for
sub others
{
	1 while waitpid(-1, WNOHANG) > 0;
	opendir my $proc, '/proc' or die "/proc: $!\n";
	return grep { /^\d+$/ && $_ != $$ } readdir $proc;
}

# end_all - kills all processes here but ours
sub end_all
{
	kill KILL => -1;
	1 while waitpid(-1, 0) > 0;
}

# bytes_of SIZES - the bytes of segments (id => how many): id => string, and nothing for one that
# does not exist. A child of ours reads them: nobody else is the last user, and it has ended.
sub bytes_of
{
	my ($sizes) = @_;
	my @ids = sort keys %$sizes;
	my %bytes;
	my $child = open(my $pipe, '-|') // die "fork: $!\n";
	if (!$child) {
		binmode STDOUT;
		for my $id (@ids) {
			my $there = shmread $id, my $bytes, 0, $sizes->{$id};
			print pack('N', $there ? $sizes->{$id} : 0xffffffff), $there ? $bytes : '';
		}
		close STDOUT;
		_exit(0);
	}
	binmode $pipe;
	for my $id (@ids) {
		read($pipe, my $length, 4) == 4 or die "the reader has ended\n";
		$length = unpack 'N', $length;
		next if $length == 0xffffffff;
		read($pipe, $bytes{$id}, $length) == $length or die "the reader has ended\n";
	}
	close $pipe;
	return \%bytes;
}

1;
