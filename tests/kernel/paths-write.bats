# SPDX-License-Identifier: MIT
# how bytes get into a segment: each way forced, and compared byte by byte
# labels: offline unprivileged

setup_file()
{
    load ../lib/helper
    load ../lib/paths
    make_layouts
    # beyond 16 MiB a child of the program does the work
    perl -e '$_ = join "", <STDIN>; print $_ x 4, "the end"' <"$layouts/full" >"$layouts/large"
}

setup() { load ../lib/helper; load ../lib/paths; paths_setup; }
teardown() { paths_teardown; }

all=(full sparse scattered empty small large)

# noisy LENGTH - a segment full of other bytes, after an odd end too: $id
noisy()
{
    segment "$1"
    perl -e 'my $page = "\xa5" x 4096; my ($id, $size) = @ARGV;
        for (my $at = 0; $at < $size; $at += 4096) { shmwrite($id, $page, $at, $size - $at < 4096 ? $size - $at : 4096) or die }' \
        "$id" "$1"
    slack=$(((4096 - $1 % 4096) % 4096))
    [ "$slack" = 0 ] || far_poke "$id" "$1" "$(printf "%${slack}s" | tr ' ' S)"
}

# the rest of the last page is as noisy() left it
slack_untouched()
{
    [ "$slack" = 0 ] || far_peek "$id" "$(kernel_says "$id" size)" "$slack" | cmp - <(printf "%${slack}s" | tr ' ' S)
}

# written CMD.. - succeeds; what it said is in the file err
written()
{
    "$@" 2>err || {
        cat err
        return 1
    }
}

# from_file FILE CMD.., from_pipe FILE CMD.. - with this for standard input
from_file()
{
    "${@:2}" <"$1"
}

from_pipe()
{
    "${@:2}" < <(cat "$1")
}

# ---- sources ----

@test "a file is written, for every right and layout, and nothing past the end" {
    for layout in "${all[@]}"; do
        size=$(stat -c %s "$layouts/$layout")
        for right in "${rights[@]}"; do
            be "$right"
            noisy "$size"
            written "${as[@]}" shmwrite --verbose --input "$layouts/$layout" "$id"
            told "shmwrite: $id: $size bytes"
            holds "$layouts/$layout"
            slack_untouched
            ipcrm -m "$id"
        done
    done
}

@test "a file is written by sendfile if map_files may be opened" {
    needs_cap
    segment 5242883
    written shmwrite --verbose --input "$layouts/full" "$id"
    took sendfile -splice
    written shmwrite --verbose "$id" <"$layouts/full"
    took sendfile -splice
    holds "$layouts/full"
}

@test "a file is read straight into the mapping if map_files may not be opened" {
    be no_cap
    segment 5242883
    written "${as[@]}" shmwrite --verbose --input "$layouts/full" "$id"
    took copy -sendfile -buffer
    holds "$layouts/full"
}

@test "a pipe is written, for every right and layout, and nothing past the end" {
    for layout in "${all[@]}"; do
        size=$(stat -c %s "$layouts/$layout")
        for right in "${rights[@]}"; do
            be "$right"
            noisy "$size"
            from_pipe "$layouts/$layout" written "${as[@]}" shmwrite --verbose "$id"
            told "shmwrite: $id: $size bytes"
            holds "$layouts/$layout"
            slack_untouched
            ipcrm -m "$id"
        done
    done
}

@test "a pipe is read through a buffer if map_files may be opened, otherwise straight" {
    for right in "${rights[@]}"; do
        be "$right"
        segment 5242883
        from_pipe "$layouts/full" written "${as[@]}" shmwrite --verbose "$id"
        case $right in
        cap) took buffer -sendfile ;;
        no_cap) took copy -buffer -sendfile ;;
        esac
        holds "$layouts/full"
    done
}

@test "a socket is read, and a pipe that is not always ready" {
    for from in from_socket from_unready; do
        for right in "${rights[@]}"; do
            be "$right"
            noisy 5242883
            written $from "${as[@]}" shmwrite --verbose "$id" <"$layouts/full"
            told "shmwrite: $id: 5242883 bytes"
            holds "$layouts/full"
            slack_untouched
        done
    done
}

# exactly FILE CMD.. - CMD reads all of FILE from a non-blocking pipe, and checks for more
# before the other end is closed
exactly()
{
    perl -MFcntl -e "$asleep"'pipe my $its, my $ours or die;
        defined(my $child = fork) or die;
        if (!$child) { fcntl $its, F_SETFL, O_RDONLY | O_NONBLOCK or die;
            open STDIN, "<&", $its or die; exec @ARGV or die }
        close $its;
        while (sysread STDIN, my $bytes, 65536) { syswrite($ours, $bytes) == length $bytes or die }
        my ($left, $ended) = (pack "i", 1);
        while (unpack("i", $left) && !($ended = waitpid $child, 1)) { # WNOHANG
            select undef, undef, undef, 0.02;
            ioctl $ours, 0x541b, $left or die; # FIONREAD
        }
        # until it has looked for more
        while (!$ended && !asleep($child)) {
            select undef, undef, undef, 0.002;
            $ended = waitpid $child, 1;
        }
        close $ours;
        waitpid $child, 0 if !$ended; exit $? >> 8 | $? & 127' "${@:2}" <"$1"
}

@test "a non-blocking pipe that has just enough bytes and stays open is waited for" {
    for layout in small full; do
        for right in "${rights[@]}"; do
            be "$right"
            noisy "$(stat -c %s "$layouts/$layout")"
            written exactly "$layouts/$layout" "${as[@]}" shmwrite "$id"
            holds "$layouts/$layout"
            slack_untouched
        done
    done
}

@test "hex digits, and an input read into memory, may come from a pipe that is not always ready" {
    noise 700001 >input
    perl -ne 'print unpack("H*", $_), "\n"' <input >digits
    segment 700001
    written from_unready shmwrite --hex "$id" <digits
    holds input
    id=$(from_unready shmcreate --input - <input)
    echo "$id" >>noted
    same "size" 700001 "$(kernel_says "$id" size)"
    holds input
}

# from_room BEFORE AFTER CMD.. - CMD reads our standard input from a pipe with room for
# BEFORE bytes at the start and AFTER bytes at the end
from_room()
{
    perl -e 'pipe my $its, my $ours or die; my ($before, $after) = splice @ARGV, 0, 2;
        fcntl($its, 1031, 0 + $before) == $before or die "$!\n"; # F_SETPIPE_SZ
        defined(my $child = fork) or die;
        if (!$child) { open STDIN, "<&", $its or die; exec @ARGV or die }
        close $its;
        my $left = pack "i", 1;
        while (sysread STDIN, my $bytes, 4096) {
            syswrite($ours, $bytes) == length $bytes or die;
            # it checks a pipe with little in it, which could be made smaller
            while (unpack("i", $left) && waitpid($child, 1) == 0) { # WNOHANG
                ioctl $ours, 0x541b, $left or die; # FIONREAD
            }
        }
        my $now = fcntl $ours, 1032, 0; # F_GETPIPE_SZ
        close $ours;
        waitpid($child, 0) == $child && $? == 0 or die "status $?\n";
        die "the pipe has room for $now\n" if $now != $after' "$@"
}

@test "a pipe is enlarged for a long input only, and never made smaller" {
    pipes_may_have 4194304
    head -c 65536 "$layouts/full" >input
    for right in "${rights[@]}"; do
        be "$right"
        noisy 65536
        for room in 4096 65536; do
            written from_room $room $room "${as[@]}" shmwrite "$id" <input
            holds input
        done
        noisy 5242883
        written from_room 65536 1048576 "${as[@]}" shmwrite "$id" <"$layouts/full"
        written from_room 4194304 4194304 "${as[@]}" shmwrite "$id" <"$layouts/full"
        holds "$layouts/full"
    done
}

@test "an input in small and odd pieces is written" {
    for right in "${rights[@]}"; do
        be "$right"
        noisy 300001
        head -c 300001 "$layouts/full" >wanted
        perl -e '$| = 1; my $n = 1; while (read STDIN, my $piece, $n) { print $piece; $n = $n * 7 % 9973 }' <wanted |
            written "${as[@]}" shmwrite --verbose "$id"
        told "shmwrite: $id: 300001 bytes"
        holds wanted
        slack_untouched
    done
}

# limited CMD.. - runs it with a limit of 8192 bytes for a file
limited()
{
    # shellcheck disable=SC2016 # the inner shell's variables
    bash -c 'ulimit -f 8 && exec "$@"' - "$@"
}

@test "a limit on the size of files does not limit a segment" {
    for right in "${rights[@]}"; do
        be "$right"
        noisy 5242883
        prints "" limited "${as[@]}" shmwrite --input "$layouts/full" "$id"
        holds "$layouts/full"
        slack_untouched
        noisy 5242883
        prints "" limited "${as[@]}" shmwrite "$id" < <(cat "$layouts/full")
        holds "$layouts/full"
        slack_untouched
        prints "" limited "${as[@]}" shmwrite --sparse --input "$layouts/sparse" "$id"
        holds "$layouts/sparse"
        prints "" limited "${as[@]}" shmwipe "$id"
        holds "$layouts/empty"
        # nor an input that exceeds the limit only with its end
        tail -c 100000 "$layouts/full" >input
        prints "" "${as[@]}" bash -c 'ulimit -f 5100; exec "$@"' - shmwrite --offset -100000 --input input "$id"
        peek "$id" 5142883 100000 | same_bytes input
        id=$(limited "${as[@]}" shmcreate --input "$layouts/full")
        echo "$id" >>noted
        holds "$layouts/full"
    done
}

@test "a file of /sys has the length of its content" {
    found=
    for file in /sys/kernel/mm/transparent_hugepage/enabled /sys/kernel/fscaps /sys/kernel/profiling; do
        { [ "$(stat -c %s "$file")" = 4096 ] && cat "$file" >input && [ -s input ]; } 2>/dev/null || continue
        found=$file
        id=$(shmcreate --input "$file")
        echo "$id" >>noted
        same "size" "$(stat -c %s input)" "$(kernel_says "$id" size)"
        holds input
        noisy "$(stat -c %s input)"
        prints "" shmwrite --input "$file" "$id"
        holds input
        slack_untouched
        noisy 5000
        prints "" shmwrite --input "$file" "$id"
        { cat input; head -c $((5000 - $(stat -c %s input))) /dev/zero | tr '\0' '\245'; } >wanted
        holds wanted
    done
    [ -n "$found" ] || skip "no file of /sys is there to read"
}

@test "a file is read from its position, which is then after the bytes read" {
    for right in "${rights[@]}"; do
        be "$right"
        segment 3000001
        first=$id
        segment 2242878
        {
            perl -e 'sysseek STDIN, 4, 0 or die'
            written "${as[@]}" shmwrite --truncate "$first"
            written "${as[@]}" shmwrite "$id"
        } <"$layouts/full"
        { peek "$first" 0 3000001; peek "$id" 0 2242878; } | cmp - <(tail -c +5 "$layouts/full")
    done
}

# ---- places ----

# placed OFFSET LENGTH SIZE - so much at OFFSET of a segment of SIZE, from file and pipe
placed()
{
    head -c "$2" "$layouts/full" >input
    for right in "${rights[@]}"; do
        be "$right"
        for from in from_file from_pipe; do
            noisy "$3"
            peek "$id" 0 "$3" >wanted
            dd if=input of=wanted bs=64K oflag=seek_bytes seek="$1" conv=notrunc status=none
            $from input written "${as[@]}" shmwrite --verbose --offset "$1" "$id"
            told "shmwrite: $id: $2 bytes"
            holds wanted
            slack_untouched
            ipcrm -m "$id"
        done
    done
}

@test "--offset writes at odd offsets, and leaves the bytes around unchanged" {
    placed 1 3000001 5242883
    placed 4095 2 5242883
    placed 4096 8192 5242880
    placed 1048577 4194306 5242883
    placed 100001 70001 300001
}

@test "a short input leaves the rest, and adds no pages there" {
    for right in "${rights[@]}"; do
        be "$right"
        segment 8M
        head -c 3000001 "$layouts/full" >input
        written "${as[@]}" shmwrite --input input "$id"
        same "resident" 3002368 "$(resident "$id")"
        peek "$id" 0 3000001 | cmp - input
    done
}

@test "an input longer than the rest: a pipe is written up to the end, a file not at all" {
    for right in "${rights[@]}"; do
        be "$right"
        noisy 3000001
        run -1 --separate-stderr "${as[@]}" shmwrite --verbose --input "$layouts/full" "$id"
        same "message" "shmwrite: $id: the input (5242883 bytes) does not fit at offset 0 of 3000001 bytes: nothing written" "${stderr_lines[0]}"
        peek "$id" 0 3000001 | cmp - <(head -c 3000001 /dev/zero | tr '\0' '\245')
        from_pipe "$layouts/full" run -1 --separate-stderr "${as[@]}" shmwrite "$id"
        same "message" "shmwrite: $id: the input does not fit: stopped after 3000001 bytes" "${stderr_lines[0]}"
        peek "$id" 0 3000001 | cmp - <(head -c 3000001 "$layouts/full")
        slack_untouched
    done
}

@test "--truncate writes the part that fits, and the segment does not grow" {
    for right in "${rights[@]}"; do
        be "$right"
        for from in from_file from_pipe; do
            noisy 3000001
            $from "$layouts/full" written "${as[@]}" shmwrite --verbose --truncate "$id"
            told "shmwrite: $id: 3000001 bytes"
            peek "$id" 0 3000001 | cmp - <(head -c 3000001 "$layouts/full")
            slack_untouched
            $from /dev/zero written "${as[@]}" shmwrite --truncate "$id"
            peek "$id" 0 3000001 | cmp - <(head -c 3000001 /dev/zero)
            slack_untouched
            same "resident" 3002368 "$(resident "$id")"
        done
    done
}

# ---- zeros ----

@test "--sparse frees pages that would contain only zeros" {
    for layout in sparse scattered empty full; do
        for right in "${rights[@]}"; do
            be "$right"
            for from in from_file from_pipe; do
                noisy 5242883
                $from "$layouts/$layout" written "${as[@]}" shmwrite --verbose --sparse "$id"
                left=$(resident "$id") # before we read it, and so give it pages
                told "shmwrite: $id: 5242883 bytes"
                holds "$layouts/$layout"
                slack_untouched
                case $layout in
                sparse) pages=4 ;; # one, two, and the odd one
                scattered) pages=641 ;;
                empty) pages=1 ;; # what is behind the end is not ours to give back
                full) pages=1281 ;;
                esac
                same "resident, $right, $layout" $((pages * 4096)) "$left"
                [ $layout = full ] || took release
                ipcrm -m "$id"
            done
        done
    done
}

@test "--sparse adds no pages for zeros in a new segment" {
    for right in "${rights[@]}"; do
        be "$right"
        segment 5242883
        written "${as[@]}" shmwrite --sparse --input "$layouts/sparse" "$id"
        same "resident" $((4 * 4096)) "$(resident "$id")"
        holds "$layouts/sparse"
    done
}

@test "--sparse at an odd offset frees whole pages only, and leaves the bytes around unchanged" {
    { head -c 3000001 /dev/zero; head -c 9999 "$layouts/full"; head -c 999999 /dev/zero; } >input
    for right in "${rights[@]}"; do
        be "$right"
        for from in from_file from_pipe; do
            noisy 5242883
            peek "$id" 0 5242883 >wanted
            dd if=input of=wanted bs=64K oflag=seek_bytes seek=4001 conv=notrunc status=none
            $from input written "${as[@]}" shmwrite --sparse --offset 4001 "$id"
            [ "$(resident "$id")" -lt 2000000 ]
            holds wanted
            slack_untouched
        done
    done
}

@test "--sparse frees no page of a locked segment" {
    for right in "${rights[@]}"; do
        be "$right"
        noisy 5242883
        shmset --lock "$id"
        written "${as[@]}" shmwrite --sparse --verbose --input "$layouts/sparse" "$id"
        took -release
        holds "$layouts/sparse"
        slack_untouched
        same "resident" 5246976 "$(resident "$id")"
        shmset --unlock "$id"
    done
}

@test "a locked segment is written like any other" {
    for right in "${rights[@]}"; do
        be "$right"
        noisy 5242883
        shmset --lock "$id"
        for from in from_file from_pipe; do
            $from "$layouts/full" written "${as[@]}" shmwrite "$id"
            holds "$layouts/full"
            slack_untouched
        done
        shmset --unlock "$id"
    done
}

@test "--zero-rest writes zeros from the end of the input to the end of the segment" {
    head -c 3000001 "$layouts/full" >input
    for right in "${rights[@]}"; do
        be "$right"
        for from in from_file from_pipe; do
            for option in '' --sparse; do
                noisy 5242883
                # shellcheck disable=SC2086 # an option or none
                $from input written "${as[@]}" shmwrite --verbose --zero-rest $option --offset 5001 "$id"
                [ -z "$option" ] || [ "$(resident "$id")" -lt 3100000 ]
                { head -c 5001 /dev/zero | tr '\0' '\245'; cat input; head -c 2237881 /dev/zero; } | cmp - <(peek "$id" 0 5242883)
                [ -n "$option" ] || slack_untouched # the last page may have been given back
            done
        done
    done
}

@test "--zero-rest of an empty input writes zeros only, and of a full one nothing more" {
    for right in "${rights[@]}"; do
        be "$right"
        noisy 300001
        written "${as[@]}" shmwrite --zero-rest "$id" </dev/null
        peek "$id" 0 300001 | cmp - <(head -c 300001 /dev/zero)
        slack_untouched
        head -c 300001 "$layouts/full" >input
        written "${as[@]}" shmwrite --zero-rest --input input "$id"
        holds input
        slack_untouched
    done
}

# ---- shmcreate ----

@test "a new segment is filled in the same ways" {
    for layout in "${all[@]}"; do
        for right in "${rights[@]}"; do
            be "$right"
            id=$("${as[@]}" shmcreate --input "$layouts/$layout")
            echo "$id" >>noted
            same "size" "$(stat -c %s "$layouts/$layout")" "$(kernel_says "$id" size)"
            holds "$layouts/$layout"
            id=$(from_pipe "$layouts/$layout" "${as[@]}" shmcreate --input -)
            echo "$id" >>noted
            holds "$layouts/$layout"
        done
    done
}
