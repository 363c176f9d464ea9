"""The examples in the docstrings of the Holography library give what they say."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from nrg_app.analysis import (
    bulk,
    bulk_geometry,
    causal_cones,
    cell_pairs,
    coarse_fields,
    exact_latents,
    information,
    mutual_information,
    pair_estimators,
    pyramids,
    renormalised_energy,
    responses,
    scale_gaps,
    wavelets,
)
from nrg_app.session.holography import plots


@pytest.mark.parametrize(
    "module",
    [
        bulk,
        bulk_geometry,
        causal_cones,
        cell_pairs,
        coarse_fields,
        exact_latents,
        information,
        mutual_information,
        pair_estimators,
        plots,
        pyramids,
        renormalised_energy,
        responses,
        scale_gaps,
        wavelets,
    ],
    ids=lambda module: module.__name__.rpartition(".")[2],
)
def test_examples_of(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
