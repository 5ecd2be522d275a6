#!/usr/bin/env python3
"""Reads a JUnit report of ctest; prints "passed failed skipped" and, on stderr, what failed and what was skipped."""

import re
import sys
import xml.etree.ElementTree

passed, failed, skipped = [], [], []
for case in xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
    name, status, skip = case.get("name"), case.get("status"), case.find("skipped")
    if status == "run":
        passed.append(name)
    elif status == "disabled" or (skip is not None and skip.get("message", "").startswith("SKIP_")):
        # GoogleTest prints "file:line: Skipped" and then the reason; our scripts print "skipped: reason".
        reason = re.search(r"(?:: Skipped\n|^skipped: *)(.+)", case.findtext("system-out") or "", re.MULTILINE)
        skipped.append((name, reason.group(1) if reason else "no reason given" if status != "disabled" else "disabled"))
    else:  # failed, or could not even be started
        failed.append(name)

for name, reason in skipped:
    print(f"skipped: {name}: {reason}", file=sys.stderr)
for name in failed:
    print(f"FAILED: {name}", file=sys.stderr)
print(len(passed), len(failed), len(skipped))
