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

from nrg_app.flows.mixture import LOG_STD_RANGE
from nrg_app.flows.quantile import solve_compiled

Floats = npt.NDArray[np.float32]

# Never "reassoc": the odd and the even part of an activation must be exactly odd and even.
MATH = {"contract", "nnan", "ninf", "nsz", "arcp"}

_HALF, _ONE, _TWO, _THREE = (np.float32(value) for value in (0.5, 1.0, 2.0, 3.0))
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
def _mirrored(sign: Any, w: Any, c: Any, k: Any, e0: Any, e1: Any, mode: Any) -> Any:
    """Log-weight, mean and log-width of the upper and of the lower component of ``sign x``."""
    spread = mode * _exp(_THREE * tanh(e0 / _THREE))
    odds = _TWO * sign * w
    shift = _log(_ONE + _exp(-abs(odds)))
    centre, skew = sign * c, sign * k
    s_up = min(max(e1 + skew, _LOG_STD_MIN), _LOG_STD_MAX)
    s_low = min(max(e1 - skew, _LOG_STD_MIN), _LOG_STD_MAX)
    zero = np.float32(0.0)
    up, low = min(odds, zero) - shift, min(-odds, zero) - shift
    return up, low, centre + spread, centre - spread, s_up, s_low


@inlined
def _log_density(x: Any, up: Any, low: Any, m_up: Any, m_low: Any, s_up: Any, s_low: Any) -> Any:
    u, v = (x - m_up) * _exp(-s_up), (x - m_low) * _exp(-s_low)
    p, q = up - s_up - _HALF * u * u, low - s_low - _HALF * v * v
    return max(p, q) + _log(_ONE + _exp(-abs(p - q))) + _LOG_DENSITY_NORM


@inlined
def _start(magnitude: Any, target: Any, w_up: Any, w_low: Any) -> Any:
    """Whether the quantile lies in the upper component, and its place there, in deviations.

    It would be exact if the components did not overlap.
    """
    upper = target < w_up
    part = target / w_up if upper else (target - w_up) / max(w_low, _TINY)
    smaller = max(min(part, _ONE - part), np.float32(1e-12))
    t = np.sqrt(-_TWO * _log(smaller))
    place = t - ((_N[0] * t + _N[1]) * t + _N[2]) / (((_D[0] * t + _D[1]) * t + _D[2]) * t + _ONE)
    return upper, (place if part < _HALF else -place)


@inlined
def _survival(u: Any, kernel: Any) -> Any:
    tail = _tail(abs(u)) * kernel
    return tail if u >= np.float32(0.0) else _ONE - tail


@inlined
def _halley(x: Any, log_target: Any, w_up: Any, w_low: Any, m_up: Any, m_low: Any,
            i_up: Any, i_low: Any) -> Any:  # fmt: skip
    """Step of Halley's method for ``ln S(x) = ln Q(z)``."""
    u, v = (x - m_up) * i_up, (x - m_low) * i_low
    e_up, e_low = _exp(-_HALF * u * u), _exp(-_HALF * v * v)
    survival = max(w_up * _survival(u, e_up) + w_low * _survival(v, e_low), _TINY)
    d_up, d_low = w_up * i_up * e_up, w_low * i_low * e_low
    density = max(_DENSITY_NORM * (d_up + d_low), _TINY)
    slope = -_DENSITY_NORM * (d_up * i_up * u + d_low * i_low * v)
    newton = (_log(survival) - log_target) * survival / density
    bend = _ONE + _HALF * newton * (slope / density + density / survival)
    return newton / max(bend, _HALF)


@numba.njit(cache=True, error_model="numpy", fastmath=MATH)
def generate_sites(
    z: Floats, read: Floats, mode: float, x: Floats, log_density: Floats, wrong: Floats
) -> float:  # pragma: no cover - compiled
    """Sites from latents, with the log-density of each.

    Args:
        z: Latents, (n,).
        read: What the conditioner says of every site, (5 or more, n).
        mode: Distance of the modes from their centre where the conditioner says nothing.
        x: Receives the sites, (n,).
        log_density: Receives ``ln f(x)``, (n,).
        wrong: Receives 0, or 1 where the steps have not converged and ``x`` is no more than a
            guess.

    Returns:
        The number of wrong sites.
    """
    scale = np.float32(mode)
    for j in range(z.shape[0]):
        sign = np.float32(-1.0) if z[j] < np.float32(0.0) else _ONE
        magnitude = abs(z[j])
        up, low, m_up, m_low, s_up, s_low = _mirrored(
            sign, read[0, j], read[1, j], read[2, j], read[3, j], read[4, j], scale
        )
        w_up, w_low, i_up, i_low = _exp(up), _exp(low), _exp(-s_up), _exp(-s_low)
        kernel, tail = -_HALF * magnitude * magnitude, _tail(magnitude)
        log_target = kernel + _log(tail)
        upper, place = _start(magnitude, _exp(kernel) * tail, w_up, w_low)
        left = min(m_up + magnitude / i_up, m_low + magnitude / i_low)
        right = max(m_up + magnitude / i_up, m_low + magnitude / i_low)
        root = m_up + place / i_up if upper else m_low + place / i_low
        root = min(max(root, left), right)
        move = _ONE
        for _ in range(_STEPS):
            step = _halley(root, log_target, w_up, w_low, m_up, m_low, i_up, i_low)
            new = min(max(root + step, left), right)
            move = abs(new - root)
            root = new
        x[j] = sign * root
        wrong[j] = _ONE if move * max(i_up, i_low) > _LAST_STEP else np.float32(0.0)
        log_density[j] = _log_density(root, up, low, m_up, m_low, s_up, s_low)
    return float(wrong.sum())


@numba.njit(cache=True)
def solve_again(
    z: Floats, read: Floats, mode: float, x: Floats, log_density: Floats, wrong: Floats
) -> None:  # pragma: no cover - compiled
    """Solve the wrong sites in double precision, bracketed; arguments of :func:`generate_sites`."""
    latent = np.empty(1)
    weights, means, stds = np.empty((2, 1)), np.empty((2, 1)), np.empty((2, 1))
    for j in range(z.shape[0]):
        if wrong[j] == np.float32(0.0):
            continue
        latent[0] = z[j]
        spread = mode * math.exp(3.0 * math.tanh(read[3, j] / 3.0))
        for part in range(2):
            sign = 1.0 - 2.0 * part
            odds = min(-2.0 * sign * read[0, j], 700.0)
            weights[part, 0] = 1.0 / (1.0 + math.exp(odds))
            means[part, 0] = read[1, j] + sign * spread
            width = read[4, j] + sign * read[2, j]
            stds[part, 0] = math.exp(min(max(width, LOG_STD_RANGE[0]), LOG_STD_RANGE[1]))
        x[j] = solve_compiled(latent, weights, means, stds, _TOLERANCE)[0]
        density = 0.0
        for part in range(2):
            u = (x[j] - means[part, 0]) / stds[part, 0]
            density += weights[part, 0] / stds[part, 0] * math.exp(-0.5 * u * u)
        log_density[j] = math.log(max(density, 1e-300) / math.sqrt(2.0 * math.pi))


@numba.njit(cache=True, error_model="numpy", fastmath=MATH)
def density_of_sites(
    x: Floats, read: Floats, mode: float, log_density: Floats
) -> None:  # pragma: no cover - compiled
    """``ln f(x)`` of sites (n,); arguments as for :func:`generate_sites`."""
    scale = np.float32(mode)
    for j in range(x.shape[0]):
        sign = np.float32(-1.0) if x[j] < np.float32(0.0) else _ONE
        up, low, m_up, m_low, s_up, s_low = _mirrored(
            sign, read[0, j], read[1, j], read[2, j], read[3, j], read[4, j], scale
        )
        log_density[j] = _log_density(abs(x[j]), up, low, m_up, m_low, s_up, s_low)
