#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# CPU seconds of a neural engine's stages beside those of the PyTorch implementation, alternately on the same machine.
#
# Usage: UNCAPTION_SPECS=FOLDER bench/beside_torch.sh propainter|diffueraser [BUILD]
#   UNCAPTION_SPECS  folder that holds propainter/torch/times.py and diffueraser/torch/times.py
#   THREADS=2  ROUNDS=2  REPEAT=1  SIZE=432x240 (diffueraser: 256x256)  FRAMES=4 (diffueraser)  PARTS=... (diffueraser)
# A figure is the least of all rounds: neighbours only ever add. Prints a table; 77 without PyTorch or its times.py.
set -euo pipefail
engine=${1:?propainter or diffueraser}
build=$(realpath "${2:-build}")
specs=${UNCAPTION_SPECS:-}/$engine/torch
threads=${THREADS:-2}
frames=${FRAMES:-4}
parts=${PARTS:-text,vae-encode,vae-decode,brushnet,unet}
[ "$engine" = propainter ] && size=${SIZE:-432x240} || size=${SIZE:-256x256}
python=/usr/bin/python3 # Debian's, which its python3-torch belongs to
if ! [ -e "$specs/times.py" ] || ! $python -c 'import torch' 2> /dev/null; then
    echo "nothing to measure against: no python3-torch, or no times.py in '$specs' (UNCAPTION_SPECS)" >&2
    exit 77
fi
export PYTHONDONTWRITEBYTECODE=1
ours=$(mktemp) theirs=$(mktemp)
trap 'rm -f "$ours" "$theirs"' EXIT

# Each adds lines "<stage>|<CPU seconds>" of one round.
propainter_ours()
{
    "$build/bench/bench_propainter" --size "$size" --threads "$threads" --repeat "${REPEAT:-1}"
}
propainter_theirs()
{
    (cd "$specs" && $python times.py --size "$size" --threads "$threads" --repeat "${REPEAT:-1}" 2> /dev/null)
}
stage_rows() { awk -F' *[|] *' 'NF == 6 && $5 + 0 > 0 { print $2 "|" $5 }'; }

diffueraser_ours()
{
    local part n packed
    for part in ${parts//,/ }; do
        [[ $part = unet || $part = brushnet ]] && n=$frames || n=1
        packed=()
        [[ $part = vae-* ]] && packed=(- 4 packed) # as the engine opens them
        "$build/bench/bench_diffueraser" "$part" "$size" "$n" "$threads" "${REPEAT:-1}" "${packed[@]}" |
            grep -oE '^\| [a-z-]+|s \(cpu [0-9.]+' | tail -n "${REPEAT:-1}" | sed "s/.*cpu /$part|/"
    done
}
diffueraser_theirs()
{
    (cd "$specs" && $python times.py --sizes "$size" --frames "$frames" --threads "$threads" --repeat "${REPEAT:-1}" \
        --parts "$parts") | awk -F' *[|] *' 'NF > 8 { print $2 "|" $8 }'
}

for ((round = 0; round < ${ROUNDS:-2}; round++)); do
    if [ "$engine" = propainter ]; then
        propainter_ours | stage_rows >> "$ours"
        propainter_theirs | stage_rows >> "$theirs"
    else
        diffueraser_ours >> "$ours"
        diffueraser_theirs >> "$theirs"
    fi
done

echo "$size, $threads threads, ${ROUNDS:-2} alternating rounds, $(uptime | sed 's/.*load/load/')"
echo
echo '| stage | ours, CPU s | PyTorch, CPU s | PyTorch / ours |'
echo '|---|---|---|---|'
awk -F'|' -v engine="$engine" '
    FNR == NR { if (!($1 in a) || $2 < a[$1]) a[$1] = $2 + 0; if (!seen[$1]++) order[++n] = $1; next }
    { if (!($1 in b) || $2 < b[$1]) b[$1] = $2 + 0 }
    function row(name, x, y) { printf("| %s | %.3f | %.3f | %.2f |\n", name, x, y, x ? y / x : 0) }
    function given(r) { return a["whole window of 11 + " r ", features given"] }
    function transformer(r) { return b["split, 8 blocks, composition, window of 11 + " r] }
    END {
        if (engine == "diffueraser") {
            for (i = 1; i <= n; i++) row(order[i], a[order[i]], b[order[i]])
            exit
        }
        # The two programs cut the work a little differently; these rows hold the same work.
        pair = "RAFT, directed pair, 20 iterations"
        look = "RAFT, fnet and cnet of one frame"
        flow = "RAFT, correlation, 20 updates and one upsampling"
        b[look] = 2 * b["RAFT, fnet or cnet of one frame"]
        b[flow] = b["RAFT, correlation pyramid of one pair"] + b["RAFT, 20 updates and one upsampling"]
        completion = "flow completion, both directions, per frame"
        images = "image propagation, per frame"
        encoder = "generator encoder, per frame"
        decoder = "generator decoder, per local frame"
        split("", names)
        m = 0
        names[++m] = pair; names[++m] = "RAFT, directed pair, 8 iterations"; names[++m] = look
        names[++m] = "RAFT, correlation pyramid of one pair"; names[++m] = flow; names[++m] = completion
        names[++m] = images; names[++m] = encoder; names[++m] = decoder
        for (i = 1; i <= m; i++) row(names[i], a[names[i]], b[names[i]])
        local = 11 * (b["feature propagation, per local frame"] + b[decoder])
        for (r = 1; r <= 7; r += 6) {
            row("window of 11 + " r ", encoded frames given", given(r), local + transformer(r))
            mine = a[look] + 2 * a[flow] + a[completion] + a[images] + a[encoder] + given(r) / 5
            rest = b[completion] + b[images] + (local + transformer(r) + (11 + r) * b[encoder]) / 5
            row("total per output frame, 11 + " r, mine, 2 * b[pair] + rest)
            row("the same, PyTorch with features once a frame", mine, b[look] + 2 * b[flow] + rest)
        }
    }' "$ours" "$theirs"
