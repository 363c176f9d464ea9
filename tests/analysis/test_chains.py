"""Errors of correlated samples."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from nrg_app.analysis.chains import block_jackknife, block_means
from nrg_app.errors import NRGError
from nrg_app.physics.observables import Estimate, measure_series


def mean_and_square(values: NDArray[np.float64]) -> dict[str, Estimate]:
    mean = float(values.mean())
    return {"mean": Estimate(mean, 0.0), "square": Estimate(mean**2, 0.0)}


def autoregressive(n: int, memory: float, seed: int) -> NDArray[np.float64]:
    """A stationary chain of unit variance whose correlations fall as memory**t."""
    noise = np.random.default_rng(seed).standard_normal(n) * np.sqrt(1 - memory**2)
    chain = np.empty(n)
    value = 0.0
    for k in range(n):
        value = memory * value + noise[k]
        chain[k] = value
    return chain


def test_the_error_of_independent_values_is_the_familiar_one() -> None:
    values = np.random.default_rng(1).standard_normal(1000)
    error = block_jackknife(mean_and_square, values, blocks=1000)["mean"].error
    assert error == pytest.approx(values.std(ddof=1) / np.sqrt(1000), rel=1e-9)


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.8])
def test_the_error_allows_for_correlations(memory: float) -> None:
    chain = autoregressive(20_000, memory, seed=2)
    error = block_jackknife(mean_and_square, chain, blocks=40)["mean"].error
    expected = np.sqrt((1 + memory) / (1 - memory) / 20_000)
    # 40 blocks know the error itself to 1 / sqrt(78) = 11 %; allow 4 of those.
    assert error == pytest.approx(expected, rel=0.45)


def test_a_function_of_means_has_the_error_of_its_slope() -> None:
    values = np.random.default_rng(3).standard_normal(5000) + 10
    estimates = block_jackknife(mean_and_square, values, blocks=50)
    ratio = estimates["square"].error / estimates["mean"].error
    assert ratio == pytest.approx(2 * values.mean(), rel=1e-3)


def test_values_are_those_of_the_whole_chain() -> None:
    rng = np.random.default_rng(4)
    energy, magnetization = rng.standard_normal(100), rng.uniform(-1, 1, 100)
    estimator = partial(measure_series, 4, 2.0)
    estimates = block_jackknife(estimator, energy, magnetization, blocks=7)
    for key, whole in estimator(energy, magnetization).items():
        assert estimates[key].value == whole.value
        assert estimates[key].error > 0


@pytest.mark.parametrize("blocks", [0, 1, 11])
def test_too_many_or_too_few_blocks_are_refused(blocks: int) -> None:
    with pytest.raises(NRGError, match="blocks"):
        block_jackknife(mean_and_square, np.zeros(10), blocks=blocks)


def test_block_means_are_those_of_the_jackknife() -> None:
    chain = np.stack([autoregressive(2_000, 0.5, seed) for seed in (3, 4)], axis=1)
    values, errors = block_means(chain, 20)
    for column, value, error in zip(chain.T, values, errors, strict=True):
        same = block_jackknife(mean_and_square, column, blocks=20)["mean"]
        assert (value, error) == pytest.approx((same.value, same.error), rel=1e-9)
    with pytest.raises(NRGError, match="cannot be cut into 20 blocks"):
        block_means(chain[:19], 20)
