"""The process that ``nrg bench gui`` and ``nrg soak`` measure: it starts a window as ``nrg`` does.

Nothing is imported here that a window does without: its start is measured too.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from nrg_app.cli.main import start_sampler


def measure_window(
    model: str, seconds: float, started: float, *, training: bool, use: bool
) -> None:
    """Measure a window and print the figures as one line of JSON.

    Args:
        model: name or file of the model.
        seconds: duration of the drag.
        started: when the process was started, ``time.time``.
        training: whether to train a model for L = 16 beside it.
        use: whether to use the window in all ways while dragging.
    """
    sampler = start_sampler()
    try:
        from nrg_app.ui.gui_benchmark import measure

        figures = measure(
            model, seconds, training=training, use=use, started=started, client_factory=sampler
        )
    finally:
        sampler.close()
    print(json.dumps(asdict(figures)))
