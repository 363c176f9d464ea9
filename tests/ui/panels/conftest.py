"""Synthetic samples, panels on screen, and a check that no widget outlives its test."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from nrg_app.session.document import Session
from nrg_app.session.messages import Histogram, ObservableRow, ObservablesUpdate, SampleSet
from nrg_app.ui.theme import LIGHT


def _samples(size: int = 8, count: int = 25, seed: int = 0, *, model: bool = True) -> SampleSet:
    """Return fields with large domains, their decimations and latents."""
    rng = np.random.default_rng(seed)
    wave = np.sin(2 * np.pi * np.arange(size) / size)
    shape = rng.normal(size=(count, 1, 1)) + wave[:, None] + rng.normal(size=(count, 1, size))
    fields = (3 * shape + rng.normal(size=(count, size, size))).astype(np.float32)
    scales = [2**k for k in range(size.bit_length())] if model else []
    latents = {}
    for scale in scales:
        latents[scale] = rng.normal(size=(count, scale, scale)).astype(np.float32)
        if scale > 1:
            latents[scale][:, ::2, ::2] = np.nan
    return SampleSet(
        request_id=1,
        model="ising" if model else "",
        temperature=2.269,
        seed=1,
        sampler="flow",
        spins=np.where(fields > 0, 1, -1).astype(np.int8),
        fields=fields,
        coarse_fields={scale: fields[:, :: size // scale, :: size // scale] for scale in scales},
        latents=latents,
        seconds=0.01,
    )


def _observables(draws: int = 16384, *, reweighted: bool = False) -> ObservablesUpdate:
    """Return the numbers of the design."""
    table = (
        ("free_energy", "Free energy", "f", "J", (-2.1051, 2e-4), -2.1110, None, "exact"),
        ("energy", "Energy", "e", "J", (-1.4271, 3.1e-3), -1.4340, None, "exact"),
        ("specific_heat", "Specific heat", "c", "k_B", (1.81, 0.04), 1.8460, None, "exact"),
        ("abs_magnetization", "Magnetization", "⟨|m|⟩", "", (0.652, 6e-3), 0.6486, 4e-4, "wolff"),
        ("susceptibility", "Susceptibility", "χ", "", (14.7, 0.4), 14.57, 0.05, "wolff"),
        ("binder", "Binder cumulant", "U₄", "", (0.606, 4e-3), 0.6077, 6e-4, "wolff"),
    )
    edges = np.linspace(-1.0, 1.0, 42)
    middle = (edges[1:] + edges[:-1]) / 2
    density = np.exp(-(((abs(middle) - 0.75) / 0.1) ** 2)) + 0.05
    return ObservablesUpdate(
        model="ising",
        temperature=2.269,
        draws=draws,
        wolff_draws=4096,
        rows=tuple(
            ObservableRow(*row, (row[4][0] - 0.001, 2 * row[4][1]) if reweighted else None)
            for row in table
        ),
        ess=0.61,
        largest_weight_share=0.01,
        gap=(6e-4, 1e-5),
        histogram=Histogram(edges, density, density[::-1].copy()),
    )


def _pixels(widget: QWidget) -> NDArray[np.uint32]:
    """Return what a widget shows, (height, width) 0xFFRRGGBB in device pixels."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return flat[:, : image.width()].copy()


def _hover(widget: QWidget, position: QPointF) -> None:
    """Move the mouse over a widget."""
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, position, position, none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


@pytest.fixture(autouse=True)
def _no_leaked_widgets(qapp: QApplication) -> Iterator[None]:
    before = set(QApplication.allWidgets())
    yield
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [w for w in QApplication.allWidgets() if w not in before]
    # Qt keeps the label of its last tooltip.
    assert [w for w in left if w.metaObject().className() != "QTipLabel"] == []


@pytest.fixture
def samples() -> Callable[..., SampleSet]:
    """Return ``samples(size, count, seed, model=True)``."""
    return _samples


@pytest.fixture
def observables() -> Callable[..., ObservablesUpdate]:
    """Return ``observables(draws, reweighted=False)``."""
    return _observables


@pytest.fixture
def pixels() -> Callable[[QWidget], NDArray[np.uint32]]:
    """Return ``pixels(widget)``: what it shows, in device pixels."""
    return _pixels


@pytest.fixture
def hover() -> Callable[[QWidget, QPointF], None]:
    """Return ``hover(widget, position)``: the mouse moves there."""
    return _hover


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def show(qtbot, session) -> Callable[..., QWidget]:
    """Return a function that shows a panel at a size."""

    def shown(kind: type, width: int, height: int, theme=LIGHT) -> QWidget:
        panel = kind(session, theme)
        qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return shown


class PaintedAreas(QObject):
    """Notes the regions that a widget paints."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False


@pytest.fixture
def painted_while() -> Callable[[QWidget, Callable[[], object]], QRegion]:
    """Do something and return what a widget repaints because of it."""

    def watch(widget: QWidget, act: Callable[[], object]) -> QRegion:
        QApplication.processEvents()
        areas = PaintedAreas(widget)
        act()
        QApplication.processEvents()
        return areas.region

    return watch
