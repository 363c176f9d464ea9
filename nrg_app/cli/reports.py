"""Tables on the terminal; torch is loaded with the first model only."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from nrg_app.errors import NRGError
from nrg_app.flows.card import GapRecord
from nrg_app.flows.card_files import read_card
from nrg_app.physics import exact
from nrg_app.physics.observables import Estimate
from nrg_app.session.models import LIVE_SIZE, model_path, shipped_models

if TYPE_CHECKING:
    from rich.progress import Progress

    from nrg_app.analysis.coarse_fields import CoarseScale
    from nrg_app.analysis.importance import Evaluation
    from nrg_app.analysis.scale_gaps import ScaleGaps
    from nrg_app.flows.neural_rg import NeuralRG

console = Console(highlight=False)
_MODELS_CAPTION = "gap: free energy per site above the exact one, in nats; ESS: at Tc"

LABELS = {
    "free_energy": "free energy f",
    "energy": "energy e",
    "specific_heat": "specific heat c",
    "abs_magnetization": "magnetization <|m|>",
    "susceptibility": "chi = N <m^2>",
    "binder": "Binder cumulant U4",
    "half_correlation": "correlation G(L/2)",
}


def load(model: str, size: int = 0) -> NeuralRG:
    """A model by name or path, at another lattice side if one is given.

    Raises:
        NRGError: if it is missing or damaged, or has only one lattice side.
    """
    from nrg_app.flows.neural_rg import NeuralRG

    loaded = NeuralRG.load(model_path(model))
    return loaded.resized(size) if size not in (0, loaded.size) else loaded


def warn_beyond_training(model: NeuralRG, temperatures: Iterable[float]) -> None:
    """Say so if one of the temperatures was never trained."""
    low, high = model.card.temperature_range
    beyond = [value for value in temperatures if not low - 1e-6 <= value <= high + 1e-6]
    if beyond:
        console.print(
            f"[yellow]T = {beyond[0]:g} lies outside the trained range {low:g} … {high:g}: "
            "the network extrapolates.[/]"
        )


def timed_progress() -> Progress:
    """A bar on the terminal that says how long the work still takes, and goes at its end."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


def default_model() -> str:
    """The largest shipped model that follows a slider.

    Raises:
        NRGError: if no model came with the program.
    """
    sizes = {name: read_card(model_path(name))[0].size for name in shipped_models()}
    if not sizes:
        raise NRGError("No model came with the program; train one with 'nrg train' and name it.")
    live = [name for name in sizes if sizes[name] <= LIVE_SIZE]
    return max(live or sizes, key=lambda name: sizes[name])


def print_models() -> None:
    """List the shipped models with their measured quality."""
    table = Table("name", "L", "T", "gap at Tc", "ESS", "parameters", caption=_MODELS_CAPTION)
    table.columns[0].no_wrap = True
    cards = {name: read_card(model_path(name)) for name in shipped_models()}
    for name, (card, count) in sorted(cards.items(), key=lambda item: item[1][0].size):
        low, high = card.temperature_range
        near = card.gap_near(float(exact.CRITICAL_TEMPERATURE))
        gap = Estimate(near.gap, near.error).brackets() if near else "–"
        ess = f"{near.ess:.2f}" if near else "–"
        span = f"{low:g} … {high:g}" if low < high else f"{low:.4f}"
        table.add_row(name, str(card.size), span, gap, ess, f"{count:,}")
    console.print(table)


def print_observables(
    size: int,
    temperature: float,
    evaluation: Evaluation,
    draws: int,
    reference: Mapping[str, Estimate],
) -> None:
    """Observables raw and reweighted beside a reference, with deviations in standard errors."""
    table = Table(
        "per site",
        "network",
        "off",
        "reweighted",
        "off",
        "reference",
        title=f"L = {size}, T = {temperature:.6g} J/k_B, {draws:,} samples",
        caption="off: distance to the reference in joint standard errors",
    )
    for key, label in LABELS.items():
        row = [label]
        known = reference.get(key)
        for estimate in (evaluation.raw[key], evaluation.reweighted[key]):
            row += [estimate.brackets(), _distance(estimate, known)]
        table.add_row(*row, _reference_text(known))
    console.print(table)


def _distance(estimate: Estimate, reference: Estimate | None) -> str:
    if reference is None:
        return ""
    joint = Estimate(estimate.value, math.hypot(estimate.error, reference.error))
    return _true_minus(f"{joint.deviation(reference.value):+.1f}")


def _reference_text(reference: Estimate | None) -> str:
    if reference is None:
        return ""
    return reference.brackets() if reference.error else _true_minus(f"{reference.value:.5f}")


def gap_record(temperature: float, evaluation: Evaluation, draws: int) -> GapRecord:
    """What the card keeps of an evaluation."""
    return GapRecord(
        temperature=temperature,
        gap=evaluation.gap.value,
        error=evaluation.gap.error,
        ess=evaluation.ess,
        largest_weight_share=evaluation.largest_weight_share,
        draws=draws,
    )


def print_gaps(size: int, gaps: list[GapRecord]) -> None:
    """The free-energy gap at several temperatures beside the effective sample size."""
    table = Table(
        "T",
        "gap / nats per site",
        "ESS",
        "largest weight",
        "samples",
        title=f"Free-energy gap (exact ln Z - ELBO) / N, L = {size}",
    )
    for g in gaps:
        table.add_row(
            f"{g.temperature:.4f}",
            _true_minus(f"{g.gap:.5f} ± {g.error:.5f}"),
            f"{g.ess:.3f}",
            f"{100 * g.largest_weight_share:.2f} %",
            f"{g.draws:,}",
        )
    console.print(table)


def print_scale_gaps(size: int, temperature: float, gaps: ScaleGaps) -> None:
    """The free-energy gap of every scale."""
    table = Table(
        "scale",
        "gap / nats per site",
        "jackknife correction",
        title=f"Free-energy gap by scale, L = {size}, T = {temperature:.6g} J/k_B",
        caption="a correction beyond the error asks for more completions",
    )
    for scale, share in gaps.shares.items():
        table.add_row(str(scale), _gap_text(share), _true_minus(f"{gaps.corrections[scale]:+.6f}"))
    table.add_section()
    table.add_row("all", _gap_text(gaps.total))
    console.print(table)


def _gap_text(gap: Estimate) -> str:
    return _true_minus(f"{gap.value:.6f} ± {gap.error:.6f}")


def print_coarse_fields(
    size: int, temperature: float, scales: list[CoarseScale], samples: int
) -> None:
    """The coarse fields beside block variables, and the information left between latents."""
    table = Table(
        "scale",
        "block mean",
        "centred",
        "majority",
        "centred",
        "spin",
        "R\N{SUPERSCRIPT TWO} of m",
        "I neighbours / nats",
        "I parent / nats",
        title=f"Coarse fields of {samples:,} exact samples, L = {size}, "
        f"T = {temperature:.6g} J/k_B",
        caption="correlation coefficients with the mean field and the majority spin of the block "
        "that starts at a coarse site or is centred on it, and with its spin; share of the "
        "magnetization's variance in the coarse signs; mutual information left between latents",
    )
    for found in scales:
        estimates = (
            found.corner_mean,
            found.centred_mean,
            found.corner_majority,
            found.centred_majority,
            found.decimated,
            found.magnetization,
            found.neighbours,
            found.parents,
        )
        table.add_row(str(found.scale), *(estimate.brackets() for estimate in estimates))
    console.print(table)


def _true_minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")
