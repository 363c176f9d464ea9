"""Compile what is compiled at its first use, so that the first window need not wait for it.

The results stay on the disk beside the modules; ``python -m nrg_app.session.warm_up`` is part of
the set-up.
"""

from __future__ import annotations

import compileall
from pathlib import Path

import nrg_app


def compile_modules() -> None:
    """Compile the program's own modules, which takes half a second.

    Python does it by itself, unless it was told to write nothing (PYTHONDONTWRITEBYTECODE) or may
    not write here later.
    """
    compileall.compile_dir(Path(nrg_app.__file__).parent, quiet=2)


def compile_monte_carlo() -> None:
    """Compile Wolff's algorithm and Metropolis."""
    from nrg_app.physics.monte_carlo import metropolis, wolff

    wolff(2, 2.0, 1, seed=0)
    metropolis(2, 2.0, 1, seed=0)


def compile_flow() -> None:
    """Compile the inference of a flow, which is the same for every model."""
    import torch

    from nrg_app.flows.architecture import Architecture
    from nrg_app.flows.card import ModelCard
    from nrg_app.flows.hierarchy import HierarchicalFlow
    from nrg_app.flows.neural_rg import NeuralRG

    flow = HierarchicalFlow(Architecture(size=4)).requires_grad_(False)
    card = ModelCard(name="new", architecture=flow.shape, program_version="")
    model = NeuralRG(flow, card)
    generator = torch.Generator().manual_seed(0)
    for count in (1, 25):
        sample = model.sample(2.0, count, generator=generator)
    model.encode(sample.field, 2.0)


if __name__ == "__main__":
    compile_modules()
    compile_monte_carlo()
    compile_flow()
