"""Checkpoints: everything needed to continue a training, in one safetensors file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from pydantic import TypeAdapter
from torch import Tensor

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.flows.card import ModelCard
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.storage import flow_from, read_tensors, write_tensors
from nrg_app.training.counters import Counters
from nrg_app.training.recipe import Recipe

_COUNTERS = TypeAdapter(Counters)


@dataclass(frozen=True)
class Checkpoint:
    """What :func:`load_checkpoint` found."""

    name: str
    recipe: Recipe
    counters: Counters
    flow: HierarchicalFlow
    average: HierarchicalFlow
    moments: dict[str, Tensor]
    moment_steps: int


def save_checkpoint(
    path: Path,
    *,
    name: str,
    recipe: Recipe,
    counters: dict[str, Any],
    flow: HierarchicalFlow,
    average: HierarchicalFlow,
    moments: dict[str, Tensor],
    moment_steps: int,
) -> None:
    """Write a checkpoint atomically.

    Raises:
        NRGError: if it cannot be written.
    """
    tensors = {f"flow.{key}": value for key, value in flow.weights().items()}
    tensors |= {f"average.{key}": value for key, value in average.weights().items()}
    tensors |= {f"moments.{key}": value for key, value in moments.items()}
    card = ModelCard(
        name=name,
        field_gap=recipe.field_gap,
        temperature_range=recipe.temperature_range,
        architecture=flow.shape,
        training={
            "recipe": recipe.model_dump(mode="json"),
            "counters": counters,
            "moment_steps": moment_steps,
        },
        program_version=__version__,
    )
    write_tensors(path, tensors, card)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        NRGError: if the file is missing, damaged or no checkpoint.
    """
    tensors, card = read_tensors(path)
    parts: dict[str, dict[str, Tensor]] = {"flow": {}, "average": {}, "moments": {}}
    try:
        for key, value in tensors.items():
            part, _, name = key.partition(".")
            parts[part][name] = value
        recipe = Recipe.model_validate(card.training["recipe"])
        counters = _COUNTERS.validate_python(card.training["counters"])
        moment_steps = int(card.training["moment_steps"])
        if counters.stage >= len(recipe.stages) or not 0 <= moment_steps < 2**31:
            raise ValueError("the counters are those of another recipe")
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise NRGError(
            f"'{path}' is a model, not a checkpoint; resume needs the '.checkpoint' file."
        ) from error
    flow = flow_from(parts["flow"], card, path).requires_grad_(True)
    _check_moments(parts["moments"], flow, path)
    return Checkpoint(
        name=card.name,
        recipe=recipe,
        counters=counters,
        flow=flow,
        average=flow_from(parts["average"], card, path),
        moments=parts["moments"],
        moment_steps=moment_steps,
    )


def _check_moments(moments: dict[str, Tensor], flow: HierarchicalFlow, path: Path) -> None:
    shapes = {name: parameter.shape for name, parameter in flow.named_parameters()}
    # A stage may train some of the parameters only.
    both = all((f"first.{n}" in moments) == (f"second.{n}" in moments) for n in shapes)
    sound = all(
        moment.is_floating_point()
        and moment.shape == shapes.get(name.partition(".")[2])
        and bool(torch.isfinite(moment).all())
        for name, moment in moments.items()
    )
    if not sound or not both:
        raise NRGError(f"'{path}' is damaged; copy it again or start the training anew.")


def read_moments(
    flow: HierarchicalFlow, optimizer: torch.optim.Adam
) -> tuple[dict[str, Tensor], int]:
    """First and second moments of the gradients by parameter, and their number of steps."""
    moments, steps = {}, 0
    for name, parameter in flow.named_parameters():
        state = optimizer.state.get(parameter)
        if state:
            moments[f"first.{name}"] = state["exp_avg"]
            moments[f"second.{name}"] = state["exp_avg_sq"]
            steps = int(state["step"])
    return moments, steps


def load_moments(
    flow: HierarchicalFlow, optimizer: torch.optim.Adam, moments: dict[str, Tensor], steps: int
) -> None:
    """Give a new optimizer what :func:`read_moments` read."""
    for name, parameter in flow.named_parameters():
        if f"first.{name}" in moments:
            optimizer.state[parameter] = {
                "step": torch.tensor(float(steps)),
                "exp_avg": moments[f"first.{name}"].to(parameter),
                "exp_avg_sq": moments[f"second.{name}"].to(parameter),
            }
