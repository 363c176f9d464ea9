"""Windows with a stand-in for the sampler."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nrg_app.session.document import Session
from nrg_app.ui import theme as themes
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import Preferences
from nrg_app.ui.theme import Theme

from .fakes import FakeClient, FakeTrainings, write_model_head
from .holography_fakes import FakeHolography
from .measure_fakes import FakeMeasurements

MakeWindow = Callable[..., MainWindow]


def take_theme(window: MainWindow, theme: Theme, qtbot: QtBot) -> None:
    """Change the theme and wait until all of the window has it."""
    window.change_theme(theme)
    qtbot.waitUntil(window.updatesEnabled)


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "nrg.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def model(tmp_path: Path) -> str:
    return str(write_model_head(tmp_path / "tiny.safetensors"))


@pytest.fixture
def make_window(
    qtbot: QtBot, qapp: QApplication, preferences: Preferences, model: str
) -> Iterator[MakeWindow]:
    windows = []

    def make(session: Session | None = None, *, width: int = 1440, height: int = 900) -> MainWindow:
        if session is None:
            session = Session()
            session.model = model
        themes.apply(qapp, preferences.theme)
        window = MainWindow(
            session,
            preferences,
            FakeClient,
            FakeTrainings,
            FakeMeasurements,
            holography_factory=FakeHolography,
        )
        qtbot.addWidget(window)
        window.resize(width, height)
        window.show()
        qtbot.waitUntil(lambda: window.samples is not None)
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.close()


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window()


@pytest.fixture
def client(window: MainWindow) -> FakeClient:
    client = window.feed.client
    assert isinstance(client, FakeClient)
    return client
