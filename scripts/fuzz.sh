#!/usr/bin/env bash
# Fuzzes the parsers (tests/fuzz) with libFuzzer and the address and undefined-behaviour sanitizers. Needs clang; exits
# 77 where there is none, 1 where a target fails.
#
#   scripts/fuzz.sh                     10 minutes each
#   scripts/fuzz.sh 60                  a minute each
#   scripts/fuzz.sh 60 csv_fuzz           only these
#   FUZZ_BUILD=FOLDER scripts/fuzz.sh   builds there (default build-fuzz); what is found stays in FOLDER/found
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
(($#)) && shift
targets=("$@")
((${#targets[@]})) || mapfile -t targets < <(sed -n 's/^dscore_fuzz(\([a-z_]*\).*/\1/p' tests/fuzz/CMakeLists.txt)
build=${FUZZ_BUILD:-build-fuzz}

for tool in clang clang++; do
  command -v $tool > /dev/null || {
    echo "SKIPPED: fuzzing needs $tool (Debian: clang, libomp-dev)."
    exit 77
  }
done
mkdir -p "$build"
cmake --preset fuzz -B "$build" > "$build/configure.log" 2>&1 || {
  echo "SKIPPED: cannot configure with clang:"
  tail -n 20 "$build/configure.log"
  exit 77
}
cmake --build "$build" --target fuzz -j "${FUZZ_JOBS:-$(nproc)}" > "$build/build.log" || {
  tail -n 40 "$build/build.log"
  exit 1
}
programs=$build/tests/fuzz

failed=0
for target in "${targets[@]}"; do
  mkdir -p "$build/corpus/$target" "$build/found"
  log=$build/$target.log
  # shellcheck disable=SC2046  # flags are words
  if "$programs/$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -malloc_limit_mb=2048 \
    $(cat "$programs/$target.flags") -artifact_prefix="$build/found/$target-" -print_final_stats=1 \
    "$build/corpus/$target" "tests/fuzz/seeds/$target" > "$log" 2>&1; then
    printf '%s: %s executions, no failure\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    failed=1
    printf '%s: FAILED (%s)\n' "$target" "$log"
    tail -n 40 "$log"
  fi
done
exit $failed
