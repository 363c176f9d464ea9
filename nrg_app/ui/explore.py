"""The Explore workspace: sample, independent samples, observables, renormalization flow."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QRect, QSize, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Layout, Session
from nrg_app.session.messages import ObservablesUpdate, SampleSet
from nrg_app.ui.encode_job import file_of
from nrg_app.ui.panels.base import Panel
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.panels.independent import IndependentPanel
from nrg_app.ui.panels.observables import ObservablesPanel
from nrg_app.ui.panels.sample import SamplePanel
from nrg_app.ui.panels.strip import StripPanel
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

GAP = 8
ROW = 442  # height of the upper row in the design
_STRIP = 360  # height of the lower row: tiles of 128 px
_SMALL_STRIP = 296  # tiles of 96 px
_SAMPLE_EXTRA, _SAMPLES_EXTRA = -40, -66  # width beyond the row's height
_LEAST_SAMPLE, _LEAST_OBSERVABLES = 300, 290
_TABS = 32


@dataclass(frozen=True)
class Places:
    """Rectangles of the panels; with ``tabs`` two of them share one place below the tabs."""

    sample: QRect
    samples: QRect
    observables: QRect
    strip: QRect
    tabs: QRect | None


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
            None,
        )
    tabs = QRect(second, top, width - second - GAP, _TABS)
    shared = QRect(second, top + _TABS, tabs.width(), row - _TABS)
    return Places(first, shared, shared, low, tabs)


class Explore(Themed):
    """The panels and how they share the space.

    ``dropped`` carries what was dropped here: data that :meth:`takes`.
    """

    dropped = Signal(object)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAcceptDrops(True)
        self.setAccessibleName("Explore")
        self.sample = SamplePanel(session, theme, self)
        self.samples = IndependentPanel(session, theme, self)
        self.observables = ObservablesPanel(session, theme, self)
        self.strip = StripPanel(session, theme, self)
        self.tabs = Segmented(
            theme, (("samples", "Samples"), ("observables", "Observables")), "Panel", self
        )
        self.tabs.set_current("samples")
        self.tabs.changed.connect(lambda _: self._place())
        self._maximised: Panel | None = None
        for panel in self.panels:
            panel.maximise_requested.connect(lambda chosen=panel: self.toggle_maximised(chosen))

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in reading order."""
        return (self.sample, self.samples, self.observables, self.strip)

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

    def toggle_maximised(self, panel: Panel) -> None:
        """Give a panel the whole workspace, or put everything back."""
        self._maximised = None if self._maximised is panel else panel
        self._place()

    def layout_state(self) -> Layout:
        """Return which panel fills the workspace and which tab is in front."""
        names = {panel: name for name, panel in self._by_name().items()}
        maximised = names[self._maximised] if self._maximised is not None else ""
        return Layout(maximised=maximised, tab=self.tabs.current())

    def set_layout(self, layout: Layout) -> None:
        """Take a layout; names that are not known here change nothing."""
        self._maximised = self._by_name().get(layout.maximised)
        if layout.tab in ("samples", "observables"):
            self.tabs.set_current(layout.tab)
        self._place()

    def _by_name(self) -> dict[str, Panel]:
        names = ("sample", "samples", "observables", "strip")
        return dict(zip(names, self.panels, strict=True))

    def restore(self) -> None:
        """Put a maximised panel back."""
        self._maximised = None
        self._place()

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

    def sizeHint(self) -> QSize:
        """Return the size in the design."""
        return QSize(1168, 826)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the panels anew."""
        self._place()

    def _place(self) -> None:
        places = arrange(self.width(), self.height())
        alone = self._maximised
        tabbed = places.tabs is not None and alone is None
        self.tabs.setVisible(tabbed)
        if places.tabs is not None:
            hint = self.tabs.sizeHint()
            self.tabs.setGeometry(QRect(places.tabs.topLeft(), hint))
        rectangles = (places.sample, places.samples, places.observables, places.strip)
        hidden = self.samples if self.tabs.current() == "observables" else self.observables
        for panel, rectangle in zip(self.panels, rectangles, strict=True):
            if alone is None:
                panel.setGeometry(rectangle)
                panel.setVisible(not (tabbed and panel is hidden))
            elif panel is alone:
                panel.setGeometry(self.rect().adjusted(GAP, GAP, -GAP, -GAP))
                panel.show()
            else:
                panel.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), QColor(self.theme.window))
