#!/usr/bin/env python3
"""Times the main job on the synthetic Netherlands, file to tables, and stores it with the table it prints.

    bench/netherlands.py [DSCORE]        (default: build/host/cli/dscore)
"""

import csv
import json
import sys
import tempfile
from pathlib import Path

from machine import ROOT, WAYS, store, timed

dscore = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "host" / "cli" / "dscore"


def profile(file, folder):
    """Where the time of a run went, seconds, as the result file has it."""
    dscore_export = [dscore, "export", file, "-d", folder / "profile", "--quiet"]
    timed(*dscore_export)
    recorded = json.loads((folder / "profile" / "provenance.json").read_text())
    return {name: value for name, value in recorded.items() if name.endswith("_s") or name.startswith(("method", "check"))}


results = {}
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    results["synth"] = timed(dscore, "synth", "-o", folder / "netherlands.h5", "--quiet")
    for way, flags in WAYS.items():
        runs = [timed(dscore, "run", folder / "netherlands.h5", "-o", folder / f"{way}.h5", *flags, "--quiet") for _ in range(3)]
        results[f"run {way}"] = sorted(runs, key=lambda run: run["wall_s"])[1]
    results["profile"] = profile(folder / "default.h5", folder)
    results["profile 1e-6"] = profile(folder / "1e-6.h5", folder)
    one = [timed(dscore, "run", folder / "netherlands.h5", "-o", folder / "one.h5", "--threads", 1, "--quiet") for _ in range(3)]
    results["run default, one thread"] = sorted(one, key=lambda run: run["wall_s"])[1]
    results["profile, one thread"] = profile(folder / "one.h5", folder)
    results["export"] = timed(dscore, "export", folder / "default.h5", "-d", folder / "tables", "--quiet")
    results["export establishments"] = timed(
        dscore, "export", folder / "default.h5", "-d", folder / "rows", "--establishments", "--quiet")
    with open(folder / "tables" / "populations.csv") as table:
        results["populations"] = list(csv.DictReader(table))
for step in results:
    if step != "populations":
        print(step, results[step])
store("netherlands", "bench/netherlands.py", results)
