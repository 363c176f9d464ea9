"""Where the files that come with the program lie: trained models, their recipes, fonts, icons.

In a checkout they are in `resources/` beside the package; an installed package has them inside.
"""

from __future__ import annotations

from pathlib import Path

from nrg_app.errors import NRGError

_PACKAGE = Path(__file__).resolve().parent


def models_dir() -> Path:
    """Folder of the trained models, `*.safetensors`.

    Raises:
        NRGError: if the program was installed without it.
    """
    return _folder("models")


def recipes_dir() -> Path:
    """Folder of the recipes of the trained models, `*.toml`.

    Raises:
        NRGError: if the program was installed without it.
    """
    return _folder("recipes")


def measurements_dir() -> Path:
    """Folder of the measurements that the window shows before the first own one, `*.json`.

    ``packaging/measurements.py`` makes them anew.

    Raises:
        NRGError: if the program was installed without it.
    """
    return _folder("measurements")


def templates_dir() -> Path:
    """Folder of the figure templates that come with the program, `*.json`.

    Raises:
        NRGError: if the program was installed without it.
    """
    return _folder("templates")


def fonts_dir() -> Path:
    """Folder of the bundled fonts, `*.otf`: Inter (400, 500, 600) and STIXGeneral italic.

    Raises:
        NRGError: if the program was installed without it.
    """
    return _folder("fonts")


def icons_dir() -> Path:
    """Folder of the program's own icons, `*.svg`.

    Raises:
        NRGError: if the program was installed without it.
    """
    return _folder("icons")


def _folder(name: str) -> Path:
    for root in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        if (root / name).is_dir():
            return root / name
    raise NRGError(f"The program's folder of {name} is missing: install NRG again.")
