"""Files to make in a process of their own: what figures show and their form, samples as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nrg_app.figures.contents import Content
from nrg_app.figures.look import BLUE_ORANGE, Look, LookName, look_of
from nrg_app.session.figure_panels import FigureSource
from nrg_app.session.messages import SampleSet
from nrg_app.ui.export_job import Order

if TYPE_CHECKING:
    from nrg_app.figures.compose import Placed
    from nrg_app.figures.template import Template


@dataclass(frozen=True)
class Form:
    """The form of a figure.

    Attributes:
        path: the file; ``.csv`` and ``.npz`` take the numbers instead.
        width_mm: width.
        height_mm: height, None for what suits.
        dpi: of pixels.
        look: "paper" or "slides".
        color_map: of the fields, as in the window.
        letters: write (a), (b) ... also on a single panel.
    """

    path: Path
    width_mm: float = 86.0
    height_mm: float | None = None
    dpi: int = 600
    look: LookName = "paper"
    color_map: str = BLUE_ORANGE
    letters: bool = False

    def made_look(self) -> Look:
        """Return colours and size of type."""
        return look_of(self.look, self.color_map)


MakeOrder = Callable[[Form, str], Order]
"""Returns the order for a form and the chosen panel, "" for what the dialog is about."""


def _save(contents: Sequence[Content], form: Form, placed: list[Placed] | None = None) -> None:
    """Draw contents, on a grid or by default in rows, or write their numbers."""
    # Imported here: this takes a second, and the window imports this module.
    from nrg_app.figures.compose import Page, composed_figure
    from nrg_app.figures.content_tables import SUFFIXES, save_contents
    from nrg_app.figures.contents import contents_metadata
    from nrg_app.figures.export import panels_note, save_figure
    from nrg_app.figures.plot_figure import plots_figure

    if form.path.suffix.lower() in SUFFIXES:
        save_contents(contents, form.path)
        return
    look, height = form.made_look(), form.height_mm
    if placed is None:
        figure = plots_figure(
            contents, width_mm=form.width_mm, height_mm=height, look=look,
            letters=form.letters or None,
        )  # fmt: skip
    else:
        figure = composed_figure(placed, Page(form.width_mm, height, form.letters, look))
    metadata, note = contents_metadata(contents), panels_note(contents)
    save_figure(figure, form.path, metadata, dpi=form.dpi, details=note)


@dataclass(frozen=True, eq=False)
class FigureOrder:
    """One sample of a set with its field and its flow; ``index`` is its place in the set."""

    samples: SampleSet
    index: int
    form: Form

    @property
    def path(self) -> Path:
        """The file to write."""
        return self.form.path

    def write(self, tell: Callable[[float], None]) -> None:
        """Draw the sample and its renormalization flow."""
        from nrg_app.figures.content_tables import SUFFIXES
        from nrg_app.figures.export import save_figure
        from nrg_app.figures.strip_figure import figure_metadata, rg_figure

        form = self.form
        if form.height_mm is not None or form.path.suffix.lower() in SUFFIXES:
            self._write_panels()
            return
        look = form.made_look()
        figure = rg_figure(self.samples, 0, width_mm=form.width_mm, look=look)
        metadata = figure_metadata(self.samples, self.index)
        save_figure(figure, form.path, metadata, dpi=form.dpi)

    def _write_panels(self) -> None:
        """Draw the same panels into a page of a given height, or write their numbers."""
        from nrg_app.figures.compose import Placed

        source = FigureSource(self.samples)
        flow = [source.content("flow")] if self.samples.latents else []
        # The shown sample is alone in the set; its number is that of the window.
        number = {"sample": str(self.index + 1)}
        contents = [
            replace(content, provenance={**content.provenance, **number})
            for content in (source.content("spins"), source.content("field"), *flow)
        ]
        placed = [Placed(content, 0, k) for k, content in enumerate(contents[:2])]
        placed += [Placed(content, 1, 0, 1, 2) for content in contents[2:]]
        _save(contents, replace(self.form, letters=True), placed)


@dataclass(frozen=True, eq=False)
class ContentsOrder:
    """Contents that are made already, such as plots of measurements."""

    contents: tuple[Content, ...]
    form: Form

    @property
    def path(self) -> Path:
        """The file to write."""
        return self.form.path

    def write(self, tell: Callable[[float], None]) -> None:
        """Draw them."""
        _save(self.contents, self.form)


@dataclass(frozen=True, eq=False)
class PanelOrder:
    """One panel of the window."""

    source: FigureSource
    panel: str
    form: Form

    @property
    def path(self) -> Path:
        """The file to write."""
        return self.form.path

    def write(self, tell: Callable[[float], None]) -> None:
        """Make what the panel shows and draw it."""
        _save([self.source.content(self.panel)], self.form)


@dataclass(frozen=True, eq=False)
class TemplateOrder:
    """Panels of the window on a grid; width, height, look and letters are the template's."""

    source: FigureSource
    template: Template
    path: Path
    color_map: str = BLUE_ORANGE
    dpi: int = 600

    def write(self, tell: Callable[[float], None]) -> None:
        """Make what the panels show and draw it, one after the other."""
        from nrg_app.figures.content_tables import SUFFIXES, save_contents
        from nrg_app.figures.contents import contents_metadata
        from nrg_app.figures.export import panels_note, save_figure
        from nrg_app.session.template_figure import template_contents, template_figure

        contents = template_contents(self.template, self.source)
        if self.path.suffix.lower() in SUFFIXES:
            save_contents(contents, self.path)
            return
        # The last step is to write the file.
        steps = len(contents) + 1
        figure = template_figure(
            self.template, contents, self.color_map, lambda count: tell(count / steps)
        )
        metadata, note = contents_metadata(contents), panels_note(contents)
        save_figure(figure, self.path, metadata, dpi=self.dpi, details=note)


@dataclass(frozen=True, eq=False)
class DataOrder:
    """Samples as arrays with their scales, weights and origin; the suffix says the format."""

    samples: SampleSet
    path: Path

    def write(self, tell: Callable[[float], None]) -> None:
        """Write the arrays."""
        # Imported here: torch and h5py are for the process that writes.
        from nrg_app.session.array_files import write_arrays
        from nrg_app.session.sample_arrays import arrays_of_set

        write_arrays(self.path, *arrays_of_set(self.samples))


def only_sample(samples: SampleSet, index: int) -> SampleSet:
    """Return the set with the arrays of one sample alone, which then has index 0."""
    keep = slice(index, index + 1)
    return replace(
        samples,
        spins=samples.spins[keep],
        fields=samples.fields[keep],
        coarse_fields={scale: values[keep] for scale, values in samples.coarse_fields.items()},
        latents={scale: values[keep] for scale, values in samples.latents.items()},
    )
