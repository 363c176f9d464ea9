"""The Python examples of README.md and of every page do what they say."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import pytest

from .pages import PAGES, ROOT, blocks

WITH_EXAMPLES = [page for page in PAGES if blocks(page, "python")]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.stem)
def test_examples_of(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where README.md says that its commands are given.
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {"__name__": page.stem}
    for line, text in blocks(page, "python"):
        if ">>> " in text:
            run_dialogue(page, line, text, names)
        else:
            # Line numbers of a failure are those of the page.
            code = compile("\n" * (line - 1) + text, str(page), "exec")
            exec(code, names)


def run_dialogue(page: Path, line: int, text: str, names: dict[str, Any]) -> None:
    parser = doctest.DocTestParser()
    example = parser.get_doctest(text, names, page.name, str(page), line - 1)
    said: list[str] = []
    result = doctest.DocTestRunner().run(example, out=said.append, clear_globs=False)
    names.update(example.globs)
    assert result.attempted > 0
    assert result.failed == 0, "".join(said)
