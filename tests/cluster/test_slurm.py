"""The templates of scripts/slurm on a real Slurm: slurmctld, slurmd and munge on this machine."""

import glob
import os
import shutil
import unittest

import slurm
from toil import TOIL, ToilCase, program, units_in

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BUILT_WITH_MPI = os.environ.get("DSCORE_WITH_MPI") == "ON"


class Slurm(ToilCase):
    SIZE = ("--units", 60, "--steps", 5000)
    LONG = ("--units", 600, "--steps", 100000)  # seconds on any machine

    @classmethod
    def setUpClass(cls):
        if why := slurm.why_not():
            raise unittest.SkipTest(why)
        cls.cluster = slurm.Cluster()
        cls.addClassCleanup(cls.cluster.stop)
        cls.cluster.start()

    def setUp(self):
        """A folder as a user has it: the scripts, and the program on the PATH by the name of dscore."""
        super().setUp()
        shutil.copytree(os.path.join(SOURCE, "scripts", "slurm"), self.path("scripts/slurm"))
        os.mkdir(self.path("bin"))
        os.symlink(TOIL, self.path("bin/dscore"))
        self.environment = {"PATH": self.path("bin") + ":" + self.cluster.environment["PATH"]}

    def submit(self, *command):
        return self.cluster.run(*map(str, command), cwd=self.folder, environment=self.environment).strip()

    def batch(self, template, *call):
        return self.submit("sbatch", "--parsable", f"scripts/slurm/{template}.sbatch", *call)

    def logs(self):
        text = self.cluster.logs()
        for name in glob.glob(self.path("dscore-*.out")):
            with open(name, encoding="utf-8") as file:
                text += f"\n{name}:\n{file.read()}"
        return text

    def completes(self, job):
        state = self.cluster.wait_for_end(job)
        self.assertEqual(set(state.split()), {"COMPLETED", "0:0"}, self.logs())

    def under_way(self, job):
        """Until some units are in the checkpoint."""
        def begun():
            self.assertNotIn("FAILED", self.cluster.state(job), self.logs())
            return len(units_in(self.path("out.checkpoint"))) >= 20
        self.cluster.wait(begun, 120, "20 units are finished")

    def needs_mpi(self):
        if not BUILT_WITH_MPI:
            self.skipTest("built without MPI")

    def test_templates(self):
        self.needs_mpi()
        expected = self.undisturbed(*self.SIZE)
        for template, ranks in (("cpu", 2), ("a100", 4), ("h100", 4)):
            job = self.batch(template, *self.toil(*self.SIZE, name=template))
            self.completes(job)
            self.assertEqual(self.read(template), expected)
            self.assertEqual(sorted(self.done(template)), list(range(60)))
            self.assertIn(f"NumTasks={ranks} ", self.submit("scontrol", "show", "job", "--oneliner", job))
            self.assertEqual(self.read(f"dscore-{job}.out").decode().count("wrote"), 1)

    def test_cancelled_and_submitted_again(self):
        self.needs_mpi()
        expected = self.undisturbed(*self.LONG)
        job = self.batch("cpu", *self.toil(*self.LONG))
        self.under_way(job)
        self.submit("scancel", job)
        self.assertIn("CANCELLED", self.cluster.wait_for_end(job))
        self.assertFalse(os.path.exists(self.path("out")), "too quick to be cancelled")
        finished = units_in(self.path("out.checkpoint"))
        before = len(self.done())
        self.completes(self.batch("cpu", *self.toil(*self.LONG)))
        self.assertEqual(self.read("out"), expected)
        self.assertEqual(set(self.done()[before:]).intersection(finished), set(), "done again")

    def test_the_signal_before_the_time_limit(self):
        """The job is queued again, and goes on."""
        self.needs_mpi()
        expected = self.undisturbed(*self.LONG)
        job = self.batch("cpu", *self.toil(*self.LONG))
        self.under_way(job)
        self.submit("scancel", "--signal=TERM", job)  # to the ranks, as --signal=TERM@120 does

        def goes_on():
            # Slurm would wait for two minutes, in which the old step has long gone.
            if "PENDING" in self.cluster.state(job) and not self.cluster.has_steps():
                try:
                    self.submit("scontrol", "update", f"JobId={job}", "StartTime=now")
                except AssertionError as error:  # it has begun since it was asked for its state
                    self.assertIn("no longer pending", str(error))
            return os.path.exists(self.path("out"))
        self.cluster.wait(goes_on, 120, "the output is there")
        self.completes(job)
        self.assertEqual(self.read("out"), expected)
        text = self.read(f"dscore-{job}.out").decode()
        self.assertRegex(text, r"error: interrupted: \d+ of 600 units are finished")
        self.assertRegex(text, r"note: \S+out\.checkpoint: going on, \d+ of 600 units are finished")
        self.assertIn("Restarts=1 ", self.submit("scontrol", "show", "job", "--oneliner", job))

    def test_array_and_merge(self):
        expected = self.undisturbed(*self.SIZE)
        self.environment["DSCORE_MPI_TYPE"] = "none"
        text = self.submit("scripts/slurm/submit_array.sh", 4, *self.toil(*self.SIZE))
        array, merge = (word.rstrip(".:") for word in text.split() if word.rstrip(".:").isdigit() and word != "4")
        self.completes(merge)
        self.completes(array)
        self.assertEqual(self.read("out"), expected)
        self.assertEqual(sorted(self.done()), list(range(60)))

    def test_array_with_a_share_that_fails(self):
        self.environment["DSCORE_MPI_TYPE"] = "none"
        text = self.submit("scripts/slurm/submit_array.sh", 3, *self.toil(*self.SIZE, "--fails", 10))
        array, merge = (word.rstrip(".:") for word in text.split() if word.rstrip(".:").isdigit() and word != "3")
        self.assertIn("CANCELLED", self.cluster.wait_for_end(merge))
        self.assertIn("FAILED", self.cluster.wait_for_end(array))
        self.assertFalse(os.path.exists(self.path("out")))
        job = self.submit("sbatch", "--parsable", "--array=2", "scripts/slurm/array.sbatch", 3, *self.toil(*self.SIZE))
        self.completes(job)
        self.completes(self.batch("merge", 3, self.path("out")))
        self.assertEqual(self.read("out"), self.undisturbed(*self.SIZE))
        self.assertEqual(sorted(self.done()), list(range(60)))

    def test_the_program_under_srun(self):
        """dscore itself, by the same call with srun before it."""
        self.needs_mpi()
        dscore = os.environ["DSCORE_PROGRAM"]
        program.subprocess.run([dscore, "synth", "-o", self.path("pop.h5"), "--scale", "0.05"], check=True,
                               stderr=program.subprocess.DEVNULL)
        tables = []
        for name, launcher in (("alone", ()), ("ranks", ("srun", "--mpi=pmix", "-n", "3"))):
            output = self.path(name + ".h5")
            self.cluster.run(*launcher, dscore, "run", self.path("pop.h5"), "-o", output)
            self.cluster.run(dscore, "export", output, "-d", self.path(name), "--establishments")
            tables.append([self.read(f"{name}/{table}.csv") for table in ("populations", "regions", "establishments")])
        self.assertEqual(tables[0], tables[1])


if __name__ == "__main__":
    program.main()
