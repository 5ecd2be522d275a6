"""dscore score: every input it must refuse, with the place and a way out."""

import gzip
import os
import subprocess

import program
from program import Case

GOOD = "x_m,y_m\n120000,480000\n123000,480000\n"


class BadInput(Case):
    def refused(self, table, *more, says):
        """A table that cannot be scored leaves no output."""
        self.write("in.csv", table)
        self.fails(1, "score", self.path("in.csv"), "-o", self.path("out.csv"), *more, says=("in.csv", *says))
        self.assert_only_files("in.csv")
        self.fails(1, "score", "-", "-o", "-", *more, says=("stdin", *says), stdin=table)

    def test_missing_file(self):
        self.fails(1, "score", self.path("none.csv"), "-o", self.path("out.csv"), says=("none.csv", "No such file"))
        self.assert_only_files()

    def test_a_folder(self):
        self.fails(1, "score", self.folder, "-o", "-", says=(self.folder, "directory"))

    def test_empty_file(self):
        self.refused("", says=("empty",))

    def test_header_only(self):
        self.refused("x_m,y_m\n", says=("no rows",))

    def test_missing_column_names_those_there_are(self):
        self.refused("rd_x,y_m\n0,0\n", says=('"x_m"', "rd_x", "y_m", "--x"))
        self.refused(GOOD, "--y", "north", says=('"north"', "x_m", "y_m", "--y"))
        self.refused(GOOD, "--weight", "n", says=('"n"', "x_m", "y_m", "--weight"))

    def test_unreadable_numbers_with_row_and_column(self):
        for text in ("58x233", "", " ", "1,5".replace(",", ";"), "0x10", "1e", "--1", "1e999"):
            with self.subTest(text):
                self.refused(f"x_m,y_m\n120000,480000\n120000,{text}\n", says=("line 3", "column y_m", "--y"))

    def test_coordinates_that_are_not_finite_or_too_large(self):
        for text in ("nan", "NaN", "inf", "-inf", "Infinity", "1e9", "-2e8"):
            with self.subTest(text):
                self.refused(f"{GOOD}{text},480000\n", says=("line 4", "x_m"))

    def test_weights_that_count_no_establishments(self):
        for text in ("0", "-1", "1.5", "", "many", "nan", "inf", "5000000000"):
            with self.subTest(text):
                self.refused(f"x_m,y_m,n\n9e4,4e5,1\n9e4,4e5,{text}\n", "--weight", "n", says=("line 3", "column n"))

    def test_ragged_rows(self):
        self.refused(GOOD + "1\n", says=("line 4",))
        self.refused(GOOD + "1,2,3\n", says=("line 4",))

    def test_lines_count_the_header_and_line_ends_in_quotes(self):
        table = 'x_m,y_m,note\n9e4,4e5,"two\nlines"\nhere,4e5,"two\nlines"\n9e4,there,\n9e4,4e5,\n,,\n'
        self.refused(table, says=("line 4 (row 2), column x_m", '"here"', "(and 2 more rows)"))

    def test_bad_rows_before_a_row_that_cannot_be_read(self):
        self.refused("x_m,y_m\nhere,4e5\n,4e5\n9e4\n", says=("line 2", '"here"', "(and at least 1 more row)"))
        self.refused("x_m,y_m\nhere,4e5\n9e4\n", says=("line 2", '"here"', "Rows behind it are bad as well"))

    def test_points_outside_the_netherlands(self):
        for x, y, guess in ((5.1, 52.1, "degrees"), (52.1, 5.1, "degrees"), (121.5, 487.2, "kilometres"),
                            (487.2, 121.5, "kilometres, and swapped"), (487000, 121000, "--x y_m --y x_m"),
                            (0, 0, "missing"), (687000, 5800000, "EPSG:28992"), (120000, 640001, "EPSG:28992"),
                            (-10001, 300000, "EPSG:28992")):
            with self.subTest(x=x, y=y):
                self.refused(f"{GOOD}{x},{y}\n{x},{y}\n{x},{y}\n",
                             says=("line 4", f"{x}, {y} lies outside the Netherlands", guess, "--any-coordinates",
                                   "(and 2 more rows)"))
        self.succeeds("score", "-", "-o", "-", stdin="x_m,y_m\n-10000,280000\n300000,640000\n")

    def test_another_delimiter(self):
        table = GOOD.replace(",", ";")
        self.refused(table, says=('one column "x_m;y_m"', "--delimiter ';'"))
        self.refused(GOOD.replace(",", "\t"), says=("one column", "--delimiter tab"))
        self.refused(GOOD, "--delimiter", ";", says=('one column "x_m,y_m"', "--delimiter ','"))

    def test_another_decimal_sign(self):
        self.refused("x_m;y_m\n120000;480000\n121000,5;480000\n", "--delimiter", ";",
                     says=("line 3", "column x_m", '"121000,5"', "--decimal ','"))
        self.refused("x_m;y_m\n120000.5;480000\n", "--delimiter", ";", "--decimal", ",",
                     says=("line 2", '"120000.5"', "--decimal"))
        self.refused("x_m;y_m\n120.000,5;480000\n", "--delimiter", ";", "--decimal", ",",
                     says=("line 2", '"120.000,5"', "thousands"))

    def test_a_column_spelled_otherwise(self):
        self.refused("id,X_M, y_m\n1,9e4,4e5\n", says=('Did you mean "X_M"?', '"id", "X_M", " y_m"', "--x"))
        self.refused("id,x_m, y_m\n1,9e4,4e5\n", says=('Did you mean " y_m"?', "--y"))

    def test_no_header(self):
        self.refused("120000,480000\n120000,480001\n", says=("no header", '"120000,480000"'))
        self.refused("120000,5;480000\n", "--delimiter", ";", says=("no header", '"120000,5;480000"'))
        self.refused("1,120000,480000,1\n", says=("no header",))

    def test_existing_d_score_column(self):
        self.refused("x_m,y_m,d_score\n0,0,1\n", says=("d_score",))

    def test_columns_of_the_same_name(self):
        self.refused("x_m,y_m,x_m\n0,0,1\n", says=("x_m",))

    def test_open_quote(self):
        self.refused('x_m,y_m\n0,"0\n', says=("line 2",))

    def test_truncated_and_damaged_gzip(self):
        packed = gzip.compress(program.random_points(2000).encode())
        self.refused(packed[: len(packed) // 2], says=())
        self.refused(packed[:-4] + b"\0\0\0\0", says=())

    def test_something_else_entirely(self):
        self.refused(b"\x7fELF\x02\x01\x01\0\0\0\0\n\0\0", says=())

    def test_unreadable_input(self):
        program_for_all = self.as_ordinary_user()
        path = self.write("in.csv", GOOD)
        os.chmod(path, 0)
        done = subprocess.run([*program_for_all, "score", path, "-o", "-"], capture_output=True, text=True,
                              timeout=program.TIMEOUT_S)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"\Aerror: .*in\.csv.*Permission denied.*\n\Z")


class Device(Case):
    def test_cuda_that_cannot_be_used_says_why(self):
        info = self.succeeds("info").stdout
        self.write("in.csv", GOOD)
        if "cpu only: " not in info:
            self.succeeds("score", self.path("in.csv"), "-o", "-", "--device", "cuda", "--threads", "1")
            return
        reason = info.split("cpu only: ")[1].splitlines()[0]
        self.fails(1, "score", self.path("in.csv"), "-o", self.path("out.csv"), "--device", "cuda",
                   says=("--device cuda: ", reason))
        self.assert_only_files("in.csv")
        automatic = self.succeeds("score", self.path("in.csv"), "-o", "-", "--device", "auto").stdout
        self.assertEqual(automatic, self.succeeds("score", self.path("in.csv"), "-o", "-", "--device", "cpu").stdout)


if __name__ == "__main__":
    program.main()
