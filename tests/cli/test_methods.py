"""How scores are summed: exactly, or by a fast method that is checked."""

import json

import program
from program import Case, expected_scores, rows_of


class Methods(Case):
    def setUp(self):
        super().setUp()
        self.points = self.write("points.csv", program.random_points(2000))

    def score(self, *more, points=None):
        """The scores, what was said, and what was recorded."""
        done = self.succeeds("score", points or self.points, "-o", self.path("out.csv"), "--device", "cpu", *more)
        scores = [float(row["d_score"]) for row in rows_of(self.read("out.csv").decode())]
        return scores, done.stderr, json.loads(self.read("out.csv.provenance.json"))

    def worst(self, scores, exact):
        self.assertEqual(len(scores), len(exact))
        return max(abs(a - b) / b for a, b in zip(scores, exact))

    def test_every_tolerance_is_kept_and_checked(self):
        exact, said, record = self.score("--method", "exact")
        self.assertIn("exact: asked for; double precision", said)
        self.assertEqual((record["methods"], record["checked_targets"]), ("exact", 0))
        self.assertNotIn("tolerance", record)
        for rule in ("cap", "exclude", "shift", "none"):
            exact, _, _ = self.score("--method", "exact", "--threshold-rule", rule)
            for method, details in (("p3m", r"cut-off [0-9.]+ km; "), ("tree", "")):
                for tolerance in (1e-3, 1e-6, 1e-9, 1e-11):
                    with self.subTest(rule=rule, method=method, tolerance=tolerance):
                        scores, said, record = self.score("--method", method, "--tolerance", tolerance,
                                                          "--threshold-rule", rule)
                        self.assertLessEqual(self.worst(scores, exact), tolerance)
                        self.assertEqual((record["method"], record["methods"], record["tolerance"]),
                                         (method, method, tolerance))
                        self.assertEqual(record["checked_targets"], 1024)
                        self.assertLessEqual(record["check_largest_error"], tolerance)
                        self.assertLessEqual(record["check_rms_error"], record["check_largest_error"])
                        self.assertRegex(said, method + ": asked for; " + details +
                                         "checked on 1,024 locations: largest error ")

    def test_counts_are_exact(self):
        counts = {self.score("--method", method)[2]["pairs_within_threshold"] for method in ("exact", "p3m", "tree")}
        self.assertEqual(len(counts), 1)

    def test_auto_says_why(self):
        _, said, record = self.score(points=self.write("few.csv", program.random_points(100)))
        self.assertIn("exact: few locations", said)
        self.assertEqual(record["method"], "auto")
        many = self.write("many.csv", program.random_points(30000))
        scores, said, record = self.score(points=many)
        self.assertRegex(said, r"p3m: predicted [0-9.e+]+ ms against [0-9.e+]+ ms of (a core|an H100)")
        self.assertEqual(record["methods"], "p3m")
        exact, said, record = self.score("--precision", "double", points=many)
        self.assertEqual((record["method"], record["methods"]), ("exact", "exact"), "a precision is of exact sums")
        self.assertLessEqual(self.worst(scores, exact), 1e-9)

    def test_no_check(self):
        for method in ("p3m", "tree"):
            checked, _, _ = self.score("--method", method)
            scores, said, record = self.score("--method", method, "--no-check")
            self.assertEqual(scores, checked)
            self.assertIn("not checked", said)
            self.assertEqual(record["checked_targets"], 0)
            self.assertNotIn("check_largest_error", record)

    def test_falling_back_is_said(self):
        """All within t: under `exclude` every score is 0, and any error is large beside it."""
        dense = self.write("dense.csv", "x_m,y_m\n" + "".join(f"{1e5 + x * 0.37:.2f},{4e5 + x * x % 389}\n" for x in range(1500)))
        scores, said, record = self.score("--method", "p3m", "--threshold-rule", "exclude", points=dense)
        self.assertEqual(set(scores), {0.0})
        self.assertIn("exact: fast sums were off by up to", said)
        self.assertEqual(record["methods"], "exact")

    def test_threads_give_the_same_bytes(self):
        for method in ("p3m", "tree"):
            for tolerance in ("1e-6", "1e-9"):
                outputs = set()
                for threads in (1, 2, 3, 5):
                    self.score("--method", method, "--tolerance", tolerance, "--threads", threads)
                    outputs.add(self.read("out.csv"))
                self.assertEqual(len(outputs), 1)

    def test_reference(self):
        points = [tuple(map(float, line.split(","))) for line in self.read("points.csv").decode().split()[1:]]
        scores, _, _ = self.score("--method", "p3m", "--tolerance", "1e-10")
        self.assertLessEqual(self.worst(scores, expected_scores(points)), 1e-10)

    def test_refusals(self):
        def refuses(*flags, says):
            self.fails(2, "score", self.points, "-o", self.path("refused.csv"), *flags, says=says)
        refuses("--method", "fmm", says=("--method", "fmm"))
        refuses("--tolerance", "1e-13", says=("--tolerance", "1e-12 to 1e-3"))
        refuses("--tolerance", "0.01", says=("--tolerance", "1e-12 to 1e-3"))
        refuses("--tolerance", "nan", says="--tolerance")
        refuses("--tolerance", "small", says="--tolerance")
        refuses("--method", "p3m", "--precision", "double", says="--tolerance instead")
        refuses("--method", "tree", "--precision", "double", says=("--method tree", "--tolerance instead"))
        refuses("--method", "exact", "--no-check", says="--no-check")
        refuses("--method", "exact", "--tolerance", "1e-6", "--precision", "mixed", says="Give one of them")

    def test_run_says_what_it_chose(self):
        self.succeeds("synth", "-o", self.path("pop.h5"), "--scale", "0.1")
        done = self.succeeds("run", self.path("pop.h5"), "-o", self.path("res.h5"), "--device", "cpu")
        head = done.stdout.splitlines()[0].split()
        self.assertEqual(head[-1], "method")
        methods = [line.split()[-1] for line in done.stdout.splitlines()[1:17]]
        self.assertEqual(set(methods), {"p3m", "exact"})
        self.assertRegex(done.stdout, rf"p3m for {methods.count('p3m')} population")
        self.assertRegex(done.stdout, rf"exact for {methods.count('exact')} population")
        self.assertIn("(tolerance 1e-09)", done.stdout)
        exact = self.succeeds("run", self.path("pop.h5"), "-o", self.path("exact.h5"), "--method", "exact").stdout
        cut = [[line.rsplit(None, 1)[0].rstrip() for line in text.splitlines()[:17]] for text in (done.stdout, exact)]
        self.assertEqual(cut[0], cut[1], "four decimals do not know the method")


if __name__ == "__main__":
    program.main()
