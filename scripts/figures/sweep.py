"""Reads a sweep file (io/schema.md), as far as figures need it."""

from dataclasses import dataclass
from typing import Optional

import numpy as np

from figures.files import benchmarks, column, is_synthetic, read_file, source_line, texts, version_of

NO_CHANGE = 1e-6  # relative: below it the methods' errors begin
FACTORS = {  # in words
    "threshold_km": "threshold (km)",
    "threshold_rule": "threshold rule",
    "decay": "decay",
    "cutoff_km": "cut-off (km)",
    "distance": "distance",
    "neighbours": "neighbours count as",
    "other_companies": "other companies only",
    "quantile_type": "quantile type",
    "cluster_levels": "cluster levels",
    "large_share": "share of a large region",
    "benchmark": "benchmark",
    "move": "a region moved",
    "without_region": "without a region",
    "without_company": "without a company",
    "without_town": "without a town",
    "subsample": "random part",
}
OF_POPULATIONS = ("mean_d", "share_above_p90", "kendall", "region_kendall")
OF_REGIONS = ("establishments", "mean_d", "type")
ALL, TOP = 0, 1  # groups of Sweep.bands before those of regions


@dataclass
class Population:
    index: int
    name: str
    title: str
    benchmark: int  # row of another population; -1: none


@dataclass
class Sweep:
    """S settings, the first of them the baseline, of P populations in R regions."""

    name: str  # of the file
    populations: list
    region_code: list
    region_name: list
    factor: list  # S: what is varied
    value: list  # S: in words
    unit: list  # S: of the scores
    text: list  # S: everything that results depend on
    of_population: dict  # OF_POPULATIONS: arrays S x P
    of_region: dict  # OF_REGIONS: arrays S x P x R
    band_edges_km: np.ndarray  # upper bounds of all bands but the last
    bands: Optional[np.ndarray]  # P x (ALL, TOP, then R) x bands; None where the plan has none
    synthetic: bool
    version: str

    def benchmark_of(self, population):
        return self.populations[population.benchmark] if population.benchmark >= 0 else None

    def source(self):
        return source_line(self.name, self.synthetic, self.version)

    def factors(self):
        """The rows of the settings that vary each factor, in the order of the plan."""
        found = {}
        for setting, factor in enumerate(self.factor[1:], start=1):
            found.setdefault(factor, []).append(setting)
        return found

    def setting_label(self, setting):
        """The value of a setting, regions by their names."""
        value = self.value[setting]
        if self.factor[setting] in ("move", "without_region"):
            code, *rest = value.split(" ")
            if code in self.region_code:
                value = " ".join([self.region_label(self.region_code.index(code)), *rest])
        return value

    def region_label(self, region):
        return self.region_name[region] or self.region_code[region]

    def mean_changes(self, population):
        """Of each setting: how the mean d-score changes, in percent of the baseline's; NaN where there is none, or one in
        another unit (of another decay)."""
        mean = self.of_population["mean_d"][:, population.index]
        comparable = np.array(self.unit) == self.unit[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            change = np.where((mean[0] > 0) & comparable, mean / mean[0] - 1, np.nan)
        return 100 * np.where(np.abs(change) < NO_CHANGE, 0, change)

    def share_changes(self, population):
        """Of each setting: how the share of strongly concentrated establishments changes, in percentage points."""
        share = self.of_population["share_above_p90"][:, population.index]
        return 100 * (share - share[0])


def factor_label(factor):
    return " & ".join(FACTORS.get(name, name) for name in factor.split(" & "))


def read_sweep(path):
    """FigureError naming the file and what is wrong with it."""
    return read_file(path, {"sweep": sweep_in})


def sweep_in(file, name):
    names, code, factor = (texts(file, path) for path in ("populations/name", "regions/code", "settings/factor"))
    shape = (len(factor), len(names), len(code))
    if 0 in shape:
        raise ValueError("a table without rows")
    if factor[0] != "baseline":
        raise ValueError("settings/factor: the first setting is not the baseline")
    for table, axes in (("population_results", ("setting", "population")),
                        ("region_results", ("setting", "population", "region"))):
        _check_order(file, table, dict(zip(axes, shape)))
    titles, benchmark = texts(file, "populations/title", len(names)), benchmarks(file, len(names))
    value, unit, text = (texts(file, f"settings/{key}", len(factor)) for key in ("value", "unit", "text"))
    edges, bands = _bands(file, len(names), len(code))
    return Sweep(
        name=name, region_code=code, region_name=texts(file, "regions/name", len(code)), factor=factor, value=value,
        unit=unit, text=text, band_edges_km=edges, bands=bands, synthetic=is_synthetic(file), version=version_of(file),
        populations=[Population(p, names[p], titles[p] or names[p], int(benchmark[p])) for p in range(len(names))],
        of_population={key: column(file, f"population_results/{key}", shape[0] * shape[1]).reshape(shape[:2])
                       for key in OF_POPULATIONS},
        of_region={key: column(file, f"region_results/{key}", np.prod(shape)).reshape(shape) for key in OF_REGIONS})


def _check_order(file, table, axes):
    """All combinations, in the order of the tables, the last index running fastest."""
    expected = np.indices(tuple(axes.values())).reshape(len(axes), -1)
    for key, rows in zip(axes, expected):
        if not np.array_equal(column(file, f"{table}/{key}", len(rows)), rows):
            raise ValueError(f"{table}/{key}: rows out of order")


def _bands(file, populations, regions):
    if "bands" not in file:
        return np.empty(0), None
    edges = column(file, "band_edges/upper_km")
    shape = (populations, regions + 2, len(edges) + 1)
    group = np.tile(np.repeat([-1, -2, *range(regions)], shape[2]), populations)
    if not np.array_equal(column(file, "bands/region", len(group)), group):
        raise ValueError("bands/region: rows out of order")
    return edges, column(file, "bands/share", len(group)).reshape(shape)
