"""The rank-stability chart: how far the ranks of a sector's regions depend on the settings."""

import numpy as np

from figures import keys, style
from figures.page import FOOT, HEAD, MARGIN, Page
from figures.sweep import factor_label

LEFT, RANKS, TAUS, ROW = 1.75, 3.3, 2.0, 0.165  # inches
BETWEEN = 2.35  # room for the note on types, and the names of factors
TYPES = ((1, "type 1"), (2, "type 2"), (3, "type 3"), (0, "none of these"))


def rank_stability(sweep, population):
    """A row per region: its rank by mean d-score in the baseline, and over all settings; beside it, how well each
    factor's settings keep the order."""
    p = population.index
    mean, kind = sweep.of_region["mean_d"][:, p], sweep.of_region["type"][:, p]
    there = sweep.of_region["establishments"][:, p] > 0
    baseline = ranks(mean[0])
    shown = np.flatnonzero(np.isfinite(baseline))
    shown = shown[np.argsort(baseline[shown], kind="stable")]
    moved = np.array([moved_ranks(mean[0], row) for row in mean[1:]]).reshape(-1, mean.shape[1])
    other_type = ((kind != kind[0]) & there)[1:].sum(axis=0)

    height, bottom = ROW * max(len(shown), 12), FOOT + 0.62
    absent = mean.shape[1] - len(shown)
    subtitle = f"{len(shown)} regions ranked by mean d-score, {len(moved)} settings against the baseline"
    if absent:
        subtitle += f"; {absent} regions without a score are not shown"
    page = Page(LEFT + RANKS + BETWEEN + TAUS + MARGIN, bottom + height + HEAD + 0.2,
                f"{population.title}: ranks of regions", subtitle, sweep.source())
    axes = page.axes(LEFT, bottom, RANKS, height)
    for y, region in enumerate(shown):
        colour = style.TYPES[int(kind[0, region])]
        places = moved[:, region][np.isfinite(moved[:, region])]
        if len(places):
            low, lower, upper, high = np.quantile(places, [0, 0.25, 0.75, 1])
            axes.plot([low, high], [y, y], color=colour, linewidth=1, solid_capstyle="butt", zorder=2)
            axes.plot([lower, upper], [y, y], color=colour, linewidth=4, alpha=0.55, solid_capstyle="butt", zorder=2)
        axes.scatter([baseline[region]], [y], s=16, color=colour, edgecolors="white", linewidths=0.5, zorder=3)
        if other_type[region]:
            axes.text(1.02, y, f"other type in {other_type[region]}", size=6.5, color=style.GREY, va="center",
                      transform=axes.get_yaxis_transform())
    axes.set_yticks(range(len(shown)), [sweep.region_label(r) for r in shown])
    axes.tick_params(axis="y", length=0, labelcolor=style.INK, labelsize=7)
    axes.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    axes.set_xlim(0, mean.shape[1] + 1)
    axes.grid(axis="x", color="#e4e4e4", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel("rank by mean d-score (1: highest)")
    axes.set_title("dot: baseline; thick: half of the settings; thin: all", size=7.5, loc="left", pad=4)
    key = page.sheet(LEFT, FOOT, RANKS, 0.2)
    for k, (of, text) in enumerate(TYPES):
        key.scatter([0.06 + 0.75 * k], [0.08], s=40, marker="s", color=style.TYPES[of], linewidths=0)
        key.text(0.15 + 0.75 * k, 0.08, text, size=7, va="center_baseline")
    _taus(page, sweep, population, (LEFT + RANKS + BETWEEN, bottom + height))
    return page


def ranks(values):
    """1 for the highest; equal values share the mean of their ranks; NaN where there is no value."""
    found = np.full(len(values), np.nan)
    there = np.flatnonzero(np.isfinite(values))
    v = values[there]
    above = (v[None, :] > v[:, None]).sum(axis=1)
    equal = (v[None, :] == v[:, None]).sum(axis=1)
    found[there] = above + (equal + 1) / 2
    return found


def moved_ranks(before, after):
    """The baseline's ranks, moved by what each region gains or loses among those that have a score in both: a region
    that is left out moves no other."""
    both = np.isfinite(before) & np.isfinite(after)
    gained = ranks(np.where(both, after, np.nan)) - ranks(np.where(both, before, np.nan))
    return ranks(before) + gained


def _taus(page, sweep, population, corner):
    """Kendall's tau-b between the baseline and the settings of each factor; factors that keep the order left out."""
    left, top = corner
    of = {name: sweep.of_population[column][:, population.index]
          for name, column in (("regions", "region_kendall"), ("establishments", "kendall"))}
    lowest = {factor: min((np.nanmin(tau[rows], initial=1) for tau in of.values()))
              for factor, rows in sweep.factors().items()}
    shown = sorted((f for f in lowest if lowest[f] < 1), key=lambda f: (lowest[f], f))
    height = min(0.3 * max(len(shown), 1), top - FOOT - 1.5)
    axes = page.axes(left, top - height, TAUS, height)
    axes.set_title("Kendall's tau against the baseline", size=7.5, loc="left", pad=4)
    for y, factor in enumerate(shown):
        for name, shift, marker, colour in (("establishments", 0.17, "o", style.SKY), ("regions", -0.17, "D", style.INK)):
            tau = of[name][sweep.factors()[factor]]
            tau = tau[np.isfinite(tau)]
            if not len(tau):
                continue
            axes.plot([tau.min(), tau.max()], [y + shift] * 2, color=colour, linewidth=0.8, zorder=1)
            axes.scatter(tau, np.full(len(tau), y + shift), s=12, marker=marker, color=colour, edgecolors="white",
                         linewidths=0.3, zorder=2)
    axes.set_yticks(range(len(shown)), [factor_label(f).replace(" & ", "\n& ") for f in shown])
    axes.tick_params(axis="y", length=0, labelcolor=style.INK, labelsize=7)
    axes.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    least = min(lowest.values(), default=1)
    axes.set_xlim(least - 0.06 * (1 - least) if least < 1 else 0.9, 1 + 0.06 * max(1 - least, 0.01))
    axes.grid(axis="x", color="#e4e4e4", linewidth=0.5)
    axes.set_axisbelow(True)
    sheet = page.sheet(left, top - height - 1.0, TAUS, 0.7)
    y = keys.colour_key(sheet, 0, 0.62, "Order of", [(style.INK, "regions, by mean d-score"),
                                                     (style.SKY, "establishments, by d-score")], markers=["D", "o"])
    if len(shown) < len(lowest):
        same = len(lowest) - len(shown)
        sheet.text(0, y, f"{same} factors that change no order are not shown" if same > 1 else
                   "one factor that changes no order is not shown", size=6.5, color=style.GREY, va="top")
