#!/usr/bin/env python3
"""Scores the real addresses of the north (not part of the repository), and the same on their postcodes, and checks
1,000 rows of each against numpy. Stores times (CSV to CSV: the median of five runs of the fast method), pairs/s, peak
memory and errors in bench/results/real_input.json.

    bench/real_input.py GEODATA_DIR [DSCORE]        (default program: build/host/cli/dscore)

GEODATA_DIR holds addresses_north.csv.gz (x_m,y_m) and pc6_north.csv.gz (rd_x,rd_y,n_addr).
"""

import gzip
import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

from machine import ERRORS, ROOT, WAYS, store, timed

geodata = Path(sys.argv[1])
dscore = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "build" / "host" / "cli" / "dscore"
SAMPLE = 1000


def reference(x, y, weight, rows):
    """D of some rows, in double by numpy's pairwise sums; 1/km, threshold 1 km (cap)."""
    d = np.empty(len(rows))
    for k, i in enumerate(rows):
        distance = np.hypot(x - x[i], y - y[i])
        value = weight / np.maximum(distance, 1000.0)
        d[k] = (value.sum() - 1 / 1000.0) * 1000 / (weight.sum() - 1)
    return d


def score(file, columns, way, folder):
    """Of several runs the one of median time, and its results."""
    output = Path(folder) / f"scored.{way}.csv"
    runs = []
    for _ in range(5 if way in ("default", "1e-6") else 1):
        output.unlink(missing_ok=True)
        runs.append(timed(dscore, "score", file, "-o", output, *WAYS[way], "--quiet", *columns))
    usage = sorted(runs, key=lambda run: run["wall_s"])[len(runs) // 2]
    provenance = json.loads(Path(f"{output}.provenance.json").read_text())
    table = np.genfromtxt(output, delimiter=",", names=True, dtype=None, encoding="utf-8")
    return usage, provenance, table


results = {}
with tempfile.TemporaryDirectory() as folder:
    for file, columns, names in [
        ("pc6_north.csv.gz", ["--x", "rd_x", "--y", "rd_y", "--weight", "n_addr"], ("rd_x", "rd_y", "n_addr")),
        ("addresses_north.csv.gz", ["--x", "x_m", "--y", "y_m"], ("x_m", "y_m", None)),
    ]:
        plain = Path(folder) / Path(file).stem
        with gzip.open(geodata / file) as packed, open(plain, "wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
        expected = None
        for way in WAYS:
            usage, provenance, table = score(plain, columns, way, folder)
            x, y = table[names[0]].astype(float), table[names[1]].astype(float)
            weight = table[names[2]].astype(float) if names[2] else np.ones(len(x))
            rows = np.random.default_rng(1).choice(len(x), SAMPLE, replace=False)
            if expected is None:
                expected = reference(x, y, weight, rows)
            error = np.abs(table["d_score"][rows] / expected - 1)
            locations = len(np.unique(np.column_stack([x, y]), axis=0))
            results[f"{file} {way}"] = {
                **usage,
                "establishments": int(weight.sum()),
                "locations": locations,
                "pairs_s": provenance["pairs_s"],
                "ordered_pairs_per_s": locations * (locations - 1) / provenance["pairs_s"],
                "mean_d": float(np.average(table["d_score"], weights=weight)),
                "rows_checked": SAMPLE,
                "worst_relative_error": float(error.max()),
                "provenance": provenance,
            }
            print(file, way, json.dumps({k: v for k, v in results[f"{file} {way}"].items() if k != "provenance"}), flush=True)
            assert error.max() < ERRORS[way]
store("real_input", "bench/real_input.py GEODATA_DIR", results)
