"""Which figures are drawn: the kinds there are, and a task for each figure of a result file."""

from dataclasses import dataclass
from typing import Callable, Optional

from figures import bars, bubbles, maps
from figures.errors import UsageError


@dataclass(frozen=True)
class Kind:
    name: str
    needs_benchmark: bool
    shows_establishments: bool  # single ones: must not leave a secure environment
    per_population: bool
    draw: Callable  # (results, population or None, outlines) -> Page


KINDS = (
    Kind("concentration", False, True, True, maps.concentration_map),
    Kind("cluster", True, True, True, maps.cluster_map),
    Kind("bubble", True, False, True, lambda results, population, _: bubbles.bubble_chart(results, population)),
    Kind("means", False, False, False, lambda results, *_: bars.mean_scores(results)),
)


@dataclass(frozen=True)
class Task:
    kind: Kind
    population: Optional[int]
    file: str  # its name without ending
    weight: int  # grows with the time it takes


def tasks(results, kinds, sectors):
    """The figures to draw, the longest first. kinds, sectors: names, empty for all. UsageError for a name that does not
    exist and for a figure asked for by name that cannot be."""
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
        if not kind.per_population:
            if not sectors or kinds:
                found.append(Task(kind, None, "mean_scores", 0))
            continue
        for population in chosen:
            if kind.needs_benchmark and population.benchmark < 0:
                if kinds and sectors:
                    raise UsageError(f"--kind {kind.name} --sector {population.name}: this population has no benchmark "
                                     "to be compared with. Name another one.")
                continue
            weight = len(population) if kind.shows_establishments else 1
            found.append(Task(kind, population.index, f"{population.name}_{kind.name}", weight))
    return sorted(found, key=lambda task: -task.weight)


def draw(task, results, outlines):
    population = None if task.population is None else results.populations[task.population]
    return task.kind.draw(results, population, outlines)
