"""A page: a figure laid out in inches, with a head, a source line, and axes where they are put."""

import os

import matplotlib
from matplotlib.figure import Figure

from figures import style
from figures.errors import FigureError

PDF_DPI = 300  # of what is rasterised inside
MARGIN = 0.15
HEAD = 0.62  # inches above the axes
FOOT = 0.28

matplotlib.rcParams.update(style.SETTINGS)


class Page:
    """Places in inches, from the lower left corner."""

    def __init__(self, width, height, title, subtitle, source):
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width, height), facecolor="white")
        self.text(MARGIN, height - 0.13, title, size=11, weight="bold", va="top")
        self.text(MARGIN, height - 0.35, subtitle, size=8, color=style.GREY, va="top")
        self.text(MARGIN, 0.1, source, size=6.5, color=style.GREY, va="bottom")

    def text(self, x, y, text, **more):
        return self.figure.text(x / self.width, y / self.height, text, **more)

    def axes(self, left, bottom, width, height, **more):
        return self.figure.add_axes((left / self.width, bottom / self.height, width / self.width, height / self.height),
                                    **more)

    def sheet(self, left, bottom, width, height):
        """Axes without frame whose units are inches, for keys and scale bars."""
        axes = self.axes(left, bottom, width, height)
        axes.set_xlim(0, width)
        axes.set_ylim(0, height)
        axes.axis("off")
        return axes


def save(page, path_without_ending, formats, dpi):
    """Writes the page in each format; a file appears complete or not at all, and the same page gives the same bytes."""
    for ending in formats:
        path = f"{path_without_ending}.{ending}"
        temporary = f"{path}.{os.getpid()}.tmp"
        metadata = {"Software": None} if ending == "png" else {"CreationDate": None, "Producer": None, "Creator": None}
        try:
            page.figure.savefig(temporary, format=ending, dpi=dpi if ending == "png" else PDF_DPI, metadata=metadata)
            os.replace(temporary, path)
        except OSError as error:
            raise FigureError(f"{path}: cannot write: {error.strerror or error}. Free some space, or name another "
                              "folder with -d.") from None
        finally:
            if os.path.exists(temporary):
                os.remove(temporary)


def nice_steps(largest):
    """Three round numbers to explain an area with, at most the largest: 10, 100, 1000."""
    top = 1
    while top * 10 <= largest:
        top *= 10
    if top * 5 <= largest:
        top *= 5
    return [value for value in (top // 100, top // 10, top) if value >= 1]
