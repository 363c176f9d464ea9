"""The program opens no network connection, in none of its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WATCH = Path(__file__).parent / "watched"

# A window with all of its processes: sampler, training, measurement, analysis, export, import.
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from nrg_app.analysis.scan_results import ScanSettings
from nrg_app.session.holography.messages import JobOrder
from nrg_app.session.measure.orders import ScanOrder
from nrg_app.session.training_settings import RunSettings
from nrg_app.ui import app, main_window
from nrg_app.ui.figure_orders import DataOrder

OUT = Path(sys.argv[1])

class Window(main_window.MainWindow):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.todo = {"training", "measurement", "analysis", "export"}
        self.workspaces.desk.point_came.connect(lambda: self.done("training"))
        self.workspaces.measure_desk.result_came.connect(lambda _: self.done("measurement"))
        self.workspaces.holography_desk.results_changed.connect(lambda: self.done("analysis"))
        self.dialogs.job.finished.connect(self.exported)
        for name in ("desk", "measure_desk", "holography_desk"):
            getattr(self.workspaces, name).failed.connect(self.give_up)
        self.feed.failed.connect(lambda failure: self.give_up(failure.message))

    def give_up(self, sentence):
        print(sentence, flush=True)
        self.close()

    def _samples_came(self, samples, asked):
        first = self.samples is None
        super()._samples_came(samples, asked)
        if first:
            self.workspaces.desk.start(RunSettings(size=4, minutes=0.2))
            scan = ScanOrder(ScanSettings(4, (2.0, 2.2), "wolff", 200, 3))
            self.workspaces.measure_desk.start(scan)
            self.workspaces.holography_desk.start(JobOrder("wavelets", "ising-8", 2.3, 64))
            self.dialogs.draw(DataOrder(samples, OUT / "data.h5"))

    def exported(self, path, problem):
        assert not problem
        self.encoder.job.spins_read.connect(lambda _: self.done("export"))
        self.encoder.read_file(path)

    def done(self, name):
        self.todo.discard(name)
        if not self.todo:
            print("everything was done", flush=True)
            QTimer.singleShot(100, self.close)

if __name__ == "__main__":
    app.MainWindow = Window
    sys.exit(app.main(["nrg", "ising-8"]))
"""


def watched(
    command: list[str], tmp_path: Path, *, forbid: bool = True
) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run a Python program under watch; how it ended, and what it tried."""
    log = tmp_path / "network.txt"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(WATCH), str(ROOT))),
        "NRG_WATCH": str(log),
        "NRG_FORBID": "1" if forbid else "",
        **{f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "DATA", "STATE")},
    }
    done = subprocess.run(
        [sys.executable, *command],
        capture_output=True, text=True, timeout=280, env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip
    return done, log.read_text() if log.exists() else ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("models",),
        ("doctor",),
        ("sample", "ising-8", "-n", "16", "--out", "s.h5"),
        ("train", "--size", "4", "--minutes", "0.02", "--out", "mine"),
        ("verify", "ising-8", "--draws", "64", "-T", "2.4", "--observables"),
        ("measure", "scan", "--sizes", "4", "-n", "200", "-T", "2.2", "--figure", "scan.pdf"),
        ("screenshot", "--model", "ising-8", "--out", "window.png"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_commands_do_not_touch_the_network(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done, tried = watched(["-m", "nrg_app", *arguments], tmp_path)
    assert done.returncode == 0, done.stderr
    assert tried == ""


def test_the_window_and_its_processes_do_not_touch_the_network(tmp_path: Path) -> None:
    (tmp_path / "window.py").write_text(WINDOW)
    done, tried = watched([str(tmp_path / "window.py"), str(tmp_path)], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "everything was done\n"
    assert tried == ""


CONNECT = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
LOOK_UP = "import socket; socket.getaddrinfo('localhost', 9)"
SEND = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))"
IN_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CONNECT!r}])"
NATIVE = "import ctypes; ctypes.CDLL(None).socket({family}, 1, 0)"


@pytest.mark.parametrize("program", [CONNECT, LOOK_UP, SEND, IN_A_CHILD])
def test_the_watch_hears_what_is_tried(program: str, tmp_path: Path) -> None:
    _, tried = watched(["-c", program], tmp_path, forbid=False)
    assert tried.startswith("socket.")


@pytest.mark.parametrize("family", [2, 10])
def test_the_watch_ends_native_code_that_tries(family: int, tmp_path: Path) -> None:
    program = "import sitecustomize, sys; sys.exit(0 if sitecustomize.forbid() else 77)"
    if watched(["-c", program], tmp_path, forbid=False)[0].returncode == 77:
        pytest.skip("this kernel takes no filters of system calls")
    done, _ = watched(["-c", NATIVE.format(family=family)], tmp_path)
    assert done.returncode == -signal.SIGSYS


def test_the_watch_lets_other_sockets_pass(tmp_path: Path) -> None:
    program = "import socket; socket.socket(socket.AF_UNIX).connect_ex('/nowhere')"
    done, tried = watched(["-c", program], tmp_path)
    assert (done.returncode, tried) == (0, "")
