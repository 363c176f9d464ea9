"""Encoded, interpolated and edited samples."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from nrg_app.figures.strip_figure import figure_metadata
from nrg_app.session import streams
from nrg_app.session.altering import encode, thresholds_given
from nrg_app.session.latents import (
    Blend,
    Edit,
    Source,
    alterations,
    interpolate,
    norm_excess,
    pack_spins,
)
from nrg_app.session.messages import SampleRequest, SampleSet
from nrg_app.session.recording import Recording, recording_origin
from nrg_app.session.sample_contents import sample_provenance
from nrg_app.session.sampling import LoadedModel, sample

SIZE, T = 4, 2.2
REQUEST = SampleRequest(request_id=3, model="m", temperature=T, seed=11, count=6)
PICTURE = np.where(np.random.default_rng(3).random((SIZE, SIZE)) < 0.5, 1, -1).astype(np.int8)
SOURCE = Source(sample=2, temperature=T, seed=9, size=SIZE, bits=pack_spins(PICTURE))


def others(answer: SampleSet, index: int) -> list[np.ndarray]:
    """Return all arrays of a set without one sample."""
    arrays = [answer.spins, answer.fields, *answer.coarse_fields.values(), *answer.latents.values()]
    return [np.delete(array, index, axis=0) for array in arrays]


def assert_others_are_untouched(before: SampleSet, after: SampleSet, index: int) -> None:
    for old, new in zip(others(before, index), others(after, index), strict=True):
        assert np.array_equal(old, new, equal_nan=True)


def test_bits_give_the_spins_back() -> None:
    assert np.array_equal(SOURCE.spins, PICTURE)
    assert Source(0, 2.2, 1).spins is None


def test_an_encoded_picture_is_decoded_to_its_field_and_its_spins(loaded: LoadedModel) -> None:
    import torch

    after = sample(replace(REQUEST, source=SOURCE), loaded)
    assert np.array_equal(after.spins[2], PICTURE)
    field = loaded.model.target.field_from_spins(
        torch.from_numpy(PICTURE[None]),
        torch.tensor([T], dtype=torch.float64),
        torch.from_numpy(streams.field_noise(SIZE, 1, SOURCE.seed)),
    )
    # Only the float32 of the message rounds.
    assert after.fields[2] == pytest.approx(field.numpy()[0], abs=1e-5)
    assert_others_are_untouched(sample(REQUEST, loaded), after, 2)


def test_the_latents_of_an_encoded_picture_stay_while_the_temperature_moves(
    loaded: LoadedModel,
) -> None:
    answers = [
        sample(replace(REQUEST, source=SOURCE, temperature=t), loaded) for t in (T, T + 1e-4, 3.0)
    ]
    for scale in (1, 2, 4):
        first, *rest = (answer.latents[scale][2] for answer in answers)
        assert all(np.array_equal(first, other, equal_nan=True) for other in rest)
    near = np.abs(answers[1].fields[2] - answers[0].fields[2]).max()
    assert 0 < near < 0.01 < np.abs(answers[2].fields[2] - answers[0].fields[2]).max()


def test_redrawn_scales_of_a_picture_are_those_of_the_network(loaded: LoadedModel) -> None:
    plain = sample(REQUEST, loaded)
    whole = sample(replace(REQUEST, source=SOURCE), loaded)
    coarse = replace(SOURCE, redrawn=frozenset({4, 8}))
    part = sample(replace(REQUEST, source=coarse), loaded)
    for scale, origin in ((1, whole), (2, whole), (4, plain)):
        expected = origin.latents[scale][2]
        assert np.array_equal(part.latents[scale][2], expected, equal_nan=True)
        assert not np.array_equal(whole.latents[scale][2], plain.latents[scale][2], equal_nan=True)
    assert part.coarse_fields[2][2] == pytest.approx(whole.coarse_fields[2][2], abs=1e-5)


def test_an_encoded_wolff_sample_has_wolff_s_spins(loaded: LoadedModel) -> None:
    from nrg_app.physics.monte_carlo import wolff

    answer = sample(replace(REQUEST, source=Source(0, T, 21)), loaded)
    assert np.array_equal(answer.spins[0], wolff(SIZE, T, 1, seed=21)[0])


def test_the_log_weight_is_that_of_the_shown_field(loaded: LoadedModel) -> None:
    import torch

    answer = sample(replace(REQUEST, source=SOURCE), loaded)
    field = torch.from_numpy(answer.fields[2:3]).double()
    code = loaded.double.encode(field, T)
    expected = float(loaded.double.log_weight(code, T)) - loaded.double.log_partition_target(T)
    # The field of the message has 7 digits.
    assert answer.source_log_weight == pytest.approx(expected, abs=1e-3)
    assert sample(REQUEST, loaded).source_log_weight is None
    # Next to its temperature the sample is decoded in float32.
    near = sample(replace(REQUEST, source=SOURCE, temperature=T + 1e-6), loaded)
    assert near.source_log_weight == pytest.approx(expected, abs=1e-2)


def test_a_picture_of_another_size_is_left_out(loaded: LoadedModel) -> None:
    large = np.ones((8, 8), dtype=np.int8)
    source = Source(0, T, 1, 8, pack_spins(large))
    after = sample(replace(REQUEST, source=source), loaded)
    assert_others_are_untouched(sample(REQUEST, loaded), after, 5)
    assert after.source_log_weight is None


@pytest.mark.parametrize("sampler", ["flow", "wolff"])
def test_an_edit_changes_exactly_one_latent(loaded: LoadedModel, sampler: str) -> None:
    request = replace(REQUEST, sampler=sampler)  # type: ignore[arg-type]
    before = sample(request, loaded)
    after = sample(replace(request, edits=(Edit(4, 2, 1, 0, 1.25),)), loaded)
    assert_others_are_untouched(before, after, 4)
    assert after.latents[2][4, 1, 0] == 1.25
    for scale in (1, 2, 4):
        same = after.latents[scale][4] == before.latents[scale][4]
        kept = np.isnan(before.latents[scale][4])
        assert np.argwhere(~same & ~kept).tolist() == ([[1, 0]] if scale == 2 else [])
    assert after.coarse_fields[1][4] == pytest.approx(before.coarse_fields[1][4], abs=1e-3)
    assert np.abs(after.coarse_fields[2][4] - before.coarse_fields[2][4]).max() > 0.01


def test_an_edit_to_the_same_value_changes_no_spin(loaded: LoadedModel) -> None:
    for sampler in ("flow", "wolff"):
        request = replace(REQUEST, sampler=sampler)  # type: ignore[arg-type]
        before = sample(request, loaded)
        value = float(before.latents[4][1, 0, 1])
        after = sample(replace(request, edits=(Edit(1, 4, 0, 1, value),)), loaded)
        assert np.array_equal(before.spins, after.spins)


def test_edits_that_do_not_fit_the_set_are_left_out(loaded: LoadedModel) -> None:
    edits = (Edit(0, 8, 0, 1, 1.0), Edit(7, 2, 0, 1, 1.0))
    after = sample(replace(REQUEST, edits=edits, blend=Blend(0, 9, 1.0)), loaded)
    assert_others_are_untouched(sample(REQUEST, loaded), after, 5)


def test_a_blend_leads_from_one_sample_to_another(loaded: LoadedModel) -> None:
    plain = sample(REQUEST, loaded)
    ends = [sample(replace(REQUEST, blend=Blend(1, 3, amount)), loaded) for amount in (0.0, 1.0)]
    for answer, index in zip(ends, (1, 3), strict=True):
        assert_others_are_untouched(plain, answer, 1)
        # The batches have other sizes, so that float32 rounds in another order.
        assert answer.fields[1] == pytest.approx(plain.fields[index], abs=1e-2)


def test_interpolation_keeps_the_gaussian_measure() -> None:
    generator = np.random.default_rng(5)
    start, end = generator.standard_normal((2, 20_000))
    for amount in (0.0, 0.2, 0.5, 0.9, 1.0):
        z = interpolate(start, end, amount)
        # Variance within 4 standard errors of 1.
        assert abs(np.mean(z**2) - 1) < 4 * math.sqrt(2 / z.size)
    across = np.array([0.0, 2.0]), np.array([2.0, 0.0])
    for amount in (0.3, 0.7):
        assert np.linalg.norm(interpolate(*across, amount)) == pytest.approx(2.0)


def test_an_edit_counts_after_the_blend_and_in_its_target(loaded: LoadedModel) -> None:
    own, target = Edit(1, 2, 0, 1, 0.75), Edit(3, 2, 1, 1, -1.5)
    after = sample(replace(REQUEST, blend=Blend(1, 3, 1.0), edits=(own, target)), loaded)
    assert (after.latents[2][1, 0, 1], after.latents[2][1, 1, 1]) == (0.75, -1.5)


def test_what_was_chosen_is_told_with_the_samples(loaded: LoadedModel) -> None:
    edits = (Edit(1, 2, 0, 1, 0.75), Edit(1, 4, 1, 0, 0.5))
    request = replace(REQUEST, source=SOURCE, blend=Blend(1, 3, 0.25), edits=edits)
    words = (
        "sample 3 is given spins, encoded at T = 2.2 J/k_B; "
        "sample 2 is 0.25 of the way to sample 4; latents of sample 2 set by hand: 2"
    )
    answer = sample(request, loaded)
    assert sample_provenance(answer, 1)["altered"] == words
    assert words in figure_metadata(answer, 1)["Description"]
    # Here the lattice is another, so that the picture is not shown; nor is the place on a path.
    told = recording_origin(Recording("path", "ising-8", request=request))
    assert told["altered"] == "latents of sample 2 set by hand: 2"
    coarse = alterations(2, SOURCE, None, edits)
    assert coarse == "latents of sample 2 set by hand: 1"
    assert "altered" not in sample_provenance(sample(REQUEST, loaded))


def test_thresholds_given_spins_are_uniform_and_give_the_spins_back() -> None:
    generator = np.random.default_rng(8)
    shape = (200, 100)
    field = 2 * generator.standard_normal(shape)
    up = 1 / (1 + np.exp(-2 * field))
    spins = np.where(generator.random(shape) < up, 1, -1).astype(np.int8)
    thresholds = thresholds_given(spins, field, generator.random(shape))
    assert np.array_equal(np.where(thresholds < up, 1, -1), spins)
    # Mean within 4 standard errors of 1/2, and no correlation with the field.
    n = thresholds.size
    assert abs(thresholds.mean() - 0.5) < 4 / math.sqrt(12 * n)
    correlation = np.mean((thresholds - 0.5) * field) / (2 / math.sqrt(12))
    assert abs(correlation) < 4 / math.sqrt(n)


def test_encoding_repeats(loaded: LoadedModel) -> None:
    first, second = (encode(SOURCE, loaded.double) for _ in range(2))
    assert np.array_equal(first.latents, second.latents)
    assert np.array_equal(first.thresholds, second.thresholds)


def test_the_norm_of_latents_is_typical_for_the_network_s_samples(loaded: LoadedModel) -> None:
    answer = sample(replace(REQUEST, count=200), loaded)
    norms = [norm_excess(z[k] for z in answer.latents.values()) for k in range(200)]
    # Mean and variance of 200 numbers within 4 standard errors of 0 and 1; the fourth cumulant
    # of chi-squared with 16 degrees of freedom is 12/16.
    assert abs(np.mean(norms)) < 4 / math.sqrt(200)
    assert abs(np.var(norms) - 1) < 4 * math.sqrt((2 + 12 / 16) / 200)
