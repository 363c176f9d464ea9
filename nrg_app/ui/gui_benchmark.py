"""How the window answers: start, first sample, slider to picture, pauses of the GUI thread.

The measured window is a process of its own, started by :func:`run` as a user would start it. It
drags the temperature slider to and fro by mouse events, 33 per second, and notes when the pictures
they asked for were painted, while a training runs beside it in another process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QSettings, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from nrg_app.errors import NRGError
from nrg_app.session.document import Session
from nrg_app.ui import theme as themes
from nrg_app.ui.app import make_application
from nrg_app.ui.frame_clock import FrameClock
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import Preferences

LONG_PAUSE = 0.05  # seconds
_START = "NRG_BENCH_START"
_SETTLE_MS = 4000
_DRAG_MS = 30
_BEAT_MS = 5
_PATIENCE_S = 90.0


@dataclass(frozen=True)
class GuiFigures:
    """What one run measured.

    Attributes:
        model: name of the model.
        platform: Qt's platform ("xcb", "offscreen" ...).
        training: whether a training ran beside the window.
        visible: seconds from the start of the process to the first painted window.
        first_sample: seconds from the start to the first painted live sample.
        seconds: duration of the drag.
        pictures: painted pictures during the drag.
        latency_median: seconds from a slider event to the picture it asked for, painted.
        latency_p95: 95 % of the pictures came sooner.
        frames_per_second: painted pictures per second.
        longest_pause: longest time in seconds in which the GUI thread handled no event.
        long_pauses: number of those above ``LONG_PAUSE``.
    """

    model: str
    platform: str
    training: bool
    visible: float
    first_sample: float
    seconds: float
    pictures: int
    latency_median: float
    latency_p95: float
    frames_per_second: float
    longest_pause: float
    long_pauses: int


def run(model: str, seconds: float, *, training: bool) -> GuiFigures:
    """Measure a window in a process of its own.

    Args:
        model: name or file of the model.
        seconds: duration of the drag.
        training: whether to train a model for L = 16 beside it.

    Raises:
        NRGError: if the window did not open or brought no sample.
    """
    command = [sys.executable, "-m", __name__, model, str(seconds), str(int(training))]
    environment = {**os.environ, _START: repr(time.time())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    try:
        return GuiFigures(**json.loads(done.stdout.splitlines()[-1]))
    except (IndexError, ValueError, TypeError) as error:
        reason = done.stderr.strip().splitlines()[-1:] or ["it ended without a word"]
        raise NRGError(f"The window could not be measured: {reason[0]}.") from error


class _Clock(FrameClock):
    """Keeps every latency and the time of every painted picture."""

    def __init__(self) -> None:
        super().__init__()
        self.latencies: list[float] = []
        self.painted: list[float] = []
        self.first_repaint: float | None = None

    def repainted(self, start: float, end: float) -> None:
        """Note a repaint; all of them matter here."""
        if self.first_repaint is None:
            self.first_repaint = time.time()
        pending, shown = list(self._pending), self._pictures
        super().repainted(start, end)
        if shown:
            self.painted.append(time.time())
            # Older requests of the same repaint were overtaken by the newest.
            self.latencies += [end - asked for asked in pending[-1:]]


class _Drive(QObject):
    """Drags the slider to and fro and listens for pauses."""

    def __init__(self, window: MainWindow, clock: _Clock, seconds: float) -> None:
        super().__init__(window)
        self._window, self._clock, self._seconds = window, clock, seconds
        self._slider = window.sidebar.temperature.slider
        self._phase = 0
        self.pauses: list[float] = []
        self._last = time.perf_counter()
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._listen)
        self._move = QTimer(self)
        self._move.setTimerType(Qt.TimerType.PreciseTimer)
        self._move.timeout.connect(self._drag)

    def start(self) -> None:
        self._clock.latencies.clear()
        self._clock.painted.clear()
        self._send(QEvent.Type.MouseButtonPress)
        self._last = time.perf_counter()
        self._beat.start(_BEAT_MS)
        self._move.start(_DRAG_MS)
        QTimer.singleShot(round(1000 * self._seconds), self._window.close)

    def _listen(self) -> None:
        now = time.perf_counter()
        self.pauses.append(now - self._last)
        self._last = now

    def _drag(self) -> None:
        self._phase += 1
        self._send(QEvent.Type.MouseMove)

    def _send(self, kind: QEvent.Type) -> None:
        slider = self._slider
        # There and back in 200 events, over the middle of the slider.
        way = abs(self._phase % 200 - 100) / 100
        place = QPointF(slider.width() * (0.15 + 0.7 * way), slider.height() / 2)
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            kind, place, slider.mapToGlobal(place), left, left, Qt.KeyboardModifier.AltModifier
        )
        QApplication.sendEvent(slider, event)


def _measure(model: str, seconds: float, training: bool) -> GuiFigures:
    started = float(os.environ[_START])
    app = make_application(["nrg"])
    with tempfile.TemporaryDirectory() as folder:
        session = Session()
        session.model = model
        # What the user has set is neither used nor changed.
        settings = QSettings(str(Path(folder) / "nrg.ini"), QSettings.Format.IniFormat)
        preferences = Preferences(settings)
        themes.apply(app, preferences.theme)
        window = MainWindow(session, preferences)
        clock = window.clock = _Clock()
        window.resize(1440, 900)
        window.show()
        _wait(app, lambda: bool(clock.painted))
        first_sample = clock.painted[0] - started
        assert clock.first_repaint is not None
        trainer = _train(Path(folder)) if training else None
        try:
            drive = _Drive(window, clock, seconds)
            QTimer.singleShot(_SETTLE_MS if training else 0, drive.start)
            app.exec()
        finally:
            if trainer is not None:
                trainer.kill()
                trainer.wait()
    latencies = np.array(clock.latencies)
    pauses = np.array(drive.pauses)
    return GuiFigures(
        model=model,
        platform=app.platformName(),
        training=training,
        visible=clock.first_repaint - started,
        first_sample=first_sample,
        seconds=seconds,
        pictures=len(latencies),
        latency_median=float(np.median(latencies)),
        latency_p95=float(np.quantile(latencies, 0.95)),
        frames_per_second=len(clock.painted) / seconds,
        longest_pause=float(pauses.max()),
        long_pauses=int((pauses > LONG_PAUSE).sum()),
    )


def _train(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "nrg_app", "train", "--size", "16", "--minutes", "600"]
    return subprocess.Popen(
        [*command, "--out", str(folder / "beside")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # The window's own trainings step back likewise.
        preexec_fn=lambda: os.nice(5),
    )


def _wait(app: QApplication, done: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not done():
        app.processEvents()
        if time.monotonic() > end:
            raise NRGError("No sample came within a minute and a half")
        time.sleep(0.001)


if __name__ == "__main__":
    figures = _measure(sys.argv[1], float(sys.argv[2]), bool(int(sys.argv[3])))
    print(json.dumps(asdict(figures)))
