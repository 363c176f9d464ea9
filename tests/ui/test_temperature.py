from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.document import Session
from nrg_app.ui.actions import Actions
from nrg_app.ui.temperature import TemperatureSection, correlation_markup, phase
from nrg_app.ui.temperature_slider import TemperatureSlider
from nrg_app.ui.theme import DARK

LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def section(session: Session, qtbot: QtBot) -> TemperatureSection:
    owner = QWidget()
    section = TemperatureSection(session, Actions(owner), DARK, owner)
    section.resize(240, 220)
    owner.resize(240, 220)
    qtbot.addWidget(owner)
    section.owner = owner
    owner.show()
    return section


def press(slider: TemperatureSlider, temperature: float, modifier: object = NO_KEY) -> None:
    place = QPoint(round(slider.x_of(temperature)), 56)
    QTest.mousePress(slider, LEFT, modifier, place)
    QTest.mouseRelease(slider, LEFT, modifier, place)


def turn_wheel(widget: QWidget, notches: int, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place,
        QPointF(widget.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_a_click_on_the_track_sets_the_temperature(
    section: TemperatureSection, session: Session
) -> None:
    press(section.slider, 3.0)
    assert session.temperature == pytest.approx(3.0, abs=0.01)
    assert section.box.value() == pytest.approx(session.temperature, abs=5e-4)


def test_a_drag_follows_the_pointer_and_stops_at_the_ends(
    section: TemperatureSection, session: Session
) -> None:
    slider = section.slider
    QTest.mousePress(slider, LEFT, NO_KEY, QPoint(round(slider.x_of(2.0)), 56))
    QTest.mouseMove(slider, QPoint(round(slider.x_of(2.6)), 56))
    assert session.temperature == pytest.approx(2.6, abs=0.01)
    QTest.mouseMove(slider, QPoint(500, 56))
    assert session.temperature == 3.5
    QTest.mouseRelease(slider, LEFT, NO_KEY, QPoint(500, 56))


def test_a_drag_snaps_to_the_critical_temperature(
    section: TemperatureSection, session: Session
) -> None:
    session.temperature = 1.5
    press(section.slider, CRITICAL_TEMPERATURE + 0.004)
    assert session.temperature == CRITICAL_TEMPERATURE


def test_alt_prevents_snapping(section: TemperatureSection, session: Session) -> None:
    session.temperature = 1.5
    press(section.slider, CRITICAL_TEMPERATURE, Qt.KeyboardModifier.AltModifier)
    assert session.temperature != CRITICAL_TEMPERATURE
    assert session.temperature == pytest.approx(CRITICAL_TEMPERATURE, abs=0.01)


@pytest.mark.parametrize(
    ("modifier", "step"), [(NO_KEY, 0.01), (Qt.KeyboardModifier.ShiftModifier, 0.001)]
)
def test_wheel_and_keys_step(
    section: TemperatureSection, session: Session, modifier: Qt.KeyboardModifier, step: float
) -> None:
    session.temperature = 2.0
    turn_wheel(section.slider, 2, modifier)
    assert session.temperature == pytest.approx(2.0 + 2 * step)
    QTest.keyClick(section.slider, Qt.Key.Key_Left, modifier)
    assert session.temperature == pytest.approx(2.0 + step)
    QTest.keyClick(section.slider, Qt.Key.Key_Up, modifier)
    assert session.temperature == pytest.approx(2.0 + 2 * step)


def test_the_wheel_over_the_number_box_steps(section: TemperatureSection, session: Session) -> None:
    session.temperature = 2.0
    turn_wheel(section.box, -3)
    assert session.temperature == pytest.approx(1.97)


def test_the_marker_on_the_curve_is_dragged_like_the_knob(
    section: TemperatureSection, session: Session
) -> None:
    slider = section.slider
    session.temperature = 2.0
    QTest.mousePress(slider, LEFT, NO_KEY, QPoint(round(slider.x_of(2.0)), 30))
    QTest.mouseMove(slider, QPoint(round(slider.x_of(3.1)), 30))
    assert session.temperature == pytest.approx(3.1, abs=0.01)
    QTest.mouseRelease(slider, LEFT, NO_KEY, QPoint(round(slider.x_of(3.1)), 30))


def test_the_wheel_is_not_caught_by_the_critical_temperature(
    section: TemperatureSection, session: Session
) -> None:
    session.temperature = CRITICAL_TEMPERATURE
    turn_wheel(section.slider, 1)
    assert session.temperature == pytest.approx(2.279)


def test_home_and_end_go_to_the_ends(section: TemperatureSection, session: Session) -> None:
    QTest.keyClick(section.slider, Qt.Key.Key_Home)
    assert session.temperature == 1.5
    QTest.keyClick(section.slider, Qt.Key.Key_End)
    assert session.temperature == 3.5


def test_the_number_box_sets_what_is_typed(section: TemperatureSection, session: Session) -> None:
    line = section.box.editor.lineEdit()
    line.selectAll()
    QTest.keyClicks(line, "1.875")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert session.temperature == 1.875


def test_the_number_box_steps_by_a_hundredth_with_shift_a_thousandth(
    section: TemperatureSection, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    section.box.editor.stepBy(1)
    assert session.temperature == pytest.approx(2.279)
    shift = Qt.KeyboardModifier.ShiftModifier
    monkeypatch.setattr("nrg_app.ui.number_field.QGuiApplication.keyboardModifiers", lambda: shift)
    section.box.editor.stepBy(-1)
    assert session.temperature == pytest.approx(2.278)


def test_showing_a_temperature_does_not_round_the_session(
    section: TemperatureSection, session: Session
) -> None:
    session.temperature = 2.12345
    assert session.temperature == 2.12345
    assert section.box.value() == 2.123


def test_presets_set_and_light_up(section: TemperatureSection, session: Session) -> None:
    lit = []
    for temperature, button in section.presets.buttons:
        button.click()
        assert session.temperature == temperature
        lit.append([other.isChecked() for _, other in section.presets.buttons])
    assert lit == [[True, False, False], [False, True, False], [False, False, True]]
    session.temperature = 2.5
    assert not any(button.isChecked() for _, button in section.presets.buttons)


@pytest.mark.parametrize(
    ("temperature", "name"),
    [(1.5, "Ordered"), (2.21, "Ordered"), (2.23, "Critical"), (2.31, "Critical"),
     (2.33, "Disordered"), (3.5, "Disordered")],
)  # fmt: skip
def test_the_phase_is_named(temperature: float, name: str) -> None:
    assert phase(temperature) == name


def test_the_correlation_length_gives_way_to_the_side_at_the_transition() -> None:
    assert correlation_markup(CRITICAL_TEMPERATURE, 32) == "$ξ$ ≈ $L$"
    assert correlation_markup(3.5, 32).startswith("$ξ$ 1.")


def test_a_temperature_outside_the_trained_range_is_called_so(
    section: TemperatureSection, session: Session
) -> None:
    section.set_trained_range((1.5, 3.5))
    assert section.warning.isHidden()
    session.temperature = 4.0
    assert not section.warning.isHidden()
    assert section.warning.text() == "Extrapolated: trained from 1.5 to 3.5"
    session.temperature = 3.5
    assert section.warning.isHidden()


def test_names_carry_value_unit_and_phase(section: TemperatureSection, session: Session) -> None:
    session.temperature = 1.5
    assert section.slider.accessibleName() == "Temperature, 1.500 J per k_B, ordered"
    assert section.slider.value() == 1500
