"""What the program remembers between two runs: looks, layout, model, temperature, files."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication

from nrg_app.session.layout import Arrangement, Layout, arrangement_text, read_arrangement
from nrg_app.ui.color_maps import COLOR_MAPS, DEFAULT, with_color_map
from nrg_app.ui.theme import Theme

ORGANIZATION = APPLICATION = "NRG"
APPEARANCES = ("dark", "light", "system")
FONT_SIZES = (90, 100, 110, 120, 130)
_PANELS = "panels"
RECENT = 8  # session files that are remembered


class Preferences:
    """Typed access to a QSettings; damaged entries read as absent."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self._settings = settings if settings is not None else QSettings(ORGANIZATION, APPLICATION)

    @property
    def appearance(self) -> str:
        """The choice of theme: "dark", "light" or "system"; dark at first."""
        return self._choice("theme", APPEARANCES, "dark")

    @appearance.setter
    def appearance(self, name: str) -> None:
        self._settings.setValue("theme", name)

    @property
    def theme(self) -> Theme:
        """The theme that follows from ``appearance`` and ``color_map``."""
        name = self.appearance
        if name == "system":
            light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
            name = "light" if light else "dark"
        return with_color_map(name, self.color_map)

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self.appearance = theme.name

    @property
    def color_map(self) -> str:
        """The key of the fields' colour map."""
        return self._choice("color_map", [key for key, _ in COLOR_MAPS], DEFAULT)

    @color_map.setter
    def color_map(self, name: str) -> None:
        self._settings.setValue("color_map", name)

    @property
    def font_size(self) -> int:
        """The size of letters in percent of the design's."""
        return int(self._choice("font_size", [str(size) for size in FONT_SIZES], "100"))

    @font_size.setter
    def font_size(self, percent: int) -> None:
        self._settings.setValue("font_size", str(percent))

    @property
    def layout(self) -> Layout:
        """What the workspaces show of their panels."""
        maximised, tab = (str(self._settings.value(name, "")) for name in ("maximised", "tab"))
        self._settings.beginGroup(_PANELS)
        names = self._settings.childKeys()
        self._settings.endGroup()
        return Layout(maximised, tab, {name: self._arrangement(name) for name in names})

    @layout.setter
    def layout(self, layout: Layout) -> None:
        self._settings.setValue("maximised", layout.maximised)
        self._settings.setValue("tab", layout.tab)
        for name, places in layout.panels.items():
            self._settings.setValue(f"{_PANELS}/{name}", arrangement_text(places))

    def _arrangement(self, name: str) -> Arrangement:
        try:
            return read_arrangement(str(self._settings.value(f"{_PANELS}/{name}", "")))
        except ValueError:
            return ()

    def _choice(self, key: str, choices: Sequence[str], default: str) -> str:
        value = str(self._settings.value(key, default))
        return value if value in choices else default

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
    def workspace(self) -> str:
        """The last workspace, "" at first."""
        return str(self._settings.value("workspace", ""))

    @workspace.setter
    def workspace(self, workspace: str) -> None:
        self._settings.setValue("workspace", workspace)

    @property
    def run(self) -> str:
        """The training run shown last, "" for none."""
        return str(self._settings.value("run", ""))

    @run.setter
    def run(self, run: str) -> None:
        self._settings.setValue("run", run)

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
        except (ValueError, RecursionError):
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
