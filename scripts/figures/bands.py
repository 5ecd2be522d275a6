"""The band chart: from what distance the scores come."""

import matplotlib
import numpy as np

from figures import keys, style
from figures.page import FOOT, HEAD, MARGIN, Page
from figures.sweep import ALL, TOP

LEFT, WIDTH, KEY, ROW = 1.9, 4.2, 1.25, 0.175  # inches
PANEL, GAP = 2.9, 0.25  # of the chart of all populations
LEAST = 0.055  # of a share that has its number in it


def band_chart(sweep, population):
    """A bar each for all establishments, those above their own P90, and the regions by mean d-score."""
    p = population.index
    mean = sweep.of_region["mean_d"][0, p]
    regions = np.flatnonzero(np.isfinite(sweep.bands[p, 2:]).all(axis=1) & np.isfinite(mean))
    regions = regions[np.argsort(-mean[regions], kind="stable")]
    groups = [ALL, TOP, *(regions + 2)]
    names = ["All establishments", "Above its own P90", *(sweep.region_label(r) for r in regions)]
    places = np.array([0, 1.3, *(3 + np.arange(len(regions)))])
    height, bottom = ROW * (places[-1] + 1.2), FOOT + 0.42
    absent = len(mean) - len(regions)
    subtitle = "shares of distance bands in the sum of d-scores; regions from the highest mean d-score down"
    if absent:
        subtitle += f"; {absent} without a score left out"
    page = Page(LEFT + WIDTH + KEY + MARGIN, bottom + height + HEAD, f"{population.title}: where scores come from",
                subtitle, sweep.source())
    axes = page.axes(LEFT, bottom, WIDTH, height)
    _bars(axes, sweep, sweep.bands[p, groups], places)
    _rows(axes, places, names, bold=2)
    _key(page, sweep, LEFT + WIDTH, bottom, height)
    return page


def band_chart_of_all(sweep):
    """All populations: all their establishments, and those above their own P90; from the nearest down."""
    shares = sweep.bands[:, [ALL, TOP]]
    scored = [p for p in sweep.populations if np.isfinite(shares[p.index, 0]).all()]
    scored.sort(key=lambda p: (-_nearness(sweep, shares[p.index, 0]), p.name))
    height, bottom = 0.235 * max(len(scored), 3), FOOT + 0.42
    missing = len(sweep.populations) - len(scored)
    subtitle = "shares of distance bands in the sum of d-scores; those whose scores come from nearest first"
    if missing:
        subtitle += f"; {missing} without a score are not shown"
    page = Page(LEFT + 2 * (PANEL + GAP) + KEY - GAP + MARGIN, bottom + height + HEAD + 0.2,
                "Where the scores of every population come from", subtitle, sweep.source())
    places = np.arange(len(scored))
    for k, head in enumerate(("All establishments", "Those above their population's own P90")):
        axes = page.axes(LEFT + k * (PANEL + GAP), bottom, PANEL, height)
        axes.set_title(head, size=8, loc="left", pad=4)
        _bars(axes, sweep, shares[[p.index for p in scored], k], places)
        _rows(axes, places, [p.title for p in scored] if k == 0 else [""] * len(scored))
    _key(page, sweep, LEFT + 2 * (PANEL + GAP) - GAP, bottom, height)
    return page


def _nearness(sweep, shares):
    """The mean of the shares' sums up to each edge: large where near bands have much."""
    return np.cumsum(shares)[:-1].mean() if len(shares) > 1 else 0


def _colours(sweep):
    """Near bands dark, far ones bright."""
    bands = len(sweep.band_edges_km) + 1
    return [matplotlib.colormaps["cividis"](x) for x in np.linspace(0, 1, bands)]


def _bars(axes, sweep, shares, places):
    """shares: rows x bands; rows without a score stay blank."""
    shares = np.nan_to_num(shares)
    left = np.zeros(len(shares))
    for band, colour in enumerate(_colours(sweep)):
        axes.barh(places, shares[:, band], left=left, height=0.86, color=colour, edgecolor="white", linewidth=0.3)
        dark = np.dot(colour[:3], (0.299, 0.587, 0.114)) < 0.5
        for y, x, share in zip(places, left, shares[:, band]):
            if share >= LEAST:
                axes.text(x + share / 2, y, f"{100 * share:.0f}", size=6, ha="center", va="center_baseline",
                          color="white" if dark else style.INK)
        left += shares[:, band]
    axes.set_xlim(0, 1)
    axes.set_xticks(np.linspace(0, 1, 5), ["0", "25", "50", "75", "100"])
    axes.set_xlabel("share (%)")


def _rows(axes, places, names, bold=0):
    axes.set_yticks(places, names)
    axes.tick_params(axis="y", length=0, labelcolor=style.INK, labelsize=7)
    for label in axes.get_yticklabels()[:bold]:
        label.set_weight("bold")
    axes.set_ylim(max(places, default=0) + 0.6, -0.6)


def _key(page, sweep, left, bottom, height):
    edges = [0, *sweep.band_edges_km]
    texts = [f"{low:g}-{high:g}" for low, high in zip(edges, edges[1:])] + [f"{edges[-1]:g} and more"]
    sheet = page.sheet(left + 0.15, bottom, KEY - 0.15, height)
    keys.colour_key(sheet, 0, height, "Distance (km)", list(zip(_colours(sweep), texts)))
