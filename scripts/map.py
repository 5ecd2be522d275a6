#!/usr/bin/env python3
"""The note's concentration map of one population: a dot per establishment, colour = decile of its d-score within the
population, area = jobs. Needs h5py and matplotlib.

    scripts/map.py RESULTS.h5 POPULATION MAP.png
"""

import sys

import h5py
import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)

path, population, picture = sys.argv[1:4]
with h5py.File(path) as results:
    names = [name.decode() for name in results["populations/name"][:]]
    if population not in names:
        sys.exit(f"error: {path} has no population {population}. It has: {', '.join(names)}.")
    index = names.index(population)
    title = results["populations/title"][index].decode()
    mine = results["members/population"][:] == index
    rows = results["members/row"][:][mine]
    decile = results["members/decile"][:][mine]
    d_score = results["members/d_score"][:][mine]
    x, y = results["establishments/x_m"][:][rows] / 1000, results["establishments/y_m"][:][rows] / 1000
    jobs = results["establishments/jobs"][:][rows]

order = np.argsort(d_score)  # the most concentrated on top
figure, axes = plt.subplots(figsize=(7, 7.6), dpi=110)
dots = axes.scatter(x[order], y[order], c=decile[order], s=0.12 + 0.02 * jobs[order].clip(0, 500), cmap="viridis",
                    linewidths=0, vmin=0.5, vmax=10.5, rasterized=True)
axes.set_aspect("equal")
axes.set_title(f"{title}: {len(rows):,} establishments")
axes.set_xlabel("RD x (km)")
axes.set_ylabel("RD y (km)")
bar = figure.colorbar(dots, ax=axes, shrink=0.5, ticks=range(1, 11))
bar.set_label("decile of the d-score")
figure.tight_layout()
figure.savefig(picture)
print(f"wrote {picture}")
