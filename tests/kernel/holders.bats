# SPDX-License-Identifier: MIT
# the holders of a segment, in difficult cases
# labels: offline unprivileged

setup() { load ../lib/helper; load ../lib/paths; common_setup; }
teardown() { common_teardown; }

# who ID - the JSON of shmwho: attaches, visible ones, pids
who()
{
    run -0 --separate-stderr shmwho --json "$1"
    no_sanitizer_spoke
    jq -c '.sharedmemory[0] | [.nattch, .visible, [.holders[].pid]]' <<<"$output"
}

# column ID NAME - a cell of shmls, and its value in JSON
column()
{
    printf '%s %s\n' "$(shmls --noheadings --output "$2" "$1")" "$(shmls --json --output "$2" "$1" | jq -c ".sharedmemory[0].$2")"
}

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all --)

# held_by_nobody ID - a process of another user holds it: $pid
held_by_nobody()
{
    start "${nobody[@]}" "$nobody_bin/shmattach" "$1"
    wait_until test -s out
}

# ---- namespaces ----

@test "a holder of a segment with the same id in another IPC namespace is not named" {
    segment 4K
    apart
    "${apart[@]}" shmcreate --id "$id" 4K >theirs
    same "same id" "$id" "$(<theirs)"
    holder "$id"
    run -7 --separate-stderr shmwho "$id"
    same "output" "shmwho: $id: not attached" "$output$stderr"
    there=$pid
    hold "$id"
    same "here" "[1,1,[$pid]]" "$(who "$id")"
    same "shmls here" "$pid [$pid]" "$(column "$id" holders)"
    prints "$there" "${apart[@]}" shmwho --pids "$id"
    fails_with 1 "shmls: --held-by $there: it is in another IPC namespace" shmls --ids --held-by "$there"
    hints "use --ns *"
    prints "$id" "${apart[@]}" shmls --ids --held-by "$there"
}

# why attaches are not visible
elsewhere=$'\n''hint: run it on the host; the processes are outside this PID or IPC namespace'
uninspected=$'\n''hint: run as root, or with CAP_SYS_PTRACE, to inspect all processes'
unmounted=$'\n''hint: mount -t proc proc /proc'

@test "a process that moved to another IPC namespace while attached is not named, but counted" {
    segment 4K
    start perl -MIPC::SysV=shmat -e 'require "syscall.ph"; $| = 1; shmat($ARGV[0], undef, 0) // die;
        syscall(&SYS_unshare, 0x08000000) == 0 or die "unshare: $!\n"; print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    warns_with "shmwho: $id: 0 of 1 attaches visible$elsewhere" shmwho "$id"
    same "standard output" "" "$output"
    warns_with "shmwho: $id: 0 of 1 attaches visible$elsewhere" shmwho --pids "$id"
    same "standard output" "" "$output"
    same "JSON" "[1,0,[]]" "$(who "$id")"
    same "said with --json too" "shmwho: $id: 0 of 1 attaches visible$elsewhere" "$stderr"
    same "holders" "? null" "$(column "$id" holders)"
}

@test "a process that came from another IPC namespace, with a segment attached there, is not named here" {
    apart
    for spec in "8K" "--key 0xe2 8K" "16K --key 0xe1"; do
        # shellcheck disable=SC2086 # several words
        "${apart[@]}" shmcreate --id 2000 $spec >theirs
        segment --id 2000 --key 0xe1 8K
        start "${apart[@]}" perl -MIPC::SysV=shmat -e 'require "syscall.ph"; $| = 1; shmat($ARGV[0], undef, 0) // die;
            open my $ns, "<", "/proc/$ARGV[1]/ns/ipc" or die;
            syscall(&SYS_setns, fileno $ns, 0x08000000) == 0 or die "setns: $!\n"; print "came\n"; sleep 3600' "$id" $$
        wait_until test -s out
        came=$pid
        same "the same id" "$(<theirs)" "$id"
        run -7 --separate-stderr shmwho "$id"
        same "standard output" "" "$output"
        prints "" shmls --ids --held-by "$pid"
        same "holders" "- []" "$(column "$id" holders)"
        same "key" "0x000000e1 \"0x000000e1\"" "$(column "$id" origkey)"
        hold "$id"
        # the size of the segment of a mapping requires the right to open map_files
        if [[ $spec != 16K* ]] || opens_map_files; then
            same "JSON" "[1,1,[$pid]]" "$(who "$id")"
        fi
        end "$pid"
        ipcrm -m "$id"
        end "$came"
        "${apart[@]}" ipcrm -m "$id"
    done
}

@test "from inside a PID namespace, holders outside are invisible, and are counted" {
    segment 4K
    hold "$id"
    inside=(unshare --pid --fork --mount-proc)
    warns_with "shmwho: $id: 0 of 1 attaches visible$elsewhere" "${inside[@]}" shmwho "$id"
    same "standard output" "" "$output"
    run -0 --separate-stderr "${inside[@]}" sh -c "shmattach $id shmwho $id"
    same "standard error" "shmwho: $id: 1 of 2 attaches visible$elsewhere" "$stderr"
    like "row" "*2 *rw*shmattach" "${lines[1]}"
}

@test "with the /proc of another PID namespace no process is named" {
    segment 4K
    hold "$id"
    warns_with "shmwho: $id: 0 of 1 attaches visible$unmounted" unshare --pid --fork shmwho "$id"
    same "standard output" "" "$output"
}

# ---- permissions ----

@test "attaches of processes that may not be inspected are counted on standard error, with status 0" {
    needs_nobody
    segment -m 666 4K
    for _ in 1 2 3; do
        held_by_nobody "$id"
    done
    hold "$id"
    PATH=$nobody_bin:$PATH
    succeeds shmwho --pids "$id"
    same "root sees" 4 "${#lines[@]}"
    run -0 --separate-stderr "${nobody[@]}" shmwho "$id"
    same "standard error" "shmwho: $id: 3 of 4 attaches visible$uninspected" "$stderr"
    same "rows" 4 "${#lines[@]}"
    [[ $output != *"$pid"* ]]
    run -0 --separate-stderr "${nobody[@]}" shmwho --pids "$id"
    same "pids" 3 "${#lines[@]}"
    same "standard error" "shmwho: $id: 3 of 4 attaches visible$uninspected" "$stderr"
    run -0 --separate-stderr "${nobody[@]}" shmwho --json "$id"
    same "JSON" "[4,3,3]" "$(jq -c '.sharedmemory[0] | [.nattch, .visible, (.holders | length)]' <<<"$output")"
    same "standard error" "shmwho: $id: 3 of 4 attaches visible$uninspected" "$stderr"
    run -0 --separate-stderr "${nobody[@]}" shmls --json "$id"
    same "shmls" "3 numbers and one null" "$(jq -r '.sharedmemory[0].holders | "\(map(numbers) | length) numbers and \(if .[-1] == null then "one" else "no" end) null"' <<<"$output")"
    run -0 --separate-stderr "${nobody[@]}" shmls --noheadings --output holders "$id"
    like "cell" "[0-9]*,[0-9]*,[0-9]*,[?]" "$output"
    run -0 --separate-stderr "${nobody[@]}" shmls --noheadings --output orphan,status,nattch "$id"
    same "still in use" "no - 4" "$(awk '{ $1 = $1; print }' <<<"$output")"
}

@test "--held-by a process that may not be inspected is status 4, not an empty list" {
    needs_nobody
    segment 4K
    hold "$id"
    PATH=$nobody_bin:$PATH
    fails_like 4 "shmls: --held-by $pid: *" "${nobody[@]}" shmls --held-by "$pid"
    held_by_nobody "$(shmcreate -m 666 4K | tee -a noted)"
    prints "$(tail -n 1 noted)" "${nobody[@]}" shmls --ids --held-by "$pid"
}

@test "a /proc with hidepid hides holders, and they are counted" {
    needs_nobody
    segment -m 666 4K
    held_by_nobody "$id"
    theirs=$pid
    hold "$id"
    PATH=$nobody_bin:$PATH
    for option in hidepid=1 hidepid=2 hidepid=4; do
        # shellcheck disable=SC2016 # the inner shell's
        hiding=(unshare --mount sh -c 'mount -t proc -o "$0" proc /proc && exec "$@"' "$option")
        run -0 --separate-stderr "${hiding[@]}" "${nobody[@]}" shmwho --pids "$id"
        same "pids" "$theirs" "$output"
        same "standard error" "shmwho: $id: 1 of 2 attaches visible$uninspected" "$stderr"
        prints "$(printf '%s\n' "$theirs" "$pid" | sort -n)" "${hiding[@]}" shmwho --pids "$id"
        fails_like 4 "shmls: --held-by $pid: *" "${hiding[@]}" "${nobody[@]}" shmls --held-by "$pid"
    done
}

@test "without /proc all attaches are unknown, which differs from no attach" {
    no_proc
    segment 4K
    run -7 --separate-stderr "${no_proc[@]}" shmwho "$id"
    same "output" "shmwho: $id: not attached" "$output$stderr"
    hold "$id"
    warns_with "shmwho: $id: 0 of 1 attaches visible$unmounted" "${no_proc[@]}" shmwho "$id"
    same "standard output" "" "$output"
    warns_with "shmwho: $id: 0 of 1 attaches visible$unmounted" "${no_proc[@]}" shmwho --json "$id"
    same "JSON" "[1,0,[]]" "$(jq -c '.sharedmemory[0] | [.nattch, .visible, .holders]' <<<"$output")"
    prints "?" "${no_proc[@]}" shmls --noheadings --output holders "$id"
    fails_like 1 "shmls: --held-by $pid: *" "${no_proc[@]}" shmls --held-by "$pid"
}

# ---- many ----

@test "a thousand attaches of one process are one holder" {
    segment 64K
    start perl -MIPC::SysV=shmat -e '$| = 1; shmat($ARGV[0], undef, 0) // die "$!\n" for 1 .. 1000; print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    same "JSON" "[1000,1000,[$pid]]" "$(who "$id")"
    succeeds shmwho --json "$id"
    same "attaches" 1000 "$(jq '.sharedmemory[0].holders[0].attaches' <<<"$output")"
    prints "$pid" shmwho --pids "$id"
    same "holders" "$pid [$pid]" "$(column "$id" holders)"
}

@test "the resident bytes of a thousand attaches take one scan of the mappings" {
    segment 64K
    start perl -MIPC::SysV=shmat -e '$| = 1; shmat($ARGV[0], undef, 0) // die "$!\n" for 1 .. 1000; print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    untraced_leaks
    strace -qq -o trace -e trace=openat,open -P "/proc/$pid/smaps" shmwho "$id"
    same "times that smaps were opened" 1 "$(grep -c smaps trace)"
}

@test "three hundred processes are three hundred holders" {
    segment 64K
    start perl -MIPC::SysV=shmat -e '$| = 1; shmat($ARGV[0], undef, 0) // die "$!\n";
        for (1 .. 299) { if (!(fork // die)) { close STDOUT; sleep 3600; exit } } print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    same "attaches" 300 "$(kernel_says "$id" nattch)"
    succeeds shmwho --pids "$id"
    same "pids" "$(holders "$id" | sort -n)" "$output"
    same "number" 300 "${#lines[@]}"
    run -0 --separate-stderr shmls --json --output holders "$id"
    same "in JSON all of them" 300 "$(jq '.sharedmemory[0].holders | length' <<<"$output")"
    run -0 --separate-stderr shmls --noheadings --output holders,id "$id"
    like "in a table as many as there is room for" "[0-9]*,[0-9]*,..  $id" "$output"
    [[ $output != *"?"* ]]
}

# ---- PROCMAP_QUERY is refused ----

@test "if PROCMAP_QUERY is refused, the text of maps gives the same, byte for byte" {
    segment 64K
    one=$id
    hold "$one" "$one"
    segment -k 0xe2 8K
    start perl -MIPC::SysV=shmat,SHM_RDONLY -e 'require "syscall.ph"; $| = 1;
        shmat($ARGV[0], undef, SHM_RDONLY) // die; my $at = unpack "J", shmat($ARGV[1], undef, 0) // die;
        syscall(&SYS_mprotect, $at, 4096, 1); open my $file, "+>", "a file" or die; truncate $file, 4096;
        my $map = syscall(&SYS_mmap, 0, 4096, 3, 1, fileno $file, 0); print "held\n"; sleep 3600' "$one" "$id"
    wait_until test -s out
    shmwho "$one" "$id" >by-query
    shmwho --json "$one" "$id" >by-query.json
    shmls --json --output id,holders,origkey,hugepage,user >by-query.ls
    shmls --ids --held-by "$pid" >by-query.held
    same "what it holds" "$one $id" "$(xargs <by-query.held)"
    untraced_leaks
    for error in ENOTTY EPERM ENOSYS EINVAL; do
        text=(strace -f -qq -o trace -e trace=ioctl -e "inject=ioctl:error=$error")
        rm -f trace
        "${text[@]}" shmwho "$one" "$id" | same_bytes by-query
        "${text[@]}" shmwho --json "$one" "$id" | same_bytes by-query.json
        "${text[@]}" shmls --json --output id,holders,origkey,hugepage,user | same_bytes by-query.ls
        "${text[@]}" shmls --ids --held-by "$pid" | same_bytes by-query.held
        grep -q INJECTED trace
    done
    ipcrm -m "$id"
}

@test "if PROCMAP_QUERY is refused in the middle, no mapping is found twice, or lost" {
    segment 64K
    hold "$id" "$id" "$id" "$id"
    shmwho --json "$id" >wanted
    untraced_leaks
    rm -f trace
    strace -qq -o trace -P "/proc/$pid/maps" -e trace=ioctl -e inject=ioctl:error=ENOMEM:when=3 shmwho --json "$id" | same_bytes wanted
    grep -q INJECTED trace
}

@test "a file whose path is too long for PROCMAP_QUERY hides no mapping and doubles none" {
    segment 64K
    # between two attaches of its own
    start perl -MIPC::SysV=shmat -e 'require "syscall.ph"; $| = 1; my $long = "d" x 250;
        for (1 .. 20) { mkdir $long or die "mkdir: $!\n"; chdir $long or die }
        open my $file, "+>", "file" or die; truncate $file, 4096;
        for (1 .. 3) { shmat($ARGV[0], undef, 0) // die; (my $at = syscall(&SYS_mmap, 0, 4096, 3, 1, fileno $file, 0)) > 0 or die }
        print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    same "JSON" "[3,3,[$pid]]" "$(who "$id")"
}

# ---- what only looks like a holder ----

@test "a mapped file with the name of a segment is not a segment" {
    segment --id 40 4K
    unshare --mount true || skip "may not mount"
    # at the root of a file system that is not mounted, like the kernel's own
    start unshare --mount perl -e 'require "syscall.ph"; $| = 1; my $id = shift;
        mkdir "root"; system("mount", "-t", "tmpfs", "-o", "inode32", "none", "root") == 0 or die;
        chdir "root"; my $name = "SYSV00000000"; my $file;
        for (1 .. 10000) {
            open $file, "+>", $name or die; truncate $file, 4096;
            last if (stat $file)[1] == $id; close $file; unlink $name;
        }
        (stat $file)[1] == $id or do { print "none\n"; exit };
        (my $at = syscall(&SYS_mmap, 0, 4096, 3, 1, fileno $file, 0)) > 0 or die;
        chdir ".."; system("umount", "-l", "root") == 0 or die; print "mapped\n"; sleep 3600' "$id"
    wait_until test -s out
    [ "$(<out)" = mapped ] || skip "no file here gets that inode number"
    grep -q " $id  */SYSV00000000" "/proc/$pid/maps"
    prints "" shmls --ids --held-by "$pid"
    hold "$id"
    same "the real one alone" "[1,1,[$pid]]" "$(who "$id")"
    same "holders" "$pid [$pid]" "$(column "$id" holders)"
    untraced_leaks
    prints "$pid" strace -qq -o trace -e trace=ioctl -e inject=ioctl:error=ENOTTY shmls --noheadings --output holders "$id"
    grep -q INJECTED trace
}

# says PID TEXT CMD.. - runs CMD, which reads this text at the start of /proc/PID/maps
says()
{
    local text
    text=$(printf '%s\n' "$2" | perl -0777 -ne 'print unpack "H*", $_')
    untraced_leaks
    rm -f trace
    strace -qq -o trace -P "/proc/$1/maps" -e trace=ioctl,read -e inject=ioctl:error=ENOTTY \
        -e "inject=read:retval=$((${#text} / 2)):poke_exit=@arg2=$text:when=${reads:-1}" "${@:3}"
}

@test "an anonymous shared mapping with such a name is not a segment" {
    segment 4K
    hold "$id" # or nobody would be looked for
    holder=$pid
    start sleep 3600
    device=$(awk '/\/SYSV/ { print $4 }' "/proc/$holder/maps")
    line="7f0000000000-7f0000001000 rw-s 00000000 $device $id                          "
    # it is a file of the kernel's own file system too (prctl(2), PR_SET_VMA_ANON_NAME)
    prints "$holder" says "$pid" "${line}[anon_shmem:/SYSV00000000]" shmwho --pids "$id"
    grep -q 'read.*INJECTED' trace
    prints "$holder" says "$pid" "$line/memfd:/SYSV00000000 (deleted)" shmwho --pids "$id"
    # a private mapping is of no segment either
    prints "$holder" says "$pid" "${line/rw-s/rw-p}/SYSV00000000 (deleted)" shmwho --pids "$id"
    # mappings are compared with this name; if it becomes invisible, they are not trusted either
    prints "$holder" says "$pid" "$line/SYSV00000000 (deleted)" shmwho --pids "$id"
    # at each second read: the next read is at the end of the file
    reads=1+2
    run -0 --separate-stderr says "$pid" "$line/SYSV00000000 (deleted)" shmwho --pids "$id"
    same "pids" "$(printf '%s\n' "$holder" "$pid" | sort -n)" "$output"
    like "standard error" "shmwho: $id: * mappings for 1 attaches: *" "$stderr"
}

# ---- unusual processes ----

@test "forked children are holders too, and programs that they run afterwards are not" {
    segment 4K
    start perl -MIPC::SysV=shmat -e '$| = 1; shmat($ARGV[0], undef, 0) // die;
        if (!(my $child = fork // die)) { sleep 3600 } if (!(fork // die)) { exec "sleep", 3600 }
        select undef, undef, undef, 0.01 while !grep { readlink("/proc/$_/exe") =~ /sleep/ } split " ", `cat /proc/$$/task/$$/children`;
        print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    same "attaches" 2 "$(kernel_says "$id" nattch)"
    succeeds shmwho --pids "$id"
    same "pids" "$(holders "$id" | sort -n)" "$output"
    same "two" 2 "${#lines[@]}"
}

# vfork.c - holds a segment, and has a child by vfork(2) that shares its memory
vforked()
{
    cat >vfork.c <<-'END'
		#define _GNU_SOURCE
		#include <stdio.h>
		#include <stdlib.h>
		#include <sys/shm.h>
		#include <unistd.h>

		int main(int argc, char **argv)
		{
			(void)argc;
			if (shmat(atoi(argv[1]), NULL, 0) == (void *)-1)
				return 1;
			if (vfork() == 0) {
				if (write(1, "held\n", 5) < 0)
					_exit(1);
				for (;;)
					pause();
			}
			return 0;
		}
	END
    "$SHMBOX_BUILD/cc" -w -fno-sanitize=all -o vforked vfork.c
    start ./vforked "$1"
    wait_until test -s out
}

@test "a child by vfork(2) shares the mapping of its parent: one attach, and no other is hidden" {
    needs_nobody
    segment -m 666 4K
    vforked "$id"
    same "attaches" 1 "$(kernel_says "$id" nattch)"
    succeeds shmwho --pids "$id"
    like "its parent is named" "*$pid*" "$output"
    run -0 --separate-stderr shmwho --json "$id"
    same "one attach" "[1,1]" "$(jq -c '.sharedmemory[0] | [.nattch, .visible]' <<<"$output")"
    # another one, which is invisible
    hold "$id"
    vforked=${started[0]}
    kill -0 "$vforked"
    start "${nobody[@]}" ./vforked "$id"
    wait_until test -s out
    PATH=$nobody_bin:$PATH
    run -0 --separate-stderr "${nobody[@]}" shmwho --pids "$id"
    same "what cannot be seen is said" "shmwho: $id: 1 of 3 attaches visible$uninspected" "$stderr"
}

@test "threads are not separate holders" {
    perl -Mthreads -e 1 2>/dev/null || skip "this perl has no threads"
    segment 4K
    start perl -Mthreads -MIPC::SysV=shmat -e '$| = 1; shmat($ARGV[0], undef, 0) // die;
        threads->create(sub { sleep 3600 })->detach for 1 .. 3; print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    same "JSON" "[1,1,[$pid]]" "$(who "$id")"
}

@test "a zombie is not a holder" {
    segment 4K
    start perl -MIPC::SysV=shmat -e '$| = 1; if (!(fork // die)) { shmat($ARGV[0], undef, 0) // die; print "held\n"; exit } sleep 3600' "$id"
    wait_until test -s out
    wait_until unheld
    run -7 --separate-stderr shmwho "$id"
}

unheld() { [ "$(kernel_says "$id" nattch)" = 0 ]; }

@test "a holder that forks constantly never causes a report of hidden attaches" {
    segment 4K
    start perl -MIPC::SysV=shmat -e '$| = 1; shmat($ARGV[0], undef, 0) // die; print "held\n";
        while () { my $child = fork // die; $child or exit; waitpid $child, 0 }' "$id"
    wait_until test -s out
    for ((round = $(often 40 1000); round > 0; round--)); do
        shmwho "$id" >>seen 2>>said
    done
    same "standard error" "" "$(<said)"
}

@test "several operands take one scan of all processes" {
    segment 4K
    one=$id
    segment 4K
    hold "$one" "$id"
    untraced_leaks
    strace -qq -o trace -e trace=openat,open -P "/proc/$pid/maps" shmwho "$one" "$id" "$one" >got
    same "looks" 1 "$(grep -c maps trace)"
    same "rows" 4 "$(wc -l <got)"
}

@test "holders that come and go meanwhile are no error" {
    segment 4K
    start bash -c 'while :; do shmattach "$0" true; done' "$id"
    for _ in {1..100}; do
        run --separate-stderr shmwho "$id"
        no_sanitizer_spoke
        [ "$status" = 0 ] || [ "$status" = 7 ]
        [[ $stderr == "" || $stderr == "shmwho: $id: not attached" || $stderr == "shmwho: $id: "[0-9]" of "[0-9]" attaches visible$elsewhere" ]]
    done
}

# ---- huge pages ----

@test "holders of huge pages are named like others, and distinguished from files of that name" {
    huge_pages 2
    segment --huge 2M -k 0xe3 4M
    hold "$id"
    same "JSON" "[1,1,[$pid]]" "$(who "$id")"
    same "page" "2M 2097152" "$(column "$id" hugepage)"
    same "key" "0x000000e3 \"0x000000e3\"" "$(column "$id" origkey)"
    noise 4194304 | poke "$id" 0
    start perl -MIPC::SysV=shmat -e '$| = 1; my $at = shmat($ARGV[0], undef, 0) // die; $at = unpack "J", $at;
        open my $mem, "<:raw", "/proc/self/mem" or die; sysseek $mem, $at, 0; sysread $mem, my $b, 10; print "held\n"; sleep 3600' "$id"
    wait_until test -s out
    huge_rss=$(awk '/^[0-9a-f]+-/ { ours = /\/SYSV/ } ours && /_Hugetlb:/ { sum += $2 } END { print sum * 1024 }' "/proc/$pid/smaps")
    run -0 --separate-stderr shmwho --json "$id"
    same "rss" "$huge_rss" "$(jq --argjson pid "$pid" '.sharedmemory[0].holders[] | select(.pid == $pid) | .rss' <<<"$output")"
    [ "$huge_rss" -ge 2097152 ]
    shmwho --json "$id" >wanted
    untraced_leaks
    strace -qq -o trace -e trace=ioctl -e inject=ioctl:error=ENOTTY shmwho --json "$id" | same_bytes wanted
    grep -q INJECTED trace
    ipcrm -m "$id"
    end_started
}
