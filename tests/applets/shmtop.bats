# SPDX-License-Identifier: MIT
# shmtop(1)
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/states; common_setup; export TERM=xterm; }

teardown()
{
    screen kill-server 2>/dev/null || :
    common_teardown
}

# cells CMD.. - succeeds; $output has its lines with one blank between cells
cells()
{
    succeeds "$@"
    output=$(awk '{ $1 = $1; print }' <<<"$output")
}

# at_once CMD.. - a change between two looks of the process $top
at_once()
{
    kill -STOP "$top"
    "$@"
    kill -CONT "$top"
}

# ---- tables one after the other ----

# bats test_tags=initramfs
@test "without a terminal, it prints one head and one table" {
    segment -k 0xa1 64K
    cells shmtop
    like "segments" "segments * of $(<"$proc/sys/kernel/shmmni")  orphans *" "$(shmtop | head -n 1)"
    like "pages" "pages * of * resident * swapped *" "${lines[1]}"
    same "headings" "CHANGE ID KEY OWNER PERMS SIZE RSS RSS/S ATTACHED STATUS AGE COMMAND" \
        "$(grep CHANGE <<<"$output")"
    like "row" "- $id 0x000000a1 $(id -un) rw------- 64K 0 - 0 - *[sm] -" "$(grep " $id 0x" <<<"$output")"
}

@test "its numbers are those of the kernel" {
    segment 64K
    segment 100K
    noise 8192 | shmwrite "$id"
    read -r used pages resident < <(perl -e 'require "syscall.ph"; my $i = "\0" x 64;
        syscall(&SYS_shmctl, 0, 14, $i) >= 0 or die "SHM_INFO: $!\n"; print join(" ", unpack("i!xxxxL!L!", $i)), "\n"') ||
        skip "perl cannot ask for them"
    page=$(getconf PAGESIZE)
    cells shmtop --output id,size,rss
    like "segments" "segments $used of *" "${lines[0]}"
    like "pages" "pages $pages of *  resident $((resident * page / 1024))K  swapped 0" "${lines[1]}"
    same "row" "- $id 100K 8K -" "$(grep " $id 100K" <<<"$output")"
}

# bats test_tags=initramfs
@test "--batch prints a table for each of --rounds, and each change for one round" {
    segment 4K
    succeeds shmtop --batch --rounds 4 --delay 0.01 --output id,size,nattch
    same "tables" 4 "$(grep -c CHANGE <<<"$output")"
    start shmtop --batch --delay 0.1 --output id,size,nattch
    wait_until grep -q CHANGE out
    segment 64K
    wait_until grep -qE "^new +$id +64K +0" out
    wait_until grep -qE "^- +$id +64K +0" out
    end "$pid"
    same "new once" 1 "$(grep -cE "^new +$id " out)"
}

@test "a removed segment stays for one round, and the rate of memory has a sign" {
    segment 64K
    other=$id
    segment 1M
    start shmtop -b -d 0.2 -o id,rss,nattch
    wait_until grep -q CHANGE out
    noise 200000 | shmwrite "$id"
    wait_until grep -qE "^[^ ]+ +$id +196K +\+[0-9.]+K" out
    shmwipe --release "$id"
    wait_until grep -qE "^[^ ]+ +$id +0 +-[0-9.]+[KM]" out
    ipcrm -m "$other"
    wait_until grep -qE "^gone +$other " out
    wait_until later_table "$other"
    end "$pid"
    same "gone once" 1 "$(grep -c ^gone out)"
}

# later_table ID - a table that began after the one in which this segment is gone
later_table() { sed -n "/^gone *$1 /,\$p" out | grep -q CHANGE; }

@test "attaches, marks, owners and modes are changes" {
    segment 64K
    start shmtop -b -d 0.3 -o id,nattch,status
    top=$pid
    mv out log
    wait_until grep -q CHANGE log
    at_once hold "$id" "$id"
    holder=$pid
    wait_until grep -qE "^\+2 +$id +2" log
    shmset --mode 640 "$id"
    wait_until grep -qE "^mode +$id " log
    ipcrm -m "$id"
    wait_until grep -qE "^marked +$id +2 +removed" log
    end "$holder"
    wait_until grep -qE "^gone +$id " log
    end "$top"
}

@test "--sort, and every filter of shmls, choose and order the rows" {
    segment -k 0xa2 64K
    small=$id
    segment 2M
    rows() { shmtop --output id "$@" | awk '/^CHANGE/ { on = 1; next } on { print $2 }' | paste -sd ' '; }
    same "largest first" "$id" "$(rows --sort -size | cut -d ' ' -f 1)"
    like "smallest first" "*$small*$id" "$(rows -s size)"
    same "key" "$small" "$(rows --key 0xa2)"
    same "key" "$small" "$(rows -k 0xa2)"
    same "size" "$id" "$(rows --min-size 2M)$(rows -M 1000M)"
    same "owner" "" "$(rows --owner 54321)$(rows -u 54321)"
    same "creator" "" "$(rows --creator 1)$(rows -C 1)"
    same "creator" "$id" "$(rows -C "$(kernel_says "$id" cpid)")"
    same "idle" "" "$(rows --idle 7d)$(rows -I 7d)$(rows --orphan)$(rows -O)"
    hold "$small"
    same "unattached" "$id" "$(rows --unattached -M 2M)$(rows -U -k 0xa2)"
    same "held" "$small" "$(rows --held-by "$pid")"
    same "held" "$small" "$(rows -B "$pid")"
    ipcrm -m "$small"
    same "removed" "$small" "$(rows --removed)"
    same "removed" "$small" "$(rows -R)"
}

@test "wrong numbers, and --json with --sort, are usage errors" {
    fails_with 2 "shmtop: 0: must be at least 10ms" shmtop -d 0
    fails_with 2 "shmtop: 0: must be at least 1" shmtop -n 0
    fails_with 2 "shmtop: --json and --sort cannot be combined" shmtop -J -s id
}

@test "--all-ns shows every namespace in every round, and returns to its own" {
    unshare --ipc true 2>/dev/null || skip "needs namespaces"
    segment 12K
    start unshare --ipc perl -e '$| = 1; shmget(0, 20480, 01600) // die "shmget: $!\n"; print "made\n"; sleep 3600'
    other=$pid
    wait_until grep -q made out
    cells shmtop --all-ns -b -n 3 -d 0.1 -o size,ns,nspid
    same "rows of ours" 3 "$(grep -c " 12K " <<<"$output")"
    same "rows of the other" 3 "$(grep -cE " 20K [0-9]+ $other\$" <<<"$output")"
    like "head" "segments * in * namespaces *" "${lines[0]}"
    same "changes" 0 "$(grep -cE '^(new|gone)' <<<"$output")"
    succeeds shmtop -a -J -n 3 -d 0.1
    same "events" "" "$output"
}

@test "it ends when no process reads its output any more" {
    segment 64K
    start bash -c 'shmtop -J -d 0.05 | true; echo "${PIPESTATUS[0]}"'
    wait_until grep -q . out
    same "status" 141 "$(<out)"
    ends_with 0 "$pid"
    run -1 --separate-stderr full shmtop
    like "message" "shmtop: standard output: *" "$stderr"
}

# ---- events ----

# event N - waits for N events; $event is the last of them
event()
{
    wait_until has_lines "$1"
    same "events" "$1" "$(wc -l <log)"
    event=$(sed -n "$1p" log)
}

has_lines() { [ "$(wc -l <log)" -ge "$1" ]; }

# says FILTER WANTED - what jq makes of the event
says() { same "$1" "$2" "$(jq -c "$1" <<<"$event")"; }

# watch OPTION.. - shmtop --json with these, from now on
watch()
{
    start shmtop --json --delay 0.05 "$@"
    top=$pid
    mv out log
    wait_until sleeping "$top"
    looks_again "$top"
}

@test "--json reports each event once, in order, with its facts" {
    watch
    before=$(date +%s)
    segment -k 0xa3 64K
    event 1
    says '[.version, .event, .segment.id, .segment.key, .segment.size, .segment.nattch, .before]' \
        "[1,\"created\",$id,\"0x000000a3\",65536,0,null]"
    says ".time >= $before and .time < $before + 600 and (.time | type) == \"number\"" true
    noise 8192 >bytes
    at_once shmwrite --input bytes "$id"
    event 2
    says '[.event, .segment.id, .before.rss, .segment.rss]' "[\"grew\",$id,0,8192]"
    at_once shmwipe --release "$id"
    event 3
    says '[.event, .segment.id, .before.rss, .segment.rss]' "[\"shrank\",$id,8192,0]"
    shmset --mode 640 "$id"
    event 4
    says '[.event, .segment.id, .before.mode, .segment.mode, .segment.perms]' \
        "[\"mode\",$id,\"600\",\"640\",\"rw-r-----\"]"
    at_once hold "$id" "$id"
    event 5
    says '[.event, .segment.id, .before.nattch, .segment.nattch, .segment.lpid]' "[\"attached\",$id,0,2,$pid]"
    one=$pid
    hold "$id"
    event 6
    says '[.event, .before.nattch, .segment.nattch]' '["attached",2,3]'
    end "$pid"
    event 7
    says '[.event, .before.nattch, .segment.nattch]' '["detached",3,2]'
    ipcrm -m "$id"
    event 8
    says '[.event, .segment.id, .before.key, .segment.key, .segment.status]' \
        "[\"marked\",$id,\"0x000000a3\",\"0x00000000\",[\"removed\"]]"
    end "$one"
    event 9
    says '[.event, .segment.id, .segment.size]' "[\"removed\",$id,65536]"
    looks_again "$top"
    same "events" "created grew shrank mode attached attached detached marked removed" "$(jq -r .event log | paste -sd ' ')"
    same "messages" "" "$(<err)"
    end "$top"
}

@test "--json reports a new owner" {
    [ "$(id -u)" = 0 ] || skip "needs root"
    segment 4K
    watch
    shmset --owner 1234:2345 "$id"
    event 1
    says '[.event, .segment.id, .before.uid, .before.gid, .segment.uid, .segment.gid]' "[\"owner\",$id,0,0,1234,2345]"
    end "$top"
}

@test "an id that is used again is a segment that was removed, and another" {
    [ "$(id -u)" = 0 ] || skip "needs root"
    segment 4K
    watch
    again() { ipcrm -m "$id" && shmcreate --id "$id" 8K >made; }
    at_once again
    [ -s made ] || skip "ids cannot be chosen here"
    event 2
    same "events" "removed 4096,created 8192" "$(jq -r '"\(.event) \(.segment.size)"' log | paste -sd ,)"
    end "$top"
}

@test "events have the columns of --output, and only those of segments that pass the filters" {
    segment 4K
    watch --output id,size,holders --min-size 8K
    shmset --mode 640 "$id"
    segment 64K
    event 1
    hold "$id"
    event 2
    says '[.event, .segment]' "[\"attached\",{\"id\":$id,\"size\":65536,\"holders\":[$pid]}]"
    end "$top"
    # a segment that begins to pass was not created, and one that ceases to was not removed
    end "$pid"
    watch --unattached
    hold "$id"
    looks_again "$top"
    end "$pid"
    looks_again "$top"
    same "events" "" "$(jq -r 'select(.event == "created" or .event == "removed") | .event' log)"
    end "$top"
}

# ---- on a terminal ----

# on_terminal STEP.. -- CMD - see terminal.py; what CMD wrote is in the file written
on_terminal()
{
    command -v python3 >/dev/null || skip "needs python3"
    rm -f written
    run -0 python3 "$SHMBOX_SOURCE/tests/lib/terminal.py" "$@"
}

@test "the terminal is as before after every way to end" {
    segment 64K
    on_terminal see=CHANGE raw type=q end=0 restored -- shmtop
    on_terminal see=CHANGE raw restored end=0 -- shmtop -n 2 -d 0.2
    on_terminal see=CHANGE raw 'type=\x03' end=-2 restored -- shmtop
    for signal in HUP INT QUIT TERM; do
        on_terminal see=CHANGE raw signal=$signal "end=-$(kill -l $signal)" restored -- shmtop
    done
    on_terminal see=CHANGE raw orphan restored gone -- shmtop -d 0.1
}

@test "the terminal is as before while it is stopped, and the view goes on" {
    segment 64K
    on_terminal see=CHANGE raw 'type=\x1a' stopped restored continue raw see=CHANGE see=CHANGE type=q end=0 restored \
        -- shmtop -d 0.1
    on_terminal see=CHANGE raw signal=TSTP stopped restored continue raw see=CHANGE type=q end=0 restored -- shmtop -d 0.1
    on_terminal see=CHANGE raw signal=STOP stopped continue raw see=CHANGE type=q end=0 restored -- shmtop -d 0.1
}

@test "a paused terminal takes no frame, and a signal ends the view nevertheless" {
    segment 64K
    on_terminal see=CHANGE 'type=\x13' deaf signal=TERM end=-15 restored -- shmtop -d 0.02
    on_terminal see=CHANGE 'type=\x13' 'type=\x11' see=CHANGE see=CHANGE type=q end=0 restored -- shmtop -d 0.1
}

@test "end of standard input means that no more keys come" {
    segment 64K
    on_terminal see=CHANGE see=CHANGE end=0 restored -- sh -c 'shmtop -n 3 -d 0.1 </dev/null'
}

@test "a terminal without a size is asked for it, and one that does not answer has 24 rows" {
    segment -k 0xb0 64K
    on_terminal size=0x0 answer=11x50 see=CHANGE 'see=\x1b[11H' type=q end=0 restored -- shmtop -k 0xb0
    same "24 rows" 0 "$(grep -acF $'\e[24H' written)"
    same "asked once" 1 "$(grep -aoF $'\e[6n' written | wc -l)"
    on_terminal size=0x0 see=CHANGE 'see=\x1b[24H' type=q end=0 restored -- shmtop -k 0xb0
    on_terminal see=CHANGE 'see=\x1b[24H' type=q end=0 restored -- shmtop -k 0xb0
    same "not asked" 0 "$(grep -acF $'\e[6n' written)"
    on_terminal size=0x0 'see=\x1b[7H' type=q end=0 restored -- env LINES=7 COLUMNS=30 shmtop -k 0xb0
    same "not asked" 0 "$(grep -acF $'\e[6n' written)"
    # an answer that comes late is taken too
    on_terminal size=0x0 see=CHANGE 'type=\x1b[13;44R' 'see=\x1b[13H' type=q end=0 restored -- shmtop -k 0xb0
}

@test "each frame is one write, which neither clears nor switches the screen" {
    command -v strace >/dev/null || skip "needs strace"
    segment -k 0xb1 64K
    untraced_leaks
    on_terminal see=CHANGE end=0 restored -- strace -qq -e trace=write -o trace shmtop -k 0xb1 -n 4 -d 0.05
    same "frames" 4 "$(grep -c 'write(1, "\\33\[H' trace)"
    # the lines that were there scroll up first, and the view ends below its last line;
    # "adcg" begins what a build that counts lines writes to a file
    same "other writes" '"\r\n"' "$(grep -v -e 'write(1, "\\33\[H' -e '"adcg' -e '\\0' trace | sed 's/write(1, \(.*\), 2) .*/\1/' | sort -u)"
    same "sequences" $'\e[0m \e[24H \e[7m \e[H \e[J \e[K' \
        "$(grep -aoE $'\e\\[[0-9;?]*[A-Za-z]' written | sort -u | paste -sd ' ')"
}

# hostile NAME - a process of this name made a segment: its id in $id
hostile()
{
    start perl -e '$0 = shift; $| = 1; my $id = shmget(0, 4096, 01600) // die "shmget: $!\n"; print "$id\n"; sleep 3600' "$1"
    wait_until test -s out
    id=$(<out)
    echo "$id" >>noted
}

@test "no byte of the name of a process controls the terminal" {
    hostile $'\e[2J\x9b6n\r\x07\x7f'
    hostile $'\xc2\x9b31mA\xe2\x80\xaeB'
    on_terminal size=60x200 see=CHANGE "type=\\r" 'see=not attached' type=q see=CHANGE type=q end=0 restored -- shmtop -s -id -M 4K
    same "sequences" $'\e[0m \e[60H \e[7m \e[H \e[J \e[K' \
        "$(grep -aoE $'\e.?[0-9;?]*[A-Za-z]?' written | sort -u | paste -sd ' ')"
    same "other control bytes" "" "$(LC_ALL=C tr -d ' -~\r\n\033\200-\377' <written)"
    LC_ALL=C grep -aqF '\x1b[2J\x9b6n\x0d\x07\x7f' written
    same "not in UTF-8" "" "$(iconv -f UTF-8 -t UTF-8 written 2>&1 >/dev/null)"
    same "C1 and direction controls" 0 "$(LC_ALL=C grep -acE $'\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' written)"
}

@test "TERM=dumb has tables one after the other, without any sequence" {
    segment -k 0xb2 64K
    on_terminal see=CHANGE see=CHANGE end=0 restored -- env TERM=dumb shmtop -k 0xb2 -n 2 -d 0.05
    same "sequences" 0 "$(grep -ac $'\e' written)"
}

@test "with NO_COLOR the cursor moves, and nothing is styled" {
    segment -k 0xb3 64K
    on_terminal see=CHANGE end=0 restored -- env NO_COLOR=1 shmtop -k 0xb3 -n 1
    same "sequences" $'\e[24H \e[H \e[J \e[K' "$(grep -aoE $'\e\\[[0-9;?]*[A-Za-z]' written | sort -u | paste -sd ' ')"
    like "mark" "*>- *$id *" "$(tr '\r' '\n' <written | grep -a "^>")"
}

# ---- what is seen: tmux is the terminal ----

screen() { command tmux -S ./socket -f /dev/null "$@" 3>&-; }

# show SIZE CMD.. - in a terminal of this size, WIDTHxHEIGHT
show()
{
    local size=$1
    shift
    command -v tmux >/dev/null || skip "needs tmux"
    LC_ALL=C.UTF-8 screen -u new-session -d -x "${size%x*}" -y "${size#*x}" "$*; echo ended: \$?; exec sleep 3600"
}

seen() { screen capture-pane -p >seen && grep -qE -- "$1" seen; }

# see PATTERN - until a line on the screen is like it; the screen is in the file seen
see()
{
    wait_until seen "$1" || { cat seen; return 1; }
}

press() { screen send-keys "$@"; }

@test "the view fits into every size of the terminal, and follows a change" {
    for ((i = 0; i < 70; i++)); do segment 4K; done
    show 80x24 "$SHMBOX_BIN/shmtop" -d 0.1
    see '^ CHANGE +ID +OWNER +SIZE +RSS +RSS/S +ATTACHED +STATUS +AGE +COMMAND$'
    same "rows" 20 "$(grep -cE '^[> ][-n]' seen)"
    screen resize-window -x 200 -y 60
    see '^ CHANGE +ID +KEY +OWNER +PERMS +SIZE '
    same "rows" 56 "$(grep -cE '^[> ][-n]' seen)"
    screen resize-window -x 40 -y 10
    see '^ CHANGE +ID +OWNER +SIZE +RSS +RSS/S +AT?$'
    same "lines" 10 "$(wc -l <seen)"
    same "rows" 6 "$(grep -cE '^[> ][-n]' seen)"
    screen resize-window -x 10 -y 3
    see '^ CHANGE +I?$'
    same "lines" "segments" "$(sed -n 1p seen | cut -c 1-8)"
    like "row" ">-*" "$(sed -n 3p seen)"
    press q
    see '^ended: 0'
}

@test "the keys do what the page says" {
    for ((i = 0; i < 30; i++)); do segment $((4 + 4 * (i % 7)))K; done
    segment -k 0xa4 64M
    hold "$id"
    show 110x20 "$SHMBOX_BIN/shmtop" -d 1h
    see '^>- '
    press Down Down
    see "^>- +$(shmls -Q | sed -n 3p) "
    press Up
    see "^>- +$(shmls -Q | sed -n 2p) "
    press End
    see "^>- +$(shmls -Q | tail -n 1) "
    press Home
    see "^>- +$(shmls -Q | head -n 1) "
    press NPage
    see "^>- +$(shmls -Q | sed -n 17p) "
    press PPage
    see "^>- +$(shmls -Q | head -n 1) "
    # the row with the mark is the segment that it was
    press '>'
    see 'sorted by -id'
    press '>' '>' '>' '>'
    see 'sorted by -size'
    press Home r
    see 'sorted by size'
    press '<'
    see 'sorted by perms'
    press '>' r Home
    see "^>- +$id +0x000000a4 "
    press Right
    see '^ +ID +KEY +OWNER '
    press Left
    see '^ CHANGE +ID '
    # nothing is looked at until a key asks for it
    segment 128M
    press ' '
    see "^ new +$id "
    press Enter
    see '^size: 64M$'
    press End
    see "^ *$pid .*holder"
    press Escape
    see '^ CHANGE'
    press o
    see 'orphans only'
    press o '?'
    see '^Keys of the list'
    press q
    see '^ CHANGE'
    press q
    see '^ended: 0'
}

@test "the details of a segment are live, and show when it is removed" {
    segment 64K
    show 100x60 "$SHMBOX_BIN/shmtop" -d 0.1
    see "^>[-n]"
    press End Enter
    see '^nattch: 0$'
    hold "$id"
    see '^nattch: 1$'
    see "^ *$pid .*rw"
    end "$pid"
    ipcrm -m "$id"
    see "^$id: no such segment$"
    press q q
    see '^ended: 0'
}

@test "names in UTF-8 are cut between characters, and wide ones take two columns" {
    hostile "日本語の名前"
    hostile "naïve-ü"
    show 100x10 "$SHMBOX_BIN/shmtop" -d 0.1 -s -id -o id,command,size
    see "naïve-ü +4K"
    # the kernel keeps 15 bytes of a name
    see "日本語の名 +4K"
    same "aligned" 1 "$(grep -E ' 4K' seen | perl -CS -Mutf8 -ne 's/[日本語の名]/xx/g; s/4K.*//; print length, "\n"' | sort -u | wc -l)"
    press q
    see '^ended: 0'
}

# ---- many segments ----

@test "thousands of segments: a frame is as quick as its rows are few, and all are counted" {
    many=$(often 3000 30000)
    limit shmmni 32768
    run -0 --separate-stderr fresh perl -e 'for (1 .. shift) { shmget(0, 4096, 01600) // die "shmget: $!\n" }
        exec @ARGV' "$many" sh -c 'shmtop -b -n 2 -d 0.01 -s -id -o id >table; shmtop -J -n 2 -d 0.01; head -n 1 table; wc -l <table'
    like "head" "segments $many of *" "${lines[0]}"
    same "lines" $((2 * (many + 4) + 1)) "${lines[1]}"
    same "messages" "" "$stderr"
}
