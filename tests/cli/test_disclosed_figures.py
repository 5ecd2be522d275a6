"""scripts/figures.py --disclosure: what is refused, what is drawn instead, and that cells keep to the minimum."""

import os
import subprocess
import sys
import unittest

import program
from program import Case, DSCORE

SCRIPTS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "scripts")
sys.path.insert(0, SCRIPTS)
try:
    import numpy as np
    import matplotlib
    matplotlib.use("Agg")
    from figures import grids, plan
    from figures.disclosure import disclosed
    from figures.results import read_results
    MISSING = None
except ImportError as error:
    MISSING = str(error)


class Figures(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if MISSING:
            raise unittest.SkipTest(MISSING)

    def setUp(self):
        super().setUp()
        self.succeeds("synth", "--scale", "0.02", "-o", self.path("pop.h5"))
        self.succeeds("run", self.path("pop.h5"), "-o", self.path("res.h5"), "--quiet")

    def figures(self, *more):
        return subprocess.run([sys.executable, os.path.join(SCRIPTS, "figures.py"), self.path("res.h5"), "-d",
                               self.path("out"), "--format", "png", "--dpi", "40", "--jobs", "1", *more],
                              capture_output=True, text=True, env={**os.environ, "DSCORE": DSCORE},
                              timeout=program.TIMEOUT_S)

    def refused(self, code, *more, says):
        done = self.figures(*more)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertRegex(done.stderr, r"\Aerror: [^\n]+\n\Z")
        for part in says:
            self.assertIn(part, done.stderr)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_refusals(self):
        rules = ("--disclosure", "default")
        self.refused(2, *rules, "--kind", "concentration", says=("single establishments", "concentration_grid"))
        self.refused(2, *rules, "--kind", "cluster", says=("single establishments", "cluster_grid"))
        self.refused(2, "--kind", "cluster_grid", says=("--disclosure",))
        self.refused(2, *rules, "--sector", "energy", says=("energy", "withhold"))
        self.refused(2, *rules, "--comparison", self.folder, says=("--comparison", "disclosure control"))
        self.refused(1, "--disclosure", self.path("none.toml"), says=("none.toml",))
        self.refused(1, "--disclosure", self.write("bad.toml", "minimum = 3\n"), says=("bad.toml, line 1", "minimum"))

    def test_only_figures_that_may_leave_are_drawn(self):
        done = self.figures("--disclosure", "default", "--quiet")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        drawn = set(os.listdir(self.path("out")))
        self.assertIn("mean_scores.png", drawn)
        self.assertIn("logistics_concentration_grid.png", drawn)
        self.assertIn("logistics_cluster_grid.png", drawn)
        self.assertIn("logistics_bubble.png", drawn)
        self.assertEqual([name for name in drawn if name.endswith(("_concentration.png", "_cluster.png")) or
                          name.startswith(("energy", "water"))], [])

    def test_numbers_are_those_of_the_export(self):
        os.environ["DSCORE"] = DSCORE
        exact = read_results(self.path("res.h5"))
        shown, rules = disclosed(self.path("res.h5"), "default", exact)
        self.assertEqual(rules.minimum, 10)
        hidden = np.isnan(shown.regional["establishments"])
        self.assertTrue(hidden.any() and not hidden.all())
        small = (exact.regional["establishments"] < 10) & (exact.regional["establishments"] > 0)
        self.assertTrue(hidden[small].all())
        for key in ("jobs", "lq", "mean_d"):
            self.assertTrue(np.isnan(shown.regional[key][hidden]).all(), key)
        self.assertFalse(shown.regional["type"][hidden].any())
        self.assertTrue((shown.regional["jobs"][~hidden] % 10 == 0).all())
        self.assertTrue(np.isnan([p.mean_d for p in shown.populations if not rules.shows(p)]).all())
        self.assertNotIn("res.h5", shown.source())

    def test_cells_below_the_minimum_are_blank(self):
        chance = np.random.default_rng(1)
        x, y, d = chance.uniform(0, 20, 300), chance.uniform(0, 20, 300), chance.uniform(0, 1, 300)
        cells, means, inside = grids.cell_means(x, y, d, 5, 18)
        found = {}
        for column in range(4):
            for row in range(4):
                there = (x // 5 == column) & (y // 5 == row)
                if there.sum() >= 18:
                    found[column, row] = d[there].mean()
        self.assertTrue(0 < len(found) < 16)
        self.assertEqual({tuple(cell) for cell in cells.tolist()}, set(found))
        for cell, mean in zip(cells.tolist(), means):
            self.assertAlmostEqual(mean, found[tuple(cell)])
        self.assertEqual(inside, sum(((x // 5 == c) & (y // 5 == r)).sum() for c, r in found))

    def test_no_kind_that_shows_establishments_is_left(self):
        exact = read_results(self.path("res.h5"))
        shown, rules = disclosed(self.path("res.h5"), "default", exact)
        tasks = plan.tasks(plan.Inputs(shown, disclosure=rules))
        self.assertTrue(tasks)
        self.assertFalse(any(task.kind.shows_establishments or task.kind.needs_comparison for task in tasks))


if __name__ == "__main__":
    program.main()
