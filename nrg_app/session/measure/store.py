"""Results on the disk, as JSON: the newest of every kind comes back at the next start."""

from __future__ import annotations

import contextlib
from pathlib import Path

from platformdirs import user_data_dir

from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.resources import measurements_dir
from nrg_app.session.measure.orders import Kind, Result, kind_of
from nrg_app.session.results import pack, unpack

MAX_FILE_BYTES = 2**28
"""Of a scan of many temperatures with the series of every quantity."""


def measurements_path(kind: Kind) -> Path:
    """Return the user's file of the newest result of a kind."""
    return Path(user_data_dir("nrg", appauthor=False)) / "measurements" / f"{kind}.json"


def save_result(result: Result, path: Path | None = None) -> None:
    """Write a result, by default where the newest of its kind belongs.

    Raises:
        NRGError: if the file cannot be written.
    """
    target = measurements_path(kind_of(result)) if path is None else path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NRGError(f"Cannot make the folder '{target.parent}': {reason}.") from error
    write_bytes(target, pack(result))


def load_result(path: Path) -> Result:
    """Read a result.

    Raises:
        NRGError: if the file is missing or holds no result of this version.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ValueError("too large")
        result = unpack(path.read_bytes())
        if not isinstance(result, Result):
            raise TypeError("a result of another workspace")
    except OSError as error:
        raise NRGError(f"Cannot read '{path}': {error.strerror or error}.") from error
    except NRGError as error:
        raise NRGError(f"'{path}' holds no measurement of this version: {error}") from error
    except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
        raise NRGError(f"'{path}' holds no measurement of this version.") from error
    return result


def newest(kind: Kind) -> Result | None:
    """Return the user's newest result of a kind, else the example that comes with the program."""
    with contextlib.suppress(NRGError):
        return load_result(measurements_path(kind))
    with contextlib.suppress(NRGError):
        return load_result(measurements_dir() / f"{kind}.json")
    return None
