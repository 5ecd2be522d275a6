"""Reads a result file (io/schema.md), as far as figures need it."""

from dataclasses import dataclass

import numpy as np

from figures.files import benchmarks, column, is_synthetic, read_file, source_line, texts, version_of


@dataclass
class Population:
    """A sector or a benchmark, with its members' columns. Scores in 1/km, NaN where missing."""

    index: int
    name: str
    title: str
    benchmark: int  # row of another population; -1: none
    mean_d: float
    p90: float
    p95: float
    row: np.ndarray  # of the members in the register
    d_score: np.ndarray
    decile: np.ndarray  # 1 to 10; 0: no score
    cluster: np.ndarray  # 0 none, 1: P90-P95 of the benchmark, 2: > P95

    def __len__(self):
        return len(self.row)


@dataclass
class Results:
    name: str  # of the file
    x_km: np.ndarray
    y_km: np.ndarray
    jobs: np.ndarray
    populations: list
    region_code: list
    region_name: list
    regional: dict  # establishments, jobs, lq, mean_d, type: arrays of populations x regions
    synthetic: bool
    version: str
    large_share: float

    def benchmark_of(self, population):
        """The population that this one is compared with, or None."""
        return self.populations[population.benchmark] if population.benchmark >= 0 else None

    def source(self):
        return source_line(self.name, self.synthetic, self.version)


def read_results(path):
    """The results in the file; FigureError naming the file and what is wrong with it."""
    return read_file(path, {"results": results_in})


def results_in(file, name):
    x = column(file, "establishments/x_m") / 1000
    code = texts(file, "regions/code")
    names, titles = texts(file, "populations/name"), texts(file, "populations/title")
    if len(names) == 0 or len(x) == 0 or len(code) == 0:
        raise ValueError("a table without rows")
    shape = (len(names), len(code))
    regional = {key: column(file, f"region_results/{key}", len(names) * len(code)).reshape(shape)
                for key in ("establishments", "jobs", "lq", "mean_d", "type")}
    return Results(
        name=name, x_km=x, y_km=column(file, "establishments/y_m", len(x)) / 1000,
        jobs=column(file, "establishments/jobs", len(x)), populations=_populations(file, names, titles, len(x)),
        region_code=code, region_name=texts(file, "regions/name"), regional=regional, synthetic=is_synthetic(file),
        version=version_of(file), large_share=float(file["provenance"].attrs.get("large_share", 0.05)))


def _populations(file, names, titles, establishments):
    of = column(file, "members/population")
    columns = [column(file, f"members/{key}", len(of)) for key in ("row", "d_score", "decile", "cluster")]
    if len(of) and (np.any(np.diff(of.astype(int)) < 0) or columns[0].max() >= establishments):
        raise ValueError("members out of order or out of range")
    start = np.searchsorted(of, np.arange(len(names) + 1))
    benchmark = benchmarks(file, len(names))
    mean_d, p90, p95 = (column(file, f"populations/{key}", len(names)) for key in ("mean_d", "p90", "p95"))
    return [Population(p, names[p], titles[p] or names[p], int(benchmark[p]), mean_d[p], p90[p], p95[p],
                       *(c[start[p]:start[p + 1]] for c in columns)) for p in range(len(names))]
