"""What Monte Carlo RG finds: critical exponents, and paths of effective couplings.

Plain results without torch, so that a window can hold and draw them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from nrg_app.physics.observables import Estimate

FloatArray = npt.NDArray[np.float64]

Rule = Literal["majority", "decimation", "encoded", "flow"]
RULES: tuple[Rule, ...] = ("majority", "decimation", "encoded", "flow")
RULE_LABELS: dict[Rule, str] = {
    "majority": "majority of 2 × 2 spins, ties at random (Wolff)",
    "decimation": "one spin of 2 × 2 (Wolff)",
    "encoded": "signs of the network's coarse fields of encoded exact samples (Wolff)",
    "flow": "signs of the coarse fields of the network's own samples",
}

EXACT_THERMAL = 1.0
"""``y_t`` of the two-dimensional Ising model."""
EXACT_MAGNETIC = 15.0 / 8.0
"""``y_h`` of the two-dimensional Ising model."""

# The leading correction falls as 4^-k with the iteration k (omega = 2): after a change d,
# d/4 + d/16 + ... = d/3 is left.
_LEFT_OVER = 1.0 / 3.0


@dataclass(frozen=True)
class Origin:
    """What was run to get a result.

    Attributes:
        rule: How spins are coarse-grained, see :data:`RULE_LABELS`.
        model: Name of the network, None where there is none.
        size: Lattice side L of the finest spins.
        samples: Configurations per temperature.
        bins: Bins of the jackknife.
        seed: Of all random numbers.
        program_version: Of NRG.
        learned: Whether the coarse fields of the network are learned block variables; False where
            it decimates, None without a network.
    """

    rule: Rule
    model: str | None
    size: int
    samples: int
    bins: int
    seed: int
    program_version: str
    learned: bool | None = None


@dataclass(frozen=True)
class RGStep:
    """The linearised transformation from one lattice to the next coarser one.

    Attributes:
        iteration: 1 for the first step from the finest spins.
        side: Side of the lattice before the step.
        blocked_side: Side after it, half as large.
        thermal: ``y_t`` from the first 1, 2 ... even operators; the last is the best.
        magnetic: ``y_h`` from the first 1, 2 ... odd operators; the last is the best.
    """

    iteration: int
    side: int
    blocked_side: int
    thermal: tuple[Estimate, ...]
    magnetic: tuple[Estimate, ...]

    @property
    def y_t(self) -> Estimate:
        """Thermal exponent from all even operators; exactly 1 at the fixed point."""
        return self.thermal[-1]

    @property
    def y_h(self) -> Estimate:
        """Magnetic exponent from all odd operators; exactly 15/8 at the fixed point."""
        return self.magnetic[-1]


@dataclass(frozen=True)
class RGExponents:
    """Exponents of every iteration.

    Attributes:
        origin: What was run.
        temperature: T in J/k_B.
        even: Names of the even operators, in their order.
        odd: Names of the odd operators.
        steps: One per iteration, finest first.
        done: Configurations measured so far; those of ``origin.samples`` at the end.
    """

    origin: Origin
    temperature: float
    even: tuple[str, ...]
    odd: tuple[str, ...]
    steps: tuple[RGStep, ...]
    done: int

    @property
    def reported(self) -> RGStep:
        """The iteration that is taken as the estimate: the last but one from the third on.

        Corrections to the fixed point have died out by then, and its coarse lattice of side 8 is
        not yet so small that different operators nearly are the same.  With fewer iterations it is
        the last one.
        """
        return self.steps[-2] if len(self.steps) > 2 else self.steps[-1]

    @property
    def y_t(self) -> Estimate:
        """The estimate of the thermal exponent, see :meth:`reported`; exactly 1.

        Its error holds the statistical one, what later iterations would still add, and by how much
        the second half of the operators has changed it.
        """
        return self._estimate([step.thermal for step in self.steps])

    @property
    def y_h(self) -> Estimate:
        """The estimate of the magnetic exponent, likewise; exactly 15/8."""
        return self._estimate([step.magnetic for step in self.steps])

    def _estimate(self, values: Sequence[Sequence[Estimate]]) -> Estimate:
        index = self.reported.iteration - 1
        here = values[index]
        best = here[-1]
        truncation = best.value - here[(len(here) - 1) // 2].value
        drift = _LEFT_OVER * (best.value - values[index - 1][-1].value) if index > 0 else 0.0
        return Estimate(best.value, math.hypot(best.error, truncation, drift))


@dataclass(frozen=True)
class CouplingLevel:
    """Effective couplings of the spins of one lattice.

    Attributes:
        side: Side of the lattice.
        couplings: ``K`` of every operator, dimensionless (``-H / k_B T = sum_a K_a S_a``).
    """

    side: int
    couplings: tuple[Estimate, ...]


@dataclass(frozen=True)
class CouplingPath:
    """How the couplings change under repeated coarse graining from one temperature.

    Attributes:
        temperature: T in J/k_B.
        levels: One per lattice, finest first.
    """

    temperature: float
    levels: tuple[CouplingLevel, ...]


@dataclass(frozen=True)
class CouplingFlow:
    """An RG flow diagram in the space of couplings.

    Attributes:
        origin: What was run.
        operators: Names of the operators, in the order of the couplings.
        labels: The same in words for an axis.
        paths: One per temperature, in the order in which they were asked for.
    """

    origin: Origin
    operators: tuple[str, ...]
    labels: tuple[str, ...]
    paths: tuple[CouplingPath, ...]

    def coordinates(self, operator: str) -> tuple[FloatArray, FloatArray]:
        """One coupling along every path: values and errors, ``(paths, levels)``.

        Raises:
            ValueError: if there is no such operator.
        """
        index = self.operators.index(operator)
        found = [[level.couplings[index] for level in path.levels] for path in self.paths]
        values = np.array([[estimate.value for estimate in path] for path in found])
        errors = np.array([[estimate.error for estimate in path] for path in found])
        return values, errors
