"""The strip's header tools for one latent and for the way to another sample."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from nrg_app.ui.panels.controls import IconButton, TextLine
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.slider import Slider
from nrg_app.ui.panels.text import Line, line_text, line_width, plain, sub, sym
from nrg_app.ui.theme import Theme

SLIDER_RANGE = 4.0
_LATENT_STEPS, _BLEND_STEPS = 160, 100


def latent_line(scale: int, row: int, column: int, value: float) -> Line:
    """Return a latent in symbols: "z" with its scale as index, its site and its value."""
    return (
        sym("z"),
        sub(str(scale)),
        plain(f" ({column}, {row}) = {fixed(value, 2)}"),
    )


class _SliderTool(QWidget):
    """A line of text, a slider and a button at its end; the text keeps its width.

    ``moved`` carries what the user chose; ``ended`` tells that the button was pressed.
    """

    moved = Signal(float)
    ended = Signal()

    def __init__(self, theme: Theme, slider: Slider, button: IconButton) -> None:
        super().__init__()
        self.line = TextLine(theme, color_token="text")
        self.slider = slider
        self.button = button
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self.line, slider, button):
            layout.addWidget(part)
        slider.moved.connect(self.moved)
        button.clicked.connect(self.ended)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for part in (self.line, self.slider, self.button):
            part.set_theme(theme)

    def show_line(self, line: Line, widest: Line, name: str, number: float) -> None:
        """Show a text that is never wider than another one, and the slider's number."""
        self.line.set_line(line)
        self.line.setFixedWidth(round(line_width(widest, 12) + 2))
        self.slider.set_number(number)
        self.slider.setAccessibleName(name)


class LatentTool(_SliderTool):
    """Shows and sets the selected latent; its button takes the edit back."""

    def __init__(self, theme: Theme) -> None:
        slider = Slider(theme, "Latent", -SLIDER_RANGE, SLIDER_RANGE, _LATENT_STEPS)
        slider.setToolTip("Value of the selected latent; the wheel over the strip changes it too")
        super().__init__(theme, slider, IconButton(theme, "restart", "Reset this latent (Del)"))

    def show_latent(self, place: tuple[int, int, int], value: float, *, edited: bool) -> None:
        """Show a latent by its scale, row and column."""
        scale, row, column = place
        line = latent_line(*place, value)
        widest = latent_line(scale, scale - 1, scale - 1, -SLIDER_RANGE)
        name = f"Latent scale {scale} index ({column}, {row}), {fixed(value, 2)}"
        self.show_line(line, widest, name, min(max(value, -SLIDER_RANGE), SLIDER_RANGE))
        self.button.setEnabled(edited)


class BlendTool(_SliderTool):
    """Shows and sets how far the sample is on its way to another one; the button ends it."""

    def __init__(self, theme: Theme) -> None:
        slider = Slider(theme, "Interpolation", 0.0, 1.0, _BLEND_STEPS)
        slider.setToolTip("Turn the latents of this sample into those of the other one")
        super().__init__(theme, slider, IconButton(theme, "close", "End the interpolation"))

    def show_blend(self, sample: int, target: int, amount: float) -> None:
        """Show the way from one sample to another, both by index."""
        line = (plain(f"{sample + 1} \u2192 {target + 1}: {fixed(amount, 2)}"),)
        widest = (plain("25 \u2192 25: 1.00"),)
        self.show_line(line, widest, f"Interpolation {line_text(line)}", amount)
