"""What the program remembers between two runs: theme, geometry, model, temperature, folder."""

from __future__ import annotations

import json
import math
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from nrg_app.ui.theme import DARK, THEMES, Theme

ORGANIZATION = APPLICATION = "NRG"
RECENT = 8  # session files that are remembered


class Preferences:
    """Typed access to a QSettings; damaged entries read as absent."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self._settings = settings if settings is not None else QSettings(ORGANIZATION, APPLICATION)

    @property
    def theme(self) -> Theme:
        """The theme, dark at first."""
        return THEMES.get(str(self._settings.value("theme", "")), DARK)

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._settings.setValue("theme", theme.name)

    @property
    def geometry(self) -> QByteArray | None:
        """The window's place as ``saveGeometry`` returns it."""
        value = self._settings.value("geometry")
        return value if isinstance(value, QByteArray) else None

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._settings.setValue("geometry", geometry)

    @property
    def model(self) -> str:
        """The last model, "" for none."""
        value = self._settings.value("model", "")
        return value if isinstance(value, str) else ""

    @model.setter
    def model(self, model: str) -> None:
        self._settings.setValue("model", model)

    @property
    def temperature(self) -> float | None:
        """The last temperature in J/k_B."""
        try:
            value = float(str(self._settings.value("temperature", "")))
        except ValueError:
            return None
        return value if math.isfinite(value) and value > 0 else None

    @temperature.setter
    def temperature(self, temperature: float) -> None:
        self._settings.setValue("temperature", repr(temperature))

    @property
    def recent(self) -> list[Path]:
        """The session files opened or saved last, newest first."""
        value = self._settings.value("recent", "[]")
        try:
            paths = json.loads(value if isinstance(value, str) else "[]")
        except ValueError:
            return []
        if not isinstance(paths, list):
            return []
        return [Path(path) for path in paths if isinstance(path, str)][:RECENT]

    def add_recent(self, path: Path) -> None:
        """Put a file first among the recent ones."""
        path = path.absolute()
        self._set_recent([path, *(other for other in self.recent if other != path)])

    def forget_recent(self, path: Path) -> None:
        """Take a file off the recent ones."""
        self._set_recent([other for other in self.recent if other != path.absolute()])

    def _set_recent(self, paths: list[Path]) -> None:
        self._settings.setValue("recent", json.dumps([str(path) for path in paths[:RECENT]]))

    def save(self) -> None:
        """Write to the disk now."""
        self._settings.sync()
