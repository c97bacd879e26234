# SPDX-License-Identifier: MIT
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

# binary - the tarball of the program
binary() { echo "$packages/shmbox-$version-linux-$(uname -m).tar.gz"; }

@test "the tarball of the program works in every directory, and has the notices" {
    mkdir local
    tar -xzf "$(binary)" --strip-components=1 -C local
    cmp local/bin/shmbox "$SHMBOX_SOURCE/build/release/bin/shmbox"
    for applet in $(shmbox --list); do
        succeeds "local/bin/$applet" --help
        [ -e "local/share/man/man1/$applet.1" ]
    done
    cmp local/LICENSE "$SHMBOX_SOURCE/LICENSE"
    cmp local/share/doc/shmbox/COPYRIGHT.musl "$SHMBOX_SOURCE/package/COPYRIGHT.musl"
    for file in "$(binary)" "$packages/shmbox-$version.tar.gz"; do
        same "owners" 0/0 "$(tar -tzvf "$file" --numeric-owner | awk '{ print $2 }' | sort -u)"
    done
}

@test "the tarball of the sources has every file of the tree, and builds the library" {
    mkdir tree
    tar -xzf "$packages/shmbox-$version.tar.gz" --strip-components=1 -C tree
    if [ -e "$SHMBOX_SOURCE/.git" ]; then
        (cd "$SHMBOX_SOURCE" && git ls-files | sort) >wanted
        (cd tree && find . -type f -printf '%P\n' | sort) | comm -13 - wanted >missing
        same "missing files" "" "$(<missing)"
    fi
    cmake -G Ninja -S tree -B out >log
    cmake --build out --target libshmbox_static >log
    [ -e out/lib/libshmbox.a ]
}

@test "the list of parts (SPDX) names every source, with its sum and its licence" {
    command -v reuse >/dev/null || skip "reuse is not installed"
    local spdx=$packages/shmbox-$version.spdx
    mkdir tree
    tar -xzf "$packages/shmbox-$version.tar.gz" --strip-components=1 -C tree
    same "first line" "SPDXVersion: SPDX-2.1" "$(head -n 1 "$spdx")"
    # empty files are no parts; texts of licences are not either
    (cd tree && find . -type f -size +0 ! -name LICENSE ! -path ./.reuse/dep5 ! -path './debian/copyright' -exec sha1sum {} +) |
        sed 's/^\([0-9a-f]*\)  /\1 /' | sort >files
    awk '/^FileName: / { name = $2 } /^FileChecksum: SHA1: / { print $3, name }' "$spdx" | sort >parts
    same "not listed" "" "$(comm -23 files parts | grep -v '/COPYRIGHT.musl$' || true)"
    same "without a licence" "$(grep -c '^FileName: ' "$spdx")" "$(grep -c '^LicenseInfoInFile: MIT$' "$spdx")"
    grep -qx "DocumentName: shmbox-$version" "$spdx"
}

@test "every package has the version of the header" {
    same "debian/changelog" "$version" "$(sed -n '1s/.*(\(.*\)).*/\1/p' "$SHMBOX_SOURCE/debian/changelog")"
    grep -qx "Version: *$version" "$packages/shmbox.spec"
    grep -qx "pkgver=$version" "$packages/PKGBUILD"
    grep -qx "pkgver=$version" "$packages/APKBUILD"
    same "left to fill in" "" "$(grep -oE '@[A-Z0-9]+@' "$packages"/{shmbox.spec,PKGBUILD,APKBUILD} || true)"
    like "NEWS.md" "## $version (*" "$(grep -m 1 '^## ' "$SHMBOX_SOURCE/NEWS.md")"
    like "sums" "*$(sha256sum <"$packages/shmbox-$version.tar.gz" | cut -d ' ' -f 1)*" "$(<"$packages/PKGBUILD")"
    like "sums" "*$(sha512sum <"$packages/shmbox-$version.tar.gz" | cut -d ' ' -f 1)*" "$(<"$packages/APKBUILD")"
    [ ! -e "$packages/libshmbox0.2_${version}_$(dpkg --print-architecture).deb" ] || needs_debs
    shellcheck "$packages/PKGBUILD" "$packages/APKBUILD"
}

@test "lintian finds nothing" {
    needs_debs
    command -v lintian >/dev/null || skip "lintian is not installed"
    run lintian --allow-root --display-info --pedantic --fail-on error,warning,info,pedantic "$packages"/*.deb "$packages"/*.dsc
    same "tags" "" "$output"
    same "status" 0 "$status"
}

@test "the packages: a dynamic program, a static one without dependencies, the library, its development files" {
    needs_debs
    field() { dpkg-deb -f "$packages/$1_${version}_$architecture.deb" "$2"; }
    same "packages" 4 "$(find "$packages" -name '*.deb' | wc -l)"
    like "shmbox needs" "libc6 (>= *), libcap2 (>= *)" "$(field shmbox Depends)"
    same "shmbox-static needs" "" "$(field shmbox-static Depends)"
    like "built with" "musl (= *)" "$(field shmbox-static Built-Using)"
    like "the library needs" "libc6 (>= *)" "$(field libshmbox0.2 Depends)"
    like "building needs" "*libshmbox0.2 (= $version)*" "$(field libshmbox-dev Depends)"
    for package in shmbox shmbox-static libshmbox0.2 libshmbox-dev; do
        dpkg-deb -x "$packages/${package}_${version}_$architecture.deb" $package
    done
    # what dh_strip takes from programs is only a note of the compiler's
    strip --remove-section=.comment --remove-section=.note -o stripped "$SHMBOX_SOURCE/build/release/bin/shmbox"
    cmp shmbox-static/usr/bin/shmbox stripped
    grep -q "Rich Felker" shmbox-static/usr/share/doc/shmbox-static/copyright
    for package in shmbox shmbox-static; do
        [ -e $package/usr/share/zsh/vendor-completions/_shmbox ]
        for file in "$SHMBOX_SOURCE"/package/initramfs-tools-hook "$SHMBOX_SOURCE"/package/dracut-module-setup.sh; do
            find $package -type f -perm -111 -exec cmp -s "$file" {} \; -print | grep -q .
        done
    done
    # the program and the library that are shipped, and not only those that are built for tests
    for file in shmbox/usr/bin/shmbox "$(find libshmbox0.2 -name 'libshmbox.so.*.*.*')"; do
        readelf -dW "$file" | grep -q 'FLAGS.*NOW'
        readelf -lW "$file" | grep -qw GNU_RELRO
        nm -D "$file" | grep -q '_chk@'
        [ "$(uname -m)" != x86_64 ] || objdump -d "$file" | grep -qE 'or[bql] +\$0x0,.*\(%rsp\)'
        [ "$(uname -m)" != x86_64 ] || objdump -d "$file" | grep -q endbr64
    done
}

# ---- other distributions ----

# It takes half a minute, as the next one does.
# bats test_tags=all
@test "rpmbuild makes the packages of the spec, and rpmlint has no complaint but those of the builder" {
    command -v rpmbuild >/dev/null || skip "rpmbuild is not installed"
    mkdir -p rpm/SOURCES
    cp "$packages/shmbox-$version.tar.gz" rpm/SOURCES
    rpmbuild -ba --nodeps --define "_topdir $PWD/rpm" "$packages/shmbox.spec" >log 2>&1 || { tail -n 50 log; return 1; }
    same "packages" 6 "$(find rpm -name '*.rpm' | wc -l)"
    rpm2cpio rpm/RPMS/*/shmbox-static-*.rpm | bsdtar -xf -
    # a builder may strip it again
    strip --remove-section=.comment --remove-section=.note -o theirs usr/bin/shmbox-static
    strip --remove-section=.comment --remove-section=.note -o ours "$SHMBOX_SOURCE/build/release/bin/shmbox"
    cmp theirs ours
    find usr/share/licenses -name COPYRIGHT.musl | grep -q .
    command -v rpmlint >/dev/null || skip "rpmlint is not installed"
    # what a builder signs, compresses, strips and names; other names of licences; ldconfig is
    # called by file triggers; this program is static, and the other may have been started set-id
    cat >rpmlint.toml <<-'END'
	Filters = [
	    'no-(signature|packager-tag|group-tag|url-tag|buildroot-tag|documentation|major-in-name)',
	    'manpage-not-compressed', 'no-manual-page-for-binary', 'unstripped-binary-or-object', 'invalid-license',
	    'library-without-ldconfig', 'static-library-without-debuginfo', 'missing-hash-section',
	    'outside-libdir-files', 'shlib-policy-name-error', 'lib-package-without-%mklibname', 'requires-on-release',
	    'invalid-url Source0', 'hardcoded-library-path in %{_prefix}/lib/dracut',
	    'shmbox-static.* statically-linked-binary', 'missing-call-to-setgroups-before-setuid',
	]
	END
    run rpmlint --config rpmlint.toml rpm/RPMS/*/*.rpm rpm/SRPMS/*.rpm "$packages/shmbox.spec"
    same "complaints" "" "$(grep -E ': [EW]: ' <<<"$output" || true)"
    like "sum" "*6 packages and 1 specfiles checked; 0 errors, 0 warnings*" "$output"
}

# bats test_tags=all
@test "makepkg makes the packages of the PKGBUILD" {
    command -v makepkg >/dev/null && command -v pacman >/dev/null || skip "makepkg is not installed"
    mkdir arch
    cp "$packages/shmbox-$version.tar.gz" "$packages/PKGBUILD" arch
    as=()
    if [ "$(id -u)" = 0 ]; then
        chown -R 65534:65534 arch
        chmod a+x . "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test"
        as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    fi
    (cd arch && env -u CI "${as[@]}" env HOME="$PWD" makepkg --nodeps >log 2>&1) || { tail -n 50 arch/log; return 1; }
    for package in shmbox libshmbox shmbox-static; do
        bsdtar -tf arch/$package-"$version"-1-*.pkg.tar* >files
        grep -q "^usr/share/licenses/$package/LICENSE" files
    done
    grep -qx usr/bin/shmbox-static files
    grep -qx usr/share/licenses/shmbox-static/COPYRIGHT.musl files
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
    older shmbox-static
    files_there >files-before
    inside dpkg -i /debs/shmbox-static_0.0.1.deb >log
    [ -e "$bare/usr/share/doc/shmbox-static/old" ]
    start inside shmattach scratch:4K
    wait_until test -s out
    id=$(<out)

    inside dpkg -i "/debs/shmbox-static_${version}_$architecture.deb" >log
    [ ! -e "$bare/usr/share/doc/shmbox-static/old" ]
    same "verified" "" "$(inside dpkg --verify shmbox-static)"
    same "held during the upgrade" 1 "$(kernel_says "$id" nattch)"
    echo hello | inside shmwrite "$id"
    prints hello inside shmcat --length 6 "$id"
    for applet in $(shmbox --list); do
        succeeds inside "$applet" --help
        gzip -dc "$bare/usr/share/man/man1/$applet.1.gz" | grep -q "^\.Nm $applet"
    done
    end "$pid"
    gone "$id"

    inside dpkg --purge shmbox-static >log
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
    older libshmbox0.2
    older libshmbox-dev
    files_there >files-before
    inside dpkg -i /debs/libshmbox0.2_0.0.1.deb /debs/libshmbox-dev_0.0.1.deb >log
    inside dpkg -i "/debs/libshmbox0.2_${version}_$architecture.deb" "/debs/libshmbox-dev_${version}_$architecture.deb" >log
    same "installed" "$version $version" \
        "$(inside dpkg-query -W -f '${Version} ' libshmbox0.2 libshmbox-dev | sed 's/ $//')"
    [ ! -e "$bare/usr/share/doc/libshmbox0.2/old" ]
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

    inside dpkg --purge libshmbox-dev libshmbox0.2 >log
    files_there | diff files-before -
}
