#!/usr/bin/env bash
# From a fresh clone to the note's table: installs what is missing, builds, makes the synthetic Netherlands, scores
# its 16 populations, exports the tables, lays them beside the published ones, and draws the figures. Everything made
# stands in out/.
#
#   scripts/run.sh [FLAGS...]    flags go to `dscore synth`, e.g. --scale 0.1 or --seed 7
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; }
trap 'echo "error: scripts/run.sh stopped at: $BASH_COMMAND (the lines above say why)." >&2' ERR

step "Dependencies"
scripts/install_dependencies.sh build figures

step "Build (in build/)"
mkdir -p build out
cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DDSCORE_TESTS=OFF > build/configure.log || {
  cat build/configure.log
  false
}
cmake --build build -j "$(nproc)"

dscore=build/host/cli/dscore
step "Synthetic Netherlands: out/netherlands.h5"
"$dscore" synth "$@" -o out/netherlands.h5

step "Scores of all populations: out/results.h5"
started=$SECONDS
"$dscore" run out/netherlands.h5 -o out/results.h5

step "Tables: out/tables/"
"$dscore" export out/results.h5 -d out/tables
ls -l out/tables

step "Beside the published figures: out/comparison/"
"$dscore" compare out/results.h5 -d out/comparison

step "Figures: out/figures/"
/usr/bin/python3 scripts/figures.py out/results.h5 -d out/figures --comparison out/comparison
printf '\nDone: scores, tables and figures took %d s after the build.\n\n' "$((SECONDS - started))"
cat << END
The program   $PWD/$dscore
              to call it by name: export PATH=$PWD/build/host/cli:\$PATH
Results       out/results.h5, of the population out/netherlands.h5
Tables        out/tables/, out/comparison/
Figures       out/figures/

Next, what may leave a secure environment (docs/tutorial.md has the whole chain):
  $dscore export out/results.h5 -d out/release --disclosure default
END
