#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Contact sheet: the same region and frames of several videos side by side, to look at results.
#
#   tools/sheet.sh OUT.png REGION "FRAME FRAME ..." SCALE [LABEL=]VIDEO ...
#
# One row a frame (counted from 0), one column a video, each cut to the region (X,Y,W,H or all) and enlarged SCALE
# times, or brought to a width (640px). With labels each column has a heading (all or none; a name with = in it wants ./ before it).
set -euo pipefail
out=$1 region=$2 scale=$4
read -ra frames <<< "$3"
shift 4

crop=null
IFS=, read -r x y w h <<< "$region"
[ "$region" = all ] || crop=crop=$w:$h:$x:$y # ffmpeg's order
size="iw*$scale:ih*$scale:flags=neighbor"
[[ $scale == *px ]] && size=${scale%px}:-2:flags=area
pick=$(printf '+eq(n\\,%d)' "${frames[@]}")

inputs=() graph='' columns='' n=0
for item; do
    video=$item
    [[ $item == [!/.]*=* ]] && video=${item#*=}
    inputs+=(-i "$video")
    graph+="[$n:v:0]select=${pick#+},format=rgb24,$crop,scale=$size,tile=1x${#frames[@]}:padding=4:margin=2"
    if [[ $item == [!/.]*=* ]]; then
        graph+=",pad=iw:ih+36:0:36:white,drawtext=text='${item%%=*}':x=(w-tw)/2:y=8:fontsize=24"
    fi
    graph+="[c$n];"
    columns+="[c$n]"
    n=$((n + 1))
done
stack=hstack=inputs=$n
[ "$n" -eq 1 ] && stack=null
ffmpeg -nostdin -v error -y "${inputs[@]}" -filter_complex "$graph$columns$stack" -frames:v 1 -update 1 "$out"
