"""One peer on one file of points: prints a JSON object. Run by compare.py, in a process of its own.

usage: peer.py NAME POINTS RUNS     POINTS: x, then y, as doubles

Each is written as its own users would to get d-scores (threshold 1 km, cap) quickly, with two threads.
"""

import json
import resource
import sys
import time
from importlib.metadata import version

import numpy as np


def merged(points):
    """Places, establishments at each, and the place of every row."""
    return np.unique(points, axis=0, return_inverse=True, return_counts=True)


def numba_fp64(points):
    import numba

    @numba.njit(parallel=True, fastmath=True)
    def scores(x, y):
        n = len(x)
        d = np.empty(n)
        for i in numba.prange(n):
            total = 0.0
            for j in range(n):
                dx = x[i] - x[j]
                dy = y[i] - y[j]
                total += 1.0 / max(np.sqrt(dx * dx + dy * dy), 1000.0)
            d[i] = 1000.0 * (total - 0.001) / (n - 1)
        return d

    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    scores(x[:100], y[:100])  # compiled before the clock starts
    return lambda: scores(x, y), "two loops over all establishments, FP64, fastmath, parallel"


def numba_fp32_merged(points):
    import numba

    @numba.njit(parallel=True, fastmath=True)
    def sums(x, y, m):
        n = len(x)
        total = np.empty(n, np.float32)
        for i in numba.prange(n):
            s = np.float32(0)
            for j in range(n):
                dx = x[i] - x[j]
                dy = y[i] - y[j]
                s += m[j] / max(np.sqrt(dx * dx + dy * dy), np.float32(1000))
            total[i] = s
        return total

    def run():
        places, inverse, counts = merged(points)
        middle = places.mean(axis=0)
        x, y = ((places - middle).astype(np.float32).T).copy()
        total = sums(x, y, counts.astype(np.float32)).astype(np.float64)
        return (1000.0 * (total - 0.001) / (len(points) - 1))[inverse.ravel()]

    sums(np.zeros(9, np.float32), np.ones(9, np.float32), np.ones(9, np.float32))
    return run, "merged places, two loops, FP32, fastmath, parallel"


def scipy_cdist(points):
    from scipy.spatial.distance import cdist

    def run():
        d = np.empty(len(points))
        for begin in range(0, len(points), 500):
            distance = cdist(points[begin:begin + 500], points)
            np.maximum(distance, 1000.0, out=distance)
            d[begin:begin + 500] = (1000.0 * (1.0 / distance).sum(axis=1) - 1.0) / (len(points) - 1)
        return d

    return run, "cdist in blocks of 500 rows"


def fmm3d(points):
    """lfmm3d for 1/r over merged places in the plane, and a neighbour loop that replaces 1/r by 1/t below 1 km."""
    import fmm3dpy
    import numba

    @numba.njit(parallel=True, fastmath=True)
    def correct(x, y, m, begin, columns, rows, total):
        for c in numba.prange(columns * rows):
            row, column = c // columns, c % columns
            for i in range(begin[c], begin[c + 1]):
                s = 0.0
                for r in range(max(0, row - 1), min(rows, row + 2)):
                    first = begin[r * columns + max(0, column - 1)]
                    last = begin[r * columns + min(columns, column + 2)]
                    for j in range(first, last):
                        d2 = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2
                        if d2 < 1e6 and j != i:
                            s += m[j] * (0.001 - 1.0 / np.sqrt(d2))
                total[i] += s

    def near(places, counts, total):
        cell = ((places - places.min(axis=0)) // 1000.0).astype(np.int64)
        columns, rows = cell.max(axis=0) + 1
        key = cell[:, 1] * columns + cell[:, 0]
        order = np.argsort(key, kind="stable")
        begin = np.searchsorted(key[order], np.arange(columns * rows + 1))
        sorted_total = total[order]
        correct(places[order, 0].copy(), places[order, 1].copy(), counts[order].astype(float), begin, columns, rows,
                sorted_total)
        total[order] = sorted_total

    def run(eps=1e-6):
        places, inverse, counts = merged(points)
        sources = np.zeros((3, len(places)))
        sources[:2] = places.T / 1000.0
        potential = fmm3dpy.lfmm3d(eps=eps, sources=sources, charges=counts.astype(float), pg=1).pot
        total = unit * potential / 1000.0
        near(places, counts, total)
        return (1000.0 * (total + (counts - 1) * 0.001) / (len(points) - 1))[inverse.ravel()]

    # Version 2 divides by 4 pi, version 1 did not.
    pair = fmm3dpy.lfmm3d(eps=1e-9, sources=np.array([[0.0, 1.0], [0, 0], [0, 0]]), charges=np.ones(2), pg=1).pot
    unit = 1 / pair[0]

    probe = np.random.default_rng(1).random((500, 2)) * 9000
    near(probe, np.ones(500), np.zeros(500))
    return run, "lfmm3d to 1e-6 over merged places, near pairs corrected in cells (Numba)"


def keops(points):
    from pykeops.numpy import LazyTensor

    def run():
        places, inverse, counts = merged(points)
        at = ((places - places.mean(axis=0)) / 1000.0).astype(np.float32)
        x_i, x_j = LazyTensor(at[:, None, :]), LazyTensor(at[None, :, :])
        m_j = LazyTensor(counts.astype(np.float32)[None, :, None])
        squared = ((x_i - x_j) ** 2).sum(-1)
        total = ((((squared - 1).relu() + 1).rsqrt()) * m_j).sum(axis=1, backend="CPU").astype(np.float64).ravel()
        return ((total - 1.0) / (len(points) - 1))[inverse.ravel()]

    everyone, points = points, points[:100]
    run()  # compiled before the clock starts
    points = everyone
    return run, "LazyTensor on the CPU, FP32, merged places"


PEERS = {
    "numba_fp64": (numba_fp64, "numba"), "numba_fp32_merged": (numba_fp32_merged, "numba"),
    "scipy_cdist": (scipy_cdist, "scipy"), "fmm3d": (fmm3d, "fmm3dpy"), "keops": (keops, "pykeops"),
}

if __name__ == "__main__":
    name, path, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    points = np.fromfile(path).reshape(2, -1).T.copy()
    prepare, package = PEERS[name]
    run, how = prepare(points)
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        d = run()
        times.append(time.perf_counter() - start)
    n = len(points)
    print(json.dumps({
        "total_s": round(sorted(times)[len(times) // 2], 4), "version": f"{package} {version(package)}", "how": how,
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "sample": [float(d[k * (n - 1) // 199]) for k in range(200)]}))
