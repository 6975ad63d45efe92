#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --provenance shows where filled pixels come from, the report counts them, and neither changes the result. --no-grain
# leaves noise out.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"
captioned_clip in.mkv
expect_ok detect in.mkv -o in.json

# coloured FILE FRAME: how many pixels of the frame are not grey
coloured()
{
    ffmpeg -nostdin -v error -i "$1" -vf "select=eq(n\,$2)" -frames:v 1 -pix_fmt rgb24 -f rawvideo - |
        od -An -v -tu1 -w3 | awk '$1 != $2 || $2 != $3 { n++ } END { print n + 0 }'
}

expect_ok erase in.mkv in.json -o out/plain.mkv --encoder ffv1
expect_said 'behind the captions: [0-9]+ % real pixels .* % invented'
expect_ok erase in.mkv in.json -o out/result.mkv --encoder ffv1 --provenance out/where.mkv --report report.json -v
expect_said 'caption 1: [0-9]+ % real pixels .* % invented'
expect_same 'the result with a provenance video' "$(samples out/plain.mkv null)" "$(samples out/result.mkv null)"
expect_same 'frame times of the provenance' "$(frame_times in.mkv)" "$(frame_times out/where.mkv)"
expect_same 'size of the provenance' "$(video_facts in.mkv width,height)" "$(video_facts out/where.mkv width,height)"
expect_same 'streams of the provenance' video "$(ffprobe -v error -show_entries stream=codec_type -of csv=p=0 out/where.mkv)"

# The caption has colours while it is there, and nothing has any when it is not.
[ "$(coloured out/where.mkv 20)" -gt 1000 ] || fail 'the provenance shows no filled pixels where the caption is'
[ "$(coloured out/where.mkv 55)" -eq 0 ] || fail 'the provenance shows filled pixels where no caption is'

# The shares of a caption add up.
python=$(command -v python3) || true
[ -z "$python" ] || "$python" - report.json << 'END' || fail 'the shares of the report do not add up'
import json, sys
fills = json.load(open(sys.argv[1]))["fills"]
assert len(fills) >= 1 and all(f["pixels"] > 0 for f in fills)
assert all(abs(f["unblended"] + f["copied"] + f["invented"] - 1) < 1e-9 for f in fills)
END

# What cannot be written is refused before any work.
rm -f out/*
expect_failure 2 'to be written to' erase in.mkv in.json -o out/a.mkv --provenance out/a.mkv
expect_failure 2 'in.mkv' erase in.mkv in.json -o out/a.mkv --provenance in.mkv
expect_failure 2 'mp4' erase in.mkv in.json -o out/a.mkv --provenance out/where.mp4

# Noise around the caption comes back under it, unless it is told not to.
noise_under() # noise_under FILE: energy of what a blur takes away, where the caption was
{
    ffmpeg -nostdin -hide_banner -i "$1" -vf "trim=start_frame=15:end_frame=35,crop=300:24:170:315,format=gray,split[a][b];[b]gblur=1.5[c];[a][c]psnr" \
        -f null - 2>&1 | sed -n 's/.*average:\([0-9.inf]*\).*/\1/p'
}
ffmpeg -nostdin -v error -y -i in.mkv -vf 'noise=alls=16:allf=t:all_seed=3' -c:v ffv1 -an noisy.mkv
expect_ok detect noisy.mkv -o noisy.json
expect_ok erase noisy.mkv noisy.json -o out/grain.mkv --encoder ffv1
expect_ok erase noisy.mkv noisy.json -o out/smooth.mkv --encoder ffv1 --no-grain
expect_above 'smoothness without grain' "$(noise_under out/smooth.mkv)" "$(noise_under out/grain.mkv)"
