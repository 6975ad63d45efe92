#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Speed of the built-in engine on real footage: a band of 1280 x 200 with two lines of text on every frame.
#
# Usage: bench/band_speed.sh PROGRAM [FOOTAGE]     (1280x720; without it that of the demo)
#   THREADS=2  PRESETS="fast default best"
# The band is 4:2:0, as nearly all video is (the demo's footage is 4:4:4). The captions are found once, outside the
# measurement. Video goes in uncompressed and out through FFV1, which works beside the engine on the same processors
# and takes 8 ms of them a frame. Printed: frames/s of the whole program, frames that the engine fills in a second of
# its own stage (the report's), and processor time of the whole a frame, which neighbours disturb less.
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "$1")
footage=$(realpath "${2:-$source/.deps/footage/cockatoo.mp4}")
threads=${THREADS:-2}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" # the filter's file name then needs no quoting

cat > captions.ass << 'ASS'
[Script Info]
ScriptType: v4.00+
PlayResX: 1280
PlayResY: 200
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Alignment, MarginV
Style: Default,DejaVu Sans,48,&H00FFFFFF,&H00000000,1,3,2,36
[Events]
Format: Start, End, Style, Text
Dialogue: 0:00:00.00,0:00:02.52,Default,Two lines of letters\Nfrom the first frame on
Dialogue: 0:00:02.52,0:00:05.02,Default,others follow at once\Nwhere those stood
Dialogue: 0:00:05.02,0:00:07.52,Default,so that no frame\Nis without any of them
Dialogue: 0:00:07.52,0:01:00.00,Default,until the footage\Ncomes to its last frame
ASS
ffmpeg -nostdin -v error -i "$footage" -vf crop=1280:200:0:520,ass=captions.ass,format=yuv420p -an -c:v libx264 -preset fast -crf 16 band.mkv
ffmpeg -nostdin -v error -i band.mkv -c:v rawvideo band.nut
"$program" detect band.nut -o captions.json --no-text -q
frames=$(ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets -of csv=p=0 band.nut)

TIMEFORMAT='%R %U %S'
for preset in ${PRESETS:-fast default best}; do
    { time "$program" erase band.nut captions.json -o out.mkv --encoder ffv1 --effort "$preset" --threads "$threads" -q --report report.json; } 2> times
    filled=$(awk '/"inpainting"/ {here = 1} here && /"fps"/ {print $2; exit}' report.json)
    awk -v preset="$preset" -v threads="$threads" -v n="$frames" -v filled="$filled" 'END {
        printf "%-8s %d threads: %6.1f frames/s whole program, %6.1f filled, %6.1f ms processor time a frame\n",
            preset, threads, n / $1, filled, 1e3 * ($2 + $3) / n }' times
done
