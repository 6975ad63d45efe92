#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each bad input ends with its exit code, a message that says why, no output and no part file.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"
captioned_clip in.mp4
mkdir folder folder.mp4
: > empty.mp4
seq 100000 > numbers.mp4
head -c 100000 /dev/urandom > noise.mkv
ffmpeg -nostdin -v error -f lavfi -i 'sine=440:duration=1' sound.m4a
cp in.mp4 safe.mp4
expect_ok detect in.mp4 -o captions.json

# --- the input ---
expect_failure 3 'missing\.mp4.*(no such file|not exist)' missing.mp4 -o out/a.mp4
expect_failure 3 'folder' folder -o out/a.mp4
expect_failure 3 'empty' empty.mp4 -o out/a.mp4
expect_failure 4 'numbers\.mp4' numbers.mp4 -o out/a.mp4
expect_failure 4 'noise\.mkv' noise.mkv -o out/a.mp4
expect_failure 4 'sound\.m4a.*(no video|audio)' sound.m4a -o out/a.mp4
expect_failure 3 'missing\.mp4' detect missing.mp4 -o out/a.json
expect_failure 3 'missing\.mp4' erase missing.mp4 captions.json -o out/a.mp4
if [ "$(id -u)" -ne 0 ]; then
    cp in.mp4 secret.mp4
    chmod 0 secret.mp4
    expect_failure 3 'permission' secret.mp4 -o out/a.mp4
fi

# --- the output ---
expect_failure 3 'nowhere' in.mp4 -o nowhere/a.mp4
expect_failure 2 'folder' in.mp4 -o folder.mp4
expect_failure 2 'folder' in.mp4 -o folder
expect_failure 2 'same|itself|input' in.mp4 -o in.mp4
ln in.mp4 twin.mp4
ln -s in.mp4 link.mp4
expect_failure 2 'same|itself|input' in.mp4 -o ./twin.mp4
expect_failure 2 'same|itself|input' in.mp4 -o link.mp4
expect_failure 2 'same|itself|input' detect in.mp4 -o in.mp4
for option in captions srt ass report provenance; do
    expect_failure 2 'same|itself|input' in.mp4 -o out/a.mkv --$option twin.mp4
    expect_failure 2 "two results.*'out/../out/a\.mkv'" in.mp4 -o out/a.mkv --$option out/../out/a.mkv
    expect_failure 3 "'nowhere/a\.mkv'.*folder" in.mp4 -o out/a.mkv --$option nowhere/a.mkv
done
expect_failure 2 'same|itself|input' erase in.mp4 captions.json -o out/a.mp4 --report captions.json
expect_same 'the input' "$(packets in.mp4 v a)" "$(packets safe.mp4 v a)"
expect_empty folder
if [ "$(id -u)" -eq 0 ]; then
    locked=/proc # not writable for root either
else
    mkdir locked
    chmod 555 locked
    locked=locked
fi
expect_failure 3 "${locked#/}" in.mp4 -o "$locked/a.mp4"
expect_failure 2 'nothing\.xyz|xyz|container|format' in.mp4 -o out/nothing.xyz

# --- options ---
expect_failure 2 "engine.*magic" in.mp4 -o out/a.mp4 --engine magic
expect_failure 2 "encoder.*mpeg1" in.mp4 -o out/a.mp4 --encoder mpeg1
expect_failure 2 'region' in.mp4 -o out/a.mp4 --region 5000,5000,10,10
expect_failure 2 'region' in.mp4 -o out/a.mp4 --region 0,0,0,0
expect_failure 2 'region' in.mp4 -o out/a.mp4 --region 1,2,3
expect_failure 2 'sample' in.mp4 -o out/a.mp4 --sample sometimes
expect_failure 2 'quality' in.mp4 -o out/a.mp4 --quality good
expect_failure 2 'precision' in.mp4 -o out/a.mp4 --precision fp8
expect_failure 2 'seed' in.mp4 -o out/a.mp4 --seed 1.5
expect_failure 2 "engine flow has no option 'magic'" in.mp4 -o out/a.mp4 --engine-option magic=1
expect_failure 2 "engine propainter has no option 'magic'" in.mp4 -o out/a.mp4 --engine-option propainter.magic=1
expect_failure 2 "no engine named 'magic'" in.mp4 -o out/a.mp4 --engine-option magic.wand=1
expect_failure 2 'raft-iter.*1 to 64' in.mp4 -o out/a.mp4 --engine propainter --engine-option raft-iter=0
for script in '' nonsense Latn, ,Latn 'Latn Hani'; do
    expect_failure 2 'keep-script' in.mp4 -o out/a.mp4 --keep-script "$script"
done
expect_failure 2 'no-text' in.mp4 -o out/a.mp4 --no-text --remove-script Latn
expect_failure 2 'unknown option' in.mp4 -o out/a.mp4 --no-such-option
expect_failure 2 'OUT' in.mp4
expect_failure 2 'too many' in.mp4 in.mp4 -o out/a.mp4
expect_failure 2 'missing' erase in.mp4 -o out/a.mp4

# --- the captions file ---
expect_failure 3 'missing\.json' erase in.mp4 missing.json -o out/a.mp4
head -c 200 captions.json > cut.json
expect_failure 2 'cut\.json:[0-9]+:[0-9]+: ' erase in.mp4 cut.json -o out/a.mp4
expect_failure 2 'numbers\.mp4' erase in.mp4 numbers.mp4 -o out/a.mp4
echo '[]' > list.json
expect_failure 2 'list\.json' erase in.mp4 list.json -o out/a.mp4
clean_clip other.mp4 -c:v libx264 -preset ultrafast
expect_failure 2 'another video|other video|not made for' erase other.mp4 captions.json -o out/a.mp4
expect_failure 2 'another video|other video|not made for' overlay other.mp4 captions.json -o out/a.mp4
expect_failure 2 'another video|other video|not made for' verify other.mp4 captions.json

# --- models and ONNX Runtime ---
expect_failure 5 'nothing\.onnx' in.mp4 -o out/a.mp4 --detector nothing.onnx
expect_failure 5 'numbers\.mp4' in.mp4 -o out/a.mp4 --detector numbers.mp4
UNCAPTION_ORT=$PWD/nothing.so expect_failure 6 'nothing\.so' in.mp4 -o out/a.mp4
