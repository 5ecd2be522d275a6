#!/usr/bin/env bash
# Are the note's conclusions robust? The analysis of docs/sensitivity.md from one command: both plans that come with the
# program, their tables, their figures, and what follows for the note's conclusions. Everything stands in out/sensitivity.
#
#   scripts/sensitivity.sh [POP.h5]    the population file; without one, the synthetic Netherlands in out/netherlands.h5,
#                                      which is made if it is not there
#
# It takes the program from build/, where scripts/run.sh leaves it; the variable DSCORE names another one.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; }
trap 'echo "error: scripts/sensitivity.sh stopped at: $BASH_COMMAND (the lines above say why)." >&2' ERR

dscore=${DSCORE:-build/host/cli/dscore}
command -v "$dscore" > /dev/null || {
  trap - ERR
  echo "error: $dscore: not there. Build it with scripts/run.sh, or set the variable DSCORE to the program." >&2
  exit 1
}
out=out/sensitivity
mkdir -p "$out"

population=${1:-out/netherlands.h5}
if (($# == 0)) && [[ ! -f $population ]]; then
  step "Synthetic Netherlands: $population"
  "$dscore" synth -o "$population"
fi

for plan in default note-2012; do
  step "Plan $plan: $out/$plan.h5"
  "$dscore" sweep "$population" --plan "$plan" -o "$out/$plan.h5"
  "$dscore" export "$out/$plan.h5" -d "$out/$plan"
  /usr/bin/python3 scripts/figures.py "$out/$plan.h5" -d "$out/$plan/figures"
done

step "What follows: $out/conclusions.md"
/usr/bin/python3 scripts/conclusions.py "$out/default.h5" "$out/note-2012.h5" > "$out/conclusions.md"
cat "$out/conclusions.md"
