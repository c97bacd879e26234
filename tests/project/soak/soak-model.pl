# SPDX-License-Identifier: MIT
# soak-model.pl - all that one does with segments, by several programs at a time, against a model
#
# usage: perl soak-model.pl SEED ROUNDS
#
# The model knows which segments there are, with which bytes, key, mode and owner, and which
# processes hold them. In each round a few programs run at the same time, and some are killed at a
# random moment; then the kernel's table and the bytes are compared with the model. What was killed
# may have done its work, a part of it or nothing: the model takes over which, if it was one of these.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use soak;
use soak_model;
use soak_actions;

my $range = 0.005; # seconds: the moments of kills are spread over what a program takes here

# begin ACTION - starts its programs, and kills some before it starts the next
sub begin
{
	my ($action) = @_;
	if (my $ends = $action->{ends}) {
		kill $ends->{signal} => $ends->{pid};
		push @{ $action->{programs} }, { words => ['shmattach'], name => 'none', pid => $ends->{pid} };
	}
	for my $words (@{ $action->{words} }) {
		my $name = 'program' . $count{programs}++ % 64;
		my $program = { words => $words, name => $name, pid => start($name, @$words) };
		push @{ $action->{programs} }, $program;
		$started{ $program->{pid} } = 1;
		next if $action->{lives} || rand() < 0.65;
		$program->{moment} = rand $range;
		end_at(0, $program) if rand() < 0.5;
	}
}

# end_at NOW, PROGRAM - kills it at its moment: that
sub end_at
{
	my ($now, $program) = @_;
	pause_for($program->{moment} - $now);
	kill KILL => $program->{pid};
	$program->{killed} = 1;
	return $program->{moment};
}

# kill_some ACTIONS - what was not killed before the next program began, when all run
sub kill_some
{
	my $now = 0;
	my @victims = grep { defined $_->{moment} && !$_->{killed} } map { @{ $_->{programs} } } @_;
	$now = end_at($now, $_) for sort { $a->{moment} <=> $b->{moment} } @victims;
}

# finish ACTION - waits for its programs, or until those that stay hold a segment: status -2
sub finish
{
	my ($action) = @_;
	for my $program (@{ $action->{programs} }) {
		my $stays = $action->{stays} && !defined $program->{moment};
		wait_for("@{ $program->{words} } holds it or ends", sub {
			said("$program->{name}.out") =~ /\n/ || said("/proc/$program->{pid}/stat") =~ /\) Z / }) if $stays;
		$program->{status} = $stays && said("$program->{name}.out") =~ /\n/ ? -2 : ended($program->{pid});
		next if !defined $program->{moment};
		$count{killed} += $program->{status} == -1;
		$range *= $program->{status} == -1 ? 1.05 : 0.95;
	}
}

# all_ended ACTIONS - until no process is left but those that hold a segment
sub all_ended
{
	my %living = map { $_ => 1 } keys %holder;
	for my $program (map { @{ $_->{programs} } } @_) {
		delete $living{ $program->{pid} };
		$living{ $program->{pid} } = 1 if $program->{status} == -2;
	}
	wait_for('all programs end', sub { others() == keys %living });
}

# adopt ACTIONS - what programs have made that were killed is the model's from now on
sub adopt
{
	my %maker = map { my $action = $_; map { $_->{pid} => $action } @{ $action->{programs} } } grep { $_->{new} } @_;
	for my $id (grep { !$segment{$_} && $maker{ $after->{$_}{cpid} } } keys %$after) {
		my $row = $after->{$id};
		my $action = $maker{ $row->{cpid} };
		my %new = %{ $action->{new} };
		my $facts = join ' ', map { "$_=$row->{$_}" } sort keys %$row;
		wrong("nobody was told of $facts") if grep { $_->{pid} == $row->{cpid} && $_->{status} != -1 } @{ $action->{programs} };
		wrong("of another key or size: $facts") if $row->{key} != $new{key} || $row->{size} != $new{size};
		# a scratch segment without its mark: see soak-kills.pl
		wrong("used by another: $facts") if $row->{lpid} && $row->{lpid} != $row->{cpid} || $row->{nattch};
		wrong("of another owner: $facts") if "$row->{uid}:$row->{gid}" ne '0:0' && "$row->{uid}:$row->{gid}" ne $new{owner};
		wrong("with another mode: $facts") if $row->{perms} != 0600 && $row->{perms} != $new{mode};
		$count{window} += $new{marked};
		@new{qw(mode owner marked)} = ($row->{perms}, "$row->{uid}:$row->{gid}", 0);
		$segment{$id} = { %new, unsure => 1 };
		$busy{$id}{whole} = 1;
	}
}

# run - as it should be after a freeze, whether that was killed or not: no holder is stopped
sub run_on
{
	for my $pid (keys %holder) {
		wait_for("holder $pid goes on", sub { said("/proc/$pid/stat") =~ /\) S / });
	}
}

my $nth = 0;

# story ACTIONS - for a message: what ran in this round, and how it ended
sub story
{
	return join '', map { "in the round: @{ $_->{words} }: " . ($_->{status} // 'runs') . ' ' . said("$_->{name}.err") . "\n" }
		map { @{ $_->{programs} // [] } } @_;
}

sub round
{
	my @actions;
	eval { try_round(\@actions); 1 } or die $@ . story(@actions);
}

sub try_round
{
	my ($actions) = @_;
	begin_round();
	begin_actions();
	push @$actions, reap() if rand() < 0.1;
	my @names = sort keys %actions;
	@names = (@names, ('remove') x 3) if keys %segment > 16;
	@names = ('create', 'create', @names) if keys %segment < 8;
	push @$actions, $actions{ one_of(@names) }->() for 1 .. 3 + rand 4;
	begin($_) for @$actions;
	kill_some(@$actions);
	finish($_) for @$actions;
	all_ended(@$actions);
	look();
	$_->{judge} && $_->{judge}->($_) for @$actions;
	adopt(@$actions);
	$_->{verify} && $_->{verify}->($_) for @$actions;
	run_on() if grep { $_->{freezes} } @$actions;
	compare($nth++ % 16 == 0);
}

sub sums
{
	begin_round();
	look();
	compare(1);
	note("$count{programs} programs, $count{killed} killed; $count{frozen} frozen copies; "
		. "$count{window} scratch segments left between shmget(2) and IPC_RMID");
	wrong('a part of this was not tried') if grep { !$count{$_} } qw(killed frozen);
}

drive(@ARGV, \&round, \&sums);
