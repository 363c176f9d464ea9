"""``nrg doctor`` on machines that lack what the program needs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from nrg_app.cli import doctor_checks
from nrg_app.cli.doctor_checks import Finding
from nrg_app.resources import models_dir
from nrg_app.ui.app import autosave_folder
from nrg_app.ui.preferences import APPLICATION, ORGANIZATION

SHIPPED = "ising-8"


def doctor(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``nrg doctor`` in a process of its own, without a display."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, "-m", "nrg_app", "doctor", *arguments],
        env=environment | variables, capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip


def test_without_a_display_everything_is_looked_at(tmp_path: Path) -> None:
    result = doctor("--json", XDG_CONFIG_HOME=str(tmp_path / "config"))
    findings = {entry["name"]: entry for entry in json.loads(result.stdout)}
    assert result.returncode == 0, result.stdout
    assert result.stderr == ""
    assert findings["display"]["state"] == "note"
    assert "not needed" in findings["OpenGL"]["found"]
    assert "Inter" in findings["Qt and fonts"]["found"]
    assert SHIPPED in findings["models"]["found"]
    assert {"PyTorch", "accelerator", "Qt's libraries", "folder of trainings"} <= set(findings)
    assert findings["movies"]["state"] == "ok"
    # What is missing is made only at need.
    assert not (tmp_path / "config").exists()


def test_a_broken_pytorch_is_a_line_of_the_table_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('libtorch [gone]')\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    result = doctor(PYTHONPATH=path, COLUMNS="200")
    assert result.returncode == 2
    assert "libtorch [gone]" in result.stdout
    assert "Put right: PyTorch" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_missing_libraries_are_named_with_their_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_checks, "is_loadable", lambda name: name != "libEGL.so.1")
    finding = doctor_checks.check_libraries()
    if sys.platform == "linux":
        assert finding.state == "problem"
        assert "libEGL.so.1" in finding.found
        assert "apt-get install libegl1" in finding.remedy


def test_a_place_that_is_no_folder_or_full_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    by_name = {finding.name: finding for finding in doctor_checks.check_folders()}
    assert by_name["folder of trainings"].state == "problem"
    assert str(tmp_path / "file") in by_name["folder of trainings"].found
    monkeypatch.setattr(doctor_checks, "NEEDED_BYTES", 10**20)
    assert "free" in list(doctor_checks.check_folders())[-1].remedy


def test_a_missing_folder_of_the_program_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert doctor_checks.check_resources().state == "ok"
    (tmp_path / "icons").mkdir()
    monkeypatch.setattr(doctor_checks, "icons_dir", lambda: tmp_path / "icons")
    assert doctor_checks.check_resources().found == "no icons"
    monkeypatch.setattr(doctor_checks, "icons_dir", lambda: tmp_path / "gone")
    assert doctor_checks.check_resources().state == "problem"


@pytest.mark.parametrize("damage", ["swapped", "truncated", "missing", "flipped"])
def test_models_that_are_damaged_or_swapped_are_found(
    damage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from nrg_app.flows.neural_rg import NeuralRG
    from nrg_app.session import models

    monkeypatch.setattr(models, "models_dir", lambda: tmp_path)
    sound = models_dir() / f"{SHIPPED}.safetensors"
    place = tmp_path / sound.name
    if damage == "swapped":
        shutil.copy(models_dir() / "ising-16.safetensors", place)
    elif damage == "truncated":
        place.write_bytes(sound.read_bytes()[:-100])
    elif damage == "flipped":
        NeuralRG.load(sound).save(place)
        content = bytearray(place.read_bytes())
        content[-100] ^= 1
        place.write_bytes(content)
    finding = doctor_checks.check_models()
    assert finding.state == "problem"
    assert finding.remedy


def test_a_model_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from nrg_app.session import models

    assert doctor_checks.check_models().state == "ok"
    for file in models_dir().glob("*.safetensors"):
        if file.stem != SHIPPED:
            shutil.copy(file, tmp_path)
    monkeypatch.setattr(models, "models_dir", lambda: tmp_path)
    assert doctor_checks.check_models().found == f"no {SHIPPED}"


def test_the_folders_are_those_that_the_window_uses() -> None:
    found = {finding.name: finding.found for finding in doctor_checks.check_folders()}
    assert found["folder of autosaves"].startswith(f"{autosave_folder().parent},")
    settings = Path(QSettings(ORGANIZATION, APPLICATION).fileName()).parent
    assert found["folder of settings"].startswith(f"{settings},")


def test_a_qt_that_aborts_is_a_problem_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_checks, "_start_qt", os.abort)
    assert doctor_checks.check_qt().state == "problem"


def test_without_ffmpeg_there_are_still_gif_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "no-such-program")
    finding = doctor_checks.check_movies()
    assert finding.state == "note"
    assert "GIF" in finding.remedy


def test_every_finding_with_a_problem_has_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_checks, "is_loadable", lambda name: False)
    monkeypatch.setattr(doctor_checks, "NEEDED_BYTES", 10**20)
    found: list[Finding] = [doctor_checks.check_libraries(), *doctor_checks.check_folders()]
    assert all(finding.remedy for finding in found if finding.state == "problem")
