"""Workspaces made of docks: panels that can be moved, tabbed, floated and hidden.

A workspace is a :class:`~nrg_app.ui.docks.workspace.DockedWorkspace` of some panels and a function
that says where they go at a given size. Until the user moves something this default follows the
size of the window; from then on the user's arrangement does, in proportion.
"""
