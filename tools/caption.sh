#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Burn the captions of examples/demo.ass into footage and give it a sound track, losslessly enough to look real.
#
# Usage: tools/caption.sh FOOTAGE OUT.mp4      (a CJK line is added where a font for it is installed)
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd)
footage=$(realpath "$1")
out=$(realpath -m "$2")

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$source/examples/demo.ass" "$scratch/captions.ass"
if command -v fc-list > /dev/null; then
    cjk=$(fc-list :lang=ja family | sort | head -n 1 | cut -d, -f1)
    if [ -n "$cjk" ]; then
        sed -i "s/Noto Sans CJK JP/$cjk/; s/^\(Dialogue.*\)Outline\(.*\)Thank you.*/\1CJK\2ご覧いただきありがとう/" "$scratch/captions.ass"
    fi
fi

cd "$scratch" # the filter's file name then needs no quoting
ffmpeg -nostdin -v error -y -i "$footage" \
    -f lavfi -i 'aevalsrc=0.2*sin(2*PI*(220+110*floor(mod(t\,4)))*t)*exp(-3*mod(t\,1)):s=48000' \
    -vf ass=captions.ass -map 0:v -map 1:a -shortest \
    -c:v libx264 -preset veryfast -crf 16 -c:a aac -b:a 96k -metadata:s:a:0 language=eng -movflags +faststart "$out"
