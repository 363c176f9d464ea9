"""The Record movie dialog, and the order that its process carries out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QWidget

from nrg_app.session.messages import SampleRequest
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.file_line import REPLACES, FileLine, default_folder
from nrg_app.ui.fonts import CAPTION, TITLE
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.number_field import real_field, whole_field
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import retheme

_KINDS = (("sweep", "Sweep of T"), ("path", "To another sample"), ("scales", "Through the scales"))
_TRAINING = ("training", "Training run")
_VIEWS = (("spins", "Spins"), ("field", "Field"))
_FORMATS = (("mp4", "MP4"), ("gif", "GIF"))
_SIDES = (("360", "360"), ("720", "720"), ("1080", "1080"))
_ALLOWED_T = (0.5, 10.0)


@dataclass(frozen=True)
class RecordingOrder:
    """A recording and where to put it; ``settings`` are those of ``session.recording``."""

    settings: dict[str, Any]
    path: Path
    side: int
    fps: int

    def write(self, tell: Callable[[float], None]) -> None:
        """Make every frame and write the file."""
        # Imported here: torch is for the process that records.
        from nrg_app.figures.movie import write_movie
        from nrg_app.session.recording import Recording, recorded_frames, recording_origin

        order = Recording(**self.settings)
        frames, count = recorded_frames(order)
        write_movie(
            self.path,
            frames,
            side=self.side,
            fps=self.fps,
            told=recording_origin(order),
            tick=lambda done: tell(done / count),
        )


class RecordDialog(QDialog):
    """Non-modal. ``ordered`` carries a :class:`RecordingOrder`.

    Args:
        theme: of the window.
        model: of the session, "" without one.
        temperature: of the session, T in J/k_B.
        seed: of the shown sample.
        run: the shown training run, "" for none.
        parent: the window.
        request: the samples on show, None for the plain ones of the seed.
        ends: index of the shown sample, and of the one where a path ends.
    """

    ordered = Signal(object)

    def __init__(
        self,
        theme: Theme,
        model: str,
        temperature: float,
        seed: int,
        run: str = "",
        parent: QWidget | None = None,
        *,
        request: SampleRequest | None = None,
        ends: tuple[int, int] = (0, 1),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Record movie")
        self.setModal(False)
        self._model, self._temperature, self._seed, self._run = model, temperature, seed, run
        self._request, self._ends = request, ends
        kinds = (*(_KINDS if model else ()), *((_TRAINING,) if run else ()))
        self.kinds = Segmented(theme, kinds, "What to show", self)
        self.kinds.set_current(kinds[0][0])
        self.kinds.changed.connect(self._kind_changed)
        self.low = real_field(theme, "Sweep from T", _ALLOWED_T, 1.6, 3, 0.1, unit="J/k_B")
        self.high = real_field(theme, "Sweep to T", _ALLOWED_T, 3.2, 3, 0.1, unit="J/k_B")
        self.views = Segmented(theme, _VIEWS, "View", self)
        self.views.set_current("spins")
        self.frames = whole_field(theme, "Frames", (2, 10_000), 150, 25)
        self.fps = whole_field(theme, "Frames per second", (1, 60), 25)
        self.sides = Segmented(theme, _SIDES, "Width in pixels", self)
        self.sides.set_current("720")
        self.formats = Segmented(theme, _FORMATS, "Format", self)
        self.formats.set_current("mp4")
        for field in (self.low, self.high, self.frames, self.fps):
            field.setFixedWidth(96)
            field.edited.connect(self._judge)
        self.file = FileLine(theme, "Record movie", _FORMATS, self)
        self.file.set_path(default_folder() / f"{kinds[0][0]}.mp4")
        self.file.changed.connect(self._judge)
        self.formats.changed.connect(self.file.set_suffix)
        self.note = MathLabel(theme, role="text3", px=CAPTION)
        self.record_action = QAction("Record", self)
        self.record_action.triggered.connect(self._order)
        self._arrange(theme)
        self._kind_changed(kinds[0][0])

    def _arrange(self, theme: Theme) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 16, 20, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnMinimumWidth(0, 130)
        grid.setColumnStretch(1, 1)
        grid.addWidget(MathLabel(theme, "Record movie", px=TITLE, weight=600), 0, 0, 1, 3)
        rows: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            ("Show", (self.kinds,)),
            ("$T$ from, to", (self.low, self.high)),
            ("View", (self.views,)),
            ("Frames, per second", (self.frames, self.fps)),
            ("Width in pixels", (self.sides,)),
            ("Format", (self.formats,)),
            ("File", (self.file,)),
        )
        for row, (label, parts) in enumerate(rows, start=1):
            grid.addWidget(MathLabel(theme, label, "text2"), row, 0)
            line = QHBoxLayout()
            line.setSpacing(8)
            for part in parts:
                line.addWidget(part)
            if self.file not in parts:
                line.addStretch(1)
            grid.addLayout(line, row, 1, 1, 2)
        grid.addWidget(self.note, len(rows) + 1, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        cancel = QAction("Cancel", self)
        cancel.triggered.connect(self.reject)
        buttons.addWidget(ActionButton(theme, cancel, height=32))
        buttons.addWidget(ActionButton(theme, self.record_action, "primary", height=32))
        grid.addLayout(buttons, len(rows) + 2, 0, 1, 3)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            retheme(child, theme)

    def _kind_changed(self, kind: str) -> None:
        for field in (self.low, self.high):
            field.setEnabled(kind == "sweep")
        self.views.setEnabled(kind != "training")
        self.frames.setEnabled(kind != "training")
        path = self.file.path()
        if path.stem in {key for key, _ in (*_KINDS, _TRAINING)}:
            self.file.set_path(path.with_name(f"{kind}.{self.formats.current()}"))
        self._judge()

    def _judge(self, _: object = None) -> None:
        """Say what is wrong, or how long the movie will be."""
        problem, replaces = self.file.problem(), self.file.replaces()
        backwards = self.kinds.current() == "sweep" and self.low.value() >= self.high.value()
        if backwards and not problem:
            problem = "A sweep begins below the temperature where it ends."
        self.record_action.setEnabled(not problem)
        if self.kinds.current() == "training":
            fate = "One frame for every picture that the run has noted."
        else:
            fate = (
                f"{self.frames.value() / self.fps.value():.1f} s, every frame made from the model."
            )
        self.note.set_role("warning" if problem or replaces else "text3")
        self.note.set_text(problem or (REPLACES if replaces else fate))

    def _order(self) -> None:
        kind = self.kinds.current()
        settings = {
            "kind": kind,
            "model": self._run if kind == "training" else self._model,
            "seed": self._seed,
            "temperature": self._temperature,
            "low": self.low.value(),
            "high": self.high.value(),
            "frames": int(self.frames.value()),
            "view": self.views.current(),
            "index": self._ends[0],
            "target": self._ends[1],
            "request": self._request,
        }
        order = RecordingOrder(
            settings,
            self.file.path(),
            int(self.sides.current()),
            int(self.fps.value()),
        )
        self.accept()
        self.ordered.emit(order)
