"""The sweep: three ways of moving T, at a chosen speed."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from nrg_app.session.document import Session
from nrg_app.session.views import SweepSettings
from nrg_app.ui.sweep import Sweep
from nrg_app.ui.sweep_menu import SweepButton
from nrg_app.ui.theme import DARK


@pytest.fixture
def session() -> Session:
    session = Session()
    session.temperature = 3.4
    return session


@pytest.fixture
def sweep(session: Session, qtbot: QtBot) -> Sweep:
    sweep = Sweep(session)
    sweep.set_running(True)
    return sweep


def passed(sweep: Sweep, session: Session) -> list[float]:
    """Return T after each of three half-seconds at 0.2 per second."""
    seen = []
    for _ in range(3):
        sweep.advance(0.5)
        seen.append(session.temperature)
    return seen


def test_to_and_fro_turns_round(sweep: Sweep, session: Session) -> None:
    assert passed(sweep, session) == pytest.approx([3.5, 3.4, 3.3])


def test_a_loop_begins_again_below(sweep: Sweep, session: Session) -> None:
    session.sweep = SweepSettings("loop")
    session.temperature = 3.45
    assert passed(sweep, session) == pytest.approx([1.55, 1.65, 1.75])


def test_a_single_pass_stops_at_the_end_and_can_be_repeated(
    sweep: Sweep, session: Session, qtbot: QtBot
) -> None:
    session.sweep = SweepSettings("once")
    with qtbot.waitSignal(sweep.finished):
        sweep.advance(0.6)
    assert session.temperature == 3.5
    assert not sweep.is_running()
    sweep.set_running(True)
    sweep.advance(0.5)
    assert session.temperature == pytest.approx(1.6)
    sweep.set_running(False)


def test_the_menu_sets_mode_and_speed(sweep: Sweep, session: Session, qtbot: QtBot) -> None:
    button = SweepButton(session, DARK)
    qtbot.addWidget(button)
    entries = {action.text(): action for action in button.menu.actions() if action.text()}
    assert [text for text, action in entries.items() if action.isChecked()] == [
        "To and fro",
        "0.2 J/k_B per second",
    ]
    entries["Upwards once"].trigger()
    entries["1 J/k_B per second"].trigger()
    assert session.sweep == SweepSettings("once", 1.0)
    assert not entries["To and fro"].isChecked()
    session.temperature = 2.0
    sweep.advance(0.25)
    assert session.temperature == 2.25
    session.sweep = SweepSettings()
    assert entries["To and fro"].isChecked()
