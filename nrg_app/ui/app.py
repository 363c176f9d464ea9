"""Starting the application."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtWidgets import QApplication

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.session.document import Session
from nrg_app.ui import theme as themes
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.model_list import read_entry
from nrg_app.ui.preferences import APPLICATION, ORGANIZATION, Preferences

_SIZE = (1440, 900)


def make_application(argv: Sequence[str]) -> QApplication:
    """Return the one QApplication of the process, named for its settings."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(list(argv))
    app.setApplicationName(APPLICATION)
    app.setApplicationDisplayName("NRG")
    app.setApplicationVersion(__version__)
    app.setOrganizationName(ORGANIZATION)
    app.setDesktopFileName("nrg")
    return app


def make_session(preferences: Preferences, model: str = "") -> Session:
    """Return a session that goes on from the last one, with a model if one is named.

    Raises:
        NRGError: if the named model cannot be read.
    """
    session = Session()
    if preferences.temperature is not None:
        session.temperature = preferences.temperature
    if model:
        read_entry(model)
        session.model = model
    return session


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and return the exit status.

    Args:
        argv: program name and, if wanted, the name or file of a model; ``sys.argv`` by default.
    """
    arguments = list(sys.argv if argv is None else argv)
    app = make_application(arguments[:1] or ["nrg"])
    preferences = Preferences()
    model = arguments[1] if len(arguments) > 1 else ""
    if model and Path(model).exists():
        model = str(Path(model).resolve())
    try:
        session = make_session(preferences, model)
    except NRGError as error:
        print(error, file=sys.stderr)
        return 2
    themes.apply(app, preferences.theme)
    window = MainWindow(session, preferences)
    geometry = preferences.geometry
    if geometry is None or not window.restoreGeometry(geometry):
        window.resize(*_SIZE)
    _install_handlers(window)
    window.show()
    if app.platformName() != "offscreen":  # nobody is there to be shown round
        window.guide.greet()
    status = app.exec()
    window.close()
    # Widgets go before the application, or Qt may crash at the interpreter's exit.
    window.deleteLater()
    app.processEvents()
    return status


def _install_handlers(window: MainWindow) -> None:
    """Close on Ctrl+C and SIGTERM; report unexpected errors in the window."""

    def stop(_signal: int, _frame: object) -> None:
        window.close()

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        traceback.print_exception(kind, error, trace)
        text = str(error) if isinstance(error, NRGError) else f"Unexpected error: {error}."
        window.message.show_message(text, "error")

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    sys.excepthook = report
