"""dscore synth --places: a synthetic Netherlands on points of the user's."""

import csv
import gzip
import os

import program
from program import Case, call

REGIONS = [f"CR{r:02}" for r in range(1, 41)]


def table(rows, header="x_m,y_m,weight,region"):
    return header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


PLACES = [(100000 + 1000 * k, 450000 + 500 * k, k + 1, code) for k, code in enumerate(REGIONS)]


class Places(Case):
    def tables(self, *args):
        self.succeeds("synth", "-o", self.path("pop.h5"), "--scale", "0.01", *args)
        self.succeeds("run", self.path("pop.h5"), "-o", self.path("res.h5"), "--quiet")
        self.succeeds("export", self.path("res.h5"), "-d", self.path("tables"), "--establishments", "--quiet")
        with open(self.path("tables/populations.csv"), newline="") as file:
            return list(csv.DictReader(file))

    def test_everything_is_on_the_places(self):
        populations = self.tables("--places", self.write("places.csv", table(PLACES)))
        services = next(row for row in populations if row["population"] == "benchmark_services")
        self.assertEqual(services["establishments"], "3344")
        self.assertEqual(services["locations"], "40")

    def test_columns_by_name_gzip_and_no_weight(self):
        content = table([(code, y, x, "ignored") for x, y, _, code in PLACES], "corop,north,east,weight_of")
        path = self.write("places.csv.gz", gzip.compress(content.encode()))
        self.tables("--places", path, "--x", "east", "--y", "north", "--region", "corop")

    def test_regions_without_places_are_left_out(self):
        path = self.write("places.csv", table([row for row in PLACES if row[3] >= "CR17"]))
        done = self.succeeds("synth", "-o", self.path("pop.h5"), "--scale", "0.1", "--places", path)
        self.assertIn("24 regions", done.stderr)

    def test_refusals(self):
        out = ("-o", self.path("out.h5"), "--scale", "0.01", "--places")
        good = (150000, 450000, 1, "CR17")
        for name, content, says in (
                ("text", table([good, ("15x", 450000, 1, "CR17")]), ("row 2", "column x_m", '"15x"', "--x")),
                ("degrees", table([(5.1, 52.1, 1, "CR17")]), ("row 1", "columns x_m and y_m", "outside the Netherlands", "degrees")),
                ("axes", table([(450000, 150000, 1, "CR17")]), ("columns x_m and y_m", "swapped", "--x y_m --y x_m")),
                ("region", table([good, (150000, 450000, 1, "CR41")]), ("row 2", "column region", '"CR41"', "CR01 to CR40")),
                ("weight", table([(150000, 450000, 0, "CR17")]), ("column weight", "not above 0", "--weight")),
                ("columns", "x_m,y_m\n1,2\n", ("region", "--region")),
                ("none", "x_m,y_m,weight,region\n", ("none.csv",)),
                ("few", table([(257000, 594000, 1, "CR02")]), ("no establishment of", "--scale"))):
            with self.subTest(name):
                self.fails(1, "synth", *out, self.write(name + ".csv", content), says=says)
        path = self.write("good.csv", table(PLACES))
        self.fails(1, "synth", *out, self.path("nothing.csv"), says="nothing.csv")
        self.fails(1, "synth", *out, path, "--weight", "addresses", says=("addresses", "--weight"))
        self.assertEqual(call("synth", "-o", self.path("out.h5"), "--x", "x_m").returncode, 2)  # needs --places
        self.assertEqual(call("synth", "-o", path, "--places", path).returncode, 2)  # one file for both
        self.assertNotIn("out.h5", os.listdir(self.folder))


if __name__ == "__main__":
    program.main()
