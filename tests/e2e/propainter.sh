#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Engine propainter from checkpoint files to pixels, on synthetic checkpoints: what it fills, what it leaves alone, and
# one clear error for each way in which its files can be wrong.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"

captioned_clip whole.mkv -c:v ffv1
ffmpeg -nostdin -v error -y -i whole.mkv -an -vf "select=between(n\,30\,33),setpts=N/20/TB" -c:v ffv1 in.mkv
expect_ok detect in.mkv -o found.json
sed 's/"keep": true/"keep": false/' found.json > captions.json # so short, it passes for a logo
grep -q '"keep": false' captions.json || fail 'no caption was found'
with=(--engine propainter --encoder ffv1 --max-memory 3G --engine-option raft-iter=1)

export UNCAPTION_MODELS=$scratch/nothing
expect_failure 5 'raft-things.pth is not in .*uncaption models' erase in.mkv captions.json -o out/a.mkv "${with[@]}" --models models
expect_failure 5 'raft-things.pth is not in .*uncaption models' in.mkv -o out/a.mkv --captions out/found.json "${with[@]}" --models models
[ ! -e out/found.json ] || fail 'captions were looked for before it was known that the engine can work'
expect_ok models synth propainter models
expect_ok models --models models
expect_said 'non-commercial'

expect_failure 8 'propainter needs [0-9]+ MiB' erase in.mkv captions.json -o out/a.mkv "${with[@]}" --models models --max-memory 200M

for run in one two; do
    expect_ok erase in.mkv captions.json -o out/$run.mkv "${with[@]}" --models models -v --report report.json
    expect_said 'non-commercial'
    grep -q '"device": "CPU"' report.json || fail 'the report does not name the device'
done
expect_same 'the second run' "$(samples out/one.mkv null)" "$(samples out/two.mkv null)"
expect_same 'samples above the caption' "$(samples in.mkv "$above_caption")" "$(samples out/one.mkv "$above_caption")"
[ "$(samples in.mkv "$around_caption")" != "$(samples out/one.mkv "$around_caption")" ] || fail 'nothing was filled'
rm out/*

# Damaged, cut short, of another network, of no kind at all.
spoil() # spoil REGEX COMMAND...: make a wrong ProPainter.pth by that command, expect that message
{
    local regex=$1
    shift
    rm -rf wrong
    mkdir wrong
    ln -s ../models/raft-things.pth ../models/recurrent_flow_completion.pth wrong
    "$@" > wrong/ProPainter.pth
    expect_failure 5 "$regex" erase in.mkv captions.json -o out/a.mkv "${with[@]}" --models wrong
}
damaged_flow() # one byte of a ZIP member's data changed
{
    rm wrong/recurrent_flow_completion.pth
    cp models/recurrent_flow_completion.pth wrong
    printf '\x55' | dd of=wrong/recurrent_flow_completion.pth bs=1 seek=9000000 conv=notrunc 2> /dev/null
}
spoil 'cut short' head -c 100000000 models/ProPainter.pth
spoil 'not the checkpoint it should be' cat models/raft-things.pth
spoil 'no PyTorch checkpoint' echo 'this is no model'
spoil 'checksum' damaged_flow
