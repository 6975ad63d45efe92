#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tickers and credits are captions; text that the camera moves past, or that a thing bears through the picture, is not.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
caption="drawtext=font='DejaVu Sans':fontsize=26:fontcolor=white:borderw=2"

# moved FILTER OUT: footage with what the filter draws
moved()
{
    ffmpeg -nostdin -v error -y -i "$footage" -t 5 -an -vf "scale=640:360,$1,format=yuv420p" \
        -c:v libx264 -preset veryfast -crf 16 "$2"
}
# painted CROP OUT: a still picture with text on it, filmed
painted()
{
    ffmpeg -nostdin -v error -y -loop 1 -framerate 20 -i still.png -t 5 -vf "crop=640:360:$1,format=yuv420p" \
        -c:v libx264 -preset veryfast -crf 16 "$2"
}
count_removed() { grep -c '"keep": false' "$1" || true; }

moved "$caption:text='Breaking news from the north':y=310:x=640-6*n" ticker.mp4
moved "$caption:text='Directed by':x=(w-tw)/2:y=360-4*n,$caption:text='Anna Lindqvist':x=(w-tw)/2:y=400-4*n" credits.mp4
ffmpeg -nostdin -v error -y -ss 1 -i "$footage" -frames:v 1 \
    -vf "scale=1280:720,$caption:fontsize=34:text='BAKERY OPEN':x=560:y=420" still.png
painted '5*n:200' pan.mp4
painted '400:3*n' tilt.mp4
painted '100+5*n:120+2*n' slant.mp4
painted '400+60*sin(n/6):240+40*cos(n/8)' shaken.mp4
ffmpeg -nostdin -v error -y -i still.png -vf crop=300:120:520:380 board.png
ffmpeg -nostdin -v error -y -i "$footage" -i board.png -t 5 -an -filter_complex \
    "[0:v]scale=640:360[v];[v][1:v]overlay=x=10+4*n:y=20+2*n,format=yuv420p" -c:v libx264 -preset veryfast -crf 16 board.mp4

expect_ok detect ticker.mp4 -o ticker.json
[ "$(count_removed ticker.json)" = 1 ] || fail 'the ticker is not one caption'
grep -q '"moving": true' ticker.json || fail 'the ticker does not move'
expect_ok detect credits.mp4 -o credits.json
[ "$(count_removed credits.json)" = 2 ] || fail 'the credits are not two captions'
for clip in pan tilt slant shaken board; do
    expect_ok detect $clip.mp4 -o $clip.json
    [ "$(count_removed $clip.json)" = 0 ] || fail "$clip: painted text is a caption"
done

# The file can be read again, the ticker removed, and nothing else changes.
expect_ok erase ticker.mp4 ticker.json -o out/ticker.mkv --encoder ffv1
expect_ok verify ticker.mp4 ticker.json
expect_said 'every sample outside the captions equals'
expect_ok detect out/ticker.mkv -o again.json
[ "$(count_removed again.json)" = 0 ] || fail 'some of the ticker is left'
