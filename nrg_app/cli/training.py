"""``nrg train``: the trainer's events on a terminal."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from nrg_app.analysis.checks import card_temperatures
from nrg_app.cli.reports import console, load, print_gaps
from nrg_app.cli.verifying import measure_gaps
from nrg_app.errors import NRGError
from nrg_app.training import events
from nrg_app.training.recipe import Recipe, read_recipe, standard_recipe
from nrg_app.training.trainer import Trainer

# Seconds of training between the logged lines of progress.
_LOG_INTERVAL = 10.0


def train_by_recipe(out: Path, name: str) -> None:
    """Train by a recipe, a shipped one's name or a TOML file.

    Raises:
        NRGError: for an unusable recipe or a place that cannot be written.
    """
    _begin(out, read_recipe(name))


def start_training(out: Path, size: int, minutes: float, start: str, **settings: Any) -> None:
    """Train a new model, or continue one, and write it with its measured card.

    Raises:
        NRGError: for unusable settings or a place that cannot be written.
    """
    first = 4
    if start:
        shape = load(start).flow.shape
        settings |= shape.model_dump(include={"width", "radius", "disentanglers", "shared"})
        first = min(size, 2 * shape.size)
    _begin(out, standard_recipe(size, minutes, first=max(first, 4), start=start, **settings))


def _begin(out: Path, recipe: Recipe) -> None:
    _check_device(recipe.device)
    flow = load(recipe.start).flow if recipe.start else None
    trainer = Trainer(recipe, _model_file(out).stem, checkpoint=_checkpoint(out), start=flow)
    # A folder that cannot be written is found out now and not after the training.
    trainer.save()
    _log_file(out).unlink(missing_ok=True)
    _run(trainer, out)


def resume_training(out: Path) -> None:
    """Continue the training whose checkpoint lies beside ``out``.

    Raises:
        NRGError: if there is no usable checkpoint.
    """
    path = _checkpoint(out)
    if not path.exists():
        raise NRGError(f"There is no checkpoint '{path}' to resume; start without --resume.")
    trainer = Trainer.resume(path)
    console.print(f"resuming after {trainer.counters.steps:,} steps")
    _run(trainer, out)


def _model_file(out: Path) -> Path:
    return out if out.suffix == ".safetensors" else out.with_name(out.name + ".safetensors")


def _checkpoint(out: Path) -> Path:
    return _model_file(out).with_suffix(".checkpoint")


def _log_file(out: Path) -> Path:
    return _model_file(out).with_suffix(".events.jsonl")


def _check_device(device: str) -> None:
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise NRGError(f"The device '{device}' is not available here; use --device cpu.") from error


def _run(trainer: Trainer, out: Path) -> None:
    try:
        _show(trainer, _log_file(out))
    except KeyboardInterrupt:
        trainer.save()
        trainer.model().save(_model_file(out))
        console.print(
            f"stopped after {trainer.counters.steps:,} steps; the model so far is in "
            f"{_model_file(out)}, 'nrg train --resume --out {out}' continues"
        )
        return
    model = trainer.model()
    model.save(_model_file(out))
    gaps = measure_gaps(model, trainer.recipe.draws, list(card_temperatures(model.card)), seed=1)
    model.card = model.card.model_copy(update={"gaps": gaps})
    model.save(_model_file(out))
    _checkpoint(out).unlink(missing_ok=True)
    print_gaps(model.size, gaps)
    console.print(f"wrote {_model_file(out)}, its events beside it in .events.jsonl")


def _log(file: TextIO, event: events.Event, seconds: float) -> None:
    """Append an event as one line of JSON."""
    content = {"event": type(event).__name__, "seconds": round(seconds, 1), **asdict(event)}
    print(json.dumps(content, default=str), file=file, flush=True)


def _show(trainer: Trainer, log: Path) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[figures]}"),
    )
    with (
        log.open("a", encoding="utf-8") as file,
        Progress(*columns, console=console) as progress,
    ):
        task = progress.add_task("training", total=1.0, figures="")
        logged = -_LOG_INTERVAL
        for event in trainer.run():
            seconds = trainer.counters.seconds
            if not isinstance(event, events.Progress) or seconds - logged >= _LOG_INTERVAL:
                _log(file, event, seconds)
                logged = seconds
            match event:
                case events.StageStarted(size=size, index=index, n_stages=count):
                    progress.update(task, description=f"L = {size} ({index + 1} of {count})")
                case events.Progress():
                    figures = (
                        f"gap {event.gap:.5f} ± {event.gap_error:.5f}  ESS {event.ess:.2f}  "
                        f"{event.steps_per_second:.1f} steps/s  {event.remaining / 60:.1f} min left"
                    )
                    progress.update(task, completed=event.fraction, figures=figures)
                case events.RolledBack(learning_rate_factor=factor):
                    progress.console.print(
                        f"numbers that are not finite: rolled back, learning rate x {factor:g}"
                    )
