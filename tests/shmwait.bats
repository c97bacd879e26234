# shmwait(1)

setup()
{
    load helper
    common_setup
    # for strace, under which leaks cannot be looked for
    leaks=(env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" UBSAN_OPTIONS="${UBSAN_OPTIONS-}:detect_leaks=0")
}

teardown() { common_teardown; }

# attached N - so many times by now
attached() { [ "$(kernel_says "$id" nattch)" = "$1" ]; }

# sleeping PID - it is shmwait by now, and waits for something
sleeping()
{
    local exe
    exe=$(readlink "$proc/$1/exe")
    # qemu runs programs of other machines
    [ "$exe" -ef "$SHMBOX_BIN/shmbox" ] || [[ $exe == */qemu-* ]] && [ "$(awk '{ print $3 }' "$proc/$1/stat")" = S ]
}

# waits ARG.. - shmwait has begun and waits: its pid in $pid
waits()
{
    start shmwait "$@"
    wait_until sleeping "$pid"
}

# ---- exists and gone ----

# bats test_tags=initramfs
@test "exists prints the id of a segment that is there, however it is named" {
    touch here
    segment --key file:here 4K
    prints "$id" shmwait file:here exists
    prints "$id" shmwait "key:$(shmkey here)" exists
    prints "$id" shmwait "$id" exists
    prints "$id" shmwait id:"$id" exists
    prints 0 fresh sh -c 'shmcreate 4 >/dev/null && shmwait 0 exists'
    ipcrm -m "$id"
}

@test "exists waits for a key that somebody makes" {
    waits -t 300s key:0x81 exists
    segment --key 0x81 4K
    ends_with 0 "$pid"
    same "id" "$id" "$(<out)"
    ipcrm -m "$id"
}

@test "exists waits for the file behind file: too" {
    waits -t 300s file:later exists
    touch later
    sleep 0.1
    kill -0 "$pid"
    segment --key file:later 4K
    ends_with 0 "$pid"
    same "id" "$id" "$(<out)"
    ipcrm -m "$id"
}

@test "exists waits for an id" {
    id=$(shmcreate 4K)
    shmrm "$id"
    fails_with 124 "shmwait: $id: time ran out before exists" shmwait --timeout 0 "$id" exists
}

@test "exists says what is wrong with a file, other than that it is not there yet" {
    touch file
    fails_like 1 "shmwait: file:file/below: *" shmwait -t 300s file:file/below exists
}

@test "exists is true of a segment that may not be read" {
    needs_nobody
    segment --key 0x82 --mode 600 4K
    prints "$id" as_nobody shmwait key:0x82 exists
    prints "$id" as_nobody shmwait "$id" exists
    ipcrm -m "$id"
}

# bats test_tags=initramfs
@test "gone holds at once of what never was" {
    succeeds shmwait 999 gone
    succeeds shmwait key:0x83 gone
    same "nothing printed" "" "$output"
    fails_with 3 "shmwait: file:none: no such file or directory" shmwait file:none gone
}

@test "a key is gone when it is free, an id when its memory is" {
    segment --key 0x84 4K
    hold "$id"
    holder=$pid
    waits -t 300s key:0x84 gone
    by_key=$pid
    waits -t 300s "$id" gone
    ipcrm -m "$id"
    ends_with 0 "$by_key"
    sleep 0.1
    kill -0 "$pid"
    end "$holder"
    ends_with 0 "$pid"
}

# ---- attached ----

@test "attached counts, prints the number, and never counts itself" {
    segment 4K
    prints 0 shmwait "$id" attached eq 0
    prints 0 shmwait "$id" attached lt 1
    fails_with 124 "shmwait: $id: time ran out before attached ge 1" shmwait -t 100ms "$id" attached ge 1
    waits -t 300s "$id" attached ge 2
    waiter=$pid
    mv out first
    attached 0
    hold "$id" "$id"
    ends_with 0 "$waiter"
    same "number" 2 "$(<first)"
    prints 2 shmwait "$id" attached ne 0
    waits -t 300s "$id" attached eq 0
    end "$(holders "$id")"
    ends_with 0 "$pid"
    same "number" 0 "$(<out)"
}

@test "attached ends with 3 when the segment is marked or gone" {
    segment 4K
    waits "$id" attached gt 0
    ipcrm -m "$id"
    ends_with 3 "$pid"
    same "message" "shmwait: $id: it was removed" "$(<err)"
    segment 4K
    hold "$id"
    waits "$id" attached gt 1
    ipcrm -m "$id"
    ends_with 3 "$pid"
    fails_with 3 "shmwait: 999: no such segment" shmwait 999 attached gt 0
}

@test "attached counts on of a segment that was marked before, until it is gone" {
    segment 4K
    hold "$id"
    holder=$pid
    ipcrm -m "$id"
    waits "$id" attached gt 1
    waiter=$pid
    mv out first
    hold "$id"
    ends_with 0 "$waiter"
    same "number" 2 "$(<first)"
    waits "$id" attached gt 2
    waiter=$pid
    mv err first
    for pid in $(holders "$id"); do end "$pid"; done
    ends_with 3 "$waiter"
}

# ---- fields ----

# bats test_tags=initramfs
@test "every comparison is as it says, of every kind of number" {
    segment 4K
    shmpoke "$id" u8@0=200 i8@1=-3 u64@8=18446744073709551615 i64@16=-9223372036854775808 f64@24=0.5 f32be@32=-0.1 u16be@36=258
    yes=0 no=0
    while read -r field op value; do
        prints "$(shmpeek "$id" "$field")" shmwait -t 0 -- "$id" "$field" "$op" "$value"
        yes=$((yes + 1))
    done <<'END'
u8@0 eq 200
u8@0 ne 199
u8@0 gt 199
u8@0 ge 200
u8@0 lt 201
u8@0 le 200
u8@0 set 0x80
u8@0 set 0
u8@0 clear 0x37
i8@1 lt 0
i8@1 gt -4
i8@1 eq -3
i8@1 set 0xfd
i8@1 clear 2
u64@8 gt 9223372036854775807
u64@8 set 18446744073709551615
i64@16 lt -9223372036854775807
i64@16 eq -9223372036854775808
f64@24 eq 0.5
f64@24 eq 5e-1
f64@24 gt -inf
f64@24 lt inf
f64@24 ne nan
f32be@32 eq -0.1
f32be@32 lt 0
u16be@36 eq 258
u16le@36 eq 513
END
    while read -r field op value; do
        fails_with 124 "shmwait: $id: time ran out before $field $op $value" shmwait -t 0 -- "$id" "$field" "$op" "$value"
        no=$((no + 1))
    done <<'END'
u8@0 eq 199
u8@0 ne 200
u8@0 gt 200
u8@0 ge 201
u8@0 lt 200
u8@0 le 199
u8@0 set 0x81
u8@0 clear 0x80
i8@1 gt 0
u64@8 lt 9223372036854775807
i64@16 gt 0
END
    same "number of comparisons" "27 11" "$yes $no"
    shmpoke "$id" f64@24=nan
    fails_with 124 "shmwait: $id: time ran out before f64@24 eq 0" shmwait -t 0 "$id" f64@24 eq 0
    shmpoke "$id" f64@24=-0
    prints -0 shmwait -t 0 "$id" f64@24 eq 0
}

@test "a str is compared as text" {
    segment 64
    shmpoke "$id" str@0:8=ready
    prints ready shmwait -t 0 "$id" str@0:8 eq ready
    prints x=ready shmwait -t 0 "$id" x=str@0:8 ne go
    prints ready shmwait -t 0 "$id" str@0:8 gt read
    prints "" shmwait -t 0 "$id" str@8:8 eq ''
    fails_with 124 "shmwait: $id: time ran out before str@0:8 eq ''" shmwait -t 0 "$id" str@0:8 eq ''
}

@test "a field is waited for, and the value that ended the wait is printed" {
    segment 64
    waits -t 300s "$id" i32@4 ge 5
    shmpoke "$id" i32@4=4
    sleep 0.1
    kill -0 "$pid"
    shmpoke "$id" i32@4=7
    ends_with 0 "$pid"
    same "value" 7 "$(<out)"
}

@test "a writer that wakes nobody is noticed all the same" {
    segment 64
    for field in u8@9 u16be@10 i32@8 u64@8 str@9:3; do
        head -c 64 /dev/zero | poke "$id" 0
        waits -t 300s "$id" "$field" ne "$(shmpeek "$id" "$field")"
        printf '\1\1\1' | poke "$id" 9
        ends_with 0 "$pid"
    done
}

@test "who waits for a field sleeps in futex, through an attach that is read-only" {
    command -v strace >/dev/null || skip "needs strace"
    segment 64
    fails_with 124 "shmwait: $id: time ran out before u32@4 eq 1" "${leaks[@]}" strace -qq -o trace shmwait -t 500ms "$id" u32@4 eq 1
    grep -q 'shmat([0-9]*, NULL, SHM_RDONLY)' trace
    [ "$(grep -c 'futex(.*FUTEX_WAIT, 0, ' trace)" -ge 5 ]
    [ "$(grep -c 'futex(.*FUTEX_WAIT, 0, ' trace)" -lt 40 ]
    grep -q 'tv_nsec=50000000}' trace
}

@test "shmpoke wakes who waits for any word that it changes" {
    command -v strace >/dev/null || skip "needs strace"
    segment 64
    prints "" "${leaks[@]}" strace -qq -e trace=futex -o trace shmpoke "$id" u32@4=1 u64@8=1 u8@17=1 str@21:7=x u16@30:2=1,2
    # the words at 4, 8, 12, 16, 20, 24, 28 and 32
    grep -o 'futex(0x[0-9a-f]*, FUTEX_WAKE, 2147483647' trace | sed 's/.*\(..\), FUTEX.*/\1/; s/,.*//' >words
    same "words" "04 08 0c 10 14 18 1c 20" "$(paste -sd ' ' words)"
}

@test "who is woken looks at once, and not only when its time has come" {
    segment 64
    # it sleeps for 50 ms at a time by then; by chance it would be woken in half of that
    perl -MTime::HiRes=time,sleep -e 'my $id = shift; my @late; for my $round (1 .. 15) {
        my $pid = fork // die; if (!$pid) { open STDOUT, ">/dev/null"; exec "shmwait", "-t", "60s", $id, "u32\@0", "eq", $round }
        sleep 0.25; my $began = time; system "shmpoke", $id, "u32\@0=$round"; waitpid $pid, 0; push @late, time - $began; }
        @late = sort { $a <=> $b } @late; print $late[7] < 0.02 ? "at once\n" : "@late\n"' "$id" >late
    [ "$SHMBOX_VARIANT" != release ] || same "woken" "at once" "$(<late)"
    [ -s late ]
}

@test "a field ends with 3 when the segment is removed, whenever it was marked" {
    segment 64
    waits "$id" u32@0 eq 1
    ipcrm -m "$id"
    ends_with 3 "$pid"
    same "message" "shmwait: $id: it was removed" "$(<err)"
    segment 64
    hold "$id"
    holder=$pid
    ipcrm -m "$id"
    waits "$id" u32@0 eq 1
    sleep 0.2
    kill -0 "$pid"
    end "$holder"
    ends_with 3 "$pid"
    fails_with 3 "shmwait: 999: no such segment" shmwait 999 u8@0 eq 0
}

# follows CMD.. - in the background, its standard error in the file err.PID: its pid in $pid
follows()
{
    start "$@"
    mv err "err.$pid"
    wait_until sleeping "$pid"
}

@test "those who wait for a segment that nobody else has any more end with 3, all of them" {
    segment 4K
    hold "$id"
    holder=$pid
    ipcrm -m "$id"
    waiters=()
    while read -r -a words; do
        follows "${words[@]}"
        waiters+=("$pid")
    done <<END
shmwait $id u32@0 ne 0
shmwait $id changed
shmpeek -F $id u32@0 u8@9
shmpoke -e 7 -t 300s $id u32@0=1
shmcat -F -l 4 $id
END
    # longer than it takes them to see who is there
    sleep 4
    for pid in "${waiters[@]}"; do kill -0 "$pid"; done
    same "attached" 6 "$(kernel_says "$id" nattch)"
    end "$holder"
    for pid in "${waiters[@]}"; do
        ends_with 3 "$pid"
        like "message" "shm*: $id: it was removed" "$(<"err.$pid")"
    done
    gone "$id"
}

@test "what was written before the removal still counts" {
    for _ in {1..10}; do
        segment 64
        waits -t 300s "$id" u32@0 eq 1
        perl -e 'my $id = shift; shmwrite $id, pack("L", 1), 0, 4; shmctl $id, 0, 0' "$id"
        ends_with 0 "$pid"
    done
}

# ---- changed ----

@test "changed sees a byte anywhere, and no more than the range that was given" {
    segment 1M
    for offset in 0 1048575 524291; do
        waits -t 300s "$id" changed
        sleep 0.05
        printf '\7' | poke "$id" "$offset"
        ends_with 0 "$pid"
        same "nothing printed" "" "$(<out)"
        printf '\0' | poke "$id" "$offset"
    done
    waits -t 400ms "$id" changed@5:3
    printf '\1' | poke "$id" 4
    printf '\1' | poke "$id" 8
    ends_with 124 "$pid"
    waits -t 300s "$id" changed@5:3
    printf '\1' | poke "$id" 7
    ends_with 0 "$pid"
    waits -t 300s "$id" changed@-1:1
    printf '\1' | poke "$id" 1048575
    ends_with 0 "$pid"
}

@test "changed does not take zeros for a change, and gives holes no memory" {
    segment --noreserve 64G
    printf x | poke "$id" 5000
    waits -t 500ms "$id" changed
    head -c 4096 /dev/zero | poke "$id" 8192
    ends_with 124 "$pid"
    same "resident" 8192 "$(kernel_says "$id" rss)"
}

@test "a look at much takes a small part of the time" {
    command -v strace >/dev/null || skip "needs strace"
    segment 64M
    noise 67108864 | shmwrite "$id"
    fails_with 124 "shmwait: $id: time ran out before changed" \
        "${leaks[@]}" strace -qq -e trace=clock_nanosleep,nanosleep,clock_gettime -o trace "$SHMBOX_BIN/shmwait" -t 2s "$id" changed
    # asked for a sleep of 20 times the look, which takes milliseconds, or for what was left of 2 s
    [ "$(grep -c 'nanosleep(' trace)" -le 20 ]
    grep -qE 'nanosleep\(.*(tv_sec=[1-9]|tv_nsec=[1-9][0-9]{8})' trace
}

# ---- time ----

@test "a timeout ends it with 124, not early, and not much later" {
    segment 64
    for words in "u8@0 eq 1" "attached gt 0" changed "changed@0:4"; do
        # shellcheck disable=SC2086
        prints "in time" perl -MTime::HiRes=time -e 'my $began = time; my $status = system @ARGV; my $took = time - $began;
            print $status >> 8 == 124 && $took >= 0.3 && $took < 5 ? "in time" : "status $status after $took s"' \
            sh -c 'exec shmwait -t 300ms "$@" 2>/dev/null' - "$id" $words
    done
}

@test "who waits uses no processor to speak of" {
    segment 64
    while read -r what; do
        # shellcheck disable=SC2086
        perl -e 'my $pid = fork // die; if (!$pid) { open STDERR, ">/dev/null"; exec "shmwait", "-t", "2s", @ARGV } waitpid $pid, 0;
            my (undef, undef, $user, $system) = times; print $user + $system < 0.1 ? "little\n" : "$user $system\n"' "$id" $what
    done >cost <<'END'
u32@0 eq 1
attached gt 0
changed
END
    [ "$SHMBOX_VARIANT" != release ] || same "cost" $'little\nlittle\nlittle' "$(<cost)"
    [ "$(wc -l <cost)" = 3 ]
}

@test "a word that changes all the time keeps nobody busy" {
    segment 64
    start perl -e 'my $id = shift; my $n = 0; shmwrite $id, pack("L", ++$n & 0x7fffffff), 0, 4 while 1' "$id"
    perl -e 'my $pid = fork // die; if (!$pid) { open STDERR, ">/dev/null"; exec "shmwait", "-t", "2s", @ARGV } waitpid $pid, 0;
        my (undef, undef, $user, $system) = times; print $user + $system < 0.3 ? "little\n" : "$user $system\n"' "$id" u32@0 ge 0x80000000 >cost
    same "cost" little "$(<cost)"
}

# ---- the command line ----

@test "--quiet prints nothing, and the status is the same" {
    segment 64
    prints "" shmwait -q "$id" exists
    prints "" shmwait --quiet "$id" attached eq 0
    prints "" shmwait -q "$id" u32@0 eq 0
    fails_with 124 "shmwait: $id: time ran out before u32@0 eq 1" shmwait -q -t 0 "$id" u32@0 eq 1
}

@test "what there is to wait for and how to compare is checked before anything is done" {
    fails_with 2 "shmwait: bogus: nothing to wait for: exists, gone, attached, changed, changed@OFFSET:LENGTH or a field" shmwait 0 bogus
    fails_with 2 "shmwait: u8@0: OP is missing" shmwait 0 u8@0
    fails_with 2 "shmwait: attached: OP is missing" shmwait 0 attached
    fails_with 2 "shmwait: VALUE is missing" shmwait 0 attached eq
    fails_with 2 "shmwait: eq: exists is not compared" shmwait 0 exists eq 1
    fails_with 2 "shmwait: eq: changed@0:1 is not compared" shmwait 0 changed@0:1 eq 1
    fails_with 2 "shmwait: =: not a comparison: eq ne lt le gt ge, or set and clear for bits" shmwait 0 u8@0 = 1
    fails_with 2 "shmwait: 300: out of range: u8 is 0 to 255" shmwait 0 u8@0 eq 300
    fails_with 2 "shmwait: x: not a number" shmwait 0 attached eq x
    fails_with 2 "shmwait: set: a count is not compared bit by bit" shmwait 0 attached set 1
    fails_with 2 "shmwait: -1: out of range: u64 is 0 to 18446744073709551615" shmwait 0 attached eq -1
    fails_with 2 "shmwait: only integers have bits to be set or clear" shmwait 0 f32@0 set 1
    fails_with 2 "shmwait: only integers have bits to be set or clear" shmwait 0 str@0:1 clear 1
    fails_with 2 "shmwait: u8@0:2: several values cannot be compared" shmwait 0 u8@0:2 eq 1
    fails_with 2 "shmwait: u32@2: not aligned: it would have to lie at a multiple of 4" shmwait 0 u32@2 eq 1
    hints "only what is aligned can be waited for"
    fails_with 2 "shmwait: changed@4: the length is missing: changed@OFFSET:LENGTH" shmwait 0 changed@4
    fails_with 2 "shmwait: changed@4:0: none of them would be too few" shmwait 0 changed@4:0
    fails_with 2 "shmwait: 5: too many operands" shmwait 0 u8@0 eq 1 5
    for word in u32@0=5 "u32@0 eq 5" "u32@0>5" "u32@0 "; do
        fails_with 2 "shmwait: $word: not a field alone" shmwait 0 "$word"
        hints "*three words: u32@0 eq 5"
    done
}

@test "who waits for a field of what is not there is told how to wait for that" {
    fails_with 3 "shmwait: key:0x77: no segment has this key" shmwait key:0x77 u32@0 eq 0
    hints "shmwait key:0x77 exists waits until it is there"
}

@test "what can never be so is not waited for" {
    segment 64
    while read -r field op value; do
        fails_with 2 "shmwait: $value: $field $op this is never so" shmwait -t 0 -- "$id" "$field" "$op" "$value"
    done <<'END'
str@0:4 eq hello
f64@24 eq nan
f64@24 lt nan
f32@24 ge nan
f32be@24 gt inf
f64@24 lt -inf
u8@0 lt 0
u16be@0 gt 65535
i8@0 gt 127
i64@0 lt -9223372036854775808
u64@0 gt 18446744073709551615
attached lt 0
END
    fails_with 2 "shmwait: '': str@0:4 lt this is never so" shmwait -t 0 "$id" str@0:4 lt ''
    while read -r field op value; do
        fails_with 124 "shmwait: $id: time ran out before $field $op $value" shmwait -t 0 -- "$id" "$field" "$op" "$value"
    done <<'END'
str@0:4 eq four
str@0:4 gt hello
i8@0 ge 127
i8@0 le -128
f32@24 eq inf
f64@24 le -inf
u8@0 set 255
END
}

@test "what needs the segment is status 1" {
    segment 10
    fails_with 1 "shmwait: u32@8: 4 bytes from 8 reach behind its end (10 bytes)" shmwait "$id" u32@8 eq 0
    fails_with 1 "shmwait: changed@8:3: 3 bytes from 8 reach behind its end (10 bytes)" shmwait "$id" changed@8:3
    fails_with 1 "shmwait: u16@-3: not aligned: it would have to lie at a multiple of 2" shmwait "$id" u16@-3 eq 0
}

@test "a segment that may not be read is status 4, but can be counted" {
    needs_nobody
    segment --mode 600 4K
    fails_like 4 "shmwait: $id: *" as_nobody shmwait "$id" u8@0 eq 0
    prints 0 as_nobody shmwait "$id" attached eq 0
}
