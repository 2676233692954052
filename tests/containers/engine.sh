#!/usr/bin/env bash
# Installs podman on Debian and makes the images that the Dockerfile starts from, out of Debian's packages and the Node
# of this checkout: where tests run, no registry of images may be within reach.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
doing='starts'
trap 'echo "engine.sh: $doing: failed with exit code $? at line $LINENO: $BASH_COMMAND" >&2' ERR
set -o errtrace

wanted=()
for tool in podman runc catatonit mmdebstrap podman-compose iptables; do
  command -v "$tool" >/dev/null || wanted+=("$tool")
done
[ -x /usr/lib/cni/bridge ] || wanted+=(containernetworking-plugins)
[ -x /usr/lib/cni/dnsname ] || wanted+=(golang-github-containernetworking-plugin-dnsname dnsmasq-base)
if [ ${#wanted[@]} -gt 0 ]; then
  doing="installs ${wanted[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends "${wanted[@]}" >/dev/null
fi

export CONTAINERS_CONF="$PWD/containers.conf"
debian=docker.io/library/debian:bookworm-slim
node=docker.io/library/node:24-bookworm-slim
if ! podman image exists "$debian"; then
  doing="makes $debian"
  mmdebstrap --quiet --variant=minbase --dpkgopt=force-unsafe-io --include=ca-certificates,libstdc++6 bookworm \
    "$scratch/debian.tar" /etc/apt/sources.list.d/debian.sources
  podman import --quiet "$scratch/debian.tar" "$debian" >/dev/null
fi
doing='runs a container, which this kernel or this user may not be allowed to'
podman run --rm --publish 127.0.0.1::80 "$debian" true
made_from() { podman image inspect --format '{{index .Labels "made-from"}}' "$1" 2>/dev/null || true; }
program=../../node_modules/.bin/node # Not the machine's, which may be older.
npm="$(dirname "$(dirname "$(readlink --canonicalize "$(command -v npm)")")")"
from="$("$program" --version) $("$program" -p 'require(process.argv[1]).version' "$npm/package.json")"
if [ "$(made_from "$node")" != "$from" ]; then
  doing="makes $node"
  mkdir "$scratch/node"
  cp -L "$program" "$scratch/node/node"
  cp -r "$npm" "$scratch/node/npm"
  cp -L /etc/ssl/certs/ca-certificates.crt "$scratch/node/" # Of this machine, which may trust more.
  podman build --quiet --label "made-from=$from" --tag "$node" --file - "$scratch/node" <<FROM >/dev/null
FROM $debian
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
FROM
fi

# What compose.yaml names, from what `npm run servers` installed.
servers="${XDG_CACHE_HOME:-$HOME/.cache}/lienthong/servers"
make() {
  doing="makes $2"
  local from
  from="$(cat "Containerfile.$1" "$scratch/$1"/*.sh 2>/dev/null | sha256sum | cut --characters=1-64)" || true
  [ "$(made_from "$2")" = "$from" ] ||
    podman build --quiet --network host --volume /etc/apt:/etc/apt:O --label "made-from=$from" \
      --tag "$2" --file "Containerfile.$1" "$scratch/$1" >/dev/null
}
mkdir "$scratch"/{kafka,postgres,s3,systemd}
cp -r "$servers"/kafka-*/libs "$scratch/kafka/libs"
cp kafka.sh "$scratch/kafka/"
cp postgres.sh "$scratch/postgres/"
cp "$servers"/versitygw-*/versitygw "$scratch/s3/"
make kafka docker.io/apache/kafka:4.3.1
make postgres docker.io/library/postgres:15-bookworm
make s3 docker.io/versity/versitygw:v1.8.0
make systemd localhost/lienthong-systemd
