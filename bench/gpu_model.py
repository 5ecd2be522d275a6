#!/usr/bin/env python3
"""What exact sums on a GPU should take for the synthetic Netherlands, computed where no GPU is at hand: counts of work
(gpu_work), limits of the kernels (cuda_resources.json), and what the host was measured to take (netherlands.json).
Prints the tables of docs/gpu.md and stores the figures.

    bench/gpu_model.py [BUILD_DIR]        (default: build; made with -DDSCORE_BENCH=ON)
"""

import json
import subprocess
import sys
from pathlib import Path

from machine import ROOT, store

PAIRS = 256 * 256  # of locations, in a pair of tiles
CARD = "sm_90"
# Not measured here, but usual on a node with an H100 (PCIe 5, ordinary memory on the host's side).
COPY_BYTES_PER_S = 10e9      # from ordinary memory; pinned 25e9 to 50e9
CALL_S = 10e-6               # a step of Thrust with its wait, or a short copy
DEVICE_START_S = 0.3         # CUDA's context
STEPS_MERGE = 40             # algorithms, allocations and copies of one merge (kernels/reduce_merge.h, reduce_order.h)
STEPS_STATISTICS = 60        # of a summary and the sums by region
HOST_THREADS = 4             # kHostThreads in kernels/backend_cuda.cu

build = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build").resolve()
work = json.loads(subprocess.run([build / "bench" / "gpu_work"], capture_output=True, text=True, check=True).stdout)
resources = json.loads((ROOT / "bench" / "results" / "cuda_resources.json").read_text())["architectures"][CARD]
netherlands = json.loads((ROOT / "bench" / "results" / "netherlands.json").read_text())["results"]

rate = {(loop["kernel"], loop["loop"]): loop["ordered_pairs_per_s"] for loop in resources["inner_loops"]}
tile_pair_s = {  # 2 ordered pairs for each
    "within": 0,
    "far_mixed": 2 * PAIRS / rate["allpairs_mixed<cap, symmetric>", "fp32 far"],
    "far": 2 * PAIRS / rate["allpairs_double<cap, symmetric>", "fp64 far"],
    "near": 2 * PAIRS / rate["allpairs_double<cap, symmetric>", "fp64 near"],
}


def device_s(share):
    return sum(share[kind] * seconds for kind, seconds in tile_pair_s.items())


def of_set(points, precision):
    shares = [device_s(share) for share in points[precision]]
    tile_pairs = sum(share[kind] for share in points[precision] for kind in tile_pair_s)
    return {
        "shares": len(shares),
        "launches": sum(share["launches"] for share in points[precision]),
        "near_share": sum(share["near"] for share in points[precision]) / tile_pairs,
        "device_s": sum(shares),
        "largest_share_over_mean": largest_over_mean(shares),
    }


def largest_over_mean(parts):
    return max(parts) * len(parts) / sum(parts)


# What shares of rounds would be like, of the largest population.
largest = max(work["populations"], key=lambda points: points["locations"])
rounds = [device_s(counts) for counts in largest["mixed_rounds"]]
parts = len(largest["mixed"])
ways_to_share = {
    "rounds in a row": largest_over_mean([sum(rounds[len(rounds) * s // parts:len(rounds) * (s + 1) // parts])
                                          for s in range(parts)]),
    "every eighth round": largest_over_mean([sum(rounds[s::parts]) for s in range(parts)]),
    "blocks of first tiles": largest_over_mean([device_s(share) for share in largest["mixed"]]),
    "first round over the mean": rounds[0] * len(rounds) / sum(rounds),
}

populations = [{**{key: points[key] for key in ("name", "establishments", "locations")},
                **{precision: of_set(points, precision) for precision in ("mixed", "double")}}
               for points in work["populations"]]
ordered = {"apart": sum(p["locations"] * (p["locations"] - 1) for p in populations),
           "union": work["union"]["locations"] * (work["union"]["locations"] - 1)}
total = {precision: sum(p[precision]["device_s"] for p in populations) for precision in ("mixed", "double")}

# One sweep over the union: a root for each pair, and two multiply-adds for each population, whoever is a member of what;
# or over atoms, only pairs that share a population, and only the multiply-adds of those that they share.
per_pair = next(loop for loop in resources["inner_loops"] if loop["kernel"] == "allpairs_mixed<cap, symmetric>")
issue = resources["limits"]["sms"] * resources["limits"]["clock_hz"] * resources["limits"]["lanes"]["issue"]
once = per_pair["instructions_per_pair"] - 2  # all but the two multiply-adds
sweeps = {
    "apart": ordered["apart"] / 2 * (once + 2) / issue,
    "union": ordered["union"] / 2 * (once + 2 * len(populations)) / issue,
    "atoms": (work["atoms"]["ordered_pairs_that_share"] * once + work["atoms"]["times_shared"] * 2) / 2 / issue,
}

rows = sum(p["establishments"] for p in populations)
locations = sum(p["locations"] for p in populations)
totals = sum(p["locations"] * p["mixed"]["shares"] for p in populations)
profile = netherlands["profile"]
write_s = netherlands["run default"]["wall_s"] - profile["read_s"] - profile["total_s"]
n = len(populations)
steps = [  # name, seconds, from what
    ("reading the file", profile["read_s"], "measured; the device starts meanwhile"),
    ("waiting for the device to start", max(0, DEVICE_START_S - profile["read_s"]), "0.3 s is usual"),
    ("points to the device, merged ones back", (rows * (16 + 4) + locations * 20) / COPY_BYTES_PER_S,
     f"{(rows * 20 + locations * 20) / 1e6:.0f} MB"),
    ("merging", n * STEPS_MERGE * CALL_S, f"{n * STEPS_MERGE} steps"),
    ("laying out tiles", sum(p["host_layout_s"] for p in work["populations"]), "measured; beside the first sums"),
    ("tiles to the device, totals back", (locations * 20 + totals * 8) / COPY_BYTES_PER_S,
     f"{(locations * 20 + totals * 8) / 1e6:.0f} MB; beside other sums"),
    ("sums, mixed", total["mixed"], f"{sum(p['mixed']['launches'] for p in populations)} launches"),
    ("scores to the device, with jobs and regions", rows * (8 + 8 + 8 + 2) / COPY_BYTES_PER_S, f"{rows * 26 / 1e6:.0f} MB"),
    ("statistics on the device", n * STEPS_STATISTICS * CALL_S / HOST_THREADS,
     f"{n * STEPS_STATISTICS} steps on {HOST_THREADS} host threads"),
    ("statistics on the host", profile["statistics_s"], "measured, with the sorting that the device takes over"),
    ("start of the program, writing the file", write_s, "measured"),
]

print("| | ordered pairs | device time, H100 |\n|---|--:|--:|")
for name, count in (("apart", ordered["apart"]), ("union", ordered["union"]),
                    ("atoms", work["atoms"]["ordered_pairs_that_share"])):
    print(f"| {name} | {count:.3g} | {1000 * sweeps[name]:.1f} ms |")
print("\n| shares are | largest over mean |\n|---|--:|")
for name, ratio in ways_to_share.items():
    print(f"| {name} | {ratio:.2f} |")
print("\n| population | locations | shares | near tile pairs | mixed | double | largest share / mean |\n|---|--:|--:|--:|--:|--:|--:|")
for p in populations:
    print(f"| {p['name']} | {p['locations']:,} | {p['mixed']['shares']} | {100 * p['mixed']['near_share']:.1f} % |"
          f" {1000 * p['mixed']['device_s']:.2f} ms | {1000 * p['double']['device_s']:.2f} ms |"
          f" {p['mixed']['largest_share_over_mean']:.3f} |")
print(f"| all | {locations:,} | | | {1000 * total['mixed']:.1f} ms | {1000 * total['double']:.1f} ms | |")
print("\n| step | ms | |\n|---|--:|---|")
for name, seconds, source in steps:
    print(f"| {name} | {1000 * seconds:.1f} | {source} |")
print(f"| all, one after another | {1000 * sum(seconds for _, seconds, _ in steps):.0f} | |")

store("gpu_model", "bench/gpu_model.py", {
    "card": resources["limits"]["card"],
    "assumed": {"copy_bytes_per_s": COPY_BYTES_PER_S, "step_s": CALL_S, "device_start_s": DEVICE_START_S},
    "ordered_pairs": ordered,
    "atoms": work["atoms"],
    "sweeps_device_s": sweeps,
    "ways_to_share": ways_to_share,
    "populations": populations,
    "device_s": total,
    "steps": [{"step": name, "seconds": seconds, "from": source} for name, seconds, source in steps],
})
