# SPDX-License-Identifier: MIT
# set-id and file capabilities, and the messages for missing rights
# labels: offline unprivileged

# a directory that everybody may enter, for binaries that another user is to run
setup_file()
{
    shared=$(mktemp -d)
    export shared
    chmod 755 "$shared"
    mkdir -m 1777 "$shared/work"
}

teardown_file()
{
    rm -rf "$shared"
}

setup()
{
    load ../lib/helper
    common_setup
    setpriv --reuid $nobody --regid $nobody --clear-groups true 2>/dev/null ||
        skip "needs a second user, and this user namespace has none"
    bin=$(mktemp -d "$shared/XXXXXX")
    chmod 755 "$bin"
    cp -L "$SHMBOX_BIN/shmbox" "$bin/shmbox"
    chmod 755 "$bin/shmbox"
    for applet in $("$bin/shmbox" --list); do
        ln -s shmbox "$bin/$applet"
    done
    # an ordinary user who may gain capabilities, unlike as_nobody of the helper; the leak
    # check does not work in a process with privileges
    as_user=(env -u UBSAN_OPTIONS --chdir="$shared/work" --default-signal
        ASAN_OPTIONS=detect_leaks=0:exitcode=99 PATH="$bin:$PATH" GCOV_PREFIX="$shared/work"
        setpriv "--reuid=$nobody" "--regid=$nobody" --clear-groups)
    libcap=false
    [[ $("$bin/shmbox" --version) != *+libcap* ]] || libcap=true
}

teardown() { common_teardown; }

nobody=65534
ipc_lock=$((1 << 14))
ipc_owner=$((1 << 15))

# On a file system mounted nosuid these tests would pass for the wrong reason.
file_capabilities()
{
    cp "$(command -v cat)" "$bin/probe"
    setcap "cap_ipc_owner+ep" "$bin/probe" || skip "this file system has no file capabilities"
    [[ $("${as_user[@]}" "$bin/probe" /proc/self/status) =~ CapPrm:[[:space:]]0*8000 ]] ||
        skip "file capabilities have no effect here"
    setcap "$1+ep" "$bin/shmbox"
}

set_id()
{
    cp "$(command -v cat)" "$bin/probe"
    chmod u+s "$bin/probe"
    [[ $("${as_user[@]}" "$bin/probe" /proc/self/status) =~ Uid:[[:space:]]${nobody}[[:space:]]0[[:space:]] ]] ||
        skip "set-user-id has no effect here"
    chmod "$1" "$bin/shmbox"
}

# a line of /proc/PID/status, blanks squeezed
process_says()
{
    awk -v name="$2:" '$1 == name { $1 = ""; print substr($0, 2) }' "/proc/$1/status"
}

capabilities()
{
    echo $((0x$(process_says "$1" "$2")))
}

# hold_as_user SEGMENT - its pid in pid
hold_as_user()
{
    start "${as_user[@]}" shmattach "$@"
    wait_until test -s out
}

# what shmattach may keep of all the capabilities in the world
kept=0
attach_keeps()
{
    $libcap || return 0
    kept=$((ipc_lock | ipc_owner))
}

# the four ids of nobody, and no capability
is_ordinary()
{
    local line
    for line in "$@"; do
        case $line in
        Uid:* | Gid:*) like "ids" "?id:?$nobody?$nobody?$nobody?$nobody" "$line" ;;
        Cap*) like "capabilities" "Cap???:?0000000000000000" "$line" ;;
        *) return 1 ;;
        esac
    done
}

# ---- file capabilities ----

@test "with file capabilities a holder keeps those of shmattach, or none without libcap" {
    file_capabilities cap_ipc_owner,cap_ipc_lock,cap_dac_override,cap_sys_ptrace
    attach_keeps
    hold_as_user scratch:4K
    same "permitted" "$kept" "$(capabilities "$pid" CapPrm)"
    same "effective" "$kept" "$(capabilities "$pid" CapEff)"
    same "inheritable" 0 "$(capabilities "$pid" CapInh)"
    same "ambient" 0 "$(capabilities "$pid" CapAmb)"
}

@test "the command that shmattach runs gets none of the file capabilities" {
    file_capabilities cap_ipc_owner,cap_ipc_lock,cap_sys_admin
    succeeds "${as_user[@]}" shmattach scratch:4K grep -E '^(Uid|Gid|Cap(Prm|Eff|Amb|Inh)):' /proc/self/status
    same "lines" 6 "${#lines[@]}"
    is_ordinary "${lines[@]}"
}

@test "with file capabilities shmcat reads a segment of another user, or cannot without libcap" {
    file_capabilities cap_ipc_owner
    segment 4K
    printf secret | poke "$id" 0
    if $libcap; then
        prints secret "${as_user[@]}" shmcat --length 6 "$id"
    else
        fails_like 4 "shmcat: $id: *" "${as_user[@]}" shmcat --length 6 "$id"
        like "what is missing" "*CAP_IPC_OWNER*" "$stderr"
    fi
}

@test "with CAP_SYS_PTRACE on the file shmcat stops a holder of another user, or not without libcap" {
    file_capabilities cap_sys_ptrace,cap_sys_admin
    segment --mode 644 4K
    printf data | poke "$id" 0
    hold "$id"
    if $libcap; then
        prints data "${as_user[@]}" shmcat --freeze --length 4 "$id"
    else
        fails_like 4 "shmcat: $id: *" "${as_user[@]}" shmcat --freeze --length 4 "$id"
        like "what is missing" "*CAP_SYS_PTRACE*" "$stderr"
    fi
    kill -0 "$pid"
}

@test "with CAP_IPC_LOCK on the file a lock may exceed the limit, or not without libcap" {
    file_capabilities cap_ipc_lock
    if $libcap; then
        succeeds "${as_user[@]}" prlimit --memlock=4096:4096 "$bin/shmcreate" --lock 64K
        echo "$output" >>noted
    else
        fails_like 6 "shmcreate: *" "${as_user[@]}" prlimit --memlock=4096:4096 "$bin/shmcreate" --lock 64K
        like "what is missing" "*CAP_IPC_LOCK*" "$stderr"
    fi
}

@test "a file that only the file capabilities could open is not read" {
    file_capabilities cap_dac_read_search,cap_dac_override,cap_ipc_lock
    echo secret >"$bin/secret"
    chmod 600 "$bin/secret"
    run --separate-stderr "${as_user[@]}" shmcreate --input "$bin/secret"
    [ "$status" -ne 0 ]
    same "standard output" "" "$output"
    like "standard error" "shmcreate: $bin/secret: *ermission denied*" "$stderr"
    same "segments" "$(<before)" "$(segments)"
}

@test "a directory that only the file capabilities could search is not entered" {
    file_capabilities cap_dac_read_search,cap_dac_override
    mkdir -m 700 "$bin/closed"
    touch "$bin/closed/file"
    run --separate-stderr "${as_user[@]}" shmkey "$bin/closed/file"
    [ "$status" -ne 0 ]
    same "standard output" "" "$output"
}

@test "capabilities that do not suffice remove no segment of root" {
    file_capabilities cap_ipc_owner,cap_dac_override,cap_fowner
    segment 4K
    fails_like 4 "shmrm: $id: *" "${as_user[@]}" shmrm "$id"
    like "what is missing" "*CAP_SYS_ADMIN*" "$stderr"
}

@test "capabilities that the caller had before are kept" {
    ambient=(--inh-caps +ipc_owner --ambient-caps +ipc_owner)
    "${as_user[@]}" "${ambient[@]}" true || skip "no ambient capabilities here"
    segment 4K
    printf mine | poke "$id" 0
    prints mine "${as_user[@]}" "${ambient[@]}" "$bin/shmcat" --length 4 "$id"
}

# ---- set-id ----

@test "set-user-id root: a holder has all ids of its caller" {
    set_id u+s
    attach_keeps
    hold_as_user scratch:4K
    run -0 grep -E '^(Uid|Gid):' "/proc/$pid/status"
    same "lines" 2 "${#lines[@]}"
    is_ordinary "${lines[@]}"
    same "permitted" "$kept" "$(capabilities "$pid" CapPrm)"
    for name in uid gid cuid cgid; do
        same "$name" $nobody "$(kernel_says "$(cat out)" $name)"
    done
}

@test "set-group-id: a holder has the group of its caller" {
    set_id g+s
    hold_as_user scratch:4K
    run -0 grep -E '^(Uid|Gid|CapPrm):' "/proc/$pid/status"
    is_ordinary "${lines[@]}"
    same "group" $nobody "$(kernel_says "$(cat out)" cgid)"
}

@test "set-user-id and set-group-id: the command that shmattach runs has the ids of the caller" {
    set_id ug+s
    succeeds "${as_user[@]}" shmattach scratch:4K grep -E '^(Uid|Gid|Cap(Prm|Eff|Amb|Inh)):' /proc/self/status
    same "lines" 6 "${#lines[@]}"
    is_ordinary "${lines[@]}"
}

@test "set-user-id root: a file of root is not read, with the usual message" {
    set_id u+s
    echo secret >"$bin/secret"
    chmod 600 "$bin/secret"
    run --separate-stderr "${as_user[@]}" shmcreate --input "$bin/secret"
    [ "$status" -ne 0 ]
    same "standard output" "" "$output"
    words="$status $stderr"
    chmod u-s "$bin/shmbox"
    run --separate-stderr "${as_user[@]}" shmcreate --input "$bin/secret"
    same "words" "$status $stderr" "$words"
}

@test "set-user-id root: links are created with the caller's rights" {
    set_id u+s
    mkdir -m 755 "$bin/links"
    run --separate-stderr "${as_user[@]}" shmbox --install "$bin/links"
    [ "$status" -ne 0 ]
    same "links" "" "$(ls "$bin/links")"
}

@test "set-user-id root: root's segment is removed with libcap only, and a new one is the caller's" {
    set_id u+s
    id=$(shmcreate 4K)
    if $libcap; then
        succeeds "${as_user[@]}" shmrm "$id" # the one thing that shmrm asks for
    else
        fails_like 4 "shmrm: $id: *" "${as_user[@]}" shmrm "$id"
        shmrm "$id"
    fi
    id=$("${as_user[@]}" shmcreate 4K)
    same "owner" $nobody "$(kernel_says "$id" uid)"
    same "creator" $nobody "$(kernel_says "$id" cuid)"
    succeeds "${as_user[@]}" shmrm "$id"
}

@test "set-user-id root: usage errors and help are the usual ones" {
    set_id u+s
    fails_like 2 "shmrm: bogus: *" "${as_user[@]}" shmrm bogus
    succeeds "${as_user[@]}" shmls --help
    like "help" "*usage: shmls*" "$output"
}

# ---- no raised privileges ----

@test "root run by root keeps every capability, and so does the command" {
    want=$(process_says self CapEff)
    # shellcheck disable=SC2016 # awk's variables
    prints "$want" shmattach scratch:4K awk '$1 == "CapEff:" { print $2 }' /proc/self/status
    start shmattach scratch:4K
    wait_until test -s out
    same "effective" "$want" "$(process_says "$pid" CapEff)"
}

# ---- words for what is missing ----

@test "a mode without permission: status 4, and CAP_IPC_OWNER is named" {
    segment 4K
    fails_like 4 "shmcat: $id: *" "${as_user[@]}" shmcat "$id"
    like "what is missing" "*CAP_IPC_OWNER*" "$stderr"
    fails_like 4 "shmwrite: $id: *" "${as_user[@]}" shmwrite --text x "$id"
    like "what is missing" "*CAP_IPC_OWNER*" "$stderr"
    fails_like 4 "shmattach: $id: *" "${as_user[@]}" shmattach "$id"
    like "what is missing" "*CAP_IPC_OWNER*" "$stderr"
    fails_like 125 "shmattach: $id: *" "${as_user[@]}" shmattach "$id" true
}

@test "an owner without permission gets a hint how to restore it" {
    local id key=0x7a11
    id=$("${as_user[@]}" shmcreate --key $key --mode 0 4K)
    echo "$id" >>noted
    fails_like 4 "shmcat: $id: permission denied: --------- *" "${as_user[@]}" shmcat "$id"
    hints "shmset --mode u+rw $id"
    fails_like 4 "shmcreate: $key: *" "${as_user[@]}" shmcreate --key $key --reuse 4K
    hints "shmset --mode u+rw $id"
    read -r -a advice <<<"${stderr_lines[1]#hint: }"
    succeeds "${as_user[@]}" "${advice[@]}"
    succeeds "${as_user[@]}" shmcat "$id"
}

@test "a segment that --reuse may not open is not suggested, and the user who may remove it is named" {
    local key=0x7a12
    segment --key $key 4K
    fails_with 5 "shmcreate: $key: a segment of root with this key exists: id $id" "${as_user[@]}" shmcreate --key $key 4K
    same "lines" 1 "${#stderr_lines[@]}"
    fails_with 5 "shmcreate: $key: a segment with this key exists: id $id" shmcreate --key $key 4K
    hints "use --reuse to open it"
    fails_like 5 "shmcreate: $key: * smaller: *" "${as_user[@]}" shmcreate --key $key --reuse 8K
    hints "have its owner (root) remove id $id first: *"
}

@test "a segment with read permission only is read" {
    segment --mode 644 4K
    printf public | poke "$id" 0
    prints public "${as_user[@]}" shmcat --length 6 "$id"
    fails_like 4 "shmwrite: $id: *" "${as_user[@]}" shmwrite --text x "$id"
    fails_like 125 "shmattach: $id: *" "${as_user[@]}" shmattach "$id" true
    succeeds "${as_user[@]}" shmattach --read-only "$id" true
}

@test "an unreadable segment is listed and described all the same" {
    segment --mode 0 5000
    succeeds "${as_user[@]}" shmls --noheadings --bytes --output perms,size "$id"
    read -r -a row <<<"$output"
    same "listed" "--------- 5000" "${row[*]}"
    succeeds "${as_user[@]}" shmstat --json "$id"
    same "size" 5000 "$(jq .sharedmemory[0].size <<<"$output")"
}

@test "a user who is neither owner nor creator: status 4, and CAP_SYS_ADMIN is named" {
    segment --mode 666 4K
    for words in shmrm "shmset --mode 600" "shmset --owner nobody"; do
        # shellcheck disable=SC2086 # several words
        fails_like 4 "${words%% *}: $id: *" "${as_user[@]}" $words "$id"
        like "what is missing" "*CAP_SYS_ADMIN*" "$stderr"
    done
    fails_like 4 "shmset: $id: *" "${as_user[@]}" shmset --lock "$id"
    like "what is missing" "*CAP_IPC_LOCK*" "$stderr"
}

@test "a lock beyond the limit: status 6, with the limit, and CAP_IPC_LOCK is named" {
    id=$("${as_user[@]}" shmcreate 64K)
    echo "$id" >>noted
    fails_like 6 "shmset: $id: *" "${as_user[@]}" prlimit --memlock=4096:4096 "$bin/shmset" --lock "$id"
    like "limit" "*limit on locked memory*" "$stderr"
    hints "ulimit -l 68, or run with CAP_IPC_LOCK"
    # without any limit the kernel returns EPERM instead
    run --separate-stderr "${as_user[@]}" prlimit --memlock=0:0 "$bin/shmset" --lock "$id"
    [ "$status" -eq 6 ] || [ "$status" -eq 4 ]
    like "limit" "*limit on locked memory*" "$stderr"
    succeeds "${as_user[@]}" shmset --lock "$id"
    succeeds "${as_user[@]}" shmset --unlock "$id"
}

@test "a segment that shmcreate cannot lock is removed" {
    fails_like 6 "shmcreate: *" "${as_user[@]}" prlimit --memlock=4096:4096 "$bin/shmcreate" --lock 64K
    like "limit" "*limit on locked memory*" "$stderr"
    same "segments" "$(<before)" "$(segments)"
}

@test "choosing an id, or huge pages: status 4, and the required capability or group" {
    fails_like 4 "shmcreate: *" "${as_user[@]}" shmcreate --id 4242 4K
    like "what is missing" "*CAP_SYS_ADMIN*" "$stderr"
    fails_like 4 "shmcreate: *" "${as_user[@]}" shmcreate --huge 2M 2M
    like "what is missing" "*CAP_IPC_LOCK*" "$stderr"
    like "or what group" "*vm.hugetlb_shm_group*" "$stderr"
}
