"""``nrg figure``: figures of a saved session or of a model, by a template, without a display."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nrg_app.cli.options import command_line
from nrg_app.cli.reports import console, default_model
from nrg_app.errors import NRGError
from nrg_app.figures.content_tables import SUFFIXES, save_contents
from nrg_app.figures.contents import contents_metadata
from nrg_app.figures.export import panels_note, save_figure
from nrg_app.figures.look import BLUE_ORANGE, LookName, look_of
from nrg_app.figures.palette import DIVERGING
from nrg_app.figures.strip_figure import figure_metadata, rg_figure
from nrg_app.figures.template import Cell, Template
from nrg_app.figures.template_files import load_template
from nrg_app.flows.card_files import read_card
from nrg_app.session.archive import load_session
from nrg_app.session.document import SUFFIX, Session
from nrg_app.session.models import lasting_name, model_path
from nrg_app.session.sample_contents import shown_index, views_of
from nrg_app.session.sampling import load_model, sample
from nrg_app.session.saved_source import new_session, session_source, with_newest_results
from nrg_app.session.template_figure import template_contents, template_figure


@dataclass(frozen=True)
class FigureOptions:
    """What the command line asks for; None leaves what session and template say.

    Attributes:
        session: a session file.
        template: name of a template, or a template's file.
        panel: one panel in place of a template.
        run: training run for the panels of trainings.
        model: of the samples.
        temperature: T in J/k_B.
        seed: of the samples.
        width_mm: of the page.
        height_mm: of the page.
        look: "paper" or "slides".
        letters: whether panels have letters.
        color_map: of the fields.
        dpi: of pixels.
    """

    session: Path | None = None
    template: str = ""
    panel: str = ""
    run: str = ""
    model: str = ""
    temperature: float | None = None
    seed: int | None = None
    width_mm: float | None = None
    height_mm: float | None = None
    look: LookName | None = None
    letters: bool | None = None
    color_map: str = BLUE_ORANGE
    dpi: int = 600


def draw_figure(out: Path, options: FigureOptions) -> None:
    """Draw what is asked for; CSV and NPZ files take the numbers behind it.

    Raises:
        NRGError: for bad input or a place that cannot be written.
    """
    if options.color_map not in DIVERGING:
        raise NRGError(
            f"There is no colour map '{options.color_map}'; there are {', '.join(DIVERGING)}."
        )
    if options.template and options.panel:
        raise NRGError("A figure has a template or one panel; leave out one of both.")
    template = _template(options)
    if template is None and (options.height_mm is not None or options.letters is not None):
        raise NRGError(
            "Height and letters are those of a template or of one panel; name one, such as "
            "--template paper-two-column or --panel sample."
        )
    session = _session(options)
    if template is None:
        _draw_flow(out, session, options)
    else:
        source = session_source(session, template.panels, options.run)
        contents = template_contents(template, source)
        if out.suffix.lower() in SUFFIXES:
            save_contents(contents, out)
        else:
            figure = template_figure(template, contents, options.color_map)
            # Results may be those of another model, or of none.
            uses = any(one.provenance.get("model") == session.model for one in contents)
            note = panels_note(contents) | _origin(session.model if uses else "")
            note["template"] = options.template or options.panel
            save_figure(figure, out, contents_metadata(contents), dpi=options.dpi, details=note)
    console.print(f"wrote {out}")


def _session(options: FigureOptions) -> Session:
    """Return the saved session with what the options change, or one that shows a model."""
    if options.session is None:
        model = options.model or default_model()
        seed = 1 if options.seed is None else options.seed
        return with_newest_results(new_session(model, options.temperature, seed))
    if options.session.suffix.lower() != SUFFIX:
        raise NRGError(f"'{options.session.name}' is no session; its name must end in {SUFFIX}.")
    session = Session()
    session.assign(load_session(options.session).values)
    if options.model:
        session.model = lasting_name(options.model)
    if options.temperature is not None:
        session.temperature = options.temperature
    if options.seed is not None:
        session.seed = options.seed
    return session


def _template(options: FigureOptions) -> Template | None:
    """Return the template with what the options change, None for a sample with its flow."""
    if options.template:
        template = load_template(options.template)
    elif options.panel:
        cell = Cell(panel="sample", row=0, column=0).model_copy(update={"panel": options.panel})
        template = Template(width_mm=86.0, letters=False, cells=(cell,))
    else:
        return None
    changes = {
        "width_mm": options.width_mm,
        "height_mm": options.height_mm,
        "look": options.look,
        "letters": options.letters,
    }
    known = {name: value for name, value in changes.items() if value is not None}
    return template.model_copy(update=known)


def _draw_flow(out: Path, session: Session, options: FigureOptions) -> None:
    """Draw the shown sample, its field and its renormalization flow."""
    loaded = load_model(session.model) if session.model else None
    samples = sample(session.sample_request(0), loaded)
    look = look_of(options.look or "paper", options.color_map)
    index = shown_index(samples, views_of(session))
    width = 86.0 * look.size if options.width_mm is None else options.width_mm
    figure = rg_figure(samples, index, width_mm=width, look=look)
    metadata = figure_metadata(samples, index)
    save_figure(figure, out, metadata, dpi=options.dpi, details=_origin(session.model))


def _origin(model: str) -> dict[str, str]:
    """Return the command, and the version of the program that trained a model."""
    origin = {"command": command_line()}
    if model:
        card, _ = read_card(model_path(model))
        origin["model version"] = card.program_version
    return origin
