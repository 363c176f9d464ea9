"""The continuous dual of the Ising model: the density that a flow learns.

Gaussian integration turns the Ising spins ``s`` into a real field ``x`` on the same lattice
(Fisher 1983; Zhang, Sutton, Storkey and Ghahramani 2012; Li and Wang, PRL 121, 260601, 2018).
With the torus adjacency matrix ``A``, ``K = beta A + alpha I`` and ``alpha = 4 beta + g``,

    U(x) = x^T K^-1 x / 2 - sum_i ln(2 cosh x_i),

    ln of the integral of exp(-U) = ln Z(beta) + N alpha / 2 + (N / 2) ln 2 pi + ln det(K) / 2.

Spins and field determine each other exactly: given the field the spins are independent with
``P(s_i = +1) = sigmoid(2 x_i)``; given the spins the field is Gaussian with mean ``K s`` and
covariance ``K``.  Another Hamiltonian is another class with the methods of :class:`Target`.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from nrg_app.errors import NRGError
from nrg_app.physics import exact
from nrg_app.physics.lattice import validate_size

FloatArray = npt.NDArray[np.float64]


class Target(Protocol):
    """An energy function on fields of a torus that depends on one temperature.

    Attributes:
        name: The name under which model cards refer to it.
        size: Lattice side ``L``.
        n_controls: Number of control parameters that a flow is conditioned on.
    """

    name: str
    size: int
    n_controls: int

    def controls(self, temperature: Tensor) -> Tensor:
        """Features of the temperatures ``(batch,)`` for a flow: ``(n_controls, batch)``."""
        ...

    def field_scale(self, temperature: Tensor) -> Tensor:
        """Natural unit of the field at the temperatures ``(batch,)``: ``(batch,)``."""
        ...

    def energy(self, field: Tensor, temperature: Tensor) -> Tensor:
        """Dimensionless energy ``U`` of the fields ``(batch, L, L)``: ``(batch,)``."""
        ...

    def force(self, field: Tensor, temperature: Tensor) -> Tensor:
        """Gradient ``dU/dx`` of the fields ``(batch, L, L)``: same shape."""
        ...

    def log_partition(self, temperature: FloatArray) -> FloatArray:
        """Exact ``ln`` of the integral of ``exp(-U)`` at the temperatures ``(n,)``, in nats."""
        ...


class DualIsing:
    """The two-dimensional Ising model on an ``L x L`` torus as a density of a real field.

    Args:
        size: Lattice side ``L``, a power of two, at least 2.
        gap: ``g``, the smallest eigenvalue of ``K``.  ``K^-1`` decays over ``sqrt(beta / g)``
            sites, so that a larger gap is a more local target; 3 trains best.

    Raises:
        NRGError: if the size is not a power of two.

    Example:
        >>> target = DualIsing(8)
        >>> field = torch.zeros(1, 8, 8, dtype=torch.float64)
        >>> energy = target.energy(field, torch.tensor([2.0], dtype=torch.float64))
        >>> round(float(energy[0] / 64 + math.log(2)), 12)
        0.0
    """

    name = "ising-dual"
    n_controls = 5

    def __init__(self, size: int, gap: float = 3.0) -> None:
        self.size = validate_size(size)
        self.gap = float(gap)
        momenta = 2.0 * math.pi * np.arange(size) / size
        # Eigenvalues of the adjacency matrix; the last axis is halved as in a real transform.
        self._adjacency = 2.0 * (np.cos(momenta)[:, None] + np.cos(momenta)[None, :])
        self._spectra: dict[tuple[torch.dtype, torch.device], Tensor] = {}

    @property
    def n_sites(self) -> int:
        """Number of sites ``N = L^2``."""
        return self.size**2

    def controls(self, temperature: Tensor) -> Tensor:
        """Five smooth features of ``T - Tc`` that resolve the critical region: ``(5, batch)``."""
        u = temperature - exact.CRITICAL_TEMPERATURE
        return torch.stack(
            (
                u,
                u * u - 0.4,
                torch.tanh(4.0 * u),
                torch.exp(-16.0 * u * u),
                torch.exp(-2.25 * u * u),
            )
        )

    def alpha(self, temperature: Tensor) -> Tensor:
        """Diagonal ``alpha = 4 beta + g`` of ``K``; given spin ``s``, ``x`` is near ``alpha s``."""
        return 4.0 / temperature + self.gap

    def field_scale(self, temperature: Tensor) -> Tensor:
        """``sqrt(alpha)``, the standard deviation of ``x_i`` given the spins: ``(batch,)``."""
        return torch.sqrt(self.alpha(temperature))

    def energy(self, field: Tensor, temperature: Tensor) -> Tensor:
        """``U(x)`` in nats: fields ``(batch, L, L)``, temperatures ``(batch,)`` or ``(1,)``."""
        quadratic = 0.5 * (field * self.solve(field, temperature)).sum((1, 2))
        result: Tensor = quadratic - _log_two_cosh(field).sum((1, 2))
        return result

    def force(self, field: Tensor, temperature: Tensor) -> Tensor:
        """``dU/dx = K^-1 x - tanh x``, shapes as in :meth:`energy`."""
        return self.solve(field, temperature) - torch.tanh(field)

    def solve(self, field: Tensor, temperature: Tensor) -> Tensor:
        """``K^-1 x`` by Fourier transform, shapes as in :meth:`energy`."""
        spectrum = torch.fft.rfft2(field) / self._spectrum(field, temperature)
        return self._to_lattice(spectrum)

    def log_partition(self, temperature: FloatArray) -> FloatArray:
        """``ln`` of the integral of ``exp(-U)`` from Kaufman's ``ln Z``, in nats: ``(n,)``."""
        t = np.atleast_1d(np.asarray(temperature, dtype=np.float64))
        log_z = np.atleast_1d(exact.kaufman_log_partition(self.size, t))
        result: FloatArray = log_z + self.log_volume(t)
        return result

    def log_volume(self, temperature: FloatArray) -> FloatArray:
        """Field integral beyond ``ln Z``, ``(N (alpha + ln 2 pi) + ln det K) / 2``: ``(n,)``."""
        beta = 1.0 / np.atleast_1d(np.asarray(temperature, dtype=np.float64))
        alpha = 4.0 * beta + self.gap
        eigenvalues = beta[:, None] * self._adjacency.ravel()[None, :] + alpha[:, None]
        gaussian = self.n_sites * (alpha + math.log(2.0 * math.pi))
        volume: FloatArray = 0.5 * (gaussian + np.log(eigenvalues).sum(1))
        return volume

    def spins_from_field(self, field: Tensor, uniform: Tensor) -> Tensor:
        """Exact spins given fields: ``+1`` where ``uniform < sigmoid(2 x)``.

        Args:
            field: ``(batch, L, L)``.
            uniform: Independent uniform numbers in [0, 1) of the same shape.

        Returns:
            Spins ``+1`` or ``-1``, int8, same shape.
        """
        up = uniform < torch.sigmoid(2.0 * field)
        return (2 * up.to(torch.int8) - 1).to(torch.int8)

    def field_from_spins(self, spins: Tensor, temperature: Tensor, noise: Tensor) -> Tensor:
        """Exact fields given spins: mean ``K s``, covariance ``K``.

        Args:
            spins: ``(batch, L, L)``, ``+1`` or ``-1``.
            temperature: ``(batch,)`` or ``(1,)``.
            noise: Independent standard normal numbers of the spins' shape; its dtype is the
                dtype of the result.
        """
        spectrum = self._spectrum(noise, temperature)
        mean = torch.fft.rfft2(spins.to(noise.dtype)) * spectrum
        spread = torch.fft.rfft2(noise) * torch.sqrt(spectrum)
        return self._to_lattice(mean + spread)

    def _to_lattice(self, spectrum: Tensor) -> Tensor:
        field: Tensor = torch.fft.irfft2(spectrum, s=(self.size, self.size))
        return field

    def _spectrum(self, like: Tensor, temperature: Tensor) -> Tensor:
        """Eigenvalues of ``K`` on the half plane of a real transform, ``(batch, L, L/2 + 1)``."""
        key = (like.dtype, like.device)
        if key not in self._spectra:
            half = self._adjacency[:, : self.size // 2 + 1]
            self._spectra[key] = torch.as_tensor(half, dtype=like.dtype, device=like.device)
        t = temperature.to(like)[:, None, None]
        return self._spectra[key] / t + (4.0 / t + self.gap)


def make_target(name: str, size: int, gap: float = 3.0) -> DualIsing:
    """The target that a model card names.

    Raises:
        NRGError: if no target has this name.
    """
    if name != DualIsing.name:
        raise NRGError(f"The model was trained for '{name}', which this version does not know.")
    return DualIsing(size, gap)


def _log_two_cosh(x: Tensor) -> Tensor:
    magnitude = x.abs()
    return magnitude + torch.log1p(torch.exp(-2.0 * magnitude))
