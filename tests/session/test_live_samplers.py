"""Every sampler measured live, against exact values."""

import numpy as np
import pytest

from nrg_app.physics.exact import kaufman_energy
from nrg_app.physics.observables import Estimate
from nrg_app.session.live import LiveObservables
from nrg_app.session.live_samplers import ENOUGH_STEPS, LiveFlow, LiveSampler
from nrg_app.session.messages import SAMPLERS, SampleRequest, SamplerName
from nrg_app.session.sampling import load_model, sample

SIZE, TEMPERATURE = 8, 2.4
SAMPLES = {"corrected": 1600, "hmc": 300, "wolff": 2000, "metropolis": 20_000}


@pytest.fixture(scope="module")
def samplers() -> dict[SamplerName, LiveSampler]:
    loaded = load_model("ising-8")
    made = {name: LiveSampler(name, loaded, TEMPERATURE) for name in SAMPLES}
    for name, sampler in made.items():
        while sampler.samples < SAMPLES[name]:
            sampler.extend()
    observables = LiveObservables(loaded, TEMPERATURE)
    while observables.drawn[0] < 2000:
        observables.extend(with_wolff=False)
    return {"flow": LiveFlow(loaded, observables), **made}


@pytest.mark.parametrize("name", ["corrected", "hmc", "wolff", "metropolis"])
def test_exact_samplers_find_the_exact_energy(
    samplers: dict[SamplerName, LiveSampler], name: SamplerName
) -> None:
    update = samplers[name].update()
    energy = Estimate(*update.estimates["energy"])
    # Four standard errors; the chains are long enough for a tenth of a unit.
    assert abs(energy.deviation(float(kaufman_energy(SIZE, TEMPERATURE)))) < 4
    assert energy.error < 0.1
    assert update.effective_per_second is not None
    assert update.effective_per_second > 0


def test_acceptance_and_memory_tell_the_samplers_apart(
    samplers: dict[SamplerName, LiveSampler],
) -> None:
    updates = {name: sampler.update() for name, sampler in samplers.items()}
    for name in ("corrected", "hmc"):
        acceptance = updates[name].acceptance
        assert acceptance is not None
        assert 0.5 < acceptance <= 1.0
    assert updates["flow"].acceptance is updates["wolff"].acceptance is None
    tau = {name: update.tau_magnetization for name, update in updates.items()}
    assert all(value is not None for value in tau.values())
    # Independent samples have tau = 1/2, sweeps of single flips remember for long.
    assert tau["flow"][0] < 0.7  # type: ignore[index]
    assert tau["metropolis"][0] - 4 * tau["metropolis"][1] > 2.0  # type: ignore[index]


def test_the_flow_is_measured_with_the_samples_of_the_observables() -> None:
    loaded = load_model("ising-8")
    observables = LiveObservables(loaded, TEMPERATURE)
    sampler = LiveFlow(loaded, observables)
    assert sampler.update().estimates == {}
    while observables.drawn[0] < 500:
        observables.extend(with_wolff=False)
    told, update = sampler.update(), observables.update()
    assert told.samples == update.draws
    rows = {row.key: row.network for row in update.rows}
    for key in ("energy", "abs_magnetization", "binder"):
        assert told.estimates[key][0] == pytest.approx(rows[key][0])  # type: ignore[index]
    assert told.effective_per_second is not None
    assert told.effective_per_second > 0


def test_nothing_is_said_of_short_chains() -> None:
    sampler = LiveSampler("corrected", load_model("ising-8"), TEMPERATURE)
    sampler.extend()
    assert sampler.samples < 16 * ENOUGH_STEPS
    update = sampler.update()
    assert update.estimates == {}
    assert update.tau_energy is update.effective_per_second is None


@pytest.mark.parametrize("name", SAMPLERS)
def test_every_sampler_gives_the_same_samples_for_the_same_seed(name: SamplerName) -> None:
    loaded = load_model("ising-8")
    request = SampleRequest(1, "ising-8", TEMPERATURE, seed=3, count=4, sampler=name)
    first, second = sample(request, loaded), sample(request, loaded)
    assert first.sampler == name
    assert np.array_equal(first.spins, second.spins)
    other = SampleRequest(1, "ising-8", TEMPERATURE, seed=4, count=4, sampler=name)
    assert not np.array_equal(first.spins, sample(other, loaded).spins)
    # Every scale is shown, whatever the samples come from.
    assert set(first.coarse_fields) == set(first.latents) == {1, 2, 4, 8}
