# SPDX-License-Identifier: MIT
# A real kernel with nothing but an initramfs: the release program, its links and a shell, and
# then the images that Debian's two makers of them make. qemu emulates the machine.
#
# A test takes a second there, so those run that are tagged initramfs: of each applet what meets
# the kernel in another way. Their judges require perl, jq and more, which are in the image too.
# One boot runs them twice: without /proc, and then with it.
# runs against: glibc
# needs: release
# labels: unprivileged

setup_file()
{
    load ../lib/guest
    export chain
    chain=$(bats_above | tr '\n' ' ')
}

setup()
{
    bats_require_minimum_version 1.8.0
    load ../lib/portable
    load ../lib/guest
    release=$SHMBOX_SOURCE/build/release/bin/shmbox
    [ "$(uname -m)" = x86_64 ] || skip "the machine that is emulated is that of x86_64"
    guest_kernel
    # shellcheck disable=SC2034 # for boot
    read -r -a above <<<"$chain"
    cd "$BATS_TEST_TMPDIR" || return
}

teardown()
{
    end_machine
}

# The image with the tests.
make_image()
{
    local root=$PWD/root
    shell_into "$root"
    applets_into "$root" "$release"
    perl_into "$root"
    programs_into "$root" awk comm find flock getconf hexdump ipcmk ipcrm ipcs jq lsipc nsenter prlimit script setpriv unshare
    # shellcheck disable=SC2046 # file names without blanks
    marked_source "$root/source" $(marked_files)
    bats_into "$root" "$root"/source/tests/*/*.bats
    cp "$SHMBOX_SOURCE/tests/places/guest-init.sh" "$root/init"
    pack "$root" >image
}

# booted WORD - the tests pass in the guest; the first test that calls this boots the image
booted()
{
    local said=$BATS_FILE_TMPDIR/said
    if [ ! -e "$said" ]; then
        make_image
        boot image hugepages=8
        mv serial "$said"
    fi
    between "$1" "$said" >tap
    echo "# $(grep "^$1: up for" "$said")" >&3
    verdict "$2" tap
}

@test "every applet has tests that run in an initramfs" {
    for applet in shmbox $("$release" --list); do
        # without /proc, its only output is that facts are unknown: see no-proc.bats
        [ "$applet" != shmreap ] || continue
        [ "$(grep -c '^# bats test_tags=initramfs$' "$SHMBOX_SOURCE/tests/applets/$applet.bats")" -ge 2 ] || {
            echo "$applet.bats: which of its tests meet the kernel? tag them: # bats test_tags=initramfs"
            return 1
        }
    done
}

@test "in an initramfs without /proc the suite passes" {
    booted no-proc "guest no-proc"
}

@test "in an initramfs with /proc the suite passes, including huge pages" {
    booted proc guest
    # with pages of the pool that the kernel created at the boot
    grep -q '^ok .* a segment of huge pages is written, read, held and removed like any other$' tap
}

# ---- by hand ----

# boots_as_said FILE INITRD - boots as the command lines in FILE say: one sets $boot, the last runs qemu. They
# have the kernel and INITRD of this test in place of those of /boot.
boots_as_said()
{
    local boot
    eval "$(grep '^boot=' "$1")"
    [ -n "$boot" ]
    eval "run_machine $(awk '/^qemu/ { found = 1 } found' "$1" |
        sed "s|/boot/vmlinuz-\$(uname -r)|$kernel|; s|/boot/initrd.img-\$(uname -r)|$2|")"
}

@test "README: an initramfs made by hand boots" {
    load ../lib/helper
    export PATH
    PATH=$(unpacked busybox-static)/bin:$PATH
    mkdir -p build/release/bin
    cp "$release" build/release/bin
    readme "In an initramfs" >shown
    sed -n 's/^\$ //p' shown >commands
    grep -vE '^(boot=|qemu)' commands | bash -e
    gzip -dc build/initramfs.gz | cpio --quiet --list >packed
    for applet in $("$release" --list); do grep -qx "bin/$applet" packed; done
    boots_as_said commands build/initramfs.gz
    # the machine's firmware speaks before the kernel, and the kernel after the applets
    wanted=$(sed '1,/^\$ qemu/d' shown | as_pattern)
    like "printed" "*$wanted*" "$(<serial)"
}

# page_shows WORD - the display of shmbox(1), section INITRAMFS, that has this word
page_shows()
{
    awk '/^\.Sh/ { inside = $2 == "INITRAMFS" } /^\.Ed/ { shown = 0; printf "\f" } inside && shown
        /^\.Bd -literal/ { shown = 1 }' "$SHMBOX_SOURCE/man/shmbox.1" | sed 's/\\-/-/g; s/\\e/\\/g' |
        awk -v RS='\f' -v word="$1" 'index($0, word)' | sed "s|/usr/bin/shmbox|$release|"
}

@test "shmbox(1): an image with nothing but the program boots" {
    page_shows cpio >made-so
    bash -e made-so 2>log
    page_shows qemu | sed 's|/usr/bin/shmlimits|/bin/shmlimits|' >booted-so
    boots_as_said booted-so image.gz
    grep -q 'shmmni: 4096$' serial
    # without /proc
    grep -q '^rmid_forced: ?$' serial
}

# facts_of_segments - what the kernel says of each segment, and the sum of the pages with data, as perl reads
# them: if it read holes, they would get memory
facts_of_segments()
{
    awk 'NR > 1 { print $1, $2, $3, $4, $8, $9, $15 }' /proc/sysvipc/shm | while read -r key id perms size uid gid rss; do
        [ "$size" -gt 1000000 ] && data=41943040 || data=0
        [ "$rss" = 0 ] || data="$data $(perl -e 'shmread($ARGV[0], $b, $ARGV[1], $ARGV[2]) or die "$!\n"; print $b' "$id" "$data" "$rss" | cksum)"
        echo "key $key perms $perms size $size owner $uid:$gid resident $rss data at $data"
    done | sort
}

@test "shmrestore(1): segments are on a disk when the machine is switched off, and back after the next boot" {
    command -v mke2fs >/dev/null || skip "needs mke2fs"
    load ../lib/helper
    local root=$PWD/root
    shell_into "$root"
    applets_into "$root" "$release"
    perl_into "$root"
    programs_into "$root" awk cksum
    cp "$SHMBOX_SOURCE/package/segments.init" "$root/usr/bin"
    mkdir "$root/dev" "$root/mnt" "$root/proc"
    # the script of the page; "work" makes segments at the first boot, and at each describes them
    awk '/^\.Ss/ { inside = /After a reboot/ } /^\.Ed/ { shown = 0 } inside && shown; /^\.Bd -literal/ { shown = 1 }' \
        "$SHMBOX_SOURCE/man/shmrestore.1" | sed 's/\\-/-/g' >"$root/init"
    {
        echo '#!/bin/bash'
        declare -f facts_of_segments
        cat <<-'END'
		mount -t proc none /proc
		exec </dev/console >/dev/console 2>&1
		segments=$(shmls --ids)
		[ -n "$segments" ] || {
		    head -c 5000 /dev/urandom | shmcreate --key 0x5432 --mode 640 --owner 65534:100 --input - 70001
		    head -c 4096 /dev/urandom | shmwrite --offset 40M "$(shmcreate --lock 64M)"
		    shmcreate --mode 0 4097
		} >/dev/null
		echo "BEGIN segments"
		facts_of_segments
		echo "END segments"
		[ -z "$segments" ] || ls -1 /mnt
		END
    } >"$root/usr/bin/work"
    chmod a+x "$root/init" "$root/usr/bin/work"
    pack "$root" >image
    truncate -s 16M disk
    mke2fs -q -t ext4 disk
    # shellcheck disable=SC2034,SC2054 # for boot; one word of qemu has commas
    devices=(-drive if=none,id=disk,format=raw,file=disk -device nvme,drive=disk,serial=1)
    boot image
    between segments serial >before
    like "segments" "key 0 perms 0 size 4097 owner 0:0 resident 0 data at 0
key 0 perms 2600 size 67108864 owner 0:0 resident * data at 41943040 * 4096
key 21554 perms 640 size 70001 owner 65534:100 resident 8192 data at 0 * 8192" "$(<before)"
    boot image
    between segments serial | diff before -
    grep -qx 'segments.tar.restored' serial
}

# ---- tools that create an initramfs ----

# installed CMD.. - runs a shell function where the program and its hooks are installed, and
# this kernel, though they are not: in a mount namespace
installed()
{
    unshare --mount true 2>/dev/null || skip "needs to be root, to install something for a moment"
    export kernel modules release layer=$BATS_TEST_TMPDIR/layer
    export -f installed_here by_initramfs_tools by_dracut
    mkdir "$layer"
    unshare --mount bash -e -c 'installed_here && "$@"' bash "$@"
}

installed_here()
{
    mount -t tmpfs none "$layer"
    mkdir "$layer/upper" "$layer/work"
    mount -t overlay none -o "lowerdir=/usr,upperdir=$layer/upper,workdir=$layer/work" /usr
    mount --bind "${kernel%/*}" /boot
    mkdir -p "/usr/lib/modules/${modules##*/}"
    mount --bind "$modules" "/usr/lib/modules/${modules##*/}"
    install "$release" /usr/bin/shmbox
    install -D "$SHMBOX_SOURCE/package/initramfs-tools-hook" /usr/share/initramfs-tools/hooks/shmbox
    install -D "$SHMBOX_SOURCE/package/dracut-module-setup.sh" /usr/lib/dracut/modules.d/95shmbox/module-setup.sh
}

# without modules, of which there are thousands
by_initramfs_tools()
{
    cp -r /etc/initramfs-tools "$layer/conf"
    printf '%s\n' MODULES=list COMPRESS=zstd COMPRESSLEVEL=1 >>"$layer/conf/initramfs.conf"
    mkinitramfs -d "$layer/conf" -o "$1" "$2"
}

by_dracut()
{
    dracut --quiet --no-hostonly --no-kernel --no-early-microcode --no-compress --modules "base shmbox" "$1" "$2"
}

# does_its_work - the image "made" has a shell and every applet, and these work
does_its_work()
{
    mkdir extra
    cat >extra/check <<-'END'
	#!/bin/sh
	export PATH=/usr/bin:/bin:/usr/sbin:/sbin
	mount -t devtmpfs none /dev
	exec >/dev/console 2>&1
	echo "BEGIN image"
	for applet in $(shmbox --list); do
	    "$applet" --version >/dev/null && echo "$applet"
	done
	id=$(shmcreate 64K)
	echo "from an initramfs" | shmwrite "$id"
	shmcat --length 17 "$id"
	echo
	shmls --bytes --noheadings --output size,perms
	shmrm "$id"
	shmls --ids
	echo "END image"
	[ -d /proc ] || mkdir /proc
	mount -t proc none /proc
	echo o >/proc/sysrq-trigger
	sleep 60
	END
    chmod +x extra/check
    { pack extra && cat made; } >joined
    boot joined rdinit=/check
    { "$release" --list; echo "from an initramfs"; echo "65536  rw-------"; } >wanted
    between image serial | diff wanted -
}

@test "the hook of initramfs-tools puts every applet into an image, which boots" {
    command -v mkinitramfs || skip "needs initramfs-tools"
    installed by_initramfs_tools "$PWD/made" "$version"
    does_its_work
    page_shows qemu >booted-so
    boots_as_said booted-so made
    grep -q 'shmmni: 4096$' serial
}

@test "the module of dracut puts every applet into an image, which boots" {
    command -v dracut || skip "needs dracut"
    installed by_dracut "$PWD/made" "$version"
    does_its_work
}
