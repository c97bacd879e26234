# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# portable - the part of the suite that runs elsewhere too: on other machines, in an initramfs,
# without /proc
#
# Its tests judge the applets by their output and by the kernel's table of segments, with a
# shell, perl and jq. Tests that are tagged initramfs run in every place: of each applet those
# that meet the kernel in another way. The other tests of the portable part are slow there, and
# run if SHMBOX_ALL is set. A test that cannot pass somewhere is listed in the file elsewhere,
# with the reason, and is skipped there.

# The files with tests that are tagged.
marked_files()
{
    (cd "$SHMBOX_SOURCE/tests" && grep -l '^# bats test_tags=initramfs$' -- */*.bats)
}

# The files that run as a whole with SHMBOX_ALL. shmrm and shmwait spend their tests waiting.
whole_files()
{
    (cd "$SHMBOX_SOURCE/tests" && printf '%s\n' applets/{shm*,args,table}.bats | grep -vE '/shm(rm|wait)\.')
}

portable_files()
{
    { whole_files && marked_files; } | sort -u
}

# marked_source DIR FILE.. - makes DIR/tests: what these files load, and these files with the
# tagged tests alone, so that bats does not read the others again for each test
marked_source()
{
    local dir=$1/tests tests=$SHMBOX_SOURCE/tests file
    shift
    mkdir -p "$dir/lib"
    cp "$tests"/lib/*.bash "$tests/lib/elsewhere" "$tests/lib/ipcns.sh" "$dir/lib"
    cat "$tests/lib/quick.bash" >>"$dir/lib/helper.bash"
    for file; do
        mkdir -p "$(dirname "$dir/$file")"
        awk '/^# bats test_tags=initramfs$/ { tagged = 1 }
            /^@test / { cut = !tagged; tagged = 0 }
            !cut
            /^}$/ { cut = 0 }' "$tests/$file" >"$dir/$file"
    done
}

# bats_there SOURCE OPTION.. FILE.. - one bats for these files of SOURCE/tests, under the array
# there; nothing of this bats, and of the variant under test, is its business
bats_there()
{
    local source=$1
    shift
    (
        cd "$source/tests" || exit
        exec env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" HOME="${HOME-/}" TMPDIR="$BATS_TEST_TMPDIR" \
            SHMBOX_SOURCE="$source" SHMBOX_BUILD="$bin/.." SHMBOX_BIN="$bin" \
            SHMBOX_VARIANT=elsewhere SHMBOX_ELSEWHERE="$words" SHMBOX_LIMIT="${SHMBOX_LIMIT-}" CI="${CI-}" \
            SHMBOX_PRIVATE_IPC="${SHMBOX_PRIVATE_IPC-}" \
            "${there[@]}" "$source/tests/lib/ipcns.sh" bats --tap "$@" 3>&- </dev/null
    ) || echo "# bats ended with status $?"
}

# suite WORDS BIN [CMD ARG..] - runs it under CMD on the program in BIN, and fails if a test
# fails or is skipped for a reason that elsewhere does not have; WORDS are what elsewhere may
# call the place
suite()
{
    local words=$1 bin=$2 tap=$BATS_TEST_TMPDIR/tap marked=$BATS_TEST_TMPDIR/marked files file there
    shift 2
    there=("$@")
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR" # another user runs it too
    mapfile -t files < <(marked_files)
    if [ -n "${SHMBOX_ALL-}" ]; then
        mapfile -t files < <(comm -23 <(marked_files | sort) <(whole_files | sort))
        # each in a namespace without the segments of the others
        for file in $(whole_files); do
            bats_there "$SHMBOX_SOURCE" "$file"
        done
    fi >"$tap" 2>&1
    marked_source "$marked" "${files[@]}"
    bats_there "$marked" "${files[@]}" >>"$tap" 2>&1
    verdict "$words" "$tap"
}

# verdict WORDS TAP - says how many passed, and fails if not all were to be expected
verdict()
{
    # shellcheck disable=SC2016 # awk's own variables
    awk -F'\t' -v words="$1" -v root="${SHMBOX_PRIVATE_IPC-}" '
        NR == FNR { known[$4]; next }
        { failing = failing && !/^ok / || /^not ok / }
        failing { print }
        /^1\.\./ { planned += substr($0, 4) }
        /^not ok / { failures++ }
        /^ok / && !/ # skip / { passed++ }
        /^ok .* # skip / {
            reason = $0
            sub(/.* # skip /, "", reason)
            if (reason in known || root == "userns" && reason ~ /user namespace|cannot be (set|chosen) here/) {
                skips++
            } else {
                print "not expected: " $0
                failures++
            }
        }
        END {
            if (planned != passed + skips + failures)
                print "only " passed + skips + failures " of " planned " tests ran"
            print "# " words ": " passed + 0 " passed, " failures + 0 " failed, " skips + 0 " skipped" >"/dev/fd/3"
            exit failures > 0 || !passed || planned != passed + skips + failures
        }' "$SHMBOX_SOURCE/tests/lib/elsewhere" "$2"
}
