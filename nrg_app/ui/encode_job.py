"""Reading a picture or a file of spins in a thread, so that the window never waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter

from nrg_app.errors import NRGError
from nrg_app.session.spin_files import SPIN_FILES, read_spins

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
_MAX_SIDE = 16_384
_DECODED_SIDE = 1024  # JPEG pictures are decoded at a lower resolution at once


def file_of(data: QMimeData) -> Path | None:
    """Return the first picture or file of spins among dragged data, None without one."""
    paths = (Path(url.toLocalFile()) for url in data.urls())
    return next((path for path in paths if path.suffix.lower() in (*PICTURES, *SPIN_FILES)), None)


def grey_picture(image: QImage, size: int) -> NDArray[np.uint8]:
    """Return the middle square of a picture as grey values (size, size), averaged over areas."""
    side = min(image.width(), image.height())
    left, top = (image.width() - side) // 2, (image.height() - side) // 2
    # A transparent ground counts as white, as picture viewers show it.
    ground = QImage(side, side, QImage.Format.Format_RGB32)
    ground.fill(Qt.GlobalColor.white)
    painter = QPainter(ground)
    painter.drawImage(-left, -top, image)
    painter.end()
    small = ground.scaled(
        size,
        size,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    ).convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(small.constBits(), np.uint8).reshape(size, small.bytesPerLine())
    return rows[:, :size].copy()


def read_picture(path: Path, size: int) -> NDArray[np.uint8]:
    """Read a picture as grey values (size, size).

    Raises:
        NRGError: if the file is missing, no picture or too large.
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    extent = reader.size()
    if max(extent.width(), extent.height()) > _MAX_SIDE:
        raise NRGError(f"'{path.name}' has more than {_MAX_SIDE} pixels on a side; scale it down.")
    if min(extent.width(), extent.height()) > _DECODED_SIDE:
        reader.setScaledSize(
            extent.scaled(
                QSize(_DECODED_SIDE, _DECODED_SIDE), Qt.AspectRatioMode.KeepAspectRatioByExpanding
            )
        )
    image = reader.read()
    if image.isNull():
        raise NRGError(f"Cannot read '{path}' as a picture. Choose a PNG or JPEG file.")
    return grey_picture(image, size)


class EncodeJob(QObject):
    """Reads one thing after another; only the newest counts.

    Signals:
        picture_read: grey values (L, L).
        spins_read: a :class:`~nrg_app.session.spin_files.SpinFile`.
        failed: a sentence that says why there is nothing.
    """

    picture_read = Signal(object)
    spins_read = Signal(object)
    failed = Signal(str)
    _ended = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._threads: list[threading.Thread] = []
        self._ended.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def read_file(self, path: Path, size: int) -> None:
        """Read a picture or a file of spins for a lattice of side ``size``."""
        if path.suffix.lower() in SPIN_FILES:
            self._start(lambda: (self.spins_read, read_spins(path, size)))
        else:
            self._start(lambda: (self.picture_read, read_picture(path, size)))

    def read_image(self, image: QImage, size: int) -> None:
        """Scale a picture from the clipboard or a drop."""
        self._start(lambda: (self.picture_read, grey_picture(image, size)))

    def close(self) -> None:
        """Announce nothing more; wait for a thread that is still reading."""
        self._number += 1
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: Callable[[], tuple[Any, object]]) -> None:
        self._number += 1
        thread = threading.Thread(
            target=self._work, args=(self._number, work), name="nrg-picture", daemon=True
        )
        self._threads = [old for old in self._threads if old.is_alive()] + [thread]
        thread.start()

    def _work(self, number: int, work: Callable[[], tuple[Any, object]]) -> None:
        answer: object
        try:
            answer = work()
        except NRGError as error:
            answer = str(error)
        self._ended.emit(number, answer)

    def _end(self, number: int, answer: object) -> None:
        if number != self._number:
            return
        if isinstance(answer, tuple):
            signal, values = answer
            signal.emit(values)
        else:
            self.failed.emit(str(answer))
