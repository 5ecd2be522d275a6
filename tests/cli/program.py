"""What the command-line tests share: calling the program, and what every refusal must look like."""

import csv
import io
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

DSCORE = os.environ.get("DSCORE", "dscore")
TIMEOUT_S = 300  # a hang, not a slow machine


def call(*args, stdin=b"", **more):
    """Runs the program; standard output and error come back as text."""
    if isinstance(stdin, str):
        stdin = stdin.encode()
    done = subprocess.run([DSCORE, *map(str, args)], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=TIMEOUT_S, **more)
    done.stdout = done.stdout.decode()
    done.stderr = done.stderr.decode()
    return done


class Case(unittest.TestCase):
    """A test in an empty folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dscore-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def succeeds(self, *args, **more):
        done = call(*args, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def fails(self, code, *args, says=(), **more):
        """The call ends with the code, one paragraph "error: ..." that says these things, and nothing on stdout."""
        done = call(*args, **more)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Aerror: [^\n]+\n\Z")
        for part in (says,) if isinstance(says, str) else says:
            self.assertIn(part, done.stderr)
        return done

    def as_ordinary_user(self):
        """The start of a command line that runs the program without root's rights, for tests of permissions."""
        if os.geteuid() != 0:
            return [DSCORE]
        if not shutil.which("setpriv"):
            self.skipTest("root may do everything, and there is no setpriv to run the program as another user")
        os.chmod(self.folder, 0o755)
        place = tempfile.mkdtemp(prefix="dscore-test-")  # where the other user can reach it
        self.addCleanup(shutil.rmtree, place)
        os.chmod(place, 0o755)
        copy = shutil.copy(shutil.which(DSCORE), place)
        return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", copy]

    def assert_only_files(self, *names):
        """The folder holds these files and no others: nothing half-written, nothing temporary."""
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(names))


def shared_folder(case_class):
    """A folder for all tests of a class, removed after them."""
    folder = tempfile.mkdtemp(prefix="dscore-test-")
    case_class.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
    return folder


def rows_of(text):
    """The rows of a CSV text as dictionaries."""
    return list(csv.DictReader(io.StringIO(text)))


def random_points(count, seed=1, size_m=100000):
    """A CSV of points spread evenly over a square in the Netherlands, all different in practice."""
    chance = random.Random(seed)
    lines = (f"{50000 + chance.uniform(0, size_m):.3f},{350000 + chance.uniform(0, size_m):.3f}" for _ in range(count))
    return "x_m,y_m\n" + "\n".join(lines) + "\n"


def expected_scores(points, threshold_km=1.0, rule="cap"):
    """The definition, for points in metres: d = 1/(J-1) * sum of f(distance in km)."""
    def value(distance):
        if rule == "cap":
            return 1 / max(distance, threshold_km)
        if rule == "exclude":
            return 1 / distance if distance >= threshold_km else 0
        if rule == "shift":
            return 1 / (threshold_km + distance)
        return 1 / distance if distance > 0 else 0

    scores = []
    for i, (xi, yi) in enumerate(points):
        distances = (math.hypot(xi - xj, yi - yj) / 1000 for j, (xj, yj) in enumerate(points) if j != i)
        scores.append(math.fsum(value(d) for d in distances) / (len(points) - 1))
    return scores


def main():
    """Runs the tests of the calling file. Exit code 77, which ctest reports as skipped, if any had to be skipped."""
    program = unittest.main(exit=False, verbosity=2)
    if not program.result.wasSuccessful():
        sys.exit(1)
    for test, reason in program.result.skipped:
        print(f"SKIPPED {test}: {reason}")
    sys.exit(77 if program.result.skipped else 0)
