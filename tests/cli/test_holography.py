"""``nrg holography``: tables, files, settings, refusals; its numbers are the library's."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from nrg_app.analysis.bulk_geometry import bulk_geometry
from nrg_app.analysis.exact_latents import baseline_spins, exact_latents
from nrg_app.analysis.mutual_information import bulk_information, decay
from nrg_app.analysis.pyramids import haar_pyramid, latent_pyramid
from nrg_app.cli import holography, main
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.resources import models_dir
from nrg_app.session.holography.jobs import carry_out
from nrg_app.session.holography.messages import JobOrder, Message, PlotsResult

QUICK = ("ising-8", "-T", 2.4, "-n", 64, "--seed", 5)


@pytest.fixture
def nrg(monkeypatch: pytest.MonkeyPatch):
    """Runs ``nrg holography`` with arguments and returns its exit status."""

    def run(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["nrg", "holography", *map(str, arguments)])
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return run


def test_the_arrays_are_those_of_the_library(nrg, tmp_path: Path) -> None:
    out = tmp_path / "bulk.npz"
    assert nrg(*QUICK, "--what", "information,geometry", "--out", out) == 0
    model = NeuralRG.load(models_dir() / "ising-8.safetensors")
    exact = exact_latents(model, 2.4, samples=64, seed=5)
    latents = latent_pyramid(exact.latents, 8, model.flow.shape.colours)
    haar = haar_pyramid(baseline_spins(8, 2.4, samples=64, seed=5))
    with np.load(out, allow_pickle=False) as data:
        for kind, pyramid in (("latents", latents), ("haar", haar)):
            within, pairs = decay(pyramid, seed=5), bulk_information(pyramid, seed=5)
            assert np.array_equal(data[f"decay_{kind}_information"], within.information)
            assert np.array_equal(data[f"bulk_{kind}_errors"], pairs.errors)
            distances = bulk_geometry(pairs, 8, 2.4).distances
            assert np.array_equal(data[f"bulk_{kind}_distance_distances"], distances, True)


def test_the_numbers_are_those_of_the_window(nrg, tmp_path: Path) -> None:
    out = tmp_path / "bulk.npz"
    assert nrg(*QUICK, "--what", "information,energy", "--out", out) == 0
    heard: list[Message] = []
    for kind in ("information", "energy"):
        carry_out(JobOrder(kind, "ising-8", 2.4, 64, seed=5), heard.append)
    information, energy = (
        [m for m in heard if isinstance(m, PlotsResult) and m.order.kind == kind][-1].plots
        for kind in ("information", "energy")
    )
    with np.load(out, allow_pickle=False) as data:
        haar = next(s for s in information["collapse"].series if s.name == "Haar")
        assert np.array_equal(haar.error, data["decay_haar_errors"])
        latents = [s for s in information["collapse"].series if "ℓ" in s.name]
        errors = np.concatenate([s.error for s in reversed(latents)])
        assert np.array_equal(errors, data["decay_latents_errors"])
        assert np.array_equal(energy["energy"].series[0].y, data["energy_total_effective"])


def test_settings_come_from_a_file_and_flags_override_them(nrg, capsys, tmp_path: Path) -> None:
    settings, out = tmp_path / "bulk.toml", tmp_path / "bulk.json"
    settings.write_text(
        'model = "ising-8"\ntemperature = 2.4\nsamples = 9\nwhat = ["responses", "energy"]\n'
        "latent = [4, 1, 1]\nseed = 3\n"
    )
    assert nrg("--settings", settings, "-n", 40, "--out", out) == 0
    assert "Latent (1, 1) of scale 4, T = 2.4 J/k_B" in capsys.readouterr().out
    made = json.loads(out.read_text(encoding="utf-8"))["metadata"]
    assert (made["model"], made["samples"], made["seed"]) == ("ising-8", 40, 3)
    assert made["what"] == ["responses", "energy"]


def test_a_table_states_exact_values_and_deviations(nrg, tmp_path: Path) -> None:
    out = tmp_path / "bulk.csv"
    assert nrg(*QUICK, "--what", "energy", "--out", out) == 0
    head, *lines = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(head.removeprefix("# "))["seed"] == 5
    rows = list(csv.DictReader(lines))
    assert [row["scale"] for row in rows] == ["1", "2", "4", "8", ""]
    for row in rows:
        off = (float(row["value"]) - 1.0) / float(row["error"])
        assert float(row["exact"]) == 1.0
        assert float(row["deviation"]) == pytest.approx(off)


def test_ctrl_c_keeps_what_was_measured(
    nrg, capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(holography, "running_renormalised_energy", interrupted)
    out = tmp_path / "bulk.json"
    assert nrg(*QUICK, "--what", "wavelets,energy", "--out", out) == 130
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["metadata"]["complete"] is False
    assert {row["quantity"].split()[0] for row in content["rows"]} == {"radius"}
    assert "Stopped before the end" in capsys.readouterr().out


def test_information_has_a_bound(nrg, capsys) -> None:
    assert nrg(*QUICK, "--what", "information") == 0
    assert re.search(r"all latents, at most +│ −?\d\.\d+ ± 0\.\d+ ", capsys.readouterr().out)


def test_a_temperature_that_was_never_trained_is_told(nrg, capsys) -> None:
    assert nrg("ising-8", "-T", 4.5, "-n", 64, "--what", "energy") == 0
    assert "outside the trained range 1.5 … 3.5" in capsys.readouterr().out
    assert nrg("ising-8", "-T", 3.5, "-n", 64, "--what", "energy") == 0
    assert "trained range" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "name one"),
        (("ising-8", "--what", "magic"), "no 'magic'"),
        (("ising-8", "--latent", "4,0,0"), "kept for scale 2"),
        (("ising-8", "--latent", "4,1"), "three numbers"),
        (("ising-8", "--latent", "a,1,1"), "'latent.0'"),
        (("ising-8", "-T", -1), "temperature"),
        (("ising-8", "-n", 20), "32 samples"),
        (("ising-8", "-n", 1), "'samples'"),
        (("ising-8", "--out", "bulk.xls"), ".npz, .json or .csv"),
        (("ising-8", "--settings", "missing.toml"), "missing.toml"),
        (("nothing",), "nothing"),
    ],
)
def test_bad_options_are_refused_in_one_sentence(
    nrg, capsys, arguments, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert nrg(*arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("nrg: ")
    assert error.count("\n") == 1
    assert sentence in error
