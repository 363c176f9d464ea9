"""Plots of mutual information: distances in units of xi, and what the headers say of the fits."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from nrg_app.analysis.bulk_geometry import BulkGeometry, bulk_geometry
from nrg_app.analysis.mutual_information import Information, bulk_information, decay
from nrg_app.analysis.pyramids import Pyramid, haar_pyramid
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.monte_carlo import wolff
from nrg_app.physics.observables import Estimate
from nrg_app.session.holography.plots import (
    collapse_headline,
    distance_headline,
    distance_plot,
)

SIZE, TC = 16, float(CRITICAL_TEMPERATURE)
BOUND = Estimate(0.1, 0.01)


@pytest.fixture(scope="module")
def haar() -> Pyramid:
    return haar_pyramid(wolff(SIZE, TC, 1000, seed=1))


@pytest.fixture(scope="module")
def seen(haar: Pyramid) -> tuple[Information, BulkGeometry]:
    found = bulk_information(haar, seed=1)
    return found, bulk_geometry(found, SIZE, TC)


@pytest.fixture(scope="module")
def unseen(seen: tuple[Information, BulkGeometry]) -> tuple[Information, BulkGeometry]:
    found = replace(seen[0], significant=np.zeros(len(seen[0].scales), dtype=bool))
    return found, bulk_geometry(found, SIZE, TC)


def test_distances_are_in_units_of_xi(seen, unseen) -> None:
    plot = distance_plot(unseen, seen, SIZE, BOUND, {})
    geometry, series = seen[1], {one.name: one for one in plot.series}
    known = seen[0].significant
    np.testing.assert_allclose(series["Haar"].y, geometry.distances[known])
    np.testing.assert_allclose(series["Haar"].error, geometry.errors[known])
    fit = series["Haar fit"]
    assert (fit.y[1] - fit.y[0]) / (fit.x[1] - fit.x[0]) == pytest.approx(1.0)
    assert plot.y.label.endswith("of Haar")
    assert "flow" in distance_plot(seen, unseen, SIZE, BOUND, {}).y.label


def test_without_any_fit_information_is_drawn_as_it_is(unseen) -> None:
    plot = distance_plot(unseen, unseen, SIZE, BOUND, {})
    assert plot.y.label == "−ln $I$"
    assert distance_headline(unseen[1], unseen[1]).startswith("too few pairs")


def test_headers_say_how_far_off_a_fit_is(seen, unseen) -> None:
    within = decay(haar_pyramid(wolff(32, TC, 2000, seed=1)), seed=1)
    words = collapse_headline(within, within, 32, TC)
    assert re.search(r"Haar exponent −\d.* · off −9/2 by [+−]\d+\.\d σ · ", words)
    assert words.count("off −9/2") == 1
    assert "off" not in collapse_headline(within, within, 32, 2.6)
    assert re.fullmatch(
        r"Haar \$ξ\$ = 0\.\d+\(\d+\), R² = 0\.\d\d", distance_headline(unseen[1], seen[1])
    )
