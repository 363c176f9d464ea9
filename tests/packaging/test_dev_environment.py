"""The virtual environment of a checkout: made once, kept while it is sound, repaired when not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dev_environment import Environment
from dev_process import NetworkError

if TYPE_CHECKING:
    from tests.packaging.conftest import FakeMachine

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake interpreter is a shell script")


def test_torch_is_installed_first_and_the_project_last(
    environment: Environment, machine: FakeMachine
) -> None:
    environment.prepare(tests=False)
    torch, others, project = machine.installed()
    assert torch == ["torch==2.13.0"]
    assert any(name.startswith("PySide6-Essentials") for name in others)
    assert not any(name.startswith("pytest") for name in others)
    assert project == ["--no-deps", "--no-build-isolation", "-e", str(environment.root)]
    assert environment.is_ready(tests=False)


def test_steps_are_numbered_to_the_end(
    environment: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = environment.prepare(tests=True, then=1)
    with progress.step("Checking"):
        pass
    output = capsys.readouterr().out
    assert "[1/7] Making the virtual environment" in output
    assert "[7/7] Checking" in output


def test_a_second_set_up_does_nothing(environment: Environment, machine: FakeMachine) -> None:
    environment.prepare(tests=True)
    machine.commands.clear()
    environment.prepare(tests=True)
    environment.prepare(tests=False)
    assert machine.commands == []


def test_the_test_tools_are_added_when_they_are_needed(
    environment: Environment, machine: FakeMachine
) -> None:
    environment.prepare(tests=False)
    assert not environment.is_ready(tests=True)
    environment.prepare(tests=True)
    for tool in ("pytest-qt", "sphinx"):
        assert any(name.startswith(tool) for name in machine.installed()[-2])
    assert machine.made() == 1


def test_new_pins_are_installed_into_the_same_environment(
    environment: Environment, machine: FakeMachine
) -> None:
    environment.prepare(tests=False)
    with (environment.root / "packaging" / "constraints.txt").open("a") as pins:
        pins.write("colour==1.0\n")
    environment.prepare(tests=False)
    assert len(machine.installed()) == 6
    assert machine.made() == 1


def test_an_environment_made_by_hand_is_kept(
    environment: Environment, machine: FakeMachine
) -> None:
    environment.scripts.mkdir(parents=True)
    machine.add_python(environment.python)
    environment.prepare(tests=False)
    assert machine.made() == 0
    assert environment.is_ready(tests=False)


@pytest.mark.parametrize("interrupted", ["venv", "torch==2.13.0", "--no-deps"])
def test_an_interrupted_set_up_is_made_anew(
    environment: Environment, machine: FakeMachine, interrupted: str
) -> None:
    machine.failures[interrupted] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        environment.prepare(tests=False)
    assert not environment.is_ready(tests=False)
    half = environment.folder / "lib" / "half-installed"
    half.mkdir(parents=True)
    machine.failures.clear()
    environment.prepare(tests=False)
    assert machine.made() == 2
    assert not half.exists()
    assert environment.is_ready(tests=False)


def test_a_lost_network_does_not_cost_what_is_installed(
    environment: Environment, machine: FakeMachine
) -> None:
    machine.failures["--no-deps"] = NetworkError("no network")
    with pytest.raises(NetworkError):
        environment.prepare(tests=False)
    machine.failures.clear()
    environment.prepare(tests=False)
    assert machine.made() == 1
    assert environment.is_ready(tests=False)


def test_a_broken_interpreter_is_replaced(environment: Environment, machine: FakeMachine) -> None:
    environment.prepare(tests=False)
    environment.python.unlink()
    assert not environment.is_ready(tests=False)
    environment.prepare(tests=False)
    assert machine.made() == 2


def test_a_checkout_that_was_moved_is_set_up_anew(
    environment: Environment, machine: FakeMachine, tmp_path: Path
) -> None:
    environment.prepare(tests=False)
    moved = Environment(environment.root.rename(tmp_path / "moved"))
    assert not moved.is_ready(tests=False)
    moved.prepare(tests=False)
    assert machine.made() == 2
    assert moved.is_ready(tests=False)
