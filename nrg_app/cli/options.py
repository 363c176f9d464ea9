"""Options of a command from flags and a TOML file."""

from __future__ import annotations

import shlex
import sys
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from nrg_app.errors import NRGError
from nrg_app.files import read_text

_Options = TypeVar("_Options", bound=BaseModel)


def read_options(kind: type[_Options], settings: Path | None, flags: dict[str, Any]) -> _Options:
    """Options of a TOML file, overridden by flags that are not None.

    Raises:
        NRGError: if the file cannot be read or an option is unknown or out of its range.
    """
    content: dict[str, Any] = {}
    if settings is not None:
        try:
            content = tomllib.loads(read_text(settings))
        except (OSError, ValueError, RecursionError) as error:
            raise NRGError(f"Cannot read the settings '{settings}': {error}.") from None
    try:
        return kind(**content | {k: v for k, v in flags.items() if v is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise NRGError(f"The option '{name}' cannot be used: {first['msg']}.") from None


def command_line() -> str:
    """The command as it was typed."""
    return shlex.join(["nrg", *sys.argv[1:]])
