#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Through a lossless encoder, every sample away from the captions equals the decoded one, in every pixel format.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"

captioned_clip source.mkv -c:v ffv1

while IFS='|' read -r format encoder; do
    # shellcheck disable=SC2086 # an encoder and its options are words
    ffmpeg -nostdin -v error -y -i source.mkv -vf "scale=out_range=tv,format=$format" -map 0 -c:a copy -t 1.4 \
        -c:v $encoder in.mkv
    expect_ok in.mkv -o out/result.mkv --encoder ffv1
    expect_same "pixel format of $format" "$(video_facts in.mkv pix_fmt)" "$(video_facts out/result.mkv pix_fmt)"
    expect_same "$format: frame times" "$(frame_times in.mkv)" "$(frame_times out/result.mkv)"
    expect_same "$format: samples above the caption" "$(samples in.mkv "$above_caption")" "$(samples out/result.mkv "$above_caption")"
    during=trim=start_frame=$caption_first:end_frame=28,$around_caption
    changed=$(diff <(samples in.mkv "$during") <(samples out/result.mkv "$during") | grep -c '^>' || true)
    ((changed >= 16)) || fail "$format: the caption was not touched in all its frames ($changed of 18)"
    rm out/result.mkv
done << 'END'
yuv420p|libx264 -preset veryfast -crf 10
yuv422p|libx264 -preset veryfast -crf 10
yuv444p|libx264 -preset veryfast -crf 10
yuv420p10le|ffv1
yuv422p10le|ffv1
yuv444p12le|ffv1
gray|ffv1
END

# What an encoder cannot store of the samples is told, and which one can, if one can.
with_alpha() # with_alpha FORMAT ENCODER: in.mkv with an alpha plane, a second of it
{
    # shellcheck disable=SC2086
    ffmpeg -nostdin -v error -y -i source.mkv -vf "format=$1" -an -t 1.4 -c:v $2 in.mkv
}
with_alpha yuva444p10le ffv1
expect_ok in.mkv -o out/result.mkv
expect_said 'transparency is left out: lib[a-z0-9]+ cannot store it; ffv1 in .mkv can'
expect_ok in.mkv -o out/result.mkv --encoder ffv1
expect_same "pixel format with alpha" "$(video_facts in.mkv pix_fmt)" "$(video_facts out/result.mkv pix_fmt)"
with_alpha yuva444p10le 'prores_ks -profile:v 4' # is decoded to 12 bits
expect_ok in.mkv -o out/result.mkv --encoder ffv1
expect_said 'transparency is left out: ffv1 cannot store it$'
