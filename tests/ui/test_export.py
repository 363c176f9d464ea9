"""Every panel of the window as a figure: what can be exported, and what is asked for it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nrg_app.figures.compose import Page, Placed, composed_figure
from nrg_app.session.figure_panels import PANELS
from nrg_app.session.messages import SamplerUpdate
from nrg_app.session.training_curves import RunCurves
from nrg_app.session.training_messages import (
    AbsMagnetization,
    FixedNoise,
    GapsByScale,
    GapsByTemperature,
    TrainingMark,
)
from nrg_app.ui.export_dialog import ExportDialog
from nrg_app.ui.export_preview import ExportPreview
from nrg_app.ui.figure_orders import Form, PanelOrder
from nrg_app.ui.figure_source import OF_DOCKS, window_source
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.measure.pages import PAGES
from nrg_app.ui.theme import DARK

from .fakes import make_point
from .holography_fakes import FakeHolography
from .measure_fakes import make_mcrg, make_race, make_scaling, make_scan

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def a_training() -> RunCurves:
    """Return two lattices, with everything that a run may have measured."""
    edges = np.linspace(0.0, 1.0, 21)
    return RunCurves.of(
        [
            *(make_point(step, 4) for step in range(1, 40)),
            TrainingMark(40, "growth", "L = 8", 8),
            *(make_point(step, 8) for step in range(40, 90)),
            FixedNoise(89, np.ones((3, 8, 8), np.int8)),
            AbsMagnetization(89, 100, edges, np.ones(20), np.ones(20)),
            GapsByTemperature(89, np.array([1.6, 2.3, 3.0]), np.full(3, 1e-3), np.full(3, 1e-4)),
            GapsByScale(89, {1: (1e-4, 1e-5), 2: (-1e-5, 1e-5), 4: (1e-3, 1e-4), 8: (2e-3, 1e-4)}),
        ]
    )


def a_sampler(name: str) -> SamplerUpdate:
    estimates = {"energy": (-1.43, 0.002), "binder": (0.61, 0.01)}
    return SamplerUpdate(
        "m",
        2.269185,
        name,
        100,
        0.9,
        (0.5, 0.01),
        (1.5, 0.1),
        200.0,
        estimates,  # type: ignore[arg-type]
    )


@pytest.fixture
def full(window: MainWindow) -> MainWindow:
    """Return a window in which every panel has something to show."""
    holography = window.workspaces.holography
    window.session.results = (make_scan(), make_scaling(), make_mcrg(), make_race())
    train = window.workspaces.train.desk
    train.curves, train.shown = a_training(), "run-1"
    for name in ("flow", "wolff"):
        window.explore.observables.set_sampler(a_sampler(name))
    QTest.keyClick(window, Qt.Key.Key_3, CONTROL)
    for panel in holography.analyses:
        holography.measure(panel)
        client = holography.desk._client
        assert isinstance(client, FakeHolography)
        client.finish()
        QTest.qWait(20)
    holography.disk.canvas.pin((4, 1))
    QTest.qWait(20)
    return window


def test_every_panel_can_be_drawn(full: MainWindow) -> None:
    source = window_source(full)
    keys = {panel.key for panel in source.available()}
    assert set(PANELS) - keys == set()
    for key in sorted(keys):
        content = source.content(key)
        assert content.key == key
        assert content.provenance, key
        figure = composed_figure([Placed(content)], Page(86.0))
        assert figure.axes or figure.texts


def test_the_dialog_begins_with_the_panel_that_is_asked_for(full: MainWindow) -> None:
    QTest.keyClick(full, Qt.Key.Key_E, CONTROL)
    dialog = full.dialogs.shown("export")
    assert isinstance(dialog, ExportDialog)
    assert dialog.panel() == "disk"
    dialog.close()
    QTest.keyClick(full, Qt.Key.Key_1, CONTROL)
    full.explore.strip.canvas.setFocus()
    QTest.keyClick(full, Qt.Key.Key_E, CONTROL | ALT)
    dialog = full.dialogs.shown("export")
    assert isinstance(dialog, ExportDialog)
    assert dialog.panel() == "flow"
    assert dialog.file.text().endswith("nrg-flow.pdf")


def test_the_dialog_orders_the_chosen_panel_or_its_numbers(
    full: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.exports.export_panel("training.ess")
    dialog = full.dialogs.shown("export")
    assert isinstance(dialog, ExportDialog)
    index = dialog.panels.findData("observables")
    dialog.panels.setCurrentIndex(index)
    dialog.panels.activated.emit(index)
    assert dialog.file.text().endswith("nrg-observables.pdf")
    dialog.formats.button("csv").click()
    assert not dialog.page.isEnabled()
    path = tmp_path / "table.csv"
    dialog.file.edit.setText(str(path))
    orders: list[PanelOrder] = []
    monkeypatch.setattr(full.dialogs.job, "start", orders.append)
    dialog.export_action.trigger()
    (order,) = orders
    assert (order.panel, order.path) == ("observables", path)
    order.write(lambda _: None)
    assert re.search(r"Energy e,-1\.427", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("look", ["paper", "slides"])
def test_orders_write_figures(full: MainWindow, tmp_path: Path, look: str) -> None:
    source = replace(window_source(full), results={})
    path = tmp_path / "f.png"
    PanelOrder(source, "stack", Form(path, 120.0, dpi=100, look=look)).write(lambda _: None)  # type: ignore[arg-type]
    assert path.read_bytes().startswith(b"\x89PNG")


def test_the_large_type_of_slides_takes_the_page_of_a_slide(full: MainWindow) -> None:
    full.exports.export_panel("spins")
    dialog = full.dialogs.shown("export")
    assert isinstance(dialog, ExportDialog)
    dialog.page.looks.button("slides").click()
    assert (dialog.page.page_width(), dialog.page.page_height()) == (254.0, 142.9)
    dialog.page.widths.button("178").click()
    assert (dialog.page.page_width(), dialog.page.page_height()) == (178.0, None)


def test_panels_of_layouts_have_names_in_figures(window: MainWindow) -> None:
    pages = [window.workspaces.measure.stack.page(page.kind) for page in PAGES]
    for workspace in (*window.workspaces.docked().values(), *pages):
        shown = [workspace.figure_of(name) for name in workspace.space.docks]
        assert set(shown) - {""} <= set(PANELS)
        assert shown.count("") <= 1
    assert set(OF_DOCKS.values()) <= set(PANELS)


def test_a_preview_says_that_it_is_being_drawn(qtbot: QtBot) -> None:
    preview = ExportPreview(DARK)
    qtbot.addWidget(preview)
    preview.show_words("Add a panel.")
    assert preview.accessibleDescription() == "Add a panel."
    preview.show_figure(lambda path: pytest.fail(f"drawn out of sight: {path}"))
    assert preview.accessibleDescription().startswith("Drawing the preview")
