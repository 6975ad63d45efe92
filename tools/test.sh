#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Run the tests of a build folder and close with "N passed, N failed, N skipped"; exits 1 if one failed or none ran.
#
# Usage: tools/test.sh FOLDER [SUITE]...
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
shift
suites=()
for suite; do
    suites+=(--suite "$suite")
done

# For builds with sanitizers: the first finding ends a test; leaks of other people's libraries are theirs.
export ASAN_OPTIONS=${ASAN_OPTIONS:-halt_on_error=1:abort_on_error=0:detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$PWD/tools/lsan.supp:print_suppressions=0}

status=0
meson test -C "$folder" --print-errorlogs "${suites[@]}" || status=$?

count() # count REGEX: tests of the run with that result
{
    grep -cE "\"result\": \"($1)\"" "$folder/meson-logs/testlog.json" || true
}
passed=$(count 'OK|EXPECTEDFAIL')
skipped=$(count 'SKIP')
total=$(count '[A-Z]+')
failed=$((total - passed - skipped))
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$status" -eq 0 ] && [ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
