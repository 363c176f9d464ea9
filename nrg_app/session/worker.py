"""The sampler worker: a process that answers the newest request and otherwise measures.

It ends when the other end of its pipe does, so that no process outlives the window. torch is
imported here only once the process runs.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import threading
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from nrg_app.faults import sentence
from nrg_app.session.messages import (
    MODEL_SAMPLERS,
    Redraws,
    SampleRequest,
    SamplerName,
    WorkerFailure,
    WorkerReady,
)
from nrg_app.session.models import model_path

if TYPE_CHECKING:
    from nrg_app.session.live import LiveObservables
    from nrg_app.session.live_samplers import LiveSampler
    from nrg_app.session.sampling import LoadedModel

THREADS = 1
# After an answer the pipe is watched for this long before measuring goes on: while something is
# moved, the next request comes sooner and then never waits for a slice of measuring. New draws
# leave less, or nothing would be measured while they are played.
_QUIET, _QUIET_MOVING = 0.03, 0.12
_UPDATE_INTERVAL = 0.25

_log = logging.getLogger(__name__)


def main(connection: Connection[Any, Any]) -> None:
    """Run the process: serve ``SampleRequest`` from the pipe until it closes."""
    # Ctrl+C in the terminal is the window's business; we end with the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What the libraries make stays for good: looking for garbage in it only delays the start.
    gc.disable()
    import torch

    torch.set_num_threads(THREADS)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        connection.send(WorkerReady(device="CPU", threads=THREADS))
        _Worker(connection).run()


class _Worker:
    """State of the process: the loaded model and the measurement under way."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._loaded: LoadedModel | None = None
        self._stamp: float | None = None
        self._live: LiveObservables | None = None
        self._samplers: dict[SamplerName, LiveSampler] = {}
        self._next_update = 0.0
        self._wolff_ready = threading.Event()
        self._settled = False
        self._drawn: tuple[int, Redraws] | None = None

    def run(self) -> None:
        """Serve until the pipe closes (``EOFError``)."""
        while True:
            measuring = self._live is not None and not self._finished()
            if self._connection.poll(0.0 if measuring else None):
                request = self._connection.recv()
                self._answer(request)
                self._connection.poll(_QUIET_MOVING if self._is_move(request) else _QUIET)
            elif self._live is not None:
                self._measure(self._live)

    def _is_move(self, request: SampleRequest) -> bool:
        """Whether a request deforms the samples of the last one instead of drawing new ones."""
        drawn, self._drawn = self._drawn, (request.seed, request.redraws)
        return drawn == self._drawn

    def _answer(self, request: SampleRequest) -> None:
        from nrg_app.session.sampling import sample

        try:
            self._load(request.model)
            answer = sample(request, self._loaded)
        except Exception as error:
            self._fail(_sentence(error), request.request_id)
        else:
            self._connection.send(answer)
            self._follow(request)
        self._settle()

    def _settle(self) -> None:
        """After the first answer, which comes the sooner: do the rest of the start."""
        if self._settled:
            return
        self._settled = True
        gc.freeze()
        gc.enable()
        threading.Thread(target=self._compile_wolff, daemon=True).start()

    def _load(self, name: str) -> None:
        """Make ``name`` the loaded model; a model that fails to load leaves none.

        A file that was written again since, as a training does, is loaded again.
        """
        from nrg_app.session.sampling import load_model

        stamp = _modified(name)
        if name == (self._loaded.name if self._loaded else "") and stamp == self._stamp:
            return
        self._loaded = self._live = None
        self._samplers = {}
        self._stamp = stamp
        if name:
            self._loaded = load_model(name)
            self._connection.send(self._loaded.ready())

    def _follow(self, request: SampleRequest) -> None:
        """Measure at the request's temperature, anew if it has changed."""
        from nrg_app.session.live import LiveObservables

        if self._live is None or self._live.temperature != request.temperature:
            self._live = LiveObservables(self._loaded, request.temperature)
            self._samplers = {}
            self._next_update = time.monotonic() + _UPDATE_INTERVAL
        self._samplers = {
            name: self._samplers.get(name) or self._sampler(name, self._live)
            for name in request.measured
            if self._loaded is not None or name not in MODEL_SAMPLERS
        }

    def _sampler(self, name: SamplerName, live: LiveObservables) -> LiveSampler:
        from nrg_app.session.live_samplers import LiveFlow, LiveSampler

        if name == "flow" and self._loaded is not None:
            return LiveFlow(self._loaded, live)
        return LiveSampler(name, self._loaded, live.temperature)

    def _finished(self) -> bool:
        live = self._live
        return (live is None or live.finished) and all(
            sampler.finished for sampler in self._samplers.values()
        )

    def _measure(self, live: LiveObservables) -> None:
        try:
            self._extend(live)
            due = self._finished() or time.monotonic() >= self._next_update
            updates = [live.update(), *(s.update() for s in self._samplers.values())] if due else []
        except Exception as error:
            live.stop()
            self._samplers = {}
            self._fail(_sentence(error), None)
            return
        if due:
            self._next_update = time.monotonic() + _UPDATE_INTERVAL
        for update in updates:
            self._connection.send(update)

    def _extend(self, live: LiveObservables) -> None:
        """Work for one slice, on what has had the least time."""
        compiled = self._wolff_ready.is_set()
        waiting = [s for s in self._samplers.values() if compiled and not s.finished]
        sampler = min(waiting, key=lambda s: s.seconds, default=None)
        if sampler is not None and (live.finished or sampler.seconds < live.seconds):
            sampler.extend()
        else:
            live.extend(with_wolff=compiled)

    def _fail(self, message: str, request_id: int | None) -> None:
        self._connection.send(WorkerFailure(message, fatal=False, request_id=request_id))

    def _compile_wolff(self) -> None:
        """Compile in the background: the first call takes seconds where no cache can be kept."""
        from nrg_app.session.warm_up import compile_monte_carlo

        compile_monte_carlo()
        self._wolff_ready.set()


def _modified(name: str) -> float | None:
    """When the file of a model was written, None without a file."""
    try:
        return model_path(name).stat().st_mtime if name else None
    except OSError:
        return None


def _sentence(error: Exception) -> str:
    return sentence(error, "The sampler", "try again", _log)
