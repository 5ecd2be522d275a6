#!/usr/bin/env python3
"""The figures of a result file: maps, bubble charts, the bar chart of means, and the comparison with published figures.
Of a sweep file: tornado charts, rank-stability charts, and distance bands.

    scripts/figures.py RES.h5 -d DIR [--outlines REGIONS.geojson] [--comparison TABLES] [--disclosure RULES]
                        [--kind KIND] [--sector NAME]
    scripts/figures.py SWEEP.h5 -d DIR [--kind KIND] [--sector NAME]

Needs matplotlib and h5py (Debian and Ubuntu: python3-matplotlib, python3-h5py).
"""

import argparse
import concurrent.futures
import multiprocessing
import os
import signal
import sys
import time

try:
    import h5py  # noqa: F401
    import matplotlib

    matplotlib.use("Agg")
    from figures import page, plan
    from figures.comparison import read_comparison
    from figures.disclosure import disclosed
    from figures.errors import FigureError, UsageError
    from figures.files import read_file
    from figures.outlines import read_outlines
    from figures.results import results_in
    from figures.sweep import sweep_in
except ModuleNotFoundError as error:
    if (error.name or "").split(".")[0] == "figures":
        raise
    sys.exit(f"error: figures.py needs the Python package {error.name}. On Debian and Ubuntu install "
             "python3-matplotlib and python3-h5py (and run it with /usr/bin/python3).")


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"error: {message}. See `figures.py --help`.\n")


def parse(arguments):
    parser = Parser(prog="figures.py", allow_abbrev=False, description="Draw the figures of a result file, or of a sweep file.",
                    formatter_class=argparse.RawDescriptionHelpFormatter, epilog=EPILOG)
    parser.add_argument("results", metavar="RES.h5", help="file of `dscore run` or `dscore sweep`")
    parser.add_argument("-d", "--directory", required=True, metavar="DIR",
                        help="folder for the figures; made if need be, older figures are replaced")
    parser.add_argument("--outlines", metavar="FILE", help="GeoJSON with the regions' outlines, RD New in metres")
    parser.add_argument("--comparison", metavar="DIR",
                        help="tables of `dscore compare RES.h5 -d DIR`, to draw them too")
    parser.add_argument("--disclosure", metavar="RULES",
                        help="draw only what these rules allow (as in `dscore export`): a TOML file, or \"default\"")
    parser.add_argument("--kind", action="append", default=[], choices=plan.NAMES,
                        help="draw only this kind; can be repeated (default: all of the file)")
    parser.add_argument("--sector", action="append", default=[], metavar="NAME",
                        help="draw only this population; can be repeated (default: all that have a benchmark)")
    parser.add_argument("--format", default="both", choices=["png", "pdf", "both"], help="default: both")
    parser.add_argument("--dpi", type=whole_number(30, 1200), default=200, metavar="N",
                        help="resolution of PNG, 30 to 1200 (default: 200)")
    parser.add_argument("--jobs", type=whole_number(1, 1024), default=len(os.sched_getaffinity(0)), metavar="N",
                        help="figures drawn at a time (default: the cores there are)")
    parser.add_argument("--quiet", action="store_true", help="errors only")
    return parser.parse_args(arguments)


EPILOG = """kinds, of a result file:
  concentration   a dot per establishment: colour = decile of its d-score, area = jobs
  cluster         only those above the benchmark's P90 (P90-P95, > P95)
  concentration_grid, cluster_grid
                  with --disclosure, in place of these: colour = mean d-score of the cells of a grid
  bubble          regions: location quotient against mean d-score, area = jobs
  means           all populations: mean d-scores, sorted
  national        with --comparison: national figures against the published ones
  regional        with --comparison: mean d-scores by region against the published ones

kinds, of a sweep file:
  tornado         how far each factor moves the mean d-score, and the share above the benchmark's P90
  rank_stability  ranks of regions over all settings, and Kendall's tau by factor
  bands           from what distance scores come: all, the highest tenth, and regions (if the plan has [bands])

examples:
  scripts/figures.py results.h5 -d figures
  scripts/figures.py results.h5 -d figures --outlines corop.geojson --format pdf
  scripts/figures.py results.h5 -d figures --disclosure rules.toml
  scripts/figures.py results.h5 -d figures --kind bubble --sector logistics --sector water
  scripts/figures.py sweep.h5 -d figures --kind tornado"""


def whole_number(least, most):
    def convert(text):
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f'"{text}" is not a whole number from {least} to {most}')
        return int(text)
    return convert


def make_folder(path):
    try:
        if not os.path.isdir(path):
            os.mkdir(path)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise FigureError(f"{path}: cannot make figures in this folder: {error.strerror}. Name another with "
                          "-d.") from None


def draw_one(index):
    """In a process of its own; what it needs was there before the fork."""
    task = SHARED["tasks"][index]
    page.save(plan.draw(task, SHARED["inputs"]), os.path.join(SHARED["directory"], task.file),
              SHARED["formats"], SHARED["dpi"])


SHARED = {}


def draw_all(tasks, jobs, quiet):
    show = not quiet and sys.stderr.isatty()
    with concurrent.futures.ProcessPoolExecutor(
            min(jobs, len(tasks)), multiprocessing.get_context("fork"),
            initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:  # the parent answers Ctrl-C
        futures = [pool.submit(draw_one, index) for index in range(len(tasks))]
        try:
            for done, future in enumerate(concurrent.futures.as_completed(futures), start=1):
                future.result()
                if show:
                    print(f"\r[{100 * done // len(tasks):3} %] {done} of {len(tasks)} figures", end="", file=sys.stderr)
        except concurrent.futures.process.BrokenProcessPool:
            raise FigureError("a process that drew figures was killed (out of memory?). Draw fewer at a time: "
                              "--jobs 1.") from None
        finally:
            pool.shutdown(cancel_futures=True)
            if show:
                print("\r" + 40 * " " + "\r", end="", file=sys.stderr)


def sweep_alone(inputs, options):
    if options.disclosure is not None:
        raise UsageError("--disclosure: there are no rules for a sweep, whose settings can be subtracted from each other. "
                         "Release single figures after your own check.")
    for flag, value in (("--outlines", options.outlines), ("--comparison", options.comparison)):
        if value:
            raise UsageError(f"{flag}: no figure of a sweep needs it. Leave it out.")
    return inputs


def with_the_rest(results, options):
    outlines = read_outlines(options.outlines) if options.outlines else None
    comparison = read_comparison(options.comparison, results) if options.comparison else None
    disclosure = None
    if options.disclosure is not None:
        results, disclosure = disclosed(options.results, options.disclosure, results)
    return plan.Inputs(results, outlines, comparison, disclosure)


def run(options):
    started = time.monotonic()
    if options.disclosure is not None and options.comparison:
        raise UsageError("--comparison: these tables have not been through disclosure control. Leave it out, or --disclosure.")
    inputs = plan.Inputs(read_file(options.results, {"results": results_in, "sweep": sweep_in}))
    inputs = sweep_alone(inputs, options) if inputs.format() == "sweep" else with_the_rest(inputs.results, options)
    tasks = plan.tasks(inputs, options.kind, options.sector)
    make_folder(options.directory)
    formats = ("png", "pdf") if options.format == "both" else (options.format,)
    SHARED.update(tasks=tasks, inputs=inputs, directory=options.directory, formats=formats, dpi=options.dpi)
    draw_all(tasks, options.jobs, options.quiet)
    if not options.quiet:
        print(f"{options.directory}: {len(tasks)} figures ({', '.join(formats)}) in {time.monotonic() - started:.1f} s",
              file=sys.stderr)


def main():
    try:
        run(parse(sys.argv[1:]))
    except FigureError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print("error: interrupted.", file=sys.stderr)
        return 130
    except MemoryError:
        print("error: out of memory. Draw fewer figures at a time with --jobs 1.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
