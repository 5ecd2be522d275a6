"""The tornado chart: how far each factor moves the mean d-score, and the share above the benchmark's P90."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from figures import style
from figures.page import FOOT, HEAD, MARGIN, Page
from figures.sweep import factor_label

LEFT, PANEL, GAP, ROW = 1.75, 3.35, 0.25, 0.3  # inches
LEAST = 0.005  # percent or percentage points: less is no effect
LINEAR_TO = 100  # percent: an axis that goes farther is logarithmic from 10 on
LABEL = {"size": 6.5, "va": "center", "color": style.INK}


def tornado(sweep, population):
    """Of one population."""
    benchmark = sweep.benchmark_of(population)
    share = (f"share above P90 of {benchmark.title}", "change, percentage points") if benchmark else None
    return _chart(sweep, f"{population.title}: what matters most", "", sweep.mean_changes(population),
                  sweep.share_changes(population), share)


def tornado_of_all(sweep):
    """Each setting's median over the populations that have a benchmark."""
    sectors = [p for p in sweep.populations if p.benchmark >= 0] or sweep.populations
    title = f"All {len(sectors)} sectors: what matters most"
    share = ("share above P90 of the benchmark", "change, percentage points")
    return _chart(sweep, title, "medians over the sectors; ", _median([sweep.mean_changes(p) for p in sectors]),
                  _median([sweep.share_changes(p) for p in sectors]), share)


def _median(changes):
    """Over populations, without those that have no value."""
    changes = np.array(changes)
    found = np.full(changes.shape[1], np.nan)
    some = np.isfinite(changes).any(axis=0)
    found[some] = np.nanmedian(changes[:, some], axis=0)
    return found


def _chart(sweep, title, before, mean, share, share_title):
    """mean, share: changes of each setting; share_title: None where the population has no benchmark."""
    reach = {factor: (_reach(mean[rows]), _reach(share[rows])) for factor, rows in sweep.factors().items()}
    shown = sorted((factor for factor in reach if max(reach[factor]) >= LEAST),
                   key=lambda factor: (-reach[factor][0], -reach[factor][1], factor))
    idle = [factor_label(factor) for factor in reach if factor not in shown]
    subtitle = before + f"{len(sweep.factor) - 1} settings against the baseline, a dot each; sorted by the range of the mean"
    panels = [("mean d-score", "change, %", mean)]
    if share_title and np.isfinite(share).any():
        panels.append((*share_title, share))
    height, bottom = ROW * max(len(shown), 3), FOOT + 0.42
    page = Page(LEFT + len(panels) * (PANEL + GAP) - GAP + MARGIN, bottom + height + HEAD + 0.2 + 0.14 * bool(idle), title,
                subtitle, sweep.source())
    if idle:
        page.text(MARGIN, page.height - 0.5, _shortened("no effect: " + ", ".join(idle), page.width), size=8,
                  color=style.GREY, va="top")
    for k, (head, unit, changes) in enumerate(panels):
        axes = page.axes(LEFT + k * (PANEL + GAP), bottom, PANEL, height)
        axes.set_title(head, size=8, loc="left", pad=4)
        axes.set_xlabel(unit)
        _panel(page, axes, sweep, shown, changes)
        axes.set_yticks(range(len(shown)), [factor_label(f).replace(" & ", "\n& ") for f in shown] if k == 0 else [])
        axes.tick_params(axis="y", length=0, labelcolor=style.INK)
    return page


def _shortened(text, width):
    most = int(16.5 * width)  # letters of 8 points in so many inches
    return text if len(text) <= most else text[:most].rsplit(",", 1)[0] + ", ..."


def _reach(changes):
    """From the lowest to the highest, the baseline's 0 among them."""
    changes = changes[np.isfinite(changes)]
    return max(changes.max(initial=0), 0) - min(changes.min(initial=0), 0)


def _panel(page, axes, sweep, shown, changes):
    rows = sweep.factors()
    labels = []  # (row, place of the bar's end, side, text)
    for y, factor in enumerate(shown):
        there = [s for s in rows[factor] if np.isfinite(changes[s])]
        if not there:
            other = any(sweep.unit[s] != sweep.unit[0] for s in rows[factor])
            axes.text(0, y, "in another unit" if other else "no value", ha="center", **{**LABEL, "color": style.GREY})
            continue
        low, high = min(there, key=lambda s: changes[s]), max(there, key=lambda s: changes[s])
        left, right = min(changes[low], 0), max(changes[high], 0)
        axes.barh(y, right - left, left=left, height=0.6, color=style.FAINT, zorder=1)
        axes.scatter(changes[there], np.full(len(there), y), s=9, linewidths=0.3, edgecolors="white", zorder=3,
                     color=[style.VERMILION if changes[s] > 0 else style.BLUE for s in there])
        if right - left < LEAST:
            continue
        if high != low or left < 0:  # of a single setting, only its own end has a label
            labels.append((y, left, -1, _text(sweep, low, changes)))
        if high != low or right > 0:
            labels.append((y, right, 1, _text(sweep, high, changes)))
    axes.axvline(0, color=style.GREY, linewidth=0.8, zorder=2)
    axes.set_ylim(len(shown) - 0.4, -0.6)  # the first on top
    axes.locator_params(axis="x", nbins=6)
    if np.nanmax(np.abs(changes), initial=0) > LINEAR_TO:
        axes.set_xscale("symlog", linthresh=10)
    _make_room(page, axes, labels)


def _text(sweep, setting, changes):
    change = changes[setting]
    number = f"{change:+.1f}" if abs(change) >= 0.095 else f"{change:+.2f}" if abs(change) >= LEAST else "0"
    return f"{sweep.setting_label(setting)}  {number}"


def _make_room(page, axes, labels):
    """Limits of x for which every label has room beside its bar; in the units of the axis as it is drawn."""
    renderer = FigureCanvasAgg(page.figure).get_renderer()
    transform = axes.xaxis.get_transform()
    gap = 3 / 72 * page.figure.dpi
    ends, sides, widths = [0.0], [0], [0.0]
    for y, end, side, text in labels:
        made = axes.annotate(text, (end, y), (3 * side, 0), textcoords="offset points",
                             ha="left" if side > 0 else "right", **LABEL)
        ends.append(float(transform.transform(np.array([end]))[0]))
        sides.append(side)
        widths.append(made.get_window_extent(renderer).width + 2 * gap)
    ends, sides, widths = np.array(ends), np.array(sides), np.array(widths) / (PANEL * page.figure.dpi)
    low, high = ends.min(), ends.max()
    for _ in range(40):  # the wider the axis, the more a label takes of it: settles, as labels take half of it at most
        span = (high - low) or 1
        low, high = ((ends + sides * span * np.minimum(widths, 0.45)).min(),
                     (ends + sides * span * np.minimum(widths, 0.45)).max())
    if low == high:
        low, high = -1, 1
    axes.set_xlim(*transform.inverted().transform(np.array([low, high])))
