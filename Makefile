# SPDX-License-Identifier: Apache-2.0
# The front door: each target does its own set-up; meson and ninja do the work. `make` lists the targets.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help demo test build bench install clean deps sanitize fuzz format format-check

BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
VIDEO ?=
SUITE ?=
FUZZ_SECONDS ?= 60
JOBS ?= $(shell nproc)

help:
	@echo 'make demo                 set up, build, caption real footage, remove the captions, show the result'
	@echo 'make demo VIDEO=my.mp4    the same with a video of yours, which is left as it is'
	@echo 'make test                 set up and run every test; SUITE=unit runs one suite'
	@echo 'make build                set up and build; the program is $(BUILD)/uncaption'
	@echo 'make install              program, library, header, man page, models; PREFIX=$(PREFIX) DESTDIR='
	@echo 'make bench                score the program on the benchmark clips'
	@echo 'make sanitize             every test under AddressSanitizer and UndefinedBehaviorSanitizer (clang)'
	@echo 'make fuzz                 fuzz each reader of foreign bytes; FUZZ_SECONDS=$(FUZZ_SECONDS) each'
	@echo 'make format-check         does the source follow .clang-format?  (make format: make it so)'
	@echo 'make deps                 only fetch what the others need: Debian packages, ONNX Runtime, models'
	@echo 'make clean                remove what was built (.deps/ stays)'

deps:
	@tools/deps.sh build test demo

build:
	@tools/deps.sh build
	@tools/build.sh $(BUILD)

demo: build
	@tools/deps.sh demo
	@tools/demo.sh $(BUILD)/uncaption "$$VIDEO"
demo: export VIDEO := $(value VIDEO)

test:
	@tools/deps.sh build test
	@tools/build.sh $(BUILD)
	@tools/test.sh $(BUILD) $(SUITE)

sanitize:
	@tools/deps.sh build sanitize
	@CC=clang CXX=clang++ tools/build.sh build-asan -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized
	@tools/test.sh build-asan $(SUITE)

fuzz:
	@tools/deps.sh build sanitize
	@tools/fuzz.sh $(FUZZ_SECONDS)

bench: build
	@tools/deps.sh bench
	@tools/bench.sh $(BUILD)/uncaption

install:
	@tools/deps.sh build
	@tools/build.sh $(BUILD) -Dprefix='$(PREFIX)' -Dlibdir=lib
	@DESTDIR='$(DESTDIR)' meson install -C $(BUILD) --no-rebuild --quiet

format:
	@git ls-files -z '*.c' '*.h' | xargs -0 clang-format -i

format-check:
	@git ls-files -z '*.c' '*.h' | xargs -0 clang-format --dry-run --Werror

clean:
	@rm -rf build build-asan build-fuzz
