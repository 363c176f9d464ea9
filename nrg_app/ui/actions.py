"""The one table of actions: buttons, shortcuts and the shortcuts sheet are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QWidget


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: ``keys`` are portable Qt key sequences, ``icon`` a Material Design name."""

    name: str
    text: str
    group: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    checkable: bool = False
    repeats: bool = False


TABLE: tuple[ActionSpec, ...] = (
    ActionSpec("play", "Play", "Run", "play", ("Space",), checkable=True),
    ActionSpec("step", "Next draw", "Run", "skip-next", (".",), repeats=True),
    ActionSpec("reseed", "New random seed", "Run", "dice-5-outline", ("R",)),
    ActionSpec("resample_fine", "Resample fine scales", "Run", keys=("Shift+R",), repeats=True),
    ActionSpec("restart", "Back to the first seed", "Run", "restart"),
    ActionSpec("lock", "Lock the seed", "Run", "lock-open-variant-outline", checkable=True),
    ActionSpec("auto", "Redraw when T changes", "Run", checkable=True),
    ActionSpec("freeze", "Freeze or free scales", "Run", "snowflake", ("F",)),
    ActionSpec("cooler", "T down by 0.01", "Temperature", keys=("Left",), repeats=True),
    ActionSpec("warmer", "T up by 0.01", "Temperature", keys=("Right",), repeats=True),
    ActionSpec("cooler_fine", "T down by 0.001", "Temperature", keys=("Shift+Left",), repeats=True),
    ActionSpec("warmer_fine", "T up by 0.001", "Temperature", keys=("Shift+Right",), repeats=True),
    ActionSpec("critical", "Go to the critical temperature", "Temperature", keys=("C",)),
    ActionSpec("sweep", "Sweep", "Temperature", "chart-bell-curve-cumulative", checkable=True),
    ActionSpec("slow_motion", "Slow motion", "Picture", "school-outline", ("M",), checkable=True),
    ActionSpec("view", "Next view of the sample", "Picture", keys=("V",)),
    ActionSpec("whole", "Whole lattice again", "Picture", keys=("0",)),
    ActionSpec("walls", "Domain walls", "Picture", "vector-polyline", ("W",)),
    ActionSpec("blend", "Interpolate to the next sample", "Picture", keys=("I",), repeats=True),
    ActionSpec("end_blend", "End the interpolation", "Picture", keys=("Shift+I",)),
    ActionSpec("snapshot", "Snapshot", "Picture", "camera-outline", ("S",)),
    ActionSpec("new", "New session", "File", "file-outline", ("Ctrl+N",)),
    ActionSpec("open", "Open session or model", "File", "folder-open-outline", ("Ctrl+O",)),
    ActionSpec("save", "Save session", "File", "content-save-outline", ("Ctrl+S",)),
    ActionSpec("save_as", "Save session as", "File", keys=("Ctrl+Shift+S",)),
    ActionSpec("export", "Export figure", "File", "export-variant", ("Ctrl+E",)),
    ActionSpec("export_data", "Export data", "File", "table-arrow-down", ("Ctrl+Shift+D",)),
    ActionSpec("compose", "Compose figure", "File", "view-dashboard-outline", ("Ctrl+Alt+C",)),
    ActionSpec("record", "Record movie", "File", "movie-open-outline", ("Ctrl+Shift+R",)),
    ActionSpec("open_model", "Open model file", "File", "folder-open-outline"),
    ActionSpec("encode", "Encode picture or samples", "File", "image-plus", ("Ctrl+Shift+E",)),
    ActionSpec("paste", "Encode picture from the clipboard", "File", keys=("Ctrl+V",)),
    ActionSpec("encode_wolff", "Encode a Wolff sample", "File", keys=("Shift+W",)),
    ActionSpec("model_details", "Model details", "File", "information-outline", ("Ctrl+I",)),
    ActionSpec("quit", "Quit", "File", keys=("Ctrl+Q",)),
    ActionSpec("undo", "Undo", "Edit", "undo", ("Ctrl+Z",), repeats=True),
    ActionSpec("redo", "Redo", "Edit", "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), repeats=True),
    ActionSpec("train", "Start training", "Training", "play", ("Ctrl+T",)),
    ActionSpec("adopt", "Use in Explore", "Training", "view-grid-outline"),
    ActionSpec("follow", "Explore follows the training", "Training", checkable=True),
    ActionSpec("measure", "Start measurement", "Measurement", "play", ("Ctrl+M",)),
    ActionSpec("measure_clear", "Clear the measurement", "Measurement", "restart"),
    ActionSpec("panel_next", "Next panel", "View", keys=("F6",)),
    ActionSpec("panel_previous", "Previous panel", "View", keys=("Shift+F6",)),
    ActionSpec("panel_maximise", "Maximise panel or put it back", "View", keys=("Ctrl+Shift+M",)),
    ActionSpec("panel_float", "Float panel or dock it", "View", keys=("Ctrl+Shift+F",)),
    ActionSpec("panel_hide", "Hide panel", "View", keys=("Ctrl+Shift+H",)),
    ActionSpec("panel_export", "Export panel", "View", "export-variant", ("Ctrl+Alt+E",)),
    ActionSpec("panels_all", "Show all panels", "View"),
    ActionSpec("panel_left", "Move panel to the left", "View", keys=("Ctrl+Shift+Left",)),
    ActionSpec("panel_right", "Move panel to the right", "View", keys=("Ctrl+Shift+Right",)),
    ActionSpec("panel_top", "Move panel to the top", "View", keys=("Ctrl+Shift+Up",)),
    ActionSpec("panel_bottom", "Move panel to the bottom", "View", keys=("Ctrl+Shift+Down",)),
    ActionSpec("reset_layout", "Reset layout", "View", keys=("Ctrl+0",)),
    ActionSpec(
        "workspace_explore", "Explore", "Window", "view-grid-outline", ("Ctrl+1",), checkable=True
    ),
    ActionSpec(
        "workspace_train", "Train", "Window", "chart-line-variant", ("Ctrl+2",), checkable=True
    ),
    ActionSpec(
        "workspace_holography",
        "Holography",
        "Window",
        "hexagon-multiple-outline",
        ("Ctrl+3",),
        checkable=True,
    ),
    ActionSpec(
        "workspace_measure", "Measure", "Window", "ruler-square", ("Ctrl+4",), checkable=True
    ),
    ActionSpec("theme", "Dark or light theme", "Window", "weather-night", ("Ctrl+D",)),
    ActionSpec("find", "Find action", "Window", "magnify", ("Ctrl+K", "Ctrl+Shift+P")),
    ActionSpec("full_screen", "Full screen", "Window", "fullscreen", ("F11",), checkable=True),
    ActionSpec("reduced_motion", "Reduced motion", "Window", checkable=True),
    ActionSpec("tour", "Tour", "Window", "sign-direction", ("Shift+F1",)),
    ActionSpec("shortcuts", "Keyboard shortcuts", "Window", "help-circle-outline", ("F1",)),
    ActionSpec("log", "Log", "Window", "text-box-outline"),
    ActionSpec("about", "About NRG", "Window", "information-outline"),
    ActionSpec("settings", "Settings", "Window", "cog-outline", ("Ctrl+,",)),
    ActionSpec("menu", "Menu", "Window", "menu", ("F10",)),
)


class Actions:
    """The table as QActions of one window, by name."""

    def __init__(self, window: QWidget) -> None:
        self._actions = {spec.name: self._make(spec, window) for spec in TABLE}

    def __getitem__(self, name: str) -> QAction:
        """Return an action; ``KeyError`` for an unknown name."""
        return self._actions[name]

    @staticmethod
    def _make(spec: ActionSpec, window: QWidget) -> QAction:
        action = QAction(spec.text, window)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        action.setAutoRepeat(spec.repeats)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setProperty("icon_name", spec.icon)
        action.setToolTip(tool_tip(spec.text, action))
        # First of all that is connected: a key takes the focus from no field.
        action.triggered.connect(_commit_typed)
        window.addAction(action)
        return action


def _commit_typed() -> None:
    """Let the number field with the focus take what is typed in it, as leaving it would."""
    field = QApplication.focusWidget()
    while field is not None and not isinstance(field, QAbstractSpinBox):
        field = field.parentWidget()
    if field is not None:
        field.interpretText()


def keys_text(keys: tuple[str, ...]) -> str:
    """Return key sequences as the user's system writes them, with arrows as arrows."""
    style = QKeySequence.SequenceFormat.NativeText
    arrows = {
        "Left": "\N{LEFTWARDS ARROW}",
        "Right": "\N{RIGHTWARDS ARROW}",
        "Up": "\N{UPWARDS ARROW}",
        "Down": "\N{DOWNWARDS ARROW}",
    }
    texts = [QKeySequence(key).toString(style) for key in keys]
    for word, arrow in arrows.items():
        texts = [text.replace(word, arrow) for text in texts]
    return ", ".join(texts)


def tool_tip(text: str, action: QAction) -> str:
    """Return a tool tip that names the action's shortcut."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({keys})" if keys else text


def set_icon(action: QAction, icon: str) -> None:
    """Give an action another icon, by its Material Design name, and tell its buttons."""
    action.setProperty("icon_name", icon)
    action.changed.emit()
