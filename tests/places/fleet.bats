# SPDX-License-Identifier: MIT
# shmbox-fleet(7): every file and every command of it, with Debian's node_exporter, promtool, podman, Ansible and sshd
# runs against: release
# labels: unprivileged

setup()
{
    load ../lib/helper
    load ../lib/guest
    common_setup
    page=$SHMBOX_SOURCE/man/shmbox-fleet.7
    files=$SHMBOX_SOURCE/package
}

teardown()
{
    [ -z "${used_podman-}" ] || {
        podman pod rm --all --force --time 0
        podman rm --all --force --time 0
    } >/dev/null 2>&1 3>&- || :
    common_teardown
}

teardown_file()
{
    [ ! -e "$BATS_FILE_TMPDIR/storage.conf" ] || {
        export CONTAINERS_CONF=$BATS_FILE_TMPDIR/containers.conf CONTAINERS_STORAGE_CONF=$BATS_FILE_TMPDIR/storage.conf
        podman rmi --all --force
    } >/dev/null 2>&1 3>&- || :
}

# needs_package PACKAGE - its files are in $place
needs_package()
{
    command -v apt-get >/dev/null || skip "$1 is unpacked where apt-get is"
    place=$(unpacked "$1" 2>log) || skip "$1 is not to be had: $(tail -n 1 log)"
}

# needs_mount - for files put over those of the machine
needs_mount()
{
    unshare --mount true 2>/dev/null || skip "needs a mount namespace of its own"
}

# commands WORD - the lines of the displays of the page that begin with this word
commands()
{
    awk '/^\.Ed/ { shown = 0 } shown; /^\.Bd -literal/ { shown = 1 } sub(/^\.Dl /, "")' "$page" |
        sed 's/\\-/-/g; s/\\e/\\/g; s/\\&//g' | grep "^$1"
}

# write_as_service DIRECTORY - runs the command of shmbox-metrics.service, as systemd does
write_as_service()
{
    local command
    command=$(sed -n "s|^ExecStart=/bin/sh -c '\(.*\)'$|\1|p" "$files/shmbox-metrics.service" |
        sed "s|/usr/bin/|$SHMBOX_BIN/|")
    [ -n "$command" ]
    (cd "$1" && umask 0022 && env -i setpriv --no-new-privs /bin/sh -c "$command")
}

# old_orphans - "${old_orphans[@]}" CMD.. sees two orphans: 3 MiB of root and 1 MiB of user 77
old_orphans()
{
    local old dead
    needs_mount
    old=$(($(date +%s) - 300))
    dead=$(dead_pid)
    {
        head -n 1 /proc/sysvipc/shm
        printf '0 %d 600 %d %d 0 0 %d 0 0 0 0 0 %d 4096 0\n' 0 $((3 << 20)) "$dead" 0 "$old" \
            1 $((1 << 20)) "$dead" 77 "$old"
    } >shm
    # shellcheck disable=SC2016 # the inner shell's
    old_orphans=(unshare --mount sh -c 'mount --bind "$1" /proc/sysvipc/shm && shift && exec "$@"' sh "$PWD/shm")
}

# ---- the page ----

@test "the lines of files on the page are in these files" {
    while read -r word file; do
        commands "$word" >lines
        while IFS= read -r line; do
            grep -qF -- "$line" "$files/$file" || { echo "not in $file: $line"; return 1; }
        done <lines
        [ -s lines ]
    done <<END
WorkingDirectory shmbox-metrics.service
ExecStart shmbox-metrics.service
shmbox_ shmbox-rules.yml
time() shmbox-rules.yml
shmreap.*--all-ns shmbox-daemonset.yaml
END
    same "rules" "$(commands 'shmbox_\|time()')" "$(sed -n 's/^ *expr: //p' "$files/shmbox-rules.yml")"
}

@test "the first two commands of the page work" {
    segment 4K
    commands shmlimits >script
    commands shmreap | head -n 1 >>script
    same "commands" 2 "$(wc -l <script)"
    run -0 --separate-stderr bash -e script
    like "printed" "# HELP *" "$output"
}

@test "the units are valid, and the service keeps the old file if it fails" {
    cp "$files"/shmbox-metrics.{service,timer} .
    sed -i "s|/usr/bin/|$SHMBOX_BIN/|; s|=/var/lib/.*|=$PWD|" shmbox-metrics.service
    ! command -v systemd-analyze >/dev/null ||
        prints "" systemd-analyze verify --man=no ./shmbox-metrics.service ./shmbox-metrics.timer
    mkdir metrics
    write_as_service metrics
    same "files" shmbox.prom "$(ls metrics)"
    same "mode" 644 "$(stat -c %a metrics/shmbox.prom)"
    "$SHMBOX_SOURCE/tests/lib/prometheus.py" <metrics/shmbox.prom >samples
    stat -c %i metrics/shmbox.prom >first
    echo old >metrics/shmbox.prom
    # shellcheck disable=SC2317 # the service calls it
    run ! env SHMBOX_BIN=/nonexistent bash -c "files=$files; $(declare -f write_as_service); write_as_service metrics"
    same "file" old "$(<metrics/shmbox.prom)"
}

# ---- Prometheus ----

# exporter DIRECTORY - Debian's node_exporter serves it on the loopback of a network namespace of its own
exporter()
{
    needs_package busybox-static
    busybox=$place/bin/busybox
    needs_package prometheus-node-exporter
    unshare --net true 2>/dev/null || skip "needs a network namespace of its own"
    # shellcheck disable=SC2016 # the inner shell's
    start unshare --net sh -c '"$1" ip link set lo up && exec "$2" --web.listen-address=127.0.0.1:9100 \
        --collector.disable-defaults --collector.textfile --collector.textfile.directory="$3"' \
        sh "$busybox" "$place/usr/bin/prometheus-node-exporter" "$1"
    wait_until served
}

# served - puts what it serves into the file page
served()
{
    nsenter --net --target "$pid" "$busybox" wget -q -O served http://127.0.0.1:9100/metrics 2>log
}

@test "Debian's node_exporter serves our metrics, and each name in the alert rules is there" {
    old_orphans
    mkdir metrics
    "${old_orphans[@]}" bash -c "files=$files; $(declare -f write_as_service); write_as_service metrics"
    exporter "$PWD/metrics"
    same "ours" "$(grep -v '^#' metrics/shmbox.prom | sed 's/ [^ ]*$//' | sort)" \
        "$(sed -n 's/^\(shmbox_.*\) [^ ]*$/\1/p' served | sort)"
    like "help" "*# HELP shmbox_segments Number of segments.*" "$(<served)"
    same "orphans" "4.194304e+06" "$(awk '$1 == "shmbox_orphaned_bytes" { print $2 }' served)"
    same "owner" "1.048576e+06" "$(sed -n 's/^shmbox_owner_size_bytes{owner="77",uid="77"} //p' served)"
    same "unlimited" +Inf "$(awk '$1 == "shmbox_max_pages" { print $2 }' served)"
    same "errors" 0 "$(awk '$1 == "node_textfile_scrape_error" { print $2 }' served)"
    sed -n 's/^ *expr: //p' "$files/shmbox-rules.yml" | grep -oE '\b(shmbox|node)_[a-z_]+' | sort -u >names
    [ "$(wc -l <names)" = 6 ]
    while read -r name; do
        grep -qE "^$name({| )" served || { echo "not served: $name"; return 1; }
    done <names
    grep -qE '^node_textfile_mtime_seconds\{file="[^"]*shmbox[.]prom"\}' served
}

@test "promtool finds nothing wrong with the metrics: none, thousands, and of a hostile name" {
    needs_package prometheus
    promtool=$place/usr/bin/promtool
    needs_mount
    fresh shmlimits --prometheus >none
    # shellcheck disable=SC2016 # perl's, and the inner shell's
    fresh sh -c 'echo 32000 >/proc/sys/kernel/shmmni && perl -e "$2" "$1" && exec shmlimits --prometheus' sh \
        "$(often 2000 30000)" 'shmget(0, $_, 01600) // die "shmget: $!\n" for 1 .. shift' >many
    printf '%s\n' 'a"b\c\n:x:0:0::/:' >passwd
    fresh unshare --mount sh -c 'mount --bind passwd /etc/passwd && shmcreate 4K >id && exec shmlimits --prometheus' >hostile
    for name in none many hostile; do
        prints "" "$promtool" check metrics <"$name"
    done
    like "label" '*{owner="a\\"b\\\\c\\\\n",uid="0"}*' "$(<hostile)"
}

@test "promtool finds nothing wrong with the alert rules, and each fires when it should, and not before" {
    needs_package prometheus
    cp "$files/shmbox-rules.yml" .
    command=$(commands promtool)
    # shellcheck disable=SC2086 # words
    run -0 --separate-stderr "$place/usr/bin/${command%% *}" ${command#* }
    like "checked" "*4 rules found*" "$output"
    # 5 samples an hour for 31 hours; the file is written for the last time at the third hour
    cat >tests.yml <<'END'
rule_files: [ shmbox-rules.yml ]
evaluation_interval: 12m
tests:
- interval: 12m
  input_series:
  - { series: 'shmbox_segments{instance="a"}', values: '3200x150 3300x20' }
  - { series: 'shmbox_max_segments{instance="a"}', values: '4000x180' }
  - { series: 'shmbox_pages{instance="a"}', values: '1000000x180' }
  - { series: 'shmbox_max_pages{instance="a"}', values: '1300000x180' }
  - { series: 'shmbox_pages{instance="b"}', values: '9x180' }
  - { series: 'shmbox_max_pages{instance="b"}', values: '10x180' }
  - { series: 'shmbox_orphaned_bytes{instance="a"}', values: '0+1048576x180' }
  - { series: 'shmbox_orphaned_bytes{instance="b"}', values: '0+3145728x180' }
  - { series: 'node_textfile_mtime_seconds{instance="a",file="/x/shmbox.prom"}', values: '10800x180' }
  - { series: 'node_textfile_mtime_seconds{instance="a",file="/x/other.prom"}', values: '0x180' }
  alert_rule_test:
  - { alertname: SharedMemorySegmentsNearLimit, eval_time: 30h }
  - alertname: SharedMemorySegmentsNearLimit
    eval_time: 32h
    exp_alerts:
    - exp_labels: { instance: a, severity: warning }
      exp_annotations: { summary: 'a: 82.5% of kernel.shmmni are in use' }
  - alertname: SharedMemoryPagesNearLimit
    eval_time: 1h
    exp_alerts:
    - exp_labels: { instance: b, severity: warning }
      exp_annotations: { summary: 'b: 90% of kernel.shmall are in use' }
  - { alertname: SharedMemoryOrphansGrow, eval_time: 23h }
  - alertname: SharedMemoryOrphansGrow
    eval_time: 30h
    exp_alerts:
    - exp_labels: { instance: b, severity: warning }
      exp_annotations: { summary: 'b: orphaned segments grew by 360MiB in a day' }
  - { alertname: SharedMemoryMetricsOld, eval_time: 3h }
  - alertname: SharedMemoryMetricsOld
    eval_time: 4h
    exp_alerts:
    - exp_labels: { instance: a, file: /x/shmbox.prom, severity: warning }
      exp_annotations: { summary: 'a: shmbox.prom was last written 1h 0m 0s ago' }
END
    succeeds "$place/usr/bin/promtool" test rules tests.yml
}

# ---- Kubernetes ----

# needs_podman - with an image as the page makes it; its state is in the directory of this file
needs_podman()
{
    command -v podman >/dev/null || skip "podman is not installed"
    needs_package busybox-static
    export CONTAINERS_CONF=$BATS_FILE_TMPDIR/containers.conf CONTAINERS_STORAGE_CONF=$BATS_FILE_TMPDIR/storage.conf
    cat >"$CONTAINERS_CONF" <<-END
	[containers]
	default_ulimits = ["nofile=20000:20000", "nproc=1000:1000"]
	netns = "none"
	[engine]
	runtime = "$(command -v crun >/dev/null && echo crun || echo runc)"
	cgroup_manager = "cgroupfs"
	events_logger = "none"
	END
    printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' \
        "$BATS_FILE_TMPDIR/podman" "$BATS_FILE_TMPDIR/podman-run" >"$CONTAINERS_STORAGE_CONF"
    mkdir -p root/bin
    cp "$place/bin/busybox" root/bin
    for name in sh sleep mv; do ln -s busybox root/bin/$name; done
    tar -C root -c . | podman import - localhost/busybox >log 2>&1 3>&- || skip "podman: $(tail -n 1 log)"
    podman run --rm busybox sh -c : >log 2>&1 3>&- || skip "podman runs no container here: $(tail -n 1 log)"
    used_podman=yes
}

# logged WORDS - the reaper has listed it
logged()
{
    podman logs shmbox-reaper >list 2>&1 && grep -qE "$1" list
}

needs_reader_of_yaml()
{
    python3 -c 'import yaml' 2>/dev/null || skip "needs a reader of YAML for python3"
}

# pod - prints the pod that Kubernetes makes of the DaemonSet on each node: podman 4.3 knows no DaemonSet.
# Its directory is here, its loops are fast, and segments that are new are old enough
pod()
{
    python3 - "$files/shmbox-daemonset.yaml" "$PWD/node" <<'END'
import sys
import yaml

daemons = yaml.safe_load(open(sys.argv[1]))
assert (daemons["kind"], daemons["apiVersion"]) == ("DaemonSet", "apps/v1")
template = daemons["spec"]["template"]
assert template["metadata"]["labels"] == daemons["spec"]["selector"]["matchLabels"]
template["metadata"]["name"] = "shmbox"
template["spec"]["volumes"][0]["hostPath"]["path"] = sys.argv[2]
for container, old, new in zip(template["spec"]["containers"], ("sleep 60", "sleep 3600"), ("sleep 1", "sleep 1")):
    assert old in container["args"][0]
    container["args"][0] = container["args"][0].replace(old, new).replace("--idle 7d", "--idle 0")
print(yaml.safe_dump({"apiVersion": "v1", "kind": "Pod", **template}))
END
}

# prepare_image - by the command of the page; the image below it is here, and not in a registry
prepare_image()
{
    local command
    mkdir context
    cp "$SHMBOX_BIN/shmbox" "$files/shmbox.containerfile" context
    command=$(commands 'podman build')
    # shellcheck disable=SC2086 # words
    (cd context && ${command/ build / build --pull=never --isolation chroot }) >log 2>&1 3>&- || { cat log; return 1; }
}

@test "the DaemonSet runs on a node: metrics in the file, and orphans in the log, which stay" {
    needs_reader_of_yaml
    needs_podman
    prepare_image
    # podman 4.3 has no hostIPC and no hostPID: the pod has its own segments, and each container its own processes
    pod | sed '/hostIPC\|hostPID/d' >pod.yaml
    mkdir node
    podman kube play --network none pod.yaml >log 2>&1 3>&- || { cat log; return 1; }
    podman exec shmbox-reaper shmcreate 5M >id 3>&-
    wait_until written shmbox_size_bytes 5242880
    written shmbox_segments 1
    wait_until logged ' 0 - 0 5M .* creator and last user have exited$' podman logs shmbox-reaper
    same "kept" "0" "$(podman exec shmbox-metrics shmls --ids 3>&-)"
}

# written NAME VALUE - the metric has this value in the file that the DaemonSet writes
written()
{
    [ -s node/shmbox.prom ] || return
    "$SHMBOX_SOURCE/tests/lib/prometheus.py" <node/shmbox.prom | awk -F '\t' -v name="$1" -v value="$2" \
        '$1 == name && $3 == value { found = 1 } END { exit !found }'
}

# logged REGEX CMD.. - CMD prints it
logged()
{
    "${@:2}" 3>&- 2>&1 | tr -s ' ' | grep -qE "$1"
}

# options_of NUMBER - the options of podman for this container of the DaemonSet, on the node, and its image
options_of()
{
    pod | python3 -c 'import sys, yaml
pod = yaml.safe_load(sys.stdin)["spec"]
assert pod["hostIPC"] and pod["hostPID"]
container = pod["containers"][int(sys.argv[1])]
security = container["securityContext"]
assert security["readOnlyRootFilesystem"]
print("--read-only", "--ipc=host", "--pid=host", sep="\n")
for option in "drop", "add":
    for word in security["capabilities"].get(option, []):
        print(f"--cap-{option}={word}")
if security.get("allowPrivilegeEscalation") is False:
    print("--security-opt=no-new-privileges")
print(container["image"])' "$1"
}

# on_node NUMBER CMD.. - runs it in a container with these options; rows has what it prints
on_node()
{
    mapfile -t options < <(options_of "$1")
    run -0 --separate-stderr podman run --rm "${options[@]}" "${@:2}" 3>&-
    rows=$(tr -s ' ' <<<"$output")
}

@test "the capabilities of the DaemonSet are enough: orphans of the node are found, and of all namespaces" {
    needs_reader_of_yaml
    needs_podman
    prepare_image
    segment 3M
    kept=$id
    # another namespace, as of a pod
    start unshare --ipc sh -c 'perl -e "shmget(0, 5 << 20, 01600) // die"; echo there; exec sleep 3600'
    wait_until test -s out
    # shellcheck disable=SC2046 # words
    on_node 1 $(commands 'shmreap.*--all-ns' | sed 's/7d/0/')
    like "of the node" "* $kept - 0 3M *" "$rows"
    like "of another namespace" "* 0 - 0 5M *" "$rows"
    on_node 0 shmreap --idle 0
    like "without capabilities" "*$kept - 0 3M * yes not attached; creator and last user have exited*" "$rows"
    on_node 0 shmlimits --prometheus
    like "metrics" "*shmbox_unknown_segments 0"$'\n'"*" "$output"
    same "kept" 3145728 "$(kernel_says "$kept" size)"
}

# ---- Ansible, ssh, Nagios ----

@test "the commands for Ansible work, on this machine as the only host" {
    command -v ansible >/dev/null || skip "ansible is not installed"
    needs_mount
    segment 4K
    cp "$SHMBOX_BIN/shmbox" .
    commands ansible >script
    same "commands" 2 "$(wc -l <script)"
    # -b would be sudo; and nothing is a week old here
    sed -i "s|^ansible all -b|ansible all -i localhost, -c local|; s|/usr/local/bin|$PWD/bin|; s|7d|0|" script
    mkdir bin home
    export HOME=$PWD/home ANSIBLE_LOCAL_TEMP=$PWD/home ANSIBLE_REMOTE_TEMP=$PWD/home ANSIBLE_NOCOLOR=1 LC_ALL=C.UTF-8 \
        ANSIBLE_PYTHON_INTERPRETER=auto_silent
    run -0 --separate-stderr bash -e script
    cmp bin/shmbox "$SHMBOX_BIN/shmbox"
    like "listed" "*localhost | CHANGED | rc=0 >>*$id *4K*yes*creator*exited*" "$output"
    like "kept" 4096 "$(kernel_says "$id" size)"
}

# daemon - Debian's sshd on the loopback of a network namespace of its own; "${daemon[@]}" CMD.. runs there, and
# ssh(1) is a client that knows it, and has the key
daemon()
{
    local here=$PWD
    command -v ssh >/dev/null || skip "ssh is not installed"
    needs_package busybox-static
    busybox=$place/bin/busybox
    needs_package libwrap0
    libraries=$(dirname "$(find "$place" -name 'libwrap.so.0')")
    needs_package openssh-server
    [ "$(id -u)" = 0 ] || skip "needs root, for sshd"
    ssh-keygen -q -t ed25519 -N '' -f key </dev/null
    cp key.pub authorized
    cp /etc/passwd passwd
    echo 'sshd:x:65533:65534::/run/sshd:/bin/false' >>passwd
    printf '%s\n' "HostKey $here/key" "AuthorizedKeysFile $here/authorized" "StrictModes no" "PermitRootLogin yes" \
        "UsePAM no" "PidFile none" "ListenAddress 127.0.0.1:22" "SetEnv PATH=$PATH" >conf
    # shellcheck disable=SC2016 # the inner shell's
    start unshare --net --mount sh -c '"$1" ip link set lo up && mount -t tmpfs none /run && mkdir /run/sshd &&
        mount --bind passwd /etc/passwd && LD_LIBRARY_PATH=$4 exec "$2" -D -e -f "$3/conf"' \
        sh "$busybox" "$place/usr/sbin/sshd" "$here" "$libraries"
    daemon=(nsenter --net --target "$pid")
    mkdir bin
    printf '#!/bin/sh\nexec %s -F none -i %s/key -l root -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$@"\n' \
        "$(command -v ssh)" "$here" >bin/ssh
    chmod +x bin/ssh
    wait_until grep -q 'listening\|error' err
    "${daemon[@]}" bin/ssh 127.0.0.1 true 2>>err || skip "sshd does not run here: $(tail -n 1 err)"
}

@test "the commands for ssh work, with Debian's sshd" {
    daemon
    segment 4K
    old=$(date +%s)
    wait_until idle_a_second
    printf '%s\n' 127.0.0.1 localhost >hosts
    commands for >script
    commands 'ssh host' >>script
    same "commands" 2 "$(wc -l <script)"
    sed -i 's/ssh host/ssh 127.0.0.1/; s/--orphan/--orphan --idle 0/' script
    cp "$SHMBOX_BIN/shmbox" .
    run -0 --separate-stderr env PATH="$PWD/bin:$PATH" "${daemon[@]}" bash -e script
    same "standard error" "" "$stderr"
    like "printed" "127.0.0.1: *$id *4K*localhost: *$id *4K*ID *$id *4K*" "$output"
}

idle_a_second() { [ "$(date +%s)" -gt "$old" ]; }

# remove_noted - the segments of this test, which others would count
remove_noted() { xargs -n 1 ipcrm -m <noted; }

@test "check_shm has the statuses of monitors: 0, 1, 2 and 3" {
    check=$files/check_shm
    segments | xargs -r -n 1 ipcrm -m # of other tests
    segments >before
    limit shmmni 10
    limit shmall 10000
    old_orphans
    checks() { run "-$1" "${old_orphans[@]}" "$check" "${@:3}"; like "printed" "$2" "$output"; }
    checks 0 "SHM OK - 2 segments (*% of shmmni), * pages (*% of shmall), 2 orphans with 4 MiB | segments=*%;80;90;0 pages=*%;80;90;0 orphaned=4MB;1024;4096;0"
    checks 1 "SHM WARNING - *" -W 4
    checks 2 "SHM CRITICAL - *" -W 1 -C 4
    checks 0 "SHM OK - *" -W 5 -C 6
    # real segments: 8 and 9 of 10, and many pages
    for _ in 1 2 3 4 5 6 7 8; do segment 4K; done
    run -1 "$check"
    like "printed" "SHM WARNING - 8 segments (80% of shmmni), 8 pages (0% of shmall), *" "$output"
    run -0 "$check" -w 81
    segment 4K
    run -2 "$check"
    like "printed" "SHM CRITICAL - 9 segments (90% of shmmni), *" "$output"
    limit shmmni 100
    segment $((8000 * 4096))
    run -1 "$check"
    like "printed" "SHM WARNING - 10 segments (10% of shmmni), 8009 pages (80% of shmall), *" "$output"
    for options in "-w x" "-x" "-w" "-W -1"; do
        # shellcheck disable=SC2086 # one or two words
        run -3 "$check" $options
        like "printed" "SHM UNKNOWN - usage: *" "$output"
    done
    run -3 env PATH=/usr/bin:/bin "$check"
    like "printed" "SHM UNKNOWN - *shmlimits*" "$output"
    remove_noted
    same "the page" "$(commands check_shm)" "check_shm -w 80 -c 90 -W 1024 -C 4096"
}

@test "check_shm where orphans are unknown: 3, but for what is known" {
    unshare --mount true 2>/dev/null || skip "needs a mount namespace of its own"
    no_proc
    apart
    "${apart[@]}" shmcreate 4K >id
    # a segment is no orphan within the first minute
    run -0 "${apart[@]}" "${no_proc[@]}" "$files/check_shm"
    stamped_call=4 stamps 0 0 $(($(date +%s) - 70)) "$(dead_pid)" 0
    # strace follows what the shell starts; the first four calls are those of shmlimits
    run -3 "${apart[@]}" strace -f "${stamps[@]:1}" "${no_proc[@]}" "$files/check_shm"
    like "printed" "SHM UNKNOWN - 1 segments (*), orphans are unknown | segments=*" "$output"
}
