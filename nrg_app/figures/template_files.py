"""Where figure templates are: those that come with the program, and the user's own."""

from __future__ import annotations

import re
from pathlib import Path

from platformdirs import user_data_dir

from nrg_app.errors import NRGError
from nrg_app.figures.template import Template, parse_template, template_text
from nrg_app.files import read_text, write_bytes
from nrg_app.resources import templates_dir

SUFFIX = ".json"
_NAME = re.compile(r"\w[\w .+-]{0,63}")


def own_templates_dir() -> Path:
    """Return the folder of the user's templates; it need not exist yet."""
    return Path(user_data_dir("nrg", appauthor=False)) / "templates"


def shipped_names() -> tuple[str, ...]:
    """Return the names of the templates that come with the program."""
    return _names(templates_dir())


def own_names() -> tuple[str, ...]:
    """Return the names of the user's templates."""
    return _names(own_templates_dir())


def template_names() -> tuple[str, ...]:
    """Return all names, the shipped ones first; an own template hides a shipped one."""
    return tuple(dict.fromkeys((*shipped_names(), *own_names())))


def load_template(name: str) -> Template:
    """Return a template by its name, or out of a file whose path ends in ``.json``.

    Raises:
        NRGError: if there is none of that name, or its file cannot be read or is no template.
    """
    if name.endswith(SUFFIX):
        return _read(Path(name))
    for folder, names in ((own_templates_dir(), own_names()), (templates_dir(), shipped_names())):
        if name in names:
            return _read(folder / f"{name}{SUFFIX}")
    raise NRGError(
        f"There is no figure template '{name}'; there are {', '.join(template_names())}."
    )


def save_template(name: str, template: Template) -> Path:
    """Keep a template among the user's own and return its file.

    Raises:
        NRGError: if the name cannot be that of a file, or the file cannot be written.
    """
    check_name(name)
    path = own_templates_dir() / f"{name}{SUFFIX}"
    write_bytes(path, template_text(template).encode())
    return path


def delete_template(name: str) -> None:
    """Delete one of the user's templates.

    Raises:
        NRGError: if there is none of that name, or its file cannot be deleted.
    """
    if name not in own_names():
        raise NRGError(f"'{name}' is none of your figure templates; it stays.")
    path = own_templates_dir() / f"{name}{SUFFIX}"
    try:
        path.unlink()
    except OSError as error:
        raise NRGError(f"Cannot delete '{path}': {error.strerror or error}.") from error


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a template.

    Raises:
        NRGError: if it is none.
    """
    if not _NAME.fullmatch(name) or name.endswith((SUFFIX, ".", " ")):
        raise NRGError(
            "The name of a template has up to 64 letters, digits, spaces, dots, + and -, "
            "and begins with a letter or a digit."
        )


def _names(folder: Path) -> tuple[str, ...]:
    found = (path.stem for path in folder.glob(f"*{SUFFIX}") if path.is_file())
    return tuple(sorted(name for name in found if _NAME.fullmatch(name)))


def _read(path: Path) -> Template:
    try:
        text = read_text(path)
    except OSError as error:
        raise NRGError(f"Cannot read '{path}': {error.strerror or error}.") from error
    except ValueError as error:
        raise NRGError(f"Cannot use '{path}': it is no text in UTF-8 of a usual size.") from error
    try:
        return parse_template(text)
    except NRGError as error:
        raise NRGError(f"Cannot use '{path}': {error}") from error
