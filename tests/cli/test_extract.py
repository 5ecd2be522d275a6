"""dscore synth --as-extract: raw extracts, imported, scored, and held against the population they were made from."""

import csv
import os
import re

import program
from program import Case

CONFIGURATIONS = ("import.toml", "import_sav.toml", "import_dta.toml")


class Extract(Case):
    def setUp(self):
        super().setUp()
        self.made = self.succeeds("synth", "-o", self.path("direct.h5"), "--as-extract", self.path("extract"), "--scale", "0.03")
        self.configurations = [name for name in CONFIGURATIONS if os.path.exists(self.path("extract/" + name))]

    def tables(self, population):
        self.succeeds("run", self.path(population), "-o", self.path("res.h5"), "--quiet")
        self.succeeds("export", self.path("res.h5"), "-d", self.path("tables"), "--establishments", "--quiet")
        found = []
        for name in ("populations.csv", "regions.csv", "establishments.csv"):
            with open(self.path("tables/" + name), newline="") as file:
                found.append(list(csv.reader(file)))
        return found

    def test_import_gives_the_same_scores(self):
        expected = self.tables("direct.h5")
        self.assertEqual(len(expected[0]), 17)
        self.assertIn("import.toml", self.configurations)
        for configuration in self.configurations:
            with self.subTest(configuration):
                self.succeeds("import", self.path("extract/" + configuration), "-o", self.path("imported.h5"))
                self.assertEqual(self.tables("imported.h5"), expected)

    def test_import_meets_the_dirt_and_counts_it(self):
        reports = []
        for configuration in self.configurations:
            done = self.succeeds("import", self.path("extract/" + configuration), "-o", self.path("imported.h5"))
            reports.append(dict((reason, int(count.replace(",", ""))) for count, reason in
                                re.findall(r"([\d,]+) (?:dropped|kept), (\w+):", done.stdout + done.stderr)))
            kept = re.search(r"establishments \(.*read ([\d,]+) = kept ([\d,]+)", done.stdout + done.stderr)
            self.assertEqual(kept.group(2), "36,000")
        for reason in ("outside_date", "bad_sbi", "unknown_postcode", "duplicate_id", "unmatched_jobs",
                       "jobs_without_establishment"):
            self.assertGreater(reports[0].get(reason, 0), 0, reason)
        for report in reports:
            self.assertEqual(report, reports[0])
        self.fails(1, "import", self.path("extract/import.toml"), "-o", self.path("strict.h5"), "--strict", "--quiet",
                   says="outside_date")

    def test_definitions_are_sound(self):
        self.succeeds("sectors", self.path("extract/sectors.toml"))

    def test_same_seed_same_bytes_and_extract_alone(self):
        self.succeeds("synth", "--as-extract", self.path("again"), "--scale", "0.03")
        self.assertFalse(os.path.exists(self.path("again/direct.h5")))
        for name in sorted(os.listdir(self.path("extract"))):
            self.assertEqual(self.read("again/" + name), self.read("extract/" + name), name)

    def test_refusals(self):
        self.fails(2, "synth", says=("--output", "--as-extract"))
        self.write("file", "")
        self.fails(1, "synth", "--scale", "0.001", "--as-extract", self.path("file/extract"),
                   says=("file/extract", "--as-extract"))
        self.fails(2, "synth", "--as-extract", "", says="empty")


if __name__ == "__main__":
    program.main()
