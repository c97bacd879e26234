# SPDX-License-Identifier: MIT
# when there is no memory for more, and how much the program takes for itself
# needs: glibc
# labels: offline unprivileged

setup_file()
{
    head -c 209715200 /dev/zero | tr '\0' x >"$BATS_FILE_TMPDIR/input"
}

setup()
{
    load ../lib/helper
    load ../lib/paths
    load ../lib/cgroup
    paths_setup
    rights+=(kernel)
}

teardown()
{
    cgroup_teardown
    paths_teardown
}

# ---- a memory cgroup that is too small, with an uninvolved process in it ----

# crowded - $group gets 96 MiB, and the process $neighbour has 20 of them
crowded()
{
    # a build that checks leaks or counts lines needs memory at the end, when there is none for
    # any process: another build is tested instead
    if counts_lines; then
        [ -e "$SHMBOX_SOURCE/build/glibc/bin" ] || skip "needs build/glibc"
        PATH=$SHMBOX_SOURCE/build/glibc/bin:$PATH
    fi
    together_with /proc/swaps
    swapless
    memory_group 100663296
    start in_group perl -e '$| = 1; my $own = "n"; $own x= 20 << 20; print "here\n"; sleep 3600'
    wait_until test -s out
    neighbour=$pid
    ln -sf "$BATS_FILE_TMPDIR/input" input
}

neighbour_lives()
{
    kill -0 "$neighbour" || { echo "the neighbour is dead"; return 1; }
}

# killed_after - checks that some, and not all, was written, and that as much as was said
killed_after()
{
    [ "$1" -gt 1000000 ]
    [ "$1" -lt 100663296 ]
    perl -e 'my ($id, $n) = @ARGV; my $pages = "x" x 65536;
        for (my $at = 0; $at < $n; $at += 65536) {
            my $length = $n - $at < 65536 ? $n - $at : 65536;
            shmread($id, my $bytes, $at, $length) or die;
            $bytes eq substr($pages, 0, $length) or die "not written: $at\n";
        }' "$id" "$1"
}

@test "shmwrite of a file is killed, not another process: status 6, with amount and total" {
    for right in "${rights[@]}"; do
        be "$right"
        crowded
        segment --noreserve 200M
        run -6 --separate-stderr in_group "${as[@]}" shmwrite --input input "$id"
        [[ ${stderr_lines[0]} =~ ^"shmwrite: $id: "([0-9]+)" of 209715200 bytes written: killed because memory ran out"$ ]] ||
            { echo "said: $stderr"; return 1; }
        same "standard output" "" "$output"
        neighbour_lives
        killed_after "${BASH_REMATCH[1]}"
        ipcrm -m "$id"
        cgroup_teardown
    done
}

@test "shmwrite of a pipe is killed, not another process: status 6, with the amount" {
    for right in "${rights[@]}"; do
        be "$right"
        crowded
        segment --noreserve 200M
        run -6 --separate-stderr in_group "${as[@]}" shmwrite "$id" < <(cat input)
        [[ ${stderr_lines[0]} =~ ^"shmwrite: $id: "([0-9]+)" bytes written: killed because memory ran out"$ ]] ||
            { echo "said: $stderr"; return 1; }
        neighbour_lives
        killed_after "${BASH_REMATCH[1]}"
        ipcrm -m "$id"
        cgroup_teardown
    done
}

# creates_nothing OPTION.. - shmcreate is killed, and no segment remains
creates_nothing()
{
    for right in "${rights[@]}"; do
        be "$right"
        crowded
        run -6 --separate-stderr in_group "${as[@]}" shmcreate --noreserve "$@"
        like "message" "shmcreate: *[0-9] of 209715200 bytes written: killed because memory ran out" "${stderr_lines[0]}"
        same "standard output" "" "$output"
        same "segments" "$(<before)" "$(segments)"
        neighbour_lives
        cgroup_teardown
    done
}

@test "shmcreate --input is killed, not another process, and its segment is removed" {
    creates_nothing --input input
}

@test "shmcreate --populate is killed, not another process, and its segment is removed" {
    creates_nothing --populate 200M
}

@test "shmrestore is killed, not its neighbour, and none of its segments stays" {
    crowded
    segment 5000
    first=$id
    segment --noreserve 200M
    shmwrite --input input "$id"
    shmdump "$first" "$id" >archive.tar
    ipcrm -m "$id"
    segments >now
    for way in file pipe; do
        [ "$way" = file ] && set -- archive.tar || set --
        run -6 --separate-stderr in_group shmrestore "$@" < <(cat archive.tar)
        like "message" "shmrestore: id-$id: [1-9]* bytes written: killed because memory ran out" "${stderr_lines[0]}"
        same "standard output" "" "$output"
        segments | diff now -
        neighbour_lives
    done
}

@test "reading an input into memory is killed, not another process: status 6, with the amount" {
    crowded
    run -6 --separate-stderr in_group shmcreate --noreserve --input - < <(cat input)
    like "message" "shmcreate: standard input: [1-9]* bytes read: killed because memory ran out" "${stderr_lines[0]}"
    same "standard output" "" "$output"
    same "segments" "$(<before)" "$(segments)"
    neighbour_lives
    cgroup_teardown
    crowded
    segment --noreserve 200M
    run -6 --separate-stderr in_group shmwrite --hex "$id" < <(perl -e 'print "78" x 500000, "\n" for 1 .. 400')
    like "message" "shmwrite: standard input: [1-9]* bytes read: killed because memory ran out" "${stderr_lines[0]}"
    neighbour_lives
    same "resident" 0 "$(resident "$id")"
}

@test "an input that fits into memory, but not together with its segment, is killed while it fills that" {
    for right in "${rights[@]}"; do
        be "$right"
        crowded
        run -6 --separate-stderr in_group "${as[@]}" shmcreate --noreserve --input - < <(head -c 50000000 input)
        like "message" "shmcreate: *[0-9] of 50000000 bytes written: killed because memory ran out" "${stderr_lines[0]}"
        same "segments" "$(<before)" "$(segments)"
        neighbour_lives
        cgroup_teardown
    done
}

@test "shmwrite --zero-rest is killed, not another process" {
    for right in "${rights[@]}"; do
        be "$right"
        crowded
        segment --noreserve 200M
        # holes stay holes, or it is killed: both are right
        run --separate-stderr in_group "${as[@]}" shmwrite --zero-rest --text x "$id"
        case $status in
        0) [ "$(resident "$id")" -lt 100663296 ] ;;
        6) like "message" "shmwrite: $id: *[0-9] *bytes written: killed because memory ran out" "${stderr_lines[0]}" ;;
        *) false ;;
        esac
        neighbour_lives
        ipcrm -m "$id"
        cgroup_teardown
    done
}

@test "reading kills no process: holes larger than the memory are read" {
    crowded
    segment --noreserve 1G
    printf end | shmwrite --offset -3 "$id"
    for right in "${rights[@]}"; do
        be "$right"
        same "bytes" 1073741824 "$(in_group "${as[@]}" shmcat "$id" | wc -c)"
        neighbour_lives
    done
}

# ---- what the program takes for itself ----

# peak NAME CMD.. - the largest resident size in KiB that CMD and its children had, if they are
# called NAME when they end, in the file peak; no shell function. Each is stopped right before
# it ends, when the kernel still has the number.
peak()
{
    perl -e 'require "syscall.ph"; my $name = shift;
        pipe my $wait, my $go or die;
        defined(my $child = fork) or die;
        if (!$child) { close $go; sysread $wait, my $byte, 1; exec @ARGV or die }
        # PTRACE_SEIZE with PTRACE_O_TRACEFORK, _TRACEVFORK, _TRACECLONE and _TRACEEXIT
        syscall(&SYS_ptrace, 0x4206, $child, 0, 0x4e) == 0 or die "ptrace: $!\n";
        close $go;
        my ($peak, $looks, $result) = (0, 0, 0);
        sub look { my $pid = shift;
            open my $status, "<", "/proc/$pid/status" or return;
            my $all = join "", <$status>;
            return if $all !~ /^Name:\t\Q$name\E$/m;
            $looks++;
            $peak = $1 if $all =~ /^VmHWM:\s+(\d+)/m && $1 > $peak; }
        # waitpid in perl does not report stopped processes
        my $status = pack "i", 0;
        while ((my $pid = syscall(&SYS_wait4, -1, $status, 0x40000000, 0)) > 0) { # __WALL
            my $news = unpack "i", $status;
            if (($news & 0xff) != 0x7f) { $result = $news if $pid == $child; next }
            my ($signal, $event) = ($news >> 8 & 0xff, $news >> 16);
            look($pid) if $event == 6; # PTRACE_EVENT_EXIT
            syscall(&SYS_ptrace, 7, $pid, 0, $event ? 0 : $signal); # PTRACE_CONT
        }
        die "status $result\n" if $result;
        die "no end of $name was seen\n" if !$looks;
        open my $file, ">", "peak" or die; print $file "$peak\n"' "$@"
}

# at_most KIB WHAT - it was less than that, which the shipped build has to keep; the others
# carry more, but have to be bounded
at_most()
{
    local peak most=$1
    peak=$(<peak)
    rm peak
    [ "$SHMBOX_VARIANT" = release ] || most=100000
    [ "$peak" -gt 0 ]
    [ "$peak" -lt "$most" ] || {
        echo "$right, $2: $peak KiB, and not less than $most"
        return 1
    }
}

# with the right we have
most()
{
    case $right in
    cap) echo 1024 ;;
    no_cap | kernel) echo 4096 ;;
    esac
}

@test "reading 256 MiB takes less than 1 MiB if map_files may be opened, otherwise 4" {
    untraced_leaks
    segment 256M
    shmwrite --input <(head -c 268435456 /dev/zero | tr '\0' x) "$id"
    for right in "${rights[@]}"; do
        be "$right"
        peak shmcat "${as[@]}" shmcat "$id" > >(cat >/dev/null)
        at_most "$(most)" "to a pipe"
        peak shmcat "${as[@]}" shmcat "$id" >output
        at_most "$(most)" "to a file"
        peak shmcat "${as[@]}" shmcat "$id" 1<>output
        at_most "$(most)" "over a file"
        rm output
        peak shmcat "${as[@]}" shmcat --hex --length 32M "$id" >/dev/null
        at_most "$(most)" "its dump"
    done
}

@test "writing 256 MiB takes less than 1 MiB if map_files may be opened, otherwise 4" {
    untraced_leaks
    segment 256M
    head -c 268435456 /dev/zero | tr '\0' x >input
    for right in "${rights[@]}"; do
        be "$right"
        peak shmwrite "${as[@]}" shmwrite --input input "$id"
        at_most "$(most)" "a file"
        peak shmwrite "${as[@]}" shmwrite "$id" < <(cat input)
        at_most "$(most)" "a pipe"
        peak shmwrite "${as[@]}" shmwrite --sparse "$id" < <(cat input)
        at_most "$(most)" "a pipe, with an eye for zeros"
        peak shmwipe "${as[@]}" shmwipe "$id"
        at_most 4096 "zeros"
    done
}

@test "dumping and restoring 256 MiB takes less than 4 MiB" {
    untraced_leaks
    segment 256M
    shmwrite --input <(head -c 268435456 /dev/zero | tr '\0' x) "$id"
    for right in "${rights[@]}"; do
        be "$right"
        for sums in "" --no-sums; do
            # shellcheck disable=SC2086 # an option or none
            peak shmdump "${as[@]}" shmdump $sums "$id" >archive.tar
            at_most 4096 "dump $sums"
            peak shmrestore "${as[@]}" shmrestore archive.tar >restored
            at_most 4096 "restore $sums"
            xargs -n 1 ipcrm -m <restored
        done
        peak shmrestore "${as[@]}" shmrestore >restored < <(cat archive.tar)
        at_most 4096 "restore of a pipe"
        xargs -n 1 ipcrm -m <restored
    done
}
