#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No room for the result: an input/output error, no output file, no part file, and an older result is left alone.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/clip.sh"
captioned_clip in.mkv
expect_ok detect in.mkv -o captions.json

# A limit on file size works for anybody; the signal that comes with it must not kill the program.
limited() # limited KIBIBYTES CODE REGEX ARGUMENT...
{
    local size=$1
    shift
    (ulimit -f "$size"; trap '' XFSZ; expect_failure "$@")
}
for size in 0 8 100; do
    limited $size 3 'write|space|large|disk' erase in.mkv captions.json -o out/full.mkv --encoder ffv1
done
limited 0 3 'write|space|large|disk' detect in.mkv -o out/captions.json
limited 100 3 'write|space|large|disk' in.mkv -o out/full.mp4 --quality 1

# The real thing, where a small file system can be mounted.
if unshare -rm true 2> /dev/null; then
    export -f expect_failure uncaption fail expect_said expect_empty
    export said
    unshare -rm bash -ec 'mount -t tmpfs -o size=200k none out
        expect_failure 3 "no space" erase in.mkv captions.json -o out/full.mkv --encoder ffv1
        expect_failure 3 "no space" in.mkv -o out/full.mp4 --quality 1'
fi

# What stood there before stays.
echo precious > out/full.mkv
(ulimit -f 100; trap '' XFSZ; uncaption erase in.mkv captions.json -o out/full.mkv --encoder ffv1) && fail 'it succeeded'
expect_same 'the older file' "$(cat out/full.mkv)" precious
expect_same 'the list of files' "$(ls -A out)" full.mkv
