# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# paths - what the tests of the ways between segments and descriptors share
#
# Which way is taken depends on the right to open /proc/self/map_files, on what is at the
# other end and on what the segment holds. Expected bytes are files that perl made.
# Whoever loads this calls paths_setup and paths_teardown.

# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/pipes.bash"

paths_setup()
{
    common_setup
    find_rights
}

paths_teardown()
{
    [ -z "${largest_before-}" ] || echo "$largest_before" >"$largest"
    common_teardown
}

# ---- rights ----

# be RIGHT - the words in front of a command that give it this right, in the array as: cap
# may open map_files, no_cap may not, and kernel may not either, and lets the kernel copy
be()
{
    local less=-sys_admin,-checkpoint_restore
    as=()
    [ "$1" = cap ] || as=(setpriv --bounding-set="$less" --inh-caps="$less" --)
    [ "$1" != kernel ] || as+=(perl -e "$lacks" "$populate")
}

opens_map_files()
{
    "${as[@]}" perl -e 'opendir my $dir, "/proc/self/map_files" or exit 1;
        my ($name) = grep /-/, readdir $dir;
        open my $file, "<", "/proc/self/map_files/$name" or exit 1'
}

# Which of the two there are here, in the array rights: an ordinary user has but one.
find_rights()
{
    rights=(no_cap)
    be no_cap
    if opens_map_files; then
        echo "the right to open map_files cannot be given up"
        return 1
    fi
    be cap
    if opens_map_files; then
        rights=(cap no_cap)
    fi
}

needs_cap()
{
    [ "${rights[0]}" = cap ] || skip "needs CAP_SYS_ADMIN of the first user namespace, to open map_files"
    be cap
}

# ---- layouts ----

# Files with the bytes of segments, in $layouts: without a hole; with data in the first
# page, across two in the middle and in the odd last one; with every second page; with
# nothing; and one too small for any but a plain copy.
make_layouts()
{
    export layouts=$BATS_FILE_TMPDIR/layouts
    mkdir "$layouts"
    cd "$layouts" || return
    noise 5242883 >full
    head -c 4097 full >small
    perl -e 'my ($whole, $size) = (join("", <STDIN>), 5242883);
        sub make { my ($name, @pieces) = @_;
            open my $file, ">:raw", $name or die;
            for (@pieces) { seek $file, $$_[0], 0; print $file substr $whole, $$_[0], $$_[1] }
            truncate $file, $size or die; }
        make("sparse", [0, 4096], [2621540, 5000], [5242880, 3]);
        make("scattered", map [8192 * $_, 4096], 0 .. 639);
        make("empty");' <full
}

# segment_like FILE - a segment with these bytes, where only what is not zero has pages
segment_like()
{
    segment --noreserve "$(stat -Lc %s "$1")"
    put "$id" "$1"
}

# put ID FILE - the pages of FILE that hold something, by perl
put()
{
    perl -e 'my ($id, $name, $at) = (@ARGV, 0);
        open my $file, "<:raw", $name or die "$name: $!\n";
        for (; my $got = read $file, my $page, 4096; $at += $got) {
            next if $page !~ /[^\0]/;
            shmwrite($id, $page, $at, $got) or die "shmwrite: $!\n";
        }' "$1" "$2"
}

# holds FILE - the segment $id has exactly these bytes, as perl sees them
holds()
{
    peek "$id" 0 "$(stat -Lc %s "$1")" | same_bytes "$1"
}

# Where swap is in use mincore(2) tells too little, and is not asked.
swapless()
{
    [ "$(wc -l <"$proc/swaps")" = 1 ] || skip "swap is in use on this machine"
}

resident()
{
    kernel_says "$1" rss
}

# occupied FILE - the bytes that it takes on the disk
occupied()
{
    echo $(($(stat -c %b "$1") * $(stat -c %B "$1")))
}

# ---- verdicts ----

# told WANTED - standard error of the last run in the file err: one line of --verbose that
# begins so
told()
{
    like "what --verbose says" "$1: *" "$(<err)"
    same "lines on standard error" 1 "$(wc -l <err)"
}

# took WORD.. - and it has these words, and not those with a - in front
took()
{
    local word line
    line=$(<err)
    for word; do
        case $word in
        -*) [[ ! $line =~ [,:\;]\ ${word#-}(,|\;|$) ]] ;;
        *) [[ $line =~ [,:\;]\ $word(,|\;|$) ]] ;;
        esac || {
            printf 'wanted in what --verbose says: %s\ngot: %s\n' "$word" "$line"
            return 1
        }
    done
}


# ---- refusals ----

# refusing CALLS HOW CMD.. - where these system calls fail (strace -e inject)
refusing()
{
    # the leak checker cannot work under a tracer
    ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" UBSAN_OPTIONS="$UBSAN_OPTIONS:detect_leaks=0" \
        "${as[@]}" strace -f -qq -o trace -e trace="$1" -e inject="$1:$2" "${@:3}"
}

# refused - the last command of refusing() did meet a refusal
refused()
{
    grep -q INJECTED trace || { echo "nothing was refused"; return 1; }
}

# perl's, to run a command where madvise(2) knows none of these numbers, as on an older kernel
lacks='require "syscall.ph";
        my @known = split " ", shift;
        # struct seccomp_data: the number of the call, and its third argument
        my @filter = ([0x20, 0, 0, 0], [0x15, 0, 1 + @known, &SYS_madvise], [0x20, 0, 0, 32]);
        push @filter, [0x15, @known - $_, 0, $known[$_]] for 0 .. $#known;
        push @filter, [0x06, 0, 0, 0x7fff0000], [0x06, 0, 0, 0x00050016]; # go on, or EINVAL
        my $code = join "", map { pack "SCCL", @$_ } @filter;
        my $program = pack "Sx![P]P", scalar @filter, $code;
        syscall(&SYS_prctl, 38, 1, 0, 0, 0) == 0 or die "no new privileges: $!\n";
        syscall(&SYS_prctl, 22, 2, $program) == 0 or die "filter: $!\n";
        exec @ARGV or die'

# of madvise(2): since 5.4, and since 5.14
# shellcheck disable=SC2034 # the tests read it
cold="20 21"
populate="22 23"

# lacking ADVICE CMD.. - such a command
lacking()
{
    "${as[@]}" perl -e "$lacks" "$@"
}

# ---- the bytes ----

# piped FILE CMD.. - CMD succeeds, its standard error is in the file err, and through a pipe
# come the bytes of FILE
piped()
{
    local wanted=$1 code=unknown
    shift
    { "$@" 2>err && code=0 || code=$?; echo "$code" >code; } | cmp - "$wanted" || {
        cat err
        return 1
    }
    same "status" 0 "$(<code)"
}

# filed FILE CMD.. - the same by way of a fresh file, whose name is output
filed()
{
    local wanted=$1
    shift
    rm -f output
    "$@" >output 2>err || {
        cat err
        return 1
    }
    cmp output "$wanted"
}
