"""Published figures against computed ones, from the tables of `dscore compare -d DIR`."""

import csv
import os
from dataclasses import dataclass

import numpy as np

from figures import keys, style
from figures.errors import FigureError
from figures.page import FOOT, HEAD, MARGIN, Page

STATISTICS = (("mean_d", "mean", "o", style.BLUE), ("median_d", "median", "s", style.ORANGE),
              ("max_d", "max", "^", style.VERMILION), ("p90", "P90", "D", style.GREEN), ("p95", "P95", "v", style.INK))
BAND = 5  # percent, marked around zero
PANEL, GAP, COLUMNS = 1.5, 0.42, 4  # inches; panels in a row


@dataclass
class Comparison:
    national: list  # rows of the tables, as dictionaries; numbers as float, NaN where missing
    regional: list
    sectors: list
    types: list


TABLES = {  # columns that are drawn; after the bar those that are numbers
    "national": "population statistic | computed relative_difference",
    "regional": "population region region_name quantity | published computed difference",
    "sector": "population quantity | rank_correlation mean_absolute_deviation",
    "types": "population | published computed",
}


def read_comparison(folder, results):
    """The tables in the folder; FigureError where they are not there, or not those of these results."""
    comparison = Comparison(*(_read_table(os.path.join(folder, f"{name}_comparison.csv"), *columns.split(" | "))
                              for name, columns in TABLES.items()))
    mean = {row["population"]: row["computed"] for row in comparison.national if row["statistic"] == "mean_d"}
    for p in results.populations:
        if p.name in mean and not np.isclose(mean[p.name], p.mean_d, rtol=1e-12, atol=0, equal_nan=True):
            raise FigureError(f"{folder}: compares other results than {results.name} (mean of {p.name}). Make it anew "
                              "with `dscore compare -d`.")
    return comparison


def _read_table(path, texts, numbers):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return [{**{key: row[key] for key in texts.split()},
                     **{key: float(row[key]) if row[key] else np.nan for key in numbers.split()}}
                    for row in csv.DictReader(file)]
    except OSError as error:
        raise FigureError(f"{path}: cannot be read: {error.strerror}. Make it with `dscore compare -d`.") from None
    except KeyError as error:
        raise FigureError(f"{path}: has no column {error.args[0]}. Make it anew with `dscore compare -d`.") from None
    except (ValueError, TypeError, csv.Error) as error:
        raise FigureError(f"{path}: cannot be read: {error}. Make it anew with `dscore compare -d`.") from None


def national_figure(results, comparison):
    """Deviations from the published figures in percent, a row per population."""
    known = {(row["population"], row["statistic"]): 100 * row["relative_difference"] for row in comparison.national}
    titles = {p.name: p.title for p in results.populations}
    names = [name for name in titles if any(np.isfinite(known.get((name, s), np.nan)) for s, *_ in STATISTICS)]
    names.reverse()  # the first on top
    height = 0.3 * max(len(names), 3)
    left, width, bottom = 2.3, 3.7, FOOT + 0.42
    page = Page(left + width + 1.15 + MARGIN, bottom + height + HEAD, "National figures: computed against published",
                "relative to the published figure; populations without published scores are not shown",
                results.source())
    axes = page.axes(left, bottom, width, height)
    axes.axvspan(-BAND, BAND, color="#ececec", linewidth=0, zorder=0)
    axes.axvline(0, color=style.GREY, linewidth=0.8, zorder=1)
    for k, (statistic, _, marker, colour) in enumerate(STATISTICS):  # one below the other, so that none hides another
        points = [(known.get((name, statistic), np.nan), y + 0.3 - 0.15 * k) for y, name in enumerate(names)]
        axes.scatter(*np.array(points).reshape(-1, 2).T, marker=marker, s=26, color=colour, alpha=0.9, linewidths=0.4,
                     edgecolors="white", zorder=2)
    axes.set_yticks(range(len(names)), [titles[name] for name in names])
    axes.tick_params(axis="y", length=0, labelcolor=style.INK, labelsize=8)
    axes.set_ylim(-0.6, max(len(names), 1) - 0.4)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel("difference from the published figure (%)")
    sheet = page.sheet(left + width + 0.15, bottom, 1.1, height)
    y = keys.colour_key(sheet, 0, height, "Statistic", [(colour, text) for _, text, _, colour in STATISTICS],
                        markers=[marker for _, _, marker, _ in STATISTICS])
    sheet.text(0, y, f"grey: within {BAND} %", size=6.5, color=style.GREY, va="top")
    return page


def regional_figure(results, comparison):
    """Mean d-scores by region, published against computed: a panel per sector."""
    panels = []
    for population in results.populations:
        rows = [row for row in comparison.regional if np.isfinite(row["difference"])
                and (row["population"], row["quantity"]) == (population.name, "mean_d")]
        if rows:
            panels.append((population, rows))
    lines = max(-(-len(panels) // COLUMNS), 1)
    left, bottom = 0.62, FOOT + 0.42
    page = Page(left + COLUMNS * (PANEL + GAP) - GAP + MARGIN + 0.05, bottom + lines * (PANEL + GAP) - GAP + HEAD + 0.2,
                "Mean d-scores of regions: computed against published",
                "1/km; line: equal; rank: rank correlation, dev.: mean absolute deviation; ring: the farthest off",
                results.source())
    for k, (population, rows) in enumerate(panels):
        column, line = k % COLUMNS, k // COLUMNS
        axes = page.axes(left + column * (PANEL + GAP), bottom + (lines - 1 - line) * (PANEL + GAP), PANEL, PANEL)
        _panel(axes, population, rows, comparison)
    page.text(left + 2 * (PANEL + GAP) - GAP / 2, FOOT + 0.02, "published", size=8, ha="center", va="bottom")
    middle = bottom + (lines * (PANEL + GAP) - GAP) / 2
    page.text(MARGIN, middle, "computed", size=8, rotation=90, ha="left", va="center")
    return page


def _panel(axes, population, rows, comparison):
    published, computed = (np.array([row[key] for row in rows]) for key in ("published", "computed"))
    top = 1.08 * max(published.max(), computed.max(), 1e-9)
    axes.plot([0, top], [0, top], color=style.GREY, linewidth=0.7, zorder=1)
    axes.scatter(published, computed, s=11, color=style.BLUE, alpha=0.75, linewidths=0.3, edgecolors="white", zorder=2)
    axes.set(xlim=(0, top), ylim=(0, top), aspect="equal")
    axes.locator_params(nbins=4)
    axes.tick_params(labelsize=6.5, length=2, pad=1.5)
    axes.set_title(population.title, size=7.5, loc="left", pad=3)
    far = int(np.argmax(np.abs(computed - published)))
    of = next((row for row in comparison.sectors
               if (row["population"], row["quantity"]) == (population.name, "mean_d")), {})
    types = [row for row in comparison.types if row["population"] == population.name and np.isfinite(row["published"])]
    matched = sum(row["published"] == row["computed"] for row in types)
    text = f"rank {of.get('rank_correlation', np.nan):.3f}\ndev. {of.get('mean_absolute_deviation', np.nan):.4f}"
    if types:
        text += f"\ntypes {matched} of {len(types)}"
    axes.scatter(published[far], computed[far], s=34, facecolors="none", edgecolors=style.VERMILION, linewidths=0.9,
                 zorder=3)
    # The corner below the line is free: points lie along it.
    axes.text(0.98, 0.2, text, size=6.5, ha="right", va="bottom", linespacing=1.25, transform=axes.transAxes)
    farthest = f"{computed[far] - published[far]:+.4f}\n{rows[far]['region_name'] or rows[far]['region']}"
    axes.text(0.98, 0.03, farthest, size=6, color=style.VERMILION, ha="right", va="bottom", linespacing=1.25,
              transform=axes.transAxes)
