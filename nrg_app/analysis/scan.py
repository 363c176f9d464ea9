"""Scans over temperature: one finished point after the other.

Example:
    >>> from nrg_app.analysis.scan import ScanSettings, scan
    >>> points = list(scan(ScanSettings(size=4, temperatures=(2.0, 2.5), samples=500, seed=1)))
    >>> print(points[0].temperature, points[0].values["energy"].estimate.brackets())
    2.5 −1.39(3)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import torch

from nrg_app.analysis.exact_curves import exact_value, infinite_curve
from nrg_app.analysis.ladder import Ladder
from nrg_app.analysis.scan_results import QUANTITIES, Measured, ScanPoint, ScanSettings
from nrg_app.analysis.scan_sources import (
    Reading,
    chain_reading,
    chain_warnings,
    flow_chain_work,
    read_flow_chains,
    read_network,
    wolff_series,
)
from nrg_app.analysis.spin_series import chain_estimates
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.observables import Estimate
from nrg_app.physics.small_torus import LARGEST_SMALL_TORUS, small_torus

__all__ = ["ScanPoint", "ScanSettings", "Tick", "scan"]

Tick = Callable[[float], None]

# Configurations on a rung of the ladder of free energies: a quarter of a point's, not too few.
_RUNG_SHARE, _FEWEST_ON_RUNG = 4, 256


def scan(
    settings: ScanSettings, model: NeuralRG | None = None, tick: Tick | None = None
) -> Iterator[ScanPoint]:
    """Measure one temperature after the other, from the highest down.

    Close the generator to stop between points; ``tick`` is called several times a second with
    the finished share of the scan, 0 to 1, and may raise to stop within a point.

    Args:
        settings: What to run.
        model: The network; not needed for Wolff.
        tick: Told about progress.

    Yields:
        One point for every different temperature.

    Raises:
        NRGError: if the estimator needs a network of this side and there is none.
    """
    if settings.estimator == "wolff":
        model = None
    elif model is None or model.size != settings.size:
        raise NRGError(
            f"The estimator '{settings.estimator}' needs a network of side {settings.size}; "
            "choose another model or the estimator 'wolff'."
        )
    return _points(settings, model, tick or (lambda share: None))


def _points(settings: ScanSettings, model: NeuralRG | None, tick: Tick) -> Iterator[ScanPoint]:
    temperatures = sorted(set(settings.temperatures), reverse=True)
    rung = max(_FEWEST_ON_RUNG, settings.samples // _RUNG_SHARE)
    ladder = Ladder(settings.size, rung, np.random.SeedSequence((settings.seed, len(temperatures))))
    for i, temperature in enumerate(temperatures):
        began = time.monotonic()

        def within(share: float, done: int = i) -> None:
            tick((done + min(share, 1.0)) / len(temperatures))

        seed = np.random.SeedSequence((settings.seed, i))
        if model is None:
            reading = _read_wolff(settings, temperature, ladder, seed, within)
        else:
            reading = _read_model(settings, model, temperature, seed, within)
        within(1.0)
        yield _point(settings, temperature, i, reading, time.monotonic() - began)


def _counter(planned: int, within: Callable[[float], None]) -> Callable[[int], None]:
    """Turns numbers of configurations into shares of a point."""
    done = 0

    def work(configurations: int) -> None:
        nonlocal done
        done += configurations
        within(done / planned)

    return work


def _read_wolff(
    settings: ScanSettings,
    temperature: float,
    ladder: Ladder,
    seed: np.random.SeedSequence,
    within: Callable[[float], None],
) -> Reading:
    planned = settings.samples + ladder.rungs_to(temperature) * ladder.samples
    work = _counter(planned, within)
    log_z = ladder.log_partition(temperature, work)
    series = wolff_series(settings.size, temperature, settings.samples, seed, work)
    ladder.stand_on(series.energies)
    found = chain_estimates(settings.size, temperature, series)
    scale = temperature / settings.size**2
    free = Estimate(-scale * log_z.value, scale * log_z.error)
    return chain_reading(temperature, series, found, free, None, chain_warnings(found))


def _read_model(
    settings: ScanSettings,
    model: NeuralRG,
    temperature: float,
    seed: np.random.SeedSequence,
    within: Callable[[float], None],
) -> Reading:
    generator = torch.Generator().manual_seed(int(seed.generate_state(1, np.uint64)[0] >> 1))
    samples, estimator = settings.samples, settings.estimator
    if estimator == "independence" or estimator == "refresh":
        work = _counter(flow_chain_work(samples), within)
        return read_flow_chains(model, temperature, samples, estimator, generator, work)
    work = _counter(samples, within)
    reweighted = estimator == "reweighted"
    return read_network(model, temperature, samples, generator, work, reweighted=reweighted)


def _point(
    settings: ScanSettings, temperature: float, index: int, reading: Reading, seconds: float
) -> ScanPoint:
    size, here = settings.size, np.array([temperature])
    values = {}
    for key in QUANTITIES:
        infinite = infinite_curve(key, here)
        values[key] = Measured(
            reading.estimates[key],
            exact_value(key, size, temperature),
            None if infinite is None else float(infinite[0]),
        )
    small = size <= LARGEST_SMALL_TORUS
    correlations, errors = reading.correlations
    return ScanPoint(
        size=size,
        temperature=temperature,
        estimator=settings.estimator,
        samples=reading.series.energies.size,
        seed=(settings.seed, index),
        values=values,
        distances=np.arange(size // 2 + 1),
        correlations=correlations,
        correlation_errors=errors,
        exact_correlations=small_torus(size, temperature).correlations if small else None,
        tau=reading.tau,
        ess=reading.ess,
        warnings=reading.warnings,
        seconds=seconds,
        series=reading.series,
    )
