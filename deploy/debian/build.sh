#!/usr/bin/env bash
# `npm run package:deb`: makes var/lienthong_<version>_all.deb with everything but Node, which it depends on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

npm run --silent package
version="$(node -p "require('./package.json').version")"
root=var/debian
rm -rf "$root"
mkdir -p "$root"/{DEBIAN,etc/lienthong,usr/bin,usr/lib,lib/systemd/system}
cp -r var/package "$root/usr/lib/lienthong"
cp package-lock.json "$root/usr/lib/lienthong/"
cp package.json "$root/usr/lib/lienthong/package.json.whole"
(
  cd "$root/usr/lib/lienthong"
  mv package.json package.json.installed
  mv package.json.whole package.json # The one that the lock was made for.
  npm ci --ignore-scripts --omit=dev --no-audit --no-fund --silent
  rm -rf node_modules/node-linux-* node_modules/.bin/node package-lock.json
  mv package.json.installed package.json
)
ln -s ../lib/lienthong/cli/main.cjs "$root/usr/bin/lienthong"
cp deploy/debian/lienthong.yaml "$root/etc/lienthong/"
cp deploy/systemd/lienthong.service "$root/lib/systemd/system/"
cp deploy/debian/{postinst,prerm,postrm} "$root/DEBIAN/"
echo /etc/lienthong/lienthong.yaml >"$root/DEBIAN/conffiles"
cat >"$root/DEBIAN/control" <<CONTROL
Package: lienthong
Version: $version
Architecture: all
Maintainer: Liên Thông maintainers <maintainers@lienthong.example>
Depends: nodejs (>= 24.12), procps
Recommends: systemd
Section: net
Priority: optional
Installed-Size: $(du -sk "$root" | cut -f1)
Description: event-driven interoperability bus for government
 Agencies publish signed events; the bus stores them durably, hands them to
 exactly those who may see them, and proves what happened.
CONTROL
chmod -R u=rwX,go=rX "$root"
chmod 0755 "$root"/DEBIAN/{postinst,prerm,postrm}
dpkg-deb --root-owner-group --build "$root" var
rm -rf "$root"
