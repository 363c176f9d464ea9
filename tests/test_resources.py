"""The files that come with the program: found, complete, and loaded by Qt under their names."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QIcon
from pytestqt.qtbot import QtBot

from nrg_app import resources
from nrg_app.errors import NRGError

ROOT = Path(__file__).resolve().parents[1]


def test_a_missing_folder_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "nrg_app")
    with pytest.raises(NRGError, match="folder of fonts is missing: install NRG again"):
        resources.fonts_dir()


def test_an_installed_package_prefers_its_own_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inside = tmp_path / "nrg_app" / "_resources" / "icons"
    inside.mkdir(parents=True)
    (tmp_path / "resources" / "icons").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "nrg_app")
    assert resources.icons_dir() == inside


@pytest.mark.parametrize("weight", [400, 500, 600])
def test_qt_finds_every_weight_of_inter(qtbot: QtBot, weight: int) -> None:
    for path in resources.fonts_dir().glob("Inter-*.otf"):
        assert QFontDatabase.addApplicationFont(str(path)) >= 0
    font = QFont("Inter")
    font.setWeight(QFont.Weight(weight))
    info = QFontInfo(font)
    assert (info.family(), info.weight()) == ("Inter", weight)


def test_qt_finds_the_italic_of_stix(qtbot: QtBot) -> None:
    path = resources.fonts_dir() / "STIXGeneral-Italic.otf"
    identity = QFontDatabase.addApplicationFont(str(path))
    assert QFontDatabase.applicationFontFamilies(identity) == ["STIXGeneral"]
    font = QFont("STIXGeneral")
    font.setItalic(True)
    assert QFontInfo(font).italic()


def test_every_font_comes_with_its_licence() -> None:
    folder = resources.fonts_dir()
    for name in ("OFL-Inter.txt", "OFL-STIX.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / name).read_text()


def test_qt_draws_the_icon(qtbot: QtBot) -> None:
    pixmap = QIcon(str(resources.icons_dir() / "nrg.svg")).pixmap(32, 32)
    # The small square at the bottom left is the accent colour.
    assert pixmap.toImage().pixelColor(8, 23).name() == "#35c7b0"


def test_a_wheel_holds_the_program_and_its_files(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "nrg_app/resources.py" in names
    assert "nrg_app/_resources/fonts/Inter-Regular.otf" in names
    assert "nrg_app/_resources/icons/nrg.svg" in names
    assert not [name for name in names if "/docs/" in name]
    assert not [name for name in names if name.startswith(("tests/", "packaging/", "resources/"))]
