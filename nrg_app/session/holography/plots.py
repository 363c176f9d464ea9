"""Results of the holographic analyses as plots, for the window, for print and as tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.bulk_geometry import HAAR_EXPONENT, fit_power_law
from nrg_app.analysis.mutual_information import critical_spin_information
from nrg_app.figures.plot_spec import Array, Level, Look, PlotSpec, Scale, Series
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.observables import Estimate

if TYPE_CHECKING:
    from nrg_app.analysis.bulk_geometry import BulkGeometry
    from nrg_app.analysis.mutual_information import Information
    from nrg_app.analysis.renormalised_energy import RenormalisedEnergy
    from nrg_app.analysis.wavelets import Wavelets

ELL = "ℓ"
_GUIDE_POINTS = 24
Provenance = dict[str, str]


def is_critical(temperature: float) -> bool:
    """Return whether a temperature is Tc, but for rounding of what was typed."""
    return abs(temperature - float(CRITICAL_TEMPERATURE)) < 2e-3


def scale_key(scale: int) -> str:
    """Return the colour of a scale: 32 is "0", 1 is "5"; finer ones share the first.

    >>> [scale_key(scale) for scale in (64, 32, 1)]
    ['0', '0', '5']
    """
    return str(5 - min(5, scale.bit_length() - 1))


def _marker(scale: int) -> int:
    return max(0, scale.bit_length() - 6)


def shown(information: Array, errors: Array) -> Array:
    """Return what is drawn on a logarithmic axis: values, or their errors where they are lower.

    A point that does not stand out of the floor is a bound, drawn hollow at its error.
    """
    return np.where(information > 0.0, information, errors)


def _points(
    name: str, x: Array, found: Information, chosen: NDArray[np.bool_], color: str, marker: int
) -> Series:
    values, errors = found.information[chosen], found.errors[chosen]
    return Series(
        name,
        x[chosen],
        shown(values, errors),
        "points",
        color,
        error=errors,
        marker=marker,
        hollow=~found.significant[chosen],
    )


def _guide(name: str, start: float, end: float, height: float, exponent: float) -> Series:
    """Return a power law through a height at the start."""
    x = np.geomspace(start, end, _GUIDE_POINTS)
    return Series(name, x, height * (x / start) ** exponent, "dashed", "muted")


def collapse_plot(
    latents: Information,
    haar: Information | None,
    spins: Information | None,
    size: int,
    temperature: float,
    bound: Estimate,
    provenance: Provenance,
) -> PlotSpec:
    """Return information within scales against r / u, with Haar and the spins beside it.

    ``bound`` is what all latents together know of each other, at most.
    """
    critical = is_critical(temperature)
    cells = latents.separations * latents.scales / (2.0 * size)
    series: list[Series] = []
    for scale in sorted(set(latents.scales.tolist()), reverse=True):
        chosen = latents.scales == scale
        name = f"${ELL}$ = {scale}"
        series.append(_points(name, cells, latents, chosen, scale_key(scale), _marker(scale)))
    if haar is not None:
        series += _haar_series(haar, size, critical)
    if spins is not None:
        everything = np.ones(len(spins.separations), dtype=bool)
        series.append(_points("spins", spins.separations, spins, everything, "exact", 3))
        if critical:
            x = np.geomspace(1.0, float(spins.separations.max()), _GUIDE_POINTS)
            law = critical_spin_information(x)
            series.append(Series("0.2474 $r$^{−1/2}", x, law, "dotted", "exact"))
    return PlotSpec(
        "collapse",
        "Mutual information",
        "",
        Scale(
            f"separation $r$ / $u$ in cells of side $u$ = 2$L$ / ${ELL}$",
            log=True,
            ticks=tuple(2.0**k for k in range(max(1, size.bit_length() - 1))),
        ),
        Scale("$I$", "nats", log=True),
        tuple(series),
        note=_note(latents, size, bound),
        provenance=provenance,
    )


def _haar_series(haar: Information, size: int, critical: bool) -> list[Series]:
    cells = haar.separations * haar.scales / (2.0 * size)
    everything = np.ones(len(cells), dtype=bool)
    series = [_points("Haar", cells, haar, everything, "muted", 1)]
    good = haar.significant & (cells >= 1.0)
    if critical and good.any():
        near = float(cells[good].min())
        height = float(np.exp(np.log(haar.information[good & (cells < 1.01 * near)]).mean()))
        end = max(2.0 * near, float(cells.max()))
        series.append(_guide("−9/2", near, end, height, HAAR_EXPONENT))
    return series


def _note(found: Information, size: int, bound: Estimate) -> str:
    """Return what the latents have left, in one sentence."""
    pairs = "none of their pairs stands out" if not found.significant.any() else "hollow: bounds"
    return f"All {size**2} latents share at most {bound.brackets()} nats; {pairs}"


def collapse_headline(
    latents: Information, haar: Information, size: int, temperature: float
) -> str:
    """Return the exponents of latents and Haar coefficients, where there is enough to fit."""
    parts = []
    for name, found in (("flow", latents), ("Haar", haar)):
        law = fit_power_law(found, size)
        if math.isfinite(law.exponent.value):
            parts.append(f"{name} exponent {law.exponent.brackets()}")
            if name == "Haar" and is_critical(temperature):
                parts.append(f"off −9/2 by {off(law.exponent, HAAR_EXPONENT)}")
            parts.append(f"$r$ ≥ {law.least:.0f}$u$")
    return " · ".join(parts)


def off(estimate: Estimate, exact: float) -> str:
    """Return how far an estimate is off.

    >>> off(Estimate(-4.2, 0.2), -4.5)
    '+1.5 σ'
    """
    return f"{estimate.deviation(exact):+.1f} σ".replace("-", "−")


Geometry = tuple["Information", "BulkGeometry"]


def distance_plot(
    latents: Geometry, haar: Geometry, size: int, bound: Estimate, provenance: Provenance
) -> PlotSpec:
    """Return ``d = -xi ln(I / I_0)`` against the geodesic, coloured by the finer scale of the pair.

    Latents that do not stand out of the floor are bounds; pairs of Haar coefficients that do are
    the baseline. xi and I_0 are those of the latents if they have a fit, else those of Haar;
    without any fit -ln(I / nat) is shown.
    """
    fitted = [(n, g) for n, (_, g) in (("flow", latents), ("Haar", haar)) if g.slope.value > 0.0]
    offset, xi = 0.0, 1.0
    if fitted:
        offset, xi = fitted[0][1].log_amplitude.value, fitted[0][1].xi.value
    found, geometry = latents
    series = []
    whole, baseline = haar
    seen = whole.significant
    series.append(
        Series(
            "Haar",
            baseline.geodesics[seen],
            xi * (baseline.logs[seen] + offset),
            "points",
            "muted",
            error=xi * baseline.log_errors[seen],
            marker=1,
            hollow=~baseline.used[seen],
        )
    )
    bounds = -np.log(np.maximum(shown(found.information, found.errors), 1e-12))
    logs = np.where(np.isfinite(geometry.logs), geometry.logs, bounds) + offset
    for scale in sorted(set(found.scales.tolist()), reverse=True):
        chosen = found.scales == scale
        series.append(
            Series(
                f"${ELL}$ = {scale}",
                geometry.geodesics[chosen],
                xi * logs[chosen],
                "points",
                scale_key(scale),
                error=xi * geometry.log_errors[chosen],
                marker=_marker(scale),
                hollow=~geometry.used[chosen],
            )
        )
    end = 1.04 * float(geometry.geodesics.max(initial=1.0))
    series += _line("Haar fit", baseline, (xi, offset), end, "dashed", "muted")
    series += _line("fit", geometry, (xi, offset), end, "line", "exact")
    return PlotSpec(
        "distance",
        "Bulk distance",
        "",
        Scale("hyperbolic geodesic $d$_{H}", low=0.0),
        Scale(f"$d$ = −$ξ$ ln($I$/$I$_{{0}}), $ξ$ of {fitted[0][0]}" if fitted else "−ln $I$"),
        tuple(series),
        note=_note(found, size, bound),
        provenance=provenance | {"fit": distance_headline(geometry, baseline).replace("$", "")},
    )


def _line(
    name: str,
    geometry: BulkGeometry,
    unit: tuple[float, float],
    end: float,
    look: Look,
    color: str,
) -> list[Series]:
    """Return the fitted line from the geodesics of its first pairs on, none without a fit.

    ``unit`` are the xi and the ln I_0 with which distances are drawn.
    """
    if not math.isfinite(geometry.slope.value):
        return []
    ends = np.array([float(geometry.geodesics[geometry.used].min()), end])
    height = geometry.slope.value * ends - geometry.log_amplitude.value + unit[1]
    return [Series(name, ends, unit[0] * height, look, color)]


def distance_headline(latents: BulkGeometry, haar: BulkGeometry) -> str:
    """Return xi with R² and, off criticality, the correlation length of the lattice."""
    parts = [
        f"{name} $ξ$ = {found.xi.brackets()}, R² = {found.r_squared:.2f}"
        for name, found in (("flow", latents), ("Haar", haar))
        if math.isfinite(found.slope.value)
    ]
    if not parts:
        parts = ["too few pairs stand out of the floor"]
    if not is_critical(latents.temperature):
        parts.append(f"lattice $ξ$ = {latents.correlation_length:.3f}")
    return " · ".join(parts)


def energy_plots(found: RenormalisedEnergy, provenance: Provenance) -> dict[str, PlotSpec]:
    """Return E_eff against |z|^2 / 2 and the slope of every scale."""
    x, y = found.total_gaussian, found.total_effective
    ends = np.array([float(x.min()), float(x.max())]) if len(x) else np.array([0.0, 1.0])
    cloud = PlotSpec(
        "energy",
        "Renormalized energy",
        "",
        Scale("$|z|$² / 2", "nats"),
        Scale("$E$_{eff}($z$)", "nats"),
        (
            Series("samples", x, y, "points", "network"),
            Series("perfect network: slope 1", ends, ends, "line", "exact"),
        ),
        provenance=provenance,
    )
    scales = np.array(found.scales, dtype=np.float64)
    slopes = PlotSpec(
        "slopes",
        "Slope by scale",
        "",
        Scale(f"scale ${ELL}$", log=True, ticks=tuple(scales.tolist())),
        Scale("slope"),
        (_estimates("slope", scales, found.slopes, "network", 0),),
        levels=(Level(1.0, "perfect"),),
        provenance=provenance,
    )
    return {"energy": cloud, "slopes": slopes}


def _estimates(name: str, x: Array, values: Sequence[Estimate], color: str, marker: int) -> Series:
    return Series(
        name,
        x,
        np.array([value.value for value in values]),
        "points",
        color,
        error=np.array([value.error for value in values]),
        marker=marker,
    )


def radii_plot(found: Wavelets, provenance: Provenance) -> PlotSpec:
    """Return how far the latents of every scale reach."""
    scales = np.array(found.scales, dtype=np.float64)
    return PlotSpec(
        "radii",
        "Reach by scale",
        "",
        Scale(f"scale ${ELL}$", log=True, ticks=tuple(scales.tolist())),
        Scale("$r$_{rms}", "sites", log=True),
        (
            Series("Haar", scales, np.array(found.haar_radii), "dashed", "muted"),
            _estimates("response ∂$x$/∂$z$", scales, found.response_radii, "network", 0),
            _estimates("reading ∂$z$/∂$x$", scales, found.reading_radii, "exact", 1),
        ),
        provenance=provenance,
    )
