"""Autocorrelation times of processes with a known memory; allowed are 4 standard errors."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from nrg_app.analysis.autocorrelation import autocorrelation
from nrg_app.errors import NRGError

LIMIT = 4.0  # standard errors


def autoregressive(chains: int, steps: int, memory: float, seed: int) -> NDArray[np.float64]:
    """Stationary chains of unit variance whose correlations fall as memory**t."""
    noise = np.random.default_rng(seed).standard_normal((steps, chains))
    series = np.empty((steps, chains))
    series[0] = noise[0]
    for t in range(1, steps):
        series[t] = memory * series[t - 1] + math.sqrt(1 - memory**2) * noise[t]
    return series.T


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
@pytest.mark.parametrize(("chains", "steps"), [(1, 40_000), (400, 100)])
def test_tau_is_that_of_an_autoregressive_process(memory: float, chains: int, steps: int) -> None:
    result = autocorrelation(autoregressive(chains, steps, memory, seed=1))
    exact = 0.5 * (1 + memory) / (1 - memory)
    # Wolff's rule for the window leaves a bias below a tenth of tau.
    assert abs(result.tau.value - exact) < LIMIT * result.tau.error + 0.1 * exact
    assert result.closed


@pytest.fixture(scope="module")
def pyerrors():
    """The package, which warns of the removal of ``scipy.odr`` as it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("pyerrors")


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
@pytest.mark.parametrize(("chains", "steps"), [(1, 4000), (20, 400)])
def test_the_gamma_method_is_that_of_pyerrors(
    pyerrors, memory: float, chains: int, steps: int
) -> None:
    series = autoregressive(chains, steps, memory, seed=7)
    mean = series.mean()
    # Given a mean it takes deviations from it, and not from that of each chain.
    names = [f"chain|{number:02d}" for number in range(chains)]
    other = pyerrors.Obs(list(series - mean), names, means=[mean] * chains)
    other.gamma_method(S=1.5)
    found = autocorrelation(series)
    # Both correct the bias of the estimated mean, to different orders in tau / n.
    near = 2.0 * found.tau.value / series.size
    assert found.tau.value == pytest.approx(other.e_tauint["chain"], rel=near)
    assert found.error == pytest.approx(other.dvalue, rel=near)
    assert found.tau.error == pytest.approx(other.e_dtauint["chain"], rel=0.05)


@pytest.mark.parametrize(("memory", "steps"), [(0.0, 50), (0.8, 200)])
def test_one_error_bar_covers_two_thirds_of_all_runs(memory: float, steps: int) -> None:
    runs = autoregressive(4 * 400, steps, memory, seed=2).reshape(400, 4, steps)
    inside = sum(abs(run.mean()) < autocorrelation(run).error for run in runs)
    share = math.erf(math.sqrt(0.5))
    assert abs(inside - 400 * share) < LIMIT * math.sqrt(400 * share * (1 - share))


def test_the_error_ignores_offset_and_follows_the_unit() -> None:
    series = autoregressive(8, 500, 0.5, seed=3)
    plain, other = autocorrelation(series), autocorrelation(1000.0 + 7.0 * series)
    assert other.tau.value == pytest.approx(plain.tau.value)
    assert other.error == pytest.approx(7.0 * plain.error)


def test_chains_shorter_than_their_memory_are_noticed() -> None:
    assert not autocorrelation(autoregressive(50, 20, 0.99, seed=4)).closed


@pytest.mark.parametrize("value", [0.0, 1 / 3])
def test_a_constant_series_has_no_memory_to_speak_of(value: float) -> None:
    result = autocorrelation(np.full((3, 30), value))
    assert math.isnan(result.tau.value)
    assert math.isnan(result.error)


def test_too_few_steps_are_refused() -> None:
    with pytest.raises(NRGError, match="at least 8 steps, not 7"):
        autocorrelation(np.zeros((100, 7)))
