"""How Sphinx builds these pages: ``python3 packaging/dev.py docs`` writes them to build/docs.

The pages load nothing from the network: formulas are MathML, which browsers draw themselves.
"""

from itertools import groupby

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml

from nrg_app import __version__
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
    "page_width": "1080px",
}
html_math_renderer = "mathml"


_ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


def _inline(writer, node):
    writer.body.append(tex2mathml(node.astext()))
    raise SkipNode


def _block(writer, node):
    writer.body.append(f"<p>{tex2mathml(node.astext(), as_block=True)}</p>")
    raise SkipNode


def _table(caption, head, rows):
    lines = [f"| {left} | {right} |" for left, right in (head, ("---", "---"), *rows)]
    return "\n".join([f"## {caption}", "", *lines, ""])


def _keys(spec):
    text = ", ".join(spec.keys)
    for word, arrow in _ARROWS.items():
        text = text.replace(word, arrow)
    return text


def _add_keys(_app, page, source):
    """Put the keys of the program's own tables into the page of keys."""
    if page == "keys":
        groups = groupby((spec for spec in TABLE if spec.keys), lambda spec: spec.group)
        tables = [
            _table(name, ("key", "action"), [(_keys(spec), spec.text) for spec in specs])
            for name, specs in groups
        ]
        tables.append(_table("Pointer", ("gesture", "what happens"), POINTER_HINTS))
        source[0] = source[0].replace("{{keys}}", "\n".join(tables))


def setup(app):
    """Let formulas become MathML, which needs no script, and fill in the keys."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("source-read", _add_keys)
