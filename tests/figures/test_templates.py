"""Figure templates: those that are shipped, the user's own, and files that are none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nrg_app.errors import NRGError
from nrg_app.figures import template_files
from nrg_app.figures.template import Cell, Template, parse_template, template_text
from nrg_app.figures.template_files import (
    delete_template,
    load_template,
    own_names,
    save_template,
    shipped_names,
    template_names,
)
from nrg_app.session.figure_panels import PANELS


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep own templates in a folder of the test."""
    monkeypatch.setattr(template_files, "own_templates_dir", lambda: tmp_path / "own")
    return tmp_path / "own"


TWO = Template(
    cells=(Cell(panel="spins", row=0, column=0), Cell(panel="flow", row=1, column=0, columns=2))
)


def test_shipped_templates_name_panels_that_there_are() -> None:
    assert {"flow", "thermodynamics", "paper-two-column", "slide"} <= set(shipped_names())
    for name in shipped_names():
        template = load_template(name)
        assert set(template.panels) <= set(PANELS)
        assert template.title


def test_an_own_template_is_saved_hides_a_shipped_one_and_is_deleted() -> None:
    shipped = load_template("flow")
    path = save_template("flow", TWO)
    assert load_template("flow") == TWO
    assert load_template(str(path)) == TWO
    assert own_names() == ("flow",)
    assert template_names().count("flow") == 1
    delete_template("flow")
    assert load_template("flow") == shipped
    with pytest.raises(NRGError, match="none of your figure templates"):
        delete_template("flow")


def test_a_wrong_name_is_a_sentence_with_the_names_that_exist() -> None:
    save_template("my figure", TWO)
    with pytest.raises(NRGError) as told:
        load_template("nonsense")
    assert str(told.value).startswith("There is no figure template 'nonsense'; there are bulk,")
    assert "my figure" in str(told.value)


@pytest.mark.parametrize("name", ["", "../flow", "a/b", ".x", "x" * 65, "a.json", "a\0b", "a."])
def test_names_that_are_no_file_names_are_refused(name: str, folder: Path) -> None:
    with pytest.raises(NRGError, match="name of a template"):
        save_template(name, TWO)
    assert not folder.exists()


CELL = {"panel": "spins", "row": 0, "column": 0}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cells": []}, "cells"),
        ({"cells": [CELL, CELL]}, "'spins' covers another panel"),
        ({"cells": [{**CELL, "column": 5, "columns": 2}]}, "beyond the grid"),
        ({"cells": [{**CELL, "row": -1}]}, "cells.0.row"),
        ({"cells": [{**CELL, "row": 10**9}]}, "cells.0.row"),
        ({"cells": [{**CELL, "panel": "../../etc/passwd"}]}, "cells.0.panel"),
        ({"cells": [{**CELL, "extra": 1}]}, "cells.0.extra"),
        ({"width_mm": 1e9}, "width_mm"),
        ({"width_mm": "wide"}, "width_mm"),
        ({"look": "neon"}, "look"),
        ({"version": 2}, "version"),
        ({"title": "x" * 10_000}, "title"),
    ],
)
def test_broken_templates_say_what_is_wrong(
    changes: dict[str, object], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"cells": [CELL], **changes}))
    with pytest.raises(NRGError) as told:
        load_template(str(path))
    assert words in str(told.value)
    assert str(told.value).count("\n") == 0


@pytest.mark.parametrize(
    "content", [b"", b"no json", b"[]", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":NaN}']
)
def test_what_is_no_template_is_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(content)
    with pytest.raises(NRGError, match=r"Cannot use '.*t\.json'"):
        load_template(str(path))


def test_files_that_are_missing_or_huge_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(NRGError, match="Cannot read"):
        load_template(str(tmp_path / "none.json"))
    (tmp_path / "huge.json").write_bytes(b" " * (2**20 + 1))
    with pytest.raises(NRGError, match="Cannot use"):
        load_template(str(tmp_path / "huge.json"))


def test_templates_are_written_as_they_are_read() -> None:
    assert parse_template(template_text(TWO)) == TWO
    assert template_text(TWO) == template_text(parse_template(template_text(TWO)))
