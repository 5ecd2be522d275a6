"""Killed at random moments, again and again: the same command goes on, and the result is that of an undisturbed run."""

import os
import random
import resource
import signal
import struct
import subprocess
import time

from toil import HEAD, TOIL, ToilCase, program, units_in

KILLS = 50
PROGRAM_KILLS = int(os.environ.get("DSCORE_KILLS", 12))  # of the analyses, which take longer


class Killed(ToilCase):
    def go_on(self, args, chance, longest_s):
        """Starts the call and kills it after a while. True if it came to its end before that."""
        running = subprocess.Popen([TOIL, *args], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        how = chance.choice([signal.SIGKILL, signal.SIGTERM])
        try:
            running.wait(chance.uniform(0, longest_s))
        except subprocess.TimeoutExpired:
            running.send_signal(how)
        errors = running.communicate(timeout=program.TIMEOUT_S)[1].decode()
        if running.returncode == 0:
            return True
        # -SIGTERM: before the program had begun to handle signals.
        self.assertIn(running.returncode, (-signal.SIGKILL, -signal.SIGTERM, 128 + signal.SIGTERM), errors)
        if "units are finished, in" in errors:
            self.assertRegex(errors, r"error: interrupted: \d+ of 300 units are finished, in .*\.checkpoint\.")
        return False

    def test_at_random_moments(self):
        size = ("--units", 300, "--steps", 30000)
        expected = self.undisturbed(*size)
        chance = random.Random(2012)
        kills = rounds = 0
        while kills < KILLS:
            rounds += 1
            name = f"out{rounds}"
            args = self.toil(*size, name=name)
            journaled = set()
            while True:
                known = len(self.done(name))
                ended = self.go_on(args, chance, 0.6 if kills < KILLS else 60)
                again = journaled.intersection(self.done(name)[known:])
                self.assertEqual(again, set(), "done again, though in the checkpoint")
                # Killed at its very end, when the output was written and the checkpoint removed?
                if ended or (os.path.exists(self.path(name)) and not os.path.exists(self.path(name + ".checkpoint"))):
                    break
                kills += 1
                after = units_in(self.path(name + ".checkpoint"))
                self.assertEqual(len(after), len(set(after)))
                self.assertLessEqual(journaled, set(after), "lost")
                self.assertLessEqual(set(after), set(self.done(name)))
                journaled = set(after)
            self.assertEqual(self.read(name), expected)
            self.assertFalse(os.path.exists(self.path(name + ".checkpoint")))
            # At most the unit in hand is lost to a kill.
            self.assertLessEqual(len(self.done(name)), 300 + kills)
        print(f"{kills} kills in {rounds} rounds")

    def test_a_damaged_checkpoint_never_gives_a_wrong_result(self):
        size = ("--units", 60, "--steps", 2000)
        expected = self.undisturbed(*size)
        args = self.toil(*size, "--fails", 45)
        self.fails(1, *args, says="unit 45 fails")
        checkpoint = self.read("out.checkpoint")
        chance = random.Random(7)
        for trial in range(60):
            damaged = bytearray(checkpoint)
            for _ in range(chance.randint(1, 5)):
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            if trial % 4 == 0:
                del damaged[chance.randrange(len(damaged)):]
            self.write("out.checkpoint", bytes(damaged))
            done = self.succeeds(*self.toil(*size))
            self.assertEqual(self.read("out"), expected)
            if damaged != checkpoint:
                self.assertRegex(done.stderr,
                                 "warning: .*out.checkpoint: damaged: |note: .*out.checkpoint: its last unit was not written")

    def test_other_work_is_refused(self):
        self.fails(1, *self.toil("--fails", 20, "--steps", 2000), says="unit 20 fails")
        done = self.fails(1, *self.toil("--steps", 2001), says=("out.checkpoint", "--restart", "steps: 2000"))
        self.assertIn('"steps: 2000" there, "steps: 2001" here', done.stderr)
        self.succeeds(*self.toil("--steps", 2001, "--restart"))
        self.assertEqual(self.read("out"), self.undisturbed("--steps", 2001))
        self.assert_only_files("out", "out.log", "undisturbed")

    def test_two_processes_at_one_checkpoint(self):
        long = ("--steps", 200_000_000)
        first = subprocess.Popen([TOIL, *self.toil(*long)], stderr=subprocess.DEVNULL)
        self.addCleanup(first.wait)
        self.addCleanup(first.kill)
        while not os.path.exists(self.path("out.checkpoint")):
            time.sleep(0.01)
        time.sleep(0.1)
        self.fails(1, *self.toil(*long), says=("out.checkpoint", "another process"))

    def test_full_disk(self):
        """A limit to the size of files stands for the end of the disk."""
        size = ("--units", 60, "--steps", 2000, "--values", 1000)
        expected = self.undisturbed(*size)

        def limited():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))

        self.fails(1, *self.toil(*size), preexec_fn=limited, says=("out.checkpoint: cannot write", "Free some space"))
        self.assertEqual(len(units_in(self.path("out.checkpoint"))), 12)
        self.succeeds(*self.toil(*size))
        self.assertEqual(self.read("out"), expected)
        self.assertEqual(sorted(set(self.done())), list(range(60)))
        self.assertEqual(len(self.done()), 61)

    def test_units_that_are_not_needed(self):
        self.succeeds(*self.toil("--enough", 9, "--steps", 1000))
        self.assertEqual(self.done(), list(range(10)))


class Shared(ToilCase):
    SIZE = ("--units", 40, "--steps", 1000)

    def share(self, k, n, *more):
        self.succeeds(*self.toil(*self.SIZE, "--shard", f"{k}/{n}", *more))
        return self.path(f"out.shard-{k}-of-{n}")

    def test_shares_make_the_whole(self):
        shares = [self.share(k, 5) for k in range(1, 6)]
        self.assertFalse(os.path.exists(self.path("out")))
        self.assertEqual(sorted(self.done()), list(range(40)))
        self.assertEqual(self.succeeds("merge", *reversed(shares)).stderr, "")
        self.assertEqual(self.read("out"), self.undisturbed(*self.SIZE))
        self.assertEqual(len(self.done()), 40, "merging does no units")

    def test_another_output_from_another_folder(self):
        """Relative names are those of the folder where the shares were made."""
        for k in (1, 2):
            self.succeeds("toil", "-o", "out", *self.SIZE, "--shard", f"{k}/2", cwd=self.folder)
        shares = [os.path.relpath(self.path(f"out.shard-{k}-of-2"), "/tmp") for k in (1, 2)]
        self.succeeds("merge", *shares, "-o", os.path.relpath(self.path("merged"), "/tmp"), cwd="/tmp")
        self.assertEqual(self.read("merged"), self.undisturbed(*self.SIZE))
        self.succeeds("merge", *shares, cwd="/tmp")
        self.assertEqual(self.read("out"), self.read("merged"))

    def test_refused_by_name(self):
        first, second, third = (self.share(k, 3) for k in (1, 2, 3))
        other = self.path("other")
        os.rename(first, other)
        self.succeeds(*self.toil(*self.SIZE, "--seed", 2, "--shard", "1/3"))
        self.fails(1, "merge", second, third, first, says=(first, "other work", second))
        self.fails(1, "merge", second, third, says="Missing: shard-1-of-3")
        self.fails(1, "merge", second, other, third, second, says=(second, "same share", "shard-2-of-3"))
        self.fails(1, "merge", self.path("none"), says=(self.path("none"), "cannot open"))
        self.fails(1, "merge", self.write("text", "no share\n" * 100), says=("text", "not a file of finished units"))
        self.assertFalse(os.path.exists(self.path("out")))
        self.succeeds("merge", second, other, third)

    def test_killed_and_called_again(self):
        args = self.toil("--units", 40, "--steps", 1000, "--shard", "2/4")
        self.fails(1, *args, "--fails", 21, says="unit 21 fails")
        self.assertTrue(os.path.exists(self.path("out.shard-2-of-4.checkpoint")))
        self.succeeds(*args)
        done = self.succeeds(*args)
        self.assertIn("complete already", done.stderr)
        self.assertEqual(self.done(), list(range(1, 40, 4)))

    def test_a_share_that_lost_units_is_not_complete(self):
        share = self.share(2, 2)
        content = self.read("out.shard-2-of-2")
        first = 16 + struct.unpack_from("<Q", content, 8)[0] + 64
        for keep in (0, 1, 7, 19):  # records
            end = first
            for _ in range(keep):
                end += HEAD.size + HEAD.unpack_from(content, end)[2]
            self.write("out.shard-2-of-2", content[:end])
            known = len(self.done())
            done = self.succeeds(*self.toil(*self.SIZE, "--shard", "2/2"))
            self.assertNotIn("complete already", done.stderr)
            self.assertEqual(self.read("out.shard-2-of-2"), content)
            self.assertEqual(self.done()[known:], list(range(1, 40, 2))[keep:])
        self.write("out.shard-2-of-2", b"my own notes, not a share\n" * 20)
        self.fails(1, *self.toil(*self.SIZE, "--shard", "2/2"), says=(share, "Move it away"))
        self.assertEqual(self.read("out.shard-2-of-2"), b"my own notes, not a share\n" * 20)

    def test_a_share_that_needed_no_more_stays_as_it_is(self):
        args = self.toil(*self.SIZE, "--enough", 9, "--shard", "2/2")
        self.succeeds(*args)
        share = self.read("out.shard-2-of-2")
        self.succeeds(*args)
        self.assertEqual(self.read("out.shard-2-of-2"), share)
        self.assertEqual(self.done(), [1, 3, 5, 7, 9])

    def test_merging_says_what_to_do_with_shares(self):
        """There is no --restart to merge."""
        first, second = (self.share(k, 2) for k in (1, 2))
        content = self.read("out.shard-2-of-2")
        self.write("out.shard-2-of-2", content[:60])
        done = self.fails(1, "merge", first, second, says=(second, "repeat the call that made it, with its --shard"))
        self.assertNotIn("--restart", done.stderr)
        self.share(2, 2)
        self.assertEqual(self.read("out.shard-2-of-2"), content)

    def test_a_damaged_share_is_mended(self):
        shares = [self.share(k, 2) for k in (1, 2)]
        content = bytearray(self.read("out.shard-2-of-2"))
        content[len(content) // 2] ^= 4
        self.write("out.shard-2-of-2", bytes(content))
        done = self.succeeds("merge", *shares)
        self.assertRegex(done.stderr, "warning: .*damaged")
        self.assertIn("warning: 1 of 40 units are in none of the shares, and are done now.", done.stderr)
        self.assertEqual(self.read("out"), self.undisturbed(*self.SIZE))
        self.assertEqual(len(self.done()), 41)
        self.share(2, 2)
        self.assertEqual(len(self.done()), 42)
        self.assertEqual(len(units_in(shares[1])), 20)

    def test_wrong_calls(self):
        for text in ("0/3", "4/3", "1", "a/b", "1/3x", "-1/3", ""):
            self.fails(2, *self.toil("--shard", text), says=f'--shard: "{text}" is not a share i/n')
        self.fails(2, *self.toil("--shard", "1/1"), says="all of it")
        self.fails(2, "merge", says="SHARD")


class TheProgram(ToilCase):
    """The analyses themselves, killed again and again, and in shares."""

    def call(self, *args, most_s=program.TIMEOUT_S):
        """The exit code; None where the program was killed after a while."""
        running = subprocess.Popen([os.environ["DSCORE_PROGRAM"], *map(str, args)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            return running.wait(most_s)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
            return None

    def tables(self, name):
        """Every table, as bytes."""
        self.assertEqual(self.call("export", self.path(name), "-d", self.path(name + ".d")), 0)
        found = [table for table in os.listdir(self.path(name + ".d")) if table.endswith(".csv")]
        self.assertGreater(len(found), 2)
        return {table: self.read(f"{name}.d/{table}") for table in found}

    def assert_survives(self, *analysis):
        self.assertEqual(self.call("synth", "-o", self.path("pop.h5"), "--scale", "0.05"), 0)
        call = (*analysis, self.path("pop.h5"), "--device", "cpu", "-o")
        self.assertEqual(self.call(*call, self.path("alone.h5")), 0)
        expected = self.tables("alone.h5")
        chance = random.Random(9)
        kills = rounds = 0
        while kills < PROGRAM_KILLS:
            rounds += 1
            ended = None
            while kills < PROGRAM_KILLS and ended is None:
                ended = self.call(*call, self.path("killed.h5"), most_s=chance.uniform(0, 1))
                kills += ended is None
            if ended is None:
                ended = self.call(*call, self.path("killed.h5"))
            self.assertEqual(ended, 0)
            self.assertEqual(self.tables("killed.h5"), expected)
            os.remove(self.path("killed.h5"))
        for k in (1, 2):
            self.assertEqual(self.call(*call, self.path("shared.h5"), "--shard", f"{k}/2"), 0)
        self.assertEqual(self.call("merge", *[self.path(f"shared.h5.shard-{k}-of-2") for k in (1, 2)]), 0)
        self.assertEqual(self.tables("shared.h5"), expected)
        print(f"{analysis[0]}: {kills} kills in {rounds} rounds")

    def test_significance(self):
        self.assert_survives("significance", "--draws", "40")

    def test_sweep(self):
        self.assert_survives("sweep", "--plan", "default")


if __name__ == "__main__":
    program.main()
