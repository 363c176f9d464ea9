"""Pictures of the window without a screen."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QMessageLogContext,
    QSettings,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QApplication

from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.session.client import SamplerClient
from nrg_app.session.document import Session
from nrg_app.session.holography.client import HolographyClient
from nrg_app.ui import theme as themes
from nrg_app.ui.app import make_application
from nrg_app.ui.feed import ClientFactory
from nrg_app.ui.holography.desk import HolographyFactory
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import Preferences
from nrg_app.ui.theme import Theme
from nrg_app.ui.workspaces import WORKSPACES

_log = logging.getLogger(__name__)
_PATIENCE_S = 180.0
_SETTLE_S = 0.4


def render_window(
    path: str | Path,
    width: int = 1440,
    height: int = 900,
    scale: int = 1,
    theme: str = "dark",
    session: Session | None = None,
    wait_for_sample: bool = True,
    *,
    measure_s: float = 0.0,
    workspace: str = "explore",
    client_factory: ClientFactory = SamplerClient,
    holography_factory: HolographyFactory = HolographyClient,
) -> QImage:
    """Draw the whole window and write it as a PNG file.

    Args:
        path: the file, written to a temporary name and renamed.
        width: of the window in logical pixels.
        height: of the window in logical pixels.
        scale: device pixels per logical one, 1 or 2.
        theme: "dark" or "light".
        session: what to show; a new session by default.
        wait_for_sample: wait for the first samples instead of showing an empty window.
        workspace: which one to show; Train shows the newest run, Holography a latent's response
            and a small analysis.
        measure_s: seconds to wait for observables after the first sample.
        client_factory: starts the sampler.
        holography_factory: starts the processes of the Holography workspace.

    Returns:
        The picture, ``scale`` times the given size.

    Raises:
        NRGError: for a bad argument, if no sample comes in time, or the file cannot be written.
    """
    chosen = _theme(theme)
    app = _application(scale)
    themes.apply(app, chosen)
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder, "nrg.ini")), QSettings.Format.IniFormat)
        preferences = Preferences(settings)
        preferences.theme = chosen
        preferences.workspace = _workspace(workspace)
        window = MainWindow(
            session or Session(), preferences, client_factory, holography_factory=holography_factory
        )
        try:
            window.resize(width, height)
            window.show()
            if wait_for_sample:
                _wait_for_sample(app, window)
                if workspace == "holography":
                    _analyse(app, window)
            _run_for(app, _SETTLE_S + measure_s)
            image = window.grab().toImage()
        finally:
            window.close()
            window.deleteLater()
            app.processEvents()
    _write(image, Path(path))
    return image


def _workspace(name: str) -> str:
    if name not in WORKSPACES:
        raise NRGError(f"There is no workspace '{name}'; choose one of {', '.join(WORKSPACES)}.")
    return name


def _theme(name: str) -> Theme:
    try:
        return themes.THEMES[name]
    except KeyError:
        raise NRGError(f"There is no theme '{name}'; choose dark or light.") from None


def _application(scale: int) -> QApplication:
    if scale not in (1, 2):
        raise NRGError("The scale of a picture must be 1 or 2.")
    existing = QApplication.instance()
    if existing is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ["QT_SCALE_FACTOR"] = str(scale)
        qInstallMessageHandler(_log_qt)
    app = make_application(["nrg"])
    if round(app.devicePixelRatio()) != scale:
        raise NRGError(f"This process already draws at scale {app.devicePixelRatio():g}.")
    return app


def _log_qt(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Keep the offscreen platform's remarks about missing features out of the terminal."""
    _log.info("Qt: %s", text)


def _wait_for_sample(app: QApplication, window: MainWindow) -> None:
    end = time.monotonic() + _PATIENCE_S
    while window.samples is None:
        if window.message.kind == "error" and window.message.text():
            raise NRGError(window.message.text())
        if time.monotonic() > end:
            raise NRGError("No sample came within three minutes; is the model very large?")
        _run_for(app, 0.02)


def _analyse(app: QApplication, window: MainWindow) -> None:
    """Let the workspace show something: wait for a response and an analysis, but not for ever."""
    holography = window.workspaces.holography
    holography.show_example()
    end = time.monotonic() + _PATIENCE_S
    while holography.is_busy() and time.monotonic() < end:
        _run_for(app, 0.02)


def _run_for(app: QApplication, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        app.processEvents()
        if time.monotonic() >= end:
            return
        time.sleep(0.005)


def _write(image: QImage, path: Path) -> None:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    write_bytes(path, bytes(buffer.data().data()))
