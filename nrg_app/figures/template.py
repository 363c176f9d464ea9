"""Figure templates: which panels stand where on a page, as JSON that can be kept and shared.

A template names panels only; what they show comes from a session or from the window.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nrg_app.errors import NRGError
from nrg_app.figures.look import LookName

MAX_ROWS, MAX_COLUMNS = 8, 6
PanelName = Annotated[str, Field(pattern=r"^[a-z][a-zA-Z0-9_.-]{0,63}$")]


class _Data(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


class Cell(_Data):
    """A panel and its place: first row and column from 0, and how many of both it takes."""

    panel: PanelName
    row: int = Field(ge=0, lt=MAX_ROWS)
    column: int = Field(ge=0, lt=MAX_COLUMNS)
    rows: int = Field(default=1, ge=1, le=MAX_ROWS)
    columns: int = Field(default=1, ge=1, le=MAX_COLUMNS)

    def places(self) -> set[tuple[int, int]]:
        """Return all rows and columns that it takes."""
        return {
            (row, column)
            for row in range(self.row, self.row + self.rows)
            for column in range(self.column, self.column + self.columns)
        }


class Template(_Data):
    """A figure.

    Attributes:
        version: of this format.
        title: words for people, "" for none.
        width_mm: width of the page.
        height_mm: height, None for what suits the panels.
        letters: write (a), (b) ...
        look: "paper" or "slides".
        cells: the panels.
    """

    version: Literal[1] = 1
    title: str = Field(default="", max_length=200)
    width_mm: float = Field(default=178.0, ge=40.0, le=500.0)
    height_mm: float | None = Field(default=None, ge=20.0, le=800.0)
    letters: bool = True
    look: LookName = "paper"
    cells: tuple[Cell, ...] = Field(min_length=1, max_length=MAX_ROWS * MAX_COLUMNS)

    @model_validator(mode="after")
    def _check_places(self) -> Self:
        taken: set[tuple[int, int]] = set()
        for cell in self.cells:
            places = cell.places()
            if taken & places:
                raise ValueError(f"'{cell.panel}' covers another panel")
            if any(row >= MAX_ROWS or column >= MAX_COLUMNS for row, column in places):
                raise ValueError(f"'{cell.panel}' reaches beyond the grid")
            taken |= places
        return self

    @property
    def panels(self) -> tuple[str, ...]:
        """The names of the panels, in the order of the cells."""
        return tuple(cell.panel for cell in self.cells)


def parse_template(text: str) -> Template:
    """Return the template in a JSON text.

    Raises:
        NRGError: one sentence on what is wrong with it.
    """
    try:
        return Template.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        words = first["msg"].removeprefix("Value error, ")
        raise NRGError(
            f"it is no figure template: {place + ': ' if place else ''}{words}."
        ) from None


def template_text(template: Template) -> str:
    """Return a template as JSON that people can read and change."""
    return json.dumps(template.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
