#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C stops any job within a second or two, with exit code 130 and nothing left behind; an older result stays.
set -euo pipefail
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/clip.sh"
captioned_clip short.mkv
ffmpeg -nostdin -v error -stream_loop 40 -i short.mkv -map 0 -c copy long.mkv # two minutes, so that it is never done first
expect_ok detect short.mkv -o short.json

# interrupt AFTER_SECONDS SIGNALS ARGUMENT...: run, send the signals at once, and wait for the exit code in $code
interrupt()
{
    local after=$1 signals=$2
    shift 2
    set -m # a job of its own: else the shell makes it ignore SIGINT
    env --default-signal=HUP "$UNCAPTION" "$@" > log 2>&1 < /dev/null & # this test may run under nohup
    local pid=$!
    set +m
    sleep "$after"
    for signal in $signals; do
        kill -"$signal" "$pid" 2> /dev/null || fail "it had ended already: uncaption $*"
    done
    local waited=0
    while kill -0 "$pid" 2> /dev/null; do
        sleep 0.1
        waited=$((waited + 1))
        [ $waited -lt 100 ] || { kill -KILL "$pid"; said=$(< log); fail "10 s after $signals it still runs: uncaption $*"; }
    done
    said=$(< log)
    code=0
    wait "$pid" || code=$?
}

for after in 0.2 0.7 1.5 3; do
    interrupt $after INT long.mkv -o out/long.mkv --encoder ffv1
    [ "$code" -eq 130 ] || fail "exit code $code after Ctrl-C at $after s"
    expect_empty out
done

interrupt 0.7 INT detect long.mkv -o out/long.json
[ "$code" -eq 130 ] || fail "exit code $code after Ctrl-C in detect"
expect_empty out

for signals in TERM 'TERM TERM' HUP PIPE; do # `timeout` sends each twice
    interrupt 0.7 "$signals" long.mkv -o out/long.mkv
    [ "$code" -eq 130 ] || fail "exit code $code after $signals"
    expect_empty out
done

# Under nohup a closed terminal stops nothing.
set -m
(trap '' HUP; exec "$UNCAPTION" long.mkv -o out/long.mkv > log 2>&1 < /dev/null) &
set +m
sleep 0.7
kill -HUP $!
sleep 1
kill -INT $! 2> /dev/null || fail 'a HUP that was to be ignored ended it'
wait $! || true
expect_empty out

(set +o pipefail; "$UNCAPTION" long.mkv -o out/long.mkv --progress json 2> /dev/null | head -n 1 > /dev/null)
expect_empty out

echo precious > out/long.mkv
interrupt 1.5 INT long.mkv -o out/long.mkv
expect_same 'the older file' "$(cat out/long.mkv)" precious
expect_same 'the list of files' "$(ls -A out)" long.mkv
