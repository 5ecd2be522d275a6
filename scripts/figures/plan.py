"""Which figures are drawn: the kinds there are, and a task for each figure of a result file or of a sweep file."""

from dataclasses import dataclass
from typing import Callable, Optional, Union

from figures import bands, bars, bubbles, grids, maps, rank_stability, tornado
from figures.comparison import Comparison, national_figure, regional_figure
from figures.disclosure import Disclosure
from figures.errors import FigureError, UsageError
from figures.files import MADE_BY
from figures.results import Results
from figures.sweep import Sweep


@dataclass(frozen=True)
class Inputs:
    """What figures are drawn from; of a sweep, nothing else."""

    results: Union[Results, Sweep]
    outlines: Optional[list] = None
    comparison: Optional[Comparison] = None
    disclosure: Optional[Disclosure] = None  # then the results are what it leaves

    def format(self):
        return "sweep" if isinstance(self.results, Sweep) else "results"


@dataclass(frozen=True)
class Kind:
    name: str
    draw: Callable  # (Inputs, population or None) -> Page
    per_population: bool = True
    needs_benchmark: bool = False
    needs_comparison: bool = False
    shows_establishments: bool = False  # single ones: must not leave a secure environment
    instead_of: str = ""  # the kind that this one takes the place of under --disclosure
    file: str = ""  # without ending; of a kind per population: <population>_<kind>
    of: str = "results"  # the format of the files that it is drawn of
    needs_settings: bool = False  # beside the baseline
    needs_bands: bool = False


KINDS = (
    Kind("concentration", lambda of, p: maps.concentration_map(of.results, p, of.outlines), shows_establishments=True),
    Kind("cluster", lambda of, p: maps.cluster_map(of.results, p, of.outlines), needs_benchmark=True,
         shows_establishments=True),
    Kind("concentration_grid", lambda of, p: grids.concentration_grid(of.results, p, of.outlines, of.disclosure),
         instead_of="concentration"),
    Kind("cluster_grid", lambda of, p: grids.cluster_grid(of.results, p, of.outlines, of.disclosure), needs_benchmark=True,
         instead_of="cluster"),
    Kind("bubble", lambda of, p: bubbles.bubble_chart(of.results, p), needs_benchmark=True),
    Kind("means", lambda of, _: bars.mean_scores(of.results), per_population=False, file="mean_scores"),
    Kind("national", lambda of, _: national_figure(of.results, of.comparison), per_population=False,
         needs_comparison=True, file="comparison_national"),
    Kind("regional", lambda of, _: regional_figure(of.results, of.comparison), per_population=False,
         needs_comparison=True, file="comparison_regional"),
    Kind("tornado", lambda of, p: tornado.tornado(of.results, p), of="sweep", needs_settings=True),
    Kind("tornado", lambda of, _: tornado.tornado_of_all(of.results), of="sweep", needs_settings=True,
         per_population=False, file="tornado"),
    Kind("rank_stability", lambda of, p: rank_stability.rank_stability(of.results, p), of="sweep", needs_settings=True),
    Kind("bands", lambda of, p: bands.band_chart(of.results, p), of="sweep", needs_bands=True),
    Kind("bands", lambda of, _: bands.band_chart_of_all(of.results), of="sweep", needs_bands=True,
         per_population=False, file="bands"),
)
NAMES = tuple(dict.fromkeys(kind.name for kind in KINDS))
PER_POPULATION = {kind.name for kind in KINDS if kind.per_population}


@dataclass(frozen=True)
class Task:
    kind: Kind
    population: Optional[int]
    file: str  # its name without ending
    weight: int  # grows with the time it takes


def tasks(inputs, kinds=(), sectors=()):
    """The figures to draw, the longest first. kinds, sectors: names, empty for all. UsageError for a name that does not
    exist and for a figure asked for by name that cannot be."""
    results = inputs.results
    by_name = {p.name: p for p in results.populations}
    for name in sectors:
        if name not in by_name:
            raise UsageError(f"--sector {name}: {results.name} has no such population. It has: {', '.join(by_name)}.")
    chosen = [by_name[name] for name in dict.fromkeys(sectors)]
    if not sectors:
        chosen = [p for p in results.populations if p.benchmark >= 0] or results.populations
    found = []
    for kind in KINDS:
        if kinds and kind.name not in kinds:
            continue
        if kind.of != inputs.format():
            if kinds:
                others = dict.fromkeys(other.name for other in KINDS if other.of == inputs.format())
                raise UsageError(f"--kind {kind.name}: is drawn of a file of `{MADE_BY[kind.of]}`, and {results.name} is "
                                 f"one of `{MADE_BY[inputs.format()]}`. Of that there are: {', '.join(others)}.")
            continue
        if kind.needs_settings and len(results.factor) == 1:
            if kinds:
                raise UsageError(f"--kind {kind.name}: {results.name} has no setting beside the baseline. Vary something "
                                 "in its plan.")
            continue
        if kind.needs_bands and results.bands is None:
            if kinds:
                raise UsageError(f"--kind {kind.name}: {results.name} has no distance bands. Give its plan a [bands].")
            continue
        if kind.needs_comparison and inputs.comparison is None:
            if kinds:
                raise UsageError(f"--kind {kind.name}: needs --comparison DIR, the tables of `dscore compare -d DIR`.")
            continue
        if kind.shows_establishments and inputs.disclosure is not None:
            if kinds:
                raise UsageError(f"--kind {kind.name}: shows single establishments, which never leave with --disclosure. "
                                 f"Draw {kind.name}_grid instead, by cells of a grid.")
            continue
        if kind.instead_of and inputs.disclosure is None:
            if kinds:
                raise UsageError(f"--kind {kind.name}: needs --disclosure RULES, which say how many establishments a cell "
                                 "must have.")
            continue
        if not kind.per_population:
            if not sectors or (kinds and kind.name not in PER_POPULATION):
                found.append(Task(kind, None, kind.file, 0))
            continue
        for population in chosen:
            if kind.needs_benchmark and population.benchmark < 0:
                if kinds and sectors:
                    raise UsageError(f"--kind {kind.name} --sector {population.name}: this population has no benchmark "
                                     "to be compared with. Name another one.")
                continue
            if inputs.disclosure is not None and not inputs.disclosure.shows(population):
                if sectors:
                    raise UsageError(f"--sector {population.name}: the rules of disclosure withhold this population.")
                continue
            weight = len(population) if kind.shows_establishments else 1
            found.append(Task(kind, population.index, f"{population.name}_{kind.name}", weight))
    if not found:
        raise FigureError(f"{results.name}: has nothing to draw for this call. See `figures.py --help` for what each kind "
                          "needs.")
    return sorted(found, key=lambda task: -task.weight)


def draw(task, inputs):
    population = None if task.population is None else inputs.results.populations[task.population]
    return task.kind.draw(inputs, population)
