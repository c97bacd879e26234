# SPDX-License-Identifier: MIT
# the suite's own runner: what it leaves running (nothing), and what it calls flaky
# runs against: release
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    common_setup
    mkdir -p build/release
    ln -s "$SHMBOX_BIN" build/release/bin
    # another bats, which is independent of this one
    alone=(env --default-signal=INT -i PATH="${PATH//"$BATS_LIBEXEC:"/}" TMPDIR="$PWD")
    runner=("${alone[@]}" "$SHMBOX_SOURCE/tests/lib/run.sh" build/release)
    file hangs.bats <<-END
	%test "never ends" {
	    setsid sleep 98765.4 3>&- &
	    echo started >"$PWD/started"
	    sleep 98765.4
	}
	END
}

teardown() { common_teardown; }

# file NAME - a file of tests: those on standard input, with % for what bats would read here
file() { sed 's/^%#/#/; s/^%/@/' >"$1"; }

hanging() { pgrep -f 'sleep 98765[.]4'; }
none_hangs() { ! hanging; }

# hangs CMD.. - in a process group of its own, until the test in hangs.bats does not end
hangs()
{
    rm -f started
    start setsid "$@"
    wait_until test -s started
    wait_until hanging
}

# ends_by SIGNAL - the terminal sends SIGINT to the whole group
ends_by()
{
    local whom=$pid
    [ "$1" != INT ] || whom=-$pid
    kill "-$1" -- "$whom"
    wait_until none_hangs
    wait "$pid" || :
    forget "$pid"
}

@test "no process remains when the runner of a file is ended by a signal, even SIGKILL" {
    for signal in TERM INT HUP KILL; do
        hangs "${runner[@]}" hangs.bats
        ends_by "$signal"
    done
}

@test "no process remains when the whole run is ended by a signal, even SIGKILL" {
    mkdir -p tree/tests/lib
    cp "$SHMBOX_SOURCE"/tests/lib/*.sh tree/tests/lib
    mkdir -p tree/build
    cp -P build/release tree/build -r
    # an existing build
    printf '#!/bin/sh\n' >tree/dev
    chmod +x tree/dev
    for signal in TERM INT HUP KILL; do
        hangs "${alone[@]}" tree/tests/lib/suite.sh --build release "$PWD/hangs.bats"
        ends_by "$signal"
    done
}

@test "a file that exceeds the time limit fails, and no process of it remains" {
    run -1 "${alone[@]}" SHMBOX_LIMIT=1 "${runner[@]:5}" hangs.bats
    like "failure" "*1 FAILED*bats ended with status 142*" "$output"
    none_hangs
}

@test "processes that a test leaves are ended with its file" {
    file leaves.bats <<-'END'
	%test "leaves something" { setsid sleep 98765.4 3>&- & }
	END
    run -0 "${runner[@]}" leaves.bats
    none_hangs
}

@test "a test that fails and then passes is named, and counts as failed" {
    file flaky.bats <<-END
	%test "works (mostly) [or not]" {
	    [ -e "$PWD/there" ] || { touch "$PWD/there"; false; }
	}
	%test "never works" { false; }
	%test "works" { true; }
	END
    run -1 "${runner[@]}" flaky.bats
    like "failures" "*release/flaky * 3 tests *2 FAILED*" "$output"
    like "flaky" "*# flaky: it passed when run again: works (mostly) \[or not\]*" "$output"
    [[ $output != *"run again: never works"* ]]
}

@test "only the tests whose names match are run; --all includes tagged ones" {
    file some.bats <<-'END'
	%test "one" { true; }
	%# bats test_tags=all
	%test "two, which takes long" { true; }
	%test "three" { true; }
	END
    run -0 "${runner[@]}" some.bats
    like "tests" "release/some * 2 tests *" "$output"
    run -0 "${runner[@]}" some.bats '^t'
    like "tests" "release/some * 1 tests *" "$output"
    run -0 "${alone[@]}" SHMBOX_ALL=1 "${runner[@]:5}" some.bats '^t'
    like "tests" "release/some * 2 tests *" "$output"
}

@test "./dev test names unknown options and files" {
    suite=$SHMBOX_SOURCE/tests/lib/suite.sh
    fails_with 2 "dev: test: --bogus: unknown option" "$suite" --bogus
    fails_with 2 "dev: test: -f: needs a value" "$suite" -f
    fails_with 2 "dev: test: nowhere.bats: no such file" "$suite" nowhere.bats
    fails_with 2 "dev: test: started.txt: not a file of tests (*.bats)" sh -c ': >started.txt; "$0" started.txt' "$suite"
}

@test "a file of tests may be named without its directory" {
    mkdir -p tree/tests/lib tree/tests/room
    cp "$SHMBOX_SOURCE"/tests/lib/*.sh tree/tests/lib
    printf '#!/bin/sh\nmkdir -p build/$2/bin\n' >tree/dev
    chmod +x tree/dev
    file tree/tests/room/some.bats <<-'END'
	%test "one" { true; }
	END
    : >some
    for name in some some.bats tree/tests/room/some.bats; do
        run "${alone[@]}" tree/tests/lib/suite.sh --build other "$name"
        same "files" "build/other/tap/some.tap" "$(<tree/build/taps)"
    done
}

@test "each run builds what it needs, for any files" {
    mkdir -p tree/tests/lib
    cp "$SHMBOX_SOURCE"/tests/lib/*.sh tree/tests/lib
    printf '#!/bin/sh\necho "$2" >>made\nmkdir -p build/$2/bin\n' >tree/dev
    chmod +x tree/dev
    printf '# runs against: dev release\n@test "one" { true; }\n' | file tree/tests/some.bats
    for round in 1 2; do
        rm -f tree/made
        "${alone[@]}" tree/tests/lib/suite.sh tree/tests/some.bats >"round$round" 2>&1 || :
        same "builds" $'dev\nrelease' "$(sort tree/made)"
    done
}

# The sanitizer checks the shift, and the argument of strlen().
@test "branches that a sanitizer adds are not counted" {
    command -v gcovr >/dev/null || skip "gcovr is not installed"
    mkdir -p core
    # Two conditions have four branches, of which three are taken; an assert has no branch.
    file core/shift.c <<-'END'
	#include <assert.h>
	#include <stdlib.h>
	#include <string.h>
	int main(int argc, char **argv)
	{
		int sum = 0;
		assert(argc < 9);
		for (int i = 0; i < argc + 2; i++)
			sum += 1 << (strlen(argv[i / 9]) & 3);
		if (sum == 12345)
			abort();
		return 0;
	}
	END
    mkdir build/checked build/plain
    (cd build/plain && gcc -O1 --coverage -fprofile-abs-path -o shift ../../core/shift.c)
    (cd build/checked &&
        gcc -O1 --coverage -fprofile-abs-path -fsanitize=undefined -o shift ../../core/shift.c)
    build/checked/shift
    mkdir -p tests/lib
    cp "$SHMBOX_SOURCE"/tests/lib/lines.* tests/lib
    run -1 tests/lib/lines.sh checked
    ! grep -q ' of 4 branches' <<<"$output" || return 1
    run -1 tests/lib/lines.sh checked plain
    grep -q '^core  *83.3 % of 6 lines (goal: 95 %),  *75.0 % of 4 branches (goal: 85 %)$' <<<"$output" || {
        printf '%s\n' "$output"
        return 1
    }
}

# counts RUN - counted.json: 200 lines of core, of which this many were run
counts()
{
    awk -v run="$1" 'BEGIN {
        printf "{ \"files\": [ { \"file\": \"core/some.c\", \"lines\": ["
        for (i = 1; i <= 200; i++)
            printf "%s{ \"line_number\": %d, \"count\": %d, \"branches\": [] }", (i > 1 ? ", " : ""), i, (i <= run)
        print "] } ] }" }' >counted.json
}

@test "a coverage goal missed by more than one percent is a failure" {
    judge=$SHMBOX_SOURCE/tests/lib/lines.py
    counts 190
    succeeds python3 "$judge" counted.json
    like "met" "core  *95.0 % of 200 lines, *" "$output"
    counts 188
    succeeds python3 "$judge" counted.json
    like "nearly met" "core  *94.0 % of 200 lines (goal: 95 %), *" "$output"
    counts 187
    run -1 --separate-stderr python3 "$judge" counted.json
    like "missed" "*"$'\n'"not ok coverage: core: 93.5 % of 200 lines (goal: 95 %)" "$output"
}

@test "a file whose tests are all skipped has status 77, and so has every file without bats" {
    file skips.bats <<-'END'
	%test "first" { skip "no reason"; }
	%test "second" { skip "no reason"; }
	END
    run -77 "${runner[@]}" skips.bats
    like "line" "*2 tests*2 skipped*" "$output"
    file half.bats <<-'END'
	%test "first" { skip "no reason"; }
	%test "second" { true; }
	END
    run -0 "${runner[@]}" half.bats
    mkdir -p words
    for tool in sh dirname basename cat; do ln -s "$(command -v $tool)" words; done
    run -77 env PATH="$PWD/words" "$SHMBOX_SOURCE/tests/lib/run.sh" build/release half.bats
    same "line" "skipped: bats is not installed" "$output"
}

@test "as another user, ctest runs a plain test that needs no bats" {
    as=()
    [ "$(id -u)" != 0 ] || as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    chmod a+rx . "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test"
    mkdir -m 777 others
    "${as[@]}" test -r "$SHMBOX_BUILD/cc" || as=() # below /root, say
    # no bats of this run, nor its variables
    run -0 env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" TMPDIR="$PWD/others" "${as[@]}" \
        "$SHMBOX_SOURCE/tests/library/plain.sh" "$SHMBOX_BUILD"
    like "last line" "passed: * tests of the library, and the program" "${lines[-1]}"
}
