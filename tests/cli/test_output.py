"""Output that cannot be written: no such folder, no permission, a full disk, a reader that left."""

import os
import subprocess
import tempfile

import program
from program import Case, DSCORE, call

GOOD = "x_m,y_m\n120000,480000\n123000,480000\n"


class Refused(Case):
    def test_no_such_folder(self):
        path = self.write("in.csv", GOOD)
        for command in (("score", path), ("synth", "--scale", "0.001")):
            self.fails(1, *command, "-o", self.path("none/out"), says=("none/out", "directory"))
        self.assert_only_files("in.csv")

    def test_a_folder(self):
        self.fails(1, "score", self.write("in.csv", GOOD), "-o", self.folder, says=(self.folder, "directory"))
        self.assert_only_files("in.csv")

    def test_read_only_folder(self):
        program_for_all = self.as_ordinary_user()
        path = self.write("in.csv", GOOD)
        closed = self.path("closed")
        os.mkdir(closed)
        os.chmod(closed, 0o555)
        self.addCleanup(os.chmod, closed, 0o755)
        for command in (["score", path], ["synth", "--scale", "0.001"]):
            done = subprocess.run([*program_for_all, *command, "-o", closed + "/out"], capture_output=True, text=True,
                                  timeout=program.TIMEOUT_S)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertRegex(done.stderr, r"\Aerror: .*closed/out.*Permission denied.*\n\Z")
            self.assertEqual(os.listdir(closed), [])


class Replaced(Case):
    def test_permissions_stay(self):
        path = self.write("in.csv", GOOD)
        out = self.write("out.csv", "older")
        os.chmod(out, 0o600)
        self.succeeds("score", path, "-o", out)
        self.assertEqual(os.stat(out).st_mode & 0o7777, 0o600)

    def test_a_link_that_leads_nowhere_yet(self):
        os.symlink("aim.csv", self.path("link.csv"))
        self.succeeds("score", self.write("in.csv", GOOD), "-o", self.path("link.csv"))
        self.assertTrue(os.path.islink(self.path("link.csv")))
        self.assertEqual(len(self.read("aim.csv").splitlines()), 3)

    def test_the_provenance_beside_it_does_not_replace_the_input(self):
        path = self.write("out.csv.provenance.json", GOOD)
        self.fails(2, "score", path, "-o", self.path("out.csv"), says=("out.csv.provenance.json", "input"))
        self.assertEqual(self.read("out.csv.provenance.json").decode(), GOOD)

    def test_a_name_too_long_for_the_provenance_beside_it(self):
        path = self.write("in.csv", GOOD)
        self.fails(1, "score", path, "-o", self.path("a" * 245), says=("provenance.json", "too long"))
        self.assert_only_files("in.csv")


class FullDisk(Case):
    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("mounting a small disk needs root")
        self.disk = tempfile.mkdtemp(prefix="dscore-disk-")
        self.addCleanup(os.rmdir, self.disk)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", self.disk], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("cannot mount a small disk here: " + mounted.stderr.decode().strip())
        self.addCleanup(subprocess.run, ["umount", self.disk], check=True)

    def test_score(self):
        path = self.write("in.csv", program.random_points(5000, size_m=200000))
        self.fails(1, "score", path, "-o", self.disk + "/out.csv", says=(self.disk + "/out.csv", "No space left"))
        self.assertEqual(os.listdir(self.disk), [])

    def test_synth_run_and_export(self):
        self.fails(1, "synth", "--scale", "0.02", "-o", self.disk + "/pop.h5", says="No space left")
        self.assertEqual(os.listdir(self.disk), [])
        self.succeeds("synth", "--scale", "0.02", "-o", self.path("pop.h5"))
        self.fails(1, "run", self.path("pop.h5"), "-o", self.disk + "/res.h5", says="No space left")
        self.assertEqual(os.listdir(self.disk), [])
        self.succeeds("run", self.path("pop.h5"), "-o", self.path("res.h5"))
        self.fails(1, "export", self.path("res.h5"), "-d", self.disk + "/tables", "--establishments",
                   says="No space left")
        left = os.listdir(self.disk + "/tables") if os.path.isdir(self.disk + "/tables") else []
        self.assertNotIn("establishments.csv", left)
        self.assertEqual([name for name in left if "tmp" in name], [])

    def test_an_older_output_survives(self):
        path = self.write("in.csv", program.random_points(5000, size_m=200000))
        with open(self.disk + "/out.csv", "w") as file:
            file.write("older")
        self.fails(1, "score", path, "-o", self.disk + "/out.csv", says="No space left")
        self.assertEqual(os.listdir(self.disk), ["out.csv"])
        with open(self.disk + "/out.csv") as file:
            self.assertEqual(file.read(), "older")


class StandardOutput(Case):
    def call_with_stdout(self, stdout, *args):
        return subprocess.run([DSCORE, *args], stdout=stdout, stderr=subprocess.PIPE, timeout=program.TIMEOUT_S)

    def test_full(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        path = self.write("in.csv", GOOD)
        for args in (("score", path, "-o", "-"), ("info",), ("--help",), ("score", "--help"), ("--version",)):
            with self.subTest(args), open("/dev/full", "wb") as full:
                done = self.call_with_stdout(full, *args)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr.decode(), r"(?m)\A(.*\n)*error: [^\n]+\n\Z")

    def test_a_reader_that_leaves_ends_the_program_quietly(self):
        path = self.write("in.csv", program.random_points(5000, size_m=200000))
        running = subprocess.Popen([DSCORE, "score", path, "-o", "-", "--quiet"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        running.stdout.read(10)
        running.stdout.close()
        self.assertEqual(running.stderr.read(), b"")
        running.stderr.close()
        self.assertNotEqual(running.wait(program.TIMEOUT_S), 0)

    def test_closed(self):
        path = self.write("in.csv", GOOD)
        done = subprocess.run(["sh", "-c", 'exec "$0" score "$1" -o - >&-', DSCORE, path], capture_output=True,
                              timeout=program.TIMEOUT_S)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"error: ", done.stderr)
        self.assertEqual(self.read("in.csv").decode(), GOOD)

    def test_other_names_of_it(self):
        # A stream that leads to a file: it is written to, and not replaced by another file.
        for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            out = self.path("stream.csv")
            with self.subTest(name), open(out, "wb") as file, open(self.write("in.csv", GOOD), "rb") as stdin:
                done = subprocess.run([DSCORE, "score", name.replace("out", "in").replace("1", "0"), "-o", name],
                                      stdin=stdin, stdout=file, stderr=subprocess.PIPE, timeout=program.TIMEOUT_S)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(os.fstat(file.fileno()).st_ino, os.stat(out).st_ino)
            self.assertEqual(len(self.read("stream.csv").splitlines()), 3)
            self.assert_only_files("in.csv", "stream.csv")

    def test_hdf5_needs_a_file(self):
        self.succeeds("synth", "--scale", "0.001", "-o", self.path("pop.h5"))
        for name in ("-", "/dev/stdout", "/dev/fd/1"):
            self.fails(2, "synth", "--scale", "0.001", "-o", name, says=(name, "HDF5 needs a file"))
            self.fails(2, "run", self.path("pop.h5"), "-o", name, says=(name, "HDF5 needs a file"))
        self.assert_only_files("pop.h5")

    def test_only_data_goes_there(self):
        done = call("score", "-", "-o", "-", stdin=GOOD)
        self.assertEqual(len(done.stdout.splitlines()), 3)
        self.assertNotEqual(done.stderr, "")


if __name__ == "__main__":
    program.main()
