"""Random numbers: the same everywhere, independent between scales, standard normal."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nrg_app.session import streams


def columns(values: np.ndarray, scale: int) -> np.ndarray:
    return values[:, scale**2 // 4 : scale**2]


def test_numbers_do_not_depend_on_the_machine_or_the_session() -> None:
    # Written down once; a change would alter every picture that a seed stands for.
    assert streams.latents(4, 1, 7)[0, :5] == pytest.approx(
        [-0.22042875, -1.0471896, 0.01519263, 0.36309317, 0.8315102], abs=1e-6
    )


def test_frozen_scales_keep_their_latents_bit_for_bit() -> None:
    before = streams.latents(16, 5, 7)
    after = streams.latents(16, 5, 7, ((4, 8),))
    for scale in (1, 2, 4):
        assert np.array_equal(columns(before, scale), columns(after, scale))
    for scale in (8, 16):
        assert not np.any(columns(before, scale) == columns(after, scale))


def test_coarse_latents_are_common_to_all_lattice_sizes() -> None:
    assert np.array_equal(streams.latents(8, 5, 3), streams.latents(16, 5, 3)[:, :64])


def test_the_first_samples_do_not_depend_on_their_number() -> None:
    assert np.array_equal(streams.latents(8, 2, 3), streams.latents(8, 9, 3)[:2])
    assert np.array_equal(streams.thresholds(8, 2, 3), streams.thresholds(8, 9, 3)[:2])


def test_thresholds_belong_to_the_finest_scale() -> None:
    kept = streams.thresholds(8, 2, 3)
    assert np.array_equal(kept, streams.thresholds(8, 2, 3, ((8, 4),)))
    assert not np.any(kept == streams.thresholds(8, 2, 3, ((4, 4),)))


def test_latents_are_standard_normal() -> None:
    values = streams.latents(16, 400, 5).astype(np.float64)
    n = values.size
    # Mean and variance within 4 standard errors of 0 and 1.
    assert abs(values.mean()) < 4 / math.sqrt(n)
    assert abs(values.var() - 1) < 4 * math.sqrt(2 / n)


def test_scales_and_seeds_are_uncorrelated() -> None:
    a, b = streams.latents(16, 400, 5), streams.latents(16, 400, 6)
    pairs = [
        (a, b),
        (columns(a, 8)[:, :12], columns(a, 4)),
        (columns(a, 16)[:, :48], columns(a, 8)),
    ]
    for x, y in pairs:
        # Correlation within 4 standard errors of 0.
        assert abs(float(np.mean(x * y))) < 4 / math.sqrt(x.size)
