# SPDX-License-Identifier: MIT
# archives of segments, written and read by a program that links with the library
# runs against: dev release
# labels: offline unprivileged

setup_file()
{
    export tree=$BATS_FILE_TMPDIR/tree
    for component in library development; do
        cmake --install "$SHMBOX_BUILD" --prefix "$tree" --component $component >>"$BATS_FILE_TMPDIR/install.log"
    done
    PKG_CONFIG_PATH=$(dirname "$(find "$tree" -name shmbox.pc)")
    export PKG_CONFIG_PATH
    # shellcheck disable=SC2046 # several flags
    "$SHMBOX_BUILD/cc" -std=gnu17 -O1 -g -Wall -Wextra -Wpedantic -Werror -o "$BATS_FILE_TMPDIR/archive" \
        "$SHMBOX_SOURCE"/tests/library/archive{,-memory}.c $(pkg-config --cflags --libs-only-L shmbox) -Wl,-Bstatic -lshmbox -Wl,-Bdynamic
}

setup()
{
    load ../lib/helper
    common_setup
}

teardown() { common_teardown; }

# archive TEST
archive()
{
    succeeds "$BATS_FILE_TMPDIR/archive" "$@"
}

@test "every test of archive.c is run below" {
    "$BATS_FILE_TMPDIR/archive" | sort >there
    sed -n 's/^    archive \([a-z_0-9]*\)$/\1/p' "$BATS_TEST_FILENAME" | sort -u >here
    diff there here
}

@test "what was dumped is restored, whatever pieces it is read in" {
    archive restores
}

@test "members that are not wanted are skipped" {
    archive skips
}

@test "an archive that is cut off anywhere is refused" {
    archive finds_cuts
}

@test "one flipped bit anywhere in an archive is found" {
    archive finds_flipped_bits
}

@test "what the caller's put() returns ends the dump" {
    archive tells_what_put_said
}

@test "a dump is watched, and ended by the caller that watches" {
    archive is_watched_and_ended
}

@test "what is wrong with a call is refused" {
    archive refuses
}
