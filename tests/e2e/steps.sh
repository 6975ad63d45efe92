#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The two steps give what the plain call gives, for any thread count; the captions file says what happens.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"
captioned_clip in.mkv

expect_ok in.mkv -o out/plain.mkv --encoder ffv1 --captions plain.json
expect_ok detect in.mkv -o one.json --threads 1
expect_ok detect in.mkv -o two.json --threads 2
cmp one.json two.json || fail 'the captions file depends on the number of threads'
cmp one.json plain.json || fail 'the plain call finds other captions than detect'
# Nor does it on the detector's workers, nor on how many frames a call takes.
for sample in adaptive even; do
    expect_ok detect in.mkv -o $sample.json --sample $sample --workers 1
    for how in '--workers 3' '--batch 5' '--batch 64 --workers 2'; do
        # shellcheck disable=SC2086 # two options
        expect_ok detect in.mkv -o how.json --sample $sample $how
        cmp $sample.json how.json || fail "--sample $sample: the captions file depends on $how"
    done
done

expect_ok erase in.mkv one.json -o out/one.mkv --encoder ffv1 --threads 1
expect_ok erase in.mkv one.json -o out/two.mkv --encoder ffv1 --threads 2
expect_same 'one thread against two' "$(samples out/one.mkv null)" "$(samples out/two.mkv null)"
expect_same 'plain call against two steps' "$(samples out/one.mkv null)" "$(samples out/plain.mkv null)"

expect_ok verify in.mkv one.json
expect_said 'every sample outside the captions equals'

# However the frames are sampled, the caption is found and will be removed.
for sample in even every; do
    expect_ok detect in.mkv -o $sample.json --sample $sample
    grep -q '"keep": false' $sample.json || fail "--sample $sample keeps the caption"
done

# The debug view and the matte have the frames of the input.
expect_ok overlay in.mkv one.json -o out/overlay.mkv
expect_same 'frame times of the overlay' "$(frame_times in.mkv)" "$(frame_times out/overlay.mkv)"
expect_ok overlay --matte in.mkv one.json -o out/matte.mkv
expect_same 'frame count of the matte' "$(frame_count in.mkv)" "$(frame_count out/matte.mkv)"
brightest() { ffprobe -v error -f lavfi "movie=$1,select=eq(n\,$2),signalstats" -show_entries frame_tags=lavfi.signalstats.YMAX -of csv=p=0; }
[ "$(brightest out/matte.mkv 20)" -gt 200 ] || fail 'the matte is black where the caption is'
[ "$(brightest out/matte.mkv 55)" -lt 20 ] || fail 'the matte is not black where no caption is'

# "keep": true, or no entry at all, leaves the caption in: nothing is left to do, so the streams are copied.
sed 's/"keep": false/"keep": true/' one.json > kept.json
cmp -s one.json kept.json && fail 'there is no "keep": false in the captions file'
expect_ok erase in.mkv kept.json -o out/kept.mkv
expect_same 'video packets when all is kept' "$(packets in.mkv v a)" "$(packets out/kept.mkv v a)"
