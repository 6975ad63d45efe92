#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A video without captions: said so, every stream copied packet for packet.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"
clean_clip silent.mkv -c:v libx264 -preset veryfast -crf 18
ffmpeg -nostdin -v error -i silent.mkv -f lavfi -i 'sine=440:duration=3' -map 0 -map 1 -c:v copy -c:a flac in.mkv

expect_ok in.mkv -o out/same.mkv
expect_said 'no captions'
expect_same 'video and audio packets' "$(packets in.mkv v a)" "$(packets out/same.mkv v a)"
expect_same 'frame times' "$(frame_times in.mkv)" "$(frame_times out/same.mkv)"

# Packets that cannot be copied are encoded: AVI tells no order of reordered pictures, Matroska has no DV.
ffmpeg -nostdin -v error -i in.mkv -frames:v 20 -c:v mpeg4 -bf 2 -q:v 3 -c:a mp3 reordered.avi
ffmpeg -nostdin -v error -i in.mkv -frames:v 5 -vf scale=720:576 -r 25 -c:v dvvideo -c:a pcm_s16le dv.mov
for source in reordered.avi dv.mov; do
    expect_ok $source -o "out/${source%.*}.mkv"
    expect_said 'encoded anew'
    expect_same "frame count of $source" "$(frame_count $source)" "$(frame_count "out/${source%.*}.mkv")"
    expect_same "sound of $source" "$(packets $source a)" "$(packets "out/${source%.*}.mkv" a)"
done
