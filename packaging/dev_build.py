"""packaging/dev.py build: a wheel, the one-folder program and a Debian package, each tried out."""

from __future__ import annotations

import gzip
import json
import os
import platform
import shutil
import subprocess
import time
import venv
from collections.abc import Callable, Mapping
from email.utils import formatdate
from pathlib import Path

from dev_environment import Environment
from dev_process import Progress, SetupError, run_logged, say

from nrg_app.qt_libraries import OFFSCREEN_LIBRARIES, X11_LIBRARIES

_DESCRIPTION = """neural renormalization of the two-dimensional Ising model
 A desktop laboratory around a hierarchical bijective network that learns the
 two-dimensional Ising model from its Hamiltonian alone, without data."""
# What every built program must be able to do, without a display and without a home of ours.
_TRIALS = (
    ("models",),
    ("sample", "ising-8", "-T", "2.3", "-n", "64"),
    ("screenshot", "--out", "{folder}/window.png"),
    ("figure", "--out", "{folder}/flow.pdf"),
    ("record", "sweep", "-m", "ising-8", "--frames", "3", "--out", "{folder}/sweep.mp4"),
)
_MAINTAINER = "The NRG developers <nrg@localhost>"
_LARGE = 100e6  # bytes of a library worth stripping
# Debian 12 and later call some packages by other names.
_RENAMED = {"libglib2.0-0": "libglib2.0-0 | libglib2.0-0t64"}


class Build:
    """Everything that is made, in ``dist/`` of the checkout; ``build/`` is scratch.

    Args:
        environment: The virtual environment with what is bundled.
    """

    def __init__(self, environment: Environment) -> None:
        self.root = environment.root
        self.environment = environment
        self.scratch = self.root / "build"
        self.dist = self.root / "dist"
        self.log = self.scratch / "build.log"
        self.version = self._version()

    def make(self) -> None:
        """Make and try everything that this system can make; report sizes and start-up times.

        Raises:
            SetupError: if something cannot be made or does not work.
        """
        self.scratch.mkdir(exist_ok=True)
        self.dist.mkdir(exist_ok=True)
        steps: dict[str, Callable[[], None]] = {
            "Building the wheel": self._wheel,
            "Trying the wheel in a new environment": self._try_wheel,
            "Freezing the program": self._freeze,
            "Trying the frozen program": self._try_frozen,
        }
        if shutil.which("dpkg-deb"):
            steps |= {
                "Packing for Debian": self._pack,
                "Trying the package": self._try_package,
            }
        progress = Progress(len(steps))
        for title, work in steps.items():
            with progress.step(title):
                work()
        for path in sorted(self.dist.iterdir()):
            say(f"{path.relative_to(self.root)}: {_size(path) / 1e6:,.0f} MB")

    def _version(self) -> str:
        code = "import nrg_app; print(nrg_app.__version__)"
        command = [str(self.environment.python), "-c", code]
        result = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=True)
        return result.stdout.strip()

    def _run(self, *command: str | Path, **variables: str) -> list[str]:
        return run_logged(
            [str(part) for part in command],
            self.log,
            self.environment.variables() | _REPRODUCIBLE | variables,
        )

    # -- wheel ----------------------------------------------------------------------------------

    @property
    def wheel(self) -> Path:
        """The file of the wheel."""
        return self.dist / f"nrg_desktop-{self.version}-py3-none-any.whl"

    def _wheel(self) -> None:
        options = ["--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
        python = self.environment.python
        self._run(python, "-m", "pip", "wheel", *options, "-w", self.dist, self.root)

    def _try_wheel(self) -> None:
        """In an environment of its own, which sees the packages of ours but not the checkout."""
        folder = self.scratch / "wheel-trial"
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        python = folder / self.environment.python.relative_to(self.environment.folder)
        self._run(python, "-m", "pip", "install", "--no-deps", self.wheel)
        packages = next(self.environment.folder.glob("**/site-packages"))
        own = next(folder.glob("**/site-packages"))
        # After its own, so that the wheel is what is imported; without our editable install.
        (own / "bundled.pth").write_text(f"import sys; sys.path.append({str(packages)!r})\n")
        self._try([str(python.parent / "nrg")], self._trial_folder("wheel"))

    # -- frozen ---------------------------------------------------------------------------------

    def _freeze(self) -> None:
        self.environment.install("pyinstaller")
        spec = self.root / "packaging" / "nrg.spec"
        python, work = self.environment.python, self.scratch / "pyinstaller"
        options = ["--noconfirm", "--distpath", str(self.dist), "--workpath", str(work)]
        self._run(python, "-m", "PyInstaller", *options, spec)
        self._strip()
        self._compile()
        licences = self.root / "packaging" / "licences.py"
        self._run(python, licences, self.dist / "nrg" / "licences")
        shutil.copyfile(self.root / "LICENSE", self.dist / "nrg" / "licences" / "LICENSE")

    def _strip(self) -> None:
        """Leave out names that only a debugger needs, of the largest libraries (Linux).

        Smaller ones are not worth it, and some of them do not survive it; Python's does.
        """
        if shutil.which("strip") is None:
            return
        for library in (self.dist / "nrg").rglob("*.so*"):
            large = library.stat().st_size > _LARGE or library.name.startswith("libpython")
            if large and not library.is_symlink():
                self._run("strip", "--strip-unneeded", library)

    def _compile(self) -> None:
        """Compile our modules, which stay as they are for Numba, or every start would do it."""
        package = self.dist / "nrg" / "_internal" / "nrg_app"
        options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(package.parent)]
        self._run(self.environment.python, "-m", "compileall", *options, package)

    def _try_frozen(self) -> None:
        self._try([str(self.dist / "nrg" / "nrg")], self._trial_folder("frozen"))

    # -- Debian package -------------------------------------------------------------------------

    @property
    def package(self) -> Path:
        """The file of the Debian package."""
        return self.dist / f"nrg_{self.version}_{_debian_architecture()}.deb"

    def _pack(self) -> None:
        tree = self.scratch / "debian"
        shutil.rmtree(tree, ignore_errors=True)
        program = tree / "usr" / "lib" / "nrg"
        program.parent.mkdir(parents=True)
        # The system's own encoder of movies is recommended, in place of one of 170 MB.
        leave_out = shutil.ignore_patterns("ffmpeg-*")
        shutil.copytree(self.dist / "nrg", program, symlinks=True, ignore=leave_out)
        for source, target in (
            ("packaging/linux/nrg.desktop", "usr/share/applications/nrg.desktop"),
            ("packaging/linux/nrg.xml", "usr/share/mime/packages/nrg.xml"),
            ("packaging/linux/nrg.metainfo.xml", "usr/share/metainfo/nrg.metainfo.xml"),
            ("resources/icons/nrg.svg", "usr/share/icons/hicolor/scalable/apps/nrg.svg"),
            ("packaging/linux/copyright", "usr/share/doc/nrg/copyright"),
        ):
            (tree / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.root / source, tree / target)
        changes = gzip.compress(_CHANGES.format(self.version).encode(), mtime=0)
        (tree / "usr/share/doc/nrg/changelog.gz").write_bytes(changes)
        (tree / "usr" / "bin").mkdir()
        (tree / "usr" / "bin" / "nrg").symlink_to("../lib/nrg/nrg")
        (tree / "DEBIAN").mkdir()
        (tree / "DEBIAN" / "control").write_text(self._control(_size(tree)), encoding="utf-8")
        options = ["--root-owner-group", "-Zzstd", "-z9"]
        self._run("dpkg-deb", *options, "--build", tree, self.package)

    def _control(self, size: int) -> str:
        needed = sorted({*OFFSCREEN_LIBRARIES.values(), *X11_LIBRARIES.values()})
        fields = {
            "Package": "nrg",
            "Version": self.version,
            "Architecture": _debian_architecture(),
            "Section": "science",
            "Priority": "optional",
            "Installed-Size": str(size // 1024),
            "Depends": ", ".join([_libc(), *(_RENAMED.get(name, name) for name in needed)]),
            "Recommends": "ffmpeg",
            "Maintainer": _MAINTAINER,
            "Description": _DESCRIPTION,
        }
        return "".join(f"{name}: {value}\n" for name, value in fields.items())

    def _try_package(self) -> None:
        """Installed in a clean root file system where one can be made, else only unpacked."""
        root = self.scratch / "root"
        shutil.rmtree(root, ignore_errors=True)
        if os.geteuid() == 0 and shutil.which("mmdebstrap"):
            copy = f"copy-in {self.package} /tmp"
            # As on a user's machine; mmdebstrap itself takes nothing that is only recommended.
            order = "apt-get install -y --install-recommends"
            install = f'chroot "$1" {order} /tmp/{self.package.name}'
            hooks = [f"--customize-hook={hook}" for hook in (copy, install)]
            self._run("mmdebstrap", "--variant=apt", *hooks, _release(), root)
            command = ["chroot", str(root), "/usr/bin/nrg"]
            self._try(command, Path("/tmp"), look_at=root / "tmp")
            return
        say("      mmdebstrap or the rights for it are missing: trying it unpacked, not installed")
        self._run("dpkg-deb", "-x", self.package, root)
        self._try([str(root / "usr" / "bin" / "nrg")], self._trial_folder("package"))

    # -- trials ---------------------------------------------------------------------------------

    def _trial_folder(self, name: str) -> Path:
        folder = self.scratch / f"{name}-trial-output"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def _try(self, command: list[str], folder: Path, look_at: Path | None = None) -> None:
        """Run all trials with nothing of this environment, and look at the files they leave."""
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
        times = {}
        for trial in _TRIALS:
            words = [*command, *(word.format(folder=folder) for word in trial)]
            began = time.monotonic()
            # The folder is none of ours, so that no package is found there by chance.
            run_logged(["env", "-C", "/", "-i", *_pairs(clean), *words], self.log, os.environ)
            times[trial[0]] = round(time.monotonic() - began, 1)
        for name in ("window.png", "flow.pdf", "sweep.mp4"):
            if not ((look_at or folder) / name).is_file():
                raise SetupError(f"The program left no {name} behind: see {self.log}.")
        say(f"      seconds from start to end: {json.dumps(times)}")


# Equal sources give equal files.
_EPOCH = 1767225600
_CHANGES = f"""nrg ({{}}) stable; urgency=medium

  * This version.

 -- {_MAINTAINER}  {formatdate(_EPOCH)}
"""
_REPRODUCIBLE = {"SOURCE_DATE_EPOCH": str(_EPOCH), "PYTHONHASHSEED": "0"}


def _pairs(variables: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in variables.items()]


def _size(path: Path) -> int:
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())


def _libc() -> str:
    """The C library that was built against, or a newer one."""
    return f"libc6 (>= {platform.libc_ver()[1]})"


def _debian_architecture() -> str:
    command = ["dpkg", "--print-architecture"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _release() -> str:
    """The name of the running Debian release, which the package is for."""
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    return found.get("VERSION_CODENAME", "stable").strip('"')
