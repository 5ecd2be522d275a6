"""Maps of single establishments: the note's concentration map and cluster map.

Both show where establishments stand, one dot each: neither may leave a secure environment (plan.py marks them so).
"""

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.colors import ListedColormap
from matplotlib.path import Path

from figures import keys, style
from figures.page import FOOT, HEAD, MARGIN, Page

MAP_WIDTH, MAP_HEIGHT = 5.3, 6.4  # inches, at most
KEY_WIDTH = 1.7
AXIS, BELOW = 0.5, 0.36  # inches for the numbers along the axes
FOOTPRINT_KM = 4  # cells that stand for land where there are no outlines
LARGEST_DOT, INK_SHARE = 160, 0.08  # points^2; share of the map that all dots would fill side by side


class Map:
    """A page with a map of the whole country, equal for all populations, and a sheet for keys beside it."""

    def __init__(self, results, outlines, title, subtitle, extent_of=None):
        """extent_of: polygons to fit the map to, instead of all establishments and outlines."""
        left, right, bottom, top = _extent(None if extent_of else results, extent_of or outlines)
        self.inch = min(MAP_WIDTH / (right - left), MAP_HEIGHT / (top - bottom))  # per km
        width, height = (right - left) * self.inch, (top - bottom) * self.inch
        page = Page(AXIS + width + KEY_WIDTH + MARGIN, FOOT + BELOW + height + HEAD, title, subtitle, results.source())
        self.page = page
        self.area = width * height * 72**2  # points^2
        self.axes = page.axes(AXIS, FOOT + BELOW, width, height, aspect="equal")
        self.sheet = page.sheet(AXIS + width + 0.12, FOOT + BELOW, KEY_WIDTH, height)
        self.top = height
        self.axes.set_xlim(left, right)
        self.axes.set_ylim(bottom, top)
        self.axes.set_xlabel("RD x (km)", size=7.5, color=style.GREY, labelpad=1)
        self.axes.set_ylabel("RD y (km)", size=7.5, color=style.GREY, labelpad=1)
        self.axes.tick_params(length=2, width=0.5)
        self.axes.spines[["top", "right"]].set_visible(True)
        for spine in self.axes.spines.values():
            spine.set(color=style.FAINT)
        if outlines:
            self._draw_outlines(outlines)
        elif extent_of is None:
            self._draw_footprint(results)
        km = max(step for step in (1, 2, 5, 10, 20, 50, 100) if step * self.inch <= 1.2 or step == 1)
        keys.scale_bar(self.sheet, 0.02, 0.02, km, km * self.inch)

    def _draw_outlines(self, outlines):
        paths = [Path.make_compound_path(*(Path(ring, closed=False) for ring in polygon)) for polygon in outlines]
        land = PathCollection(paths, facecolors=style.LAND, edgecolors="none", zorder=1)
        self.axes.add_collection(land, autolim=False)
        # Borders once more above the dots: dense sectors would hide them.
        self.axes.add_collection(PathCollection(paths, facecolors="none", edgecolors=style.BORDER, linewidths=0.35,
                                                zorder=3), autolim=False)

    def _draw_footprint(self, results):
        """Where the register has any establishment at all, as land: without it dots would stand in an empty square. Not
        for what went through disclosure control (extent_of)."""
        cell = np.floor(np.column_stack([results.x_km, results.y_km]) / FOOTPRINT_KM).astype(int)
        low, size = cell.min(axis=0), np.ptp(cell, axis=0) + 1
        occupied = np.zeros(size[::-1], bool)
        occupied[tuple((cell - low).T[::-1])] = True
        edges = [FOOTPRINT_KM * (low[k] + step) for k in (0, 1) for step in (0, size[k])]
        limits = self.axes.axis()
        self.axes.imshow(occupied, origin="lower", extent=edges, interpolation="nearest", aspect="equal", zorder=1,
                         cmap=ListedColormap(["white", style.LAND]), vmin=0, vmax=1)
        self.axes.axis(limits)

    def dots(self, x, y, jobs, colours, rank, scale):
        """Dots with area by jobs; higher ranks above lower ones, small dots above large ones of their rank."""
        order = np.lexsort((-jobs, rank))
        area = scale(jobs[order])
        edge = np.where(area > 4, 0.25, 0)  # large dots that touch can be told apart
        self.axes.scatter(x[order], y[order], s=area, c=colours[order], linewidths=edge, edgecolors="white",
                          rasterized=True, zorder=2)


def _extent(results, outlines):
    x, y = ([results.x_km], [results.y_km]) if results else ([], [])
    for polygon in outlines or []:
        x.append(polygon[0][:, 0])
        y.append(polygon[0][:, 1])
    left, right = min(v.min() for v in x), max(v.max() for v in x)
    bottom, top = min(v.min() for v in y), max(v.max() for v in y)
    room = 0.02 * max(right - left, top - bottom, 1)
    return left - room, right + room, bottom - room, top + room


class DotScale:
    """Area of a dot (points^2) from jobs: proportional, but never too small to be seen. One scale per population, so
    that its two maps can be laid side by side."""

    def __init__(self, jobs, map_area):
        self.largest = float(jobs.max(initial=1))
        self.least = float(np.clip(0.08 * map_area / max(len(jobs), 1), 0.3, 3))
        self.per_job = min(INK_SHARE * map_area / max(jobs.sum(), 1), LARGEST_DOT / max(self.largest, 1))

    def __call__(self, jobs):
        return np.maximum(self.per_job * jobs, self.least)

    def note(self):
        alike = int(self.least / self.per_job)
        return f"up to {alike:,} jobs:\nthe smallest dot" if alike > 1 else ""


def concentration_map(results, population, outlines):
    """Every establishment: colour = decile of its d-score within the population, area = jobs."""
    view = Map(results, outlines, f"{population.title}: concentration",
               f"{len(population):,} establishments; the highest deciles are drawn last")
    jobs = results.jobs[population.row]
    scale = DotScale(jobs, view.area)
    palette = np.array([style.NO_SCORE, *style.DECILES])
    view.dots(results.x_km[population.row], results.y_km[population.row], jobs, palette[population.decile],
              population.decile, scale)
    entries = [(style.DECILES[k - 1], text) for k, text in reversed(_decile_texts(population))]
    if np.any(population.decile == 0):
        entries.append((style.NO_SCORE, "no score"))
    y = keys.colour_key(view.sheet, 0, view.top, "Decile of the d-score\n(1/km)", entries)
    keys.area_key(view.sheet, 0, y, "Jobs (area)", scale.largest, scale, scale.note())
    return view.page


def _decile_texts(population):
    """Each decile that occurs with the scores it begins at: halfway between its lowest and the one below."""
    found = [k for k in range(1, 11) if np.any(population.decile == k)]
    texts = []
    for below, k in zip([None, *found], found):
        if below is None:
            texts.append((k, f"{k}"))
            continue
        score, decile = population.d_score, population.decile
        bound = (score[decile == below].max() + score[decile == k].min()) / 2
        texts.append((k, f"{k}   from {bound:.4f}"))
    return texts


def cluster_map(results, population, outlines):
    """Only the establishments above the benchmark's P90: P90-P95 and > P95, area = jobs."""
    benchmark = results.benchmark_of(population)
    counts = [int(np.sum(population.cluster == level)) for level in (1, 2)]
    share = 100 * sum(counts) / max(len(population), 1)
    view = Map(results, outlines, f"{population.title}: clusters",
               f"{sum(counts):,} of {len(population):,} establishments ({share:.1f} %) are above P90 of "
               f"{benchmark.title}")
    scale = DotScale(results.jobs[population.row], view.area)
    shown = population.cluster > 0
    row, level = population.row[shown], population.cluster[shown]
    palette = np.array([style.STRONG, style.VERY_STRONG])
    view.dots(results.x_km[row], results.y_km[row], results.jobs[row], palette[level - 1], level, scale)
    if not len(row):
        view.axes.text(0.5, 0.5, f"No establishment is above\nthe benchmark's P90 ({benchmark.p90:.4f}).", size=10,
                       color=style.GREY, ha="center", va="center", transform=view.axes.transAxes)
    entries = [(style.VERY_STRONG, f"> P95   above {benchmark.p95:.4f}"),
               (style.STRONG, f"P90-P95   above {benchmark.p90:.4f}")]
    y = keys.colour_key(view.sheet, 0, view.top, "d-score (1/km)\nagainst the benchmark's", entries)
    keys.area_key(view.sheet, 0, y, "Jobs (area)", scale.largest, scale, scale.note())
    return view.page
