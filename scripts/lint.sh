#!/usr/bin/env bash
# Checks our sources with clang-format and clang-tidy, both of LLVM 14, since other versions format and warn
# differently. clang-tidy sees everything a CPU-only build compiles; CUDA sources are left to nvcc's warnings.
#
#   scripts/lint.sh                    format and tidy
#   scripts/lint.sh format             seconds
#   scripts/lint.sh tidy [FILE...]     minutes; .clang-tidy without clang-analyzer
#   scripts/lint.sh deep [FILE...]     all of .clang-tidy, the analyzer too: takes several times as long
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}
(($#)) && shift

format() {
  local sources
  mapfile -t sources < <(git ls-files --cached --others --exclude-standard -- '*.h' '*.cpp' '*.cu' '*.cuh' |
    while read -r file; do [[ -f $file ]] && echo "$file"; done)
  clang-format-14 --dry-run -Werror "${sources[@]}" || {
    echo "error: not formatted as .clang-format says. Run: clang-format-14 -i FILE..." >&2
    return 1
  }
  echo "clang-format: ${#sources[@]} files are in order."
}

# tidy CHECKS [FILE...]
tidy() {
  local checks=$1 build=build-lint bench=OFF
  shift
  [[ -f bench/CMakeLists.txt && -d /usr/include/benchmark ]] && bench=ON
  mkdir -p $build
  cmake -S . -B $build -DDSCORE_CUDA=OFF -DDSCORE_BENCH=$bench > $build/configure.log || {
    cat $build/configure.log
    return 1
  }
  local files=("$@")
  ((${#files[@]})) || mapfile -t files < <(sed -n 's/^ *"file": "\(.*\)",*$/\1/p' $build/compile_commands.json | sort -u)
  # What clang-tidy counts on stderr are warnings in the libraries' headers, which it does not show.
  printf '%s\n' "${files[@]}" |
    xargs -P "$(nproc)" -n 1 clang-tidy-14 -p $build --quiet --checks="$checks" 2> $build/tidy.err || {
    grep -v 'warnings\? generated\.$' $build/tidy.err >&2 || true
    echo "error: clang-tidy has findings (above)." >&2
    return 1
  }
  echo "clang-tidy: ${#files[@]} files are clean (bench: $bench)."
}

case $what in
  format) format ;;
  tidy) tidy '-clang-analyzer-*' "$@" ;;
  deep) tidy '' "$@" ;;
  all)
    format
    tidy '-clang-analyzer-*'
    ;;
  *)
    echo "error: lint.sh: \"$what\" is not one of format, tidy, deep." >&2
    exit 2
    ;;
esac
