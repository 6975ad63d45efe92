#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Variable frame rate, odd frame rates, start offsets, rotation, aspect ratio and colour tags come out as they went in.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"
captioned_clip source.mkv

expect_kept() # expect_kept WHAT FILE OUT: times, audio and geometry are the same
{
    expect_ok "$2" -o "out/$3"
    expect_same "$1: frame times" "$(frame_times "$2")" "$(frame_times "out/$3")"
    expect_same "$1: audio packets" "$(packets "$2" a)" "$(packets "out/$3" a)"
    local fields=width,height,sample_aspect_ratio,color_range,color_space,color_transfer,color_primaries,pix_fmt
    expect_same "$1: properties" "$(video_facts "$2" $fields)" "$(video_facts "out/$3" $fields)"
    expect_same "$1: rotation" "$(rotation "$2")" "$(rotation "out/$3")"
}
rotation() { ffprobe -v error -select_streams v:0 -show_entries side_data=rotation -of csv=p=0 "$1"; }
make() { ffmpeg -nostdin -v error -y -i source.mkv "$@"; }

# Every third frame is gone and the rest jitters: nothing may be duplicated, dropped or moved.
make -vf "select='mod(n\,3)',setpts='PTS+0.007*mod(N\,4)/TB'" -fps_mode vfr -enc_time_base 1/1000 \
    -c:v libx264 -preset veryfast -c:a copy vfr.mkv
[ "$(frame_count vfr.mkv)" -eq 40 ] || fail 'the variable-frame-rate clip was not made as meant'
expect_kept 'variable frame rate' vfr.mkv vfr.mkv

make -vf fps=30000/1001 -c:v libx264 -preset veryfast -c:a copy ntsc.mp4
expect_kept '29.97 frames/s' ntsc.mp4 ntsc.mp4

make -c:v libx264 -preset veryfast -bf 3 -c:a copy -output_ts_offset 1.5 late.mkv
expect_kept 'a start at 1.5 s' late.mkv late.mkv

make -c:v libx264 -preset veryfast -vf setsar=4/3,setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709 \
    -c:a copy tagged.mp4
expect_kept 'aspect ratio and colour tags' tagged.mp4 tagged.mp4

ffmpeg -nostdin -v error -y -i tagged.mp4 -c copy -metadata:s:v:0 rotate=90 turned.mp4
[ -n "$(rotation turned.mp4)" ] || fail 'the rotated clip was not made as meant'
expect_kept 'rotation' turned.mp4 turned.mp4

make -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le -c:a copy ten.mkv
expect_kept '10 bit' ten.mkv ten.mkv

make -frames:v 1 -ss 1 -c:v libx264 -c:a copy one.mkv
expect_kept 'a single frame' one.mkv one.mkv
