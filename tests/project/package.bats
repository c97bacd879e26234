# packages: what is in them, that they are the same wherever they are made, and that they
# can be installed, used, upgraded and removed in a bare Debian
# runs against: glibc
# needs: package image
# labels: unprivileged

setup_file()
{
    packages=$("$SHMBOX_SOURCE/dev" package 2>"$BATS_FILE_TMPDIR/package.log" | tail -n 1)
    version=$(sed -n 's/^#define SHMBOX_VERSION "\(.*\)"/\1/p' "$SHMBOX_SOURCE/include/shmbox/shmbox.h")
    export packages version
}

teardown_file()
{
    [ ! -d "$BATS_FILE_TMPDIR/root0" ] || "$SHMBOX_SOURCE/tests/project/debian-root.sh" keep "$BATS_FILE_TMPDIR/root0"
    rm -rf "$BATS_FILE_TMPDIR"/root* "$BATS_FILE_TMPDIR"/copy
}

setup()
{
    load ../lib/helper
    common_setup
}

teardown() { common_teardown; }

needs_debs()
{
    command -v dh_builddeb >/dev/null || skip "debhelper is not installed"
    architecture=$(dpkg --print-architecture)
}

# A copy of the source, without what was built.
copy_source()
{
    mkdir -p "$1"
    tar -C "$SHMBOX_SOURCE" --exclude=./build --exclude=./.git -c . | tar -C "$1" -x
}

# needs_bare_root [PACKAGE..] - a bare Debian for the tests of this file, with these packages
needs_bare_root()
{
    [ "$(id -u)" = 0 ] || skip "needs root, for another root directory"
    command -v debootstrap >/dev/null || skip "debootstrap is not installed"
    needs_debs
    bare=$BATS_FILE_TMPDIR/root$#
    [ -d "$bare" ] || "$SHMBOX_SOURCE/tests/project/debian-root.sh" make "$bare" "$@" >log 2>&1 3>&- ||
        skip "no bare Debian to be had: $(tail -n 1 log)"
    mkdir -p "$bare/debs"
    cp "$packages"/*.deb "$bare/debs"
}

# inside CMD.. - runs a command there
inside()
{
    "$SHMBOX_SOURCE/tests/project/debian-root.sh" run "$bare" "$@" 3>&-
}

# Everything in the bare root but what dpkg and ldconfig write for themselves.
files_there()
{
    (cd "$bare" && find . -xdev \( -path ./var/lib/dpkg -o -path ./var/cache -o -path ./var/log -o -path ./debs \
        -o -path ./etc/ld.so.cache \) -prune -o -print | sort)
}

# older PACKAGE - the same package with version 0.0.1, and a file that no longer exists
older()
{
    dpkg-deb -R "$packages/$1_${version}_$architecture.deb" old
    sed -i -E "s/^Version: .*/Version: 0.0.1/; s/\(= $version\)/(= 0.0.1)/" old/DEBIAN/control
    echo old >"old/usr/share/doc/$1/old"
    dpkg-deb --root-owner-group -b old "$bare/debs/$1_0.0.1.deb" >log
    rm -r old
}

@test "./dev package prints the paths, and does not create the packages again" {
    find "$packages" -printf '%p %T@ %i\n' >first
    prints "$packages" bash -c '"$SHMBOX_SOURCE/dev" package 2>/dev/null'
    find "$packages" -printf '%p %T@ %i\n' | diff first -
    (cd "$packages" && sha256sum --check --quiet SHA256SUMS)
    same "not in the sums" SHA256SUMS "$(cd "$packages" && printf '%s\n' * | grep -vFf <(cut -c 67- SHA256SUMS))"
}

@test "the tarball works in every directory" {
    mkdir local
    tar -xzf "$packages"/shmbox-*.tar.gz --strip-components=1 -C local
    cmp local/bin/shmbox "$SHMBOX_SOURCE/build/release/bin/shmbox"
    for applet in $(shmbox --list); do
        succeeds "local/bin/$applet" --help
        [ -e "local/share/man/man1/$applet.1" ]
    done
    same "owners" 0/0 "$(tar -tzvf "$packages"/shmbox-*.tar.gz --numeric-owner | awk '{ print $2 }' | sort -u)"
}

@test "lintian finds nothing" {
    needs_debs
    command -v lintian >/dev/null || skip "lintian is not installed"
    run lintian --allow-root --display-info --pedantic --fail-on error,warning,info,pedantic "$packages"/*.deb
    same "tags" "" "$output"
    same "status" 0 "$status"
}

@test "three packages: the program, without dependencies; the library; the development files" {
    needs_debs
    field() { dpkg-deb -f "$packages/$1_${version}_$architecture.deb" "$2"; }
    same "packages" 3 "$(find "$packages" -name '*.deb' | wc -l)"
    same "shmbox needs" "" "$(field shmbox Depends)"
    like "built with" "musl (= *)" "$(field shmbox Built-Using)"
    like "the library needs" "libc6 (>= *)" "$(field libshmbox0 Depends)"
    like "building needs" "*libshmbox0 (= $version)*" "$(field libshmbox-dev Depends)"
    mkdir shmbox
    dpkg-deb -x "$packages/shmbox_${version}_$architecture.deb" shmbox
    # what dh_strip takes from programs is only a note of the compiler's
    strip --remove-section=.comment --remove-section=.note -o stripped "$SHMBOX_SOURCE/build/release/bin/shmbox"
    cmp shmbox/usr/bin/shmbox stripped
    [ -e shmbox/usr/share/zsh/vendor-completions/_shmbox ]
    for file in "$SHMBOX_SOURCE"/package/initramfs-tools-hook "$SHMBOX_SOURCE"/package/dracut-module-setup.sh; do
        [ ! -e "$file" ] || find shmbox -type f -perm -111 -exec cmp -s "$file" {} \; -print | grep -q .
    done
}

@test "made in another directory, time zone, language and umask, the packages are identical" {
    copy=$BATS_FILE_TMPDIR/copy/of
    copy_source "$copy"
    (umask 027 && env -u CI TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 "$copy/dev" package >log 2>&1 3>&-)
    "$copy/dev" image >>log 2>&1
    diff -r "$packages" "$copy/build/packages"
    diff -r "$("$SHMBOX_SOURCE/dev" image 2>/dev/null)" "$copy/build/image"
    cmp "$SHMBOX_SOURCE/build/release/bin/shmbox" "$copy/build/release/bin/shmbox"
}

@test "a bare Debian: the program is installed, used, upgraded while it is in use, and removed without a trace" {
    needs_bare_root
    older shmbox
    files_there >files-before
    inside dpkg -i /debs/shmbox_0.0.1.deb >log
    [ -e "$bare/usr/share/doc/shmbox/old" ]
    start inside shmattach scratch:4K
    wait_until test -s out
    id=$(<out)

    inside dpkg -i "/debs/shmbox_${version}_$architecture.deb" >log
    [ ! -e "$bare/usr/share/doc/shmbox/old" ]
    same "verified" "" "$(inside dpkg --verify shmbox)"
    same "held during the upgrade" 1 "$(kernel_says "$id" nattch)"
    echo hello | inside shmwrite "$id"
    prints hello inside shmcat --length 6 "$id"
    for applet in $(shmbox --list); do
        succeeds inside "$applet" --help
        gzip -dc "$bare/usr/share/man/man1/$applet.1.gz" | grep -q "^\.Nm $applet"
    done
    end "$pid"
    gone "$id"

    inside dpkg --purge shmbox >log
    files_there | diff files-before -
}

# It fetches compilers and builds, which takes half a minute.
# bats test_tags=all
@test "a bare Debian: ./dev demo works from scratch" {
    needs_bare_root
    copy_source "$bare/shmbox"
    [ ! -e "$bare/usr/bin/gcc" ] || skip "gcc is there already"
    inside /shmbox/dev demo >log 2>&1 </dev/null || { cat log; return 1; }
    grep -qx same log # the bytes that were read back
    inside /shmbox/dev build 2>/dev/null >out
    same "where it is" /shmbox/build/release/bin "$(tail -n 1 out)"
}

@test "a bare Debian: the library is installed, built with, upgraded and removed without a trace" {
    needs_bare_root gcc libc6-dev pkg-config cmake ninja-build
    older libshmbox0
    older libshmbox-dev
    files_there >files-before
    inside dpkg -i /debs/libshmbox0_0.0.1.deb /debs/libshmbox-dev_0.0.1.deb >log
    inside dpkg -i "/debs/libshmbox0_${version}_$architecture.deb" "/debs/libshmbox-dev_${version}_$architecture.deb" >log
    same "installed" "$version $version" \
        "$(inside dpkg-query -W -f '${Version} ' libshmbox0 libshmbox-dev | sed 's/ $//')"
    [ ! -e "$bare/usr/share/doc/libshmbox0/old" ]
    inside sh -c 'cd /tmp && gcc -o create /usr/share/doc/libshmbox-dev/examples/shmbox_create.c \
        $(pkg-config --cflags --libs shmbox)'
    prints $'program 1 made it\nprogram 2 found it' inside /tmp/create
    mkdir "$bare/tmp/project"
    cat >"$bare/tmp/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.13)
project(user LANGUAGES C)
find_package(shmbox REQUIRED)
add_executable(user /usr/share/doc/libshmbox-dev/examples/shmbox_attach.c)
target_link_libraries(user shmbox::shmbox)
END
    inside sh -c 'cd /tmp/project && cmake -G Ninja -B build && cmake --build build' >log
    succeeds inside /tmp/project/build/user
    [ -e "$bare/usr/share/man/man3/shmbox_remove.3.gz" ]
    rm -r "$bare/tmp/project" "$bare/tmp/create"

    inside dpkg --purge libshmbox-dev libshmbox0 >log
    files_there | diff files-before -
}
