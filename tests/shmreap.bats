# shmreap(1)

setup() { load helper; common_setup; }
teardown() { common_teardown; }

# reaps SCRIPT - runs it in a namespace of its own, where no other test has left anything
reaps()
{
    run -0 --separate-stderr fresh bash -euc "$1" 3>&-
    no_sanitizer_spoke
}

@test "lists what nobody holds and whose maker has ended, and removes nothing" {
    reaps 'shmcreate 64K >/dev/null; shmreap --idle 0; shmls --ids'
    like "rows" "*SIZE*
0 - $(id -un) 64K * yes *
0" "$(awk '{ $1 = $1; print }' <<<"$output")"
}

@test "a minute has to pass, unless --idle says otherwise" {
    reaps 'shmcreate 4K >/dev/null; shmreap; shmreap -I 1h; shmreap --json --idle 0 | jq ".sharedmemory[].id"'
    same "ids" 0 "$output"
}

@test "--remove wants a filter" {
    segment 4K
    fails_like 2 "shmreap: --remove wants *" shmreap --remove
    exists "$id"
}

@test "--unattached wants --owner or --key" {
    segment 4K
    fails_like 2 "shmreap: --unattached wants *" shmreap --unattached
    fails_like 2 "shmreap: --unattached wants *" shmreap --unattached --remove --min-size 1
    exists "$id"
}

@test "--remove removes what the filters chose, and lists that" {
    reaps 'shmcreate 4K >/dev/null; shmcreate 64K >/dev/null
        shmreap --remove --idle 0 --min-size 8K | cut -c 1-2; ipcs -m | grep -c 4096'
    same "removed, and kept" $'ID\n 1\n1' "$output"
}

@test "one with a key goes only by --owner or --key" {
    reaps 'shmcreate -k 0x71 4K >/dev/null; shmreap --remove --idle 0; shmls --ids
        shmreap --remove --idle 0 --key 0x72; shmls --ids
        shmreap --remove --idle 0 --key 0x71 >&2; shmls --ids
        shmcreate -k 0x71 4K >/dev/null; shmreap --remove --idle 0 --owner "$(id -u)" >&2; shmls --ids'
    same "kept" $'0\n0' "$output"
    like "standard error" "shmreap: 1 with a key is kept: --owner or --key chooses such*" "$stderr"
}

@test "--dry-run goes before --remove" {
    reaps 'shmcreate 4K >/dev/null
        shmreap --remove --dry-run --idle 0 --json | jq -r ".sharedmemory[].outcome"; shmls --ids'
    same "outcome" $'found\n0' "$output"
}

@test "what somebody holds is kept" {
    segment 4K
    hold "$id"
    prints "" shmreap --remove --idle 0 --key "0x$(printf %x $$)"
    prints "" shmreap --remove --unattached --owner "$(id -u):54321"
    reaps 'id=$(shmcreate 4K); shmattach "$id" sh -c "shmreap --remove --idle 0; shmreap --remove --unattached --owner $(id -u)"; shmls --ids'
    same "kept" 0 "$output"
}

@test "--verbose lists what is unknown, and why" {
    reaps 'shmcreate 4K >/dev/null; unshare --pid --fork --mount-proc shmreap --idle 0
        unshare --pid --fork --mount-proc shmreap --remove --verbose --idle 0; shmls --ids'
    like "rows" "*REASON
 0 *  creator is outside this pid namespace
0" "$output"
}
