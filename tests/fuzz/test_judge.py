"""The judge of the other tests here: it sees what it should."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Judge = Callable[[Callable[[], object]], None]


def unpickle() -> object:
    return pickle.Unpickler(io.BytesIO(pickle.dumps(Path))).load()


def start() -> object:
    return subprocess.run([sys.executable, "-c", ""], check=True)


@pytest.mark.parametrize("deed", [unpickle, start])
def test_what_a_reader_must_not_do_is_noticed(deed: Callable[[], object], judge: Judge) -> None:
    with pytest.raises(AssertionError, match=r"unpickled|Popen"):
        judge(deed)


def test_writing_elsewhere_is_noticed(
    judge: Judge, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    judge(lambda: (tmp_path / "inside").write_text("well"))
    outside = tmp_path_factory.mktemp("elsewhere") / "file"
    with pytest.raises(AssertionError, match="to write"):
        judge(lambda: outside.write_text("not well"))


def test_other_exceptions_go_through(judge: Judge) -> None:
    with pytest.raises(KeyError):
        judge(lambda: {}["nothing"])
