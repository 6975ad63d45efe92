#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Check by #include that no folder reaches above its layer (docs/architecture.md, "Tree" and "Layers").
#
# Usage: tools/check_layers.sh [ROOT]     prints each offence as file:line: why; exits 1 if there is one.
set -euo pipefail
root=${1:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$root"

includes() # every #include of the sources as file:line:#include ...
{
    local folders=()
    for folder in include src cli; do
        [ -d "$folder" ] && folders+=("$folder")
    done
    grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.c' --include='*.h' "${folders[@]}"
}

bad_names() # a function without a home is a noun that has not been named yet
{
    find include src cli tests tools examples -regextype posix-extended \
        -iregex '.*/(utils?|common|helpers?|misc)(\.[ch])?' 2>/dev/null | sed 's/$/: no folder or file is called that/'
}

bad_includes()
{
    includes | awk -F: '
    function allow(folder, list,   names, i, n) {
        n = split(list, names, " ")
        for (i = 1; i <= n; i++) may[folder, names[i]] = 1
    }
    function is_in(whole, file) { return index(file, "src/" whole "/") == 1 }
    function part_of(whole, file,   rest) { # the folder of whole that the file lies in; "": in none of them
        rest = substr(file, length("src/" whole "/") + 1)
        return rest ~ /\// ? whole "/" substr(rest, 1, index(rest, "/") - 1) : ""
    }
    BEGIN {
        allow("include", "include")
        allow("base", "include base")
        allow("kernels", "include base kernels")
        allow("nn", "include base kernels nn")
        allow("media", "include base kernels media")
        allow("detect", "include base kernels nn media detect")
        allow("inpaint", "include base kernels nn media inpaint")
        allow("pipeline", "include base kernels nn media detect inpaint pipeline")
        allow("cli", "include cli")
        allow("detect/ocr", "detect/ocr")
        allow("detect/look", "detect/look")
        allow("detect/matte", "detect/look detect/matte")
        allow("detect/track", "detect/ocr detect/look detect/matte detect/track")
        allow("detect/life", "detect/ocr detect/look detect/matte detect/track detect/life")
        allow("detect/captions", "detect/ocr detect/captions")
        allow("inpaint/flow/motion", "inpaint/flow/motion")
        allow("inpaint/flow/fill", "inpaint/flow/motion inpaint/flow/fill")
        allow("inpaint/flow/unblend", "inpaint/flow/motion inpaint/flow/fill inpaint/flow/unblend")
        within["detect"]
        within["inpaint/flow"]
        media_users["media"]
        media_users["pipeline"]
    }
    {
        n = split($1, part, "/")
        folder = part[1] == "src" ? part[2] : part[1]
        engine = part[1] == "src" && part[2] == "inpaint" && n > 3 ? part[3] : ""
        where = $1 ":" $2 ": "
        system_header = match($3, /<[^>]*>/)
        if (!system_header && !match($3, /"[^"]*"/))
            next
        header = substr($3, RSTART + 1, RLENGTH - 2)
        k = split(header, to, "/")
        if (system_header) {
            if (to[1] ~ /^onnxruntime/ && folder != "nn")
                print where "only src/nn knows ONNX Runtime (" header ")"
            if (to[1] ~ /^lib(av|sw)/ && !(folder in media_users) && !(folder == "cli" && header == "libavutil/log.h"))
                print where "only src/media and src/pipeline know libav (" header ")"
            if (to[1] == "uncaption")
                print where "project headers are included with quotes (" header ")"
            next
        }
        if (k == 1 && part[1] != "src" && part[1] != "include")
            next # the files of one program
        if (header == "install_paths.h")
            next # made by the build
        if (k == 1 || header ~ /^\.|\/\.\.?\//) {
            print where "a header is named by its folder (" header ")"
            next
        }
        target = to[1] == "uncaption" ? "include" : to[1]
        if (!((folder, target) in may))
            print where folder " may not include " target " (" header ")"
        for (whole in within)
            if (is_in(whole, $1) && is_in(whole, "src/" header)) {
                from = part_of(whole, $1)
                if (from != "" && !((from, part_of(whole, "src/" header)) in may))
                    print where from " may not include " header
            }
        if (engine != "" && target == "media" && header != "media/colour.h")
            print where "an engine sees pixels, never files (" header ")"
        if (engine != "" && target == "inpaint" && k > 2 && to[2] != engine)
            print where "engines do not include each other (" header ")"
    }'
}

offences=$(bad_names; bad_includes)
if [ -n "$offences" ]; then
    printf '%s\n' "$offences"
    exit 1
fi
