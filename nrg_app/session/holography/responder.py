"""The process that answers how the boundary responds to a latent; only the newest order counts."""

from __future__ import annotations

import contextlib
import logging
import signal
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

import numpy as np

from nrg_app.errors import NRGError
from nrg_app.session.holography.messages import Failure, Response, ResponseOrder

if TYPE_CHECKING:
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
    """Keeps the model that was asked for last."""

    def __init__(self) -> None:
        self._name = ""
        self._model: NeuralRG | None = None

    def respond(self, order: ResponseOrder) -> Response:
        """Return the response to one latent.

        Raises:
            NRGError: if the model cannot be loaded or has no such latent.
        """
        import torch

        from nrg_app.analysis.bulk import latent_index
        from nrg_app.analysis.responses import boundary_response
        from nrg_app.session.sampling import load_model

        began = time.perf_counter()
        if self._model is None or self._name != order.model:
            self._model = load_model(order.model).model
            self._name = order.model
        model = self._model
        if model.size != max(order.latents):
            raise NRGError("The sample is of another lattice than the model; wait for the next.")
        latents = torch.from_numpy(in_generation_order(order.latents)).to(model.dtype)
        chosen = latent_index(model.size, *order.place)
        found = boundary_response(model, latents, order.temperature, chosen)
        seconds = time.perf_counter() - began
        return Response(order.number, order.place, found.response, seconds)


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
    if isinstance(error, NRGError):
        return str(error)
    _log.exception("A holographic analysis failed.")
    text = " ".join(str(error).split())[:200]
    return f"The analysis met an unexpected problem ({type(error).__name__}: {text}); try again."
