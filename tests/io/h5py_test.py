"""Population and results files as h5py sees them: names, types, values. Usage: h5py_test.py WRITE_SAMPLES"""

import math
import subprocess
import sys
import tempfile
import unittest

try:
    import h5py
    import numpy
except ImportError:
    print("skipped: h5py is not installed (Debian: python3-h5py)")
    sys.exit(77)

WRITE_SAMPLES = sys.argv.pop(1)

ESTABLISHMENTS = {"id": "<i8", "x_m": "<f8", "y_m": "<f8", "region": "<u2", "jobs": "<f8"}
POPULATION_FILE = {
    "establishments": {**ESTABLISHMENTS, "company": "<i8", "membership": "<u8"},
    "populations": {"name": "S", "title": "S", "benchmark": "<i8"},
    "regions": {"code": "S", "name": "S", "part": "S"},
    "provenance": {},
}
STATISTICS = {name: "<f8" for name in
              ["mean_d", "median_d", "max_d", "p90", "p95", "share_above_p90", "share_above_p95"]}
RESULTS_FILE = {
    "establishments": ESTABLISHMENTS,
    "populations": {**POPULATION_FILE["populations"], **STATISTICS, "establishments": "<u8", "locations": "<u8",
                    "pairs_within_threshold": "<u8", "coincident_pairs": "<u8"},
    "regions": POPULATION_FILE["regions"],
    "region_results": {"population": "|u1", "region": "<u2", "establishments": "<u8", "jobs": "<f8", "lq": "<f8",
                       "mean_d": "<f8", "share_above_p90": "<f8", "share_above_p95": "<f8", "type": "|u1"},
    "members": {"population": "|u1", "row": "<u4", "d_score": "<f8", "decile": "|u1", "cluster": "|u1"},
    "provenance": {},
    "input_provenance": {},
}


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        subprocess.run([WRITE_SAMPLES, cls.directory.name], check=True)
        cls.population = h5py.File(cls.directory.name + "/pop.h5", "r")
        cls.results = h5py.File(cls.directory.name + "/res.h5", "r")

    @classmethod
    def tearDownClass(cls):
        cls.population.close()
        cls.results.close()
        cls.directory.cleanup()

    def check_layout(self, file, layout):
        self.assertEqual(set(file), set(layout))
        for group, columns in layout.items():
            self.assertEqual(set(file[group]), set(columns))
            for name, kind in columns.items():
                dataset = file[group][name]
                self.assertEqual(dataset.ndim, 1)
                self.assertTrue(dataset.shuffle and dataset.compression == "gzip", dataset.name)
                if kind == "S":
                    self.assertEqual(dataset.dtype.kind, "S")
                    self.assertEqual(h5py.check_string_dtype(dataset.dtype).encoding, "utf-8")
                else:
                    self.assertEqual(dataset.dtype.str, kind, dataset.name)

    def test_layout(self):
        self.check_layout(self.population, POPULATION_FILE)
        self.check_layout(self.results, RESULTS_FILE)

    def test_marks(self):
        self.assertEqual(self.population.attrs["dscore_format"], b"population")
        self.assertEqual(self.results.attrs["dscore_format"], b"results")
        self.assertEqual(self.results.attrs["schema_version"], 1)

    def test_population(self):
        e = self.population["establishments"]
        self.assertEqual(e["id"][()].tolist(), [11, 7, 42, 5000000000, -3])
        self.assertEqual(e["x_m"][()].tolist(), [121000.25, 121000.25, 155000, -10000, 300000])
        self.assertEqual(e["jobs"][()].tolist(), [1, 2.5, 0, 1e6, 1 / 3])
        self.assertEqual(e["company"][4], 9007199254740993)
        self.assertEqual(((e["membership"][()] >> numpy.uint64(2)) & numpy.uint64(1)).tolist(), [0, 0, 1, 0, 0])
        self.assertEqual(self.population["regions/name"].asstr()[()].tolist(),
                         ["Oost-Groningen", "Noord-Fryslân", "Flevoland"])
        self.assertEqual(self.population["regions/part"].asstr()[()].tolist(), ["North", "", "East"])
        self.assertEqual(self.population["populations/benchmark"][()].tolist(), [-1, 0, 0])

    def test_provenance(self):
        attrs = self.population["provenance"].attrs
        self.assertEqual(list(attrs), ["synthetic", "seed", "scale"])
        self.assertEqual((attrs["synthetic"], attrs["seed"], attrs["scale"]), (b"yes", 42, 0.1))
        self.assertEqual(self.results["input_provenance"].attrs["seed"], 42)

    def test_results(self):
        self.assertEqual(self.results["populations/mean_d"][0], 0.3583)
        self.assertTrue(math.isnan(self.results["populations/mean_d"][1]))
        self.assertEqual(self.results["populations/pairs_within_threshold"][()].tolist(), [2, 0, 0])
        r = self.results["region_results"]
        self.assertEqual(r["population"][()].tolist(), [0, 0, 0, 1, 1, 1, 2, 2, 2])
        self.assertEqual(r["type"][()].tolist(), [0, 0, 0, 2, 0, 0, 0, 1, 0])
        m = self.results["members"]
        self.assertEqual(m["population"][()].tolist(), [0, 0, 0, 0, 1, 2])
        self.assertEqual(m["row"][()].tolist(), [0, 1, 2, 3, 0, 2])
        self.assertEqual(m["d_score"][3], 1 / 3)
        self.assertTrue(math.isnan(m["d_score"][4]))
        self.assertEqual(m["cluster"][()].tolist(), [0, 0, 0, 0, 0, 2])


if __name__ == "__main__":
    unittest.main()
