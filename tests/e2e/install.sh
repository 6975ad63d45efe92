#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `make install` lays down works from where it lies: the program, the man page, and the library for the example.
#
# Usage: tests/e2e/install.sh BUILD_FOLDER
set -euo pipefail
source "$UNCAPTION_SOURCE_ROOT/tests/e2e/expect.sh"
source "$source_root/tests/e2e/clip.sh"
build=$1
captioned_clip in.mkv

DESTDIR=$scratch/root meson install -C "$build" --no-rebuild --quiet
program=$(find root -name uncaption -type f -perm -u+x)
prefix=$scratch/${program%/bin/uncaption}
for file in include/uncaption/uncaption.h share/man/man1/uncaption.1 share/uncaption/models/ppocrv4_det.onnx; do
    [ -e "$prefix/$file" ] || fail "not installed: $file"
done

cd / # nothing of the checkout may be needed
UNCAPTION=$prefix/bin/uncaption
expect_ok doctor
expect_said "$prefix/bin/\.\./.*ppocrv4_det.onnx"
expect_ok "$scratch/in.mkv" -o "$scratch/out/clean.mkv"
expect_said '1 caption found'

cd "$scratch"
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name uncaption.pc)")
export PKG_CONFIG_PATH
# A library built with sanitizers wants them, and clang, in the program that links it.
sanitize=
if grep -q __asan_init "$prefix/bin/uncaption"; then
    CC=clang sanitize=-fsanitize=address,undefined
fi
# shellcheck disable=SC2046,SC2086 # flags are words
${CC:-cc} $sanitize "$source_root/examples/remove.c" $(pkg-config --define-variable=prefix="$prefix" --cflags --libs uncaption) -o remove
UNCAPTION=$scratch/remove
export UNCAPTION_ORT=$prefix/lib/uncaption/libonnxruntime.so.1 UNCAPTION_MODELS=$prefix/share/uncaption/models # not DESTDIR's
expect_ok in.mkv out/example.mkv
expect_said '1 captions removed'
[ "$(frame_count out/example.mkv)" -eq 60 ] || fail 'the example lost frames'
