#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The sources keep to their layers, and the checker sees it when they do not.
set -euo pipefail
tools/check_layers.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

must_refuse() # must_refuse FILE INCLUDE: a tree with that one line is an offence
{
    rm -rf "${scratch:?}"/*
    mkdir -p "$scratch/src" "$scratch/include" "$scratch/$(dirname "$1")"
    printf '#include %s\n' "$2" > "$scratch/$1"
    if tools/check_layers.sh "$scratch" > "$scratch/said"; then
        echo "check_layers.sh let $1 include $2"
        exit 1
    fi
}

must_refuse src/base/rect.c '"media/decode.h"'
must_refuse src/media/decode.c '"pipeline/queue.h"'
must_refuse src/detect/track/link.c '"inpaint/engine.h"'
must_refuse src/detect/look/ring.c '"detect/track/link.h"'
must_refuse src/inpaint/flow/engine.c '"media/decode.h"'
must_refuse src/inpaint/flow/engine.c '"inpaint/propainter/raft.h"'
must_refuse src/inpaint/flow/fill/fuse.c '"inpaint/flow/unblend/life.h"'
must_refuse src/inpaint/flow/motion/affine.c '"inpaint/flow/engine.h"'
must_refuse src/inpaint/engines.c '<onnxruntime_c_api.h>'
must_refuse src/detect/track/link.c '<libavutil/frame.h>'
must_refuse cli/main.c '"base/memory.h"'
must_refuse include/uncaption/erase.h '"base/error.h"'
must_refuse src/base/rect.c '"../media/decode.h"'
must_refuse src/base/rect.c '"log.h"'
must_refuse src/base/utils.c '<stdio.h>'
