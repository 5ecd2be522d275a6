"""The bubble chart: a disc per region, x = location quotient, y = mean d-score, area = jobs."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patheffects import withStroke

from figures import keys, style
from figures.labels import Placer
from figures.page import FOOT, HEAD, MARGIN, Page

WIDTH, HEIGHT, KEY_WIDTH = 5.6, 4.9, 1.6  # inches
LARGEST, LEAST = 900, 5  # points^2
DASHES = {"color": style.GREY, "linewidth": 0.8, "linestyle": (0, (4, 2)), "zorder": 1}
HALO = [withStroke(linewidth=1.8, foreground="white")]  # keeps names legible on the two lines
TYPE_TEXT = {1: "1  clustering, specialised,\n    large", 2: "2  clustering, specialised", 3: "3  clustering, large",
             0: "none of these"}


def bubble_chart(results, population):
    benchmark = results.benchmark_of(population)
    of = {key: values[population.index] for key, values in results.regional.items()}
    shown = np.flatnonzero(np.isfinite(of["lq"]) & np.isfinite(of["mean_d"]) & (of["establishments"] > 0))
    shown = shown[np.argsort(-of["jobs"][shown], kind="stable")]  # small discs above large ones
    lq, mean_d, jobs, kind = (of[key][shown] for key in ("lq", "mean_d", "jobs", "type"))
    names = [results.region_name[r] or results.region_code[r] for r in shown]

    left, bottom = 0.78, FOOT + 0.4
    absent = len(results.region_code) - len(shown)
    subtitle = (f"{len(shown)} regions: specialisation against clustering; large: at least "
                f"{100 * results.large_share:g} % of the jobs")
    if absent:
        subtitle += f"; {absent} regions without a value are not shown"
    page = Page(left + WIDTH + KEY_WIDTH + MARGIN, bottom + HEIGHT + HEAD, f"{population.title}: regions", subtitle,
                results.source())
    axes = page.axes(left, bottom, WIDTH, HEIGHT)
    axes.set_xlabel("location quotient (share of establishments against the national share)")
    axes.set_ylabel("mean d-score (1/km)")
    _set_limits(axes, lq, mean_d, benchmark.mean_d)
    axes.axvline(1, **DASHES)
    axes.axhline(benchmark.mean_d, **DASHES)

    largest = max(float(jobs.max(initial=0)), 1)

    def area_of(number):
        return np.maximum(LARGEST * np.asarray(number) / largest, LEAST)

    axes.scatter(lq, mean_d, s=area_of(jobs), c=[style.TYPES[int(k)] for k in kind], alpha=0.75, linewidths=0.5,
                 edgecolors="white", zorder=2)
    wanted = _importance(jobs, kind, lq, mean_d, results.large_share)
    _Labels(page, axes, np.column_stack([lq, mean_d]), np.sqrt(area_of(jobs)) / 2, benchmark).write(names, wanted)

    sheet = page.sheet(left + WIDTH + 0.12, bottom, KEY_WIDTH, HEIGHT)
    types = [(style.TYPES[k], TYPE_TEXT[k]) for k in (1, 2, 3, 0)]
    y = keys.colour_key(sheet, 0, HEIGHT, "Type of region", types, step=0.27)
    keys.area_key(sheet, 0, y, "Jobs (area)", largest, area_of)
    return page


def _set_limits(axes, lq, mean_d, benchmark_mean):
    for values, line, set_limits in ((lq, 1.0, axes.set_xlim), (mean_d, benchmark_mean, axes.set_ylim)):
        values = np.append(values, line if np.isfinite(line) else [])
        low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
        if low > high:
            low, high = 0, 1
        room = 0.09 * (high - low) or 0.1 * abs(high) or 1
        set_limits(max(low - room, 0), high + room)


def _importance(jobs, kind, lq, mean_d, large_share):
    """Regions that must be named, the most important first: those of a type, large ones, and the extremes."""
    if not len(jobs):
        return []
    wanted = [i for i in np.lexsort((-jobs, kind)) if kind[i] > 0]
    wanted += [i for i in range(len(jobs)) if jobs[i] > 0 and jobs[i] >= large_share * jobs.sum()]
    wanted += [np.argmax(lq), np.argmax(mean_d), np.argmin(mean_d)]
    return list(dict.fromkeys(int(i) for i in wanted))


class _Labels:
    """Names beside discs, and the benchmark's line's own; laid out in points, at the figure's own resolution."""

    def __init__(self, page, axes, centres, radii, benchmark):
        self.axes, self.radii = axes, radii
        self.renderer = FigureCanvasAgg(page.figure).get_renderer()
        self.pixel = 72 / page.figure.dpi  # points
        box = axes.get_window_extent(self.renderer)
        left, bottom, right, top = (value * self.pixel for value in (box.x0, box.y0, box.x1, box.y1))
        self.edge = (left + 3, bottom + 2, right, top)
        self.centres = self.to_points(centres)
        x, y = self.to_points([(1, benchmark.mean_d if np.isfinite(benchmark.mean_d) else 0)])[0]
        self.lines = [(x - 0.5, bottom, x + 0.5, top)]
        self.taken = []
        if np.isfinite(benchmark.mean_d):
            self.lines.append((left, y - 0.5, right, y + 0.5))
            self._name_line(f"mean of {benchmark.title}: {benchmark.mean_d:.4f}", y)

    def to_points(self, values):
        return self.axes.transData.transform(np.asarray(values, float).reshape(-1, 2)) * self.pixel

    def to_values(self, points):
        return self.axes.transData.inverted().transform(np.asarray(points) / self.pixel)

    def _text(self, text, **more):
        made = self.axes.text(0, 0, text, ha="left", va="bottom", zorder=4, path_effects=HALO, **more)
        box = made.get_window_extent(self.renderer)
        return made, (box.width * self.pixel + 2, box.height * self.pixel + 1)

    def _put(self, text, box):
        text.set_position(self.to_values([(box[0] + 1, box[1] + 0.5)])[0])

    def _name_line(self, words, y):
        """At the end of the line where it hides least, above or below."""
        text, (width, height) = self._text(words, size=7, color=style.GREY)
        places = [(left, bottom, left + width, bottom + height) for bottom in (y + 1, y - height - 1)
                  for left in (self.edge[2] - width, self.edge[0] + 2)]
        hidden = Placer(self.centres, self.radii, self.edge).covered(np.array(places), np.zeros((0, 4)))
        box = places[int(np.argmin(hidden))]
        self._put(text, box)
        self.taken.append(box)

    def write(self, names, wanted):
        rest = [i for i in range(len(names)) if i not in wanted]
        made = {i: self._text(names[i], size=7.5, color=style.INK) for i in wanted}
        made.update({i: self._text(names[i], size=6.5, color=style.GREY) for i in rest})
        placer = Placer(self.centres, self.radii + 0.5, self.edge, self.lines, self.taken)
        boxes = placer.place(wanted, rest, {i: size for i, (_, size) in made.items()})
        for i, (text, _) in made.items():
            if i not in boxes:
                text.remove()
                continue
            self._put(text, boxes[i])
            line = placer.leader(i, boxes[i])
            if line is not None:
                ends = self.to_values(line)
                self.axes.plot(ends[:, 0], ends[:, 1], color=style.GREY, linewidth=0.4, zorder=3)
