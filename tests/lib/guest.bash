# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# guest - an initramfs, and a machine of qemu's to boot it
#
# The machine is emulated (tcg): where /dev/kvm opens, it may still hang. Its kernel, its
# shell and its busybox are Debian's, unpacked and not installed; they stay in build/guest
# for the next time.

# unpacked PACKAGE - where its files are is printed. Several files of tests may unpack it at a time.
unpacked()
{
    local place=$SHMBOX_SOURCE/build/guest/$1 lock
    if [ ! -d "$place" ]; then
        mkdir -p "${place%/*}"
        exec {lock}>"$place.lock"
        flock "$lock"
        [ -d "$place" ] || unpack "$1" "$place" || return
        exec {lock}>&-
    fi
    echo "$place"
}

unpack()
{
    rm -rf "$2.new"
    mkdir -p "$2.new"
    (cd "$2.new" && apt-get -qq -o APT::Sandbox::User=root download "$1" && dpkg-deb -x ./*.deb . && rm ./*.deb) >&2 &&
        mv -T "$2.new" "$2"
}

# Puts the kernel's file in $kernel, its version in $version, the directory of its modules in
# $modules.
guest_kernel()
{
    local package
    package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | awk '/Depends:/ { print $2; exit }')
    [ -n "$package" ] || skip "needs Debian's kernel for cloud machines, and apt-get to get it"
    unpacked "$package" >/dev/null || skip "$package is not to be had"
    kernel=$(echo "$(unpacked "$package")"/boot/vmlinuz-*)
    version=${kernel##*/vmlinuz-}
    # shellcheck disable=SC2034 # for those who load this
    modules=${kernel%/boot/*}/lib/modules/$version
}

# into ROOT FILE.. - copies files to where they are here; a link becomes what it leads to
into()
{
    local root=$1 file
    shift
    for file; do
        mkdir -p "$root${file%/*}"
        [ -e "$root$file" ] || cp -L "$file" "$root$file"
    done
}

# programs_into ROOT NAME.. - programs, with the libraries that they need
programs_into()
{
    local root=$1 name path
    shift
    for name; do
        path=$(command -v "$name")
        # shellcheck disable=SC2046 # file names without blanks
        into "$root" "$path" $(ldd "$path" | grep -o '/[^ ]*')
    done
}

# perl_into ROOT - perl, with the modules that the tests use and what these load
perl_into()
{
    programs_into "$1" perl
    # shellcheck disable=SC2046
    into "$1" $(perl -MIPC::SysV -MSocket -MFcntl -e 'require "syscall.ph";
        print "$_\n" for values %INC, @DynaLoader::dl_shared_objects')
}

# shell_into ROOT - a shell, and small programs for it; in /bin, so that others go before them
shell_into()
{
    local name
    mkdir -p "$1/bin" "$1/usr/bin" "$1/etc"
    cp "$(unpacked bash-static)/bin/bash-static" "$1/bin/bash"
    cp "$(unpacked busybox-static)/bin/busybox" "$1/bin/busybox"
    for name in $("$1/bin/busybox" --list); do
        [ -e "$1/bin/$name" ] || ln -s busybox "$1/bin/$name"
    done
    ln -s ../../bin/busybox "$1/usr/bin/env" # of which scripts are sure where it is
    printf '%s\n' root:x:0:0::/:/bin/sh nobody:x:65534:65534::/:/bin/sh >"$1/etc/passwd"
    printf '%s\n' root:x:0: nogroup:x:65534: >"$1/etc/group"
}

# bats_into ROOT FILE.. - bats, which is scripts, and what its preprocessor makes of these files:
# in the machine that would take as long as to run them
bats_into()
{
    local root=${BATS_LIBEXEC%/libexec/bats-core} file
    into "$1" "$root/bin/bats" "$root"/lib/bats-core/* "$root"/libexec/bats-core/*
    printf '#!/bin/sh\nexec cat "$1.preprocessed"\n' >"$1$root/libexec/bats-core/bats-preprocess"
    for file in "${@:2}"; do
        "$BATS_LIBEXEC/bats-preprocess" "$file" >"$file.preprocessed"
    done
}

# applets_into ROOT PROGRAM - the program in /usr/bin, and a link for each applet
applets_into()
{
    local applet
    mkdir -p "$1/usr/bin"
    cp "$2" "$1/usr/bin/shmbox"
    for applet in $("$2" --list); do
        ln -s shmbox "$1/usr/bin/$applet"
    done
}

# pack ROOT - an image of it to standard output; images may be joined. It is not compressed: the
# machine would take longer to unpack it than qemu takes to read it.
pack()
{
    (cd "$1" && find . -print0 | LC_ALL=C sort -z | cpio --null -o -H newc --owner=0:0 --reproducible --quiet)
}

# bats_above - the processes of bats above this one, and what runs them, one pid a line
bats_above()
{
    local pid=$$ stat
    while stat=$(cat "/proc/$pid/stat" 2>/dev/null); do
        read -r _ pid _ <<<"${stat##*) }"
        [[ $pid -gt 1 && $(tr '\0' ' ' <"/proc/$pid/cmdline") == *bats* ]] || break
        echo "$pid"
    done
}

# all_alive PID..
all_alive()
{
    local pid
    for pid; do
        kill -0 "$pid" 2>/dev/null || return
    done
}

# boot IMAGE [ARGUMENT].. - boots the image; the arguments are the kernel's, and those in the array devices
# qemu's. Programs are at the same
# address each time: otherwise qemu would translate them anew for each process, and take twice as long.
# What the kernel does for security alone, and instructions that qemu does byte by byte, are left out.
boot()
{
    local image=$1 quick="nokaslr lsm= init_on_alloc=0"
    shift
    run_machine qemu-system-x86_64 -accel tcg -cpu max,la57=off,erms=off -m 512 -kernel "$kernel" -initrd "$image" \
        -append "console=ttyS0 quiet panic=-1 norandmaps mitigations=off $quick $*" -nodefaults -display none -no-reboot \
        "${devices[@]}" -serial stdio -monitor none
}

# run_machine CMD.. - runs qemu; what the machine writes to the serial line is in the file serial, without
# carriage returns.
#
# The machine ends with its test: the kernel kills qemu if the shell of the test dies, and this
# shell does if one of the array above, processes of bats, has died.
run_machine()
{
    local idle
    setpriv --pdeathsig KILL timeout --foreground --signal KILL "${SHMBOX_LIMIT:-3000}" \
        setpriv --pdeathsig KILL "$@" </dev/null >serial.new 3>&- &
    machine=$!
    exec {idle}<> <(:)
    while all_alive "$machine" "${above[@]}"; do
        read -r -t 1 -u "$idle" || :
    done
    exec {idle}>&-
    end_machine
    tr -d '\r' <serial.new >serial
}

# The machine is ended, if it is there.
end_machine()
{
    [ -n "${machine-}" ] || return 0
    kill -KILL "$machine" 2>/dev/null || :
    wait "$machine" 2>/dev/null || :
    machine=
}

# between WORD FILE - what it said between the lines "BEGIN WORD" and "END WORD"; fails if there
# is no end
between()
{
    awk -v word="$1" '
        $0 == "END " word { ended = 1; on = 0 }
        on
        $0 == "BEGIN " word { on = 1 }
        END { exit !ended }' "$2" || {
        echo "the machine did not come to the end of: $1"
        tail -n 20 "$2"
        return 1
    }
}
