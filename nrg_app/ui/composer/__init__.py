"""The composer: panels of the window on a grid, as one figure and as a template."""
