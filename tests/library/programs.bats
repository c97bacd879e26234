# SPDX-License-Identifier: MIT
# the programs in examples/programs, built against the installed library and nothing else
# runs against: glibc
# labels: offline unprivileged

setup_file()
{
    export tree=$BATS_FILE_TMPDIR/tree
    for component in library development; do
        cmake --install "$SHMBOX_BUILD" --prefix "$tree" --component $component >>"$BATS_FILE_TMPDIR/install.log"
    done
    PKG_CONFIG_PATH=$(dirname "$(find "$tree" -name shmbox.pc)")
    export PKG_CONFIG_PATH
    local strict=(-Wall -Wextra -Wpedantic -Wconversion -Werror)
    cd "$BATS_FILE_TMPDIR" || return
    for file in "$SHMBOX_SOURCE"/examples/programs/*.c; do
        # shellcheck disable=SC2046 # several flags
        gcc -std=c11 -D_XOPEN_SOURCE=700 -Wshadow "${strict[@]}" -o "$(basename "$file" .c)" "$file" -pthread $(pkg-config --cflags --libs shmbox)
    done
    # shellcheck disable=SC2046
    g++ -std=c++11 -Wshadow "${strict[@]}" -o raii "$SHMBOX_SOURCE/examples/programs/raii.cc" $(pkg-config --cflags --libs shmbox)
}

setup()
{
    load ../lib/helper
    common_setup
    PATH=$BATS_FILE_TMPDIR:$PATH
    LD_LIBRARY_PATH=$(pkg-config --variable=libdir shmbox)
    export LD_LIBRARY_PATH
}

teardown() { common_teardown; }

@test "ring: all bytes come out in order, and both sides end" {
    head -c 1000003 /dev/urandom >in
    ring <in >out
    cmp in out
    ring </dev/null >out
    [ ! -s out ]
    # the reader sleeps until the writer, which sleeps too, goes on
    mkfifo pipe
    ring <pipe >out 3>&- &
    pid=$!
    exec 4>pipe
    echo one >&4
    sleeps() { grep -q '^State:.S' "/proc/$pid/status"; }
    wait_until sleeps
    echo two >&4
    exec 4>&-
    wait "$pid"
    same "lines" $'one\ntwo' "$(<out)"
}

@test "counter: no addition is lost, even if a process is killed" {
    key=0x5ca1ab1e
    for process in 1 2 3; do
        counter $key 20000 >"out$process" &
    done
    counter $key 1000000000 >/dev/null &
    pid=$!
    wait_until is_there
    kill -9 "$pid"
    wait
    segment=$(perl -e 'print shmget(hex shift, 0, 0)' $key)
    echo "$segment" >>noted
    last=$(sort -n out? | tail -n 1)
    ((last >= 60000))
    same "the next number" $((1 + $(shmpeek "$segment" u64@0))) "$(counter $key)"
    perl -e 'shmctl(shift, 0, 0)' "$segment"
    sed -i '$d' noted
}

is_there() { [ "$(perl -e 'print shmget(hex shift, 0, 0) // ""' $key)" ]; }

@test "lister: sizes are exact, and a segment is abandoned, in use or attached" {
    segment 5000
    succeeds lister
    like "line" "*$id         5000 *  0 in use*" "$output"
    succeeds lister 0
    like "line" "*$id         5000 *  0 abandoned*" "$output"
    abandoned=$(perl -e 'print shmget(0, 4096, 01600)')
    echo "$abandoned" >>noted
    start shmattach "$id"
    wait_until test -s out
    succeeds lister 0
    like "lines" "*$id         5000 *  1 attached*" "$output"
    like "lines" "*$abandoned         4096 *  0 abandoned*" "$output"
    end "$pid"
}

@test "copy: the file is the segment, and progress is reported" {
    segment 3M
    head -c 3M /dev/urandom | shmwrite "$id"
    run -0 --separate-stderr copy "$id" out
    shmcat "$id" | cmp - out
    like "progress" "*100 %*" "$stderr"
}

@test "copy: SIGINT cancels it, even while the reader does not read" {
    segment 3M
    mkfifo pipe
    perl -e "sleep 3600" <pipe &
    started+=($!)
    env --default-signal=INT copy "$id" pipe 2>err &
    pid=$!
    wait_until grep -q % err
    until ! kill -INT "$pid" 2>/dev/null; do read -rt 0.1 <> <(:) || :; done
    run -130 wait "$pid"
    grep -q "copy: cancelled after [0-9]* bytes" err
}

@test "notes: lines are added until the segment is full" {
    segment 20
    prints first notes "$id" first
    prints $'first\nsecond' notes "$id" second
    prints $'first\nsecond' notes "$id"
    run -1 --separate-stderr notes "$id" "a line that does not fit"
    same "message" "notes: No space left on device" "$stderr"
}

@test "raii: the segment is removed when an exception leaves its scope" {
    prints $'point 3 4\nthe segment is too small\nno such segment' raii
}

@test "namespaces: two threads see different segments at the same time" {
    nsenter --ipc --target $$ true || skip "may not go back"
    segment 4096
    apart
    "${apart[@]}" perl -e 'shmget(0, 8192, 01600) // die; shmget(0, 8192, 01600) // die'
    there=$pid
    succeeds namespaces "$there"
    same "views" "here: $(segments | wc -l) segments, $(awk 'NR > 1 { sum += $4 } END { print sum }' /proc/sysvipc/shm) bytes
there: 2 segments, 16384 bytes" "$output"
}

@test "lock_owner: the next owner is told that the last one was killed, and repairs" {
    before=$(segments)
    prints $'the owner has died: 70 and 0\nrepaired, and moved: 70 and 30' lock_owner
    same "segments" "$before" "$(segments)"
}

@test "ffi.py: ctypes uses the library without a compiler" {
    command -v python3 >/dev/null || skip "python3 is not installed"
    prints $'hello from Python\n21\nno such segment' python3 "$SHMBOX_SOURCE/examples/programs/ffi.py"
    # what shmbox-ffi(3) shows is the same
    same "page" "$output" "$(sed -n '/^\.Bd -literal/,/^\.Ed/p' "$SHMBOX_SOURCE/man/shmbox-ffi.3" | sed '1d;$d')"
}

@test "every program has a test here" {
    for file in "$SHMBOX_SOURCE"/examples/programs/*; do
        name=${file##*/}
        grep -q "^@test \"${name%.c*}" "$BATS_TEST_FILENAME" || same "test of" "one" "none: $name"
    done
}
