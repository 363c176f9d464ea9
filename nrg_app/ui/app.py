"""Starting the application."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_state_dir
from PySide6.QtWidgets import QApplication

from nrg_app import __version__
from nrg_app.crash_reports import reports_folder
from nrg_app.errors import NRGError
from nrg_app.session.client import SamplerClient
from nrg_app.session.document import SUFFIX, Session
from nrg_app.session.models import lasting_name
from nrg_app.ui import fonts
from nrg_app.ui import theme as themes
from nrg_app.ui.crashes import Crashes
from nrg_app.ui.documents import read_session
from nrg_app.ui.feed import ClientFactory
from nrg_app.ui.garbage import GarbageCollector
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.model_list import read_entry
from nrg_app.ui.overrides import OverrideKeeper
from nrg_app.ui.preferences import APPLICATION, ORGANIZATION, Preferences
from nrg_app.ui.shell import DEFAULT_SIZE

_SWITCH_S = 0.0005


def make_application(argv: Sequence[str]) -> QApplication:
    """Return the one QApplication of the process, named for its settings."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(list(argv))
        # A thread that computes may hold the interpreter for this long before the window goes on.
        sys.setswitchinterval(_SWITCH_S)
        GarbageCollector(app)
        OverrideKeeper(app)
    app.setApplicationName(APPLICATION)
    app.setApplicationDisplayName("NRG")
    app.setApplicationVersion(__version__)
    app.setOrganizationName(ORGANIZATION)
    app.setDesktopFileName("nrg")
    return app


def autosave_folder() -> Path:
    """Return the folder of the user's autosaved sessions."""
    return Path(user_state_dir(APPLICATION, appauthor=False), "sessions")


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
        session.model = lasting_name(model)
    return session


def main(argv: Sequence[str] | None = None, client_factory: ClientFactory = SamplerClient) -> int:
    """Open the window and return the exit status.

    Args:
        argv: program name and, if wanted, the name of a model or the path of a model or session
            file; ``sys.argv`` by default.
        client_factory: starts the sampler, or hands over one that has started.
    """
    arguments = list(sys.argv if argv is None else argv)
    app = make_application(arguments[:1] or ["nrg"])
    preferences = Preferences()
    name = arguments[1] if len(arguments) > 1 else ""
    if name and Path(name).exists():
        name = str(Path(name).resolve())
    opened = Path(name) if name.lower().endswith(SUFFIX) else None
    try:
        saved = read_session(opened) if opened is not None else None
        session = make_session(preferences, "" if saved is not None else name)
    except NRGError as error:
        print(error, file=sys.stderr)
        return 2
    if saved is not None:
        session.assign(saved.values)
    fonts.set_percent(preferences.font_size)
    themes.apply(app, preferences.theme)
    window = MainWindow(session, preferences, client_factory, autosave_folder=autosave_folder())
    if saved is not None and opened is not None:
        window.documents.show_saved(opened, saved)
    geometry = preferences.geometry
    if geometry is None or not window.restoreGeometry(geometry):
        window.resize(DEFAULT_SIZE)
    window.shell.log.write_to(reports_folder())
    _install_handlers(window)
    crashes = Crashes(window, reports_folder())
    window.show()
    crashes.start()
    if not fonts.are_complete():
        window.message.show_when_free(
            "The program's own letters are missing, and others stand in. Install NRG again.",
            "warning",
        )
    if app.platformName() != "offscreen":  # nobody is there to be shown round
        window.guide.greet()
    status = app.exec()
    window.close()
    # Widgets go before the application, or Qt may crash at the interpreter's exit.
    window.deleteLater()
    crashes.close()
    app.processEvents()
    return status


def _install_handlers(window: MainWindow) -> None:
    """Close on Ctrl+C and SIGTERM."""

    def stop(_signal: int, _frame: object) -> None:
        window.close()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
