#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The caption goes, everything else stays: frames, times, streams, packets, tags, and the picture around it.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"

captioned_clip plain.mkv
clean_clip clean.mkv
cat > chapters.txt << 'END'
;FFMETADATA1
title=A test of everything
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1500
title=First half
[CHAPTER]
TIMEBASE=1/1000
START=1500
END=3000
title=Second half
END
printf '1\n00:00:00,200 --> 00:00:01,400\nA subtitle stream\n' > subtitle.srt
printf 'attached' > note.txt
ffmpeg -nostdin -v error -i plain.mkv -f lavfi -i 'sine=660:duration=3' -i subtitle.srt -i chapters.txt \
    -map 0:v -map 0:a -map 1:a -map 2:s -map_metadata 3 -map_chapters 3 -c:v copy -c:a:0 copy -c:a:1 flac -c:s srt \
    -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra -disposition:a:1 comment \
    -attach note.txt -metadata:s:t mimetype=text/plain in.mkv

mkdir home
HOME=$scratch/home XDG_CACHE_HOME='' expect_ok in.mkv -o out/clean.mkv --report report.json --captions captions.json
expect_same 'what was left in the home folder' "$(ls -A home)" ''
expect_said '^inpainting' # the table of stages
expect_same 'the list of files' "$(ls -A out)" clean.mkv

expect_same 'frame times' "$(frame_times in.mkv)" "$(frame_times out/clean.mkv)"
expect_same 'audio, subtitle and attachment packets' "$(packets in.mkv a s t)" "$(packets out/clean.mkv a s t)"
facts() { ffprobe -v error -show_entries "stream=index,codec_type:stream_tags=language,filename:stream_disposition=default,comment" -of compact "$1"; }
expect_same 'the list of streams' "$(facts in.mkv)" "$(facts out/clean.mkv)"
chapters() { ffprobe -v error -show_chapters -show_entries chapter=start_time,end_time:chapter_tags=title -of compact "$1"; }
expect_same 'chapters' "$(chapters in.mkv)" "$(chapters out/clean.mkv)"
title() { ffprobe -v error -show_entries format_tags=title -of default=nw=1 "$1"; }
expect_same 'the title' "$(title in.mkv)" "$(title out/clean.mkv)"
same_fields=width,height,pix_fmt,sample_aspect_ratio,avg_frame_rate,color_range,color_space,field_order
expect_same 'video properties' "$(video_facts in.mkv $same_fields)" "$(video_facts out/clean.mkv $same_fields)"

# The caption is gone: around it the result is far nearer to the clean footage than the input is.
during=select="between(n\,$caption_first\,$((caption_end - 1)))",$around_caption
before=$(psnr in.mkv clean.mkv "$during")
after=$(psnr out/clean.mkv clean.mkv "$during")
expect_above "PSNR to the clean footage where the caption was (it was $before before)" "$after" "$(awk -v b="$before" 'BEGIN { print b + 6 }')"

for key in preprocessing inpainting encoding; do
    grep -q "$key" report.json || fail "the report has no stage $key"
done

# mp4 into mp4: edit lists, B-frames, and a subtitle stream of its own kind.
captioned_clip in.mp4
expect_ok in.mp4 -o out/clean.mp4
expect_same 'frame times (mp4)' "$(frame_times in.mp4)" "$(frame_times out/clean.mp4)"
expect_same 'audio packets (mp4)' "$(packets in.mp4 a)" "$(packets out/clean.mp4 a)"

# What the container cannot hold is named, and the rest comes out.
expect_ok in.mkv -o out/other.mp4
expect_said 'attachment|attached|note.txt'
expect_same 'audio packets (mkv to mp4)' "$(packets in.mkv a:0)" "$(packets out/other.mp4 a:0)"
