"""Reads a result file (io/schema.md), as far as figures need it."""

import os
from dataclasses import dataclass

import h5py
import numpy as np

from figures.errors import FigureError

SCHEMA_VERSION = 1


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
        """The line below every figure."""
        origin = "a synthetic population, not a register: " if self.synthetic else ""
        made_by = f", dscore {self.version}" if self.version else ""
        return f"Source: {origin}{self.name}{made_by}."


def read_results(path):
    """The results in the file; FigureError naming the file and what is wrong with it."""
    name = os.path.basename(path)
    try:
        if not os.path.isfile(path):
            raise FigureError(f"{path}: no such file. Name a result file of `dscore run`.")
        with h5py.File(path, "r") as file:
            _check_format(file, path)
            return _read(file, name)
    except KeyError as error:
        raise FigureError(f"{path}: {str(error.args[0])}. See `dscore validate {path}`.") from None
    except (OSError, ValueError, IndexError, TypeError, RuntimeError) as error:
        what = " ".join(str(error).split())
        raise FigureError(f"{path}: cannot be read: {what}. See `dscore validate {path}`.") from None


def _check_format(file, path):
    kind = _text(file.attrs.get("dscore_format", b""))
    if kind != "results":
        found = f"a {kind} file" if kind else "not a file of dscore's"
        raise FigureError(f"{path}: {found}, where results are needed. Name a result file of `dscore run`.")
    version = int(file.attrs.get("schema_version", 0))
    if version > SCHEMA_VERSION:
        raise FigureError(f"{path}: has schema version {version}, this program knows {SCHEMA_VERSION}. "
                          "Use the figures of the dscore that wrote it.")


def _text(value):
    """An attribute or a field of fixed length."""
    if not isinstance(value, bytes):
        raise ValueError("a text of variable length")
    return value.decode()


def _read(file, name):
    def column(path, size=None):
        values = file[path][()]
        if size is not None and len(values) != size:
            raise ValueError(f"{path} has {len(values)} rows, where {size} belong")
        return values

    def texts(path):
        return [_text(value) for value in file[path][()].tolist()]

    x = column("establishments/x_m") / 1000
    code = texts("regions/code")
    names, titles = texts("populations/name"), texts("populations/title")
    if len(names) == 0 or len(x) == 0 or len(code) == 0:
        raise ValueError("a table without rows")
    shape = (len(names), len(code))
    regional = {key: column(f"region_results/{key}", len(names) * len(code)).reshape(shape)
                for key in ("establishments", "jobs", "lq", "mean_d", "type")}
    attributes = file["provenance"].attrs
    return Results(
        name=name, x_km=x, y_km=column("establishments/y_m", len(x)) / 1000, jobs=column("establishments/jobs", len(x)),
        populations=_populations(column, names, titles, len(x)), region_code=code, region_name=texts("regions/name"),
        regional=regional, synthetic=_is_yes(file["input_provenance"].attrs.get("synthetic", 0)),
        version=_text(attributes.get("version", b"")).split(" ")[0],
        large_share=float(attributes.get("large_share", 0.05)))


def _populations(column, names, titles, establishments):
    of = column("members/population")
    columns = [column(f"members/{key}", len(of)) for key in ("row", "d_score", "decile", "cluster")]
    if len(of) and (np.any(np.diff(of.astype(int)) < 0) or columns[0].max() >= establishments):
        raise ValueError("members out of order or out of range")
    start = np.searchsorted(of, np.arange(len(names) + 1))
    benchmark = column("populations/benchmark", len(names))
    if np.any(benchmark >= len(names)):
        raise ValueError("a benchmark that is no population")
    mean_d, p90, p95 = (column(f"populations/{key}", len(names)) for key in ("mean_d", "p90", "p95"))
    return [Population(p, names[p], titles[p] or names[p], int(benchmark[p]), mean_d[p], p90[p], p95[p],
                       *(c[start[p]:start[p + 1]] for c in columns)) for p in range(len(names))]


def _is_yes(value):
    text = value.decode() if isinstance(value, bytes) else str(value)
    return text.strip().lower() not in ("", "0", "0.0", "no", "false")
