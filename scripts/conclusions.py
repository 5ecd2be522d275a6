#!/usr/bin/env python3
"""Whether the conclusions of the note of 2012 hold under other settings (docs/sensitivity.md): tables in Markdown, from
a sweep file of any plan and one of the plan note-2012.

    scripts/conclusions.py SWEEP.h5 NOTE_2012.h5
"""

import re
import sys

import numpy as np

from figures.errors import FigureError
from figures.rank_stability import moved_ranks
from figures.sweep import ALL, TOP, factor_label, read_sweep

NEAR_KM = 10  # neighbours nearer than this are near


def kendall(a, b):
    """Tau-b, of the values that are there in both."""
    both = np.isfinite(a) & np.isfinite(b)
    pairs = [np.sign(x[both][:, None] - x[both][None, :]) for x in (a, b)]
    ties = np.sqrt((pairs[0] ** 2).sum() * (pairs[1] ** 2).sum())
    return (pairs[0] * pairs[1]).sum() / ties if ties else np.nan


class Conclusions:
    """What the note concludes, of each setting: arrays over settings, the baseline first."""

    def __init__(self, sweep):
        self.sectors = [p.index for p in sweep.populations if p.benchmark >= 0]
        if not self.sectors:
            raise FigureError(f"{sweep.name}: no population has a benchmark: there is nothing to conclude.")
        benchmark = [sweep.populations[p].benchmark for p in self.sectors]
        mean, share = (sweep.of_population[key] for key in ("mean_d", "share_above_p90"))
        level = np.array([float(re.search(r"cluster_levels=([\d.e-]+)", text).group(1)) for text in sweep.text])
        self.order = np.array([kendall(mean[0], row) for row in mean])
        self.clustered = mean[:, self.sectors] > mean[:, benchmark]  # than the benchmark
        self.concentrated = share[:, self.sectors] > 1 - level[:, None]  # more than of the benchmark itself
        self.region_order = sweep.of_population["region_kendall"][:, self.sectors]
        kind, there = (sweep.of_region[key][:, self.sectors] for key in ("type", "establishments"))
        typed = kind[0] > 0
        self.typed = int(typed.sum())
        self.kept = ((kind == kind[0]) & typed).sum(axis=(1, 2)) / np.maximum((typed & (there > 0)).sum(axis=(1, 2)), 1)
        self.new = ((kind > 0) & ~typed).sum(axis=(1, 2))


def table(head, rows):
    line = "| " + " | ".join(head) + " |\n|---|" + "--:|" * (len(head) - 1) + "\n"
    return line + "".join("| " + " | ".join(row) + " |\n" for row in rows)


def of_those_there(summary, values):
    values = values[np.isfinite(values)]
    return f"{summary(values):.3f}" if values.size else "-"


def by_factor(sweep):
    """The settings of each factor at their worst, against the baseline."""
    found = Conclusions(sweep)
    rows = []
    for factor, settings in sweep.factors().items():
        lowest, middle = (of_those_there(f, found.region_order[settings]) for f in (np.min, np.median))
        clustered, concentrated = (str((now[settings] != now[0]).sum(axis=1).max())
                                   for now in (found.clustered, found.concentrated))
        if factor == "benchmark":
            clustered = "-"  # the file does not have the means of benchmarks that were made for a setting
        rows.append([factor_label(factor), str(len(settings)), of_those_there(np.min, found.order[settings]), clustered,
                     concentrated, f"{lowest} ({middle})", f"{100 * found.kept[settings].min():.0f} %",
                     str(found.new[settings].max())])
    head = ["factor", "settings", "order of populations", "sectors on the other side of their benchmark's mean",
            "of its share above P90", "order of regions: lowest (median)", "types kept", "types new"]
    return (f"Baseline: {found.clustered[0].sum()} of {len(found.sectors)} sectors have a mean d-score above their "
            f"benchmark's, {found.concentrated[0].sum()} a larger share above its P90; {found.typed} regions of sectors "
            "have a type.\n\n" + table(head, rows))


def by_move(sweep):
    """Regions moved along the line from the centre: how their own mean d-scores change."""
    sectors = [p for p in sweep.populations if p.benchmark >= 0]
    mean, of = sweep.of_region["mean_d"], sweep.of_population["mean_d"]
    rows = []
    for setting in sweep.factors().get("move", []):
        code, _, factor = sweep.value[setting].partition(" x ")
        if not factor or code not in sweep.region_code:
            continue
        r = sweep.region_code.index(code)
        change, before, after, above = [], [], [], []
        for p in sectors:
            if not np.isfinite(mean[[0, setting], p.index, r]).all():
                continue
            change.append(100 * (mean[setting, p.index, r] / mean[0, p.index, r] - 1))
            ranks = [moved_ranks(mean[0, p.index], mean[k, p.index])[r] for k in (0, setting)]
            before.append(ranks[0])
            after.append(ranks[1])
            above.append(mean[setting, p.index, r] > of[setting, p.benchmark])
        if change:
            rows.append([sweep.region_label(r), factor, f"{np.median(change):+.0f} %",
                         f"{min(change):+.0f} to {max(change):+.0f} %", f"{np.median(before):g} to {np.median(after):g}",
                         f"{sum(above)} of {len(above)}"])
    if not rows:
        return "No region is moved along its line.\n"
    return table(["region", "distance x", "its mean d, median sector", "sectors from, to", "rank, median sector",
                  "above the benchmark's mean"], rows)


def by_band(sweep):
    """The share of near neighbours in the scores of all, and of those above their population's own P90."""
    near = np.searchsorted(sweep.band_edges_km, NEAR_KM, side="right")
    edge = sweep.band_edges_km[near - 1]
    rows, nearer = [], 0
    for p in sweep.populations:
        shares = [sweep.bands[p.index, group] for group in (ALL, TOP)]
        if not np.isfinite(shares).all():
            continue
        of_all, of_top = (100 * share[:near].sum() for share in shares)
        nearer += of_top > of_all
        rows.append([p.title, f"{of_all:.0f} %", f"{of_top:.0f} %"])
    text = table(["population", f"from within {edge:g} km: all", "above its own P90"], rows)
    return (text + f"\nIn {nearer} of {len(rows)} populations the highest scores come from near neighbours more than "
            "scores do as a whole.\n")


def main(arguments):
    if len(arguments) != 2 or arguments[0].startswith("-"):
        print("error: conclusions.py needs two sweep files: SWEEP.h5 NOTE_2012.h5.", file=sys.stderr)
        return 2
    try:
        sweep, note = (read_sweep(path) for path in arguments)
        print("## Settings\n\n" + by_factor(sweep))
        print("## The periphery moved\n\n" + by_move(note))
        if note.bands is not None and note.band_edges_km[0] <= NEAR_KM:
            print("## Near neighbours\n\n" + by_band(note))
    except FigureError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
