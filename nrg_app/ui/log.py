"""The program's log: the newest lines for the window, all of them in a file that rotates."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QObject, Signal

LINES = 500
_FILE_BYTES, _FILES = 2**19, 3
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class LogLines(QObject):
    """Keeps the last 500 lines of the ``nrg_app`` logger.

    ``added`` carries every new line, in the thread of whoever listens.
    """

    added = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: deque[str] = deque(maxlen=LINES)
        self._handlers: list[logging.Handler] = [_LinesHandler(self)]
        self._logger = logging.getLogger("nrg_app")
        self._level = self._logger.level
        self._logger.setLevel(logging.INFO)
        self._add(self._handlers[0])

    def write_to(self, folder: Path) -> None:
        """Write a file in a folder as well; a folder that cannot be written is only logged."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handler = _File(
                folder / "nrg.log", maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8"
            )
        except OSError as error:
            self._logger.warning("No log file: %s", error)
            return
        self._handlers.append(handler)
        self._add(handler)

    def _add(self, handler: logging.Handler) -> None:
        handler.setFormatter(logging.Formatter(_FORMAT))
        self._logger.addHandler(handler)

    def append(self, line: str) -> None:
        """Keep a line and announce it."""
        self._lines.append(line)
        self.added.emit(line)

    def text(self) -> str:
        """Return the lines."""
        return "\n".join(self._lines)

    def close(self) -> None:
        """Stop listening to the logger."""
        for handler in self._handlers:
            self._logger.removeHandler(handler)
            handler.close()
        self._handlers.clear()
        self._logger.setLevel(self._level)


class _File(RotatingFileHandler):
    """The disk may be full: lines are left out then, and the window goes on."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Leave a line out; a traceback on the terminal would help nobody."""

    def close(self) -> None:
        """Leave out what could not be written."""
        with contextlib.suppress(OSError):
            super().close()


class _LinesHandler(logging.Handler):
    def __init__(self, lines: LogLines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))
