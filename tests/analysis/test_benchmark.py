"""The benchmark: structure and arithmetic; no test looks at how long anything takes."""

import math

import pytest
import torch

from nrg_app import __version__
from nrg_app.analysis import timing
from nrg_app.analysis.benchmark import Speed, fit_exponent, growths, without_overhead
from nrg_app.analysis.timing import chain_speed, network_speed
from nrg_app.flows.architecture import Architecture
from nrg_app.flows.card import ModelCard
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.neural_rg import NeuralRG

TEMPERATURE = 2.5


@pytest.fixture(scope="module")
def model() -> NeuralRG:
    torch.manual_seed(2)
    flow = HierarchicalFlow(Architecture(size=4, width=8)).requires_grad_(False)
    card = ModelCard(name="test", architecture=flow.shape, program_version=__version__)
    return NeuralRG(flow, card)


def test_a_power_law_is_fitted_exactly() -> None:
    sites = [64, 256, 1024, 4096]
    fit = fit_exponent(sites, [3e-6 * n**1.25 for n in sites])
    assert fit.value == pytest.approx(1.25, abs=1e-12)
    assert fit.error == pytest.approx(0.0, abs=1e-9)


def test_the_error_of_an_exponent_is_that_of_a_regression() -> None:
    # x = 0, 1, 2 and y = 0, 1, 0: slope 0, residual sum 2/3, variance 2/3 / 1 / 2.
    fit = fit_exponent([1, math.e, math.e**2], [1.0, math.e, 1.0])  # type: ignore[list-item]
    assert fit.value == pytest.approx(0.0, abs=1e-12)
    assert fit.error == pytest.approx(math.sqrt(1 / 3))
    assert math.isnan(fit_exponent([4, 16], [1.0, 2.0]).error)


@pytest.mark.parametrize("method", ["metropolis", "wolff"])
def test_a_chain_reports_its_memory(method: str) -> None:
    speed = chain_speed(method, 4, TEMPERATURE, 0.05)  # type: ignore[arg-type]
    assert speed.method == method
    assert speed.samples % 256 == 0
    assert speed.tau_energy is not None
    assert speed.tau_magnetization is not None
    slower = max(speed.tau_energy, speed.tau_magnetization)
    assert speed.independent_per_second == pytest.approx(speed.per_second / max(1.0, 2.0 * slower))
    assert speed.ess is None


def test_a_network_counts_its_effective_samples_only_if_it_is_trained(model: NeuralRG) -> None:
    trained = network_speed(model, TEMPERATURE, 0.01, trained=True)
    assert trained.ess is not None
    assert 0.0 < trained.ess <= 1.0
    assert trained.independent_per_second == pytest.approx(trained.per_second * trained.ess)
    assert trained.samples % timing.BATCH == 0
    assert trained.gap is not None
    assert trained.gap_error is not None
    # The gap is a Kullback-Leibler divergence per site; five standard errors.
    assert trained.gap > -5.0 * trained.gap_error
    untrained = network_speed(model, TEMPERATURE, 0.01, trained=False)
    assert (untrained.ess, untrained.gap, untrained.gap_error) == (None, None, None)
    assert untrained.independent_per_second is None


def test_the_cost_of_a_network_is_positive(model: NeuralRG) -> None:
    steps = []
    cost = timing.network_cost(
        model, TEMPERATURE, 0.01, name="test", trained=True,
        training_step=lambda: steps.append(1), training_batch=32,
    )  # fmt: skip
    assert len(steps) >= 4
    assert cost.training_batch == 32
    for value in (cost.latency, cost.encoded_per_second, cost.training_steps_per_second):
        assert value > 0.0
    for memory in (cost.sampling_memory, cost.training_memory):
        assert memory is None or memory > 2**20


def test_growth_leaves_out_what_is_not_known() -> None:
    speeds = [
        Speed("network", 8, 64, 100.0, None),
        Speed("network", 16, 64, 25.0, None),
        Speed("wolff", 8, 64, 100.0, 50.0),
        Speed("wolff", 16, 64, 100.0, 50.0, bound=True),
    ]
    found = {growth.quantity: growth for growth in growths(speeds, [])}
    assert set(found) == {"network, a sample", "wolff, a sample"}
    assert found["network, a sample"].exponent == pytest.approx(1.0)
    assert found["network, a sample"].error is None


def test_the_gap_of_a_batch_is_that_of_its_weights(model: NeuralRG) -> None:
    speed = network_speed(model, TEMPERATURE, 0.01, trained=True, seed=3)
    generator = torch.Generator().manual_seed(3)
    batches = [
        timing.draw_spins(model, TEMPERATURE, timing.BATCH, generator)
        for _ in range(speed.samples // timing.BATCH)
    ]
    weights = torch.cat(batches).double()
    expected = (model.log_partition_target(TEMPERATURE) - float(weights.mean())) / 16
    assert speed.gap == pytest.approx(expected, rel=1e-9)
    assert speed.gap_error == pytest.approx(float(weights.std()) / len(weights) ** 0.5 / 16)


def test_sizes_with_much_overhead_are_left_out_of_a_fit() -> None:
    def times(overhead: float, power: float) -> list[tuple[int, float]]:
        return [(side, overhead + (side / 128) ** (2 * power)) for side in (8, 16, 32, 64, 128)]

    # A tenth of the time is overhead at 0.5, reached at L = 128 alone: then the three largest.
    assert [side for side, _ in without_overhead(times(0.05, 1.0))] == [32, 64, 128]
    # Reached at 0.04 and at 0.01: the times of L = 16 and 32 are 0.02 and 0.07.
    assert [side for side, _ in without_overhead(times(0.004, 1.0))] == [32, 64, 128]
    assert [side for side, _ in without_overhead(times(0.001, 1.0))] == [16, 32, 64, 128]
    assert len(without_overhead(times(0.0, 1.0))) == 5
    # A time that grows faster than N has no overhead to speak of.
    assert len(without_overhead(times(0.0, 1.25))) == 5
    assert without_overhead(times(0.05, 1.0)[:2]) == times(0.05, 1.0)[:2]


def test_growth_names_the_sizes_of_its_fit() -> None:
    speeds = [
        Speed("network", side, 64, 1.0 / (0.05 + (side / 128) ** 2), None)
        for side in (128, 64, 32, 16, 8)
    ]
    (growth,) = growths(speeds, [])
    assert growth.sizes == (32, 64, 128)
    assert growth.error is not None
