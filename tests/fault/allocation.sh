#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The two passes with a failing allocation, on a clip of 24 small frames.
#
# Usage: tests/fault/allocation.sh PROGRAM      (the built allocation.c)
set -euo pipefail
source "$UNCAPTION_SOURCE_ROOT/tests/e2e/expect.sh"
source "$UNCAPTION_SOURCE_ROOT/tests/e2e/clip.sh"
captioned_clip whole.mkv
ffmpeg -nostdin -v error -i whole.mkv -frames:v 24 -c:v libx264 -preset ultrafast -crf 12 -an clip.mkv
"$1" clip.mkv out
