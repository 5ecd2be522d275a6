"""The note's Figure 1: mean d-scores of all populations, sorted, benchmarks highlighted."""

import numpy as np

from figures import style
from figures.page import FOOT, HEAD, MARGIN, Page

WIDTH, BAR = 6.6, 0.235  # inches


def mean_scores(results):
    shown = [p for p in results.populations if np.isfinite(p.mean_d)]
    shown.sort(key=lambda p: (p.mean_d, p.name))
    benchmarks = {p.benchmark for p in results.populations}
    height = BAR * max(len(shown), 3)
    left, bottom = 2.35, FOOT + 0.42
    missing = len(results.populations) - len(shown)
    page = Page(WIDTH, bottom + height + HEAD, "Mean d-score of every population",
                "sorted; benchmarks dark" + (f"; {missing} without a score are not shown" if missing else ""),
                results.source())
    axes = page.axes(left, bottom, WIDTH - left - MARGIN - 0.4, height)
    means = np.array([p.mean_d for p in shown])
    colours = [style.INK if p.index in benchmarks else style.SKY for p in shown]
    axes.barh(np.arange(len(shown)), means, height=0.72, color=colours)
    for k, mean in enumerate(means):
        axes.text(mean, k, f" {mean:.4f}", size=7.5, va="center")
    axes.set_yticks(np.arange(len(shown)), [p.title for p in shown])
    for tick, p in zip(axes.get_yticklabels(), shown):
        tick.set(color=style.INK, weight="bold" if p.index in benchmarks else "normal", size=8)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, max(len(shown), 1) - 0.4)
    axes.set_xlim(0, 1.02 * means.max(initial=1e-9))
    axes.set_xlabel("mean d-score (1/km)")
    return page
