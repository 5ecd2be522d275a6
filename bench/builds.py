#!/usr/bin/env python3
"""Two builds of the fast method against each other, turn by turn, as a machine that others use asks for. Stores
bench/results/builds.json: medians of either, and the median of the ratios of the turns.

    bench/builds.py OLD_BUILD NEW_BUILD [--rounds N]        (each made with -DDSCORE_BENCH=ON; about five minutes)

Times are without merging and checks: plan, strips, mesh, near pairs.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))
import points as clouds  # noqa: E402
from machine import output_of, store  # noqa: E402

CASES = [("postcodes", 334_000, "1e-6"), ("postcodes", 1_000_000, "1e-6"), ("postcodes", 1_000_000, "1e-9"),
         ("unsnapped", 1_000_000, "1e-6"), ("unsnapped", 1_000_000, "1e-9"),
         ("dense", 1_000_000, "1e-6"), ("dense", 1_000_000, "1e-9")]
RUNS = [("16 populations", ["--method", "p3m", "--tolerance", "1e-6"]), ("16 populations, default", [])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", nargs=2, type=Path, metavar="BUILD")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    builds = [build.resolve() for build in arguments.builds]
    if commit_of(builds[0]) == commit_of(builds[1]):
        raise SystemExit("both builds are of one commit, as far as their sources say. Build each in a checkout of its own.")
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind, n, tolerance in CASES:
            file = folder / "points.bin"
            clouds.Points(kind, n).write(file)
            rows.append(compare(f"{n:,} {kind}, {tolerance}", builds, arguments.rounds,
                                lambda build: of_points(build, file, tolerance)))
        register = folder / "netherlands.h5"
        subprocess.run([builds[1] / "host/cli/dscore", "synth", "-o", register, "--quiet"], check=True)
        for case, flags in RUNS:
            rows.append(compare(case, builds, arguments.rounds, lambda build: of_run(build, register, flags, folder)))
    store("builds", "bench/builds.py OLD_BUILD NEW_BUILD",
          {"old": commit_of(builds[0]), "new": commit_of(builds[1]), "rounds": arguments.rounds, "cases": rows})


def compare(case, builds, rounds, seconds):
    old, new = [], []
    for _ in range(rounds):
        old.append(seconds(builds[0]))
        new.append(seconds(builds[1]))
    row = {"case": case, "old_s": round(statistics.median(old), 5), "new_s": round(statistics.median(new), 5),
           "least_old_s": round(min(old), 5), "least_new_s": round(min(new), 5),
           "ratio": round(statistics.median(b / a for a, b in zip(old, new, strict=True)), 3)}
    print(row, flush=True)
    return row


def of_points(build, file, tolerance):
    done = subprocess.run([build / "bench/fast_bench", file, tolerance, "3", "2"], capture_output=True, text=True, check=True)
    times = json.loads(done.stdout)
    return times["plan_s"] + times["set_points_s"] + times["execute_s"]


def of_run(build, register, flags, folder):
    program = build / "host/cli/dscore"
    with tempfile.TemporaryDirectory(dir=folder) as run:
        subprocess.run([program, "run", register, "-o", f"{run}/run.h5", *flags, "--quiet"], check=True)
        subprocess.run([program, "export", f"{run}/run.h5", "-d", f"{run}/tables", "--quiet"], check=True)
        recorded = json.loads(Path(run, "tables/provenance.json").read_text())
        return float(recorded["pairs_s"]) - float(recorded["check_s"])


def commit_of(build):
    cache = (build / "CMakeCache.txt").read_text().splitlines()
    source = next(line.split("=", 1)[1] for line in cache if line.startswith("CMAKE_HOME_DIRECTORY"))
    return output_of("git", "-C", source, "describe", "--always", "--dirty")


if __name__ == "__main__":
    main()
