"""Publication figures: a finished result in, a Matplotlib ``Figure`` out. No pyplot, no Qt."""
