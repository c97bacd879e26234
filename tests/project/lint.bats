# SPDX-License-Identifier: MIT
# The gates: what holds for the source and for what is built from it. They look at the
# builds that ./dev test makes.
# runs against: glibc
# needs: clang release debian
# labels: offline unprivileged

bats_require_minimum_version 1.5.0

setup() {
    cd "$SHMBOX_SOURCE" || return 1
    shopt -s globstar
    builds=$SHMBOX_SOURCE/build
}

needs() {
    local tool
    for tool; do
        command -v "$tool" >/dev/null || skip "$tool is not installed"
    done
}

needs_build() {
    [ -e "$builds/$1/build.ninja" ] || skip "build/$1 is not there: ./dev test makes it"
}

# Fails with the text if there is any: each line is a finding.
no_findings() {
    [ -z "$1" ] || { printf '%s\n' "$1"; return 1; }
}

# The objects of one part of the program, where neither a sanitizer nor a profiler adds
# anything to them. Those of sources that are not there any more may lie about.
objects() {
    local object source
    while read -r object; do
        source=${object#"$builds/glibc/"}
        source=${source/CMakeFiles\/$1.dir\//}
        [ ! -e "${source%.o}" ] || echo "$object"
    done < <(find "$builds/glibc" -path "*/$1.dir/*" -name '*.o' | sort)
}

# The symbols that the objects of a part use from other parts.
undefined() {
    objects "$1" | xargs nm -u -A | awk '{ sub(/.*\//, "", $1); print $1 " " $NF }' | sort -u
}

# ---- source ----

@test "the C sources are formatted by clang-format" {
    needs clang-format
    no_findings "$(find applets bench cli core examples include tests -name '*.[ch]' -print0 |
        xargs -0 clang-format --dry-run -Werror 2>&1 | grep 'error:' |
        awk -F: '{ places[$1]++ } END { for (file in places) print file ": " places[file] " places" }')"
}

# Checks one file, unless it was clean and no header or configuration has changed. The
# analyzer takes nearly all of the time for long paths: it follows fewer without --all.
tidy() {
    local found key stamp option depth=()
    if [ -z "${SHMBOX_ALL-}" ]; then
        for option in -Xclang -analyzer-config -Xclang max-nodes=15000; do
            depth+=("--extra-arg=$option")
        done
    fi
    key=$({
        clang-tidy --version
        echo "${depth[@]}"
        grep -F "$1" build/clang/compile_commands.json
        cat "$1" .clang-tidy include/shmbox/*.h core/*.h core/*/*.h cli/*.h cli/*/*.h
    } | sha256sum | cut -d' ' -f1)
    stamp=build/clang/tidy/$(basename "$1").$key
    [ -e "$stamp" ] && return
    found=$(clang-tidy -p build/clang --quiet "${depth[@]}" "$1" 2>&1) || {
        grep -E ' (error|warning): ' <<<"$found" || echo "$found"
        return 1
    }
    rm -f build/clang/tidy/"$(basename "$1")".*
    : >"$stamp"
}

@test "clang-tidy finds nothing" {
    needs clang-tidy
    needs_build clang
    mkdir -p build/clang/tidy
    export -f tidy
    printf '%s\0' core/*/*.c applets/*.c cli/*/*.c |
        xargs -0 -n 1 -P "$(nproc)" bash -c 'tidy "$0"'
}

# C lets a text fill its array so that there is no room for the NUL; C++ does not.
@test "no text of a table is too long for its array" {
    needs gcc
    needs_build glibc
    no_findings "$(gcc -fsyntax-only -std=gnu17 -Wc++-compat -D_GNU_SOURCE -Iinclude -Icore -Icli \
        -I"$builds/glibc/applets" -I"$builds/glibc/cli" core/*/*.c applets/*.c cli/*/*.c 2>&1 |
        grep -e initializer-string -e 'error:' || true)"
}

@test "shellcheck finds nothing in scripts, tests and the bash completion" {
    needs shellcheck
    shellcheck dev .ci/run tests/**/*.sh bench/*.sh package/*.sh tools/*.sh debian/tests/{program,library} package/{PKG,APK}BUILD
    shellcheck --shell=bash tests/**/*.bash completions/*.bash
    shellcheck tests/**/*.bats
}

@test "the programs of bench have no warning" {
    needs gcc
    gcc -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only \
        -Iinclude bench/*.c
    perl -c bench/library.pl
}

@test "a failed command ends the runner of bench, and samples are the measured ones" {
    needs gcc
    cd "$BATS_TEST_TMPDIR"
    gcc -std=c17 -D_GNU_SOURCE -o runner "$SHMBOX_SOURCE"/bench/runner*.c
    ./runner --printed samples.tsv 4 60000 'echo each >>order' 'echo last >>order; echo 1' \
        'echo 12.6' 'echo 7; :' '' 'echo 3'
    [ "$(awk 'NR > 1 { print $2, $3, $4, $5 }' samples.tsv | sort -u)" = '13 7 - 3' ]
    [ "$(awk 'NR > 1' samples.tsv | wc -l)" = 4 ]
    [ "$(grep -c each order)" = 13 ]
    [ "$(tail -n 1 order)" = last ]
    ./runner samples.tsv 3 0 '' '' true true
    [ "$(awk 'NR > 1 && $2 > 0 && $3 > 0' samples.tsv | wc -l)" = 3 ]
    run -1 --separate-stderr ./runner samples.tsv 3 0 '' true true false
    [ "$stderr" = "runner: false: status 1" ]
    run -1 --separate-stderr ./runner samples.tsv 3 0 'false; :' true 'false | cat' true
    [ "$stderr" = "runner: false | cat: status 1" ]
    run -1 --separate-stderr ./runner --printed samples.tsv 3 0 '' true 'echo none' 'echo 1'
    [[ "$stderr" == "runner: echo none: no number printed"* ]]
    run -1 --separate-stderr ./runner samples.tsv 3 0 '' true ' ' true
    [ "$stderr" = "runner: a command is empty" ]
    # What fails is left out, and the fastest comes first.
    [ "$(./runner --fastest 'echo each >>order' 'sleep 0.2' true 'false | cat' | cut -f 2)" = \
        $'true\nsleep 0.2' ]
    ./runner --memory kibibytes "perl -e '\$x = q(x) x 4e7'"
    [ "$(cat kibibytes)" -gt 39000 ]
}

# No tag contains former text, and every tag begins or ends an element.
well_formed() {
    no_findings "$(sed 's/<[a-z/][^<>]*>//g' "$1" | grep '[<>]' || true)"
    no_findings "$(grep -oE '&[a-z]*;?' "$1" | grep -vxE '&(amp|lt|gt);' || true)"
}

# KIND ROW WHAT, the ratio to the floor, quartiles, goal, verdict, the same of the peer, words, tool
bench_table() {
    local tab=$'\t'
    tr ';' "$tab" <<-END
	note;<here & now>
	group;one & more
	bar;5;shmcat | cat <f >x;1.01;1..1.1;1.05;met;0.125;0.1..0.2;0.2;met;read <1 GiB>;cat
	bar;8;slow;1.5;1..2;1.05;MISSED +43%;8;7..9;1.0;MISSED +700%;copy;
	bar;9;no peer;1.5;1..2;1.05;MISSED +43%;;;;;;
	group;nothing to see
	fact;4;no ratio;;;;;98;;100;met
	none;7;absent;no peer: x
	group;the library
	dots;library.full;read all, perl;1B:0.5 1GB:-;;-;
	END
}

@test "the picture of bench has a bar or dots for every measured row" {
    local picture=$BATS_TEST_TMPDIR/picture.svg
    bench_table | awk -f bench/draw.awk - >"$picture"
    well_formed "$picture"
    grep -qF 'shmcat | cat &lt;f &gt;x' "$picture"
    ! grep -qE 'no ratio|absent|nothing to see|no peer' "$picture" || return 1
    [ "$(grep -c '<circle' "$picture")" = 1 ]
    # 1/8 is as far to the left of the peer as 8 is to the right.
    awk -F'"' '
        /class="peer"/ { peer = $4 }
        /<circle/ { exit }
        $2 == "fast" { left = $4; leftmost = $8 }
        $2 == "slow" { right = $4; rightmost = $8 }
        END {
            exit !(left + leftmost - peer < .2 && peer - left - leftmost < .2 && right == peer &&
                leftmost == rightmost && rightmost > 24)
        }' "$picture" || { cat "$picture"; return 1; }
}

@test "the chart of bench has a bar for every row with words, and names the peer's time" {
    local chart=$BATS_TEST_TMPDIR/chart.svg
    bench_table | awk -f bench/draw_floor.awk - >"$chart"
    well_formed "$chart"
    [ "$(grep -cE 'class="(fast|slow)"' "$chart")" = 2 ]
    grep -qF 'read &lt;1 GiB&gt;' "$chart"
    grep -qF 'cat: 8.08' "$chart"
    # 1.01 and 1.5 have the same unit
    awk -F'"' '
        $2 == "fast" { one = $8 }
        $2 == "slow" { other = $8 }
        END { exit !(one > 100 && other / one > 1.48 && other / one < 1.49) }' "$chart"
}

@test "the picture of a segment's life is that of its script, and names commands that exist" {
    awk -f tools/life.awk | diff - docs/life.svg
    local command
    while read -r command; do
        [ -e "applets/$command.c" ] || { echo "no such command: $command"; return 1; }
    done < <(grep -oE '\bshm[a-z]+' docs/life.svg | sort -u)
}

# shmX stands for any applet.
@test "documents link to files that exist, and name files and variables that exist" {
    local file name findings=
    for file in *.md docs/*.md; do
        while read -r name; do
            [ -e "$(dirname "$file")/$name" ] || findings+="$file: no such file: $name"$'\n'
        done < <(grep -oE '\]\([^)#]+' "$file" | sed 's/^](//' | grep -v '^https:')
        while read -r name; do
            [ ! -d "$(dirname "$name")" ] || [ -e "$name" ] || findings+="$file: no such file: $name"$'\n'
        done < <(grep -oE '`[a-z]+/[a-z/_-]+\.[a-z]+`' "$file" | tr -d '`')
    done
    while read -r name; do
        grep -q "\`$name\`" HACKING.md || findings+="HACKING.md: does not explain $name"$'\n'
    done < <(grep -rhoE '\$\{?SHMBOX_[A-Z_]+' dev tests | tr -d '${' | sort -u)
    no_findings "$findings"
}

@test "comments refer to sections of docs/kernel.md that exist" {
    local place heading headings findings=
    mapfile -t headings < <(sed -n 's/^## //p' docs/kernel.md)
    [ "${#headings[@]}" -gt 10 ]
    while read -r place; do
        for heading in "${headings[@]}"; do
            [[ $place != ", $heading"* ]] || continue 2
        done
        findings+="no such section of docs/kernel.md: ${place:0:40}"$'\n'
    done < <(find applets bench c* examples include tests -name '*.[ch]' -exec cat {} + | tr -s '\n\t *' ' ' |
        sed '$s/$/\n/' | sed 's,docs/kernel\.md,\n&,g' | sed -n 's,^docs/kernel\.md,,p')
    no_findings "$findings"
}

@test "SECURITY.md lists the applets that keep a capability" {
    local name
    while read -r name; do
        echo "| $name | $(grep -lE "CAP\($name\)" applets/*.c | sed 's/.*\///; s/\.c$//' | paste -sd , | sed 's/,/, /g') |"
    done < <(grep -ohE 'CAP\(CAP_[A-Z_]+' applets/*.c | sed 's/.*(//' | sort -u) |
        diff - <(grep -oE '^\| CAP_[A-Z_]+ \|[^|]+\|' SECURITY.md | sort)
}

@test "zsh and fish can read their completions" {
    needs zsh fish
    zsh -n completions/_shmbox.in
    fish --no-execute completions/shmbox.fish
}

@test "mandoc has no warning for a manual page" {
    needs mandoc
    mandoc -Tlint -W warning man/*.[1-9]
}

@test "groff has no warning for a manual page" {
    needs man groff
    local page findings=
    for page in man/*.[1-9]; do
        findings+=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)
    done
    no_findings "$findings"
}

@test "the header stands alone in C and C++, for gcc and clang" {
    needs gcc g++ clang clang++
    local cc
    local strict=(-Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude)
    echo '#include <shmbox/shmbox.h>' >"$BATS_TEST_TMPDIR/alone.c"
    for cc in gcc clang; do
        $cc -std=gnu17 "${strict[@]}" "$BATS_TEST_TMPDIR/alone.c"
        $cc -std=c17 -D_XOPEN_SOURCE=700 "${strict[@]}" "$BATS_TEST_TMPDIR/alone.c"
    done
    for cc in g++ clang++; do
        $cc -std=c++17 -x c++ "${strict[@]}" "$BATS_TEST_TMPDIR/alone.c"
    done
}

@test "every C file opens with its name and its purpose" {
    local file findings=
    for file in applets/*.c cli/*.h cli/*/*.[ch] core/*.h core/*/*.[ch] include/shmbox/*.h examples/*.c tests/**/*.c; do
        [ -e "$file" ] || continue
        head -n 3 "$file" | grep -qF " ${file##*/} - " ||
            sed -n 2p "$file" | grep -qE "^/\* $(basename "$file" .c) - " ||
            findings+="$file: $(sed -n 2p "$file")"$'\n'
    done
    no_findings "$findings"
}

# The public header is as long as what it declares.
@test "no C file or script has more than 300 lines, and no header more than 150" {
    no_findings "$(git ls-files '*.[ch]' '*.cc' '*.sh' '*.py' '*.awk' | grep -vx include/shmbox/shmbox.h |
        xargs -d '\n' wc -l | awk '$2 != "total" && $1 > ($2 ~ /\.h$/ ? 150 : 300) { print $2 ": " $1 " lines" }')"
}

@test "every source file has an SPDX line: tools/spdx.sh adds it" {
    no_findings "$(tools/spdx.sh --check)"
    # and none has the line of another licence
    no_findings "$(git grep -hoE 'SPDX-License-Identifier: .*' -- '*.[ch]' '*.cc' '*.sh' '*.bats' '*.awk' '*.cmake' 2>/dev/null |
        grep -vE ': MIT( \*/)?$' | grep -v '[*$`"'"'"']' || true)"
}

# Missing definitions of the kernel, the libc or the processor may be checked at the top of a file.
@test "no source chooses between variants with the preprocessor" {
    no_findings "$(grep -nE '^ *# *(if|ifdef|ifndef|elif)\b' core/*/*.c applets/*.c cli/*/*.c |
        grep -vE '#(ifn?def |if defined\()(__GLIBC__|__i386__|__x86_64__|(MADV|SHM|SYS|__NR|MAP|PIDFD|CAP|AT|F)_)' || true)"
}

# The rooms of each part, in the order in which they may use one another.
rooms_of() {
    case $1 in
    core) echo proc segment bytes holders values archive ;;
    cli) echo text diag list parse segment work live program ;;
    esac
}

# Includes from a room of this part to a later one.
arrows_up() {
    local part=$1 room later=
    for room in $(rooms_of "$part" | tr ' ' '\n' | tac); do
        [ -z "$later" ] || grep -nE "^#include \"(${later#|})/" "$part/$room"/*.[ch]
        later+="|$room"
    done
}

@test "a room uses only the rooms before it" {
    local part room
    for part in core cli; do
        diff <(rooms_of $part | tr ' ' '\n' | sort) <(find $part -mindepth 1 -type d -printf '%f\n' | sort)
        no_findings "$(arrows_up $part || true)"
    done
}

# Each line of the input names an object and a symbol that it defines or uses.
@test "no files call each other in a circle" {
    needs_build glibc
    local part
    for part in core cli; do
        no_findings "$(objects $part | xargs nm -A | sed 's/.*\.dir\///; s/\.c\.o:/.c /' | awk '
            $(NF - 1) ~ /^[TDBR]$/ { home[$NF] = $1 }
            $(NF - 1) == "U" { uses[$1 " " $NF] }
            END {
                for (use in uses) {
                    split(use, word)
                    if (word[2] in home && home[word[2]] != word[1])
                        print word[1], home[word[2]]
                }
            }' | tsort 2>&1 >/dev/null)"
    done
}

# Of parse/, applets may use the values of the command line, but not the parsers.
@test "the layers include only what is below them" {
    no_findings "$(
        grep -nE '^#include "(\.\.|program/|parse/|work/path)' applets/*.c | grep -vE '"parse/(value|refs)\.h"'
        grep -nE '^#include "(\.\.|.*core)' cli/*.h cli/*/*.[ch]
        grep -nE '^#include "(\.\.|.*applet)' core/*.h core/*/*.[ch]
        grep -nE '^#include <(sys|linux)/shm\.h>' applets/*.c cli/*.h cli/*/*.[ch]
        true
    )"
}

@test "only the core names files below /proc and /sys" {
    no_findings "$(grep -nE '"/(proc|sys)\b' applets/*.c cli/*.h cli/*/*.[ch] || true)"
}

# ---- what is built ----

@test "only the core makes shm system calls" {
    needs_build glibc
    no_findings "$({ undefined applets; undefined cli; } |
        grep -E ' (shmget|shmat|shmdt|shmctl)(@.*)?$' || true)"
    no_findings "$(grep -nE 'SYS_(shm|ipc)' applets/*.c cli/*.h cli/*/*.[ch] || true)"
    undefined shmbox_core | grep -q ' shmget'
}

@test "the core prints nothing and never ends the program" {
    needs_build glibc
    no_findings "$(undefined shmbox_core |
        grep -E ' (stdout|stderr|exit|_exit|abort|puts|putchar|perror|v?printf|__v?printf_chk|err|warn)(@.*)?$' || true)"
}

# Functions such as getpwnam(3), which have one result for all threads, are used.
@test "the program has one thread" {
    needs_build glibc
    local part calls
    calls=$(for part in core applets cli; do undefined $part; done)
    no_findings "$(grep -E ' (pthread_create|pthread_atfork|thrd_create|timer_create)(@.*)?$' <<<"$calls" || true)"
    grep -q ' fork' <<<"$calls"
}

@test "applets leave stderr and the end of the program to cli/" {
    needs_build glibc
    no_findings "$(undefined applets | grep -E ' (stderr|exit|perror)(@.*)?$' || true)"
}

# A signal handler can learn these only from globals.
@test "nothing is mutable at file scope except the name and output of the program, and signal state" {
    needs_build glibc
    local part found
    found=$(for part in core applets cli; do objects $part; done | xargs objdump -t |
        awk '
            /file format/ { file = $1; sub(/.*\//, "", file); sub(/\.c\.o:/, ".c", file) }
            / O / && /\t/ && / (\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && !/ \.data\.rel\.ro/ { print file ": " $NF }
        ')
    no_findings "$(grep -vxE 'diag\.c: program|output\.c: (output|first_error)|new_segment\.c: (new_id|unfinished)|progress\.c: requested|terminal\.c: caught' <<<"$found" || true)"
}

@test "libshmbox exports what the header declares, and nothing else" {
    needs_build glibc
    diff <(sed -n 's/^SHMBOX_API .*\b\(shmbox_[a-z_]*\)(.*/\1/p' include/shmbox/shmbox.h | sort) \
        <(nm -D --defined-only "$builds/glibc/lib/libshmbox.so" |
            awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort)
}

@test "the release program is static-pie and needs no interpreter" {
    needs file readelf
    needs_build release
    file "$builds/release/bin/shmbox" | grep -q 'static-pie linked'
    no_findings "$(readelf -lW "$builds/release/bin/shmbox" | grep -w INTERP || true)"
    no_findings "$(readelf -dW "$builds/release/bin/shmbox" | grep -w NEEDED || true)"
}

# segment_of SECTION - the flags of the segment that has it
segment_of() {
    readelf -lW "$builds/release/bin/shmbox" | awk -v section="$1" '
        BEGIN { count = 0 }
        $1 ~ /^[A-Z_]+$/ && $2 ~ /^0x/ { type[count] = $1; flags[count++] = $7 ($8 ~ /^[RWE]$/ ? $8 : "") }
        $1 ~ /^[0-9]+$/ { for (i = 2; i <= NF; i++) if ($i == section && type[$1 + 0] == "LOAD") print flags[$1 + 0] }'
}

# That RELRO is put into force is seen in a process: static.bats.
@test "the release program is hardened: now, RELRO, no code beside constants, no executable stack" {
    needs readelf
    needs_build release
    readelf -dW "$builds/release/bin/shmbox" | grep -q 'FLAGS.*NOW'
    readelf -lW "$builds/release/bin/shmbox" | grep -w GNU_STACK | grep -qw RW
    readelf -lW "$builds/release/bin/shmbox" | grep -qw GNU_RELRO
    [ "$(segment_of .text)" = RE ]
    [ "$(segment_of .rodata)" = R ]
    [ "$(segment_of .data.rel.ro)" = RW ]
}

# faults_of FILE - the faults of a program or a library that is linked dynamically
faults_of() {
    local dynamic symbols code
    dynamic=$(readelf -dW "$1")
    [[ $dynamic == *"FLAGS"*"NOW"* ]] || echo "$1: not bound at start"
    [[ $dynamic != *TEXTREL* && $dynamic != *RPATH* && $dynamic != *RUNPATH* ]] || echo "$1: TEXTREL or RPATH"
    readelf -hW "$1" | grep -q 'Type: *DYN' || echo "$1: at a fixed address"
    readelf -lW "$1" | grep -qw GNU_RELRO || echo "$1: no RELRO"
    readelf -lW "$1" | grep -w GNU_STACK | grep -qw RW || echo "$1: executable stack"
    symbols=$(nm -D "$1")
    [[ $symbols == *__stack_chk_fail* ]] || echo "$1: no check of stacks"
    grep -qE '__(read|pread|memcpy|memset|snprintf|fprintf|vsnprintf|poll|ppoll|openat_2)[a-z0-9_]*_chk|_chk@' <<<"$symbols" ||
        echo "$1: no _FORTIFY_SOURCE"
    [ "$(uname -m)" = x86_64 ] || return 0
    code=$(objdump -d "$1")
    grep -qE 'or[bql] +\$0x0,.*\(%rsp\)' <<<"$code" || echo "$1: no -fstack-clash-protection"
    grep -q endbr64 <<<"$code" || echo "$1: no -fcf-protection"
}

@test "the builds for distributions are hardened: now, RELRO, PIE, FORTIFY, stack clash, CET" {
    needs readelf objdump nm
    needs_build glibc
    needs_build debian
    no_findings "$(for file in glibc/bin/shmbox glibc/lib/libshmbox.so debian/lib/libshmbox.so; do
        faults_of "$builds/$file"
    done)"
    # the marks of CET are on each object; the linker drops them if a start file of the libc has none
    [ "$(uname -m)" = x86_64 ] || skip "looks for marks of x86_64"
    [ "$(readelf -nW "$builds/glibc/lib/libshmbox.a" 2>/dev/null | grep -c 'IBT, SHSTK')" = \
        "$(ar t "$builds/glibc/lib/libshmbox.a" | wc -l)" ]
}

@test "the release program touches each page of a large stack frame" {
    needs objdump
    needs_build release
    [ "$(uname -m)" = x86_64 ] || skip "looks for instructions of x86_64"
    objdump -d "$builds/release/bin/shmbox" | grep -qE 'or[bql] +\$0x0,.*\(%rsp\)'
}

# With -fstack-protector, only functions with an array of characters are protected.
@test "in the release program, functions with any array check their stack" {
    needs objdump
    needs_build release
    local checked
    checked=$(objdump -d "$builds/release/bin/shmbox" | grep -cE '(sub|xor|cmp) +%fs:0x28' || true)
    [ "$(uname -m)" = x86_64 ] || skip "looks for instructions of x86_64"
    echo "# $checked checks" >&3
    ((checked > 200))
}

# toybox has 468 KB, busybox 773. Correctness takes precedence over size.
@test "the release program is smaller than 310 KB" {
    needs_build release
    local size
    size=$(stat -c %s "$builds/release/bin/shmbox")
    echo "# shmbox: $size bytes, $("$builds/release/bin/shmbox" --list | wc -l) applets" >&3
    ((size < 310 * 1024))
}

# prepare_faults - creates ./faults, which runs a command and prints its lowest number of minor page
# faults, and ./noop, a program like ours that does nothing. The random addresses of a program and
# its stack make a difference of some pages: hence many runs.
prepare_faults() {
    cat >"$BATS_TEST_TMPDIR/faults.c" <<-'END'
	#include <spawn.h>
	#include <stdio.h>
	#include <sys/resource.h>
	#include <sys/wait.h>

	extern char **environ;

	int main(int argc, char **argv)
	{
		long least = -1;

		for (int i = 0; i < 500; i++) {
			struct rusage used;
			int status;
			pid_t child;

			if (posix_spawn(&child, argv[1], NULL, NULL, argv + 1, environ) != 0 ||
			    wait4(child, &status, 0, &used) < 0 || status != 0)
				return 1;
			if (least < 0 || used.ru_minflt < least)
				least = used.ru_minflt;
		}
		return argc > 1 && fprintf(stderr, "%ld", least) > 0 ? 0 : 1;
	}
	END
    gcc -D_GNU_SOURCE -O1 -o "$BATS_TEST_TMPDIR/faults" "$BATS_TEST_TMPDIR/faults.c"
    echo 'int main(void) { return 0; }' >"$BATS_TEST_TMPDIR/noop.c"
    "$builds/release/cc" -Os -static-pie -s -o "$BATS_TEST_TMPDIR/noop" "$BATS_TEST_TMPDIR/noop.c"
}

# A fault at start costs as much as some system calls, and each written page is private to
# the process.
@test "the release program relocates little at start, and touches few pages" {
    needs readelf gcc
    needs_build release
    local program=$builds/release/bin/shmbox relocations faults least
    relocations=$(readelf -rW "$program" | grep -c '_RELATIVE')
    prepare_faults
    # on tmpfs every page of a file is one of the page cache: on a disk, how many pages one fault
    # maps depends on what else the machine does. A large environment takes more pages of stack.
    local fast
    fast=$(mktemp -d -p /dev/shm 2>/dev/null) || fast=$BATS_TEST_TMPDIR
    cp "$program" "$BATS_TEST_TMPDIR/noop" "$fast"
    faults=$(env -i "$BATS_TEST_TMPDIR/faults" "$fast/shmbox" --list 2>&1 >/dev/null)
    least=$(env -i "$BATS_TEST_TMPDIR/faults" "$fast/noop" 2>&1)
    rm -r "$fast"
    echo "# $relocations relocations; $faults minor page faults, a program that does nothing has $least" >&3
    ((relocations < 300 && faults <= least + 3))
}

@test "of two ways to drop privileges or to look up users one is compiled, never both" {
    needs_build glibc
    needs_build release
    # Objects of an earlier configuration may lie about; what is linked counts.
    linked() { ninja -C "$builds/$1" -t query bin/shmbox | grep -oE '(priv|names)_[a-z]+' | sort; }
    [ "$(linked glibc)" = $'names_nss\npriv_libcap' ]
    [ "$(linked release)" = $'names_files\npriv_none' ]
}

# ---- what is installed ----

@test "an installation has all files in place, and links with a target" {
    needs_build glibc
    local root=$BATS_TEST_TMPDIR/root applet page
    DESTDIR=$root cmake --install build/glibc --prefix /usr >/dev/null
    no_findings "$(find "$root" -xtype l)"
    [ -x "$root/usr/bin/shmbox" ]
    [ -f "$root/usr/include/shmbox/shmbox.h" ]
    for applet in applets/*.c; do
        applet=$(basename "$applet" .c)
        [ "$(readlink "$root/usr/bin/$applet")" = shmbox ]
        [ "$(readlink "$root/usr/share/bash-completion/completions/$applet")" = shmbox ]
        [ "$(readlink "$root/usr/share/fish/vendor_completions.d/$applet.fish")" = shmbox.fish ]
        head -n 1 "$root/usr/share/zsh/site-functions/_shmbox" | grep -qw "$applet"
    done
    for page in man/*.[1-9]; do
        [ -f "$root/usr/share/man/man${page##*.}/${page##*/}" ]
    done
}

@test "flags of the caller are kept, and none of ours contradicts them" {
    needs gcc
    local dir=$BATS_TEST_TMPDIR/flags
    CFLAGS="-O3 -g0 -D_FORTIFY_SOURCE=1 -fcf-protection=none" LDFLAGS="-Wl,--build-id=0x1234" \
        cmake -G Ninja -S . -B "$dir" >"$BATS_TEST_TMPDIR/log"
    grep -qE '^  FLAGS = -O3 -g0 -D_FORTIFY_SOURCE=1 -fcf-protection=none ' "$dir/build.ninja"
    grep -qE '^  LINK_FLAGS = -Wl,--build-id=0x1234 ' "$dir/build.ninja"
    run -1 grep -E 'FORTIFY_SOURCE=2|cf-protection=full' "$dir/build.ninja"
}

@test "shmbox.pc has plain paths, with multiarch or without" {
    needs pkg-config gcc
    needs_build glibc
    needs_build debian
    local name libdir place pc root=$BATS_TEST_TMPDIR
    # the one has its libraries in lib, the other where a multiarch system has them
    for name in glibc debian; do
        place=$root/$name
        cmake --install "build/$name" --prefix "$place" --component library >/dev/null
        cmake --install "build/$name" --prefix "$place" --component development >/dev/null
        libdir=$(find "$place" -name pkgconfig -printf '%P')
        libdir=${libdir%/pkgconfig}
        pc="env PKG_CONFIG_PATH=$place/$libdir/pkgconfig pkg-config"
        grep -qx "prefix=$place" "$place/$libdir/pkgconfig/shmbox.pc"
        [ "$($pc --variable=libdir shmbox)" = "$place/$libdir" ]
        [ "$($pc --modversion shmbox)" = "$(sed -n 's/^#define SHMBOX_VERSION "\(.*\)"/\1/p' include/shmbox/shmbox.h)" ]
        cat >"$root/user.c" <<-END
		#include <shmbox/shmbox.h>
		int main(void)
		{
			struct shmbox_limits limits;
			return shmbox_get_limits(&limits) < 0;
		}
		END
        # shellcheck disable=SC2046
        gcc -o "$root/user" "$root/user.c" $($pc --cflags --libs shmbox) -Wl,-rpath,"$place/$libdir"
        "$root/user"
        echo "# $name: $libdir" >&3
    done
}

@test "a missing link is created again, and a link to an older program is replaced" {
    needs_build glibc
    local bin=$builds/glibc/bin
    rm "$bin/shmls"
    cmake --build "$builds/glibc" >"$BATS_TEST_TMPDIR/log"
    [ "$(readlink "$bin/shmls")" = shmbox ]
    ln -f "$bin/shmbox" "$bin/shmcat"
    rm "$bin/shmbox"
    cmake --build "$builds/glibc" >"$BATS_TEST_TMPDIR/log"
    [ "$(readlink "$bin/shmcat")" = shmbox ]
    cmake --build "$builds/glibc" | grep -q 'no work to do'
}

@test "the installed files do not depend on files next to the built program" {
    needs_build glibc
    DESTDIR=$BATS_TEST_TMPDIR/root cmake --install "$builds/glibc" >"$BATS_TEST_TMPDIR/log"
    [ "$(find "$BATS_TEST_TMPDIR/root" -path '*/bin/shmcat' -type l | wc -l)" = 1 ]
    "$(find "$BATS_TEST_TMPDIR/root" -path '*/bin/shmcat')" --version
}

@test "a path with a blank can be built in" {
    needs_build release
    cmake --preset release -B "$BATS_TEST_TMPDIR/a b" >"$BATS_TEST_TMPDIR/log"
    cmake --build "$BATS_TEST_TMPDIR/a b" --target shmbox_core >>"$BATS_TEST_TMPDIR/log"
}

# load runs in setup(), and what it defines then replaces what the file has defined before.
# helper.bash and paths.bash load parts, which are all loaded with them.
@test "no test file has a function with the name of a helper" {
    local file name parts both=
    parts=$(sed -n 's/^for part in \(.*\); do$/\1/p' tests/lib/helper.bash)
    [ -n "$parts" ]
    for file in tests/lib/*.bash; do
        name=$(basename "$file" .bash)
        [[ " $parts " != *" $name "* ]] || name=helper
        [ "$name" != pipes ] || name=paths
        both+=$(comm -12 <(grep -ohE '^[a-z_]+\(\)' "$file" | sort -u) \
            <(grep -lE "load [./a-z]*$name\b" tests/**/*.bats | xargs -r grep -ohE '^[a-z_]+\(\)' | sort -u))
    done
    no_findings "$both"
}

# The meaning of labels is documented where ctest reads them: tests/CMakeLists.txt.
@test "every test file has its labels, and a unique name" {
    local file labels findings=
    for file in tests/**/*.bats; do
        labels=$(sed -n '1,16s/^# labels: //p' "$file")
        [[ $labels =~ ^(offline|unprivileged|offline\ unprivileged)$ ]] || findings+="$file: labels: $labels"$'\n'
    done
    findings+=$(printf '%s\n' tests/**/*.bats | sed 's/.*\///' | sort | uniq -d)
    no_findings "$findings"
}
