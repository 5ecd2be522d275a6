"""The points that peers and we are timed on: 300 towns over a country of 200 x 250 km, and a countryside.

postcodes: establishments on places of whole metres, as many places as a country has postcodes, 450,000 at most, and
           fewer for fewer establishments (10 for 18)
unsnapped: every establishment at a place of its own
dense:     the same in a country a fifth as wide
"""

import numpy as np

ROWS = 200  # that are checked, spread evenly


class Points:
    """n establishments, the same each time; `index`: the place of each, or None where each has its own."""

    def __init__(self, kind, n):
        rng = np.random.default_rng(7)
        self.n = n
        self.places = places(min(450_000, n * 10 // 18) if kind == "postcodes" else n, rng)
        self.index = None
        if kind == "postcodes":
            self.places = np.round(self.places)
            self.index = rng.integers(len(self.places), size=n)
        if kind == "dense":
            self.places /= 5

    def locations(self):
        """Distinct places that have establishments."""
        return self.n if self.index is None else len(np.unique(self.places[np.unique(self.index)], axis=0))

    def write(self, file):
        """x, then y, as doubles; metres."""
        with open(file, "wb") as out:
            for coordinate in self.places.T:
                (coordinate.copy() if self.index is None else coordinate[self.index]).tofile(out)

    def exact_scores(self):
        """D of ROWS rows in 1/km, in double; threshold 1 km, cap."""
        x, y = self.places.T.copy()
        counts = None if self.index is None else np.bincount(self.index, minlength=len(x)).astype(float)
        scores = []
        for row in (k * (self.n - 1) // (ROWS - 1) for k in range(ROWS)):
            at = row if self.index is None else self.index[row]
            total = 0.0
            for part in (slice(begin, begin + 32_768) for begin in range(0, len(x), 32_768)):  # they stay in the cache
                dx, dy = x[part] - x[at], y[part] - y[at]
                inverse = 1.0 / np.maximum(np.sqrt(dx * dx + dy * dy), 1000.0)
                total += np.sum(inverse if counts is None else inverse * counts[part])
            scores.append((1000.0 * total - 1.0) / (self.n - 1))  # itself, at 0, counts 1 under cap
        return scores


def places(n, rng):
    towns = rng.random((300, 2)) * [2e5, 2.5e5] + [5e4, 3.5e5]
    spread = np.where(rng.random(n) < 0.25, 1.5e4, 2e3)
    return towns[rng.integers(300, size=n)] + spread[:, None] * rng.standard_normal((n, 2))


def largest_error(sample, exact):
    return max(abs(score - true) / true for score, true in zip(sample, exact, strict=True))
