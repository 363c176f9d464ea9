"""The window with its real worker process and an untrained model of a 4 x 4 lattice."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nrg_app.figures.template_files import load_template
from nrg_app.session.document import Session
from nrg_app.ui import theme as themes
from nrg_app.ui.figure_orders import FigureOrder, Form, TemplateOrder, only_sample
from nrg_app.ui.figure_source import window_source
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import Preferences

START_MS = 60_000  # a loaded machine takes its time to import torch
LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier

PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from nrg_app.ui import app, main_window

class Window(main_window.MainWindow):
    def _samples_came(self, samples, asked):
        super()._samples_came(samples, asked)
        print("torch" in sys.modules, "matplotlib" in sys.modules, "qtawesome" in sys.modules)
        print(self.feed.client.pid)
        QTimer.singleShot(100, self.close)

app.MainWindow = Window
sys.exit(app.main(["nrg", sys.argv[1]]))
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    from nrg_app.flows.architecture import Architecture
    from nrg_app.flows.card import ModelCard
    from nrg_app.flows.hierarchy import HierarchicalFlow
    from nrg_app.flows.neural_rg import NeuralRG

    architecture = Architecture(size=4, width=4)
    card = ModelCard(name="Untrained", architecture=architecture, program_version="0")
    path = tmp_path_factory.mktemp("model") / "untrained.safetensors"
    NeuralRG(HierarchicalFlow(architecture), card).save(path)
    return str(path)


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, model: str, tmp_path: Path) -> Iterator[MainWindow]:
    themes.apply(qapp, themes.DARK)
    session = Session()
    session.model = model
    settings = QSettings(str(tmp_path / "nrg.ini"), QSettings.Format.IniFormat)
    window = MainWindow(session, Preferences(settings))
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    qtbot.waitUntil(lambda: window.samples is not None, timeout=START_MS)
    yield window
    window.close()


def is_alive(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_temperature(qtbot: QtBot, window: MainWindow, temperature: float) -> None:
    qtbot.waitUntil(lambda: window.samples.temperature == temperature, timeout=10_000)


def test_dragging_the_slider_brings_samples_of_the_new_temperature(
    window: MainWindow, qtbot: QtBot
) -> None:
    slider = window.sidebar.temperature.slider
    seed = window.session.seed
    QTest.mousePress(slider, LEFT, NO_KEY, QPoint(round(slider.x_of(2.0)), 56))
    for temperature in np.linspace(2.0, 3.0, 40):
        QTest.mouseMove(slider, QPoint(round(slider.x_of(temperature)), 56))
    QTest.mouseRelease(slider, LEFT, NO_KEY, QPoint(round(slider.x_of(3.0)), 56))
    assert window.session.temperature == pytest.approx(3.0, abs=0.01)
    wait_for_temperature(qtbot, window, window.session.temperature)
    assert window.samples.seed == seed
    qtbot.waitUntil(lambda: window.clock.latency is not None)


def test_a_little_warmer_the_same_configuration_is_a_little_different(
    window: MainWindow, qtbot: QtBot
) -> None:
    wait_for_temperature(qtbot, window, window.session.temperature)
    before = window.samples.fields
    window.session.temperature += 0.001
    wait_for_temperature(qtbot, window, window.session.temperature)
    change = np.abs(window.samples.fields - before)
    # Smooth in T: the same latents, hence far less than the spread of a field.
    assert np.median(change) < 0.02 * before.std()
    assert change.any()


def test_a_killed_worker_is_announced_and_restarted(window: MainWindow, qtbot: QtBot) -> None:
    first = window.feed.client.pid
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: window.message.text() != "", timeout=10_000)
    assert window.message.kind == "error"
    assert window.message.button.text() == "Restart"
    window.session.temperature = 2.5
    window.message.button.click()
    qtbot.waitUntil(lambda: window.samples.temperature == 2.5, timeout=START_MS)
    assert window.feed.client.pid != first
    assert window.message.text() == ""


def test_closing_leaves_no_process(window: MainWindow, qtbot: QtBot) -> None:
    pid = window.feed.client.pid
    assert is_alive(pid)
    window.close()
    qtbot.waitUntil(lambda: not is_alive(pid))
    assert multiprocessing.active_children() == []


def export(window: MainWindow, index: int, path: Path) -> None:
    window.dialogs.draw(FigureOrder(only_sample(window.samples, index), index, Form(path)))


def test_a_figure_is_exported_beside_the_running_window(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "figure.pdf"
    export(window, 3, path)
    assert window.dialogs.job.is_running()
    qtbot.waitUntil(lambda: window.message.text() == f"Saved {path}.", timeout=START_MS)
    assert path.read_bytes().startswith(b"%PDF")


def test_a_composed_figure_tells_how_far_it_is(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    told: list[float] = []
    window.dialogs.job.progressed.connect(lambda _path, share: told.append(share))
    path = tmp_path / "figure.pdf"
    template = load_template("flow")
    window.dialogs.draw(TemplateOrder(window_source(window), template, path))
    qtbot.waitUntil(lambda: window.message.text() == f"Saved {path}.", timeout=START_MS)
    assert told == [0.25, 0.5, 0.75]
    assert path.read_bytes().startswith(b"%PDF")


def test_an_export_that_fails_says_why(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    window.dialogs.draw(
        FigureOrder(only_sample(window.samples, 0), 0, Form(tmp_path / "taken" / "figure.pdf"))
    )
    qtbot.waitUntil(lambda: window.message.kind == "error", timeout=START_MS)
    assert "figure.pdf" in window.message.text()


def test_closing_gives_up_a_figure(window: MainWindow, tmp_path: Path) -> None:
    window.dialogs.draw(
        FigureOrder(only_sample(window.samples, 0), 0, Form(tmp_path / "figure.pdf"))
    )
    window.close()
    assert multiprocessing.active_children() == []
    assert not list(tmp_path.glob("*.pdf"))


def test_the_program_starts_light_and_ends_cleanly(model: str, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, model],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stdout.split("\n")
    assert lines[0] == "False False False"
    assert not is_alive(int(lines[1]))
