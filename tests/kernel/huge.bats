# SPDX-License-Identifier: MIT
# huge pages: their bytes, and a pool that is empty
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/paths; paths_setup; }
teardown() { paths_teardown; }

@test "a missing huge page: status 6 and the count, for every way to request it" {
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

# secret - a segment of 8M with 16 bytes in its third huge page, and no other page: its id in
# $id, and its bytes in the file wanted
secret()
{
    segment --huge 2M --noreserve 8M
    printf 'secret and hidden' | poke "$id" 6000000
    printf 'secret and hidden' | dd of=wanted bs=17 oflag=seek_bytes seek=6000000 conv=notrunc status=none
    truncate -s 8M wanted
}

# seen ID - reads its bytes from the file $seen from now on, even after its removal: by perl,
# through map_files, which takes no page from the pool
seen()
{
    rm -f seen
    # shellcheck disable=SC2016 # perl's variables
    start perl -MIPC::SysV=shmat,shmdt -MFcntl -e '$| = 1; my $at = shmat($ARGV[0], undef, 0) // die "shmat: $!\n";
        my $place = sprintf "%x", unpack "J", $at;
        my ($path) = glob "/proc/self/map_files/$place-*" or die "no map_files\n";
        open my $file, "<:raw", $path or die "$path: $!\n"; shmdt($at) // die "shmdt: $!\n";
        printf "/proc/%d/fd/%d\n", $$, fileno $file; sleep 3600' "$1"
    wait_until test -s out
    seen=$(<out)
}

free_pages() { cat "$pool/free_hugepages"; }

@test "wiping takes no huge page from the pool, and clears every byte of existing ones" {
    needs_cap
    huge_pages 3
    head -c 8M /dev/zero >zeros
    for words in shmwipe "shmwipe --release" "shmrm --wipe" "shmwipe --offset 5999999 --length 19"; do
        secret
        seen "$id"
        cmp "$seen" wanted
        same "free pages" 2 "$(free_pages)"
        # shellcheck disable=SC2086 # words
        run -0 --separate-stderr $words "$id"
        cmp "$seen" zeros
        same "free pages" 2 "$(free_pages)"
        end "$pid"
        ipcrm -m "$id" 2>/dev/null || :
        same "free pages" 3 "$(free_pages)"
    done
}

@test "a missing huge page during a wipe is a hole: the bytes after it are wiped" {
    needs_cap
    huge_pages 2
    head -c 8M /dev/zero >zeros
    for right in "${rights[@]}"; do
        be "$right"
        for words in shmwipe "shmwipe --release" "shmrm --wipe" "shmwipe --offset 1000001 --length 6000000"; do
            secret
            seen "$id"
            # shellcheck disable=SC2086 # words
            run -0 --separate-stderr "${as[@]}" $words "$id"
            cmp "$seen" zeros
            end "$pid"
            ipcrm -m "$id" 2>/dev/null || :
        done
        # madvise(2) fills no page, and the page size is unknown
        secret
        seen "$id"
        succeeds lacking "22 23" shmwipe "$id"
        cmp "$seen" zeros
        ipcrm -m "$id"
        end "$pid"
    done
    secret
    seen "$id"
    no_proc
    run -0 --separate-stderr "${no_proc[@]}" "$SHMBOX_BIN/shmwipe" "$id"
    cmp "$seen" zeros
}

@test "--wipe reaches the end of the last huge page, and takes no other from the pool" {
    needs_cap
    huge_pages 2
    for place in 4194304 5000001 6291449; do
        segment --huge 2M --noreserve 5000001
        far_poke "$id" "$place" secret
        seen "$id"
        [ "$(tail -c +$((place + 1)) "$seen" | head -c 6)" = secret ]
        succeeds shmrm --wipe "$id"
        same "bytes" 0 "$(tr -d '\0' <"$seen" | wc -c)"
        same "free pages" 1 "$(free_pages)"
        end "$pid"
    done
}

@test "unwritten huge pages are zeros, and reading takes no page from the pool" {
    huge_pages 1
    for many in some none; do
        # the only page is free, or another segment has it
        [ $many = some ] || { segment --huge 2M 2M; printf x | poke "$id" 0; }
        left=$(free_pages)
        segment --huge 2M --noreserve 6M
        for right in "${rights[@]}"; do
            be "$right"
            prints $'0\n0' "${as[@]}" shmpeek "$id" u32@8 f64@4M str@2097150:100
            prints '{"version":1,"values":[{"name":null,"type":"u16","offset":5,"value":0}]}' \
                "${as[@]}" shmpeek --tear --json "$id" u16@5
            piped <(head -c 6M /dev/zero) "${as[@]}" shmcat "$id"
            filed <(head -c 6M /dev/zero) "${as[@]}" shmcat "$id"
            piped <(head -c 6M /dev/zero) to_socket "${as[@]}" shmcat "$id"
            piped <(head -c 6M /dev/zero | hexdump -C) "${as[@]}" shmcat --hex "$id"
            succeeds "${as[@]}" shmwipe "$id"
            succeeds "${as[@]}" shmwipe --release --offset 1000001 --length 3000001 "$id"
            head -c 5M /dev/zero | "${as[@]}" shmwrite --sparse "$id"
            same "free pages" "$left" "$(free_pages)"
        done
        for right in "${rights[@]}"; do
            be "$right"
            segment --huge 2M --noreserve 6M
            succeeds "${as[@]}" shmrm --wipe "$id"
            same "free pages" "$left" "$(free_pages)"
        done
    done
}

@test "a missing huge page during a read is a hole: the bytes after it are read" {
    huge_pages 1
    secret
    same "free pages" 0 "$(free_pages)"
    for right in "${rights[@]}"; do
        be "$right"
        for end in "" "to_socket" "to_unready"; do
            # shellcheck disable=SC2086 # a word or none
            piped wanted $end "${as[@]}" shmcat "$id"
        done
        filed wanted "${as[@]}" shmcat "$id"
        piped wanted "${as[@]}" shmcat --stable "$id"
        piped wanted "${as[@]}" shmcat --freeze "$id"
        piped <(tail -c +1001 wanted) "${as[@]}" shmcat --offset 1000 "$id"
        piped <(hexdump -C wanted) "${as[@]}" shmcat --hex "$id"
        # "cret" and "and "
        prints $'0\n1952805475\n543452769\nhidden' "${as[@]}" shmpeek --tear "$id" u32@8 u32le@6000002 u32le@6000007 str@6000011:6
        run -124 --separate-stderr "${as[@]}" shmwait --timeout 1ms "$id" changed
        piped wanted lacking "22 23" shmcat "$id"
    done
}

# does APPLET - runs its main function on $id, which has a secret; a writer writes at its offset
does()
{
    case $1 in
    shmattach) shmattach "$id" true ;;
    shmbox) shmbox ls "$id" ;;
    shmcat)
        shmcat "$id" | cmp - wanted
        shmcat --hex "$id"
        shmcat --stable "$id" | cmp - wanted
        shmcat --freeze "$id" | cmp - wanted
        shmcat "$id" >copy
        ends 124 shmcat --follow --timeout 1ms --length 8 "$id"
        ends 124 shmcat --follow --timeout 1ms "$id"
        hold "$id"
        shmcat --no-attach "$id" | cmp - wanted
        shmcat --no-attach --freeze "$id" | cmp - wanted
        end "$pid"
        ;;
    shmcreate) shmcreate --dry-run --huge 2M 2M ;;
    shmdump) shmdump "$id" >archive.tar ;;
    shmrestore)
        shmdump "$id" >archive.tar
        shmrestore --list archive.tar
        ipcrm -m "$(shmrestore --ordinary-pages archive.tar)"
        ;;
    shmkey) shmkey . ;;
    shmlimits) shmlimits --json ;;
    shmls)
        shmls --output id,rss,swap,hugepage,untouched,holders "$id"
        shmls --json
        ;;
    shmpeek)
        shmpeek "$id" u8@0 u64@4M f64@8 str@2097100:100 u32@6000000
        shmpeek --tear "$id" u32@5
        ends 124 shmpeek --follow --timeout 1ms "$id" u32@8
        ;;
    shmpoke)
        shmpoke "$id" u32@6000000=5 u64@4195000+=1
        ends 7 shmpoke --expect 5 "$id" u32@8=1
        ends 124 shmpoke --expect 5 --timeout 1ms "$id" u32@8=1
        ;;
    shmreap) shmreap --verbose ;;
    shmrm)
        shmrm --dry-run "$id"
        shmrm --wipe --verbose "$id"
        ;;
    shmset) shmset --mode 640 "$id" ;;
    shmstat) shmstat "$id" ;;
    shmtop) shmtop --output id,size,rss,holders ;;
    shmwait)
        shmwait "$id" exists
        ends 124 shmwait --timeout 1ms "$id" u32@8 eq 1
        ends 124 shmwait --timeout 1ms "$id" changed
        ends 124 shmwait --timeout 1ms "$id" changed@8:4
        ;;
    shmwho) ends 7 shmwho "$id" ;;
    shmwipe)
        shmwipe "$id"
        shmwipe --release "$id"
        shmwipe --offset 2M --length 100 "$id"
        ;;
    shmwrite)
        printf x | shmwrite --offset 6000000 --zero-rest "$id"
        head -c 5M /dev/zero | shmwrite --sparse "$id"
        truncate -s 8M hole
        shmwrite --sparse --input hole "$id"
        ;;
    *)
        echo "what is the work of $1 on huge pages?"
        return 1
        ;;
    esac >output
}

# ends STATUS CMD.. - it does
ends()
{
    local got=0
    "${@:2}" 2>err || got=$?
    same "status of ${*:2}" "$1" "$got"
}

@test "no applet takes a huge page from the pool, except to write to it" {
    needs_cap
    huge_pages 3
    for applet in $(shmbox --list) shmbox; do
        secret
        same "free pages for $applet" 2 "$(free_pages)"
        does "$applet"
        free=2
        [ "$applet" != shmrm ] || free=3
        same "free pages after $applet" $free "$(free_pages)"
        ipcrm -m "$id" 2>/dev/null || :
    done
}

@test "huge pages keep their bytes, for every way of transfer" {
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

@test "--sparse and --release free no huge page, and the bytes are right" {
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

@test "huge pages overwritten after shmcat has exited reach no late reader" {
    huge_pages 4
    noise 8388608 >input
    segment --huge 2M 8M
    for right in "${rights[@]}"; do
        be "$right"
        put "$id" input
        slowly 65536 input "${as[@]}" shmcat "$id"
    done
}
