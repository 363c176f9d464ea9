"""A machine on which set-ups are tried: commands are recorded, not run."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import dev_environment
import dev_system
import pytest
from dev_environment import Environment

ROOT = Path(__file__).resolve().parents[2]


class FakeMachine:
    """Records the commands of a set-up in place of running them."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.failures: dict[str, BaseException] = {}

    def run(self, command: list[str], log: Path, environment: dict[str, str]) -> list[str]:
        """Stand in for run_logged: fail if told so, else make the interpreter of a new venv."""
        self.commands.append(list(command))
        for word, failure in self.failures.items():
            if word in command:
                raise failure
        if "venv" in command:
            scripts = Path(command[-1]) / "bin"
            scripts.mkdir()
            self.add_python(scripts / "python")
        return []

    def add_python(self, path: Path) -> None:
        """Put an interpreter there that says only what a set-up asks of it."""
        path.write_text("#!/bin/sh\necho 3.11 True\n")
        path.chmod(0o755)

    def installed(self) -> list[list[str]]:
        """What each pip command was asked to install, without the options common to all."""
        pip = [command for command in self.commands if "pip" in command]
        return [command[command.index("-c") + 2 :] for command in pip]

    def made(self) -> int:
        """How many virtual environments were made."""
        return sum("venv" in command for command in self.commands)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> FakeMachine:
    fake = FakeMachine()
    monkeypatch.setattr(dev_environment, "run_logged", fake.run)
    monkeypatch.setattr(dev_system, "run_logged", fake.run)
    monkeypatch.setattr(dev_system, "is_loadable", lambda library: True)
    monkeypatch.setattr(dev_system, "makes_environments", lambda: True)
    disk = SimpleNamespace(free=10**11)
    monkeypatch.setattr(dev_system.shutil, "disk_usage", lambda path: disk)
    return fake


@pytest.fixture
def environment(machine: FakeMachine, tmp_path: Path) -> Environment:
    """A checkout that was never set up."""
    checkout = tmp_path / "checkout"
    (checkout / "packaging").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", checkout)
    shutil.copy(ROOT / "packaging" / "constraints.txt", checkout / "packaging")
    return Environment(checkout)
