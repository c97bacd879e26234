# SPDX-License-Identifier: MIT
# the ABI gate: what it accepts is what the version announces, and nothing else
# runs against: glibc
# labels: offline unprivileged

setup()
{
    load ../lib/helper
    common_setup
    for tool in abidw abidiff gcc; do
        command -v $tool >/dev/null || skip "$tool is not installed"
    done
    mkdir -p tree/core tree/debian
    cp -R "$SHMBOX_SOURCE/include" "$SHMBOX_SOURCE/tools" tree
    mkdir tree/package
    cp -R "$SHMBOX_SOURCE/package/abi" tree/package
    cp "$SHMBOX_SOURCE/core/libshmbox.map" tree/core
    cp "$SHMBOX_SOURCE"/debian/*.symbols tree/debian
    recorded=tree/package/abi/libshmbox.$(uname -m).abi
    header=tree/include/shmbox/shmbox.h
}

teardown() { common_teardown; }

# check - the comparison of this build with the record in tree
check() { tree/tools/abi.sh check "$SHMBOX_BUILD"; }

# version HEADER RECORD - the versions of the header and of the record
versions()
{
    sed -i "s/^#define SHMBOX_VERSION .*/#define SHMBOX_VERSION \"$1\"/" "$header"
    echo "$2" >tree/package/abi/version
}

# breaks SCRIPT - the recorded dump, changed by this script of sed, is another ABI
breaks()
{
    cp "$recorded" whole
    sed -i "$1" "$recorded"
    ! cmp -s whole "$recorded" || same "changed by sed" "something" "nothing: $1"
    run -1 check
    like "verdict" "*does not announce this*" "$output"
    cp whole "$recorded"
}

@test "the version map and Debian's symbols are those of the header: see ./dev abi" {
    tree/tools/abi.sh list
    diff "$SHMBOX_SOURCE/core/libshmbox.map" tree/core/libshmbox.map
    for file in "$SHMBOX_SOURCE"/debian/*.symbols; do
        diff "$file" "tree/debian/${file##*/}"
    done
    # what is linked has these versions
    readelf -W --dyn-syms "$SHMBOX_BUILD/lib/libshmbox.so" | grep -o 'shmbox_[a-z_0-9]*@@.*' | sed 's/@@/@/' | sort >linked
    sed -n 's/^ \(shmbox_[^ ]*\) .*/\1/p' tree/debian/*.symbols | sort | diff - linked
}

@test "the library has the ABI that is recorded: see ./dev abi" {
    run -0 check
    same "changes" "" "$output"
}

@test "a function that is gone or that has other types, and a struct of another size, are refused" {
    [ -e "$recorded" ] || skip "no record of this architecture"
    breaks "s/'shmbox_remove'/'shmbox_gone'/g"
    breaks "/class-decl name='shmbox_map'/s/size-in-bits='[0-9]*'/size-in-bits='1024'/"
    other=$(sed -n "s/.*<type-decl name='char' .* id='\([^']*\)'.*/\1/p" "$recorded" | head -n 1)
    breaks "/function-decl name='shmbox_remove'/,/<.function-decl>/s/<return type-id='[^']*'/<return type-id='$other'/"
}

@test "a constant that has another value, is gone or is new is refused" {
    sed -i 's/^\(SHMBOX_ALL\) .*/\1 -1/' tree/package/abi/constants
    run -1 check
    like "output" "*constant gone or changed: SHMBOX_ALL -1*constant new or changed: SHMBOX_ALL -*" "$output"
    sed -i '/^SHMBOX_ALL /d' tree/package/abi/constants
    run -1 check
    like "output" "*constant new or changed: SHMBOX_ALL -*" "$output"
}

@test "another soname announces every change, and from 1.0 on another minor number an addition" {
    echo "SHMBOX_GONE 1" >>tree/package/abi/constants
    versions 0.3.0 0.2.9
    run -0 check
    versions 2.0.0 1.9.9
    run -0 check
    versions 1.3.0 1.2.0
    run -1 check
    like "output" "*constant gone or changed: SHMBOX_GONE*" "$output"

    sed -i '/^SHMBOX_GONE /d; /^SHMBOX_ALL /d' tree/package/abi/constants
    mv "$recorded" elsewhere # it has the soname of today
    run -0 check
    versions 1.2.1 1.2.0
    run -1 check
}

@test "functions keep the node of the release that had them first" {
    versions 1.0.0 1.0.0
    sed -i 's/^SHMBOX_[0-9.]*/SHMBOX_1.0/' tree/core/libshmbox.map
    tree/tools/abi.sh list
    cp tree/core/libshmbox.map first
    versions 1.1.0 1.0.0
    echo 'SHMBOX_API int shmbox_brand_new(int id);' >>"$header"
    tree/tools/abi.sh list
    sed -n '/^SHMBOX_1.1/,$p' tree/core/libshmbox.map >second
    same "new node" $'SHMBOX_1.1 {\n\tglobal:\n\t\tshmbox_brand_new;\n} SHMBOX_1.0;' "$(<second)"
    same "old node" "$(sed 1,2d first)" "$(sed '1,2d; /^SHMBOX_1.1/,$d' tree/core/libshmbox.map)"
    grep -qx ' shmbox_brand_new@SHMBOX_1.1 1.1.0' tree/debian/libshmbox1.symbols
    grep -qx ' shmbox_remove@SHMBOX_1.0 1.0.0' tree/debian/libshmbox1.symbols
}
