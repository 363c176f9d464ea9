"""Samples to draw: smooth random fields, made without any model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from nrg_app.session.messages import SampleSet

MakeSamples = Callable[..., SampleSet]


@pytest.fixture(scope="session")
def make_samples() -> MakeSamples:
    def make(size: int = 16, *, with_scales: bool = True, **changes: object) -> SampleSet:
        rng = np.random.default_rng(size)
        smooth = rng.standard_normal((2, size, size))
        for axis in (1, 2):
            smooth = smooth + np.roll(smooth, 1, axis) + np.roll(smooth, -1, axis)
        fields = (6 * np.sign(smooth) + rng.standard_normal(smooth.shape)).astype(np.float32)
        coarse, latents = {}, {}
        scale = size if with_scales else 0
        while scale:
            coarse[scale] = fields[:, :: size // scale, :: size // scale]
            latents[scale] = rng.standard_normal((2, scale, scale)).astype(np.float32)
            if scale > 1:
                latents[scale][:, ::2, ::2] = np.nan
            scale //= 2
        values: dict[str, object] = {
            "request_id": 1,
            "model": "ising-16",
            "temperature": 2.269185,
            "seed": 2_147_483_647,
            "sampler": "flow",
            "spins": np.where(fields > 0, 1, -1).astype(np.int8),
            "fields": fields,
            "coarse_fields": coarse,
            "latents": latents,
            "seconds": 0.0,
        }
        return SampleSet(**{**values, **changes})  # type: ignore[arg-type]

    return make
