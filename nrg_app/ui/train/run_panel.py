"""The Training run panel: the form of a new run, or how the shown one goes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nrg_app.errors import NRGError
from nrg_app.session.document import Session
from nrg_app.session.training_curves import RunCurves
from nrg_app.session.training_messages import TrainingPoint, TrainingStatus
from nrg_app.session.training_runs import RunRecord
from nrg_app.session.training_settings import STANDARD, RunSettings
from nrg_app.ui.actions import Actions
from nrg_app.ui.buttons import ActionButton, Switch
from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.panels.base import Panel
from nrg_app.ui.panels.controls import IconButton
from nrg_app.ui.panels.numbers import DASH, fixed, thousands
from nrg_app.ui.panels.scroll_body import ScrollBody
from nrg_app.ui.section import Section
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed
from nrg_app.ui.train.form import Choice, TrainingForm
from nrg_app.ui.train.widgets import Growth, ProgressBar, SampleTiles, StopButton

_STATES = {
    "running": ("training", "accent"),
    "paused": ("paused", "warning"),
    "measuring": ("measuring", "accent"),
    "stopped": ("stopped", "text2"),
    "finished": ("finished", "ok"),
    "new": ("new", "text2"),
}


def duration(seconds: float) -> str:
    """Return a time as people say it.

    >>> duration(9 * 60 + 48), duration(42), duration(3 * 3600 + 120)
    ('9 min 48 s', '42 s', '3 h 2 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def setting_rows(settings: RunSettings) -> list[tuple[str, str]]:
    """Return the settings of a run as (name, value) pairs of marked-up text."""
    low, high = settings.temperature_range
    start = settings.start.rpartition("/")[2].removesuffix(".safetensors")
    if settings.start and start == "model":
        start = settings.start.split("/")[-2]
    by_time = settings.recipe == STANDARD
    device = "CPU" if settings.device == "cpu" else settings.device
    return [
        ("Start from", start or "new flow"),
        ("Recipe", f"{settings.minutes:g} minutes" if by_time else settings.recipe),
        ("Temperatures", f"{fixed(low, 1)} \N{HORIZONTAL ELLIPSIS} {fixed(high, 1)}"),
        ("Hidden width", str(settings.width)),
        ("Seed, device", f"{thousands(settings.seed)}, {device}"),
    ]


class _Facts(Themed):
    """Pairs of a muted name and a value."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._rows: list[tuple[MathLabel, MathLabel]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)

    def set_rows(self, rows: list[tuple[str, str]]) -> None:
        while len(self._rows) < len(rows):
            line = QHBoxLayout()
            name = MathLabel(self.theme, "", "text3")
            value = MathLabel(self.theme, "", "text2", align=Qt.AlignmentFlag.AlignRight)
            line.addWidget(name)
            line.addStretch(1)
            line.addWidget(value)
            self._column.addLayout(line)
            self._rows.append((name, value))
        for (name, value), texts in zip(self._rows, rows, strict=False):
            name.set_text(texts[0])
            value.set_text(texts[1])


class RunPanel(Panel):
    """Shows one run, or the form of a new one.

    Signals:
        run_chosen: a run was chosen from the list, "" for a new one.
        stop_confirmed: the training is to be finished now.
        duplicate_asked: a new run with the settings of the shown one is wanted.
        grow_asked: a new run that continues the shown one is wanted.
        delete_asked: the shown run is to be deleted.
    """

    run_chosen = Signal(str)
    stop_confirmed = Signal()
    duplicate_asked = Signal()
    grow_asked = Signal()
    delete_asked = Signal()

    def __init__(
        self, session: Session, actions: Actions, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(session, theme, "Training run", parent)
        self.new = IconButton(theme, "plus", "New training")
        self.duplicate = IconButton(theme, "content-copy", "Duplicate these settings")
        self.grow = IconButton(theme, "arrow-expand-all", "Continue or grow this model")
        self.delete = IconButton(theme, "trash-can-outline", "Delete this run")
        self.delete.clicked.connect(self.delete_asked)
        self.new.clicked.connect(lambda: self.run_chosen.emit(""))
        self.duplicate.clicked.connect(self.duplicate_asked)
        self.grow.clicked.connect(self.grow_asked)
        for tool in (self.delete, self.grow, self.duplicate, self.new):
            self.header.add_tool(tool)
        self.body_ = ScrollBody(theme)
        self.chooser = Choice(theme, "Run")
        self.chooser.activated.connect(lambda _: self.run_chosen.emit(self.chooser.current()))
        self.form = TrainingForm(theme)
        self.play = ActionButton(theme, actions["train"], "primary", height=32)
        self.play.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.stop = StopButton(theme)
        self.stop.confirmed.connect(self.stop_confirmed)
        self.adopt = ActionButton(theme, actions["adopt"], height=28, px=12)
        self.adopt.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow = Switch(theme, actions["follow"])
        self._build(theme)
        self.set_body(self.body_)

    def _build(self, theme: Theme) -> None:
        column = self.body_.column
        column.addWidget(self.chooser)
        column.addSpacing(8)
        self.progress = self._make_progress(theme)
        column.addWidget(self.progress)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.play, 1)
        buttons.addWidget(self.stop)
        self._new_parts = self._make_new(theme)
        column.addWidget(self._new_parts)
        column.addLayout(buttons)
        self._run_parts = self._make_run(theme)
        column.addWidget(self._run_parts)
        column.addStretch(1)

    def _make_progress(self, theme: Theme) -> Themed:
        part = Themed(theme)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 10)
        column.setSpacing(5)
        head = QHBoxLayout()
        self.steps = MathLabel(theme, "0", px=22, weight=500)
        self._unit = MathLabel(theme, "steps", "text2")
        self.state = MathLabel(theme, role="text2", align=Qt.AlignmentFlag.AlignRight)
        self.percent = MathLabel(
            theme, role="accent", px=13, weight=600, align=Qt.AlignmentFlag.AlignRight
        )
        head.addWidget(self.steps)
        head.addSpacing(6)
        head.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignBottom)
        head.addSpacing(6)
        head.addWidget(self.percent, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(head)
        self.bar = ProgressBar(theme)
        column.addWidget(self.bar)
        facts = QHBoxLayout()
        self.times: dict[str, MathLabel] = {}
        for key, label in (("elapsed", "Elapsed"), ("left", "Remaining"), ("speed", "Speed")):
            cell = QVBoxLayout()
            cell.setSpacing(0)
            cell.addWidget(MathLabel(theme, label, "text2", px=CAPTION))
            self.times[key] = MathLabel(theme, DASH, weight=600)
            cell.addWidget(self.times[key])
            facts.addLayout(cell, 1)
        column.addLayout(facts)
        return part

    def _make_new(self, theme: Theme) -> Themed:
        part = Themed(theme)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 12)
        section = Section(theme, "Settings")
        section.body.addWidget(self.form)
        column.addWidget(section)
        return part

    def _make_run(self, theme: Theme) -> Themed:
        part = Themed(theme)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        use = QHBoxLayout()
        use.setSpacing(8)
        use.addWidget(self.adopt, 1)
        self._follow_label = MathLabel(theme, "Follow", "text2")
        use.addWidget(self._follow_label)
        use.addWidget(self.follow)
        column.addLayout(use)
        growth = Section(theme, "Growth")
        self.growth = Growth(theme)
        growth.body.addWidget(self.growth)
        settings = Section(theme, "Settings")
        settings.head.addWidget(MathLabel(theme, "locked", "text3", px=CAPTION))
        self.facts = _Facts(theme)
        settings.body.addWidget(self.facts)
        samples = Section(theme, "Samples now")
        note = MathLabel(theme, "fixed noise, $T$ = $T$_{c}", "text3", px=CAPTION)
        samples.head.addWidget(note)
        self.samples = SampleTiles(theme)
        samples.body.addWidget(self.samples)
        for section in (growth, settings, samples):
            column.addWidget(section)
        return part

    # -- content --------------------------------------------------------------------------

    def set_runs(self, runs: list[RunRecord], shown: str, active: str) -> None:
        """List the runs."""
        texts = [("", "New training")]
        for run in runs:
            state = "training" if run.name == active else _STATES[run.status][0]
            if run.status in ("new", "running") and run.name != active:
                state = "interrupted"
            texts.append((run.name, f"{run.name}, {state}"))
        self.chooser.set_choices(texts)
        self.chooser.set_current(shown)

    def set_run(
        self,
        record: RunRecord | None,
        status: TrainingStatus,
        curves: RunCurves,
        *,
        model: bool,
        waiting: bool,
    ) -> None:
        """Show a run in a state, or the form.

        ``model`` tells whether there is a model to grow, ``waiting`` whether the worker has yet
        to do what it was told.
        """
        new = record is None
        self.progress.setVisible(not new)
        self._new_parts.setVisible(new)
        self._run_parts.setVisible(not new)
        self.new.setEnabled(not new)
        self.duplicate.setEnabled(not new)
        self.grow.setEnabled(not new and model)
        if record is None:
            self.set_subtitle("new")
            return
        self.set_subtitle(record.name)
        text, role = _STATES[status]
        self.state.set_text("one moment" if waiting else text)
        self.state.set_role(role)
        self.facts.set_rows(setting_rows(record.settings))
        self._show_growth(record, status)
        self.show_point(record, curves.last)
        self.samples.set_spins(None if curves.samples is None else curves.samples.spins)

    def show_point(self, record: RunRecord, point: TrainingPoint | None) -> None:
        """Show the figures of the newest point, or those that the record remembers."""
        self.steps.set_text(thousands(record.steps))
        self.percent.set_text(f"{100 * record.fraction:.0f} %")
        self.bar.set_fraction(record.fraction)
        self.times["elapsed"].set_text(duration(record.seconds))
        known = point is not None and record.fraction < 1.0
        self.times["left"].set_text(duration(point.remaining) if known and point else DASH)
        speed = DASH if point is None else f"{fixed(point.steps_per_second, 1)} / s"
        self.times["speed"].set_text(speed)

    def _show_growth(self, record: RunRecord, status: TrainingStatus) -> None:
        try:
            stages = record.settings.make_recipe().stages
        except NRGError:
            stages = []
        sizes = tuple(dict.fromkeys(stage.size for stage in stages))
        present = record.size if record.size in sizes else None
        self.growth.set_stages(sizes, present, finished=status == "finished")
