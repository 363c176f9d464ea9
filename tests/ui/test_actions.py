from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from nrg_app.ui.actions import TABLE, Actions
from nrg_app.ui.math_text import MathLabel, parse, plain
from nrg_app.ui.number_field import NumberField
from nrg_app.ui.sheets import ShortcutsSheet
from nrg_app.ui.theme import DARK


def test_no_two_actions_share_a_shortcut() -> None:
    uses = Counter(QKeySequence(key).toString() for spec in TABLE for key in spec.keys)
    assert max(uses.values()) == 1
    assert "" not in uses


def test_names_are_unique_and_tool_tips_name_the_keys(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    actions = Actions(widget)
    assert len({spec.name for spec in TABLE}) == len(TABLE)
    assert actions["export"].toolTip() == "Export figure (Ctrl+E)"
    assert len(widget.actions()) == len(TABLE)


def test_an_action_finds_what_is_typed_in_a_field(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    field = NumberField(DARK, QSpinBox(), parent=widget)
    field.editor.setRange(1, 90_000)
    actions, seen = Actions(widget), []
    actions["measure"].triggered.connect(lambda: seen.append(field.value()))
    widget.show()
    widget.activateWindow()
    field.editor.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field.editor)
    field.editor.selectAll()
    qtbot.keyClicks(field.editor, "20000")
    assert field.value() == 1
    actions["measure"].trigger()
    assert seen == [20_000]


def test_the_sheet_lists_every_action_with_a_shortcut(qtbot: QtBot) -> None:
    sheet = ShortcutsSheet(DARK)
    qtbot.addWidget(sheet)
    shown = {label.text() for label in sheet.findChildren(MathLabel)}
    assert {spec.text for spec in TABLE if spec.keys} <= shown


def test_markup_splits_into_text_symbols_and_subscripts() -> None:
    runs = parse("Gap at $T$_{c} is 5$")
    assert [run.text for run in runs] == ["Gap at ", "T", "c", " is 5", "$"]
    assert [run.symbol for run in runs] == [False, True, False, False, False]
    assert [run.subscript for run in runs] == [False, False, True, False, False]
    assert plain("$T$_{c} = 2") == "Tc = 2"


def test_a_label_tells_its_text_to_screen_readers(qtbot: QtBot) -> None:
    label = MathLabel(DARK, "$T$ = 2.269")
    qtbot.addWidget(label)
    assert label.accessibleName() == "T = 2.269"
    narrow = label.sizeHint().width()
    label.set_text("$T$ = 2.269 and more")
    assert label.sizeHint().width() > narrow
