"""What the program remembers between two runs: theme, geometry, model, temperature, folder."""

from __future__ import annotations

import math

from PySide6.QtCore import QByteArray, QSettings

from nrg_app.ui.theme import DARK, THEMES, Theme

ORGANIZATION = APPLICATION = "NRG"


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
    def tour_seen(self) -> bool:
        """Whether the tour was ever shown."""
        return self._flag("tour_seen") is True

    @tour_seen.setter
    def tour_seen(self, seen: bool) -> None:
        self._settings.setValue("tour_seen", int(seen))

    @property
    def reduced_motion(self) -> bool | None:
        """Whether nothing should move by itself, None to leave it to the desktop."""
        return self._flag("reduced_motion")

    @reduced_motion.setter
    def reduced_motion(self, reduced: bool) -> None:
        self._settings.setValue("reduced_motion", int(reduced))

    def _flag(self, key: str) -> bool | None:
        return {"0": False, "1": True}.get(str(self._settings.value(key, "")))

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

    def save(self) -> None:
        """Write to the disk now."""
        self._settings.sync()
