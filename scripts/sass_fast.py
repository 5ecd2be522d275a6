"""The kernels of the fast method (kernels/p3m/p3m_cuda.cuh) for scripts/sass_report.py: what a location, a pair or a
node takes at least, by the instructions of the loops, counted from the disassembly, and by the bytes that go to and from
memory. Instructions are of a warp; code that calls a function (the exact decision at the threshold, roots of very small
numbers) is left out.
"""

import re

RULES = ["cap", "exclude", "shift", "none"]
WARP = 32
# Degrees of the polynomials and width of the window, at the cheapest plans for a million locations under cap.
TOLERANCES = {
    "1e-6": {"near_degree": 9, "window_degree": 8, "width": 9},
    "1e-9": {"near_degree": 14, "window_degree": 10, "width": 12},
}
TILE_COLUMNS, TILE_ROWS = 8, 4  # kTileColumns, kTileRows
TOGETHER = 4  # kNearTogether, kSpreadTogether; and unrolled loops


def kernel_name(symbol):
    match = re.search(r"p3m(\d+)(\w+)", symbol)
    if not match:
        return symbol
    name = match[2][:int(match[1])]
    rule = re.search(r"ThresholdRuleE(\d)", symbol)
    number = re.search(r"ILi(\d+)E", symbol)
    flag = re.search(r"ELb([01])E", symbol)
    words = [RULES[int(rule[1])]] if rule else [number[1]] if number else []
    if name == "near_pairs":
        words += ["edge"] if flag[1] == "1" else []
    elif name == "fft_pass":
        words += ["rows" if flag[1] == "1" else "columns"]
    return f"{name}<{', '.join(words)}>" if words else name


def loops(code):
    """(first, last address) of every loop, smallest first."""
    found = [(target, address) for address, opcode, target in code if target is not None and target < address]
    return sorted(found, key=lambda loop: loop[1] - loop[0])


def usual(code, begin, end, without=()):
    """Instructions from begin to end, without loops and without branches around a call."""
    calls = [address for address, opcode, _ in code if opcode == "CALL"]
    skipped = list(without)
    for address, _, target in code:
        if target is not None and begin <= address < target <= end and any(address < c < target for c in calls):
            skipped.append((address + 1, target - 1))
    return sum(1 for address, _, _ in code
               if begin <= address <= end and not any(b <= address <= e for b, e in skipped))


def count(code, loop, opcode):
    return sum(1 for address, name, _ in code if name == opcode and loop[0] <= address <= loop[1])


def nested(code, least_loads):
    """(instructions of the loop over neighbours without the one over powers, instructions of that one)."""
    all_loops = loops(code)
    outer = next(loop for loop in all_loops if count(code, loop, "LDG") >= least_loads and any(
        outer_of(loop, inner) and count(code, inner, "DFMA") >= TOGETHER for inner in all_loops))
    inner = max((loop for loop in all_loops if outer_of(outer, loop) and count(code, loop, "DFMA") >= TOGETHER),
                key=lambda loop: count(code, loop, "DFMA"))
    return usual(code, *outer, [inner]), usual(code, *inner), count(code, inner, "DFMA")


def gathering(code):
    """Instructions of gather without its loops, per power and per row of nodes."""
    all_loops = loops(code)
    rows = next(loop for loop in all_loops if count(code, loop, "LDG") >= TOGETHER and count(code, loop, "SHFL") > 0)
    powers = next(loop for loop in all_loops if count(code, loop, "LDG") > 0 and count(code, loop, "SHFL") == 0)
    end = next(address for address, opcode, _ in code if opcode == "EXIT" and address > rows[1])
    return (usual(code, 0, end, all_loops), usual(code, *powers) / (count(code, powers, "DFMA") / 2),
            usual(code, *rows) / (count(code, rows, "SHFL") / 2))  # a shuffle of FP64 is two


def outer_of(outer, inner):
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def limits(functions, card):
    """One line for each kernel that takes time."""
    issue = card["sms"] * card["clock_hz"] * card["lanes"]["issue"] / WARP  # warps' instructions/s
    lines = []

    def add(kernel, at, per, instructions, warps, bytes_moved=0):
        """instructions: of a warp; warps: how many of them one `per` takes."""
        by_issue = 1e9 * instructions * warps / issue
        by_memory = 1e9 * bytes_moved / card["bytes_per_s"]
        lines.append({"kernel": kernel, "at": at, "per": per, "instructions": round(instructions, 2),
                      "bytes": bytes_moved, "bound_by": "memory" if by_memory > by_issue else "issue",
                      "ns": float(f"{max(by_issue, by_memory):.3g}")})

    for name, code in sorted(functions):
        for tolerance, plan in TOLERANCES.items():
            if name.startswith("near_pairs"):
                around, powers, fused = nested(code, 3 * TOGETHER)
                steps = plan["near_degree"] // (fused // TOGETHER)
                add(name, tolerance, "pair looked at", (around + steps * powers) / TOGETHER, 1 / WARP)
            elif name == "spread":
                around, powers, fused = nested(code, 5 * TOGETHER)
                steps = plan["window_degree"] // (fused // (2 * TOGETHER))
                tiles = (plan["width"] + TILE_COLUMNS - 1) * (plan["width"] + TILE_ROWS - 1) / TILE_COLUMNS / TILE_ROWS
                add(name, tolerance, "location", (around + steps * powers) / TOGETHER * tiles, 1)
            elif name == "gather":
                around, powers, rows = gathering(code)
                add(name, tolerance, "location", around + plan["window_degree"] * powers + plan["width"] * rows, 1)
        if name.startswith("fft_pass"):
            radix = int(re.search(r"\d+", name)[0])
            add(name, "any", "element", usual(code, 0, code[-1][0]) / radix, 1 / WARP, 32)
    return lines
