"""How the window answers: start, first sample, slider to picture, pauses of the GUI thread.

The measured window drags its temperature slider to and fro by mouse events, 33 per second, and
notes when the pictures they asked for were painted, while a training runs beside it in another
process.
"""

from __future__ import annotations

import tempfile
import threading
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QSettings, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from nrg_app.errors import NRGError
from nrg_app.session.document import Session
from nrg_app.session.models import lasting_name
from nrg_app.session.training_client import TrainingClient
from nrg_app.session.training_messages import TrainingMessage, TrainingPoint
from nrg_app.session.training_runs import RunFolder, RunRecord
from nrg_app.session.training_settings import RunSettings
from nrg_app.ui import theme as themes
from nrg_app.ui.app import make_application
from nrg_app.ui.feed import ClientFactory
from nrg_app.ui.frame_clock import FrameClock
from nrg_app.ui.gui_use import Use
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import Preferences

LONG_PAUSE = 0.05  # seconds
_DRAG_MS = 30
_BEAT_MS = 5
_PATIENCE_S = 120.0


@dataclass(frozen=True)
class GuiFigures:
    """What one run measured.

    Attributes:
        model: name of the model.
        platform: Qt's platform ("xcb", "offscreen" ...).
        training: steps per second of the training beside the window, None without one.
        use: whether the window was used in all ways, not only dragged.
        visible: seconds from the start of the process to the first painted window.
        first_sample: seconds from the start to the first painted live sample.
        seconds: duration of the drag.
        pictures: painted pictures during the drag.
        latency_median: seconds from a slider event to the picture it asked for, painted.
        latency_p95: 95 % of the pictures came sooner.
        latency_early: median in the first fifth of the drag.
        latency_late: median in the last fifth.
        frames_per_second: painted pictures per second.
        frames_early: the same in the first fifth.
        frames_late: the same in the last fifth.
        longest_pause: longest time in seconds in which the GUI thread handled no event.
        long_pauses: number of those above ``LONG_PAUSE``.
        pauses_after: what was done last before those, how often, and the longest in seconds;
            the longest first.
    """

    model: str
    platform: str
    training: float | None
    use: bool
    visible: float
    first_sample: float
    seconds: float
    pictures: int
    latency_median: float
    latency_p95: float
    latency_early: float
    latency_late: float
    frames_per_second: float
    frames_early: float
    frames_late: float
    longest_pause: float
    long_pauses: int
    pauses_after: list[tuple[str, int, float]]


class _Clock(FrameClock):
    """Keeps every latency and the time of every painted picture."""

    def __init__(self) -> None:
        super().__init__()
        # Of hours of use: eight bytes each, so that keeping them is no leak.
        self.latencies = array("d")
        self.painted = array("d")
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
            self.latencies.extend(end - asked for asked in pending[-1:])

    def begin(self) -> None:
        """Forget what was kept so far."""
        self.latencies, self.painted = array("d"), array("d")


class _Drive(QObject):
    """Drags the slider to and fro and listens for pauses."""

    def __init__(self, window: MainWindow, clock: _Clock, seconds: float, use: Use | None) -> None:
        super().__init__(window)
        self._window, self._clock, self._seconds, self._use = window, clock, seconds, use
        self._slider = window.sidebar.temperature.slider
        self._phase = 0
        self.longest, self.long_count = 0.0, 0
        self._after: dict[str, tuple[int, float]] = {}
        self._last = time.perf_counter()
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._listen)
        self._move = QTimer(self)
        self._move.setTimerType(Qt.TimerType.PreciseTimer)
        self._move.timeout.connect(self._drag)

    def start(self) -> None:
        self._clock.begin()
        self._send(QEvent.Type.MouseButtonPress)
        self._last = time.perf_counter()
        self._beat.start(_BEAT_MS)
        self._move.start(_DRAG_MS)
        if self._use is not None:
            self._use.start()
        QTimer.singleShot(round(1000 * self._seconds), self._stop)

    def after(self) -> list[tuple[str, int, float]]:
        """Return what came before the long pauses: its name, their number and the longest."""
        found = [(name, number, longest) for name, (number, longest) in self._after.items()]
        return sorted(found, key=lambda entry: -entry[2])

    def _stop(self) -> None:
        # To close takes a while, but it is no pause.
        self._beat.stop()
        self._move.stop()
        self._window.close()

    def _listen(self) -> None:
        now = time.perf_counter()
        pause, self._last = now - self._last, now
        self.longest = max(self.longest, pause)
        if pause > LONG_PAUSE:
            self.long_count += 1
            name = "drag" if self._use is None else self._use.last
            number, longest = self._after.get(name, (0, 0.0))
            self._after[name] = (number + 1, max(longest, pause))

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


class _Training:
    """A training of a model for L = 16 beside the window, as the window itself would start it.

    It begins with the whole lattice: one that grew would take more memory with every octave.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._points: list[tuple[float, int]] = []
        self._client = TrainingClient(self._hear)
        run = RunFolder(folder / "beside")
        run.path.mkdir()
        created = datetime.now(UTC).isoformat(timespec="seconds")
        settings = RunSettings(size=16, minutes=600.0, start="ising-8", start_size=8)
        run.store(RunRecord(name=run.name, settings=settings, created=created))
        self._client.start(run.path)

    def goes(self) -> bool:
        """Return whether it has begun to train."""
        return bool(self._points)

    def begin(self) -> None:
        """Count the steps from now on."""
        with self._lock:
            self._points = self._points[-1:]

    def rate(self) -> float:
        """Return the steps per second, 0 if it has not said that it made any."""
        with self._lock:
            (start, first), (end, last) = self._points[0], self._points[-1]
        return (last - first) / max(end - start, 1e-9)

    def close(self) -> None:
        self._client.close()

    def _hear(self, message: TrainingMessage) -> None:
        if isinstance(message, TrainingPoint):
            with self._lock:
                self._points.append((time.monotonic(), message.steps))


def measure(
    model: str,
    seconds: float,
    *,
    training: bool,
    use: bool,
    started: float,
    client_factory: ClientFactory,
) -> GuiFigures:
    """Open a window in this process and measure it.

    Args:
        model: name or file of the model.
        seconds: duration of the drag.
        training: whether to train a model for L = 16 beside it.
        use: whether to use the window in all ways while dragging.
        started: when the process was started, ``time.time``.
        client_factory: starts the sampler, or hands over one that has started.

    Raises:
        NRGError: if no sample comes, or the training does not begin.
    """
    app = make_application(["nrg"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        session = Session()
        session.model = lasting_name(model)
        # What the user has set is neither used nor changed.
        settings = QSettings(str(folder / "nrg.ini"), QSettings.Format.IniFormat)
        preferences = Preferences(settings)
        themes.apply(app, preferences.theme)
        window = MainWindow(
            session, preferences, client_factory, autosave_folder=folder / "sessions"
        )
        clock = window.clock = _Clock()
        window.resize(1440, 900)
        window.show()
        _wait(app, lambda: bool(clock.painted), "No sample came")
        first_sample = clock.painted[0] - started
        assert clock.first_repaint is not None
        beside = _Training(folder) if training else None
        drive = _Drive(window, clock, seconds, Use(window) if use else None)
        try:
            if beside is not None:
                _wait(app, beside.goes, "The training did not begin")
                beside.begin()
            QTimer.singleShot(0, drive.start)
            app.exec()
        finally:
            if beside is not None:
                beside.close()
    latencies = np.array(clock.latencies)
    painted = np.array(clock.painted)
    fifth = max(1, len(latencies) // 5)
    share = seconds / 5
    return GuiFigures(
        model=model,
        platform=app.platformName(),
        training=None if beside is None else beside.rate(),
        use=use,
        visible=clock.first_repaint - started,
        first_sample=first_sample,
        seconds=seconds,
        pictures=len(latencies),
        latency_median=float(np.median(latencies)),
        latency_p95=float(np.quantile(latencies, 0.95)),
        latency_early=float(np.median(latencies[:fifth])),
        latency_late=float(np.median(latencies[-fifth:])),
        frames_per_second=len(painted) / seconds,
        frames_early=float((painted < painted[0] + share).sum()) / share,
        frames_late=float((painted > painted[-1] - share).sum()) / share,
        longest_pause=drive.longest,
        long_pauses=drive.long_count,
        pauses_after=drive.after(),
    )


def _wait(app: QApplication, done: Callable[[], bool], sorry: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not done():
        app.processEvents()
        if time.monotonic() > end:
            raise NRGError(f"{sorry} within two minutes")
        time.sleep(0.001)
