"""Figures that may leave a secure environment: numbers from `dscore export --disclosure`, so that the rules and the
suppression stand in one place."""

import csv
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace

import numpy as np

from figures.errors import FigureError, UsageError

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COLUMNS = ("establishments", "jobs", "lq", "mean_d", "type")


@dataclass
class Disclosure:
    minimum: int  # establishments of a cell that is shown
    establishments: np.ndarray  # rounded, by population; NaN: withheld
    decimals: int  # of scores

    def shows(self, population):
        return bool(np.isfinite(self.establishments[population.index]))


def program():
    """The program that applies the rules: $DSCORE, the one built here, or the one on the PATH."""
    built = os.path.join(REPOSITORY, "build", "host", "cli", "dscore")
    for name in (os.environ.get("DSCORE"), built if os.path.exists(built) else None, "dscore"):
        if name and shutil.which(name):
            return shutil.which(name)
    raise FigureError("--disclosure: the program dscore, which applies the rules, was not found. Build it (scripts/run.sh), "
                      "or set the variable DSCORE to it.")


def disclosed(path, rules, results):
    """What the rules leave of the results, and what they ask of figures. FigureError as the program says it."""
    with tempfile.TemporaryDirectory(prefix="dscore-figures-") as folder:
        done = subprocess.run([program(), "export", path, "-d", folder, "--disclosure", rules, "--quiet"],
                              capture_output=True, text=True)
        if done.returncode:
            kind = UsageError if done.returncode == 2 else FigureError
            raise kind(done.stderr.strip().removeprefix("error: ").replace(f"{folder}: ", "") or "dscore export failed.")
        with open(os.path.join(folder, "provenance.json"), encoding="utf-8") as file:
            provenance = json.load(file)
        populations, regions = (_rows(os.path.join(folder, name)) for name in ("populations.csv", "regions.csv"))
    shape = (len(results.populations), len(results.region_code))
    regional = {key: np.array([_number(row[key]) for row in regions]).reshape(shape) for key in COLUMNS}
    regional["type"] = np.nan_to_num(regional["type"]).astype(int)
    shown = [replace(p, **{key: _number(row[key]) for key in ("mean_d", "p90", "p95")})
             for p, row in zip(results.populations, populations)]
    rest = Disclosure(provenance["disclosure_minimum_establishments"],
                      np.array([_number(row["establishments"]) for row in populations]),
                      provenance["disclosure_rounding_score_decimals"])
    # The name of the file could tell who made it, or of what.
    name = f"after disclosure control (at least {rest.minimum} establishments in a cell)"
    return replace(results, name=name, populations=shown, regional=regional), rest


def _rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(text):
    return float(text) if text else np.nan
