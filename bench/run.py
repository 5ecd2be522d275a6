#!/usr/bin/env python3
"""Runs the CPU benchmarks of a build made with -DDSCORE_BENCH=ON and stores them in bench/results.

    bench/run.py [BUILD_DIR]        (default: build)
"""

import json
import subprocess
import sys
from pathlib import Path

from machine import ROOT, store

build = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build").resolve()


def run(*command):
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


store("engine_cpu", "bench/run.py", run(build / "bench" / "engine_bench"))
store("general_sums", "bench/run.py", run(build / "bench" / "general_bench"))
kernels = run(build / "bench" / "kernels_bench", "--benchmark_format=json", "--benchmark_repetitions=5",
              "--benchmark_report_aggregates_only=true")
store("kernels_cpu", "bench/run.py", [row for row in kernels["benchmarks"] if row["aggregate_name"] == "median"])
