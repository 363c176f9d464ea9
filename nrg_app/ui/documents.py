"""The session as a document: new, open, save, recent files, title, autosave and its return."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal

from nrg_app.errors import NRGError
from nrg_app.files import is_utf8
from nrg_app.session.document import SUFFIX, Session
from nrg_app.session.models import SUFFIX as MODEL_SUFFIX
from nrg_app.ui.autosave import Autosave, copied
from nrg_app.ui.file_work import FileWork
from nrg_app.ui.panels.base import follow

if TYPE_CHECKING:
    from nrg_app.session.archive import SavedSession
    from nrg_app.ui.main_window import MainWindow

UNTITLED = "Untitled"
AUTOSAVE_MS = 30_000
# Together half a second to import: the window comes first.
_LATER = ("nrg_app.session.archive", "nrg_app.ui.composer.dialog")
_log = logging.getLogger(__name__)


def read_session(path: Path) -> SavedSession:
    """Read a session file.

    Raises:
        NRGError: one sentence, whatever is wrong with the file.
    """
    from nrg_app.session.archive import load_session

    return load_session(path)


class Documents(QObject):
    """Opens and saves the session of a window, which does not wait for the disk.

    ``replaced`` tells that another session is on show; ``path`` is its file, None if it has none.

    Args:
        window: its title, message bar, actions and dialogs are used.
        autosave_folder: where autosaves go, None for a window that leaves nothing behind.
    """

    replaced = Signal()

    def __init__(self, window: MainWindow, autosave_folder: Path | None) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self.path: Path | None = None
        self._saved: dict[str, Any] | None = self._session.values()
        self._autosaved: dict[str, Any] | None = None
        self._autosave_failed = False
        self._offered: set[Path] = set()
        self.files = FileWork(self)
        self._autosave: Autosave | None = None
        if autosave_folder is not None:
            self._autosave = Autosave(autosave_folder, self.files)
        self._timer = QTimer(self)
        self._timer.setInterval(AUTOSAVE_MS)
        self._timer.timeout.connect(self.autosave)
        for name in self._session.events:
            follow(self, self._session.events[name], self._refresh)
        dialogs = window.dialogs
        dialogs.file_chosen.connect(lambda text: self.open_file(Path(text)))
        dialogs.save_chosen.connect(lambda text: self.save_to(Path(text)))
        for action, slot in {
            "new": self.new,
            "open": dialogs.ask_open,
            "save": self.save,
            "save_as": self.save_as,
        }.items():
            window.actions_[action].triggered.connect(lambda _=False, slot=slot: slot())
        self._refresh()

    @property
    def modified(self) -> bool:
        """Whether the session differs from its file, or a new one from its beginning."""
        return self._saved != self._session.values()

    # Opening

    def new(self) -> None:
        """Begin a new session with the same model."""
        fresh = Session()
        fresh.model, fresh.sampler = self._session.model, self._session.sampler
        kept = self._set_aside()
        self._show(fresh.values(), None)
        self._tell("New session.", kept)

    def open_file(self, path: Path) -> None:
        """Open a session file, or take a model file for the session on show."""
        if path.suffix.lower() == SUFFIX:
            self.open_session(path)
        elif path.suffix.lower() == MODEL_SUFFIX:
            self._window.models.choose(str(path))
        else:
            self._window.message.show_message(
                f"'{path.name}' is neither a session ({SUFFIX}) nor a model ({MODEL_SUFFIX}).",
                "error",
            )

    def open_session(self, path: Path) -> None:
        """Show the session of a file; what was not saved before is kept and offered."""

        def done(saved: SavedSession) -> None:
            kept = self._set_aside()
            self.show_saved(path, saved)
            self._tell(f"Opened {path.name}.", kept)

        def failed(error: NRGError) -> None:
            self._window.preferences.forget_recent(path)
            self._window.message.show_message(str(error), "error")

        self.files.run(lambda: read_session(path), done, failed)

    def show_saved(self, path: Path, saved: SavedSession) -> None:
        """Show what was read from a file."""
        self._show(saved.values, path)
        self._window.workspaces.set_layout(saved.layout)
        self._window.preferences.add_recent(path)

    def _show(self, values: dict[str, Any], path: Path | None) -> None:
        self._window.stop_motion()
        with self._window.feed.hold():
            self._session.assign(values)
        self._window.feed.ask()
        self.path = path
        self._saved = self._session.values()
        self._window.commands.set_first_seed(self._session.seed)
        self._refresh()
        self.replaced.emit()

    def _tell(self, text: str, kept: Path | None) -> None:
        if kept is not None:
            show = self._window.message.show_message
            self._offer(kept, f"{text} What was not saved before is kept.", show)

    # Saving

    def save(self) -> None:
        """Save to the session's file, or ask for one."""
        if self.path is None:
            self.save_as()
        else:
            self.save_to(self.path)

    def save_as(self) -> None:
        """Ask for a file to save to."""
        self._window.dialogs.ask_save(self.path)

    def save_to(self, path: Path) -> None:
        """Save to a file, which becomes the session's own."""
        if path.suffix.lower() != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
        copy, layout = copied(self._session), self._window.workspaces.layout_state()

        def work() -> None:
            from nrg_app.session.archive import save_session

            save_session(path, copy, layout)

        self.files.run(work, lambda _: self._saved_to(path, copy.values()), self._show_error)

    def _saved_to(self, path: Path, values: dict[str, Any]) -> None:
        self.path = path
        self._saved = values
        self._window.preferences.add_recent(path)
        if self._autosave is not None and not self.modified:
            self._autosave.remove()
            self._autosaved = None
        self._window.message.show_message(f"Saved {path.name}.")
        self._refresh()

    def _show_error(self, error: NRGError) -> None:
        self._window.message.show_message(str(error), "error")

    # Autosave

    def start(self) -> None:
        """Begin to autosave, and offer what an earlier window left unsaved."""
        # Now rather than when something is saved, which would make the window wait.
        Thread(target=lambda: [import_module(name) for name in _LATER], daemon=True).start()
        if self._autosave is not None:
            self._timer.start()
            self._offer_abandoned()

    def autosave(self) -> None:
        """Save unsaved changes to the autosave."""
        self._autosave_or(self._autosave_lost)

    def _autosave_or(self, failed: Callable[[NRGError], None]) -> None:
        if self._autosave is not None and self._is_due():
            layout = self._window.workspaces.layout_state()
            self._autosave.write(self._session, layout, self._original, self._autosave_done, failed)

    def _is_due(self) -> bool:
        """Whether there are changes that are saved nowhere; they count as autosaved then."""
        values = self._session.values()
        due = self.modified and values != self._autosaved
        if due:
            self._autosaved = values
        return due

    @property
    def _original(self) -> str:
        # A name that a session file cannot hold would keep it from being written.
        return str(self.path) if self.path is not None and is_utf8(str(self.path)) else ""

    def _autosave_done(self) -> None:
        self._autosave_failed = False

    def _autosave_lost(self, error: NRGError) -> None:
        # What is not on the disk is tried again at the next tick, and when the window closes.
        self._autosaved = None
        if self._autosave_failed:
            return  # to say it once is enough
        self._autosave_failed = True
        _log.warning("%s", error)
        self._window.message.show_message(
            f"Changes are not autosaved; it is tried again. {error}", "warning"
        )

    def close(self) -> None:
        """Leave unsaved changes in the autosave for the next start; remove it otherwise."""
        self._timer.stop()
        self.files.wait()
        if self._autosave is not None:
            self.autosave()
            if not self.modified:
                self._autosave.remove()
            self._autosave.close()
        self.files.close()

    def _set_aside(self) -> Path | None:
        """Keep unsaved changes in an autosave of their own and return it."""
        if self._autosave is None or not self.modified:
            return None
        self._autosaved = None
        self._autosave_or(self._set_aside_lost)
        return self._autosave.set_aside()

    def _set_aside_lost(self, error: NRGError) -> None:
        self._window.message.show_message(
            f"What was not saved before could not be kept. {error}", "error"
        )

    def _offer_abandoned(self) -> None:
        assert self._autosave is not None
        found = [path for path in self._autosave.abandoned() if path not in self._offered]
        for path in found[1:]:
            self._autosave.release(path)
        if found:
            # A crash may have something to say as well: one after the other.
            show = self._window.message.show_when_free
            self._offer(found[0], "There are unsaved changes from last time.", show)

    def _offer(self, kept: Path, text: str, show: Callable[..., None]) -> None:
        self._offered.add(kept)
        show(
            text,
            "warning",
            button="Restore",
            action=lambda: self._restore(kept),
            other=("Discard", lambda: self._discard(kept)),
        )

    def _discard(self, kept: Path) -> None:
        assert self._autosave is not None
        self._autosave.discard(kept)
        self._offer_abandoned()

    def _restore(self, kept: Path) -> None:
        autosave = self._autosave
        assert autosave is not None

        def done(saved: SavedSession) -> None:
            self._set_aside()
            original = Path(saved.original) if saved.original else None
            self._show(saved.values, original)
            self._window.workspaces.set_layout(saved.layout)
            # What is on the disk stays there until there is something newer.
            autosave.adopt(kept)
            self._saved, self._autosaved = None, self._session.values()
            self._refresh()

        def failed(error: NRGError) -> None:
            if not kept.exists():
                self._show_error(error)
                return
            # It may be readable again, or by a newer program.
            self._window.message.show_message(
                f"{error} It stays there and is offered again at the next start.",
                "error",
                button="Delete it",
                action=lambda: self._discard(kept),
            )

        self.files.run(lambda: read_session(kept), done, failed)

    # What the window shows of it

    def title(self) -> str:
        """Return the name of the session."""
        return self.path.stem if self.path is not None else UNTITLED

    def _refresh(self, *_: object) -> None:
        self._window.setWindowTitle(f"{self.title()}[*]")
        self._window.setWindowModified(self.modified)

    # Drag and drop

    @staticmethod
    def dropped(data: QMimeData) -> Path | None:
        """Return the first session or model file among what is dragged, None without one."""
        paths: Iterable[Path] = (Path(url.toLocalFile()) for url in data.urls())
        known = (SUFFIX, MODEL_SUFFIX)
        return next((path for path in paths if path.suffix.lower() in known), None)
