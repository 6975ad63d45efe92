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
    for folder in include src cli web; do
        [ -d "$folder" ] && folders+=("$folder")
    done
    grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.c' --include='*.h' "${folders[@]}"
}

bad_names() # a function without a home is a noun that has not been named yet
{
    find include src cli web tests tools examples -regextype posix-extended \
        -iregex '.*/(utils?|common|helpers?|misc)(\.[ch])?' 2>/dev/null | sed 's/$/: no folder or file is called that/'
}

bad_includes()
{
    includes | awk -F: '
    function allow(folder, list,   names, i, n) {
        n = split(list, names, " ")
        for (i = 1; i <= n; i++) may[folder, names[i]] = 1
    }
    function part_of_detect(part, list) { allow("detect/" part, list) }
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
        allow("web", "include web")
        part_of_detect("ocr", "ocr")
        part_of_detect("look", "look")
        part_of_detect("matte", "look matte")
        part_of_detect("track", "ocr look matte track")
        part_of_detect("life", "ocr look matte track life")
        part_of_detect("captions", "ocr captions")
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
        part_name = "detect/" part[3]
        if (folder == "detect" && target == "detect" && n > 3 && !((part_name, k > 2 ? to[2] : "") in may))
            print where part_name " may not include " header
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
