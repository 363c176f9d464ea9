"""The process of a measurement: it carries out one order, says how it goes, and ends."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time
from multiprocessing.connection import Connection
from typing import Any

from nrg_app.faults import sentence
from nrg_app.session.measure.orders import Ended, Failure, Message, Order, Progress

NICENESS = 5
_INTERVAL = 0.1  # seconds between two words on the progress

_log = logging.getLogger(__name__)


def main(connection: Connection[Any, Any], order: Order) -> None:
    """Run the process until the order is carried out or the window is gone."""
    # Ctrl+C in the terminal is the window's business; we end with the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import torch

        from nrg_app.session.measure.jobs import carry_out

        torch.set_num_threads(1)
        # Only now: on a busy machine the libraries would take minutes to load.
        if hasattr(os, "nice"):
            os.nice(NICENESS)
        speaker = _Speaker(connection)
        began = time.monotonic()
        carry_out(order, speaker.say)
        connection.send(Ended(time.monotonic() - began))
    except (BrokenPipeError, ConnectionResetError):
        return
    except Exception as error:
        with contextlib.suppress(OSError):
            connection.send(Failure(_sentence(error)))


class _Speaker:
    """Sends results at once, and words on the progress not more often than they can be read."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._next = 0.0

    def say(self, message: Message) -> None:
        now = time.monotonic()
        if isinstance(message, Progress):
            if now < self._next:
                return
            self._next = now + _INTERVAL
        self._connection.send(message)


def _sentence(error: Exception) -> str:
    return sentence(error, "The measurement", "start it again with other settings", _log)
