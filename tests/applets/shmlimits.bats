# shmlimits(1)
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# value NAME - of the line "NAME: value" in $output
value()
{
    sed -n "s/^$1: *//p" <<<"$output"
}

# bats test_tags=initramfs
@test "prints the limits of the kernel" {
    limit shmmni 1234
    limit shmmax 123456789
    limit shmall 54321
    succeeds shmlimits
    same "limits" "1234 123456789 54321" "$(value shmmni) $(value shmmax) $(value shmall)"
    same "page size" "$(getconf PAGESIZE)" "$(value page_size)"
    same "rmid_forced" "$(cat "$proc/sys/kernel/shm_rmid_forced")" "$(value rmid_forced)"
}

@test "prints the usage: segments, pages, and their memory" {
    succeeds fresh sh -c 'shmcreate 4097 && id=$(shmcreate --populate 64K) && shmlimits'
    same "segments" 2 "$(value segments)"
    same "pages" 18 "$(value pages)"
    like "resident" "65536*" "$(value resident)"
    like "swapped" "0*" "$(value swapped)"
}

@test "an empty namespace has no usage" {
    succeeds fresh shmlimits
    same "segments and pages" "0 0" "$(value segments) $(value pages)"
}

@test "the largest limits are printed in full" {
    limit shmmax 18446744073692774399
    limit shmall 18446744073692774399
    succeeds shmlimits
    same "limits" "18446744073692774399 18446744073692774399" "$(value shmmax) $(value shmall)"
}

@test "memlock is the limit of this process" {
    succeeds prlimit --memlock=65536:65536 shmlimits
    like "memlock" "65536*" "$(value memlock)"
}

# bats test_tags=initramfs
@test "prints the pools of huge pages" {
    [ -d /sys/kernel/mm/hugepages ] || skip "a kernel without huge pages"
    pools_rest
    succeeds shmlimits
    for dir in /sys/kernel/mm/hugepages/hugepages-*kB; do
        name=hugepages_${dir##*-}
        same "$name" "$(cat "$dir/nr_hugepages") total, $(cat "$dir/free_hugepages") free, $(cat "$dir/resv_hugepages") reserved" \
            "$(value "$name")"
    done
}

@test "huge pages in memory are counted correctly" {
    needs_huge_pages
    huge_pages 2
    succeeds fresh sh -c 'shmcreate --populate 68K && shmcreate --huge 2M --populate 4M && shmlimits && shmlimits --json'
    same "resident" 4263936 "$(value resident)"
    same "resident in JSON" 4263936 "$(tail -n 1 <<<"$output" | jq .resident)"
    # huge pages in use elsewhere change nothing
    succeeds fresh sh -c 'shmcreate --huge 2M --populate 2M && exec unshare --ipc sh -c "shmcreate --populate 68K && shmlimits"'
    same "resident" 69632 "$(value resident)"
}

@test "the pools of huge pages are unknown if one of their files or their directory cannot be read" {
    [ -d "$pool" ] || skip "no huge pages of 2M on this machine"
    untraced_leaks
    pools=/sys/kernel/mm/hugepages
    for file in "$pool"/{nr,free,resv}_hugepages; do
        succeeds strace -qq -o trace -e trace=open,openat -P "$file" -e inject=open,openat:error=EIO shmlimits
        same "pools" "hugepages: ?" "$(grep hugepages <<<"$output")"
    done
    succeeds strace -qq -o trace -e trace=getdents64 -P "$pools" -e inject=getdents64:error=EIO shmlimits --json
    like "pools" '*"hugepages":null*' "$output"
}

@test "every line is a name and a value" {
    succeeds shmlimits
    while IFS= read -r line; do
        [[ $line =~ ^[a-z][a-z_0-9kB]*:\ +[^\ ] ]] || { echo "$line"; return 1; }
    done <<<"$output"
    same "names" "shmmni segments segments_free shmall pages pages_free shmmax page_size resident swapped memlock rmid_forced" \
        "$(sed -n '/^hugepages/!s/:.*//p' <<<"$output" | tr '\n' ' ' | sed 's/ $//')"
}

@test "--json prints numbers" {
    limit shmmni 1234
    limit shmall 54321
    limit shmmax 123456789
    succeeds shmlimits --json
    same "limits" "[1,1234,54321,123456789,$(getconf PAGESIZE),0]" \
        "$(jq -c '[.version, .shmmni, .shmall, .shmmax, .page_size, .rmid_forced]' <<<"$output")"
    for name in segments segments_free pages pages_free resident swapped; do
        same "$name is a number" number "$(jq -r --arg name "$name" '.[$name] | type' <<<"$output")"
    done
    same "huge pages" array "$(jq -r '.hugepages | type' <<<"$output")"
    same "what is free" "$((1234 - $(jq .segments <<<"$output"))) $((54321 - $(jq .pages <<<"$output")))" \
        "$(jq -r '"\(.segments_free) \(.pages_free)"' <<<"$output")"
    succeeds prlimit --memlock=65536:65536 shmlimits -J
    same "memlock" 65536 "$(jq .memlock <<<"$output")"
}

@test "--json prints the largest limits in full" {
    limit shmmax 18446744073692774399
    succeeds shmlimits --json
    [[ $output == *'"shmmax":18446744073692774399'[,\}]* ]]
}

@test "requires no privilege" {
    needs_nobody
    succeeds as_nobody shmlimits
    same "shmmni" "$(cat "$proc/sys/kernel/shmmni")" "$(value shmmni)"
}

@test "accepts no operand" {
    fails_with 2 "shmlimits: x: too many operands" shmlimits x
}

@test "a full disk and a closed standard output are errors" {
    fails_like 1 "shmlimits: *" full shmlimits
    fails_like 1 "shmlimits: *" closed shmlimits
}
