"""The commands of packaging/dev.py: run the program, test it, write its pages, build it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from dev_build import Build
from dev_environment import Environment
from dev_process import Progress, SetupError, say
from dev_system import has_display

ROOT = Path(__file__).resolve().parent.parent
DEMO = ["demo", "--out", "nrg-output"]
USAGE = """usage: python3 packaging/dev.py run [arguments for the program]
       python3 packaging/dev.py test [arguments for pytest]
       python3 packaging/dev.py docs
       python3 packaging/dev.py build

run    set up NRG in .venv where needed and open it
test   set up NRG with its test tools and run all checks
docs   write the pages of resources/docs to build/docs
build  make a wheel, a program without Python and, on Debian, a package in dist; try each"""


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: The command and its own arguments.

    Returns:
        The exit status: that of the program or the checks, 1 for a set-up that failed, 2 for a
        command that does not exist, 130 after an interrupt.
    """
    commands = {"run": run, "test": test, "docs": docs, "build": build}
    if arguments and arguments[0] in ("-h", "--help"):
        print(USAGE)
        return 0
    if not arguments or arguments[0] not in commands:
        print(USAGE, file=sys.stderr)
        return 2
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    try:
        return commands[arguments[0]](Environment(ROOT), list(arguments[1:]))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped: run the same command again to go on.", file=sys.stderr)
        return 130


# Two or more files of tests at a time, as many as there are processors.
ALL_TESTS = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def run(environment: Environment, arguments: list[str]) -> int:
    """Open the program, or write its demonstration where no window can open."""
    environment.prepare(tests=False)
    if not arguments and not has_display(os.environ):
        say(
            "There is no display here to open the window on: writing the demonstration to "
            f"{DEMO[-1]} instead."
        )
        arguments = DEMO
    command = [str(environment.python), "-m", "nrg_app", *arguments]
    if os.name == "nt":
        return subprocess.call(command, env=environment.variables())
    # The program takes the place of this process, and with it the signals and the exit status.
    sys.stdout.flush()
    os.execve(command[0], command, environment.variables())


def test(environment: Environment, arguments: list[str]) -> int:
    """Run every check, then say which failed."""
    python = str(environment.python)
    checks = {
        "ruff": [python, "-m", "ruff", "check"],
        "import rules": [str(environment.scripts / "lint-imports")],
        "mypy": [python, "-m", "mypy"],
        "pytest": [python, "-m", "pytest", *(arguments or ALL_TESTS)],
    }
    progress = environment.prepare(tests=True, then=len(checks))
    results = {}
    for name, command in checks.items():
        results[name] = _check(name, command, environment, progress)
    say("")
    for name, (passed, seconds) in results.items():
        say(f"{name:13} {'passed' if passed else 'FAILED'} {seconds:8.1f} s")
    failed = [name for name, (passed, _) in results.items() if not passed]
    if failed:
        say(f"{len(failed)} of {len(checks)} checks failed: {', '.join(failed)}.")
        return 1
    say(f"All {len(checks)} checks passed.")
    return 0


def docs(environment: Environment, arguments: list[str]) -> int:
    """Write the pages as HTML; a warning of Sphinx is an error."""
    if arguments:
        print(USAGE, file=sys.stderr)
        return 2
    environment.prepare(tests=True)
    python, target = str(environment.python), Path("build", "docs")
    command = [python, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    folders = ["-d", "build/doctrees", "resources/docs", str(target)]
    status = subprocess.call(
        [*command, *folders], cwd=environment.root, env=environment.variables()
    )
    if status == 0:
        say(f"Open {environment.root / target / 'index.html'} in a browser.")
    return status


def build(environment: Environment, arguments: list[str]) -> int:
    """Make what is handed to users, and try it."""
    if arguments:
        print(USAGE, file=sys.stderr)
        return 2
    environment.prepare(tests=False)
    Build(environment).make()
    return 0


def _check(
    name: str, command: list[str], environment: Environment, progress: Progress
) -> tuple[bool, float]:
    """Run one check on the terminal; whether it passed, and the seconds that it took."""
    start = time.monotonic()
    with progress.step(f"Checking with {name}"):
        status = subprocess.call(
            command, cwd=environment.root, env=environment.variables(), stdin=subprocess.DEVNULL
        )
    return status == 0, time.monotonic() - start
