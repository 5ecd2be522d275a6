#!/usr/bin/env python3
"""Times dscore and other people's programs on the same points in one run: bench/results/peers.json, and the README's table.

    bench/peers/compare.py [BUILD_DIR] [--only NAME] [--at-most N] [--gpu] [--table]

BUILD_DIR (default: build) is made with -DDSCORE_BENCH=ON. Python's peers are installed by pip into a folder that is
thrown away, and FMM3D is compiled there from its sources (FMM3D_LIBRARY names a libfmm3d.so compiled before); R's come
from Debian (scripts/install_dependencies.sh peers). What cannot be had is skipped, with a line that says so. Every
program runs in a process of its own with two threads, and is checked on 200 rows against exact scores. Programs that look
at every pair are measured as far as they finish in about a minute, and projected beyond ("projected": true) by the square
of the points that they look at. All of it takes about 15 minutes on two cores, three of them to install.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import points as clouds  # noqa: E402
from machine import ROOT, commit, store  # noqa: E402

HERE = Path(__file__).resolve().parent
THREADS = 2
PACKAGES = ["numpy", "scipy", "numba", "fmm3dpy", "pykeops"]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": str(THREADS), "NUMBA_NUM_THREADS": str(THREADS),
               "OPENBLAS_NUM_THREADS": str(THREADS), "PYTHONWARNINGS": "ignore"}
# kind, establishments
CASES = [("postcodes", 10_000), ("postcodes", 100_000), ("postcodes", 334_000), ("postcodes", 1_000_000),
         ("postcodes", 10_000_000), ("unsnapped", 100_000), ("unsnapped", 1_000_000), ("unsnapped", 10_000_000)]
# What fast_bench is told.
OURS = {"p3m 1e-6": "1e-6", "p3m 1e-9": "1e-9", "tree 1e-6": "tree:1e-6", "exact mixed": "mixed", "exact double": "exact",
        "plain loop": "loop"}
R = {"spatstat_pairdist", "spatstat_crossdist", "pair_loop"}
# The most points a program is run for: locations where it merges, establishments where it does not.
LIMITS = {"p3m 1e-6": None, "p3m 1e-9": None, "tree 1e-6": None, "exact mixed": 1_000_000, "exact double": 450_000,
          "fmm3d": 1_000_000, "fmm3d_wheel": 420_000, "numba_fp32_merged": 1_000_000, "numba_fp64_merged": 160_000,
          "numba_fp64": 100_000, "keops": 100_000, "keops_gpu": 1_000_000, "scipy_cdist": 10_000,
          "spatstat_crossdist": 50_000, "spatstat_pairdist": 10_000, "pair_loop": 100_000, "plain loop": 100_000}
EVERY_ESTABLISHMENT = {"numba_fp64", "scipy_cdist", "spatstat_pairdist", "pair_loop", "plain loop"}  # they do not merge
NOT_BY_SQUARE = {"p3m 1e-6", "p3m 1e-9", "tree 1e-6", "fmm3d", "fmm3d_wheel"}
LABELS = {"p3m 1e-6": "**dscore** 1e-6", "p3m 1e-9": "**dscore** 1e-9", "tree 1e-6": "**dscore** tree, 1e-6",
          "exact mixed": "**dscore** exact, mixed", "exact double": "**dscore** exact, double",
          "fmm3d": "FMM3D 1e-6, compiled here", "fmm3d_wheel": "FMM3D 1e-6, from pip", "numba_fp32_merged": "Numba FP32, merged",
          "numba_fp64_merged": "Numba FP64, merged", "numba_fp64": "Numba FP64, two loops", "keops": "KeOps FP32",
          "keops_gpu": "KeOps FP32, GPU", "scipy_cdist": "SciPy cdist", "spatstat_crossdist": "R spatstat, crossdist",
          "spatstat_pairdist": "R spatstat, pairdist", "pair_loop": "dbmss-like C++ pair loop in R",
          "plain loop": "C++ loop, OpenMP"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default=ROOT / "build", type=Path, metavar="BUILD_DIR")
    parser.add_argument("--only", default="", metavar="NAME", help="what has NAME in 'PROGRAM POINTS ESTABLISHMENTS', and puts "
                        "it into the stored results: --only fmm3d, --only 'p3m 1e-6 unsnapped 1000000'")
    parser.add_argument("--at-most", type=int, default=10**9, metavar="N", help="leave out cases of more establishments")
    parser.add_argument("--gpu", action="store_true", help="run gpu_bench as well, on points of its own")
    parser.add_argument("--table", action="store_true", help="run nothing: print the table of what is stored")
    arguments = parser.parse_args()
    stored = ROOT / "bench/results/peers.json"
    results = json.loads(stored.read_text())["results"] if stored.exists() else {"rows": []}
    if arguments.table:
        return table(results["rows"])

    build = arguments.build.resolve()
    part = bool(arguments.only) or arguments.at_most < 10**9
    with tempfile.TemporaryDirectory() as folder:
        wanted = lambda program, kind, n: arguments.only in f"{program} {kind} {n}" and n <= arguments.at_most  # noqa: E731
        programs = [p for p in LIMITS if any(wanted(p, *case) for case in CASES)]
        peers = Peers(Path(folder), build, programs)
        rows = []
        for kind, n in CASES:
            if not any(wanted(p, kind, n) for p in peers.programs):
                continue
            file = Path(folder) / f"{kind}_{n}.bin"
            points = clouds.Points(kind, n)
            points.write(file)
            places = points.locations()
            exact = points.exact_scores()
            del points
            for program in list(peers.programs):
                if not wanted(program, kind, n):
                    continue
                before = rows + (results["rows"] if part else [])
                row = peers.measured(program, kind, n, places, file, exact) or projected(program, kind, n, places, before)
                if row:
                    if part:
                        row["commit"] = commit()
                    rows.append(row)
                    print({k: row[k] for k in row if k in ("program", "points", "establishments", "total_s", "peak_mib",
                                                           "largest_error", "projected")}, flush=True)
            file.unlink()
    if not rows:
        raise SystemExit("nothing was measured, nothing is stored")
    if part:
        made = {key(row) for row in rows}
        rows = sorted(rows + [r for r in results["rows"] if key(r) not in made], key=order)
    ours = {(r["points"], r["establishments"]): r["total_s"] for r in rows if r["program"] == "p3m 1e-6"}
    for row in rows:
        if (row["points"], row["establishments"]) in ours:
            row["times_p3m_1e-6"] = round(row["total_s"] / ours[row["points"], row["establishments"]], 2)
    results.update({"threads": THREADS, "threshold": "cap 1 km", "rows": rows})
    if not part:
        results.pop("gpu", None)
    if arguments.gpu and (gpu := on_gpu(build)):
        results["gpu"] = gpu
    store("peers", "bench/peers/compare.py", results)
    table(rows)


BACKEND = """import os, shutil
def prepare_metadata_for_build_wheel(folder, settings=None):
    os.mkdir(os.path.join(folder, "fmm3dpy-0.dist-info"))
    shutil.copy("PKG-INFO", os.path.join(folder, "fmm3dpy-0.dist-info", "METADATA"))
    return "fmm3dpy-0.dist-info"
"""


class Peers:
    """What could be installed, and how it is run."""

    def __init__(self, folder, build, programs):
        self.build = build
        self.python = folder / "venv" / "bin" / "python"
        self.programs = programs
        started = time.monotonic()
        if R & set(programs) or "fmm3d" in programs:
            if subprocess.run([ROOT / "scripts/install_dependencies.sh", "peers"], check=False).returncode != 0:
                print("not all of Debian's packages could be installed", flush=True)
        if any(p not in OURS and p not in R for p in programs):
            print("installing", *PACKAGES, flush=True)
            venv.create(folder / "venv", with_pip=True)
            (folder / "keops").mkdir()
            ENVIRONMENT["KEOPS_CACHE_FOLDER"] = str(folder / "keops")
            self.output(self.python, "-m", "pip", "install", "--quiet", *PACKAGES)
        if "fmm3d" in programs and "FMM3D_LIBRARY" not in os.environ:
            self.attempt("fmm3d", lambda: self.compile_fmm3d(folder))
        if "keops_gpu" in programs:
            code = "import pykeops, pykeops.config; print(pykeops.config.gpu_available)"
            if "True" not in self.output(self.python, "-c", code).split():
                self.skip("keops_gpu", "KeOps finds no GPU here")
        print(f"installed in {time.monotonic() - started:.0f} s", flush=True)

    def compile_fmm3d(self, folder):
        """With the vectorised kernels of its makefile, for this processor: pip's has neither these nor threads."""
        print("compiling FMM3D", flush=True)
        # To learn a name and a version that it has in PKG-INFO, pip would build all of it: it gets a backend that does not.
        (folder / "backend").mkdir()
        (folder / "backend" / "mesonpy.py").write_text(BACKEND)
        subprocess.run([self.python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation", "--no-binary",
                        "fmm3dpy", "fmm3dpy", "--dest", folder], check=True, capture_output=True, text=True,
                       env={**ENVIRONMENT, "PYTHONPATH": str(folder / "backend")})
        archive = next(folder.glob("fmm3dpy-*.tar.gz"))
        self.output("tar", "xf", archive, "-C", folder)
        sources = folder / archive.name.removesuffix(".tar.gz")
        rule = "laplace: $(LOBJS) $(COMOBJS)\n\t$(FC) -shared -fPIC $(OMPFLAGS) $^ -o libfmm3d.so $(LIBS)\n"
        (sources / "laplace.mk").write_text(rule)
        self.output("make", "-C", sources, f"-j{THREADS}", "FAST_KER=ON", "-f", "makefile", "-f", "laplace.mk", "laplace")
        ENVIRONMENT["FMM3D_LIBRARY"] = str(sources / "libfmm3d.so")

    def measured(self, program, kind, n, places, file, exact):
        if LIMITS[program] is not None and (n if program in EVERY_ESTABLISHMENT else places) > LIMITS[program]:
            return None
        runs = "1"
        if program.startswith(("p3m", "tree")):
            runs = "5" if n <= 1_000_000 else "3"
        elif n <= 10_000:
            runs = "3"
        if program in OURS:
            command = (self.build / "bench" / "fast_bench", file, OURS[program], runs, str(THREADS))
        elif program in R:
            command = ("Rscript", HERE / "peer.R", program, file, runs, str(THREADS))
        else:
            command = (self.python, HERE / "peer.py", program, file, runs)
        text = self.attempt(program, lambda: self.output(*command, timeout=300))
        if text is None:
            return None
        row = json.loads(text.strip().splitlines()[-1])
        row["largest_error"] = clouds.largest_error(row.pop("sample"), exact)
        return {"program": program, "points": kind, "establishments": n, "locations": places, **row}

    def attempt(self, program, work):
        """What work gives; if it fails, the program is skipped from here on."""
        try:
            return work()
        except (OSError, StopIteration, subprocess.SubprocessError) as error:
            said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            self.skip(program, said[-1] if said else f"exit {error.returncode}")
            return None

    def skip(self, program, why):
        print(f"skipped: {program}: {why}", flush=True)
        self.programs.remove(program)

    @staticmethod
    def output(*command, timeout=900):
        return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True, env=ENVIRONMENT,
                              timeout=timeout).stdout


def projected(program, kind, n, places, rows):
    """From the largest case that was measured, by the square. Only what looks at every pair."""
    size = "establishments" if program in EVERY_ESTABLISHMENT else "locations"
    done = [r for r in rows if r["program"] == program and "projected" not in r and size in r]
    if not done or program in NOT_BY_SQUARE:
        return None
    last = max(done, key=lambda r: r[size])
    seconds = last["total_s"] * ((n if size == "establishments" else places) / last[size]) ** 2
    return {"program": program, "points": kind, "establishments": n, "locations": places, "total_s": round(seconds, 1),
            "projected": True}


def on_gpu(build):
    """What gpu_bench says: ours and, where it has it, the plain kernel of n-body examples."""
    program = build / "bench" / "gpu_bench"
    if not program.exists():
        return print("skipped: gpu_bench: the build has none; it takes -DDSCORE_CUDA=ON")
    done = subprocess.run([program], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return print(f"skipped: gpu_bench: {done.stderr.strip() or done.returncode}")
    gpu = json.loads(done.stdout)
    for row in gpu["all_pairs"]:
        print({"device": gpu["device"], **row}, flush=True)
    if not any("body" in row["kernel"] for row in gpu["all_pairs"]):
        print("skipped: the n-body kernel: gpu_bench has none")
    return gpu


def key(row):
    return row["program"], row["points"], row["establishments"]


def order(row):
    case = row["points"], row["establishments"]
    return CASES.index(case), list(LIMITS).index(row["program"]) if row["program"] in LIMITS else len(LIMITS)


def table(rows):
    """The README's: time and how many times ours; peak memory of the largest case that was measured."""
    cell = {key(row): row for row in rows}
    cases = [case for case in CASES if any(key(r)[1:] == case for r in rows) and case != ("postcodes", 10_000)]
    cases = cases or CASES[:1]
    names = [f"{n // 1000}k" if n < 1_000_000 else f"{n // 1_000_000}M" for _, n in cases]
    print("\n| |", " | ".join(f"{name} {'on postcodes' if kind == 'postcodes' else kind}" for name, (kind, _) in
                              zip(names, cases)), "| error | peak memory |")
    print("|---|" + "--:|" * (len(cases) + 2))
    for program, label in LABELS.items():
        here = [cell.get((program, *case)) for case in cases]
        done = [r for r in rows if r["program"] == program and "projected" not in r]
        if not done:
            continue
        memory = max(done, key=lambda r: r["peak_mib"])
        print("|", label, "|", " | ".join(map(text, here)), f"| {max(r['largest_error'] for r in done):.0e} |",
              f"{memory['peak_mib']:,.0f} MiB ({memory['establishments']:,} {memory['points']}) |")
        if program.startswith("p3m"):
            parts = [f"{seconds(r['merge_s'])} + {seconds(r['total_s'] - r['merge_s'])}" if r else "" for r in here]
            print("| *merging + the rest* |", " | ".join(parts), "| | |")


def text(row):
    if row is None:
        return ""
    times = row.get("times_p3m_1e-6", 1)
    ratio = "" if row["program"] == "p3m 1e-6" else f", {times:,.0f}x" if times >= 9.5 else f", {times:.1f}x"
    return ("~" if "projected" in row else "") + seconds(row["total_s"]) + ratio


def seconds(s):
    if s < 1:
        return f"{1000 * s:.3g} ms" if s < 0.0995 else f"{1000 * s:.0f} ms"
    return f"{s:.3g} s" if s < 99.5 else f"{s:,.0f} s"


if __name__ == "__main__":
    main()
