# SPDX-License-Identifier: MIT
# no input breaks the contract of a parser of words, or of a reader of /proc or of archives
# runs against: fuzz
# labels: offline unprivileged
#
# tests/fuzz/fuzz.c defines the targets. Each runs for 10 seconds, with --all for a minute; a
# slow machine tries fewer inputs, and that is no failure. SHMBOX_SEED sets libFuzzer's seed,
# which is printed. A finding prints its input, and the command that repeats it:
#
#   ./dev build fuzz && build/fuzz/bin/fuzz TARGET --try 'INPUT'
#
# With the finding mended, its input becomes a line of tests/fuzz/corpus/TARGET.

words=(size offset duration number mode owner key segment field assignment what op value columns format)
texts=(hex line say escaped json)
archives=(archive)
files=(maps mapped smaps stat named comm cgroup shm row meminfo vmstat sysctl passwd)

setup()
{
    load ../lib/helper
    common_setup
    fuzz=$SHMBOX_BIN/fuzz
    corpus=$SHMBOX_SOURCE/tests/fuzz/corpus
    # a report is to be seen here, with the input
    export ASAN_OPTIONS='' UBSAN_OPTIONS=print_stacktrace=1
}

teardown() { common_teardown; }

# run_target TARGET - for its time; prints what it finds
run_target()
{
    local file
    mkdir -p "$1/seeds" "$1/found"
    "$fuzz" "$1" --unpack "$1/seeds" <"$corpus/$1"
    "$fuzz" "$1" -max_total_time="$seconds" -seed="$seed" -max_len=1024 -timeout=300 \
        -artifact_prefix="$1/found/" "$1/seeds" >"$1/log" 2>&1 && return
    grep -vE '^(#|INFO: |[[:blank:]]*(NEW|0x))' "$1/log" | head -n 60
    for file in "$1"/found/*; do
        [ ! -e "$file" ] || printf "to repeat it: build/fuzz/bin/fuzz %s --try '%s'\n" "$1" \
            "$("$fuzz" "$1" --show "$file" | sed "s/'/\\\\x27/g")"
    done
    return 1
}

# find_nothing TARGET.. - as many at a time as there are processors
find_nothing()
{
    seconds=10
    [ -z "${SHMBOX_ALL-}" ] || seconds=60
    seed=${SHMBOX_SEED-$((RANDOM * 32768 + RANDOM + 1))}
    echo "SHMBOX_SEED=$seed"
    export fuzz corpus seconds seed
    export -f run_target
    # shellcheck disable=SC2016 # the inner shell's
    printf '%s\n' "$@" | xargs -n 1 -P "$(nproc)" bash -c 'run_target "$0"'
}

@test "each target is run, and has a corpus" {
    "$fuzz" --list | sort >listed
    printf '%s\n' "${words[@]}" "${texts[@]}" "${files[@]}" "${archives[@]}" | sort | diff - listed
    find "$corpus" -type f -printf '%f\n' | sort | diff - listed
}

@test "a finding fails, and reports its input and how to repeat it" {
    mkdir corpus
    corpus=$PWD/corpus
    printf '%s\n' 'some \x00 \\\n' "a fault's" >corpus/self
    run -123 find_nothing self
    grep -q '^SHMBOX_SEED=[0-9]' <<<"$output"
    grep -q '^fuzz: self: .*: not true: ' <<<"$output"
    grep -qFx "to repeat it: build/fuzz/bin/fuzz self --try 'a fault\\x27s'" <<<"$output"
    run -134 "$fuzz" self --try 'a fault\x27s'
    like "report" "fuzz: self: *: not true: *" "$output"
    succeeds "$fuzz" self --try 'some \x00 \\\n'
    printf 'some \0 \\\n' | cmp - self/seeds/000
    prints 'some \x00 \\\n' "$fuzz" self --show self/seeds/000
}

@test "words of the command line: an accepted word is the same after printing and parsing" {
    find_nothing "${words[@]}"
}

@test "hex digits, whole command lines and messages" {
    find_nothing "${texts[@]}"
}

@test "files of /proc and /etc, for any name of a process" {
    find_nothing "${files[@]}"
}

@test "archives of segments, wherever they come from" {
    find_nothing "${archives[@]}"
}
