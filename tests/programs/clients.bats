# SPDX-License-Identifier: MIT
# programs that know nothing of shmbox: perl, ipcs, ipcmk, ipcrm, lsipc, an X server
# runs against: release
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# perl_does CODE [ARG].. - its own shmget, shmread, shmwrite and shmctl
perl_does()
{
    local code=$1
    shift
    perl -MIPC::SysV=ftok -e "$code" "$@"
}

# row CMD.. - succeeds, and its one line of output is in the array row, blanks squeezed
row()
{
    succeeds "$@"
    read -r -a row <<<"$output"
}

# ---- perl's builtins ----

@test "perl reads what shmwrite wrote, byte for byte" {
    segment 5001
    noise 5001 >in
    shmwrite "$id" <in
    peek "$id" 0 5001 | same_bytes in
}

@test "shmcat reads bytes at the offset where perl wrote them" {
    segment 5001
    noise 256 | poke "$id" 4744
    { head -c 4744 /dev/zero; noise 256; printf '\0'; } >want
    shmcat "$id" | same_bytes want
    noise 256 >want
    shmcat --offset -257 --length 256 "$id" | same_bytes want
}

@test "shmcat finds perl's segment by its key, and perl that of shmcreate" {
    id=$(perl_does 'print 0 + (shmget(0x5432, 4097, 01640) // die $!)')
    row shmls --noheadings --bytes --output id,size,perms key:0x5432
    same "segment" "$id 4097 rw-r-----" "${row[*]}"
    shmcat key:0x5432 | cmp - <(head -c 4097 /dev/zero)
    shmrm key:0x5432

    segment --key 0x5433 100
    prints "$id" perl_does 'print 0 + (shmget(0x5433, 0, 0) // die $!)'
}

@test "a key with the top bit set is the same key for perl, ipcs and shmbox" {
    id=$(shmcreate --key 0xfedcba98 1)
    prints "$id" perl_does 'print 0 + (shmget(unpack("l", pack("L", 0xfedcba98)), 0, 0) // die $!)'
    prints 0xfedcba98 shmls --noheadings --output key "$id"
    ipcs -m | grep -q '^0xfedcba98 '
    ipcrm -M 0xfedcba98
    fails_like 3 'shmcat: key:0xfedcba98: *' shmcat key:0xfedcba98
}

@test "shmkey matches perl's ftok, for any project" {
    touch here
    for proj in 1 65 255; do
        prints "$(perl_does 'printf "0x%08x", 0xffffffff & ftok("here", 0 + shift)' "$proj")" shmkey --proj "$proj" here
    done
    prints "$(perl_does 'printf "0x%08x", ftok("here", ord "A")')" shmkey --proj A here
}

@test "file:PATH:PROJ names the segment that perl created with ftok" {
    touch here
    id=$(perl_does 'print 0 + (shmget(ftok("here", ord "A"), 64, 01600) // die $!)')
    shmwrite --text made file:here:A
    prints made shmcat --length 4 "$id"
    succeeds shmrm file:here:A
    gone "$id"
}

@test "a held segment that perl removed stays readable by its id" {
    id=$(shmcreate --key 0x51 64)
    shmwrite --text kept "$id"
    start shmattach "$id"
    wait_until test -s out
    perl_does 'shmctl($ARGV[0], 0, 0) or die $!' "$id"
    row shmls --noheadings --output key,status "$id"
    same "key" - "${row[0]}"
    like "status" "*removed*" "${row[1]}"
    prints kept shmcat --length 4 "$id"
    kill "$pid"
    ends_with 0 "$pid"
    fails_with 3 "shmcat: $id: no such segment" shmcat "$id"
}

@test "perl reads the scratch segment of the shmattach that runs it" {
    # shellcheck disable=SC2016 # the inner shell's variables
    prints "from us 4096" shmattach scratch:4K sh -c 'shmwrite --text "from us" "$SHM_ID"
        perl -e "shmread(\$ENV{SHM_ID}, \$b, 0, 7) or die \$!; print qq(\$b \$ENV{SHM_SIZE})"'
}

@test "the bytes are those in the memory of another process that has the segment attached" {
    segment 10000
    noise 10000 >in
    poke "$id" 0 <in
    hold "$id"
    range=$(awk -v id="$id" '$5 == id && /\/SYSV/ { print $1 }' "/proc/$pid/maps")
    head -c 10000 "/proc/$pid/map_files/$range" >theirs || skip "may not read another process' map_files"
    shmcat "$id" | same_bytes theirs
}

# ---- util-linux ----

@test "shmbox opens, fills and removes a segment of ipcmk" {
    id=$(ipcmk -M 5000 -p 640 | grep -o '[0-9]*$')
    row shmls --noheadings --bytes --output perms,size "$id"
    same "segment" "rw-r----- 5000" "${row[*]}"
    noise 5000 >in
    shmwrite "$id" <in
    shmcat "$id" | same_bytes in
    succeeds shmrm "$id"
    gone "$id"
}

@test "ipcrm removes segments of shmcreate by id and by key" {
    id=$(shmcreate 4K)
    ipcrm -m "$id"
    fails_with 3 "shmstat: $id: no such segment" shmstat "$id"
    shmcreate --key 0x77 4K
    ipcrm -M 0x77
    fails_like 3 "shmstat: key:0x77: *" shmstat key:0x77
}

@test "ipcs shows the key, id, owner, mode, size and attaches that shmls shows" {
    ipcrm --all=shm
    : >before
    segment --key 0xbeef --mode 604 5000
    hold "$id"
    segment 1
    # ipcs prints the mode in octal, and no key as zeros
    ipcs -m | awk '/^0x/ { print $1, $2, $3, $4, $5, $6 }' >theirs
    shmls --noheadings --bytes --output key,id,owner,perms,size,nattch >table
    sed -E 's/^ *- /0x00000000 /; s/rw----r--/604/; s/rw-------/600/; s/ +/ /g; s/^ //; s/ $//' table >ours
    diff theirs ours
}

@test "lsipc's JSON and ours have the same facts" {
    segment --key 0x1234 --mode 640 70000
    noise 9000 | shmwrite "$id"
    lsipc --shmems --json --bytes --output ID,KEY,SIZE,NATTCH,CPID,LPID,UID,GID,CUID,CGID,OWNER,PERMS >list
    jq -c --argjson id "$id" '.[] | .[] | select((.id | tonumber) == $id) |
        map_values(tonumber? // .)' list >theirs
    shmls --json "$id" >list
    for name in $(jq -r 'keys[]' theirs); do
        same "$name" "$(jq -c ".$name" theirs)" "$(jq -c ".sharedmemory[0].$name" list)"
    done
}

@test "lsipc and ipcs print the limits that shmlimits prints" {
    limit shmmni 321
    limit shmall 1234567
    limit shmmax 7654321
    succeeds shmlimits --json
    ours=$(jq -c '[.. | numbers]' <<<"$output")
    for number in $(lsipc --global --bytes --raw --noheadings --output RESOURCE,LIMIT | awk '/^SHM(MNI|ALL|MAX) / { print $2 }') \
        321 1234567 7654321; do
        like "limits" "*[[,]${number}[],]*" "$ours"
    done
}

@test "listing and describing leave no trace in a segment" {
    segment 4K
    shmls >/dev/null
    shmls --json "$id" >/dev/null
    shmstat "$id" >/dev/null
    same "atime" 0 "$(kernel_says "$id" atime)"
    same "lpid" 0 "$(kernel_says "$id" lpid)"
}

# ---- an X server whose screen is a segment, in xwd's own format ----

width=320
height=240
header=$((160 + 256 * 12)) # of the file, and its table of colours
pixels=$((width * height * 4))

needs()
{
    local command
    for command in "$@"; do
        [ -n "$(command -v "$command")" ] || skip "needs $command: apt-get install xvfb x11-apps"
    done
}

# the display in DISPLAY, the server in server, its segment in id
start_screen()
{
    Xvfb -displayfd 4 -screen 0 ${width}x${height}x24 -shmem -nocursor -nolisten tcp -noreset \
        4>display >server.out 2>&1 3>&- &
    server=$!
    started+=("$server")
    wait_until test -s display
    DISPLAY=:$(cat display)
    export DISPLAY
    id=$(sed -n 's/^screen 0 shmid //p' server.out)
    echo "$id" >>noted
}

# the screen through the X protocol and the screen through shared memory, pixels alone
pictures_agree()
{
    xwd -root -silent -out asked.xwd
    shmcat "$id" >taken.xwd
    tail -c $pixels asked.xwd >asked
    tail -c $pixels taken.xwd >taken
    cmp -s asked taken
}

something_is_drawn()
{
    pictures_agree && [ "$(od -An -v -tx4 -w4 taken | sort -u | wc -l)" -gt 1 ]
}

@test "a picture of a screen taken with shmcat has the pixels that xwd sees" {
    needs Xvfb xwd xlogo
    start_screen
    row shmls --noheadings --bytes --output size,perms,key,nattch,command "$id"
    same "segment" "$((header + pixels)) rwxrwxrwx - 1 Xvfb" "${row[*]}"
    start xlogo -geometry 200x150+20+30 -fg red -bg white
    wait_until something_is_drawn
    # the rest of what was taken is a header as in xwd's files, of version 7
    same "version" 7 "$(($(od -An -tu4 --endian=big -j4 -N4 taken.xwd)))"
    same "width" $width "$(($(od -An -tu4 --endian=big -j16 -N4 taken.xwd)))"
}

@test "pixels written with shmwrite appear on the screen, and nothing else changes" {
    needs Xvfb xwd
    start_screen
    wait_until pictures_agree
    cp asked earlier
    at=$(((100 * width + 10) * 4))
    for _ in {1..20}; do printf '\x11\x22\xee\x00'; done >line
    shmwrite --offset $((header + at)) "$id" <line
    pictures_agree
    { head -c $at earlier; cat line; tail -c +$((at + 80 + 1)) earlier; } | same_bytes asked
}

@test "the screen that a server leaves behind is an orphan, and is removed" {
    needs Xvfb
    start_screen
    kill "$server"
    ends_with 0 "$server"
    row shmls --noheadings --output nattch,command "$id"
    same "holders and creator" "0 -" "${row[*]}"
    succeeds shmrm --if-unattached "$id"
}
