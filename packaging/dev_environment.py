"""The virtual environment beside the checkout: what makes it ready, and how to make it so."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from dev_process import NetworkError, Progress, SetupError, explain_os_error, run_logged, say
from dev_system import can_install, check_disk, install_missing, missing_parts, refuse_missing

Step = tuple[str, Callable[[], None]]

_PROBE = (
    "import importlib.util, sys; "
    "print('%d.%d' % sys.version_info[:2], importlib.util.find_spec('pip') is not None)"
)
_PIP_OPTIONS = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]


class Environment:
    """The virtual environment of one checkout.

    It is ready when its stamp matches the checkout: the stamp is written last, and holds the hash
    of what was installed. A marker exists while packages change, so that one left behind means an
    interruption, whose half-installed packages are thrown away.

    Args:
        root: Folder of the checkout, with pyproject.toml in it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.scripts = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.scripts / ("python.exe" if os.name == "nt" else "python")
        self.log = self.folder / "setup.log"
        self._stamp = self.folder / "setup-stamp.json"
        self._marker = self.folder / "setup-unfinished"
        self._lock = self.folder / "setup-lock"
        self._scratch = self.folder / "tmp"
        self._constraints = root / "packaging" / "constraints.txt"
        self._project = root / "pyproject.toml"

    def prepare(self, *, tests: bool, then: int = 0) -> Progress:
        """Set up whatever is missing.

        Args:
            tests: Whether the tools for testing and for the pages are needed too.
            then: Number of steps that the caller adds.

        Returns:
            The progress, for the caller's steps.

        Raises:
            SetupError: if the set-up cannot be finished.
        """
        if self.is_ready(tests=tests):
            return Progress(then)
        try:
            with self._locked():
                # Another set-up may have done all the work meanwhile.
                if self.is_ready(tests=tests):
                    return Progress(then)
                return self._set_up(tests=tests, then=then)
        except OSError as error:
            raise explain_os_error(error, self.root) from error

    def is_ready(self, *, tests: bool) -> bool:
        """Whether all that the checkout asks for is installed, and what Qt needs beneath it."""
        stamp = self._read_stamp()
        return (
            not self._marker.exists()
            and stamp.get("hash") == self._hash()
            and stamp.get("root") == str(self.root)
            and (stamp.get("tests") is True or not tests)
            and stamp.get("python") == self._python_version()
            and not missing_parts(os.environ, new_environment=False)
        )

    def install(self, name: str) -> None:
        """Install one more of the pinned packages.

        Raises:
            SetupError: if it cannot be installed.
        """
        with self._locked():
            self._pip(self._pinned(name))

    def _set_up(self, *, tests: bool, then: int) -> Progress:
        say(f"Setting up NRG in {self.folder} (log: {self.log})")
        steps = self._steps(tests=tests)
        progress = Progress(len(steps) + then)
        for title, work in steps:
            with progress.step(title):
                work()
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._write_stamp(tests=tests)
        return progress

    def _steps(self, *, tests: bool) -> list[Step]:
        """The work that is left, checked beforehand as far as possible."""
        new = not self._is_usable()
        steps: list[Step] = []
        missing = missing_parts(os.environ, new_environment=new)
        if missing and not can_install():
            raise refuse_missing(missing)
        if missing:
            title = f"Installing {' '.join(missing.values())}"
            steps.append((title, lambda: install_missing(missing, self.log)))
        if new:
            self._clear()
            check_disk(self.root)
            steps.append(("Making the virtual environment", self._make))
        requirements = self._requirements(tests=tests)
        torch = self._pinned("torch")
        return [
            *steps,
            (f"Installing {torch}", lambda: self._pip(torch)),
            (
                f"Installing {len(requirements)} packages and what they need",
                lambda: self._pip(*requirements),
            ),
            ("Installing NRG itself", self._install_project),
            ("Checking that PyTorch and Qt load", self._check_imports),
            ("Compiling the samplers", self._compile),
        ]

    def _is_usable(self) -> bool:
        """Whether packages can be installed into the environment as it stands."""
        stamp = self._read_stamp()
        version = self._python_version()
        return (
            not self._marker.exists()
            and version is not None
            and stamp.get("python", version) == version
            and stamp.get("root", str(self.root)) == str(self.root)
        )

    def _clear(self) -> None:
        """Throw away an environment that is half-made, broken or made for another place."""
        self._marker.touch()
        for path in self.folder.iterdir():
            if path in (self._marker, self._lock, self.log):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _make(self) -> None:
        # The base interpreter, in case this script runs with the environment's own Python.
        python = getattr(sys, "_base_executable", None) or sys.executable
        with self._changing():
            run_logged([python, "-m", "venv", str(self.folder)], self.log, self.variables())

    def _pip(self, *arguments: str) -> None:
        # Downloads and builds go to the disk whose free space was checked; /tmp may be small.
        self._scratch.mkdir(exist_ok=True)
        variables = self.variables() | {"TMPDIR": str(self._scratch), "PIP_USER": "0"}
        pins = ["-c", str(self._constraints)]
        command = [str(self.python), "-m", "pip", "install", *_PIP_OPTIONS, *pins, *arguments]
        with self._changing():
            run_logged(command, self.log, variables)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Leave the marker behind if the work inside is cut off or fails half-way."""
        self._marker.touch()
        try:
            yield
        except NetworkError:
            # pip downloads everything before it changes anything.
            self._marker.unlink()
            raise
        self._marker.unlink()

    def _install_project(self) -> None:
        self._pip("--no-deps", "--no-build-isolation", "-e", str(self.root))

    def _check_imports(self) -> None:
        code = "import torch, PySide6.QtWidgets"
        try:
            run_logged([str(self.python), "-c", code], self.log, self.variables())
        except SetupError as error:
            raise SetupError(
                f"The packages are installed but PyTorch or Qt does not load: see {self.log}, put "
                "right what it names and run this again."
            ) from error

    def _compile(self) -> None:
        """Do once what the first window would otherwise wait for."""
        module = "nrg_app.session.warm_up"
        run_logged([str(self.python), "-m", module], self.log, self.variables())

    def variables(self) -> dict[str, str]:
        """The variables for programs of the environment: yours, less what would mix in others."""
        variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
        variables["PATH"] = f"{self.scripts}{os.pathsep}{variables.get('PATH', '')}"
        variables["VIRTUAL_ENV"] = str(self.folder)
        return variables

    def _requirements(self, *, tests: bool) -> list[str]:
        """The direct requirements in pyproject.toml, with what builds the project."""
        project = tomllib.loads(self._project.read_text(encoding="utf-8"))
        requirements: list[str] = project["project"]["dependencies"]
        extras = project["project"]["optional-dependencies"]
        # The tests build the pages too.
        extra = [*extras["test"], *extras["docs"]] if tests else []
        return [*requirements, *project["build-system"]["requires"], *extra]

    def _pinned(self, name: str) -> str:
        pins = self._constraints.read_text(encoding="utf-8").splitlines()
        return next(pin for pin in pins if pin.startswith(f"{name}=="))

    def _hash(self) -> str:
        content = self._constraints.read_bytes() + self._project.read_bytes()
        return hashlib.sha256(content).hexdigest()

    def _python_version(self) -> str | None:
        """Version of the environment's Python, e.g. '3.11'; None if it or its pip is missing."""
        try:
            result = subprocess.run(
                [str(self.python), "-I", "-c", _PROBE], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        version, has_pip = result.stdout.split()
        return version if has_pip == "True" else None

    def _read_stamp(self) -> Mapping[str, object]:
        try:
            stamp = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def _write_stamp(self, *, tests: bool) -> None:
        stamp = {
            "hash": self._hash(),
            "root": str(self.root),
            "python": self._python_version(),
            "tests": tests,
        }
        temporary = self._stamp.with_suffix(".new")
        temporary.write_text(json.dumps(stamp), encoding="utf-8")
        temporary.replace(self._stamp)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep a second set-up of the same checkout waiting."""
        self.folder.mkdir(exist_ok=True)
        with self._lock.open("w") as file:
            if os.name != "nt":
                import fcntl

                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    say("Another set-up is at work here: waiting for it.")
                    fcntl.flock(file, fcntl.LOCK_EX)
            yield
