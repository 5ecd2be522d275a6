"""What the tests of work in units share: the program `toil` (toil.cpp), and what stands in its checkpoints."""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

import program  # noqa: E402
from program import Case, DSCORE as TOIL  # noqa: E402,F401

MARK = 0xD5C07E0F9EC07D01
HEAD = struct.Struct("<QQQ16s64s")


def units_in(path):
    """The units whose records are complete in a checkpoint, in order; none where there is no checkpoint."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return []
    if len(content) < 16:
        return []
    at = 16 + struct.unpack_from("<Q", content, 8)[0] + 64
    units = []
    while at + HEAD.size <= len(content):
        mark, unit, size, _, _ = HEAD.unpack_from(content, at)
        assert mark == MARK, (path, at)
        at += HEAD.size + size
        if at <= len(content):
            units.append(unit)
    return units


class ToilCase(Case):
    def toil(self, *more, name="out"):
        """The arguments of a call that writes `name` and logs every unit that is done in name.log."""
        return ["toil", "-o", self.path(name), "--log", self.path(name + ".log"), *map(str, more)]

    def undisturbed(self, *more):
        self.succeeds("toil", "-o", self.path("undisturbed"), *more)
        return self.read("undisturbed")

    def done(self, name="out"):
        """The units that were done to their end, as often as they were."""
        try:
            return [int(line) for line in self.read(name + ".log").split()]
        except FileNotFoundError:
            return []
