#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every source and script of ours carries its licence in its first two lines; headers say what they are for.
set -euo pipefail
failed=0
while IFS= read -r -d '' file; do
    if ! head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0'; then
        echo "$file: no SPDX line at the top"
        failed=1
    fi
    if [[ $file == *.h ]] && ! sed -n 2p "$file" | grep -q '^/\* .'; then
        echo "$file: no sentence of purpose below the SPDX line"
        failed=1
    fi
done < <(find include src cli web tests tools examples \( -name '*.c' -o -name '*.h' -o -name '*.sh' \) -print0 2>/dev/null)
exit $failed
