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

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), constrained_layout=True)
CASES = {("postcodes", 334_000): ("#0072B2", "o"), ("postcodes", 1_000_000): ("#009E73", "s"),
         ("unsnapped", 1_000_000): ("#D55E00", "^")}
for method, line in {"p3m": "-", "tree": "--"}.items():
    for (kind, n), (colour, marker) in CASES.items():
        rows = [r for r in fast if (r.get("method", "p3m"), r["points"], r["establishments"], r["threads"]) == (method, kind, n, 2)]
        if rows:
            left.loglog([r["tolerance"] for r in rows], [r["largest_error"] for r in rows], line, color=colour, marker=marker,
                        label=f"{method}, {n:,} {kind}")
left.loglog([1e-12, 1e-3], [1e-12, 1e-3], color="0.6", linewidth=1, label="tolerance")
left.set(xlabel="tolerance", ylabel="largest relative error of 200 scores", title="Error of the fast methods")
left.legend(frameon=False, fontsize=8)

# Programs by colour; the tree's times stand in either file.
LINES = {"p3m 1e-6": "#0072B2", "p3m 1e-9": "#56B4E9", "tree 1e-6": "#004D80", "exact mixed": "#009E73", "exact double": "#000000",
         "fmm3d": "#E69F00", "numba_fp32_merged": "#D55E00", "numba_fp64_merged": "#A04000", "numba_fp64": "#CC79A7",
         "keops": "#999999", "keops_gpu": "#555555", "scipy_cdist": "#F0E442", "spatstat_crossdist": "#8DA0CB",
         "pair_loop": "#A6761D"}
peers += [{**r, "program": "tree 1e-6"} for r in fast if (r.get("method"), r["tolerance"], r["threads"]) == ("tree", 1e-6, 2)
          and not any(p["program"] == "tree 1e-6" for p in peers)]
for name, colour in LINES.items():
    rows = [r for r in peers if r["program"] == name and r["points"] == "postcodes"]
    done = [r for r in rows if "projected" not in r]
    if not done:
        continue
    right.loglog([r["establishments"] for r in rows], [r["total_s"] for r in rows], color=colour, linewidth=1, linestyle=":")
    right.loglog([r["establishments"] for r in done], [r["total_s"] for r in done], color=colour, marker="o", label=name)
right.set(xlabel="establishments on postcodes", ylabel="seconds, two threads", title="Time (dotted: projected)", ylim=(1e-3, 1e6))
right.legend(frameon=False, fontsize=7, loc="upper left", ncols=2)
for axes in (left, right):
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="0.92")
figure.savefig(ROOT / "docs/method.png", dpi=110)
print("wrote docs/method.png")
