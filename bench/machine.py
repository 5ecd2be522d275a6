"""What a benchmark result must say about where it was measured, and how it is stored."""

import json
import os
import platform
import subprocess
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


# How a benchmark asks for scores: as users do, with six digits, and exactly. The largest error of each.
WAYS = {"default": [], "1e-6": ["--tolerance", "1e-6"], "mixed": ["--precision", "mixed"],
        "double": ["--precision", "double"]}
ERRORS = {"default": 1e-9, "1e-6": 1e-6, "mixed": 1e-6, "double": 1e-12}


def output_of(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    family = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith(("cpu family", "model\t"))][:2]
    return {
        "cpu": model,
        "cpu_family_model": "/".join(family),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "compiler": output_of("g++", "--version").split("\n")[0],
    }


def commit():
    """The commit, and "-dirty" if anything but texts and results differs from it."""
    changed = output_of("git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results", ":!*.md")
    return output_of("git", "describe", "--always") + ("-dirty" if changed else "")


def store(name, command, results):
    """Writes bench/results/<name>.json: date, commit, command, machine, results."""
    record = {
        "name": name,
        "command": command,
        "date": date.today().isoformat(),
        "commit": commit(),
        "machine": machine(),
        "results": results,
    }
    path = ROOT / "bench" / "results" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n")
    print(f"wrote {path.relative_to(ROOT)}")


def timed(*command, **options):
    """Runs a command; returns its wall seconds, user+system seconds and peak memory in MiB."""
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {process.returncode}")
    return {
        "wall_s": round(time.monotonic() - start, 3),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_mib": round(usage.ru_maxrss / 1024, 1),
    }
