"""scripts/figures.py: the figures of a result file, and what it refuses. Skipped without matplotlib."""

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time

import program
from program import Case, DSCORE

try:
    import h5py
    import matplotlib
    import numpy as np
except ModuleNotFoundError as error:
    print(f"SKIPPED: {error.name} is not installed (python3-matplotlib, python3-h5py)")
    sys.exit(77)

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts")
sys.path.insert(0, SCRIPTS)
from figures import bubbles, maps, page, plan  # noqa: E402
from figures.labels import Placer  # noqa: E402
from figures.outlines import read_outlines  # noqa: E402
from figures.results import read_results  # noqa: E402

SECTORS = ("agrofood_broad", "agrofood_narrow", "lsh", "htsm_manufacturing", "htsm_brainport", "htsm_services",
           "chemicals", "horticulture", "logistics", "water", "creative_media", "creative_culture", "creative_services",
           "energy")
RING = [[0, 300000], [280000, 300000], [280000, 620000], [0, 620000], [0, 300000]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}


def draw(*args, **more):
    return subprocess.run([sys.executable, os.path.join(SCRIPTS, "figures.py"), *map(str, args)], capture_output=True,
                          text=True, timeout=program.TIMEOUT_S, **more)


def png_size(data):
    return struct.unpack(">II", data[16:24])


class Figures(Case):
    @classmethod
    def setUpClass(cls):
        folder = program.shared_folder(cls)
        cls.results, cls.population, cls.tables = (os.path.join(folder, n) for n in ("res.h5", "pop.h5", "tables"))
        for args in (["synth", "-o", cls.population, "--scale", "0.01", "--quiet"],
                     ["run", cls.population, "-o", cls.results, "--quiet"],
                     ["compare", cls.results, "-d", cls.tables, "--quiet"]):
            subprocess.run([DSCORE, *args], check=True, stdout=subprocess.PIPE)

    def draws(self, *args):
        done = draw(self.results, "-d", self.path("out"), *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "")
        return sorted(os.listdir(self.path("out")))

    def refuses(self, code, *args, says, **more):
        done = draw(*args, **more)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Aerror: [^\n]+\n\Z")
        for part in (says,) if isinstance(says, str) else says:
            self.assertIn(part, done.stderr)

    def changed(self, name, change):
        """A copy of the results after a change."""
        path = shutil.copy(self.results, self.path(name))
        with h5py.File(path, "r+") as file:
            change(file)
        return path


class Files(Figures):
    def test_every_figure_of_every_sector(self):
        made = self.draws("--comparison", self.tables, "--format", "png", "--dpi", "40", "--jobs", "2")
        expected = [f"{sector}_{kind}.png" for sector in SECTORS for kind in ("concentration", "cluster", "bubble")]
        expected += ["mean_scores.png", "comparison_national.png", "comparison_regional.png"]
        self.assertEqual(made, sorted(expected))
        for name in made:
            data = self.read("out/" + name)
            self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n", name)
            self.assertGreater(min(png_size(data)), 100, name)

    def test_png_and_pdf(self):
        self.assertEqual(self.draws("--sector", "water", "--kind", "cluster", "--kind", "bubble"),
                         ["water_bubble.pdf", "water_bubble.png", "water_cluster.pdf", "water_cluster.png"])
        for name in ("water_bubble.pdf", "water_cluster.pdf"):
            data = self.read("out/" + name)
            self.assertTrue(data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF"), name)
        self.assertIn(b"/Subtype /Image", self.read("out/water_cluster.pdf"))  # dots rasterised
        self.assertNotIn(b"/Subtype /Image", self.read("out/water_bubble.pdf"))

    def test_the_same_bytes_twice(self):
        args = ("--sector", "energy", "--dpi", "60")
        first = {name: self.read("out/" + name) for name in self.draws(*args, "--jobs", "1")}
        self.assertEqual({name: self.read("out/" + name) for name in self.draws(*args, "--jobs", "3")}, first)

    def test_a_benchmark_has_a_map_only(self):
        self.assertEqual(self.draws("--sector", "benchmark_industry", "--format", "png"),
                         ["benchmark_industry_concentration.png"])

    def test_says_what_it_made_unless_quiet(self):
        args = (self.results, "-d", self.path("out"), "--kind", "means")
        self.assertRegex(draw(*args).stderr, r"\A\S+out: 1 figures \(png, pdf\) in \d+\.\d s\n\Z")
        self.assertEqual(draw(*args, "--quiet").stderr, "")

    def test_help(self):
        done = draw("--help")
        self.assertEqual(done.returncode, 0)
        for text in ("RES.h5", "--outlines", "--comparison", "concentration", "examples:"):
            self.assertIn(text, done.stdout)

    def test_outlines(self):
        outlines = self.write("o.geojson", json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": SQUARE, "properties": {}},
            {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]]}}]}))
        args = ("--sector", "lsh", "--kind", "cluster", "--format", "png")
        self.draws(*args)
        without = self.read("out/lsh_cluster.png")
        self.draws(*args, "--outlines", outlines)
        self.assertNotEqual(self.read("out/lsh_cluster.png"), without)

    def test_unusual_results(self):
        def change(file):
            file["regions/name"][:] = b""
            file["region_results/mean_d"][:] = np.nan
            file["members/cluster"][:] = 0
            file["members/decile"][:] = 0
            file["members/d_score"][:] = np.nan
            file["populations/mean_d"][:] = np.nan
            file["establishments/jobs"][:] = 0
        done = draw(self.changed("odd.h5", change), "-d", self.path("out"), "--sector", "water", "--format", "png")
        self.assertEqual((done.returncode, len(os.listdir(self.path("out")))), (0, 3), done.stderr)


class Errors(Figures):
    def test_calls_that_are_wrong(self):
        out = self.path("out")
        self.refuses(2, says="RES.h5")
        self.refuses(2, self.results, says="--directory")
        self.refuses(2, self.results, "-d", out, "--kind", "pie", says=("--kind", "pie", "bubble"))
        self.refuses(2, self.results, "-d", out, "--format", "gif", says="gif")
        self.refuses(2, self.results, "-d", out, "--colour", says="--colour")
        for flag, value in (("--dpi", "5"), ("--dpi", "high"), ("--jobs", "0"), ("--jobs", "-1")):
            self.refuses(2, self.results, "-d", out, flag, value, says=flag)
        self.refuses(2, self.results, "-d", out, "--sector", "steel", says=("steel", "res.h5", "energy"))
        self.refuses(2, self.results, "-d", out, "--kind", "regional", says="--comparison")
        self.refuses(2, self.results, "-d", out, "--kind", "tornado", says=("--kind tornado", "dscore sweep", "bubble"))
        self.refuses(2, self.results, "-d", out, "--kind", "bubble", "--sector", "benchmark_services", says="benchmark")
        self.assertFalse(os.path.exists(out))

    def test_results_that_are_none(self):
        out = ("-d", self.path("out"))
        self.refuses(1, self.path("none.h5"), *out, says=("none.h5", "no such file"))
        self.refuses(1, self.write("text.h5", "hello"), *out, says=("text.h5", "cannot be read"))
        self.refuses(1, self.population, *out, says=("a population file", "dscore run"))
        newer = self.changed("new.h5", lambda file: file.attrs.modify("schema_version", 2))
        self.refuses(1, newer, *out, says="schema version 2")
        other = self.changed("other.h5", lambda file: file.attrs.pop("dscore_format"))
        self.refuses(1, other, *out, says="not a file of dscore's")
        with open(self.results, "rb") as file:
            half = self.write("half.h5", file.read()[:60000])
        self.refuses(1, half, *out, says="half.h5")
        self.assertFalse(os.path.exists(self.path("out")))

    def test_damaged_results(self):
        def cut(name):
            def change(file):
                values = file[name][:-1]
                del file[name]
                file[name] = values
            return change

        def far_row(file):
            file["members/row"][0] = 10**9

        def no_scores(file):
            del file["members/d_score"]

        for change in (cut("establishments/jobs"), cut("members/decile"), cut("region_results/lq"), far_row, no_scores):
            self.refuses(1, self.changed("bad.h5", change), "-d", self.path("out"), says=("bad.h5", "dscore validate"))

    def test_outlines_that_are_none(self):
        def refused(content, *says):
            path = self.write("o.geojson", content if isinstance(content, (str, bytes)) else json.dumps(content))
            self.refuses(1, self.results, "-d", self.path("out"), "--outlines", path, says=("o.geojson", *says))

        def of(geometry):
            return {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": geometry}]}

        self.refuses(1, self.results, "-d", self.path("out"), "--outlines", self.path("none"),
                     says=("none", "No such file"))
        for content in ("", "[1", b"\xff\xfe", "[" * 100000, {}, {"features": 5}, of(None),
                        of({"type": "Point", "coordinates": [1, 2]}), of({"type": "Polygon", "coordinates": [[[1]]]}),
                        of({"type": "Polygon", "coordinates": 7})):
            refused(content, "not a GeoJSON FeatureCollection of polygons")
        refused({"type": "FeatureCollection", "features": []}, "holds no polygon")
        degrees = {"type": "Polygon", "coordinates": [[[4.9, 52.3], [5, 52.3], [5, 52.4]]]}
        refused(of(degrees), "(4.9, 52.3)", "EPSG:28992")

    def test_comparison_that_is_none(self):
        args = (self.results, "-d", self.path("out"), "--comparison")
        self.refuses(1, *args, self.path("none"), says=("none/national_comparison.csv", "dscore compare -d"))
        tables = shutil.copytree(self.tables, self.path("tables"))
        self.write("tables/regional_comparison.csv", "population,published\nwater,abc\n")
        self.refuses(1, *args, tables, says=("regional_comparison.csv", "region"))
        self.write("tables/regional_comparison.csv",
                   "population,region,region_name,quantity,published,computed,difference\nwater,A,B,lq,abc,1,1\n")
        self.refuses(1, *args, tables, says=("regional_comparison.csv", "abc"))
        other = self.changed("other.h5", lambda file: file["populations/mean_d"].__setitem__(3, 0.5))
        self.refuses(1, other, "-d", self.path("out"), "--comparison", self.tables, says=("other.h5", "other results"))
        self.assertFalse(os.path.exists(self.path("out")))

    def test_a_folder_that_cannot_be(self):
        self.refuses(1, self.results, "-d", self.path("no/out"), says=("no/out", "No such file or directory"))
        self.refuses(1, self.results, "-d", self.write("file", ""), says=("file", "File exists"))
        os.makedirs(self.path("out/mean_scores.png"))
        self.refuses(1, self.results, "-d", self.path("out"), "--kind", "means",
                     says=("mean_scores.png", "cannot write"))
        self.assertEqual(os.listdir(self.path("out")), ["mean_scores.png"])

    def test_interrupted(self):
        running = subprocess.Popen([sys.executable, os.path.join(SCRIPTS, "figures.py"), self.results, "-d",
                                    self.path("out"), "--jobs", "1", "--format", "png"], stderr=subprocess.PIPE)
        deadline = time.monotonic() + program.TIMEOUT_S
        while not (os.path.isdir(self.path("out")) and os.listdir(self.path("out"))) and time.monotonic() < deadline:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.communicate(timeout=program.TIMEOUT_S)[1], b"error: interrupted.\n")
        self.assertEqual(running.returncode, 130)
        made = os.listdir(self.path("out"))
        self.assertTrue(0 < len(made) < 43 and all(name.endswith(".png") for name in made), made)

    def test_without_matplotlib(self):
        os.mkdir(self.path("empty"))
        self.write("empty/matplotlib.py", "raise ModuleNotFoundError(name='matplotlib')\n")
        self.refuses(1, self.results, "-d", self.path("out"), says=("matplotlib", "python3-matplotlib"),
                     env={**os.environ, "PYTHONPATH": self.path("empty")})


class Drawing(Figures):
    """What the figures show, read from the figures themselves."""

    def setUp(self):
        super().setUp()
        self.read_in = read_results(self.results)
        self.water = next(p for p in self.read_in.populations if p.name == "water")

    def dots(self, axes):
        return [c for c in axes.collections if isinstance(c, matplotlib.collections.PathCollection)]

    def texts(self, drawn):
        texts = [*drawn.figure.texts, *(text for axes in drawn.figure.axes for text in axes.texts)]
        return [text.get_text() for text in texts]

    def test_a_dot_per_establishment_the_highest_last(self):
        drawn = maps.concentration_map(self.read_in, self.water, None)
        dots, = self.dots(drawn.figure.axes[0])
        self.assertEqual(len(dots.get_offsets()), len(self.water))
        self.assertTrue(dots.get_rasterized())
        colours = [matplotlib.colors.to_hex(c) for c in dots.get_facecolors()]
        deciles = [maps.style.DECILES.index(c) + 1 for c in colours]
        self.assertEqual(deciles, sorted(self.water.decile))
        self.assertEqual(drawn.figure.axes[0].get_aspect(), 1)

    def test_land_under_the_dots_where_there_are_no_outlines(self):
        image, = maps.concentration_map(self.read_in, self.water, None).figure.axes[0].get_images()
        left, right, bottom, top = image.get_extent()
        occupied = image.get_array()
        column = ((self.read_in.x_km - left) / maps.FOOTPRINT_KM).astype(int)
        row = ((self.read_in.y_km - bottom) / maps.FOOTPRINT_KM).astype(int)
        self.assertTrue(occupied[row, column].all())
        self.assertEqual(occupied.sum(), len(set(zip(row, column))))
        self.assertEqual(((top - bottom) / maps.FOOTPRINT_KM, (right - left) / maps.FOOTPRINT_KM), occupied.shape)

    def test_no_trace_of_establishments_on_a_page_for_grids(self):
        square = [[np.array(RING) / 1000]]
        for outlines in (None, square):
            view = maps.Map(self.read_in, outlines, "", "", extent_of=square)
            self.assertEqual(len(view.axes.get_images()), 0)

    def test_area_is_jobs(self):
        jobs = np.array([0, 1, 1000, 2000, 4000])
        scale = maps.DotScale(jobs, 150000)
        area = scale(jobs)
        self.assertEqual(area[0], area[1])  # the smallest dot
        self.assertAlmostEqual(area[3] / area[2], 2)
        self.assertAlmostEqual(area[4] / area[2], 4)

    def test_clusters_only(self):
        drawn = maps.cluster_map(self.read_in, self.water, None)
        dots, = self.dots(drawn.figure.axes[0])
        self.assertEqual(len(dots.get_offsets()), np.sum(self.water.cluster > 0))
        self.water.cluster[:] = 0
        self.assertTrue(any("No establishment is above" in text for text in
                            self.texts(maps.cluster_map(self.read_in, self.water, None))))

    def test_synthetic_results_say_so(self):
        for synthetic in (True, False):
            self.read_in.synthetic = synthetic
            texts = self.texts(bubbles.bubble_chart(self.read_in, self.water))
            self.assertEqual(any("synthetic" in text for text in texts), synthetic)

    def test_every_typed_region_is_named(self):
        for population in self.read_in.populations[2::3]:
            texts = self.texts(bubbles.bubble_chart(self.read_in, population))
            types = self.read_in.regional["type"][population.index]
            for r in np.flatnonzero(types > 0):
                self.assertIn(self.read_in.region_name[r], texts)

    def test_a_synthetic_mark_of_any_kind(self):
        for value, expected in ((1, True), (0, False), (b"yes", True), (b"no", False), (b"", False)):
            path = self.changed("mark.h5", lambda file: file["input_provenance"].attrs.__setitem__(
                "synthetic", np.bytes_(value) if isinstance(value, bytes) else value))
            self.assertEqual(read_results(path).synthetic, expected, value)

    def test_kinds_that_show_establishments_are_marked(self):
        self.assertEqual([kind.name for kind in plan.KINDS if kind.shows_establishments], ["concentration", "cluster"])

    def test_outline_rings_in_kilometres(self):
        polygon = {"type": "Polygon", "coordinates": [RING, [[1000, 400000], [2000, 400000], [2000, 401000]]]}
        path = self.write("o.json", json.dumps({"features": [{"geometry": polygon}]}))
        (outer, hole), = read_outlines(path)
        self.assertEqual((outer.shape, hole[0].tolist()), ((5, 2), [1, 400]))

    def test_steps_of_the_area_key(self):
        self.assertEqual([page.nice_steps(n) for n in (1, 7, 42, 100, 730)],
                         [[1], [5], [1, 10], [1, 10, 100], [5, 50, 500]])


class Labels(Case):
    EDGE = (0, 0, 400, 300)

    def overlap(self, a, b):
        return min(a[2], b[2]) - max(a[0], b[0]) > 1e-6 and min(a[3], b[3]) - max(a[1], b[1]) > 1e-6

    def test_no_overlap_where_there_is_room(self):
        chance = np.random.default_rng(3)
        centres = chance.uniform((60, 20), (340, 280), (25, 2))
        placer = Placer(centres, chance.uniform(2, 9, 25), self.EDGE)
        boxes = placer.place(list(range(10)), list(range(10, 25)), {i: (45, 9) for i in range(25)})
        self.assertGreaterEqual(len(boxes), 10)
        for i, box in boxes.items():
            self.assertTrue(box[0] >= 0 and box[1] >= 0 and box[2] <= 400 and box[3] <= 300)
            nearest = np.clip(centres, box[:2], box[2:])
            self.assertTrue((np.hypot(*(nearest - centres).T) >= placer.radii - 1e-6).all())
            for k, other in boxes.items():
                self.assertFalse(i < k and self.overlap(box, other))

    def test_wanted_labels_are_always_placed_optional_ones_only_where_free(self):
        centres = np.full((6, 2), 100.0)  # all on one spot
        boxes = Placer(centres, np.full(6, 5.0), self.EDGE).place([0, 1], [2, 3, 4, 5], {i: (50, 9) for i in range(6)})
        self.assertEqual(sorted(boxes), [0, 1])
        self.assertFalse(self.overlap(boxes[0], boxes[1]))

    def test_a_far_label_has_a_line_to_its_disc(self):
        placer = Placer([(100, 100)], [5], self.EDGE)
        self.assertIsNone(placer.leader(0, (107, 95, 150, 105)))
        ends = placer.leader(0, (150, 95, 190, 105))
        self.assertEqual(ends.tolist(), [[150, 100], [105, 100]])

    def test_nothing_to_place(self):
        self.assertEqual(Placer([], [], self.EDGE).place([], [], {}), {})


if __name__ == "__main__":
    program.main()
