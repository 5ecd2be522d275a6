#!/usr/bin/env bash
# Submits a dscore command as a job array of so many shares, without MPI, and a job that merges them when all are there.
#
#   scripts/slurm/submit_array.sh 16 significance population.h5 -o significance.h5
#
# From the top of the folder of dscore. Partition, account and the like: SBATCH_PARTITION, SBATCH_ACCOUNT ... in the
# environment, or in array.sbatch and merge.sbatch. Called again, it makes what is missing.
set -euo pipefail

shares=${1:-}
if [[ ! $shares =~ ^[0-9]+$ ]] || ((shares < 2 || $# < 2)); then
  echo "error: give the number of shares, at least 2, and the command: submit_array.sh 16 significance POP.h5 -o SIG.h5" >&2
  exit 2
fi
output=
for ((k = 2; k <= $#; ++k)); do
  next=$((k + 1))
  case ${!k} in
    -o | --output) output=${!next:-} ;;
    --output=*) output=${!k#--output=} ;;
  esac
done
if [[ -z $output ]]; then
  echo "error: the command names no output. Name one with -o, in a folder that all nodes see." >&2
  exit 2
fi

array=$(sbatch --parsable --array="1-$shares" scripts/slurm/array.sbatch "$@")
merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes scripts/slurm/merge.sbatch "$shares" "$output")
echo "Job array $array: $shares shares. Then job $merge: $output."
