"""Panels in reading order on a grid: each goes where it first fits behind the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nrg_app.figures.template import MAX_COLUMNS, MAX_ROWS, Cell, Template

BLANK = ""
"""The name of a place that is left free."""


@dataclass(frozen=True)
class Item:
    """A panel by its name in figures, ``BLANK`` for a free place, and how much of the grid."""

    panel: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True)
class Arrangement:
    """Items in reading order; every change gives another arrangement.

    Attributes:
        items: what is on the grid.
        columns: of the grid; no item is wider.
    """

    items: tuple[Item, ...] = ()
    columns: int = 2

    @classmethod
    def of(cls, template: Template) -> Arrangement:
        """Return the arrangement of a template, with free places where it has them."""
        columns = max(cell.column + cell.columns for cell in template.cells)
        starts = {(cell.row, cell.column): cell for cell in template.cells}
        taken = {place for cell in template.cells for place in cell.places()}
        last = max(starts)
        items = []
        for row in range(last[0] + 1):
            for column in range(columns):
                cell = starts.get((row, column))
                if cell is not None:
                    items.append(Item(cell.panel, cell.columns, cell.rows))
                elif (row, column) not in taken and (row, column) < last:
                    items.append(Item(BLANK))
        return cls(tuple(items), columns)

    def places(self) -> list[tuple[int, int]]:
        """Return the first row and column of every item."""
        taken: set[tuple[int, int]] = set()
        found: list[tuple[int, int]] = []
        for item in self.items:
            row, column = self._first_fit(item, taken, found[-1] if found else (0, 0))
            found.append((row, column))
            taken |= _covered(row, column, item)
        return found

    def _first_fit(
        self, item: Item, taken: set[tuple[int, int]], after: tuple[int, int]
    ) -> tuple[int, int]:
        row, first = after
        while True:
            for column in range(first, self.columns - item.columns + 1):
                if not taken & _covered(row, column, item):
                    return row, column
            row, first = row + 1, 0

    @property
    def rows(self) -> int:
        """The rows of the grid."""
        pairs = zip(self.places(), self.items, strict=True)
        return max((row + item.rows for (row, _), item in pairs), default=0)

    @property
    def panels(self) -> tuple[str, ...]:
        """The names of the panels on it."""
        return tuple(item.panel for item in self.items if item.panel != BLANK)

    def cells(self) -> tuple[Cell, ...]:
        """Return the cells of a template."""
        return tuple(
            Cell(panel=item.panel, row=row, column=column, rows=item.rows, columns=item.columns)
            for item, (row, column) in zip(self.items, self.places(), strict=True)
            if item.panel != BLANK
        )

    def fits(self) -> bool:
        """Return whether a template takes it."""
        return bool(self.panels) and self.rows <= MAX_ROWS

    # -- changes --------------------------------------------------------------------------

    def with_columns(self, columns: int) -> Arrangement:
        """Change the number of columns; wider items become as wide as the grid."""
        columns = min(max(columns, 1), MAX_COLUMNS)
        items = tuple(replace(item, columns=min(item.columns, columns)) for item in self.items)
        return Arrangement(items, columns)

    def added(self, panel: str, at: int | None = None) -> Arrangement:
        """Put a panel before an item, by default behind the last one."""
        place = len(self.items) if at is None else at
        items = (*self.items[:place], Item(panel), *self.items[place:])
        return replace(self, items=items)

    def removed(self, index: int) -> Arrangement:
        """Take an item off the grid."""
        return replace(self, items=(*self.items[:index], *self.items[index + 1 :]))

    def moved(self, index: int, to: int) -> Arrangement:
        """Give an item another place in the order."""
        to = min(max(to, 0), len(self.items) - 1)
        rest = list(self.items)
        rest.insert(to, rest.pop(index))
        return replace(self, items=tuple(rest))

    def resized(self, index: int, columns: int = 0, rows: int = 0) -> Arrangement:
        """Make an item wider or taller by so many columns and rows, within the grid."""
        item = self.items[index]
        changed = Item(
            item.panel,
            min(max(item.columns + columns, 1), self.columns),
            min(max(item.rows + rows, 1), MAX_ROWS),
        )
        items: Sequence[Item] = (*self.items[:index], changed, *self.items[index + 1 :])
        return replace(self, items=tuple(items))


def _covered(row: int, column: int, item: Item) -> set[tuple[int, int]]:
    return {
        (r, c) for r in range(row, row + item.rows) for c in range(column, column + item.columns)
    }
