"""docs/tutorial.md is true: its ```sh blocks run in order in an empty folder, print what the ```text blocks quote, and
leave the files that the text names. Its ```bash blocks (Slurm scripts) are only parsed; those in Python and R run where
pandas and R are. Without matplotlib the figures are skipped."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import program

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
with open(os.path.join(REPOSITORY, "docs", "tutorial.md"), encoding="utf-8") as file:
    TEXT = file.read()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
NO_FIGURES = [name for name in ("matplotlib", "h5py") if importlib.util.find_spec(name) is None]


def blocks(language):
    return [content for found, content in BLOCKS if found == language]


def draws(commands):
    return "figures.py" in commands


def quotes():
    """Every ```sh block with the ```text block that follows it, or "" if another block does."""
    for (language, content), (next_language, next_content) in zip(BLOCKS, BLOCKS[1:] + [("", "")]):
        if language == "sh":
            yield content, next_content if next_language == "text" else ""


def missing_line(quoted, output):
    """The first quoted line that the output does not have after those before it; None if it has all. A line "..."
    stands for any lines, and "..." at the end of a line for its rest."""
    lines = iter(output.splitlines())
    for line in quoted.splitlines():
        start = line[:-3] if line.endswith("...") else None
        if line != "..." and line.strip() and not any(
                found == line if start is None else found.startswith(start.rstrip()) for found in lines):
            return line
    return None


class Tutorial(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = program.shared_folder(cls)
        tools = tempfile.mkdtemp(prefix="dscore-test-")
        cls.addClassCleanup(shutil.rmtree, tools)
        os.symlink(os.path.abspath(shutil.which(program.DSCORE)), os.path.join(tools, "dscore"))
        os.symlink(sys.executable, os.path.join(tools, "python3"))  # the one that has matplotlib, if any has
        os.symlink(os.path.join(REPOSITORY, "scripts"), os.path.join(cls.folder, "scripts"))
        cls.environment = {**os.environ, "PATH": tools + os.pathsep + os.environ["PATH"], "LC_ALL": "C.UTF-8",
                           "PYTHONDONTWRITEBYTECODE": "1", "CUDA_VISIBLE_DEVICES": ""}  # quoted in double precision
        cls.environment.pop("DSCORE", None)
        cls.done = {commands: cls.call("sh", "-ec", commands) for commands in blocks("sh")
                    if not (draws(commands) and NO_FIGURES)}

    @classmethod
    def call(cls, *command):
        done = subprocess.run(command, cwd=cls.folder, env=cls.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=program.TIMEOUT_S)
        done.stdout = done.stdout.decode()
        return done

    def check(self, figures):
        checked = 0
        for commands, quoted in quotes():
            if draws(commands) == figures:
                self.assertEqual(self.done[commands].returncode, 0, commands + self.done[commands].stdout)
                line = missing_line(quoted, self.done[commands].stdout)
                self.assertIsNone(line, f"quoted, but not printed by\n{commands}\n{self.done[commands].stdout}")
                checked += 1
        self.assertGreater(checked, 0)

    def exists(self, name):
        self.assertTrue(os.path.exists(os.path.join(self.folder, name)), name)

    def test_commands(self):
        self.check(figures=False)

    def test_figures(self):
        if NO_FIGURES:
            self.skipTest(f"{' and '.join(NO_FIGURES)} not installed (python3-matplotlib, python3-h5py)")
        self.check(figures=True)

    def test_files_are_there(self):
        for commands in self.done:
            for name in re.findall(r"(?: -o| -d| --as-extract| >) (\S+)", commands.replace("cut -d", "")):
                self.exists(name)
        prose = re.sub(r"^```.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL)
        named = [name for name in re.findall(r"`([\w./]+\.(?:csv|json|h5|png|pdf|toml|py|sh))`", prose)]
        self.assertGreater(len(named), 10)
        for name in named:
            self.exists(name if "/" in name or name.startswith("population") else "extract/" + name)

    def test_links_lead_somewhere(self):
        pages = ["README.md", "io/schema.md"]
        pages += ["docs/" + name for name in os.listdir(os.path.join(REPOSITORY, "docs")) if name.endswith(".md")]
        for page in pages:
            with open(os.path.join(REPOSITORY, page), encoding="utf-8") as file:
                links = re.findall(r"\]\(([^)#:]+)\)", file.read())
            for link in links:
                target = os.path.join(REPOSITORY, os.path.dirname(page), link)
                self.assertTrue(os.path.exists(target), f"{page}: {link}")

    def test_scripts_parse(self):
        jobs = [content for content in blocks("bash") if "#SBATCH" in content]
        self.assertEqual(len(jobs), 2)
        for content in blocks("bash"):
            done = subprocess.run(["bash", "-n"], input=content, stderr=subprocess.PIPE, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), content)

    def test_python(self):
        for content in blocks("python"):
            compile(content, "tutorial.md", "exec")
            if importlib.util.find_spec("pandas"):
                done = self.call(sys.executable, "-c", content)
                self.assertEqual(done.returncode, 0, done.stdout)
                self.assertIn("Groot-Rijnmond", done.stdout)

    def test_r(self):
        for content in blocks("r") if shutil.which("Rscript") else ():
            done = self.call("Rscript", "--vanilla", "-e", content)
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertIn("Groot-Rijnmond", done.stdout)


class Readme(unittest.TestCase):
    def test_first_command_works_in_a_clone(self):
        with open(os.path.join(REPOSITORY, "README.md"), encoding="utf-8") as file:
            command = re.search(r"^dscore (score \S+ -o )scored.csv", file.read(), re.MULTILINE)
        with tempfile.TemporaryDirectory(prefix="dscore-test-") as folder:
            done = program.call(*command.group(1).split(), os.path.join(folder, "scored.csv"), cwd=REPOSITORY)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(folder, "scored.csv"), encoding="utf-8") as file:
                self.assertEqual(file.readline(), "id,x_m,y_m,d_score\n")


class Quotes(unittest.TestCase):
    def test_a_line_that_was_not_printed_is_found(self):
        output = "one\ntwo 2.5 s\nthree\n"
        self.assertIsNone(missing_line("one\n...\nthree\n", output))
        self.assertIsNone(missing_line("two ...\n", output))
        self.assertEqual(missing_line("one\nthree\ntwo ...\n", output), "two ...")
        self.assertEqual(missing_line("thre\n", output), "thre")


if __name__ == "__main__":
    program.main()
