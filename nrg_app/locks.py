"""A lock file that one process holds at a time, and that a dead process does not keep.

The operating system holds the lock and lets go of it when the process ends, however that happens:
a file that a crash left behind is taken over. What is written in it only serves to say who it is.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import time
from pathlib import Path

from nrg_app.errors import NRGError

_INTERVAL = 0.1  # seconds between two tries
# What a lock of another process says; a system that has no locks says something else.
_HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        # Beyond the content, which others read meanwhile.
        os.lseek(handle, 2**20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """A lock on a name.

    Args:
        path: the lock file, which is made and removed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self, patience: float = 0.0) -> bool:
        """Take the lock, waiting for so many seconds if another process holds it.

        Returns:
            Whether it is ours now.

        Raises:
            NRGError: if the file cannot be made.
        """
        deadline = time.monotonic() + patience
        while not self._take():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_INTERVAL)
        return True

    def _take(self) -> bool:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            reason = error.strerror or str(error)
            raise NRGError(
                f"Cannot write '{self._path}': {reason}. Choose a folder that you may write to."
            ) from error
        try:
            _try_lock(handle)
            # The last holder may have removed the file between our opening and our locking it.
            if not os.path.samestat(os.fstat(handle), os.stat(self._path)):
                raise BlockingIOError(errno.EAGAIN, "the file was removed")
        except OSError as error:
            os.close(handle)
            if error.errno in (*_HELD, errno.ENOENT):
                return False
            raise NRGError(
                f"'{self._path.parent}' lies on a file system without locks "
                f"({error.strerror}); choose another folder."
            ) from error
        # On a full disk the lock is as good without these words.
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)
            os.lseek(handle, 0, os.SEEK_SET)
            os.write(handle, json.dumps({"pid": os.getpid()}).encode())
        self._handle = handle
        return True

    def release(self) -> None:
        """Give the lock back, if it is ours."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        # While it is still ours: a file that another process has locked must stay.
        with contextlib.suppress(OSError):
            self._path.unlink()
        os.close(handle)

    def holder(self) -> int | None:
        """Return the id of the process that holds the lock, None if nobody does or it is ours."""
        if self._handle is not None:
            return None
        try:
            handle = os.open(self._path, os.O_RDWR)
        except OSError:
            return None
        try:
            _try_lock(handle)
        except OSError as error:
            return _pid(handle) if error.errno in _HELD else None
        finally:
            os.close(handle)
        return None


def _pid(handle: int) -> int:
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        return int(json.loads(os.read(handle, 1024))["pid"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return 0
