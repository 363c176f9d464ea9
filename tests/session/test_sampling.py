"""From a request to samples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nrg_app.errors import NRGError
from nrg_app.session.messages import SampleRequest, SampleSet
from nrg_app.session.models import model_path, shipped_models
from nrg_app.session.sampling import FALLBACK_SIZE, LoadedModel, load_model, sample

SIZE = 4
REQUEST = SampleRequest(request_id=3, model="m", temperature=2.2, seed=11, count=6)


def test_shapes_and_values(loaded: LoadedModel) -> None:
    answer = sample(REQUEST, loaded)
    assert (answer.request_id, answer.model, answer.seed, answer.size) == (3, "m", 11, SIZE)
    assert answer.spins.dtype == np.int8
    assert set(np.unique(answer.spins)) <= {-1, 1}
    for scale in (1, 2, 4):
        for grids in (answer.coarse_fields, answer.latents):
            assert grids[scale].shape == (6, scale, scale)
            assert grids[scale].dtype == np.float32
    assert np.array_equal(answer.fields, answer.coarse_fields[SIZE])
    assert np.isfinite(answer.fields).all()


def test_kept_cells_are_blank_on_all_but_the_coarsest_scale(loaded: LoadedModel) -> None:
    latents = sample(REQUEST, loaded).latents
    assert np.isfinite(latents[1]).all()
    for scale in (2, 4):
        blank = np.isnan(latents[scale])
        assert blank.sum() == 6 * scale**2 // 4
        assert blank[:, ::2, ::2].all()


def test_coarse_fields_and_latents_of_frozen_scales_survive_bit_for_bit(
    loaded: LoadedModel,
) -> None:
    before = sample(REQUEST, loaded)
    after = sample(replace(REQUEST, redraws=((2, 12),)), loaded)
    for scale in (1, 2):
        assert np.array_equal(before.coarse_fields[scale], after.coarse_fields[scale])
        assert np.array_equal(before.latents[scale], after.latents[scale], equal_nan=True)
    assert not np.array_equal(before.latents[4], after.latents[4], equal_nan=True)
    assert not np.array_equal(before.fields, after.fields)


def test_a_fixed_seed_deforms_continuously_with_temperature(loaded: LoadedModel) -> None:
    samples = [sample(replace(REQUEST, temperature=t), loaded) for t in (2.2, 2.2001)]
    first, second = samples
    assert np.array_equal(first.latents[4], second.latents[4], equal_nan=True)
    assert 0 < np.abs(first.fields - second.fields).max() < 0.01


@pytest.mark.parametrize("sampler", ["flow", "wolff"])
def test_the_same_request_gives_the_same_samples(loaded: LoadedModel, sampler: str) -> None:
    request = replace(REQUEST, sampler=sampler)  # type: ignore[arg-type]
    first, second = sample(request, loaded), sample(request, loaded)
    assert np.array_equal(first.spins, second.spins)
    assert np.array_equal(first.fields, second.fields)


def test_monte_carlo_samples_are_encoded_by_the_model(loaded: LoadedModel) -> None:
    import torch

    answer = sample(replace(REQUEST, sampler="wolff"), loaded)
    assert answer.sampler == "wolff"
    # Decoded again, the latents give the field back (they are stored with 7 digits).
    order = torch.zeros(6, SIZE**2, dtype=torch.float64)
    numbers = torch.arange(SIZE**2, dtype=torch.float64)[None]
    for scale, grid in answer.latents.items():
        places = loaded.model.latent_grid(numbers, scale).numpy()[0]
        for row, column in np.argwhere(np.isfinite(places)):
            order[:, int(places[row, column])] = torch.from_numpy(grid[:, row, column])
    field = loaded.double.decode(order, answer.temperature).field.numpy()
    assert np.abs(field - answer.fields).max() < 1e-3


def test_a_resampled_seed_gives_new_monte_carlo_samples(loaded: LoadedModel) -> None:
    request = replace(REQUEST, sampler="wolff")
    first = sample(request, loaded)
    second = sample(replace(request, redraws=((2, 12),)), loaded)
    assert not np.array_equal(first.fields, second.fields)


def test_without_a_model_there_are_monte_carlo_samples_without_scales() -> None:
    answer: SampleSet = sample(replace(REQUEST, model=""), None)
    assert answer.sampler == "wolff"
    assert answer.spins.shape == (6, FALLBACK_SIZE, FALLBACK_SIZE)
    assert answer.fields.shape == answer.spins.shape
    assert answer.coarse_fields == answer.latents == {}


def test_spins_agree_with_the_field_where_it_is_strong(loaded: LoadedModel) -> None:
    for model in (loaded, None):
        answer = sample(REQUEST, model)
        strong = np.abs(answer.fields) > 8.0  # P(wrong sign) < 1.2e-7
        assert np.array_equal(answer.spins[strong], np.sign(answer.fields[strong]))


def test_the_model_message_describes_the_model(loaded: LoadedModel, model_file: str) -> None:
    ready = loaded.ready()
    assert (ready.model, ready.size, ready.temperature_range) == (model_file, SIZE, (1.5, 3.5))
    assert ready.gap_at_tc is None
    assert '"untrained"' in ready.card_json


@pytest.mark.parametrize("content", [None, b"", b"not a model" * 50])
def test_a_bad_model_file_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "bad.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NRGError) as caught:
        load_model(str(path))
    message = str(caught.value)
    assert "bad.safetensors" in message
    assert "\n" not in message
    assert message.endswith(".")


def test_names_stand_for_shipped_files() -> None:
    assert model_path("ising-16").name == "ising-16.safetensors"
    assert model_path("/a/b.safetensors") == Path("/a/b.safetensors")
    assert all(model_path(name).is_file() for name in shipped_models())
