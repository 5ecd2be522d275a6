#!/usr/bin/env bash
# What the compiler made of the CUDA kernels, without a GPU: registers, stack and spills of every kernel and, where
# cuobjdump is on the PATH, the instructions of the inner loops (per pair, location or node) and what they allow on an
# A100 and an H100.
# Compiles for sm_80 and sm_90, prints a summary, writes bench/results/cuda_resources.json. Needs nvcc and python3.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v nvcc > /dev/null || { echo "cuda_report: no nvcc on the PATH. Install the CUDA toolkit." >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for arch in sm_80 sm_90; do
  for source in kernels/allpairs kernels/p3m/p3m_cuda kernels/backend_cuda bench/nbody; do
    # As CMake compiles them (cmake/Options.cmake, bench/CMakeLists.txt, Release).
    flags=-fmad=false
    if [ $source = bench/nbody ]; then flags=-ftz=true; fi
    name=$(basename $source)
    nvcc -std=c++20 -O3 -DNDEBUG -I. $flags -arch="$arch" -Xptxas -v -cubin \
      -o "$work/$name.$arch.cubin" $source.cu > "$work/$name.$arch.ptxas" 2>&1 ||
      { cat "$work/$name.$arch.ptxas" >&2; exit 1; }
  done
  if command -v cuobjdump > /dev/null && command -v nvdisasm > /dev/null; then
    for name in allpairs p3m_cuda nbody; do cuobjdump -sass "$work/$name.$arch.cubin" > "$work/$name.$arch.sass"; done
  else
    echo "cuda_report: no cuobjdump and nvdisasm on the PATH: registers only, no instruction counts" >&2
  fi
done
commit=$(git describe --always --dirty 2> /dev/null || echo unknown)
version=$(nvcc --version | sed -n 's/.*release .*, V//p')
python3 scripts/sass_report.py "$work" "$commit" "$version" bench/results/cuda_resources.json
