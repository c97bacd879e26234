# what users type, made up by libFuzzer and read under the sanitizers of clang
# runs against: dev

setup()
{
    load helper
    common_setup
    command -v clang >/dev/null || skip "needs clang"
}

teardown() { common_teardown; }

# The frame and the core as they are, but with the coverage that the fuzzer looks at.
fuzzer()
{
    local files=()
    mapfile -t files < <(find "$SHMBOX_SOURCE"/applets/frame/*.c "$SHMBOX_SOURCE"/core/*.c \
        ! -name main.c ! -name names_nss.c ! -name priv_libcap.c)
    clang -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -g -O1 -fsanitize=fuzzer,address,undefined \
        -fno-sanitize-recover=all -I"$SHMBOX_SOURCE/include" -I"$SHMBOX_SOURCE/applets/frame" \
        -o fuzzer "$SHMBOX_SOURCE/tests/fuzz.c" "${files[@]}"
}

@test "no word makes a parser read or write outside of it" {
    [ -e "$(clang -print-runtime-dir)/libclang_rt.fuzzer-$(uname -m).a" ] || skip "clang has no fuzzer here"
    fuzzer
    # words to begin with, each for every kind: those that are right, and those that were once fatal
    mkdir words
    while IFS= read -r word; do
        perl -e 'my ($word) = @ARGV; for (0 .. 31) {
            open my $file, ">", "words/$_-" . unpack "H*", $word or die "$!\n";
            print $file chr, $word }' -- "$word"
    done <<END
4KiB
-1.5M
0x4e545030
key:-1
file:/tmp:A
scratch:64K
500ms
u=rw,g-w
0640
root:65534
id,key,holders
%{id}\\t%%{key}\\n
name=u32le@0x10:4
str@-16:16
f64be@8=1.5e-7,nan,-inf
u16@4.or=0xff
x=1@5
changed@0:4K
u8@0
clear
END
    run -0 --separate-stderr ./fuzzer -seed=1 "-runs=$(often 50000 5000000)" -max_len=200 -print_final_stats=0 words
}
