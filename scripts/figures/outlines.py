"""Outlines of regions from GeoJSON, in RD New (EPSG:28992), metres."""

import json

import numpy as np

from figures.errors import FigureError

# As io/schema.md: the European Netherlands with room around it.
LEFT_M, RIGHT_M, BOTTOM_M, TOP_M = -10_000, 300_000, 280_000, 640_000


def read_outlines(path):
    """Polygons as lists of rings, each ring an array of (x, y) in km; FigureError where the file is not that."""
    try:
        with open(path, encoding="utf-8") as file:
            features = json.load(file)["features"]
        polygons = [polygon for feature in features for polygon in _polygons(feature["geometry"])]
    except OSError as error:
        raise FigureError(f"{path}: cannot be read: {error.strerror}. Name a GeoJSON file with --outlines.") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FigureError(f"{path}: not a GeoJSON FeatureCollection of polygons. Name another file with "
                          "--outlines.") from None
    if not polygons:
        raise FigureError(f"{path}: holds no polygon. Name another file with --outlines.")
    points = np.concatenate([ring for polygon in polygons for ring in polygon])
    inside = (points >= (LEFT_M, BOTTOM_M)) & (points <= (RIGHT_M, TOP_M))
    if not inside.all():
        x, y = points[~inside.all(axis=1)][0]
        raise FigureError(f"{path}: the point ({x:g}, {y:g}) is outside the Netherlands in RD New (EPSG:28992), "
                          "metres. Convert the outlines to it (ogr2ogr -t_srs EPSG:28992).")
    return [[ring / 1000 for ring in polygon] for polygon in polygons]


def _polygons(geometry):
    if geometry["type"] == "Polygon":
        parts = [geometry["coordinates"]]
    elif geometry["type"] == "MultiPolygon":
        parts = geometry["coordinates"]
    else:
        raise ValueError(geometry["type"])
    return [[_ring(ring) for ring in part] for part in parts if part]


def _ring(points):
    ring = np.array([point[:2] for point in points], dtype=float)
    if ring.ndim != 2 or ring.shape[1] != 2 or not np.isfinite(ring).all():
        raise ValueError("a ring")
    return ring
