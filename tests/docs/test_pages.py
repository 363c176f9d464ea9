"""The pages: built without a warning, complete, and as the program is."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import typer.main

from nrg_app.cli.gallery import GALLERY
from nrg_app.cli.main import app
from nrg_app.ui.actions import TABLE
from nrg_app.ui.sheets import POINTER_HINTS

from .pages import ROOT

DOCS = ROOT / "resources" / "docs"
_LARGEST_PICTURE = 300_000


def test_the_pages_are_built_without_a_warning_and_load_nothing_from_elsewhere(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    result = subprocess.run(
        [*command, "-d", str(tmp_path / "doctrees"), str(DOCS), str(tmp_path / "html")],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    for page in DOCS.glob("*.md"):
        text = (tmp_path / "html" / f"{page.stem}.html").read_text(encoding="utf-8")
        assert not re.findall(r'(?:src|<link[^>]* href)="(?:https?:)?//[^"]*"', text)
        # A formula that was not understood would stand there as it was typed.
        assert "$$" not in text
    flow = (tmp_path / "html" / "flow.html").read_text(encoding="utf-8")
    assert flow.count("<math") > 20
    assert "_static/pages.css" in flow
    # TeX leaves a space after the names of functions, browsers do not.
    assert re.search(r"<mi>ln</mi>\s*<mo>&ApplyFunction;</mo><mspace", flow)
    keys = (tmp_path / "html" / "keys.html").read_text(encoding="utf-8")
    for text in [spec.text for spec in TABLE if spec.keys] + [hint for hint, _ in POINTER_HINTS]:
        assert html.escape(text, quote=False) in keys
    commands = (tmp_path / "html" / "commands.html").read_text(encoding="utf-8")
    shown = [c for c in typer.main.get_group(app).commands.values() if not c.hidden]
    for command in shown:
        for text in (command.help, *(option.help for option in command.params)):
            assert text
            assert html.escape(text.partition("`")[0], quote=False) in commands


def test_every_picture_of_the_pages_is_small() -> None:
    pictures = [path for path in DOCS.rglob("*") if path.suffix == ".png"]
    assert {path.stem for path in pictures} >= {"explore", "train", "holography", "measure"}
    assert not [path.name for path in pictures if path.stat().st_size > _LARGEST_PICTURE]


def test_the_gallery_shows_every_figure() -> None:
    text = (DOCS / "gallery.md").read_text(encoding="utf-8")
    shown = re.findall(r"\(pictures/gallery/(\w+)\.png\)", text)
    assert shown == list(GALLERY)
