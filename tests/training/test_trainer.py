"""The trainer as a stream of events: it learns, resumes exactly and survives bad numbers."""

import math
from pathlib import Path

import pytest
import torch
from pydantic import ValidationError

from nrg_app.errors import NRGError
from nrg_app.flows.card_files import read_card
from nrg_app.resources import recipes_dir
from nrg_app.session.models import model_path, shipped_models
from nrg_app.training import trainer as trainer_module
from nrg_app.training.events import CheckpointSaved, Finished, Progress, RolledBack, StageStarted
from nrg_app.training.objective import StepGaps, mean_gaps
from nrg_app.training.recipe import Recipe, read_recipe, standard_recipe
from nrg_app.training.trainer import Trainer

STAGE = "[[stages]]\nsize = {}\nbatch = 8\nlearning_rate = 1e-3\nsteps = 1\n"


def short(size: int, steps: int, **settings: object) -> Recipe:
    return standard_recipe(size, 1.0, steps=steps, width=8, **settings)


def parameters(trainer: Trainer) -> list[torch.Tensor]:
    return [p.clone() for p in trainer.model().flow.parameters()]


def test_a_short_training_closes_the_gap_from_above() -> None:
    trainer = Trainer(short(4, 250, seed=1), "tiny", report_interval=0.0)
    progress = [e for e in trainer.run() if isinstance(e, Progress)]
    first = sum(e.gap for e in progress[:5]) / 5
    last = [e.gap for e in progress[-50:]]
    mean, error = sum(last) / 50, progress[-1].gap_error / math.sqrt(50)
    assert mean < 0.02 < first
    # The variational free energy bounds the exact one: 4 standard errors.
    assert mean > -4 * error


def test_growth_is_reported_stage_by_stage() -> None:
    events = list(Trainer(short(8, 2), "tiny").run())
    stages = [(e.size, e.grown) for e in events if isinstance(e, StageStarted)]
    assert stages == [(4, False), (8, True)]
    assert isinstance(events[-1], Finished)
    assert events[-1].steps == 4
    fractions = [e.fraction for e in events if isinstance(e, Progress)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)


def test_resuming_continues_exactly_where_it_stopped(tmp_path: Path) -> None:
    whole = Trainer(short(8, 6, seed=3), "tiny")
    list(whole.run())

    path = tmp_path / "tiny.checkpoint"
    broken = Trainer(short(8, 6, seed=3), "tiny", checkpoint=path, checkpoint_interval=0.0)
    for event in broken.run():
        if isinstance(event, CheckpointSaved) and event.step == 9:
            break
    resumed = Trainer.resume(path)
    list(resumed.run())
    assert resumed.counters.steps == whole.counters.steps
    for a, b in zip(parameters(resumed), parameters(whole), strict=True):
        assert torch.equal(a, b)


def test_a_stage_of_coarse_octaves_leaves_the_others_and_resumes_exactly(tmp_path: Path) -> None:
    recipe = Recipe.model_validate(
        {
            "stages": [
                {"size": 8, "batch": 8, "learning_rate": 1e-3, "steps": 2},
                {"size": 8, "batch": 200, "learning_rate": 1e-3, "steps": 4, "coarse": 4}
                | {"forward": 0.5, "overshoot": 0.5, "moments": 2.0},
            ],
            "width": 8,
            "seed": 3,
        }
    )
    path = tmp_path / "tiny.checkpoint"
    whole = Trainer(recipe, "tiny", checkpoint=path, checkpoint_interval=0.0)
    before = None
    for event in whole.run():
        if isinstance(event, CheckpointSaved) and event.step == 2:
            before = whole.model().flow.state_dict()
        if isinstance(event, CheckpointSaved) and event.step == 4:
            break
    resumed = Trainer.resume(path)
    list(resumed.run())
    uninterrupted = Trainer(recipe, "tiny")
    list(uninterrupted.run())
    assert before is not None
    after = uninterrupted.model().flow.state_dict()
    for name, value in resumed.model().flow.state_dict().items():
        assert torch.equal(value, after[name]), name
    moved = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert moved == {name for name in before if not name.startswith("octaves.2.")}


def test_numbers_that_are_not_finite_roll_the_training_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, calls = trainer_module.path_gradient_step, []

    def failing(*args: object) -> StepGaps:
        result = real(*args)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) > 10 and len(calls) <= 31:
            return StepGaps(result.temperatures, result.gaps * math.nan)
        return result

    monkeypatch.setattr(trainer_module, "path_gradient_step", failing)
    trainer = Trainer(short(4, 60), "tiny")
    events = list(trainer.run())
    rolled = [e for e in events if isinstance(e, RolledBack)]
    assert [e.learning_rate_factor for e in rolled] == [0.5]
    assert all(torch.isfinite(p).all() for p in parameters(trainer))


def test_a_step_that_spoils_the_parameters_is_undone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The bad update comes right before a snapshot would be taken, and checkpoints all the time.
    monkeypatch.setattr(trainer_module, "_SNAPSHOT_STEPS", 10)
    trainer = Trainer(
        short(4, 60), "tiny", checkpoint=tmp_path / "tiny.checkpoint", checkpoint_interval=0.0
    )
    real, seen = trainer._update_average, []

    def spoiling() -> None:
        seen.append(1)
        if len(seen) == 20:
            with torch.no_grad():
                next(trainer._flow.parameters()).fill_(math.inf)
        real()

    monkeypatch.setattr(trainer, "_update_average", spoiling)
    events = list(trainer.run())
    assert sum(isinstance(e, RolledBack) for e in events) == 1
    # What is saved while steps fail is what can be gone on from; of the spoiled step itself it
    # cannot be known yet.
    saved = {e.step for e in events if isinstance(e, CheckpointSaved)}
    assert not saved & set(range(21, 40))
    assert all(torch.isfinite(p).all() for p in parameters(trainer))
    assert all(torch.isfinite(p).all() for p in trainer.model().flow.parameters())
    assert {19, 45} <= saved


@pytest.mark.parametrize(
    ("stages", "words"),
    [
        ([{}], "reverse KL; path gradients; no data"),
        ([{"forward": 0.5}], "reverse KL + forward KL; path gradients; no data"),
        (
            [{"forward": 0.5, "overshoot": 0.5, "moments": 2.0, "coarse": 4}],
            "forward KL + reversed chi squared + moments; score gradients; no data",
        ),
        (
            [{}, {"forward": 0.5, "overshoot": 0.5, "coarse": 4}],
            "reverse KL + forward KL + reversed chi squared; path and score gradients; no data",
        ),
    ],
)
def test_the_card_names_the_objective(stages: list[dict[str, float]], words: str) -> None:
    whole = {"size": 4, "batch": 8, "learning_rate": 1e-3, "steps": 1}
    recipe = Recipe.model_validate({"stages": [whole | stage for stage in stages]})
    assert Trainer(recipe, "tiny").model().card.training["objective"] == words


def test_a_shared_network_has_no_coarse_octaves_of_its_own() -> None:
    stage = {"size": 8, "batch": 8, "learning_rate": 1e-3, "steps": 1, "coarse": 4}
    with pytest.raises(ValidationError, match="share"):
        Recipe.model_validate({"stages": [stage], "shared": True})
    Recipe.model_validate({"stages": [stage | {"coarse": 2}], "shared": True})


def test_the_error_of_a_gap_knows_of_shared_temperatures() -> None:
    # 64 batches of 4 temperatures, 24 samples each, whose gaps follow the temperature alone.
    generator = torch.Generator().manual_seed(1)
    drawn = torch.rand(64, 4, generator=generator)
    means, errors = [], []
    for temperatures in drawn:
        shared = temperatures.repeat_interleave(24)
        gaps = mean_gaps(StepGaps(shared, shared.double()))
        torch.testing.assert_close(gaps, temperatures.double())
        means.append(float(gaps.mean()))
        errors.append(float(gaps.std()) / 2.0)
    # 64 means of uniform numbers: their spread is known to one part in sqrt(2 * 63), 4 errors.
    spread = float(torch.tensor(means).std())
    typical = math.sqrt(sum(e**2 for e in errors) / len(errors))
    assert abs(spread / typical - 1.0) < 4.0 * math.sqrt(1 / 126 + 1 / 384)


def test_a_flow_is_refined_between_stages_and_stays_what_it_is() -> None:
    whole = {"size": 4, "batch": 64, "learning_rate": 1e-3, "steps": 3}
    stages = [whole | {"pairs": 1, "colours": 2}, whole | {"colours": 2}, whole]
    recipe = Recipe.model_validate({"stages": stages, "width": 8, "seed": 2})
    trainer, before = Trainer(recipe, "tiny", report_interval=0.0), []
    shapes: list[tuple[int, int]] = []
    for event in trainer.run():
        shape = trainer.model().flow.shape
        if isinstance(event, StageStarted):
            shapes.append((shape.pairs, shape.colours))
            z = torch.randn(5, 16, generator=torch.Generator().manual_seed(1)).double()
            fields = trainer.model().to(torch.float64).decode(z, 2.3).field
            if before:
                # Refined, the flow begins as nearly the same map; another is off by about one.
                assert (fields - before[-1]).abs().mean() < 0.1
        if isinstance(event, Progress) and event.step == 3:
            before.append(trainer.model().to(torch.float64).decode(z, 2.3).field)
    assert shapes == [(1, 2), (2, 2), (2, 4)]


@pytest.mark.parametrize(
    "stages", [[{"colours": 4}, {"colours": 2}], [{"pairs": 2}], [{"pairs": 4}, {"pairs": 3}]]
)
def test_a_flow_is_never_made_coarser(stages: list[dict[str, int]]) -> None:
    whole = {"size": 4, "batch": 64, "learning_rate": 1e-3, "steps": 3}
    with pytest.raises(ValidationError, match="pairs of modes change from 1 only"):
        Recipe.model_validate({"stages": [whole | stage for stage in stages], "pairs": 3})


def test_a_training_at_one_temperature_has_error_bars() -> None:
    recipe = short(4, 3, temperature_range=(2.3, 2.3))
    events = list(Trainer(recipe, "tiny", report_interval=0.0).run())
    progress = [e for e in events if isinstance(e, Progress)]
    assert len(progress) == 3
    assert all(0.0 < e.gap_error == e.critical_gap_error for e in progress)


def test_a_single_sample_a_step_is_reported_with_the_next() -> None:
    stage = {"size": 4, "batch": 1, "learning_rate": 1e-3, "steps": 5}
    trainer = Trainer(Recipe.model_validate({"stages": [stage]}), "tiny", report_interval=0.0)
    progress = [e for e in trainer.run() if isinstance(e, Progress)]
    assert [e.step for e in progress] == [2, 4]
    assert all(e.gap_error > 0.0 for e in progress)


def test_the_model_carries_its_recipe() -> None:
    trainer = Trainer(short(4, 2, seed=9), "tiny")
    list(trainer.run())
    card = trainer.model().card
    assert card.training["steps"] == 2
    assert card.training["recipe"]["seed"] == 9
    assert card.size == 4


@pytest.mark.parametrize(("size", "minutes"), [(12, 1.0), (2, 1.0), (8, 0.0), (8, math.nan)])
def test_unusable_recipes_are_refused(size: int, minutes: float) -> None:
    with pytest.raises(NRGError):
        standard_recipe(size, minutes)


def test_a_model_file_is_no_checkpoint(tmp_path: Path) -> None:
    trainer = Trainer(short(4, 1), "tiny")
    list(trainer.run())
    trainer.model().save(tmp_path / "model.safetensors")
    with pytest.raises(NRGError, match="not a checkpoint"):
        Trainer.resume(tmp_path / "model.safetensors")


def test_two_stages_of_one_size_go_on_from_the_average(tmp_path: Path) -> None:
    stages = [
        {"size": 4, "batch": 16, "learning_rate": 1e-3, "steps": 3},
        {"size": 4, "batch": 16, "learning_rate": 1e-4, "steps": 3, "forward": 0.5},
    ]
    events = list(Trainer(Recipe.model_validate({"stages": stages, "width": 4}), "tiny").run())
    assert [e.grown for e in events if isinstance(e, StageStarted)] == [False, False]
    assert isinstance(events[-1], Finished)
    assert events[-1].steps == 6


@pytest.mark.parametrize("path", sorted(recipes_dir().glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_recipes_can_be_read(path: Path) -> None:
    recipe = read_recipe(path.stem)
    assert path.stem.startswith(f"ising-{recipe.size}") or recipe.shared
    # Counted in steps, they do the same work on every machine.
    assert all(stage.steps for stage in recipe.stages)


@pytest.mark.parametrize("name", shipped_models())
def test_a_shipped_model_was_trained_by_its_recipe(name: str) -> None:
    card, _ = read_card(model_path(name))
    shape = {"pairs": card.architecture.pairs, "colours": card.architecture.colours}
    # The cards of older models leave out what was not yet a setting of a recipe.
    recipe = Recipe.model_validate(shape | card.training["recipe"])
    assert recipe == read_recipe(name)
    assert card.training["steps"] == sum(stage.steps for stage in recipe.stages)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("stages = 3", "stages"),
        ("[[stages]]\nsize = 4", "batch: Field required"),
        ("seed = [", "cannot be used"),
        (STAGE.format(4) + STAGE.format(16), "twice"),
        (STAGE.format(4) + "moments = 2.0\n", "only where coarse octaves"),
        ("colour = 3\n" + STAGE.format(4), "colour"),
    ],
)
def test_damaged_recipes_are_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(NRGError, match=reason):
        read_recipe(str(path))


def test_a_missing_recipe_names_the_shipped_ones() -> None:
    with pytest.raises(NRGError, match="ising-8"):
        read_recipe("ising-9")
