"""The process that answers how the boundary responds to a latent; only the newest order counts."""

from __future__ import annotations

import contextlib
import logging
import signal
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

import numpy as np

from nrg_app import faults
from nrg_app.errors import NRGError
from nrg_app.session.holography.messages import Failure, Response, ResponseOrder

if TYPE_CHECKING:
    from nrg_app.analysis.responses import LinearisedFlow
    from nrg_app.flows.neural_rg import NeuralRG

_log = logging.getLogger(__name__)


def main(connection: Connection[Any, Any]) -> None:
    """Run the process: serve ``ResponseOrder`` from the pipe until it closes."""
    # Ctrl+C in the terminal is the window's business; we end with the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import torch

    torch.set_num_threads(1)
    responder = Responder()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            order: ResponseOrder = connection.recv()
            while connection.poll():
                order = connection.recv()
            connection.send(_answer(responder, order))


def _answer(responder: Responder, order: ResponseOrder) -> Response | Failure:
    try:
        return responder.respond(order)
    except Exception as error:
        return Failure(sentence(error), order.number)


class Responder:
    """Keeps the model and the sample that was asked about last, linearised.

    The derivatives of a sample are computed once; then every latent of it takes a moment.
    """

    def __init__(self) -> None:
        self._name = ""
        self._model: NeuralRG | None = None
        self._key: tuple[str, float, bytes] | None = None
        self._flow: LinearisedFlow | None = None

    def respond(self, order: ResponseOrder) -> Response:
        """Return the response to one latent.

        Raises:
            NRGError: if the model cannot be loaded or has no such latent.
        """
        from nrg_app.analysis.bulk import latent_index

        began = time.perf_counter()
        flow = self._linearised(order)
        chosen = latent_index(flow.size, *order.place)
        response = flow.responses([chosen])[0]
        return Response(order.number, order.place, response, time.perf_counter() - began)

    def _linearised(self, order: ResponseOrder) -> LinearisedFlow:
        import torch

        from nrg_app.analysis.responses import LinearisedFlow

        latents = in_generation_order(order.latents)
        key = (order.model, order.temperature, latents.tobytes())
        if self._flow is None or key != self._key:
            model = self._load(order.model)
            if model.size != max(order.latents):
                raise NRGError(
                    "The sample is of another lattice than the model; wait for a new one."
                )
            sample = torch.from_numpy(latents)[None].to(model.dtype)
            self._flow, self._key = LinearisedFlow(model, sample, order.temperature), key
        return self._flow

    def _load(self, name: str) -> NeuralRG:
        from nrg_app.session.sampling import load_model

        if self._model is None or self._name != name:
            self._model, self._name = load_model(name).model, name
        return self._model


def in_generation_order(latents: dict[int, np.ndarray]) -> np.ndarray:
    """Return the latents (L^2,) of grids by scale.

    >>> in_generation_order({1: np.array([[5.0]]), 2: np.array([[np.nan, 2.0], [3.0, 4.0]])})
    array([5., 4., 2., 3.])
    """
    from nrg_app.flows.geometry import generation_order

    parts = []
    for scale in sorted(latents):
        sites = generation_order(scale)[scale * scale // 4 :]
        parts.append(latents[scale][sites[:, 0], sites[:, 1]])
    return np.concatenate(parts)


def sentence(error: Exception) -> str:
    """Return what went wrong in one sentence."""
    return faults.sentence(error, "The analysis", "try again", _log)
