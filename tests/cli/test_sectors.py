"""dscore sectors: the report on sector definitions, their problems, and the texts that come with the program."""

import os

from program import Case, call, main, rows_of

NARROW_AND_BROAD = """
note = "made up"
[[population]]
name = "broad"
title = "Food & more"
include = ["10-12", "01.1"]
exclude = ["01.13"]
companies = [7]
[[population]]
name = "narrow"
benchmark = "broad"
subset_of = "broad"
include = ["10", "10.11"]
companies = [7]
"""


class Report(Case):
    def test_says_what_is_covered_shared_and_left_out(self):
        text = self.succeeds("sectors", self.write("s.toml", NARROW_AND_BROAD)).stdout
        for line in (": 2 populations\nmade up\n\nbroad  Food & more\n",
                     "  covers     01.11 01.12 01.14-01.19 10-12 (39 classes)\n  companies  1\n\nnarrow\n",
                     "  benchmark  broad\n  subset of  broad (holds)\n  covers     10 (25 classes)\n",
                     "  remark     include: 10.11 is covered by the others.\n",
                     "\nShared codes\n  broad, narrow: all codes of narrow, 1 company\n",
                     "\nIn no population\n  01.13 01.2-01.7 02-09 13-99 (582 classes)\n"):
            self.assertIn(line, text)

    def test_reads_standard_input(self):
        done = self.succeeds("sectors", "-", stdin=NARROW_AND_BROAD)
        self.assertTrue(done.stdout.startswith("stdin: 2 populations\n"))

    def test_prints_titles_on_demand(self):
        path = self.write("s.toml", '[[population]]\nname = "a"\ninclude = ["01131", "383"]\n')
        text = self.succeeds("sectors", path, "--codes").stdout
        self.assertIn("  01.13.1  Growing of vegetables and melons, roots and tubers\n", text)
        self.assertIn("  38.32    Recovery of sorted materials\n", text)
        self.assertNotIn("Recovery", self.succeeds("sectors", path).stdout)

    def test_csv_has_every_class(self):
        path = self.write("s.toml", NARROW_AND_BROAD)
        rows = rows_of(self.succeeds("sectors", path, "--csv").stdout)
        self.assertEqual(sum(row["population"] == "broad" for row in rows), 39)
        self.assertEqual(sum(row["population"] == "narrow" for row in rows), 25)
        self.assertEqual(rows[0], {"population": "broad", "code": "01.11",
                                   "title": "Growing of cereals (except rice), leguminous crops and oil seeds"})

    def test_lines_fit_a_screen(self):
        path = self.write("s.toml", self.succeeds("sectors", "--example").stdout)
        for line in self.succeeds("sectors", path).stdout.splitlines():
            self.assertLessEqual(len(line.removeprefix(path)), 100)


class Problems(Case):
    def test_all_are_listed(self):
        path = self.write("s.toml", '[[population]]\nname = "a"\ninclude = ["34", "10"]\nbenchmarks = "b"\n')
        done = call("sectors", path)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertEqual(len(done.stdout.splitlines()), 2)
        self.assertIn(f'{path}, line 3, include: "34": the SBI 2008 has no division 34.', done.stdout)
        self.assertIn(f'{path}, line 4, "benchmarks": no key has that name.', done.stdout)

    def test_broken_subset(self):
        path = self.write("s.toml", NARROW_AND_BROAD.replace('["10", "10.11"]', '["10", "13"]'))
        done = call("sectors", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("line 12, subset_of: not in broad: 13. Add it there, or take it away here.", done.stdout)

    def test_csv_prints_no_part_of_a_table(self):
        path = self.write("s.toml", '[[population]]\nname = "a"\ninclude = ["34", "40"]\n')
        self.fails(1, "sectors", path, "--csv", says=["line 3, include", "and 1 more"])

    def test_files_that_are_none(self):
        self.fails(1, "sectors", self.path("none.toml"), says="none.toml")
        self.fails(1, "sectors", self.folder, says=self.folder)
        self.fails(1, "sectors", "/dev/zero", says="longer than 16 MiB")
        done = call("sectors", self.write("binary", os.urandom(1000).replace(b"\x1f", b"a")))
        self.assertEqual(done.returncode, 1)
        self.assertIn("not TOML", done.stdout)

    def test_wrong_calls(self):
        self.fails(2, "sectors", says="FILE is missing")
        self.fails(2, "sectors", "", says="FILE")
        self.fails(2, "sectors", "--example", "--list", says="--list")
        self.fails(2, "sectors", "x", "--csv", "--codes", says="--codes")


class Shipped(Case):
    def test_example_is_in_order_anywhere(self):
        text = self.succeeds("sectors", "--example", cwd=self.folder).stdout
        report = self.succeeds("sectors", self.write("s.toml", text), cwd="/").stdout
        self.assertIn(": 16 populations\n", report)
        self.assertIn("benchmark_industry  Benchmark industrie\n  covers     10-32 38.3 (223 classes)\n", report)
        self.assertIn("  covers     09 33 58-63 69-74 80-82 (72 classes)\n", report)
        self.assertIn("  subset of  agrofood_broad (holds)\n", report)
        self.assertIn("  subset of  htsm_manufacturing (holds)\n", report)
        self.assertEqual(report.count("  note       approximation\n"), 14)

    def test_list_is_a_table_of_codes(self):
        lines = self.succeeds("sectors", "--list").stdout.splitlines()
        self.assertEqual(lines[0], "code\ttitle\tscheme")
        self.assertEqual(len(lines), 1 + 21 + 88 + 272 + 615 + 7)
        self.assertIn("30.11\tBuilding of ships and floating structures\tNACE", lines)


if __name__ == "__main__":
    main()
