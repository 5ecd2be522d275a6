"""Labels beside discs, placed without overlap."""

import numpy as np

ANGLES = np.deg2rad([0, 180, 45, -45, 135, -135, 90, -90, 20, -20, 160, -160, 67, -67, 113, -113])
GAPS = (2, 5, 9, 14, 20, 27, 35, 44, 56, 70)  # points between a disc's edge and its label
OPTIONAL_GAPS = 3  # so many of them for labels that may be left out
SWEEPS = 6
STEPS = 16  # points at which a line is looked at
BETWEEN = 4  # points of blank between two texts side by side, which would else be read as one
LEADER_FROM = 3.5  # a label this far away gets a line to its disc
# What speaks against a place, in points of distance that one would rather go.
PER_AREA, PER_DISC, PER_RIVAL, PER_CROSSING, PER_LINE = 3, 60, 12, 30, 0.2


class Placer:
    """Boxes of texts are laid beside discs so that they meet neither each other, nor discs, nor the edge, and so that a
    reader cannot take them for another disc's. All in points; a box is (left, bottom, right, top)."""

    def __init__(self, centres, radii, edge, lines=(), taken=()):
        """lines: boxes better not covered; taken: boxes of other texts."""
        self.centres, self.radii = np.asarray(centres, float).reshape(-1, 2), np.asarray(radii, float)
        self.edge, self.lines, self.taken = np.array([edge]), _boxes(lines), _boxes(taken)

    def place(self, wanted, optional, size):
        """wanted and optional: indices of discs, in order of importance; size: index -> (width, height) of its text.
        Returns {index: box}. A wanted label is always placed, an optional one only where nothing is in its way."""
        boxes = {}
        for i in wanted:
            boxes[i] = self._best(i, size[i], boxes)[0]
        for _ in range(SWEEPS):  # each in turn moves to a better place, if the others have made room
            before = dict(boxes)
            for i in wanted:
                boxes[i] = self._best(i, size[i], {k: box for k, box in boxes.items() if k != i})[0]
            if boxes == before:
                break
        for i in optional:
            box, against = self._best(i, size[i], boxes, GAPS[:OPTIONAL_GAPS])
            if against == 0:
                boxes[i] = box
        return boxes

    def leader(self, i, box):
        """The line from a label to its disc: two points, or None where the label is near enough."""
        ends, far = self._lines(i, np.array([box]))
        return ends[0] if far[0] else None

    def _lines(self, i, boxes):
        """From each box to disc i: (boxes, 2 ends, 2), and whether the box is far enough for the line to be drawn."""
        near = np.clip(self.centres[i], boxes[:, :2], boxes[:, 2:])
        away = np.hypot(*(near - self.centres[i]).T)
        rim = self.centres[i] + (near - self.centres[i]) * (self.radii[i] / np.maximum(away, 1e-9))[:, None]
        return np.stack([near, rim], axis=1), away - self.radii[i] > LEADER_FROM

    def _best(self, i, size, others, gaps=GAPS):
        """The best place for a label, and what speaks against it: 0 is free and beyond doubt."""
        boxes, far = self._candidates(i, size, gaps)
        texts = np.vstack([self.taken, _boxes(list(others.values()))])
        against = self.covered(boxes, texts + (-BETWEEN, 0, BETWEEN, 0)) + self._doubt(boxes, i) + self._crossings(boxes, i, texts, others)
        k = int(np.argmin(against + PER_LINE * _common(boxes, self.lines).sum(axis=1) + far))
        return tuple(boxes[k]), against[k]

    def _candidates(self, i, size, gaps):
        width, height = size
        boxes, far = [], []
        for gap in gaps:
            for preference, angle in enumerate(ANGLES):
                cos, sin = np.cos(angle), np.sin(angle)
                x, y = self.centres[i] + (self.radii[i] + gap) * np.array([cos, sin])
                left, bottom = x - width / 2 * (1 - cos), y - height / 2 * (1 - sin)
                boxes.append((left, bottom, left + width, bottom + height))
                far.append(gap + 0.1 * preference)
        return np.array(boxes), np.array(far)

    def covered(self, boxes, texts):
        """By the area of each box that other texts take or that is beyond the edge, and by the discs it touches."""
        area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        taken = area - _common(boxes, self.edge).sum(axis=1) + _common(boxes, texts).sum(axis=1)
        touched = self._away(boxes) < 0
        squares = np.hstack([self.centres - self.radii[:, None], self.centres + self.radii[:, None]])
        taken += np.where(touched, _common(boxes, squares), 0).sum(axis=1)
        return PER_AREA * np.where(taken < 1e-6, 0, taken) + PER_DISC * touched.sum(axis=1)

    def _doubt(self, boxes, own):
        """Discs that are as near to a label as its own."""
        away = self._away(boxes)
        return PER_RIVAL * (np.delete(away, own, axis=1) < away[:, [own]] + 1).sum(axis=1)

    def _crossings(self, boxes, own, texts, others):
        """Where the line from a label to its disc crosses discs and texts, and where a label lies on others' lines."""
        ends, far = self._lines(own, boxes)
        points = _along(ends)  # (boxes, steps, 2)
        flat = np.tile(points.reshape(-1, 2), 2)  # as boxes without extent
        steps = points.shape[1]
        discs = np.delete(self._away(flat) < 0, own, axis=1).reshape(len(boxes), steps, -1).any(axis=1)
        crossed = _inside(flat, texts).reshape(len(boxes), steps, -1).any(axis=1)
        count = np.where(far, discs.sum(axis=1) + crossed.sum(axis=1), 0)
        for i, box in others.items():
            ends, far = self._lines(i, np.array([box]))
            if far[0]:
                count += _inside(np.tile(_along(ends)[0], 2), boxes).any(axis=0)
        return PER_CROSSING * count

    def _away(self, boxes):
        """Distances from boxes to the edges of discs, pair by pair; negative where they overlap."""
        nearest = np.clip(self.centres[None], boxes[:, None, :2], boxes[:, None, 2:])
        return np.hypot(*(nearest - self.centres[None]).transpose(2, 0, 1)) - self.radii[None]


def _boxes(boxes):
    return np.array(boxes, float).reshape(-1, 4)


def _along(lines):
    """Points on lines, the ends left out: (lines, steps, 2)."""
    steps = np.linspace(0.04, 0.96, STEPS)[:, None]
    return lines[:, None, 0] * (1 - steps) + lines[:, None, 1] * steps


def _inside(points, boxes):
    """Whether points (as boxes without extent) lie in boxes, pair by pair."""
    at = points[:, None, :2]
    return ((at > boxes[None, :, :2]) & (at < boxes[None, :, 2:])).all(axis=2)


def _common(boxes, others):
    """Areas in which boxes and others overlap, pair by pair."""
    width = np.minimum(boxes[:, None, 2], others[None, :, 2]) - np.maximum(boxes[:, None, 0], others[None, :, 0])
    height = np.minimum(boxes[:, None, 3], others[None, :, 3]) - np.maximum(boxes[:, None, 1], others[None, :, 1])
    return np.clip(width, 0, None) * np.clip(height, 0, None)
