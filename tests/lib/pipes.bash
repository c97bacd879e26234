# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# pipes - sockets and pipes at the other end of a program: slow, small, or not ready
#
# paths.bash loads it, and its teardown restores what pipes_may_have() has changed.
# shellcheck disable=SC2034 # paths_teardown reads largest_before

# pipes_may_have BYTES - until the test ends
pipes_may_have()
{
    largest=$proc/sys/fs/pipe-max-size
    [ -w "$largest" ] || skip "fs.pipe-max-size cannot be set here"
    alone_with "$largest"
    largest_before=$(<"$largest")
    echo "$1" >"$largest"
}

# For perl: asleep PID - it and its children sleep in the kernel, or have ended
# shellcheck disable=SC2016 # perl's variables
asleep='sub asleep { my $pid = shift; open my $stat, "<", "$ENV{proc}/$pid/stat" or return 1;
    (<$stat> // "") =~ /\) [SZ] / or return 0; open my $list, "<", "$ENV{proc}/$pid/task/$pid/children" or return 1;
    asleep($_) or return 0 for split " ", <$list> // ""; 1 }
'

# These run a program, no shell function, with the other kind of standard output or input,
# and copy from there to ours, or from ours into it.

# to_socket CMD..
to_socket()
{
    perl -MSocket -e 'socketpair(my $ours, my $its, AF_UNIX, SOCK_STREAM, 0) or die;
        defined(my $child = fork) or die;
        if (!$child) { open STDOUT, ">&", $its or die; exec @ARGV or die }
        close $its;
        print $bytes while sysread $ours, $bytes, 65536;
        waitpid $child, 0; exit $? >> 8 | $? & 127' "$@"
}

# from_socket CMD..
from_socket()
{
    perl -MSocket -e 'socketpair(my $ours, my $its, AF_UNIX, SOCK_STREAM, 0) or die;
        defined(my $child = fork) or die;
        if (!$child) { open STDIN, "<&", $its or die; exec @ARGV or die }
        close $its;
        while (sysread STDIN, my $bytes, 65536) { print $ours $bytes or die }
        close $ours;
        waitpid $child, 0; exit $? >> 8 | $? & 127' "$@"
}

# to_pipe SIZE CMD.. - a pipe with room for SIZE bytes at first
to_pipe()
{
    perl -e 'pipe my $ours, my $its or die; my $size = 0 + shift;
        (fcntl $its, 1031, $size or die "$!\n") >= $size or die; # F_SETPIPE_SZ
        defined(my $child = fork) or die;
        if (!$child) { open STDOUT, ">&", $its or die; exec @ARGV or die }
        close $its;
        print $bytes while sysread $ours, $bytes, 65536;
        waitpid $child, 0; exit $? >> 8 | $? & 127' "$@"
}

# to_unready CMD.. - a pipe that does not block, and has all that CMD can write before we take
# out the first byte
to_unready()
{
    perl -MFcntl -e "$asleep"'pipe my $ours, my $its or die;
        defined(my $child = fork) or die;
        if (!$child) { fcntl $its, F_SETFL, O_WRONLY | O_NONBLOCK or die;
            open STDOUT, ">&", $its or die; exec @ARGV or die }
        close $its;
        for (my ($before, $now) = (-1, 0); $now == 0 || $now != $before || !asleep($child);) {
            select undef, undef, undef, 0.02;
            ioctl $ours, 0x541b, my $count = pack "i", 0 or die; # FIONREAD
            ($before, $now) = ($now, unpack "i", $count);
        }
        print $bytes while sysread $ours, $bytes, 50001;
        waitpid $child, 0; exit $? >> 8 | $? & 127' "$@"
}

# from_unready CMD.. - a pipe that does not block, and is empty and waited for now and then
from_unready()
{
    perl -MFcntl -e "$asleep"'pipe my $its, my $ours or die;
        defined(my $child = fork) or die;
        if (!$child) { fcntl $its, F_SETFL, O_RDONLY | O_NONBLOCK or die;
            open STDIN, "<&", $its or die; exec @ARGV or die }
        close $its;
        my ($left, $ended) = (pack("i", 1), 0);
        while (sysread STDIN, my $bytes, 500001) {
            do {
                select undef, undef, undef, 0.002;
                ioctl $ours, 0x541b, $left or die; # FIONREAD
                $ended ||= waitpid $child, 1; # WNOHANG
            } until $ended || unpack("i", $left) == 0 && asleep($child);
            syswrite($ours, $bytes) == length $bytes or die;
        }
        close $ours;
        waitpid $child, 0 if !$ended; exit $? >> 8 | $? & 127' "$@"
}

# slowly END FILE CMD.. - CMD writes FILE's bytes to the END (a number: a pipe with so much
# room; "A B C": that gets room B when C bytes were read; or: socket). Then the whole segment
# is overwritten, and only after that the rest of the bytes is read, as much as can be kept
# waiting. They are those of FILE.
slowly()
{
    rm -f "done"
    perl -MSocket -e "$asleep"'my ($end, $size) = splice @ARGV, 0, 2;
        my ($room, $more, $at) = split " ", $end;
        my ($ours, $its);
        if ($end eq "socket") { socketpair $ours, $its, AF_UNIX, SOCK_STREAM, 0 or die }
        else { pipe $ours, $its or die; fcntl $its, 1031, 0 + $room or die "size: $!\n" }
        defined(my $child = fork) or die;
        if (!$child) { open STDOUT, ">&", $its or die; exec @ARGV or die }
        close $its;
        my ($got, $patience) = (0, 50);
        while (1) {
            if ($more && $got >= $at) { fcntl $ours, 1031, 0 + $more or die "size: $!\n"; $more = 0 }
            my $kept = $end eq "socket" ? 300000 : fcntl $ours, 1032, 0;
            if ($size - $got <= $kept && !-e "done" && (!asleep($child) || $patience-- > 0)) {
                select undef, undef, undef, 0.01;
                next;
            }
            $patience = 5 if $patience < 0;
            sysread $ours, my $bytes, $size - $got <= $kept ? $kept / 16 : 65536 or last;
            print $bytes;
            $got += length $bytes;
        }
        waitpid $child, 0; exit $? >> 8 | $? & 127' "$1" "$(stat -c %s "$2")" \
        sh -c '"$@" || exit; perl -e "my (\$id, \$n) = @ARGV; shmwrite(\$id, chr(0x5a) x \$n, 0, \$n) or die" '"$id $(kernel_says "$id" size)"'
            : >done' - "${@:3}" >output 2>err || {
        cat err
        return 1
    }
    [ -e "done" ]
    cmp output "$2" || {
        echo "bytes that differ: $(cmp -l output "$2" | wc -l)"
        return 1
    }
}
