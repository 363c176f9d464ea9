"""A table in a box of a sheet: rules above and below, words on the left, numbers on the right."""

from __future__ import annotations

from nrg_app.figures.contents import TableSpec
from nrg_app.figures.markup import pieces
from nrg_app.figures.sheet import Box, Sheet, dots

_LEFT, _TOP, _ROW, _GAP = 2.0, 7.5, 4.2, 2.5
_LEAST = 3.2  # millimetres of a row, so that lines of 7 points do not touch


def table_height(table: TableSpec, width: int) -> int:
    """Return the height in dots of a table; its width changes nothing."""
    note = 4.0 if table.note else 0.0
    return dots(_TOP + _ROW * (len(table.rows) + 1) + 3.0 + note)


def draw_table(sheet: Sheet, table: TableSpec, box: Box, letter: str) -> None:
    """Draw the table as wide as its words and the box allow."""
    lines = [table.columns, *table.rows]
    widths = [max(sheet.width_of(*pieces(line[k])) for line in lines) for k in range(len(lines[0]))]
    left = box.x + dots(_LEFT)
    room = box.width - dots(2 * _LEFT)
    spare = (room - sum(widths)) / max(1, len(widths) - 1)
    gap = max(dots(0.8), min(dots(4 * _GAP), round(spare)))
    height = box.height - dots(_TOP + 3.0 + (4.0 if table.note else 0.0))
    row = max(dots(_LEAST), min(dots(_ROW), height // len(lines)))
    right = left + sum(widths) + gap * (len(widths) - 1)
    top = box.y + dots(_TOP)
    for number, line in enumerate(lines):
        y, end = top + number * row + dots(2.9), left
        color = sheet.look.muted if number == 0 else ""
        for column, words in enumerate(line):
            end += widths[column] + (gap if column else 0)
            if column:
                sheet.words(end, y, words, ha="right", color=color)
            else:
                sheet.words(left, y, words, color=color)
    for number, weight in ((0, 1.4), (1, 0.8), (len(lines), 1.4)):
        sheet.rule(left, right, top + number * row, weight)
    sheet.heading(box, left, table.title, table.symbol, letter)
    if table.note:
        sheet.words(left, top + len(lines) * row + dots(3.6), table.note, color=sheet.look.muted)
