"""The log of a training: one JSON object a line, which never says more than its checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nrg_app.files import unwritable, write_bytes


def cut_log(log: Path, counted: Callable[[dict[str, Any]], bool]) -> None:
    """Remove what a training that was cut short logged after the checkpoint it goes on from.

    Args:
        log: the file, which may be missing.
        counted: tells of a line's content whether the checkpoint has what it says.

    Raises:
        NRGError: if the file cannot be written.
    """
    try:
        lines = log.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise unwritable(log, error) from error
    kept = [line for line in lines if _is_counted(line, counted)]
    if kept != lines:
        write_bytes(log, b"".join(kept))


def _is_counted(line: bytes, counted: Callable[[dict[str, Any]], bool]) -> bool:
    try:
        content = json.loads(line)
        # The last line of a process that was killed may be incomplete.
        return line.endswith(b"\n") and isinstance(content, dict) and counted(content)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return False
