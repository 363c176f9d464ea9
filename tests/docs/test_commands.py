"""The command lines of README.md and of every page are ones that the program takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import dev_commands
import pytest
import typer.main

from nrg_app.cli.main import app

from .pages import PAGES, blocks

_MENTION = re.compile(r"`(?:\.venv/bin/)?nrg ([a-z][^`]*)`")
# Words of running text that stand for something else.
_STAND_INS = {"NAME": "ising-8"}


def command_lines(page: Path) -> list[str]:
    """The lines of the shell blocks of a page, continued ones joined, without their comments."""
    text = "\n".join(block for _, block in blocks(page, "sh")).replace("\\\n", " ")
    lines = [line.partition(" #")[0].strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def mentions(page: Path) -> list[str]:
    """What running text says of ``nrg``: a command with some of its options."""
    return _MENTION.findall(page.read_text(encoding="utf-8").replace("\n", " "))


COMMANDS = [(page.stem, line) for page in PAGES for line in command_lines(page)]
MENTIONS = [(page.stem, words) for page in PAGES for words in mentions(page)]


def command_of(words: list[str]) -> tuple[typer.main.TyperCommand, list[str]]:
    """The command that words name, and the words that follow."""
    group = typer.main.get_group(app)
    context = group.make_context("nrg", list(words))
    _, command, rest = group.resolve_command(context, words)
    assert isinstance(command, typer.main.TyperCommand)
    return command, rest


def parse(words: list[str]) -> None:
    """Read the words of a command of ``nrg`` as the program does, without running it."""
    command, rest = command_of(words)
    command.make_context(command.name, rest)


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_a_command_in_a_page_is_one_of_the_program(page: str, line: str) -> None:
    words = [_STAND_INS.get(word, word) for word in shlex.split(line)]
    program = words[0].rpartition("/")[2]
    if program == "nrg":
        parse(words[1:])
    elif program == "torchrun":
        parse(words[words.index("nrg_app") + 1 :])
    elif program == "python3":
        assert words[1] == "packaging/dev.py"
        assert f"dev.py {words[2]}" in dev_commands.USAGE
    else:
        raise AssertionError(f"nobody looks at '{line}' in {page}")


@pytest.mark.parametrize(("page", "text"), MENTIONS)
def test_what_a_page_mentions_is_an_option_of_the_command(page: str, text: str) -> None:
    command, rest = command_of(text.split())
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    assert {word for word in rest if word.startswith("-")} <= known | {"--help"}


@pytest.mark.parametrize("words", [["sample", "ising-8", "--tempurature", "2"], ["sampel"]])
def test_a_command_with_a_slip_is_found(words: list[str]) -> None:
    with pytest.raises(Exception, match="No such"):
        parse(words)
