"""Rectangles that fill a workspace as nested rows and columns, which is how docks are placed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Box = tuple[float, float, float, float]
"""Left, top, width and height."""


@dataclass(frozen=True)
class Tabs:
    """Panels at one place, by name."""

    names: tuple[str, ...]

    def first(self) -> str:
        """Return the name that stands for all of it."""
        return self.names[0]


@dataclass(frozen=True)
class Split:
    """Parts side by side ("row") or one below the other ("column")."""

    kind: Literal["row", "column"]
    parts: tuple[Node, ...]

    def first(self) -> str:
        """Return the name that stands for all of it."""
        return self.parts[0].first()


Node = Tabs | Split


def groups(node: Node | None) -> Iterator[Tabs]:
    """Yield the places of a tree."""
    if isinstance(node, Tabs):
        yield node
    elif node is not None:
        for part in node.parts:
            yield from groups(part)


def decompose(boxes: Mapping[str, Box], slack: float) -> Node | None:
    """Return the rows and columns that boxes form, None if they overlap or interlock.

    Args:
        boxes: by name, at least one; equal ones, up to ``slack``, are tabs.
        slack: by how much edges may miss each other.

    >>> decompose({"a": (0, 0, 5, 5), "b": (5, 0, 5, 5), "c": (0, 5, 10, 5)}, 0.1)
    ... # doctest: +NORMALIZE_WHITESPACE
    Split(kind='column', parts=(Split(kind='row', parts=(Tabs(names=('a',)),
    Tabs(names=('b',)))), Tabs(names=('c',))))
    """
    groups: list[tuple[list[str], Box]] = []
    for name, box in boxes.items():
        for names, other in groups:
            if all(abs(a - b) <= slack for a, b in zip(box, other, strict=True)):
                names.append(name)
                break
        else:
            groups.append(([name], box))
    return _cut([(tuple(names), box) for names, box in groups], slack)


_Group = tuple[tuple[str, ...], Box]


def _cut(groups: list[_Group], slack: float) -> Node | None:
    if len(groups) == 1:
        return Tabs(groups[0][0])
    kinds: tuple[Literal["column", "row"], ...] = ("column", "row")
    for axis, kind in ((1, kinds[0]), (0, kinds[1])):
        parts = _slices(groups, axis, slack)
        if len(parts) > 1:
            nodes = [_cut(part, slack) for part in parts]
            found = tuple(node for node in nodes if node is not None)
            return Split(kind, found) if len(found) == len(parts) else None
    return None


def _slices(groups: list[_Group], axis: int, slack: float) -> list[list[_Group]]:
    """Cut wherever a straight line passes between all boxes."""
    ordered = sorted(groups, key=lambda group: group[1][axis])
    parts: list[list[_Group]] = []
    end = float("-inf")
    for group in ordered:
        start, length = group[1][axis], group[1][axis + 2]
        if not parts or start < end - slack:
            parts = parts or [[]]
        else:
            parts.append([])
        parts[-1].append(group)
        end = max(end, start + length)
    return parts
