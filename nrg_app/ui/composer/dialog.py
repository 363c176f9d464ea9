"""The Compose figure dialog: panels on a grid, a live preview, templates, and export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QWidget

from nrg_app.figures.template import Template
from nrg_app.session.figure_panels import FigureSource
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.composer.arrangement import BLANK, Arrangement
from nrg_app.ui.composer.board import Board
from nrg_app.ui.composer.panel_list import PanelList
from nrg_app.ui.composer.templates import TemplateBar
from nrg_app.ui.export_dialog import FORMATS, RESOLUTIONS
from nrg_app.ui.export_job import ExportJob, Order
from nrg_app.ui.export_preview import PREVIEW_DPI, ExportPreview
from nrg_app.ui.figure_orders import TemplateOrder
from nrg_app.ui.file_line import REPLACES, FileLine, default_folder
from nrg_app.ui.fonts import CAPTION, TITLE
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.number_field import whole_field
from nrg_app.ui.page_form import PageForm
from nrg_app.ui.panels.controls import IconButton, Segmented, TextButton
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import retheme
from nrg_app.ui.turns import in_turns

_OF_PIXELS = ("png", "tiff")
_POLISHED = 32  # widgets of about 0.1 ms each
_START = "flow"
_PREVIEW = QSize(470, 330)
_EMPTY = "Add panels from the list on the left, or choose a template."
_TOO_MANY = "There are too many rows; make panels smaller or use more columns."
_NOTE = "What was run lies beside the figure in a .json file."
Get = Callable[[], FigureSource]


class ComposeDialog(QDialog):
    """Non-modal. ``ordered`` carries the order of the figure.

    It is made and shown in small pieces: ``is_made`` tells whether all of it is there.

    Args:
        theme: of the window.
        source: returns what the window has on show.
        color_map: of the fields.
        job: draws what is ordered.
        parent: the window.
    """

    ordered = Signal(object)

    def __init__(
        self, theme: Theme, source: Get, color_map: str, job: ExportJob,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.theme, self.is_made = theme, False
        self._get, self._color_map, self._job = source, color_map, job
        self._source = FigureSource()
        self._exporting: Path | None = None
        self.arrangement = Arrangement()
        self.setWindowTitle("Compose figure")
        self.setModal(False)
        in_turns(self, self._make(), self._open)

    def _make(self) -> Iterator[None]:
        """Make everything, a few milliseconds at a time."""
        theme = self.theme
        self.panels, self.board = PanelList(theme), Board(theme)
        self.preview = ExportPreview(theme, self, size=_PREVIEW)
        yield
        self.page = PageForm(theme, self)
        yield
        self.templates = TemplateBar(theme)
        yield
        self._make_controls(theme)
        yield
        self._arrange(theme)
        yield
        self._connect()
        self.is_made = True
        self.take_source()
        self.file.set_path(default_folder() / "nrg-figure.pdf")
        self.templates.show_name(_START)
        yield
        if theme is not self.theme:
            self.set_theme(self.theme)
        # Else Qt would do it for all at once, with the first sight of the dialog.
        for number, child in enumerate(self.findChildren(QWidget)):
            child.ensurePolished()
            if number % _POLISHED == 0:
                yield

    def _open(self) -> None:
        self._show_all()
        self.show()

    def _make_controls(self, theme: Theme) -> None:
        self.add = TextButton(theme, "Add", "plus")
        self.add.setAccessibleName("Add the chosen panel")
        self.blank = TextButton(theme, "Add free place")
        self.update_source = IconButton(theme, "refresh", "Take what the window shows now")
        self.columns = whole_field(theme, "Columns of the grid", (1, 6), 2)
        self.columns.setFixedWidth(72)
        self.rows = MathLabel(theme, role="text2")
        buttons = (
            ("arrow-left", "Move earlier (Alt+Left)", lambda: self.board.move_selected(-1)),
            ("arrow-right", "Move later (Alt+Right)", lambda: self.board.move_selected(1)),
            ("arrow-expand-horizontal", "Wider", lambda: self.board.resize_selected(1, 0)),
            ("arrow-collapse-horizontal", "Narrower", lambda: self.board.resize_selected(-1, 0)),
            ("arrow-expand-vertical", "Taller", lambda: self.board.resize_selected(0, 1)),
            ("arrow-collapse-vertical", "Lower", lambda: self.board.resize_selected(0, -1)),
            ("trash-can-outline", "Remove (Delete)", self.board.delete_selected),
        )
        self.tools = [IconButton(theme, icon, words) for icon, words, _ in buttons]
        for tool, (_, _, do) in zip(self.tools, buttons, strict=True):
            tool.clicked.connect(lambda _=False, do=do: do())
        self.formats = Segmented(theme, FORMATS, "Format", self)
        self.formats.set_current("pdf")
        self.resolutions = Segmented(theme, RESOLUTIONS, "Dots per inch", self)
        self.resolutions.set_current("600")
        self.resolutions.setEnabled(False)
        self.file = FileLine(theme, "Export figure", FORMATS, self)
        self.note = MathLabel(theme, role="text3", px=CAPTION)
        self.export_action = QAction("Export", self)
        self.export_button = ActionButton(theme, self.export_action, "primary", height=32)
        self.close_action = QAction("Close", self)
        self.close_button = ActionButton(theme, self.close_action, height=32)

    def _connect(self) -> None:
        self.panels.activated.connect(self.add_panel)
        self.add.clicked.connect(lambda: self.add_panel(self.panels.current()))
        self.blank.clicked.connect(lambda: self._change(self.arrangement.added(BLANK)))
        self.update_source.clicked.connect(self.take_source)
        self.columns.edited.connect(
            lambda _: self._change(self.arrangement.with_columns(int(self.columns.value())))
        )
        self.board.changed.connect(self._change)
        self.board.chosen.connect(lambda _: self._show_tools())
        self.page.changed.connect(self._show_all)
        self.templates.loaded.connect(self._take_template)
        self.templates.wanted.connect(self._save_template)
        self.templates.spoke.connect(self._say)
        self.formats.changed.connect(self._format_changed)
        self.file.changed.connect(self._judge)
        self.export_action.triggered.connect(self._export_or_stop)
        self.close_action.triggered.connect(self.reject)
        self._job.progressed.connect(self._progressed)
        self._job.finished.connect(self._finished)
        self.finished.connect(self._end)

    def _arrange(self, theme: Theme) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 16, 20, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(2, 1)
        head = _row(MathLabel(theme, "Compose figure", px=TITLE, weight=600), None)
        head.addWidget(self.update_source)
        grid.addLayout(head, 0, 0, 1, 3)
        grid.addWidget(MathLabel(theme, "Panels", "text2"), 1, 0)
        grid.addWidget(self.panels, 2, 0)
        grid.addLayout(_row(self.add, self.blank, None), 3, 0)
        self.panels.setFixedWidth(236)
        columns = MathLabel(theme, "Columns", "text2")
        grid.addLayout(_row(columns, self.columns, self.rows, None), 1, 1)
        grid.addWidget(self.board, 2, 1)
        grid.addLayout(_row(*self.tools, None), 3, 1)
        grid.addWidget(MathLabel(theme, "Preview", "text2"), 1, 2)
        grid.addWidget(self.preview, 2, 2)
        lower = QGridLayout()
        lower.setHorizontalSpacing(16)
        lower.setVerticalSpacing(10)
        lower.setColumnStretch(3, 1)
        lower.setColumnMinimumWidth(2, 104)
        lower.addWidget(self.page, 0, 0, 4, 2, Qt.AlignmentFlag.AlignTop)
        for row, (name, widget) in enumerate(
            (
                ("Template", self.templates),
                ("Format", self.formats),
                ("Dots per inch", self.resolutions),
                ("File", self.file),
            )
        ):
            lower.addWidget(MathLabel(theme, name, "text2"), row, 2)
            stretched = widget in (self.templates, self.file)
            flags = Qt.AlignmentFlag(0) if stretched else Qt.AlignmentFlag.AlignLeft
            lower.addWidget(widget, row, 3, flags)
        grid.addLayout(lower, 4, 0, 1, 3)
        bottom = _row(self.note, None)
        bottom.addWidget(self.close_button)
        bottom.addWidget(self.export_button)
        grid.addLayout(bottom, 5, 0, 1, 3)

    # -- what the window shows ------------------------------------------------------------

    def take_source(self) -> None:
        """Take what the window shows now."""
        if not self.is_made:
            return
        self._source = self._get()
        self.panels.set_panels(self._source.available())
        self._show_all()

    def _missing(self) -> frozenset[str]:
        known = {panel.key for panel in self._source.available()}
        return frozenset(self.arrangement.panels) - known

    # -- the figure -----------------------------------------------------------------------

    def add_panel(self, panel: str) -> None:
        """Put a panel behind the chosen one, or at the end."""
        if panel:
            at = self.board.selected + 1 if self.board.selected >= 0 else None
            self._change(self.arrangement.added(panel, at))
            self.board.select(len(self.arrangement.items) - 1 if at is None else at)

    def template(self) -> Template | None:
        """Return the figure as a template, None while it cannot be one."""
        if not self.arrangement.fits():
            return None
        page = self.page
        return Template(
            title=self.templates.name.text().strip()[:200],
            width_mm=page.page_width(),
            height_mm=page.page_height(),
            letters=page.with_letters(),
            look=page.look(),
            cells=self.arrangement.cells(),
        )

    def _take_template(self, template: Template) -> None:
        self.page.set_page(
            template.width_mm, template.height_mm, template.look, letters=template.letters
        )
        self.columns.set_value(max(cell.column + cell.columns for cell in template.cells))
        self._change(Arrangement.of(template))
        self.board.select(-1)

    def _change(self, arrangement: Arrangement) -> None:
        self.arrangement = arrangement
        self._show_all()

    def _show_all(self) -> None:
        letters = self.page.with_letters()
        self.board.show_arrangement(self.arrangement, self._missing(), letters=letters)
        count = self.arrangement.rows
        self.rows.set_text(f"{count} row" + ("" if count == 1 else "s"))
        self._show_tools()
        self._show_preview()
        self._judge()

    def _show_tools(self) -> None:
        chosen = self.board.selected >= 0
        for tool in self.tools:
            tool.setEnabled(chosen)
        self.add.setEnabled(bool(self.panels.keys()))

    def _show_preview(self) -> None:
        template = self.template()
        if template is None:
            self.preview.show_words(_TOO_MANY if self.arrangement.panels else _EMPTY)
        else:
            self.preview.show_figure(partial(self._order, template, PREVIEW_DPI))

    def _order(self, template: Template, dpi: int, path: Path) -> Order:
        return TemplateOrder(self._source, template, path, self._color_map, dpi)

    def _save_template(self, name: str) -> None:
        template = self.template()
        if template is None:
            self._say(_TOO_MANY if self.arrangement.panels else _EMPTY, True)
        else:
            self.templates.keep(name, template)

    # -- export ---------------------------------------------------------------------------

    def _format_changed(self, suffix: str) -> None:
        self.file.set_suffix(suffix)
        self.resolutions.setEnabled(suffix in _OF_PIXELS)

    def _judge(self) -> None:
        """Say what stands in the way of an export, or what would become of the file."""
        if self._exporting is not None:
            return
        problem, replaces = self.file.problem(), self.file.replaces()
        if self.template() is None:
            problem = _TOO_MANY if self.arrangement.panels else _EMPTY
        self.export_action.setEnabled(not problem)
        fate = REPLACES if replaces else _NOTE
        self._say(problem or fate, bool(problem or replaces))

    def _say(self, words: str, warning: bool) -> None:
        self.note.set_role("warning" if warning else "text3")
        self.note.set_text(words)

    def _export_or_stop(self) -> None:
        if self._exporting is not None:
            self._job.cancel()
            return
        template, path = self.template(), self.file.path()
        if template is None:
            self._judge()
            return
        if self._job.is_running():
            self._say("Another file is being exported; wait for it to finish.", True)
            return
        self._exporting = path
        self.export_action.setText("Stop")
        self._say(f"Exporting {path.name}\N{HORIZONTAL ELLIPSIS}", False)
        self.ordered.emit(self._order(template, int(self.resolutions.current()), path))

    def _progressed(self, path: Path, share: float) -> None:
        if path == self._exporting:
            self._say(f"Exporting {path.name}, {int(100 * share)} %", False)

    def _finished(self, path: Path, problem: str) -> None:
        if path == self._exporting:
            self._exporting = None
            self.export_action.setText("Export")
            self._judge()
            self._say(problem or f"Saved {path}.", bool(problem))

    def _end(self) -> None:
        self.preview.close_job()
        self.templates.close_files()

    # -- Qt -------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            retheme(child, theme)

    def changeEvent(self, event: QEvent) -> None:
        """Take what the window shows when somebody comes back to the dialog."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.take_source()


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Return a row of widgets; None is what stretches."""
    line = QHBoxLayout()
    line.setSpacing(8)
    for part in parts:
        if part is None:
            line.addStretch(1)
        else:
            line.addWidget(part)
    return line
