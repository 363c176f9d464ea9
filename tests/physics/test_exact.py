"""Kaufman, Onsager and Yang against enumeration, high precision and each other."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from nrg_app.errors import NRGError
from nrg_app.physics import exact
from nrg_app.physics.exact import CRITICAL_TEMPERATURE as TC

ALL = [
    lambda t: exact.kaufman_log_partition(8, t),
    lambda t: exact.kaufman_energy(8, t),
    lambda t: exact.kaufman_specific_heat(8, t),
    exact.onsager_log_partition_per_site,
    exact.onsager_energy,
    exact.onsager_specific_heat,
    exact.yang_magnetization,
    exact.correlation_length,
]


def precise_kaufman(size: int, temperature: float) -> tuple[float, float, float]:
    """Kaufman's ln Z, energy and specific heat per site, with 60 digits."""

    def log_z(k):
        s = mpmath.sinh(2 * k)

        def half_angle(r):
            if r == 0:
                return size * (2 * k + mpmath.log(mpmath.tanh(k))) / 2
            return size * mpmath.acosh(s + 1 / s - mpmath.cos(mpmath.pi * r / size)) / 2

        odd = [half_angle(r) for r in range(1, 2 * size, 2)]
        even = [half_angle(r) for r in range(0, 2 * size, 2)]
        terms = [
            mpmath.fprod(2 * function(x) for x in angles)
            for angles in (odd, even)
            for function in (mpmath.cosh, mpmath.sinh)
        ]
        return mpmath.log(sum(terms) / 2) + size**2 * mpmath.log(2 * s) / 2

    with mpmath.workdps(60):
        k, step = 1 / mpmath.mpf(temperature), mpmath.mpf(10) ** -15
        below, here, above = log_z(k - step), log_z(k), log_z(k + step)
        first = (above - below) / (2 * step)
        second = (above - 2 * here + below) / step**2
        n_sites = size**2
        return (
            float(here / n_sites),
            float(-first / n_sites),
            float(k**2 * second / n_sites),
        )


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0, TC, 3.0, 10.0])
def test_kaufman_is_the_sum_over_all_configurations(enumeration, size, temperature):
    listed = enumeration(size)
    expected = listed.observables(temperature)
    log_z = exact.kaufman_log_partition(size, temperature)
    assert log_z == pytest.approx(listed.log_partition(temperature), rel=1e-13)
    energy = exact.kaufman_energy(size, temperature)
    assert energy == pytest.approx(expected["energy"], rel=1e-12)
    heat = exact.kaufman_specific_heat(size, temperature)
    assert heat == pytest.approx(expected["specific_heat"], rel=1e-9)


@pytest.mark.parametrize(
    ("size", "temperature", "log_z", "energy", "heat"),
    [
        (8, 1.6, 1.26893992, -1.928235, 0.26246),
        (8, TC, 0.93971532, -1.491589, 1.14556),
        (8, 3.2, 0.79995375, -0.757384, 0.36496),
        (16, 2.0, 1.02850082, -1.745531, 0.72551),
        (16, TC, 0.93219631, -1.453065, 1.49870),
        (16, 2.6, 0.86312940, -1.039110, 0.79909),
        (32, 1.6, 1.25878624, -1.928242, 0.26235),
        (32, TC, 0.93032039, -1.433658, 1.84677),
        (32, 3.2, 0.79961748, -0.745148, 0.32478),
        (64, TC, 0.92985163, -1.423938, 2.19221),
    ],
)
def test_kaufman_agrees_with_known_values(size, temperature, log_z, energy, heat):
    half_a_digit = 0.5001
    n_sites = size**2
    found = exact.kaufman_log_partition(size, temperature) / n_sites
    assert found == pytest.approx(log_z, abs=half_a_digit * 1e-8)
    found = exact.kaufman_energy(size, temperature)
    assert found == pytest.approx(energy, abs=half_a_digit * 1e-6)
    found = exact.kaufman_specific_heat(size, temperature)
    assert found == pytest.approx(heat, abs=half_a_digit * 1e-5)


@pytest.mark.parametrize("size", [5, 16, 64])
@pytest.mark.parametrize("temperature", [0.5, 1.5, TC, TC + 1e-9, 2.4, 10.0])
def test_kaufman_keeps_its_digits_in_double_precision(size, temperature):
    log_z, energy, heat = precise_kaufman(size, temperature)
    found = exact.kaufman_log_partition(size, temperature) / size**2
    assert found == pytest.approx(log_z, abs=3e-15)
    assert exact.kaufman_energy(size, temperature) == pytest.approx(energy, abs=2e-14)
    assert exact.kaufman_specific_heat(size, temperature) == pytest.approx(heat, abs=2e-13)


@pytest.mark.parametrize("size", [2, 3, 4, 7, 16, 32, 128, 256])
def test_kaufman_is_smooth_from_frozen_to_hot(size):
    t = np.sort(np.append(np.linspace(0.5, 10.0, 400), [TC, np.nextafter(TC, 3), TC + 1e-6]))
    log_z = exact.kaufman_log_partition(size, t)
    energy = exact.kaufman_energy(size, t)
    heat = exact.kaufman_specific_heat(size, t)
    assert np.isfinite([log_z, energy, heat]).all()
    far = np.diff(t) > 1e-3
    assert (np.diff(log_z)[far] < 0.0).all()
    assert (np.diff(energy)[far] > 0.0).all()
    assert (heat > 0.0).all()
    # One maximum, so that nothing strange happens where the zero mode changes its sign.
    assert np.count_nonzero(np.diff(np.sign(np.diff(heat[1:-1:4])))) == 1


@pytest.mark.parametrize("size", [8, 64])
def test_energy_is_the_slope_of_log_partition(size):
    k = np.linspace(0.2, 1.0, 9)
    step = 1e-4
    slope = (
        exact.kaufman_log_partition(size, 1.0 / (k + step))
        - exact.kaufman_log_partition(size, 1.0 / (k - step))
    ) / (2.0 * step)
    # The third derivative bounds the error of the finite difference.
    np.testing.assert_allclose(-slope / size**2, exact.kaufman_energy(size, 1.0 / k), atol=3e-6)


@pytest.mark.parametrize("temperature", [1e-300, 1e-3, 0.04])
def test_frozen_torus_has_two_ground_states(temperature):
    log_z = exact.kaufman_log_partition(16, temperature)
    assert log_z == pytest.approx(512.0 / temperature + math.log(2.0), rel=1e-15)
    assert exact.kaufman_energy(16, temperature) == pytest.approx(-2.0, rel=1e-14)
    assert exact.kaufman_specific_heat(16, temperature) == pytest.approx(0.0, abs=1e-11)


def test_hot_torus_forgets_its_bonds():
    assert exact.kaufman_log_partition(8, 1e6) == pytest.approx(64 * math.log(2.0), rel=1e-11)
    assert exact.kaufman_energy(8, 1e3) == pytest.approx(-2e-3, rel=1e-5)
    assert exact.kaufman_specific_heat(8, 1e3) == pytest.approx(2e-6, rel=1e-5)


@pytest.mark.parametrize("temperature", [0.7, 1.5, 2.0, 2.6, 3.5, 9.0])
def test_large_torus_is_the_infinite_lattice(temperature):
    size = 256
    # Below Tc the two signs of the magnetization add ln 2.
    extra = math.log(2.0) / size**2 if temperature < TC else 0.0
    found = exact.kaufman_log_partition(size, temperature) / size**2 - extra
    infinite = exact.onsager_log_partition_per_site(temperature)
    assert found == pytest.approx(infinite, abs=1e-14)
    infinite = exact.onsager_energy(temperature)
    assert exact.kaufman_energy(size, temperature) == pytest.approx(infinite, abs=1e-12)
    infinite = exact.onsager_specific_heat(temperature)
    assert exact.kaufman_specific_heat(size, temperature) == pytest.approx(infinite, abs=1e-11)


def test_critical_values_are_onsagers():
    log_z = math.log(2.0) / 2 + 2 * float(mpmath.catalan) / math.pi
    assert exact.onsager_log_partition_per_site(TC) == pytest.approx(log_z, abs=1e-15)
    assert exact.onsager_energy(TC) == pytest.approx(-math.sqrt(2.0), abs=1e-14)
    assert exact.onsager_specific_heat(TC) == math.inf
    assert exact.yang_magnetization(TC) == 0.0
    assert exact.correlation_length(TC) == math.inf
    assert pytest.approx(2.269185314213022, abs=1e-15) == TC


def test_specific_heat_of_the_torus_grows_like_the_logarithm_of_its_side():
    # Onsager's amplitude 8 K^2 / pi = 0.494539, up to terms of order 1 / L.
    growth = exact.kaufman_specific_heat(256, TC) - exact.kaufman_specific_heat(128, TC)
    assert growth == pytest.approx(8.0 / (math.pi * TC**2) * math.log(2.0), abs=2e-3)


@pytest.mark.parametrize("temperature", [0.8, 2.0, TC - 1e-3, TC, TC + 1e-6, 2.5, 8.0])
def test_infinite_lattice_against_onsagers_integrals(temperature):
    with mpmath.workdps(50):
        k = 1 / mpmath.mpf(temperature)
        cosh, sinh = mpmath.cosh(2 * k), mpmath.sinh(2 * k)
        modulus = 2 * sinh / cosh**2
        # The kink of the integrand at pi / 2 sharpens towards Tc.
        nodes = [0, 1, 1.5, 1.57, 1.5707, 1.57079, mpmath.pi / 2]
        integral = mpmath.quad(
            lambda p: mpmath.log((1 + mpmath.sqrt(1 - (modulus * mpmath.sin(p)) ** 2)) / 2), nodes
        )
        log_z = mpmath.log(2 * cosh) + integral / mpmath.pi
        tanh = mpmath.tanh(2 * k)
        first = mpmath.ellipk(modulus**2)
        energy = -(1 + 2 / mpmath.pi * (2 * tanh**2 - 1) * first) / tanh
    found = exact.onsager_log_partition_per_site(temperature)
    assert found == pytest.approx(float(log_z), abs=1e-13)
    assert exact.onsager_energy(temperature) == pytest.approx(float(energy), abs=1e-13)


def test_onsager_specific_heat_is_the_slope_of_the_energy():
    t = np.array([0.8, 1.5, 2.0, 2.2, 2.35, 3.0, 8.0])
    step = 1e-5
    slope = (exact.onsager_energy(t + step) - exact.onsager_energy(t - step)) / (2.0 * step)
    np.testing.assert_allclose(exact.onsager_specific_heat(t), slope, rtol=1e-7, atol=1e-9)


def test_magnetization_is_yangs():
    t = np.array([0.5, 1.0, 2.0, 2.2, TC - 1e-6])
    expected = [float((1 - mpmath.sinh(2 / mpmath.mpf(x)) ** -4) ** 0.125) for x in t]
    np.testing.assert_allclose(exact.yang_magnetization(t), expected, rtol=1e-10)
    np.testing.assert_array_equal(exact.yang_magnetization(np.array([TC, TC + 1e-9, 5.0])), 0.0)


def test_correlation_length_on_both_sides():
    t = np.array([1.0, 2.0, 2.6, 5.0])
    k = 1.0 / t
    decay = -np.log(np.tanh(k)) - 2.0 * k
    expected = np.where(t > TC, 1.0 / decay, -0.5 / decay)
    np.testing.assert_allclose(exact.correlation_length(t), expected, rtol=1e-12)
    assert exact.correlation_length(2.0) == pytest.approx(2.192, abs=5e-4)
    assert exact.correlation_length(2.6) == pytest.approx(4.274, abs=5e-4)
    # nu = 1, and the amplitude ratio above / below is 2.
    above = exact.correlation_length(TC + 1e-6)
    below = exact.correlation_length(TC - 1e-6)
    assert above / below == pytest.approx(2.0, rel=1e-5)


@pytest.mark.parametrize("function", ALL)
def test_numbers_give_numbers_and_arrays_give_arrays(function):
    t = np.array([[1.0, TC], [2.5, 4.0]])
    values = function(t)
    assert values.shape == (2, 2)
    assert values.dtype == np.float64
    one_by_one = [[function(float(x)) for x in row] for row in t]
    assert type(one_by_one[0][0]) is float
    np.testing.assert_allclose(values, one_by_one, rtol=1e-13)
    assert function(np.empty(0)).shape == (0,)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("temperature", [0.0, -1.0, math.inf, math.nan, 1e7])
def test_impossible_temperatures_are_refused(function, temperature):
    for given in (temperature, np.array([2.0, temperature])):
        with pytest.raises(NRGError, match=r"^Every temperature must be .*\.$"):
            function(given)


@pytest.mark.parametrize("size", [0, 1, -8, 8.5])
def test_impossible_tori_are_refused(size):
    for function in (
        exact.kaufman_log_partition,
        exact.kaufman_energy,
        exact.kaufman_specific_heat,
    ):
        with pytest.raises(NRGError, match="lattice side"):
            function(size, 2.0)


def test_the_critical_correlation_is_near_the_exact_nearest_neighbours() -> None:
    # <s s'> = 1/sqrt(2) at Tc (Onsager); the leading term alone is 0.5 % lower.
    assert float(exact.critical_correlation(1.0)) == pytest.approx(0.70338, abs=5e-6)
    assert float(exact.critical_correlation(1.0)) == pytest.approx(math.sqrt(0.5), rel=6e-3)
    assert exact.critical_correlation([1.0, 16.0])[1] == pytest.approx(0.70338 / 2, abs=5e-6)
