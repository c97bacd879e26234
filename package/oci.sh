#!/bin/sh
# SPDX-License-Identifier: MIT
# oci.sh - an OCI image layout with one layer, reproducible, by tar, gzip and sha256sum
# usage: SOURCE_DATE_EPOCH=N oci.sh ROOT OUT NAME VERSION ARCHITECTURE
#
# ROOT becomes the layer, /bin/NAME what is run. The format is that of the OCI image
# specification 1.0: image-layout.md, manifest.md, config.md, image-index.md.
set -eu
root=$1
out=$2
name=$3
version=$4
architecture=$5
layout=application/vnd.oci.image
blobs=$out/blobs/sha256

digest() { sha256sum "$1" | cut -d ' ' -f 1; }

# Moves a file to where its content says, and prints its descriptor.
blob() {
	digest=$(digest "$1")
	size=$(wc -c <"$1")
	mv "$1" "$blobs/$digest"
	printf '"mediaType":"%s","digest":"sha256:%s","size":%d' "$layout.$2" "$digest" "$size"
}

rm -rf "$out"
mkdir -p "$blobs"
tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
	--mode=go=u-w --format=ustar -C "$root" -cf "$out/layer" .
diff_id=$(digest "$out/layer")
gzip -9n "$out/layer"
layer=$(blob "$out/layer.gz" layer.v1.tar+gzip)

cat >"$out/config" <<-END
	{"created":"$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)",
	"architecture":"$architecture","os":"linux",
	"config":{"Env":["PATH=/bin"],"Entrypoint":["/bin/$name"],
	"Labels":{"org.opencontainers.image.title":"$name",
	"org.opencontainers.image.version":"$version",
	"org.opencontainers.image.licenses":"MIT"}},
	"rootfs":{"type":"layers","diff_ids":["sha256:$diff_id"]}}
END
config=$(blob "$out/config" config.v1+json)
cat >"$out/manifest" <<-END
	{"schemaVersion":2,"mediaType":"$layout.manifest.v1+json",
	"config":{$config},"layers":[{$layer}]}
END
manifest=$(blob "$out/manifest" manifest.v1+json)
cat >"$out/index.json" <<-END
	{"schemaVersion":2,"manifests":[{$manifest,
	"platform":{"architecture":"$architecture","os":"linux"},
	"annotations":{"org.opencontainers.image.ref.name":"$version"}}]}
END
printf '{"imageLayoutVersion":"1.0.0"}' >"$out/oci-layout"
