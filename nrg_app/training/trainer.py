"""The trainer: a stream of events that leaves a better flow behind."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import torch
from torch import Tensor, nn

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.flows.architecture import Architecture
from nrg_app.flows.card import ModelCard
from nrg_app.flows.hierarchy import HierarchicalFlow, grow, refined
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.target import DualIsing
from nrg_app.training.checkpoint import (
    load_checkpoint,
    load_moments,
    read_moments,
    save_checkpoint,
)
from nrg_app.training.counters import Counters
from nrg_app.training.distributed import Team
from nrg_app.training.events import (
    CheckpointSaved,
    Event,
    Finished,
    Progress,
    RolledBack,
    StageStarted,
)
from nrg_app.training.objective import (
    StepGaps,
    draw_temperatures,
    path_gradient_step,
    score_gradient_step,
)
from nrg_app.training.progress import Window
from nrg_app.training.recipe import Recipe, Stage

_FINAL_RATE = 0.01
_ROLLBACK_AFTER = 20
_SNAPSHOT_STEPS = 200
# Samples that share a temperature where coarse octaves are trained: they are drawn faster so.
_TOGETHER = 96


class Trainer:
    """Trains a flow by a recipe.

    Args:
        recipe: What to do.
        name: Name of the model on its card.
        checkpoint: Path for checkpoints (``.safetensors``), or None for none.
        checkpoint_interval: Seconds of training between checkpoints.
        report_interval: Seconds of training between progress events.
        start: A trained flow to continue; it is grown to the lattice of the first stage.
        team: The processes that train together; each has a trainer and goes through its events.

    Attributes:
        stopped: Whether the run ended because of :meth:`stop`.

    Raises:
        NRGError: if the flow does not fit the recipe, or a batch has fewer samples than the team
            has processes.
    """

    def __init__(
        self,
        recipe: Recipe,
        name: str,
        *,
        checkpoint: Path | None = None,
        checkpoint_interval: float = 30.0,
        report_interval: float = 0.5,
        start: HierarchicalFlow | None = None,
        team: Team | None = None,
    ) -> None:
        self.recipe = recipe
        self.name = name
        self.counters = Counters()
        self.stopped = False
        self._stop_requested = False
        self._saved_at = 0.0
        self._team = team or Team()
        self._device = self._team.device(recipe.device)
        self._checkpoint = checkpoint
        self._checkpoint_interval = checkpoint_interval
        self._report_interval = report_interval
        smallest = min(stage.batch for stage in recipe.stages)
        if smallest < self._team.size:
            raise NRGError(
                f"{self._team.size} processes cannot share a batch of {smallest} samples; "
                f"start {smallest} or fewer, or write a recipe with larger batches."
            )
        torch.manual_seed(recipe.seed)
        pairs, colours = recipe.shape(recipe.stages[0])
        first = Architecture(
            size=recipe.stages[0].size,
            width=recipe.width,
            radius=recipe.radius,
            disentanglers=recipe.disentanglers,
            shared=recipe.shared,
            pairs=pairs,
            colours=colours,
        )
        flow = start or HierarchicalFlow(first)
        while flow.shape.size < first.size:
            flow = grow(flow)
        if flow.shape.pairs in (1, first.pairs) and flow.shape.colours <= first.colours:
            flow = refined(flow, pairs, colours)
        if flow.shape != first:
            raise NRGError(
                f"A model of shape ({flow.shape}) cannot continue as ({first}); "
                "train with its width, radius and a size that is not smaller."
            )
        self._adopt(flow.to(self._device))

    @classmethod
    def resume(
        cls,
        checkpoint: Path,
        *,
        checkpoint_interval: float = 30.0,
        report_interval: float = 0.5,
        team: Team | None = None,
    ) -> Trainer:
        """Continue from a checkpoint, with any number of processes.

        Raises:
            NRGError: if the file is missing, damaged or no checkpoint.
        """
        state = load_checkpoint(checkpoint)
        trainer = cls(
            state.recipe,
            state.name,
            checkpoint=checkpoint,
            checkpoint_interval=checkpoint_interval,
            team=team,
            report_interval=report_interval,
        )
        trainer.counters = state.counters
        trainer._saved_at = trainer.counters.seconds
        trainer._adopt(state.flow.to(trainer._device))
        trainer._average = state.average.to(trainer._device)
        load_moments(trainer._flow, trainer._optimizer, state.moments, state.moment_steps)
        return trainer

    def run(self) -> Iterator[Event]:
        """Train to the end of the recipe, yielding events; stop iterating to stop training."""
        torch.set_num_threads(self.recipe.threads)
        while True:
            stage = self.recipe.stages[self.counters.stage]
            index, n_stages = self.counters.stage, len(self.recipe.stages)
            yield StageStarted(index, n_stages, stage.size, self._is_grown(index))
            yield from self._run_stage(stage)
            if self.stopped:
                return
            if index + 1 == n_stages:
                break
            self._next_stage()
        if self._checkpoint is not None:
            yield self.save()
        yield Finished(self.counters.seconds, self.counters.steps)

    def stop(self) -> None:
        """Let :meth:`run` end after the present step, in all processes."""
        self._stop_requested = True

    def model(self) -> NeuralRG:
        """The averaged flow as a model with a card without measured gaps."""
        training = {
            "recipe": self.recipe.model_dump(mode="json"),
            "steps": self.counters.steps,
            "seconds": round(self.counters.seconds, 1),
            "objective": _objective(self.recipe),
        }
        card = ModelCard(
            name=self.name,
            field_gap=self.recipe.field_gap,
            temperature_range=self.recipe.temperature_range,
            architecture=self._average.shape,
            training=training,
            program_version=__version__,
        )
        return NeuralRG(copy.deepcopy(self._average).cpu(), card)

    def save(self) -> CheckpointSaved:
        """Write a checkpoint, in process 0.

        Raises:
            NRGError: if it cannot be written.
        """
        if self._checkpoint is None:
            raise ValueError("the trainer has no checkpoint path")
        self._saved_at = self.counters.seconds
        with self._team.together():
            if self._team.leads:
                moments, steps = read_moments(self._flow, self._optimizer)
                save_checkpoint(
                    self._checkpoint,
                    name=self.name,
                    recipe=self.recipe,
                    counters=self.counters.__dict__,
                    flow=self._flow,
                    average=self._average,
                    moments=moments,
                    moment_steps=steps,
                )
        return CheckpointSaved(self._checkpoint, self.counters.steps)

    def _is_grown(self, index: int) -> bool:
        stages = self.recipe.stages
        return index > 0 and stages[index].size > stages[index - 1].size

    # -- one stage ------------------------------------------------------------------------------

    def _run_stage(self, stage: Stage) -> Iterator[Event]:
        target = DualIsing(stage.size, self.recipe.field_gap)
        self._generate = self._team.generator(self._flow)
        window, bad_steps = Window(self.counters.seconds), 0
        good, candidate = self._snapshot(), None
        while not self.stopped and (progress := self.counters.stage_fraction(self.recipe)) < 1.0:
            began = time.perf_counter()
            if self.counters.step % _SNAPSHOT_STEPS == 0:
                candidate = self._snapshot()
            result, norm = self._step(stage, target, progress)
            if result is None:
                bad_steps += 1
                candidate = None
                if bad_steps >= _ROLLBACK_AFTER:
                    self._restore(good)
                    self.counters.rate_factor *= 0.5
                    bad_steps = 0
                    yield RolledBack(self.counters.steps, self.counters.rate_factor)
            else:
                bad_steps = 0
                # Parameters are known to be good once a step with them was.
                good, candidate = candidate or good, None
                window.add(result, norm, self.recipe, stage.size)
            seconds, self.stopped = self._team.agree(
                time.perf_counter() - began, self._stop_requested
            )
            self.counters.count(seconds)
            now = self.counters.seconds
            # Nothing is said, and so nothing saved by who listens, while steps fail.
            if window.enough and not bad_steps and now - window.began >= self._report_interval:
                yield self._progress(stage, window)
                window = Window(now)
            due = now - self._saved_at >= self._checkpoint_interval
            if self._checkpoint is not None and due and not bad_steps:
                yield self.save()
        if bad_steps > 1:  # a single one has changed nothing
            self._restore(good)
            yield RolledBack(self.counters.steps, self.counters.rate_factor)
        if window.enough:
            yield self._progress(stage, window)

    def _step(
        self, stage: Stage, target: DualIsing, progress: float
    ) -> tuple[StepGaps | None, float]:
        # One seed per step: a resumed training draws exactly what an uninterrupted one would.
        generator = torch.Generator()
        generator.manual_seed(
            (
                (self.recipe.seed * 1_000_003 + self.counters.stage) * 100_000_007
                + self.counters.step
            )
            % 2**63
        )
        n_temperatures = -(-stage.batch // (_TOGETHER if stage.coarse else 1))
        temperatures = draw_temperatures(n_temperatures, *self.recipe.temperature_range, generator)
        temperatures = temperatures.repeat_interleave(-(-stage.batch // n_temperatures))
        temperatures = temperatures[: stage.batch]
        latents = torch.randn(stage.size**2, stage.batch, generator=generator)
        self._optimizer.zero_grad(set_to_none=True)
        result = self._add_gradient(
            stage, target, temperatures.to(self._device), latents.to(self._device)
        )
        norm = torch.nn.utils.clip_grad_norm_(self._flow.parameters(), self.recipe.clip)
        if not torch.isfinite(norm) or not torch.isfinite(result.gaps).all():
            return None, math.nan
        for group in self._optimizer.param_groups:
            group["lr"] = self._learning_rate(stage, progress)
        self._optimizer.step()
        self._update_average()
        return result, float(norm)

    def _add_gradient(
        self, stage: Stage, target: DualIsing, temperatures: Tensor, latents: Tensor
    ) -> StepGaps:
        shares = (stage.forward, stage.overshoot)
        if stage.coarse:
            more = (stage.coarse, *shares, stage.moments, self._team)
            return score_gradient_step(self._flow, target, temperatures, latents, *more)
        part, weight = self._team.part(stage.batch), self._team.weight(stage.batch)
        own = path_gradient_step(
            self._flow,
            target,
            temperatures[part],
            latents[:, part],
            *shares,
            self._generate,
            weight,
        )
        return StepGaps(temperatures, self._team.join(own.gaps, stage.batch))

    def _learning_rate(self, stage: Stage, progress: float) -> float:
        warm = min(1.0, (self.counters.step + 1) / self.recipe.warmup)
        cosine = _FINAL_RATE + (1.0 - _FINAL_RATE) * 0.5 * (1.0 + math.cos(math.pi * progress))
        return stage.learning_rate * self.counters.rate_factor * warm * cosine

    def _progress(self, stage: Stage, window: Window) -> Progress:
        fraction = min(1.0, self.counters.stage_fraction(self.recipe))
        return window.progress(self.recipe, self.counters, self._learning_rate(stage, fraction))

    # -- parameters and their average ----------------------------------------------

    def _next_stage(self) -> None:
        # The averaged weights are the better start of the next stage.
        self.counters.next_stage()
        # New flows are made on the processor.
        flow = self._average.cpu()
        stage = self.recipe.stages[self.counters.stage]
        if stage.size > flow.shape.size:
            flow = grow(flow)
        if (shape := self.recipe.shape(stage)) != (flow.shape.pairs, flow.shape.colours):
            flow = refined(flow, *shape)
        self._adopt(flow.to(self._device))

    def _adopt(self, flow: HierarchicalFlow) -> None:
        self._flow = flow.requires_grad_(True)
        self._average = copy.deepcopy(flow).requires_grad_(False)
        self._optimizer = torch.optim.Adam(self._flow.parameters(), lr=1.0, betas=(0.9, 0.99))

    @torch.no_grad()
    def _update_average(self) -> None:
        # Shorter memory at first, so that the random start is forgotten.
        decay = min(self.recipe.ema_decay, (1 + self.counters.step) / (10 + self.counters.step))
        averages: list[Tensor] = list(self._average.parameters())
        currents: list[Tensor] = list(self._flow.parameters())
        torch._foreach_lerp_(averages, currents, 1.0 - decay)

    def _both(self) -> Iterator[nn.Parameter]:
        return chain(self._flow.parameters(), self._average.parameters())

    def _snapshot(self) -> list[Tensor]:
        return [p.detach().clone() for p in self._both()]

    @torch.no_grad()
    def _restore(self, snapshot: list[Tensor]) -> None:
        for parameter, value in zip(self._both(), snapshot, strict=True):
            parameter.copy_(value)
        self._optimizer = torch.optim.Adam(self._flow.parameters(), lr=1.0, betas=(0.9, 0.99))


def _objective(recipe: Recipe) -> str:
    stages = recipe.stages
    terms = {
        "reverse KL": any(stage.forward + stage.overshoot < 1.0 for stage in stages),
        "forward KL": any(stage.forward for stage in stages),
        "reversed chi squared": any(stage.overshoot for stage in stages),
        "moments": any(stage.moments for stage in stages),
    }
    gradients = {
        "path": not all(stage.coarse for stage in stages),
        "score": any(stage.coarse for stage in stages),
    }
    named, taken = ([name for name, used in of.items() if used] for of in (terms, gradients))
    return f"{' + '.join(named)}; {' and '.join(taken)} gradients; no data"
