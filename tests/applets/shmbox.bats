# SPDX-License-Identifier: MIT
# shmbox(1): the multiplexer, its lists and links, and --ns
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# The tests of links use a copy, so that nothing is installed permanently.
copy_binary()
{
    mkdir -p "$1"
    cp "$SHMBOX_BIN/shmbox" "$1/shmbox"
}

# ---- description ----

@test "without an argument it prints its usage and the applets" {
    succeeds shmbox
    help=$output
    for applet in $(shmbox --list); do
        [[ $help == *"$applet"* ]] || { echo "$applet is not named"; return 1; }
    done
    prints "$help" shmbox --help
    prints "$help" shmbox -h
}

@test "--version prints version and compiled-in features" {
    succeeds shmbox --version
    like "first line" "shmbox [0-9]*.[0-9]*" "${lines[0]}"
    like "features" "*[+-]libcap*" "$output"
    prints "$output" shmbox -V
}

@test "--list prints the applets, sorted, without shmbox" {
    succeeds shmbox --list
    sort -u <<<"$output" | same_bytes <(printf '%s\n' "$output")
    for applet in shmattach shmcat shmcreate shmkey shmlimits shmls shmrm shmset shmstat shmwipe shmwrite; do
        grep -qx "$applet" <<<"$output" || { echo "no $applet"; return 1; }
    done
    same "shmbox in the list" 0 "$(grep -cx shmbox <<<"$output" || :)"
    prints "$output" shmbox -l
}

@test "--list-full prints the applets as paths below /" {
    succeeds shmbox --list-full
    for path in "${lines[@]}"; do
        [[ $path == [!/]*/* ]] || { echo "no path below /: $path"; return 1; }
    done
    same "names" "$(shmbox --list)" "$(printf '%s\n' "${lines[@]##*/}")"
    prints "$output" shmbox -L
}

@test "--describe prints each applet, option and column, tab-separated" {
    shmbox --describe >facts
    same "other lines" 0 "$(grep -cvE $'^(applet(\t[^\t]+){3}|option(\t[^\t]+){5}|(column|topic)(\t[^\t]+){2})$' facts || :)"
    same "an option" $'option\tshmcat\t-o\t--offset\tOFFSET\tstart at OFFSET; if negative, count from the end' \
        "$(grep -P '^option\tshmcat\t-o\t' facts)"
    same "a switch" $'option\tshmcat\t-x\t--hex\t-\tprint a hex dump with offsets and text' \
        "$(grep -P '^option\tshmcat\t-x\t' facts)"
    same "an applet" $'applet\tshmrm\tSEGMENT...\tremove segments' "$(grep -P '^applet\tshmrm\t' facts)"
    same "a column" $'column\tid' "$(grep -P '^column\tid\t' facts | cut -f 1,2)"
    same "topics" "columns letters notations statuses" "$(grep -P '^topic\t' facts | cut -f 2 | paste -sd ' ')"
    same "options of all" 3 "$(grep -cP '^option\t\*\t' facts)"
    shmbox -D | same_bytes facts
}

# ---- dispatch ----

# bats test_tags=initramfs
@test "a link named after an applet is that applet" {
    for applet in $(shmbox --list); do
        succeeds "$SHMBOX_BIN/$applet" --help
        like "$applet" "*$applet*" "${lines[0]}"
    done
}

@test "shmbox APPLET is that applet, with or without the prefix shm" {
    printf data >input
    segment -i input
    prints data shmbox shmcat "$id"
    prints data shmbox cat "$id"
    prints at shmbox cat -o 1 -l 2 "$id"
    fails_with 3 "shmcat: 999: no such segment" shmbox cat 999
}

@test "the help shows how to run an applet" {
    succeeds shmbox --help
    same "usage" "       shmbox APPLET [ARG]..." "${lines[1]}"
    same "usage" "       shmbox help [APPLET|notations|letters|statuses|columns]" "${lines[2]}"
}

# ---- help ----

# bats test_tags=initramfs
@test "shmbox help prints the help of shmbox or of an applet" {
    prints "$(shmbox --help)" shmbox help
    prints "$(shmbox --help)" shmbox help shmbox
    for applet in $(shmbox --list); do
        prints "$("$applet" --help)" shmbox help "$applet"
        prints "$output" shmbox help "${applet#shm}"
    done
}

@test "shmbox help prints each topic and refuses other words" {
    for topic in $(shmbox --describe | awk -F '\t' '$1 == "topic" { print $2 }'); do
        succeeds shmbox help "$topic"
        [ "${#lines[@]}" -gt 8 ]
        same "lines of more than 80 columns" "" "$([ "$topic" = columns ] || grep -E '.{81}' <<<"$output" || :)"
        grep -qE "^ .*[[|]${topic}[]|]" <<<"$(shmbox --help)"
    done
    fails_with 2 "shmbox help: frob: no such applet or topic" shmbox help frob
    hints "topics are columns, letters, notations and statuses; see shmbox --list"
    fails_with 2 "shmbox help: '': no such applet or topic" shmbox help ""
    fails_with 2 "shmbox help: ls: too many operands" shmbox help statuses ls
    fails_with 2 "shmbox help: --list: unknown option" shmbox help --list
    fails_with 1 "shmbox help: standard output: no space left on device" full shmbox help notations
    succeeds shmbox help --help
    same "usage" "usage: shmbox help [TOPIC]" "${lines[0]}"
}

@test "shmbox help columns has every column" {
    shmbox --describe | awk -F '\t' '$1 == "column" { print $2, $3 }' >wanted
    prints "$(<wanted)" sh -c "shmbox help columns | sed 's/  */ /'"
}

@test "--list accepts no operand" {
    for option in --list --list-full --describe; do
        fails_with 2 "shmbox: ls: too many operands" shmbox $option ls
    done
}

@test "any name that starts with shmbox is the multiplexer" {
    copy_binary .
    for name in shmbox-static shmbox.new shmbox2; do
        cp shmbox "$name"
        prints "$(shmbox --list)" "./$name" --list
    done
}

@test "a link to a link is followed to a known name" {
    copy_binary bin
    ln -s shmbox bin/shmls
    ln -s shmls bin/list
    ln -s bin/list far
    segment 4K
    prints "$id" bin/list --ids "$id"
    prints "$id" ./far --ids "$id"
}

@test "an unknown name is status 127" {
    copy_binary .
    cp shmbox frob
    fails_with 127 "shmbox: frob: no such applet" ./frob
    fails_with 127 "shmbox: frob: no such applet" shmbox frob
    fails_with 127 "shmbox: frob: no such applet" shmbox frob --help
    hints "see shmbox --list"
}

@test "the applet that differs by the fewest letters is suggested" {
    fails_with 127 "shmbox: sls: no such applet; did you mean shmls?" shmbox sls
    fails_with 127 "shmbox: shmcats: no such applet; did you mean shmcat?" shmbox shmcats
    fails_with 127 "shmbox: lsm: no such applet; did you mean shmls?" shmbox lsm
    fails_with 127 "shmbox: shmwirte: no such applet; did you mean shmwrite?" shmbox shmwirte
    fails_with 127 "shmbox: smhls: no such applet; did you mean shmls?" shmbox smhls
    fails_with 127 "shmbox: limit: no such applet; did you mean shmlimits?" shmbox limit
    fails_with 127 "shmbox: shm: no such applet" shmbox shm
    fails_with 127 "shmbox: s: no such applet" shmbox s
}

@test "reports the applet that replaces another program or word" {
    while read -r word applet; do
        fails_with 127 "shmbox: $word: no such applet; did you mean $applet?" shmbox "$word"
        hints "see shmbox --list"
    done <<END
remove shmrm
list shmls
ipcs shmls
ipcrm shmrm
ipcmk shmcreate
shmdelete shmrm
END
}

@test "an unknown option of shmbox itself is a usage error" {
    fails_with 2 "shmbox: --frob: unknown option" shmbox --frob
}

@test "options of the applet are not read as options of shmbox" {
    succeeds shmbox shmls --help
    like "help" "*shmls*" "${lines[0]}"
}

# ---- --install ----

# bats test_tags=initramfs
@test "--install makes hard links in a directory" {
    copy_binary bin
    mkdir links
    succeeds bin/shmbox --install links
    same "links" "$(shmbox --list)" "$(find links ! -name shmbox -type f -printf '%f\n' | sort)"
    for applet in $(shmbox --list); do
        [ "links/$applet" -ef bin/shmbox ] || { echo "$applet is another file"; return 1; }
    done
}

@test "--install without a directory uses that of the binary" {
    copy_binary bin
    succeeds bin/shmbox --install
    for applet in $(shmbox --list); do
        [ "bin/$applet" -ef bin/shmbox ] || { echo "$applet is another file"; return 1; }
    done
    succeeds bin/shmls --ids
}

@test "--install -s makes symbolic links that lead to the binary" {
    copy_binary bin
    mkdir links
    succeeds bin/shmbox --install -s links
    for applet in $(shmbox --list); do
        [ -L "links/$applet" ]
        [ "links/$applet" -ef bin/shmbox ]
    done
    succeeds links/shmls --ids
    succeeds bin/shmbox --install --symbolic
    [ -L bin/shmls ]
    succeeds bin/shmls --ids
}

@test "--install finds the binary through the PATH" {
    copy_binary bin
    PATH=$PWD/bin:$PATH succeeds shmbox --install
    [ bin/shmls -ef bin/shmbox ]
}

@test "--install a second time succeeds" {
    copy_binary bin
    mkdir links
    succeeds bin/shmbox --install links
    succeeds bin/shmbox --install links
    succeeds bin/shmbox --install -s bin
    succeeds bin/shmbox --install -s bin
}

@test "--install never overwrites another program's file" {
    copy_binary bin
    mkdir links
    echo mine >links/shmcat
    fails_like 5 "shmbox: *shmcat: *" bin/shmbox --install links
    same "content" mine "$(cat links/shmcat)"
    [ links/shmls -ef bin/shmbox ] # the others are there
    rm links/*
    ln -s /dev/null links/shmcat
    fails_like 5 "shmbox: *shmcat: *" bin/shmbox -I -s links
    same "link" /dev/null "$(readlink links/shmcat)"
}

@test "--install --force overwrites such a file" {
    copy_binary bin
    mkdir links
    echo mine >links/shmcat
    succeeds bin/shmbox --install --force links
    [ links/shmcat -ef bin/shmbox ]
}

@test "--install --force does not replace a directory" {
    copy_binary bin
    mkdir -p links/shmcat
    touch links/shmcat/file
    run -1 --separate-stderr bin/shmbox --install -f links
    like "standard error" "shmbox: *shmcat: *" "$stderr"
    [ -e links/shmcat/file ]
}

@test "--install into a missing directory is an error" {
    copy_binary bin
    fails_like 1 "shmbox: *nowhere*: *" bin/shmbox --install nowhere
}

@test "--install of a file that cannot be hard-linked is refused once, with the way that works" {
    needs_nobody
    [ "$(cat /proc/sys/fs/protected_hardlinks)" = 1 ] || skip "this machine lets everybody make hard links"
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* . # nobody has to find it
    copy_binary bin
    chmod a+x bin
    mkdir -m 777 links
    fails_like 4 "shmbox: */links/shmattach: operation not permitted" as_nobody bin/shmbox --install links
    hints "use --symbolic: *"
    same "lines" 2 "${#stderr_lines[@]}"
    succeeds as_nobody bin/shmbox --install --symbolic links
    mkdir -m 755 closed
    fails_like 4 "shmbox: *: permission denied" as_nobody bin/shmbox --install --symbolic closed
    same "lines" 1 "${#stderr_lines[@]}"
}

# ---- --ns ----

# in_other_namespace CMD.. - a process ($pid) in another IPC namespace, which ran CMD there
in_other_namespace()
{
    start unshare --ipc sh -c '"$@" && echo ready && exec sleep 3600' - "$@"
    wait_until grep -q ready out
}

@test "--ns acts in the IPC namespace of another process" {
    in_other_namespace ipcmk -M 12345
    prints "0 12345" shmstat --ns "$pid" -F '%{id} %{size}' 0
    prints 0 shmls -N "$pid" --ids
    succeeds shmwrite --ns "$pid" -a hello 0
    prints hello shmcat -N "$pid" -l 5 0
    prints 12345 shmattach --ns "$pid" 0 sh -c 'echo $SHM_SIZE'
    prints "0: removed" shmrm --ns "$pid" --verbose 0
    prints "" shmls --ns "$pid" --ids
}

@test "--ns creates segments in the other namespace, and not here" {
    in_other_namespace true
    prints 0 shmcreate --ns "$pid" 4K
    same "segments there" 0 "$(nsenter --ipc -t "$pid" awk 'NR > 1 { print $2 }' /proc/sysvipc/shm)"
}

@test "--ns reports resident memory of that namespace" {
    in_other_namespace sh -c 'ipcmk -M 65536 && perl -e "shmwrite(0, 1, 0, 1) or die"'
    prints 4096 shmstat --ns "$pid" -F '%{rss}' 0
}

@test "--ns joins the user namespace first if that is required" {
    needs_nobody
    as_nobody unshare -Ur --ipc true 2>/dev/null || skip "users may not make user namespaces here"
    start as_nobody unshare -Ur --ipc sh -c 'ipcmk -M 12345 >&2 && echo $$ && exec sleep 3600'
    wait_until test -s out
    other=$(cat out)
    prints 12345 as_nobody shmstat --ns "$other" -F '%{size}' 0
}

@test "--ns of a namespace that may not be entered is status 4" {
    needs_nobody
    in_other_namespace true
    fails_like 4 "shmls: --ns $pid: *" as_nobody shmls --ns "$pid"
}

@test "--ns of a missing process is status 1" {
    pid=$(dead_pid)
    fails_like 1 "shmls: --ns $pid: *" shmls --ns "$pid"
    fails_like 1 "shmrm: --ns $pid: *" shmrm --ns "$pid" 0
}

@test "--ns of our own namespace changes nothing, and is reported" {
    segment 4K
    warns_with "shmls: PID $$ is in this IPC namespace" shmls --ns $$ --ids "$id"
    same "ids" "$id" "$output"
}

@test "--ns requires a pid" {
    fails_like 2 "shmls: *" shmls --ns x
    fails_like 2 "shmls: *" shmls --ns 0
    fails_like 2 "shmls: *" shmls --ns -1
}
