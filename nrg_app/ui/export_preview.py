"""A picture of a figure before it is exported, drawn in a process of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from nrg_app.ui.export_job import ExportJob, Order
from nrg_app.ui.fonts import CAPTION, text_font
from nrg_app.ui.theme import Theme

_SIZE = QSize(520, 240)
PREVIEW_DPI = 150
_DRAWING = "Drawing the preview\N{HORIZONTAL ELLIPSIS}"
_PAUSE_MS = 250  # so that typing a number does not draw every digit


class ExportPreview(QWidget):
    """Shows the newest figure that was asked for; draws one at a time.

    Args:
        theme: of the window.
        parent: the dialog.
        size: of the preview in logical pixels.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, size: QSize = _SIZE) -> None:
        super().__init__(parent)
        self.theme = theme
        self._picture, self._drawing = QPixmap(), QPixmap()
        self._words = _DRAWING
        self._wanted: Callable[[Path], Order] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._job = ExportJob(self)
        self._job.finished.connect(self._drawn)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._draw)
        self.setMinimumSize(size)
        self.setAccessibleName("Preview of the figure")

    def show_figure(self, make: Callable[[Path], Order]) -> None:
        """Draw what is ordered for a PNG file, soon."""
        if self._words:  # about another figure, or about none
            self._words = _DRAWING
            self.setAccessibleDescription(_DRAWING)
            self.update()
        self._wanted = make
        self._pause.start()

    def show_words(self, words: str) -> None:
        """Say why there is nothing to draw."""
        self._wanted = None
        self._pause.stop()
        self._words = words
        self.setAccessibleDescription(words)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.update()

    def is_drawn(self) -> bool:
        """Whether the newest figure is on show."""
        return self._wanted is None and not self._picture.isNull()

    def close_job(self) -> None:
        """Give up what is being drawn, and the files of it."""
        self._pause.stop()
        self._job.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _draw(self) -> None:
        if self._wanted is None or self._job.is_running() or not self.isVisible():
            return
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="nrg-preview-")
        make, self._wanted = self._wanted, None
        self._job.start(make(Path(self._folder.name) / "preview.png"))

    def _drawn(self, path: Path, problem: str) -> None:
        self._drawing = QPixmap() if problem else QPixmap(str(path))
        self._words = problem
        self.setAccessibleDescription(problem)
        self._fit()
        self.update()
        self._draw()

    def _fit(self) -> None:
        """Bring the drawing to the size of the widget."""
        if self._drawing.isNull():
            self._picture = QPixmap()
            return
        ratio = self.devicePixelRatioF()
        self._picture = self._drawing.scaled(
            (self.size() - QSize(16, 16)) * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._picture.setDevicePixelRatio(ratio)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the drawing anew."""
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to draw."""
        super().showEvent(event)
        self._pause.start()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the page on its ground, or words while there is none."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.plot))
        if self._words or self._picture.isNull():
            painter.setPen(QColor(self.theme.text2))
            painter.setFont(text_font(CAPTION))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 0, -16, 0), flags, self._words)
        else:
            size = self._picture.deviceIndependentSize()
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(QRectF(self.rect()).center())
            painter.drawPixmap(target.topLeft().toPoint(), self._picture)
        painter.end()
