# SPDX-License-Identifier: MIT
# tests for every applet, looped over `shmbox --list`: a new applet is covered automatically
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    load ../lib/expect
    common_setup
    shmbox --describe >facts
    applets="$(shmbox --list) shmbox"
    expect_nothing
}

teardown() { common_teardown; }

# fact APPLET COLUMN - its operands (3) or summary (4)
fact()
{
    awk -F '\t' -v name="$1" -v column="$2" '$1 == "applet" && $2 == name { print $column }' facts
}

# options - applet, letter, long name and kind of every option, the common ones once
options()
{
    awk -F '\t' '$1 == "option" { print ($2 == "*" ? "shmls" : $2), $3, $4, $5 }' facts
}

# fitting OPERANDS - the required operands, each of the required kind
fitting()
{
    local word
    for word in $1; do
        case ${word//[].[]/} in
        FIELD) echo u8@0 ;;
        ASSIGNMENT) echo u8@0=0 ;;
        WHAT) echo exists ;;
        OP) echo eq ;;
        *) echo 1 ;;
        esac
    done | paste -sd ' '
}

@test "--help shows the usage, the summary and every option" {
    for applet in $applets; do
        succeeds "$applet" --help
        like "usage" "usage: $applet *" "${lines[0]}"
        [[ $output == *"$(fact "$applet" 4)"* ]] || { echo "$applet: no summary"; return 1; }
        prints "$output" "$applet" -h
        while read -r name letter long kind <&4; do
            [ "$name" = "$applet" ] || continue
            [ "$letter" != - ] || letter=
            [ "$kind" != - ] || kind=
            grep -qE -- "^ *${letter:+$letter, +}$long ?${kind//[^A-Z]/.}  " <<<"$output" ||
                { echo "$applet: not shown: $letter $long $kind"; return 1; }
        done 4< <(options)
    done
}

@test "--help shows how operands are written" {
    prints "$(shmcat --help)" shmcat -h
    like "a segment" "*  SEGMENT: an id, key:KEY or file:PATH*" "$output"
    run -0 shmwait --help
    like "what is waited for" "*  WHAT: exists, gone, changed, attached or a FIELD*  OP: eq ne *" "$output"
    run -0 shmpoke --help
    like "what is done" "*  ASSIGNMENT: FIELD=VALUE, *" "$output"
}

@test "--help ends with the exit statuses, and with where to read on" {
    for applet in $applets; do
        run -0 "$applet" --help
        same "statuses" "Exit status: 0 done, 1 failed, 2 usage, 3 no such segment, 4 permission denied, 5 exists already, 6 a limit was reached, 7 refused by a guard, 124 timed out" "${lines[-2]}"
        same "read on" "Read on: shmbox help notations, shmbox help statuses, man $applet" "${lines[-1]}"
    done
}

@test "--help takes precedence over missing or wrong operands, in every position" {
    for applet in $applets; do
        case $applet in
        shmbox) continue ;;    # there the first operand is an applet
        esac
        prints "$("$applet" -h)" "$applet" 0 --help
    done
}

@test "--version prints program and version" {
    for applet in $applets; do
        succeeds "$applet" --version
        like "version" "shmbox [0-9]*.[0-9]* [+-]libcap*" "$output"
        prints "$output" "$applet" -V
    done
}

@test "an unknown option is a usage error" {
    for applet in $applets; do
        for option in --bogus -d '-?' -: --h; do
            # where it is the delay, as in top(1)
            [ "$applet $option" != "shmtop -d" ] || continue
            expect 2 "$applet: $option: unknown option" "$applet" "$option"
        done
        expect 2 "$applet: --bogus: unknown option" "$applet" --bogus=3
        like "hint" "hint: *--help*" "$(sed -n 2p err)"
    done
    as_expected
}

@test "a long option cannot be abbreviated" {
    while read -r applet _ long _ <&4; do
        expect 2 "$applet: ${long%?}: unknown option*" "$applet" "${long%?}"
    done 4< <(options)
    as_expected
}

@test "reports the nearest long option if letters are missing or swapped" {
    while read -r applet _ long _ <&4; do
        word=${long#--}
        [ "${#word}" -gt 4 ] || continue
        for typed in "${word%?}" "${word:0:2}${word:3}" "${word:1:1}${word:0:1}${word:2}"; do
            expect 2 "$applet: --$typed: unknown option; did you mean $long?" "$applet" "--$typed"
        done
    done 4< <(options)
    as_expected
}

@test "shmbox(1) lists the letters that mean the same in several applets, and help letters all" {
    awk -F '\t' '$1 == "option" && $2 != "shmbox" && $3 != "-" {
        print $3, $4, ($2 == "*" ? "every applet" : substr($2, 4)) }' facts | sort >all
    # -d, -n and -b of shmtop are those of top(1)
    awk '$3 == "top" && $1 ~ /^-[dnb]$/ { next }
        { uses[$1] += $3 == "every" ? 2 : 1; if ($1 in name && name[$1] != $2) differs[$1]; name[$1] = $2 }
        END { for (letter in name) if (uses[letter] > 1 && !(letter in differs)) print letter, name[letter] }' all | sort >same
    sed -n '/^\.Sh LETTERS/,/^\.Sh NOTATIONS/s/^\.It Cm \(-. --\)/\1/p' "$SHMBOX_SOURCE/man/shmbox.1" | sort >listed
    [ "$(wc -l <listed)" -gt 15 ]
    diff same listed
    shmbox help letters | awk '$3 == "every" { print; next } { for (i = 3; i <= NF; i++) print $1, $2, $i }' | tr -s ' ' | sort >told
    diff all told
}

@test "a missing value of an option is a usage error, reported with its kind" {
    while read -r applet letter long kind <&4; do
        [ "$kind" != - ] || continue
        expect 2 "$applet: $long: requires a value ($kind)" "$applet" "$long"
        [ "$letter" = - ] || expect 2 "$applet: $letter: requires a value ($kind)" "$applet" "$letter"
    done 4< <(options)
    as_expected
}

@test "a value for a switch is a usage error" {
    while read -r applet _ long kind <&4; do
        [ "$kind" = - ] || continue
        expect 2 "$applet: $long=1: takes no value" "$applet" "$long=1"
    done 4< <(options)
    as_expected
}

@test "an empty value is a usage error, which names the option, unless any text is valid" {
    while read -r applet letter long kind <&4; do
        case $kind in
        - | TEXT | FORMAT | VALUE) continue ;;
        esac
        expect 2 "$applet: $long '': *" "$applet" "$long="
        [ "$letter" = - ] || expect 2 "$applet: $letter '': *" "$applet" "$letter" ''
    done 4< <(options)
    as_expected
}

@test "missing and extra operands are usage errors" {
    for applet in $applets; do
        operands=$(fact "$applet" 3)
        case $operands in
        - | \[*) ;;
        *) expect 2 "$applet: ${operands%%[ .|]*}*is missing" "$applet" ;;
        esac
        case $operands in
        -) expect 2 "$applet: 1: too many operands" "$applet" 1 ;;
        *... | *...\]) ;;
        *)
            read -ra fitting < <(fitting "$operands")
            [ "$applet" = shmbox ] || expect 2 "$applet: *: too many operands" "$applet" "${fitting[@]}" 2 3
            ;;
        esac
    done
    as_expected
}

@test "help and version on a full disk or a closed standard output are failures" {
    for applet in $applets; do
        expect 1 "$applet: *" full "$applet" --help
        expect 1 "$applet: *" closed "$applet" --help
        expect 1 "$applet: *" full "$applet" --version
    done
    as_expected
}

@test "a closed standard input is harmless for applets that do not read it" {
    for applet in $applets; do
        succeeds mute "$applet" --help
    done
}

@test "every applet accepts --ns, and reports a missing process" {
    pid=$(dead_pid)
    for applet in $applets; do
        case $(fact "$applet" 3) in
        - | \[*) set -- ;;
        *) read -ra fitting < <(fitting "$(fact "$applet" 3 | sed 's/ *\[.*//')"); set -- "${fitting[@]}" ;;
        esac
        [ "$applet" != shmcreate ] || set -- 1
        expect 1 "$applet: --ns $pid: *" "$applet" --ns "$pid" "$@"
    done
    as_expected
}

# ---- descriptors that do not block ----

# unready FD CMD.. - runs CMD with standard output or error on a pipe, or with $unready_end=socket on a
# socket, that is non-blocking and full before it is read; prints the bytes, and reports if the flags of
# the other end were changed
unready()
{
    perl -MFcntl -MSocket -e 'my $fd = shift; my ($in, $out);
        if (($ENV{unready_end} // "pipe") eq "socket") { socketpair $in, $out, AF_UNIX, SOCK_STREAM, 0 or die "socketpair: $!\n" }
        else { pipe $in, $out or die "pipe: $!\n" }
        fcntl $out, F_SETFL, fcntl($out, F_GETFL, 0) | O_NONBLOCK or die "fcntl: $!\n";
        my $child = fork // die "fork: $!\n";
        if (!$child) { close $in; open $fd == 1 ? \*STDOUT : \*STDERR, ">&", $out or die; exec @ARGV or die "$ARGV[0]: $!\n" }
        # nothing is read until the pipe is full and the child waits for a reader, or has exited
        for (my $got = -1;;) {
            ioctl $in, 0x541b, my $count = pack "i", 0 or die "ioctl: $!\n"; # FIONREAD
            open my $stat, "<", "/proc/$child/stat" or last;
            last if waitpid($child, 1) == $child || (unpack("i", $count) > 60000 && <$stat> =~ /\) S/);
            select undef, undef, undef, 0.01;
        }
        print STDERR "changed\n" unless fcntl($out, F_GETFL, 0) & O_NONBLOCK;
        close $out;
        print while <$in>;
        waitpid $child, 0' "$@"
}

@test "a non-blocking socket is waited for, and a pipe without /proc too" {
    unshare --mount true 2>/dev/null || skip "needs a mount namespace of its own"
    no_proc
    segment 4K
    many=$(printf "$id %.0s" {1..20000})
    # shellcheck disable=SC2086
    shmls --json --output id,key,owner,perms,size $many >wanted
    [ "$(wc -c <wanted)" -gt 700000 ]
    # shellcheck disable=SC2086
    unready_end=socket unready 1 shmls --json --output id,key,owner,perms,size $many >got 2>err
    cmp got wanted
    same "standard error" "" "$(<err)"
    # shellcheck disable=SC2086
    unready 1 "${no_proc[@]}" shmls --json --output id,key,owner,perms,size $many >got 2>err
    cmp got wanted
    same "standard error" "" "$(<err)"
}

@test "printing an id waits too, and COMMAND gets the descriptor unchanged" {
    # the pipe is full before shmattach starts
    perl -MFcntl -MSocket -e 'socketpair my $in, my $out, AF_UNIX, SOCK_STREAM, 0 or die;
        fcntl $out, F_SETFL, fcntl($out, F_GETFL, 0) | O_NONBLOCK or die;
        while (syswrite $out, "x" x 4096) {}
        my $child = fork // die;
        if (!$child) { close $in; open STDOUT, ">&", $out or die; exec @ARGV or die }
        close $out;
        for (;;) { open my $stat, "<", "/proc/$child/stat" or last; last if <$stat> =~ /\(shmcreate\) [SZ]/; select undef, undef, undef, 0.01 }
        while (sysread $in, my $got, 65536) { $got =~ s/x//g; print $got }
        waitpid $child, 0; exit $? >> 8' shmcreate 4K >told 2>err
    cat told >>noted
    same "standard error" "" "$(<err)"
    exists "$(<told)"
    same "flags" "nonblock" "$(perl -MFcntl -MSocket -e 'pipe my $in, my $out or die;
        fcntl $out, F_SETFL, O_WRONLY | O_NONBLOCK or die;
        my $child = fork // die;
        if (!$child) { open STDOUT, ">&", $out or die; exec @ARGV or die }
        waitpid $child, 0; sysread $in, my $got, 100; print $got' \
        shmattach scratch:4K perl -MFcntl -e 'syswrite STDOUT, fcntl(STDOUT, F_GETFL, 0) & O_NONBLOCK ? "nonblock" : "block"')"
}

@test "every applet that may print much waits for a non-blocking output" {
    noise 65536 >input
    segment --input input
    perl -e 'print "1 " x 3000' >ones
    while read -r words; do
        # shellcheck disable=SC2086
        $words >wanted
        [ "$(wc -c <wanted)" -gt 70000 ]
        # shellcheck disable=SC2086
        unready 1 $words >got 2>err
        cmp got wanted
        same "standard error" "" "$(<err)"
    done <<END
shmcat --hex $id
shmpeek $id u32@0:16384
shmpeek --json $id u32@0:16384
shmls --json --output id,key,owner,perms,size $(printf "$id %.0s" {1..2000})
shmls --output id,key,owner,perms,size,nattch,ctime $(printf "$id %.0s" {1..2000})
shmstat --format %{id},%{key},%{owner},%{perms},%{size},%{ctime} $(printf "$id %.0s" {1..2000})
END
}

@test "messages are complete even if standard error is non-blocking" {
    shmrm $(seq 100000 104000) 2>wanted || :
    [ "$(wc -c <wanted)" -gt 70000 ]
    unready 2 shmrm $(seq 100000 104000) >got
    cmp got wanted
}

# ---- kernels that require non-executable files in memory ----

@test "every file in memory is non-executable, if the kernel supports that" {
    noise 4096 >input
    segment --input input
    hold "$id"
    untraced_leaks
    while read -r words; do
        for error in none EINVAL; do
            # shellcheck disable=SC2046,SC2086
            strace -f -qq -o trace -e trace=memfd_create \
                $([ $error = none ] || echo "-e inject=memfd_create:error=EINVAL:when=1") $words < <(cat input) >printed
            [[ $words != shmcreate* ]] || {
                cat printed >>noted
                peek "$(<printed)" 0 4096 | same_bytes input
            }
            grep -q memfd_create trace || [[ $words = shmwait* ]]
            same "first calls of $words that lack the flag" "" \
                "$(grep memfd_create trace | head -n 1 | grep -v -e NOEXEC_SEAL -e 0x8)"
        done
    done <<END
shmcreate --input -
shmcat --freeze $id
shmwait --timeout 60 $id attached ge 1
END
}
