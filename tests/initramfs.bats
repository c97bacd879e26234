# A real kernel with nothing but an initramfs: the release program, its links and a shell, and
# then the images that Debian's two makers of them make. qemu emulates the machine.
#
# In there a test takes a second, so it is those that are tagged initramfs: of each applet what
# meets the kernel in another way. Their judges want perl, jq and more, which is why these
# are in the image too.
# runs against: glibc
# needs: release

setup_file()
{
    export image=$BATS_FILE_TMPDIR/image root=$BATS_FILE_TMPDIR/root
}

setup()
{
    bats_require_minimum_version 1.8.0
    load portable
    load guest
    release=$SHMBOX_SOURCE/build/release/bin/shmbox
    [ "$(uname -m)" = x86_64 ] || skip "the machine that is emulated is that of x86_64"
    guest_kernel
    said=$BATS_TEST_TMPDIR/said
}

# The image with the tests, which both of its boots want.
make_image()
{
    [ ! -e "$image" ] || return 0
    shell_into "$root"
    applets_into "$root" "$release"
    perl_into "$root"
    programs_into "$root" awk comm find flock getconf hexdump ipcmk ipcrm ipcs jq lsipc nsenter prlimit script setpriv unshare
    bats_into "$root"
    mkdir "$root/source"
    cp -r "$SHMBOX_SOURCE/tests" "$root/source"
    cp "$SHMBOX_SOURCE/tests/guest-init.sh" "$root/init"
    pack "$root" >"$image"
}

# booted WORD - the tests pass in there
booted()
{
    make_image
    # shellcheck disable=SC2046 # file names without blanks
    boot "$image" hugepages=8 -- "$1" $(marked_files) >"$said"
    between tests "$said" >"$BATS_TEST_TMPDIR/tap"
    echo "# $1: $(grep '^up for' "$said")" >&3
    verdict "guest $1" "$BATS_TEST_TMPDIR/tap"
}

@test "every applet has tests that run in an initramfs" {
    for applet in shmbox $("$release" --list); do
        # without /proc all that it has to say is that nothing is known: no-proc.bats has that
        [ "$applet" != shmreap ] || continue
        [ "$(grep -c '^# bats test_tags=initramfs$' "$SHMBOX_SOURCE/tests/$applet.bats")" -ge 2 ] || {
            echo "$applet.bats: which of its tests meet the kernel? tag them: # bats test_tags=initramfs"
            return 1
        }
    done
}

@test "in an initramfs without /proc the suite passes" {
    booted no-proc
}

@test "in an initramfs with /proc the suite passes, huge pages and all" {
    booted proc
    # with pages of the pool that the kernel made when it was started
    grep -q '^ok .* a segment of huge pages is written, read, held and removed like any other$' "$BATS_TEST_TMPDIR/tap"
}

# ---- what makes an initramfs ----

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
    mkdir -p /usr/lib/modules
    cp -r "$modules" /usr/lib/modules
    install "$release" /usr/bin/shmbox
    install -D "$SHMBOX_SOURCE/package/initramfs-tools-hook" /usr/share/initramfs-tools/hooks/shmbox
    install -D "$SHMBOX_SOURCE/package/dracut-module-setup.sh" /usr/lib/dracut/modules.d/95shmbox/module-setup.sh
}

# without modules, of which there are thousands
by_initramfs_tools()
{
    cp -r /etc/initramfs-tools "$layer/conf"
    echo MODULES=list >>"$layer/conf/initramfs.conf"
    mkinitramfs -d "$layer/conf" -o "$1" "$2"
}

by_dracut()
{
    dracut --quiet --no-hostonly --no-kernel --no-early-microcode --modules "base shmbox" "$1" "$2"
}

# does_its_work - the image "made" has a shell and every applet, and these do their work
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
	mount -t proc none /proc
	echo o >/proc/sysrq-trigger
	sleep 60
	END
    chmod +x extra/check
    { cat made && pack extra; } >joined
    boot joined rdinit=/check >"$said"
    { "$release" --list; echo "from an initramfs"; echo "65536  rw-------"; } >wanted
    between image "$said" | diff wanted -
}

@test "the hook of initramfs-tools puts every applet into an image, which is booted" {
    command -v mkinitramfs || skip "needs initramfs-tools"
    cd "$BATS_TEST_TMPDIR"
    installed by_initramfs_tools "$PWD/made" "$version"
    does_its_work
}

@test "the module of dracut puts every applet into an image, which is booted" {
    command -v dracut || skip "needs dracut"
    cd "$BATS_TEST_TMPDIR"
    installed by_dracut "$PWD/made" "$version"
    does_its_work
}
