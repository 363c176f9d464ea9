"""The commands: what they write, and one plain sentence with exit code 2 for bad input."""

import json
import os
import re
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from nrg_app.analysis.checks import CARD_TEMPERATURES
from nrg_app.cli import main
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.target import DualIsing
from nrg_app.resources import models_dir
from nrg_app.session.spin_files import read_spins

SHIPPED = "ising-8"


def nrg(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run ``nrg`` with arguments and return its exit status."""
    monkeypatch.setattr(sys, "argv", ["nrg", *map(str, arguments)])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    """The sentence on standard error: one line, no traceback."""
    error = capsys.readouterr().err
    assert "Traceback" not in error
    assert error.startswith("nrg: ")
    assert error.count("\n") == 1
    return error


def test_models_lists_what_is_shipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nrg(monkeypatch, "models") == 0
    text = capsys.readouterr().out
    for path in models_dir().glob("*.safetensors"):
        assert path.stem in text


def test_sample_writes_spins_that_follow_from_the_fields(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out = tmp_path / "draws.npz"
    assert nrg(monkeypatch, "sample", SHIPPED, "-T", 2.4, "-n", 300, "--out", out) == 0
    with np.load(out, allow_pickle=False) as data:
        spins, fields, latents = data["spins"], data["fields"], data["latents"]
        log_weights, metadata = data["log_weights"], json.loads(str(data["metadata"]))
    assert spins.shape == fields.shape == (300, 8, 8)
    assert set(np.unique(spins)) == {-1, 1}
    assert metadata["temperature"] == 2.4
    # P(s = sign x) = sigmoid(2 |x|): the agreement is a sum of independent Bernoulli numbers.
    agree = 1.0 / (1.0 + np.exp(-2.0 * np.abs(fields)))
    error = np.sqrt((agree * (1 - agree)).sum())
    assert abs((spins == np.sign(fields)).sum() - agree.sum()) < 4 * error
    # The weights are those of an independent evaluation of the target and the density.
    model = NeuralRG.load(models_dir() / f"{SHIPPED}.safetensors").to(torch.float64)
    view = model.decode(torch.as_tensor(latents), 2.4)
    t = torch.tensor([2.4], dtype=torch.float64)
    expected = -DualIsing(8).energy(view.field, t) - view.log_prob
    assert np.abs(log_weights - expected.numpy()).max() < 1e-2


def test_equal_seeds_write_equal_samples(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    contents = []
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        out = tmp_path / f"{name}.npz"
        assert nrg(monkeypatch, "sample", SHIPPED, "-n", 10, "--seed", seed, "--out", out) == 0
        with np.load(out, allow_pickle=False) as data:
            contents.append(data["fields"])
    assert np.array_equal(contents[0], contents[1])
    assert not np.array_equal(contents[0], contents[2])


@pytest.mark.parametrize("suffix", ["npz", "h5", "csv"])
def test_samples_that_were_written_are_encoded_to_the_same_spins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, suffix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    drawn, code = tmp_path / f"drawn.{suffix}", tmp_path / "code.npz"
    assert nrg(monkeypatch, "sample", SHIPPED, "-T", 2.4, "-n", 6, "--out", drawn) == 0
    assert nrg(monkeypatch, "encode", SHIPPED, drawn, "-T", 2.4, "--out", code) == 0
    assert "6 configurations, L = 8, T = 2.4 J/k_B" in capsys.readouterr().out
    spins = read_spins(drawn, 8).spins
    with np.load(code, allow_pickle=False) as data:
        assert np.array_equal(data["spins"], spins)
        latents, log_weights = data["latents"], data["log_weights"]
        fields, metadata = data["fields"], json.loads(str(data["metadata"]))
    model = NeuralRG.load(models_dir() / f"{SHIPPED}.safetensors").to(torch.float64)
    view = model.decode(torch.as_tensor(latents), 2.4)
    assert np.allclose(view.field.numpy(), fields, atol=1e-3)
    assert np.allclose(model.log_weight(view, 2.4).numpy(), log_weights, atol=1e-2)
    assert metadata["spins_from"] == drawn.name
    assert metadata["command"].startswith("nrg encode ")
    assert metadata["arrays"]["log_weights"]["unit"] == "nat"


def test_a_picture_is_encoded_by_a_threshold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grey = np.repeat(np.arange(0, 256, 4, dtype=np.uint8)[None], 64, axis=0)
    for name in ("a.png", "a.jpg"):
        Image.fromarray(grey).save(tmp_path / name)
        for options, magnetization in (((), 0.0), (("--threshold", 192), -0.5)):
            assert nrg(monkeypatch, "encode", SHIPPED, tmp_path / name, *options) == 0
            assert (
                f"1 configuration, L = 8, T = 2.26919 J/k_B: magnetization {magnetization:.4f}"
                in (" ".join(capsys.readouterr().out.split()))
            )


def test_files_without_spins_of_the_model_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("1,-1\n-1,1\n")
    (tmp_path / "a.txt").write_text("no picture")
    for arguments, words in {
        ("a.csv",): "the model takes 8 × 8",
        ("a.txt",): "as a picture",
        ("gone.h5",): "Cannot read",
        ("a.csv", "--threshold", "9"): "--threshold is for pictures",
    }.items():
        name, *options = arguments
        assert nrg(monkeypatch, "encode", SHIPPED, tmp_path / name, *options) == 2
        assert words in refused(capsys)
    assert nrg(monkeypatch, "sample", SHIPPED, "--out", tmp_path / "a.xls") == 2
    assert "ends in .npz, .h5 or .csv" in refused(capsys)


def test_verify_prints_the_gap_by_scale_and_the_coarse_fields(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--draws", 128, "-T", 2.4, "--scales", "--coarse")
    assert nrg(monkeypatch, "verify", SHIPPED, *options) == 0
    text = capsys.readouterr().out
    by_scale, coarse = text[text.index("gap by scale") :].split("Coarse fields of")
    for scale in (1, 2, 4, 8):
        assert re.search(rf"^│ {scale} +│ −?0\.\d{{6}} ± 0\.\d{{6}}", by_scale, re.MULTILINE), scale
        assert re.search(rf"^│ {scale} ", coarse, re.MULTILINE), scale


def test_train_writes_a_model_with_measured_gaps_and_no_leftovers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out = tmp_path / "tiny"
    assert nrg(monkeypatch, "train", "--size", 4, "--minutes", 0.02, "--out", out) == 0
    assert {p.name for p in tmp_path.iterdir()} == {"tiny.safetensors", "tiny.events.jsonl"}
    lines = (tmp_path / "tiny.events.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in (lines[0], lines[-1])] == [
        "StageStarted",
        "Finished",
    ]
    card = NeuralRG.load(tmp_path / "tiny.safetensors").card
    assert card.name == "tiny"
    assert [round(g.temperature, 2) for g in card.gaps] == list(np.round(CARD_TEMPERATURES, 2))
    assert nrg(monkeypatch, "verify", tmp_path / "tiny.safetensors", "--draws", 256) == 0


def test_train_continues_a_model_on_a_larger_lattice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    assert nrg(monkeypatch, "train", "--size", 4, "--minutes", 0.01, "--out", small) == 0
    assert (
        nrg(
            monkeypatch, "train", "--size", 8, "--minutes", 0.01, "--out", large,
            "--from", f"{small}.safetensors",
        )
        == 0
    )  # fmt: skip
    assert NeuralRG.load(tmp_path / "large.safetensors").size == 8


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_training_is_saved_and_resumed(
    number: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from nrg_app.training.trainer import Trainer

    recipe = tmp_path / "short.toml"
    recipe.write_text(
        "width = 6\ndraws = 32\n[[stages]]\nsize = 4\nbatch = 5\nlearning_rate = 5e-3\nsteps = 5\n"
    )
    out, steps = tmp_path / "models" / "model", []
    real = Trainer._step

    def interrupted(self: Trainer, *arguments: object) -> object:
        steps.append(1)
        if len(steps) == 3:
            os.kill(os.getpid(), number)
        return real(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Trainer, "_step", interrupted)
    assert nrg(monkeypatch, "train", "--recipe", recipe, "--out", out) == 0
    names = {p.name for p in out.parent.iterdir()}
    assert names == {"model.safetensors", "model.checkpoint", "model.events.jsonl"}
    checkpoint = (out.parent / "model.checkpoint").read_bytes()
    assert nrg(monkeypatch, "train", "--recipe", recipe, "--out", out) == 2
    assert "continue it with --resume" in refused(capsys)
    assert (out.parent / "model.checkpoint").read_bytes() == checkpoint
    assert nrg(monkeypatch, "train", "--resume", "--out", out) == 0
    assert "resuming after 3 steps" in capsys.readouterr().out


def test_a_killed_training_loses_only_what_came_after_its_checkpoint(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from nrg_app.training.recipe import standard_recipe
    from nrg_app.training.trainer import Trainer

    trainer = Trainer(
        standard_recipe(4, 0.02, draws=32), "model", checkpoint=tmp_path / "model.checkpoint"
    )
    trainer.counters.count(0.4)
    trainer.save()
    lines = [json.dumps({"event": "Progress", "seconds": s, "step": 1}) for s in (0.3, 0.7)]
    log = tmp_path / "model.events.jsonl"
    log.write_text("\n".join([*lines, '{"event": "Prog']))
    assert nrg(monkeypatch, "train", "--resume", "--out", tmp_path / "model") == 0
    seconds = [json.loads(line)["seconds"] for line in log.read_text().splitlines()]
    assert seconds == sorted(seconds)
    assert seconds[:2] == [0.3, 0.4]


def test_figure_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    out = tmp_path / "strip.pdf"
    assert nrg(monkeypatch, "figure", "--model", SHIPPED, "--out", out) == 0
    assert out.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("temperature", ["0", "-1", "nan", "inf"])
def test_a_bad_temperature_is_refused(
    temperature: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("sample", "verify"):
        assert nrg(monkeypatch, command, SHIPPED, f"--temperature={temperature}") == 2
        assert "temperature" in refused(capsys)


def test_a_bad_size_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for size in (12, 2048):
        assert nrg(monkeypatch, "train", "--size", size, "--out", tmp_path / "m") == 2
        assert str(size) in refused(capsys)


@pytest.mark.parametrize("out", [".", "/", "m" * 201, "caf\udce9"])
def test_a_name_that_is_none_is_refused(
    out: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert nrg(monkeypatch, "train", "--size", 4, "--minutes", 5, "--out", out) == 2
    assert "name" in refused(capsys)
    if out in "./":
        assert nrg(monkeypatch, "sample", SHIPPED, "-n", 4, "--out", out) == 2
        assert "names no file" in refused(capsys)
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "m.events.jsonl").mkdir()
    out = tmp_path / "m"
    assert nrg(monkeypatch, "train", "--size", 4, "--minutes", 5, "--out", out) == 2
    assert "m.events.jsonl" in refused(capsys)


def test_a_team_of_nonsense_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "many")
    out = tmp_path / "m"
    assert nrg(monkeypatch, "train", "--size", 4, "--minutes", 5, "--out", out) == 2
    assert "torchrun" in refused(capsys)


def test_a_truncated_model_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = (models_dir() / f"{SHIPPED}.safetensors").read_bytes()
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(content[: len(content) // 2])
    for command in ("verify", "sample"):
        assert nrg(monkeypatch, command, broken) == 2
        assert "broken.safetensors" in refused(capsys)


def test_an_unknown_model_is_refused_with_the_way_to_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nrg(monkeypatch, "verify", "nonsense") == 2
    assert "nrg models" in refused(capsys)


def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    out = tmp_path / "file" / "model"
    assert nrg(monkeypatch, "train", "--size", 4, "--minutes", 5, "--out", out) == 2
    assert str(tmp_path / "file") in refused(capsys)
    assert nrg(monkeypatch, "sample", SHIPPED, "--out", out) == 2
    assert str(tmp_path / "file") in refused(capsys)


def test_without_a_display_the_window_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert nrg(monkeypatch) == 2
    assert "nrg demo" in refused(capsys)


@pytest.mark.parametrize("display", [":59999", "nonsense", "127.0.0.1:59000"])
def test_a_display_that_does_not_answer_is_named(
    display: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr(sys, "platform", "linux")
    assert nrg(monkeypatch) == 2
    assert display in refused(capsys)
