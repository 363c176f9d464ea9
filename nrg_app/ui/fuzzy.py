"""How well a few typed letters fit a text."""

from __future__ import annotations

import math

_LETTER, _WORD_START, _NEIGHBOUR = 1.0, 3.0, 2.0
_LENGTH = 0.01  # of two texts that fit equally the shorter one comes first


def score(query: str, text: str) -> float | None:
    """Return how well the letters of a query fit a text, None if they do not occur in order.

    Letters count more at the start of a word and next to each other; spaces and case do not
    count. An empty query fits everything.

    >>> score("exf", "Export figure") > score("exf", "Next draw of a figure")
    True
    >>> score("fe", "Export figure") is None
    False
    >>> score("xq", "Export figure") is None
    True
    """
    letters = "".join(query.casefold().split())
    target = text.casefold()
    if not letters:
        return 0.0
    # best[j]: the best score of the letters so far with the last of them at target[j].
    best = [0.0] * len(target)
    for number, letter in enumerate(letters):
        following = [-math.inf] * len(target)
        reached = -math.inf if number else 0.0  # the best with a gap before this letter
        for j, character in enumerate(target):
            if character == letter:
                adjacent = best[j - 1] + _NEIGHBOUR if number and j else -math.inf
                bonus = _WORD_START if j == 0 or not target[j - 1].isalnum() else 0.0
                following[j] = _LETTER + bonus + max(reached, adjacent)
            if number:
                reached = max(reached, best[j])
        best = following
    result = max(best, default=-math.inf)
    return None if math.isinf(result) else result - _LENGTH * len(text)
