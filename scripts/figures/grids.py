"""Maps that show no single establishment: the concentration map and the cluster map by cells of a grid. A cell with
fewer establishments than the rules of disclosure ask for is blank."""

import numpy as np
from matplotlib.collections import PolyCollection

from figures import keys, style
from figures.maps import Map

SIZES_KM = (5, 10, 20)
ENOUGH = 0.8  # of the establishments should lie in cells that are shown
NEITHER = "#d4d4d2"


def concentration_grid(results, population, outlines, disclosure):
    """Colour = the decile of the population that the mean d-score of the cell lies in."""
    view, mean, cells, size = _grid(results, population, outlines, disclosure, "concentration")
    if not _enough_for_deciles(population, disclosure):
        _say(view, "Too few establishments for deciles.")
        return view.page
    # Linear between order statistics (type 7), rounded as every score is.
    bounds = np.round(np.quantile(population.d_score, np.arange(1, 10) / 10), disclosure.decimals)
    decile = 1 + np.searchsorted(bounds, mean, side="left")
    _draw(view, cells, size, [style.DECILES[k - 1] for k in decile])
    entries = [(style.DECILES[k - 1], f"{k}" if k == 1 else f"{k}   above {bounds[k - 2]:.{disclosure.decimals}f}")
               for k in range(10, 0, -1)]
    y = keys.colour_key(view.sheet, 0, view.top, "Mean d-score of the cell\nby deciles (1/km)", entries)
    _blank(view, y, disclosure)
    return view.page


def cluster_grid(results, population, outlines, disclosure):
    """Colour = whether the mean d-score of the cell is above the benchmark's P90 and P95."""
    benchmark = results.benchmark_of(population)
    view, mean, cells, size = _grid(results, population, outlines, disclosure, "clusters")
    if not np.isfinite([benchmark.p90, benchmark.p95]).all():
        _say(view, "The benchmark's percentiles are suppressed.")
        return view.page
    level = (mean > benchmark.p90).astype(int) + (mean > benchmark.p95)
    palette = (NEITHER, style.STRONG, style.VERY_STRONG)
    _draw(view, cells, size, [palette[k] for k in level])
    form = f".{disclosure.decimals}f"
    entries = [(style.VERY_STRONG, f"> P95   above {benchmark.p95:{form}}"),
               (style.STRONG, f"P90-P95   above {benchmark.p90:{form}}"), (NEITHER, "neither")]
    y = keys.colour_key(view.sheet, 0, view.top, "Mean d-score of the cell\nby the benchmark's P90, P95", entries)
    _blank(view, y, disclosure)
    return view.page


def cell_means(x_km, y_km, d_score, size_km, minimum):
    """The lower left corners, counted in cells, of the cells with at least so many establishments, and their means."""
    cell = np.column_stack([np.floor(x_km / size_km), np.floor(y_km / size_km)]).astype(int)
    corner, of, number = np.unique(cell, axis=0, return_inverse=True, return_counts=True)
    total = np.bincount(of.ravel(), weights=d_score, minlength=len(corner))
    shown = number >= minimum
    return corner[shown], total[shown] / number[shown], number[shown].sum()


def _grid(results, population, outlines, disclosure, what):
    x, y = results.x_km[population.row], results.y_km[population.row]
    for size in SIZES_KM:
        cells, mean, inside = cell_means(x, y, population.d_score, size, disclosure.minimum)
        if inside >= ENOUGH * len(population):
            break
    about = 5 * round(20 * inside / max(len(population), 1))  # to 5 %: how few are left out is nobody's business
    view = Map(results, outlines, f"{population.title}: {what}",
               f"{disclosure.establishments[population.index]:,.0f} establishments, about {about} % of them in the cells "
               f"of {size} km that are shown", extent_of=outlines or _square(results, SIZES_KM[-1]))
    return view, np.round(mean, disclosure.decimals), cells, size


def _square(results, size):
    """Whole cells around all establishments: the edge of the map is not the place of the outermost one."""
    ends = [size * edge(f(v) / size) for v in (results.x_km, results.y_km) for f, edge in ((np.min, np.floor), (np.max, np.ceil))]
    left, right, bottom, top = ends
    return [[np.array([(left, bottom), (right, bottom), (right, top), (left, top)])]]


def _draw(view, cells, size, colours):
    corners = size * np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    squares = [size * cell + corners for cell in cells]
    view.axes.add_collection(PolyCollection(squares, facecolors=colours, edgecolors="white", linewidths=0.25, zorder=2),
                             autolim=False)
    if not squares:
        _say(view, "No cell has enough establishments.")


def _say(view, text):
    view.axes.text(0.5, 0.5, text, size=10, color=style.GREY, ha="center", va="center", transform=view.axes.transAxes)


def _blank(view, y, disclosure):
    for line in ("blank: none, or fewer", f"than {disclosure.minimum} establishments"):
        view.sheet.text(0, y, line, size=6.5, color=style.GREY, va="top")
        y -= 0.12


def _enough_for_deciles(population, disclosure):
    return len(population) >= 10 * disclosure.minimum and np.isfinite(population.d_score).all()
