# SPDX-License-Identifier: MIT
# library.pl - what library.c does, by the functions that perl has built in
# usage: perl library.pl OPERATION SIZE COUNT [KEY]
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($operation, $size, $count, $key) = @ARGV;
my ($private, $create, $remove, $piece) = (0, 01000 | 0600, 0, 65536);
my $id = $key && shmget($key, 0, 0);
defined $id or die "shmget: $!";

my %run = (
	allocate => sub {
		my $new = shmget($private, $size, $create) // die "shmget: $!";
		shmctl($new, $remove, 0) or die "shmctl: $!";
	},
	full => sub {
		my $buffer;
		for (my $at = 0; $at < $size; $at += $piece) {
			my $length = $size - $at < $piece ? $size - $at : $piece;
			shmread($id, $buffer, $at, $length) or die "shmread: $!";
		}
	},
	into => sub {
		our $kept; # perl keeps its memory for the next time
		shmread($id, $kept, 0, $size) or die "shmread: $!";
	},
	chunk => sub {
		my $bytes;
		shmread($id, $bytes, 0, $size) or die "shmread: $!";
		undef $bytes; # the memory too, which perl would keep for the next time
	},
);

my $start = clock_gettime(CLOCK_MONOTONIC);
$run{$operation}->() for 1 .. $count;
printf "%.1f\n", (clock_gettime(CLOCK_MONOTONIC) - $start) * 1e9 / $count;
