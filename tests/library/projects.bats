# SPDX-License-Identifier: MIT
# the library in projects of others: as a subproject, and by find_package()
# runs against: glibc
# labels: offline unprivileged

setup_file()
{
    export tree=$BATS_FILE_TMPDIR/tree
    for component in library development; do
        cmake --install "$SHMBOX_BUILD" --prefix "$tree" --component $component >>"$BATS_FILE_TMPDIR/install.log"
    done
}

setup()
{
    load ../lib/helper
    common_setup
}

teardown() { common_teardown; }

# The CMakeLists.txt of a program with these words after find_package(shmbox), or with the
# source as a subproject if there are none.
user_project()
{
    mkdir -p "$1"
    cp "$SHMBOX_SOURCE/examples/shmbox_attach.c" "$1/user.c"
    cat >"$1/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.21)
project(user LANGUAGES C)
$2
add_executable(user user.c)
target_link_libraries(user shmbox::shmbox)
END
}

# Configures and builds it.
make_user()
{
    cmake -G Ninja -S "$1" -B "$1/build" -DCMAKE_PREFIX_PATH="$tree" "${@:2}" >log 2>&1 &&
        cmake --build "$1/build" >>log 2>&1
}

@test "as a subproject, the library is built for the targets that use it, and nothing else is" {
    user_project sub "add_subdirectory($SHMBOX_SOURCE shmbox)"
    make_user sub
    succeeds sub/build/user
    same "targets" "" "$(cmake --build sub/build --target help | grep -E '^(uninstall|cli|applets|fuzz|test)[: ]' || true)"
    [ ! -e sub/build/bin ]
    same "shared libraries" "" "$(find sub -name '*.so*')"
    DESTDIR=$PWD/root cmake --install sub/build >log
    same "installed" "" "$(find root -type f 2>/dev/null)"

    make_user sub -DBUILD_SHARED_LIBS=ON
    succeeds sub/build/user
    like "needs" "*libshmbox.so*" "$(readelf -d sub/build/user)"
    user_project fetched "include(FetchContent)
FetchContent_Declare(shmbox SOURCE_DIR $SHMBOX_SOURCE)
FetchContent_MakeAvailable(shmbox)"
    make_user fetched
    succeeds fetched/build/user
}

@test "the shared and the static library have export sets of their own" {
    cp -a "$tree" whole
    tree=$PWD/whole
    cmakes=$(dirname "$(find whole -name shmboxConfig.cmake)")
    user_project both "find_package(shmbox REQUIRED COMPONENTS shared static)"
    make_user both
    like "needs" "*libshmbox.so*" "$(readelf -d both/build/user)"

    rm "$cmakes"/shmbox-shared*.cmake "$(dirname "$(find whole -name libshmbox.a)")"/libshmbox.so*
    run -1 make_user both
    grep -q "the shared library is not installed" log
    user_project static "find_package(shmbox REQUIRED)"
    make_user static
    same "needs" "" "$(readelf -d static/build/user | grep -o 'libshmbox.so' || true)"
    succeeds static/build/user
}
