"""Reports of crashes: processes that really crash, and what they leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nrg_app import __version__
from nrg_app.cli import main
from nrg_app.crash_reports import KEPT, LINES, CrashRecorder, crashes_before, read_report

# Notes what it does, then ends as the last argument says.
PROGRAM = """
import faulthandler, os, signal, sys
from pathlib import Path
from nrg_app.crash_reports import CrashRecorder

recorder = CrashRecorder(Path(sys.argv[1]), ["Qt 6.0"])
recorder.start()
for number in range(3):
    recorder.note(f"did {number}")
if sys.argv[2] == "close":
    recorder.close()
elif sys.argv[2] == "stack":
    faulthandler._stack_overflow()
else:
    os.kill(os.getpid(), getattr(signal, sys.argv[2]))
"""


def run(folder: Path, end: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, str(folder), end]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("end", ["SIGSEGV", "SIGABRT", "SIGFPE", "SIGBUS", "SIGILL", "stack"])
def test_a_fatal_signal_leaves_a_report(tmp_path: Path, end: str) -> None:
    done = run(tmp_path, end)
    assert done.returncode < 0
    (report,) = crashes_before(tmp_path)
    text = read_report(report)
    assert f"NRG {__version__}" in text
    for words in ("Qt 6.0", "did 0", "did 2", "Fatal Python error", 'File "<string>", line'):
        assert words in text
    assert text.index("did 2") < text.index("Fatal Python error")
    assert list(tmp_path.iterdir()) == [report]
    assert crashes_before(tmp_path) == []


@pytest.mark.parametrize("end", ["close", "SIGKILL"])
def test_other_ends_leave_none(tmp_path: Path, end: str) -> None:
    run(tmp_path, end)
    assert len(list(tmp_path.iterdir())) == (0 if end == "close" else 2)
    assert crashes_before(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_runs_is_left_alone(tmp_path: Path) -> None:
    waiting = PROGRAM.rpartition("else:")[0] + "else:\n    print(1, flush=True); input()\n"
    command = [sys.executable, "-c", waiting, str(tmp_path), "wait"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"1\n"
        before = sorted(tmp_path.iterdir())
        assert crashes_before(tmp_path) == []
        assert sorted(tmp_path.iterdir()) == before
        os.kill(process.pid, signal.SIGSEGV)
    assert len(crashes_before(tmp_path)) == 1


def test_an_error_is_reported_with_what_came_before(tmp_path: Path) -> None:
    recorder = CrashRecorder(tmp_path)
    for number in range(LINES + 3):
        recorder.note(f"step {number};")
    try:
        raise ZeroDivisionError("by \ud800 nothing")
    except ZeroDivisionError as error:
        text, path = recorder.report(error)
    assert path is not None
    assert "step 2;" not in text
    assert (
        text.index("step 3;") < text.index(f"step {LINES + 2};") < text.index("ZeroDivisionError")
    )
    assert read_report(path) == text.replace("\ud800", "?")


def test_the_file_of_a_long_run_stays_small(tmp_path: Path) -> None:
    recorder = CrashRecorder(tmp_path)
    recorder.start()
    (file,) = tmp_path.glob("running-*.txt")
    for number in range(3000):
        recorder.note(f"{number} {'x' * 200}")
    content = file.read_text()
    recorder.close()
    assert len(content) < 2**19
    assert content.startswith("NRG ")
    assert "\n2999 " in content


def test_only_the_newest_reports_are_kept(tmp_path: Path) -> None:
    recorder = CrashRecorder(tmp_path)
    paths = [recorder.report(ValueError(str(number)))[1] for number in range(KEPT + 2)]
    assert sorted(tmp_path.iterdir()) == paths[2:]


def test_without_a_folder_there_is_still_the_text(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    recorder = CrashRecorder(tmp_path / "taken")
    recorder.start()
    recorder.note("did it")
    text, path = recorder.report(ValueError("odd"))
    recorder.close()
    assert path is None
    assert "did it" in text
    assert "ValueError: odd" in text
    assert crashes_before(tmp_path / "taken") == []


def test_a_command_that_crashes_says_where_its_report_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise RuntimeError("broken\nin two lines")

    monkeypatch.setattr("nrg_app.cli.reports.print_models", fail)
    monkeypatch.setattr("nrg_app.crash_reports.user_log_dir", lambda *_, **__: str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["nrg", "models"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    (report,) = tmp_path.glob("crash-*.txt")
    said = capsys.readouterr().err
    assert said == (
        "nrg: Unexpected error: broken in two lines. "
        f"A report lies in '{report}'; nothing was sent.\n"
    )
    text = read_report(report)
    assert "nrg models" in text
    assert "RuntimeError: broken" in text
    assert "in fail" in text
