"""Autosaved sessions: one file per window that runs, and what windows that are gone left behind.

A lock file beside each autosave tells whether its window still runs: the lock of a process that
has died counts as open.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QLockFile

from nrg_app.session.document import SUFFIX, Session
from nrg_app.session.layout import Layout

KEPT = 5  # abandoned autosaves beyond this number are deleted, the oldest first


class Autosave:
    """The autosave of one window, in a folder that all windows share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._claims: dict[Path, QLockFile] = {}
        self._path = self._new_path()

    def _new_path(self) -> Path:
        return self._folder / f"{uuid4().hex}{SUFFIX}"

    def write(self, session: Session, layout: Layout, original: str) -> None:
        """Save the session.

        Raises:
            NRGError: if the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            pass  # the sentence about the file that cannot be written says it
        else:
            self._claim(self._path)
        from nrg_app.session.archive import save_session

        save_session(self._path, session, layout, original=original)

    def remove(self) -> None:
        """Delete the autosave: nothing is unsaved."""
        self.discard(self._path)

    def set_aside(self) -> Path:
        """Leave the autosave for :meth:`abandoned`, go on with another file, return the old."""
        old, self._path = self._path, self._new_path()
        self.release(old)
        return old

    def abandoned(self) -> list[Path]:
        """Claim the autosaves that no window owns any more and return them, newest first."""
        try:
            found = {path: path.stat().st_mtime for path in self._folder.glob(f"*{SUFFIX}")}
        except OSError:
            return []
        paths = sorted(found, key=lambda path: found[path], reverse=True)
        free = [path for path in paths if path != self._path and self._claim(path)]
        for path in free[KEPT:]:
            self.discard(path)
        return free[:KEPT]

    def discard(self, path: Path) -> None:
        """Delete an autosave that this window has claimed."""
        with contextlib.suppress(OSError):
            path.unlink()
        self.release(path)

    def release(self, path: Path) -> None:
        """Let other windows claim an autosave."""
        lock = self._claims.pop(path, None)
        if lock is not None:
            lock.unlock()

    def close(self) -> None:
        """Release everything; the files stay."""
        for path in list(self._claims):
            self.release(path)

    def _claim(self, path: Path) -> bool:
        if path in self._claims:
            return True
        lock = QLockFile(str(path.with_suffix(".lock")))
        # However old: only the end of its process makes a lock stale.
        lock.setStaleLockTime(0)
        if not lock.tryLock(0):
            return False
        self._claims[path] = lock
        return True
