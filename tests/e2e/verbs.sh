#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the program says of itself, and what it says while it works.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"

expect_ok --version
expect_said '^uncaption [0-9]+\.[0-9]+\.[0-9]+$'
for verb in '' detect erase overlay verify engines doctor models; do
    # shellcheck disable=SC2086 # an empty verb is no argument
    expect_ok $verb --help
    expect_said "^usage: uncaption $verb"
    for option in $(printf '%s\n' "$said" | sed -n 's/^ .*\(--[a-z-]*\) .*/\1/p'); do
        sed 's/\\-/-/g' "$source_root/docs/uncaption.1" | grep -- "$option" > /dev/null || fail "the man page lacks $option"
    done
    # shellcheck disable=SC2086
    expect_ok $verb --version
    expect_said '^uncaption [0-9]'
done
expect_ok engines
expect_said '^flow '
expect_ok doctor
for part in runtime model encoder x264 ffv1; do
    expect_said "$part"
done
code=0
uncaption || code=$?
expect_same 'exit code without arguments' "$code" 2
expect_said 'usage'

for call in --version --help engines models; do
    code=0
    "$UNCAPTION" $call > /dev/full 2> log || code=$?
    said=$(< log)
    expect_same "exit code of $call to a full disk" "$code" 3
    expect_said 'standard output'
done
expect_failure 2 'engine.*nobody' models synth nobody out/models
expect_failure 3 'nowhere' models synth propainter nowhere/there/models

captioned_clip in.mkv
expect_ok in.mkv -o out/quiet.mkv -q
expect_same 'what it says when quiet' "$said" ''
expect_ok in.mkv -o out/json.mkv --progress json
for key in stage 'done' total fps; do
    expect_said "^\{.*\"$key\":.*\}\$"
done
expect_ok in.mkv -o out/none.mkv --progress none
for stage in preprocessing 'mask creation' inpainting compositing encoding; do
    expect_said "$stage"
done
