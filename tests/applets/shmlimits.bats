# SPDX-License-Identifier: MIT
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

@test "the kernel's own limits and larger ones are unlimited, and smaller ones are not" {
    default=$(getconf ULONG_MAX | awk '{ print $1 == 4294967295 ? "4278190079" : "18446744073692774399" }')
    for number in "$default" "$(getconf ULONG_MAX)"; do
        limit shmmax "$number"
        limit shmall "$number"
        succeeds shmlimits
        same "limits" "unlimited unlimited unlimited 0%" \
            "$(value shmmax) $(value shmall) $(value pages_free) $(value pages_use)"
    done
    limit shmmax "${default%?}8"
    limit shmall "${default%?}8"
    succeeds shmlimits
    same "limits" "${default%?}8 ${default%?}8" "$(value shmmax) $(value shmall)"
}

# remove_noted - the segments of this test, which the next one would count
remove_noted() { xargs -n 1 ipcrm -m <noted; }

@test "a limit that is nearly full, or full, is called so" {
    limit shmmni 10
    limit shmall 1000
    use()
    {
        succeeds shmlimits
        same "use" "$1" "$(value segments_use), $(value pages_use)"
    }
    used=$(shmlimits | sed -n 's/^segments: //p')
    same "segments at first" 0 "$used"
    for _ in 1 2 3 4 5 6 7 8; do segment 4K; done
    use "80%, 0%"
    segment $((891 * 4096))
    use "90% (nearly full), 89%"
    segment 4K
    use "100% (full), 90% (nearly full)"
    limit shmmni 5
    limit shmall 0
    use "200% (full), 100% (full)"
    succeeds shmlimits --json
    same "in JSON" "[200,100]" "$(jq -c '[.segments_use, .pages_use]' <<<"$output")"
    remove_noted
}

# section ERRNO - of $output
section() { sed -n "/^$1 (/,/^[A-Z]/p" <<<"$output"; }

@test "--explain has a section for each errno, with this machine's numbers and what helps" {
    limit shmmni 6
    limit shmall 500
    limit shmmax 123456
    segment --key 0xc1 100000
    succeeds shmlimits --explain
    same "sections" "ENOSPC ENOMEM EINVAL EPERM EACCES EEXIST" "$(grep -o '^E[A-Z]*' <<<"$output" | xargs)"
    like "ENOSPC" "*all 6 segments that kernel.shmmni allows exist
    now: 1 segment, 16%
    try: run shmreap to find orphans, or sysctl -w kernel.shmmni=12
  needs 476 pages, but kernel.shmall allows 500 in total (25 in use)
    now: 25 pages, 5%
    try: sysctl -w kernel.shmall=1000*" "$(section ENOSPC)"
    like "ENOMEM" "*memory suffices for all that kernel.shmmax and kernel.shmall allow (121K)*" "$(section ENOMEM)"
    like "EINVAL" "*more than kernel.shmmax allows in one segment (121K)
    try: sysctl -w kernel.shmmax=246912*" "$(section EINVAL)"
    like "EACCES" "*1 segment with a key, 0 with another owner*" "$(section EACCES)"
    like "EEXIST" "*now: 1 segment with a key
    try: shmls --key KEY*" "$(section EEXIST)"
    remove_noted
    for options in -XJ -PX --prometheus\ --json; do
        # shellcheck disable=SC2086 # one or two words
        fails_with 2 "shmlimits: only one of --json, --explain and --prometheus can be used" shmlimits $options
    done
}

@test "--explain of a machine without limits, and of one where all are met" {
    succeeds fresh shmlimits --explain
    like "segments" "*now: 0 segments, 0%*" "$output"
    like "pages" "*more pages than kernel.shmall allows in total
    now: 0 pages; kernel.shmall is unlimited*" "$output"
    like "size" "*now: kernel.shmmax is unlimited*" "$output"
    limit shmmni 1
    limit shmall 1
    segment 4096
    succeeds shmlimits -X
    like "segments" "*now: 1 segment, 100% (full)*" "$output"
    like "pages" "*now: 1 page, 100% (full)*" "$output"
    remove_noted
}

@test "--explain: the commands that it prints do help" {
    limit shmmni 1
    limit shmall 10
    limit shmmax 5000
    segment 4096
    fails_like 6 "shmcreate: 4K: all 1 *" shmcreate 4K
    fails_like 6 "shmcreate: 5001: more than kernel.shmmax *" shmcreate 5001
    shmlimits --explain | grep -o 'sysctl -w kernel.[a-z]*=[0-9]*' >commands
    same "commands" 3 "$(wc -l <commands)"
    sh commands >/dev/null
    segment 5001
    remove_noted
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
    same "names" "shmmni segments segments_free segments_use shmall pages pages_free pages_use shmmax page_size resident swapped memlock rmid_forced" \
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
    succeeds prlimit --memlock=65536:65536 shmlimits --json
    [[ $output == *'"shmmax":18446744073692774399'[,\}]* ]]
    same "unlimited" "[false,true,false]" "$(jq -c '[.shmmni_unlimited, .shmmax_unlimited, .memlock_unlimited]' <<<"$output")"
    limit shmmax 4096
    succeeds shmlimits --json
    same "unlimited" "[false,$([ "$(ulimit -l)" = unlimited ] && echo true || echo false)]" \
        "$(jq -c '[.shmmax_unlimited, .memlock_unlimited]' <<<"$output")"
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
