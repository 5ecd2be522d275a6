#!/usr/bin/env bash
# Everything that needs a GPU, in one command and well inside ten minutes: the gpu tests plainly and (small ones) under
# compute-sanitizer, then the GPU benchmarks. Writes one JSON: ${OUT:-bench/results}/gpu_check.json.
#
#   scripts/gpu_check.sh [FOLDER]          runs the programs in FOLDER (default build-gpu); builds them if they are
#                                          not there and nvcc and cmake are
#   scripts/gpu_check.sh --build [FOLDER]  only builds: stripped programs and the one library they carry along, to
#                                          take to a machine with a GPU and nothing installed
#
# Exits 1 if a test fails or is skipped, a step runs out of time (560 s in all), or there is no GPU or no
# compute-sanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."

only_build=no
if [ "${1:-}" = --build ]; then only_build=yes; shift; fi
folder=${1:-build-gpu}
tests="backend_gpu_test kernels_gpu_test p3m_gpu_test engine_gpu_test"

build() {
  local objects="$folder-objects"
  cmake -S . -B "$objects" -DCMAKE_BUILD_TYPE=Release -DDSCORE_STATIC=ON -DDSCORE_CUDA=ON -DDSCORE_BENCH=ON
  # shellcheck disable=SC2086  # the targets are words
  cmake --build "$objects" --parallel "$(nproc)" --target $tests gpu_bench
  mkdir -p "$folder"
  for program in $tests gpu_bench; do
    strip -o "$folder/$program" "$(find "$objects" -type f -name "$program" | head -n 1)"
  done
  # Highway has no static library in Debian; it goes along, and so does FFTW. The rest is libc, libstdc++, libgomp and the driver.
  for program in $tests gpu_bench; do ldd "$folder/$program"; done | awk '/libhwy|libfftw3/ {print $3}' | sort -u |
    xargs -r -I{} cp -L {} "$folder/"
  git describe --always --dirty > "$folder/commit" 2> /dev/null || echo unknown > "$folder/commit"
  echo "built in $folder: $(du -sh "$folder" | cut -f 1)"
}

if [ $only_build = yes ]; then build; exit; fi
if ! command -v nvidia-smi > /dev/null || ! nvidia-smi -L > /dev/null 2>&1; then
  echo "gpu_check: no GPU here (nvidia-smi finds none). Run it on a node with a GPU; nothing was checked." >&2
  exit 1
fi
if [ ! -x "$folder/gpu_bench" ]; then
  if command -v nvcc > /dev/null && command -v cmake > /dev/null; then
    build
  else
    echo "gpu_check: $folder has no programs, and there is no nvcc and cmake to build them. Run" \
      "scripts/gpu_check.sh --build elsewhere and bring $folder along." >&2
    exit 1
  fi
fi

export LD_LIBRARY_PATH="$PWD/$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
out=${OUT:-bench/results}
mkdir -p "$out"
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
steps=""
failed=0

text() { tr -d '\000-\037\\"' | cut -c 1-200; }  # one line, fit for JSON

# step NAME SECONDS COMMAND...: runs it, keeps its outcome.
step() {
  local name=$1 limit=$2 start end status=0 outcome=passed last
  shift 2
  start=$(date +%s%N)
  timeout "$limit" "$@" > "$logs/$name" 2>&1 || status=$?
  end=$(date +%s%N)
  last=$(grep -E '\[  (PASSED|FAILED|SKIPPED) +\]|ERROR SUMMARY|RACECHECK SUMMARY|error:' "$logs/$name" | tail -n 2 | tr '\n' ' ' | text || true)
  if [ $status = 124 ]; then outcome="out of time"; elif [ $status != 0 ]; then outcome=failed; fi
  if grep -q '\[  SKIPPED \]' "$logs/$name"; then outcome=skipped; fi  # nothing may be skipped on a machine with a GPU
  if [ "$outcome" != passed ]; then
    failed=1
    tail -n 40 "$logs/$name"
  fi
  printf '%-28s %s in %s ms: %s\n' "$name" "$outcome" $(((end - start) / 1000000)) "$last"
  steps="$steps${steps:+,}
    {\"step\": \"$name\", \"outcome\": \"$outcome\", \"exit\": $status, \"seconds\": $(((end - start) / 1000000000)), \"last_line\": \"$last\"}"
}

sanitizer=$(command -v compute-sanitizer || true)
for candidate in /usr/local/cuda/bin /usr/local/cuda/compute-sanitizer; do
  if [ -z "$sanitizer" ] && [ -x "$candidate/compute-sanitizer" ]; then sanitizer=$candidate/compute-sanitizer; fi
done

step backend_gpu_test 50 "$folder/backend_gpu_test" --gtest_brief=1
step kernels_gpu_test 35 "$folder/kernels_gpu_test" --gtest_brief=1
step p3m_gpu_test 45 "$folder/p3m_gpu_test" --gtest_brief=1
step engine_gpu_test 80 "$folder/engine_gpu_test" --gtest_brief=1
if [ -n "$sanitizer" ]; then
  step memcheck_kernels 50 "$sanitizer" --tool memcheck --leak-check full --error-exitcode 9 \
    "$folder/kernels_gpu_test" --gtest_brief=1 '--gtest_filter=*Small*'
  step memcheck_backend 60 "$sanitizer" --tool memcheck --leak-check full --error-exitcode 9 \
    "$folder/backend_gpu_test" --gtest_brief=1 '--gtest_filter=*Small*'
  step memcheck_p3m 35 "$sanitizer" --tool memcheck --leak-check full --error-exitcode 9 \
    "$folder/p3m_gpu_test" --gtest_brief=1 '--gtest_filter=*Small*'
  step initcheck_backend 35 "$sanitizer" --tool initcheck --error-exitcode 9 \
    "$folder/backend_gpu_test" --gtest_brief=1 '--gtest_filter=*SmallSums*:*SmallMerge*'
  step initcheck_kernels 35 "$sanitizer" --tool initcheck --error-exitcode 9 \
    "$folder/kernels_gpu_test" --gtest_brief=1 '--gtest_filter=*Small*'
  step initcheck_p3m 35 "$sanitizer" --tool initcheck --error-exitcode 9 \
    "$folder/p3m_gpu_test" --gtest_brief=1 '--gtest_filter=*Small*'
else
  echo "compute-sanitizer is not here: its steps are left out, and the check is not complete" >&2
  failed=1
fi
# shellcheck disable=SC2016  # the inner shell expands them
step gpu_bench 100 bash -c 'exec "$1" > "$2"' bash "$folder/gpu_bench" "$logs/bench.json"

query() { nvidia-smi --query-gpu="$1" --format=csv,noheader 2> /dev/null | head -n 1 | text; }
{
  echo '{'
  echo '  "name": "gpu_check",'
  echo "  \"date\": \"$(date -u +%F)\","
  echo "  \"commit\": \"$(cat "$folder/commit" 2> /dev/null || echo unknown)\","
  echo "  \"machine\": {\"card\": \"$(query name)\", \"driver\": \"$(query driver_version)\", \"memory\": \"$(query memory.total)\", \"sm_clock_max\": \"$(query clocks.max.sm)\", \"power_limit\": \"$(query power.limit)\", \"cores\": $(nproc), \"cpu\": \"$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1 | text)\"},"
  echo "  \"compute_sanitizer\": \"$( ([ -n "$sanitizer" ] && "$sanitizer" --version | tail -n 1 || echo absent) | text)\","
  echo "  \"nvcc\": \"$( (command -v nvcc > /dev/null && nvcc --version | tail -n 1 || echo absent) | text)\","
  echo "  \"steps\": [$steps"
  echo '  ],'
  printf '  "benchmarks": '
  if [ -s "$logs/bench.json" ] && [ "$(tail -c 2 "$logs/bench.json")" = '}' ]; then cat "$logs/bench.json"; else echo null; fi
  echo '}'
} > "$out/gpu_check.json.part"
mv "$out/gpu_check.json.part" "$out/gpu_check.json"
echo "wrote $out/gpu_check.json"
exit $failed
