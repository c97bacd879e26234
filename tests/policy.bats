# calls that a filter or a security module refuses: what is told of it, and what works without them

setup()
{
    load helper
    common_setup
    untraced_leaks
}

teardown() { common_teardown; }

# refuse CALL ERROR - "${refuse[@]}" CMD.. runs where this system call fails so
refuse()
{
    # whoever runs there may write it down
    : >trace
    chmod a+rw trace
    refuse=(strace -f -qq -o trace -e "trace=$1" -e "inject=$1:error=$2")
}

# ---- what /proc tells all the same ----

@test "what shmctl(2) refuses to tell is read from /proc, in every mode" {
    for error in EPERM EACCES ENOSYS; do
        # shellcheck disable=SC2016 # the inner shell's
        run -0 --separate-stderr fresh sh -e -c '
            shmcreate --key 0x77 --mode 640 5000
            shmcreate 8K
            refuse="strace -f -qq -o trace -e trace=shmctl -e inject=shmctl:error=$0"
            $refuse shmls --ids
            $refuse shmls --noheadings --bytes --output id,size,perms
            $refuse shmls --noheadings --bytes --output id,size,rss 1
            $refuse shmls --ids key:0x77
            $refuse shmstat --format "%{id} %{size} %{key}" 0
            $refuse shmreap --idle 0 | cut -d" " -f2
            $refuse shmlimits | grep -E "^(segments|pages|shmmni):"
            $refuse shmls --json | jq -c "[.sharedmemory[] | .id, .size]"
            $refuse shmls --ids --unattached --min-size 8K
            $refuse shmwrite --text told key:0x77
            $refuse shmcat --length 4 key:0x77' $error
        same "standard error" "" "$stderr"
        same "standard output" "0 1 0 1 0 5000 rw-r----- 1 8192 rw------- 1 8192 0 0 0 5000 0x00000077 0 1 \
shmmni: $(cat "$proc/sys/kernel/shmmni") segments: 2 pages: 4 [0,5000,1,8192] 1 told" \
            "$(xargs <<<"$output" | sed 's/KEY OWNER//')"
    done
}

@test "a key whose lookup is refused is found in /proc" {
    segment --key 0x78 4K
    shmwrite --text found "$id"
    for error in EPERM EACCES ENOSYS; do
        refuse shmget $error
        prints found "${refuse[@]}" shmcat --length 5 key:0x78
        prints "$id" "${refuse[@]}" shmls --ids key:0x78
        fails_with 3 "shmls: key:0x79: no segment has this key" "${refuse[@]}" shmls --ids key:0x79
    done
}
