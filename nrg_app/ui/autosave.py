"""Autosaved sessions: one file per window that runs, and what windows that are gone left behind.

A lock file beside each autosave tells whether its window still runs: the lock of a process that
has died counts as open.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QLockFile

from nrg_app.errors import NRGError
from nrg_app.session.document import SUFFIX, Session
from nrg_app.session.layout import Layout
from nrg_app.ui.file_work import FileWork

KEPT = 5  # abandoned autosaves beyond this number are deleted, the oldest first


class Autosave:
    """The autosave of one window, in a folder that all windows share.

    Nothing here waits for the disk but :meth:`close` and what is said to.
    """

    def __init__(self, folder: Path, files: FileWork) -> None:
        self._folder = folder
        self._files = files
        self._claims: dict[Path, QLockFile] = {}
        self._gone: set[Path] = set()
        self._path = self._new_path()

    def _new_path(self) -> Path:
        return self._folder / f"{uuid4().hex}{SUFFIX}"

    def write(
        self,
        session: Session,
        layout: Layout,
        original: str,
        done: Callable[[], None],
        failed: Callable[[NRGError], None],
    ) -> None:
        """Save the session as it is now.

        Args:
            session: is copied.
            layout: of the window.
            original: path of the session's own file, "" without one.
            done: is called when it is on the disk.
            failed: is told what went wrong, if something did.
        """
        path = self._path
        copy = copied(session)

        def work() -> None:
            # What cannot be made is said in the sentence about the file that cannot be written.
            with contextlib.suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
                self._claim(path)
            _save(path, copy, layout, original)

        self._files.run(work, lambda _: done(), failed)

    def remove(self) -> None:
        """Delete the autosave, once it has been written: nothing is unsaved."""
        self.discard(self._path)

    def set_aside(self) -> Path:
        """Go on with another file and return the old one."""
        old, self._path = self._path, self._new_path()
        return old

    def adopt(self, path: Path) -> None:
        """Go on with an autosave that this window has claimed, and delete the present one."""
        old, self._path = self._path, path
        self.discard(old)

    def abandoned(self) -> list[Path]:
        """Claim the autosaves that no window owns any more and return them, newest first."""
        try:
            found = {path: path.stat().st_mtime for path in self._folder.glob(f"*{SUFFIX}")}
        except OSError:
            return []
        paths = sorted(found, key=lambda path: found[path], reverse=True)
        ours = {self._path, *self._gone}
        free = [path for path in paths if path not in ours and self._claim(path)]
        for path in free[KEPT:]:
            self.discard(path)
        return free[:KEPT]

    def discard(self, path: Path) -> None:
        """Delete an autosave that this window has claimed, once it has been written."""
        if path != self._path:
            self._gone.add(path)

        def work() -> None:
            with contextlib.suppress(OSError):
                path.unlink()
            self.release(path)

        self._files.run(work, lambda _: None, lambda _: None)

    def release(self, path: Path) -> None:
        """Let other windows claim an autosave."""
        lock = self._claims.pop(path, None)
        if lock is not None:
            lock.unlock()

    def close(self) -> None:
        """Wait until everything is on the disk, and release it."""
        self._files.wait()
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


def copied(session: Session) -> Session:
    """Return a session of the same values, for another thread."""
    copy = Session()
    copy.assign(session.values())
    return copy


def _save(path: Path, session: Session, layout: Layout, original: str) -> None:
    from nrg_app.session.archive import save_session

    save_session(path, session, layout, original=original)
