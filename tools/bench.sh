#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Remove the captions from every clip of a benchmark set and score the results against the clean truth.
#
#   tools/bench.sh PROGRAM [SET] [-- OPTIONS FOR uncaption]
#
# SET  a folder of entries as score.py describes them; default $UNCAPTION_BENCH_DIR/dev, else ../shared/bench/dev.
# Results, reports and mattes go to build/bench/<preset options>/; the tables are printed at the end.
# CLIPS="d2_pan_240p ..." restricts it to some entries.
set -euo pipefail
program=$(realpath "$1")
shift
bench=${UNCAPTION_BENCH_DIR:-$(dirname "$0")/../../shared/bench}
set_dir=$bench/dev
if [ $# -gt 0 ] && [ "$1" != -- ]; then
    set_dir=$1
    shift
fi
[ "${1:-}" = -- ] && shift
if [ ! -f "$bench/score.py" ]; then
    echo "bench: there is no $bench/score.py; set UNCAPTION_BENCH_DIR to the benchmark's folder" >&2
    exit 1
fi
tag=$(printf '%s' "$*" | tr -cs 'A-Za-z0-9' '_')
out=${BENCH_OUT:-$(dirname "$0")/../build/bench/${tag:-default}}
rm -rf "$out"
mkdir -p "$out/result" "$out/matte" "$out/set"
for entry in "$set_dir"/*/; do
    id=$(basename "$entry")
    if [ -n "${CLIPS:-}" ] && [[ " $CLIPS " != *" $id "* ]]; then
        continue
    fi
    ln -s "$(realpath "$entry")" "$out/set/$id"
    echo "== $id"
    "$program" "$entry/captioned.mp4" -o "$out/result/$id.mp4" --captions "$out/$id.json" --report "$out/$id.report.json" \
        --encoder x264 --preset fast --quality 18 "$@" | tail -9
    "$program" overlay --matte "$entry/captioned.mp4" "$out/$id.json" -o "$out/matte/$id.mkv" -q
done
/usr/bin/python3 "$bench/score.py" "$out/set" "$out/result" --json "$out/removal.json" | tee "$out/removal.txt"
/usr/bin/python3 "$bench/score.py" --mask "$out/set" "$out/matte" --json "$out/detection.json" | tee "$out/detection.txt"
