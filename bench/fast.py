#!/usr/bin/env python3
"""The fast methods over tolerances, thread counts and sizes, on the points of bench/peers/points.py, each held against
exact scores of 200 rows. Stores bench/results/fast.json; with bench/results/peers.json it makes docs/method.png.

    bench/fast.py [BUILD_DIR] [--only NAME]      (default: build; made with -DDSCORE_BENCH=ON)

About four minutes on two cores. The 100 million establishments take half of it, and 5 GiB; with less than 8 free they are
left out, with a line that says so. So is the tree, if fast_bench does not know it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))
import points as clouds  # noqa: E402
from machine import ROOT, commit, store  # noqa: E402

ALL = ["1e-3", "1e-4", "1e-5", "1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-11", "1e-12"]
HUGE = 100_000_000
# kind, establishments: tolerances of p3m, of the tree (which is slower beyond)
CASES = {("postcodes", 334_000): (ALL, ALL[:7]), ("postcodes", 1_000_000): (ALL, ["1e-3", "1e-6"]),
         ("unsnapped", 1_000_000): (ALL, ["1e-3", "1e-6"]), ("unsnapped", 10_000_000): (["1e-6"], ["1e-6"]),
         ("postcodes", HUGE): (["1e-6", "1e-9"], [])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default=ROOT / "build", type=Path, metavar="BUILD_DIR")
    parser.add_argument("--only", default="", metavar="NAME", help="what has NAME in 'METHOD POINTS ESTABLISHMENTS TOLERANCE', "
                        "and puts it into the stored results: --only tree, --only 'p3m postcodes 1000000 1e-6'")
    arguments = parser.parse_args()
    program = arguments.build.resolve() / "bench" / "fast_bench"
    stored = ROOT / "bench/results/fast.json"
    old = json.loads(stored.read_text())["results"] if arguments.only and stored.exists() else []

    rows = []
    missing = set()  # methods that fast_bench does not know
    with tempfile.TemporaryDirectory() as folder:
        for (kind, n), tolerances in CASES.items():
            runs = [(method, t) for method, ts in zip(("p3m", "tree"), tolerances) for t in ts
                    if arguments.only in f"{method} {kind} {n} {t}" and method not in missing]
            if not runs:
                continue
            if n == HUGE and free_gib() < 8:
                print(f"skipped: {n:,} establishments: {free_gib():.1f} GiB free, not 8", flush=True)
                continue
            file = Path(folder) / "points.bin"
            points = clouds.Points(kind, n)
            points.write(file)
            exact = points.exact_scores()
            del points
            for method, tolerance in runs:
                if method in missing:
                    continue
                for threads in (1, 2) if n <= 1_000_000 and tolerance in ("1e-6", "1e-9") else (2,):
                    row = timed(program, file, method, tolerance, n, threads, exact)
                    if row is None:
                        missing.add(method)
                        break
                    row = {"method": method, "points": kind, "tolerance": float(tolerance), **row}
                    if arguments.only:
                        row["commit"] = commit()
                    rows.append(row)
                    print({k: row[k] for k in ("method", "points", "establishments", "tolerance", "threads", "total_s",
                                               "merge_s", "peak_mib", "largest_error") if k in row}, flush=True)
                    if row["largest_error"] > float(tolerance):
                        raise SystemExit("the tolerance was not kept")
            file.unlink()
    if not rows:
        raise SystemExit("nothing was measured, nothing is stored")
    made = {key(row) for row in rows}
    store("fast", "bench/fast.py", rows + [row for row in old if key(row) not in made])


def timed(program, file, method, tolerance, n, threads, exact):
    runs = "5" if n <= 1_000_000 else "0"  # 0: once, the memory new
    asked = tolerance if method == "p3m" else f"{method}:{tolerance}"
    done = subprocess.run([program, file, asked, runs, str(threads)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        why = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        if method == "p3m":
            raise SystemExit(f"fast_bench {asked}: {why}")
        print(f"skipped: {method}: {why}", flush=True)
        return None
    row = json.loads(done.stdout)
    row["largest_error"] = clouds.largest_error(row.pop("sample"), exact)
    return row


def free_gib():
    fields = dict(line.split(":") for line in open("/proc/meminfo"))
    return int(fields["MemAvailable"].split()[0]) / 2**20


def key(row):
    return row.get("method", "p3m"), row["points"], row["establishments"], row["tolerance"], row["threads"]


if __name__ == "__main__":
    main()
