"""A flow bound to the dual Ising model, and its files."""

import json
import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.flows.architecture import Architecture
from nrg_app.flows.card import ModelCard
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.neural_rg import NeuralRG

TEMPERATURE = 2.3


def make_model(size: int = 4) -> NeuralRG:
    torch.manual_seed(1)
    flow = HierarchicalFlow(Architecture(size=size, width=8)).requires_grad_(False)
    for parameter in flow.parameters():
        parameter += 0.05 * torch.randn_like(parameter)
    card = ModelCard(name="test", architecture=flow.shape, program_version=__version__)
    return NeuralRG(flow, card)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_equal_seeds_give_equal_samples() -> None:
    model = make_model()
    first = model.sample(TEMPERATURE, 6, generator=seeded())
    second = model.sample(TEMPERATURE, 6, generator=seeded())
    assert torch.equal(first.field, second.field)
    assert not torch.equal(first.field, model.sample(TEMPERATURE, 6, generator=seeded(1)).field)


def test_encode_recovers_what_was_decoded_in_double_precision() -> None:
    model = make_model(8).to(torch.float64)
    sample = model.sample(TEMPERATURE, 5, generator=seeded())
    view = model.encode(sample.field, TEMPERATURE)
    assert (view.latents - sample.latents).abs().max() < 1e-9
    assert (view.log_prob - sample.log_prob).abs().max() < 1e-9
    for scale in model.scales:
        assert (view.coarse_fields[scale] - sample.coarse_fields[scale]).abs().max() < 1e-9


def test_coarse_fields_are_sublattices_without_disentanglers() -> None:
    sample = make_model(8).sample(TEMPERATURE, 3, generator=seeded())
    for scale in (1, 2, 4):
        step = 8 // scale
        assert torch.equal(sample.coarse_fields[scale], sample.field[:, ::step, ::step])


def test_importance_weights_average_to_the_exact_partition_function() -> None:
    torch.manual_seed(1)
    flow = HierarchicalFlow(Architecture(size=2, width=8)).requires_grad_(False)
    # Wider than the target everywhere, so that the weights have no heavy tail.
    for octave in flow.octaves:
        for stage in octave.decimator.stages:
            stage.conditioner.modulation.bias[-1] = 0.3
    flow.root.parameters_of.bias[4:] = 0.3
    card = ModelCard(name="wide", architecture=flow.shape, program_version=__version__)
    model = NeuralRG(flow, card).to(torch.float64)
    n = 40_000
    sample = model.sample(TEMPERATURE, n, generator=seeded())
    weights = torch.exp(
        model.log_weight(sample, TEMPERATURE) - model.log_partition_target(TEMPERATURE)
    )
    error = float(weights.std()) / math.sqrt(n)
    assert error < 0.05
    assert abs(float(weights.mean()) - 1.0) < 4 * error


def test_latent_grids_cover_all_latents_and_leave_kept_cells_blank() -> None:
    model = make_model(8)
    latents = torch.arange(2 * 64, dtype=torch.float32).reshape(2, 64)
    seen = []
    for scale in model.scales:
        grid = model.latent_grid(latents, scale)
        assert grid.shape == (2, scale, scale)
        if scale > 1:
            assert torch.isnan(grid[:, ::2, ::2]).all()
        seen.append(grid[1][~torch.isnan(grid[1])])
        assert len(seen[-1]) == max(1, 3 * scale * scale // 4)
    assert torch.equal(torch.cat(seen).sort().values, latents[1])


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan, math.inf])
def test_a_temperature_that_is_not_positive_is_refused(temperature: float) -> None:
    with pytest.raises(NRGError, match=r"[Tt]emperature"):
        make_model().sample(temperature, 1, generator=seeded())


def test_file_round_trip_is_exact(tmp_path: Path) -> None:
    model = make_model()
    model.save(tmp_path / "model.safetensors")
    again = NeuralRG.load(tmp_path / "model.safetensors")
    assert again.card == model.card
    for a, b in zip(again.flow.parameters(), model.flow.parameters(), strict=True):
        assert torch.equal(a, b)
    assert [p.name for p in tmp_path.iterdir()] == ["model.safetensors"]


def test_damaged_files_are_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    make_model().save(path)
    content = path.read_bytes()
    broken = tmp_path / "broken.safetensors"
    for damaged in (b"", content[:7], content[:200], content[:-1], b"\xff" * 100, content[8:]):
        broken.write_bytes(damaged)
        with pytest.raises(NRGError, match=r"broken\.safetensors") as caught:
            NeuralRG.load(broken)
        assert "\n" not in str(caught.value)


def test_files_that_do_not_fit_their_card_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    model = make_model()
    tensors = {k: v.contiguous() for k, v in model.flow.state_dict().items()}
    other = model.card.model_dump(mode="json")
    other["architecture"]["width"] = 9
    cases = [
        (tensors, {"card": json.dumps(other)}),
        (tensors, {"card": "{}"}),
        (tensors, {"card": "not json"}),
        (tensors, None),
        ({}, {"card": model.card.model_dump_json()}),
        (
            {k: torch.full_like(v, math.nan) for k, v in tensors.items()},
            {"card": model.card.model_dump_json()},
        ),
    ]
    for content, metadata in cases:
        save_file(content, path, metadata=metadata)
        with pytest.raises(NRGError, match=r"model\.safetensors"):
            NeuralRG.load(path)


def test_a_newer_card_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    model = make_model()
    card = model.card.model_dump(mode="json") | {"card_version": 99, "novelty": 1}
    save_file(model.flow.state_dict(), path, metadata={"card": json.dumps(card)})
    with pytest.raises(NRGError, match="newer version"):
        NeuralRG.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NRGError, match=r"nowhere\.safetensors"):
        NeuralRG.load(tmp_path / "nowhere.safetensors")


def test_a_shared_network_generates_other_sides_and_its_file_keeps_every_parameter_once(
    tmp_path: Path,
) -> None:
    torch.manual_seed(1)
    flow = HierarchicalFlow(Architecture(size=8, width=4, shared=True)).requires_grad_(False)
    card = ModelCard(name="shared", architecture=flow.shape, program_version=__version__)
    NeuralRG(flow, card).save(tmp_path / "shared.safetensors")
    model = NeuralRG.load(tmp_path / "shared.safetensors")
    assert sum(p.numel() for p in model.flow.weights().values()) == sum(
        p.numel() for p in flow.parameters()
    )
    large = model.resized(32)
    assert large.size == 32
    assert large.sample(TEMPERATURE, 2, generator=seeded()).field.shape == (2, 32, 32)
    # Nothing of the finest octave depends on the side.
    names = [large.flow.octave(32), model.flow.octave(8)]
    assert names[0].decimator.stages[0].conditioner is not names[1].decimator.stages[0].conditioner
    pairs = zip(names[0].parameters(), names[1].parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert torch.equal(names[0].depth, names[1].depth)


def test_a_model_with_networks_of_its_own_has_one_side() -> None:
    with pytest.raises(NRGError, match="one lattice side"):
        make_model().resized(16)
