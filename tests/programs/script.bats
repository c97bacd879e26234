# SPDX-License-Identifier: MIT
# a shell script that works with a segment, beside shmreap in every way that is documented
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    common_setup
    apart
    me=$(id -u)
    documented >invocations
    # the lists that come first, and removals by hand, by cron and by systemd
    [ "$(wc -l <invocations)" -ge 9 ]
    [ "$(grep -c -- --remove invocations)" -ge 6 ]
}

teardown()
{
    exec 4>&-
    common_teardown
}

# documented - the command lines of shmreap in pages, README, documents, and files for cron and systemd
documented()
{
    (
        cd "$SHMBOX_SOURCE" || exit
        cat man/*.[1-8] README.md docs/*.md package/shmreap.* | sed 's/\\-/-/g; s/--owner [a-z][a-z]*/--owner $(id -u)/' |
            grep -oE 'shmreap( +(-[-a-zA-Z]+|\$\([^)]*\)|\$[a-z]+|[0-9][0-9a-z]*[KMG]?))+' |
            # other namespaces are asked by other calls than aged() replaces
            grep '^shmreap  *-' | grep -v -e '--all-ns' | sort -u
    )
    # and what the options of the page add up to
    # shellcheck disable=SC2016 # they are evaluated later
    printf 'shmreap --remove --idle %s --keyed --unattached --unknown --verbose --owner $(id -u)\n' 0 1d
    echo 'shmreap --remove --idle 0 --json'
}

# aged SECONDS CMD.. - CMD there, for which the segment was made and used this long ago: the
# first of what the kernel says of it is replaced, up to its times, and the rest is true, who
# made it and whether it is attached. The machine seems to be up for a year.
aged()
{
    local ago told
    ago=$(($(date +%s) - $1))
    # struct shmid64_ds of <asm/shmbuf.h>; large enough for every --min-size
    told=$(perl -e 'my ($uid, $ago) = @ARGV;
        print unpack "H*", pack "L6S2x4Q2QQQQ", 0, $uid, 0, $uid, 0, 0600, 0, 0, 0, 0, 1 << 30, $ago, $ago, $ago' "$me" "$ago")
    rm -f trace
    "${apart[@]}" unshare --time --fork --boottime 31536000 \
        strace -qq -o trace -e trace=shmctl -e "inject=shmctl:poke_exit=@arg3=$told:when=2+" "${@:2}"
}

# reaps AGE INVOCATION - as it is written; without --idle, --remove is refused
reaps()
{
    # shellcheck disable=SC2034 # an example uses it
    local wanted=0 pid=$creator
    [[ $2 != *--remove* || $2 == *--idle* ]] || wanted=2
    eval "set -- $1 $2"
    run "-$wanted" --separate-stderr aged "$@"
    no_sanitizer_spoke
    [ $wanted = 0 ] || same "standard error" "shmreap: --remove requires --idle" "${stderr_lines[0]}"
    [ $wanted != 0 ] || grep -q INJECTED trace
}

can_age()
{
    [ "$(uname -m)" = x86_64 ] || skip "knows the kernel's struct of x86_64 alone"
    unshare --time true 2>/dev/null || skip "no time namespaces here"
    strace -o trace true 2>/dev/null || skip "needs strace"
    untraced_leaks
}

# begins - a script there that adds 1 to a word of its segment for each line that it gets
begins()
{
    mkfifo lines
    : >answers
    cat >script <<-'END'
		id=$(shmcreate 4K)
		shmattach --background --pid $$ "$id"
		echo "$id" >id
		while read -r _; do
		    shmpoke --quiet "$id" u32@0+=1
		    shmpeek "$id" u32@0 >>answers
		done <lines
	END
    start "${apart[@]}" bash -eu script
    exec 4>lines
    wait_until test -s id
    id=$(<id)
    creator=$("${apart[@]}" awk 'NR == 2 { print $5 }' /proc/sysvipc/shm)
    rounds=0
}

# works - the script goes on with its segment, and finds in it what it left there
works()
{
    rounds=$((rounds + 1))
    echo >&4
    wait_until has_answered
    same "the word" "$rounds" "$(tail -n 1 answers)"
}

has_answered() { [ "$(wc -l <answers)" = "$rounds" ]; }

unheld() { [ "$("${apart[@]}" awk 'NR == 2 { print $7 }' /proc/sysvipc/shm)" = 0 ]; }

@test "a script that keeps its segment attached never loses it, however long it pauses" {
    can_age
    begins
    for age in 30 61 600 4000 90000 700000; do
        while read -r invocation <&5; do
            works
            reaps $age "$invocation"
            same "mode and attaches after $invocation" "600 1" "$("${apart[@]}" awk 'NR == 2 { print $3, $7 }' /proc/sysvipc/shm)"
        done 5<invocations
    done
    works
    # the hold ends with the script, and nothing is left for ever
    exec 4>&-
    wait_until unheld
    reaps 700000 'shmreap --remove --idle 7d'
    same "segments left" 1 "$("${apart[@]}" wc -l </proc/sysvipc/shm)"
}

@test "a segment that no process keeps is removed by each removal that is documented, once it is old enough" {
    can_age
    while read -r invocation <&5; do
        [[ $invocation == *--remove*--idle* && $invocation != *--dry-run* ]] || continue
        id=$("${apart[@]}" shmcreate 4K)
        "${apart[@]}" shmpoke --quiet "$id" u32@0+=1
        creator=$("${apart[@]}" awk 'NR == 2 { print $5 }' /proc/sysvipc/shm)
        [[ $invocation == *"--idle 0"* ]] || {
            reaps 600 "$invocation"
            left "$id"
        }
        reaps 700000 "$invocation"
        same "segments after $invocation" 1 "$("${apart[@]}" awk 'END { print NR }' /proc/sysvipc/shm)"
    done 5<invocations
}
