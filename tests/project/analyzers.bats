# SPDX-License-Identifier: MIT
# three programs that read the sources find no fault in them: gcc, clang and cppcheck
# runs against: glibc
# labels: offline unprivileged
#
# tests/project/analyzers.known lists the false findings, each with its reason. With --all,
# the analyzers follow more paths.

bats_require_minimum_version 1.5.0

setup() {
    cd "$SHMBOX_SOURCE" || return 1
    shopt -s globstar
    export LC_ALL=C
    kept=$SHMBOX_BUILD/analyzers
    mkdir -p "$kept"
}

needs() {
    local tool
    for tool; do
        command -v "$tool" >/dev/null || skip "$tool is not installed"
    done
}

# defines FILE - the options of CMake for this file, as words
defines() {
    local words="-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -Iinclude"
    case $1 in
    cli/*) words+=" -D_GNU_SOURCE -Icli -I$SHMBOX_BUILD/applets -I$SHMBOX_BUILD/cli" ;;
    applets/*) words+=" -D_XOPEN_SOURCE=700 -Icli" ;;
    *)
        words+=" -Icli -Icore"
        grep -q '^#define _GNU_SOURCE' "$1" || words+=" -D_GNU_SOURCE"
        ;;
    esac
    echo "$words"
}

by_gcc() {
    local depth=()
    [ -z "${SHMBOX_ALL-}" ] ||
        depth=(--param analyzer-max-enodes-per-program-point=64 --param analyzer-bb-explosion-factor=50)
    # shellcheck disable=SC2046 # several words
    gcc -std=gnu17 -O1 -fanalyzer "${depth[@]}" -fdiagnostics-plain-output $(defines "$1") \
        -S -o "$BATS_TEST_TMPDIR/${1//\//-}.s" "$1"
}

by_clang() {
    local depth=()
    [ -z "${SHMBOX_ALL-}" ] || depth=(-Xclang -analyzer-config -Xclang max-nodes=1000000)
    # shellcheck disable=SC2046 # several words
    clang --analyze -Xclang -analyzer-output=text -std=gnu17 "${depth[@]}" $(defines "$1") "$1"
}

# found BY FILE - prints the warnings of an analyzer, without the lines, which change. They are
# kept until the file, a header, the analyzer or this file changes.
found() {
    local place=$kept/$1-${2//\//-}
    local key
    key=$({
        ${1#by_} --version
        echo "${SHMBOX_ALL-}"
        find tests -name '*.h' -exec cat {} +
        cat "$2" include/shmbox/*.h core/*.h core/*/*.h cli/*.h cli/*/*.h tests/project/analyzers.bats
    } | sha256sum)
    [ "$(head -n 1 "$place" 2>/dev/null)" != "$key" ] || {
        tail -n +2 "$place"
        return
    }
    "$1" "$2" >"$place.output" 2>&1 || {
        cat "$place.output"
        return 1
    }
    {
        echo "$key"
        sed -nE 's/^([^ :]+):[0-9]+:[0-9]+: (warning: )/\1: \2/p' "$place.output" | sort -u
    } >"$place"
    tail -n +2 "$place"
}

# only_known ANALYZER FINDINGS - each finding is known, and each that is known is found: what
# is not found any more leaves the list
only_known() {
    local known
    known=$(sed -n "s/^$1	//p" tests/project/analyzers.known | cut -f1)
    diff <(grep . <<<"$known" | sort) <(grep . <<<"$2" | sort) && return
    echo "(<: in tests/project/analyzers.known, but not found; >: found, and not known there)"
    return 1
}

# all_found BY FILE.. - the findings of all files, by all processors
all_found() {
    export -f defines by_gcc by_clang found
    export kept BATS_TEST_TMPDIR
    printf '%s\0' "${@:2}" | xargs -0 -n 1 -P "$(nproc)" bash -c "found $1 \"\$0\""
}

@test "gcc's analyzer finds nothing" {
    needs gcc
    local findings
    # The version decides what is found: the list is that of Debian 12.
    [[ $(gcc -dumpversion) == 12* ]] || skip "gcc $(gcc -dumpversion): the list of findings is for gcc 12"
    findings=$(all_found by_gcc core/*/*.c applets/*.c cli/*/*.c bench/*.c examples/*.c \
        tests/**/*.c)
    only_known gcc "$findings"
}

# clang-tidy runs it over the program: lint.bats.
@test "clang's analyzer finds nothing in the tests and in code that is not installed" {
    needs clang
    local findings
    [[ $(clang -dumpversion) == 14* ]] || skip "clang $(clang -dumpversion): the list of findings is for clang 14"
    findings=$(all_found by_clang bench/*.c examples/*.c tests/**/*.c)
    only_known clang "$findings"
}

# The category style is left to clang-tidy and to the compilers: here it is mostly of the opinion
# that variables belong into inner blocks, and takes bit masks before a "?" for a mistake. Left
# out are also, of the whole source:
#   nullPointerRedundantCheck  it does not know that finish(), broken() and err(3) do not return
#   getpwnamCalled etc.        the program has one thread (lint.bats), and so do its tests there
#   assertWithSideEffect       the tests call what they test within assert(), never with NDEBUG
@test "cppcheck finds nothing" {
    needs cppcheck
    local findings id left_out=()
    [[ $(cppcheck --version) == *" 2.10"* ]] || skip "$(cppcheck --version): the list of findings is for 2.10"
    for id in nullPointerRedundantCheck getpwnamCalled getpwuidCalled getgrnamCalled getgrgidCalled \
        readdirCalled; do
        left_out+=("--suppress=$id")
    done
    left_out+=("--suppress=assertWithSideEffect:tests/*")
    findings=$(cppcheck --quiet -j "$(nproc)" --std=c11 --library=posix,gnu "${left_out[@]}" \
        --enable=warning,performance,portability --template='{file}: {id}: {message}' \
        -Iinclude -Icore -Icli -D_GNU_SOURCE \
        core cli applets bench examples tests 2>&1)
    only_known cppcheck "$(sort -u <<<"$findings")"
}

# A test that finds nothing would pass if an analyzer did not run at all.
@test "each analyzer finds a fault that exists" {
    needs gcc clang cppcheck
    cat >"$BATS_TEST_TMPDIR/fault.c" <<-'END'
	#include <stdlib.h>
	int main(void)
	{
		int *number = malloc(sizeof(*number));
		if (!number)
			return 1;
		free(number);
		int two[2] = { 0 };
		return *number + two[2];
	}
	END
    cd "$BATS_TEST_TMPDIR"
    by_gcc fault.c 2>&1 | grep -q use-after-free
    by_clang fault.c 2>&1 | grep -q 'after it is freed'
    cppcheck --quiet --template='{id}' fault.c 2>&1 | grep -q arrayIndexOutOfBounds
}
