# SPDX-License-Identifier: MIT
# the library as its users get it: installed, found by pkg-config, static and shared
# runs against: dev release threads
# labels: offline unprivileged

# Installs this build, and builds the program api with the installed files only, with
# the compiler and flags of the build: a sanitized library needs a sanitized program.
setup_file()
{
    export tree=$BATS_FILE_TMPDIR/tree
    # by their names: of the shipped build only the program is installed unasked
    for component in library development; do
        cmake --install "$SHMBOX_BUILD" --prefix "$tree" --component $component >>"$BATS_FILE_TMPDIR/install.log"
    done
    cp -R "$SHMBOX_SOURCE/tests/library/api" "$BATS_FILE_TMPDIR"
    PKG_CONFIG_PATH=$(dirname "$(find "$tree" -name shmbox.pc)")
    export PKG_CONFIG_PATH
    cd "$BATS_FILE_TMPDIR" || return
    # shellcheck disable=SC2046 # several flags
    (cd api && printf '%s\n' *.c | xargs -n 1 -P "$(nproc)" \
        "$SHMBOX_BUILD/cc" -std=gnu17 -O1 -g -Wall -Wextra -Wpedantic -Werror $(pkg-config --cflags shmbox) -c)
    # shellcheck disable=SC2046
    "$SHMBOX_BUILD/cc" -o api-shared api/*.o -pthread $(pkg-config --libs shmbox)
    # shellcheck disable=SC2046
    "$SHMBOX_BUILD/cc" -o api-static api/*.o -pthread $(pkg-config --libs-only-L shmbox) -Wl,-Bstatic -lshmbox -Wl,-Bdynamic
}

setup()
{
    load ../lib/helper
    common_setup
    libdir=$(pkg-config --variable=libdir shmbox)
    export LD_LIBRARY_PATH=$libdir
}

teardown() { common_teardown; }

# api TEST [PID] - with either kind of library, in a namespace without segments if $fresh is set
api()
{
    succeeds ${fresh:+fresh} "$BATS_FILE_TMPDIR/api-static" "$@"
    succeeds ${fresh:+fresh} "$BATS_FILE_TMPDIR/api-shared" "$@"
}

may_open_map_files()
{
    perl -e 'my ($name) = glob "/proc/self/map_files/*-*"; open my $file, "<", $name or exit 1'
}

@test "the shared program needs libshmbox.so.0.MINOR, the static one does not" {
    run -0 readelf -d "$BATS_FILE_TMPDIR/api-shared"
    like "needed" "*NEEDED*libshmbox.so.$(pkg-config --modversion shmbox | sed 's/^\(0\.[0-9]*\)\..*/\1/')]*" "$output"
    run -0 readelf -d "$BATS_FILE_TMPDIR/api-static"
    [[ $output != *libshmbox* ]]
}

@test "every global name in the archive begins with shmbox_" {
    # except symbols that the compiler adds to count lines or to find faults
    nm -g --defined-only "$libdir/libshmbox.a" | awk 'NF == 3 && $3 !~ /^(shmbox_|_)/ { print $3 }' >others
    same "names" "" "$(<others)"
}

@test "a program may have functions with any names that the core uses" {
    {
        echo '#include <stdlib.h>'
        sed -n 's/^#define \([a-z_]*\)(.*/void \1(void);\nvoid \1(void) { abort(); }/p' "$SHMBOX_SOURCE/core/symbols.h"
    } >names.c
    [ "$(grep -c abort names.c)" -ge 40 ]
    "$SHMBOX_BUILD/cc" -std=gnu17 -fno-builtin -Wall -Werror -c names.c
    # shellcheck disable=SC2046
    "$SHMBOX_BUILD/cc" -o api "$BATS_FILE_TMPDIR"/api/*.o names.o -pthread $(pkg-config --libs-only-L shmbox) -Wl,-Bstatic -lshmbox -Wl,-Bdynamic
    for test in moves_much_and_is_watched lists waits knows_limits; do
        succeeds ./api $test
    done
}

@test "pkg-config knows the name, version and directories of the library" {
    version=$(sed -n 's/#define SHMBOX_VERSION "\(.*\)"/\1/p' "$tree/include/shmbox/shmbox.h")
    prints "$version" pkg-config --modversion shmbox
    [ -e "$libdir/libshmbox.a" ]
    [ -e "$libdir/libshmbox.so" ]
    [ "$(pkg-config --variable=includedir shmbox)" -ef "$tree/include" ]
}

@test "the installed tree can be moved" {
    cp -a "$tree" moved
    export PKG_CONFIG_PATH=${PKG_CONFIG_PATH/$tree/$PWD/moved}
    pkg-config()
    {
        command pkg-config --define-variable=prefix="$PWD/moved" "$@"
    }
    [ "$(pkg-config --variable=includedir shmbox)" -ef moved/include ]
    # shellcheck disable=SC2046
    "$SHMBOX_BUILD/cc" -std=gnu17 -o api.o -c "$BATS_FILE_TMPDIR/api/api.c" $(pkg-config --cflags shmbox)
    # shellcheck disable=SC2046
    "$SHMBOX_BUILD/cc" -o api api.o $(find "$BATS_FILE_TMPDIR/api" -name '*.o' ! -name api.o) -pthread $(pkg-config --libs shmbox)
    LD_LIBRARY_PATH=$(pkg-config --variable=libdir shmbox) succeeds ./api creates
}

@test "the CMake package makes the library usable in a project" {
    mkdir project
    cp "$BATS_FILE_TMPDIR"/api/*.[ch] project
    cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.13)
project(user LANGUAGES C)
find_package(shmbox REQUIRED)
find_package(Threads REQUIRED)
file(GLOB sources *.c)
add_library(parts OBJECT ${sources})
target_link_libraries(parts shmbox::shmbox_static)
add_executable(user $<TARGET_OBJECTS:parts>)
target_link_libraries(user shmbox::shmbox_static Threads::Threads)
add_executable(user_shared $<TARGET_OBJECTS:parts>)
target_link_libraries(user_shared shmbox::shmbox Threads::Threads)
END
    cmake -G Ninja -S project -B project/build -DCMAKE_PREFIX_PATH="$tree" -DCMAKE_C_COMPILER="$SHMBOX_BUILD/cc" >log
    cmake --build project/build >>log
    succeeds project/build/user creates
    succeeds project/build/user_shared creates
}

@test "the header alone compiles as C and as C++, for every standard" {
    echo '#include <shmbox/shmbox.h>' >alone.c
    echo 'int main() { shmbox_spec spec = {}; spec.size = 1; return shmbox_would_fit(SHMBOX_CREATE, &spec); }' |
        cat alone.c - >alone.cc
    strict=(-Wall -Wextra -Wpedantic -Wconversion -Werror -I "$tree/include")
    gcc -std=gnu17 -Wshadow "${strict[@]}" -c alone.c -o alone.o
    gcc -std=c99 -D_XOPEN_SOURCE=700 "${strict[@]}" -c alone.c -o alone.o
    gcc -std=c17 -D_XOPEN_SOURCE=700 "${strict[@]}" -c alone.c -o alone.o
    g++ -std=c++11 -Wshadow "${strict[@]}" -c alone.cc -o alone.o
    g++ -std=c++17 -Wshadow "${strict[@]}" -c alone.cc -o alone.o
}

@test "no source uses the names with 64 that musl has removed" {
    run -1 grep -nwE '(off|loff|ino|blkcnt)64_t|(open|openat|l?f?stat|lseek|f?truncate|pread|pwrite|mmap|sendfile|readdir|fopen)64' \
        "$SHMBOX_SOURCE"/core/*.h "$SHMBOX_SOURCE"/core/*/*.[ch] "$SHMBOX_SOURCE"/applets/*.c "$SHMBOX_SOURCE"/cli/*.h "$SHMBOX_SOURCE"/cli/*/*.[ch]
    same "places" "" "$output"
}

@test "a C++ program links and runs" {
    [ "$SHMBOX_VARIANT" != release ] || {
        # there is no C++ library for musl here: what has to be right is the names
        echo '#include <shmbox/shmbox.h>
            int main() { return shmbox_remove(2147483646) == -2 ? 0 : 1; }' >user.cc
        g++ -fno-exceptions -fno-rtti -I "$tree/include" -c user.cc -o user.o
        nm -u user.o | grep -qw shmbox_remove
        return
    }
    echo '#include <shmbox/shmbox.h>
        int main() { return shmbox_remove(2147483646) == -2 ? 0 : 1; }' >user.cc
    # shellcheck disable=SC2046
    g++ $(sed -n 's/^CMAKE_C_FLAGS:STRING=//p' "$SHMBOX_BUILD/CMakeCache.txt") user.cc -o user \
        $(pkg-config --cflags --libs shmbox)
    succeeds ./user
}

# the output that an example documents at its end, as a pattern: .. stands for anything
promised()
{
    sed -n '/^\/\* prints: /,$ { s/^\/\* prints: //; s/^ \* //; s/ \*\/$//; p }' "$1" | sed 's/[][*?\]/\\&/g; s/\.\./*/g'
}

@test "the example of every manual page compiles without a warning, and prints what the page shows" {
    for example in "$SHMBOX_SOURCE"/examples/*.c; do
        name=$(basename "$example" .c)
        # as may_trace()
        [ "$SHMBOX_VARIANT/$name" != threads/shmbox_freeze ] || continue
        # shellcheck disable=SC2046
        "$SHMBOX_BUILD/cc" -std=c17 -D_XOPEN_SOURCE=700 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
            -o "$name" "$example" $(pkg-config --cflags --libs shmbox)
        succeeds fresh "./$name"
        [ -n "$(promised "$example")" ]
        like "$name" "$(promised "$example")" "$output"
    done
}

@test "README: in C" {
    mkdir path
    ln -s "$SHMBOX_BUILD/cc" path/cc
    ln -s "$SHMBOX_SOURCE/examples" .
    readme "In C" | as_script >script
    like "README" "$(readme "In C" | as_pattern)" "$(PATH=$PWD/path:$PATH fresh bash script 2>&1)"
}

@test "the example in README is a part of api.c, and short" {
    sed -n '/README: begin/,/README: end/p' "$SHMBOX_SOURCE/tests/library/api/api.c" | sed '1d;$d' >excerpt
    [ "$(wc -l <excerpt)" -gt 5 ]
    [ "$(wc -l <excerpt)" -le 12 ]
    awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$SHMBOX_SOURCE/README.md" >readme
    diff excerpt readme
}

@test "every test of the program api is run below" {
    "$BATS_FILE_TMPDIR/api-static" | sort >there
    sed -n 's/^    api \([a-z_0-9]*\)$/\1/p' "$BATS_TEST_FILENAME" | sort -u >here
    diff there here
}

@test "without memory, nothing is leaked, and -ENOMEM is returned" {
    local may=() yama=/proc/sys/kernel/yama/ptrace_scope
    ! may_open_map_files || may+=(borrow)
    [ "$SHMBOX_VARIANT" = threads ] || { [ -e $yama ] && [ "$(<$yama)" -ge 2 ]; } || may+=(freeze)
    # shellcheck disable=SC2046
    "$SHMBOX_BUILD/cc" -std=gnu17 -O1 -g -Wall -Wextra -Wpedantic -Werror -o api-memory "$SHMBOX_SOURCE"/tests/library/api-memory*.c \
        -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free,--wrap=fopencookie,--wrap=opendir \
        $(pkg-config --cflags --libs-only-L shmbox) -Wl,-Bstatic -lshmbox -Wl,-Bdynamic
    succeeds fresh ./api-memory "${may[@]}"
    # those that take memory were refused some
    for name in list holders held_by namespaces fopen walk copy dump restore receive_sparsely "${may[@]}"; do
        like "calls" "*$name [1-9]*" "$output"
    done
}

# ---- what ghetzel/shmtool offers: Create, Open, OpenSegment, Attach, Detach, ReadChunk,
# ---- Read, Write, Seek, Reset, Position, Destroy

@test "the example creates a segment and leaves a greeting in it" {
    api greets
}

@test "create: exact size, mode, key, owner, and never an existing segment" {
    api creates
}

@test "remove: many at once, of which some are only marked" {
    api destroys_many
}

@test "open: by key; a missing segment is created, an existing one is unchanged" {
    api opens
}

@test "attach and detach: read-write, or read-only" {
    api attaches
}

@test "read and write at an offset: short reads at the end, never a short write" {
    api reads_and_writes_at_offsets
}

@test "a segment as a stream: read, write, seek, rewind, position" {
    api streams
}

@test "a stream that is written past the end of the segment fails, and reports all lost bytes" {
    api streams_end_where_the_segment_ends
}

@test "the mode of a stream is respected, but truncates nothing" {
    api streams_have_modes
}

@test "the steps of shmbox-from-shmtool(7) give the documented result" {
    api does_what_shmtool_did
    fresh=1
    api reads_segment_0
}

@test "destroy: at once, or with the last attach" {
    api destroys
}

# ---- the rest ----

@test "bytes are copied from and to descriptors, and their number is always returned" {
    api moves_bytes_through_descriptors
}

@test "populate allocates memory for pages" {
    api populates
}

@test "many bytes are written to a file and back, with a progress callback" {
    api moves_much_and_is_watched
}

@test "a non-blocking pipe is waited for, and a pipe without readers is an error" {
    api sends_to_pipes_that_do_not_block
}

@test "a progress callback can end a job, even if the peer does not continue" {
    api ends_jobs
    # the pages of the mapping itself go into the pipe if map_files may not be opened
    succeeds setpriv --bounding-set -all --inh-caps -all "$BATS_FILE_TMPDIR/api-shared" ends_jobs
}

@test "a non-blocking job returns instead of waiting, and can be continued" {
    api continues_jobs
}

@test "a sparse job frees pages of zeros in the input" {
    api receives_sparsely
}

@test "no function writes to a read-only map" {
    api what_is_read_only_stays_as_it_is
}

@test "a range is wiped, with or without freeing its pages" {
    api wipes
}

@test "bytes are copied from segment to segment, and holes take no memory there" {
    api copies_between_segments
}

@test "a copy inside a segment may not overlap, and invalid ones change nothing" {
    api copies_inside_a_segment
}

@test "a walk visits every byte once, and holes as holes, until it is stopped" {
    api walks
}

@test "numbers of every width and both byte orders are read and changed" {
    api numbers
}

@test "a number out of range is refused, and so are unknown kinds and changes" {
    api numbers_have_to_fit
}

@test "unknown flags and permission bits are refused" {
    api refuses_unknown_bits
}

@test "floating-point numbers are passed as their bits" {
    api floats
}

@test "no addition of several threads is lost" {
    api loses_no_update
}

@test "a wait ends by a wake-up, by a timeout, or with the segment" {
    api waits
}

@test "a call wakes as many threads as it is asked to" {
    api wakes_as_many_as_asked
}

@test "a zero-initialised watch waits for no segment, and invalid ones are refused" {
    api waits_for_nothing_unasked
}

@test "a mark set while all have the segment attached does not end a wait that opted out" {
    api waits_despite_a_mark
}

@test "a digest changes with every byte, and holes count as zeros" {
    api digests
}

@test "a closed standard stream stays closed, and never becomes a segment" {
    api leaves_closed_streams_closed
}

@test "a segment is borrowed from its holder, until that exits" {
    may_open_map_files || skip "needs CAP_SYS_ADMIN of the first user namespace, to open map_files"
    api borrows
}

# The thread sanitizer does not know a child with our memory, which traces for us.
may_trace()
{
    [ "$SHMBOX_VARIANT" != threads ] || skip "the thread sanitizer does not bear the child that stops holders"
    local yama=/proc/sys/kernel/yama/ptrace_scope
    [ ! -e $yama ] || [ "$(<$yama)" -lt 2 ] || skip "kernel.yama.ptrace_scope keeps us from tracing"
}

@test "holders are stopped as long as requested, and new ones are noticed" {
    may_trace
    api freezes
}

@test "a freeze leaves no process stopped, and takes no exit status; any thread may end it" {
    may_trace
    api leaves_nothing_frozen
}

@test "a copy is compared with its segment" {
    api compares
}

@test "a process may ask to be killed first" {
    api is_expendable
}

@test "processes killed for lack of memory are counted" {
    api counts_kills
}

@test "all segments are listed, with their memory" {
    api lists
}

@test "mode, owner and lock change one at a time" {
    setpriv --regid 65534 --clear-groups true || skip "needs a second group, and this user namespace has none"
    api changes
}

@test "a segment is attached by its key, until it is marked for removal" {
    api attaches_by_key
}

@test "keys of paths are those of ftok" {
    api makes_keys
}

@test "limits and usage are known" {
    api knows_limits
}

@test "a missing segment is -ENOENT for every function" {
    api what_is_not_there_is_enoent
}

@test "every error of every operation has words" {
    api has_words
}

@test "size 0 and kernel.shmmax are distinguished" {
    api explains_sizes
}

@test "kernel.shmmni is distinguished from kernel.shmall" {
    limit shmmni "$(segments | wc -l)"
    api explains_shmmni
}

@test "kernel.shmall is distinguished from kernel.shmmni" {
    limit shmall $(($(awk 'NR > 1 { pages += int(($4 + 4095) / 4096) } END { print pages + 0 }' /proc/sysvipc/shm) + 1))
    api explains_shmall
}

@test "a used id is distinguished from a used key" {
    [ -w /proc/sys/kernel/shm_next_id ] || skip "may not choose an id"
    api explains_ids
}

@test "a pool of huge pages that is too small is distinguished from a missing size" {
    needs_huge_pages
    api explains_huge_pages
}

@test "mode, owner, the right to choose an id and the lock limit are distinguished" {
    setpriv --reuid 65534 true || skip "needs a second user, and this user namespace has none"
    api explains_rights
}

@test "the holders of one segment or of all are listed once, in order" {
    api finds_holders
}

@test "the segments of a process are listed, with their resident memory" {
    api finds_what_a_process_holds
}

@test "idle is the time since the latest of three times, and unknown if a clock was set" {
    api tells_for_how_long_it_was_idle
}

@test "the verdicts on synthetic segments are those of the table" {
    api judges
}

@test "the verdicts on real segments are too" {
    api judges_what_is_there
}

@test "a process has a user and a group, unless it has exited" {
    api knows_whose_a_process_is
}

@test "a process has a command line, unless it has ended" {
    api knows_command_lines
}

@test "other IPC namespaces are listed and visited, and the visit can be undone" {
    nsenter --ipc --target $$ true || skip "may not go back"
    apart
    "${apart[@]}" perl -e 'shmget(0, 4096, 01600) // die'
    api visits "$pid"
}

@test "a thread that visits another IPC namespace sees its segments, and other threads do not" {
    nsenter --ipc --target $$ true || skip "may not go back"
    # its own thread stays in the other namespace, so that the process is no holder for certain
    [ "$SHMBOX_VARIANT" != threads ] || skip "the thread sanitizer does not bear a process with one thread"
    apart
    "${apart[@]}" perl -e 'shmget(0, 4096, 01600) // die'
    # the first segment has id 0 in a namespace without segments before it
    api_apart()
    {
        fresh "$1" visits_as_a_thread "$pid"
    }
    succeeds api_apart "$BATS_FILE_TMPDIR/api-static"
    succeeds api_apart "$BATS_FILE_TMPDIR/api-shared"
}

@test "a process is watched until its exit, and a zombie has exited" {
    api watches_processes
}

@test "the IPC namespace of another process is entered" {
    start unshare --ipc sleep 3600
    elsewhere()
    {
        [ "$(readlink /proc/self/ns/ipc)" != "$(readlink "/proc/$pid/ns/ipc")" ]
    }
    wait_until elsewhere
    api enters "$pid"
}

@test "any thread may call at any time" {
    api any_thread_may_call
}

@test "a process whose main thread has exited is alive" {
    api a_process_may_outlive_its_main_thread
}

# ---- locks ----

@test "lock: taken once, and given back by its owner alone" {
    api locks
}

@test "lock: the changes of several processes are not mixed" {
    api locks_exclude
}

@test "lock: after its owner is killed, the next process gets it, with a report" {
    api locks_outlive_owners
}

@test "lock: an owner in another PID namespace does not count as exited" {
    api locks_of_strangers
}
