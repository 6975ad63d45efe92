#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No room for the result: an input/output error, no output file, no part file, and an older result is left alone.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"
captioned_clip in.mkv
expect_ok detect in.mkv -o captions.json

# A limit on file size works for anybody; the signal that comes with it must not kill the program.
for size in 0 8000 100000; do
    under=(prlimit "--fsize=$size")
    expect_failure 3 'write|space|large|disk' erase in.mkv captions.json -o out/full.mkv --encoder ffv1
done
expect_failure 3 'write|space|large|disk' in.mkv -o out/full.mp4 --quality 1
under=(prlimit --fsize=0)
expect_failure 3 'write|space|large|disk' detect in.mkv -o out/captions.json

# The real thing, where a small file system can be mounted.
if unshare -rm true 2> /dev/null; then
    # shellcheck disable=SC2016 # expanded by the inner shell
    under=(unshare -rm sh -c 'mount -t tmpfs -o size=200k none out && "$@"; code=$?; ls -A out | sed "s/^/left: /"; exit $code' sh)
    for call in 'erase in.mkv captions.json -o out/full.mkv --encoder ffv1' 'in.mkv -o out/full.mp4 --quality 1'; do
        # shellcheck disable=SC2086 # a call is words
        expect_failure 3 'no space' $call
        [[ $said != *'left: '* ]] || fail 'a file was left behind on the full disk'
    done
fi

# What stood there before stays.
echo precious > out/full.mkv
under=(prlimit --fsize=100000)
uncaption erase in.mkv captions.json -o out/full.mkv --encoder ffv1 && fail 'it succeeded'
expect_same 'the older file' "$(cat out/full.mkv)" precious
expect_same 'the list of files' "$(ls -A out)" full.mkv
