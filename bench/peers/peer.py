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


MERGING = []  # seconds, each time


def merged(points):
    """Places, establishments at each, and the place of every row."""
    start = time.perf_counter()
    at, inverse, counts = np.unique(points.view(complex).ravel(), return_inverse=True, return_counts=True)
    places = np.stack([at.real, at.imag], axis=1)
    MERGING.append(time.perf_counter() - start)
    return places, inverse, counts


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

    x, y = points.T.copy()
    scores(x[:100], y[:100])  # compiled before the clock starts
    return lambda: scores(x, y), "two loops over all establishments, FP64, fastmath (vectorised), parallel"


def numba_merged(points, real):
    """Each pair of places once; a thread adds to sums of its own, which go into doubles every 256 rows."""
    import numba

    threads = numba.get_num_threads()
    one, t2 = real(1), real(1e6)

    @numba.njit(parallel=True, fastmath=True)
    def sums(x, y, m):
        n = len(x)
        total = np.zeros((threads, n))
        for k in numba.prange(threads):
            own = np.zeros(n, x.dtype)
            for round, i in enumerate(range(k, n, threads)):
                s = m[i] - m[i]
                for j in range(i):
                    dx = x[i] - x[j]
                    dy = y[i] - y[j]
                    f = one / np.sqrt(max(dx * dx + dy * dy, t2))
                    s += m[j] * f
                    own[j] += m[i] * f
                total[k, i] += s
                if round % 256 == 255:
                    total[k] += own
                    own[:] = 0
            total[k] += own
        return total.sum(axis=0)

    def run():
        places, inverse, counts = merged(points)
        x, y = ((places - places.mean(axis=0)).astype(real).T).copy()
        total = sums(x, y, counts.astype(real)) + (counts - 1) * 0.001
        return (1000.0 * total / (len(points) - 1))[inverse]

    sums(np.zeros(9, real), np.ones(9, real), np.ones(9, real))
    return run, f"merged places, each pair once, {real.__name__}, fastmath (vectorised), parallel"


def numba_fp64_merged(points):
    return numba_merged(points, np.float64)


def numba_fp32_merged(points):
    return numba_merged(points, np.float32)


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


def fmm3d_of(points, potential):
    """1/r over merged places in the plane, and a neighbour loop that replaces 1/r by 1/t below 1 km."""
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

    def run():
        places, inverse, counts = merged(points)
        sources = np.zeros((len(places), 3))
        sources[:, :2] = places / 1000.0
        total = unit * potential(sources, counts.astype(float)) / 1000.0
        near(places, counts, total)
        return (1000.0 * (total + (counts - 1) * 0.001) / (len(points) - 1))[inverse]

    # Version 2 divides by 4 pi, version 1 did not.
    unit = 1 / potential(np.array([[0.0, 0, 0], [1, 0, 0]]), np.ones(2))[0]
    probe = np.random.default_rng(1).random((500, 2)) * 9000
    near(probe, np.ones(500), np.zeros(500))
    return run


def fmm3d(points):
    """The library that compare.py compiles, with its vectorised kernels, for this processor. In the plane its boxes have
    fewer neighbours than it expects: 2,560 points in the smallest are quicker than its own 1,000. (A tolerance of 1e-4
    takes a quarter less time, with the same error.)"""
    import ctypes
    import os

    library = ctypes.CDLL(os.environ["FMM3D_LIBRARY"])

    def potential(sources, charges):
        result, unused, timing, error = np.zeros(len(charges)), np.zeros(9), np.zeros(6), ctypes.c_int64(0)
        array = lambda a: a.ctypes.data_as(ctypes.c_void_p)  # noqa: E731
        integer = lambda i: ctypes.byref(ctypes.c_int64(i))  # noqa: E731
        none = array(unused)
        library.lfmm3d_ndiv_(
            integer(1), ctypes.byref(ctypes.c_double(1e-6)), integer(len(charges)), array(sources), integer(1),
            array(charges), integer(0), none, integer(0), integer(1), array(result), none, none, integer(0), none,
            integer(0), none, none, none, integer(2560), integer(0), integer(1), array(timing), ctypes.byref(error))
        if error.value != 0:
            raise SystemExit(f"lfmm3d_ndiv: error {error.value}")
        return result

    return fmm3d_of(points, potential), (
        "compiled for this processor with OpenMP and FAST_KER: lfmm3d to 1e-6 over merged places, 2,560 to a box, near pairs "
        "corrected in cells (Numba)")


def fmm3d_wheel(points):
    import fmm3dpy

    def potential(sources, charges):
        return fmm3dpy.lfmm3d(eps=1e-6, sources=np.asfortranarray(sources.T), charges=charges, pg=1).pot

    return fmm3d_of(points, potential), (
        "as pip installs it, one thread, no vectors: lfmm3d to 1e-6 over merged places, near pairs corrected in cells (Numba)")


def keops_on(points, backend):
    from pykeops.numpy import LazyTensor

    def run():
        places, inverse, counts = merged(points)
        at = ((places - places.mean(axis=0)) / 1000.0).astype(np.float32)
        x_i, x_j = LazyTensor(at[:, None, :]), LazyTensor(at[None, :, :])
        m_j = LazyTensor(counts.astype(np.float32)[None, :, None])
        squared = ((x_i - x_j) ** 2).sum(-1)
        total = ((((squared - 1).relu() + 1).rsqrt()) * m_j).sum(axis=1, backend=backend).astype(np.float64).ravel()
        return ((total - 1.0) / (len(points) - 1))[inverse]

    everyone, points = points, points[:100]
    run()  # compiled before the clock starts
    points = everyone
    return run


def keops(points):  # -march=native and -ffast-math in CXXFLAGS do not make it quicker
    return keops_on(points, "CPU"), "LazyTensor on the CPU, FP32, merged places"


def keops_gpu(points):
    return keops_on(points, "GPU"), "LazyTensor on the GPU, FP32, merged places, transfers included"


PEERS = {
    "numba_fp64": (numba_fp64, "numba"), "numba_fp64_merged": (numba_fp64_merged, "numba"),
    "numba_fp32_merged": (numba_fp32_merged, "numba"), "scipy_cdist": (scipy_cdist, "scipy"), "fmm3d": (fmm3d, "fmm3dpy"),
    "fmm3d_wheel": (fmm3d_wheel, "fmm3dpy"), "keops": (keops, "pykeops"), "keops_gpu": (keops_gpu, "pykeops"),
}

if __name__ == "__main__":
    name, path, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    points = np.fromfile(path).reshape(2, -1).T.copy()
    prepare, package = PEERS[name]
    run, how = prepare(points)
    times = []
    MERGING.clear()
    for _ in range(runs):
        start = time.perf_counter()
        d = run()
        times.append(time.perf_counter() - start)
    n = len(points)
    print(json.dumps({
        "total_s": round(sorted(times)[len(times) // 2], 4),
        **({"merge_s": round(sorted(MERGING)[len(MERGING) // 2], 4)} if MERGING else {}),
        "version": f"{package} {version(package)}", "how": how,
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "sample": [float(d[k * (n - 1) // 199]) for k in range(200)]}))
