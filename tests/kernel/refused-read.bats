# SPDX-License-Identifier: MIT
# calls that a kernel or a sandbox refuses: a segment is read another way, and the bytes are right
# labels: offline unprivileged


setup_file() { load ../lib/helper; load ../lib/paths; make_layouts; }
setup() { load ../lib/helper; load ../lib/paths; paths_setup; }
teardown() { paths_teardown; }

# reads CALLS HOW - full and sparse segments are read right all the same, to pipe and file
reads()
{
    for layout in full sparse; do
        segment_like "$layouts/$layout"
        for right in "${rights[@]}"; do
            be "$right"
            piped "$layouts/$layout" refusing "$1" "$2" shmcat --verbose "$id"
            told "shmcat: $id: 5242883 bytes"
            filed "$layouts/$layout" refusing "$1" "$2" shmcat --verbose "$id"
            told "shmcat: $id: 5242883 bytes"
        done
    done
}

@test "without splice, vmsplice, sendfile, mincore and madvise everything is read correctly" {
    for error in EINVAL ENOSYS EPERM; do
        reads splice,vmsplice,sendfile,mincore,madvise error=$error
    done
}

@test "without splice and vmsplice a pipe gets a copy" {
    segment_like "$layouts/full"
    for right in "${rights[@]}"; do
        be "$right"
        for error in EINVAL ENOSYS EPERM; do
            piped "$layouts/full" refusing splice,vmsplice error=$error shmcat --verbose "$id"
            refused
            took -splice -vmsplice
        done
    done
}

@test "without splice everything is read correctly if map_files may be opened" {
    needs_cap
    reads splice error=EINVAL
    be cap
    segment_like "$layouts/full"
    piped "$layouts/full" refusing splice error=EINVAL shmcat "$id"
    refused
}

@test "without vmsplice everything is read correctly" {
    reads vmsplice error=EINVAL
}

@test "without sendfile a file gets the bytes, and its holes" {
    needs_cap
    reads sendfile error=EINVAL
    be cap
    segment_like "$layouts/sparse"
    filed "$layouts/sparse" refusing sendfile error=ENOSYS shmcat --verbose "$id"
    refused
    took -sendfile
    [ "$(occupied output)" -lt 200000 ]
}

@test "without mincore everything is read, and mincore is not reported" {
    reads mincore error=ENOSYS
    segment_like "$layouts/sparse"
    be no_cap
    filed "$layouts/sparse" refusing mincore error=ENOSYS shmcat --verbose "$id"
    took -"holes: mincore"
}

@test "without madvise everything is read correctly" {
    reads madvise error=EINVAL
}

@test "a call that works at first and is refused later neither loses nor doubles bytes" {
    for call in splice vmsplice sendfile; do
        reads $call error=EINVAL:when=2+
    done
}

@test "a call that a signal interrupts is made again" {
    for call in splice vmsplice sendfile madvise; do
        reads $call error=EINTR:when=2
    done
    segment_like "$layouts/full"
    for right in "${rights[@]}"; do
        be "$right"
        piped "$layouts/full" refusing write error=EINTR:when=1 shmcat "$id"
        refused
    done
}

# ---- older kernels ----

@test "a kernel without MADV_COLD: holes are found, and stay holes" {
    together_with /proc/swaps
    swapless
    segment_like "$layouts/sparse"
    before=$(resident "$id")
    for right in "${rights[@]}"; do
        be "$right"
        for missing in "$cold" "$cold $populate"; do
            piped "$layouts/sparse" lacking "$missing" shmcat --verbose "$id"
            filed "$layouts/sparse" lacking "$missing" shmcat --verbose "$id"
            took skip
            [[ $right = cap ]] || took "holes: mincore"
            [ "$(occupied output)" -lt 200000 ]
            same "resident" "$before" "$(resident "$id")"
        done
    done
}

@test "a kernel without MADV_POPULATE_READ: pages are touched, and no wake-up is lost" {
    segment_like "$layouts/full"
    hexdump -C "$layouts/full" | sed '$d' >dump
    be no_cap
    # the leak checker cannot work under a tracer
    export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" UBSAN_OPTIONS="$UBSAN_OPTIONS:detect_leaks=0"
    piped dump lacking "$populate" strace -f -qq -o trace -e trace=futex shmcat --hex "$id"
    grep -q FUTEX_ trace
    run -1 grep FUTEX_WAIT trace
}
