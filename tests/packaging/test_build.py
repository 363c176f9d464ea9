"""What is handed to users: the package's fields, its files for the desktop, and its licences."""

from __future__ import annotations

import configparser
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import licences
import pytest
from dev_build import Build
from dev_environment import Environment

from nrg_app import __version__
from nrg_app.qt_libraries import OFFSCREEN_LIBRARIES, X11_LIBRARIES

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "packaging" / "linux"
MIME = "application/x-nrg-session"


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Build:
    monkeypatch.setattr(Build, "_version", lambda _: __version__)
    monkeypatch.setattr("dev_build._debian_architecture", lambda: "amd64")
    return Build(Environment(ROOT))


def test_the_package_asks_for_the_libraries_of_qt(build: Build) -> None:
    fields = dict(
        line.split(": ", 1) for line in build._control(5_000_000).splitlines() if line[0] != " "
    )
    needed = {name.split(" ")[0] for name in fields["Depends"].split(", ")}
    assert {*OFFSCREEN_LIBRARIES.values(), *X11_LIBRARIES.values()} <= needed
    assert fields["Version"] == __version__
    assert fields["Installed-Size"] == "4882"
    assert build.package.name == f"nrg_{__version__}_amd64.deb"


def test_the_desktop_knows_what_opens_a_session() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment]
    entry.read(LINUX / "nrg.desktop", encoding="utf-8")
    assert entry["Desktop Entry"]["MimeType"] == f"{MIME};"
    assert entry["Desktop Entry"]["Exec"] == "nrg open %f"
    kind = next(
        element
        for element in ElementTree.parse(LINUX / "nrg.xml").iter()
        if "type" in element.attrib
    )
    assert kind.attrib["type"] == MIME
    component = ElementTree.parse(LINUX / "nrg.metainfo.xml").getroot()
    assert component.findtext("provides/mediatype") == MIME
    assert component.findtext("launchable") == "nrg.desktop"
    assert component.findtext("project_license") == "Apache-2.0"
    release = component.find("releases/release")
    assert release is not None
    assert release.attrib["version"] == __version__


def test_licences_of_all_that_is_needed_are_listed(tmp_path: Path) -> None:
    packages = licences.write(tmp_path)
    names = {licences._canonical(package.name) for package in packages}
    assert {"torch", "numpy", "pyside6-essentials", "matplotlib", "numba", "scipy"} <= names
    assert not names & {"pytest", "mypy", "hypothesis", licences.PROJECT}
    text = (tmp_path / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    assert "not stated" not in text
    assert all(package.name in text for package in packages)
    # Its own, and not only one of what it bundles.
    found = [file.read_text("utf-8") for file in (tmp_path / "numpy").rglob("LICENSE*")]
    assert any("NumPy Developers" in words for words in found)
