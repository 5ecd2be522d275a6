#!/usr/bin/env python3
"""Times the main job on the synthetic Netherlands, file to tables, and stores it with the table it prints.

    bench/netherlands.py [DSCORE]        (default: build/host/cli/dscore)
"""

import csv
import sys
import tempfile
from pathlib import Path

from machine import ROOT, store, timed

dscore = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "host" / "cli" / "dscore"
results = {}
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    results["synth"] = timed(dscore, "synth", "-o", folder / "netherlands.h5", "--quiet")
    for precision in ("mixed", "double"):
        results[f"run {precision}"] = timed(
            dscore, "run", folder / "netherlands.h5", "-o", folder / f"{precision}.h5", "--precision", precision, "--quiet")
    results["export"] = timed(dscore, "export", folder / "mixed.h5", "-d", folder / "tables", "--establishments", "--quiet")
    with open(folder / "tables" / "populations.csv") as table:
        results["populations"] = list(csv.DictReader(table))
for step in ("synth", "run mixed", "run double", "export"):
    print(step, results[step])
store("netherlands", "bench/netherlands.py", results)
