# SPDX-License-Identifier: MIT
# every shape of command line, and every notation of shmbox(1), once
# labels: offline unprivileged

setup() { load ../lib/helper; common_setup; }
teardown() { common_teardown; }

# ---- SIZE ----

@test "a SIZE is a number of bytes, or has a unit" {
    while read -r notation bytes; do
        prints "$bytes" shmattach "scratch:$notation" sh -c 'echo $SHM_SIZE'
    done <<END
1 1
4096 4096
4K 4096
4k 4096
4KiB 4096
4KB 4000
2M 2097152
2MiB 2097152
2MB 2000000
0x1000 4096
0X10 16
END
}

@test "large units work beyond the largest scratch segment" {
    while read -r notation bytes; do
        segment --noreserve "$notation"
        same "$notation" "$bytes" "$(kernel_says "$id" size)"
        ipcrm -m "$id"
    done <<END
5G 5368709120
5GiB 5368709120
5GB 5000000000
1T 1099511627776
1TiB 1099511627776
1TB 1000000000000
0x140000000 5368709120
END
}

@test "an invalid SIZE is refused, with a helpful message" {
    fails_with 2 "shmcreate: 4Q: unknown unit 'Q'" shmcreate 4Q
    fails_with 2 "shmcreate: -1: a size cannot be negative" shmcreate -1
    fails_with 2 "shmcreate: -4K: a size cannot be negative" shmcreate -4K
    fails_with 2 "shmcreate: -k: not a number" shmcreate -- -k 1K
    for size in 99999999999999999999 18446744073709551616 16777216T; do
        fails_with 2 "shmcreate: $size: too large: the maximum is 18446744073709551615" shmcreate $size
    done
    fails_with 2 "shmcreate: 0: a segment needs at least 1 byte" shmcreate 0
    fails_with 2 "shmcreate: 0K: a segment needs at least 1 byte" shmcreate 0K
    fails_with 2 "shmcreate: bogus: not a number" shmcreate bogus
}

@test "for common wrong notations of a SIZE, the hint has the right notation" {
    for unit in B b Ki kb kib bytes; do
        fails_with 2 "shmcreate: 4$unit: unknown unit '$unit'" shmcreate 4$unit
        hints "use no unit for bytes, K or KiB for 1024, KB for 1000; *"
    done
    while read -r size right; do
        fails_with 2 "shmcreate: $size: not a whole number" shmcreate "$size"
        hints "use $right"
    done <<END
1.5M 1536K
0.5G 512M
1.0T 1T
1.5KB 1500
2.5MB 2500000
5.3K 5428
0.000001K 1
4096.999999T 4504699137898761
END
    for size in 1.5 1. 1.5Q 1.5P 1.1234567M 9999999999.5T; do
        fails_with 2 "shmcreate: $size: not a whole number" shmcreate $size
        same "lines" 1 "${#stderr_lines[@]}"
    done
}

@test "a blank in a number is reported, and is visible" {
    fails_with 2 "shmcreate: '4 ': a blank follows the number" shmcreate '4 '
    same "lines" 1 "${#stderr_lines[@]}"
    fails_with 2 "shmcreate: 4 K: a blank follows the number" shmcreate '4 K'
    fails_with 2 "shmcreate: ' 4': not a number" shmcreate ' 4'
    fails_with 2 "shmcreate: 4\\x0a: a blank follows the number" shmcreate $'4\n'
    fails_with 2 "shmcat: -o '-4 ': a blank follows the number" shmcat -o '-4 ' 0
    fails_with 2 "shmls: --idle 5 s: a blank follows the number" shmls --idle '5 s'
    fails_with 2 "shmrm: ' ': not a segment: expected an id, key:KEY or file:PATH" shmrm ' '
    fails_with 2 "shmrm: '': not a segment: expected an id, key:KEY or file:PATH" shmrm ''
}

@test "trailing characters after a SIZE are refused" {
    for notation in '' ' ' ' 4' '4 ' 4KK 4KiBB 4iB 4B4 1.5K 1e3 0x 0xg 0x4Q +4 K '4 K' 4,000 4Ki 4bytes; do
        fails_like 2 "shmcreate: *" shmcreate "$notation"
    done
}

@test "a SIZE beyond the kernel's limit is reported as that limit, not as a usage error" {
    fails_like 6 "shmcreate: 8388608T: no room for 8E *" shmcreate 8388608T
}

# ---- OFFSET ----

@test "an OFFSET is a SIZE, or negative to count from the end" {
    segment 8K
    printf A | poke "$id" 0
    printf B | poke "$id" 4096
    printf C | poke "$id" 8191
    for offset in 4096 4K 4KiB 0x1000 -4096 -4K -0x1000; do
        prints B shmcat -o "$offset" -l 1 "$id"
    done
    prints A shmcat -o 0 -l 1 "$id"
    prints A shmcat -o -8K -l 1 "$id"
    prints C shmcat -o -1 "$id"
}

@test "an invalid OFFSET is refused" {
    for offset in '' bogus 4Q -Q 99999999999999999999 -99999999999999999999 1.5 +1 --1 -; do
        fails_like 2 "shmcat: *" shmcat -o "$offset" 0
    done
    fails_like 2 "shmcat: *too large: the maximum is 9223372036854775807" shmcat -o 9223372036854775808 0
}

# ---- SEGMENT ----

@test "a SEGMENT is an id, id:ID, key:KEY or file:PATH" {
    touch here
    segment -k file:here 4K
    key=$(perl -MIPC::SysV=ftok -e 'print ftok("here")')
    for operand in "$id" "id:$id" "key:$key" "key:$(printf 0x%x "$key")" "key:$(printf 0%o "$key")" \
        file:here file:here:1 "file:$PWD/here" "file:$PWD/here:1"; do
        prints "$id" shmls --ids "$operand"
    done
    ipcrm -m "$id"
}

@test "file: accepts a project after the last colon, as a character or a number" {
    touch here
    while read -r proj number; do
        segment -k "$(perl -MIPC::SysV=ftok -e 'print ftok("here", 0 + shift)' "$number")" 4K
        prints "$id" shmls --ids "file:here:$proj"
        ipcrm -m "$id"
    done <<END
7 7
200 200
A 65
_ 95
END
}

@test "file: accepts colons in the path" {
    mkdir a:b
    touch a:b/c a:bc
    segment -k file:a:b/c 4K
    prints "$id" shmls --ids "key:$(shmkey a:b/c)"
    ipcrm -m "$id"
    segment -k file:a:bc 4K
    prints "$id" shmls --ids "key:$(shmkey a:bc)"
    ipcrm -m "$id"
    segment -k file:a:b/c:c 4K
    prints "$id" shmls --ids "key:$(shmkey -P c a:b/c)"
    ipcrm -m "$id"
}

@test "file: with a missing path names no segment" {
    segment 4K
    fails_like 3 "shmrm: file:nowhere: *" shmrm file:nowhere
    exists "$id"
}

@test "an invalid SEGMENT is refused" {
    fails_with 2 "shmrm: bogus: not a segment: expected an id, key:KEY or file:PATH" shmrm bogus
    for operand in '' ' ' 1x '1 ' ' 1' id: id:x id:-1 id:0x id:0xg id:0x80000000 key: key:x file: 1.5 +1 KEY:1 scratch:4K; do
        fails_like 2 "shmrm: *" shmrm "$operand"
    done
}

@test "a number too large for an id is refused" {
    fails_like 2 "shmrm: 2147483648: *" shmrm 2147483648
    fails_like 2 "shmrm: 99999999999999999999: *" shmrm 99999999999999999999
    fails_with 3 "shmrm: 2147483647: no such segment" shmrm 2147483647
}

@test "an id is decimal: a leading zero does not make it octal" {
    fails_with 3 "shmrm: 010: no such segment" shmrm 010
    fails_with 3 "shmrm: 09: no such segment" shmrm 09
}

@test "a bare 0x number is refused, with both spellings in the message" {
    fails_with 2 "shmcat: 0x4e545030: key or id? write key:0x4e545030 or id:1314148400" shmcat 0x4e545030
    fails_with 2 "shmrm: 0x0: key or id? no key is 0: write id:0" shmrm 0x0
    fails_like 2 "shmrm: 0xffffffff: *key:0xffffffff*" shmrm 0xffffffff
}

@test "accepts an id in hex after id:, as pmap prints it" {
    segment 4K
    prints "$id" shmls --ids "id:0x$(printf %x "$id")"
    prints "$id" shmls --ids "id:0X$(printf %X "$id")"
    fails_with 3 "shmrm: id:0x7fffffff: no such segment" shmrm id:0x7fffffff
    fails_with 2 "shmrm: id:0x80000000: too large: the highest id is 2147483647" shmrm id:0x80000000
    same "lines" 1 "${#stderr_lines[@]}"
}

# hints_at HINT - the last run gave this one hint, and did nothing to the segment
hints_at()
{
    hints "$1"
    same "lines" 2 "${#stderr_lines[@]}"
    exists "$id"
}

@test "reports the notation for a key that was written as an id" {
    segment -k 1345678 4K
    fails_with 3 "shmrm: 1345678: no such segment" shmrm 1345678
    hints_at "key:1345678 is id $id; write key:1345678"
    fails_with 3 "shmcat: 01345678: no such segment" shmcat 01345678
    hints_at "key:1345678 is id $id; write key:1345678"
    fails_with 3 "shmstat: key:0x1345678: no segment has this key" shmstat key:0x1345678
    hints_at "key:1345678 is id $id; write key:1345678"
    ipcrm -m "$id"
    segment -k 0x1345678 4K
    for word in 1345678 01345678 key:1345678; do
        fails_like 3 "shmset: $word: no *" shmset -m 600 "$word"
        hints_at "key:0x1345678 is id $id; write key:0x1345678"
    done
    fails_with 124 "shmwait: 1345678: timed out waiting for it to exist" shmwait --timeout 0 1345678 exists
    hints_at "key:0x1345678 is id $id; write key:0x1345678"
    fails_like 125 "shmattach: 1345678: *" shmattach 1345678 true
    hints_at "key:0x1345678 is id $id; write key:0x1345678"
    prints "" shmrm --force 1345678
    fails_with 3 "shmrm: 1345677: no such segment" shmrm 1345677
    same "lines" 1 "${#stderr_lines[@]}"
    ipcrm -m "$id"
}

@test "reports the notation for a number that can only be a key" {
    fails_with 2 "shmrm: 2147483648: too large: the highest id is 2147483647" shmrm 2147483648
    hints "write key:2147483648 if it is a key"
    fails_with 2 "shmrm: 4294967296: too large: the highest id is 2147483647" shmrm 4294967296
    same "lines" 1 "${#stderr_lines[@]}"
    fails_with 2 "shmrm: 0052e2c1: not a segment: expected an id, key:KEY or file:PATH" shmrm 0052e2c1
    hints "write key:0x52e2c1 if it is a key"
    for word in bad 0052e2c1x id:1f 123456789a; do
        fails_with 2 "shmrm: $word: not a segment: expected an id, key:KEY or file:PATH" shmrm $word
        same "lines" 1 "${#stderr_lines[@]}"
    done
}

@test "key 0 is refused in every spelling" {
    fails_with 2 "shmcat: key:0: key 0 is IPC_PRIVATE and names no segment" shmcat key:0
    hints "*id*"
    for key in 00 0x0 0x00000000; do
        fails_with 2 "shmrm: key:$key: key 0 is IPC_PRIVATE and names no segment" shmrm "key:$key"
    done
    fails_like 2 "shmcreate: -k 0: key 0 is IPC_PRIVATE*" shmcreate -k 0 4K
}

@test "for a missing path, the hint shows what was read as PROJ" {
    touch a:b c:300
    fails_with 3 "shmls: file:a:b: no such file or directory" shmls file:a:b
    hints "write file:a:b:1 if 'b' is part of the path"
    fails_with 3 "shmls: file:a:b:1: no segment has this key ($(shmkey a:b))" shmls file:a:b:1
    fails_with 3 "shmls: file:c:300: no segment has this key ($(shmkey c:300))" shmls file:c:300
    for path in file:nowhere file:nowhere:else; do
        fails_with 3 "shmls: $path: no such file or directory" shmls $path
        same "lines" 1 "${#stderr_lines[@]}"
    done
}

# ---- KEY ----

@test "a KEY is a number as in C" {
    for notation in 81 0x51 0X51 0121 key:0x51 key:81; do
        segment -k "$notation" 4K
        same "$notation" "$id" "$(id_of 81)"
        ipcrm -m "$id"
    done
    for notation in 4294967295 0xffffffff -1; do # -1, as /proc/sysvipc/shm prints it
        segment -k "$notation" 4K
        same "$notation" "$id" "$(id_of 4294967295)"
        ipcrm -m "$id"
    done
}

@test "an invalid KEY is refused" {
    for key in '' x 0x 0x100000000 4294967296 99999999999999999999 -0 08 81K 1.5 key: file: id:1; do
        fails_like 2 "shmcreate: *" shmcreate -k "$key" 4K
    done
}

@test "new is a key only where a segment is created" {
    fails_like 2 "shmls: --key new: *" shmls --key new
    fails_like 2 "shmrm: --if-key new: *" shmrm --if-key new 0
    fails_like 2 "shmrm: key:new: *" shmrm key:new
}

# ---- DURATION ----

@test "a DURATION is a number of seconds, or has a unit" {
    for notation in 0 3 0.5 .5s .5 500ms 2s 1.5m 2h 7d; do
        succeeds shmls --idle "$notation"
    done
}

@test "an invalid DURATION is refused" {
    for notation in '' x 5x -1 -1s 1.5.5 s ms 1e3 ' 5' '5 s' 99999999999999999999d .; do
        fails_like 2 "shmls: *" shmls --idle "$notation"
    done
}

# ---- OWNER ----

@test "an invalid OWNER is refused" {
    segment 4K
    for owner in '' : :: a:b:c -1 4294967295 :4294967295 99999999999 'no such' 1x; do
        fails_like 2 "shmset: *" shmset -u "$owner" "$id"
    done
}

# ---- options ----

@test "letters can be joined, and the last of them may have a value" {
    printf 0123456789 >input
    segment -i input
    cat_hex=$(shmcat --hex --length 4 "$id")
    prints "$cat_hex" shmcat -xl4 "$id"
    prints "$cat_hex" shmcat -xl 4 "$id"
    prints "$cat_hex" shmcat -x -l4 "$id"
    prints "$id: would be removed" shmrm -fvn "$id"
}

@test "a value follows = or is the next word" {
    printf 0123456789 >input
    segment -i input
    prints 78 shmcat --offset=7 --length=2 "$id"
    prints 78 shmcat --offset 7 --length 2 "$id"
    prints 789 shmcat --offset=-3 "$id"
    prints 789 shmcat --offset -3 "$id"
    prints 789 shmcat -o-3 "$id"
}

@test "a value may look like an option" {
    segment 16
    succeeds shmwrite --text --hex "$id"
    same "bytes" --hex "$(peek "$id" 0 5)"
    succeeds shmwrite -a -x "$id"
    same "bytes" -x "$(peek "$id" 0 2)"
    succeeds shmwrite --text= "$id"
    same "bytes" -x "$(peek "$id" 0 2)"
}

@test "the last occurrence of an option counts" {
    printf 0123456789 >input
    segment -i input
    prints 01 shmcat -l 4 --length 8 -l 2 "$id"
    segment -m 666 -m 640 4K
    same "mode" 640 "$(kernel_says "$id" perms)"
}

@test "every occurrence of an option is checked, even one that does not count" {
    fails_like 2 "shmcat: *" shmcat -l 4Q -l 2 0
}

@test "options may follow operands" {
    printf 0123456789 >input
    segment -i input
    prints 78 shmcat "$id" -o 7 -l 2
    POSIXLY_CORRECT=1 prints 78 shmcat "$id" -o 7 -l 2
    prints "$id: would be removed" shmrm "$id" -n
}

@test "-- ends the options" {
    segment 4K
    succeeds shmls --ids -- "$id"
    fails_like 2 "shmrm: --force: not a segment: *" shmrm -- --force
    fails_like 2 "shmrm: -f: not a segment: *" shmrm -- -f
    prints "" shmrm -- "$id"
}

@test "a dash and a digit is an operand, not an option" {
    fails_with 2 "shmrm: -5: not a segment: expected an id, key:KEY or file:PATH" shmrm -5
    fails_with 2 "shmcreate: -5: a size cannot be negative" shmcreate -5
    fails_with 2 "shmrm: -5x: not a segment: expected an id, key:KEY or file:PATH" shmrm -5x
    fails_with 2 "shmrm: -5: not a segment: expected an id, key:KEY or file:PATH" shmrm -f -5 -v
}

@test "a single dash is an operand" {
    fails_with 2 "shmrm: -: not a segment: expected an id, key:KEY or file:PATH" shmrm -
}

@test "unknown options are refused, even within joined letters" {
    fails_with 2 "shmrm: -X: unknown option" shmrm -X
    fails_with 2 "shmrm: -X: unknown option" shmrm -fX 0
    fails_with 2 "shmrm: --bogus: unknown option" shmrm --bogus 0
    hints "see shmrm --help"
}

@test "reports an unknown option with the nearest one, or with our word for it" {
    segment 4K
    fails_with 2 "shmrm: --forc: unknown option; did you mean --force?" shmrm --forc "$id"
    hints "see shmrm --help"
    fails_with 2 "shmrm: --FORCE: unknown option; did you mean --force?" shmrm --FORCE "$id"
    fails_with 2 "shmrm: --force-and-all: unknown option" shmrm --force-and-all "$id"
    fails_with 2 "shmls: --user: unknown option; did you mean --owner?" shmls --user root
    fails_with 2 "shmls: --headings: unknown option; did you mean --noheadings?" shmls --headings
    fails_with 2 "shmcreate: --permissions: unknown option; did you mean --mode?" shmcreate --permissions=600 4K
    fails_with 2 "shmreap: --dryrun: unknown option; did you mean --dry-run?" shmreap --dryrun
    fails_with 2 "shmkey: --vresion: unknown option; did you mean --version?" shmkey --vresion
    fails_with 2 "shmbox: --instal: unknown option; did you mean --install?" shmbox --instal
    exists "$id"
}

@test "reports what replaces an option of ipcrm, ipcs, ipcmk or lsipc" {
    segment -k 0x5432 4K
    while IFS=: read -r words option hint; do
        # shellcheck disable=SC2086
        fails_with 2 "${words%% *}: $option: unknown option" $words
        hints "$hint"
        same "lines" 2 "${#stderr_lines[@]}"
    done <<END
shmrm -m $id:-m:write it as an operand: shmrm $id
shmrm -m$id:-m:write it as an operand: shmrm $id
shmrm --shmem-id=$id:--shmem-id:write it as an operand: shmrm $id
shmrm -m 0x10:-m:write it as an operand: shmrm id:0x10
shmrm -M 0x5432:-M:write it as an operand: shmrm key:0x5432
shmrm --shmem-key 0x5432:--shmem-key:write it as an operand: shmrm key:0x5432
shmrm -M:-M:write it as an operand: shmrm key:KEY
shmrm -m --force:-m:write it as an operand: shmrm ID
shmrm -m a;b:-m:write it as an operand: shmrm ID
shmcat -i $id:-i:write it as an operand: shmcat $id
shmls --id $id:--id:write it as an operand: shmls $id
shmrm --all:--all:shmreap lists abandoned segments
shmls -m:-m:leave it out: shmls lists nothing but shared memory
shmls --shmems:--shmems:leave it out: shmls lists nothing but shared memory
shmls -l:-l:shmlimits
shmls --global:--global:shmlimits
shmls -p:-p:shmls --output id,owner,cpid,lpid, or --held-by PID
shmls -t:-t:shmls --output id,owner,atime,dtime,ctime
shmls -c:-c:shmls --output id,perms,cuid,cgid,uid,gid
shmcreate -M 64K:-M:write the size alone: shmcreate 64K
shmcreate -p0644 64K:-0:use --mode 0644; -p is --progress
shmcreate --size 64K:--size:write the size alone: shmcreate 64K
shmcreate -s 64K:-s:write the size alone: shmcreate 64K
shmcat -n 10 $id:-n:use --length SIZE
shmcat -c 10 $id:-c:use --length SIZE
shmcat -s 10 $id:-s:use --offset OFFSET
shmcat -C $id:-C:use --hex
shmls --all:--all:leave it out: all segments are listed
shmls --pid 1:--pid:shmls --output id,owner,cpid,lpid, or --held-by PID
shmrm -rf $id:-r:leave it out
shmreap --rm:--rm:use --remove --idle 1d
shmreap -r:-r:use --remove --idle 1d
shmstat -c %s $id:-c:use --format '%{id} %{size}'
shmkey -p 1 /:-p:use --proj PROJ
shmwho --pid 1:--pid:shmls --held-by PID lists what a process has attached
shmrestore -f all.tar:-f:write the archive as an operand
shmrestore -t all.tar:-t:use --list
shmattach -d $id:-d:use --background --pid PID (often \$\$)
shmbox -v:-v:use --version
END
    # what the hints say
    succeeds shmls --output id,owner,cpid,lpid
    succeeds shmls --output id,owner,atime,dtime,ctime
    succeeds shmls --output id,perms,cuid,cgid,uid,gid
    prints "" shmrm key:0x5432
}

@test "an operand that is not taken is reported with what was probably meant" {
    while IFS=: read -r words operand hint; do
        # shellcheck disable=SC2086
        fails_with 2 "${words%% *}: $operand: too many operands" $words
        hints "$hint"
        same "lines" 2 "${#stderr_lines[@]}"
    done <<END
shmwrite 0 hello:hello:use --text TEXT, --input FILE, or standard input
shmreap 0:0:use shmrm SEGMENT, or select with --owner or --key
shmcreate 64K 0644:0644:use --mode MODE for a mode, --key KEY for a key
shmcreate 64K -p 0644:0644:use --mode MODE for a mode, --key KEY for a key
shmrestore all.tar key-0x00005432:key-0x00005432:use --only NAME to restore one segment
shmwait 0 u32@8 eq 1 5s:5s:use --timeout DURATION for the longest wait
END
    while IFS=: read -r words operand hint; do
        # shellcheck disable=SC2086
        fails_with 2 "${words%% *}: $operand: not a segment: expected an id, key:KEY or file:PATH" $words
        hints "$hint"
        same "lines" 2 "${#stderr_lines[@]}"
    done <<END
shmdump 0 all.tar:all.tar:use --output FILE for the archive
shmdump -f all.tar 0:all.tar:use --output FILE for the archive
shmls -o id size:size:use --owner OWNER for a user, --output id,size for columns
shmls root:root:use --owner OWNER for a user, --output id,size for columns
shmset +w 0:+w:use --mode MODE or --owner OWNER for what is to change
shmwrite hello:hello:use --text TEXT, --input FILE, or standard input
END
    fails_with 2 "shmcreate: 0644: not a size: it looks like a mode" shmcreate -p 0644
    hints "use --mode 0644; -p is --progress"
    segment -p 644
    segment -p 00644
    segment 0644
}

@test "a name in place of a PID is reported with the command that finds its numbers" {
    fails_with 2 "shmls: --ns nginx: not a number" shmls --ns nginx
    hints "use the number of a process: pidof nginx"
    fails_with 2 "shmrm: --if-creator nginx: not a number" shmrm --if-creator nginx 0
    hints "use the number of a process: pidof nginx"
    fails_with 2 "shmattach: --pid -1: cannot be negative" shmattach --pid -1 0
    same "lines" 1 "${#stderr_lines[@]}"
}

@test "a value that does not fit the machine is reported with its option, too" {
    none=$(dead_pid)
    fails_with 1 "shmls: --held-by $none: no such process" shmls -B "$none"
    fails_with 1 "shmdump: --held-by $none: no such process" shmdump --held-by "$none"
    fails_with 1 "shmattach: --pid $none: no such process" shmattach --pid "$none" scratch:4K
    fails_with 1 "shmcreate: --huge 3M: this machine has no huge pages of that size" shmcreate -H 3M 4K
}

@test "a missing value is reported with its kind" {
    fails_with 2 "shmcat: --offset: requires a value (OFFSET)" shmcat --offset
    fails_with 2 "shmcat: -o: requires a value (OFFSET)" shmcat -o
    fails_with 2 "shmcat: -o: requires a value (OFFSET)" shmcat -xo
    fails_with 2 "shmcat: --hex=1: takes no value" shmcat --hex=1 0
}

@test "nothing is done before the whole command line is checked" {
    segment 4K
    fails_like 2 "shmrm: *" shmrm "$id" 4Q
    fails_like 2 "shmrm: *" shmrm "$id" -X
    fails_like 2 "shmrm: *" shmrm "$id" --if-key
    fails_with 2 "shmwrite: 2: too many operands" shmwrite -a text "$id" 2
    exists "$id"
    peek "$id" 0 4 | same_bytes <(head -c 4 /dev/zero)
}

@test "bytes that are not text are not printed raw" {
    fails_with 2 'shmrm: a\x0ab\x1bb\xff: not a segment: expected an id, key:KEY or file:PATH' shmrm $'a\nb\eb\xff'
    same "lines" 1 "${#stderr_lines[@]}"
    # in the reason, too
    fails_like 2 'shmls: --output id,\\x1b: no such column: \\x1b' shmls --output $'id,\e'
}

@test "a very long operand is refused like a short one" {
    long=$(printf '%05000d' 0)
    fails_like 2 "shmrm: x*" shmrm "x$long"
    run -3 --separate-stderr shmrm "$long"
}

# long LENGTH [TEXT] - LENGTH bytes, of one letter, or of the repeated TEXT
long()
{
    perl -e 'my ($length, $text) = @ARGV; $text //= "A"; print substr $text x ($length / length($text) + 1), 0, $length' "$@"
}

# The lengths of limits: a name, an object, a line, a path, an argument
lengths=(63 64 65 500 512 513 1009 1016 1017 1018 1024 1070 1286 4095 4096 131071)

# lines_end - no line of the last run's messages is longer than a line may be
lines_end()
{
    local line
    no_sanitizer_spoke
    for line in "${stderr_lines[@]}"; do
        [ "${#line}" -lt 1024 ] || same "bytes of a line" "less than 1024" "${#line}"
    done
}

@test "a name of any length is reported, and shortened if it is long" {
    for length in "${lengths[@]}"; do
        name=$(long "$length")
        shown=$name
        [ "$length" -le 512 ] || shown=${name:0:510}..
        for way in word argv0; do
            # the sanitizer itself has no room for more
            [[ $way = word || $length -le 4096 || $SHMBOX_VARIANT != dev ]] || continue
            case $way in
            word) run -127 --separate-stderr shmbox "$name" ;;
            argv0) run -127 --separate-stderr perl -e 'exec {$ARGV[0]} $ARGV[1] or die' "$SHMBOX_BIN/shmbox" "$name" ;;
            esac
            lines_end
            same "message about $length bytes" "shmbox: $shown: no such applet" "${stderr_lines[0]}"
        done
    done
}

@test "operands, options and environments of any length are handled like short ones" {
    for length in "${lengths[@]}"; do
        word=$(long "$length")
        run -2 --separate-stderr shmrm "$word"
        lines_end
        shown=$word
        [ "$length" -le 512 ] || shown=${word:0:510}..
        like "message about $length bytes" "shmrm: $shown: not a segment*" "${stderr_lines[0]}"
        run -2 --separate-stderr shmrm "--${word:2}"
        lines_end
        like "message about an option of $length bytes" "shmrm: --AA*: unknown option" "${stderr_lines[0]}"
        run -2 --separate-stderr shmls --output "id,${word:3}"
        lines_end
        like "message about a column of $length bytes" "shmls: --output id,AA*: no such column*" "${stderr_lines[0]}"
        run -1 --separate-stderr shmkey "/${word:1}"
        lines_end
        # the last length is the kernel's limit of a string: NAME=VALUE
        run ! --separate-stderr env "PATH=/${word:6}" "NO_COLOR=${word:9}" "TERM=${word:5}" \
            "$SHMBOX_BIN/shmattach" scratch:4K nosuchcommand
        lines_end
        run -0 --separate-stderr env "NO_COLOR=${word:9}" "TERM=${word:5}" "$SHMBOX_BIN/shmls"
        lines_end
    done
}

@test "a shortened text is cut between two characters" {
    for text in ä a€ 'aa𝄞'; do
        for length in 513 514 515 516 600; do
            run -2 --separate-stderr shmrm "x$(long "$length" "$text")"
            same "characters that are none" 0 "$(grep -c '?' <<<"${stderr_lines[0]% *}")"
        done
    done
}

@test "every operand that the kernel passes on is accepted" {
    run -3 --separate-stderr shmrm $(seq 100000 104000)
    same "messages" 4001 "${#stderr_lines[@]}"
    run -0 --separate-stderr shmrm -f $(seq 100000 104000)
}

@test "an option given twice leaks no memory, even if the second value is wrong" {
    fails_like 2 "shmcreate: --key bogus: *" shmcreate --key file:/ --key bogus 4K
}

@test "- is an operand, and options may follow it" {
    fails_like 1 "shmkey: -: *" shmkey - --proj 5
}
