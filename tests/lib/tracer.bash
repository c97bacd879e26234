# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# tracer - programs under strace(1): stopped at a system call, or told other times
# shellcheck disable=SC2034 # the tests read output and stderr

# untraced_leaks - leaks cannot be looked for under a tracer: call it before
untraced_leaks()
{
    export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" UBSAN_OPTIONS="$UBSAN_OPTIONS:detect_leaks=0"
}

# failing CALL[:WHEN] CMD.. - CMD, with a kernel that refuses this call: with EIO if it is close(2), and
# with EPERM otherwise. WHEN chooses calls as in strace(1). With $path only calls on this file are meant.
failing()
{
    local call=${1%%:*} when=${1#*:} error=EPERM
    [ "$when" != "$1" ] || when=1+
    [ "$call" != close ] || error=EIO
    untraced_leaks
    strace -qq -o trace ${path:+-P "$path"} -e "trace=$call" -e "inject=$call:error=$error:when=$when" "${@:2}"
}

# stopped_after CALL NTH CMD.. - CMD there, stopped by a signal once it has made this system
# call the NTH time: its pid in $stopped
stopped_after()
{
    local call=$1 nth=$2
    shift 2
    untraced_leaks
    rm -f trace
    # shellcheck disable=SC2016 # the inner shell's
    start "${apart[@]}" sh -c 'exec "$@" >stopped.out 2>stopped.err' sh \
        strace -D -qq -o trace -e "trace=$call" -e "inject=$call:signal=STOP:when=$nth" "$@"
    stopped=$pid
    wait_until grep -qs 'stopped by SIGSTOP' trace
}

# goes_on STATUS - and ends with it; $output and $stderr are what it said
goes_on()
{
    kill -CONT "$stopped"
    ends_with "$1" "$stopped"
    output=$(<stopped.out)
    stderr=$(<stopped.err)
    no_sanitizer_spoke
}

# stamps ATIME DTIME CTIME CPID LPID - "${stamps[@]}" CMD.. is told these of the first segment
# that it asks the kernel for: an orphan of 4K, mode 600, id 0. That is its second call of
# shmctl(2), or, with operands, the first: then stamped_call=1 is put before it.
stamps()
{
    local told
    [ "$(uname -m)" = x86_64 ] || skip "knows the kernel's struct of x86_64 alone"
    # struct shmid64_ds of <asm/shmbuf.h>
    told=$(perl -e 'my ($atime, $dtime, $ctime, $cpid, $lpid) = @ARGV;
        print unpack "H*", pack "L6S2x4Q2QQQQLLQ", 0, 0, 0, 0, 0, 0600, 0, 0, 0, 0, 4096,
            $atime, $dtime, $ctime, $cpid, $lpid, 0' "$@")
    untraced_leaks
    rm -f trace
    stamps=(strace -qq -o trace -e trace=shmctl -e "inject=shmctl:poke_exit=@arg3=$told:when=${stamped_call-2}")
}

# stamped ATIME DTIME CTIME CPID LPID CMD.. - CMD there, which is told these
stamped()
{
    stamps "${@:1:5}"
    "${apart[@]}" "${stamps[@]}" "${@:6}"
}
