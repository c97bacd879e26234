# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# machine - another user, kernel limits, and what the whole machine has only once

# Skips the test where there is no second user; else makes sure nobody can run the binary.
needs_nobody()
{
    setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null ||
        skip "needs a second user, and this user namespace has none"
    nobody_bin=$SHMBOX_BIN
    if as_nobody test -x "$SHMBOX_BIN/shmbox"; then
        return
    fi
    nobody_bin=$BATS_FILE_TMPDIR/bin
    [ ! -d "$nobody_bin" ] || return 0
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" # the files in them are not secret
    mkdir -m 755 "$nobody_bin"
    cp "$SHMBOX_BIN/shmbox" "$nobody_bin"
    "$SHMBOX_BIN/shmbox" --list | while read -r applet; do ln "$nobody_bin/shmbox" "$nobody_bin/$applet"; done
}

# as_nobody CMD.. - as a user without any right
as_nobody()
{
    setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all -- \
        env PATH="$nobody_bin:$PATH" "$@"
}

# limit NAME VALUE - sets kernel.NAME until the test ends
limit()
{
    [ -w "$proc/sys/kernel/$1" ] || skip "kernel.$1 cannot be set here"
    changed=("$1=$(cat "$proc/sys/kernel/$1")" "${changed[@]}") # the first is put back last
    echo "$2" >"$proc/sys/kernel/$1"
}

restore_limits()
{
    local change
    for change in "${changed[@]}"; do
        echo "${change#*=}" >"$proc/sys/kernel/${change%%=*}"
    done
}

# alone_with FILE, together_with FILE - what is one for the whole machine, by a file of /proc
# or /sys that shows it: nobody else has it until this test ends, or nobody has it alone
alone_with()
{
    exec {machine_lock}<"$(for_all "$1")"
    flock "$machine_lock"
}

together_with()
{
    exec {machine_lock}<"$(for_all "$1")"
    flock --shared "$machine_lock"
}

# for_all FILE - what all files of tests lock for it: each has a /proc of its own, and its
# files with it, but /sys is one
for_all()
{
    case $1 in
    /proc/swaps) echo /sys/kernel/mm ;;
    /proc/vmstat) echo /sys/kernel ;;
    /proc/*) echo /sys/fs ;;
    *) echo "$1" ;;
    esac
}

pool=/sys/kernel/mm/hugepages/hugepages-2048kB

# pools_rest - no other test changes the pools of huge pages until this one ends
pools_rest()
{
    [ ! -e "$pool/nr_hugepages" ] || together_with "$pool/nr_hugepages"
}

# Skips the test where huge pages may not be had at all.
needs_huge_pages()
{
    [ -d "$pool" ] || skip "no huge pages of 2M on this machine"
    [ "$SHMBOX_PRIVATE_IPC" = 1 ] || skip "huge pages are for root, and not the root of a user namespace"
}

# huge_pages N - adds N pages to the pool of huge pages, until the test ends
huge_pages()
{
    [ -w "$pool/nr_hugepages" ] || skip "vm.nr_hugepages cannot be set here"
    alone_with "$pool/nr_hugepages"
    pool_before=$(cat "$pool/nr_hugepages")
    many=$((pool_before + $1))
    # no other program uses free pages in the guest or in CI: at most a killed test left them
    [[ -z ${CI-} && " ${SHMBOX_ELSEWHERE-} " != *" guest "* ]] || many=$((many - $(cat "$pool/free_hugepages")))
    echo "$many" >"$pool/nr_hugepages"
    [ "$(cat "$pool/nr_hugepages")" -eq "$many" ] || skip "the kernel has no $1 huge pages to give"
    free=$(($(cat "$pool/free_hugepages") - $(cat "$pool/resv_hugepages")))
    [ "$free" -eq "$1" ] || skip "somebody else uses huge pages"
}

give_back_huge_pages()
{
    xargs -r -n 1 ipcrm -m <"$BATS_TEST_TMPDIR/noted" 2>/dev/null || :
    echo "$pool_before" >"$pool/nr_hugepages"
}

# counts_lines - whether the build under test counts which of its lines run: each process
# writes that down in the end
counts_lines() { [ "$SHMBOX_VARIANT" = dev ] || [ "$SHMBOX_VARIANT" = coverage ]; }
