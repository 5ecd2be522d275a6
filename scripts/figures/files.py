"""Opens the HDF5 files of dscore (io/schema.md), and says what is wrong with them."""

import os

import h5py

from figures.errors import FigureError

SCHEMA_VERSION = 1
MADE_BY = {"results": "dscore run", "sweep": "dscore sweep"}


def read_file(path, readers):
    """What the reader of the file's format makes of it. readers: format -> function of an open file and its name.
    FigureError naming the file and what is wrong with it."""
    wanted = "Name a file of " + " or ".join(f"`{MADE_BY[kind]}`" for kind in readers) + "."
    try:
        if not os.path.isfile(path):
            raise FigureError(f"{path}: no such file. {wanted}")
        with h5py.File(path, "r") as file:
            kind = text(file.attrs.get("dscore_format", b""))
            if kind not in readers:
                found = f"a {kind} file, which has no figures" if kind else "not a file of dscore's"
                raise FigureError(f"{path}: {found}. {wanted}")
            version = int(file.attrs.get("schema_version", 0))
            if version > SCHEMA_VERSION:
                raise FigureError(f"{path}: has schema version {version}, this program knows {SCHEMA_VERSION}. "
                                  "Use the figures of the dscore that wrote it.")
            return readers[kind](file, os.path.basename(path))
    except KeyError as error:
        raise FigureError(f"{path}: {str(error.args[0])}. See `dscore validate {path}`.") from None
    except (OSError, ValueError, IndexError, TypeError, RuntimeError) as error:
        what = " ".join(str(error).split())
        raise FigureError(f"{path}: cannot be read: {what}. See `dscore validate {path}`.") from None


def column(file, path, size=None):
    """A column of a table; ValueError if it has not this many rows."""
    values = file[path][()]
    if size is not None and len(values) != size:
        raise ValueError(f"{path} has {len(values)} rows, where {size} belong")
    return values


def texts(file, path, size=None):
    return [text(value) for value in column(file, path, size).tolist()]


def text(value):
    """An attribute or a field of fixed length."""
    if not isinstance(value, bytes):
        raise ValueError("a text of variable length")
    return value.decode()


def benchmarks(file, populations):
    """Rows of other populations, -1 for none."""
    benchmark = column(file, "populations/benchmark", populations)
    if (benchmark >= populations).any():
        raise ValueError("a benchmark that is no population")
    return benchmark


def is_synthetic(file):
    value = file["input_provenance"].attrs.get("synthetic", 0)
    value = value.decode() if isinstance(value, bytes) else str(value)
    return value.strip().lower() not in ("", "0", "0.0", "no", "false")


def version_of(file):
    return text(file["provenance"].attrs.get("version", b"")).split(" ")[0]


def source_line(name, synthetic, version):
    """The line below every figure."""
    origin = "a synthetic population, not a register: " if synthetic else ""
    made_by = f", dscore {version}" if version else ""
    return f"Source: {origin}{name}{made_by}."
