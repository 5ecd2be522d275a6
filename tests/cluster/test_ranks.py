"""Under mpirun: the same bits for any number of ranks, errors said once, and killed ranks lose no finished unit."""

import os
import random
import shutil
import signal
import subprocess
import time

from toil import TOIL, ToilCase, program, units_in

BUILT_WITH_MPI = os.environ.get("DSCORE_WITH_MPI") == "ON"
# As root, with more ranks than cores: in tests only.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_btl_base_warn_component_unused": "0"}


def own_lines(text):
    """Without what mpirun adds."""
    return [line for line in text.splitlines() if line.startswith(("error:", "note:"))]


class Ranks(ToilCase):
    SIZE = ("--units", 60, "--steps", 5000)

    def setUp(self):
        super().setUp()
        if not BUILT_WITH_MPI or not shutil.which("mpirun"):
            self.skipTest("no MPI here: scripts/install_dependencies.sh cluster")

    def mpirun(self, ranks, *args):
        return subprocess.run(["mpirun", "-n", str(ranks), TOIL, *map(str, args)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=program.TIMEOUT_S, env=ENVIRONMENT, text=True)

    def test_same_bits(self):
        expected = self.undisturbed(*self.SIZE)
        for ranks in (1, 2, 3, 5):
            name = f"out{ranks}"
            done = self.mpirun(ranks, *self.toil(*self.SIZE, name=name))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, f"wrote {self.path(name)}\n")
            self.assertEqual(own_lines(done.stderr), [])
            self.assertEqual(self.read(name), expected)
            self.assertEqual(sorted(self.done(name)), list(range(60)))
            self.assertFalse(os.path.exists(self.path(name + ".checkpoint")))

    def test_the_analyses(self):
        """dscore itself: every table of 2 and 5 ranks is that of one process."""
        dscore = os.environ["DSCORE_PROGRAM"]

        def called(*call):
            done = subprocess.run([*map(str, call)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=program.TIMEOUT_S, env=ENVIRONMENT, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)

        def tables(name):
            called(dscore, "export", self.path(name), "-d", self.path(name + ".d"))
            found = [table for table in os.listdir(self.path(name + ".d")) if table.endswith(".csv")]
            self.assertGreater(len(found), 1)
            return {table: self.read(f"{name}.d/{table}") for table in found}

        population = self.path("pop.h5")
        called(dscore, "synth", "-o", population, "--scale", "0.02", "--quiet")
        self.write("plan.toml", '[[vary]]\nthreshold_km = [0.5, 2]\nneighbours = "jobs"\n[bands]\nedges_km = [10]\n')
        for analysis in (("run",), ("sweep", "--plan", self.path("plan.toml")), ("significance", "--draws", "20")):
            call = (dscore, *analysis, population, "--device", "cpu", "--quiet", "-o")
            called(*call, self.path("alone.h5"))
            expected = tables("alone.h5")
            for ranks in (2, 5):
                with self.subTest(analysis=analysis, ranks=ranks):
                    called("mpirun", "-n", ranks, *call, self.path(f"{ranks}.h5"))
                    self.assertEqual(tables(f"{ranks}.h5"), expected)

    def test_a_unit_that_fails(self):
        done = self.mpirun(3, *self.toil(*self.SIZE, "--fails", 33))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(own_lines(done.stderr)), 1, done.stderr)
        self.assertRegex(done.stderr, r"error: (rank [12] on \S+: )?unit 33 fails\.\n")
        self.assertEqual(done.stdout, "")
        before = self.done()
        journaled = units_in(self.path("out.checkpoint"))
        self.assertLessEqual(len(before) - len(journaled), 2)
        done = self.mpirun(2, *self.toil(*self.SIZE))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.read("out"), self.undisturbed(*self.SIZE))
        self.assertEqual(set(self.done()[len(before):]).intersection(journaled), set())

    def test_errors_that_all_ranks_meet_are_said_once(self):
        for code, args in ((1, self.toil(name="none/out")), (2, self.toil("--no-such-flag")),
                           (2, self.toil("--shard", "7/3"))):
            done = self.mpirun(3, *args)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertEqual(len(own_lines(done.stderr)), 1, done.stderr)

    def test_shares_of_several_ranks(self):
        for k in (1, 2):
            done = self.mpirun(2, *self.toil(*self.SIZE, "--shard", f"{k}/2"))
            self.assertEqual(done.returncode, 0, done.stderr)
        done = self.mpirun(2, "merge", *[self.path(f"out.shard-{k}-of-2") for k in (1, 2)])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.read("out"), self.undisturbed(*self.SIZE))
        self.assertEqual(len(self.done()), 60)

    def ranks_of(self, mpirun):
        """The process ids of the ranks, when all are there."""
        end = time.monotonic() + program.TIMEOUT_S
        while time.monotonic() < end and mpirun.poll() is None:
            children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(mpirun.pid)], stdout=subprocess.PIPE,
                                      check=False, text=True).stdout.split()
            if len(children) == 3:
                return [int(pid) for pid in children]
            time.sleep(0.01)
        return []

    def test_killed(self):
        """One rank by SIGKILL, or all by way of mpirun."""
        size = ("--units", 100, "--steps", 60000)
        expected = self.undisturbed(*size)
        chance = random.Random(3)
        journaled = set()
        kills = 0
        for attempt in range(8):
            known = len(self.done())
            running = subprocess.Popen(["mpirun", "-n", "3", TOIL, *self.toil(*size)], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, env=ENVIRONMENT, text=True)
            ranks = self.ranks_of(running)
            time.sleep(chance.uniform(0.2, 0.8))
            try:
                if attempt % 2 == 0 and ranks:
                    os.kill(chance.choice(ranks), signal.SIGKILL)
                else:
                    running.terminate()
                kills += 1
            except ProcessLookupError:
                pass
            errors = running.communicate(timeout=program.TIMEOUT_S)[1]
            self.assertEqual(journaled.intersection(self.done()[known:]), set(), "done again")
            if os.path.exists(self.path("out")):
                break
            self.assertNotEqual(running.returncode, 0)
            self.assertNotRegex(errors, r"MPI_ABORT")
            after = set(units_in(self.path("out.checkpoint")))
            self.assertLessEqual(journaled, after, "lost")
            journaled = after
        self.assertGreater(kills, 1)
        if not os.path.exists(self.path("out")):
            done = self.mpirun(2, *self.toil(*size))
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.read("out"), expected)
        # Of three ranks, each kill loses the unit in hand of each, and results on their way.
        self.assertLessEqual(len(self.done()), 100 + 6 * kills)


class TasksThatAreNoRanks(ToilCase):
    """Started as one of several tasks, by a launcher that MPI knows nothing of, or without MPI: said once."""

    def test_said_once(self):
        launchers = [{"PMI_SIZE": "2", "PMI_RANK": None}]
        says = "does not see them as its ranks"
        if not BUILT_WITH_MPI:
            launchers += [{"OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": None},
                          {"SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": None}]
            says = "built without MPI"
        for launcher in launchers:
            tasks = []
            for task in range(2):
                own = {name: str(task) if value is None else value for name, value in launcher.items()}
                tasks.append(program.call(*self.toil(), env={**os.environ, **own}))
            self.assertEqual([task.returncode for task in tasks], [1, 1])
            first, second = ([line for line in task.stderr.splitlines() if not line.startswith("[hwloc")]
                             for task in tasks)  # Open MPI's own: where /sys is not mounted
            self.assertEqual(len(first), 1, first)
            self.assertRegex(first[0], rf"\Aerror: (srun|mpirun) started 2 tasks, but .*{says}.+\Z")
            self.assertEqual(second, [])
            self.assert_only_files()


if __name__ == "__main__":
    program.main()
