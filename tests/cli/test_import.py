"""dscore import: from the files of a register to a population file."""

import gzip
import json
import os
import pty
import re
import subprocess

import program
from program import DSCORE, Case, rows_of

# The example that the program prints, as a user would fill it in: without its comments, and jobs in CSV.
EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "import_example.toml")
with open(EXAMPLE, encoding="utf-8") as example:
    LINES = [re.sub(r"\s*#.*", "", line.rstrip()) for line in example]
CONFIG = "".join(line + "\n" for line in LINES if line).replace("jobs.sav", "jobs.csv")
ESTABLISHMENTS = "LBE_ID;BE_ID;NAAM;SBI2008;PC6;DATUM_OPRICHTING;DATUM_OPHEFFING;VERDEELSLEUTEL\r\n" + "".join(
    f"{i};{i // 2};\"Caf\xe9 {i}\";{'1011' if i % 3 else '62.01'};{'1234ab' if i % 2 else '1235 CD'};20010101;;1,5\r\n"
    for i in range(1, 41))
DIRT = "41;9;x;1011;9999ZZ;20010101;;1\r\n42;9;x;1011;1234AB;20110230;;1\r\n"


class ImportCase(Case):
    def setUp(self):
        super().setUp()
        self.write("import.toml", CONFIG)
        self.write("establishments.csv", ESTABLISHMENTS.encode("latin-1"))
        self.write("postcodes.csv", "pc6,rd_x,rd_y,gemeente_code\n"
                                     "1234AB,121000,487000,GM0363\n1235CD,122000,487500,GM0363\n")
        self.write("municipalities.csv", "gemeente_code,corop_code\n363,CR23\n")
        self.write("regions.csv", "corop_code,corop_name,landsdeel\nCR23,Groot-Amsterdam,west\n")
        self.write("jobs.csv", "BE_ID,GEMEENTE,BANEN\n" + "".join(f"{i},0363,{i}\n" for i in range(21)))
        self.write("sectors.toml", '[[population]]\nname = "industry"\ninclude = ["10-32"]\n'
                                   '[[population]]\nname = "software"\nbenchmark = "industry"\ninclude = ["62"]\n')

    def run_import(self, *flags):
        return self.succeeds("import", self.path("import.toml"), "-o", self.path("p.h5"), *flags)


class Chain(ImportCase):
    def test_from_extract_to_results(self):
        done = self.run_import()
        self.assertEqual(done.stdout, "")
        self.assertIn("establishments (establishments.csv): read 40 = kept 40 + dropped 0", done.stderr)
        self.assertIn("40 establishments, 2 populations, 1 regions", done.stderr)
        self.succeeds("validate", self.path("p.h5"))
        self.succeeds("run", self.path("p.h5"), "-o", self.path("r.h5"), "--quiet")
        self.succeeds("export", self.path("r.h5"), "-d", self.path("tables"))
        with open(self.path("tables/populations.csv"), encoding="utf-8") as file:
            rows = rows_of(file.read())
        self.assertEqual([(row["population"], row["establishments"]) for row in rows],
                         [("industry", "27"), ("software", "13")])
        with open(self.path("tables/provenance.json"), encoding="utf-8") as file:
            provenance = json.load(file)
        self.assertEqual(provenance["input"]["import_establishments_kept"], 40)
        self.assertEqual(provenance["input"]["import_config_file"], "import.toml")
        self.assertNotIn(self.folder, json.dumps(provenance))

    def test_same_files_same_bytes(self):
        self.run_import("--quiet")
        first = self.read("p.h5")
        self.run_import("--quiet")
        self.assertEqual(self.read("p.h5"), first)

    def test_gzip_is_unpacked(self):
        self.run_import("--quiet")
        self.write("establishments.csv", gzip.compress(ESTABLISHMENTS.encode("latin-1")))
        os.rename(self.path("establishments.csv"), self.path("establishments.csv.gz"))
        self.write("import.toml", CONFIG.replace("establishments.csv", "establishments.csv.gz"))
        done = self.run_import()
        self.assertIn("read 40 = kept 40", done.stderr)

    def test_works_from_any_folder(self):
        done = subprocess.run([DSCORE, "import", os.path.join(os.path.basename(self.folder), "import.toml"), "-o",
                               self.path("p.h5"), "--quiet"], cwd=os.path.dirname(self.folder),
                              stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, b"")

    def test_progress_on_a_terminal_only(self):
        terminal, other_end = pty.openpty()
        try:
            done = subprocess.run([DSCORE, "import", self.path("import.toml"), "-o", self.path("p.h5")],
                                  stderr=other_end, stdout=subprocess.PIPE, check=False)
            shown = os.read(terminal, 100000).decode()
        finally:
            os.close(terminal)
            os.close(other_end)
        self.assertEqual(done.returncode, 0)
        self.assertIn("] reading ", shown)
        self.assertNotIn("] reading ", self.run_import().stderr)


class Report(ImportCase):
    def setUp(self):
        super().setUp()
        self.write("establishments.csv", (ESTABLISHMENTS + DIRT).encode("latin-1"))

    def test_says_what_was_dropped_and_why(self):
        done = self.run_import()
        self.assertIn("read 42 = kept 40 + dropped 2", done.stderr)
        self.assertIn('1 dropped, unknown_postcode: the postcode is not in the table of postcodes (row 41 "9999ZZ")',
                      done.stderr)
        self.assertIn('(row 42 "20110230")', done.stderr)
        report = json.loads(self.read("p.h5.report.json"))
        for table in report["tables"]:
            dropped = sum(reason["count"] for reason in table["reasons"] if reason["dropped"])
            self.assertEqual(table["read"], table["kept"] + dropped)
            self.assertEqual(table["dropped"], dropped)
        self.assertEqual(report["tables"][0]["reasons"][0],
                         {"reason": "bad_date", "meaning": "a date that cannot be read or does not exist",
                          "dropped": True, "count": 1, "examples": [{"row": 42, "value": "20110230"}]})

    def test_as_csv(self):
        self.run_import("--report", self.path("report.csv"), "--quiet")
        rows = rows_of(self.read("report.csv").decode())
        self.assertEqual(rows[0]["reason"], "read")
        self.assertEqual([row["example_row"] for row in rows if row["reason"] == "unknown_postcode"], ["41"])

    def test_strict_writes_the_report_and_no_population(self):
        done = program.call("import", self.path("import.toml"), "-o", self.path("p.h5"), "--strict")
        self.assertEqual(done.returncode, 1)
        self.assertIn("error: --strict: establishments: bad_date (1), establishments: unknown_postcode (1).", done.stderr)
        self.assertTrue(os.path.exists(self.path("p.h5.report.json")))
        self.assertFalse(os.path.exists(self.path("p.h5")))
        self.fails(1, "import", self.path("import.toml"), "-o", self.path("p.h5"), "--strict", "--quiet",
                   says=("--strict: ", "bad_date (1)"))

    def test_strict_lets_the_expected_pass(self):
        self.write("import.toml", CONFIG + 'expected = ["unknown_postcode", "bad_date"]\n')
        self.run_import("--strict")
        self.assertTrue(os.path.exists(self.path("p.h5")))


class Refusals(ImportCase):
    def refuses(self, *says, code=1):
        before = sorted(os.listdir(self.folder))
        self.fails(code, "import", self.path("import.toml"), "-o", self.path("p.h5"), says=says)
        self.assert_only_files(*before)

    def test_a_column_that_is_not_there(self):
        self.write("import.toml", CONFIG.replace('sbi = "SBI2008"', 'sbi = "SBI"'))
        self.refuses('establishments.csv: no column "SBI". It has "LBE_ID", "BE_ID", "NAAM", "SBI2008",',
                     "establishments.columns.sbi")

    def test_a_key_that_is_not_there(self):
        self.write("import.toml", CONFIG.replace("delimiter", "separator"))
        self.refuses("import.toml, line 3, establishments.separator: there is no such setting")

    def test_files_that_are_not_there(self):
        os.remove(self.path("jobs.csv"))
        self.refuses("jobs.csv: cannot open")
        os.remove(self.path("import.toml"))
        self.refuses("import.toml: cannot open")

    def test_damaged_tables(self):
        for content, says in ((ESTABLISHMENTS + "43;1\r\n", "line 42 (row 41): 2 fields, where the header has 8"),
                              (ESTABLISHMENTS + '43;1;"x;1011;1234AB;20010101;\r\n', "is not closed"),
                              (ESTABLISHMENTS.replace("Caf\xe9 7", "\0"), "a NUL byte"),
                              (ESTABLISHMENTS + "43;1;" + "x" * 10_000_000 + ";1011;;;\r\n", "longer than 1 MiB"),
                              ("", "the file is empty")):
            self.write("establishments.csv", content.encode("latin-1"))
            self.refuses("establishments.csv", says)
        self.write("establishments.csv", gzip.compress(ESTABLISHMENTS.encode("latin-1"))[:-20])
        self.refuses("the gzip data stop too early")

    def test_another_encoding(self):
        self.write("import.toml", CONFIG.replace('encoding = "latin-1"\n', ""))
        self.refuses("establishments.csv, line 2 (row 1): not UTF-8", 'encoding = "latin-1"')
        self.write("establishments.csv", ESTABLISHMENTS.encode("utf-16"))
        self.refuses("encoded as UTF-16")

    def test_a_table_that_is_not_spss(self):
        self.write("establishments.sav", ESTABLISHMENTS.encode("latin-1"))
        self.write("import.toml", CONFIG.replace("establishments.csv", "establishments.sav")
                   .replace('delimiter = ";"\nencoding = "latin-1"\n', ""))
        self.refuses("establishments.sav: not an SPSS file (.sav)")

    def test_calls_that_make_no_sense(self):
        self.fails(2, "import", says="a configuration and -o POP.h5 are needed")
        self.fails(2, "import", self.path("import.toml"), says="-o POP.h5")
        self.fails(2, "import", self.path("import.toml"), "-o", "-", says="HDF5 needs a file")
        self.fails(2, "import", self.path("import.toml"), "-o", self.path("import.toml"), says="is the input as well")
        self.fails(2, "import", self.path("import.toml"), "-o", self.path("p.h5"), "--report",
                   self.path("p.h5"), says="the report and the population")
        self.fails(1, "import", self.path("import.toml"), "-o", self.path("none/p.h5"), says="none")


class Example(Case):
    def test_is_printed_and_complete(self):
        done = self.succeeds("import", "--example")
        self.assertEqual(done.stderr, "")
        self.write("import.toml", done.stdout)
        self.fails(1, "import", self.path("import.toml"), "-o", self.path("p.h5"), says="sectors.toml: cannot open")


if __name__ == "__main__":
    program.main()
