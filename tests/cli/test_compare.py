"""dscore compare: results beside published figures, on standard output and as tables."""

import os
import shutil
import subprocess

import program
from program import Case, DSCORE, rows_of

NOTE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "note_2012")
TABLES = ["national_comparison.csv", "regional_comparison.csv", "sector_comparison.csv", "types_comparison.csv",
          "unmatched.csv"]


class Compare(Case):
    @classmethod
    def setUpClass(cls):
        cls.results = os.path.join(program.shared_folder(cls), "res.h5")
        population = cls.results.replace("res", "pop")
        subprocess.run([DSCORE, "synth", "-o", population, "--scale", "0.02", "--quiet"], check=True)
        subprocess.run([DSCORE, "run", population, "-o", cls.results, "--quiet"], check=True, stdout=subprocess.PIPE)

    def table(self, name):
        return rows_of(self.read("out/" + name).decode())

    def note(self):
        return shutil.copytree(NOTE, self.path("note"))


class Text(Compare):
    def test_lays_the_notes_figures_beside_the_results(self):
        done = self.succeeds("compare", self.results)
        self.assertEqual(done.stderr, "")
        self.assertRegex(done.stdout, r"(?m)^creative_media +0\.0503 +0\.\d{4} +[+-]?\d+\.\d % +0\.0319 ")
        self.assertRegex(done.stdout, r"(?m)^chemicals +- +0\.\d{4} +- ")  # blank is missing, not zero
        self.assertRegex(done.stdout, r"(?m)^agrofood_broad +40 +0\.\d{4} ")
        self.assertRegex(done.stdout, r"Types of regions: \d+ of 54 published ones matched; \d+ more regions")
        self.assertNotIn("Not compared", done.stdout)
        self.assertNotIn("Every region", done.stdout)
        self.assertNotIn("nan", done.stdout)

    def test_regions_on_request(self):
        text = self.succeeds("compare", self.results, "--regions").stdout
        self.assertRegex(text, r"(?m)^agrofood_broad +CR01 Oost-Groningen +0\.0092 +0\.\d{4} +[+-]?0\.\d{4} +1\.5850 ")
        self.assertEqual(text.count(" CR17 Utrecht  "), 14 + text[text.index("Types of"):].count(" CR17 Utrecht  "))

    def test_the_same_with_the_shipped_files_as_reference(self):
        own = self.succeeds("compare", self.results, "--regions").stdout
        self.assertEqual(self.succeeds("compare", self.results, "--regions", "--reference", NOTE).stdout, own)

    def test_what_does_not_match_is_listed(self):
        note = self.note()
        for name in ("national_published.csv", "corop_published.csv", "region_types_published.csv"):
            path = os.path.join(note, name)
            with open(path) as file:
                text = file.read().replace("creative_media", "media").replace("CR17", "NL310")
            with open(path, "w") as file:
                file.write(text)
        done = self.succeeds("compare", self.results, "--reference", note, "-d", self.path("out"))
        for line in ("Published, but not here (populations): media",
                     "Here, but not published (populations): creative_media",
                     "Published, but not here (regions): NL310", "Here, but not published (regions): CR17"):
            self.assertIn(line + "\n", done.stdout)
        self.assertEqual([tuple(row.values()) for row in self.table("unmatched.csv")],
                         [("published", "population", "media"), ("computed", "population", "creative_media"),
                          ("published", "region", "NL310"), ("computed", "region", "CR17")])


class Tables(Compare):
    def test_agree_with_the_exported_results(self):
        done = self.succeeds("compare", self.results, "-d", self.path("out"))
        self.assertIn("5 tables", done.stderr)
        self.assertEqual(sorted(os.listdir(self.path("out"))), TABLES)
        self.succeeds("export", self.results, "-d", self.path("tables"))
        exported = {row["population"]: row for row in rows_of(self.read("tables/populations.csv").decode())}
        national = self.table("national_comparison.csv")
        self.assertEqual(len(national), 16 * 6)
        for row in national:
            self.assertEqual(row["computed"], exported[row["population"]][row["statistic"]])
            if row["published"]:
                self.assertAlmostEqual(float(row["difference"]), float(row["computed"]) - float(row["published"]))
            else:
                self.assertEqual((row["difference"], row["relative_difference"]), ("", ""))
        regions = {(row["population"], row["region"]): row for row in rows_of(self.read("tables/regions.csv").decode())}
        regional = self.table("regional_comparison.csv")
        self.assertEqual(len(regional), 14 * 40 * 3)
        for row in regional:
            self.assertEqual(row["computed"], regions[row["population"], row["region"]][row["quantity"]])
        for row in self.table("types_comparison.csv"):
            self.assertEqual(row["computed"], regions[row["population"], row["region"]]["type"])

    def test_agreement_follows_from_the_regional_table(self):
        self.succeeds("compare", self.results, "-d", self.path("out"), "--quiet")
        regional = self.table("regional_comparison.csv")
        sectors = self.table("sector_comparison.csv")
        self.assertEqual(len(sectors), 14 * 3)
        for sector in sectors:
            differences = [float(row["difference"]) for row in regional if row["difference"] and
                           (row["population"], row["quantity"]) == (sector["population"], sector["quantity"])]
            self.assertEqual(int(sector["regions"]), len(differences))
            if differences:
                self.assertAlmostEqual(float(sector["mean_absolute_deviation"]),
                                       sum(map(abs, differences)) / len(differences))
                self.assertAlmostEqual(float(sector["mean_deviation"]), sum(differences) / len(differences))

    def test_quiet(self):
        self.assertEqual(self.succeeds("compare", self.results, "-d", self.path("out"), "--quiet").stderr, "")

    def test_older_tables_are_replaced(self):
        os.mkdir(self.path("out"))
        self.write("out/unmatched.csv", "older")
        self.succeeds("compare", self.results, "-d", self.path("out"))
        self.assertEqual(self.read("out/unmatched.csv").decode(), "side,kind,name\n")


class Errors(Compare):
    def test_calls_that_are_wrong(self):
        self.fails(2, "compare", says="RES.h5")
        self.fails(2, "compare", self.results, "--reference", "", says=("--reference", "empty"))
        self.fails(2, "compare", self.results, "-d", "", says="empty")
        self.fails(2, "compare", self.results, "--csv", says="--csv")

    def test_results_that_are_none(self):
        self.fails(1, "compare", self.path("none.h5"), says="none.h5")
        self.fails(1, "compare", self.results.replace("res", "pop"), says=("pop.h5", "population"))
        self.fails(1, "compare", self.write("text.h5", "hello"), says="text.h5")

    def test_a_reference_that_is_none(self):
        self.fails(1, "compare", self.results, "--reference", self.path("none"), says="none/national_published.csv")
        note = self.note()
        os.remove(os.path.join(note, "region_types_published.csv"))
        self.fails(1, "compare", self.results, "--reference", note, says="region_types_published.csv")
        self.write("note/region_types_published.csv", "sector,corop_code,type\nlsh,CR01,7\n")
        self.fails(1, "compare", self.results, "--reference", note, says=("row 1", "column type", '"7"'))

    def test_nothing_in_common(self):
        self.write("other.csv", "x")
        os.mkdir(self.path("other"))
        self.write("other/national_published.csv",
                   "population,establishments,mean_d,median_d,max_d,p90,p95\nsteel,1,1,1,1,1,1\n")
        self.write("other/corop_published.csv", "sector,corop_code,corop_name,jobs,lq,mean_d\nsteel,X,,1,1,1\n")
        self.write("other/region_types_published.csv", "sector,corop_code,type\nsteel,X,1\n")
        self.fails(1, "compare", self.results, "--reference", self.path("other"), "-d", self.path("out"),
                   says=("res.h5", "none of the populations", "steel"))
        self.assertFalse(os.path.exists(self.path("out")))

    def test_a_folder_that_cannot_be(self):
        self.fails(1, "compare", self.results, "-d", self.write("file", ""), says="file")
        self.fails(1, "compare", self.results, "-d", self.path("file/out"), says=("file/out", "directory"))


if __name__ == "__main__":
    program.main()
