"""dscore score: every input it must refuse, with the place and a way out."""

import gzip
import os
import subprocess

import program
from program import Case

GOOD = "x_m,y_m\n0,0\n3000,0\n"


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
                self.refused(f"x_m,y_m\n0,0\n0,{text}\n", says=("row 2", "column y_m", "--y"))

    def test_coordinates_that_are_not_finite_or_too_large(self):
        for text in ("nan", "NaN", "inf", "-inf", "Infinity", "1e9", "-2e8"):
            with self.subTest(text):
                self.refused(f"x_m,y_m\n0,0\n3,4\n{text},0\n", says=("row 3", "x_m"))

    def test_weights_that_count_no_establishments(self):
        for text in ("0", "-1", "1.5", "", "many", "nan", "inf", "5000000000"):
            with self.subTest(text):
                self.refused(f"x_m,y_m,n\n0,0,1\n3,4,{text}\n", "--weight", "n", says=("row 2", "n"))

    def test_ragged_rows(self):
        self.refused("x_m,y_m\n0,0\n1\n", says=("row 2",))
        self.refused("x_m,y_m\n0,0\n1,2,3\n", says=("row 2",))

    def test_existing_d_score_column(self):
        self.refused("x_m,y_m,d_score\n0,0,1\n", says=("d_score",))

    def test_columns_of_the_same_name(self):
        self.refused("x_m,y_m,x_m\n0,0,1\n", says=("x_m",))

    def test_open_quote(self):
        self.refused('x_m,y_m\n0,"0\n', says=("row 1",))

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
