"""Transfer matrices of small tori against all configurations, and against known figures."""

from __future__ import annotations

import numpy as np
import pytest

from nrg_app.errors import NRGError
from nrg_app.physics.exact import CRITICAL_TEMPERATURE, kaufman_energy
from nrg_app.physics.observables import correlations
from nrg_app.physics.small_torus import small_torus

TC = float(CRITICAL_TEMPERATURE)


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("temperature", [0.4, 1.7, TC, 9.0])
def test_averages_are_those_of_all_configurations(size, temperature, enumeration) -> None:
    states = enumeration(size)
    p, known = states.probabilities(temperature), states.observables(temperature)
    exact = small_torus(size, temperature)
    for key in ("abs_magnetization", "magnetization_squared", "binder"):
        assert getattr(exact, key) == pytest.approx(known[key], rel=1e-10), key
    assert exact.correlations == pytest.approx(p @ correlations(states.spins), rel=1e-10)
    wave = states.spins @ np.exp(2j * np.pi * np.arange(size) / size)
    power = np.abs(wave.sum(1)) ** 2 / size**2
    assert exact.smallest_wave == pytest.approx(float(p @ power), rel=1e-9, abs=1e-12)


def test_the_figures_of_side_8_at_the_critical_point() -> None:
    exact = small_torus(8, TC)
    assert exact.abs_magnetization == pytest.approx(0.777331, abs=5e-7)
    assert exact.magnetization_squared == pytest.approx(0.646912, abs=5e-7)
    # Two bonds per site.
    assert -2.0 * exact.correlations[1] == pytest.approx(float(kaufman_energy(8, TC)), rel=1e-12)


def test_large_tori_are_refused() -> None:
    with pytest.raises(NRGError, match="side of 8"):
        small_torus(9, 2.0)
