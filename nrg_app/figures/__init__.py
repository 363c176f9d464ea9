"""Publication figures: a finished result in, a Matplotlib ``Figure`` out. No pyplot, no Qt."""

from __future__ import annotations

import logging

# Matplotlib's search for fonts is its own business: that it takes a moment, or cannot be kept.
logging.getLogger("matplotlib.font_manager").setLevel(logging.CRITICAL)
