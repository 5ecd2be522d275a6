#!/usr/bin/env bash
# Installs what is missing, checks the format of the sources, builds with warnings as errors, and runs the whole test
# suite, then the fast suite once more with the address and undefined-behaviour sanitizers (CPU only). The
# last line counts the tests of both runs; skipped tests are listed with their reason.
#
#   scripts/test.sh
#   DSCORE_LINT=1 scripts/test.sh        with clang-tidy
#   DSCORE_FUZZ=1 scripts/test.sh        with the fuzz targets, some seconds each
#   DSCORE_SANITIZE=0 scripts/test.sh    without the sanitizers
#   DSCORE_SANITIZE=all scripts/test.sh  the program, and the tests that call it, under the sanitizers too
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s (%d s since the start)\n' "$*" "$SECONDS"; }
trap 'echo "error: scripts/test.sh stopped at: $BASH_COMMAND (the lines above say why)." >&2' ERR
jobs=$(nproc)

# build FOLDER TARGET CMAKE_ARGUMENTS...
build() {
  local folder=$1 target=$2
  shift 2
  mkdir -p "$folder"
  cmake "$@" > "$folder/configure.log" || {
    cat "$folder/configure.log"
    return 1
  }
  cmake --build "$folder" --target "$target" -j "$jobs"
}

passed=0 failed=0 skipped=0
# suite FOLDER CTEST_ARGUMENTS...: runs ctest and adds up its results; a failure counts, and the script goes on
suite() {
  local report=$PWD/$1/ctest.xml counts p f s
  shift
  rm -f "$report"
  ctest "$@" -j "$jobs" --output-on-failure --output-junit "$report" || true
  counts=$(/usr/bin/python3 scripts/count_tests.py "$report")
  read -r p f s <<< "$counts"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# What takes minutes more, and large packages: only when asked for.
lint=${DSCORE_LINT:-}
[[ $lint == 0 ]] && lint=
fuzz=${DSCORE_FUZZ:-}
[[ $fuzz == 0 ]] && fuzz=
step "Dependencies"
scripts/install_dependencies.sh build test cluster format bench ${lint:+lint} ${fuzz:+fuzz}

step "Format"
scripts/lint.sh format

step "Build: everything, warnings are errors (in build-test/)"
build build-test all -S . -B build-test -DCMAKE_BUILD_TYPE=Release -DDSCORE_WERROR=ON -DDSCORE_BENCH=ON

step "All tests"
unasked=(-LE '^fuzz$')
[[ -n $fuzz ]] && unasked=()
suite build-test --test-dir build-test "${unasked[@]}"

sanitize=${DSCORE_SANITIZE:-fast}
if [[ $sanitize != 0 ]]; then
  target=unit_tests which=()
  [[ $sanitize == all ]] && target=all which=(-LE slow)
  step "Build: address and undefined-behaviour sanitizers, CPU only (in build-asan-ubsan/)"
  build build-asan-ubsan "$target" --preset asan-ubsan -DDSCORE_WERROR=ON

  step "Fast tests under the sanitizers"
  suite build-asan-ubsan --preset asan-ubsan "${which[@]}"
fi

if [[ -n $lint ]]; then
  step "clang-tidy"
  scripts/lint.sh tidy
fi

printf '\nDone in %d s.\n' "$SECONDS"
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0))
