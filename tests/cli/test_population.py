"""dscore synth, run, export and validate: from nothing to tables."""

import json
import math
import os
import shutil
import tempfile

import program
from program import Case, call, rows_of

SCALE = "0.01"
POPULATION_COLUMNS = ("population,name,benchmark,establishments,locations,mean_d,median_d,max_d,p90,p95,"
                      "share_above_p90,share_above_p95,pairs_within_threshold")
REGION_COLUMNS = "population,region,region_name,establishments,jobs,lq,mean_d,share_above_p90,share_above_p95,type"
ESTABLISHMENT_COLUMNS = "population,establishment,x_m,y_m,region,jobs,d_score,decile,cluster"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def quantile7(values, p):
    values = sorted(values)
    at = (len(values) - 1) * p
    low = math.floor(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


class Made:
    """A population, its results and its tables, made once."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dscore-test-")
        self.population = os.path.join(self.folder, "pop.h5")
        self.results = os.path.join(self.folder, "res.h5")
        self.tables = os.path.join(self.folder, "tables")
        self.synth = call("synth", "-o", self.population, "--scale", SCALE)
        self.run = call("run", self.population, "-o", self.results, "--threads", "1", "--large-share", "0.04")
        self.export = call("export", self.results, "-d", self.tables, "--establishments")

    def table(self, name):
        return read(os.path.join(self.tables, name)).decode()


made = None


def setUpModule():
    global made
    made = Made()


def tearDownModule():
    shutil.rmtree(made.folder, ignore_errors=True)


class Chain(Case):
    def test_every_step_succeeds_and_keeps_stdout_for_results(self):
        for done in (made.synth, made.run, made.export):
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(made.synth.stdout, "")
        self.assertEqual(made.run.stderr, "")
        self.assertEqual(made.export.stdout, "")

    def test_same_seed_same_bytes(self):
        self.succeeds("synth", "-o", self.path("again.h5"), "--scale", SCALE)
        self.assertEqual(self.read("again.h5"), read(made.population))
        self.succeeds("synth", "-o", self.path("other.h5"), "--scale", SCALE, "--seed", "7")
        self.assertNotEqual(self.read("other.h5"), read(made.population))

    def test_run_prints_the_summary_of_all_populations(self):
        lines = made.run.stdout.splitlines()
        self.assertRegex(lines[0], r"^population +establishments +locations +mean d +median +max +P90 +P95 ")
        populations = rows_of(made.table("populations.csv"))
        self.assertEqual(len(populations), 16)
        for line, row in zip(lines[1:], populations):
            cells = line.split()
            self.assertEqual(cells[0], row["population"])
            self.assertEqual(cells[1].replace(",", ""), row["establishments"])
            self.assertEqual(cells[2].replace(",", ""), row["locations"])
            expected = [f"{float(row[name]):.4f}" for name in ("mean_d", "median_d", "max_d", "p90", "p95")]
            self.assertEqual(cells[3:8], expected)
        self.assertEqual(lines[17], "")
        self.assertRegex(lines[18], r"^read [\d.]+ s, run [\d.]+ s, write [\d.]+ s; ")
        width = {len(line) for line in lines[1:3]}
        self.assertEqual(len(width), 1)

    def test_quiet_is_quiet(self):
        for args in (("synth", "-o", self.path("pop.h5"), "--scale", "0.001"),
                     ("run", self.path("pop.h5"), "-o", self.path("res.h5")),
                     ("export", self.path("res.h5"), "-d", self.path("tables"))):
            done = self.succeeds(*args, "--quiet")
            self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_threads_and_precisions(self):
        def tables(name, *more):
            self.succeeds("run", made.population, "-o", self.path(name), *more)
            self.succeeds("export", self.path(name), "-d", self.path(name + ".d"), "--establishments")
            return [read(self.path(f"{name}.d/{table}")) for table in ("populations.csv", "regions.csv",
                                                                       "establishments.csv")]
        one = tables("one.h5", "--threads", "1", "--large-share", "0.04")
        two = tables("two.h5", "--threads", "2", "--large-share", "0.04")
        self.assertEqual(one, two)
        self.assertEqual(one[0].decode(), made.table("populations.csv"))
        mixed = tables("mixed.h5", "--precision", "mixed")
        for a, b in zip(rows_of(one[2].decode()), rows_of(mixed[2].decode())):
            self.assertLessEqual(abs(float(a["d_score"]) - float(b["d_score"])), 1e-6 * float(a["d_score"]))
        for a, b in zip(rows_of(one[0].decode()), rows_of(mixed[0].decode())):
            self.assertEqual(a["pairs_within_threshold"], b["pairs_within_threshold"])

    def test_quantile_type_changes_p90(self):
        self.succeeds("run", made.population, "-o", self.path("res.h5"), "--quantile-type", "4")
        self.succeeds("export", self.path("res.h5"), "-d", self.path("tables"))
        type4 = rows_of(self.read("tables/populations.csv").decode())
        type7 = rows_of(made.table("populations.csv"))
        self.assertTrue(any(a["p90"] != b["p90"] for a, b in zip(type4, type7)))
        self.assertEqual([row["mean_d"] for row in type4], [row["mean_d"] for row in type7])

    def test_rules_change_scores(self):
        self.succeeds("run", made.population, "-o", self.path("res.h5"), "--threshold-rule", "shift")
        self.succeeds("export", self.path("res.h5"), "-d", self.path("tables"))
        for shift, cap in zip(rows_of(self.read("tables/populations.csv").decode()),
                              rows_of(made.table("populations.csv"))):
            self.assertLess(float(shift["mean_d"]), float(cap["mean_d"]))
            self.assertEqual(shift["pairs_within_threshold"], cap["pairs_within_threshold"])

    def test_config_file(self):
        self.write("settings.ini", "threshold-km = 2\nlarge-share = 0.1\nthreads = 1\n")
        self.succeeds("run", made.population, "-o", self.path("res.h5"), "--config", self.path("settings.ini"))
        self.succeeds("export", self.path("res.h5"), "-d", self.path("tables"))
        record = json.loads(self.read("tables/provenance.json"))
        self.assertEqual((record["threshold_km"], record["large_share"], record["threads"]), (2, 0.1, 1))


class Tables(Case):
    def setUp(self):
        super().setUp()
        self.populations = rows_of(made.table("populations.csv"))
        self.regions = rows_of(made.table("regions.csv"))
        self.members = {}
        for row in rows_of(made.table("establishments.csv")):
            self.members.setdefault(row["population"], []).append(row)

    def test_columns(self):
        for name, columns in (("populations.csv", POPULATION_COLUMNS), ("regions.csv", REGION_COLUMNS),
                              ("establishments.csv", ESTABLISHMENT_COLUMNS)):
            self.assertEqual(made.table(name).splitlines()[0], columns)

    def test_establishments_are_written_on_request_only(self):
        self.succeeds("export", made.results, "-d", self.path("tables"))
        self.assertEqual(sorted(os.listdir(self.path("tables"))), ["populations.csv", "provenance.json", "regions.csv"])
        self.assertEqual(self.read("tables/populations.csv").decode(), made.table("populations.csv"))

    def test_older_tables_are_replaced(self):
        os.mkdir(self.path("tables"))
        self.write("tables/populations.csv", "old")
        self.succeeds("export", made.results, "-d", self.path("tables"))
        self.assertEqual(self.read("tables/populations.csv").decode(), made.table("populations.csv"))

    def test_statistics_follow_from_the_establishments(self):
        p90 = {row["population"]: float(row["p90"]) for row in self.populations}
        p95 = {row["population"]: float(row["p95"]) for row in self.populations}
        for row in self.populations:
            with self.subTest(row["population"]):
                members = self.members[row["population"]]
                d = [float(member["d_score"]) for member in members]
                self.assertEqual(len(d), int(row["establishments"]))
                self.assertEqual(len({(m["x_m"], m["y_m"]) for m in members}), int(row["locations"]))
                self.assertAlmostEqual(math.fsum(d) / len(d), float(row["mean_d"]), places=12)
                self.assertEqual(max(d), float(row["max_d"]))
                for name, p in (("median_d", 0.5), ("p90", 0.9), ("p95", 0.95)):
                    self.assertAlmostEqual(quantile7(d, p), float(row[name]), places=12)
                if row["benchmark"]:
                    for name, bound in (("share_above_p90", p90), ("share_above_p95", p95)):
                        above = sum(value > bound[row["benchmark"]] for value in d)
                        self.assertAlmostEqual(above / len(d), float(row[name]), places=12)
                else:
                    self.assertEqual((row["share_above_p90"], row["share_above_p95"]), ("", ""))
        self.assertEqual(sum(row["benchmark"] == "" for row in self.populations), 2)

    def test_scores_and_pairs_of_the_smallest_population_by_definition(self):
        row = min(self.populations, key=lambda row: int(row["establishments"]))
        points = [(float(m["x_m"]), float(m["y_m"])) for m in self.members[row["population"]]]
        for member, expected in zip(self.members[row["population"]], program.expected_scores(points)):
            self.assertLessEqual(abs(float(member["d_score"]) - expected), 1e-11 * expected)
        near = sum((ax - bx) ** 2 + (ay - by) ** 2 < 1000 ** 2 for i, (ax, ay) in enumerate(points)
                   for j, (bx, by) in enumerate(points) if i != j)
        self.assertEqual(near, int(row["pairs_within_threshold"]))

    def test_deciles_and_clusters(self):
        bounds = {row["population"]: (float(row["p90"]), float(row["p95"])) for row in self.populations}
        for row in self.populations:
            strong, very_strong = bounds[row["benchmark"]] if row["benchmark"] else (math.inf, math.inf)
            members = self.members[row["population"]]
            for member in members:
                d = float(member["d_score"])
                expected = "very_strong" if d > very_strong else "strong" if d > strong else ""
                self.assertEqual(member["cluster"], expected)
                self.assertIn(member["decile"], [str(k) for k in range(1, 11)])
            by_score = sorted(members, key=lambda member: float(member["d_score"]))
            deciles = [int(member["decile"]) for member in by_score]
            self.assertEqual(deciles, sorted(deciles))

    def test_regions_follow_from_the_establishments(self):
        mean = {row["population"]: float(row["mean_d"]) for row in self.populations}
        benchmark = {row["population"]: row["benchmark"] for row in self.populations}
        self.assertEqual(len(self.regions), 16 * 40)
        for row in self.regions:
            population = self.members[row["population"]]
            members = [member for member in population if member["region"] == row["region"]]
            self.assertEqual(len(members), int(row["establishments"]))
            jobs = math.fsum(float(member["jobs"]) for member in members)
            self.assertAlmostEqual(jobs, float(row["jobs"]), places=6)
            if not members:
                self.assertEqual((row["mean_d"], row["share_above_p90"], row["type"]), ("", "", ""))
                continue
            self.assertAlmostEqual(math.fsum(float(m["d_score"]) for m in members) / len(members),
                                   float(row["mean_d"]), places=12)
            expected = ""
            if benchmark[row["population"]] and float(row["mean_d"]) > mean[benchmark[row["population"]]]:
                large = jobs >= 0.04 * math.fsum(float(member["jobs"]) for member in population)
                special = float(row["lq"]) > 1
                expected = {(True, True): "1", (True, False): "2", (False, True): "3"}.get((special, large), "")
            self.assertEqual(row["type"], expected, row)

    def test_location_quotients_average_to_one(self):
        """The shares of the register that a sector implies, n_rs / n_s / LQ_rs = w_r, agree and add up to one."""
        shares = {}
        for row in self.regions:
            if row["lq"] and float(row["lq"]) > 0:
                total = sum(int(r["establishments"]) for r in self.regions if r["population"] == row["population"])
                share = int(row["establishments"]) / total / float(row["lq"])
                self.assertAlmostEqual(shares.setdefault(row["region"], share), share, places=12)
        self.assertAlmostEqual(sum(shares.values()), 1, places=9)

    def test_numbers_are_the_shortest_that_read_back_the_same(self):
        for row in self.populations:
            for name in ("mean_d", "median_d", "max_d", "p90", "p95"):
                self.assertEqual(row[name], repr(float(row[name])))

    def test_provenance(self):
        import hashlib
        record = json.loads(made.table("provenance.json"))
        self.assertEqual(record["input"]["synthetic"], 1)
        self.assertEqual(record["input_file"], "pop.h5")
        self.assertEqual(record["input_sha256"], hashlib.sha256(read(made.population)).hexdigest())
        self.assertIn(record["version"], self.succeeds("--version").stdout)
        self.assertEqual(record["large_share"], 0.04)
        self.assertEqual(record["threads"], 1)
        self.assertEqual(record["quantile_type"], 7)
        for name in ("read_s", "merge_s", "pairs_s"):
            self.assertGreaterEqual(record[name], 0)


class WrongFiles(Case):
    def test_the_wrong_kind_of_file(self):
        self.fails(1, "run", made.results, "-o", self.path("out.h5"), says=("res.h5", "results"))
        self.fails(1, "export", made.population, "-d", self.path("out"), says=("pop.h5", "population"))
        self.fails(1, "score", made.population, "-o", self.path("out.h5"), says=("pop.h5", "dscore run"))
        self.fails(1, "score", made.results, "-o", self.path("out.h5"), says=("res.h5", "results"))
        self.assert_only_files()

    def test_not_a_file_of_ours(self):
        table = self.write("table.csv", "x_m,y_m\n0,0\n")
        empty = self.write("empty.h5", "")
        for path in (table, empty, self.path("none.h5"), self.folder):
            for args in (("run", path, "-o", self.path("out.h5")), ("export", path, "-d", self.path("out"))):
                self.fails(1, *args, says=(path,))
        self.assert_only_files("table.csv", "empty.h5")

    def test_truncated(self):
        for name, whole, args in (("pop.h5", made.population, ("run", "-o", self.path("out.h5"))),
                                  ("res.h5", made.results, ("export", "-d", self.path("out")))):
            content = read(whole)
            for size in (100, len(content) // 2, len(content) * 9 // 10):
                path = self.write(name, content[:size])
                self.fails(1, *args, path, says=(name,))
                self.assertEqual(call("validate", path).returncode, 1)

    def test_damaged_bytes_are_noticed_or_harmless(self):
        """A byte flipped anywhere never crashes the program or hangs it."""
        content = bytearray(read(made.population))
        for place in range(0, len(content), max(1, len(content) // 25)):
            content[place] ^= 0xFF
            path = self.write("pop.h5", bytes(content))
            self.assertIn(call("validate", path).returncode, (0, 1))
            content[place] ^= 0xFF

    def test_folder_for_tables_that_cannot_be(self):
        self.write("file", "")
        for path in ("file", "file/tables"):
            self.fails(1, "export", made.results, "-d", self.path(path), says=path)
        self.assert_only_files("file")

    def test_folder_for_tables_is_made_with_its_parents(self):
        self.succeeds("export", made.results, "-d", self.path("a/b/c"))
        self.assertIn("regions.csv", os.listdir(self.path("a/b/c")))


class Validate(Case):
    def test_good_files(self):
        text = self.succeeds("validate", made.population).stdout
        self.assertRegex(text, r"pop\.h5: a valid population file, schema 1, [\d,]+ establishments, 16 populations, "
                               r"40 regions\n\Z")
        text = self.succeeds("validate", made.results).stdout
        self.assertRegex(text, r"res\.h5: a valid results file, schema 1, ")

    def test_files_that_are_not_ours(self):
        for path in (self.write("a.csv", "x_m,y_m\n"), self.write("b.h5", ""), self.path("none.h5"), self.folder):
            done = call("validate", path)
            self.assertEqual(done.returncode, 1)
            self.assertEqual(done.stderr, "")
            self.assertRegex(done.stdout, r"\A[^\n]+\n\Z")
            self.assertIn(path, done.stdout)


if __name__ == "__main__":
    program.main()
