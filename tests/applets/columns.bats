# SPDX-License-Identifier: MIT
# every fact about a segment: in a table, in JSON, in a format, and to sort by
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    load ../lib/states
    common_setup
    apart
}

teardown()
{
    common_teardown
}

there() { "${apart[@]}" "$@"; }

# made [shmcreate's options] SIZE - creates a segment: $id
made()
{
    id=$(there shmcreate "$@")
}

# shows NAME TABLE JSON FORMAT [CMD..] - column NAME of segment $id in all three; CMD.. before them
shows()
{
    local name=$1 table=$2 json=$3 format=$4
    shift 4
    succeeds "${apart[@]}" "$@" shmls --noheadings --output "$name" "$id"
    same "$name in a table" "$table" "${output#"${output%%[! ]*}"}"
    succeeds "${apart[@]}" "$@" shmls --json --output "$name" "$id"
    same "$name in JSON" "$json" "$(jq -c ".sharedmemory[0].$name" <<<"$output")"
    prints "$format" "${apart[@]}" "$@" shmstat --format "%{$name}" "$id"
}

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all --)

# names - all columns, one on a line
names()
{
    shmbox --describe | awk -F '\t' '$1 == "column" { print $2 }'
}

# ---- holders ----

@test "holders: no process, one, several, and invisible ones" {
    needs_nobody
    made -m 666 4K
    shows holders - '[]' -
    holder "$id"
    one=$pid
    shows holders "$one" "[$one]" "$one"
    start "${apart[@]}" "${nobody[@]}" "$nobody_bin/shmattach" "$id"
    wait_until test -s out
    both=$(printf '%s\n' "$one" "$pid" | sort -n | xargs | tr ' ' ,)
    shows holders "$both" "[$both]" "$both"
    PATH=$nobody_bin:$PATH
    shows holders "$pid,?" "[$pid,null]" "$pid,?" "${nobody[@]}"
    end "$pid"
    shows holders "?" null "?" "${nobody[@]}"
}

@test "sorted by holders, the highest number comes last, and unknown values after it" {
    needs_nobody
    made -m 666 4K
    made -m 666 4K
    holder "$id"
    made -m 666 4K
    prints $'0\n2\n1' "${apart[@]}" shmls --ids --sort holders
    holder 0
    holder 0
    prints $'2\n1\n0' "${apart[@]}" shmls --ids --sort holders
    prints $'0\n1\n2' "${apart[@]}" shmls --ids --sort -holders
    prints $'2\n0\n1' "${apart[@]}" "${nobody[@]}" "$nobody_bin/shmls" --ids --sort holders
}

# ---- the verdict ----

@test "orphan, creator, last and reason: yes, no and unknown" {
    made 4K
    dead=$(dead_pid)
    old=$(($(date +%s) - 70))
    stamped_call=1 stamps 0 0 $old "$dead" 0
    shows orphan yes true yes "${stamps[@]}"
    shows creator ended '"ended"' ended "${stamps[@]}"
    shows last - '""' - "${stamps[@]}"
    shows status orphan '["orphan"]' orphan "${stamps[@]}"
    stamped_call=1 stamps 0 0 $old 0 0
    shows orphan '?' null '?' "${stamps[@]}"
    shows creator '?' null '?' "${stamps[@]}"
    shows reason "creator is outside this PID namespace" '"creator is outside this PID namespace"' \
        "creator is outside this PID namespace" "${stamps[@]}"
    shows cpid '?' null '?' "${stamps[@]}"
    shows command '?' null '?' "${stamps[@]}"
    stamped_call=1 stamps $old 0 $old "$dead" 0
    shows last '?' null '?' "${stamps[@]}"
    shows lpid '?' null '?' "${stamps[@]}"
    shows orphan no false no
    maker
    shows creator alive '"alive"' alive
    shows orphan no false no
    shows reason "creator $pid is alive" "\"creator $pid is alive\"" "creator $pid is alive"
}

@test "sorted by orphan: no, yes, and unknown last, in both directions" {
    made 4K
    maker
    dead=$(dead_pid)
    old=$(($(date +%s) - 70))
    sorts() { run -0 --separate-stderr stamped 0 0 $old "$1" 0 shmls --ids --sort "$2"; }
    sorts "$dead" orphan
    same "order" $'1\n0' "$output"
    sorts "$dead" -orphan
    same "order" $'0\n1' "$output"
    sorts 0 orphan
    same "order" $'1\n0' "$output"
    sorts 0 -orphan
    same "order" $'1\n0' "$output"
}

# ---- time ----

@test "age counts from ctime, idle from the latest time; times in the future are unknown" {
    made 4K
    dead=$(dead_pid)
    now=$(date +%s)
    stamped_call=1 stamps $((now - 70)) $((now - 75)) $((now - 80)) "$dead" "$dead"
    like "in a table" "+([0-9])m +([0-9])m" "$(there "${stamps[@]}" shmls --noheadings --output age,idle 0 | awk '{ $1 = $1; print }')"
    run -0 --separate-stderr "${apart[@]}" "${stamps[@]}" shmls --json --output age,idle,ctime,atime,dtime 0
    same "seconds" "true" "$(jq -c --argjson now "$now" --argjson passed $(($(date +%s) - now)) '.sharedmemory[0] |
        .age >= 80 and .age <= 80 + $passed and .idle >= 70 and .idle <= 70 + $passed
        and .ctime == $now - 80 and .atime == $now - 70 and .dtime == $now - 75' <<<"$output")"
    stamped_call=1 stamps 0 0 $((now + 3600)) "$dead" 0
    shows age '?' null '?' "${stamps[@]}"
    shows idle '?' null '?' "${stamps[@]}"
}

# ---- the key that it had ----

@test "origkey of a removed segment, for every user: its key, no key, or unknown" {
    needs_nobody
    made -k 0xf1 -m 666 4K
    shows origkey 0x000000f1 '"0x000000f1"' 0x000000f1
    holder "$id"
    there ipcrm -m "$id"
    shows key - '"0x00000000"' 0x00000000
    shows origkey 0x000000f1 '"0x000000f1"' 0x000000f1
    PATH=$nobody_bin:$PATH
    shows origkey '?' null '?' "${nobody[@]}"
    made -m 666 4K
    shows origkey - '"0x00000000"' 0x00000000
    holder "$id"
    there ipcrm -m "$id"
    shows origkey - '"0x00000000"' 0x00000000
    shows origkey '?' null '?' "${nobody[@]}"
}

# ---- the program known to use it ----

@test "user by key and size: NTP units, gpsd, LinuxCNC, ZoneMinder, JACK" {
    while read -r key size name; do
        made -k "$key" "$size"
        shows user "$name" "\"$name\"" "$name"
        there ipcrm -m "$id"
    done <<-'END'
		0x4e545030 96 ntp-unit-0
		0x4e545033 80 ntp-unit-3
		0x47505344 12K gpsd
		0x48414c32 262000 LinuxCNC-HAL
		0x90280a48 20K LinuxCNC-RTAPI
		0x48484c34 16 LinuxCNC-UUID
		0x48534131 64K LinuxCNC-sampler-1
		0x48535430 64K LinuxCNC-streamer-0
		0x00282929 8K JACK
		0x7a6d0003 1M ZoneMinder-3
	END
    for key in 0x4e54502f 0x47505343 0x47505345 0x12345 0x64; do
        made -k "$key" 96
        shows user - '""' -
    done
    made 100
    shows user - '""' -
    # another program's, with a key that means nothing then
    for key in 0x4e5450ff 0x47505344 0x48484c34 0x90280a48; do
        made -k "$key" 2M
        shows user - '""' -
        there ipcrm -m "$id"
    done
    made -k 0x4e545030 64
    shows user - '""' -
    there ipcrm -m "$id"
    made -k 0x7a6d0003 4K
    shows user - '""' -
}

@test "user by key requires a process of the program if the key is common: LinuxCNC motion, key 100" {
    made -k 0x64 5000
    shows user - '""' -
    start "${apart[@]}" perl -e '$0 = "rtapi_app:T#0"; $| = 1;
        shmread($ARGV[0], my $b, 0, 1) or die; print "used\n"; sleep 3600' "$id"
    wait_until test -s out
    shows user LinuxCNC-motion '"LinuxCNC-motion"' LinuxCNC-motion
    # what the same program has without that key is nothing known
    made 5000
    there perl -e '$0 = "rtapi_app"; shmread($ARGV[0], my $b, 0, 1) or die' "$id"
    shows user - '""' -
}

@test "user by the last user while it is alive: an X server that has detached a client's segment" {
    for name in Xorg Xtightvnc Xnest nxagent; do
        made 64K
        start "${apart[@]}" perl -e '$0 = shift; $| = 1;
            shmread($ARGV[0], my $b, 0, 1) or die; print "used\n"; sleep 3600' "$name" "$id"
        wait_until test -s out
        shows user X '"X"' X
        end "$pid"
        shows user - '""' -
    done
}

@test "a process younger than the segment has the creator's pid, but does not give its name" {
    start perl -e '$0 = "postgres"; $| = 1; print "there\n"; sleep 3600'
    wait_until test -s out
    made 4K
    now=$(date +%s)
    facts='.sharedmemory[0] | [.command, .user, .creator, .orphan] | map(tostring) | join(" ")'
    run -0 --separate-stderr stamped 0 0 $((now - 100)) "$pid" 0 shmls --json --output command,user,creator,orphan
    same "of a segment that is older" "null null alive false" "$(jq -r "$facts" <<<"$output")"
    run -0 --separate-stderr stamped 0 0 $((now - 100)) "$pid" 0 shmls --noheadings --output command,user
    same "in a table" "? ?" "$(xargs <<<"$output")"
    run -0 --separate-stderr stamped 0 0 $((now + 1)) "$pid" 0 shmls --json --output command,user,creator,orphan
    same "of a segment that is not" "postgres PostgreSQL alive false" "$(jq -r "$facts" <<<"$output")"
    # a later change of its mode makes no segment younger
    run -0 --separate-stderr stamped $((now - 100)) 0 $((now + 1)) "$pid" "$pid" shmls --json --output command,user,creator,orphan
    same "used before" "null null alive false" "$(jq -r "$facts" <<<"$output")"
}

@test "user by holder, by creator, by the former key; unknown if these are not visible" {
    needs_nobody
    made -m 666 4K
    start "${apart[@]}" perl -MIPC::SysV=shmat -e '$0 = "postgres"; $| = 1; shmat($ARGV[0], undef, 0) // die; print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    shows user PostgreSQL '"PostgreSQL"' PostgreSQL
    old_path=$PATH
    PATH=$nobody_bin:$PATH
    # the holder is invisible, but the last process that attached is not
    shows user PostgreSQL '"PostgreSQL"' PostgreSQL "${nobody[@]}"
    there perl -e 'shmread($ARGV[0], my $b, 0, 1) or die' "$id"
    shows user '?' null '?' "${nobody[@]}"
    PATH=$old_path
    start "${apart[@]}" perl -e '$0 = "ora_pmon_X"; $| = 1; print 0 + (shmget(0, 4096, 01600) // die), "\n"; sleep 3600'
    wait_until test -s out
    id=$(<out)
    shows user Oracle '"Oracle"' Oracle
    end "$pid"
    shows user - '""' -
    made -k 0x4e545031 -m 666 96
    holder "$id"
    there ipcrm -m "$id"
    shows user ntp-unit-1 '"ntp-unit-1"' ntp-unit-1
    PATH=$nobody_bin:$PATH
    shows user '?' null '?' "${nobody[@]}"
}

# ---- memory ----

@test "rss, swap and untouched of ordinary pages are those of the kernel, and the page size is known" {
    made 64K
    printf x | there perl -e 'shmwrite($ARGV[0], "x", 5000, 1) or die' "$id"
    shows rss 4K 4096 4096
    shows swap 0 0 0
    shows untouched 60K 61440 61440
    shows hugepage - 0 0
    shows locked no false no
    made --lock --populate 4K
    shows locked yes true yes
    shows rss 4K 4096 4096
    shows untouched 0 0 0
    # facts about an untouched and unattached segment are unknown
    made 64K
    shows hugepage '?' null '?'
    shows rss 0 0 0
    holder "$id"
    shows hugepage - 0 0
}

# bats test_tags=initramfs
@test "huge pages are reported correctly, however many of them are in memory" {
    huge_pages 8
    segment 64K # before any other: its row comes first
    for pages in 1 2 3; do
        segment --huge 2M 6M
        # the segment was never touched or attached
        same "rss" 0 "$(shmls --bytes --noheadings --output rss "$id" | tr -d ' ')"
        noise $((pages * 2097152)) | poke "$id" 0
        # newer kernels report more than there is to users without privilege
        [ "$(kernel_says "$id" rss)" -ge $((pages * 2097152)) ]
        run -0 --separate-stderr shmls --json --output rss,hugepage,untouched "$id"
        same "unattached: right, or unknown" true \
            "$(jq -c --argjson right $((pages * 2097152)) '.sharedmemory[0] | (.rss == $right or .rss == null) and (.hugepage == 2097152 or .hugepage == null)' <<<"$output")"
        hold "$id"
        for cmd in "shmls --json --output rss" "shmls --json --output rss,hugepage,untouched" "shmls --json" "shmstat --json"; do
            # shellcheck disable=SC2086 # several words
            run -0 --separate-stderr $cmd "$id"
            same "rss by $cmd" $((pages * 2097152)) "$(jq '.sharedmemory[0].rss' <<<"$output")"
        done
        same "page" 2097152 "$(jq '.sharedmemory[0].hugepage' <<<"$output")"
        same "untouched" $((6291456 - pages * 2097152)) "$(jq '.sharedmemory[0].untouched' <<<"$output")"
        same "table" "2M $((pages * 2))M" "$(shmls --noheadings --output hugepage,rss "$id" | awk '{ print $1, $2 }')"
        end "$pid"
        ipcrm -m "$id"
    done
}

@test "ordinary segments next to huge ones are not reported as huge" {
    huge_pages 1
    segment --huge 2M 2M
    # on an older kernel, a segment of 2 MiB may be one huge page
    for row in 4K:0 1M:0 2M:null 3M:0; do
        segment --populate "${row%:*}"
        bytes=$(kernel_says "$id" size)
        run -0 --separate-stderr shmls --json --output rss,hugepage "$id"
        same "${row%:*}" "[$bytes,${row#*:}]" "$(jq -c '.sharedmemory[0] | [.rss, .hugepage]' <<<"$output")"
    done
}

# ---- namespaces ----

@test "ns and nspid: a process that is still alive, which --ns accepts" {
    made 4K
    shows ns "$(stat -Lc %i "/proc/${started[0]}/ns/ipc")" "$(stat -Lc %i "/proc/${started[0]}/ns/ipc")" "$(stat -Lc %i "/proc/${started[0]}/ns/ipc")"
    nspid=$(there shmls --noheadings --output nspid 0 | tr -d ' ')
    kill -0 "$nspid"
    same "its namespace" "$(stat -Lc %i "/proc/${started[0]}/ns/ipc")" "$(stat -Lc %i "/proc/$nspid/ns/ipc")"
    prints 0 shmls --ids --ns "$nspid"
}

# in_groups PATH.. - the mount point of the first hierarchy, with these groups created below it: $mount
in_groups()
{
    local first
    first=$(head -n 1 /proc/self/cgroup | cut -d: -f2)
    if [ -n "$first" ]; then
        mount=$(awk -v name="$first" '/ - cgroup / && $NF ~ "(^|,)" name "(,|$)" { print $5; exit }' /proc/self/mountinfo)
    else
        mount=$(awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
    fi
    mkdir -p "${@/#/${mount:-/proc}/}" 2>/dev/null || skip "may not make control groups"
}

@test "cgroup is the container of the namespace's process, or its unit" {
    long=$(printf '%064d' 0 | tr 0 a)
    root=shmbox-$$
    groups=("$root/docker/$long" "$root/machine.slice/libpod-$long.scope" "$root/system.slice/x.service")
    in_groups "${groups[@]}"
    made 4K
    shown=(aaaaaaaaaaaa libpod-aaaaaaaaaaaa x.service)
    failed=
    for nth in 0 1 2; do
        echo "${started[0]}" >"$mount/${groups[nth]}/cgroup.procs"
        got=$(there shmls --json --output cgroup | jq -r '.sharedmemory[0].cgroup')
        [ "$got" = "${shown[nth]}" ] || failed="$failed $got"
        got=$(shmls --all-ns --json | jq -r --argjson pid "${started[0]}" '.sharedmemory[] | select(.nspid == $pid) | .cgroup')
        [ "$got" = "${shown[nth]}" ] || failed="$failed $got"
    done
    end_started
    find "$mount/$root" -depth -type d -exec rmdir {} +
    same "wrong ones" "" "$failed"
}

@test "--all-ns counts processes that may not be inspected, whatever the capabilities" {
    shmls --all-ns >seen 2>&1 || skip "the namespaces of this machine cannot be listed"
    start sleep 3600
    untraced_leaks
    calls=stat,newfstatat,statx
    run -0 --separate-stderr strace -qq -o trace -e "trace=$calls" -P "/proc/$pid/ns/ipc" -e "inject=$calls:error=EACCES" shmls --all-ns
    grep -q INJECTED trace
    same "standard error" "shmls: cannot inspect 1 process; its namespace is not listed" "$stderr"
}

@test "--all-ns: a namespace that ends meanwhile is no error, and another process stands for a remaining one" {
    shmls --all-ns >seen 2>&1 || skip "the namespaces of this machine cannot be listed"
    for goes_on in '' 1; do
        # the first process of the second namespace
        start unshare --ipc perl -e '$| = 1; shmget(0, 12288, 01600) // die; print "made\n"; sleep 3600'
        wait_until test -s out
        first=$pid
        there=$(stat -Lc %i "/proc/$first/ns/ipc")
        if [ -n "$goes_on" ]; then
            start nsenter --ipc --target "$first" sleep 3600
            wait_until in_namespace "$there" "$pid"
            last=$pid
        fi
        # is in the test's own namespace by now, and knows of the other
        stopped_after setns 1 shmls --all-ns --json --output ns,nspid,size
        end "$first"
        goes_on 0
        same "standard error" "" "$stderr"
        same "listed" "${goes_on:+[12288,$last]}" \
            "$(jq -c --argjson ns "$there" '.sharedmemory[] | select(.ns == $ns) | [.size, .nspid]' <<<"$output")"
    done
}

in_namespace() { [ "$(stat -Lc %i "/proc/$2/ns/ipc")" = "$1" ]; }

@test "--all-ns lists the segments of each namespace, by its lowest process" {
    made 12K
    first=${started[0]}
    holder "$id"
    here=$(stat -Lc %i /proc/self/ns/ipc)
    segment 4K
    run -0 --separate-stderr shmls --all-ns --json
    same "there" "[12288,$first,[$pid]]" "$(jq -c --argjson ns "$(stat -Lc %i "/proc/$first/ns/ipc")" \
        '.sharedmemory[] | select(.ns == $ns) | [.size, .nspid, .holders]' <<<"$output")"
    same "here" "[4096,[]]" "$(jq -c --argjson ns "$here" --argjson id "$id" \
        '.sharedmemory[] | select(.ns == $ns and .id == $id) | [.size, .holders]' <<<"$output")"
    succeeds shmls --all-ns
    like "headings" "NS NSPID CGROUP ID KEY *" "$(awk 'NR == 1 { $1 = $1; print }' <<<"$output")"
    # a process of it that --ns takes
    nspid=$(jq --argjson ns "$here" '[.sharedmemory[] | select(.ns == $ns) | .nspid][0]' < <(shmls --all-ns --json))
    kill -0 "$nspid"
}

@test "--all-ns --orphan judges each segment, even if ids are equal" {
    # columns from the system call with the changed result, not from the table in /proc
    # no other namespace is seen from there; our own is listed first, with an orphan
    stamps 0 0 $(($(date +%s) - 70)) 30000 0
    # shellcheck disable=SC2016 # the inner shell's
    run -0 --separate-stderr "${apart[@]}" unshare --pid --fork --mount-proc sh -c 'shmcreate 4K >id
        rm -f made; unshare --ipc perl -e "$0" >made & until [ -s made ]; do sleep 0.01; done; "$@"' \
        '$| = 1; print 0 + (shmget(0, 8192, 01600) // die), "\n"; sleep 3600' "${stamps[@]}" shmls --all-ns --orphan --json --output size,orphan
    same "ids" "0 0" "$(<id) $(<made)"
    same "orphans" "[4096]" "$(jq -c '[.sharedmemory[].size]' <<<"$output")"
    run -0 --separate-stderr "${apart[@]}" unshare --pid --fork --mount-proc sh -c '
        rm -f made; unshare --ipc perl -e "$0" >made & until [ -s made ]; do sleep 0.01; done; "$@"' \
        '$| = 1; print 0 + (shmget(0, 8192, 01600) // die), "\n"; sleep 3600' "${stamps[@]}" shmls --all-ns --json --output size,orphan
    same "verdicts" "[[4096,true],[8192,false]]" "$(jq -c '[.sharedmemory[] | [.size, .orphan]]' <<<"$output")"
}

@test "--all-ns --held-by shows the segments of that process in its own namespace" {
    made 4K
    holder "$id"
    there=$pid
    where=$(stat -Lc %i "/proc/$there/ns/ipc")
    segment --id 0 4K 2>/dev/null || id=$(shmls --ids | head -n 1)
    [ -z "$id" ] || hold "$id"
    run -0 --separate-stderr shmls --all-ns --held-by "$there" --json
    same "of the one there" "[[$where,0]]" "$(jq -c '[.sharedmemory[] | [.ns, .id]]' <<<"$output")"
    [ -z "$id" ] || {
        run -0 --separate-stderr shmls --all-ns --held-by "$pid" --json
        same "of the one here" "[[$(stat -Lc %i /proc/self/ns/ipc),$id]]" "$(jq -c '[.sharedmemory[] | [.ns, .id]]' <<<"$output")"
    }
}

@test "--all-ns counts the namespaces that cannot be entered, and lists the others" {
    needs_nobody
    made -m 666 4K
    # a namespace without an owner here, which may be inspected but not entered
    start "${apart[@]}" "${nobody[@]}" unshare -Ur --ipc sleep 3600
    # its users are known in there only some time after its creation
    wait_until sleeping_as sleep "$pid"
    is_elsewhere "$pid"
    PATH=$nobody_bin:$PATH
    run -0 --separate-stderr "${apart[@]}" "${nobody[@]}" shmls --all-ns --ids 2>&1 || :
    run -0 --separate-stderr "${apart[@]}" "${nobody[@]}" shmls --all-ns --json
    no_sanitizer_spoke
    like "standard error" "shmls: cannot enter [1-9]* of [1-9]* IPC namespaces
shmls: cannot inspect [1-9]* process*; * not listed" "$stderr"
    same "its own" "[4096]" "$(jq -c '[.sharedmemory[].size]' <<<"$output")"
    # root enters it
    there=$(stat -Lc %i "/proc/$pid/ns/ipc")
    shmcreate --ns "$pid" 20K
    run -0 --separate-stderr shmls --all-ns --json
    same "of a user's own" "[20480]" "$(jq -c --argjson ns "$there" '[.sharedmemory[] | select(.ns == $ns) | .size]' <<<"$output")"
}

@test "--all-ns is refused with operands and --ids, which would be ambiguous" {
    fails_with 2 "shmls: --all-ns takes neither SEGMENT nor --ids: an id is unique only in its IPC namespace" shmls --all-ns 0
    fails_like 2 "shmls: --all-ns *" shmls --all-ns --ids
}

# ---- the mode ----

@test "mode is octal with three digits, as --mode takes it" {
    for mode in 640 000 007 777; do
        made --mode $mode 4K
        shows mode $mode "\"$mode\"" $mode
        there shmset --mode 600 "$id"
        there shmset --mode "$mode" "$id"
        shows mode $mode "\"$mode\"" $mode
    done
    holder 0
    there ipcrm -m 0
    id=0 shows mode 640 '"640"' 640
    prints $'1\n2\n0\n3' "${apart[@]}" shmls --ids --sort mode
}

# ---- the command line ----

# made_with [WORD].. - a segment $id there, whose creator $pid lives and has these arguments
made_with()
{
    start "${apart[@]}" perl -e '$| = 1; print 0 + (shmget(0, 4096, 01666) // die $!), "\n"; sleep 3600' -- "$@"
    wait_until test -s out
    id=$(<out)
}

perl="perl -e \$| = 1; print 0 + (shmget(0, 4096, 01666) // die \$!), \"\\n\"; sleep 3600 --"

@test "args is the command line of the creator, while it is alive" {
    made 4K
    shows args - '""' -
    made_with one 'two three' '' four
    shows args "$perl one two three  four" "$(jq -n --arg args "$perl one two three  four" '$args')" "$perl one two three  four"
    # one word where other columns follow
    line="$perl one two three  four"
    prints "${line// /\\x20}  $id" "${apart[@]}" shmls --noheadings --output args,id "$id"
    id=0 shows args - '""' -
    prints "0"$'\n'"$id" "${apart[@]}" shmls --ids --sort args
    end "$pid"
    shows args - '""' -
}

@test "args neither talks to the terminal nor splits a line" {
    made_with $'a\nb' $'\e[31m' $'\xff' 'end '
    shows args "$perl a\\x0ab \\x1b[31m \\xff end\\x20" "$(jq -n --arg args "$perl "$'a\nb \e[31m \ufffd end ' '$args')" \
        "$perl a\\x0ab \\x1b[31m \\xff end\\x20"
}

@test "a long command line is whole but in a table, and a very long one is cut" {
    word=$(printf '%01000d' 0)
    made_with "$word" "$word"
    prints "$perl $word $word" "${apart[@]}" shmstat --format '%{args}' "$id"
    same "in JSON" "$perl $word $word" "$(there shmls --json --output args "$id" | jq -r '.sharedmemory[0].args')"
    succeeds "${apart[@]}" shmls --noheadings --output id,args "$id"
    like "in a table" "$id  perl *000.." "${output# }"
    same "bytes in a table" 255 $((${#output} - 3))
    made_with "$word" "$word" "$word" "$word" "$word"
    succeeds "${apart[@]}" shmstat --format '%{args}' "$id"
    same "bytes" 4095 ${#output}
    same "begin and end" "$perl $word $word $word 00000.." "${output:0:$((${#perl} + 3009))}${output: -2}"
}

@test "args is unknown without /proc, and of a creator that cannot be seen" {
    made_with one
    no_proc
    shows args '?' null '?' "${no_proc[@]}"
    shows args '?' null '?' unshare --pid --fork --mount-proc
    # a younger process has only the pid of the creator
    now=$(date +%s)
    stamped_call=1 stamps 0 0 $((now - 100)) "$pid" 0
    shows args '?' null '?' "${stamps[@]}"
}

@test "a creator without a command line is shown like one without a name" {
    start "${apart[@]}" perl -e '$| = 1; $0 = ""; print 0 + (shmget(0, 4096, 01600) // die $!), "\n"; sleep 3600'
    wait_until test -s out
    id=$(<out)
    [ "$(tr -d '\0' <"/proc/$pid/cmdline")" = "" ] || skip "this perl leaves a part of its command line"
    shows args '?' '""' '?'
}

# ---- all of them ----

@test "every column is in JSON with its type, and null means unknown" {
    made -k 0xf2 5000
    holder "$id"
    run -0 --separate-stderr "${apart[@]}" shmls --json
    same "names, in order" "$(names)" "$(jq -r '.sharedmemory[0] | keys_unsorted[]' <<<"$output")"
    types='{"id":"number","key":"string","owner":"string","perms":"string","size":"number","nattch":"number","status":"array",
        "ctime":"number","cpid":"number","lpid":"number","uid":"number","gid":"number","cuid":"number","cgid":"number",
        "atime":"number","dtime":"number","command":"string","rss":"number","swap":"number","age":"number","idle":"number",
        "locked":"boolean","holders":"array","orphan":"boolean","creator":"string","last":"string","reason":"string",
        "hugepage":"number","untouched":"number","origkey":"string","user":"string","ns":"number","nspid":"number","cgroup":"string",
        "mode":"string","args":"string"}'
    same "types" "$(jq -cS . <<<"$types")" "$(jq -cS --argjson types "$types" '.sharedmemory[0] | with_entries(select($types[.key])) | map_values(type)' <<<"$output")"
}

@test "every column sorts in both directions, and no row is lost" {
    for size in 3 1 2; do
        made -k "0xf$size" "${size}000"
    done
    maker
    holder 1
    for name in $(names); do
        for order in "$name" "-$name"; do
            succeeds "${apart[@]}" shmls --ids --sort "$order"
            same "ids by $order" $'0\n1\n2\n3' "$(sort <<<"$output")"
        done
    done
    prints $'1\n2\n0\n3' "${apart[@]}" shmls --ids --sort size
    prints $'3\n0\n2\n1' "${apart[@]}" shmls --ids --sort -size
    prints $'3\n1\n2\n0' "${apart[@]}" shmls --ids --sort key
    prints $'0\n2\n3\n1' "${apart[@]}" shmls --ids --sort nattch
    prints $'1\n0\n2\n3' "${apart[@]}" shmls --ids --sort -nattch
}

@test "every column has a cell, which is one word unless it is the last" {
    made 4K
    holder "$id"
    for name in $(names); do
        succeeds "${apart[@]}" shmls --noheadings --output "$name,id"
        same "words of $name,id" 2 "$(wc -w <<<"$output")"
        [ -n "$(there shmstat --format "%{$name}" "$id")" ]
    done
    succeeds "${apart[@]}" shmls --json --output id,key,id # each name once
    same "names" "id key" "$(grep -oE '"(id|key)":' <<<"$output" | tr -d '":' | xargs)"
    succeeds "${apart[@]}" shmls --output "$(names | paste -sd ,)"
    same "headings" "$(names | wc -l)" "$(head -n 1 <<<"$output" | wc -w)"
}

@test "without --sort the order is that of the kernel" {
    there perl -e 'shmget(0, 4096, 01600) // die for 1 .. 20; shmctl($_, 0, 0) for 3, 7, 12'
    there perl -e 'shmget(0, 4096, 01600) // die for 1 .. 5'
    succeeds "${apart[@]}" shmls --ids
    same "ids" "$(there awk 'NR > 1 { print $2 }' /proc/sysvipc/shm)" "$output"
    succeeds "${apart[@]}" shmls --json
    same "ids in JSON" "$(there awk 'NR > 1 { print $2 }' /proc/sysvipc/shm)" "$(jq '.sharedmemory[].id' <<<"$output")"
}

@test "equal values are sorted by id, in both directions" {
    there perl -e 'shmget(0, 4096, 01600) // die for 1 .. 10'
    prints "$(seq 0 9)" "${apart[@]}" shmls --ids --sort size
    prints "$(seq 0 9)" "${apart[@]}" shmls --ids --sort -size
}

@test "a column is named in upper or lower case, and by its heading too" {
    made 5000
    made 64K
    holder "$id"
    there shmls --output id,owner,nattch,atime >wanted
    prints "$(<wanted)" "${apart[@]}" shmls --output ID,Owner,ATTACHED,attached-at
    # JSON has the names that never change
    succeeds "${apart[@]}" shmls --json --output ID,Attached,nattch
    same "names in JSON" '["id","nattch"]' "$(jq -c '.sharedmemory[0] | keys_unsorted' <<<"$output")"
    prints $'0\n1' "${apart[@]}" shmls --ids --sort ATTACHED
    prints $'1\n0' "${apart[@]}" shmls --ids --sort -Attached
    prints "1 1" "${apart[@]}" shmstat --format '%{ATTACHED} %{Id}' 1
    # each heading stands for the column below it
    for name in $(names); do
        heading=$(there shmls --output "$name" | head -n 1)
        same "the column $heading" "$name" "$(there shmls --json --output "${heading// /}" | jq -r '.sharedmemory[0] | keys[]')"
    done
    fails_like 2 "shmls: --output ATTACHE: no such column" "${apart[@]}" shmls --output ATTACHE
}

# ---- without /proc ----

@test "without /proc, only facts from /proc are missing, and they are unknown" {
    no_proc
    made -k 0xf3 -m 640 5000
    there perl -e 'shmread(0, my $b, 0, 1) or die'
    holder "$id"
    plain=id,key,owner,perms,size,nattch,ctime,cpid,lpid,uid,gid,cuid,cgid,atime,dtime,locked,status
    there shmls --json --output $plain >wanted
    succeeds "${apart[@]}" "${no_proc[@]}" shmls --json --output $plain
    same "what system calls tell" "$(<wanted)" "$output"
    for name in rss swap holders hugepage untouched user ns nspid; do
        shows "$name" '?' null '?' "${no_proc[@]}"
    done
    shows origkey 0x000000f3 '"0x000000f3"' 0x000000f3 "${no_proc[@]}"
    shows orphan no false no "${no_proc[@]}" # attached
    there ipcrm -m "$id"
    shows origkey '?' null '?' "${no_proc[@]}"
    made 4K
    shows holders - '[]' - "${no_proc[@]}" # the kernel counts none
    stamped_call=1 stamps 0 0 $(($(date +%s) - 70)) "$(dead_pid)" 0
    run -0 --separate-stderr "${apart[@]}" "${stamps[@]}" "${no_proc[@]}" shmls --noheadings --output orphan,creator,status 0
    same "verdict" "? ? ?" "$(awk '{ $1 = $1; print }' <<<"$output")"
    run -0 --separate-stderr "${apart[@]}" "${stamps[@]}" "${no_proc[@]}" shmls --json --output status 0
    same "status in JSON" "[null]" "$(jq -c '.sharedmemory[0].status' <<<"$output")"
    succeeds "${apart[@]}" "${no_proc[@]}" shmls
    same "lines" 3 "${#lines[@]}"
    succeeds "${apart[@]}" "${no_proc[@]}" shmls --json
    jq -e '.sharedmemory | length == 2' <<<"$output" >/dev/null
    fails_like 1 "shmls: --all-ns: *" "${apart[@]}" "${no_proc[@]}" shmls --all-ns
}

# ---- colour ----

# on_terminal CMD.. - what it sends to a terminal, in the file seen
on_terminal()
{
    local line
    command -v script >/dev/null || skip "needs script(1)"
    printf -v line '%q ' "$@"
    script -qec "$line" /dev/null </dev/null | tr -d '\r' >seen
}

@test "colour is used on a terminal only, and marks orphans and removed segments" {
    made 4K
    holder "$id"
    there ipcrm -m "$id"
    made 4K
    red=$'\e[31mremoved\e[0m'
    yellow=$'\e[33morphan\e[0m'
    stamped_call=1 stamps 0 0 $(($(date +%s) - 70)) "$(dead_pid)" 0 # for id 0
    yellow_one=("${apart[@]}" "${stamps[@]}" shmls --noheadings --output "id,status" 0)
    red_one=("${apart[@]}" shmls --noheadings --output "status,id" 0)
    export TERM=xterm
    unset NO_COLOR
    on_terminal "${yellow_one[@]}"
    like "yellow" "0*$yellow" "$(<seen)"
    on_terminal "${red_one[@]}"
    like "red" "$red*0" "$(<seen)"
    # the same words, and the same places
    same "without its colours" "$("${red_one[@]}")" "$(sed 's/\x1b\[[0-9]*m//g' seen)"
    on_terminal "${apart[@]}" shmls
    [ "$(grep -c $'\e' seen)" = 1 ] # neither headings nor other rows
    prints "removed  0" "${red_one[@]}"
    "${yellow_one[@]}" >plain
    same "colours" 0 "$(grep -c $'\e' plain)"
    same "words" "0 orphan" "$(awk '{ $1 = $1; print }' plain)"
    NO_COLOR=1 on_terminal "${red_one[@]}"
    same "with NO_COLOR" "removed  0" "$(<seen)"
    NO_COLOR='' on_terminal "${red_one[@]}"
    like "with an empty NO_COLOR, which is none (no-color.org)" "$red*" "$(<seen)"
    TERM=dumb on_terminal "${red_one[@]}"
    same "on a dumb terminal" "removed  0" "$(<seen)"
    on_terminal env -u TERM "${red_one[@]}"
    same "without TERM" "removed  0" "$(<seen)"
    on_terminal "${apart[@]}" shmls --json
    same "colours" 0 "$(grep -c $'\e' seen)"
    on_terminal "${apart[@]}" shmstat 0
    same "colours" 0 "$(grep -c $'\e' seen)"
}

# ---- many ----

@test "thirty thousand segments are complete in every output format" {
    there sh -c 'echo 32000 >/proc/sys/kernel/shmmni' || skip "kernel.shmmni cannot be set here"
    there perl -e 'shmget(0, $_, 01600) // die "$_: $!\n" for 1 .. 30000'
    there shmls --ids >ids
    there awk 'NR > 1 { print $2 }' /proc/sysvipc/shm | same_bytes ids
    same "rows" 30001 "$(there shmls | wc -l)"
    there shmls --json >all.json
    same "in JSON" "[30000,450015000]" "$(jq -c '.sharedmemory | [length, (map(.size) | add)]' all.json)"
    there shmls --ids --sort -size >sorted
    tac ids | same_bytes sorted
    same "the one that is held" 17 "$(there shmattach 17 shmls --noheadings --output id,holders --sort -nattch | awk 'NR == 1 { print $1 }')"
    same "unattached, and large enough" 1000 "$(there shmls --ids --unattached --min-size 29001 | wc -l)"
    same "orphans" 30000 "$(there shmreap --idle 0 --json | jq '.sharedmemory | length')"
    same "removed" 30001 "$(there shmreap --remove --idle 0 | wc -l)"
    prints "" "${apart[@]}" shmls --ids
}
