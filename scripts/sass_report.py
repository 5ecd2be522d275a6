#!/usr/bin/env python3
"""Reads what scripts/cuda_report.sh compiled: the resources of each kernel, and the instructions of its inner loops.

The inner loops are told by their shuffles: a step of a warp (8 pairs a lane) shuffles x, y and the multiplicity, and in
symmetric kernels the sum that the second tile's location collects; an FP64 value takes two shuffles. The peer in
bench/nbody.cu shuffles nothing: it has one root a pair.
"""

import json
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import sass_fast

RULES = ["cap", "exclude", "shift", "none"]
PAIRS_PER_STEP = 8  # kTargets
STEPS_PER_CHUNK = 32
# Lanes per clock and SM (CUDA programming guide, arithmetic throughput, 8.0 and 9.0); four warps issue each clock.
CARDS = {
    "sm_80": {"card": "A100 SXM", "sms": 108, "clock_hz": 1.41e9, "bytes_per_s": 2.04e12,
              "lanes": {"issue": 128, "fp32": 64, "mufu": 16, "shfl": 32, "lds": 32, "fp64": 32}},
    "sm_90": {"card": "H100 SXM", "sms": 132, "clock_hz": 1.98e9, "bytes_per_s": 3.35e12,
              "lanes": {"issue": 128, "fp32": 128, "mufu": 16, "shfl": 32, "lds": 32, "fp64": 64}},
}
PIPES = {
    "FADD": "fp32", "FFMA": "fp32", "FMUL": "fp32", "MUFU": "mufu", "SHFL": "shfl", "LDS": "lds",
    "DADD": "fp64", "DFMA": "fp64", "DMUL": "fp64", "DSETP": "fp64",
}


def kernel_name(symbol):
    match = re.search(r"allpairs_(mixed|double)ILNS_13ThresholdRuleE(\d)ELb([01])E", symbol)
    if match:
        return f"allpairs_{match[1]}<{RULES[int(match[2])]}, {'symmetric' if match[3] == '1' else 'plain'}>"
    if "nbody" in symbol:
        return "nbody (peer)"
    match = re.search(r"add_partialsILb([01])E", symbol)
    return f"add_partials<{'symmetric' if match[1] == '1' else 'plain'}>" if match else sass_fast.kernel_name(symbol)


def resources(text):
    """Registers, stack and spills by kernel, from ptxas -v."""
    kernels = []
    for block in text.split("Compiling entry function '")[1:]:
        symbol = block.split("'")[0]
        frame = re.search(r"Function properties for " + re.escape(symbol) + r"\n\s+(\d+) bytes stack frame, "
                          r"(\d+) bytes spill stores, (\d+) bytes spill loads", block)
        registers = re.search(r"Used (\d+) registers", block)
        shared = re.search(r"(\d+) bytes smem", block)
        kernels.append({
            "kernel": kernel_name(symbol),
            "registers": int(registers[1]),
            "stack_bytes": int(frame[1]),
            "spill_store_bytes": int(frame[2]),
            "spill_load_bytes": int(frame[3]),
            "shared_bytes": int(shared[1]) if shared else 0,
        })
    return sorted(kernels, key=lambda kernel: kernel["kernel"])


def instructions(function):
    """(address, opcode, target of a branch or None) of one kernel."""
    result = []
    for address, text in re.findall(r"/\*([0-9a-f]{4,6})\*/\s+([^;/]*?)\s*;", function):
        words = re.sub(r"^@!?U?P[T\d]+\s+", "", text)
        opcode = words.split()[0].split(".")[0]
        target = re.search(r"(0x[0-9a-f]+)\s*$", words) if opcode == "BRA" else None
        result.append((int(address, 16), opcode, int(target[1], 16) if target else None))
    return result


def loops(code):
    """Innermost first: opcode counts of the loops that contain shuffles and pair arithmetic."""
    found = []
    for address, _, target in code:
        if target is None or target >= address:
            continue
        body = Counter(opcode for at, opcode, _ in code if target <= at <= address)
        if (body["SHFL"] or body["LDS"]) and body["MUFU"] >= PAIRS_PER_STEP and not body["WARPSYNC"]:
            found.append((target, address, body))
    return found


def innermost(found):
    """The loops that hold no other, with the loop around each."""
    for begin, end, body in found:
        if any((b, e) != (begin, end) and begin <= b and e <= end for b, e, _ in found):
            continue
        around = [(e - b, other) for b, e, other in found if b <= begin and end <= e and (b, e) != (begin, end)]
        yield body, min(around, key=lambda pair: pair[0])[1] if around else None


def inner_loop(card, name, body, around):
    double, symmetric, peer = "double" in name, "symmetric" in name, "peer" in name
    shuffles = (4 if symmetric else 3) * (2 if double else 1)
    steps = body["SHFL"] / shuffles
    pairs = body["MUFU"] if peer else PAIRS_PER_STEP * steps
    total = sum(body.values())
    pipes = Counter()
    for opcode, count in body.items():
        if opcode in PIPES:
            pipes[PIPES[opcode]] += count
    pipes["issue"] = total
    limits = {pipe: card["lanes"][pipe] / (count / pairs) for pipe, count in pipes.items()}  # pairs / clock / SM
    bound = min(limits, key=limits.get)
    ways = 2 if symmetric else 1  # ordered pairs served by one evaluation
    rate = ways * card["sms"] * card["clock_hz"]
    named = {opcode: round(body[opcode] / pairs, 3) for opcode in PIPES if body[opcode]}
    named["other"] = round((total - sum(body[opcode] for opcode in PIPES)) / pairs, 3)
    kind = "fp64 near" if body["DSETP"] >= PAIRS_PER_STEP else "fp64 far" if double else "fp32 far"
    result = {
        "kernel": name,
        "loop": kind,
        "pairs_per_iteration": pairs,
        "instructions_per_pair": round(total / pairs, 3),
        "by_kind": named,
        "bound_by": bound,
        "ordered_pairs_per_s": float(f"{rate * limits[bound]:.4g}"),
        "ordered_pairs_per_s_by_limit": {pipe: float(f"{rate * limit:.4g}") for pipe, limit in sorted(limits.items())},
    }
    if around and not peer:  # with what is done once in 32 steps
        chunk = (STEPS_PER_CHUNK / steps - 1) * total + sum(around.values())
        per_pair = chunk / (STEPS_PER_CHUNK * PAIRS_PER_STEP)
        result["instructions_per_pair_with_outer_loop"] = round(per_pair, 3)
    return result


def main():
    work, commit, version, out = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
    report = {
        "name": "cuda_resources",
        "command": "scripts/cuda_report.sh",
        "date": date.today().isoformat(),
        "commit": commit,
        "nvcc": version,
        "note": "computed from the disassembly; ordered pairs/s are upper limits of the inner loop, not measurements",
        "architectures": {},
    }
    for arch, card in CARDS.items():
        own = resources((work / f"allpairs.{arch}.ptxas").read_text())
        own += resources((work / f"nbody.{arch}.ptxas").read_text())
        own += resources((work / f"p3m_cuda.{arch}.ptxas").read_text())
        thrust = resources((work / f"backend_cuda.{arch}.ptxas").read_text())
        entry = {
            "limits": card,
            "kernels": own,
            "thrust_kernels": {
                "count": len(thrust),
                "registers_max": max(kernel["registers"] for kernel in thrust),
                "spill_bytes": sum(kernel["spill_store_bytes"] + kernel["spill_load_bytes"] for kernel in thrust),
                "spilling": [kernel["kernel"][:120] for kernel in thrust if kernel["spill_store_bytes"]],
            },
        }
        print(f"{arch}\n  {'kernel':40} registers stack spills")
        for kernel in own:
            spills = kernel["spill_store_bytes"] + kernel["spill_load_bytes"]
            print(f"  {kernel['kernel']:40} {kernel['registers']:9} {kernel['stack_bytes']:5} {spills:6}")
        print(f"  and {len(thrust)} of Thrust: at most {entry['thrust_kernels']['registers_max']} registers,"
              f" {entry['thrust_kernels']['spill_bytes']} bytes of spills")

        sass = work / f"allpairs.{arch}.sass"
        if sass.exists():
            best = {}  # the compiler's copies of a loop for lanes that part are longer or cut, and not entered
            text = sass.read_text() + (work / f"nbody.{arch}.sass").read_text()
            for function in re.split(r"\n\s*Function : ", text)[1:]:
                name = kernel_name(function.split("\n")[0].strip())
                if not name.startswith(("allpairs", "nbody")):
                    continue
                for body, around in innermost(loops(instructions(function))):
                    loop = inner_loop(card, name, body, around)
                    if body["MUFU"] % loop["pairs_per_iteration"] != 0:  # a step cut in two
                        continue
                    key = (name, loop["loop"])
                    if key not in best or loop["instructions_per_pair"] < best[key]["instructions_per_pair"]:
                        best[key] = loop
            entry["inner_loops"] = [best[key] for key in sorted(best)]
            limit = {loop["kernel"]: loop["ordered_pairs_per_s"] for loop in entry["inner_loops"]}
            entry["mixed_symmetric_over_nbody"] = round(limit["allpairs_mixed<cap, symmetric>"] / limit["nbody (peer)"], 2)
            print(f"  {'inner loop':52} instr/pair  bound  ordered pairs/s ({card['card']})")
            for loop in entry["inner_loops"]:
                print(f"  {loop['kernel'] + ' ' + loop['loop']:52} {loop['instructions_per_pair']:10.2f}  "
                      f"{loop['bound_by']:5}  {loop['ordered_pairs_per_s']:.3g}")
            print(f"  mixed symmetric over the n-body style peer: {entry['mixed_symmetric_over_nbody']}")
            entry["fast_method"] = sass_fast.limits(
                [(kernel_name(function.split("\n")[0].strip()), instructions(function))
                 for function in re.split(r"\n\s*Function : ", (work / f"p3m_cuda.{arch}.sass").read_text())[1:]], card)
            for line in entry["fast_method"]:
                print(f"  {line['kernel'] + ', ' + line['at']:52} {line['instructions']:10.2f}  {line['bound_by']:6} "
                      f"{line['ns']:.3g} ns per {line['per']}")
        report["architectures"][arch] = entry
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=1) + "\n")
    print(f"wrote {out}")
    spilled = [kernel["kernel"] for entry in report["architectures"].values() for kernel in entry["kernels"]
               if kernel["spill_store_bytes"] or kernel["spill_load_bytes"]]
    if spilled:
        raise SystemExit(f"spills in {', '.join(spilled)}")


if __name__ == "__main__":
    main()
