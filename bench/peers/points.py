"""The points that peers and we are timed on: 300 towns over a country of 200 x 250 km, and a countryside.

postcodes: establishments on places of whole metres, as many places as a country has postcodes, 450,000 at most, and
           fewer for fewer establishments (10 for 18)
unsnapped: every establishment at a place of its own
"""

import numpy as np


def places(n, rng):
    towns = rng.random((300, 2)) * [2e5, 2.5e5] + [5e4, 3.5e5]
    spread = np.where(rng.random(n) < 0.25, 1.5e4, 2e3)
    return towns[rng.integers(300, size=n)] + spread[:, None] * rng.standard_normal((n, 2))


def make(kind, n):
    """n x 2 metres, the same each time."""
    rng = np.random.default_rng(7)
    if kind == "unsnapped":
        return places(n, rng)
    at = np.round(places(min(450_000, n * 10 // 18), rng))
    return at[rng.integers(len(at), size=n)]


def exact_scores(points, targets):
    """D of some rows in 1/km, in double; threshold 1 km, cap."""
    d = np.empty(len(targets))
    for k, i in enumerate(targets):
        distance = np.maximum(np.hypot(points[:, 0] - points[i, 0], points[:, 1] - points[i, 1]), 1000.0)
        d[k] = (1000.0 * np.sum(1.0 / distance) - 1.0) / (len(points) - 1)  # itself, at 0, counts 1 under cap
    return d
