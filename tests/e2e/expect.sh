# shellcheck shell=bash disable=SC2034 # used by the test that sources it
# SPDX-License-Identifier: Apache-2.0
# What the end-to-end tests expect, in words that read as such. Sourced; each test works in a scratch folder.
#
# Environment: UNCAPTION (the program), UNCAPTION_SOURCE_ROOT. A failed expectation prints what was said and ends.
set -euo pipefail
source_root=$UNCAPTION_SOURCE_ROOT
footage=$source_root/.deps/footage/cockatoo.mp4
export FONTCONFIG_FILE=$source_root/tests/e2e/fonts.conf
scratch=$(mktemp -d "${TMPDIR:-/tmp}/uncaption-e2e.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
mkdir out
said='' # by the program, when it last ran
under=() # a command that the program runs under, if any

fail()
{
    echo "FAILED: $*"
    echo '--- the program said:'
    printf '%s\n' "$said" | tail -n 20
    exit 1
}

uncaption() { said=$("${under[@]}" "$UNCAPTION" "$@" 2>&1 < /dev/null); }

# expect_ok ARGUMENT...: the program succeeds.
expect_ok() { uncaption "$@" || fail "exit code $? of: uncaption $*"; }

# expect_failure CODE REGEX ARGUMENT...: it ends with that code and message, and leaves nothing in out/.
expect_failure()
{
    local want=$1 regex=$2 code=0
    shift 2
    uncaption "$@" || code=$?
    [ "$code" -eq "$want" ] || fail "exit code $code, not $want, of: uncaption $*"
    expect_said "$regex"
    expect_empty out
}

expect_said() { printf '%s\n' "$said" | grep -iE -- "$1" > /dev/null || fail "nothing said matches /$1/"; }

expect_empty() # part files start with a dot, so ls -A
{
    [ -z "$(ls -A "$1")" ] || fail "left behind in $1: $(ls -A "$1")"
}

# expect_same WHAT A B: two texts are equal.
expect_same()
{
    [ "$2" = "$3" ] && return
    diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") | head -n 20 || true
    fail "$1 differs"
}

# --- facts about a file, as text that can be compared ---

# frame_times FILE: presentation time of every decoded video frame, in seconds
frame_times() { ffprobe -v error -select_streams v:0 -show_entries frame=best_effort_timestamp_time -of default=nw=1:nk=1 "$1"; }
frame_count() { frame_times "$1" | wc -l; }

# packets FILE KIND...: one hash a stream of the packets' bytes (a, s, d, v, ...)
packets()
{
    local file=$1 maps=() kind
    shift
    for kind; do
        maps+=(-map "0:$kind?")
    done
    ffmpeg -nostdin -v error -i "$file" "${maps[@]}" -c copy -f streamhash -hash md5 -
}

# video_facts FILE FIELD,...: of the first video stream
video_facts() { ffprobe -v error -select_streams v:0 -show_entries "stream=$2" -of default=nw=1 "$1"; }

# samples FILE FILTER: one checksum a frame of what is left after the filter, in the file's own pixel format
samples() { ffmpeg -nostdin -v error -i "$1" -map 0:v:0 -fps_mode passthrough -vf "$2" -f framemd5 - | grep -v '^#' | sed 's/.*, //'; }

# psnr A B FILTER: average over the frames, of what the filter leaves of both
psnr()
{
    ffmpeg -nostdin -hide_banner -i "$1" -i "$2" -lavfi "[0:v]$3,format=gray[a];[1:v]$3,format=gray[b];[a][b]psnr" -f null - 2>&1 |
        sed -n 's/.*average:\([0-9.inf]*\).*/\1/p' | sed 's/inf/99/'
}

expect_above() # expect_above WHAT VALUE BOUND
{
    awk -v a="$2" -v b="$3" 'BEGIN { exit !(a > b) }' || fail "$1 is $2, not above $3"
}
