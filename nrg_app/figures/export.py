"""Save a figure as PDF, SVG or PNG: whole or not at all, and with the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from matplotlib import rc_context
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from nrg_app.errors import NRGError
from nrg_app.figures.style import DOTS_PER_INCH, RC
from nrg_app.files import write_bytes

Metadata = Mapping[str, str]
Info = dict[str, str | None]


def save_figure(figure: Figure, path: str | Path, metadata: Metadata) -> None:
    """Write a figure in the format that the file name's suffix names.

    The file is written beside its final place and renamed, so that a failure leaves an older
    file as it was. Dates are left out: equal figures give equal bytes.

    Args:
        figure: any Matplotlib figure.
        path: a name that ends in ``.pdf``, ``.svg`` or ``.png``.
        metadata: "Title" and "Description", put where the format keeps them.

    Raises:
        NRGError: if the suffix is unknown or the file cannot be written.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in _FORMATS:
        raise NRGError(f"The figure '{target.name}' needs a name that ends in .pdf, .svg or .png.")
    canvas_type, info = _FORMATS[suffix]
    buffer = BytesIO()
    with rc_context(RC):
        canvas_type(figure).print_figure(
            buffer, format=suffix[1:], dpi=DOTS_PER_INCH, metadata=info(metadata)
        )
    write_bytes(target, buffer.getvalue())


def _pdf_info(metadata: Metadata) -> Info:
    return {
        "Title": metadata.get("Title"),
        "Subject": metadata.get("Description"),
        "Creator": "NRG",
        "CreationDate": None,
    }


def _svg_info(metadata: Metadata) -> Info:
    return {**metadata, "Creator": "NRG", "Date": None}


def _png_info(metadata: Metadata) -> Info:
    return {**metadata, "Software": "NRG"}


# Named outright, so that a frozen program contains them.
_FORMATS: dict[str, tuple[type[FigureCanvasBase], Callable[[Metadata], Info]]] = {
    ".pdf": (FigureCanvasPdf, _pdf_info),
    ".svg": (FigureCanvasSVG, _svg_info),
    ".png": (FigureCanvasAgg, _png_info),
}
