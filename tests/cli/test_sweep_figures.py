"""scripts/figures.py on a sweep file: its charts, read from the charts themselves, and what it refuses. The file is
made here, with numbers that are known; the program is not needed. Skipped without matplotlib."""

import os
import subprocess
import sys

import program
from program import Case

try:
    import h5py
    import matplotlib
    import numpy as np
except ModuleNotFoundError as error:
    print(f"SKIPPED: {error.name} is not installed (python3-matplotlib, python3-h5py)")
    sys.exit(77)

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts")
sys.path.insert(0, SCRIPTS)
from figures import bands, rank_stability, tornado  # noqa: E402
from figures.errors import FigureError  # noqa: E402
from figures.sweep import read_sweep  # noqa: E402

SETTINGS = [("baseline", ""), ("threshold_km", "0.5"), ("threshold_km", "2"), ("benchmark", "everything"),
            ("without_region", "R1"), ("move", "R2 x 0.5"), ("quantile_type", "1")]
POPULATIONS = ["bench", "media", "energy"]
REGIONS = ["R0", "R1", "R2", "R3", "R4"]
NAMES = ["North", "East", "South", "West", "Sea"]
FACTOR = np.array([1, 1.1, 0.75, 1, 0.9, 1.02, 1])  # of all scores, by setting
MEANS = np.array([4.0, 2, 3, 1, np.nan]) / 100  # of regions; nobody is in the last
SHARES = np.array([0.1, 0.1, 0.05, 0.3, 0.1, 0.1, 0.1])
EDGES = [1.0, 10.0]


def write_sweep(path, with_bands=True, settings=SETTINGS):
    s, p, r = len(settings), len(POPULATIONS), len(REGIONS)
    mean = np.tile(MEANS, (s, p, 1)) * FACTOR[:s, None, None]
    kind = np.zeros((s, p, r), np.uint8)
    establishments = np.full((s, p, r), 10, np.uint64)
    establishments[..., 4] = 0
    kind[:, 1, 0] = 1
    if s > 5:
        mean[2, 1, [0, 2]] = mean[2, 1, [2, 0]]  # with a threshold of 2 km North and South change places
        mean[4, :, 1] = np.nan
        establishments[4, :, 1] = 0
        kind[5, 1, 0] = 0
    setting, population, region = (index.ravel() for index in np.indices((s, p, r)))
    with h5py.File(path, "w") as file:
        file.attrs["dscore_format"], file.attrs["schema_version"] = np.bytes_(b"sweep"), 1
        file.create_group("provenance").attrs["version"] = np.bytes_(b"0.1.0 (abc)")
        file.create_group("input_provenance").attrs["synthetic"] = 1
        file["settings/factor"] = np.array([factor for factor, _ in settings], "S")
        file["settings/value"] = np.array([value for _, value in settings], "S")
        file["settings/unit"] = np.array(["1/km"] * s, "S6")
        file["settings/text"] = np.array(["cluster_levels=0.9,0.95"] * s, "S")
        file["populations/name"] = np.array(POPULATIONS, "S")
        file["populations/title"] = np.array(["", "Media", ""], "S5")
        file["populations/benchmark"] = np.array([-1, 0, 0])
        file["regions/code"], file["regions/name"] = np.array(REGIONS, "S"), np.array(NAMES, "S")
        file["population_results/setting"] = np.repeat(np.arange(s), p).astype(np.uint32)
        file["population_results/population"] = np.tile(np.arange(p), s).astype(np.uint8)
        file["population_results/mean_d"] = (0.02 * FACTOR[:s, None] * np.ones(p)).ravel()
        file["population_results/share_above_p90"] = (SHARES[:s, None] * [np.nan, 1, 2]).ravel()
        for column, tau in (("kendall", 0.98), ("region_kendall", 0.9)):
            of = np.ones((s, p))
            of[1:3] = tau
            file[f"population_results/{column}"] = of.ravel()
        file["region_results/setting"] = setting.astype(np.uint32)
        file["region_results/population"] = population.astype(np.uint8)
        file["region_results/region"] = region.astype(np.uint16)
        file["region_results/mean_d"], file["region_results/type"] = mean.ravel(), kind.ravel()
        file["region_results/establishments"] = establishments.ravel()
        if with_bands:
            shares = np.tile([0.2, 0.5, 0.3], (p, r + 2, 1))
            shares[1, 1] = [0.6, 0.3, 0.1]
            shares[:, -1] = np.nan
            file["band_edges/upper_km"] = EDGES
            file["bands/population"] = np.repeat(np.arange(p), (r + 2) * 3).astype(np.uint8)
            file["bands/region"] = np.tile(np.repeat([-1, -2, *range(r)], 3), p)
            file["bands/band"] = np.tile(np.arange(3), p * (r + 2)).astype(np.uint32)
            file["bands/share"] = shares.ravel()
    return path


def draw(*args):
    return subprocess.run([sys.executable, os.path.join(SCRIPTS, "figures.py"), *map(str, args)], capture_output=True,
                          text=True, timeout=program.TIMEOUT_S)


class Figures(Case):
    def setUp(self):
        super().setUp()
        self.sweep = write_sweep(self.path("sweep.h5"))

    def draws(self, *args, of=None):
        done = draw(of or self.sweep, "-d", self.path("out"), "--dpi", "40", *args)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        return sorted(os.listdir(self.path("out")))

    def refuses(self, code, *args, says, of=None):
        done = draw(of or self.sweep, "-d", self.path("out"), *args)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertRegex(done.stderr, r"\Aerror: [^\n]+\n\Z")
        for part in says:
            self.assertIn(part, done.stderr)
        self.assertFalse(os.path.exists(self.path("out")))

    def changed(self, change):
        with h5py.File(self.sweep, "r+") as file:
            change(file)


class Files(Figures):
    def test_every_figure(self):
        made = self.draws("--format", "png", "--jobs", "2")
        expected = [f"{sector}_{kind}.png" for sector in ("media", "energy")
                    for kind in ("tornado", "rank_stability", "bands")]
        self.assertEqual(made, sorted([*expected, "tornado.png", "bands.png"]))
        for name in made:
            self.assertEqual(self.read("out/" + name)[:8], b"\x89PNG\r\n\x1a\n", name)

    def test_sectors_and_kinds(self):
        self.assertEqual(self.draws("--format", "png", "--sector", "media", "--kind", "tornado", "--kind", "bands"),
                         ["media_bands.png", "media_tornado.png"])
        self.draws("--format", "png", "--kind", "tornado")
        self.assertIn("tornado.png", os.listdir(self.path("out")))

    def test_the_same_bytes_twice(self):
        first = {name: self.read("out/" + name) for name in self.draws("--jobs", "1")}
        self.assertEqual(len(first), 16)  # PNG and PDF
        self.assertEqual({name: self.read("out/" + name) for name in self.draws("--jobs", "3")}, first)

    def test_what_the_plan_leaves_out_is_not_drawn(self):
        without = write_sweep(self.path("without.h5"), with_bands=False)
        self.assertEqual(self.draws("--format", "png", "--sector", "energy", of=without),
                         ["energy_rank_stability.png", "energy_tornado.png"])

    def test_a_sweep_of_bands_alone(self):
        alone = write_sweep(self.path("alone.h5"), settings=SETTINGS[:1])
        self.assertEqual(self.draws("--format", "png", of=alone), ["bands.png", "energy_bands.png", "media_bands.png"])

    def test_unusual_sweeps(self):
        def nothing(file):
            for column in ("population_results/mean_d", "population_results/share_above_p90", "population_results/kendall",
                           "population_results/region_kendall", "region_results/mean_d", "bands/share"):
                file[column][:] = np.nan
            file["regions/name"][:] = b""

        self.changed(nothing)
        self.assertEqual(len(self.draws("--format", "png")), 8)


class Errors(Figures):
    def test_calls_that_are_wrong(self):
        self.refuses(2, "--kind", "bubble", says=("--kind bubble", "dscore run", "tornado, rank_stability, bands"))
        self.refuses(2, "--disclosure", "default", says=("--disclosure", "no rules for a sweep", "subtracted"))
        self.refuses(2, "--outlines", "x.geojson", says=("--outlines", "sweep"))
        self.refuses(2, "--comparison", self.folder, says=("--comparison", "sweep"))
        self.refuses(2, "--sector", "steel", says=("steel", "sweep.h5", "media"))

    def test_what_the_plan_leaves_out(self):
        self.refuses(2, "--kind", "bands", says=("without.h5", "no distance bands", "[bands]"),
                     of=write_sweep(self.path("without.h5"), with_bands=False))
        alone = write_sweep(self.path("alone.h5"), settings=SETTINGS[:1])
        for kind in ("tornado", "rank_stability"):
            self.refuses(2, "--kind", kind, says=(kind, "beside the baseline"), of=alone)
        nothing = write_sweep(self.path("nothing.h5"), with_bands=False, settings=SETTINGS[:1])
        self.refuses(1, says=("nothing.h5", "nothing to draw"), of=nothing)

    def test_damaged_sweeps(self):
        def cut(name):
            def change(file):
                values = file[name][:-1]
                del file[name]
                file[name] = values
            return change

        def reverse(name):
            def change(file):
                file[name][:] = file[name][:][::-1]
            return change

        def gone(file):
            del file["population_results/mean_d"]

        for change in (cut("population_results/mean_d"), cut("region_results/type"), cut("region_results/setting"),
                       cut("bands/share"), cut("settings/value"), cut("regions/name"), reverse("region_results/region"),
                       reverse("bands/region"), reverse("population_results/setting"), reverse("settings/factor"), gone):
            write_sweep(self.sweep)
            self.changed(change)
            with self.assertRaisesRegex(FigureError, r"sweep\.h5: .*dscore validate"):
                read_sweep(self.sweep)
        self.refuses(1, says=("sweep.h5", "dscore validate"))


class Drawing(Figures):
    """What the charts show."""

    def setUp(self):
        super().setUp()
        self.found = read_sweep(self.sweep)
        self.bench, self.media, self.energy = self.found.populations

    def texts(self, drawn):
        texts = [*drawn.figure.texts, *(text for axes in drawn.figure.axes for text in axes.texts)]
        return [text.get_text() for text in texts]

    def rows(self, axes):
        return [label.get_text() for label in axes.get_yticklabels()]

    def test_changes(self):
        np.testing.assert_allclose(self.found.mean_changes(self.media), [0, 10, -25, 0, -10, 2, 0], atol=1e-9)
        np.testing.assert_allclose(self.found.share_changes(self.energy), [0, 0, -10, 40, 0, 0, 0], atol=1e-9)
        self.found.of_population["mean_d"][6, 1] *= 1 + 1e-8  # the error of a method is no change
        self.assertEqual(self.found.mean_changes(self.media)[6], 0)

    def test_tornado_sorted_by_range_with_both_ends_named(self):
        drawn = tornado.tornado(self.found, self.media)
        left, right = drawn.figure.axes
        self.assertEqual(self.rows(left), ["threshold (km)", "without a region", "a region moved", "benchmark"])
        bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in left.patches]
        np.testing.assert_allclose(bars, [(-25, 10), (-10, 0), (0, 2), (0, 0)], atol=1e-9)
        self.assertEqual([text.get_text() for text in left.texts],
                         ["2  -25.0", "0.5  +10.0", "East  -10.0", "South x 0.5  +2.0"])
        self.assertEqual([text.get_text() for text in right.texts], ["2  -5.0", "0.5  0", "everything  +20.0"])
        self.assertGreater(left.get_ylim()[0], left.get_ylim()[1])  # the first on top
        self.assertIn("no effect: quantile type", self.texts(drawn))
        self.assertEqual(len(tornado.tornado(self.found, self.bench).figure.axes), 1)  # it has no benchmark

    def test_scores_in_another_unit_are_not_compared(self):
        self.found.unit[3] = "1/km^2"
        self.assertTrue(np.isnan(self.found.mean_changes(self.media)[3]))
        left, right = tornado.tornado(self.found, self.media).figure.axes
        self.assertIn("in another unit", [text.get_text() for text in left.texts])
        self.assertIn("everything  +20.0", [text.get_text() for text in right.texts])

    def test_labels_stay_inside(self):
        drawn = tornado.tornado(self.found, self.media)
        drawn.figure.canvas.draw()
        for axes in drawn.figure.axes:
            frame = axes.get_window_extent()
            for text in axes.texts:
                box = text.get_window_extent()
                self.assertTrue(frame.x0 <= box.x0 and box.x1 <= frame.x1, text.get_text())

    def test_tornado_of_all_has_medians(self):
        self.found.of_population["mean_d"][1, 2] = 0.02 * 1.3  # energy +30 %, media +10 %; the benchmark is no sector
        left = tornado.tornado_of_all(self.found).figure.axes[0]
        self.assertEqual([text.get_text() for text in left.texts][1], "0.5  +20.0")

    def test_a_wide_range_is_logarithmic(self):
        self.assertEqual(tornado.tornado(self.found, self.media).figure.axes[0].get_xscale(), "linear")
        self.found.of_population["mean_d"][1, 1] = 1
        self.assertEqual(tornado.tornado(self.found, self.media).figure.axes[0].get_xscale(), "symlog")

    def test_ranks(self):
        np.testing.assert_allclose(rank_stability.ranks(np.array([1, 3, np.nan, 3, 2])), [4, 1.5, np.nan, 1.5, 3])
        before = np.array([5.0, 4, 3, 2, np.nan])
        np.testing.assert_allclose(rank_stability.moved_ranks(before, np.array([9.0, np.nan, 7, 8, 3])),
                                   [1, np.nan, 4, 3, np.nan])  # the second is left out: none gains by that
        np.testing.assert_allclose(rank_stability.moved_ranks(before, before), rank_stability.ranks(before))

    def test_rank_stability(self):
        drawn = rank_stability.rank_stability(self.found, self.media)
        axes, _, taus, _ = drawn.figure.axes
        self.assertEqual(self.rows(axes), ["North", "South", "East", "West"])  # nobody is at Sea
        ranges = [tuple(line.get_xdata()) for line in axes.lines[::2]]
        self.assertEqual(ranges, [(1, 2), (1, 2), (3, 3), (4, 4)])
        dots = [float(dot.get_offsets()[0][0]) for dot in axes.collections]
        self.assertEqual(dots, [1, 2, 3, 4])
        self.assertEqual(matplotlib.colors.to_hex(axes.collections[0].get_facecolors()[0]).upper(),
                         rank_stability.style.TYPES[1])
        self.assertEqual([text.get_text() for text in axes.texts], ["other type in 1"])
        self.assertEqual(self.rows(taus), ["threshold (km)"])
        self.assertEqual([tuple(line.get_xdata()) for line in taus.lines], [(0.98, 0.98), (0.9, 0.9)])
        self.assertIn("4 factors that change no order are not shown", self.texts(drawn))

    def test_bands(self):
        drawn = bands.band_chart(self.found, self.media)
        axes = drawn.figure.axes[0]
        self.assertEqual(self.rows(axes), ["All establishments", "Above its own P90", "North", "South", "East", "West"])
        widths = np.array([bar.get_width() for bar in axes.patches]).reshape(3, -1).T
        np.testing.assert_allclose(widths[:3], [[0.2, 0.5, 0.3], [0.6, 0.3, 0.1], [0.2, 0.5, 0.3]])
        np.testing.assert_allclose(widths.sum(axis=1), 1)
        for text in ("0-1", "1-10", "10 and more"):
            self.assertIn(text, self.texts(drawn))

    def test_bands_of_all_from_the_nearest_down(self):
        self.found.bands[2, 0] = [0.4, 0.4, 0.2]
        self.found.bands[0] = np.nan
        drawn = bands.band_chart_of_all(self.found)
        self.assertEqual(self.rows(drawn.figure.axes[0]), ["energy", "Media"])
        self.assertTrue(any("1 without a score" in text for text in self.texts(drawn)))

    def test_synthetic_sweeps_say_so(self):
        for synthetic in (True, False):
            self.found.synthetic = synthetic
            for drawn in (tornado.tornado(self.found, self.media), tornado.tornado_of_all(self.found),
                          rank_stability.rank_stability(self.found, self.media), bands.band_chart_of_all(self.found)):
                self.assertEqual(any("synthetic" in text for text in self.texts(drawn)), synthetic)


if __name__ == "__main__":
    program.main()
