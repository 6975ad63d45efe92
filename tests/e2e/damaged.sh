#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A file cut off in the middle, or with a hole in it: refused, unless --allow-damaged, and then the losses are counted.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"

lost() { sed -n 's/.*"[a-z_]*lost": *\([0-9]*\).*/\1/p' "$1" | head -n 1; }

for kind in mkv mp4 ts; do
    faststart=()
    [ $kind = mp4 ] && faststart=(-movflags +faststart) # the index first, so that the cut spares it
    captioned_clip "whole.$kind" -c:v libx264 -preset veryfast -crf 16 "${faststart[@]}"
    size=$(stat -c %s "whole.$kind")
    head -c $((size / 2)) "whole.$kind" > "cut.$kind"
    if [ $kind != ts ]; then # a transport stream has no index that would tell
        expect_failure 4 "cut\.$kind.*(trunc|damaged|cut|end|incomplete)" "cut.$kind" -o "out/cut.$kind"
    fi
    expect_ok "cut.$kind" -o "out/cut.$kind" --allow-damaged --report report.json
    n=$(frame_count "out/cut.$kind")
    ((n >= 15 && n <= 50)) || fail "$kind: $n frames of a file cut in half"
    if [ $kind != ts ]; then
        [ "$(lost report.json)" -gt 0 ] || fail "$kind: the report counts no lost frames"
    fi
    rm -f out/*
done

# A hole of zeros in the middle.
cp whole.mkv hole.mkv
dd if=/dev/zero of=hole.mkv bs=1 seek=$(($(stat -c %s whole.mkv) / 2)) count=3000 conv=notrunc status=none
expect_failure 4 'hole\.mkv' hole.mkv -o out/hole.mkv
expect_ok hole.mkv -o out/hole.mkv --allow-damaged
