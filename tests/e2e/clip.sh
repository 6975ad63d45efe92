# shellcheck shell=bash disable=SC2034,SC2154 # used by, and defined in, the test that sources it
# SPDX-License-Identifier: Apache-2.0
# Clips for the end-to-end tests, made at run time from real footage. Sourced after expect.sh.
#
# Footage 640x360, 20 frames/s; 60 frames with a caption over frames 10..39 (0.5 s to 2 s) near the bottom.
caption_first=10
caption_end=40
above_caption=crop=iw:160:0:0    # a part that no caption touches
around_caption=crop=400:60:120:290

caption_file() # caption_file OUT.ass
{
    cat > "$1" << 'END'
[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,DejaVu Sans,26,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,-1,0,0,0,100,100,0,0,1,2,0,2,20,20,20,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.50,0:00:02.00,Default,,0,0,0,,This caption must go away
END
}

# clean_clip OUT [ENCODER ARGUMENT]...: footage without captions, lossless if no encoder is given
clean_clip()
{
    local out=$1
    shift
    [ $# -gt 0 ] || set -- -c:v ffv1
    ffmpeg -nostdin -v error -y -i "$footage" -vf scale=640:360,format=yuv420p -t 3 -an "$@" "$out"
}

# captioned_clip OUT [ENCODER ARGUMENT]...: the same with the caption and a sound track
captioned_clip()
{
    local out=$1
    shift
    [ $# -gt 0 ] || set -- -c:v libx264 -preset veryfast -crf 16
    caption_file caption.ass
    ffmpeg -nostdin -v error -y -i "$footage" -f lavfi -i 'sine=440:duration=3:sample_rate=48000' \
        -vf scale=640:360,format=yuv420p,ass=caption.ass -t 3 -map 0:v -map 1:a -c:a aac "$@" "$out"
}
