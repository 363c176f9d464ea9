"""The Explore workspace: sample, independent samples, observables, renormalization flow."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QRect, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.messages import ObservablesUpdate, SampleSet
from nrg_app.ui.docks.areas import GAP, Entry
from nrg_app.ui.docks.workspace import DockedWorkspace
from nrg_app.ui.encode_job import file_of
from nrg_app.ui.panels.independent import IndependentPanel
from nrg_app.ui.panels.observables import ObservablesPanel
from nrg_app.ui.panels.sample import SamplePanel
from nrg_app.ui.panels.strip import StripPanel
from nrg_app.ui.theme import Theme

ROW = 442  # height of the upper row in the design
_STRIP = 360  # height of the lower row: tiles of 128 px
_SMALL_STRIP = 296  # tiles of 96 px
_SAMPLE_EXTRA, _SAMPLES_EXTRA = -40, -66  # width beyond the row's height
_LEAST_SAMPLE, _LEAST_OBSERVABLES = 300, 290


@dataclass(frozen=True)
class Places:
    """Rectangles of the panels; two of them may share one as tabs."""

    sample: QRect
    samples: QRect
    observables: QRect
    strip: QRect


def arrange(width: int, height: int) -> Places:
    """Return where the panels of a workspace of this size go.

    The lower row keeps its tiles of 128 px while the upper one has its 442 px; less height is
    taken from the tiles first, more goes to both rows.
    """
    free = height - 3 * GAP
    if free >= ROW + _STRIP:
        row = ROW + (free - ROW - _STRIP) * 6 // 10
    else:
        row = min(ROW, free - _SMALL_STRIP)
    strip = free - row
    sample = max(row + _SAMPLE_EXTRA, _LEAST_SAMPLE)
    samples = row + _SAMPLES_EXTRA
    rest = width - sample - samples - 4 * GAP
    top, second = GAP, 2 * GAP + sample
    low = QRect(GAP, 2 * GAP + row, width - 2 * GAP, strip)
    first = QRect(GAP, top, sample, row)
    if rest >= _LEAST_OBSERVABLES:
        third = second + samples + GAP
        return Places(
            first,
            QRect(second, top, samples, row),
            QRect(third, top, width - third - GAP, row),
            low,
        )
    shared = QRect(second, top, width - second - GAP, row)
    return Places(first, shared, shared, low)


class Explore(DockedWorkspace):
    """The panels and where they go by default.

    ``dropped`` carries what was dropped here: data that :meth:`takes`.
    """

    dropped = Signal(object)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Explore", theme, parent)
        self.setAcceptDrops(True)
        self.sample = SamplePanel(session, theme)
        self.samples = IndependentPanel(session, theme)
        self.observables = ObservablesPanel(session, theme)
        self.strip = StripPanel(session, theme)
        self.set_panels(
            (
                Entry("sample", self.sample),
                Entry("samples", self.samples),
                Entry("observables", self.observables),
                Entry("strip", self.strip, "bottom"),
            )
        )

    def default_places(self, width: int, height: int) -> dict[str, QRect]:
        """Return where panels are docked in a workspace of this size, with gaps all around."""
        return dict(vars(arrange(width, height)))

    def set_sample_set(self, samples: SampleSet) -> None:
        """Show a new set in every panel."""
        for panel in (self.sample, self.samples, self.observables, self.strip):
            panel.set_sample_set(samples)

    def set_trained_range(self, trained: tuple[float, float] | None) -> None:
        """Mark what the network says outside this range of temperatures as extrapolated."""
        self.samples.set_trained_range(trained)
        self.observables.set_trained_range(trained)

    def set_observables(self, update: ObservablesUpdate) -> None:
        """Show new observables."""
        self.observables.set_observables(update)
        self.strip.set_observables(update)

    def set_waiting(self, waiting: bool) -> None:
        """Tell the panels with pictures that newer ones were asked for."""
        for panel in (self.sample, self.samples, self.strip):
            panel.set_waiting(waiting)

    @staticmethod
    def takes(data: QMimeData) -> bool:
        """Return whether dragged data are a picture or a file that can be encoded."""
        return data.hasImage() or file_of(data) is not None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures and files of spins; others are for the window."""
        if self.takes(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())
