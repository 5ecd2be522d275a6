"""dscore export --disclosure: what is refused, what is written, and that nothing suppressed can be recomputed from it."""

import os
import random
import shutil

import program
from program import Case, call, rows_of

try:
    import h5py
    import numpy as np

    import attacker
    MISSING = None
except ImportError as error:
    MISSING = str(error)

SMALL_REGISTER = [(30, 0, 1), (4, 1, 1), (40, 2, 1), (50, 3, 1)]


def write_population(path, groups, regions, benchmarks, seed=1, companies=True):
    """A population file (io/schema.md) of groups (number, region, membership mask[, jobs of each[, company]]); without a
    company each establishment is its own."""
    chance = random.Random(seed)
    rows = []
    for number, region, mask, *more in groups:
        jobs = more[0] if more else 1
        for _ in range(number):
            rows.append((len(rows) + 1, 20000 + 30000 * (region % 8) + chance.uniform(0, 9000),
                         350000 + 30000 * (region // 8) + chance.uniform(0, 9000), region, jobs,
                         more[1] if len(more) > 1 else 1000000 + len(rows), mask))
    columns = list(zip(*rows))
    with h5py.File(path, "w") as file:
        file.attrs["dscore_format"] = np.bytes_("population")
        file.attrs["schema_version"] = 1
        for name, column, kind in zip(("id", "x_m", "y_m", "region", "jobs", "company", "membership"), columns,
                                      ("i8", "f8", "f8", "u2", "f8", "i8", "u8")):
            if name != "company" or companies:
                file["establishments/" + name] = np.array(column, dtype=kind)
        names = [chr(ord("a") + p) for p in range(len(benchmarks))]
        file["populations/name"] = np.array(names, dtype="S8")
        file["populations/title"] = np.array([""] * len(names), dtype="S8")
        file["populations/benchmark"] = np.array(benchmarks, dtype="i8")
        file["regions/code"] = np.array([f"R{r}" for r in range(regions)], dtype="S8")
        for name in ("name", "part"):
            file["regions/" + name] = np.array([""] * regions, dtype="S8")
        file.create_group("provenance").attrs["source"] = np.bytes_("/home/jansen/secret.csv")


class Disclosure(Case):
    def setUp(self):
        super().setUp()
        if MISSING:
            self.skipTest(MISSING)

    def results(self, groups=SMALL_REGISTER, regions=4, benchmarks=(-1,), **more):
        write_population(self.path("pop.h5"), groups, regions, benchmarks, **more)
        self.succeeds("run", self.path("pop.h5"), "-o", self.path("res.h5"), "--quiet", "--threads", "1")
        return self.path("res.h5")

    def export(self, results, rules="default"):
        shutil.rmtree(self.path("out"), ignore_errors=True)
        self.succeeds("export", results, "-d", self.path("out"), "--disclosure", rules, "--quiet")
        return {name: self.read("out/" + name).decode() for name in os.listdir(self.path("out"))}


class Calls(Disclosure):
    def test_the_example_is_a_file_of_rules(self):
        done = self.succeeds("export", "--disclosure-example")
        self.assertEqual(done.stderr, "")
        results = self.results()
        by_file = self.export(results, self.write("rules.toml", done.stdout))
        self.assertEqual(by_file, self.export(results))

    def test_establishments_are_refused(self):
        self.fails(2, "export", self.path("none.h5"), "-d", self.path("out"), "--disclosure", "default",
                   "--establishments", says="--establishments")
        self.assert_only_files()

    def test_no_name(self):
        self.fails(2, "export", "res.h5", "-d", "out", "--disclosure", "", says="empty")

    def test_rules_that_cannot_be_read(self):
        results = self.results()
        for name, text, says in (("toml", "minimum_establishments = \n", "line 1: not TOML"),
                                 ("name", "minimum = 10\n", "line 1, minimum: there is no such setting"),
                                 ("kind", "dominance = true\n", "line 1, dominance: a number is needed"),
                                 ("range", "minimum_establishments = 2\n", "must be a whole number from 3"),
                                 ("table", "rounding = 1\n", "rounding: a table [rounding] is needed")):
            with self.subTest(name):
                rules = self.write("rules.toml", text)
                self.fails(1, "export", results, "-d", self.path("out"), "--disclosure", rules, says=(rules, says))
                self.assertFalse(os.path.exists(self.path("out")))
        self.fails(1, "export", results, "-d", self.path("out"), "--disclosure", self.path("none.toml"),
                   says=("none.toml", "--disclosure-example"))
        self.fails(1, "export", results, "-d", self.path("out"), "--disclosure", self.folder, says="directory")

    def test_a_register_without_companies(self):
        results = self.results(companies=False)
        self.fails(1, "export", results, "-d", self.path("out"), "--disclosure", "default", says='"unchecked"')
        self.assertFalse(os.path.exists(self.path("out")))
        written = self.export(results, self.write("rules.toml", 'dominance = "unchecked"\n'))
        self.assertIn('"disclosure_dominance": "unchecked"', written["provenance.json"])

    def test_a_folder_that_holds_other_tables(self):
        results = self.results()
        out = self.path("out")
        self.succeeds("export", results, "-d", out, "--establishments")
        self.fails(1, "export", results, "-d", out, "--disclosure", "default", says="establishments.csv")
        self.export(results)
        self.fails(1, "export", results, "-d", out, says="disclosure_log.csv")
        self.succeeds("export", results, "-d", out, "--disclosure", "default")


class Written(Disclosure):
    def test_files_and_columns(self):
        written = self.export(self.results())
        self.assertEqual(sorted(written), ["disclosure_log.csv", "populations.csv", "provenance.json", "regions.csv"])
        self.assertNotIn("max_d", written["populations.csv"])
        self.assertEqual(written["regions.csv"].splitlines()[0],
                         "population,region,region_name,establishments,jobs,lq,mean_d,share_above_p90,"
                         "share_above_p95,type,suppressed")
        small = rows_of(written["regions.csv"])[1]
        self.assertEqual([value for name, value in small.items() if value],
                         ["a", "R1", "all"])
        log = rows_of(written["disclosure_log.csv"])
        self.assertIn(("regions", "a", "R1", "all", "small_count"), [tuple(line.values())[:5] for line in log])
        self.assertEqual({line["rule"] for line in log} - {"secondary"}, {"small_count", "replaced", "rounded"})

    def test_the_log_holds_no_number_of_a_cell(self):
        for line in rows_of(self.export(self.results())["disclosure_log.csv"]):
            if line["rule"] not in ("rounded", "replaced"):
                self.assertEqual(line["detail"], "")

    def test_no_path_of_anybody(self):
        for text in self.export(self.results()).values():
            self.assertNotIn("jansen", text)
            self.assertNotIn(self.folder, text)
            self.assertNotIn("pop.h5", text)

    def test_the_same_again(self):
        results = self.results()
        self.assertEqual(self.export(results), self.export(results))


class Attack(Disclosure):
    """See attacker.py. Every hidden cell must keep a range, and every cell that is shown, or can be computed as a
    difference of nested populations, must obey the rules."""

    def attack(self, results, rules="default", dominance=0.5):
        self.export(results, rules)
        truth = attacker.Truth(results)
        released = attacker.Released(self.path("out"), truth)
        self.assert_shown_cells_obey(truth, released, results, dominance)
        for measure in ("establishments", "jobs"):
            failed = attacker.Worlds(truth, released, measure).too_narrow()
            told = [f"{kind} of {truth.populations[p]} in {truth.regions[r]}: {low:g} to {high:g}, needed {needed:g}"
                    for (kind, p, r), low, high, needed in failed]
            self.assertEqual(told, [], f"{measure} can be recomputed")
        return truth, released

    def assert_shown_cells_obey(self, truth, released, results, dominance):
        hidden = released.hidden["all"][:, :-1]
        n = truth.establishments
        with h5py.File(results) as file:
            if dominance is not None:
                share = file["region_results/largest_company_jobs_share"][()].reshape(n.shape)
                self.assertFalse((~hidden & (share > dominance)).any())
        self.assertFalse((~hidden & (n > 0) & (n < released.minimum)).any())
        # One of the sums over regions is known: of one hidden cell it would be the cell, and of two of the mean scores
        # nothing can be said but by weights that are hidden as well.
        for p in range(len(n)):
            if not released.hidden["all"][p, -1] and hidden[p].any():
                self.assertGreaterEqual((hidden[p] & (n[p] > 0)).sum(), 2)
                self.assertGreaterEqual(n[p][hidden[p]].sum(), released.minimum)
        of = truth.memberships
        for p in range(len(n)):
            for q in range(len(n)):
                if p == q or (of[:, p] & ~of[:, q]).any():
                    continue
                both = ~hidden[p] & ~hidden[q]
                rest = n[q] - n[p]
                self.assertFalse((both & (rest > 0) & (rest < released.minimum)).any(), (p, q))

    def test_the_synthetic_netherlands(self):
        self.succeeds("synth", "--scale", "0.02", "-o", self.path("pop.h5"))
        self.succeeds("run", self.path("pop.h5"), "-o", self.path("res.h5"), "--quiet")
        truth, released = self.attack(self.path("res.h5"))
        self.assertGreater(released.hidden["all"].sum(), 100)
        self.assertGreater((~released.hidden["all"]).sum(), 100)
        for rule in ("small_count", "dominance", "secondary"):
            self.assertIn(rule, released.rule.values())

    def test_the_attacker_finds_what_is_not_protected(self):
        """Else the other tests here would say nothing."""
        for groups, benchmarks in (([(3, 0, 1), (20, 1, 1), (40, 2, 1), (50, 3, 1)], (-1,)),
                                   ([(4, 0, 1), (30, 0, 3), (60, 1, 1), (20, 1, 3), (9, 2, 3), (30, 3, 3)], (-1, -1)),
                                   ([(30, 0, 3), (5, 0, 5), (41, 1, 3), (42, 1, 5), (44, 2, 3), (45, 2, 5)],
                                    (-1, -1, -1))):
            results = self.results(groups, benchmarks=benchmarks)
            truth, released = self.attack(results)
            for (kind, p, r), rule in released.rule.items():
                if rule == "secondary":  # show it after all
                    released.hidden[kind][p, r] = False
            for measure in ("establishments", "jobs"):
                self.assertNotEqual(attacker.Worlds(truth, released, measure).too_narrow(), [], (groups, measure))

    def test_a_sum_that_gives_a_cell_away(self):
        self.attack(self.results([(1, 0, 1), (10, 1, 1), (40, 2, 1), (50, 3, 1)]))
        self.attack(self.results([(9, 0, 1), (9, 1, 1), (40, 2, 1), (50, 3, 1)]))
        self.attack(self.results([(1, 0, 1), (10, 1, 1)], regions=2))

    def test_a_company_that_dominates(self):
        self.attack(self.results([(12, 0, 1, 100, 7), (3, 1, 1), (11, 2, 1, 2), (50, 3, 1, 3)]))
        self.attack(self.results([(12, 0, 1, 100, 7), (12, 1, 1, 100, 7), (12, 2, 1, 2), (50, 3, 1, 3), (60, 4, 1, 9)],
                                 regions=5))

    def test_nested_populations(self):
        self.attack(self.results([(4, 0, 1), (30, 0, 3), (60, 1, 1), (20, 1, 3), (60, 2, 1), (40, 2, 3), (30, 3, 3)],
                                 benchmarks=(-1, -1)))
        # The part is hidden where the whole is hardly larger.
        self.attack(self.results([(991, 0, 1), (9, 0, 3), (50, 1, 3), (90, 2, 3), (100, 2, 1), (300, 3, 3), (99, 3, 1)],
                                 benchmarks=(-1, -1)))

    def test_three_in_each_other(self):
        self.attack(self.results([(2, 0, 1), (12, 0, 3), (15, 0, 7), (30, 1, 1), (30, 1, 3), (30, 1, 7), (40, 2, 1),
                                  (45, 2, 3), (50, 2, 7), (50, 3, 7)], benchmarks=(-1, -1, -1)))

    def test_a_union_and_its_parts(self):
        self.attack(self.results([(30, 0, 3), (5, 0, 5), (41, 1, 3), (42, 1, 5), (44, 2, 3), (45, 2, 5), (60, 3, 3)],
                                 benchmarks=(-1, -1, -1)))

    def test_chance(self):
        """Random registers: nested, overlapping and equal populations, companies of any size."""
        for seed in range(12):
            with self.subTest(seed):
                chance = random.Random(seed)
                regions, populations = chance.randint(2, 7), chance.randint(1, 4)
                masks = [chance.randrange(1, 2 ** populations) for _ in range(chance.randint(1, 5))]
                masks += [1 << p for p in range(populations)]
                groups = []
                for region in range(regions):
                    for mask in masks:
                        number = chance.choice((0, 1, 3, 9, 10, 11, 25, 60))
                        groups.append((number, region, mask, chance.choice((0, 1, 5, 40)),
                                       *([chance.randint(1, 3)] if chance.random() < 0.2 else [])))
                groups += [(1, 0, 1 << p) for p in range(populations)]
                benchmarks = [-1] + [chance.choice((-1, 0)) for _ in range(populations - 1)]
                results = self.results(groups, regions, benchmarks)
                self.attack(results)
                self.attack(results, self.write("rules.toml", 'empty_cells = "suppress"\nminimum_establishments = 5\n'
                                                'dominance = 0.8\nprotection = 0.5\n'), dominance=0.8)


if __name__ == "__main__":
    program.main()
