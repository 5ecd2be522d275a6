#!/usr/bin/env python3
"""The fast method over tolerances, thread counts and sizes, on the points of bench/peers/points.py, each held against
exact scores of 200 rows. Stores bench/results/fast.json; with bench/results/peers.json it makes docs/method.png.

    bench/fast.py [BUILD_DIR]     (default: build; made with -DDSCORE_BENCH=ON)
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))
import points as clouds  # noqa: E402
from machine import ROOT, store  # noqa: E402

BUILD = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build").resolve()
CASES = [("postcodes", 334_000), ("postcodes", 1_000_000), ("unsnapped", 1_000_000)]
TOLERANCES = ["1e-3", "1e-4", "1e-5", "1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-11", "1e-12"]


def timed(file, tolerance, runs, threads, exact):
    done = subprocess.run([BUILD / "bench" / "fast_bench", file, tolerance, str(runs), str(threads)], capture_output=True,
                          text=True, check=True)
    row = json.loads(done.stdout)
    sample = row.pop("sample")
    row["largest_error"] = max(abs(a - b) / b for a, b in zip(sample, exact))
    return row


rows = []
with tempfile.TemporaryDirectory() as folder:
    for kind, n in CASES:
        points = clouds.make(kind, n)
        file = Path(folder) / "points.bin"
        points.T.copy().tofile(file)
        exact = clouds.exact_scores(points, [k * (n - 1) // 199 for k in range(200)])
        for tolerance in TOLERANCES:
            for threads in (1, 2) if tolerance in ("1e-6", "1e-9") else (2,):
                row = {"points": kind, "tolerance": float(tolerance), **timed(file, tolerance, 5, threads, exact)}
                rows.append(row)
                print({k: row[k] for k in ("points", "establishments", "tolerance", "threads", "total_s", "largest_error")},
                      flush=True)
                if row["largest_error"] > float(tolerance):
                    raise SystemExit("the tolerance was not kept")
store("fast", "bench/fast.py", rows)
