"""Changes of a document as things that can be undone: who changed what, and what to call it.

The recorder gathers what changes until it is asked for it, so that changes which belong together
(a model and the sampler that it forces) become one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psygnal import Signal

from nrg_app.session.document import Session
from nrg_app.session.models import SUFFIX as MODEL_SUFFIX

_SOURCES = {
    "model": ("model",),
    "sampler": ("sampler",),
    "rival": ("rival",),
    "locks": ("locks",),
    "draw": ("seed", "fine_seed"),
    "temperature": ("temperature",),
    "selected": ("selected",),
    "source": ("source",),
    "blend": ("blend",),
    "latent_edits": ("latent_edits",),
    "seed_locked": ("seed_locked",),
    "auto": ("auto",),
    "speed": ("speed",),
    "sweep": ("sweep",),
    "view": ("view",),
    "zoom": ("zoom",),
    "show_walls": ("show_walls",),
    "strip_view": ("strip_view",),
    "bulk": ("bulk",),
    "measure": ("measure",),
    "results": ("results",),
    "snapshots": ("snapshots",),
}
"""Attribute of the document -> the events that announce a change of it."""

_WORDS = {
    "locks": "locked scales",
    "seed_locked": "seed lock",
    "auto": "automatic redraw",
    "strip_view": "view of the flow",
    "show_walls": "domain walls",
    "rival": "sampler to compare with",
}
_PLAIN = {
    "snapshots": "snapshot",
    "bulk": "view of the bulk",
    "zoom": "zoom",
    "sweep": "kind of sweep",
    "measure": "plots",
    "results": "results",
    "source": "encoding",
    "blend": "interpolation",
    "latent_edits": "latents set by hand",
}
"""Attributes whose values say little."""
_MERGED_WITHIN = {
    "temperature": 1.0,
    "speed": 1.0,
    "selected": 1.0,
    "blend": 1.0,
    "bulk": 1.0,
    "zoom": 1.0,
    "latent_edits": 1.0,
    "draw": 0.15,
}
"""Seconds within which a further change of the attribute continues the last: for the draw only
what a key that repeats does, since each single draw may be one to come back to."""


@dataclass(frozen=True)
class Change:
    """New and old values of the attributes that changed together."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    label: str = ""

    def text(self) -> str:
        """Return what changed in a few words, such as "temperature 2.269 → 2.310"."""
        if self.label:
            return self.label
        name = next(iter(self.new))
        return _describe(name, self.old[name], self.new[name])

    def is_void(self) -> bool:
        """Return whether nothing differs in the end."""
        return all(self.old[name] == value for name, value in self.new.items())

    def merged(self, later: Change) -> Change:
        """Return this change and a later one of the same attributes as one."""
        return Change(self.old, later.new, self.label)

    def continues(self, earlier: Change, seconds: float) -> bool:
        """Return whether this goes on with an earlier change that came ``seconds`` before."""
        if self.label or self.new.keys() != earlier.new.keys() or self.old != earlier.new:
            return False
        return seconds <= min(_MERGED_WITHIN.get(name, -1.0) for name in self.new)


class ChangeRecorder:
    """Turns the events of a session into changes.

    ``pending`` is emitted when there is something to ``take``. While the session plays, the draw
    is not given out: the whole run becomes one change when it ends.
    """

    pending = Signal()

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known = session.values()
        self._changed: dict[str, Any] = {}
        self._held: set[str] = set()
        self._label = ""
        self._deaf = False
        for name, events in _SOURCES.items():
            for event in events:
                session.events[event].connect(self._listener(name))
        session.events.playing.connect(self._playing_changed)

    def _listener(self, name: str) -> Any:
        def listen(_: object) -> None:
            self._note(name)

        return listen

    def _note(self, name: str) -> None:
        value = getattr(self._session, name)
        if not self._deaf and value != self._known[name]:
            self._changed.setdefault(name, self._known[name])
            if name not in self._held:
                self.pending.emit()
        self._known[name] = value

    def _playing_changed(self, playing: bool) -> None:
        if playing:
            self.hold("draw")
        else:
            self.let_go("draw")

    def hold(self, name: str) -> None:
        """Keep changes of an attribute back until :meth:`let_go`, as one."""
        self._held.add(name)

    def let_go(self, name: str) -> None:
        """Give the changes of an attribute out again."""
        self._held.discard(name)
        if name in self._changed:
            self.pending.emit()

    def call(self, label: str) -> None:
        """Name the change that is being gathered."""
        self._label = label

    def take(self) -> Change | None:
        """Return what has changed since the last time, None if nothing has."""
        names = [name for name in self._changed if name not in self._held]
        old = {name: self._changed.pop(name) for name in names}
        new = {name: self._known[name] for name in names}
        label, self._label = self._label, ""
        change = Change(old, new, label)
        return None if change.is_void() else change

    def forget(self) -> None:
        """Forget what has changed: another document is on show."""
        self._changed.clear()
        self._label = ""

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not record what is done meanwhile."""
        self._deaf = True
        try:
            yield
        finally:
            self._deaf = False


def _describe(name: str, old: Any, new: Any) -> str:
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "draw":
        return f"seed {old[0]} → {new[0]}" if old[0] != new[0] else "resampling of fine scales"
    return f"{_WORDS.get(name, name)} {_value(name, old)} → {_value(name, new)}"


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if name == "temperature":
        return f"{value:.3f}"
    if name == "speed":
        return f"{value:.0f}"
    if name == "locks":
        return ", ".join(map(str, sorted(value))) or "none"
    if name == "selected":
        return str(value + 1)
    if name == "model" and value:
        return Path(value).name.removesuffix(MODEL_SUFFIX)
    return str(value) if value else "none"
