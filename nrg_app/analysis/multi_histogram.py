"""Multi-histogram reweighting in temperature between simulated points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.scan_results import ScanPoint

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ThermalCurve:
    """Quantities at many temperatures between the simulated ones.

    Attributes:
        size: Lattice side L.
        temperatures: T in J/k_B, (n,).
        values: "energy", "specific_heat", "abs_magnetization", "magnetization_squared",
            "susceptibility", "binder", "correlation_length"; also "log_partition", ln Z minus
            that at the first simulated temperature, in nats; each (n,).
        errors: Their standard errors by block jackknife, (n,); those of neighbouring
            temperatures are strongly correlated.
        replicas: The values with one block left out in turn, each (blocks, n).
        effective_samples: Number of independent samples that count at each temperature, (n,);
            a small one means that the temperature is not covered.
    """

    size: int
    temperatures: FloatArray
    values: Mapping[str, FloatArray]
    errors: Mapping[str, FloatArray]
    replicas: Mapping[str, FloatArray]
    effective_samples: FloatArray


class MultiHistogram:
    """The samples of several temperatures of one lattice, combined.

    Args:
        points: Of a scan that yields exact averages: any estimator but "raw".
        blocks: For the jackknife.

    Raises:
        NRGError: if there is no point, they differ in their side, one is raw, or neighbouring
            temperatures do not overlap.
    """

    def __init__(self, points: Sequence[ScanPoint], blocks: int = 20) -> None:
        raise NotImplementedError

    def curve(self, temperatures: FloatArray) -> ThermalCurve:
        """Everything at temperatures (n,).

        Raises:
            NRGError: if one lies outside the simulated range.
        """
        raise NotImplementedError
