"""What holds for every input: one sentence at most, bounded memory, nothing run or written."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nrg_app.errors import NRGError

_MEMORY = 2**30
_watched: list[Path] = []
_offences: list[str] = []


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook, which stays for good: what a reader must not do is noted."""
    if not _watched:
        return
    if event == "pickle.find_class":
        _offences.append(f"unpickled {arguments}")
    elif (
        event == "open" and isinstance(arguments[0], str | bytes) and isinstance(arguments[2], int)
    ):
        path = Path(os.fsdecode(arguments[0])).absolute()
        writes = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and not path.is_relative_to(_watched[0]) and path != Path(os.devnull):
            _offences.append(f"opened {path} to write")
    elif event in ("subprocess.Popen", "os.system", "socket.connect", "os.exec"):
        _offences.append(f"{event} {arguments}")


sys.addaudithook(_listen)


@pytest.fixture(scope="module", autouse=True)
def _bounded_memory() -> Iterator[None]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert 1024 * grown < _MEMORY


@pytest.fixture
def judge(tmp_path: Path) -> Callable[[Callable[[], object]], None]:
    """Run a reader: it returns, or raises one plain sentence, and does nothing else."""

    def read(reader: Callable[[], object]) -> None:
        _offences.clear()
        _watched.append(tmp_path)
        try:
            reader()
        except NRGError as error:
            sentence = str(error)
            assert 8 < len(sentence) < 2000
            assert "Traceback" not in sentence
        finally:
            _watched.clear()
        assert not _offences

    return read
