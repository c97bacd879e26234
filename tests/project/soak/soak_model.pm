# SPDX-License-Identifier: MIT
# soak_model.pm - the model of soak-model.pl: what has to be true of segments
package soak_model;
use strict;
use warnings;
use Exporter 'import';
use soak;
our @EXPORT = qw(%segment %holder %busy %change %adds holders_of take half removed change may_be may_count
	begin_round look compare %started $before $after);

our %segment; # id => key, size, mode, owner, bytes, marked; unsure: each byte is that or 0
our %holder;  # pid => id that it has attached
our %busy;    # id => part => 1: what an action of this round uses
our %change;  # id => at, length, options: what the bytes there may be after this round; old: or each its old one
our %adds;    # id => numbers, sure: each is added to the counter in its place, one after the other
our %started; # pid => 1: a program of this round
our ($before, $after); # the kernel's tables, before and after the programs of this round

sub begin_round
{
	(%busy, %change, %adds, %started) = ();
	$before = table();
}

# look - all programs of this round have ended
sub look { $after = table() }

sub holders_of { my ($id) = @_; grep { $holder{$_} == $id } keys %holder }

# take PART - a segment that no action uses whole, and this part of it none: its id
sub take
{
	my ($part) = @_;
	my $id = one_of(grep {
		my $busy = $busy{$_} // {};
		!$busy->{whole} && ($part eq 'whole' ? !%$busy : $part eq 'some' || !$busy->{$part})
	} sort { $a <=> $b } keys %segment) // return undef;
	$busy{$id}{$part} = 1;
	return $id;
}

# half ID, NTH - a random range in a half of its bytes: offset and length
sub half
{
	my ($id, $nth) = @_;
	my $length = int(($segment{$id}{size} - 128) / 2);
	my $skip = int rand $length;
	return (128 + $nth * $length + $skip, 1 + int rand($length - $skip));
}

# removed ID, UNSURE - it is gone, or marked if it is held; if that is unsure, it may also be as it was
sub removed
{
	my ($id, $unsure) = @_;
	return if $unsure && $after->{$id} && !($after->{$id}{perms} & MARKED);
	if (holders_of($id)) {
		@{ $segment{$id} }{qw(marked key)} = (1, 0);
	} else {
		delete $segment{$id};
	}
}

# change ID, AT, BYTES, SURE - they were put there; if that is unsure, each may be the old one
sub change
{
	my ($id, $at, $bytes, $sure) = @_;
	my $old = substr $segment{$id}{bytes}, $at, length $bytes;
	push @{ $change{$id} }, { at => $at, length => length $bytes, options => [$bytes], old => $sure ? undef : $old };
}

# mixed GOT, A, B - each byte is that of the one or of the other
sub mixed
{
	my ($got, $a, $b) = @_;
	return 1 if $got eq $a || $got eq $b;
	return 0 if length $got != length $a;
	for (0 .. length($got) - 1) {
		my $byte = substr $got, $_, 1;
		return 0 if $byte ne substr($a, $_, 1) && $byte ne substr($b, $_, 1);
	}
	return 1;
}

# may_be ID, AT, BYTES, WHAT - these were read during the round: each is old or new
sub may_be
{
	my ($id, $at, $bytes, $what) = @_;
	my $old = $segment{$id}{bytes};
	my $new = $old;
	substr($new, $_->{at}, $_->{length}) = $_->{options}[-1] for grep { $_->{at} >= 128 } @{ $change{$id} // [] };
	wrong("$what $id: bytes that it never had")
		if !mixed($bytes, map { substr $_, $at, length $bytes } $old, $new);
}

# may_count ID, BYTES, SURE, WHAT - the counters in BYTES are sums that can be; those that are SURE are complete
sub may_count
{
	my ($id, $bytes, $sure, $what) = @_;
	my @sums = ([ unpack 'Q8', $segment{$id}{bytes} ]);
	for my $add (@{ $adds{$id} // [] }) {
		my @numbers = @{ $add->{numbers} };
		my @next;
		for my $sum (@sums) {
			for my $done ($sure && $add->{sure} ? scalar @numbers : 0 .. @numbers) {
				my @new = @$sum;
				$new[$_] += $numbers[$_] for 0 .. $done - 1;
				push @next, \@new;
			}
		}
		@sums = @next;
	}
	my $got = join ' ', unpack 'Q8', $bytes;
	wrong("$what $id: counters $got, wanted: " . join ' or ', map { "@$_" } @sums) if !grep { "@$_" eq $got } @sums;
}

# compare EVERYTHING - the kernel's table with the model, and the bytes of what was changed or of all
sub compare
{
	my ($everything) = @_;
	for my $id (sort { $a <=> $b } keys %segment) {
		my $wanted = $segment{$id};
		my $row = $after->{$id} // wrong("segment $id is gone");
		my $facts = sprintf 'key=%x mode=%o owner=%s size=%d attached=%d', $wanted->{key},
			$wanted->{mode} | ($wanted->{marked} ? MARKED : 0), $wanted->{owner}, $wanted->{size}, scalar holders_of($id);
		my $got = sprintf 'key=%x mode=%o owner=%s size=%d attached=%d', $row->{key},
			$row->{perms} & (0777 | MARKED), "$row->{uid}:$row->{gid}", $row->{size}, $row->{nattch};
		wrong("segment $id: $got, wanted: $facts") if $got ne $facts;
	}
	my @unknown = grep { !$segment{$_} } keys %$after;
	wrong("segments that no program has made: @unknown") if @unknown;
	my @ids = grep { $everything || $busy{$_} } keys %segment;
	my $bytes = bytes_of({ map { $_ => $segment{$_}{size} } @ids });
	settle($_, $bytes->{$_} // wrong("segment $_ cannot be read")) for @ids;
}

# settle ID, BYTES - these are what this round may have made of it, and are the model's from now on
sub settle
{
	my ($id, $bytes) = @_;
	my $wanted = $segment{$id}{bytes};
	if (delete $segment{$id}{unsure}) {
		wrong("segment $id: other bytes than its input") if !mixed($bytes, $wanted, "\0" x length $wanted);
		$segment{$id}{bytes} = $bytes;
		return;
	}
	may_count($id, $bytes, 1, 'segment');
	substr($wanted, 0, 64) = substr $bytes, 0, 64;
	for my $change (@{ $change{$id} // [] }) {
		my $got = substr $bytes, $change->{at}, $change->{length};
		my @options = @{ $change->{options} };
		wrong("segment $id: other bytes at $change->{at} than were put there")
			if !grep { mixed($got, $_, $change->{old} // $_) } @options;
		substr($wanted, $change->{at}, $change->{length}) = $got;
	}
	if ($bytes ne $wanted) {
		my ($same) = ($bytes ^ $wanted) =~ /^(\0*)/;
		wrong("segment $id: a byte has changed that no program put there, at " . length $same);
	}
	$segment{$id}{bytes} = $bytes;
}

1;
