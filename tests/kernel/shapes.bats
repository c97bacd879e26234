# SPDX-License-Identifier: MIT
# every byte of a segment is read, however a holder has changed its mapping
# labels: offline unprivileged

setup_file()
{
    load ../lib/helper
    cd "$BATS_FILE_TMPDIR" || return
    cp "$SHMBOX_SOURCE/tests/kernel/shapes.c" .
    "$SHMBOX_BUILD/cc" -std=gnu17 -O1 -g -Wall -Wextra -Werror -o shapes shapes.c
    noise $((40 * $(getconf PAGESIZE) - 101)) >wanted
}

setup()
{
    load ../lib/helper
    load ../lib/paths
    paths_setup
    wanted=$BATS_FILE_TMPDIR/wanted
    middle=$((17 * $(getconf PAGESIZE) + 5))
    tail -c +$((middle + 1)) "$wanted" >rest
}

teardown() { paths_teardown; }

# shaped SHAPE - a segment with the bytes wanted and a holder of this shape: $id and $pid
shaped()
{
    segment "$(stat -c %s "$wanted")"
    put "$id" "$wanted"
    start "$BATS_FILE_TMPDIR/shapes" "$1" "$id"
    wait_until grep -qs held out
    [ "$1" != forked ] || wait_until sh -c '[ "$(wc -l <out)" = 2 ]'
}

# read_as SHAPE - the bytes of such a segment are exact, by an attach and through the holder
read_as()
{
    shaped "$1"
    for right in "${rights[@]}"; do
        be "$right"
        piped "$wanted" "${as[@]}" shmcat "$id"
        piped "$wanted" "${as[@]}" shmcat --freeze "$id"
    done
    needs_cap
    piped "$wanted" shmcat --no-attach "$id"
    piped rest shmcat --no-attach --offset "$middle" "$id"
    piped "$wanted" shmcat --no-attach --freeze "$id"
}

@test "a holder that has the whole segment mapped" { read_as whole; }
@test "a holder without the first pages" { read_as head-gone; }
@test "a holder without the last pages" { read_as tail-gone; }
@test "a holder without pages in the middle" { read_as hole; }
@test "a holder with read-only pages in the middle" { read_as split; }
@test "a holder that has moved its mapping" { read_as moved; }
@test "a holder that has enlarged its mapping" { read_as grown; }
@test "a holder that has shrunk its mapping" { read_as shrunk; }
@test "a holder that maps the pages in another order" { read_as remapped; }
@test "a holder that has a child with the same mapping" { read_as forked; }
@test "a holder that may not access its mapping" { read_as closed; }
