# SPDX-License-Identifier: MIT
# cmake --install and its removal: the installed files, and that they work in place
# runs against: glibc
# needs: release
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    common_setup
    [ -e "$SHMBOX_SOURCE/build/release/build.ninja" ] || skip "build/release is not there: ./dev test makes it"
    # a separate build directory: the installed files of the real one belong to the user
    build=$BATS_FILE_TMPDIR/build
    [ -e "$build/build.ninja" ] || cmake -G Ninja -S "$SHMBOX_SOURCE" -B "$build" >"$BATS_FILE_TMPDIR/log"
    cmake --build "$build" >>"$BATS_FILE_TMPDIR/log"
}

teardown() { common_teardown; }

# Everything below a directory, one path on a line.
tree()
{
    (cd "$1" && find . ! -name . | sort)
}

# works PREFIX - the installed program, its links, pages, completions, and the library
works()
{
    local prefix=$1 applet libdir
    libdir=$(dirname "$(dirname "$(find "$prefix" -name shmbox.pc)")")
    prints "$(shmbox --version)" "$prefix/bin/shmbox" --version
    for applet in $(shmbox --list); do
        succeeds "$prefix/bin/$applet" --help
        [ -e "$prefix/share/bash-completion/completions/$applet" ]
        [ -e "$prefix/share/fish/vendor_completions.d/$applet.fish" ]
        like "page of $applet" "*$applet*" "$(MANPATH=$prefix/share/man man -w "$applet")"
    done
    for name in pod.yaml shmreap.cron shmreap.service shmreap.timer; do
        cmp "$SHMBOX_SOURCE/package/$name" "$prefix/share/doc/shmbox/examples/$name"
    done
    for name in shmbox-{metrics.service,metrics.timer,rules.yml,daemonset.yaml} shmbox.containerfile check_shm; do
        cmp "$SHMBOX_SOURCE/package/$name" "$prefix/share/doc/shmbox/examples/$name"
    done
    grep -q '^#compdef shmbox ' "$prefix"/share/zsh/*/_shmbox
    for name in libshmbox shmbox_create shmbox_remove shm-columns shmbox-containers shmbox-fleet shmbox-from-shmtool; do
        MANPATH=$prefix/share/man man "$name" >page
        grep -q "[A-Za-z]" page
    done
    # pkg-config writes a blank in a path for a shell to read; below DESTDIR the prefix is another one
    eval "flags=($(PKG_CONFIG_PATH=$libdir/pkgconfig pkg-config --define-variable=prefix="${prefix// /\\ }" \
        --cflags --libs shmbox))"
    gcc -o user "$SHMBOX_SOURCE/examples/shmbox_attach.c" "${flags[@]}" -Wl,-rpath,"$libdir"
    succeeds ./user
    like "printed" "hello*" "$output"
}

@test "installs into any prefix, and uninstalls every file and directory" {
    for prefix in "$PWD/a prefix" "$PWD/deep/er"; do
        cmake --install "$build" --prefix "$prefix" >log
        works "$prefix"
        cmake --build "$build" --target uninstall >log
        [ ! -e "$prefix" ]
    done
    [ ! -e "$PWD/deep" ]
}

@test "below DESTDIR, for a package, and nothing anywhere else" {
    DESTDIR=$PWD/root cmake --install "$build" --prefix /usr >log
    works "$PWD/root/usr"
    same "beside usr" "./usr" "$(tree root | grep -v '^./usr/')"
    same "links that lead out" "" "$(find root -type l -lname '/*')"
    cmake --build "$build" --target uninstall >log
    [ ! -e root ] || same "left" "" "$(tree root)"
}

@test "files of others stay, and so do directories that existed" {
    mkdir -p local/bin local/share/man/man1
    echo theirs >local/bin/theirs
    tree local >before-install
    cmake --install "$build" --prefix "$PWD/local" >log
    echo theirs >local/share/zsh/theirs
    cmake --build "$build" --target uninstall >log
    same "left" "$(sort before-install - <<<$'./share/zsh\n./share/zsh/theirs')" "$(tree local)"
    rm -r local/share/zsh
}

@test "a second installation over the first one changes nothing, and is uninstalled as a whole" {
    cmake --install "$build" --prefix "$PWD/twice" >log
    tree twice >first
    cmake --install "$build" --prefix "$PWD/twice" >log
    same "files" "$(<first)" "$(tree twice)"
    cmake --build "$build" --target uninstall >log
    [ ! -e twice ]
    cmake --build "$build" --target uninstall >log # nothing to do is no error
}

@test "the static build installs the program, and no library for another libc" {
    DESTDIR=$PWD/root cmake --install "$SHMBOX_SOURCE/build/release" --prefix /usr >log
    [ -x root/usr/bin/shmbox ]
    [ -e root/usr/share/man/man1/shmcat.1 ]
    # dracut has its modules in lib, for whatever machine
    same "of a library" "" "$(tree root | grep -E '/(lib|include|man3)(/|$)' | grep -vE '^\./usr/lib(/dracut.*)?$' || true)"
}
