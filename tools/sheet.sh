#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Contact sheet: the same region and frames of several videos side by side, to look at results.
#
#   tools/sheet.sh OUT.png X,Y,W,H "FRAME FRAME ..." SCALE VIDEO [VIDEO ...]
#
# One row a frame, one column a video, each cut to the region and enlarged SCALE times.
set -euo pipefail
out=$1 region=$2 frames=$3 scale=$4
shift 4
IFS=, read -r x y w h <<<"$region"
select=$(printf 'eq(n\\,%s)+' $frames)
inputs=() filter='' stack='' n=0
for video in "$@"; do
    inputs+=(-i "$video")
    filter+="[$n:v:0]select=${select%+},crop=$w:$h:$x:$y,scale=iw*$scale:ih*$scale:flags=neighbor,format=rgb24,"
    filter+="tile=1x$(wc -w <<<"$frames"):padding=4[c$n];"
    stack+="[c$n]"
    n=$((n + 1))
done
[ "$n" -gt 1 ] && filter+="${stack}hstack=inputs=$n" || filter=${filter%;} && filter=${filter%\[c0\]}
ffmpeg -v error -y "${inputs[@]}" -filter_complex "$filter" -frames:v 1 "$out"
