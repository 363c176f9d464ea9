"""The table of two samplers side by side."""

from pytestqt.qtbot import QtBot

from nrg_app.session.document import Session
from nrg_app.session.messages import SamplerUpdate
from nrg_app.ui.panels.numbers import DASH
from nrg_app.ui.panels.sampler_comparison import SamplerComparison
from nrg_app.ui.theme import DARK


def update(sampler: str, energy: float, acceptance: float | None = None) -> SamplerUpdate:
    return SamplerUpdate(
        model="",
        temperature=2.269185,
        sampler=sampler,  # type: ignore[arg-type]
        samples=1000,
        acceptance=acceptance,
        tau_energy=(1.5, 0.1),
        tau_magnetization=None,
        effective_per_second=1234.4,
        estimates={"energy": (energy, 0.03)},
    )


def make(qtbot: QtBot) -> tuple[Session, SamplerComparison]:
    session = Session()
    table = SamplerComparison(session, DARK)
    qtbot.addWidget(table)
    table.resize(360, table.preferred_height())
    return session, table


def test_numbers_of_both_samplers_stand_beside_each_other(qtbot: QtBot) -> None:
    _, table = make(qtbot)
    table.set_update(update("flow", -1.40, 0.9))
    table.set_update(update("wolff", -1.45))
    table.set_update(update("hmc", 99.0))
    rows = table.rows()
    # (-1.40 + 1.45) / sqrt(2) / 0.03 joint standard errors.
    assert rows[0][1:] == ("\N{MINUS SIGN}1.40(3)", "\N{MINUS SIGN}1.45(3)", "+1.2")
    assert rows[5][1:3] == ("1.5(1)", "1.5(1)")
    assert rows[7][1:3] == ("0.900", DASH)
    assert rows[8][1] == "1\N{THIN SPACE}234"
    table.grab()
    assert "1.45(3)" in table.accessibleDescription()


def test_the_rival_is_chosen_here_and_another_temperature_forgets(qtbot: QtBot) -> None:
    session, table = make(qtbot)
    table.set_update(update("flow", -1.40))
    index = table.rival.findData("metropolis")
    table.rival.activated.emit(index)
    assert session.rival == "metropolis"
    session.temperature = 2.0
    assert table.rows()[0][1] == DASH
