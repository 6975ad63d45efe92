#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One PNG that shows the same frames of several videos side by side: a column a video, a row a frame.
#
# Usage: tools/contact_sheet.sh OUT.png "FRAME FRAME..." LABEL=VIDEO [LABEL=VIDEO]...     (frames count from 0)
set -euo pipefail
out=$1
read -ra frames <<< "$2"
shift 2

pick=$(printf '+eq(n\\,%d)' "${frames[@]}")
inputs=()
graph=
columns=
for item; do
    n=$((${#inputs[@]} / 2))
    inputs+=(-i "${item#*=}")
    graph+="[$n:v]select=${pick#+},scale=640:-2:flags=area,format=rgb24,tile=1x${#frames[@]}:padding=6:color=white,"
    graph+="pad=iw+6:ih+44:3:40:white,drawtext=text='${item%%=*}':x=(w-tw)/2:y=8:fontsize=26:fontcolor=black[c$n];"
    columns+="[c$n]"
done
ffmpeg -nostdin -v error -y "${inputs[@]}" -filter_complex "${graph}${columns}hstack=inputs=$#" -frames:v 1 -update 1 "$out"
