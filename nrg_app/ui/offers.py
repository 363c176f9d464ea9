"""What the command palette offers: the table of actions, and settings of the session by value."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from nrg_app.session.document import MAX_SEED
from nrg_app.session.messages import MODEL_SAMPLERS
from nrg_app.ui.actions import TABLE, keys_text
from nrg_app.ui.finder import Entry
from nrg_app.ui.model_section import SAMPLERS
from nrg_app.ui.temperature import ALLOWED

if TYPE_CHECKING:
    from nrg_app.ui.main_window import MainWindow

_HIDDEN = ("find", "menu")
_NUMBER = re.compile(r"\s*(?P<name>t|temperature|seed)?\s*=?\s*(?P<number>\d+(\.\d*)?|\.\d+)\s*")


def offers(window: MainWindow, query: str) -> list[Entry]:
    """Return everything that can be run now; a number in the query becomes a value."""
    return [
        *_numbers(window, query),
        *_actions(window),
        *window.panel_commands.entries(),
        *_models(window),
        *_scales(window),
        *_samplers(window),
        *_recent(window),
    ]


def _actions(window: MainWindow) -> list[Entry]:
    entries = []
    for spec in TABLE:
        action = window.actions_[spec.name]
        if spec.name not in _HIDDEN and action.isEnabled():
            entries.append(Entry(action.text(), spec.group, keys_text(spec.keys), action.trigger))
    return entries


def _numbers(window: MainWindow, query: str) -> list[Entry]:
    match = _NUMBER.fullmatch(query.lower())
    if match is None:
        return []
    session, number = window.session, match["number"]
    entries = []
    value = float(number)
    if match["name"] != "seed" and ALLOWED[0] <= value <= ALLOWED[1]:
        entries.append(_setter(session, "temperature", value, f"$T$ = {number}", "Temperature"))
    if match["name"] in ("seed", None) and number.isdigit() and int(number) <= MAX_SEED:
        # The plain digits are what was typed, so that they are found again.
        entries.append(_setter(session, "seed", int(number), f"Seed = {number}", "Run"))
    return entries


def _models(window: MainWindow) -> list[Entry]:
    def chooser(model: str) -> Callable[[], object]:
        return lambda: window.models.choose(model)

    return [
        Entry(f"Model {entry.name}", "Model", "", chooser(entry.model))
        for entry in window.models.entries
        if entry.model != window.session.model
    ]


def _scales(window: MainWindow) -> list[Entry]:
    if window.models.entry is None:
        return []
    session = window.session
    scales = [2**k for k in range(window.models.entry.size.bit_length() - 1)]
    ell = "\N{SCRIPT SMALL L}"
    entries = [
        _setter(
            session,
            "frozen_scale",
            scale,
            f"Freeze scales ${ell}$ \N{LESS-THAN OR EQUAL TO} {scale}",
            "Scales",
        )
        for scale in scales
        if scale != session.frozen_scale
    ]
    if session.frozen_scale:
        entries.append(_setter(session, "frozen_scale", 0, "Freeze no scale", "Scales"))
    return entries


def _samplers(window: MainWindow) -> list[Entry]:
    session = window.session
    return [
        _setter(session, "sampler", key, f"Sampler {name}", "Sampler")
        for key, name, _ in SAMPLERS
        if key != session.sampler and (key not in MODEL_SAMPLERS or window.models.entry is not None)
    ]


def _recent(window: MainWindow) -> list[Entry]:
    def opener(path: Path) -> Callable[[], object]:
        return lambda: window.documents.open_file(path)

    return [
        Entry(f"Open {path.name}", "Recent", "", opener(path))
        for path in window.preferences.recent
        if path != window.documents.path
    ]


def _setter(session: object, name: str, value: object, text: str, section: str) -> Entry:
    return Entry(text, section, "", lambda: setattr(session, name, value))
