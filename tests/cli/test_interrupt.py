"""Signals and progress: what the program does while it works."""

import os
import pty
import re
import select
import signal
import subprocess
import time

import program
from program import Case, DSCORE

ENOUGH = 150_000  # points, all different: seconds of work on one thread of any machine


def start_on_terminal(*args):
    """The program with standard error on a terminal; returns the process and the terminal's other end."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen([DSCORE, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    return running, ours


def read_terminal(terminal, until=None):
    """What was written to the terminal, up to a pattern or the end."""
    seen = b""
    end = time.monotonic() + program.TIMEOUT_S
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            new = os.read(terminal, 65536)
        except OSError:  # the program has closed its end
            break
        if not new:
            break
        seen += new
        if until and re.search(until, seen):
            break
    return seen.decode()


class Interrupted(Case):
    @classmethod
    def setUpClass(cls):
        cls.table = program.random_points(ENOUGH)

    def start(self, *more):
        self.write("in.csv", self.table)
        running, terminal = start_on_terminal("score", self.path("in.csv"), "-o", self.path("out.csv"), "--threads",
                                              "1", "--precision", "double", "--device", "cpu", *more)
        self.addCleanup(os.close, terminal)
        self.addCleanup(running.stdout.close)
        self.addCleanup(running.kill)
        self.assertRegex(read_terminal(terminal, rb"%\] scoring"), "scoring")
        return running, terminal

    def ends(self, running, terminal, code):
        text = read_terminal(terminal)
        self.assertEqual(running.wait(program.TIMEOUT_S), code, text)
        self.assertRegex(text, r"\x1b\[Kerror: interrupted\.\r\n\Z")
        self.assertEqual(running.stdout.read(), b"")
        self.assert_only_files("in.csv")

    def test_ctrl_c_leaves_no_file(self):
        running, terminal = self.start()
        running.send_signal(signal.SIGINT)
        self.ends(running, terminal, 130)

    def test_terminate_leaves_no_file(self):
        running, terminal = self.start()
        running.send_signal(signal.SIGTERM)
        self.ends(running, terminal, 143)

    def test_twice(self):
        running, terminal = self.start()
        running.send_signal(signal.SIGINT)
        time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        self.ends(running, terminal, 130)

    def test_ignored_by_the_caller(self):
        """As under nohup: the program goes on."""
        self.write("small.csv", "x_m,y_m\n120000,480000\n123000,480000\n")
        line = 'trap "" INT; exec "$0" score - -o "$1"'
        running = subprocess.Popen(["sh", "-c", line, DSCORE, self.path("out.csv")], stdin=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.fill_pipe(running)
        running.send_signal(signal.SIGINT)
        running.stdin.close()
        self.assertEqual(running.wait(program.TIMEOUT_S), 0, running.stderr.read())
        running.stderr.close()

    def fill_pipe(self, running):
        """Returns when the program has begun to read: a pipe holds less than this."""
        running.stdin.write(b"x_m,y_m\n" + b"9e4,4e5\n" * 30_000 + b"93000,4e5\n")
        running.stdin.flush()

    def test_while_it_waits_for_input(self):
        running = subprocess.Popen([DSCORE, "score", "-", "-o", self.path("out.csv")], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.fill_pipe(running)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(program.TIMEOUT_S), 130)
        self.assertEqual(running.stderr.read(), b"error: interrupted.\n")
        for stream in (running.stdin, running.stdout, running.stderr):
            stream.close()
        self.assert_only_files()

    def test_a_run(self):
        self.succeeds("synth", "-o", self.path("pop.h5"), "--scale", "0.3")
        running, terminal = start_on_terminal("run", self.path("pop.h5"), "-o", self.path("res.h5"), "--threads", "1",
                                              "--precision", "double", "--device", "cpu")
        self.addCleanup(os.close, terminal)
        self.addCleanup(running.stdout.close)
        self.addCleanup(running.kill)
        read_terminal(terminal, rb"%\] scoring")
        running.send_signal(signal.SIGINT)
        text = read_terminal(terminal)
        self.assertEqual(running.wait(program.TIMEOUT_S), 130, text)
        self.assertRegex(text, r"\x1b\[Kerror: interrupted\.\r\n\Z")
        self.assertEqual(running.stdout.read(), b"")
        self.assert_only_files("pop.h5")


class Progress(Case):
    def setUp(self):
        super().setUp()
        self.write("in.csv", program.random_points(5_000))
        self.args = ("score", self.path("in.csv"), "-o", self.path("out.csv"), "--device", "cpu")

    def on_terminal(self, *more):
        running, terminal = start_on_terminal(*self.args, *more)
        text = read_terminal(terminal)
        os.close(terminal)
        running.stdout.close()
        self.assertEqual(running.wait(program.TIMEOUT_S), 0, text)
        return text

    def test_one_line_on_a_terminal_wiped_at_the_end(self):
        text = self.on_terminal()
        self.assertRegex(text, r"\r\[ *\d+ %\] \w")
        line, _, summary = text.rpartition("\r\x1b[K")
        self.assertNotIn("\n", line)
        self.assertIn("establishments", summary)

    def test_silent_in_a_pipe(self):
        done = self.succeeds(*self.args)
        self.assertNotIn("%", done.stderr)
        self.assertNotIn("\r", done.stderr)

    def test_silent_when_quiet(self):
        self.assertEqual(self.on_terminal("--quiet"), "")


class Waiting(Case):
    def policies(self, seconds, **given):
        """OpenMP's wait policies that the program has in its environment, one after another, while it waits for its
        input: until there are two, or for so long."""
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")}
        running = subprocess.Popen([DSCORE, "score", "-", "-o", self.path("out.csv"), "--quiet"],
                                   stdin=subprocess.PIPE, env={**environment, **given})
        self.addCleanup(running.kill)
        seen = []
        end = time.monotonic() + seconds
        while time.monotonic() < end and len(seen) < 2:
            with open(f"/proc/{running.pid}/environ") as file:
                names = dict(entry.split("=", 1) for entry in file.read().split("\0") if "=" in entry)
            if names and seen[-1:] != [names.get("OMP_WAIT_POLICY")]:
                seen.append(names.get("OMP_WAIT_POLICY"))
            time.sleep(0.002)
        running.communicate(b"x_m,y_m\n100000,400000\n103000,404000\n", program.TIMEOUT_S)
        self.assertEqual(running.returncode, 0)
        return seen

    def test_threads_sleep_unless_told_otherwise(self):
        self.assertEqual(self.policies(2)[-1], "passive")
        self.assertEqual(self.policies(0.5, OMP_WAIT_POLICY="active"), ["active"])
        self.assertEqual(self.policies(0.5, GOMP_SPINCOUNT="1000"), [None])


if __name__ == "__main__":
    program.main()
