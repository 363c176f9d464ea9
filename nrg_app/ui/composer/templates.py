"""The templates in the composer: a list, a name to save under, and a button to delete one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from nrg_app.errors import NRGError
from nrg_app.figures.template import Template
from nrg_app.figures.template_files import (
    check_name,
    delete_template,
    load_template,
    own_names,
    save_template,
    template_names,
)
from nrg_app.ui.file_work import FileWork
from nrg_app.ui.model_section import ComboBox
from nrg_app.ui.panels.controls import TextButton
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

_CHOOSE = "Choose a template"


class TemplateBar(Themed):
    """Loads, saves and deletes templates; files are written beside the window.

    Signals:
        loaded: a template was chosen.
        wanted: the present figure is to be saved; carries its name.
        spoke: a sentence, and whether it is about a problem.
    """

    loaded = Signal(object)
    wanted = Signal(str)
    spoke = Signal(str, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._work = FileWork(self)
        self.names = ComboBox(theme, self)
        self.names.setAccessibleName("Figure template")
        self.names.setToolTip("Take the panels, the page and the theme of a template")
        self.names.activated.connect(lambda _: self._load())
        self.name = QLineEdit(self)
        self.name.setAccessibleName("Name of the template")
        self.name.setPlaceholderText("Name to save under")
        self.name.setMinimumHeight(28)
        self.name.textChanged.connect(lambda _: self._judge())
        self.save = TextButton(theme, "Save", "content-save-outline")
        self.save.setAccessibleName("Save template")
        self.save.setToolTip("Keep panels, page and theme under this name")
        self.save.clicked.connect(lambda: self.wanted.emit(self.name.text().strip()))
        self.delete = TextButton(theme, "Delete", "trash-can-outline")
        self.delete.setAccessibleName("Delete template")
        self.delete.setToolTip("Delete this template of your own")
        self.delete.clicked.connect(self._delete)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget, stretch in ((self.names, 1), (self.name, 1), (self.save, 0), (self.delete, 0)):
            layout.addWidget(widget, stretch)
        self.list_names()

    def list_names(self, current: str = "") -> None:
        """Offer the templates that there are."""
        self.names.clear()
        self.names.addItem(_CHOOSE, "")
        own = own_names()
        for name in template_names():
            self.names.addItem(f"{name} (own)" if name in own else name, name)
        self.names.setCurrentIndex(max(0, self.names.findData(current)))
        self._judge()

    def show_name(self, name: str) -> None:
        """Choose a template by its name and load it."""
        self.names.setCurrentIndex(max(0, self.names.findData(name)))
        self._load()

    def keep(self, name: str, template: Template) -> None:
        """Save a template."""
        self._work.run(
            lambda: save_template(name, template),
            lambda _: self._changed(name, f"Saved the template {name}."),
            self._failed,
        )

    def close_files(self) -> None:
        """Wait for what is being written."""
        self._work.close()

    def _load(self) -> None:
        name = str(self.names.currentData() or "")
        if not name:
            return
        self.name.setText(name)
        self.name.setCursorPosition(0)
        self._work.run(lambda: load_template(name), self.loaded.emit, self._failed)

    def _delete(self) -> None:
        name = self.name.text().strip()
        self._work.run(
            lambda: delete_template(name),
            lambda _: self._changed("", f"Deleted the template {name}."),
            self._failed,
        )

    def _changed(self, name: str, words: str) -> None:
        self.list_names(name)
        self.spoke.emit(words, False)

    def _failed(self, error: NRGError) -> None:
        self.spoke.emit(str(error), True)

    def _judge(self) -> None:
        name = self.name.text().strip()
        try:
            check_name(name)
            sound = True
        except NRGError:
            sound = False
        self.save.setEnabled(sound)
        self.delete.setEnabled(name in own_names())
