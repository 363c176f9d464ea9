"""The exact results that the program compares with, under one name.

Every function takes a temperature (units of ``J / k_B``) or an array of temperatures, and returns
a ``float`` or a float64 array of the same shape.  All raise :class:`~nrg_app.errors.NRGError` for
a temperature that is not above zero or above a million; those of a torus also for a side that is
no whole number of at least 2 (odd sides are fine).

Rounding: the absolute errors are about 1e-15 for ``ln Z / N``, ``1e-16 T`` for the energy and
1e-14 for the specific heat, at Tc as well.
"""

from nrg_app.physics.kaufman import (
    kaufman_energy,
    kaufman_log_partition,
    kaufman_specific_heat,
)
from nrg_app.physics.onsager import (
    CRITICAL_TEMPERATURE,
    correlation_length,
    critical_correlation,
    onsager_energy,
    onsager_log_partition_per_site,
    onsager_specific_heat,
    yang_magnetization,
)

__all__ = [
    "CRITICAL_TEMPERATURE",
    "correlation_length",
    "critical_correlation",
    "kaufman_energy",
    "kaufman_log_partition",
    "kaufman_specific_heat",
    "onsager_energy",
    "onsager_log_partition_per_site",
    "onsager_specific_heat",
    "yang_magnetization",
]
