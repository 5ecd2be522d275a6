#!/usr/bin/env python3
"""Draws docs/method.png from bench/results/fast.json and bench/results/peers.json: error against tolerance, and time
against the number of establishments for the fast method, the exact one and the peers.

    bench/plot_method.py
"""

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
fast = json.loads((ROOT / "bench/results/fast.json").read_text())["results"]
peers = json.loads((ROOT / "bench/results/peers.json").read_text())["results"]["rows"]
COLOURS = ["#0072B2", "#56B4E9", "#009E73", "#000000", "#E69F00", "#D55E00", "#CC79A7", "#999999", "#F0E442"]

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), constrained_layout=True)
for (kind, n), marker in {("postcodes", 334_000): "o", ("postcodes", 1_000_000): "s", ("unsnapped", 1_000_000): "^"}.items():
    rows = [r for r in fast if (r["points"], r["establishments"], r["threads"]) == (kind, n, 2)]
    left.loglog([r["tolerance"] for r in rows], [r["largest_error"] for r in rows], marker=marker, label=f"{n:,} {kind}")
left.loglog([1e-12, 1e-3], [1e-12, 1e-3], color="0.6", linewidth=1, label="tolerance")
left.set(xlabel="tolerance", ylabel="largest relative error of 200 scores", title="Error of p3m")
left.legend(frameon=False)

names = ["p3m 1e-6", "p3m 1e-9", "exact mixed", "exact double", "fmm3d", "numba_fp32_merged", "numba_fp64", "keops", "scipy_cdist"]
for name, colour in zip(names, COLOURS):
    rows = [r for r in peers if r["program"] == name and r["points"] == "postcodes"]
    done = [r for r in rows if "projected" not in r]
    right.loglog([r["establishments"] for r in rows], [r["total_s"] for r in rows], color=colour, linewidth=1, linestyle=":")
    right.loglog([r["establishments"] for r in done], [r["total_s"] for r in done], color=colour, marker="o", label=name)
right.set(xlabel="establishments on postcodes", ylabel="seconds, two threads", title="Time (dotted: projected)", ylim=(1e-3, 1e5))
right.legend(frameon=False, fontsize=8, loc="upper left")
for axes in (left, right):
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="0.92")
figure.savefig(ROOT / "docs/method.png", dpi=110)
print("wrote docs/method.png")
