"""Arrays with what they mean, in files that others read: NPZ, HDF5 and CSV.

All formats hold the same names and the same metadata: what every array is, its unit and axes, and
how it came about. Equal arrays give equal bytes. h5py is imported only where HDF5 is written: the
window's own process never does.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nrg_app.errors import NRGError
from nrg_app.files import write_bytes

SUFFIXES = (".npz", ".h5", ".hdf5", ".csv")
Origin = Mapping[str, Any]
"""How arrays came about: names and values that JSON knows."""


@dataclass(frozen=True, eq=False)
class Described:
    """An array with its meaning.

    Attributes:
        values: Its first axis counts samples; NaN where there is nothing.
        meaning: In a few words.
        unit: "1" for a number without one.
        axes: What its axes count.
    """

    values: NDArray[np.generic]
    meaning: str
    unit: str
    axes: tuple[str, ...]


def check_place(path: Path) -> None:
    """Check where arrays are to be written, before they are made.

    Raises:
        NRGError: for an unknown suffix or a missing folder.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise NRGError(f"The file '{path.name}' needs a name that ends in .npz, .h5 or .csv.")
    if not path.parent.is_dir():
        raise NRGError(f"There is no folder '{path.parent}'; make it or choose another.")


def write_arrays(path: Path, arrays: Mapping[str, Described], origin: Origin) -> None:
    """Write arrays in the format that the suffix names.

    Args:
        path: ``.npz`` has a JSON text ``metadata`` beside the arrays; ``.h5`` or ``.hdf5`` has
            attributes; ``.csv`` has a line per sample, a column per number and the metadata in
            lines that begin with ``#``.
        arrays: By name, all of equally many samples.
        origin: How they came about.

    Raises:
        NRGError: for an unknown suffix or a place that cannot be written.
    """
    check_place(path)
    write_bytes(path, _FORMATS[path.suffix.lower()](arrays, origin))


def _descriptions(arrays: Mapping[str, Described]) -> dict[str, dict[str, Any]]:
    return {
        name: {"meaning": array.meaning, "unit": array.unit, "axes": list(array.axes)}
        for name, array in arrays.items()
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _npz(arrays: Mapping[str, Described], origin: Origin) -> bytes:
    buffer = io.BytesIO()
    metadata = _json({**origin, "arrays": _descriptions(arrays)})
    values: dict[str, Any] = {name: array.values for name, array in arrays.items()}
    np.savez_compressed(buffer, allow_pickle=False, **values, metadata=np.array(metadata))
    return buffer.getvalue()


def _hdf5(arrays: Mapping[str, Described], origin: Origin) -> bytes:
    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for key, value in origin.items():
            file.attrs[key] = value if isinstance(value, str | int | float) else _json(value)
        for name, array in arrays.items():
            data = file.create_dataset(name, data=array.values, compression="gzip", shuffle=True)
            for key, value in _descriptions({name: array})[name].items():
                data.attrs[key] = value
    return buffer.getvalue()


def _csv(arrays: Mapping[str, Described], origin: Origin) -> bytes:
    lines = [f"# {key} {_json(value)}" for key, value in origin.items()]
    lines += [f"# {name} {_json(words)}" for name, words in _descriptions(arrays).items()]
    columns = [column for name, array in arrays.items() for column in _columns(name, array)]
    lines.append(",".join(name for name, _ in columns))
    lines += [",".join(row) for row in zip(*(texts for _, texts in columns), strict=True)]
    return ("\n".join(lines) + "\n").encode()


def _columns(name: str, array: Described) -> Iterator[tuple[str, list[str]]]:
    """The columns of one array with the name of each; without those where no sample has a value."""
    values = array.values
    for index in np.ndindex(values.shape[1:]):
        column = values[(slice(None), *index)]
        if column.dtype.kind != "f" or not np.isnan(column).all():
            # The shortest text that reads back as the same number of this precision.
            texts = [str(number) for number in column]
            yield "_".join(map(str, (name, *index))), texts


_FORMATS: dict[str, Callable[[Mapping[str, Described], Origin], bytes]] = {
    ".npz": _npz,
    ".h5": _hdf5,
    ".hdf5": _hdf5,
    ".csv": _csv,
}
