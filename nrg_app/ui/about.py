"""The About box: what the program is, what it runs on, its licence and how to cite it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import PySide6
from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nrg_app import __version__
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import TITLE
from nrg_app.ui.icons import window_icon
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.panels.numbers import DASH
from nrg_app.ui.sheets import Sheet
from nrg_app.ui.theme import Theme

_ICON = 48
_PACKAGES = (("torch", "PyTorch"), ("numpy", "NumPy"), ("numba", "Numba"))
_METHOD = (
    "S.-H. Li and L. Wang, Neural Network Renormalization Group,",
    "Phys. Rev. Lett. 121, 260601 (2018)",
)
BIBTEX = f"""\
@software{{nrg,
  title   = {{NRG: a neural renormalization-group desktop}},
  version = {{{__version__}}},
  license = {{Apache-2.0}}
}}

@article{{LiWang2018,
  author  = {{Li, Shuo-Hui and Wang, Lei}},
  title   = {{Neural Network Renormalization Group}},
  journal = {{Phys. Rev. Lett.}},
  volume  = {{121}},
  pages   = {{260601}},
  year    = {{2018}},
  doi     = {{10.1103/PhysRevLett.121.260601}}
}}
"""


def versions() -> list[tuple[str, str]]:
    """Return names and versions of what the program runs on, without importing any of it."""
    return [
        ("Python", platform.python_version()),
        ("Qt", f"{qVersion()}, PySide {PySide6.__version__}"),
        *((name, _installed(package)) for package, name in _PACKAGES),
    ]


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return DASH


class AboutSheet(Sheet):
    """Non-modal; the citation can be copied."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "About NRG", parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.addLayout(self._head(theme))
        layout.addSpacing(14)
        layout.addLayout(self.make_list("Runs on", versions()))
        terms = [
            ("NRG", "Apache License 2.0"),
            ("Fonts", "Inter and STIX, SIL Open Font License"),
        ]
        layout.addLayout(self.make_list("Licence", terms))
        layout.addLayout(self.make_list("Please cite", [("NRG", f"version {__version__}")]))
        for line in _METHOD:
            layout.addWidget(MathLabel(theme, line, "text2"))
        layout.addSpacing(10)
        copy = QAction("Copy BibTeX", self)
        copy.setProperty("icon_name", "content-copy")
        copy.triggered.connect(self.copy)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(ActionButton(theme, copy, "primary", height=32))
        layout.addLayout(bottom)

    def _head(self, theme: Theme) -> QHBoxLayout:
        icon = QLabel(self)
        icon.setPixmap(window_icon().pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))
        icon.setAccessibleName("NRG")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(MathLabel(theme, f"NRG {__version__}", px=TITLE + 4, weight=600))
        words.addWidget(
            MathLabel(theme, "Neural renormalization of the two-dimensional Ising model", "text2")
        )
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        return head

    def copy(self) -> None:
        """Put the citation on the clipboard."""
        QGuiApplication.clipboard().setText(BIBTEX)
