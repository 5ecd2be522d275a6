"""dscore significance: from a population to tests and tables."""

import json
import math
import os
import shutil
import tempfile

import program
from program import Case, call, rows_of

DRAWS = "39"
SECTORS = 14


class Made:
    """A population and its significance, made once."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dscore-test-")
        self.population = os.path.join(self.folder, "pop.h5")
        self.significance = os.path.join(self.folder, "sig.h5")
        self.tables = os.path.join(self.folder, "tables")
        call("synth", "-o", self.population, "--scale", "0.01")
        self.done = call("significance", self.population, "-o", self.significance, "--draws", DRAWS, "--threads", "1")
        self.export = call("export", self.significance, "-d", self.tables, "--establishments")

    def table(self, name):
        with open(os.path.join(self.tables, f"significance_{name}.csv")) as file:
            return rows_of(file.read())


made = None


def setUpModule():
    global made
    made = Made()


def tearDownModule():
    shutil.rmtree(made.folder, ignore_errors=True)


class Chain(Case):
    def test_every_step_succeeds(self):
        self.assertEqual(made.done.returncode, 0, made.done.stderr)
        self.assertEqual(made.done.stderr, "")
        self.assertEqual(made.export.returncode, 0, made.export.stderr)
        self.assertIn(f"valid significance file", self.succeeds("validate", made.significance).stdout)

    def test_prints_a_table_of_the_sectors(self):
        lines = made.done.stdout.splitlines()
        self.assertRegex(lines[0], r"^sector +establishments +mean d +draws: mean +sd +z +p +draws +regions high +regions low")
        tests = {row["population"]: row for row in made.table("tests") if row["statistic"] == "mean_d"}
        for line in lines[1:1 + SECTORS]:
            cells = line.split()
            row = tests[cells[0]]
            self.assertEqual(cells[2], f"{float(row['observed']):.4f}")
            self.assertEqual(cells[6], f"{float(row['p_upper']):.4f}")
            self.assertEqual(cells[7], DRAWS)
        self.assertIn("2 populations have no benchmark", lines[1 + SECTORS])

    def test_the_draws_are_what_the_tests_are_made_of(self):
        draws = made.table("draws")
        for row in made.table("tests"):
            values = [float(d[row["statistic"]]) for d in draws if d["population"] == row["population"]]
            if not row["observed"]:
                self.assertEqual(values, [])
                continue
            self.assertEqual(len(values), int(DRAWS))
            observed = float(row["observed"])
            above = sum(value >= observed for value in values)
            below = sum(value <= observed for value in values)
            upper, lower = (above + 1) / (len(values) + 1), (below + 1) / (len(values) + 1)
            self.assertAlmostEqual(float(row["p_upper"]), upper, 12)
            self.assertAlmostEqual(float(row["p_lower"]), lower, 12)
            self.assertAlmostEqual(float(row["p_two_sided"]), min(1, 2 * min(upper, lower)), 12)
            mean = math.fsum(values) / len(values)
            sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
            self.assertAlmostEqual(float(row["null_mean"]), mean, 9)
            self.assertAlmostEqual(float(row["null_sd"]), sd, 9)
            self.assertAlmostEqual(float(row["z"]), (observed - mean) / sd, 5)
            self.assertEqual(float(row["null_min"]), min(values))
            self.assertEqual(float(row["null_max"]), max(values))

    def test_scores_are_those_of_a_run(self):
        self.succeeds("run", made.population, "-o", self.path("res.h5"), "--threads", "1")
        self.succeeds("export", self.path("res.h5"), "-d", self.path("tables"), "--establishments")
        scores = {(row["population"], row["establishment"]): row["d_score"]
                  for row in rows_of(self.read("tables/establishments.csv").decode())}
        tested = made.table("establishments")
        self.assertEqual(len(tested), sum(int(row["establishments"]) for row in made.table("populations")
                                          if row["draws"] != "0"))
        for row in tested:
            self.assertEqual(row["d_score"], scores[row["population"], row["establishment"]])
            z = (float(row["d_score"]) - float(row["null_mean"])) / float(row["null_sd"])
            self.assertAlmostEqual(float(row["z"]), z, 9)
            self.assertAlmostEqual(float(row["p_upper"]), math.erfc(z / math.sqrt(2)) / 2, 12)

    def test_false_discovery_rates_are_over_all_regions_of_all_sectors(self):
        rows = [row for row in made.table("regions") if row["p_upper"]]
        self.assertGreater(len(rows), 300)
        rows.sort(key=lambda row: float(row["p_upper"]))
        least = 1
        for rank in range(len(rows), 0, -1):
            least = min(least, float(rows[rank - 1]["p_upper"]) * len(rows) / rank)
            self.assertAlmostEqual(float(rows[rank - 1]["q_upper"]), least, 12)
        self.assertEqual(len(made.table("cross")), SECTORS * (SECTORS - 1))

    def test_provenance(self):
        with open(os.path.join(made.tables, "significance_provenance.json")) as file:
            provenance = json.load(file)
        self.assertEqual(provenance["draws"], int(DRAWS))
        self.assertEqual(provenance["seed"], 1)
        self.assertEqual(provenance["strata"], "none")
        self.assertEqual(provenance["input_file"], "pop.h5")


class Settings(Case):
    def tables(self, name, *more):
        self.succeeds("significance", made.population, "-o", self.path(name), "--draws", "19", "--quiet", *more)
        self.succeeds("export", self.path(name), "-d", self.path(name + ".d"), "--quiet")
        return [self.read(f"{name}.d/significance_{table}.csv")
                for table in ("populations", "tests", "regions", "cross", "draws")]

    def test_threads_change_nothing_and_seeds_do(self):
        one = self.tables("one.h5", "--threads", "1", "--no-cross")
        self.assertEqual(one, self.tables("two.h5", "--threads", "2", "--no-cross"))
        other = self.tables("other.h5", "--threads", "1", "--no-cross", "--seed", "2")
        self.assertNotEqual(one[4], other[4])
        self.assertEqual(one[3].count(b"\n"), 1)  # no pairs: a head alone

    def test_the_first_draws_do_not_depend_on_how_many_there_are(self):
        few = rows_of(self.tables("few.h5", "--threads", "1", "--no-cross")[4].decode())
        many = {(row["population"], row["draw"]): row for row in made.table("draws")}
        for row in few:
            self.assertEqual(row, many[row["population"], row["draw"]])

    def test_strata(self):
        none = self.tables("none.h5", "--no-cross")
        for strata in ("region", "size"):
            self.assertNotEqual(none[4], self.tables(strata + ".h5", "--no-cross", "--strata", strata)[4])

    def test_early_stops(self):
        self.succeeds("significance", made.population, "-o", self.path("early.h5"), "--draws", "199", "--stop-early",
                      "199", "--no-cross", "--quiet")  # so many as extreme on both sides there cannot be
        self.succeeds("export", self.path("early.h5"), "-d", self.path("tables"))
        draws = {row["draws"] for row in rows_of(self.read("tables/significance_populations.csv").decode())}
        self.assertEqual(draws, {"0", "199"})

    def test_quiet_and_help(self):
        done = self.succeeds("significance", made.population, "-o", self.path("q.h5"), "--draws", "1", "--quiet")
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        text = self.succeeds("significance", "--help").stdout
        for flag in ("--draws", "--seed", "--strata", "--draw-tolerance", "--stop-early", "--no-cross", "--threshold-km"):
            self.assertIn(flag, text)


class Refusals(Case):
    def refuses(self, code, *args, says):
        self.fails(code, "significance", *args, says=says)
        self.assert_only_files()

    def test_wrong_settings(self):
        out = self.path("sig.h5")
        self.refuses(2, made.population, says="-o")
        self.refuses(2, made.population, "-o", out, "--draws", "0", says="--draws")
        self.refuses(2, made.population, "-o", out, "--draws", "ten", says="--draws")
        self.refuses(2, made.population, "-o", out, "--strata", "towns", says="--strata")
        self.refuses(2, made.population, "-o", out, "--draw-tolerance", "1", says="--draw-tolerance")
        self.refuses(2, made.population, "-o", out, "--seed", "-1", says="--seed")
        self.refuses(2, made.population, "-o", made.population, says="is the input as well")

    def test_a_file_of_another_kind(self):
        self.refuses(1, made.significance, "-o", self.path("sig.h5"), says="a significance file, where a population")
        self.fails(1, "run", made.significance, "-o", self.path("res.h5"), says="a population file is needed")

    def test_a_register_without_benchmarks(self):
        try:
            import h5py
        except ImportError:
            self.skipTest("h5py is not installed")
        shutil.copy(made.population, self.path("free.h5"))
        with h5py.File(self.path("free.h5"), "r+") as file:
            file["populations/benchmark"][...] = -1
        self.fails(1, "significance", self.path("free.h5"), "-o", self.path("sig.h5"),
                   says=("no population has a benchmark", "/populations/benchmark"))
        self.assert_only_files("free.h5")

    def test_export_has_no_disclosure_rules_for_it(self):
        self.fails(2, "export", made.significance, "-d", self.path("tables"), "--disclosure", "default",
                   says="--disclosure")
        self.assert_only_files()

    def test_a_damaged_file_is_reported_with_its_place(self):
        try:
            import h5py
        except ImportError:
            self.skipTest("h5py is not installed")
        shutil.copy(made.significance, self.path("bad.h5"))
        with h5py.File(self.path("bad.h5"), "r+") as file:
            file["region_tests/p_upper"][50] = 7
        done = call("validate", self.path("bad.h5"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("/region_tests", done.stdout)
        self.fails(1, "export", self.path("bad.h5"), "-d", self.path("tables"), says="7 is not a p-value")


if __name__ == "__main__":
    program.main()
