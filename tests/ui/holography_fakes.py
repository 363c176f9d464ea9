"""A stand-in for the processes of the Holography workspace, and results that were not computed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nrg_app.figures.plot_spec import PlotSpec, Scale, Series
from nrg_app.session.holography.messages import (
    Ended,
    JobOrder,
    Message,
    PlotsResult,
    Progress,
    Response,
    ResponseOrder,
    Result,
    WaveletsResult,
)

TOLD = {"model": "tiny", "samples": "1024 Wolff samples", "seed": "1"}


def make_response(order: ResponseOrder) -> Response:
    """Return a bump around the cell of the latent."""
    size = max(order.latents)
    scale, row, column = order.place
    rows, columns = np.mgrid[:size, :size]
    y, x = (row * size / scale, column * size / scale)
    bump = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 4.0) * (1.0 + scale)
    return Response(order.number, order.place, bump, 0.01)


def make_plot(key: str, title: str) -> PlotSpec:
    """Return three points with errors, the last one masked, and a line."""
    x, y = np.array([1.0, 2.0, 4.0]), np.array([1e-1, 1e-2, 1e-3])
    points = Series(
        "$ℓ$ = 8", x, y, "points", "2", error=y / 5, hollow=np.array([False, False, True])
    )
    return PlotSpec(
        key, title, "$I$", Scale("$r$", "sites"), Scale("$I$", "nats"),
        (points, Series("fit", x, y, "line", "exact")), provenance=TOLD,
    )  # fmt: skip


def make_result(order: JobOrder, size: int = 8) -> Result:
    """Return the result of an order."""
    if order.kind == "wavelets":
        scales = tuple(2**k for k in range(size.bit_length()))
        patterns = np.abs(np.random.default_rng(1).normal(size=(3, len(scales), size, size)))
        radii = make_plot("radii", "Reach by scale")
        return WaveletsResult(order, TOLD, scales, *patterns, radii, 1.0)
    keys = {
        "information": (("distance", "Bulk distance"), ("collapse", "Mutual information")),
        "energy": (("energy", "Renormalized energy"), ("slopes", "Slope by scale")),
    }[order.kind]
    plots = {key: make_plot(key, title) for key, title in keys}
    return PlotsResult(order, plots, {keys[0][0]: "slope 0.64(2)"})


class FakeHolography:
    """Remembers what it is asked for; answers when it is told to, responses at once by default."""

    def __init__(self, on_message: Callable[[Message], None]) -> None:
        self.say = on_message
        self.asked: list[ResponseOrder] = []
        self.started: list[JobOrder] = []
        self.cancelled = 0
        self.silent = False
        self.closed = False

    def ask(self, order: ResponseOrder) -> None:
        """Answer a response."""
        self.asked.append(order)
        if not self.silent:
            self.say(make_response(order))

    def start(self, order: JobOrder) -> None:
        """Say that the job is half done."""
        self.started.append(order)
        self.say(Progress(0.5, "Sample 512 of 1024"))

    def finish(self) -> None:
        """Say what the last job has found."""
        self.say(make_result(self.started[-1]))
        self.say(Ended(1.0))

    def cancel(self) -> None:
        """Count."""
        self.cancelled += 1

    def close(self) -> None:
        """Remember the end."""
        self.closed = True
