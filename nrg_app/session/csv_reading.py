"""Spins in a CSV file that nobody vouches for; runs in a process of its own.

The file is one that the program writes, with a line for each sample and columns NAME_ROW_COLUMN,
or a matrix with a lattice row in every line and several configurations one below another. Lines
that begin with ``#`` count for nothing.
"""

from __future__ import annotations

import io
import re

import numpy as np
from numpy.typing import NDArray

_MAX_CELL = 32  # characters of a number
_SEPARATOR = re.compile(r"\s*[,;]\s*|\s+")
_OTHER = 2  # stands for whatever is neither +1, -1 nor 0
Spins = NDArray[np.int8]


def read_table(path: str, name: str, limit: int) -> bytes:
    """Return the spins as the bytes of an NPY file of int8, with 2 for what is none.

    Raises:
        Exception: ``OSError``, ``ValueError`` or ``LookupError`` for what is no such file of at
            most ``limit`` bytes.
    """
    with open(path, "rb") as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise ValueError("too large")
    text = content.decode("utf-8-sig")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise ValueError("no numbers")
    column = re.compile(rf"{re.escape(name)}_(\d{{1,4}})_(\d{{1,4}})")
    places = {word: index for index, word in enumerate(lines[0].split(","))}
    columns = {word: index for word, index in places.items() if column.fullmatch(word)}
    values = _of_table(lines[1:], name, columns) if columns else _of_matrix(lines)
    packed = io.BytesIO()
    np.save(packed, values, allow_pickle=False)
    return packed.getvalue()


def _of_table(lines: list[str], name: str, columns: dict[str, int]) -> Spins:
    side = round(len(columns) ** 0.5)
    if side * side != len(columns):
        raise ValueError("the lattice is no square")
    order = [columns[f"{name}_{row}_{column}"] for row in range(side) for column in range(side)]
    spins = np.empty((len(lines), side * side), np.int8)
    for row, line in zip(spins, lines, strict=True):
        cells = line.split(",")
        row[:] = [_spin(cells[index]) for index in order]
    return spins.reshape(-1, side, side)


def _of_matrix(lines: list[str]) -> Spins:
    # A row at a time: an array takes a small part of the room of a list.
    side = len(_SEPARATOR.split(lines[0].strip()))
    values = np.empty((len(lines), side), np.int8)
    for row, line in zip(values, lines, strict=True):
        cells = _SEPARATOR.split(line.strip())
        if len(cells) != side:
            raise ValueError("rows of unequal length")
        row[:] = [_spin(cell) for cell in cells]
    whole = len(lines) % side == 0 and len(lines) != side
    return values.reshape(-1, side, side) if whole else values


def _spin(text: str) -> int:
    if len(text) > _MAX_CELL:
        raise ValueError("no number")
    value = float(text)
    return int(value) if value in (1.0, -1.0, 0.0) else _OTHER
