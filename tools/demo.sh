#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Caption real footage, remove the captions again, and show before, what was found, and after, side by side.
#
# Usage: tools/demo.sh PROGRAM [VIDEO]     with VIDEO: that file as it is, nothing is burned in
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "$1")
video=${2:-}
out=$source/build/demo
mkdir -p "$out"

if [ -z "$video" ]; then
    video=$out/captioned.mp4
    echo 'demo: burning captions in four styles into cockatoo.mp4 (1280x720, 280 frames)'
    "$source/tools/caption.sh" "$source/.deps/footage/cockatoo.mp4" "$video"
fi
[ -e "$video" ] || { echo "demo: there is no file $video" >&2; exit 3; }

name=$(basename "$video")
result=$out/${name%.*}-clean.${name##*.}
captions=$out/${name%.*}-captions.json
overlay=$out/${name%.*}-overlay.mp4
sheet=$out/${name%.*}-sheet.png

started=$(date +%s.%N)
"$program" "$video" -o "$result" --captions "$captions" --report "$out/report.json"
seconds=$(awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')

# The middle frame of up to five captions, spread over the video.
mapfile -t middles < <(awk '
    /^ *"first":/ { first = $2 + 0 }
    /^ *"end":/ { print int((first + $2) / 2) }' "$captions" | sort -nu)
n=${#middles[@]}
frames=
for ((i = 0; i < n && i < 5; i++)); do
    frames+="${middles[n > 5 ? i * (n - 1) / 4 : i]} "
done

echo
if [ -n "$frames" ]; then
    "$program" overlay "$video" "$captions" -o "$overlay" -q
    "$source/tools/sheet.sh" "$sheet" all "$frames" 640px "before=$video" "what was found=$overlay" "after=$result"
    echo "demo: picture   $sheet   (before, what was found, after)"
    echo "demo: debug     $overlay"
fi
echo "demo: captions  $captions"
echo "demo: result    $result"
duration=$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$video")
echo "demo: $seconds s for $duration s of video"
