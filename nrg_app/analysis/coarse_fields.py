"""What the coarse fields of a flow are: compared with block variables, on exact samples.

A Wolff simulation gives spins of the target, exact sampling the field that belongs to them, and
encoding its coarse field and latents at every scale.  Coarse site ``(a, b)`` of scale ``l`` stands
for a block of ``B x B`` sites, ``B = L / l``.  In a decimating flow it *is* the field at
``(a B, b B)``, the corner of one block and the centre of another; a flow with learned block
variables may come closer to the mean or to the majority of either (Kadanoff, Physics 2, 263, 1966;
Swendsen, PRL 42, 859, 1979).

All variables are odd under a flip of all spins, so that their means are zero by symmetry and
correlation coefficients are ``<a b> / sqrt(<a^2> <b^2>)`` without subtraction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nrg_app.analysis.chains import block_jackknife
from nrg_app.analysis.information import gaussian_information, neighbour_pairs, parent_pairs
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import FlowSample, NeuralRG
from nrg_app.physics.lattice import Spins, validate_temperature
from nrg_app.physics.monte_carlo import wolff
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]

_BLOCKS = 20
# Fields that are encoded at a time.
_BATCH = 256


@dataclass(frozen=True)
class CoarseScale:
    """The coarse field of one scale, errors by jackknife over samples.

    Attributes:
        scale: Side ``l`` of its lattice.
        corner_mean: Correlation coefficient with the mean field of the block that starts at the
            coarse site.
        centred_mean: The same of the block around the coarse site.
        corner_majority: With the majority spin of the first block, ties decided at random.
        centred_majority: Of the second.
        decimated: With the spin at the coarse site.
        magnetization: R^2, squared correlation of the mean sign of the coarse field with the
            magnetization of all spins: the share of its variance that the signs explain.
        neighbours: Mutual information left between neighbouring latents of the scale, nats per
            pair; NaN at scale 1.
        parents: The same between a latent and that of the coarser site that its cell refines.
    """

    scale: int
    corner_mean: Estimate
    centred_mean: Estimate
    corner_majority: Estimate
    centred_majority: Estimate
    decimated: Estimate
    magnetization: Estimate
    neighbours: Estimate
    parents: Estimate


def measure_coarse_fields(
    model: NeuralRG, temperature: float, *, samples: int, seed: int
) -> list[CoarseScale]:
    """Compare the coarse fields of a flow with block variables at one temperature.

    Args:
        model: The flow; its float32 is precise enough here.
        temperature: T in J/k_B.
        samples: Number of exact samples, at least 32; about ``1 / samples`` nats of information
            per pair can be told from zero before averaging over pairs.
        seed: Of all random numbers.

    Returns:
        One entry for every scale, coarsest first.

    Raises:
        NRGError: if an argument is out of its range.

    Example:
        >>> from nrg_app.resources import models_dir
        >>> model = NeuralRG.load(models_dir() / "ising-8.safetensors")
        >>> found = measure_coarse_fields(model, 2.269, samples=200, seed=1)
        >>> [entry.scale for entry in found], found[0].magnetization.value > 0.3
        ([1, 2, 4, 8], True)
    """
    value = validate_temperature(temperature)
    if samples < 32:
        raise NRGError(f"A comparison of coarse fields needs at least 32 samples, not {samples}.")
    spins = wolff(model.size, value, samples, seed=seed)
    sample = encode_spins(model, spins, value, torch.Generator().manual_seed(seed))
    return compare_coarse_fields(model, spins, sample, np.random.default_rng(seed))


def encode_spins(
    model: NeuralRG, spins: Spins, temperature: float, generator: torch.Generator
) -> FlowSample:
    """Exact fields of spins ``(n, L, L)`` at one temperature, encoded in batches.

    Raises:
        NRGError: if the temperature is not a positive number.
    """
    t = torch.tensor([validate_temperature(temperature)], dtype=torch.float64)
    parts = []
    for batch in torch.as_tensor(spins).split(_BATCH):
        noise = torch.randn(batch.shape, generator=generator, dtype=torch.float64)
        parts.append(model.encode(model.target.field_from_spins(batch, t, noise), temperature))
    coarse = {
        scale: torch.cat([part.coarse_fields[scale] for part in parts]) for scale in model.scales
    }
    latents = torch.cat([part.latents for part in parts])
    log_prob = torch.cat([part.log_prob for part in parts])
    return FlowSample(coarse[model.size], coarse, latents, log_prob)


def compare_coarse_fields(
    model: NeuralRG, spins: Spins, sample: FlowSample, rng: np.random.Generator
) -> list[CoarseScale]:
    """The comparison for spins ``(n, L, L)`` of the target and the encoded fields of them.

    Args:
        model: The flow that encoded, for the geometry of its latents.
        spins: ``(n, L, L)``, nearly independent, ``n`` at least 20.
        sample: Their fields, seen at every scale.
        rng: Decides ties of the majority rule and permutes samples.

    Raises:
        NRGError: if there are too few samples.
    """
    field = sample.field.double().cpu().numpy()
    latents = sample.latents.double().cpu()
    coarser: FloatArray | None = None
    result = []
    for scale in model.scales:
        coarse = sample.coarse_fields[scale].double().cpu().numpy()
        grid = model.latent_grid(latents, scale).numpy()
        result.append(
            CoarseScale(
                scale,
                **block_correlations(coarse, field, spins, rng),
                magnetization=carried_magnetization(coarse, spins),
                **_left_information(grid, coarser, rng),
            )
        )
        coarser = grid
    return result


def _left_information(
    grid: FloatArray, coarser: FloatArray | None, rng: np.random.Generator
) -> dict[str, Estimate]:
    """Information between the latents of a scale, and with those of the next coarser one."""
    if coarser is None:
        unknown = Estimate(math.nan, math.nan)
        return {"neighbours": unknown, "parents": unknown}
    return {
        "neighbours": gaussian_information(*neighbour_pairs(grid), rng),
        "parents": gaussian_information(*parent_pairs(grid, coarser), rng),
    }


def block_correlations(
    coarse: FloatArray, field: FloatArray, spins: Spins, rng: np.random.Generator
) -> dict[str, Estimate]:
    """Correlation coefficients of a coarse field ``(n, l, l)`` with block variables.

    Args:
        coarse: The coarse field.
        field: The field ``(n, L, L)``.
        spins: Its spins.
        rng: Decides ties.

    Returns:
        ``corner_mean``, ``centred_mean``, ``corner_majority``, ``centred_majority`` and
        ``decimated``, as in :class:`CoarseScale`.
    """
    block = field.shape[1] // coarse.shape[1]
    centre = block // 2
    variables = {
        "corner_mean": block_means(field, block),
        "centred_mean": block_means(np.roll(field, centre, (1, 2)), block),
        "corner_majority": majority(spins, block, rng),
        "centred_majority": majority(np.roll(spins, centre, (1, 2)), block, rng),
        "decimated": spins[:, ::block, ::block].astype(np.float64),
    }
    moments = [_moments(coarse, variable) for variable in variables.values()]

    def estimate(*series: FloatArray) -> Mapping[str, Estimate]:
        values = [_correlation(part) for part in series]
        return {key: Estimate(v, math.nan) for key, v in zip(variables, values, strict=True)}

    return block_jackknife(estimate, *moments, blocks=_BLOCKS)


def carried_magnetization(coarse: FloatArray, spins: Spins) -> Estimate:
    """R^2 between the mean sign of a coarse field ``(n, l, l)`` and the magnetization of spins."""
    signs = np.sign(coarse).mean((1, 2))
    moments = _moments(signs, spins.mean((1, 2), dtype=np.float64))

    def estimate(series: FloatArray) -> Mapping[str, Estimate]:
        return {"share": Estimate(_correlation(series) ** 2, math.nan)}

    return block_jackknife(estimate, moments, blocks=_BLOCKS)["share"]


def block_means(values: NDArray[np.generic], block: int) -> FloatArray:
    """Means over blocks of ``block x block`` sites: ``(n, L, L) -> (n, L / block, L / block)``.

    Example:
        >>> block_means(np.arange(16.0).reshape(1, 4, 4), 2).tolist()
        [[[2.5, 4.5], [10.5, 12.5]]]
    """
    n, size = values.shape[:2]
    cut = values.reshape(n, size // block, block, size // block, block)
    return np.asarray(cut.mean((2, 4), dtype=np.float64))


def majority(spins: Spins, block: int, rng: np.random.Generator) -> FloatArray:
    """Majority spin of every block, +1 or -1 at random where there is none.

    Args:
        spins: ``(n, L, L)``.
        block: Side of a block.
        rng: Decides ties.

    Returns:
        ``(n, L / block, L / block)``, +1 or -1.
    """
    means = block_means(spins, block)
    ties = 2.0 * rng.integers(0, 2, means.shape) - 1.0
    # Sums of spins over a power of four are exact, so that a tie is exactly zero.
    return np.where(means == 0.0, ties, np.sign(means))


def _moments(a: FloatArray, b: FloatArray) -> FloatArray:
    """``a b``, ``a^2`` and ``b^2`` of each sample, summed over its sites: ``(n, 3)``."""
    sums = [values.reshape(len(a), -1).sum(1) for values in (a * b, a * a, b * b)]
    return np.stack(sums, 1)


def _correlation(moments: FloatArray) -> float:
    product, first, second = moments.sum(0)
    return float(product / math.sqrt(first * second))
