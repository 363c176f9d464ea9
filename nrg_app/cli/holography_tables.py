"""The rows that ``nrg holography`` finds, and their tables on the terminal."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from nrg_app.analysis.bulk_geometry import HAAR_EXPONENT, BulkGeometry, PowerLaw
from nrg_app.analysis.mutual_information import Information
from nrg_app.analysis.renormalised_energy import RenormalisedEnergy
from nrg_app.analysis.wavelets import Wavelets
from nrg_app.cli.reports import console
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.observables import Estimate

_LABELS = {"latents": "latents of the flow", "haar": "Haar transform of the spins"}
# Exact values at the critical point are shown this near it.
_CRITICAL = 1e-3


@dataclass(frozen=True)
class Row:
    """One number.

    Attributes:
        quantity: What it is.
        scale: Of which scale, if of one.
        separation: At which distance in lattice spacings, if at one.
        value: The estimate.
        error: Its standard error; None if it has none.
        exact: What it should be, if that is known.
        significant: Whether it stands out of its floor, if it has one.
    """

    quantity: str
    scale: int | None = None
    separation: float | None = None
    value: float | None = None
    error: float | None = None
    exact: float | None = None
    significant: bool | None = None

    def as_dict(self) -> dict[str, object]:
        """By name, with the deviation in standard errors; None for what is not a number."""
        values = asdict(self) | {"deviation": self.off()}
        return {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in values.items()
        }

    def text(self) -> str:
        """Estimate ± error; in brackets where it does not stand out of its floor."""
        if self.value is None or math.isnan(self.value):
            return "–"
        if self.error is None:
            return f"{self.value:.6g}".replace("-", "−")
        if math.isnan(self.error):
            return "–"
        digits = _decimals(self.error)
        if digits > 6:
            text = f"{self.value:.2e} ± {self.error:.0e}"
        else:
            text = f"{self.value:.{digits}f} ± {self.error:.{digits}f}"
        text = text.replace("-", "−")
        return f"[dim]({text})[/]" if self.significant is False else text

    def exact_text(self) -> str:
        """The exact value, if there is one."""
        return "" if self.exact is None else f"{self.exact:.5g}".replace("-", "−")

    def off(self) -> float | None:
        """Distance from the exact value in standard errors, if both are known."""
        if self.exact is None or not self.error or self.value is None or math.isnan(self.error):
            return None
        return float(Estimate(self.value, self.error).deviation(self.exact))

    def deviation(self) -> str:
        """The same in words."""
        distance = self.off()
        return "" if distance is None else f"{distance:+.1f}".replace("-", "−")


def _decimals(error: float) -> int:
    """Decimals that show two digits of an error."""
    return max(0, 1 - math.floor(math.log10(error))) if error > 0.0 else 3


def _row(
    quantity: str, found: Estimate, exact: float | None = None, scale: int | None = None
) -> Row:
    return Row(quantity, scale, value=found.value, error=found.error, exact=exact)


def wavelet_rows(found: Wavelets) -> list[Row]:
    """Rms radii of every scale."""
    rows = []
    for k, scale in enumerate(found.scales):
        rows.append(_row("radius of dx/dz", found.response_radii[k], scale=scale))
        rows.append(_row("radius of dz/dx", found.reading_radii[k], scale=scale))
        rows.append(Row("radius of Haar", scale, value=found.haar_radii[k]))
    return rows


def decay_rows(kind: str, found: Information, size: int) -> list[Row]:
    """Information within every scale against separation."""
    return _information_rows(f"information, {kind}", found, None)


def spin_rows(found: Information, critical: NDArray[np.float64], temperature: float) -> list[Row]:
    """Information of spins, beside its leading decay on the infinite critical lattice."""
    near = abs(temperature - CRITICAL_TEMPERATURE) < _CRITICAL
    return _information_rows("information, spins", found, critical if near else None)


def _information_rows(
    quantity: str, found: Information, exact: NDArray[np.float64] | None
) -> list[Row]:
    return [
        Row(
            quantity,
            int(found.scales[k]),
            float(found.separations[k]),
            float(found.information[k]),
            float(found.errors[k]),
            None if exact is None else float(exact[k]),
            bool(found.significant[k]),
        )
        for k in range(len(found.scales))
    ]


def bound_rows(bound: Estimate) -> list[Row]:
    """What all latents together know of each other."""
    return [_row("information of all latents, at most", bound)]


def exponent_rows(kind: str, law: PowerLaw, temperature: float) -> list[Row]:
    """The exponent of the decay within scales."""
    critical = kind == "haar" and abs(temperature - CRITICAL_TEMPERATURE) < _CRITICAL
    return [_row(f"exponent, {kind}", law.exponent, HAAR_EXPONENT if critical else None)]


def geometry_rows(kind: str, found: BulkGeometry) -> list[Row]:
    """The fit of information against geodesics.

    What Haar's exponent says, 1 / xi = 9/4, holds from afar only; near pairs fall off faster.
    """
    return [
        Row(f"significant pairs, {kind}", value=float(found.used.sum())),
        _row(f"slope 1/xi, {kind}", found.slope),
        _row(f"xi, {kind}", found.xi),
        _row(f"ln I_0, {kind}", found.log_amplitude),
        Row(f"R^2, {kind}", value=found.r_squared),
        Row(f"pairs beyond the correlation length, {kind}", value=float(found.beyond.sum())),
    ]


def energy_rows(found: RenormalisedEnergy) -> list[Row]:
    """Slopes of the renormalised energy."""
    rows = [
        _row("slope of E_eff", slope, 1.0, scale=scale)
        for scale, slope in zip(found.scales, found.slopes, strict=True)
    ]
    return [*rows, _row("slope of E_eff, all scales", found.total_slope, 1.0)]


def print_response(rows: list[Row], latent: tuple[int, int, int], temperature: float) -> None:
    """One latent."""
    scale, row, column = latent
    title = f"Latent ({row}, {column}) of scale {scale}, T = {temperature:.6g} J/k_B"
    _print_plain(title, rows)


def print_wavelets(rows: list[Row]) -> None:
    """How far the latents of each scale reach."""
    table = Table(
        "scale",
        "dx/dz",
        "dz/dx",
        "Haar",
        title="Rms radius of response and reading patterns, lattice spacings",
    )
    for first, second, third in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        table.add_row(str(first.scale), first.text(), second.text(), third.text())
    console.print(table)


def print_information(rows: list[Row], size: int, temperature: float) -> None:
    """Decay of the information within scales, and of the spins."""
    where = f"L = {size}, T = {temperature:.6g} J/k_B"
    for kind, label in _LABELS.items():
        chosen = [row for row in rows if row.quantity == f"information, {kind}"]
        table = Table(
            "scale",
            *(f"r = {j} u" for j in (1, 2, 3, 4)),
            title=f"Mutual information within scales, {label}, nats; {where}",
            caption="u: side of a cell; in brackets: within three errors of the shuffled floor",
        )
        for scale in sorted({row.scale for row in chosen if row.scale is not None}):
            u = 2 * size / scale
            by_step = {row.separation: row.text() for row in chosen if row.scale == scale}
            table.add_row(str(scale), *(by_step.get(j * u, "") for j in (1, 2, 3, 4)))
        console.print(table)
    spins = [row for row in rows if row.quantity == "information, spins"]
    table = Table(
        "r", "spins", "0.2474 r^(−1/2)", title=f"Mutual information of two spins, nats; {where}"
    )
    for row in spins:
        if row.separation is not None and math.log2(row.separation).is_integer():
            table.add_row(f"{row.separation:g}", row.text(), row.exact_text())
    console.print(table)
    _print_plain(
        "Mutual information of all latents together, nats",
        [row for row in rows if row.quantity.endswith("at most")],
    )
    _print_plain(
        "Exponent within scales, r from 2 u to L / 4",
        [row for row in rows if row.quantity.startswith("exponent")],
    )


def print_geometry(rows: list[Row], size: int, temperature: float) -> None:
    """The fit of information against geodesics."""
    _print_plain(
        "Bulk distance −xi ln(I / I_0) against geodesics of the half-space, "
        f"L = {size}, T = {temperature:.6g} J/k_B",
        rows,
    )


def print_energy(rows: list[Row]) -> None:
    """Slopes of the renormalised energy."""
    table = Table(
        "scale",
        "slope",
        "perfect",
        "off",
        title="Renormalised energy E_eff(z) against |z|\N{SUPERSCRIPT TWO} / 2",
        caption="off: distance from the perfect value in standard errors",
    )
    for row in rows:
        name = "all" if row.scale is None else str(row.scale)
        table.add_row(name, row.text(), row.exact_text(), row.deviation())
    console.print(table)


def _print_plain(title: str, rows: list[Row]) -> None:
    table = Table("", "value", "exact", "off", title=title)
    for row in rows:
        table.add_row(row.quantity, row.text(), row.exact_text(), row.deviation())
    console.print(table)
