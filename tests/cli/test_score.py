"""dscore score on CSV: what it computes, reads and writes."""

import gzip
import json
import os

import program
from program import Case, expected_scores, rows_of

# Distances by hand (km): AB 0.5, AC 2, AD 4, BC sqrt(0.25 + 4), BD sqrt(0.25 + 16), CD sqrt(4 + 16).
POINTS = [(90000, 400000), (90500, 400000), (90000, 402000), (90000, 396000)]
TABLE = "x_m,y_m\n" + "".join(f"{x},{y}\n" for x, y in POINTS)


class Scores(Case):
    def score(self, table, *more):
        """The d_score column for a table given on stdin."""
        rows = rows_of(self.succeeds("score", "-", "-o", "-", "--any-coordinates", *more, stdin=table).stdout)
        return [row["d_score"] for row in rows]

    def assert_close(self, texts, expected, tolerance=1e-12):
        self.assertEqual(len(texts), len(expected))
        for text, value in zip(texts, expected):
            self.assertLessEqual(abs(float(text) - value), tolerance * abs(value), (text, value))

    def test_four_points_by_hand(self):
        a = (1 + 1 / 2 + 1 / 4) / 3  # B is nearer than 1 km and counts as 1 km
        b = (1 + 1 / 4.25 ** 0.5 + 1 / 16.25 ** 0.5) / 3
        c = (1 / 2 + 1 / 4.25 ** 0.5 + 1 / 6) / 3
        d = (1 / 4 + 1 / 16.25 ** 0.5 + 1 / 6) / 3
        self.assert_close(self.score(TABLE), [a, b, c, d])

    def test_rules_and_thresholds(self):
        for rule in ("cap", "exclude", "shift", "none"):
            for threshold in (0.5, 1, 3):
                with self.subTest(rule=rule, threshold=threshold):
                    scores = self.score(TABLE, "--threshold-rule", rule, "--threshold-km", threshold)
                    self.assert_close(scores, expected_scores(POINTS, threshold, rule))

    def test_a_pair_at_the_threshold_is_not_within_it(self):
        for precision in ("double", "mixed"):
            scores = self.score("x_m,y_m\n100000,200000\n100600,200800\n", "--threshold-rule", "exclude",
                                "--precision", precision)
            self.assert_close(scores, [1, 1], 1e-6)

    def test_precisions(self):
        table = program.random_points(700)
        double = self.score(table, "--precision", "double")
        points = [tuple(map(float, line.split(","))) for line in table.split()[1:]]
        self.assert_close(double, expected_scores(points))
        self.assert_close(self.score(table, "--precision", "mixed"), list(map(float, double)), 1e-6)

    def test_one_establishment_has_no_score(self):
        self.assertEqual(self.score("x_m,y_m\n10,20\n"), [""])

    def test_two_coincident_establishments(self):
        self.assert_close(self.score("x_m,y_m\n10,20\n10,20\n"), [1, 1])
        self.assert_close(self.score("x_m,y_m\n10,20\n10,20\n", "--threshold-rule", "none"), [0, 0])

    def test_weight_is_a_number_of_establishments(self):
        weighted = "x_m,y_m,n\n0,0,3\n500,0,1\n0,2000,2\n"
        expanded = "x_m,y_m\n" + "0,0\n" * 3 + "500,0\n" + "0,2000\n" * 2
        by_row = self.score(expanded)
        self.assert_close(self.score(weighted, "--weight", "n"), [float(by_row[i]) for i in (0, 3, 4)])

    def test_scores_do_not_exceed_one_over_the_threshold(self):
        """All within t of each other: every score is 1/t to the last digit, so that none is above the others' P90."""
        near = "x_m,y_m\n" + "".join(f"{x * 0.37:.2f},{x * x % 89}\n" for x in range(1000))
        for precision in ("double", "mixed"):
            self.assertEqual(set(self.score(near, "--precision", precision)), {"1"})
            self.assertEqual(set(self.score(near, "--precision", precision, "--threshold-km", "0.5")), {"2"})

    def test_equal_places_have_equal_scores(self):
        table = program.random_points(300, size_m=3000)
        scores = self.score(table + "".join(line + "\n" for line in reversed(table.split()[1:])))
        self.assertEqual(scores[:300], scores[:299:-1])

    def test_a_weight_of_one_row_counts(self):
        self.assert_close(self.score("x_m,y_m,n\n0,0,5\n", "--weight", "n"), [1])

    def test_threads_give_the_same_bytes(self):
        table = program.random_points(3000)
        for precision in ("double", "mixed"):
            one, two, three = (self.succeeds("score", "-", "-o", "-", "--precision", precision, "--threads", n,
                                             stdin=table).stdout for n in (1, 2, 3))
            self.assertEqual(one, two)
            self.assertEqual(one, three)

    def test_numbers_read_back_as_the_same_double(self):
        table = program.random_points(500)
        for text in self.score(table):
            self.assertEqual(float(text), float(repr(float(text))))
            self.assertLessEqual(len(text.replace("0.", "").lstrip("0")), 17 + len("e-05"))
        self.assertEqual(self.score(table), [repr(float(t)) for t in self.score(table)])


class Tables(Case):
    def test_input_columns_are_kept_as_they_are(self):
        table = 'id,x_m,remark,y_m\r\n007,90000,"a, ""b""",4e5\r\n008,93.0e3,,400000\r\n'
        done = self.succeeds("score", "-", "-o", "-", stdin=table)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], "id,x_m,remark,y_m,d_score")
        self.assertTrue(lines[1].startswith('007,90000,"a, ""b""",4e5,0.3333333333'))
        self.assertTrue(lines[2].startswith("008,93.0e3,,400000,0.3333333333"))

    def test_columns_are_named_by_flags(self):
        done = self.succeeds("score", "-", "-o", "-", "--x", "rd x", "--y", "rd y",
                             stdin="rd y,rd x\n400000,90000\n400000,94000\n")
        for row in rows_of(done.stdout):
            self.assertAlmostEqual(float(row["d_score"]), 0.25, places=12)

    def test_file_to_file(self):
        self.write("in.csv", TABLE)
        done = self.succeeds("score", self.path("in.csv"), "-o", self.path("out.csv"))
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.read("out.csv").decode(), self.succeeds("score", "-", "-o", "-", stdin=TABLE).stdout)

    def test_an_existing_output_is_replaced(self):
        self.write("in.csv", TABLE)
        self.write("out.csv", "old")
        self.succeeds("score", self.path("in.csv"), "-o", self.path("out.csv"))
        self.assertEqual(len(rows_of(self.read("out.csv").decode())), 4)

    def test_gzip_input(self):
        expected = self.succeeds("score", "-", "-o", "-", stdin=TABLE).stdout
        self.write("in.csv.gz", gzip.compress(TABLE.encode()))
        self.assertEqual(self.succeeds("score", self.path("in.csv.gz"), "-o", "-").stdout, expected)
        self.assertEqual(self.succeeds("score", "-", "-o", "-", stdin=gzip.compress(TABLE.encode())).stdout, expected)

    def test_output_to_a_device(self):
        self.write("in.csv", TABLE)
        self.succeeds("score", self.path("in.csv"), "-o", "/dev/null")
        self.assertTrue(os.path.exists("/dev/null") and not os.path.isfile("/dev/null"))


class OtherCsv(Case):
    def test_semicolons_and_decimal_commas(self):
        table = "x_m;y_m\n120000,5;480000\n122000,5;480000,0\n"
        done = self.succeeds("score", "-", "-o", "-", "--delimiter", ";", "--decimal", ",", "--threshold-km", "4",
                             stdin=table)
        self.assertEqual(done.stdout, "x_m;y_m;d_score\n120000,5;480000;0,25\n122000,5;480000,0;0,25\n")

    def test_tabs(self):
        table = "x_m\ty_m\n120000.5\t480000\n122000.5\t480000\n"
        for name in ("tab", "\t", "\\t"):
            done = self.succeeds("score", "-", "-o", "-", "--delimiter", name, "--threshold-km", "4", stdin=table)
            self.assertEqual(done.stdout.splitlines()[1], "120000.5\t480000\t0.25")

    def test_decimal_commas_between_commas_stand_in_quotes(self):
        table = 'x_m,y_m\n"120000,5",480000\n"122000,5",480000\n'
        done = self.succeeds("score", "-", "-o", "-", "--decimal", ",", "--threshold-km", "4", stdin=table)
        self.assertEqual(done.stdout.splitlines()[1], '"120000,5",480000,"0,25"')

    def test_points_anywhere_on_a_metric_plane(self):
        table = "x_m,y_m\n0,0\n-2000,0\n"
        done = self.succeeds("score", "-", "-o", "-", "--any-coordinates", "--threshold-km", "4", stdin=table)
        self.assertEqual([row["d_score"] for row in rows_of(done.stdout)], ["0.25", "0.25"])


class Provenance(Case):
    def test_settings_checksum_version_and_times_are_recorded(self):
        import hashlib
        self.write("in.csv", TABLE)
        self.succeeds("score", self.path("in.csv"), "-o", self.path("out.csv"), "--threshold-km", "2", "--threads", "1",
                      "--device", "cpu", "--precision", "mixed", "--quantile-type", "6")
        self.assert_only_files("in.csv", "out.csv", "out.csv.provenance.json")
        record = json.loads(self.read("out.csv.provenance.json"))
        self.assertEqual(record["input_file"], "in.csv")
        self.assertEqual(record["input_sha256"], hashlib.sha256(TABLE.encode()).hexdigest())
        self.assertIn(record["version"], self.succeeds("--version").stdout)
        self.assertEqual(record["threshold_km"], 2)
        self.assertEqual(record["threshold_rule"], "cap")
        self.assertEqual(record["threads"], 1)
        self.assertEqual(record["precision"], "mixed")
        self.assertEqual(record["quantile_type"], 6)
        self.assertNotIn("large_share", record)
        self.assertIn("cpu", record["device"])
        for name in ("read_s", "merge_s", "pairs_s"):
            self.assertGreaterEqual(record[name], 0)

    def test_statistics_are_recorded(self):
        scores = sorted(expected_scores(POINTS))
        self.write("in.csv", TABLE)
        self.succeeds("score", self.path("in.csv"), "-o", self.path("out.csv"), "--quiet")
        record = json.loads(self.read("out.csv.provenance.json"))
        self.assertEqual((record["establishments"], record["locations"]), (4, 4))
        for name, value in (("mean_d", sum(scores) / 4), ("median_d", (scores[1] + scores[2]) / 2),
                            ("max_d", scores[3]), ("p90", scores[2] + 0.7 * (scores[3] - scores[2])),
                            ("p95", scores[2] + 0.85 * (scores[3] - scores[2]))):
            self.assertAlmostEqual(record[name], value, places=12, msg=name)
        self.write("one.csv", "x_m,y_m\n90000,400000\n")
        self.succeeds("score", self.path("one.csv"), "-o", self.path("out.csv"))
        self.assertIsNone(json.loads(self.read("out.csv.provenance.json"))["mean_d"])

    def test_threads_are_recorded_as_used(self):
        self.write("in.csv", TABLE)
        for threads, flags in ((3, ()), (2, ("--threads", "2"))):
            self.succeeds("score", self.path("in.csv"), "-o", self.path("out.csv"), *flags,
                          env={**os.environ, "OMP_NUM_THREADS": "3"})
            self.assertEqual(json.loads(self.read("out.csv.provenance.json"))["threads"], threads)

    def test_settings_of_a_config_file_are_recorded_as_used(self):
        self.write("in.csv", TABLE)
        self.write("ours.ini", "threshold-km = 3\nthreshold-rule = exclude\n")
        self.succeeds("score", self.path("in.csv"), "-o", self.path("out.csv"), "--config", self.path("ours.ini"),
                      "--threshold-rule", "shift")
        record = json.loads(self.read("out.csv.provenance.json"))
        self.assertEqual((record["threshold_km"], record["threshold_rule"]), (3, "shift"))


class Summary(Case):
    def summary(self, table, *more):
        return self.succeeds("score", "-", "-o", "-", "--any-coordinates", *more, stdin=table).stderr

    def test_says_what_was_scored(self):
        text = self.summary(TABLE + "90000,400000\n")
        for part in ("establishments", "locations", "mean", "median", "max", "P90", "P95", "pairs/s"):
            self.assertIn(part, text)
        # within 1 km: A and its copy, and each of them with B, both ways
        self.assertIn("6 ordered pairs within the threshold, 2 of them coincident", text)

    def test_quantile_type_changes_p90(self):
        # Ten scores by definition; P90 of type 7 lies at 9.1 of 10 sorted values, of type 1 at the ninth.
        table = "x_m,y_m\n" + "".join(f"{1000 * 2 ** k},0\n" for k in range(10))
        scores = sorted(expected_scores([(1000 * 2 ** k, 0) for k in range(10)]))
        type7 = scores[8] + 0.1 * (scores[9] - scores[8])
        self.assertIn(f"{type7:.4f}", self.summary(table))
        self.assertIn(f"{scores[8]:.4f}", self.summary(table, "--quantile-type", "1"))
        self.assertNotEqual(f"{type7:.4f}", f"{scores[8]:.4f}")
        statistics = [self.summary(table, "--quantile-type", str(k)).splitlines()[1] for k in range(1, 10)]
        self.assertGreater(len(set(statistics)), 2)

    def test_a_weighted_table_has_the_summary_of_the_expanded_one(self):
        weighted = "x_m,y_m,n\n0,0,3\n500,0,1\n0,2000,2\n9000,0,4\n"
        expanded = "x_m,y_m\n" + "0,0\n" * 3 + "500,0\n" + "0,2000\n" * 2 + "9000,0\n" * 4
        for kind in range(1, 10):
            first = self.summary(weighted, "--weight", "n", "--quantile-type", str(kind)).splitlines()[:3]
            second = self.summary(expanded, "--quantile-type", str(kind)).splitlines()[:3]
            self.assertEqual(first, second)

    def test_one_establishment(self):
        self.assertRegex(self.summary("x_m,y_m\n1,2\n"), r"\n +1 +1 +- +- +- +- +-\n")

    def test_quiet_is_quiet(self):
        self.assertEqual(self.summary(TABLE, "--quiet"), "")


if __name__ == "__main__":
    program.main()
