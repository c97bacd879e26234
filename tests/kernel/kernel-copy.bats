# SPDX-License-Identifier: MIT
# bytes that the kernel copies to and from a mapping, because an access through it costs much
# labels: offline unprivileged
#
# The program measures that cost. Where MADV_POPULATE_WRITE is refused, it is decided without a
# measurement: these tests refuse it.

setup_file() { load ../lib/helper; load ../lib/paths; make_layouts; }

setup()
{
    load ../lib/helper
    load ../lib/paths

    paths_setup
    be no_cap
}
teardown() { paths_teardown; }

# by_call CMD.., by_mem CMD.., by_neither CMD.. - CMD, where the kernel copies by process_vm_readv
# and process_vm_writev; by /proc/self/mem; where both are refused
by_call()
{
    way=(process_vm -mem)
    lacking "$populate" "$@"
}

by_mem()
{
    way=(mem -process_vm)
    lacking "$populate" strace -f -qq -o trace -e trace=process_vm_readv,process_vm_writev \
        -e inject=process_vm_readv,process_vm_writev:error=EPERM "$@"
}

by_neither()
{
    way=(-mem -process_vm)
    lacking "$populate" strace -f -qq -o trace -e trace=process_vm_readv,process_vm_writev,preadv \
        -e inject=process_vm_readv,process_vm_writev,preadv:error=EIO "$@"
}

@test "written bytes are right, and holes of the input stay holes" {
    untraced_leaks
    for by in by_call by_mem by_neither; do
        for layout in full scattered; do
            segment 5242883
            $by shmwrite --verbose --input "$layouts/$layout" "$id" 2>err
            told "shmwrite: $id: 5242883 bytes"
            took "${way[@]}"
            holds "$layouts/$layout"
            cmp <(far_peek "$id" 5242883 4093) <(head -c 4093 /dev/zero)
            segment 5242883
            $by shmwrite --verbose --sparse "$id" < <(cat "$layouts/$layout") 2>err
            took "${way[@]}"
            # before perl reads the holes; the last page is not a whole one
            [ "$(resident "$id")" -le $(($(occupied "$layouts/$layout") + 4096)) ]
            holds "$layouts/$layout"
        done
    done
}

@test "bytes that are read are right, and holes get no memory" {
    together_with /proc/swaps
    swapless
    untraced_leaks
    for layout in full scattered; do
        segment_like "$layouts/$layout"
        before=$(resident "$id")
        hexdump -C "$layouts/$layout" | sed '$d' >dump
        for by in by_call by_mem by_neither; do
            # splice(2) refuses a file that is open for append
            printf head >output
            $by shmcat --verbose "$id" >>output 2>err
            [ "$layout" != full ] || took "${way[@]}"
            cmp <(printf head; cat "$layouts/$layout") output
            $by shmcat --hex "$id" | cmp - dump
            same "resident" "$before" "$(resident "$id")"
        done
    done
}

@test "a wipe leaves nothing, to the end of the last page" {
    untraced_leaks
    truncate -s 5242883 nothing
    for by in by_call by_mem by_neither; do
        segment_like "$layouts/full"
        far_poke "$id" 5242883 "$(printf '%4093s' '' | tr ' ' S)"
        $by shmwipe --verbose "$id" 2>err
        took "${way[@]}"
        holds nothing
        segment_like "$layouts/full"
        far_poke "$id" 5242883 slack
        $by shmwipe --offset 1001 --length 3000000 "$id"
        cmp <(head -c 1001 "$layouts/full"; head -c 3000000 /dev/zero; tail -c +3001002 "$layouts/full") \
            <(peek "$id" 0 5242883)
        same "bytes past the end" slack "$(far_peek "$id" 5242883 5)"
    done
}

@test "a call that is refused later, or fails once, neither loses nor doubles bytes" {
    untraced_leaks
    for inject in error=EPERM:when=3+ error=EFAULT:when=2; do
        segment 5242883
        lacking "$populate" strace -f -qq -o trace -e trace=process_vm_writev \
            -e inject=process_vm_writev:$inject shmwrite --input "$layouts/full" "$id"
        refused
        holds "$layouts/full"
    done
}
