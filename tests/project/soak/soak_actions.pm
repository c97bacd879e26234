# SPDX-License-Identifier: MIT
# soak_actions.pm - what the programs of soak-model.pl do, and what has to come of it
#
# A segment has 8 counters of 8 bytes, which are added to; a word for a lock; and bytes in two
# halves. What changes the same part of a segment in one round is one action, but for additions.
package soak_actions;
use strict;
use warnings;
use Exporter 'import';
use soak;
use soak_model;
our @EXPORT = qw(%actions %count reap begin_actions);

our %count = map { $_ => 0 } qw(programs killed frozen window);
my $reaping; # in this round segments of one owner are reaped, and none is given to it
my $inputs = 0;
my @modes = qw(600 640 444 0);
my @owners = qw(0:0 4321:4322 4321:4323);
my @keyed = `shmreap --help` =~ /--keyed/ ? '--keyed' : ();

sub begin_actions { $reaping = 0 }

sub text { join '', map { chr(97 + rand 26) } 1 .. $_[0] }

sub succeeded
{
	my ($action, $nth) = @_;
	my $program = $action->{programs}[$nth // 0];
	return 0 if $program->{status} == -1;
	failed($program) if $program->{status} != 0;
	return 1;
}

sub failed
{
	my ($program) = @_;
	wrong("@{ $program->{words} }: status $program->{status}: " . said("$program->{name}.err"));
}

sub printed { said("$_[0]{name}.out") =~ /^(\d+)\n/ ? $1 : failed($_[0]) }

# born PROGRAM, SEGMENT - a program has printed the id of this new segment
sub born
{
	my ($program, $new) = @_;
	my $id = printed($program);
	wrong("$id is twice there, by @{ $program->{words} }") if $segment{$id};
	$segment{$id} = $new;
	$busy{$id}{whole} = 1;
}

# The actions: each returns its programs' words, and code that judges what they did; stays: it goes
# on in the next rounds; lives: it is not to be killed; ends: the holder that ends.
our %actions = (
	create => sub {
		my ($size, $mode) = (4096 + int rand 9000, one_of(@modes));
		my $owner = one_of($reaping ? @owners[0, 1] : @owners);
		my $text = text(rand $size);
		my $input = 'input' . $inputs++ % 64;
		open my $file, '>', $input or die "$input: $!\n";
		print $file $text;
		close $file;
		my $new = { key => 0, size => $size, mode => oct $mode, owner => $owner, marked => 0,
			bytes => $text . "\0" x ($size - length $text) };
		my @words = (qw(shmcreate -m), $mode, '-u', $owner, length $text ? ('-i', $input) : (), $size);
		return { words => [ \@words ], new => $new, judge => sub { born($_[0]{programs}[0], $new) if succeeded($_[0]) } };
	},
	# of two that make a segment with one key, one succeeds; with --reuse both do, and it is the same
	key => sub {
		my $key = 0x700 + int rand 16;
		return if $busy{"key $key"}++ || grep { $_->{key} == $key } values %segment;
		my $reuse = rand() < 0.5;
		my $new = { key => $key, size => 4096, mode => 0600, owner => '0:0', marked => 0, bytes => "\0" x 4096 };
		my @words = ('shmcreate', $reuse ? '-r' : (), '-k', $key, 4096);
		return { words => [ \@words, \@words ], new => $new, judge => sub {
			my @programs = @{ $_[0]{programs} };
			my @well = grep { $_->{status} == 0 } @programs;
			my @killed = grep { $_->{status} == -1 } @programs;
			failed($_) for grep { $_->{status} > 0 && !($_->{status} == 5 && !$reuse && (@well || @killed)) } @programs;
			wrong("two have made key $key") if @well == 2 && (!$reuse && printed($well[0]) != printed($well[1]));
			wrong("two have made key $key") if @well == 2 && !$reuse;
			wrong("two segments have key $key") if @well == 2 && printed($well[0]) != printed($well[1]);
			born($well[0], $new) if @well;
		} };
	},
	write => sub {
		my $nth = int rand 2;
		my $id = take("half$nth") // return;
		my ($at, $length) = half($id, $nth);
		my $text = text($length);
		return { words => [ [ qw(shmwrite -o), $at, '-a', $text, $id ] ], judge => sub {
			change($id, $at, $text, succeeded($_[0]));
		} };
	},
	wipe => sub {
		my $nth = int rand 2;
		my $id = take("half$nth") // return;
		my ($at, $length) = half($id, $nth);
		return { words => [ [ qw(shmwipe -f), one_of('-o', '-ro'), $at, '-l', $length, $id ] ], judge => sub {
			change($id, $at, "\0" x $length, succeeded($_[0]));
		} };
	},
	add => sub {
		my $id = take('some') // return;
		my @numbers = map { 1 + int rand 1000 } 1 .. 1 + rand 4;
		my @words = map { "u64\@" . 8 * $_ . "+=$numbers[$_]" } 0 .. $#numbers;
		return { words => [ [ 'shmpoke', $id, @words ] ], judge => sub {
			push @{ $adds{$id} }, { numbers => \@numbers, sure => succeeded($_[0]) };
		} };
	},
	# a wait ends when the counter has what is added meanwhile
	wait => sub {
		my $id = take('some') // return;
		my $wanted = 5 + unpack 'Q', $segment{$id}{bytes};
		return { words => [ [ qw(shmwait -q), $id, qw(u64@0 ge), $wanted ], [ 'shmpoke', $id, 'u64@0+=5' ] ],
			lives => 1, judge => sub {
				succeeded($_[0], $_) for 0, 1;
				push @{ $adds{$id} }, { numbers => [5], sure => 1 };
			} };
	},
	# of several that take a lock, one gets it
	lock => sub {
		my $id = take('lock') // return;
		my $old = unpack 'x64 Q', $segment{$id}{bytes};
		my @new = map { 1 + $old + $_ } 0 .. 1 + int rand 2;
		return { words => [ map { [ qw(shmpoke -e), $old, $id, "u64\@64=$_" ] } @new ], judge => sub {
			my @status = map { $_->{status} } @{ $_[0]{programs} };
			my @well = grep { $status[$_] == 0 } 0 .. $#new;
			my @killed = grep { $status[$_] == -1 } 0 .. $#new;
			wrong("lock $id: statuses @status") if @well > 1 || @well + @killed == 0 || grep { $_ > 0 && $_ != 7 } @status;
			my @options = @well ? $new[ $well[0] ] : @new[@killed];
			push @options, $old if !@well && @killed == @new;
			push @{ $change{$id} }, { at => 64, length => 8, options => [ map { pack 'Q', $_ } @options ] };
		} };
	},
	read => sub {
		my $id = take('some') // return;
		my ($at, $length) = half($id, int rand 2);
		return { words => [ [ qw(shmcat -o), $at, '-l', $length, $id ] ], verify => sub {
			my ($program) = @{ $_[0]{programs} };
			may_be($id, $at, said("$program->{name}.out"), "read of") if succeeded($_[0]);
		} };
	},
	# a copy of one moment has of each list of additions a part from its beginning. One at a time:
	# a process that is stopped already is refused.
	freeze => sub {
		my $id = take('some') // return;
		return { words => [ [ qw(shmcat -Z), $id ] ], freezes => 1, verify => sub {
			# a slow machine may not stop a process in two seconds
			return if said("$_[0]{programs}[0]{name}.err") =~ /does not stop/ || !succeeded($_[0]);
			my $bytes = said("$_[0]{programs}[0]{name}.out");
			wrong("a frozen copy of $id is " . length($bytes) . " bytes long") if length $bytes != $segment{$id}{size};
			may_count($id, $bytes, 0, "frozen");
			may_be($id, 128, substr($bytes, 128), "frozen");
			$count{frozen}++;
		} };
	},
	hold => sub {
		my $id = take('some') // return;
		return { words => [ [ 'shmattach', one_of([], ['-r'])->@*, $id ] ], stays => 1, judge => sub {
			my ($program) = @{ $_[0]{programs} };
			return if $program->{status} == -1;
			failed($program) if $program->{status} != -2;
			$holder{ $program->{pid} } = $id;
		} };
	},
	scratch => sub {
		my $new = { key => 0, size => 4096, mode => 0600, owner => '0:0', marked => 1, bytes => "\0" x 4096 };
		return { words => [ [ qw(shmattach scratch:4096) ] ], new => $new, stays => 1, judge => sub {
			my ($program) = @{ $_[0]{programs} };
			return if $program->{status} == -1;
			failed($program) if $program->{status} != -2;
			born($program, $new);
			$holder{ $program->{pid} } = printed($program);
		} };
	},
	release => sub {
		my $id = take('whole') // return;
		my $pid = one_of(holders_of($id)) // return;
		my $signal = one_of('TERM', 'KILL');
		return { words => [], ends => { signal => $signal, pid => $pid }, judge => sub {
			my $status = $_[0]{programs}[0]{status};
			wrong("a holder ended with status $status") if $status != ($signal eq 'TERM' ? 0 : -1);
			delete $holder{$pid};
			delete $segment{$id} if $segment{$id}{marked} && !holders_of($id);
		} };
	},
	remove => sub {
		my $id = take('whole') // return;
		my @words = map { [ 'shmrm', $id ] } 0 .. int rand 2;
		unshift @words, [ qw(shmwait -q), $id, 'gone' ] if rand() < 0.5 && !holders_of($id);
		return { words => \@words, lives => $words[0][0] eq 'shmwait', judge => sub {
			my @programs = @{ $_[0]{programs} };
			my @well = grep { $_->{status} == 0 } @programs;
			my $killed = grep { $_->{status} == -1 } @programs;
			failed($_) for grep { $_->{status} > 0 && !($_->{status} == 3 && (@well || $killed)) } @programs;
			removed($id, !@well);
		} };
	},
	refuse => sub {
		my $id = take('some') // return;
		return if !holders_of($id);
		return { words => [ [ qw(shmrm --if-unattached), $id ] ], judge => sub {
			failed($_) for grep { $_->{status} != 7 && $_->{status} != -1 } @{ $_[0]{programs} };
		} };
	},
	set => sub {
		my $id = take('whole') // return;
		my $mode = one_of(@modes);
		my $owner = one_of($reaping ? @owners[0, 1] : @owners);
		return { words => [ [ qw(shmset -m), $mode, '-u', $owner, $id ] ], judge => sub {
			my $row = $after->{$id} // wrong("shmset has removed $id");
			my @old = @{ $segment{$id} }{qw(mode owner)};
			@{ $segment{$id} }{qw(mode owner)} = (oct $mode, $owner)
				if succeeded($_[0]) || ($row->{perms} & 0777) != $old[0] || "$row->{uid}:$row->{gid}" ne $old[1];
		} };
	},
);

# reap - what has the owner that is reaped: those that no process holds are removed
sub reap
{
	my @ids = grep { $segment{$_}{owner} eq '4321:4323' } keys %segment;
	return if grep { $busy{$_} } @ids;
	$busy{$_}{whole} = 1 for @ids;
	$reaping = 1;
	return { words => [ [ qw(shmreap --remove --idle 0 --owner 4321:4323), @keyed ] ], judge => sub {
		my $sure = succeeded($_[0]);
		for my $id (grep { !holders_of($_) } @ids) {
			# a living process may have the pid of its creator or last user by now
			my $unsure = !$sure || $segment{$id}{key} && !@keyed || grep { $holder{$_} || $started{$_} } @{ $before->{$id} }{qw(cpid lpid)};
			removed($id, $unsure);
		}
	} };
}

1;
