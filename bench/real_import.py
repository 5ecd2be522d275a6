#!/usr/bin/env python3
"""Imports a million establishments that stand on the real six-digit postcodes of the north (not part of the
repository), scores and exports them; stores times, peak memory, and what was read, kept and dropped in
bench/results/real_import.json.

    bench/real_import.py GEODATA_DIR [DSCORE]        (default program: build/host/cli/dscore)
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import ROOT, WAYS, store, timed

geodata = sys.argv[1]
dscore = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "build" / "host" / "cli" / "dscore"
ROWS = 1_110_000  # a million are kept
results = {}
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    subprocess.run([sys.executable, ROOT / "bench" / "make_extract.py", folder, str(ROWS), geodata], check=True)
    results["bytes"] = sum(file.stat().st_size for file in folder.iterdir())
    results["import"] = timed(dscore, "import", folder / "import.toml", "-o", folder / "pop.h5", "--quiet")
    results["report"] = json.loads((folder / "pop.h5.report.json").read_text())
    for way, flags in WAYS.items():
        results[f"run {way}"] = timed(dscore, "run", folder / "pop.h5", "-o", folder / "res.h5", *flags, "--quiet")
    results["export"] = timed(dscore, "export", folder / "res.h5", "-d", folder / "tables", "--quiet")
for step in ("import", *(f"run {way}" for way in WAYS), "export"):
    print(step, results[step])
store("real_import", "bench/real_import.py GEODATA_DIR", results)
