# SPDX-License-Identifier: MIT
# shmkey(1)
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# perl_key PATH [PROJ] - its ftok(3) key
perl_key()
{
    perl -MIPC::SysV=ftok -e 'printf "0x%08x\n", (@ARGV > 1 ? ftok($ARGV[0], 0 + $ARGV[1]) : ftok($ARGV[0])) & 0xffffffff' "$@"
}

# bats test_tags=initramfs
@test "prints the ftok(3) key, as perl does" {
    touch here
    mkdir dir
    prints "$(perl_key here)" shmkey here
    prints "$(perl_key dir)" shmkey dir
    prints "$(perl_key /)" shmkey /
}

@test "--proj is a character, or a number from 0 to 255" {
    touch here
    prints "$(perl_key here 65)" shmkey --proj A here
    prints "$(perl_key here 7)" shmkey -P 7 here
    prints "$(perl_key here 255)" shmkey -P 255 here
    prints "$(perl_key here 95)" shmkey -P _ here
    prints "$(perl_key here 1)" shmkey here
}

@test "an invalid project is refused" {
    touch here
    for proj in 256 -1 ab '' 1x; do
        fails_like 2 "shmkey: *" shmkey -P "$proj" here
    done
}

@test "several paths give several lines" {
    touch one two
    prints "$(perl_key one)"$'\n'"$(perl_key two)" shmkey one two
}

@test "its output is a KEY and, after key:, a SEGMENT" {
    touch here
    segment -k "$(shmkey here)" 4K
    prints "$id" shmls --ids "key:$(shmkey here)"
    prints "$id" shmls --ids file:here
    ipcrm -m "$id"
}

@test "a symbolic link has the key of its target" {
    touch here
    ln -s here link
    prints "$(perl_key here)" shmkey link
}

@test "a missing path is status 1, and the others are printed" {
    touch here
    fails_like 1 "shmkey: nowhere: *" shmkey nowhere
    run -1 --separate-stderr shmkey nowhere here
    same "standard output" "$(perl_key here)" "$output"
    like "standard error" "shmkey: nowhere: *" "$stderr"
}

# bats test_tags=initramfs
@test "--match prints the paths that have the key" {
    touch one two three
    ln two other-name
    key=$(perl_key two)
    prints $'two\nother-name' shmkey --match "$key" one two three other-name
    prints two shmkey -M "$((key))" two
    prints one shmkey -P x -M "$(perl_key one 120)" one
}

@test "--match without a match is status 7, and prints nothing" {
    touch one
    run -7 --separate-stderr shmkey --match 0x12345678 one
    same "output" "" "$output$stderr"
}

@test "--match prints the paths with perl's key, even if others are missing" {
    touch one
    run --separate-stderr -1 shmkey --match "$(perl_key one)" nowhere one
    same "standard output" one "$output"
}

@test "a number after a path is reported with the option for projects" {
    touch here
    run -1 --separate-stderr shmkey here 7
    same "standard error" "shmkey: 7: no such file or directory"$'\n'"hint: use --proj 7 for the project" "$stderr"
    run -1 --separate-stderr shmkey 7 here
    same "standard error" "shmkey: 7: no such file or directory" "$stderr"
}

@test "requires a path" {
    fails_with 2 "shmkey: PATH is missing" shmkey
}

# bats test_tags=initramfs
@test "--new prints a random key that no segment has, and makes nothing" {
    ipcs -m >table
    succeeds shmkey --new
    first=$output
    [[ $first =~ ^0x[0-9a-f]{8}$ && $first != 0x00000000 ]]
    succeeds shmkey -g
    [ "$output" != "$first" ]
    ipcs -m | same_bytes table
    fails_like 3 "shmls: *" shmls "key:$first"
    segment --key "$first" 4K
    fails_with 2 "shmkey: --new takes no PATH, --proj or --match" shmkey --new /
    fails_with 2 "shmkey: --new takes no PATH, --proj or --match" shmkey --new --proj 1
}

@test "--new tries again if a segment has the key" {
    untraced_leaks
    # the second lookup finds none: the first one is made to succeed
    succeeds strace -qq -o trace -e trace=shmget -e inject=shmget:retval=0:when=1 shmkey --new
    same "lookups" 2 "$(grep -c shmget trace)"
    same "the second key" "$output" "$(sed -nE '2s/shmget\((0x[0-9a-f]+),.*/\1/p' trace | sed -E 's/0x(.*)/printf 0x%08x 0x\1/' | sh)"
}

@test "a full disk and a closed standard output are errors" {
    fails_like 1 "shmkey: *" full shmkey /
    fails_like 1 "shmkey: *" closed shmkey /
}

@test "--match uses the project in the key" {
    touch a b
    prints a shmkey --match "$(shmkey --proj A a)" a b
    prints b shmkey --match "$(shmkey --proj 200 b)" a b
}

# ---- the key files of Qt, as in its sources ----

# qt_file PREFIX TEXT - creates the file for this text, and prints its name
qt_file()
{
    local name
    name=$1$(perl -MDigest::SHA=sha1_hex -e '($letters = $ARGV[0]) =~ tr/A-Za-z//cd; print $letters, sha1_hex($ARGV[0])' "$2")
    : >"$name"
    echo "$name"
}

@test "--match finds the key file of a segment of Qt, for any project of Qt" {
    qt_file qipc_sharedmemory_ "another one" >/dev/null
    file=$(qt_file qipc_sharedmemory_ "My App 1.0")
    same "name" qipc_sharedmemory_MyApp84acafbce50ca8876d45f3d30958b73f69f50cf8 "$file"
    # the letter Q, and a hash of the path, of which 8 bits are used
    for proj in 81 7 200; do
        segment --key "$(perl_key "$file" $proj)" 4K
        prints "$file" shmkey --match "$(shmls --noheadings --output key "$id")" qipc_sharedmemory_*
    done
    prints "$(perl_key "$file" 81)" shmkey --proj Q "$file"
}

@test "--match finds the key file of a semaphore of Qt" {
    file=$(qt_file qipc_systemsem_ demo)
    perl -MIPC::SysV=ftok,IPC_CREAT -e 'semget(ftok($ARGV[0], ord "Q"), 1, 0600 | IPC_CREAT) // die "semget: $!\n"' "$file"
    key=$(ipcs -s | awk '$1 ~ /^0x/ && $1 != "0x00000000" { print $1 }')
    prints "$file" shmkey --match "$key" qipc_systemsem_*
    ipcrm -S "$key"
}
