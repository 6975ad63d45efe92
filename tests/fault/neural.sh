#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Pass 2 of a neural engine with a failing allocation, on three small captioned frames and synthetic checkpoints.
#
# Usage: tests/fault/neural.sh PROGRAM ENGINE SYNTH_DIFFUERASER      (PROGRAM: the built allocation.c)
set -euo pipefail
source "$UNCAPTION_SOURCE_ROOT/tests/e2e/expect.sh"
source "$UNCAPTION_SOURCE_ROOT/tests/e2e/clip.sh"
captioned_clip whole.mkv
ffmpeg -nostdin -v error -i whole.mkv -an -vf "select=between(n\,20\,22),setpts=N/20/TB,scale=320:180" -c:v ffv1 clip.mkv
expect_ok detect clip.mkv -o found.json
sed 's/"keep": true/"keep": false/' found.json > captions.json # so short, it passes for a logo
grep -q '"keep": false' captions.json || fail 'no caption was found'
mkdir models
if [ "$2" = propainter ]; then
    expect_ok models synth propainter models
else
    "$3" models f16
fi
"$1" clip.mkv out "$2" models captions.json
