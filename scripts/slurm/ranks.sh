# Sourced by the templates beside it: runs dscore as the ranks of a job. Stopped by the signal that comes before the time
# limit, the job is queued again and goes on from its checkpoint; at most 20 times, should a unit outlast the limit.

if ! command -v dscore > /dev/null; then
  echo "error: there is no dscore on the PATH. Load its module, or export PATH=.../bin:\$PATH before sbatch." >&2
  exit 1
fi
# pmix is how MPI finds its ranks; `srun --mpi=list` says what else there is.
srun --mpi="${DSCORE_MPI_TYPE:-pmix}" --kill-on-bad-exit=1 "${ranks[@]}" dscore "${call[@]}"
code=$?
# scancel ends this script as well, and nothing is queued again.
if ((code == 143 && ${SLURM_RESTART_COUNT:-0} < 20)); then
  echo "Queued again: goes on from the checkpoint."
  scontrol requeue "$SLURM_JOB_ID"
fi
exit $code
