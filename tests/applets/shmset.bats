# SPDX-License-Identifier: MIT
# shmset(1)
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# bats test_tags=initramfs
@test "--mode sets the permissions, in octal" {
    segment 4K
    prints "" shmset --mode 640 "$id"
    same "mode" 640 "$(kernel_says "$id" perms)"
    succeeds shmset -m 0 "$id"
    same "mode" 0 "$(kernel_says "$id" perms)"
}

@test "--mode changes the permissions as chmod does" {
    for mode in g+r o+rw u-w a=r ug=rw,o= +w go-rwx u=rw,g=r,o=r g=u o=g; do
        segment -m 640 4K
        touch file
        chmod 640 file
        (umask 022 && chmod "$mode" file)
        (umask 022 && shmset --mode "$mode" "$id")
        same "mode $mode" "$(stat -c %a file)" "$(kernel_says "$id" perms)"
    done
}

@test "--mode takes the permissions as a listing shows them" {
    segment 4K
    for mode in rw-rw-r-- r-------- --------- rwxrwxrwx -w--wx--x; do
        prints "" shmset --mode "$mode" "$id"
        prints "$mode" shmstat --format '%{perms}' "$id"
    done
    prints "" shmset --mode -rw-r----x "$id" # a file's in ls(1)
    prints rw-r----x shmstat --format '%{perms}' "$id"
    for mode in rw-rw-r- rw-rw-r--- rw-rw-w-- wr-r--r-- rw-rw-r--,u+x; do
        fails_with 2 "shmset: --mode $mode: not a mode: expected octal up to 777, or letters as in u=rw,go-w or rw-r-----" \
            shmset --mode "$mode" "$id"
    done
}

@test "a new mode changes neither owner nor lock" {
    needs_nobody
    segment -u 12345:12346 --lock 4K
    succeeds shmset -m 644 "$id"
    same "mode with the flag SHM_LOCKED" 2644 "$(kernel_says "$id" perms)"
    same "owner" "12345 12346" "$(kernel_says "$id" uid) $(kernel_says "$id" gid)"
}

@test "--owner sets user, group or both, by name or number" {
    needs_nobody
    segment -m 640 4K
    succeeds shmset --owner 12345 "$id"
    same "owner" "12345 $(id -g)" "$(kernel_says "$id" uid) $(kernel_says "$id" gid)"
    succeeds shmset -u :12346 "$id"
    same "owner" "12345 12346" "$(kernel_says "$id" uid) $(kernel_says "$id" gid)"
    succeeds shmset -u 0:0 "$id"
    same "owner" "0 0" "$(kernel_says "$id" uid) $(kernel_says "$id" gid)"
    succeeds shmset -u "nobody:$(id -gn)" "$id"
    same "owner" "$(id -u nobody) $(id -g)" "$(kernel_says "$id" uid) $(kernel_says "$id" gid)"
    same "mode" 640 "$(kernel_says "$id" perms)"
}

@test "--owner user: sets the user's login group" {
    needs_nobody
    segment 4K
    succeeds shmset -u nobody: "$id"
    same "owner" "$(id -u nobody) $(id -g nobody)" "$(kernel_says "$id" uid) $(kernel_says "$id" gid)"
}

@test "an unknown owner is refused, and the message names the file" {
    segment 4K
    fails_with 2 "shmset: -u nosuchuser: not in /etc/passwd" shmset -u nosuchuser "$id"
    fails_with 2 "shmset: -u :nosuchgroup: not in /etc/group" shmset -u :nosuchgroup "$id"
}

@test "mode and owner are changed together" {
    needs_nobody
    segment 4K
    succeeds shmset -m 606 -u 12345:12346 "$id"
    same "facts" "606 12345 12346" \
        "$(kernel_says "$id" perms) $(kernel_says "$id" uid) $(kernel_says "$id" gid)"
}

@test "the creator stays the same" {
    needs_nobody
    segment 4K
    succeeds shmset -u 12345:12346 "$id"
    same "creator" "$(id -u) $(id -g)" "$(kernel_says "$id" cuid) $(kernel_says "$id" cgid)"
}

# bats test_tags=initramfs
@test "--lock keeps the pages in memory, --unlock releases them" {
    segment 4K
    succeeds shmset --lock "$id"
    same "mode with the flag SHM_LOCKED" 2600 "$(kernel_says "$id" perms)"
    succeeds shmset --unlock "$id"
    same "mode" 600 "$(kernel_says "$id" perms)"
    succeeds shmset -L "$id"
    same "mode with the flag SHM_LOCKED" 2600 "$(kernel_says "$id" perms)"
    succeeds shmset -K "$id"
    same "mode" 600 "$(kernel_says "$id" perms)"
}

@test "--lock beyond the limit is status 6, and names the limit" {
    needs_nobody
    id=$(as_nobody shmcreate 1M)
    echo "$id" >>noted
    fails_with 6 "shmset: $id: locking 1M exceeds the limit on locked memory (64K)" \
        as_nobody prlimit --memlock=65536:65536 shmset --lock "$id"
    same "mode" 600 "$(kernel_says "$id" perms)"
}

@test "changes several segments, by id and by key" {
    segment 4K
    first=$id
    segment -k 0xc1 4K
    succeeds shmset -m 644 "$first" key:0xc1
    same "modes" "644 644" "$(kernel_says "$first" perms) $(kernel_says "$id" perms)"
    ipcrm -m "$id"
}

@test "id 0 is changed like any other id" {
    prints 644 fresh sh -c 'shmcreate 4K >/dev/null && shmset -m 644 0 && awk "NR == 2 { print \$3 }" /proc/sysvipc/shm'
}

@test "continues after a failure, which the exit status shows" {
    segment 4K
    fails_with 3 "shmset: 999: no such segment" shmset -m 644 999 "$id"
    same "mode" 644 "$(kernel_says "$id" perms)"
}

@test "only owner and creator may change it" {
    needs_nobody
    segment -m 666 4K
    fails_with 4 "shmset: $id: only the owner ($(id -un)) or the creator may change it" \
        as_nobody shmset -m 600 "$id"
    fails_like 4 "shmset: $id: *" as_nobody shmset --lock "$id"
    same "mode" 666 "$(kernel_says "$id" perms)"
}

@test "the creator may take back a segment that it gave away" {
    needs_nobody
    id=$(as_nobody shmcreate 4K)
    echo "$id" >>noted
    shmset -u 12345:12345 "$id"
    succeeds as_nobody shmset -u 65534 "$id"
    same "owner" 65534 "$(kernel_says "$id" uid)"
}

@test "a change is required" {
    segment 4K
    fails_like 2 "shmset: *" shmset "$id"
    fails_with 2 "shmset: SEGMENT is missing" shmset -m 600
}

@test "an invalid mode is refused" {
    segment 4K
    for mode in 8 1777 999 rw u+q +s '' 'u+r,'; do
        fails_like 2 "shmset: *" shmset -m "$mode" "$id"
    done
    same "mode" 600 "$(kernel_says "$id" perms)"
}

@test "--lock and --unlock together are refused" {
    segment 4K
    fails_like 2 "shmset: *" shmset --lock --unlock "$id"
}

@test "an owner unknown in the user namespace is not reported as a missing segment" {
    unshare -Ur true 2>/dev/null || skip "no user namespaces here"
    # shellcheck disable=SC2016 # the inner shell's variables
    run -1 --separate-stderr unshare -Ur --ipc sh -c 'id=$(shmcreate 4K); shmset --owner 12345 "$id"'
    like "message" "shmset: *: this user namespace has no such user or group" "$stderr"
}

@test "-1 is neither a user nor a name" {
    fails_with 2 "shmset: --owner -1: no such user" shmset --owner -1 0
    same "lines" 1 "${#stderr_lines[@]}"
}
