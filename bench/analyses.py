#!/usr/bin/env python3
"""Times the analyses on the synthetic Netherlands, file to file, and stores what they take beside what `dscore plan-cost`
predicts: sweeps and significance, and two ranks against one.

    bench/analyses.py [DSCORE]        (default: build/host/cli/dscore)
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from machine import ROOT, output_of, store, timed

dscore = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "host" / "cli" / "dscore"
as_root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"} if os.geteuid() == 0 else {}

# A hundred settings whose establishments stand where they are, and a hundred whose do not.
SAME_PLACES = """[[grid]]
threshold_km = [0.25, 0.5, 0.75, 1.5, 2, 2.5, 3, 4, 5]
threshold_rule = ["cap", "exclude", "shift", "none"]
[[vary]]
decay = ["power:0.5", "power:1.5", "power:2", "power:3"]
neighbours = "jobs"
other_companies = true
quantile_type = [1, 2, 3, 4, 5, 6, 8, 9]
cluster_levels = ["0.8 0.9", "0.85 0.95", "0.95 0.99"]
large_share = [0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1]
[[leave_out]]
regions = "each"
"""
OTHER_PLACES = """[[move]]
regions = "each"
factors = [0.5, 2]
[[subsample]]
repeats = 20
"""

UNITS = {"s": 1, "min": 60, "h": 3600}


def predicted(*call):
    """What `dscore plan-cost` says of a call: seconds of one process, and MiB."""
    text = output_of(str(dscore), "plan-cost", *map(str, call))
    seconds, unit = re.search(r"(?m)^time +([\d.]+) (\w+)", text).groups()
    memory = re.search(r"(?m)^memory +([\d.]+) GiB", text)[1]
    return {"predicted_s": float(seconds) * UNITS[unit], "predicted_mib": round(1024 * float(memory), 1)}


def analysis(*call):
    return {**timed(dscore, *call, "--quiet"), **predicted(*call)}


results = {}
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    population = folder / "netherlands.h5"
    timed(dscore, "synth", "-o", population, "--quiet")
    for name, plan in (("same places", SAME_PLACES), ("other places", OTHER_PLACES)):
        (folder / "plan.toml").write_text(plan)
        for tolerance in ("1e-9", "1e-6"):
            results[f"sweep of 100 settings, {name}, {tolerance}"] = analysis(
                "sweep", population, "--plan", folder / "plan.toml", "-o", folder / "sweep.h5", "--tolerance", tolerance)
    for plan in ("default", "note-2012"):
        results[f"sweep, plan {plan}"] = analysis("sweep", population, "--plan", plan, "-o", folder / "sweep.h5")
    for name, flags in (("", ()), (", without cross tests", ("--no-cross",)), (", by region", ("--strata", "region"))):
        results[f"significance, 999 draws{name}"] = analysis(
            "significance", population, "-o", folder / "significance.h5", *flags)
    if shutil.which("mpirun"):
        call = (dscore, "significance", population, "--threads", 1, "--quiet", "-o")
        for ranks in (1, 2):
            results[f"significance, 999 draws, ranks of one thread: {ranks}"] = timed(
                "mpirun", "-n", ranks, "--bind-to", "none", *call, folder / f"{ranks}.h5", env={**os.environ, **as_root})
for step, took in results.items():
    print(step, took)
store("analyses", "bench/analyses.py", results)
