"""HDF5 as others write and read it; needs h5py, and is reported as skipped without it."""

import os
import subprocess
import unittest

import program
from program import Case, DSCORE, call, expected_scores

try:
    import h5py
    import numpy
except ImportError:
    h5py = None

POINTS = [(90000.0, 400000.0), (90500.0, 400000.0), (90000.0, 402000.0), (90000.0, 396000.0)]


def attributes(place):
    """Attributes with texts as str, whichever way h5py gives them."""
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in place.attrs.items()}


@unittest.skipIf(h5py is None, "h5py is not installed")
class ScoreHdf5(Case):
    def make(self, name="in.h5", group="/", **more):
        with h5py.File(self.path(name), "w") as file:
            place = file.require_group(group)
            place["x_m"] = numpy.array([x for x, _ in POINTS])
            place["y_m"] = numpy.array([y for _, y in POINTS])
            for key, values in more.items():
                place[key] = values
            file.attrs["remark"] = "ours"
        return self.path(name)

    def check(self, path, group="/", expected=None):
        with h5py.File(path, "r") as file:
            numpy.testing.assert_allclose(file[group]["d_score"][:], expected or expected_scores(POINTS), rtol=1e-12)
            numpy.testing.assert_array_equal(file[group]["x_m"][:], [x for x, _ in POINTS])
            self.assertEqual(file.attrs["remark"], "ours")
            return attributes(file["provenance"])

    def test_file_to_file(self):
        self.succeeds("score", self.make(), "-o", self.path("out.h5"), "--threshold-km", "1.0", "--threads", "2")
        record = self.check(self.path("out.h5"))
        self.assertEqual(record["threshold_km"], 1)
        self.assertEqual(record["threads"], 2)
        self.assertEqual(record["input_file"], "in.h5")
        self.assertEqual(len(record["input_sha256"]), 64)
        self.assert_only_files("in.h5", "out.h5")

    def test_in_a_group(self):
        path = self.make(group="/places/here")
        self.succeeds("score", path, "-o", self.path("out.h5"), "--x", "/places/here/x_m", "--y", "/places/here/y_m")
        self.check(self.path("out.h5"), "/places/here")

    def test_through_pipes(self):
        with open(self.make(), "rb") as source, open(self.path("out.h5"), "wb") as target:
            subprocess.run([DSCORE, "score", "-", "-o", "-"], stdin=source, stdout=target, stderr=subprocess.PIPE,
                           check=True, timeout=program.TIMEOUT_S)
        self.check(self.path("out.h5"))

    def test_whole_number_columns_and_weights(self):
        path = self.make(n=numpy.array([1, 1, 1, 1], dtype="int32"))
        self.succeeds("score", path, "-o", self.path("out.h5"), "--weight", "n")
        self.check(self.path("out.h5"))
        with h5py.File(path, "r+") as file:
            file["n"][2] = 0
        self.fails(1, "score", path, "-o", self.path("no.h5"), "--weight", "n", says=("in.h5", "n", "index 2"))

    def test_formats_are_not_mixed(self):
        path = self.make()
        self.fails(2, "score", path, "-o", self.path("out.csv"), says=("out.csv", "HDF5", ".h5"))
        table = self.write("in.csv", "x_m,y_m\n120000,480000\n123000,480000\n")
        self.fails(2, "score", table, "-o", self.path("out.h5"), says=("out.h5", "CSV", ".csv"))
        self.assert_only_files("in.csv", "in.h5")

    def test_missing_dataset(self):
        self.fails(1, "score", self.make(), "-o", self.path("out.h5"), "--x", "lon", says=("in.h5", "lon", "--x"))

    def test_points_outside_the_netherlands(self):
        path = self.make()
        with h5py.File(path, "r+") as file:
            file["x_m"][2:] = 5.1
            file["y_m"][2:] = 52.1
        self.fails(1, "score", path, "-o", self.path("out.h5"),
                   says=("in.h5, /x_m and /y_m, index 2: 5.1, 52.1", "degrees", "--any-coordinates", "(and 1 more row)"))
        self.succeeds("score", path, "-o", self.path("out.h5"), "--any-coordinates")

    def test_settings_of_csv(self):
        for flag, value in (("--delimiter", ";"), ("--decimal", ",")):
            self.fails(2, "score", self.make(), "-o", self.path("out.h5"), flag, value, says=("in.h5", flag, "CSV"))

    def test_existing_d_score(self):
        path = self.make(d_score=numpy.zeros(4))
        self.fails(1, "score", path, "-o", self.path("out.h5"), says=("in.h5", "d_score"))

    def test_coordinates_that_are_not_finite(self):
        path = self.make()
        with h5py.File(path, "r+") as file:
            file["y_m"][1] = numpy.nan
        self.fails(1, "score", path, "-o", self.path("out.h5"), says=("in.h5", "y_m", "index 1"))

    def test_lengths_and_shapes_that_do_not_fit(self):
        path = self.make()
        with h5py.File(path, "r+") as file:
            del file["y_m"]
            file["y_m"] = numpy.zeros(3)
        self.fails(1, "score", path, "-o", self.path("out.h5"), says=("in.h5", "y_m"))
        with h5py.File(path, "r+") as file:
            del file["y_m"]
            file["y_m"] = numpy.zeros((4, 2))
        self.fails(1, "score", path, "-o", self.path("out.h5"), says=("in.h5", "y_m"))
        with h5py.File(path, "r+") as file:
            del file["y_m"]
            file["y_m"] = [b"a", b"b", b"c", b"d"]
        self.fails(1, "score", path, "-o", self.path("out.h5"), says=("in.h5", "y_m"))

    def test_truncated(self):
        self.make()
        content = self.read("in.h5")
        path = self.write("cut.h5", content[: len(content) // 2])
        self.fails(1, "score", path, "-o", self.path("out.h5"), says="cut.h5")


@unittest.skipIf(h5py is None, "h5py is not installed")
class OurFiles(Case):
    def setUp(self):
        super().setUp()
        self.population = self.path("pop.h5")
        self.succeeds("synth", "-o", self.population, "--scale", "0.002")

    def test_a_population_opens_without_us(self):
        with h5py.File(self.population, "r") as file:
            rows = len(file["establishments/id"])
            for name in ("x_m", "y_m", "region", "jobs"):
                self.assertEqual(file["establishments/" + name].shape, (rows,))
            self.assertEqual(len(file["populations/name"]), 16)
            self.assertEqual(len(file["regions/code"]), 40)
            self.assertIn("synthetic", attributes(file["provenance"]))

    def test_results_open_without_us_and_record_everything(self):
        self.succeeds("run", self.population, "-o", self.path("res.h5"), "--threshold-rule", "none")
        with h5py.File(self.path("res.h5"), "r") as file:
            record = attributes(file["provenance"])
        self.assertEqual(record["threshold_rule"], "none")
        for name in ("version", "input_sha256", "device", "precision", "quantile_type", "large_share", "pairs_s"):
            self.assertIn(name, record)

    def test_validate_names_every_problem_and_run_refuses(self):
        with h5py.File(self.population, "r+") as file:
            file["establishments/x_m"][5] = numpy.nan
            file["establishments/y_m"][6] = 1e7
            file["establishments/region"][7] = 60000
            file["establishments/jobs"][8] = -1
        done = call("validate", self.population)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "")
        lines = done.stdout.splitlines()
        for place, index in (("x_m", 5), ("y_m", 6), ("region", 7), ("jobs", 8)):
            found = [line for line in lines if "/establishments/" + place in line and f"index {index}" in line]
            self.assertEqual(len(found), 1, done.stdout)
        self.fails(1, "run", self.population, "-o", self.path("res.h5"), says=("pop.h5", "index 5", "dscore validate"))
        self.assert_only_files("pop.h5")

    def test_a_missing_dataset(self):
        with h5py.File(self.population, "r+") as file:
            del file["establishments/jobs"]
        self.fails(1, "run", self.population, "-o", self.path("res.h5"), says="jobs")
        self.assertIn("jobs", call("validate", self.population).stdout)

    def test_a_file_of_a_later_schema(self):
        with h5py.File(self.population, "r+") as file:
            name = [key for key in file.attrs if "schema" in key or "version" in key][0]
            file.attrs.modify(name, 99)
        self.fails(1, "run", self.population, "-o", self.path("res.h5"), says="99")

    def test_a_foreign_file(self):
        with h5py.File(self.path("foreign.h5"), "w") as file:
            file["numbers"] = numpy.arange(3)
        self.fails(1, "run", self.path("foreign.h5"), "-o", self.path("res.h5"), says="foreign.h5")
        self.fails(1, "export", self.path("foreign.h5"), "-d", self.path("out"), says="foreign.h5")
        self.assertEqual(call("validate", self.path("foreign.h5")).returncode, 1)
        self.assertFalse(os.path.exists(self.path("out")))


if __name__ == "__main__":
    program.main()
