"""The examples in the docstrings of the Measure library give what they say."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from nrg_app.analysis import (
    autocorrelation,
    collapse,
    effective_couplings,
    exact_curves,
    finite_size,
    line_fit,
    mcrg,
    multi_histogram,
    operators,
    race,
    race_results,
    scan,
    scan_results,
    spin_series,
)
from nrg_app.cli import measuring_tables
from nrg_app.physics import small_torus
from nrg_app.session.measure import peaks


@pytest.mark.parametrize(
    "module",
    [
        autocorrelation,
        collapse,
        effective_couplings,
        exact_curves,
        finite_size,
        line_fit,
        mcrg,
        measuring_tables,
        multi_histogram,
        operators,
        peaks,
        race,
        race_results,
        scan,
        scan_results,
        small_torus,
        spin_series,
    ],
    ids=lambda module: module.__name__.rpartition(".")[2],
)
def test_examples_of(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
