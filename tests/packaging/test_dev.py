"""The set-up script: what it does, in which order, and what it says when it cannot go on."""

from __future__ import annotations

import ast
import errno
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import dev_commands
import dev_environment
import dev_process
import dev_system
import pytest
from dev_environment import Environment
from dev_process import SetupError

if TYPE_CHECKING:
    from tests.packaging.conftest import FakeMachine

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "dev.py"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake interpreter is a shell script")


def run_script(version: tuple[int, int]) -> subprocess.CompletedProcess[str]:
    code = (
        f"import runpy, sys; sys.version_info = {(*version, 0, 'final', 0)}; "
        f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-c", code, "nonsense"], capture_output=True, text=True)


def test_an_old_python_is_refused_in_one_sentence() -> None:
    result = run_script((3, 9))
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer and this is Python 3.9" in result.stderr


def test_the_script_has_no_syntax_that_old_pythons_lack() -> None:
    modern = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Match)
    for node in ast.walk(ast.parse(SCRIPT.read_text())):
        assert not isinstance(node, modern)
        assert not getattr(node, "returns", None)
        assert not getattr(node, "annotation", None)


def test_an_unknown_command_shows_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev_commands.main(["build-a-house"]) == 2
    assert "dev.py run" in capsys.readouterr().err


def test_too_little_disk_space_is_said_before_anything_is_installed(
    environment: Environment, machine: FakeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SimpleNamespace(free=4 * 10**8)
    monkeypatch.setattr(dev_system.shutil, "disk_usage", lambda path: disk)
    with pytest.raises(SetupError, match=r"about 3 GB .* has 0\.4 GB free"):
        environment.prepare(tests=False)
    assert machine.commands == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "is full: free about 3 GB"),
        (errno.EROFS, "cannot be written to: copy NRG"),
        (errno.EACCES, "cannot be written to: copy NRG"),
    ],
)
def test_an_error_of_the_disk_becomes_a_sentence(
    environment: Environment, machine: FakeMachine, number: int, sentence: str
) -> None:
    machine.failures["venv"] = OSError(number, os.strerror(number))
    with pytest.raises(SetupError, match=sentence):
        environment.prepare(tests=False)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Failed to establish a new connection: [Errno -2]", "cannot be reached: check the net"),
        ("ERROR: [Errno 28] No space left on device", "is full: free about 3 GB"),
        ("ERROR: No matching distribution found for torch==2.13.0", "There is no torch==2.13.0"),
        ("ERROR: Cannot install a==1 because these package versions have", "There is no a==1 for"),
        ("ERROR: [Errno 13] Permission denied: '/x'", "could not be written: make"),
        ("something else", "see .*setup.log"),
    ],
)
def test_what_pip_prints_becomes_a_sentence(line: str, sentence: str, tmp_path: Path) -> None:
    error = dev_process.explain_failure([line], tmp_path / ".venv" / "setup.log")
    assert isinstance(error, SetupError)
    with pytest.raises(SetupError, match=sentence):
        raise error


def test_a_missing_library_names_one_apt_command(
    environment: Environment, machine: FakeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = ("libEGL.so.1", "libdbus-1.so.3")
    monkeypatch.setattr(dev_system, "is_loadable", lambda library: library not in missing)
    monkeypatch.setattr(dev_system, "_is_root", lambda: False)
    monkeypatch.setattr(dev_system.shutil, "which", lambda name: f"/usr/bin/{name}")
    command = "sudo apt-get install -y --no-install-recommends libegl1 libdbus-1-3"
    with pytest.raises(SetupError, match=f"run '{command}' and then this again"):
        environment.prepare(tests=False)
    assert machine.commands == []


def test_root_installs_missing_libraries_itself(
    environment: Environment, machine: FakeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev_system, "is_loadable", lambda library: library != "libEGL.so.1")
    monkeypatch.setattr(dev_environment, "can_install", lambda: True)
    environment.prepare(tests=False)
    assert machine.commands[0] == ["apt-get", "update"]
    assert machine.commands[1][-1] == "libegl1"


def test_a_python_without_venv_names_its_package(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev_system, "makes_environments", lambda: False)
    monkeypatch.setattr(dev_system, "_is_root", lambda: False)
    monkeypatch.setattr(dev_system.shutil, "which", lambda name: f"/usr/bin/{name}")
    package = f"python3.{sys.version_info[1]}-venv"
    with pytest.raises(SetupError, match=f"venv module: run 'sudo apt-get install .*{package}'"):
        environment.prepare(tests=False)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ""}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
    ],
)
def test_a_display_is_recognised(variables: dict[str, str], expected: bool) -> None:
    assert dev_system.has_display(variables) is expected


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes them from the system")
def test_libraries_of_x11_are_needed_for_its_windows_only() -> None:
    assert "libxcb-cursor.so.0" in dev_system.libraries_needed({"DISPLAY": ":0"})
    offscreen = {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}
    assert "libxcb-cursor.so.0" not in dev_system.libraries_needed(offscreen)


@pytest.mark.parametrize(
    ("arguments", "display", "expected"),
    [
        ([], True, []),
        ([], False, ["demo", "--out", "nrg-output"]),
        (["sample", "--seed", "1"], False, ["sample", "--seed", "1"]),
    ],
)
def test_run_starts_the_program_or_its_demonstration(
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    display: bool,
    expected: list[str],
) -> None:
    started: list[list[str]] = []

    def execve(path: str, command: list[str], variables: dict[str, str]) -> None:
        started.append(command)

    monkeypatch.setattr(dev_commands.os, "execve", execve)
    monkeypatch.setattr(dev_commands, "has_display", lambda variables: display)
    dev_commands.run(environment, arguments)
    assert started == [[str(environment.python), "-m", "nrg_app", *expected]]


def test_other_peoples_packages_stay_outside(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere/else")
    assert "PYTHONPATH" not in environment.variables()


@pytest.mark.parametrize(("failing", "status"), [(None, 0), ("mypy", 1), ("pytest", 1)])
def test_all_checks_run_and_the_summary_names_the_failed(
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failing: str | None,
    status: int,
) -> None:
    called: list[list[str]] = []

    def call(command: list[str], **options: object) -> int:
        called.append(command)
        return int(failing in command)

    monkeypatch.setattr(dev_commands.subprocess, "call", call)
    assert dev_commands.test(environment, ["-k", "lattice"]) == status
    assert [command[-1] for command in called[:3]] == [
        "check",
        str(environment.scripts / "lint-imports"),
        "mypy",
    ]
    assert called[3][-3:] == ["pytest", "-k", "lattice"]
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == (f"1 of 4 checks failed: {failing}." if failing else "All 4 checks passed.")


@pytest.mark.parametrize("status", [0, 2])
def test_the_pages_are_written_and_their_place_is_named(
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    status: int,
) -> None:
    called: list[list[str]] = []

    def call(command: list[str], **options: object) -> int:
        called.append(command)
        return status

    monkeypatch.setattr(dev_commands.subprocess, "call", call)
    assert dev_commands.docs(environment, []) == status
    (command,) = called
    assert {"sphinx", "-W", "resources/docs"} <= set(command)
    page = environment.root / "build" / "docs" / "index.html"
    assert (str(page) in capsys.readouterr().out) == (status == 0)


def test_a_failing_command_shows_its_last_lines_and_logs_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "setup.log"
    code = "for i in range(40): print('line', i)\nraise SystemExit(3)"
    with pytest.raises(SetupError, match=r"setup\.log"):
        dev_process.run_logged([sys.executable, "-c", code], log, os.environ)
    shown = capsys.readouterr().err
    assert "line 39" in shown
    assert "line 3\n" not in shown
    assert "line 3\n" in log.read_text()


def test_an_interrupt_ends_the_programs_that_the_command_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    code = (
        "import subprocess, pathlib; p = subprocess.Popen(['sleep', '600']); "
        f"pathlib.Path({str(started)!r}).touch(); p.wait()"
    )

    def interrupt(process: object, lines: object) -> None:
        while not started.exists():
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(dev_process, "_wait_with_heartbeat", interrupt)
    # It comes back only when nobody holds the output open any more, the sleeper included.
    with pytest.raises(KeyboardInterrupt):
        dev_process.run_logged([sys.executable, "-c", code], tmp_path / "log", os.environ)
