"""One stage of an octave as a compiled loop over blocks of columns that stay in the cache.

A column is one site of one sample.  Every block gathers the neighbours, passes them through the
folded conditioner and turns latents into sites; nothing between is written to memory, and a
single sample costs no more calls than a batch.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from nrg_app.compiling import cached
from nrg_app.flows.compiled import (
    MATH,
    Floats,
    density_of_sites,
    generate_sites,
    solve_again,
    tanh,
    twice_silu,
)
from nrg_app.flows.products import COLUMNS, ROWS, add_product

Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Modes = tuple[float, ...]

# Columns of a block: its 224 rows of numbers fill 28 kilobytes.
_BLOCK = 2 * COLUMNS
_HALF, _ONE, _ZERO = (np.float32(value) for value in (0.5, 1.0, 0.0))


@cached()
def padded(rows: int) -> int:
    """Number of rows of a matrix with zeros added, as the products need it."""
    return -(-rows // ROWS) * ROWS


@cached()
def padded_outputs(pairs: int) -> int:
    """The same of the odd or even outputs of a conditioner."""
    rows: int = padded(3 * pairs)
    return rows


@cached(error_model="numpy", fastmath=MATH)
def fold(
    pairs: int, embedding: Floats, weight: Floats, bias: Floats, first: Floats, skips: Floats,
    hidden: Floats, linear: Floats, folded: Floats, biases: Floats,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """Fold the gains of a conditioner at one embedding into its weights.

    Args:
        pairs: Number of pairs of modes of a site.
        embedding: (e,).
        weight: Of the map from the embedding to gains and biases, (rows, e): gains of both
            layers, biases of both, gains of the skips, biases of the even outputs.
        bias: Likewise, (rows,).
        first: Input weights, (width, inputs).
        skips: Skip weights, the constant map first, (maps * odd outputs, inputs).
        hidden: Odd weights of the hidden layer, (width, width).
        linear: Receives the input weights and, in its last rows, the sum of the skips.
        folded: Receives the odd weights of the hidden layer.
        biases: Receives the biases of both layers and of the even outputs, (3, columns).
    """
    width, n_inputs = first.shape
    n_odd, n_even = 3 * pairs, 3 * pairs - 1
    values = np.empty(weight.shape[0], np.float32)
    for row in range(weight.shape[0]):
        value = bias[row]
        for k in range(weight.shape[1]):
            value += weight[row, k] * embedding[k]
        values[row] = value
    for row in range(width):
        for j in range(n_inputs):
            linear[row, j] = first[row, j] * (_ONE + values[row])
        for j in range(width):
            folded[row, j] = hidden[row, j] * (_ONE + values[width + row])
        biases[0, row], biases[1, row] = values[2 * width + row], values[3 * width + row]
    skip_rows = linear[linear.shape[0] - padded_outputs(pairs) :]
    for row in range(n_odd):
        for j in range(n_inputs):
            value = skips[row, j]
            for k in range(1, skips.shape[0] // n_odd):
                gain = values[4 * width + (k - 1) * n_odd + row]
                value += gain * skips[k * n_odd + row, j]
            skip_rows[row, j] = value
    for row in range(n_even):
        biases[2, row] = values[len(values) - n_even + row]


@cached(error_model="numpy")
def generate_stage(
    features: Floats, start: int, index: Integers, z: Floats, scale: float, distances: Modes,
    linear: Floats, hidden: Floats, output: Floats, biases: Floats, total: Doubles,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """Write the sites of a stage to the features and add the logarithm of their density.

    Args:
        features: Sites in units of the field scale and ``tanh`` of the field, (2, sites, batch).
        start: Number of sites that are known.
        index: The seen sites, (neighbours, count).
        z: Latents, (count, batch).
        scale: The field scale.
        distances: Of the modes of each pair from their centre where the conditioner says nothing.
        linear: Of :func:`fold`.
        hidden: Odd and even weights of the hidden layer, (2, width, width).
        output: Odd and even output weights, (2, outputs, width).
        biases: Of :func:`fold`.
        total: ``ln`` of the density is added to it, (batch,), in nats.
    """
    batch, columns = z.shape[1], z.size
    latents, sites, spins = z.reshape(-1), features[0].reshape(-1), features[1].reshape(-1)
    block, odd, even, more, read = _room(linear, hidden, output)
    latent, site = np.zeros(_BLOCK, np.float32), np.empty(_BLOCK, np.float32)
    density, wrong = np.empty(_BLOCK, np.float32), np.empty(_BLOCK, np.float32)
    for first in range(0, columns, _BLOCK):
        n = min(_BLOCK, columns - first)
        _gather(features, index, first, n, block)
        _conditioner(len(distances), block, linear, hidden, output, biases, odd, even, more, read)
        for j in range(n):
            latent[j] = latents[first + j]
        if generate_sites(latent, read, distances, site, density, wrong) > _ZERO:
            solve_again(latent, read, distances, site, density, wrong)
        offset = start * batch + first
        for j in range(n):
            sites[offset + j] = site[j]
            spins[offset + j] = tanh(site[j] * np.float32(scale))
        _add_to_samples(density, first, n, total)


@cached(error_model="numpy")
def density_stage(
    features: Floats, start: int, index: Integers, distances: Modes,
    linear: Floats, hidden: Floats, output: Floats, biases: Floats, total: Doubles,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """Add the logarithm of the density of a stage; arguments as of :func:`generate_stage`."""
    batch = features.shape[2]
    columns = index.shape[1] * batch
    sites = features[0].reshape(-1)
    block, odd, even, more, read = _room(linear, hidden, output)
    site, density = np.zeros(_BLOCK, np.float32), np.empty(_BLOCK, np.float32)
    for first in range(0, columns, _BLOCK):
        n = min(_BLOCK, columns - first)
        _gather(features, index, first, n, block)
        _conditioner(len(distances), block, linear, hidden, output, biases, odd, even, more, read)
        offset = start * batch + first
        for j in range(n):
            site[j] = sites[offset + j]
        density_of_sites(site, read, distances, density)
        _add_to_samples(density, first, n, total)


@cached()
def _room(
    linear: Floats, hidden: Floats, output: Floats
) -> tuple[Floats, Floats, Floats, Floats, Floats]:  # pragma: no cover - compiled
    width = hidden.shape[1]
    return (
        np.zeros((linear.shape[1], _BLOCK), np.float32),
        np.empty((linear.shape[0], _BLOCK), np.float32),
        np.empty((width, _BLOCK), np.float32),
        np.empty((2 * width, _BLOCK), np.float32),
        np.empty((2 * output.shape[1], _BLOCK), np.float32),
    )


@cached()
def _gather(
    features: Floats, index: Integers, first: int, n: int, block: Floats
) -> None:  # pragma: no cover - compiled
    """Neighbours of the columns ``first .. first + n``: all fields, then all spins."""
    batch, n_neighbours = features.shape[2], index.shape[0]
    site, sample, j = first // batch, first % batch, 0
    while j < n:
        length = min(batch - sample, n - j)
        for k in range(n_neighbours):
            seen = index[k, site]
            for i in range(length):
                block[k, j + i] = features[0, seen, sample + i]
                block[n_neighbours + k, j + i] = features[1, seen, sample + i]
        j, site, sample = j + length, site + 1, 0


@cached(error_model="numpy")
def _conditioner(
    pairs: int, block: Floats, linear: Floats, hidden: Floats, output: Floats, biases: Floats,
    odd: Floats, even: Floats, more: Floats, read: Floats,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """The folded conditioner: ``read`` receives its odd outputs and then its even ones.

    The other arrays are scratch.
    """
    width, n_odd, outputs = hidden.shape[1], 3 * pairs, output.shape[1]
    odd[:] = _ZERO
    add_product(linear, block, odd)
    for row in range(width):
        _activate(biases[0, row], odd[row], even[row])
        more[row, :] = _ZERO
        more[width + row, :] = biases[1, row]
    add_product(hidden[0], odd, more[:width])
    add_product(hidden[1], even, more[width:])
    for row in range(width):
        _activate_residual(more[row], more[width + row], odd[row], even[row])
    for row in range(n_odd):
        read[row] = odd[width + row]
    for row in range(outputs):
        read[n_odd + row, :] = biases[2, row]
    # The rows of zeros below the odd weights leave the first even outputs as they are.
    add_product(output[0], odd, read[:outputs])
    add_product(output[1], even, read[n_odd:])


@numba.njit(error_model="numpy", forceinline=True)
def _activate(bias: float, a: Floats, even: Floats) -> None:  # pragma: no cover - compiled
    """Replace ``a`` by ``silu(b + a) - silu(b - a)`` and write the sum to ``even``."""
    b = _HALF * bias
    for j in range(_BLOCK):
        half = _HALF * a[j]
        plus, minus = twice_silu(b + half), twice_silu(b - half)
        a[j] = plus - minus
        even[j] = plus + minus


@numba.njit(error_model="numpy", forceinline=True)
def _activate_residual(
    a: Floats, c: Floats, odd: Floats, even: Floats
) -> None:  # pragma: no cover - compiled
    """Add ``silu(c + a) -+ silu(c - a)`` to ``odd`` and ``even``."""
    for j in range(_BLOCK):
        half, middle = _HALF * a[j], _HALF * c[j]
        plus, minus = twice_silu(middle + half), twice_silu(middle - half)
        odd[j] += plus - minus
        even[j] += plus + minus


@cached(error_model="numpy")
def _add_to_samples(
    density: Floats, first: int, n: int, total: Doubles
) -> None:  # pragma: no cover - compiled
    sample = first % len(total)
    for j in range(n):
        total[sample] += density[j]
        sample += 1
        if sample == len(total):
            sample = 0
