"""SVG files hold the letters that they show."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ElementTree
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure

from nrg_app.figures.export import save_figure
from nrg_app.figures.style import text_font
from nrg_app.figures.svg_fonts import embed_fonts

RULE = re.compile(
    r"@font-face{font-family: '([^']+)'; font-style: (\w+); font-weight: (\w+); "
    r"src: url\(data:font/woff;base64,([^)]+)\) format\('woff'\)}"
)
TEXT = "<text style=\"font-family: 'Inter', 'DejaVu Sans'\">snow \u2603</text>"
DRAWING = f"<svg><style></style>{TEXT}</svg>"
Faces = dict[tuple[str, str, str], TTFont]


def faces(svg: str) -> Faces:
    return {
        (family, style, weight): TTFont(BytesIO(base64.b64decode(data)))
        for family, style, weight, data in RULE.findall(svg)
    }


def letters(font: TTFont) -> set[str]:
    return {chr(code) for code in font.getBestCmap()}


@pytest.fixture
def svg(tmp_path: Path) -> str:
    figure = Figure(figsize=(3, 2))
    figure.text(0.1, 0.8, "Energy", font=text_font())
    figure.text(0.1, 0.6, "Flow", font=text_font(bold=True))
    figure.text(0.1, 0.4, r"per site $e = \langle s\rangle_{L}$", font=text_font())
    save_figure(figure, tmp_path / "f.svg", {})
    return (tmp_path / "f.svg").read_text(encoding="utf-8")


def test_every_letter_is_in_a_font_of_its_text(svg: str) -> None:
    inside = faces(svg)
    texts = [e for e in ElementTree.fromstring(svg).iter() if (e.text or "").strip()]
    shown = [e for e in texts if "font-family" in e.get("style", "")]
    assert len(shown) >= 6
    for element in shown:
        style = dict(re.findall(r"([\w-]+): ([^;]+)", element.get("style", "")))
        families = [name.strip(" '") for name in style["font-family"].split(",")]
        kind = style.get("font-style", "normal"), style.get("font-weight", "400")
        there = {
            letter
            for face, font in inside.items()
            if face[0] in families and face[1:] == kind
            for letter in letters(font)
        }
        assert set(element.text or "") <= there


def test_fonts_hold_what_is_in_use_alone(svg: str) -> None:
    inside = faces(svg)
    assert set(inside) >= {
        ("Inter", "normal", "400"),
        ("Inter", "normal", "600"),
        ("STIXGeneral", "italic", "400"),
    }
    assert letters(inside["Inter", "normal", "600"]) == set("Flow")
    assert {font.flavor for font in inside.values()} == {"woff"}


def test_the_second_family_gives_what_the_first_has_not() -> None:
    inside = faces(embed_fonts(DRAWING.encode()).decode())
    assert {face[0]: letters(font) for face, font in inside.items()} == {
        "Inter": set("snow "),
        "DejaVu Sans": {"\u2603"},
    }


def test_a_letter_is_drawn_as_in_the_font_of_the_program(svg: str) -> None:
    drawn = faces(svg)["Inter", "normal", "600"]
    with TTFont(text_font(bold=True).get_file()) as whole:
        for letter in map(ord, "Flow"):
            inside, given = (font["glyf"][font.getBestCmap()[letter]] for font in (drawn, whole))
            assert inside.coordinates == given.coordinates


def test_a_figure_without_texts_needs_no_font(tmp_path: Path) -> None:
    save_figure(Figure(figsize=(1, 1)), tmp_path / "f.svg", {})
    assert "@font-face" not in (tmp_path / "f.svg").read_text(encoding="utf-8")
