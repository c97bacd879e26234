# SPDX-License-Identifier: MIT
# The portable part of the suite on other machines: aarch64, armhf, i386, riscv64 and
# s390x, which is big-endian. This kernel runs i386 programs; qemu-user runs the others, except
# the tests listed in the file elsewhere. Tagged tests run, and all of them with SHMBOX_ALL.
# runs against: glibc
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    load ../lib/portable
    common_setup
    [ "$(uname -m)" = x86_64 ] || skip "other machines are seen from x86_64"
}

teardown() { common_teardown; }

# built PRESET TARGET - its program is built
built()
{
    command -v "$2-gcc" || skip "needs $2-gcc, and a libc for it"
    {
        cmake --preset "$1" -S "$SHMBOX_SOURCE" || cmake --fresh --preset "$1" -S "$SHMBOX_SOURCE"
        cmake --build "$SHMBOX_SOURCE/build/$1" --target shmbox applet_links
    } >build.log 2>&1 || {
        cat build.log
        return 1
    }
}

# emulated PRESET TARGET MACHINE - the same, and in $bin are a script and links to it that run
# the program: if qemu is not the kernel's interpreter for such programs, they cannot be run
# directly
emulated()
{
    local applet
    command -v "qemu-$3-static" || skip "needs qemu-$3-static"
    built "$1" "$2"
    bin=$BATS_TEST_TMPDIR/bin
    mkdir -m 755 "$bin"
    cp "$SHMBOX_SOURCE/build/$1/bin/shmbox" "$bin/program"
    printf '#!/bin/sh\nexec qemu-%s-static -0 "$0" %s/program "$@"\n' "$3" "$bin" >"$bin/shmbox"
    chmod a+x "$bin/shmbox"
    for applet in $("$bin/shmbox" --list); do
        ln -s shmbox "$bin/$applet"
    done
}

@test "aarch64" {
    emulated aarch64 aarch64-linux-gnu aarch64
    suite "foreign qemu aarch64" "$bin"
}

# bats test_tags=all
@test "riscv64" {
    emulated riscv64 riscv64-linux-gnu riscv64
    suite "foreign qemu riscv64" "$bin"
}

@test "armhf: 32 bits" {
    emulated armhf arm-linux-gnueabihf arm
    suite "foreign qemu 32-bit armhf" "$bin"
}

@test "s390x: big-endian" {
    emulated s390x s390x-linux-gnu s390x
    suite "foreign qemu s390x" "$bin"
}

@test "i386: a 32-bit process under a 64-bit kernel" {
    built i386 i686-linux-gnu
    suite "foreign 32-bit" "$SHMBOX_SOURCE/build/i386/bin"
}

# bats test_tags=all
@test "i386, by clang" {
    command -v clang >/dev/null || skip "needs clang"
    built i386-clang i686-linux-gnu
    suite "foreign 32-bit" "$SHMBOX_SOURCE/build/i386-clang/bin"
}

# the compiler of the builds is gcc, and each has its own way to read 8 bytes at once
@test "i386, by clang: a number of any width is read from read-only memory" {
    command -v clang >/dev/null || skip "needs clang"
    command -v i686-linux-gnu-gcc >/dev/null || skip "needs i686-linux-gnu-gcc"
    local libgcc
    libgcc=$(dirname "$(i686-linux-gnu-gcc -print-libgcc-file-name)")
    clang -target i686-linux-gnu -std=gnu17 -O2 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 \
        --sysroot=/usr/i686-linux-gnu -isystem /usr/i686-linux-gnu/include -I "$SHMBOX_SOURCE/include" -I "$SHMBOX_SOURCE/core" \
        -B "$libgcc" -L "$libgcc" -L /usr/i686-linux-gnu/lib -static -o api \
        "$SHMBOX_SOURCE"/core/*/*.c "$SHMBOX_SOURCE"/tests/library/api/*.c -pthread
    succeeds ./api numbers
    succeeds ./api loses_no_update
}

@test "i386 reports the size of a segment larger than it can map" {
    built i386 i686-linux-gnu
    PATH=$SHMBOX_SOURCE/build/i386/bin:$PATH
    id=$("$SHMBOX_BIN/shmcreate" --noreserve 5G)
    echo "$id" >>noted
    prints 5368709120 shmstat --format '%{size}' "$id"
    succeeds shmls --bytes --noheadings --output size "$id"
    same "size in the table" 5368709120 "${output// /}"
    succeeds shmls --json "$id"
    same "size in JSON" 5368709120 "$(jq '.sharedmemory[0].size' <<<"$output")"
    prints "$id" shmls --ids --min-size 5G
    for use in shmcat shmwipe "shmwrite --text x" "shmwipe --offset 0 --length 1" "shmcat --length 1"; do
        # shellcheck disable=SC2086 # an applet and its options
        fails_with 6 "${use%% *}: $id: no room for 5G in the address space" $use "$id"
    done
    fails_with 125 "shmattach: $id: no room for 5G in the address space" shmattach "$id" true
    fails_with 6 "shmcreate: 5G: no room for 5G in the address space" shmcreate --noreserve 5G
    same "resident" 0 "$(kernel_says "$id" rss)"
    succeeds shmset --mode 640 "$id"
    same "size, mode" "5368709120 640" "$(kernel_says "$id" size) $(kernel_says "$id" perms)"
    succeeds shmrm "$id"
    gone "$id"
    sed -i '$d' noted
}

@test "every test that is skipped on some machine exists" {
    while IFS=$'\t' read -r where file test reason; do
        [[ $where != "#"* ]] || continue
        [ -n "$reason" ] || same "row of elsewhere" "four columns" "$where $file $test"
        portable_files | grep -qx "applets/$file.bats" || same "file of elsewhere" "a portable one" "$file"
        known=$(sed -n 's/^@test "\(.*\)" {$/\1/p' "$SHMBOX_SOURCE/tests/applets/$file.bats" | while read -r name; do
            # shellcheck disable=SC2053 # a pattern
            [[ $name != $test ]] || echo "$name"
        done)
        [ -n "$known" ] || same "test of elsewhere" "one in $file.bats" "$test"
    done <"$SHMBOX_SOURCE/tests/lib/elsewhere"
}
