"""``nrg train``: the trainer's events on a terminal."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from nrg_app.analysis.checks import card_temperatures
from nrg_app.cli.reports import console, load, print_gaps
from nrg_app.cli.verifying import measure_gaps
from nrg_app.errors import NRGError
from nrg_app.files import file_name, is_utf8, unwritable
from nrg_app.flows.card import MAX_NAME
from nrg_app.locks import FileLock
from nrg_app.training import events
from nrg_app.training.counters import Counters
from nrg_app.training.distributed import Team, joined_team
from nrg_app.training.log import cut_log
from nrg_app.training.recipe import Recipe, read_recipe, standard_recipe
from nrg_app.training.trainer import Trainer

# What a training that continues a model takes from it.
_SHAPE = {"width", "radius", "disentanglers", "shared"}
# Seconds of training between the logged lines of progress.
_LOG_INTERVAL = 10.0


def train_by_recipe(out: Path, name: str) -> None:
    """Train by a recipe, a shipped one's name or a TOML file.

    Raises:
        NRGError: for an unusable recipe or a place that cannot be written.
    """
    _train(out, lambda team: _new_trainer(out, read_recipe(name), team))


def start_training(out: Path, size: int, minutes: float, start: str, **settings: Any) -> None:
    """Train a new model, or continue one, and write it with its measured card.

    Raises:
        NRGError: for unusable settings or a place that cannot be written.
    """

    def prepare(team: Team) -> Trainer:
        first, options = 4, settings
        if start:
            shape = load(start).flow.shape
            options = settings | shape.model_dump(include=_SHAPE)
            first = max(first, min(size, 2 * shape.size))
        recipe = standard_recipe(size, minutes, first=first, start=start, **options)
        return _new_trainer(out, recipe, team)

    _train(out, prepare)


def resume_training(out: Path) -> None:
    """Continue the training whose checkpoint lies beside ``out``.

    Raises:
        NRGError: if there is no usable checkpoint.
    """
    path = _checkpoint(out)

    def prepare(team: Team) -> Trainer:
        if not path.exists():
            raise NRGError(f"There is no checkpoint '{path}' to resume; start without --resume.")
        trainer = Trainer.resume(path, team=team)
        if team.leads:
            console.print(f"resuming after {trainer.counters.steps:,} steps")
        return trainer

    _train(out, prepare)


def _new_trainer(out: Path, recipe: Recipe, team: Team) -> Trainer:
    if (begun := _checkpoint(out)).exists():
        raise NRGError(
            f"'{begun}' is a training that has not ended; continue it with --resume, or delete "
            "this file to begin anew."
        )
    _check_device(team.device(recipe.device))
    flow = load(recipe.start).flow if recipe.start else None
    name = _model_file(out).stem
    return Trainer(recipe, name, checkpoint=_checkpoint(out), start=flow, team=team)


def _model_file(out: Path) -> Path:
    name = file_name(out)
    path = out if out.suffix == ".safetensors" else out.with_name(name + ".safetensors")
    if len(path.stem) > MAX_NAME or not is_utf8(name):
        raise NRGError(
            f"The name of a model has at most {MAX_NAME} characters, in UTF-8; choose another."
        )
    return path


def _checkpoint(out: Path) -> Path:
    return _model_file(out).with_suffix(".checkpoint")


def _log_file(out: Path) -> Path:
    return _model_file(out).with_suffix(".events.jsonl")


def _check_device(device: torch.device) -> None:
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise NRGError(f"The device '{device}' is not available here; use --device cpu.") from error


def _train(out: Path, prepare: Callable[[Team], Trainer]) -> None:
    with joined_team() as team, _alone(out, team):
        _train_together(out, prepare, team)


def _train_together(out: Path, prepare: Callable[[Team], Trainer], team: Team) -> None:
    with team.together():
        trainer = prepare(team)
    # A folder that cannot be written is found out now and not after the training.
    trainer.save()
    with _stopped_by_signals(trainer):
        if team.leads:
            _forget_undone(_log_file(out), trainer.counters)
            _show(trainer, _log_file(out))
        else:
            for _ in trainer.run():
                pass
    if trainer.stopped:
        trainer.save()
    # Under the lock still: the checkpoint that is deleted here must be ours.
    if team.leads:
        _finish(trainer, out)


@contextmanager
def _alone(out: Path, team: Team) -> Iterator[None]:
    """Keep other trainings away from the same files."""
    lock = FileLock(_checkpoint(out).with_suffix(".lock"))
    with team.together():
        if team.leads and not lock.acquire():
            raise NRGError(
                f"'{out}' is being trained by process {lock.holder()}; let it end first."
            )
    try:
        yield
    finally:
        lock.release()


def _finish(trainer: Trainer, out: Path) -> None:
    model = trainer.model()
    model.save(_model_file(out))
    if trainer.stopped:
        console.print(
            f"stopped after {trainer.counters.steps:,} steps; the model so far is in "
            f"{_model_file(out)}, 'nrg train --resume --out {out}' continues"
        )
        return
    gaps = measure_gaps(model, trainer.recipe.draws, list(card_temperatures(model.card)), seed=1)
    model.card = model.card.model_copy(update={"gaps": gaps})
    model.save(_model_file(out))
    _checkpoint(out).unlink(missing_ok=True)
    print_gaps(model.size, gaps)
    console.print(f"wrote {_model_file(out)}, its events beside it in .events.jsonl")


@contextmanager
def _stopped_by_signals(trainer: Trainer) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the training after a whole step."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: trainer.stop()) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _forget_undone(log: Path, counters: Counters) -> None:
    """Cut the log to what the checkpoint has; a training from its beginning starts a new one."""
    if counters.steps == 0:
        try:
            log.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(log, error) from error
    else:
        cut_log(log, lambda content: float(content["seconds"]) <= round(counters.seconds, 1))


def _opened(log: Path) -> TextIO:
    try:
        return log.open("a", encoding="utf-8")
    except OSError as error:
        raise unwritable(log, error) from error


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
        _opened(log) as file,
        Progress(*columns, console=console) as progress,
    ):
        task = progress.add_task("training", total=1.0, figures="")
        logged = -_LOG_INTERVAL
        for event in trainer.run():
            seconds = trainer.counters.seconds
            too_soon = isinstance(event, events.Progress) and seconds - logged < _LOG_INTERVAL
            if not too_soon and not isinstance(event, events.CheckpointSaved):
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
