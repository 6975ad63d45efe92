#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fuzz every target of tests/fuzz with libFuzzer under ASan and UBSan, starting from its corpus.
#
# Usage: tools/fuzz.sh SECONDS [TARGET]...     (SECONDS each; finds lie in build-fuzz/finds/)
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
CC=clang CXX=clang++ tools/build.sh build-fuzz -Dfuzzing=true -Db_sanitize=address,undefined -Db_lundef=false \
    -Dbuildtype=debugoptimized
mkdir -p build-fuzz/finds
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(find tests/fuzz -name 'fuzz_*.c' -printf '%f\n' | sed 's/^fuzz_//; s/\.c$//' | sort)
for target in "${targets[@]}"; do
    ninja -C build-fuzz --quiet "tests/fuzz_$target"
    mkdir -p "build-fuzz/corpus/$target"
    echo "fuzz: $target for $seconds s"
    "build-fuzz/tests/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -verbosity=0 -artifact_prefix=build-fuzz/finds/ "build-fuzz/corpus/$target" "tests/fuzz/corpus/$target"
done
