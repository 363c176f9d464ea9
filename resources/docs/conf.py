"""How Sphinx builds these pages: ``python3 packaging/dev.py docs`` writes them to build/docs.

The pages load nothing from the network: formulas are MathML, which browsers draw themselves.
"""

from docutils.utils.math.latex2mathml import tex2mathml

from nrg_app import __version__

project = "NRG"
author = "The NRG developers"
release = version = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
nitpicky = True
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


def _inline(writer, node):
    writer.body.append(tex2mathml(node.astext()))
    _skip(writer, node)


def _block(writer, node):
    writer.body.append(f"<p>{tex2mathml(node.astext(), as_block=True)}</p>")
    _skip(writer, node)


def _skip(_writer, _node):
    from docutils.nodes import SkipNode

    raise SkipNode


def setup(app):
    """Let formulas become MathML, which needs no script and no font from elsewhere."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
