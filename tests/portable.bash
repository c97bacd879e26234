# shellcheck shell=bash
# portable - the part of the suite that runs elsewhere too, as it is: on other machines, in
# an initramfs, without /proc
#
# It is what judges the applets by their output and by the kernel's table of segments, with
# a shell, perl and jq. What cannot pass somewhere stands in the file elsewhere, with the
# reason, and is skipped there.

# The files with tests that run in an initramfs: those that are marked.
marked_files()
{
    (cd "$SHMBOX_SOURCE/tests" && grep -l '^# bats test_tags=initramfs$' -- *.bats)
}

# What runs everywhere else: these files, and what is marked in others. shmrm and shmwait spend
# their tests waiting.
whole_files()
{
    (cd "$SHMBOX_SOURCE/tests" && printf '%s\n' shm*.bats args.bats table.bats | grep -vE '^shm(rm|wait)\.')
}

portable_files()
{
    { whole_files && marked_files; } | sort -u
}

# suite WORDS BIN [CMD ARG..] - runs it under CMD on the program in BIN, and fails if a test
# fails or is skipped for a reason that elsewhere does not have; WORDS are what elsewhere may
# call the place. With files=marked_files only what is marked runs.
suite()
{
    local words=$1 bin=$2 tap=$BATS_TEST_TMPDIR/tap file which
    shift 2
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR" # another user runs it too
    # another bats: nothing of this one, and of the variant under test, is its business
    for file in $("${files-portable_files}"); do
        which=(--filter-tags initramfs)
        [ -n "${files-}" ] || ! whole_files | grep -qx "$file" || which=()
        env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" HOME="${HOME-/}" TMPDIR="$BATS_TEST_TMPDIR" \
            SHMBOX_SOURCE="$SHMBOX_SOURCE" SHMBOX_BUILD="$bin/.." SHMBOX_BIN="$bin" \
            SHMBOX_VARIANT=elsewhere SHMBOX_ELSEWHERE="$words" \
            "$@" "$SHMBOX_SOURCE/tests/ipcns.sh" bats --tap "${which[@]}" "$SHMBOX_SOURCE/tests/$file" 3>&- </dev/null ||
            echo "# $file: bats ended with status $?"
    done >"$tap" 2>&1
    verdict "$words" "$tap"
}

# verdict WORDS TAP - says how many passed, and fails if not all were to be expected
verdict()
{
    # shellcheck disable=SC2016 # awk's own variables
    awk -F'\t' -v words="$1" '
        NR == FNR { known[$4]; next }
        { failing = failing && !/^ok / || /^not ok / }
        failing { print }
        /^1\.\./ { planned += substr($0, 4) }
        /^not ok / { failures++ }
        /^ok / && !/ # skip / { passed++ }
        /^ok .* # skip / {
            skips++
            reason = $0
            sub(/.* # skip /, "", reason)
            if (!(reason in known)) {
                print "not expected: " $0
                failures++
            }
        }
        END {
            if (planned != passed + skips + failures)
                print "only " passed + skips + failures " of " planned " tests ran"
            print "# " words ": " passed + 0 " passed, " failures + 0 " failed, " skips + 0 " skipped" >"/dev/fd/3"
            exit failures > 0 || !passed || planned != passed + skips + failures
        }' "$SHMBOX_SOURCE/tests/elsewhere" "$2"
}
