"""Inner loops of inference in single precision, written so that the compiler vectorizes them.

Every loop runs over contiguous numbers without a branch, and the transcendental functions are
polynomials; they agree with the tensor operations that training uses to a few units in the last
place.  The mirror symmetry stays exact: a site is brought to ``z >= 0`` (or ``x >= 0``) first, so
that both signs go through the very same operations.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from nrg_app.compiling import cached
from nrg_app.flows.mixture import LOG_STD_RANGE
from nrg_app.flows.quantile import solve_compiled

Floats = npt.NDArray[np.float32]

# Never "reassoc": the odd and the even part of an activation must be exactly odd and even.
MATH = {"contract", "nnan", "ninf", "nsz", "arcp"}

_ZERO, _HALF, _ONE, _TWO, _THREE = (np.float32(value) for value in (0.0, 0.5, 1.0, 2.0, 3.0))
_SQRT_HALF = np.float32(0.5**0.5)
_DENSITY_NORM = np.float32((2.0 * np.pi) ** -0.5)
_LOG_DENSITY_NORM = np.float32(-0.5 * np.log(2.0 * np.pi))
_TINY = np.float32(1e-37)


def _singles(*values: float) -> tuple[np.float32, ...]:
    return tuple(np.float32(value) for value in values)


# Powers of two and a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes library, Moshier).
_E = _singles(
    1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
    5.0000001201e-1,
)  # fmt: skip
_EXP_MIN, _EXP_MAX, _LOG2_E = _singles(-87.0, 88.0, 1.44269504088896341)
_LN2_HIGH, _LN2_LOW = _singles(0.693359375, -2.12194440e-4)
# Exponent and a polynomial on [sqrt(1/2), sqrt(2)] (Cephes).
_G = _singles(
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
    -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip
# A rational function that is constant beyond a limit (Eigen library).
_P = _singles(
    -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-08,
    1.48572235717979e-05, 6.37261928875436e-04, 4.89352455891786e-03,
)  # fmt: skip
_Q = _singles(1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-3)
_TANH_LIMIT = np.float32(7.90531110763549805)
# exp(v^2) erfc(v) / 2 = t P(t) with t = 1 / (1 + 0.4 v): weighted least squares at the 4000
# Chebyshev points of 0 < t < 1, relative error below 2e-7 in single precision.
_T = tuple(
    np.float32(0.5 * value)
    for value in (
        -0.0295064323, 0.141926705, -0.238736198, 0.141435465, -0.0497441416, 0.0852281592,
        0.118634124, 0.171802345, 0.207608054, 0.225676081, 0.225675833,
    )
)  # fmt: skip
_TAIL_SLOPE = np.float32(0.4 * 0.5**0.5)
# Normal quantile from sqrt(-2 ln p), error 4.5e-4 (Abramowitz and Stegun 26.2.23).
_N = _singles(0.010328, 0.802853, 2.515517)
_D = _singles(0.001308, 0.189269, 1.432788)

_LOG_STD_MIN, _LOG_STD_MAX = _singles(*LOG_STD_RANGE)
_STEPS = 3
# A Halley step this short, in standard deviations, leaves an error of about its cube.
_LAST_STEP = np.float32(3e-3)
# The same for a Newton step in double precision, which leaves about its square.
_TOLERANCE = 1e-6


# A call, or the check of a division, in a loop would keep it from being vectorized.
inlined = numba.njit(error_model="numpy", fastmath=MATH, forceinline=True)
compiled = numba.njit(error_model="numpy", fastmath=MATH)


@inlined
def _exp(x: Any) -> Any:  # pragma: no cover - compiled
    x = min(max(x, _EXP_MIN), _EXP_MAX)
    power = np.floor(x * _LOG2_E + _HALF)
    r = x - power * _LN2_HIGH - power * _LN2_LOW
    p = ((((_E[0] * r + _E[1]) * r + _E[2]) * r + _E[3]) * r + _E[4]) * r + _E[5]
    bits = (np.int32(power) + np.int32(127)) << np.int32(23)
    return (p * r * r + r + _ONE) * np.int32(bits).view(np.float32)


@inlined
def _log(x: Any) -> Any:  # pragma: no cover - compiled
    """Of a normal positive number."""
    bits = np.float32(x).view(np.int32)
    # The mantissa in [1/2, 1), moved to [sqrt(1/2), sqrt(2)).
    power = np.float32((bits >> np.int32(23)) - np.int32(126))
    m = np.int32((bits & np.int32(0x007FFFFF)) | np.int32(0x3F000000)).view(np.float32)
    small = m < _SQRT_HALF
    power = power - _ONE if small else power
    r = (m + m if small else m) - _ONE
    s = r * r
    p = ((_G[0] * r + _G[1]) * r + _G[2]) * r + _G[3]
    p = ((((p * r + _G[4]) * r + _G[5]) * r + _G[6]) * r + _G[7]) * r + _G[8]
    return r + (r * s * p + power * _LN2_LOW - _HALF * s) + power * _LN2_HIGH


@inlined
def tanh(x: Any) -> Any:  # pragma: no cover - compiled
    """Exactly odd; error a few units in the last place."""
    y = min(max(x, -_TANH_LIMIT), _TANH_LIMIT)
    s = y * y
    p = ((((_P[0] * s + _P[1]) * s + _P[2]) * s + _P[3]) * s + _P[4]) * s
    p = ((p + _P[5]) * s + _P[6]) * y
    return p / (((_Q[0] * s + _Q[1]) * s + _Q[2]) * s + _Q[3])


@inlined
def _tail(magnitude: Any) -> Any:  # pragma: no cover - compiled
    """``exp(u^2 / 2) Q(u)`` for ``u >= 0``, with the normal survival function ``Q``."""
    t = _ONE / (_ONE + _TAIL_SLOPE * magnitude)
    p = ((((_T[0] * t + _T[1]) * t + _T[2]) * t + _T[3]) * t + _T[4]) * t + _T[5]
    return (((((p * t + _T[6]) * t + _T[7]) * t + _T[8]) * t + _T[9]) * t + _T[10]) * t


@inlined
def twice_silu(half: Any) -> Any:  # pragma: no cover - compiled
    """``silu(2 h) = h (1 + tanh h)``."""
    return half + half * tanh(half)


@inlined
def _survival(u: Any, kernel: Any) -> Any:  # pragma: no cover - compiled
    tail = _tail(abs(u)) * kernel
    return tail if u >= _ZERO else _ONE - tail


@inlined
def _place(target: Any, w_up: Any, w_low: Any) -> Any:  # pragma: no cover - compiled
    """Where the quantile lies in the upper or in the lower of two modes, in deviations.

    It would be exact if the modes did not overlap.
    """
    upper = target < w_up
    part = target / max(w_up, _TINY) if upper else (target - w_up) / max(w_low, _TINY)
    smaller = max(min(part, _ONE - part), np.float32(1e-12))
    t = np.sqrt(-_TWO * _log(smaller))
    place = t - ((_N[0] * t + _N[1]) * t + _N[2]) / (((_D[0] * t + _D[1]) * t + _D[2]) * t + _ONE)
    return place if part < _HALF else -place


@compiled
def _components(
    signs: Floats, read: Floats, distances: tuple[float, ...], parts: Floats
) -> None:  # pragma: no cover - compiled
    """Log-weights, means and log-widths of the components of ``sign x``: (3, 2 pairs, n).

    The upper modes of all pairs come first.
    """
    pairs, n = len(distances), signs.shape[0]
    for k in range(pairs):
        half_odds, centre, skew = read[3 * k], read[3 * k + 1], read[3 * k + 2]
        change, width = read[3 * pairs + 2 * k], read[3 * pairs + 2 * k + 1]
        w_up, m_up, s_up = parts[0, k], parts[1, k], parts[2, k]
        w_low, m_low, s_low = parts[0, pairs + k], parts[1, pairs + k], parts[2, pairs + k]
        mode = np.float32(distances[k])
        for j in range(n):
            spread = mode * _exp(_THREE * tanh(change[j] / _THREE))
            m_up[j] = signs[j] * centre[j] + spread
            m_low[j] = signs[j] * centre[j] - spread
        for j in range(n):
            odd = signs[j] * skew[j]
            s_up[j] = min(max(width[j] + odd, _LOG_STD_MIN), _LOG_STD_MAX)
            s_low[j] = min(max(width[j] - odd, _LOG_STD_MIN), _LOG_STD_MAX)
        for j in range(n):
            w_up[j] = signs[j] * half_odds[j]
            w_low[j] = -w_up[j]
        if k > 0:
            of_pair = read[5 * pairs + k - 1]
            for j in range(n):
                w_up[j] += of_pair[j]
                w_low[j] += of_pair[j]
    _normalise(parts[0])


@compiled
def _normalise(log_weights: Floats) -> None:  # pragma: no cover - compiled
    """Make the weights (components, n) sum to one."""
    total = _log_sum(log_weights)
    for row in log_weights:
        for j in range(len(total)):
            row[j] -= total[j]


@compiled
def _log_sum(terms: Floats) -> Floats:  # pragma: no cover - compiled
    """Logarithm of the sum of the exponentials of terms (components, n): (n,)."""
    n = terms.shape[1]
    largest, total = terms[0].copy(), np.zeros(n, np.float32)
    for row in terms[1:]:
        for j in range(n):
            largest[j] = max(largest[j], row[j])
    for row in terms:
        for j in range(n):
            total[j] += _exp(row[j] - largest[j])
    for j in range(n):
        total[j] = largest[j] + _log(total[j])
    return total


@compiled
def _log_density(
    x: Floats, parts: Floats, log_density: Floats
) -> None:  # pragma: no cover - compiled
    """``ln f(x)`` of sites (n,) from their components; the log-weights are lost."""
    for c in range(parts.shape[1]):
        term, mean, width = parts[0, c], parts[1, c], parts[2, c]
        for j in range(len(x)):
            u = (x[j] - mean[j]) * _exp(-width[j])
            term[j] += _LOG_DENSITY_NORM - width[j] - _HALF * u * u
    log_density[:] = _log_sum(parts[0])


@compiled
def _guess(
    magnitude: Floats, target: Floats, weights: Floats, means: Floats, stds: Floats, ends: Floats
) -> Floats:  # pragma: no cover - compiled
    """A first guess of the quantiles (n,): the upper and the lower modes each as one Gaussian.

    Args:
        magnitude: (n,), the latents.
        target: (n,), the probability above the quantile.
        weights: Of the components, (components, n).
        means: Likewise.
        stds: Standard deviations, likewise.
        ends: (2, n), receives the smallest and the largest quantile of a component.
    """
    count, n = means.shape
    left, right = ends
    left[:], right[:] = np.float32(1e30), np.float32(-1e30)
    for c in range(count):
        mean, std = means[c], stds[c]
        for j in range(n):
            quantile = mean[j] + magnitude[j] * std[j]
            left[j], right[j] = min(left[j], quantile), max(right[j], quantile)
    merged = np.zeros((6, n), np.float32)
    for half in range(2):
        weight, centre, variance = merged[3 * half], merged[3 * half + 1], merged[3 * half + 2]
        for c in range(half * count // 2, (half + 1) * count // 2):
            w, mean = weights[c], means[c]
            for j in range(n):
                weight[j] += w[j]
                centre[j] += w[j] * mean[j]
        for j in range(n):
            centre[j] /= max(weight[j], _TINY)
        for c in range(half * count // 2, (half + 1) * count // 2):
            w, mean, std = weights[c], means[c], stds[c]
            for j in range(n):
                offset = mean[j] - centre[j]
                variance[j] += w[j] * (std[j] * std[j] + offset * offset)
    guess = np.empty(n, np.float32)
    for j in range(n):
        place = _place(target[j], merged[0, j], merged[3, j])
        upper = target[j] < merged[0, j]
        centre_j = merged[1, j] if upper else merged[4, j]
        spread = merged[2, j] if upper else merged[5, j]
        weight_j = merged[0, j] if upper else merged[3, j]
        x = centre_j + place * np.sqrt(spread / max(weight_j, _TINY))
        guess[j] = min(max(x, left[j]), right[j])
    return guess


@compiled
def _halley(
    x: Floats, log_target: Floats, weights: Floats, means: Floats, inverse: Floats, sums: Floats
) -> None:  # pragma: no cover - compiled
    """Steps of Halley's method for ``ln S(x) = ln Q(z)`` (n,), left in the first of the sums."""
    survival, density, slope = sums
    sums[:] = _ZERO
    for c in range(means.shape[0]):
        w, mean, i = weights[c], means[c], inverse[c]
        for j in range(len(x)):
            u = (x[j] - mean[j]) * i[j]
            e = _exp(-_HALF * u * u)
            d = w[j] * i[j] * e
            survival[j] += w[j] * _survival(u, e)
            density[j] += d
            slope[j] -= d * i[j] * u
    for j in range(len(x)):
        s, d = max(survival[j], _TINY), max(_DENSITY_NORM * density[j], _TINY)
        newton = (_log(s) - log_target[j]) * s / d
        bend = _ONE + _HALF * newton * (_DENSITY_NORM * slope[j] / d + d / s)
        survival[j] = newton / max(bend, _HALF)


@cached(error_model="numpy", fastmath=MATH)
def generate_sites(
    z: Floats, read: Floats, distances: tuple[float, ...], x: Floats, log_density: Floats,
    wrong: Floats,
) -> float:  # pragma: no cover - compiled  # fmt: skip
    """Sites from latents, with the log-density of each.

    Args:
        z: Latents, (n,).
        read: What the conditioner says of every site, (6 pairs - 1 or more, n).
        distances: Of the modes of each pair from their centre where the conditioner says nothing.
        x: Receives the sites, (n,).
        log_density: Receives ``ln f(x)``, (n,).
        wrong: Receives 0, or 1 where the steps have not converged and ``x`` is no more than a
            guess.

    Returns:
        The number of wrong sites.
    """
    n, count = z.shape[0], 2 * len(distances)
    parts, more = np.empty((3, count, n), np.float32), np.empty((3, count, n), np.float32)
    own, sums = np.empty((6, n), np.float32), np.empty((3, n), np.float32)
    signs, magnitude, log_target, target, ends = own[0], own[1], own[2], own[3], own[4:]
    for j in range(n):
        signs[j] = np.float32(-1.0) if z[j] < _ZERO else _ONE
        magnitude[j] = abs(z[j])
        kernel, tail = -_HALF * magnitude[j] * magnitude[j], _tail(magnitude[j])
        log_target[j] = kernel + _log(tail)
        target[j] = _exp(kernel) * tail
    _components(signs, read, distances, parts)
    for c in range(count):
        log_weight, log_std = parts[0, c], parts[2, c]
        weight, std, inverse = more[0, c], more[1, c], more[2, c]
        for j in range(n):
            weight[j], std[j], inverse[j] = _exp(log_weight[j]), _exp(log_std[j]), _exp(-log_std[j])
    root = _guess(magnitude, target, more[0], parts[1], more[1], ends)
    wrong[:] = _ZERO
    for _ in range(_STEPS):
        _halley(root, log_target, more[0], parts[1], more[2], sums)
        for j in range(n):
            new = min(max(root[j] + sums[0, j], ends[0, j]), ends[1, j])
            sums[0, j], root[j] = abs(new - root[j]), new
    for c in range(count):
        inverse = more[2, c]
        for j in range(n):
            if sums[0, j] * inverse[j] > _LAST_STEP:
                wrong[j] = _ONE
    for j in range(n):
        x[j] = signs[j] * root[j]
    _log_density(root, parts, log_density)
    return float(wrong.sum())


@cached()
def solve_again(
    z: Floats, read: Floats, distances: tuple[float, ...], x: Floats, log_density: Floats,
    wrong: Floats,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """Solve the wrong sites in double precision, bracketed; arguments of :func:`generate_sites`."""
    pairs = len(distances)
    latent = np.empty(1)
    logits, weights = np.zeros((2 * pairs, 1)), np.empty((2 * pairs, 1))
    means, stds = np.empty((2 * pairs, 1)), np.empty((2 * pairs, 1))
    for j in range(z.shape[0]):
        if wrong[j] == _ZERO:
            continue
        latent[0] = z[j]
        for k in range(pairs):
            change, width = read[3 * pairs + 2 * k, j], read[3 * pairs + 2 * k + 1, j]
            spread = distances[k] * math.exp(3.0 * math.tanh(change / 3.0))
            of_pair = read[5 * pairs + k - 1, j] if k > 0 else 0.0
            for lower in range(2):
                sign, c = 1.0 - 2.0 * lower, lower * pairs + k
                logits[c, 0] = of_pair + sign * read[3 * k, j]
                means[c, 0] = read[3 * k + 1, j] + sign * spread
                log_std = width + sign * read[3 * k + 2, j]
                stds[c, 0] = math.exp(min(max(log_std, LOG_STD_RANGE[0]), LOG_STD_RANGE[1]))
        weights[:] = np.exp(logits - logits.max())
        weights /= weights.sum()
        x[j] = solve_compiled(latent, weights, means, stds, _TOLERANCE)[0]
        density = 0.0
        for c in range(2 * pairs):
            u = (x[j] - means[c, 0]) / stds[c, 0]
            density += weights[c, 0] / stds[c, 0] * math.exp(-0.5 * u * u)
        log_density[j] = math.log(max(density, 1e-300) / math.sqrt(2.0 * math.pi))


@cached(error_model="numpy", fastmath=MATH)
def density_of_sites(
    x: Floats, read: Floats, distances: tuple[float, ...], log_density: Floats
) -> None:  # pragma: no cover - compiled
    """``ln f(x)`` of sites (n,); arguments as for :func:`generate_sites`."""
    n = x.shape[0]
    parts = np.empty((3, 2 * len(distances), n), np.float32)
    signs, magnitude = np.empty(n, np.float32), np.empty(n, np.float32)
    for j in range(n):
        signs[j] = np.float32(-1.0) if x[j] < _ZERO else _ONE
        magnitude[j] = abs(x[j])
    _components(signs, read, distances, parts)
    _log_density(magnitude, parts, log_density)
