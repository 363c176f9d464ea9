"""The composer: the grid, its keys and its mouse, templates, and what is ordered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from nrg_app.figures.template import Cell, Template
from nrg_app.figures.template_files import load_template, own_names, save_template, shipped_names
from nrg_app.ui.composer.arrangement import BLANK, Arrangement, Item
from nrg_app.ui.composer.dialog import ComposeDialog
from nrg_app.ui.figure_orders import TemplateOrder
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.theme import LIGHT

from .conftest import take_theme

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton


# -- the arrangement ----------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_names())
def test_a_template_survives_the_composer(name: str) -> None:
    template = load_template(name)
    assert set(Arrangement.of(template).cells()) == set(template.cells)


def test_free_places_stay_free() -> None:
    cells = (Cell(panel="spins", row=0, column=1), Cell(panel="flow", row=2, column=0, columns=2))
    arrangement = Arrangement.of(Template(cells=cells))
    assert [item.panel for item in arrangement.items] == [BLANK, "spins", BLANK, BLANK, "flow"]
    assert arrangement.cells() == cells


def test_panels_go_where_they_first_fit() -> None:
    items = (Item("a", 2), Item("b", 1, 2), Item("c"), Item("d", 2), Item("e"))
    arrangement = Arrangement(items, 3)
    # What does not fit goes on, and nothing goes before it afterwards.
    assert arrangement.places() == [(0, 0), (0, 2), (1, 0), (2, 0), (2, 2)]
    assert arrangement.rows == 3
    assert arrangement.with_columns(1).rows == 6
    assert arrangement.moved(0, 99).items[-1] == Item("a", 2)
    assert arrangement.resized(2, columns=9, rows=-9).items[2] == Item("c", 3, 1)
    assert not Arrangement((Item(BLANK),)).fits()
    assert not Arrangement(tuple(Item("a") for _ in range(9)), 1).fits()


# -- the dialog ---------------------------------------------------------------------------


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> ComposeDialog:
    QTest.keyClick(window, Qt.Key.Key_C, CONTROL | ALT)
    dialog = window.dialogs.shown("compose")
    assert isinstance(dialog, ComposeDialog)
    qtbot.waitUntil(dialog.isVisible)
    qtbot.waitUntil(lambda: len(dialog.board.tiles) == 3)
    return dialog


def names(dialog: ComposeDialog) -> list[str]:
    return [item.panel for item in dialog.arrangement.items]


def test_it_opens_with_a_template_and_offers_what_the_window_shows(
    window: MainWindow, dialog: ComposeDialog, qtbot: QtBot
) -> None:
    assert not dialog.isModal()
    assert names(dialog) == ["spins", "field", "flow"]
    assert {"spins", "observables", "disk", "stack"} <= set(dialog.panels.keys())
    assert "training.gap" not in set(dialog.panels.keys())
    assert dialog.board.tiles[2].accessibleName() == (
        "Renormalization flow, row 2, column 1, 2 columns wide"
    )
    window.actions_["compose"].trigger()
    assert window.dialogs.shown("compose") is dialog
    take_theme(window, LIGHT, qtbot)
    assert dialog.board.tiles[0].theme is LIGHT


def test_the_window_answers_while_the_dialog_is_made(window: MainWindow, qtbot: QtBot) -> None:
    answers: list[int] = []
    clock = QTimer(window)
    clock.timeout.connect(lambda: answers.append(1))
    clock.start(0)
    window.actions_["compose"].trigger()
    dialog = window.dialogs.shown("compose")
    assert isinstance(dialog, ComposeDialog)
    assert not dialog.isVisible()
    window.actions_["compose"].trigger()
    assert window.dialogs.shown("compose") is dialog
    window.change_theme(LIGHT)
    qtbot.waitUntil(dialog.isVisible)
    qtbot.waitUntil(window.updatesEnabled)
    assert len(answers) >= 6
    for widget in (dialog.board, dialog.page, dialog.templates, dialog.add):
        assert widget.theme is LIGHT


def test_closing_the_window_gives_up_a_dialog_that_is_being_made(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.actions_["compose"].trigger()
    dialog = window.dialogs.shown("compose")
    gone: list[bool] = []
    dialog.destroyed.connect(lambda: gone.append(True))
    window.close()
    qtbot.waitUntil(lambda: gone == [True])
    assert window.dialogs.shown("compose") is None


def test_every_control_has_a_name_of_its_own(dialog: ComposeDialog) -> None:
    found = [
        button.accessibleName() or button.text()
        for button in dialog.findChildren(QAbstractButton)
        if button.isVisible()
    ]
    assert all(found)
    assert len(set(found)) == len(found)


def test_panels_are_found_and_added_behind_the_chosen_one(dialog: ComposeDialog) -> None:
    dialog.panels.filter.setText("stack")
    assert dialog.panels.keys() == ["stack"]
    dialog.board.select(0)
    QTest.keyClick(dialog.panels.filter, Qt.Key.Key_Return)
    assert names(dialog) == ["spins", "stack", "field", "flow"]
    assert dialog.board.selected == 1
    dialog.board.select(-1)
    dialog.add.click()
    dialog.blank.click()
    assert names(dialog)[-2:] == ["stack", BLANK]


def test_tiles_are_moved_resized_and_removed_with_the_keyboard(dialog: ComposeDialog) -> None:
    board = dialog.board
    board.select(0, focus=True)
    QTest.keyClick(board.tiles[0], Qt.Key.Key_Right, ALT)
    assert names(dialog) == ["field", "spins", "flow"]
    assert board.selected == 1
    QTest.keyClick(board.tiles[1], Qt.Key.Key_Down, ALT)
    assert names(dialog) == ["field", "flow", "spins"]
    QTest.keyClick(board.tiles[2], Qt.Key.Key_Up)
    assert board.selected == 1
    QTest.keyClick(board.tiles[1], Qt.Key.Key_Delete)
    assert names(dialog) == ["field", "spins"]
    board.select(1)
    wider = next(tool for tool in dialog.tools if tool.accessibleName() == "Wider")
    wider.click()
    assert dialog.arrangement.items[1] == Item("spins", 2)
    assert dialog.rows.text() == "2 rows"


def test_a_tile_is_dragged_to_another_place(dialog: ComposeDialog) -> None:
    first, last = dialog.board.tiles[0], dialog.board.tiles[2]
    start = first.rect().center()
    end = first.mapFromParent(last.geometry().center())
    QTest.mousePress(first, LEFT, pos=start)
    QTest.mouseMove(first, start + QPoint(40, 40))
    QTest.mouseMove(first, end)
    QTest.mouseRelease(first, LEFT, pos=end)
    assert names(dialog) == ["field", "flow", "spins"]


def test_columns_page_and_letters_make_the_template(dialog: ComposeDialog) -> None:
    dialog.columns.set_value(3)
    dialog.columns.edited.emit(3)
    dialog.page.widths.button("254").click()
    dialog.page.looks.button("slides").click()
    dialog.page.letters.button("none").click()
    template = dialog.template()
    assert template is not None
    assert (template.width_mm, template.height_mm) == (254.0, 142.9)
    assert (template.look, template.letters) == ("slides", False)
    assert [(cell.row, cell.column) for cell in template.cells] == [(0, 0), (0, 1), (1, 0)]


def test_templates_are_saved_loaded_and_deleted(dialog: ComposeDialog, qtbot: QtBot) -> None:
    bar = dialog.templates
    assert not bar.delete.isEnabled()
    bar.name.setText("../no")
    assert not bar.save.isEnabled()
    bar.name.setText("mine")
    bar.save.click()
    qtbot.waitUntil(lambda: "mine" in own_names())
    qtbot.waitUntil(lambda: dialog.note.text() == "Saved the template mine.")
    expected = load_template("mine")
    assert expected.panels == ("spins", "field", "flow")
    bar.show_name("slide")
    qtbot.waitUntil(lambda: "scan.specific_heat" in names(dialog))
    assert dialog.page.look() == "slides"
    bar.show_name("mine")
    qtbot.waitUntil(lambda: names(dialog) == ["spins", "field", "flow"])
    assert dialog.template() == expected
    bar.delete.click()
    qtbot.waitUntil(lambda: dialog.note.text() == "Deleted the template mine.")
    assert own_names() == ()


def test_a_broken_template_is_a_sentence(dialog: ComposeDialog, qtbot: QtBot) -> None:
    template = dialog.template()
    assert template is not None
    path = save_template("broken", template)
    path.write_text("{", encoding="utf-8")
    dialog.templates.list_names()
    dialog.templates.show_name("broken")
    qtbot.waitUntil(lambda: "Cannot use" in dialog.note.text())
    assert names(dialog) == ["spins", "field", "flow"]
    path.unlink()


def test_panels_without_anything_to_show_are_marked(dialog: ComposeDialog, qtbot: QtBot) -> None:
    dialog.templates.show_name("training")
    qtbot.waitUntil(lambda: "training.gap" in names(dialog))
    assert "nothing to show" in dialog.board.tiles[0].accessibleName()


# -- export -------------------------------------------------------------------------------


def test_the_figure_is_ordered_with_progress_and_can_be_stopped(
    window: MainWindow, dialog: ComposeDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[TemplateOrder] = []
    stopped: list[bool] = []
    job = window.dialogs.job
    monkeypatch.setattr(job, "start", orders.append)
    monkeypatch.setattr(job, "cancel", lambda: stopped.append(True))
    path = tmp_path / "figure.png"
    dialog.formats.button("png").click()
    dialog.resolutions.button("300").click()
    dialog.file.edit.setText(str(path))
    dialog.export_action.trigger()
    (order,) = orders
    assert (order.path, order.dpi) == (path, 300)
    assert order.template == dialog.template()
    job.progressed.emit(path, 0.5)
    assert dialog.note.text() == "Exporting figure.png, 50 %"
    assert window.message.text() == "Exporting figure.png, 50 %"
    assert dialog.export_action.text() == "Stop"
    dialog.export_action.trigger()
    assert stopped == [True]
    job.finished.emit(path, "figure.png was cancelled; no file was written.")
    assert dialog.note.text() == "figure.png was cancelled; no file was written."
    assert dialog.export_action.text() == "Export"


def test_a_grid_that_is_emptied_during_an_export_cannot_be_exported(
    window: MainWindow, dialog: ComposeDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.dialogs.job, "start", lambda order: None)
    path = tmp_path / "figure.png"
    dialog.formats.button("png").click()
    dialog.file.edit.setText(str(path))
    dialog.export_action.trigger()
    for _ in range(3):
        dialog.board.select(0)
        dialog.board.delete_selected()
    window.dialogs.job.finished.emit(path, "")
    assert dialog.note.text() == f"Saved {path}."
    assert not dialog.export_action.isEnabled()


def test_an_order_tells_its_progress_and_leaves_nothing_when_it_is_cancelled(
    dialog: ComposeDialog, tmp_path: Path
) -> None:
    template = dialog.template()
    assert template is not None
    order = dialog._order(template, 100, tmp_path / "figure.png")
    shares: list[float] = []
    order.write(shares.append)
    assert shares == [0.25, 0.5, 0.75]
    assert order.path.read_bytes().startswith(b"\x89PNG")

    class Cancelled(Exception):
        pass

    def refuse(_: float) -> None:
        raise Cancelled

    other = dialog._order(template, 100, tmp_path / "other.png")
    with pytest.raises(Cancelled):
        other.write(refuse)
    assert not other.path.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Enter a file name."),
        ("figure.txt", "The name must end in .pdf, .svg, .png, .tiff, .csv or .npz."),
        ("missing/figure.pdf", "There is no such folder."),
    ],
)
def test_what_stands_in_the_way_is_said(
    dialog: ComposeDialog, tmp_path: Path, name: str, words: str
) -> None:
    dialog.file.edit.setText(str(tmp_path / name) if name else "")
    assert dialog.note.text() == words
    assert not dialog.export_action.isEnabled()


def test_an_empty_grid_cannot_be_exported(dialog: ComposeDialog) -> None:
    for _ in range(3):
        dialog.board.select(0)
        dialog.board.delete_selected()
    assert dialog.template() is None
    assert not dialog.export_action.isEnabled()
    assert "Add panels" in dialog.note.text()
