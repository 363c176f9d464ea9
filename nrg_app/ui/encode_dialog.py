"""The Encode dialog: what becomes of a picture, or which sample of a file to take."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from nrg_app.session.pictures import spins_of_picture
from nrg_app.ui import painting
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import CAPTION, TITLE
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.slider import Slider
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import retheme

PREVIEW = 256
SIDES = (("bright", "Bright is +1"), ("dark", "Dark is +1"))


class Preview(QWidget):
    """Spins in their colours, whole pixels for each."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.spins = np.ones((1, 1), np.int8)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.update()

    def show_spins(self, spins: NDArray[np.int8]) -> None:
        """Show (L, L) spins."""
        self.spins = spins
        mean = fixed(float(spins.mean()), 2)
        self.setAccessibleName(f"Preview, magnetization {mean}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the picture with its frame."""
        return QSize(PREVIEW + 2, PREVIEW + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the spins in the middle."""
        dpr = self.devicePixelRatioF()
        scale = painting.integer_scale(PREVIEW, PREVIEW, len(self.spins), dpr)
        colors = painting.spin_colors(self.spins, self.theme.spin_down, self.theme.spin_up)
        image = painting.lattice_image(colors, scale, dpr)
        spare = (PREVIEW + 2 - len(self.spins) * scale / dpr) / 2
        painting.draw_image(QPainter(self), QPointF(spare, spare), image)


class EncodeDialog(QDialog):
    """Non-modal. ``ordered`` carries the (L, L) spins to encode.

    Args:
        theme: the colours.
        grey: a picture as grey values (L, L), None for samples.
        stack: spins (n, L, L) to choose from, n > 1, if there is no picture.
    """

    ordered = Signal(object)

    def __init__(
        self,
        theme: Theme,
        grey: NDArray[np.uint8] | None = None,
        stack: NDArray[np.int8] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._grey, self._stack = grey, stack
        self.setWindowTitle("Encode")
        self.setModal(False)
        self.preview = Preview(theme)
        if grey is not None:
            self._label = "Threshold"
            self.slider = Slider(theme, self._label, 0.0, 255.0, 255)
            self.slider.set_number(float(np.median(grey)))
        else:
            assert stack is not None
            self._label = "Sample"
            self.slider = Slider(theme, self._label, 1.0, float(len(stack)), len(stack) - 1)
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.slider.moved.connect(self._show)
        self.sides = Segmented(theme, SIDES, "Spin up", self)
        self.sides.set_current("bright")
        self.sides.changed.connect(self._show)
        self.sides.setVisible(grey is not None)
        self.reading = MathLabel(theme, role="text2", px=CAPTION)
        self.encode_action = QAction("Encode", self)
        self.encode_action.triggered.connect(self._order)
        cancel = QAction("Cancel", self)
        cancel.triggered.connect(self.reject)
        self._arrange(theme, cancel)
        self._show()

    def _arrange(self, theme: Theme, cancel: QAction) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 16, 20, 16)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        words = "A picture as spins" if self._grey is not None else "Samples of a file"
        grid.addWidget(MathLabel(theme, words, px=TITLE, weight=600), 0, 0, 1, 2)
        grid.addWidget(self.preview, 1, 0, 1, 2, Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(MathLabel(theme, self._label, "text2"), 2, 0)
        grid.addWidget(self.slider, 2, 1)
        grid.addWidget(self.sides, 3, 0, 1, 2)
        grid.addWidget(self.reading, 4, 0, 1, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(ActionButton(theme, cancel, height=32))
        buttons.addWidget(ActionButton(theme, self.encode_action, "primary", height=32))
        grid.addLayout(buttons, 5, 0, 1, 2)

    def spins(self) -> NDArray[np.int8]:
        """Return what would be encoded, (L, L)."""
        if self._grey is not None:
            dark = self.sides.current() == "dark"
            return spins_of_picture(self._grey, self.slider.number(), dark_is_up=dark)
        assert self._stack is not None
        return self._stack[round(self.slider.number()) - 1]

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            retheme(child, theme)

    def _show(self, _: object = None) -> None:
        spins = self.spins()
        self.preview.show_spins(spins)
        number = fixed(self.slider.number(), 0)
        self.slider.setAccessibleName(f"{self._label} {number}")
        mean = fixed(float(spins.mean()), 2)
        self.reading.set_text(f"{self._label} {number},  $m$ = {mean}")

    def _order(self) -> None:
        spins = self.spins()
        self.accept()
        self.ordered.emit(spins)
