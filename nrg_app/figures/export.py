"""Save a figure as PDF, SVG, PNG or TIFF: whole or not at all, with the same bytes every time.

Beside the figure lies ``NAME.json`` with what it shows, how it was made and its checksum.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.figures.contents import Content
from nrg_app.figures.style import DOTS_PER_INCH, drawing
from nrg_app.figures.svg_fonts import embed_fonts
from nrg_app.files import write_bytes

Metadata = Mapping[str, str]
Options = dict[str, Any]


def save_figure(
    figure: Figure, path: str | Path, metadata: Metadata, *, dpi: int = DOTS_PER_INCH,
    details: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write a figure in the format that the file name's suffix names, and its note beside it.

    The file is written beside its final place and renamed, so that a failure leaves an older
    file as it was. Dates are left out: equal figures give equal bytes.

    Args:
        figure: any Matplotlib figure.
        path: a name that ends in ``.pdf``, ``.svg``, ``.png``, ``.tif`` or ``.tiff``.
        metadata: "Title" and "Description", put where the format keeps them.
        dpi: dots per inch of pixels, 72 to 2400.
        details: what else the note says, by name.

    Raises:
        NRGError: if the suffix is unknown, the resolution out of its range, words cannot be set or
            the file cannot be written.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in _FORMATS:
        raise NRGError(
            f"The figure '{target.name}' needs a name that ends in .pdf, .svg, .png or .tiff."
        )
    if not _DPI[0] <= dpi <= _DPI[1]:
        raise NRGError(f"The resolution of a figure must be {_DPI[0]} to {_DPI[1]} dpi, not {dpi}.")
    canvas_type, options = _FORMATS[suffix]
    buffer = BytesIO()
    try:
        with drawing():
            canvas_type(figure).print_figure(
                buffer, format=suffix[1:], dpi=dpi, **options(metadata)
            )
    except ValueError as error:
        # Mathematical words out of a file are only read here.
        raise NRGError(f"The words of the figure '{target.name}' cannot be set.") from error
    data = embed_fonts(buffer.getvalue()) if suffix == ".svg" else buffer.getvalue()
    write_bytes(target, data)
    note = {
        "file": target.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "program": f"NRG {__version__}",
        "title": metadata.get("Title", ""),
        "made by": metadata.get("Description", ""),
        "millimetres": [round(25.4 * float(side), 2) for side in figure.get_size_inches()],
        **(details or {}),
    }
    text = json.dumps(note, ensure_ascii=False, indent=1)
    write_bytes(target.with_name(target.name + ".json"), text.encode())


def panels_note(contents: Sequence[Content]) -> dict[str, Any]:
    """Return what the note beside a figure says of every panel."""
    return {
        "panels": [
            {"panel": one.key, "title": one.title, "made by": dict(one.provenance)}
            for one in contents
        ]
    }


def _pdf_options(metadata: Metadata) -> Options:
    return {
        "metadata": {
            "Title": metadata.get("Title"),
            "Subject": metadata.get("Description"),
            "Creator": "NRG",
            "CreationDate": None,
        }
    }


def _svg_options(metadata: Metadata) -> Options:
    return {"metadata": {**metadata, "Creator": "NRG", "Date": None}}


def _png_options(metadata: Metadata) -> Options:
    return {"metadata": {**metadata, "Software": "NRG"}}


def _tiff_options(metadata: Metadata) -> Options:
    words = "; ".join(metadata[name] for name in ("Title", "Description") if name in metadata)
    # TIFF texts are ASCII.
    plain = words.replace("\N{MULTIPLICATION SIGN}", "x").encode("ascii", "replace").decode()
    return {"pil_kwargs": {"compression": "tiff_lzw", "description": plain, "software": "NRG"}}


_DPI = (72, 2400)
# Named outright, so that a frozen program contains them.
_FORMATS: dict[str, tuple[type[FigureCanvasBase], Callable[[Metadata], Options]]] = {
    ".pdf": (FigureCanvasPdf, _pdf_options),
    ".svg": (FigureCanvasSVG, _svg_options),
    ".png": (FigureCanvasAgg, _png_options),
    ".tif": (FigureCanvasAgg, _tiff_options),
    ".tiff": (FigureCanvasAgg, _tiff_options),
}
