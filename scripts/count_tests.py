#!/usr/bin/env python3
"""Reads a JUnit report of ctest; prints "passed failed skipped" and, on stderr, what failed and what was skipped."""

import re
import sys
import xml.etree.ElementTree

passed, failed, skipped = [], [], {}
for case in xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
    name = case.get("name").split(" ")[0]  # GoogleTest adds the values of parameters
    status, skip = case.get("status"), case.find("skipped")
    if status == "run":
        passed.append(name)
    elif status == "disabled":
        skipped.setdefault("disabled", []).append(name)
    elif skip is not None and skip.get("message", "").startswith("SKIP_"):
        # GoogleTest prints "file:line: Skipped" and then the reason; our scripts print "skipped: reason".
        found = re.search(r"(?:: Skipped\n|^skipped: *)(.+)", case.findtext("system-out") or "", re.MULTILINE)
        skipped.setdefault(found.group(1) if found else "no reason given", []).append(name)
    else:  # failed, or could not even be started
        failed.append(name)

for reason, names in skipped.items():
    print(f"{len(names)} skipped: {reason}", *names, sep="\n  ", file=sys.stderr)
if failed:
    print(f"{len(failed)} FAILED:", *failed, sep="\n  ", file=sys.stderr)
print(len(passed), len(failed), sum(map(len, skipped.values())))
