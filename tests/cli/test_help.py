"""The help of every command: a sentence for each command and option, and choices that exist."""

from __future__ import annotations

from typing import Any, get_args

import pytest
import typer.main

from nrg_app.cli.main import app
from nrg_app.ui.theme import THEMES
from nrg_app.ui.workspaces import WORKSPACES

COMMANDS: dict[str, Any] = typer.main.get_group(app).commands


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained_in_sentences(name: str) -> None:
    command = COMMANDS[name]
    said = {option.name: option.help or "" for option in command.params} | {"": command.help}
    assert not [key for key, text in said.items() if not text[:1].isupper() or text[-1] != "."]


def test_a_picture_is_made_of_every_workspace_in_every_theme() -> None:
    options = {option.name: option for option in COMMANDS["screenshot"].params}
    for name, known in (("workspace", WORKSPACES), ("theme", THEMES)):
        assert set(get_args(options[name].type_descriptor.annotation)) == set(known)
