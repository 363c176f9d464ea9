"""How Sphinx builds these pages: ``python3 packaging/dev.py docs`` writes them to build/docs.

The pages load nothing from the network: formulas are MathML, which browsers draw themselves.
"""

import re
from itertools import groupby
from typing import Literal, get_args, get_origin

import typer.main
from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml

from nrg_app import __version__
from nrg_app.cli.main import app as commands
from nrg_app.ui.actions import TABLE
from nrg_app.ui.sheets import POINTER_HINTS

project = "NRG"
author = "The NRG developers"
release = version = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
nitpicky = True
smartquotes = False
html_title = f"NRG {__version__}"
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "description": "A laboratory for neural renormalization",
    "fixed_sidebar": True,
    "page_width": "1180px",
    "body_max_width": "880px",
    "code_font_size": "0.8em",
}
html_static_path = ["style"]
html_css_files = ["pages.css"]
html_math_renderer = "mathml"


_ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


_SPACE = '<mspace width="0.167em"></mspace>'
_APPLY = "<mo>&ApplyFunction;</mo>"


def _inline(writer, node):
    writer.body.append(_formula(node))
    raise SkipNode


def _block(writer, node):
    writer.body.append(f'<div class="formula">{_formula(node, as_block=True)}</div>')
    raise SkipNode


def _formula(node, **options):
    """MathML with the spaces of TeX: around names of functions, none inside bars and brackets."""
    text = tex2mathml(node.astext(), **options)
    text = re.sub(r"<mo>(?=[⟨⟩])", '<mo stretchy="false">', text)
    text = text.replace('<mo stretchy="false">|', '<mo stretchy="false" lspace="0" rspace="0">|')
    text = re.sub(rf"{_APPLY}(?!\s*<mo[^>]*>[(\[])", rf"{_APPLY}{_SPACE}", text)
    return re.sub(rf"(</m(?!o>)\w+>\s*)(?=<mi>\w+</mi>\s*{_APPLY})", rf"\1{_SPACE}", text)


def _table(caption, head, rows):
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (head, ("---", "---"), *rows)]
    lines = [f"| {left} | {right} |" for left, right in cells]
    return "\n".join([f"## {caption}", "", *lines, ""])


def _key_tables():
    groups = groupby((spec for spec in TABLE if spec.keys), lambda spec: spec.group)
    for name, specs in groups:
        yield _table(name, ("key", "action"), [(_keys(spec), spec.text) for spec in specs])
    yield _table("Pointer", ("gesture", "what happens"), POINTER_HINTS)


def _keys(spec):
    text = ", ".join(spec.keys)
    for word, arrow in _ARROWS.items():
        text = text.replace(word, arrow)
    return text


def _command_tables():
    shown = typer.main.get_group(commands).commands.items()
    for name, command in ((n, c) for n, c in shown if not c.hidden):
        rows = [(_names(option), _meaning(option)) for option in command.params]
        table = _table(f"nrg {name}", ("option", "meaning"), rows) if rows else f"## nrg {name}\n"
        caption, table = table.split("\n", 1)
        yield f"{caption}\n\n{command.help}\n{table}"


def _names(option):
    if option.param_type_name == "argument":
        return f"`{option.name.upper()}`"
    return ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))


def _meaning(option):
    """What the help says of an option, with its choices and its default."""
    words = [option.help]
    annotation = option.type_descriptor.annotation
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Literal:
            words.append(f"One of {', '.join(get_args(part))}.")
    if isinstance(option.show_default, str):
        words.append(f"Default: {option.show_default}.")
    elif option.show_default and not (
        option.default in (None, "") or isinstance(option.default, bool)
    ):
        words.append(f"Default: {option.default}.")
    return " ".join(words)


def _fill_in(_app, page, source):
    """Put the tables of the program itself into the pages of keys and commands.

    The empty line that ends an example for the tests is not shown.
    """
    source[0] = source[0].replace("\n\n```\n", "\n```\n")
    tables = {"keys": _key_tables, "commands": _command_tables}
    if page in tables:
        source[0] = source[0].replace(f"<!-- {page} -->", "\n".join(tables[page]()))


def setup(app):
    """Let formulas become MathML, which needs no script, and fill in the tables."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("source-read", _fill_in)
