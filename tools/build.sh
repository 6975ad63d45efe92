#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Build everything in a build folder, configuring it when it is new or the options differ from what it has.
#
# Usage: tools/build.sh FOLDER [MESON OPTION]...
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
shift
log=$folder/configure.log

if [ ! -e "$folder/build.ninja" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    meson setup "$folder" "$@" > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
    printf '%s\n' "$@" > "$folder/configured"
elif [ $# -gt 0 ] && [ "$(printf '%s\n' "$@")" != "$(cat "$folder/configured" 2> /dev/null)" ]; then
    meson configure "$folder" "$@" > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
    printf '%s\n' "$@" > "$folder/configured"
fi
ninja -C "$folder" --quiet | sed '/^ninja: no work to do/d'
