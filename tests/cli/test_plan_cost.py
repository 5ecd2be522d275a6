"""dscore plan-cost: what a call will take, without making it."""

import os
import re
import resource
import subprocess

import program
from program import Case, call, shared_folder

PLAN = """
[[vary]]
threshold_km = [0.5, 2]
decay = "power:2"
[[subsample]]
repeats = 1
[bands]
edges_km = [5, 50]
"""


def megabytes_of(*arguments):
    """The most memory that the program took for a call. A process of its own has it called: the count is of all that
    it ever started."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            subprocess.run([program.DSCORE, *map(str, arguments)], stdout=subprocess.DEVNULL, check=True)
            os.write(write, str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024).encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as answer:
        return float(answer.read())


class PlanCost(Case):
    @classmethod
    def setUpClass(cls):
        cls.shared = shared_folder(cls)
        cls.population = os.path.join(cls.shared, "pop.h5")
        cls.plan = os.path.join(cls.shared, "plan.toml")
        with open(cls.plan, "w") as file:
            file.write(PLAN)
        done = call("synth", "-o", cls.population, "--scale", "0.1", "--quiet")
        assert done.returncode == 0, done.stderr
        cls.calls = (("run", cls.population), ("run", cls.population, "--distance", "great-circle"),
                     ("sweep", cls.population, "--plan", cls.plan),
                     ("significance", cls.population, "--draws", "9"),
                     ("significance", cls.population, "--draws", "9", "--strata", "size", "--no-cross"))

    def test_prints_what_a_call_will_take_and_writes_nothing(self):
        for arguments in self.calls:
            with self.subTest(arguments):
                done = self.succeeds("plan-cost", *arguments, "-o", self.path("out.h5"))
                self.assertEqual(done.stderr, "")
                self.assertEqual(os.listdir(self.folder), [])
                self.assertRegex(done.stdout, r"\Aunits +\d+, the longest [\d.]+ \w+: \w")
                times = re.search(r"(?m)^time +(.*)$", done.stdout)[1]
                self.assertRegex(times, r"\A\d")

    def test_units_are_those_of_the_work(self):
        sweep = self.succeeds("plan-cost", *self.calls[2], "-o", self.path("out.h5")).stdout
        self.assertRegex(sweep, r"units +21,")  # baseline, 4 settings, the bands of 16 populations
        run = self.succeeds("plan-cost", *self.calls[0], "-o", self.path("out.h5")).stdout
        self.assertRegex(run, r"units +16,")

    def test_memory_is_within_a_factor_of_two(self):
        for arguments in self.calls:
            with self.subTest(arguments):
                done = self.succeeds("plan-cost", *arguments, "-o", self.path("out.h5"))
                predicted = 1024 * float(re.search(r"memory +([\d.]+) GiB", done.stdout)[1])
                took = megabytes_of(*arguments, "-o", self.path("out.h5"), "--quiet")
                self.assertLess(predicted, 2 * took)
                self.assertGreater(predicted, took / 2)

    def test_a_share_is_a_part(self):
        call = ("plan-cost", *self.calls[0], "-o", self.path("out.h5"), "--shard")
        self.assertRegex(self.succeeds(*call, "1/4").stdout, r"units +4,")
        self.assertRegex(self.succeeds(*call, "17/20").stdout, r"\Aunits +0: there is nothing to be done\n\Z")

    def test_any_method(self):
        for method in ("exact", "p3m", "tree", "auto"):
            self.succeeds("plan-cost", "significance", self.population, "-o", self.path("out.h5"), "--method", method)

    def test_more_draws_take_longer(self):
        def seconds(draws):
            text = self.succeeds("plan-cost", "significance", self.population, "-o", self.path("out.h5"), "--draws",
                                 draws).stdout
            number, unit = re.search(r"(?m)^time +([\d.]+) (\w+)", text).groups()
            return float(number) * {"s": 1, "min": 60, "h": 3600}[unit]

        # Each draw for itself: the speed of the machine, which is measured, is not the same twice.
        self.assertGreater(seconds(100000), 10 * seconds(99))

    def test_refuses_what_has_no_units(self):
        self.fails(2, "plan-cost", says="CALL is required")
        self.fails(2, "plan-cost", "synth", "-o", self.path("out.h5"), says=["synth", "sweep, significance or run"])
        self.fails(2, "plan-cost", "sweep", self.population, "-o", self.path("out.h5"), says="--plan is required")
        self.fails(1, "plan-cost", "run", self.path("none.h5"), "-o", self.path("out.h5"), says="none.h5")
        self.fails(2, "plan-cost", "run", self.population, "-o", says="--output")
        self.assertEqual(os.listdir(self.folder), [])
        self.assertNotIn("--plan-cost", self.succeeds("run", "--help").stdout)


if __name__ == "__main__":
    program.main()
