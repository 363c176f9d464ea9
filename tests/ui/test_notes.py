"""Words in a plot go where they cover no data, if there is such a place."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from nrg_app.figures.plot_spec import Series
from nrg_app.ui.measure.notes import box_points, clear_place, data_points
from nrg_app.ui.theme import DARK
from nrg_app.ui.train.axes import NOTE_HEIGHT, Axis, Plot

FRAME = QRectF(50, 10, 300, 200)


def taken_by(*series: Series) -> np.ndarray:
    painter = QPainter(image := QImage(400, 260, QImage.Format.Format_RGB32))
    points = data_points(Plot(painter, DARK, FRAME, Axis(0.0, 1.0), Axis(0.0, 1.0)), series)
    painter.end()
    assert not image.isNull()
    return points


def test_a_note_gives_way_to_a_point_with_its_error_bar(qapp: object) -> None:
    place = clear_place(FRAME, 80, [100, 60], np.empty((0, 2)))
    assert (place.right(), place.top()) == (348, 100)
    near_the_end = Series("", np.array([0.95]), np.array([0.2]), "points", error=np.array([0.4]))
    taken = taken_by(near_the_end)
    moved = clear_place(FRAME, 80, [100, 60], taken)
    assert moved.left() == 52
    assert not any(moved.contains(QPointF(*point)) for point in taken)


def test_a_note_gives_way_to_a_line_between_its_corners(qapp: object) -> None:
    level = Series("", np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    taken = taken_by(level)
    assert len(taken) > 50
    below = 110.0 + 8
    assert clear_place(FRAME, 80, [105, below], taken).top() == below


def test_two_notes_do_not_cover_each_other(qapp: object) -> None:
    first = clear_place(FRAME, 80, [100], np.empty((0, 2)))
    second = clear_place(FRAME, 80, [100 + NOTE_HEIGHT / 2], box_points(first))
    assert not first.intersects(second)


def test_unknown_values_take_no_place(qapp: object) -> None:
    broken = Series("", np.array([0.0, 0.5, 1.0]), np.array([np.nan, np.nan, np.nan]))
    assert len(taken_by(broken)) == 0
