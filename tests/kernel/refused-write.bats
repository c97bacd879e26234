# SPDX-License-Identifier: MIT
# calls that a kernel or a sandbox refuses: a segment is written another way, and the bytes are right
# labels: offline unprivileged


setup_file() { load ../lib/helper; load ../lib/paths; make_layouts; }
setup() { load ../lib/helper; load ../lib/states; load ../lib/paths; paths_setup; }
teardown() { paths_teardown; }

# writes CALLS HOW - a segment with other content is written correctly, from file and pipe
writes()
{
    for layout in full sparse; do
        for right in "${rights[@]}"; do
            be "$right"
            segment_like "$layouts/full"
            refusing "$1" "$2" shmwrite --verbose --input "$layouts/$layout" "$id" 2>err
            told "shmwrite: $id: 5242883 bytes"
            holds "$layouts/$layout"
            segment_like "$layouts/full"
            refusing "$1" "$2" shmwrite --sparse --verbose "$id" < <(cat "$layouts/$layout") 2>err
            told "shmwrite: $id: 5242883 bytes"
            holds "$layouts/$layout"
        done
    done
}

@test "without sendfile and splice everything is written correctly" {
    for error in EINVAL ENOSYS EPERM; do
        writes sendfile,splice error=$error
    done
}

@test "without sendfile a file is read through a buffer, and sendfile is not reported" {
    needs_cap
    segment 5242883
    refusing sendfile error=EINVAL shmwrite --verbose --input "$layouts/full" "$id" 2>err
    refused
    told "shmwrite: $id: 5242883 bytes"
    took -sendfile
    holds "$layouts/full"
}

@test "without fallocate and madvise, or one of them, --sparse is right" {
    writes madvise error=EINVAL
    writes fallocate error=EOPNOTSUPP
    for error in ENOSYS EPERM; do
        writes fallocate,madvise error=$error
    done
}

@test "a call that works at first and is refused later neither loses nor doubles bytes" {
    writes sendfile,splice error=EINVAL:when=2+
    writes madvise error=EINVAL:when=3+
}

@test "a call that a signal interrupts is made again" {
    for call in sendfile pwrite64 madvise; do
        writes $call error=EINTR:when=2
    done
}

@test "a segment that cannot be attached is an error, and nothing hangs" {
    segment_like "$layouts/small"
    fails_like 6 "shmcat: $id: *" refusing shmat error=ENOMEM shmcat "$id"
    fails_like 6 "shmwrite: $id: *" refusing shmat error=ENOMEM shmwrite --text x "$id"
}

@test "an input that fails half-way is an error with the number of bytes written" {
    start sleep 3600
    wait_until sleeping_as sleep "$pid"
    end=$(sed -n 's/^[0-9a-f]*-\([0-9a-f]*\) .*\[stack\]$/\1/p' "/proc/$pid/maps")
    segment 5242883
    for right in "${rights[@]}"; do
        be "$right"
        {
            perl -e 'sysseek STDIN, hex(shift) - 5000, 0 or die' "$end"
            run -1 --separate-stderr "${as[@]}" shmwrite "$id"
        } <"/proc/$pid/mem"
        like "message" "shmwrite: standard input: *: 5000 bytes written" "$stderr"
    done
}

@test "a kernel without MADV_COLD, or without MADV_POPULATE_WRITE too: --release and --sparse free pages" {
    truncate -s 5242883 nothing
    for right in "${rights[@]}"; do
        be "$right"
        for missing in "20 21" "20 21 22 23"; do
            segment_like "$layouts/full"
            prints "" lacking "$missing" shmwipe --release "$id"
            same "resident" 0 "$(resident "$id")"
            put "$id" "$layouts/full"
            prints "" lacking "$missing" shmwrite --sparse --input "$layouts/sparse" "$id"
            same "resident" 16384 "$(resident "$id")"
            holds "$layouts/sparse"
            put "$id" "$layouts/full"
            prints "" lacking "$missing" shmwipe "$id"
            holds nothing
        done
    done
}
