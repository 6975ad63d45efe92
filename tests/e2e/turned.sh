#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A clip that its player turns is worked on as it is seen, and comes out coded as it went in.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"
lossless=(-c:v png -pix_fmt rgb24) # QuickTime holds it, and the program keeps the codec if it is told so
captioned_clip long.mkv -c:v ffv1
ffmpeg -nostdin -v error -y -i long.mkv -t 1.4 -c:a copy "${lossless[@]}" upright.mov

# turn DEGREES FILTER OUT: the clip coded through the filter, to be shown turned clockwise by so much
turn()
{
    ffmpeg -nostdin -v error -y -i upright.mov -vf "$2" -c:a copy "${lossless[@]}" coded.mov
    if ffmpeg -nostdin -hide_banner -h full 2>&1 | grep -e '-display_rotation' > /dev/null; then
        ffmpeg -nostdin -v error -y -display_rotation:v:0 "-$1" -i coded.mov -c copy "$3"
    else
        ffmpeg -nostdin -v error -y -i coded.mov -c copy -metadata:s:v:0 "rotate=$((360 - $1))" "$3" # against the clock
    fi
    expect_same "$3 as it is seen" "$(samples upright.mov null)" "$(samples "$3" null)"
}
rotation() { ffprobe -v error -select_streams v:0 -show_streams "$1" | sed -n 's/^rotation=//p'; }
found() { sed '/^"source": {/,/^}/d; /^"version"/d' "$1"; } # all of a captions file but the video's identity

expect_ok detect upright.mov -o upright.json
[ "$(grep -c '"id":' upright.json)" -eq 1 ] || fail 'the caption of the upright clip was not found'
expect_ok erase upright.mov upright.json -o out/upright.mov --encoder copy-codec

while IFS='|' read -r degrees filter orientation; do
    turn "$degrees" "$filter" turned.mov
    expect_ok detect turned.mov -o turned.json
    expect_same "$degrees degrees: the captions" "$(found upright.json)" "$(found turned.json)"
    grep -q "\"orientation\": $orientation,\$" turned.json || fail "$degrees degrees: the captions file says otherwise"
    expect_ok erase turned.mov turned.json -o out/turned.mov --encoder copy-codec
    expect_same "$degrees degrees: coded size" "$(video_facts turned.mov width,height)" "$(video_facts out/turned.mov width,height)"
    expect_same "$degrees degrees: rotation" "$(rotation turned.mov)" "$(rotation out/turned.mov)"
    expect_same "$degrees degrees: frame times" "$(frame_times turned.mov)" "$(frame_times out/turned.mov)"
    expect_same "$degrees degrees: the picture" "$(samples out/upright.mov null)" "$(samples out/turned.mov null)"
    expect_same "$degrees degrees: above the caption" "$(samples turned.mov "$above_caption")" "$(samples out/turned.mov "$above_caption")"
done << 'END_OF_CASES'
90|transpose=cclock|6
180|hflip,vflip|3
270|transpose=clock|8
END_OF_CASES

# What else looks at the clip (it is the one of 270 degrees) sees it upright too.
expect_ok verify turned.mov turned.json
expect_ok verify out/turned.mov turned.json --residual
expect_ok detect turned.mov -o region.json --region 0,180,640,180
expect_same 'the caption within a region' "$(grep -c '"id":' region.json)" 1

# A container without a display matrix gets the pictures as they are seen; so do the videos that show what was done.
expect_ok erase turned.mov turned.json -o out/upright.mkv --encoder ffv1 --provenance out/where.mkv
expect_ok overlay turned.mov turned.json -o out/view.mov
expect_ok overlay turned.mov turned.json -o out/matte.mkv --matte
expect_same 'a result as Matroska' "$(samples out/upright.mov format=rgb24)" "$(samples out/upright.mkv format=rgb24)"
for file in upright where matte; do
    expect_same "$file: size" "$(video_facts upright.mov width,height)" "$(video_facts "out/$file.mkv" width,height)"
    expect_same "$file: rotation" '' "$(rotation "out/$file.mkv")"
done
expect_same 'rotation of the debug view' "$(rotation turned.mov)" "$(rotation out/view.mov)"

# A captions file of a program that looked at coded pictures is refused, even where the sides are the same.
rm out/*
turn 180 hflip,vflip turned.mov
expect_ok detect turned.mov -o turned.json
sed '/"orientation"/d; s/^"version": 2/"version": 1/' turned.json > old.json
expect_failure 2 'not turned.*run .uncaption detect' erase turned.mov old.json -o out/result.mov
