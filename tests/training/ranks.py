"""What each process of the distributed tests does: ``torchrun ranks.py SCENARIO FOLDER``.

Everything is in double precision, so that sums in another order differ by rounding only.
"""

import json
import math
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from nrg_app.cli.main import app
from nrg_app.errors import NRGError
from nrg_app.flows.architecture import Architecture
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.physics.target import DualIsing
from nrg_app.training import trainer as trainer_module
from nrg_app.training.distributed import Team, joined_team
from nrg_app.training.events import CheckpointSaved, Progress, RolledBack
from nrg_app.training.objective import (
    StepGaps,
    draw_temperatures,
    path_gradient_step,
    score_gradient_step,
)
from nrg_app.training.recipe import Recipe
from nrg_app.training.trainer import Trainer

SIZE, WIDTH = 4, 6
BATCHES = (6, 5)
COARSE = (0, 2)
# In the second stage, after a growth.
CHECKPOINT_STEP = 7


def gradient(team: Team, batch: int, forward: float, coarse: int = 0) -> dict[str, Tensor]:
    """The gradient of every parameter that is trained, and the gaps of the joint batch."""
    torch.manual_seed(2)
    flow = HierarchicalFlow(Architecture(size=SIZE, width=WIDTH, disentanglers=True))
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter += 0.02 * torch.randn_like(parameter)
    generator = torch.Generator().manual_seed(3)
    # Some share a temperature, across the border of two processes.
    temperatures = draw_temperatures(batch, 1.5, 3.5, generator).repeat_interleave(4)[:batch]
    latents = torch.randn(SIZE**2, batch, generator=generator)
    target = DualIsing(SIZE)
    if coarse:
        more = {"forward": forward, "moments": 2.0, "team": team}
        gaps = score_gradient_step(flow, target, temperatures, latents, coarse, **more).gaps
    else:
        part, more = team.part(batch), {"weight": team.weight(batch)}
        more["generate"] = team.generator(flow)
        own = path_gradient_step(
            flow, target, temperatures[part], latents[:, part], forward, **more
        )
        gaps = team.join(own.gaps, batch)
    found = {name: p.grad for name, p in flow.named_parameters() if p.grad is not None}
    return found | {"gaps": gaps}


def recipe(**limits: float) -> Recipe:
    """Two small lattices with odd batches, each with the given limit."""
    stages = [
        {"size": size, "batch": batch, "learning_rate": 5e-3} | limits
        for size, batch in ((SIZE, 7), (2 * SIZE, 5))
    ]
    return Recipe.model_validate({"stages": stages, "width": WIDTH, "seed": 4})


def train_to_checkpoint(team: Team, path: Path) -> None:
    """Leave the checkpoint of step 7 of 10 behind."""
    trainer = Trainer(recipe(steps=5), "tiny", checkpoint=path, checkpoint_interval=0.0, team=team)
    for event in trainer.run():
        if isinstance(event, CheckpointSaved) and event.step == CHECKPOINT_STEP:
            return


def decisions(team: Team) -> dict[str, object]:
    """What this process believes after decisions that only one of them could make."""
    timed = Trainer(recipe(seconds=0.2), "tiny", team=team, report_interval=0.0)
    progress = [asdict(e) for e in timed.run() if isinstance(e, Progress)]

    stopped = Trainer(recipe(steps=50), "tiny", team=team, report_interval=0.0)
    for _ in stopped.run():
        if team.rank == 1 and stopped.counters.steps == 3:
            stopped.stop()

    calls: list[int] = []

    def failing(*arguments: object) -> StepGaps:
        result = path_gradient_step(*arguments)  # type: ignore[arg-type]
        calls.append(1)
        bad = team.rank == 1 and 2 < len(calls) <= 22
        return StepGaps(result.temperatures, result.gaps * math.nan) if bad else result

    trainer_module.path_gradient_step = failing
    rolled = [
        asdict(e)
        for e in Trainer(recipe(steps=30), "tiny", team=team).run()
        if isinstance(e, RolledBack)
    ]

    try:
        with team.together():
            if team.rank == 1:
                raise NRGError("the disk is full")
    except (NRGError, SystemExit) as error:
        failure = f"{type(error).__name__}: {error}"
    return {
        "counters": asdict(timed.counters),
        "progress": progress,
        "stopped": [stopped.stopped, stopped.counters.steps],
        "rolled back": rolled,
        "failure": failure,
    }


def lose_a_process(folder: Path) -> None:
    """Process 1 dies in the middle; process 0 writes down what it says."""
    # torchrun ends the process that is left.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with joined_team() as team:
            _train_until_lost(team, folder)
    except NRGError as error:
        (folder / "said.txt").write_text(str(error), encoding="utf-8")
        # Here, where the error still has its traceback.
        _write_threads(folder, "after")


def _train_until_lost(team: Team, folder: Path) -> None:
    _write_threads(folder, "within")
    for _ in Trainer(recipe(steps=5), "tiny", team=team, report_interval=0.0).run():
        if team.rank == 1:
            os._exit(1)


def work_together(folder: Path) -> None:
    """Write the gradients, a checkpoint and the decisions of each process."""
    with joined_team() as team:
        for batch in BATCHES:
            for coarse in COARSE:
                found = gradient(team, batch, 0.3, coarse)
                save_file(found, folder / f"gradient-{batch}-{coarse}-{team.rank}.safetensors")
        train_to_checkpoint(team, folder / "tiny.checkpoint")
        (folder / f"decisions-{team.rank}.json").write_text(json.dumps(decisions(team)))
    _write_threads(folder, "after")


def train(folder: Path) -> None:
    """Train ``tiny.toml`` by the command."""
    command = ["train", "--recipe", str(folder / "tiny.toml"), "--out", str(folder / "tiny")]
    app(command, standalone_mode=False)
    _write_threads(folder, "after")


def _write_threads(folder: Path, when: str) -> None:
    """Write the names of the threads of this process, which Linux knows."""
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    (folder / f"threads-{when}-{os.environ['RANK']}.json").write_text(json.dumps(names))


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    scenario, folder = sys.argv[1], Path(sys.argv[2])
    {"together": work_together, "lost": lose_a_process, "train": train}[scenario](folder)
