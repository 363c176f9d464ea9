"""Two processes train as one: the same gradients, decisions, files and sentences."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.training.distributed import Team
from nrg_app.training.trainer import Trainer

from . import ranks

ROOT = Path(__file__).parents[2]


# Two processes that import torch take minutes on a busy machine.
pytestmark = pytest.mark.timeout(900)
_LIMIT = 600.0

TINY = "width = 6\ndraws = 32\n[[stages]]\nsize = 4\nbatch = 5\nlearning_rate = 5e-3\nsteps = 3\n"


def torchrun(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run two processes to their end."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command += map(str, arguments)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            out, err = process.communicate(timeout=_LIMIT)
        except BaseException:
            # Killed, it would leave its processes behind; so it ends them.
            process.terminate()
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def gloo_threads(folder: Path, when: str) -> list[str]:
    """The names of those threads of a process that belong to the group of processes."""
    names = json.loads((folder / f"threads-{when}.json").read_text())
    return [name for name in names if "gloo" in name]


@pytest.fixture
def double() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two processes wrote."""
    path = tmp_path_factory.mktemp("together")
    end = torchrun(ranks.__file__, "together", path)
    assert end.returncode == 0, end.stderr
    return path


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("batch", ranks.BATCHES)
@pytest.mark.parametrize("coarse", ranks.COARSE)
def test_two_processes_have_the_gradient_of_one_with_the_joint_batch(
    coarse: int, batch: int, folder: Path
) -> None:
    alone = ranks.gradient(Team(), batch, 0.3, coarse)
    assert all(float(value.abs().max()) > 1e-6 for value in alone.values())
    for rank in (0, 1):
        found = load_file(folder / f"gradient-{batch}-{coarse}-{rank}.safetensors")
        assert found.keys() == alone.keys()
        for name, value in alone.items():
            assert torch.allclose(found[name], value, rtol=1e-10, atol=1e-12), name


@pytest.mark.usefixtures("double")
def test_a_checkpoint_of_two_processes_goes_on_in_one_as_if_never_interrupted(
    folder: Path,
) -> None:
    whole = Trainer(ranks.recipe(steps=5), "tiny")
    list(whole.run())
    resumed = Trainer.resume(folder / "tiny.checkpoint")
    assert resumed.counters.steps == ranks.CHECKPOINT_STEP
    list(resumed.run())
    assert resumed.counters.steps == whole.counters.steps
    expected = whole.model().flow.state_dict()
    for name, value in resumed.model().flow.state_dict().items():
        assert torch.allclose(value, expected[name], rtol=0.0, atol=1e-9), name


def test_decisions_of_one_process_are_those_of_all(folder: Path) -> None:
    first, second = (json.loads((folder / f"decisions-{rank}.json").read_text()) for rank in (0, 1))
    assert first.pop("failure") == "SystemExit: 2"
    assert second.pop("failure") == "NRGError: the disk is full"
    assert first == second
    assert first["counters"]["stage"] == 1
    assert first["stopped"] == [True, 4]
    assert [event["learning_rate_factor"] for event in first["rolled back"]] == [0.5]


def test_a_process_that_dies_ends_the_others_with_a_sentence(tmp_path: Path) -> None:
    assert torchrun(ranks.__file__, "lost", tmp_path).returncode != 0
    assert "--resume" in (tmp_path / "said.txt").read_text(encoding="utf-8")
    if sys.platform == "linux":
        assert gloo_threads(tmp_path, "within-0")
        assert not gloo_threads(tmp_path, "after-0")


# A thread that lets go of its last tensor while Python ends aborts the process.
@pytest.mark.skipif(sys.platform != "linux", reason="the names of threads are read in /proc")
def test_no_thread_of_gloo_is_left_where_python_ends(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(TINY)
    end = torchrun(ranks.__file__, "train", tmp_path)
    assert end.returncode == 0, end.stderr
    for path in (folder, tmp_path):
        for rank in (0, 1):
            assert not gloo_threads(path, f"after-{rank}")


def test_train_under_torchrun_writes_one_model_and_one_log(tmp_path: Path) -> None:
    recipe = tmp_path / "tiny.toml"
    recipe.write_text(TINY)
    out = tmp_path / "out" / "tiny"
    end = torchrun("-m", "nrg_app", "train", "--recipe", recipe, "--out", out)
    assert end.returncode == 0, end.stderr
    assert "Warning" not in end.stderr
    assert {p.name for p in out.parent.iterdir()} == {"tiny.safetensors", "tiny.events.jsonl"}
    lines = (out.parent / "tiny.events.jsonl").read_text().splitlines()
    names = [json.loads(line)["event"] for line in lines]
    assert (names[0], names[-1]) == ("StageStarted", "Finished")
    assert names.count("StageStarted") == names.count("Finished") == 1
    card = NeuralRG.load(f"{out}.safetensors").card
    assert card.training["steps"] == 3
    assert len(card.gaps) > 0
    assert end.stdout.count("wrote ") == 1


def test_bad_input_is_refused_with_one_sentence_of_all_processes(tmp_path: Path) -> None:
    end = torchrun("-m", "nrg_app", "train", "--resume", "--out", tmp_path / "none")
    assert end.returncode != 0
    assert end.stderr.count("nrg: ") == 1
    assert "nrg: There is no checkpoint" in end.stderr
    # torchrun reports the status of each process that it did not have to end itself.
    assert "exitcode  : 2" in end.stderr


@pytest.mark.parametrize(("batch", "size"), [(1, 1), (6, 2), (5, 2), (7, 4), (64, 3)])
def test_parts_cover_the_batch_and_their_weights_make_the_joint_mean(batch: int, size: int) -> None:
    teams = [Team(rank, size) for rank in range(size)]
    samples = list(range(batch))
    assert [s for team in teams for s in samples[team.part(batch)]] == samples
    means = [sum(samples[t.part(batch)]) / len(samples[t.part(batch)]) for t in teams]
    joint = sum(t.weight(batch) * mean for t, mean in zip(teams, means, strict=True)) / size
    assert joint == pytest.approx(sum(samples) / batch)


def test_a_batch_smaller_than_the_number_of_processes_is_refused() -> None:
    with pytest.raises(NRGError, match="8 processes"):
        Trainer(ranks.recipe(steps=1), "tiny", team=Team(0, 8))


def test_every_process_takes_its_own_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a machine that has them.
    monkeypatch.setattr("nrg_app.training.distributed.torch.empty", lambda *_, **__: None)
    team = Team(rank=5, size=8, local_rank=1)
    assert str(team.device("cuda")) == "cuda:1"
    assert str(team.device("cpu")) == "cpu"
    assert str(Team().device("cuda:3")) == "cuda:3"
    with pytest.raises(NRGError, match="cuda:3"):
        team.device("cuda:3")
