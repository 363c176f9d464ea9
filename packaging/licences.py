"""What an installed program contains besides its own code: names, versions and licences.

    python packaging/licences.py FOLDER

writes ``FOLDER/THIRD-PARTY.txt`` and the licence files of every package in folders beside it.
"""

from __future__ import annotations

import re
import shutil
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = "nrg-desktop"
_LICENCE_FILE = re.compile(r"(?i)^(licen[cs]e|copying|notice|authors)")
# Not Python packages, or bundled in one whose metadata do not name them.
_OTHERS = (
    f"Python {sys.version.split()[0]}: PSF-2.0 (www.python.org)",
    "Qt 6, in PySide6: LGPL-3.0-only (www.qt.io); its libraries are separate files that may be "
    "replaced",
    "Inter, STIX: OFL-1.1, in nrg_app/_resources/fonts",
    "Material Design Icons and others, in QtAwesome: Apache-2.0, OFL-1.1, CC-BY-4.0",
)


def bundled(project: str = PROJECT) -> list[Distribution]:
    """The packages that a project needs at run time, and those that they need, by name.

    Raises:
        PackageNotFoundError: if the project itself is not installed.
    """
    found: dict[str, Distribution] = {}
    waiting = [project]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            if name == project:
                raise
            continue  # for another system
        for line in found[name].requires or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(_canonical(requirement.name))
    del found[project]
    return sorted(found.values(), key=lambda package: package.name.lower())


def licence(package: Distribution) -> str:
    """The licence that a package states: an SPDX expression, a classifier or the first line."""
    metadata = package.metadata
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier", [])
        if line.startswith("License :: ")
    ]
    stated = (metadata.get_all(name, [""])[0] for name in ("License-Expression", "License"))
    words = next(stated) or ", ".join(classifiers) or next(stated) or "not stated"
    return words.splitlines()[0]


def write(folder: Path) -> list[Distribution]:
    """Write the list and the licence files; the packages."""
    packages = bundled()
    folder.mkdir(parents=True, exist_ok=True)
    for package in packages:
        for file in package.files or []:
            source = Path(str(file.locate()))
            if _LICENCE_FILE.match(file.name) and source.is_file():
                # Packages bundle others, with licences of the same name.
                target = folder / package.name / Path(*file.parts[1:])
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    lines = [f"{package.name} {package.version}: {licence(package)}" for package in packages]
    text = "\n".join(("NRG contains:", "", *lines, "", *_OTHERS)) + "\n"
    (folder / "THIRD-PARTY.txt").write_text(text, encoding="utf-8")
    return packages


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
