# SPDX-License-Identifier: MIT
# dev: the demo, and the words it takes
# runs against: release
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    common_setup
    demo_tree
}

teardown() { common_teardown; }

# A tree that is built already, by a cmake that does nothing.
demo_tree()
{
    mkdir -p tree/build/release tree/cmake words
    cp "$SHMBOX_SOURCE/dev" "$SHMBOX_SOURCE/README.md" "$SHMBOX_SOURCE/CMakePresets.json" tree
    ln -s "$SHMBOX_BIN" tree/build/release/bin
    printf '%s\n' '#!/bin/sh' '[ "$1" != --version ] || echo cmake version 3.21.0' >words/cmake
    chmod +x words/cmake
    PATH=$PWD/words:$PATH
}

@test "the demo shows the documented output, and leaves nothing behind" {
    run -0 --separate-stderr tree/dev demo
    like "last line" "# That was all. The programs are in */tree/build/release/bin" "${lines[-1]}"
}

@test "a reader that exits early does not make the demo lose its segment" {
    for lines in 1 2 3 4 5 8 12 20; do
        bash -c 'tree/dev demo | head -n "$0" >/dev/null' "$lines" 2>/dev/null
        same "segments after $lines lines" "$(<before)" "$(segments)"
    done
}

@test "the demo ends at its first step that fails" {
    limit shmmni 0
    run -1 --separate-stderr tree/dev demo
    like "first line of standard error" "shmcreate: README.md: all 0 segments that kernel.shmmni allows exist" "${stderr_lines[0]}"
    like "last line of standard error" "dev: demo: status 6, expected 0: id=*" "${stderr_lines[-1]}"
    [[ $output != *shmls* ]]
}

@test "dev prints its usage on request" {
    for word in --help -h help; do
        succeeds tree/dev $word
        like "usage" "*usage: ./dev build *" "$output"
        same "last words" "to install. Steps that are up to date are skipped." "$(tail -n 1 <<<"$output")"
    done
}

@test "a link to dev works like dev" {
    ln -s ../tree/dev words/linked
    run -0 --separate-stderr words/linked build
    same "the directory of the programs" "$(realpath tree)/build/release/bin" "$output"
}

@test "dev names an unknown command" {
    fails_with 1 "dev: x: too many words" tree/dev demo x
    fails_with 1 "dev: build: x: no such preset" tree/dev build x
    run -2 --separate-stderr tree/dev foo
    same "first line of standard error" "dev: foo: not a command" "${stderr_lines[0]}"
    like "usage" "*usage: ./dev build*" "$stderr"
    run -2 --separate-stderr tree/dev
    same "first line of standard error" "dev - build, test, measure and package shmbox" "${stderr_lines[0]}"
}

@test "dev --help prints the help, with status 0" {
    run -2 --separate-stderr tree/dev nonsense
    usage=${stderr#*$'\n'}
    for word in --help -h help; do
        prints "$usage" tree/dev "$word"
    done
}

# Its gcc is that of this system with musl's specs, but reports the target of the other.
# bats test_tags=all
@test "on a system with musl, the program is the same, byte for byte" {
    [ -e "$SHMBOX_BUILD/musl.specs" ] || skip "musl is this system's libc"
    mkdir path
    cat >path/gcc <<-END
	#!/bin/sh
	[ "\$*" != -dumpmachine ] || { echo $(uname -m)-alpine-linux-musl; exit; }
	exec $(command -v gcc) "-specs=$SHMBOX_BUILD/musl.specs" -isystem "$SHMBOX_BUILD/kernel-headers" "\$@"
	END
    chmod +x path/gcc
    PATH=$PWD/path:${PATH#"$PWD/words:"}
    cd "$SHMBOX_SOURCE"
    cmake --preset release -B "$BATS_TEST_TMPDIR/build" >"$BATS_TEST_TMPDIR/log"
    cmake --build "$BATS_TEST_TMPDIR/build" --target shmbox >>"$BATS_TEST_TMPDIR/log"
    cmp "$SHMBOX_BUILD/bin/shmbox" "$BATS_TEST_TMPDIR/build/bin/shmbox"
}
