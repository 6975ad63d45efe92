#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each public header compiles alone, twice in a row, as strict C11 and as C++, without a warning.
set -euo pipefail
cc=${CC:-cc}
cxx=${CXX:-c++}
warnings='-Wall -Wextra -Wpedantic -Werror -fsyntax-only'
for header in include/uncaption/*.h; do
    name=uncaption/${header##*/}
    source=$(printf '#include "%s"\n#include "%s"\nint main(void) { return 0; }\n' "$name" "$name")
    # shellcheck disable=SC2086 # the lists of flags are words
    $cc -std=c11 $warnings -Wstrict-prototypes -Iinclude -x c - <<< "$source"
    # shellcheck disable=SC2086
    $cxx -std=c++11 $warnings -Iinclude -x c++ - <<< "$source"
done
