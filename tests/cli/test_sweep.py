"""dscore sweep, and the measures of dscore run that it varies."""

import os
import shutil

import h5py
import numpy

import program
from program import Case, call, rows_of, shared_folder

PLAN = """
[[vary]]
threshold_km = [0.5, 2]
quantile_type = 1
neighbours = "jobs"
decay = "power:2"
[[move]]
regions = ["CR03"]
factors = [0.5]
[[leave_out]]
regions = ["CR23"]
[[subsample]]
repeats = 2
[bands]
edges_km = [5, 50]
"""


class Sweep(Case):
    @classmethod
    def setUpClass(cls):
        cls.shared = shared_folder(cls)
        cls.population = os.path.join(cls.shared, "pop.h5")
        cls.plan = os.path.join(cls.shared, "plan.toml")
        cls.output = os.path.join(cls.shared, "sweep.h5")
        with open(cls.plan, "w") as file:
            file.write(PLAN)
        for arguments in (("synth", "-o", cls.population, "--scale", "0.02", "--quiet"),
                          ("sweep", cls.population, "--plan", cls.plan, "-o", cls.output)):
            cls.done = call(*arguments)
            assert cls.done.returncode == 0, cls.done.stderr

    def test_prints_what_each_factor_changes(self):
        self.assertEqual(self.done.stderr, "")
        for factor in ("threshold_km", "quantile_type", "neighbours", "decay", "move", "without_region", "subsample"):
            self.assertRegex(self.done.stdout, rf"(?m)^{factor} ")
        self.assertRegex(self.done.stdout, r"(?m)^160 sums, \d+ of them exact")
        self.assertRegex(self.done.stdout, r"10 settings in [\d.]+ s; cpu")

    def test_the_file_is_valid_and_its_settings_are_runs(self):
        self.assertRegex(self.succeeds("validate", self.output).stdout, "a valid sweep file, schema 1, 10 settings, 16 pop")
        self.succeeds("run", self.population, "-o", self.path("two.h5"), "--threshold-km", "2", "--quiet")
        self.succeeds("run", self.population, "-o", self.path("jobs.h5"), "--neighbours", "jobs", "--quiet")
        self.succeeds("run", self.population, "-o", self.path("square.h5"), "--decay", "power:2", "--quiet")
        with h5py.File(self.output) as sweep:
            factor = sweep["settings/factor"].asstr()[()].tolist()
            value = sweep["settings/value"].asstr()[()].tolist()
            setting = sweep["population_results/setting"][()]
            mean_d = sweep["population_results/mean_d"][()]
            for name, run in ((("threshold_km", "2"), "two.h5"), (("neighbours", "jobs"), "jobs.h5"),
                              (("decay", "power:2"), "square.h5")):
                at = list(zip(factor, value)).index(name)
                with h5py.File(self.path(run)) as results:
                    numpy.testing.assert_array_equal(mean_d[setting == at], results["populations/mean_d"][()])
            self.assertEqual(sweep["settings/unit"].asstr()[()].tolist().count("1/km^2"), 1)

    def test_says_how_its_sums_were_made(self):
        self.write("plan.toml", "[[vary]]\nthreshold_km = 2\ncutoff_km = 30\n")
        done = self.succeeds("sweep", self.population, "--plan", self.path("plan.toml"), "-o", self.path("a.h5"),
                             "--tolerance", "1e-6")
        with h5py.File(self.path("a.h5")) as sweep:
            exact = sweep["population_results/sums_exact"][()].reshape(3, 16)
            error = sweep["population_results/sums_largest_error"][()].reshape(3, 16)
            self.assertEqual(sweep["population_results/sums_fell_back"][()].tolist(), [0] * 48)
            self.assertEqual(exact[2].tolist(), [1] * 16)  # up to a cut-off
            numpy.testing.assert_array_equal(numpy.isnan(error), exact == 1)
            attributes = dict(sweep["provenance"].attrs)
        self.assertEqual((attributes["sums"], attributes["sums_fell_back"]), (48, 0))
        self.assertEqual(attributes["sums_exact"], exact.sum())
        text = f"48 sums, {exact.sum()} of them exact"
        if (exact == 0).any():
            self.assertLessEqual(numpy.nanmax(error), 1e-6)
            self.assertEqual(attributes["sums_largest_error"], numpy.nanmax(error))
            text += f"; largest error of a fast score that was checked {numpy.nanmax(error):.1e} (tolerance 1e-06)"
        self.assertIn(text + "\n", done.stdout)

    def test_bands_add_up_to_the_whole(self):
        with h5py.File(self.output) as sweep:
            share = sweep["bands/share"][()].reshape(16, -1, 3)
            sums = share.sum(axis=2)
            numpy.testing.assert_allclose(sums[~numpy.isnan(sums)], 1, rtol=1e-12)
            self.assertTrue((sums[:, 0] > 0.5).all())  # every population has bands

    def test_tables(self):
        self.succeeds("export", self.output, "-d", self.path("tables"))
        self.assertEqual(sorted(os.listdir(self.path("tables"))),
                         ["sweep_bands.csv", "sweep_populations.csv", "sweep_provenance.json", "sweep_regions.csv",
                          "sweep_settings.csv"])
        rows = rows_of(self.read("tables/sweep_populations.csv").decode())
        self.assertEqual(len(rows), 10 * 16)
        self.assertEqual({row["kendall"] for row in rows if row["factor"] == "baseline"}, {"1"})
        with h5py.File(self.output) as sweep:
            numpy.testing.assert_array_equal([float(row["mean_d"]) for row in rows], sweep["population_results/mean_d"][()])
        self.assertEqual(len(rows_of(self.read("tables/sweep_regions.csv").decode())), 10 * 16 * 40)
        self.fails(2, "export", self.output, "-d", self.path("x"), "--disclosure", "default", says="--disclosure")
        self.fails(2, "export", self.output, "-d", self.path("x"), "--establishments", says="--establishments")
        self.assertFalse(os.path.exists(self.path("x")))

    def test_the_same_bytes_for_any_number_of_threads(self):
        for threads in ("1", "3"):
            self.succeeds("sweep", self.population, "--plan", self.plan, "-o", self.path(threads + ".h5"), "--threads", threads,
                          "--quiet")
        with h5py.File(self.path("1.h5")) as one, h5py.File(self.path("3.h5")) as three:
            for group in ("population_results", "region_results", "bands"):
                for name in one[group]:
                    numpy.testing.assert_array_equal(one[group][name][()], three[group][name][()], group + "/" + name)

    def test_examples_are_plans(self):
        example = self.succeeds("sweep", "--plan-example").stdout
        self.assertIn("[[leave_out]]", example)
        self.write("plan.toml", example.replace("repeats = 20", "repeats = 1").replace('regions = "each"', 'regions = ["CR01"]'))
        self.succeeds("sweep", self.population, "--plan", self.path("plan.toml"), "-o", self.path("a.h5"), "--quiet")
        done = self.succeeds("sweep", self.population, "--plan", "note-2012", "-o", self.path("b.h5"))
        self.assertRegex(done.stdout, "19 settings")

    def test_refusals_leave_nothing_behind(self):
        self.write("bad.toml", "[[vary]]\nthreshold_km = [0]\n")
        self.fails(1, "sweep", self.population, "--plan", self.path("bad.toml"), "-o", self.path("a.h5"),
                   says=("bad.toml, line 2", "threshold_km"))
        self.fails(1, "sweep", self.population, "--plan", self.path("none.toml"), "-o", self.path("a.h5"), says="none.toml")
        self.fails(1, "sweep", self.output, "--plan", self.plan, "-o", self.path("a.h5"), says="a sweep file")
        self.fails(1, "run", self.output, "-o", self.path("a.h5"), says="a sweep file")
        self.write("bad.toml", '[[vary]]\nthreshold_km = 2\ndecay = "power:2"\n')
        self.fails(1, "sweep", self.population, "--plan", self.path("bad.toml"), "-o", self.path("a.h5"), "--method", "tree",
                   says=("bad.toml, line 3, vary.decay", "decay = power:2", "--method tree"))
        self.fails(2, "sweep", self.population, "-o", self.path("a.h5"), says="--plan")
        self.fails(2, "sweep", self.population, "--plan", self.plan, "-o", self.population, says="pop.h5")
        self.assert_only_files("bad.toml")


    def test_names_who_has_no_neighbour_and_begins_nothing(self):
        shutil.copy(self.population, self.path("pop.h5"))
        with h5py.File(self.path("pop.h5"), "r+") as population:
            name = population["populations/name"].asstr()[()].tolist().index("energy")
            member = (population["establishments/membership"][()] >> name) & 1 == 1
            jobs = population["establishments/jobs"][()]
            only = numpy.flatnonzero(member)[2]
            jobs[member] = 0
            jobs[only] = 7
            population["establishments/jobs"][...] = jobs
            establishment = population["establishments/id"][()][only]
        self.write("plan.toml", '[[vary]]\nthreshold_km = 2\nneighbours = "jobs"\n')
        self.fails(1, "sweep", self.path("pop.h5"), "--plan", self.path("plan.toml"), "-o", self.path("a.h5"),
                   says=("plan.toml, line 3, vary.neighbours, setting neighbours = jobs: population energy, "
                         f"establishment {establishment}: has no neighbour that counts"))
        self.fails(1, "run", self.path("pop.h5"), "-o", self.path("a.h5"), "--neighbours", "jobs",
                   says=f"population energy, establishment {establishment}: has no neighbour that counts")
        self.assert_only_files("pop.h5", "plan.toml")

    def test_damage_is_said_even_when_quiet(self):
        share = ("sweep", self.population, "--plan", self.plan, "-o", self.path("a.h5"), "--shard", "2/3", "--quiet")
        self.assertEqual(self.succeeds(*share).stderr, "")
        content = bytearray(self.read("a.h5.shard-2-of-3"))
        content[-100] ^= 1
        self.write("a.h5.shard-2-of-3", bytes(content))
        self.assertRegex(self.succeeds(*share).stderr, r"\Awarning: .*a.h5.shard-2-of-3.checkpoint: damaged: [^\n]+\n\Z")
        content[-100] ^= 1
        self.assertEqual(self.read("a.h5.shard-2-of-3"), bytes(content))
        self.assert_only_files("a.h5.shard-2-of-3")

    def test_a_plan_that_changed_is_told_in_one_short_line(self):
        self.write("plan.toml", "[[vary]]\nthreshold_km = [2, 3, 4]\n")
        call = ("sweep", self.population, "--plan", self.path("plan.toml"), "-o", self.path("a.h5"), "--quiet")
        for k in (1, 2):
            self.succeeds(*call, "--shard", f"{k}/2")
        self.write("plan.toml", "[[vary]]\nthreshold_km = [2, 3, 5]\n")
        shares = [self.path(f"a.h5.shard-{k}-of-2") for k in (1, 2)]
        for refused in (self.fails(1, "merge", *shares, says=(shares[0], "make the shares again")),
                        self.fails(1, *call, "--shard", "1/2", says=(shares[0], "--restart"))):
            self.assertRegex(refused.stderr, '"threshold_km=4: [^"]+" there, "threshold_km=5: [^"]+" here')
            self.assertLess(len(refused.stderr) - len(shares[0]), 400)


class Measures(Case):
    def test_score_knows_decays_and_cut_offs(self):
        self.write("in.csv", "x_m,y_m\n120000,480000\n123000,480000\n120000,484000\n")
        for flags, expected in (((), (1 / 3 + 1 / 4) / 2), (("--decay", "power:2"), (1 / 9 + 1 / 16) / 2),
                                (("--decay", "exponential:0.5"), (numpy.exp(-1.5) + numpy.exp(-2)) / 2),
                                (("--cutoff-km", "4"), 1 / 6), (("--cutoff-km", "4.0001"), (1 / 3 + 1 / 4) / 2)):
            done = self.succeeds("score", self.path("in.csv"), "-o", "-", *flags)
            self.assertAlmostEqual(float(rows_of(done.stdout)[0]["d_score"]), expected, delta=1e-12)
        plane = self.succeeds("score", self.path("in.csv"), "-o", "-").stdout
        sphere = call("score", self.path("in.csv"), "-o", "-", "--distance", "great-circle")
        if "without PROJ" in sphere.stderr:
            self.skipTest("built without PROJ")
        for a, b in zip(rows_of(plane), rows_of(sphere.stdout)):
            self.assertNotEqual(a["d_score"], b["d_score"])
            self.assertAlmostEqual(float(a["d_score"]), float(b["d_score"]), delta=0.005 * float(a["d_score"]))

    def test_refusals(self):
        self.write("in.csv", "x_m,y_m\n120000,480000\n123000,480000\n")
        for flags, says in ((("--decay", "steep"), "steep"), (("--decay", "power:0"), "power:0"),
                            (("--cutoff-km", "-1"), "--cutoff-km"), (("--distance", "far"), "far"),
                            (("--cutoff-km", "5", "--method", "p3m"), "cut-off"),
                            (("--distance", "great-circle", "--method", "tree"), "great circles")):
            self.fails(2, "score", self.path("in.csv"), "-o", self.path("out.csv"), *flags, says=says)
        self.assert_only_files("in.csv")


if __name__ == "__main__":
    program.main()
