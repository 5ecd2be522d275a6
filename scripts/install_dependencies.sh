#!/usr/bin/env bash
# Installs what is missing to build dscore (Debian 12, Ubuntu 22.04 and 24.04), by apt. Where nothing is missing it
# touches no network and needs no rights.
#
#   scripts/install_dependencies.sh [WHAT...]    WHAT: build (default), mpi, figures, test, cluster, bench, peers,
#                                               format, lint, tsan, fuzz
set -euo pipefail

build=(g++ cmake make pkg-config libhdf5-dev libcli11-dev libtomlplusplus-dev libproj-dev libreadstat-dev libhwy-dev
  libfftw3-dev zlib1g-dev libssl-dev)
# MPI is not of `build`: it takes 50 MB, and on one machine nobody misses it. A build finds it where it is.
mpi=(openmpi-bin libopenmpi-dev)
# A Slurm of one node, for tests.
cluster=("${mpi[@]}" slurmctld slurmd slurm-client munge procps)
figures=(python3 python3-h5py python3-matplotlib)
test=(libgtest-dev libthrust-dev python3 python3-numpy python3-h5py python3-matplotlib python3-scipy gzip)
format=(clang-format-14 git)
lint=(clang-format-14 clang-tidy-14 libomp-14-dev libthrust-dev libgtest-dev git)
tsan=(clang libomp-dev libthrust-dev clang-runtime)
fuzz=(clang libomp-dev clang-runtime)
bench=(libbenchmark-dev)
# Programs that bench/peers/compare.py compares with, or what it compiles them with.
peers=(g++ gfortran make python3-venv python3-numpy r-base-core r-cran-spatstat.geom r-cran-rcpp r-cran-rcppparallel)
# Thrust comes with the CUDA toolkit. Tests and lint also build without CUDA, and take Debian's.
command -v "${CUDACXX:-nvcc}" > /dev/null || build+=(libthrust-dev)

wanted=()
for what in "${@:-build}"; do
  case $what in
    build) wanted+=("${build[@]}") ;;
    mpi) wanted+=("${mpi[@]}") ;;
    cluster) wanted+=("${cluster[@]}") ;;
    figures) wanted+=("${figures[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    format) wanted+=("${format[@]}") ;;
    lint) wanted+=("${lint[@]}") ;;
    tsan) wanted+=("${tsan[@]}") ;;
    fuzz) wanted+=("${fuzz[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    peers) wanted+=("${peers[@]}") ;;
    *)
      echo "error: install_dependencies.sh: \"$what\" is not one of build, mpi, figures, test, cluster, bench, peers, format, lint, tsan, fuzz." >&2
      exit 2
      ;;
  esac
done

if ! command -v apt-get > /dev/null; then
  echo "No apt-get here: please see to it that the equivalents of these Debian packages are installed:" "${wanted[@]}"
  exit 0
fi

# A tool counts as present wherever it comes from; libraries are looked up as packages.
is_present() {
  case $1 in
    clang-runtime)  # of the sanitizers and libFuzzer: in a package named after clang's version, or in clang's own
      command -v clang > /dev/null && clang -fsanitize=address,fuzzer-no-link -x c -o /dev/null - <<< 'int main(void){}' \
        2> /dev/null
      return
      ;;
    g++ | cmake | make | pkg-config | git | gzip | clang | clang-format-14 | clang-tidy-14)
      command -v "$1" > /dev/null && return 0
      ;;
  esac
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2> /dev/null) == installed ]]
}

missing=()
for package in "${wanted[@]}"; do
  [[ " ${missing[*]} " == *" $package "* ]] || is_present "$package" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "Dependencies (${*:-build}): all there."
  exit 0
fi

sudo=()
if ((EUID != 0)); then
  if ! command -v sudo > /dev/null; then
    echo "error: missing packages: ${missing[*]}. Neither root nor sudo is at hand; ask an administrator to run:" >&2
    echo "  apt-get install ${missing[*]}" >&2
    exit 1
  fi
  sudo=(sudo)
fi
echo "Installing: ${missing[*]}"
"${sudo[@]}" apt-get update -qq
runtime=libclang-rt-$(apt-cache depends clang 2> /dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p')-dev
for k in "${!missing[@]}"; do
  [[ ${missing[$k]} == clang-runtime ]] || continue
  if apt-cache show "$runtime" > /dev/null 2>&1; then missing[k]=$runtime; else unset "missing[$k]"; fi
done
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  -o Dpkg::Use-Pty=0 "${missing[@]}" > /dev/null
