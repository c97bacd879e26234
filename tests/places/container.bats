# SPDX-License-Identifier: MIT
# the image: its content, and that all of it works in a restricted container
# runs against: glibc
# needs: image
# labels: offline unprivileged
#
# Unless stated otherwise, a container here shares the IPC namespace of the test, so that
# checks outside can inspect the segments that it creates.

setup_file()
{
    image=$("$SHMBOX_SOURCE/dev" image 2>"$BATS_FILE_TMPDIR/image.log" | tail -n 1)
    export image root=$BATS_FILE_TMPDIR/root
    mkdir "$root"
    layer_of "$image" | tar -xzC "$root"
    chmod a+rx "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" # for a user without rights

    # the state of podman, in the directory of this file only
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
    podman=$({ podman tag "$(podman pull -q oci:"$image")" shmbox && podman run --rm shmbox --version; } 2>&1 3>&-) ||
        export no_podman="podman runs no container here: ${podman%%$'\n'*}"
}

teardown_file()
{
    podman rm --all --force --time 0 >/dev/null 2>&1 3>&- || :
    podman rmi --all --force >/dev/null 2>&1 3>&- || :
}

setup()
{
    load ../lib/helper
    load ../lib/states
    common_setup
}

teardown()
{
    [ -z "${used_podman-}" ] || {
        podman pod rm --all --force --time 0
        podman rm --all --force --time 0
    } >/dev/null 2>&1 3>&- || :
    common_teardown
}

blob() { jq -r "$2" "$1" | sed "s,^sha256:,$image/blobs/sha256/,"; }

# layer_of IMAGE - the bytes of its one layer
layer_of()
{
    image=$1
    cat "$(blob "$(blob "$1/index.json" '.manifests[0].digest')" '.layers[0].digest')"
}

needs_podman()
{
    [ -z "${no_podman-}" ] || skip "$no_podman"
    used_podman=yes
}

# Whether a container of podman's has printed something.
printed()
{
    [ -n "$(podman logs "$1" 2>/dev/null)" ]
}

# ---- the image ----

@test "./dev image prints its path, and does not create it again" {
    find "$image" -printf '%p %T@ %i\n' >first
    prints "$image" bash -c '"$SHMBOX_SOURCE/dev" image 2>/dev/null'
    find "$image" -printf '%p %T@ %i\n' | diff first -
}

@test "it is an OCI image layout: every blob matches its name and its descriptor" {
    same "layout" 1.0.0 "$(jq -r .imageLayoutVersion "$image/oci-layout")"
    for file in "$image"/blobs/sha256/*; do
        same "name" "${file##*/}" "$(sha256sum "$file" | cut -d ' ' -f 1)"
    done
    manifest=$(blob "$image/index.json" '.manifests[0].digest')
    config=$(blob "$manifest" .config.digest)
    layer=$(blob "$manifest" '.layers[0].digest')
    same "sizes" "$(stat -c %s "$manifest" "$config" "$layer")" \
        "$(jq '.manifests[0].size' "$image/index.json"; jq '.config.size, .layers[0].size' "$manifest")"
    same "contents of the layer" "sha256:$(gzip -dc "$layer" | sha256sum | cut -d ' ' -f 1)" \
        "$(jq -r '.rootfs.diff_ids[0]' "$config")"
    same "program" /bin/shmbox "$(jq -r '.config.Entrypoint[0]' "$config")"
    same "blobs" 3 "$(find "$image/blobs" -type f | wc -l)"
}

@test "it contains the program, its links and the licences, owned by root, and nothing else" {
    same "files" "$({ shmbox --list; echo shmbox; } | sort)" "$(ls "$root/bin")"
    same "directories" "bin licenses" "$(find "$root" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' ' | sed 's/ $//')"
    same "licences" "COPYRIGHT.musl LICENSE" "$(find "$root/licenses" -type f -printf '%f\n' | sort | tr '\n' ' ' | sed 's/ $//')"
    cmp "$root/licenses/COPYRIGHT.musl" "$SHMBOX_SOURCE/package/COPYRIGHT.musl"
    cmp "$root/bin/shmbox" "$SHMBOX_SOURCE/build/release/bin/shmbox"
    for applet in $(shmbox --list); do
        same "$applet" shmbox "$(readlink "$root/bin/$applet")"
    done
    same "owners" 0/0 "$(layer_of "$image" | tar -tzv --numeric-owner | awk '{ print $2 }' | sort -u)"
    same "writable for others" "" "$(layer_of "$image" | tar -tzv | grep -v ^l | grep '^.....w\|^........w' || true)"
}

@test "an image made from files with other dates, in another order, with another umask, is identical" {
    (
        umask 077
        mkdir -p again/bin
        cp -R "$root/licenses" again
        for file in $(printf '%s\n' "$root"/bin/* | sort -r); do
            cp -P "$file" again/bin
        done
    )
    touch -h -d 2001-01-01 again/*/*
    manifest=$(blob "$image/index.json" '.manifests[0].digest')
    date=$(jq -r .created "$(blob "$manifest" .config.digest)")
    SOURCE_DATE_EPOCH=$(date -d "$date" +%s) "$SHMBOX_SOURCE/package/oci.sh" again out shmbox \
        "$(shmbox --version | cut -d ' ' -f 2)" "$(jq -r '.manifests[0].platform.architecture' "$image/index.json")"
    diff -r "$image" out
}

# ---- in a container ----

# Ways to run a program of the image: way CMD..
by_unshare()
{
    unshare --mount --pid --fork --kill-child --uts --net --root="$root" -- "$@"
}

by_unshare_as_user()
{
    setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all -- \
        unshare --user --map-root-user --mount --pid --fork --kill-child --uts --net --root="$root" -- "$@"
}

# an ordinary user in a user namespace, without capabilities there, all read-only
by_bwrap()
{
    setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all -- \
        bwrap --ro-bind "$root" / --unshare-user --unshare-pid --unshare-net --unshare-uts --as-pid-1 \
        --die-with-parent --cap-drop ALL -- "$@"
}

# the same with /proc and /dev
by_bwrap_with_proc()
{
    setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all -- \
        bwrap --ro-bind "$BATS_FILE_TMPDIR/mountable" / --proc /proc --dev /dev --unshare-user --unshare-pid \
        --unshare-net --unshare-uts --die-with-parent --cap-drop ALL -- "$@"
}

by_podman()
{
    podman run --rm --interactive --read-only --cap-drop=ALL --security-opt no-new-privileges \
        --user 1000:1000 --ipc=host --entrypoint "$1" shmbox "${@:2}" 3>&-
}

# does_its_work WAY - a segment's life, each step in a container of its own
does_its_work()
{
    local way=$1
    noise 5000 >in
    id=$("$way" /bin/shmcreate 5000)
    echo "$id" >>noted
    same "size" 5000 "$(kernel_says "$id" size)"
    succeeds "$way" /bin/shmwrite "$id" <in
    peek "$id" 0 5000 | same_bytes in
    "$way" /bin/shmcat "$id" >out
    same_bytes in <out
    like "listed" "*$id *" "$("$way" /bin/shmls)"
    like "known" "*size: *" "$("$way" /bin/shmstat "$id")"
    succeeds "$way" /bin/shmset --mode 640 "$id"
    same "mode" 640 "$(kernel_says "$id" perms)"
    succeeds "$way" /bin/shmwipe "$id"
    same "bytes left" "" "$(peek "$id" 0 5000 | tr -d '\0')"
    succeeds "$way" /bin/shmlimits
    succeeds "$way" /bin/shmrm "$id"
    gone "$id"
    run -3 --separate-stderr "$way" /bin/shmrm "$id"
    run -127 --separate-stderr "$way" /bin/shmattach scratch:4K /bin/sh
    succeeds "$way" /bin/shmattach scratch:4K /bin/shmls
}

@test "in an empty root, as PID 1" {
    by_unshare /bin/shmbox >out 2>&1 || skip "may not enter another root directory"
    does_its_work by_unshare
}

@test "in an empty root, as PID 1 of a user namespace created by an ordinary user" {
    by_unshare_as_user /bin/shmbox >out 2>&1 || skip "ordinary users may make no user namespaces here"
    does_its_work by_unshare_as_user
}

@test "read-only, without capabilities, as an ordinary user, as PID 1" {
    command -v bwrap >/dev/null || skip "bubblewrap is not installed"
    by_bwrap /bin/shmbox >out 2>&1 || skip "bubblewrap: $(head -n 1 out)"
    does_its_work by_bwrap
}

@test "the same with /proc and /dev" {
    command -v bwrap >/dev/null || skip "bubblewrap is not installed"
    mkdir "$BATS_FILE_TMPDIR/mountable"
    cp -a "$root/bin" "$BATS_FILE_TMPDIR/mountable"
    mkdir "$BATS_FILE_TMPDIR/mountable/proc" "$BATS_FILE_TMPDIR/mountable/dev"
    by_bwrap_with_proc /bin/shmbox >out 2>&1 || skip "bubblewrap: $(head -n 1 out)"
    does_its_work by_bwrap_with_proc
}

@test "podman: read-only, without capabilities, as an ordinary user, under the default seccomp profile" {
    needs_podman
    does_its_work by_podman
    podman run --name probe --read-only shmbox >out 2>&1 3>&-
    bundle=$(podman inspect --format '{{.OCIConfigPath}}' probe)
    same "what seccomp says otherwise" SCMP_ACT_ERRNO "$(jq -r .linux.seccomp.defaultAction "$bundle")"
}

# With a user namespace podman requires the host's /dev/mqueue for --ipc=host. This container
# therefore has its own IPC namespace, and the checks enter it.
@test "podman: in a user namespace" {
    needs_podman
    podman run --detach --name apart --read-only --uidmap 0:100000:65536 --gidmap 0:100000:65536 \
        --entrypoint /bin/shmattach shmbox scratch:4K >out 2>&1 3>&-
    pid=$(podman inspect --format '{{.State.Pid}}' apart)
    there() { nsenter --ipc --target "$pid" "$@"; }
    noise 5000 >in
    id=$(podman exec apart shmcreate 5000)
    podman exec --interactive apart shmwrite "$id" <in
    there perl -e 'shmread($ARGV[0], $b, 0, 5000) or die "shmread: $!\n"; print $b' "$id" | same_bytes in
    podman exec apart shmcat "$id" | same_bytes in
    same "owner, seen from here" 100000 "$(there awk -v id="$id" '$2 == id { print $8 }' /proc/sysvipc/shm)"
    like "owner, seen in there" "* 0 *" "$(podman exec apart shmls "$id" --noheadings --output id,owner,perms)"
    podman exec apart shmrm "$id"
    same "left" "" "$(there awk -v id="$id" '$2 == id' /proc/sysvipc/shm)"
    run -3 --separate-stderr podman exec apart shmrm "$id"
}

@test "podman: as PID 1 it exits at once on SIGTERM, with status 0, and not by a later SIGKILL" {
    needs_podman
    podman run --detach --name holder --read-only --cap-drop=ALL --ipc=host \
        --entrypoint /bin/shmattach shmbox scratch:4K >out 2>&1 3>&-
    wait_until printed holder
    id=$(podman logs holder)
    same "attached" 1 "$(kernel_says "$id" nattch)"
    podman stop --time 300 holder >out 2>&1
    same "status" 0 "$(podman inspect --format '{{.State.ExitCode}}' holder)"
    gone "$id"
}

# ---- several of them ----

@test "two containers share a segment through the IPC namespace of one of them" {
    needs_podman
    podman run --detach --name one --ipc=shareable --entrypoint /bin/shmattach shmbox scratch:4K >out 2>&1 3>&-
    wait_until printed one
    id=$(podman logs one)
    podman run --rm --ipc=container:one --entrypoint /bin/shmwrite shmbox --text shared "$id" 3>&-
    prints shared podman exec one shmcat --length 6 "$id"
    same "here" "$(<before)" "$(segments)"
    # another container has its own namespace, without such a segment
    run -3 podman run --rm --entrypoint /bin/shmstat shmbox "$id" 3>&-
}

@test "two containers share a segment through the namespace of the host" {
    needs_podman
    id=$(podman run --rm --ipc=host --entrypoint /bin/shmcreate shmbox 4K 3>&-)
    echo "$id" >>noted
    podman run --rm --ipc=host --entrypoint /bin/shmwrite shmbox --text shared "$id" 3>&-
    prints shared podman run --rm --ipc=host --entrypoint /bin/shmcat shmbox --length 6 "$id" 3>&-
    same "seen from here" shared "$(peek "$id" 0 6)"
}

@test "two containers without podman share a segment, and a third one has its own" {
    by_unshare_as_user /bin/shmbox >out 2>&1 || skip "ordinary users may make no user namespaces here"
    id=$(by_unshare /bin/shmcreate 4K)
    echo "$id" >>noted
    succeeds by_unshare_as_user /bin/shmls --ids
    like "seen by the other" "*$id*" "$output"
    run -3 --separate-stderr fresh unshare --mount --pid --fork --root="$root" /bin/shmstat "$id"
}

# The displays of shmbox-containers(7), as they stand.
shown()
{
    awk '/^\.Ed/ { inside = 0; print "" } inside; /^\.Bd/ { inside = 1 }' "$SHMBOX_SOURCE/man/shmbox-containers.7" |
        sed 's/\\-/-/g'
}

@test "the commands of shmbox-containers(7) work as the page shows" {
    needs_podman
    shown | awk -v RS= '/^(podman|pid=)/' | grep -v '^podman tag' >script
    [ "$(wc -l <script)" -gt 7 ]
    run -7 --separate-stderr bash -x script 3>&-
    like "told" "*shmrm: 0: *attached*" "$stderr"
    like "printed" "*shmcreate*kernel.shmmni*ID *1M *ID *1M *00000000  00 00 *" "$output" ||
        like "printed" "*shmcreate*shmmni*1M *1M *00000000  00 00 *" "$output"
}

@test "README: in a container" {
    needs_podman
    readme "In a container" | as_script >script
    script=$PWD/script
    cd "$SHMBOX_SOURCE"
    like "README" "$(readme "In a container" | as_pattern | ages)" "$(bash "$script" 2>/dev/null 3>&-)"
}

@test "the pod of shmbox-containers(7) works as the page shows" {
    needs_podman
    shown | awk -v RS= '/^apiVersion.*kind: Pod/' | diff - <(grep -v '^#' "$SHMBOX_SOURCE/package/pod.yaml")
    podman kube play --network none "$SHMBOX_SOURCE/package/pod.yaml" >log 2>&1 3>&- || { cat log; return 1; }
    wait_until printed shmbox-read
    same "printed" "hello from another container" "$(podman logs shmbox-read)"
    succeeds podman exec shmbox-hold shmls --noheadings --output key,size,nattch
    read -r -a row <<<"$output"
    same "held" "0x00005432 1M 1" "${row[*]}"
    same "here" "$(<before)" "$(segments)"
}

# job_as_pod - the Job of the page as the pod that it makes: podman before 4.8 plays no Job
job_as_pod()
{
    printf 'apiVersion: v1\nkind: Pod\n'
    sed '1,/^  template:/d; s/^    //' "$SHMBOX_SOURCE/package/job.yaml"
}

@test "the Job of shmbox-containers(7) saves the segments of the node in a volume" {
    needs_podman
    shown | awk -v RS= '/^apiVersion.*kind: Job/' | diff - <(grep -v '^#' "$SHMBOX_SOURCE/package/job.yaml")
    segment --key 0x5432 --mode 600 --owner 65534 64K
    noise 5000 | poke "$id" 7000
    job_as_pod >pod.yaml
    podman kube play --network none pod.yaml >log 2>&1 3>&- || { cat log; return 1; }
    same "status" 0 "$(podman wait save-segments-save)"
    saved=$(podman volume inspect --format '{{.Mountpoint}}' saved-segments)/segments.tar
    # podman 4.3 ignores hostIPC, so that the pod sees no segment
    same "members" CKSUM "$(tar -tf "$saved")"
    rm "$saved"
    command=$(sed -n 's/.*command: \[ \(.*\) \]/\1/p' pod.yaml | tr -d ,)
    # shellcheck disable=SC2086 # words without blanks
    podman run --rm --ipc=host --read-only --cap-drop=ALL --cap-add=IPC_OWNER --user 0 --security-opt no-new-privileges \
        --volume saved-segments:/saved --entrypoint "${command%% *}" shmbox ${command#* } 3>&-
    tar -xOf "$saved" key-0x00005432 | cmp - <(peek "$id" 0 65536)
}

@test "shmbox-containers(7): the segments of a pod are saved and restored from one of its containers" {
    needs_podman
    podman kube play --network none "$SHMBOX_SOURCE/package/pod.yaml" >log 2>&1 3>&- || { cat log; return 1; }
    wait_until podman exec shmbox-hold shmls --ids
    sed -n 's/^\.Dl kubectl exec \(-i \)\{0,1\}shmbox -c hold -- /podman exec \1shmbox-hold /p' \
        "$SHMBOX_SOURCE/man/shmbox-containers.7" >commands
    [ "$(wc -l <commands)" -eq 2 ]
    sh -c "$(head -n 1 commands)" 2>notes
    like "note" "shmdump: 0: attached 1 time: *" "$(<notes)"
    tar -xOf saved.tar key-0x00005432 | head -c 28 | cmp - <(printf 'hello from another container')
    podman exec shmbox-hold shmrm key:0x5432 2>notes
    id=$(sh -c "$(tail -n 1 commands)")
    same "restored" "hello from another container" "$(podman exec shmbox-hold shmcat --length 28 "$id")"
}

# ---- from outside ----

# A container with a program that leaks, and nothing else: no shell, no shmbox, no /proc.
leaky_container()
{
    cat >leaky.c <<-END
	#include <shmbox/shmbox.h>
	#include <unistd.h>
	int main(void)
	{
		struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
		struct shmbox_map map;
		int held = shmbox_create(&spec);
		spec.size = 8192;
		int leaked = shmbox_create(&spec);
		if (shmbox_attach(leaked, 0, &map) < 0 || shmbox_write(&map, 0, "leaked", 6) != 6)
			return 1;
		shmbox_detach(&map);
		if (shmbox_attach(held, 0, &map) < 0)
			return 1;
		printf("%d %d\n", held, leaked);
		fflush(stdout);
		pause();
	}
	END
    mkdir leaky
    "$SHMBOX_SOURCE/build/release/cc" -static-pie -I "$SHMBOX_SOURCE/include" -o leaky/leaky leaky.c \
        "$SHMBOX_SOURCE/build/release/lib/libshmbox.a"
}

# cleaned_from_here PID - lists, reads and cleans in the container of that process
cleaned_from_here()
{
    read -r held leaked <out
    succeeds shmls --ns "$1" --bytes --noheadings --output id,size,nattch
    same "listed" "$held 4096 1 $leaked 8192 0" "$(xargs <<<"$output")"
    prints leaked shmcat --ns "$1" --length 6 "$leaked"
    fails_like 7 "shmrm: $held: *" shmrm --ns "$1" --if-unattached "$held" "$leaked"
    same "left there" "$held" "$(nsenter --ipc --target "$1" awk 'NR > 1 { print $2 }' /proc/sysvipc/shm)"
    same "here" "$(<before)" "$(segments)"
}

@test "from the host, --ns PID lists, reads and cleans in a container without tools" {
    by_unshare /bin/shmbox >out 2>&1 || skip "may not enter another root directory"
    leaky_container
    start unshare --mount --pid --fork --kill-child --ipc --uts --net --root="$PWD/leaky" /leaky
    wait_until test -s out
    cleaned_from_here "$(tr -d ' ' <"/proc/$pid/task/$pid/children")"
}

@test "the same for a container of podman whose image has no tools" {
    needs_podman
    leaky_container
    start podman run --rm --name leaky --cap-drop=ALL --rootfs "$PWD/leaky" /leaky
    wait_until test -s out
    cleaned_from_here "$(podman inspect --format '{{.State.Pid}}' leaky)"
}
