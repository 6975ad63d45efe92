#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Names with spaces, quotes, non-ASCII letters, percent signs and a leading dash work everywhere.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"
captioned_clip whole.mkv
ffmpeg -nostdin -v error -i whole.mkv -frames:v 16 -c:v libx264 -preset ultrafast -c:a copy source.mkv

for name in 'with space' "it's" 'say "so"' 'größe 字幕' '100% %d%s' 'a:b' 'back\slash' '-dash' 'half[1]*?'; do
    folder="folder of $name"
    mkdir -p "$folder"
    cp source.mkv "$folder/$name.mkv"
    expect_ok detect "$folder/$name.mkv" -o "$folder/$name.json" --sample even
    expect_ok erase "$folder/$name.mkv" "$folder/$name.json" -o "$folder/$name-clean.mkv"
    [ "$(frame_count "$folder/$name-clean.mkv")" -eq 16 ] || fail "no whole result for '$name'"
    expect_same "files for '$name'" "$(find "$folder" -type f | wc -l)" 3
    (cd "$folder" && expect_ok -o "./$name-again.mkv" -- "$name.mkv") # a bare name that looks like an option
    rm -r "$folder"
done
