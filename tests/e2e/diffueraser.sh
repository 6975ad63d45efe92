#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The diffusion engine from checkpoint files to pixels, with small synthetic networks: what it writes is noise, but
# only where the caption is, the same each time, within the memory it states, and it stops when asked.
# Usage: diffueraser.sh SYNTH_DIFFUERASER
set -euo pipefail
synth=$(realpath "$1")
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"
captioned_clip source.mkv
ffmpeg -nostdin -v error -i source.mkv -t 0.8 -map 0 -c copy in.mkv # 16 frames, the last 6 with a caption
expect_ok detect in.mkv -o in.json --sample even
sed -i 's/"keep": true/"keep": false/' in.json
unset UNCAPTION_MODELS
mkdir models

engine=(--engine diffueraser --prior flow --models models --encoder ffv1 --engine-option nframes=4)
expect_failure 5 'diffuEraser/unet_main.*uncaption models' erase in.mkv in.json -o out/a.mkv "${engine[@]}"

"$synth" models f16
expect_failure 7 'nframes 40.*32 positions' erase in.mkv in.json -o out/a.mkv "${engine[@]}" --engine-option nframes=40
expect_failure 8 'needs [0-9]+ MiB' erase in.mkv in.json -o out/a.mkv "${engine[@]}" --max-memory 100M
expect_failure 2 "no option 'nframe'" erase in.mkv in.json -o out/a.mkv "${engine[@]}" --engine-option nframe=4

memory=$((2 << 30))
expect_ok erase in.mkv in.json -o out/a.mkv "${engine[@]}" --max-memory $memory --report report.json
expect_said ' 0 % real pixels' # the prior's are not there any more
expect_same 'frame times' "$(frame_times in.mkv)" "$(frame_times out/a.mkv)"
expect_same 'samples above the caption' "$(samples in.mkv "$above_caption")" "$(samples out/a.mkv "$above_caption")"
during=trim=start_frame=$caption_first,$around_caption
changed=$(diff <(samples in.mkv "$during") <(samples out/a.mkv "$during") | grep -c '^>' || true)
((changed >= 4)) || fail "the caption was touched in $changed frames only"
peak=$(sed -n 's/.*"peak_memory_bytes": *\([0-9]*\).*/\1/p' report.json)
((peak < memory)) || fail "$peak bytes were used of $memory"

# The empty prompt is encoded once; kept or not to be kept, the pixels are the same (stale: test_prompt_cache.c).
encoder=models/stable-diffusion-v1-5/text_encoder/model.safetensors
kept=$encoder.empty-prompt
again() # again WHAT SAID: another run says that about the prompt and gives the same pixels
{
    expect_ok erase in.mkv in.json -o out/b.mkv "${engine[@]}" --max-memory $memory -v
    expect_said "$2"
    expect_same "$1" "$(samples out/a.mkv null)" "$(samples out/b.mkv null)"
    rm out/b.mkv
}
expect_same 'files kept' "$kept" "$(ls "$encoder".*)"
again 'a second run' 'was encoded before'
rm "$kept"
mkdir "$kept"
again 'a run that cannot keep it' 'cannot keep the encoded empty prompt'
rm out/*

# Ctrl-C in the middle of the networks.
set -m
"$UNCAPTION" erase in.mkv in.json -o out/c.mkv "${engine[@]}" --max-memory $memory > log 2>&1 < /dev/null &
pid=$!
set +m
sleep 3
kill -INT "$pid" 2> /dev/null || fail 'it had ended already'
code=0
timeout 5 tail --pid="$pid" -f /dev/null || fail '5 s after Ctrl-C it still runs'
wait "$pid" || code=$?
[ "$code" -eq 130 ] || fail "exit code $code after Ctrl-C"
expect_empty out

unet=models/diffuEraser/unet_main/diffusion_pytorch_model.safetensors
truncate -s -1 "$unet"
expect_failure 5 'unet_main.*(truncated|damaged)' erase in.mkv in.json -o out/a.mkv "${engine[@]}"
cp models/sd-vae-ft-mse/diffusion_pytorch_model.safetensors "$unet"
expect_failure 5 'not the checkpoint it should be.*missing' erase in.mkv in.json -o out/a.mkv "${engine[@]}"
