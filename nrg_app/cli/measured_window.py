"""The process that ``nrg bench gui`` measures: it starts a window as ``nrg`` does."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from nrg_app.cli.main import start_sampler


def main(model: str, seconds: str, training: str, use: str, started: str) -> None:
    """Measure a window and print the figures as one line of JSON."""
    sampler = start_sampler()
    try:
        from nrg_app.ui.gui_benchmark import measure

        figures = measure(
            model,
            float(seconds),
            training=training == "True",
            use=use == "True",
            started=float(started),
            client_factory=sampler,
        )
    finally:
        sampler.close()
    print(json.dumps(asdict(figures)))


if __name__ == "__main__":
    main(*sys.argv[1:])
