# SPDX-License-Identifier: MIT
# shmstat(1)
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

names="id key owner perms size nattch status ctime cpid lpid uid gid cuid cgid atime dtime command rss swap age idle locked"

# value NAME - of the line "NAME: value" in $output
value()
{
    sed -n "s/^$1: *//p" <<<"$output"
}

@test "prints a line for every fact" {
    segment 4K
    succeeds shmstat "$id"
    for name in $names; do
        [ -n "$(value "$name")" ] || { echo "no value for $name"; return 1; }
    done
}

# bats test_tags=initramfs
@test "the values are those of the kernel" {
    segment -k 0xb1 -m 640 5000
    printf x | poke "$id" 0
    hold "$id"
    succeeds shmstat "$id"
    for name in nattch cpid lpid uid gid cuid cgid; do
        same "$name" "$(kernel_says "$id" "$name")" "$(value "$name")"
    done
    same "id" "$id" "$(value id)"
    same "key" 0x000000b1 "$(value key)"
    same "owner" "$(id -un)" "$(value owner)"
    like "perms" "*rw-r-----*" "$(value perms)"
    like "size" "*5000*" "$(value size)"
    ipcrm -m "$id"
}

@test "owner, creator and their groups are distinct" {
    needs_nobody
    id=$(setpriv --reuid 1001 --regid 1002 --clear-groups env PATH="$nobody_bin:$PATH" shmcreate 4K)
    echo "$id" >>noted
    shmset --owner 1003:1004 "$id"
    same "the kernel's" "1003 1004 1001 1002" \
        "$(kernel_says "$id" uid) $(kernel_says "$id" gid) $(kernel_says "$id" cuid) $(kernel_says "$id" cgid)"
    prints "1003 1004 1001 1002" shmstat --format '%{uid} %{gid} %{cuid} %{cgid}' "$id"
}

@test "several segments are printed one after the other" {
    segment 1
    first=$id
    segment 2
    prints "$first 1"$'\n'"$id 2" shmstat -F '%{id} %{size}' "$first" "$id"
}

@test "a segment is found by its key" {
    segment -k 0xb2 4K
    prints "$id" shmstat -F '%{id}' key:0xb2
    ipcrm -m "$id"
}

@test "id 0 is printed like any other id" {
    prints "0 4096" fresh sh -c 'shmcreate 4K >/dev/null && shmstat -F "%{id} %{size}" 0'
}

@test "prints unreadable segments" {
    needs_nobody
    segment -m 0 5000
    prints "5000 $(id -u)" as_nobody shmstat -F '%{size} %{uid}' "$id"
}

# bats test_tags=initramfs
@test "a segment marked for removal is printed by its id, with the mark" {
    segment -k 0xb3 4K
    hold "$id"
    ipcrm -m "$id"
    prints "removed 1" shmstat -F '%{status} %{nattch}' "$id"
}

@test "never attaches a segment" {
    segment 4K
    succeeds shmstat "$id"
    same "last operator and time of attach" "0 0" "$(kernel_says "$id" lpid) $(kernel_says "$id" atime)"
}

# ---- --format ----

@test "--format replaces names by values, in bytes and plain numbers" {
    segment -k 0xb4 65536
    printf x | poke "$id" 0
    prints "size=65536 rss=4096 key=0x000000b4" shmstat --format 'size=%{size} rss=%{rss} key=%{key}' "$id"
    for name in nattch ctime cpid lpid uid gid cuid cgid atime dtime swap; do
        prints "$(kernel_says "$id" "$name")" shmstat -F "%{$name}" "$id"
    done
    ipcrm -m "$id"
}

@test "--format accepts every column" {
    segment 4K
    for name in $names; do
        succeeds shmstat -F "%{$name}" "$id"
        [ -n "$output" ]
    done
}

@test "--format ends each segment with a newline" {
    segment 1
    shmstat -F 'x' "$id" "$id" | same_bytes <(printf 'x\nx\n')
}

@test "--format understands newline and tab, and %% as a percent sign" {
    segment 1
    shmstat -F '%{id}\t%%\n.' "$id" | same_bytes <(printf '%s\t%%\n.\n' "$id")
}

@test "--format with an unknown name is refused before anything is printed" {
    segment 4K
    fails_like 2 "shmstat: *bogus*: *" shmstat -F '%{id} %{bogus}' "$id"
    fails_like 2 "shmstat: *" shmstat -F '%{id' "$id"
}

# ---- --json ----

@test "--json has every column, numbers as numbers and times in seconds" {
    segment -k 0xb5 5000
    succeeds shmstat --json "$id"
    same "version" 1 "$(jq .version <<<"$output")"
    for name in $names; do
        same "$name is there" true "$(jq --arg name "$name" '.sharedmemory[0] | has($name)' <<<"$output")"
    done
    same "facts" "[$id,\"0x000000b5\",5000,$(kernel_says "$id" ctime),false]" \
        "$(jq -c '.sharedmemory[0] | [.id, .key, .size, .ctime, .locked]' <<<"$output")"
    ipcrm -m "$id"
}

@test "--json of several segments is one object" {
    segment 1
    succeeds shmstat -J "$id" "$id"
    same "sizes" "[1,1]" "$(jq -c '[.sharedmemory[].size]' <<<"$output")"
}

# ---- failures ----

@test "continues after a failure, which the exit status shows" {
    segment 5000
    run -3 --separate-stderr shmstat -F '%{size}' 999 "$id"
    same "standard output" 5000 "$output"
    same "standard error" "shmstat: 999: no such segment" "$stderr"
}

@test "--json prints an object even if a segment is missing" {
    segment 5000
    run -3 --separate-stderr shmstat -J 999 "$id"
    same "sizes" "[5000]" "$(jq -c '[.sharedmemory[].size]' <<<"$output")"
}

@test "requires a segment" {
    fails_with 2 "shmstat: SEGMENT is missing" shmstat
    fails_like 2 "shmstat: bogus: *" shmstat bogus
}

@test "a full disk and a closed standard output are errors" {
    segment 4K
    fails_like 1 "shmstat: *" full shmstat "$id"
    fails_like 1 "shmstat: *" closed shmstat "$id"
    fails_like 1 "shmstat: *" full shmstat -J "$id"
}
