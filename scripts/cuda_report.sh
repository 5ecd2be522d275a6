#!/usr/bin/env bash
# What the compiler made of the CUDA kernels, without a GPU: registers, stack and spills of every kernel and, where
# cuobjdump is on the PATH, the instructions per pair of the inner loops and the pairs/s they allow on an H100.
# Compiles for sm_80 and sm_90, prints a summary, writes bench/results/cuda_resources.json. Needs nvcc and python3.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v nvcc > /dev/null || { echo "cuda_report: no nvcc on the PATH. Install the CUDA toolkit." >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for arch in sm_80 sm_90; do
  for source in allpairs backend_cuda; do
    # As CMake compiles them (cmake/Options.cmake, Release).
    nvcc -std=c++20 -O3 -DNDEBUG -I. -fmad=false -arch="$arch" -Xptxas -v -cubin \
      -o "$work/$source.$arch.cubin" "kernels/$source.cu" > "$work/$source.$arch.ptxas" 2>&1 ||
      { cat "$work/$source.$arch.ptxas" >&2; exit 1; }
  done
  if command -v cuobjdump > /dev/null && command -v nvdisasm > /dev/null; then
    cuobjdump -sass "$work/allpairs.$arch.cubin" > "$work/allpairs.$arch.sass"
  else
    echo "cuda_report: no cuobjdump and nvdisasm on the PATH: registers only, no instruction counts" >&2
  fi
done
commit=$(git describe --always --dirty 2> /dev/null || echo unknown)
version=$(nvcc --version | sed -n 's/.*release .*, V//p')
python3 scripts/sass_report.py "$work" "$commit" "$version" bench/results/cuda_resources.json
