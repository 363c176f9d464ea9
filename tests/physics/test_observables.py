"""Observables and their errors, weighted or not."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nrg_app.errors import NRGError
from nrg_app.physics import observables
from nrg_app.physics.observables import Estimate

KEYS = [
    "energy",
    "specific_heat",
    "abs_magnetization",
    "magnetization_squared",
    "susceptibility",
    "binder",
]


@pytest.mark.parametrize("size", [2, 3, 4])
def test_weights_turn_equal_chances_into_boltzmanns(enumeration, size):
    # All configurations once, with their Boltzmann weights: the averages must be exact.
    listed, temperature = enumeration(size), 2.5
    log_weights = 100.0 - listed.energy / temperature
    found = observables.measure(listed.spins, temperature, log_weights)
    expected = listed.observables(temperature)
    # The variance is divided by 1 - sum of w^2, as if the configurations were samples.
    expected["specific_heat"] /= 1.0 - (listed.probabilities(temperature) ** 2).sum()
    assert list(found) == KEYS
    for key in KEYS:
        assert found[key].value == pytest.approx(expected[key], rel=1e-10), key


def test_equal_weights_change_nothing(enumeration):
    spins = enumeration(4).draw(2.5, 300, seed=1)
    plain = observables.measure(spins, 2.5)
    weighted = observables.measure(spins, 2.5, np.full(300, -7.0))
    for key in KEYS:
        assert weighted[key].value == pytest.approx(plain[key].value, rel=1e-12)
        assert weighted[key].error == pytest.approx(plain[key].error, rel=1e-12)


def test_simple_means_have_the_familiar_errors(enumeration):
    spins, temperature = enumeration(4).draw(2.5, 300, seed=2), 2.5
    found = observables.measure(spins, temperature)
    energy, m = observables.energies(spins), observables.magnetizations(spins)
    per_site = energy / 16
    assert found["energy"].value == pytest.approx(per_site.mean())
    assert found["energy"].error == pytest.approx(per_site.std(ddof=1) / math.sqrt(300))
    heat = energy.var(ddof=1) / (16 * temperature**2)
    assert found["specific_heat"].value == pytest.approx(heat)
    assert found["abs_magnetization"].value == pytest.approx(np.abs(m).mean())
    assert found["susceptibility"].value == pytest.approx(16 * (m**2).mean())
    assert found["susceptibility"].error == pytest.approx(16 * found["magnetization_squared"].error)


@pytest.mark.parametrize("proposal", [None, 4.0])
def test_errors_are_the_spread_of_repeated_measurements(enumeration, proposal):
    """Over 500 repetitions, within 4 standard errors and 10 % for what n = 400 leaves out."""
    listed, temperature, n, repeats = enumeration(3), 3.0, 400, 500
    spins = listed.draw(proposal or temperature, n * repeats, seed=3).reshape(repeats, n, 3, 3)
    found = []
    for sample in spins:
        weights = None
        if proposal is not None:
            weights = observables.energies(sample) * (1 / proposal - 1 / temperature)
        found.append(observables.measure(sample, temperature, weights))
    expected = listed.observables(temperature)
    for key in KEYS:
        values = np.array([one[key].value for one in found])
        errors = np.array([one[key].error for one in found])
        spread = values.std(ddof=1)
        # Errors of order 1 / n in the estimate itself are small beside its error 1 / sqrt(n).
        tolerance = (4.0 / math.sqrt(repeats) + 0.1) * spread
        assert abs(values.mean() - expected[key]) < tolerance, key
        assert abs(errors.mean() / spread - 1.0) < 4.0 / math.sqrt(2.0 * repeats) + 0.1, key


def test_weighted_error_covers_the_truth_in_four_standard_errors(enumeration):
    listed = enumeration(4)
    spins = listed.draw(3.0, 5000, seed=4)
    log_weights = observables.energies(spins) * (1 / 3.0 - 1 / 2.6)
    expected = listed.observables(2.6)
    for key, estimate in observables.measure(spins, 2.6, log_weights).items():
        assert abs(estimate.deviation(expected[key])) < 4.0, key


def test_series_and_spins_give_the_same(enumeration):
    spins = enumeration(4).draw(2.0, 50, seed=5)
    series = observables.measure_series(
        4, 2.0, observables.energies(spins), observables.magnetizations(spins)
    )
    assert series == observables.measure(spins, 2.0)


def test_one_sample_has_no_error():
    found = observables.measure(np.ones((1, 4, 4)), 2.0)
    assert found["energy"].value == -2.0
    assert all(math.isnan(found[key].error) for key in KEYS)
    assert math.isnan(found["specific_heat"].value)


def test_configurations_without_magnetization_have_no_binder_ratio():
    checkerboard = np.indices((4, 4)).sum(0) % 2 * 2 - 1
    found = observables.measure(np.stack((checkerboard, -checkerboard)), 2.0)
    assert math.isnan(found["binder"].value)
    assert found["energy"] == Estimate(2.0, 0.0)


@pytest.mark.parametrize("size", [3, 4])
def test_correlation_function_is_the_mean_product(enumeration, size):
    spins = enumeration(size).draw(2.4, 200, seed=6)
    values, errors = observables.correlation_function(spins)
    assert values.shape == errors.shape == (size // 2 + 1,)
    for r in range(size // 2 + 1):
        products = [
            0.5 * (one * np.roll(one, r, 0) + one * np.roll(one, r, 1)).mean() for one in spins
        ]
        assert values[r] == pytest.approx(np.mean(products), abs=1e-14)
        assert errors[r] == pytest.approx(np.std(products, ddof=1) / math.sqrt(200), abs=1e-14)
    assert (values[0], errors[0]) == (pytest.approx(1.0, abs=1e-14), pytest.approx(0.0, abs=1e-14))


def test_neighbours_correlate_as_the_energy_says(enumeration):
    listed, temperature = enumeration(4), 2.4
    values, _ = observables.correlation_function(listed.spins, -listed.energy / temperature)
    assert values[1] == pytest.approx(-0.5 * listed.observables(temperature)["energy"], rel=1e-12)


def test_effective_sample_size_and_largest_share():
    weights = np.array([1.0, 2.0, 5.0])
    logs = np.log(weights) + 1e4
    expected = weights.sum() ** 2 / (3 * (weights**2).sum())
    assert observables.effective_sample_size(logs) == pytest.approx(expected, rel=1e-9)
    assert observables.largest_weight_share(logs) == pytest.approx(5.0 / 8.0, rel=1e-9)
    one_of_four = [0.0, -math.inf, -math.inf, -math.inf]
    assert observables.effective_sample_size(one_of_four) == 0.25
    assert observables.largest_weight_share(one_of_four) == 1.0


@pytest.mark.parametrize(
    "log_weights",
    [[], [[0.0, 1.0]], [0.0, math.nan], [-math.inf, -math.inf], [0.0, math.inf]],
)
def test_broken_weights_are_refused_in_one_sentence(log_weights):
    for function in (observables.effective_sample_size, observables.largest_weight_share):
        with pytest.raises(NRGError, match=r"^The log weights must be .*\.$"):
            function(log_weights)


def test_a_weight_is_needed_for_every_sample():
    with pytest.raises(NRGError, match="each of the 2 samples"):
        observables.measure(np.ones((2, 4, 4)), 2.0, [0.0, 0.0, 0.0])
    with pytest.raises(NRGError, match="temperature"):
        observables.measure(np.ones((2, 4, 4)), 0.0)
    with pytest.raises(NRGError, match="Spins"):
        observables.correlation_function(np.zeros((2, 4, 4)))


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (-1.427, 0.003, "\u22121.427(3)"),
        (14.68, 0.42, "14.7(4)"),
        (0.6579, 0.0097, "0.66(1)"),
        (1234.0, 37.0, "1230(40)"),
        (-3.2, 1.0, "\u22123(1)"),
        (-0.001, 0.02, "0.00(2)"),
        (2.0, 0.0, "2"),
        (-0.5, 0.0, "\u22120.5"),
        (1.0, math.nan, "\u2013"),
        (math.nan, 1.0, "\u2013"),
        (math.inf, 1.0, "\u2013"),
    ],
)
def test_brackets_hold_the_error_of_the_last_digit(value, error, text):
    assert Estimate(value, error).brackets() == text


@settings(derandomize=True, deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(1e-9, 1e5))
def test_brackets_lose_at_most_half_a_digit(value, error):
    text = Estimate(value, error).brackets().replace("\u2212", "-")
    number, digits = re.fullmatch(r"(-?[0-9.]+)\(([0-9]+)\)", text).groups()
    unit = 10.0 ** -len(number.partition(".")[2])
    shown = int(digits) * unit
    assert abs(shown - error) <= 0.51 * max(error, unit)
    # One digit of error: its unit is at most the error itself, up to the rounding of 0.95 to 1.
    assert abs(float(number) - value) <= 0.54 * error + 1e-12 * abs(value)


def test_deviation_counts_standard_errors():
    assert Estimate(1.5, 0.25).deviation(2.0) == -2.0
    assert Estimate(1.5, 0.0).deviation(1.5) == 0.0
    assert Estimate(1.5, 0.0).deviation(2.0) == -math.inf
    assert math.isnan(Estimate(1.5, math.nan).deviation(2.0))
