"""Keys beside a drawing, on a sheet in inches."""

import numpy as np

from figures import style
from figures.page import nice_steps


def colour_key(sheet, x, top, title, entries, step=0.165, markers=()):
    """Squares, or other markers, with texts, downwards; returns where it ends."""
    y = top
    for line in title.split("\n"):
        sheet.text(x, y, line, size=7.5, weight="bold" if y == top else "normal", va="top")
        y -= 0.145
    y -= 0.1
    for k, (colour, text) in enumerate(entries):
        sheet.scatter([x + 0.06], [y], s=30 if markers else 52, marker=markers[k] if markers else "s", color=colour,
                      linewidths=0)
        sheet.text(x + 0.2, y, text, size=7.5, va="center_baseline")
        y -= step
    return y - 0.1


def area_key(sheet, x, top, title, largest, area_of, note="", colour="#8c8c8c"):
    """Discs of round numbers of jobs, one below the other; returns where it ends."""
    sheet.text(x, top, title, size=7.5, weight="bold", va="top")
    values = nice_steps(max(largest, 1))
    radii = [np.sqrt(area_of(value)) / 144 for value in values]
    column = x + max(max(radii), 0.06)
    y = top - 0.26
    for value, radius in zip(values, radii):
        y -= max(radius - 0.06, 0)
        sheet.scatter([column], [y], s=area_of(value), color=colour, linewidths=0)
        sheet.text(column + max(max(radii), 0.06) + 0.1, y, f"{value:,}", size=7.5, va="center_baseline")
        y -= max(radius, 0.06) + 0.09
    for line in filter(None, note.split("\n")):
        sheet.text(x, y, line, size=6.5, color=style.GREY, va="top")
        y -= 0.12
    return y - 0.1


def scale_bar(sheet, x, y, km, inches):
    sheet.plot([x, x, x + inches, x + inches], [y + 0.05, y, y, y + 0.05], color=style.INK, linewidth=0.9,
               solid_joinstyle="miter")
    sheet.text(x + inches / 2, y + 0.08, f"{km:g} km", size=7.5, ha="center", va="bottom")
