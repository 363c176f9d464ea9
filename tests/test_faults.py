"""Faults of the machine: one sentence with a remedy, no traceback, and nothing is lost."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nrg_app.compiling import cached
from nrg_app.errors import NRGError
from nrg_app.faults import explain
from nrg_app.flows.neural_rg import NeuralRG

ROOT = Path(__file__).parents[1]
PATIENCE = 280.0  # seconds; only a failing test waits that long
Before = Callable[[], object]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a program with a home of its own."""
    homes = {f"XDG_{name}_HOME": str(home / name) for name in ("CONFIG", "DATA", "STATE")}
    return {**os.environ, "PYTHONPATH": str(ROOT), **homes, **more}


def python(
    folder: Path, *arguments: str, before: Before | None = None, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder; ``before`` runs in the new process first."""
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=PATIENCE, cwd=folder,
        env=environment(home or folder), preexec_fn=before, check=False,
    )  # fmt: skip


def nrg(
    folder: Path, *arguments: str, before: Before | None = None, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return python(folder, "-m", "nrg_app", *arguments, before=before, home=home)


def sentence(done: subprocess.CompletedProcess[str], status: int) -> str:
    """The one sentence that a command ended with."""
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("nrg: ")
    assert lines[0].endswith(".")
    return lines[0]


# Memory

# Allows what the process has by now and 300 MB more.
LIMIT = """
import resource
def limit():
    pages = int(open("/proc/self/statm").read().split()[0])
    most = pages * resource.getpagesize() + 300 * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
"""

SAMPLER = (
    LIMIT
    + """
import sys, threading
from multiprocessing import Pipe
from nrg_app.session import worker
from nrg_app.session.messages import SampleRequest, SampleSet, WorkerFailure

own, other = Pipe()

def ask(number, count):
    own.send(SampleRequest(number, "ising-8", temperature=2.3, seed=5, count=count))
    while not isinstance(message := own.recv(), SampleSet | WorkerFailure):
        pass
    return message

def talk():
    first = ask(1, 4)
    limit()
    print(ask(2, 2_000_000).message)
    again = ask(3, 4)
    print((again.spins == first.spins).all())
    own.close()

threading.Thread(target=talk).start()
worker.main(other)
"""
)

COMMAND = (
    LIMIT
    + """
import sys
from nrg_app.cli import main
sys.argv = ["nrg", "sample", "ising-8", "-n", "64"]
try:
    main()
except SystemExit:
    limit()
sys.argv = ["nrg", *sys.argv[1:3], "-n", "20000000", "--out", "s.npz"]
main()
"""
)

TRAINING = (
    LIMIT
    + """
import sys
import nrg_app.cli.training
limit()
from nrg_app.cli import main
sys.argv = ["nrg", "train", "--recipe", "recipe.toml", "--out", "mine"]
main()
"""
)

RECIPE = """
draws = 64
[[stages]]
size = 4
batch = {batch}
learning_rate = 5e-3
steps = {steps}
"""


def test_a_sampler_without_memory_says_so_and_goes_on_with_less(tmp_path: Path) -> None:
    done = python(tmp_path, "-c", SAMPLER)
    said, again = done.stdout.splitlines()
    assert said.startswith("The sampler stopped. There is not enough memory: ")
    assert again == "True"
    assert (done.returncode, done.stderr) == (0, "")


def test_a_command_without_memory_says_so_and_writes_nothing(tmp_path: Path) -> None:
    assert "not enough memory" in sentence(python(tmp_path, "-c", COMMAND), 1)
    assert not list(tmp_path.glob("s.npz*"))


def test_a_training_without_memory_says_so_and_keeps_its_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(RECIPE.format(batch=2**20, steps=2))
    assert "not enough memory" in sentence(python(tmp_path, "-c", TRAINING), 1)
    assert (tmp_path / "mine.checkpoint").exists()


# The accelerator

LOST = """
import sys, torch
from nrg_app.cli import main
from nrg_app.training import trainer

steps, step = [], trainer.path_gradient_step

def lost(*arguments):
    steps.append(1)
    if len(steps) == 30:
        raise torch.AcceleratorError("CUDA error: unspecified launch failure")
    return step(*arguments)

trainer.path_gradient_step = lost
trainer.Trainer.__init__.__kwdefaults__["checkpoint_interval"] = 0.0
sys.argv = ["nrg", "train", "--recipe", "recipe.toml", "--out", "mine"]
main()
"""


def test_a_training_whose_accelerator_is_lost_is_resumed_from_its_last_step(
    tmp_path: Path,
) -> None:
    (tmp_path / "recipe.toml").write_text(RECIPE.format(batch=8, steps=40))
    said = sentence(python(tmp_path, "-c", LOST), 1)
    assert "The accelerator does not answer any more" in said
    resumed = nrg(tmp_path, "train", "--resume", "--out", "mine")
    assert resumed.returncode == 0, resumed.stderr
    assert "resuming after 29 steps" in resumed.stdout
    assert NeuralRG.load(tmp_path / "mine.safetensors").card.gaps


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "not enough memory"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"),
            "not enough memory",
        ),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), "too little memory"),
        (RuntimeError("CUBLAS_STATUS_EXECUTION_FAILED when calling"), "does not answer"),
        (OSError(28, "No space left on device", "/a/b"), "The disk is full ('/a/b')"),
        (OSError("libtorch_cpu.so: failed to map segment from shared object"), "enough memory"),
        (RuntimeError("can't start new thread"), "not enough memory"),
    ],
)
def test_faults_are_known_by_what_the_libraries_say(error: Exception, words: str) -> None:
    explained = explain(error)
    assert explained is not None
    assert words in explained


def test_a_fault_is_known_behind_the_error_that_it_led_to() -> None:
    error = ImportError("Could not load shared object file 'libllvmlite.so'")
    error.__cause__ = OSError("failed to map segment from shared object")
    assert "not enough memory" in str(explain(error))


def no_memory() -> None:
    """Leave no room for PyTorch."""
    resource.setrlimit(resource.RLIMIT_AS, (250 * 2**20, 250 * 2**20))


def test_without_memory_for_its_libraries_a_command_says_so(tmp_path: Path) -> None:
    done = nrg(tmp_path, "sample", "ising-8", before=no_memory)
    assert "not enough memory" in sentence(done, 1)
    assert nrg(tmp_path, "models", before=no_memory).returncode == 0


@pytest.mark.parametrize(
    "error",
    [RuntimeError("shape mismatch"), OSError(2, "No such file"), NRGError("Choose."), KeyError()],
)
def test_other_errors_are_not_taken_for_faults(error: Exception) -> None:
    assert explain(error) is None


# The disk


def small_files() -> None:
    """Let no file grow above 8 KiB, as on a disk that is full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**13, 2**13))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no disk can be made here: {error}")
    if done.returncode != 0:
        pytest.skip(f"no disk can be made here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> None:
    """Leave no room on a disk."""
    with (disk / "filler").open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while stream.write(bytes(4096)):
            pass


def test_a_full_disk_leaves_the_old_file(small_disk: Path) -> None:
    path = small_disk / "s.npz"
    path.write_bytes(b"old")
    fill(small_disk)
    done = nrg(
        small_disk, "sample", "ising-8", "-n", "500", "--out", "s.npz", home=small_disk.parent
    )
    said = sentence(done, 2)
    assert "No space left on device. Free some space there" in said
    assert sorted(file.name for file in small_disk.iterdir()) == ["filler", "s.npz"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("record", "sweep", "-m", "ising-8", "--frames", "3", "--side", "128"), "m.mp4"),
        (("train", "--size", "4", "--minutes", "1"), "m.safetensors"),
        (("figure", "--model", "ising-8"), "f.pdf"),
    ],
    ids=lambda part: part[0] if isinstance(part, tuple) else "",
)
def test_without_any_room_a_command_names_its_file(
    small_disk: Path, command: tuple[str, ...], name: str
) -> None:
    """The home and the temporary files are on the full disk too."""
    fill(small_disk)
    variables = {"HOME": str(small_disk), "TMPDIR": str(small_disk)}
    done = subprocess.run(
        [sys.executable, "-m", "nrg_app", *command, "--out", str(small_disk / name)],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
        env=environment(small_disk, **variables),
    )  # fmt: skip
    said = sentence(done, 2)
    assert str(small_disk / name.partition(".")[0]) in said
    assert "No space left on device. Free some space there" in said
    assert [file.name for file in small_disk.iterdir() if file.is_file()] == ["filler"]


FILLED = """
import sys
from pathlib import Path
from nrg_app.cli import main
from nrg_app.training import trainer
from tests.test_faults import fill

steps, step = [], trainer.path_gradient_step

def filling(*arguments):
    steps.append(1)
    if len(steps) == 20:
        fill(Path.cwd())
    return step(*arguments)

trainer.path_gradient_step = filling
trainer.Trainer.__init__.__kwdefaults__["checkpoint_interval"] = 0.0
sys.argv = ["nrg", "train", "--recipe", "../recipe.toml", "--out", "mine"]
main()
"""


def test_a_training_on_a_full_disk_says_so_and_goes_on_once_there_is_room(
    small_disk: Path,
) -> None:
    home = small_disk.parent
    (home / "recipe.toml").write_text(RECIPE.format(batch=8, steps=40))
    said = sentence(python(small_disk, "-c", FILLED, home=home), 2)
    assert "No space left on device. Free some space there" in said
    (small_disk / "filler").unlink()
    resumed = nrg(small_disk, "train", "--resume", "--out", "mine", home=home)
    assert resumed.returncode == 0, resumed.stderr
    assert "resuming after 19 steps" in resumed.stdout


def test_a_file_that_cannot_grow_leaves_the_old_one(tmp_path: Path) -> None:
    command = ("sample", "ising-8", "-n", "500", "--out", "s.npz")
    assert nrg(tmp_path, *command).returncode == 0  # compiles what is compiled at first use
    old = (tmp_path / "s.npz").read_bytes()
    said = sentence(nrg(tmp_path, *command, before=small_files), 2)
    assert "File too large. Free some space there" in said
    assert (tmp_path / "s.npz").read_bytes() == old
    assert not list(tmp_path.glob(".s.npz*"))


WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from nrg_app.ui import app, main_window
from tests.ui.fakes import FakeClient

class Window(main_window.MainWindow):
    def showEvent(self, event):
        super().showEvent(event)
        QTimer.singleShot(500, self.use)

    def use(self):
        self.session.temperature = 2.5
        self.documents.autosave()
        QTimer.singleShot(500, self.look)

    def look(self):
        print(self.message.text(), flush=True)
        print(self.session.temperature, flush=True)
        self.close()

app.MainWindow = Window
{more}
sys.exit(app.main(["nrg"], FakeClient))
"""


def test_a_window_on_a_full_disk_goes_on_and_says_that_nothing_is_kept(small_disk: Path) -> None:
    fill(small_disk)
    done = python(small_disk.parent, "-c", WINDOW.format(more=""), home=small_disk)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    said, temperature = done.stdout.splitlines()
    assert said.startswith("Changes are not autosaved; it is tried again. Cannot write ")
    assert said.endswith("Free some space there, or choose another folder.")
    assert temperature == "2.5"


# Folders that cannot be written


def obey_permissions() -> None:
    """Take away root's right to write everywhere, if this is root."""
    if os.geteuid() == 0:
        bounding_set, override, read_search = 24, 1, 2
        libc = ctypes.CDLL(None)
        for capability in (override, read_search):
            libc.prctl(bounding_set, capability, 0, 0, 0)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "read-only"
    place.mkdir()
    (place / "old.npz").write_bytes(b"old")
    place.chmod(0o555)
    probe = python(tmp_path, "-c", f"open({str(place / 'x')!r}, 'w')", before=obey_permissions)
    if probe.returncode == 0:
        pytest.skip("this user may write everywhere")
    yield place
    place.chmod(0o755)


@pytest.mark.parametrize(
    "command",
    [
        ("sample", "ising-8", "-n", "16", "--out", "old.npz"),
        ("train", "--size", "4", "--minutes", "5", "--out", "mine"),
        ("figure", "--model", "ising-8", "--out", "f.pdf"),
    ],
    ids=lambda command: command[0],
)
def test_a_folder_that_cannot_be_written_is_named(
    read_only: Path, command: tuple[str, ...]
) -> None:
    arguments = (*command[:-1], str(read_only / command[-1]))
    done = nrg(read_only.parent, *arguments, before=obey_permissions)
    said = sentence(done, 2)
    assert str(read_only) in said
    assert said.endswith("Permission denied. Choose a folder that you may write to.")
    assert [file.name for file in read_only.iterdir()] == ["old.npz"]
    assert (read_only / "old.npz").read_bytes() == b"old"


def test_a_window_that_may_write_nowhere_opens_and_says_so(read_only: Path) -> None:
    program = WINDOW.format(more="")
    done = python(read_only.parent, "-c", program, before=obey_permissions, home=read_only)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    said, temperature = done.stdout.splitlines()
    assert said.startswith("Changes are not autosaved; it is tried again. Cannot write ")
    assert "Permission denied" in said
    assert temperature == "2.5"


# The display, letters, other windows, the clock


def test_without_a_display_there_is_a_sentence_and_status_2(tmp_path: Path) -> None:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    variables = {key: value for key, value in environment(tmp_path).items() if key not in names}
    done = subprocess.run(
        [sys.executable, "-m", "nrg_app"], capture_output=True, text=True, timeout=PATIENCE,
        env=variables, check=False,
    )  # fmt: skip
    assert "run 'nrg demo'" in sentence(done, 2)


@pytest.mark.parametrize(
    "variables",
    [
        {"QT_QPA_PLATFORM": "nonsense"},
        {"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":98"},
        {"WAYLAND_DISPLAY": "nobody-there"},
        {"WAYLAND_DISPLAY": "nobody-there", "DISPLAY": "nonsense"},
    ],
    ids=str,
)
def test_a_display_that_does_not_answer_is_named(tmp_path: Path, variables: dict[str, str]) -> None:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    plain = {key: value for key, value in environment(tmp_path).items() if key not in names}
    done = subprocess.run(
        [sys.executable, "-m", "nrg_app"], capture_output=True, text=True, timeout=PATIENCE,
        env=plain | variables, check=False,
    )  # fmt: skip
    said = sentence(done, 2)
    assert "run 'nrg demo'" in said
    assert "nonsense" in said or "'xcb'" in said or "nobody-there" in said


def test_without_a_place_for_what_is_compiled_it_is_compiled_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from numba.core import caching

    monkeypatch.setattr(caching.FunctionCache._impl_class, "_locator_classes", [])
    assert cached(error_model="numpy")(lambda x: 1.0 / x)(2.0) == 0.5


def test_a_window_without_its_letters_opens_and_says_so(tmp_path: Path) -> None:
    patch = "from nrg_app.ui import fonts; fonts.fonts_dir = lambda: Path('gone')"
    done = python(tmp_path, "-c", WINDOW.format(more=patch))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == (
        "The program's own letters are missing, and others stand in. Install NRG again."
    )


def test_two_windows_keep_out_of_each_others_way(tmp_path: Path) -> None:
    """The second is offered nothing of the first, and neither removes what the other keeps."""
    wait = "Window.look = lambda self: (print('ready', flush=True), input(), self.close())"
    program = WINDOW.format(more="")
    command = [sys.executable, "-c", WINDOW.format(more=wait)]
    first = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=environment(tmp_path),
    )  # fmt: skip
    with first:
        assert first.stdout is not None
        assert first.stdout.readline() == "ready\n"
        kept = set((tmp_path / "STATE").rglob("*.nrg"))
        assert len(kept) == 1
        second = python(tmp_path, "-c", program)
        assert second.returncode == 0, second.stderr
        assert second.stdout.splitlines()[0] == ""
        assert kept < set((tmp_path / "STATE").rglob("*.nrg"))
        print(file=first.stdin, flush=True)
        assert first.wait(PATIENCE) == 0
    third = python(tmp_path, "-c", program)
    assert third.stdout.splitlines()[0] == "There are unsaved changes from last time."


# The wall clock goes a year ahead, then back, with every look at it.
JUMPING = """
import time
looks, true_time = [], time.time
def jump():
    looks.append(1)
    return true_time() + (-1) ** len(looks) * 3e7
time.time = jump
time.time_ns = lambda: int(1e9 * jump())
"""


def test_a_training_does_not_mind_a_clock_that_jumps(tmp_path: Path) -> None:
    arguments = ["nrg", "train", "--size", "4", "--minutes", "0.05", "--out", "mine"]
    program = (
        f"{JUMPING}\nimport sys\nsys.argv = {arguments!r}\nfrom nrg_app.cli import main\nmain()"
    )
    done = python(tmp_path, "-c", program)
    assert done.returncode == 0, done.stderr
    training = NeuralRG.load(tmp_path / "mine.safetensors").card.training
    assert 0.9 * 3.0 < training["seconds"] < 60.0
    assert training["steps"] > 0


def test_a_window_does_not_mind_a_clock_that_jumps(tmp_path: Path) -> None:
    done = python(tmp_path, "-c", JUMPING + WINDOW.format(more=""))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    (kept,) = (tmp_path / "STATE").rglob("*.nrg")
    for modified in (10**9, 4 * 10**9):  # 2001 and 2096
        os.utime(kept, (modified, modified))
        again = python(tmp_path, "-c", WINDOW.format(more="Window.use = Window.look"))
        assert again.stdout.splitlines()[0] == "There are unsaved changes from last time."
        assert kept.exists()
