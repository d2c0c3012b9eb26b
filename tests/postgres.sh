#!/bin/bash
# A private PostgreSQL for tests and benchmarks: its own data directory, unix socket only. Prints the URL for OPENSTRAT_TEST_POSTGRES.
#   export OPENSTRAT_TEST_POSTGRES=$(tests/postgres.sh start)
#   tests/postgres.sh start|stop|crash|url        crash: stop as after a power cut
# OPENSTRAT_TEST_POSTGRES_DIR     where it lives (default build/postgres of this checkout)
# OPENSTRAT_TEST_POSTGRES_FSYNC   on: durable, for benchmarks (default off)
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
dir=${OPENSTRAT_TEST_POSTGRES_DIR:-$root/build/postgres}
fsync=${OPENSTRAT_TEST_POSTGRES_FSYNC:-off}
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "postgres.sh: PostgreSQL is not installed (apt-get install postgresql)" >&2; exit 1; }

# Started by root, the server runs as user postgres, who must be able to reach the directory (a checkout below /root is closed).
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$dir"; chown postgres "$dir"
  (cd / && runuser -u postgres -- test -w "$dir") || dir=/var/tmp/openstrat-pg-$(echo "$dir" | cksum | cut -d' ' -f1)
fi

# PostgreSQL refuses to run as root. A socket path may have 107 bytes only, so a deep checkout gets its socket in /tmp.
as_owner() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
socket=$dir
if [ ${#socket} -gt 80 ]; then socket=/tmp/openstrat-pg-$(echo "$dir" | cksum | cut -d' ' -f1); fi
url="postgresql:///postgres?host=$socket&user=postgres"

running() { as_owner "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; }

start() {
  mkdir -p "$dir" "$socket"
  if [ "$(id -u)" = 0 ]; then chown postgres "$dir" "$socket"; fi
  exec 9>"$dir/lock"; flock 9
  if [ ! -s "$dir/data/PG_VERSION" ]; then
    # C collation: text sorts by bytes, as SQLite sorts it.
    as_owner "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --lc-collate=C --no-sync >"$dir/initdb.log" 2>&1 ||
      { cat "$dir/initdb.log" >&2; exit 1; }
  fi
  if ! running; then
    as_owner "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/server.log" \
      -o "-c listen_addresses='' -c unix_socket_directories='$socket' -c fsync=$fsync -c full_page_writes=$fsync -c synchronous_commit=on \
          -c max_connections=300 -c shared_buffers=64MB -c max_wal_size=512MB -c autovacuum=off" start >/dev/null 2>&1 9>&- ||
      { tail -20 "$dir/server.log" >&2; exit 1; }
  fi
  echo "$url"
}

case "${1:-}" in
  start) start ;;
  stop) if running; then as_owner "$bin/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null; fi ;;
  crash) if running; then as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null; fi ;;
  url) echo "$url" ;;
  *) echo "usage: tests/postgres.sh start|stop|crash|url" >&2; exit 2 ;;
esac
