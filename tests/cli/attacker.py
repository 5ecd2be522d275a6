"""Somebody who wants to recompute what `dscore export --disclosure` suppressed, and knows more than was written: the
exact value of every cell that is shown (as if nothing were rounded), the log, the program, and which memberships occur
(which code belongs to which populations), but no row of the register.

A world is a number of establishments (and of jobs) per membership and region that agrees with all of that. Linear
programs look for the worlds in which a suppressed cell is smallest and largest: what lies between cannot be told apart.
"""

import csv
import json
import os

import h5py
import numpy as np
from scipy import sparse
from scipy.optimize import linprog


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Truth:
    """What the result file holds: P x R, and memberships as they occur (A x P)."""

    def __init__(self, path):
        with h5py.File(path) as file:
            self.populations = [name.decode() for name in file["populations/name"][()]]
            self.regions = [code.decode() for code in file["regions/code"][()]]
            shape = (len(self.populations), len(self.regions))
            cells = file["region_results"]
            self.establishments = cells["establishments"][()].reshape(shape).astype(float)
            self.jobs = cells["jobs"][()].reshape(shape)
            share = {bound: np.nan_to_num(cells["share_above_" + bound][()].reshape(shape)) for bound in ("p90", "p95")}
            self.above = {bound: np.round(share[bound] * self.establishments) for bound in share}
            self.has_shares = ~np.isnan(file["populations/share_above_p90"][()])
            mask = np.zeros(len(file["establishments/id"]), dtype=np.uint64)
            population, row = file["members/population"][()], file["members/row"][()]
            np.bitwise_or.at(mask, row, np.uint64(1) << population.astype(np.uint64))
        occurring = np.unique(mask[mask != 0])
        self.memberships = ((occurring[:, None] >> np.arange(shape[0], dtype=np.uint64)) & np.uint64(1)).astype(bool)


class Released:
    """What was written, as which cells are hidden and why. Column R is the nation."""

    def __init__(self, folder, truth):
        population = {name: index for index, name in enumerate(truth.populations)}
        region = {code: index for index, code in enumerate(truth.regions)}
        shape = (len(population), len(region) + 1)
        with open(os.path.join(folder, "provenance.json"), encoding="utf-8") as file:
            rules = json.load(file)
        self.minimum, self.protection = rules["disclosure_minimum_establishments"], rules["disclosure_protection"]
        self.hidden = {kind: np.zeros(shape, dtype=bool) for kind in ("all", "p90", "p95")}
        national = rows_of(os.path.join(folder, "populations.csv"))
        regional = rows_of(os.path.join(folder, "regions.csv"))
        for line in national + regional:
            at = population[line["population"]], region.get(line.get("region"), len(region))
            names = line["suppressed"].split()
            # Nothing is taken from the column `suppressed`: an empty cell is a hidden one.
            self.hidden["all"][at] = line["establishments"] == ""
            for bound in ("p90", "p95"):
                exists = float(line["establishments"] or 1) > 0  # nobody has no share
                self.hidden[bound][at] = exists and line["share_above_" + bound] == ""
            assert (line["establishments"] == "") == ("all" in names or "establishments" in names), line
        self.rule = {}
        for line in rows_of(os.path.join(folder, "disclosure_log.csv")):
            if line["rule"] in ("replaced", "rounded") or not line["population"]:
                continue
            at = population[line["population"]], region.get(line["region"], len(region))
            kind = {"share_above_p90": "p90", "share_above_p95": "p95"}.get(line["columns"], "all")
            self.rule.setdefault((kind, *at), line["rule"])


class Worlds:
    """The polytope of worlds of one measure, and how far its known corners lie apart for every hidden cell."""

    def __init__(self, truth, released, measure):
        self.truth, self.released = truth, released
        self.values = truth.establishments if measure == "establishments" else truth.jobs
        self.counts = measure == "establishments"
        memberships, regions = len(truth.memberships), len(truth.regions)
        self.size = memberships * regions
        self.cells = {}  # (kind, p, r): the variables that add up to it
        for p in range(len(truth.populations)):
            of = np.flatnonzero(truth.memberships[:, p])
            for r in range(regions):
                self.cells["all", p, r] = of * regions + r
        if self.counts:  # those above a bound are variables of their own
            for p in np.flatnonzero(truth.has_shares):
                for bound in ("p90", "p95"):
                    for r in range(regions):
                        self.cells[bound, p, r] = np.array([self.size])
                        self.size += 1
        self.build()

    def value(self, cell):
        kind, p, r = cell
        return self.values[p, r] if kind == "all" else self.truth.above[kind][p, r]

    def build(self):
        equal, equal_to, below, below_is = [], [], [], []
        released, regions = self.released, len(self.truth.regions)
        for cell, variables in self.cells.items():
            kind, p, r = cell
            if not released.hidden[kind][p, r]:
                equal.append([(variables, 1)])
                equal_to.append(self.value(cell))
            elif self.counts:
                rule = released.rule.get(cell)
                if rule == "small_count":
                    below += [[(variables, 1)], [(variables, -1)]]
                    below_is += [released.minimum - 1, -1]
                elif rule is not None and self.value(cell) >= released.minimum:
                    below.append([(variables, -1)])
                    below_is.append(-released.minimum)
            if kind != "all":  # those above P95 are among those above P90, and those among the population
                outer = ("p90", p, r) if kind == "p95" else ("all", p, r)
                below.append([(variables, 1), (self.cells[outer], -1)])
                below_is.append(0)
        for kind in ("all", "p90", "p95"):
            for p in range(len(self.truth.populations)):
                nation = [self.cells.get((kind, p, r)) for r in range(regions)]
                if nation[0] is None or released.hidden[kind][p, regions]:
                    continue
                equal.append([(variables, 1) for variables in nation])
                equal_to.append(sum(self.value((kind, p, r)) for r in range(regions)))
        self.equal, self.equal_to = self.matrix(equal), np.array(equal_to)
        self.below, self.below_is = self.matrix(below), np.array(below_is)
        self.hidden = [cell for cell in self.cells if released.hidden[cell[0]][cell[1], cell[2]]]
        self.picks = self.matrix([[(self.cells[cell], 1)] for cell in self.hidden])
        self.low = np.array([self.value(cell) for cell in self.hidden])  # the true world is one
        self.high = self.low.copy()

    def matrix(self, rows):
        if not rows:
            return None
        row, column, data = [], [], []
        for index, terms in enumerate(rows):
            for variables, sign in terms:
                row += [index] * len(variables)
                column += list(variables)
                data += [sign] * len(variables)
        return sparse.csr_matrix((data, (row, column)), shape=(len(rows), self.size))

    def extreme(self, index, sign):
        """The world in which a hidden cell is smallest (sign 1) or largest (sign -1)."""
        objective = sign * self.picks[index].toarray()[0]
        enough = 10 * (1 + self.values.sum())  # where nothing bounds it: far more than there is
        found = linprog(objective, A_ub=self.below, b_ub=self.below_is if self.below is not None else None,
                        A_eq=self.equal, b_eq=self.equal_to, bounds=(0, enough), method="highs")
        if found.status != 0:
            raise AssertionError(f"no world for {self.hidden[index]}: {found.message}")
        values = self.picks @ found.x
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)

    def needed(self, cell):
        """The width of the range that must remain."""
        if not self.counts:
            return max(1.0, self.released.protection * self.value(cell))
        return 1 if self.released.rule.get(cell) is None else self.released.minimum - 2

    def too_narrow(self, tolerance=1e-6):
        """(cell, low, high, needed) of every hidden cell that can be placed too well. Worlds found for one cell count
        for all, so that most cells need no program of their own."""
        failed = []
        for index, cell in enumerate(self.hidden):
            needed = self.needed(cell) - tolerance
            for sign in (-1, 1):
                if self.high[index] - self.low[index] < needed:
                    self.extreme(index, sign)
            if self.high[index] - self.low[index] < needed:
                failed.append((cell, self.low[index], self.high[index], needed))
        return failed
