#!/usr/bin/env python3
"""Times dscore and other people's programs on the same points in one run, and stores the table.

    bench/peers/compare.py [BUILD_DIR]     (default: build; made with -DDSCORE_BENCH=ON)

Peers are installed by pip into an environment that is thrown away. Those that look at every pair are measured as far as
they finish in about a minute, and projected beyond by the square of the number of points ("projected": true). Every
program runs in a process of its own with two threads, and is checked on 200 rows against exact scores.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from machine import ROOT, store  # noqa: E402

THREADS = 2
PACKAGES = ["numpy", "scipy", "numba", "fmm3dpy", "pykeops"]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": str(THREADS), "NUMBA_NUM_THREADS": str(THREADS),
               "OPENBLAS_NUM_THREADS": str(THREADS), "PYTHONWARNINGS": "ignore"}
# kind, establishments
CASES = [("postcodes", 10_000), ("postcodes", 100_000), ("postcodes", 334_000), ("postcodes", 1_000_000),
         ("postcodes", 10_000_000), ("unsnapped", 100_000), ("unsnapped", 1_000_000), ("unsnapped", 10_000_000)]
# program: the most establishments it is run for, and whether its time grows with their square beyond
LIMITS = {"p3m 1e-6": None, "p3m 1e-9": None, "exact mixed": 1_000_000, "exact double": 334_000, "plain loop": 100_000,
          "fmm3d": 1_000_000, "numba_fp32_merged": 100_000, "numba_fp64": 100_000, "scipy_cdist": 10_000, "keops": 100_000}
OURS = {"p3m 1e-6": "1e-6", "p3m 1e-9": "1e-9", "exact mixed": "mixed", "exact double": "exact", "plain loop": "loop"}


def main():
    build = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build").resolve()
    with tempfile.TemporaryDirectory() as folder:
        python = environment(Path(folder) / "venv")
        rows = []
        for kind, n in CASES:
            file = Path(folder) / f"{kind}_{n}.bin"
            exact = points_of(python, kind, n, file)
            for program in LIMITS:
                row = measured(build, python, program, kind, n, file, exact) or projected(program, kind, n, rows)
                if row:
                    rows.append(row)
                    print(json.dumps(row), flush=True)
            file.unlink()
    for row in rows:
        ours = next(r for r in rows if (r["points"], r["establishments"], r["program"]) ==
                    (row["points"], row["establishments"], "p3m 1e-6"))
        row["times_p3m_1e-6"] = round(row["total_s"] / ours["total_s"], 2)
    store("peers", "bench/peers/compare.py", {"threads": THREADS, "threshold": "cap 1 km", "rows": rows})


def environment(folder):
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def points_of(python, kind, n, file):
    """Writes the points; the exact scores of the rows that are checked."""
    code = ("import json, sys; sys.path.insert(0, sys.argv[1]); import points; p = points.make(sys.argv[2], int(sys.argv[3]));"
            "p.T.copy().tofile(sys.argv[4]); n = len(p);"
            "print(json.dumps(list(points.exact_scores(p, [k * (n - 1) // 199 for k in range(200)]))))")
    return json.loads(output(python, "-c", code, Path(__file__).parent, kind, str(n), file))


def measured(build, python, program, kind, n, file, exact):
    if LIMITS[program] is not None and n > LIMITS[program]:
        return None
    quick = program.startswith("p3m") or n <= 10_000
    if program in OURS:
        text = output(build / "bench" / "fast_bench", file, OURS[program], "5" if quick else "1", str(THREADS))
    else:
        text = output(python, Path(__file__).parent / "peer.py", program, file, "3" if quick else "1")
    row = json.loads(text.strip().splitlines()[-1])
    sample = row.pop("sample")
    row["largest_error"] = max(abs(a - b) / b for a, b in zip(sample, exact))
    return {"program": program, "points": kind, "establishments": n, **row}


def projected(program, kind, n, rows):
    """From the largest case that was measured, by the square. Only what looks at every pair; merged places are counted
    as what was measured had them for each establishment, up to 450,000."""
    before = [r for r in rows if r["program"] == program and r["points"] == kind and "projected" not in r]
    if not before or program in ("fmm3d", "p3m 1e-6", "p3m 1e-9"):
        return None
    last = before[-1]
    merges = program not in ("numba_fp64", "scipy_cdist", "plain loop") and kind == "postcodes"
    size = (lambda e: min(e, 810_000)) if merges else (lambda e: e)
    seconds = last["total_s"] * (size(n) / size(last["establishments"])) ** 2
    return {"program": program, "points": kind, "establishments": n, "total_s": round(seconds, 1), "projected": True}


def output(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True, env=ENVIRONMENT).stdout


if __name__ == "__main__":
    main()
