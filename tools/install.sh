#!/usr/bin/env bash
# Installs every Debian and npm package the project needs and that is missing. Idempotent; with root or sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  # toolchain
  build-essential cmake ninja-build ccache mold pkg-config git python3
  # libraries of the server and the simulator
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-context1.81-dev
  libssl-dev libsodium-dev libsqlite3-dev libpq-dev libcurl4-openssl-dev libssh-dev libre2-dev
  libhowardhinnant-date-dev libfmt-dev libspdlog-dev libcli11-dev libtomlplusplus-dev libzstd-dev zlib1g-dev libgit2-dev libarchive-dev
  libfido2-dev libcbor-dev libqrencode-dev libmagic-dev
  libctemplate-dev
  iso-codes tzdata ca-certificates
  # real tunnels of simulated routers
  openvpn wireguard-go wireguard-tools iproute2 iputils-ping
  # tests, benchmarks, fuzzing, lint
  libgtest-dev libgmock-dev libbenchmark-dev postgresql sqlite3 openssh-client chromium curl nginx-light wrk python3-aiosmtpd python3-librouteros snmp
  clang-16 clang-format-16 clang-tidy-16 libclang-rt-16-dev
)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
# Any Node ≥ 18 will do for fetching packages; Debian's own is 18. What builds the web application is one of them.
command -v npm >/dev/null || missing+=(nodejs npm)

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "install: these packages are missing and there is neither root nor sudo: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "install: ${#missing[@]} Debian packages: ${missing[*]}"
  # Nothing that we install shall start by itself (PostgreSQL, nginx): the tests start their own.
  policy=/usr/sbin/policy-rc.d
  ours=no
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
    "${as_root[@]}" chmod +x $policy
    ours=yes
  fi
  status=0
  log=$(mktemp)
  { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || status=$?
  [ $ours = no ] || "${as_root[@]}" rm -f $policy
  [ $status -eq 0 ] || { tail -n 20 "$log" >&2; echo "install: apt-get failed (log: $log)" >&2; exit $status; }
  rm -f "$log"
fi

# web: files that the server embeds. tests/peers, tests/sim/npm: programs of others that the tests speak with, and a Node.js that runs them.
for packages in web tests/peers tests/sim/npm; do
  [ -f $packages/package-lock.json ] || continue
  tools/npm-packages.sh $packages
done
