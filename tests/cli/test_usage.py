"""Help, version, info, and calls that are wrong in themselves."""

import program
from program import Case, call

COMMANDS = ("score", "synth", "import", "run", "sweep", "significance", "merge", "compare", "export", "validate", "sectors", "info")
POINTS = "x_m,y_m\n120000,480000\n123000,480000\n"


class Help(Case):
    def test_bare_call_prints_help_and_fails(self):
        done = call()
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        for command in COMMANDS:
            self.assertIn(command, done.stderr)

    def test_help_lists_every_command(self):
        done = self.succeeds("--help")
        self.assertEqual(done.stderr, "")
        for command in COMMANDS:
            self.assertRegex(done.stdout, rf"\n  {command} ")

    def test_every_command_has_help_with_examples(self):
        for command in COMMANDS:
            with self.subTest(command):
                done = self.succeeds(command, "--help")
                self.assertEqual(done.stderr, "")
                self.assertIn(f"Usage: dscore {command}", done.stdout)
                self.assertRegex(done.stdout, rf"Examples:\n(  dscore .*\n)*  dscore {command}")
                self.assertEqual(self.succeeds(command, "-h").stdout, done.stdout)

    def test_shared_settings_are_in_the_help_of_score_and_run(self):
        flags = ("--threshold-km", "--threshold-rule", "--device", "--threads", "--method", "--tolerance", "--no-check", "--precision",
                 "--quantile-type", "--config", "--quiet")
        for command in ("score", "run"):
            text = self.succeeds(command, "--help").stdout
            for flag in flags:
                self.assertIn(flag, text)

    def test_only_run_has_regions(self):
        self.assertIn("--large-share", self.succeeds("run", "--help").stdout)
        self.assertNotIn("large-share", self.succeeds("score", "--help").stdout)

    def test_help_as_a_command(self):
        self.assertEqual(self.succeeds("help").stdout, self.succeeds("--help").stdout)
        for command in COMMANDS:
            self.assertEqual(self.succeeds("help", command).stdout, self.succeeds(command, "--help").stdout)
        self.fails(2, "help", "scores", says=('"scores"', "dscore --help"))
        self.fails(2, "help", "score", "run", says="dscore --help")

    def test_version(self):
        self.assertRegex(self.succeeds("--version").stdout, r"\Adscore \d+\.\d+\.\d+( \(\S+\))?\n\Z")


class Info(Case):
    def test_says_what_a_bug_report_needs(self):
        text = self.succeeds("info").stdout
        for name in ("version", "compiler", "CUDA", "instruction sets", "threads", "device", "HDF5", "FFT", "Highway",
                     "Thrust", "zlib", "OpenSSL", "CLI11", "PROJ", "ReadStat"):
            self.assertRegex(text, rf"(?m)^{name}  +\S")
        version = self.succeeds("--version").stdout.split(" ", 1)[1].strip()
        self.assertIn(version, text)

    def test_takes_no_arguments(self):
        self.fails(2, "info", "everything", says="everything")


class WrongCalls(Case):
    def setUp(self):
        super().setUp()
        self.input = self.write("in.csv", POINTS)
        self.output = self.path("out.csv")

    def refused(self, *args, says):
        self.fails(2, *args, says=says)
        self.assert_only_files("in.csv")

    def test_unknown_command(self):
        self.refused("scores", says=("scores", "dscore --help"))

    def test_flag_before_a_command(self):
        self.refused("--quiet", "score", self.input, "-o", self.output, says="dscore has no flag --quiet")

    def test_unknown_flag(self):
        for command in COMMANDS:
            with self.subTest(command):
                self.refused(command, "--no-such-flag", says=("dscore " + command + " --help",))

    def test_abbreviated_flag(self):
        self.refused("score", self.input, "-o", self.output, "--thresh", "1", says="--thresh")

    def test_missing_input_or_output(self):
        self.refused("score", says="IN")
        self.refused("score", self.input, says="--output")
        self.refused("score", "-o", self.output, says="IN")
        self.refused("synth", says="--output")
        self.refused("run", self.input, says="--output")
        self.refused("run", "-o", self.output, says="POP")
        self.refused("export", "-d", self.folder, says="RES")
        self.refused("export", self.input, says="--directory")
        self.refused("validate", says="FILE")

    def test_one_input_too_many(self):
        self.refused("score", self.input, self.input, "-o", self.output, says="in.csv")

    def test_values_that_do_not_exist(self):
        for flag, value in (("--threshold-rule", "clip"), ("--device", "gpu"), ("--precision", "single"),
                            ("--precision", "0"), ("--threads", "two"), ("--threads", "-1"), ("--threads", "100000"),
                            ("--quantile-type", "0"),
                            ("--quantile-type", "10"), ("--quantile-type", "7.5"), ("--threshold-km", "0"),
                            ("--threshold-km", "-1"), ("--threshold-km", "nan"), ("--threshold-km", "inf"),
                            ("--threshold-km", "1km"), ("--large-share", "-0.1"), ("--large-share", "1.5"),
                            ("--large-share", "nan")):
            for command in ("score", "run"):  # score does not know --large-share at all
                with self.subTest(command=command, flag=flag, value=value):
                    self.refused(command, self.input, "-o", self.output, f"{flag}={value}", says=flag)

    def test_a_flag_without_its_value(self):
        self.refused("score", self.input, "-o", self.output, "--threshold-km", says="--threshold-km: its value is missing")

    def test_empty_names(self):
        self.refused("score", self.input, "-o", "", says="empty")
        self.refused("score", "", "-o", self.output, says="empty")
        self.refused("synth", "-o", "", says="empty")
        self.refused("export", self.input, "-d", "", says="empty")
        self.refused("validate", "", says="empty")

    def test_a_flag_given_twice(self):
        self.refused("score", self.input, "-o", self.output, "--threads", "1", "--threads", "2",
                     says="--threads: is given more than once")

    def test_coordinates_and_weight_from_one_column(self):
        self.refused("score", self.input, "-o", self.output, "--x", "x_m", "--y", "x_m", says=("--x", "--y", "x_m"))
        self.refused("score", self.input, "-o", self.output, "--weight", "x_m", says=("--weight", "--x", "x_m"))
        self.refused("score", self.input, "-o", self.output, "--weight", "y_m", says=("--weight", "--y", "y_m"))

    def test_output_is_the_input(self):
        self.refused("score", self.input, "-o", self.input, says="input")
        self.refused("run", self.input, "-o", self.input, says="input")
        self.refused("score", self.input, "-o", f"{self.folder}/./in.csv", says="input")
        self.assertEqual(self.read("in.csv").decode(), POINTS)

    def test_numbers_that_are_none(self):
        for command, flag, value, says in (
                ("score", "--threshold-km", "0.5km", '"0.5km" is not a number'),
                ("score", "--threshold-km", "0,5", "decimal comma"),
                ("score", "--threads", "abc", '"abc" is not a whole number from 0 to 1024'),
                ("score", "--threads", "1.5", '"1.5" is not a whole number'),
                ("score", "--quantile-type", "x", '"x" is not a whole number from 1 to 9'),
                ("run", "--large-share", "5%", '"5%" is not a number'),
                ("synth", "--scale", "big", '"big" is not a number'),
                ("synth", "--scale", "0", "0 is out of range"),
                ("synth", "--seed", "18446744073709551615", "is not a whole number from 0 to 9223372036854775807")):
            with self.subTest(flag=flag, value=value):
                self.refused(command, *(() if command == "synth" else (self.input,)), "-o", self.path("out"), flag, value,
                             says=(f"{flag}: ", says))

    def test_flags_that_a_command_does_not_have(self):
        self.refused("score", self.input, "-o", self.output, "--large-share", "0.1", says="dscore score has no flag --large-share")
        self.refused("score", self.input, "-o", self.output, "more", says='"more" is one argument too many')

    def test_csv_settings(self):
        for flag, value in (("--delimiter", ";;"), ("--delimiter", ""), ("--delimiter", '"'), ("--decimal", "x"),
                            ("--decimal", "")):
            with self.subTest(flag=flag, value=value):
                self.refused("score", self.input, "-o", self.output, flag, value, says=(flag, f'"{value}"'))

    def test_names_of_another_format(self):
        self.refused("score", self.input, "-o", self.path("out.h5"), says=("out.h5", "in.csv is CSV", ".csv"))
        self.refused("score", self.input, "-o", self.path("OUT.HDF5"), says=("OUT.HDF5", "in.csv is CSV"))
        for name in ("out.csv", "out.CSV", "out.txt", "out.csv.gz", "out.gz"):
            with self.subTest(name):
                self.refused("synth", "--scale", "0.001", "-o", self.path(name), says=(name, "HDF5", ".h5"))
                self.refused("run", self.input, "-o", self.path(name), says=(name, "HDF5", ".h5"))

    def test_synth_settings(self):
        for flag, value in (("--scale", "0"), ("--scale", "-1"), ("--scale", "nan"), ("--seed", "-1"),
                            ("--seed", "first")):
            with self.subTest(flag=flag, value=value):
                self.refused("synth", "-o", self.path("pop.h5"), f"{flag}={value}", says=(flag, value))


class Config(Case):
    def setUp(self):
        super().setUp()
        self.input = self.write("in.csv", "x_m,y_m\n100000,400000\n100500,400000\n104000,400000\n")

    def score(self, *more):
        return self.succeeds("score", self.input, "-o", "-", *more).stdout

    def test_settings_from_a_file_count(self):
        config = self.write("settings.ini", "# ours\nthreshold-km = 2\nthreshold-rule = shift\n")
        plain = self.score()
        self.assertEqual(self.score("--config", config), self.score("--threshold-km", "2", "--threshold-rule", "shift"))
        self.assertNotEqual(self.score("--config", config), plain)

    def test_a_flag_wins_over_the_file(self):
        config = self.write("settings.ini", "threshold-km = 2\n")
        self.assertEqual(self.score("--config", config, "--threshold-km", "1"), self.score())

    def test_flags_of_the_command_may_stand_in_the_file(self):
        renamed = self.write("renamed.csv", "east,north\n100000,400000\n100500,400000\n104000,400000\n")
        config = self.write("settings.ini", "x = east\ny = north\n")
        scores = self.succeeds("score", renamed, "-o", "-", "--config", config).stdout
        self.assertEqual([line.split(",")[2] for line in scores.split()[1:]],
                         [line.split(",")[2] for line in self.score().split()[1:]])

    def test_unknown_name_in_the_file(self):
        config = self.write("settings.ini", "treshold-km = 2\n")
        self.fails(2, "score", self.input, "-o", "-", "--config", config, says=("settings.ini", '"treshold-km"'))
        config = self.write("settings.ini", "[run]\nthreads = 1\n")
        self.fails(2, "score", self.input, "-o", "-", "--config", config, says=("settings.ini", "[run]"))

    def test_a_name_with_a_space_is_shown_whole(self):
        config = self.write("settings.ini", "threshold km = 2\n")
        self.fails(2, "score", self.input, "-o", "-", "--config", config, says='"threshold km"')

    def test_flags_that_cannot_stand_in_a_file(self):
        for name in ("help", "config"):
            config = self.write("settings.ini", name + " = true\n")
            self.fails(2, "score", self.input, "-o", "-", "--config", config, says=("settings.ini", f'"{name}"'))

    def test_a_byte_order_mark(self):
        config = self.write("settings.ini", "\ufeffthreshold-km = 2\n")
        self.assertEqual(self.score("--config", config), self.score("--threshold-km", "2"))

    def test_a_setting_given_twice_or_badly_in_the_file(self):
        for text, says in (("threads = 1\n# again\nthreads = 2\n", ("line 3", "threads is set twice")),
                           ("quiet = true\nquiet = true\n", ("line 2", "quiet is set twice")),
                           ("threads = 1\nthreshold-km =\n", ("line 2", "threshold-km has no value")),
                           ("= 3\n", ("no name",)),
                           ("threshold-km = 1 2\n", ("line 1", "threshold-km has more than one value")),
                           ("threshold-km = 1km\n", ("--threshold-km", '"1km" is not a number')),
                           ("quiet = perhaps\n", ("--quiet", '"perhaps" is neither true nor false'))):
            with self.subTest(text):
                config = self.write("settings.ini", text)
                self.fails(2, "score", self.input, "-o", "-", "--config", config, says=("settings.ini: ", *says))

    def test_a_bad_flag_is_not_the_files_fault(self):
        config = self.write("settings.ini", "threshold-km = 1\n")
        done = self.fails(2, "score", self.input, "-o", "-", "--config", config, "--threshold-km=x", says='"x" is not')
        self.assertNotIn("settings.ini", done.stderr)

    def test_bad_value_in_the_file(self):
        config = self.write("settings.ini", "threshold-rule = clip\n")
        self.fails(2, "score", self.input, "-o", "-", "--config", config, says="clip")

    def test_missing_file(self):
        self.fails(1, "score", self.input, "-o", "-", "--config", self.path("none.ini"), says=("--config", "none.ini"))
        self.fails(1, "score", self.input, "-o", "-", "--config", self.folder, says="--config")


if __name__ == "__main__":
    program.main()
