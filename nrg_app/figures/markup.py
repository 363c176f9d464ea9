"""Markup such as ``$T$_{c}`` for Matplotlib: a symbol, a subscript, a superscript."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"\$(?P<symbol>[^$]*)\$|_\{(?P<sub>[^}]*)\}|\^\{(?P<sup>[^}]*)\}")
# The text font has no angle brackets.
_BRACKETS = {"⟨": r"$\langle$", "⟩": r"$\rangle$"}
# The mathematical font has them under other names.
_NAMES = {"ℓ": r"\ell ", "∂": r"\partial "}


def mathtext(markup: str) -> str:
    r"""Return markup for Matplotlib in one piece.

    >>> print(mathtext("$T$_{c} in K"))
    $T$$_{\mathrm{c}}$ in K
    """
    return "".join(pieces(markup))


def pieces(markup: str) -> list[str]:
    r"""Return markup in pieces that are either all text or all symbols.

    >>> pieces("$T$_{c} in K")
    ['$T$', '$_{\\mathrm{c}}$', ' in K']
    """
    result, end = [], 0
    for match in _MARKUP.finditer(markup):
        result += _text(markup[end : match.start()])
        end = match.end()
        if match.lastgroup == "sub":
            result.append(rf"$_{{\mathrm{{{match['sub']}}}}}$")
        elif match.lastgroup == "sup":
            result.append(f"$^{{{match['sup']}}}$")
        elif match["symbol"]:
            result.append(f"${_named(match['symbol'])}$")
    return result + _text(markup[end:])


def plain_words(markup: str) -> str:
    """Return markup as plain text.

    >>> plain_words("$T$_{c}, exact")
    'T_c, exact'
    """
    return markup.replace("$", "").replace("_{", "_").replace("^{", "^").replace("}", "")


def _text(words: str) -> list[str]:
    """Return plain words, with symbols that the text font lacks apart."""
    parts = re.split("([⟨⟩∂ℓ])", words)
    return [
        _BRACKETS.get(part, f"${_NAMES[part]}$" if part in _NAMES else part)
        for part in parts
        if part
    ]


def _named(symbol: str) -> str:
    for sign, name in _NAMES.items():
        symbol = symbol.replace(sign, name)
    return symbol
