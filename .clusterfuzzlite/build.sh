#!/usr/bin/env bash
# Builds the targets of ./fuzz for libFuzzer. Elsewhere than in ClusterFuzzLite's
# container it needs clang:
#
#	OUT=/tmp/fuzzers bash .clusterfuzzlite/build.sh
set -euo pipefail
if [ -n "${SRC:-}" ]; then cd "$SRC/flatmap"; else cd "$(dirname "$0")/.."; fi
: "${CXX:=clang++}" "${CXXFLAGS:=}" "${LIB_FUZZING_ENGINE:=-fsanitize=fuzzer}"
mkdir -p "$OUT"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
targets=$(sed -n 's/^\t"\(Fuzz[A-Za-z]*\)":.*/\1/p' fuzz/libfuzzer/main.go | grep .)
for target in $targets; do
	go build -tags libfuzzer -gcflags=all=-d=libfuzzer -buildmode=c-archive \
		-ldflags "-X main.target=$target" -o "$work/$target.a" ./fuzz/libfuzzer
	# shellcheck disable=SC2086 # these are lists of flags
	$CXX $CXXFLAGS $LIB_FUZZING_ENGINE "$work/$target.a" -o "$OUT/$target"
done
