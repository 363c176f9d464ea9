"""Observables that accumulate, against exact sums over all states of a 4 x 4 lattice."""

from __future__ import annotations

import numpy as np
import pytest

from nrg_app.physics.observables import Estimate, correlations, energies, magnetizations
from nrg_app.session import live
from nrg_app.session.live import LiveObservables, magnetization_edges
from nrg_app.session.messages import ObservableRow, ObservablesUpdate
from nrg_app.session.sampling import LoadedModel

TEMPERATURE = 2.6
DRAWS = 4096


@pytest.fixture(scope="module")
def exact() -> dict[str, float]:
    """Averages over all 65,536 states."""
    bits = np.arange(2**16)[:, None] >> np.arange(16) & 1
    spins = (2 * bits - 1).astype(np.int8).reshape(-1, 4, 4)
    energy, m = energies(spins), magnetizations(spins)
    weights = np.exp(-(energy + 32) / TEMPERATURE)
    weights /= weights.sum()
    m2, m4 = weights @ m**2, weights @ m**4
    return {
        "abs_magnetization": float(weights @ np.abs(m)),
        "susceptibility": float(16 * m2),
        "binder": float(1 - m4 / (3 * m2**2)),
        "energy": float(weights @ energy) / 16,
    }


@pytest.fixture(scope="module")
def finished(loaded: LoadedModel) -> LiveObservables:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "MAX_DRAWS", DRAWS)
        observables = LiveObservables(loaded, TEMPERATURE)
        while not observables.finished:
            observables.extend(with_wolff=True)
    return observables


@pytest.fixture(scope="module")
def update(finished: LiveObservables) -> ObservablesUpdate:
    return finished.update()


def row(update: ObservablesUpdate, key: str) -> ObservableRow:
    return next(row for row in update.rows if row.key == key)


def test_it_stops_at_its_number_of_draws(update: ObservablesUpdate, model_file: str) -> None:
    assert (update.draws, update.wolff_draws) == (DRAWS, DRAWS)
    assert (update.model, update.temperature) == (model_file, TEMPERATURE)


@pytest.mark.parametrize("key", ["abs_magnetization", "susceptibility", "binder"])
def test_monte_carlo_references_are_right(
    update: ObservablesUpdate, exact: dict[str, float], key: str
) -> None:
    reference = row(update, key)
    assert reference.reference_kind == "wolff"
    assert reference.reference is not None
    assert reference.reference_error is not None
    estimate = Estimate(reference.reference, reference.reference_error)
    assert abs(estimate.deviation(exact[key])) < 4  # standard errors, of 20 blocks


def test_exact_references_are_exact(update: ObservablesUpdate, exact: dict[str, float]) -> None:
    energy = row(update, "energy")
    assert energy.reference_kind == "exact"
    assert energy.reference_error is None
    assert energy.reference == pytest.approx(exact["energy"], abs=1e-12)
    for key in ("free_energy", "specific_heat"):
        assert row(update, key).reference_kind == "exact"


def test_the_variational_free_energy_lies_above_the_exact_one_by_the_gap(
    update: ObservablesUpdate,
) -> None:
    free = row(update, "free_energy")
    assert free.network is not None
    assert free.reference is not None
    assert update.gap is not None
    assert free.network[0] - free.reference == pytest.approx(TEMPERATURE * update.gap[0])
    assert update.gap[0] > 4 * update.gap[1]  # standard errors: the model is untrained


def test_quality_numbers_are_fractions(update: ObservablesUpdate) -> None:
    assert update.ess is not None
    assert update.largest_weight_share is not None
    assert 1 / DRAWS <= update.ess <= 1
    assert 1 / DRAWS <= update.largest_weight_share <= 1


def test_the_histogram_integrates_to_one(update: ObservablesUpdate) -> None:
    assert update.histogram is not None
    edges, network, wolff = update.histogram
    assert wolff is not None
    for density in (network, wolff):
        assert float(density @ np.diff(edges)) == pytest.approx(1.0)


def test_too_little_data_is_no_number(loaded: LoadedModel) -> None:
    observables = LiveObservables(loaded, TEMPERATURE)
    update = observables.update()
    assert update.ess is None
    assert update.gap is None
    assert all(row.network is None and row.reweighted is None for row in update.rows)
    assert row(update, "binder").reference_kind == "none"
    assert row(update, "energy").reference_kind == "exact"


def test_the_network_goes_on_while_wolff_is_compiling(loaded: LoadedModel) -> None:
    observables = LiveObservables(loaded, TEMPERATURE)
    while observables.update().draws < live.ENOUGH_DRAWS:
        observables.extend(with_wolff=False)
    update = observables.update()
    assert update.wolff_draws == 0
    assert row(update, "energy").network is not None


def test_without_a_model_there_is_a_reference_only() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "MAX_DRAWS", 1024)
        observables = LiveObservables(None, TEMPERATURE)
        while not observables.finished:
            observables.extend(with_wolff=True)
    update = observables.update()
    assert update.model == ""
    assert row(update, "binder").reference_kind == "wolff"
    assert all(row.network is None for row in update.rows)


def test_a_stopped_measurement_is_finished(loaded: LoadedModel) -> None:
    observables = LiveObservables(loaded, TEMPERATURE)
    assert not observables.finished
    observables.stop()
    assert observables.finished


@pytest.mark.parametrize("size", [2, 4, 8, 16, 32, 64])
def test_bins_of_the_magnetization_are_symmetric_and_fair(size: int) -> None:
    edges = magnetization_edges(size)
    assert np.allclose(edges, -edges[::-1])
    values = np.arange(size**2 + 1) * 2 / size**2 - 1
    counts = np.histogram(values, edges)[0]
    assert counts.sum() == size**2 + 1
    assert len(set(counts[1:-1].tolist())) <= 1
    assert np.abs(edges[:, None] - values).min() > 0.9 / size**2
    # Per width, the outermost bins hold as many values as the others.
    assert np.allclose(counts / np.diff(edges), size**2 / 2)
    assert len(counts) <= 81


def test_the_correlation_function_is_right(update: ObservablesUpdate) -> None:
    bits = np.arange(2**16)[:, None] >> np.arange(16) & 1
    spins = (2 * bits - 1).astype(np.int8).reshape(-1, 4, 4)
    weights = np.exp(-(energies(spins) + 32) / TEMPERATURE)
    expected = weights / weights.sum() @ correlations(spins)
    curve = update.correlation
    assert curve.distances.tolist() == [0, 1, 2]
    values, errors = curve.wolff
    # Four standard errors of 20 blocks.
    assert (abs(values - expected)[1:] < 4 * errors[1:]).all()
    for values, errors in (curve.network, curve.reweighted, curve.wolff):
        assert (values[0], errors[0]) == pytest.approx((1.0, 0.0), abs=1e-12)
