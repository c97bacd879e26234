# SPDX-License-Identifier: MIT
# bytes written after shmcat has exited never reach a late reader of its output
# labels: offline unprivileged

setup_file()
{
    load ../lib/helper
    load ../lib/paths
    make_layouts
    cat "$layouts"/{full,sparse,full,scattered} >"$layouts/long"
}

setup() { load ../lib/helper; load ../lib/paths; paths_setup; }
teardown() { paths_teardown; }

# late END LAYOUT.. - with these layouts and every right
late()
{
    for layout in "${@:2}"; do
        for right in "${rights[@]}"; do
            be "$right"
            segment_like "$layouts/$layout"
            slowly "$1" "$layouts/$layout" "${as[@]}" shmcat "$id"
            ipcrm -m "$id"
        done
    done
}

@test "through a pipe as it comes" {
    late 65536 full sparse scattered small
}

@test "through a pipe of 1 MiB" {
    late 1048576 full sparse scattered
}

@test "through a pipe that must keep its size" {
    pipes_may_have 65536
    segment_like "$layouts/full"
    for right in "${rights[@]}"; do
        be "$right"
        put "$id" "$layouts/full"
        slowly 65536 "$layouts/full" setpriv --bounding-set=-sys_resource -- "${as[@]}" shmcat "$id"
    done
}

@test "through a pipe that holds more than the segment has" {
    pipes_may_have 8388608
    late 8388608 full sparse
}

@test "through a pipe that its reader enlarges early" {
    pipes_may_have 4194304
    late "65536 4194304 4000000" long
    late "1048576 4194304 4000000" long
}

@test "through a pipe that its reader enlarges when little is left" {
    pipes_may_have 4194304
    late "1048576 4194304 18000000" long
}

@test "through a socket" {
    late socket full sparse
}

@test "a range, and several segments" {
    segment_like "$layouts/full"
    tail -c +100002 "$layouts/full" | head -c 5000001 >range
    cat range range >twice
    for right in "${rights[@]}"; do
        be "$right"
        put "$id" "$layouts/full"
        slowly 65536 range "${as[@]}" shmcat --offset 100001 --length 5000001 "$id"
        put "$id" "$layouts/full"
        slowly 65536 twice "${as[@]}" shmcat --offset 100001 --length 5000001 "$id" "$id"
    done
}

@test "through a pipe with --no-attach" {
    needs_cap
    segment_like "$layouts/full"
    hold "$id"
    slowly 65536 "$layouts/full" shmcat --no-attach "$id"
}
