"""The model of a window's session: which are offered, which is used, what is known of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from nrg_app.errors import NRGError
from nrg_app.session.document import Session
from nrg_app.session.messages import MODEL_SAMPLERS
from nrg_app.session.models import LIVE_SIZE, lasting_name, shipped_models
from nrg_app.ui.model_list import ModelEntry, read_entry, shipped_entries, with_entry
from nrg_app.ui.panels.base import follow


class Models(QObject):
    """Reads the card of ``session.model`` whenever that changes.

    Args:
        session: whose model it is; without one it gets the last or the largest live one.
        last: the model that was used last, "" for none.
        tell: shows a sentence and its kind.

    Attributes:
        entries: the models on offer.
        entry: what is known of the session's, None without a readable one.

    Signals:
        changed: the session uses another model, or none.
    """

    changed = Signal()

    def __init__(
        self, session: Session, last: str, tell: Callable[[str, str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._tell = session, tell
        self.entries = shipped_entries()
        self.entry: ModelEntry | None = None
        if not session.model:
            session.model = self._first(last)
        self.read(session.model)
        follow(self, session.events.model, self.read)

    def _first(self, last: str) -> str:
        if last in shipped_models() or self._is_readable(last):
            return lasting_name(last)
        live = [entry for entry in self.entries if entry.size <= LIVE_SIZE]
        return max(live, key=lambda entry: entry.size).model if live else ""

    @staticmethod
    def _is_readable(model: str) -> bool:
        try:
            return bool(model) and read_entry(model) is not None
        except NRGError:
            return False

    def choose(self, model: str) -> None:
        """Use a model, after looking whether its file can be read."""
        try:
            read_entry(model)
        except NRGError as error:
            self._tell(str(error), "error")
            return
        self._session.model = lasting_name(model)

    def read(self, model: str) -> None:
        """Read the card of a model, perhaps again, and tell what follows from it."""
        self.entry = None
        if model:
            try:
                self.entry = read_entry(model)
            except NRGError as error:
                self._tell(str(error), "error")
        if self.entry is not None:
            self.entries = with_entry(self.entries, self.entry)
        elif self._session.sampler in MODEL_SAMPLERS:
            self._session.sampler = "wolff"
        self.changed.emit()
