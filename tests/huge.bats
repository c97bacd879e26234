# huge pages: their bytes, and what happens when there is none left

setup() { load helper; load paths; paths_setup; }
teardown() { paths_teardown; }

@test "a huge page that is not to be had: status 6 and the count, whichever way it was to come" {
    huge_pages 2
    noise 6291456 >input
    for right in "${rights[@]}"; do
        be "$right"
        for from in input <(cat input); do
            segment --huge 2M --noreserve 6M
            run -6 --separate-stderr "${as[@]}" shmwrite "$id" <"$from"
            same "message" "shmwrite: $id: no memory for more: 4194304 bytes written" "${stderr_lines[0]}"
            same "standard output" "" "$output"
            ipcrm -m "$id"
        done
        segment --huge 2M --noreserve 6M
        run -6 --separate-stderr "${as[@]}" shmwrite --offset 1000001 --input input --truncate "$id"
        same "message" "shmwrite: $id: no memory for more: 3194303 bytes written" "${stderr_lines[0]}"
        peek "$id" 1000001 3194303 | cmp - <(head -c 3194303 input)
        ipcrm -m "$id"
        run -6 --separate-stderr "${as[@]}" shmcreate --huge 2M --noreserve --input input
        like "message" "shmcreate: *no memory for more: 4194304 bytes written" "${stderr_lines[0]}"
        run -6 --separate-stderr "${as[@]}" shmcreate --huge 2M --noreserve --populate 6M
        like "message" "shmcreate: *" "${stderr_lines[0]}"
        same "free pages" 2 "$(cat "$pool/free_hugepages")"
    done
}

@test "a huge page that is not to be had for wiping: status 6, or it was never needed" {
    huge_pages 1
    segment --huge 2M --noreserve 4M
    noise 2097152 | shmwrite "$id"
    for right in "${rights[@]}"; do
        be "$right"
        run --separate-stderr "${as[@]}" shmwipe "$id"
        [ "$status" = 6 ] || [ "$status" = 0 ]
        peek "$id" 0 2097152 | cmp - <(head -c 2097152 /dev/zero)
        noise 2097152 | shmwrite "$id"
    done
}

@test "huge pages keep their bytes, whichever way they come and go" {
    huge_pages 4
    noise 7000003 >input
    segment --huge 2M 7000003
    for right in "${rights[@]}"; do
        be "$right"
        for from in input <(cat input); do
            shmwipe "$id"
            peek "$id" 0 7000003 | cmp - <(head -c 7000003 /dev/zero)
            "${as[@]}" shmwrite --verbose "$id" <"$from" 2>err
            told "shmwrite: $id: 7000003 bytes"
            took -release -"holes: mincore"
            holds input
        done
        far_poke "$id" 7000003 slack
        piped input "${as[@]}" shmcat --verbose "$id"
        took -splice -sendfile -"holes: mincore"
        filed input "${as[@]}" shmcat --verbose "$id"
        took -splice -sendfile -"holes: mincore"
        piped input to_socket "${as[@]}" shmcat "$id"
        piped input to_unready "${as[@]}" shmcat "$id"
        piped <(tail -c +2097151 input | head -c 3000001) "${as[@]}" shmcat --offset 2097150 --length 3000001 "$id"
        piped <(hexdump -C -s 2097136 -n 100000 input | sed '$d') "${as[@]}" shmcat --hex --offset 2097136 --length 100000 "$id"
        same "slack" slack "$(far_peek "$id" 7000003 5)"
    done
}

@test "--sparse and --release give no huge page back, and the bytes are right" {
    huge_pages 3
    noise 6291456 >full
    { head -c 100000 full; head -c 4194304 /dev/zero; tail -c 1997152 full; } >input
    segment --huge 2M 6M
    for right in "${rights[@]}"; do
        be "$right"
        put "$id" full
        "${as[@]}" shmwrite --sparse --verbose --input input "$id" 2>err
        took -release
        holds input
        run -0 --separate-stderr "${as[@]}" shmwipe --release "$id"
        like "note" "shmwipe: $id: *" "$stderr"
        peek "$id" 0 6291456 | cmp - <(head -c 6291456 /dev/zero)
        same "free pages" 0 "$(cat "$pool/free_hugepages")"
    done
}

@test "huge pages that are overwritten after shmcat has ended reach no late reader" {
    huge_pages 4
    noise 8388608 >input
    segment --huge 2M 8M
    for right in "${rights[@]}"; do
        be "$right"
        put "$id" input
        slowly 65536 input "${as[@]}" shmcat "$id"
    done
}
