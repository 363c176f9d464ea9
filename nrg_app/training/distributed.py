"""Several processes that train one flow, each on its part of every batch.

Every process draws the latents and temperatures of the whole batch from the generator of the step
and keeps its own part, so that any number of processes trains on the numbers that one would see
and a checkpoint resumes on any other number.  What depends on a clock, a signal or a file is
decided once and told to all: a process that decided alone would leave the others waiting.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist

# Imported later, by torch.nn.parallel, its default arguments would keep the group of processes
# that there is then, and with it the threads that joined_team ends.
import torch.distributed.nn.functional
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from nrg_app.errors import NRGError
from nrg_app.flows.hierarchy import HierarchicalFlow

Generate = Callable[[Tensor, Tensor, Tensor], dict[int, Tensor]]


@dataclass(frozen=True)
class Team:
    """The processes of a training, seen from one of them; by default this one alone.

    All methods but :meth:`device`, :meth:`part` and :meth:`weight` must be called by every
    process, in the same order.

    Attributes:
        rank: Number of this process, from 0; process 0 writes files and the terminal.
        size: Number of processes.
        local_rank: Number of this process on its machine, which is that of its accelerator.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0

    @property
    def leads(self) -> bool:
        """Whether this process writes files and the terminal."""
        return self.rank == 0

    def device(self, name: str) -> torch.device:
        """The device of this process: several processes take one accelerator each.

        Raises:
            NRGError: if there is no such device, or several processes would share one accelerator.
        """
        try:
            device = torch.device(name)
            torch.empty(1, device=device)
        # PyTorch without CUDA says so with an assertion.
        except (RuntimeError, AssertionError) as error:
            raise NRGError(
                f"There is no device '{name}' that PyTorch can use here; train with 'cpu'."
            ) from error
        if self.size == 1 or device.type == "cpu":
            return device
        if ":" in name:
            raise NRGError(
                f"Several processes cannot share the device '{name}'; "
                f"use --device {device.type}, which gives one to each."
            )
        return torch.device(device.type, self.local_rank)

    def part(self, batch: int) -> slice:
        """The samples of this process; parts differ by one sample at most."""
        return slice(self._start(batch, self.rank), self._start(batch, self.rank + 1))

    def weight(self, batch: int) -> float:
        """Factor on the mean gradient of :meth:`part`, so that the processes' mean is joint."""
        return self.size * self._length(batch, self.rank) / batch

    def generator(self, flow: HierarchicalFlow) -> Generate:
        """``flow.generate``; its backward pass averages the gradients of all processes.

        The parameters of process 0 are copied to the others.
        """
        if self.size == 1:
            return flow.generate
        return DistributedDataParallel(_Generator(flow), forward_sync_buffers=False)

    def average(self, flow: HierarchicalFlow) -> None:
        """Average the gradients of all processes, where no :meth:`generator` has done it."""
        if self.size > 1:
            for parameter in flow.parameters():
                if parameter.grad is not None:
                    dist.all_reduce(parameter.grad)
                    parameter.grad /= self.size

    def join(self, values: Tensor, batch: int) -> Tensor:
        """The values ``(batch, ...)`` of all samples from those of every :meth:`part`."""
        if self.size == 1:
            return values
        padded = torch.zeros(-(-batch // self.size), *values.shape[1:], dtype=values.dtype)
        padded[: len(values)] = values
        parts = [torch.empty_like(padded) for _ in range(self.size)]
        dist.all_gather(parts, padded)
        joined = [part[: self._length(batch, rank)] for rank, part in enumerate(parts)]
        return torch.cat(joined).to(values.device)

    def agree(self, seconds: float, stop: bool) -> tuple[float, bool]:
        """The duration that process 0 measured, and whether any process wants to stop."""
        if self.size == 1:
            return seconds, stop
        figures = torch.tensor([seconds if self.leads else 0.0, float(stop)], dtype=torch.float64)
        dist.all_reduce(figures)
        return float(figures[0]), bool(figures[1] > 0.0)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Work that ends all processes if it fails in one; the first that failed says why.

        Raises:
            NRGError: what this process raised, if it is the first one that failed.
            SystemExit: with status 2 in the other processes.
        """
        failure = None
        try:
            yield
        except NRGError as error:
            failure = error
        if self.size > 1:
            first = torch.tensor(self.size if failure is None else self.rank)
            dist.all_reduce(first, dist.ReduceOp.MIN)
            if first != self.rank and first < self.size:
                raise SystemExit(2)
        if failure is not None:
            raise failure

    def _start(self, batch: int, rank: int) -> int:
        return batch * rank // self.size

    def _length(self, batch: int, rank: int) -> int:
        return self._start(batch, rank + 1) - self._start(batch, rank)


class _Generator(nn.Module):
    """Makes ``generate`` the forward pass, which is what DistributedDataParallel wraps."""

    def __init__(self, flow: HierarchicalFlow) -> None:
        super().__init__()
        self.flow = flow

    def forward(self, latents: Tensor, controls: Tensor, scale: Tensor) -> dict[int, Tensor]:
        return self.flow.generate(latents, controls, scale)


@contextmanager
def joined_team() -> Iterator[Team]:
    """The processes that ``torchrun`` started, or this one alone.

    What is made of the team must be gone where the team is left, as the locals of a function that
    has returned are: while a trainer refers to the group of processes, the threads of Gloo go on,
    and one that lets go of its last tensor while Python ends aborts the process.

    Raises:
        NRGError: if they cannot find one another or one of them ends before the others; said by
            process 0, while the others exit with status 2.
    """
    if os.environ.get("WORLD_SIZE", "1") == "1":
        yield Team()
        return
    team = _join()
    try:
        yield team
    except BaseException as error:
        # The locals of functions that have failed stay in the traceback.
        traceback.clear_frames(error.__traceback__)
        if not _lost_a_process(error):
            raise
        if not team.leads:
            raise SystemExit(2) from error
        raise NRGError(
            "Another process of this training has ended; "
            "the same command with --resume continues from the last checkpoint."
        ) from error
    finally:
        dist.destroy_process_group()


def _join() -> Team:
    try:
        rank, size, local_rank = (
            int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK")
        )
        dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
    except (KeyError, ValueError, dist.DistError) as error:
        raise NRGError(
            "The processes of this training cannot find one another; start them with torchrun."
        ) from error
    if local_rank < torch.cuda.device_count():
        torch.cuda.set_device(local_rank)
    return Team(rank, size, local_rank)


def _lost_a_process(error: BaseException) -> bool:
    # Gloo raises bare RuntimeErrors that name its source file.
    return isinstance(error, RuntimeError) and (
        isinstance(error, dist.DistError) or "gloo" in str(error)
    )
