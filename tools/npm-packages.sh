#!/usr/bin/env bash
# Fetches the npm packages of a directory when they are older than its package-lock.json. usage: tools/npm-packages.sh DIRECTORY [few]
# `few` leaves out the tools that build and test, unless everything is there already.
set -euo pipefail
cd "$1"
lock=package-lock.json all=node_modules/.all few=node_modules/.few
is_fresh() { [ "$1" -nt $lock ] && [ -e node_modules/.package-lock.json ]; }
exec 9>.npm-packages.lock && flock 9  # builds of several presets share the directory
if [ "${2:-}" = few ]; then
  is_fresh $all || is_fresh $few || npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
  touch $few
else
  is_fresh $all || npm ci --no-audit --no-fund --loglevel=error
  touch $all $few
fi
