"""The Sample panel: exact pixels, reading a cell, views and walls."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from nrg_app.physics.clusters import spin_clusters
from nrg_app.physics.structure import structure_factor
from nrg_app.session.views import Zoom
from nrg_app.ui.painting import CIVIDIS, gradient, rgb32
from nrg_app.ui.panels.sample import SamplePanel
from nrg_app.ui.panels.sample_views import wrapping
from nrg_app.ui.theme import DARK, LIGHT

SIZES = (402, 442)

# Runs in a process of its own, because the scale of a screen is fixed when Qt starts.
_GRAB = """
import json, sys
import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from nrg_app.session.document import Session
from nrg_app.session.messages import SampleSet
from nrg_app.ui.panels.sample import SamplePanel
from nrg_app.ui.theme import LIGHT

app = QApplication(sys.argv)
rng = np.random.default_rng(5)
spins = np.where(rng.random((1, 16, 16)) < 0.5, 1, -1).astype(np.int8)
session = Session()
session.show_walls = False
panel = SamplePanel(session, LIGHT)
panel.resize(402, 442)
panel.set_sample_set(SampleSet(1, "", 2.3, 1, "flow", spins, spins * 1.0, {}, {}, 0.0))
panel.show()
app.processEvents()
image = panel.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
flat = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
colors = int("FF2C5C9E", 16), int("FFF3C480", 16)
rows, columns = np.nonzero(np.isin(flat, colors))
# The legend's swatches lie below the picture.
height = int(panel.canvas.image_rect().height() * image.devicePixelRatio())
top, left = rows.min(), columns[rows < rows.min() + height].min()
scale = panel.canvas.scale()
side = 16 * scale
expected = np.kron(np.where(spins[0] > 0, colors[1], colors[0]), np.ones((scale, scale), int))
print(json.dumps({
    "dpr": image.devicePixelRatio(),
    "scale": scale,
    "exact": bool((flat[top : top + side, left : left + side] == expected).all()),
}))
panel.close()
"""


@pytest.fixture
def panel(show, samples, session):
    session.show_walls = False
    shown = show(SamplePanel, *SIZES)
    shown.set_sample_set(samples(32))
    return shown


@pytest.fixture
def cell_centre(panel):
    def centre(row: int, column: int) -> QPointF:
        rect = panel.canvas.image_rect()
        side = rect.width() / 32
        return rect.topLeft() + QPointF((column + 0.5) * side, (row + 0.5) * side)

    return centre


def picture(panel, pixels) -> np.ndarray:
    """Return the pixels of the lattice image alone."""
    rect = panel.canvas.image_rect()
    top, left, side = round(rect.top()), round(rect.left()), round(rect.width())
    return pixels(panel.canvas)[top : top + side, left : left + side]


def test_every_pixel_of_every_cell_has_the_colour_of_its_spin(panel, pixels, samples):
    spins = samples(32).spins[0]
    colors = np.where(spins > 0, rgb32(LIGHT.spin_up), rgb32(LIGHT.spin_down))
    assert panel.canvas.scale() == 11
    assert np.array_equal(picture(panel, pixels), np.kron(colors, np.ones((11, 11), int)))


@pytest.mark.parametrize(("factor", "scale"), [("2", 44), ("1.5", 33), ("1", 22)])
def test_cells_are_whole_device_pixels_on_a_scaled_screen(factor, scale):
    environment = {**os.environ, "QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen"}
    answer = subprocess.run(
        [sys.executable, "-c", _GRAB], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(answer.stdout) == {"dpr": float(factor), "scale": scale, "exact": True}


@pytest.mark.parametrize(("size", "scale"), [(8, 44), (16, 22), (32, 11), (64, 5)])
def test_scale_is_whole_for_every_lattice(show, samples, size, scale):
    panel = show(SamplePanel, *SIZES)
    panel.set_sample_set(samples(size, count=2))
    rect = panel.canvas.image_rect()
    assert panel.canvas.scale() == scale
    assert rect.width() == rect.height() == scale * size
    assert panel.canvas.rect().contains(rect.toAlignedRect())


def test_field_view_maps_x_with_the_diverging_colours(panel, pixels, session, samples):
    session.view = "field"
    field = samples(32).fields[0]
    table = gradient(LIGHT.diverging)
    index = np.rint((field.clip(-10, 10) + 10) / 20 * 255).astype(int)
    assert np.array_equal(picture(panel, pixels)[5::11, 5::11], table[index])


def test_probability_view_maps_sigmoid_of_2x_with_cividis(panel, pixels, session, samples):
    session.view = "probability"
    probability = 1 / (1 + np.exp(-2 * samples(32).fields[0]))
    table = gradient(CIVIDIS)
    shown = picture(panel, pixels)[5::11, 5::11]
    assert np.array_equal(shown, table[np.rint(probability * 255).astype(int)])


def test_walls_toggle_writes_to_the_session_and_draws_lines(panel, pixels, session, qtbot):
    assert rgb32(LIGHT.wall) not in picture(panel, pixels)
    qtbot.mouseClick(panel.walls, Qt.MouseButton.LeftButton)
    assert session.show_walls
    assert rgb32(LIGHT.wall) in picture(panel, pixels)


def test_view_buttons_and_session_follow_each_other(panel, session, qtbot):
    qtbot.mouseClick(panel.views.button("probability"), Qt.MouseButton.LeftButton)
    assert session.view == "probability"
    session.view = "field"
    assert panel.views.current() == "field"


def test_panel_follows_the_selected_sample(panel, pixels, session, samples):
    session.selected = 7
    up = samples(32).spins[7] > 0
    shown = picture(panel, pixels)[5::11, 5::11]
    assert np.array_equal(shown == rgb32(LIGHT.spin_up), up)


def test_hovering_reads_site_spin_and_field(panel, hover, samples, cell_centre):
    data = samples(32)
    spin = "+1" if data.spins[0, 11, 20] > 0 else "−1"
    x = f"{data.fields[0, 11, 20]:.2f}".replace("-", "−")
    hover(panel.canvas, cell_centre(11, 20))
    probability = f"{1 / (1 + np.exp(-2 * float(data.fields[0, 11, 20]))):.3f}"
    expected = f"site (20, 11)  s = {spin}  x = {x}  P(+1) = {probability}"
    assert panel.canvas.cursor_text() == expected


def test_hovering_marks_the_cell_and_leaving_unmarks_it(panel, hover, pixels, cell_centre):
    before = pixels(panel.canvas)
    hover(panel.canvas, cell_centre(3, 4))
    marked = picture(panel, pixels)[3 * 11 - 2 : 4 * 11 + 2, 4 * 11 - 2 : 5 * 11 + 2]
    assert (marked == 0xFFFFFFFF).sum() > 40
    hover(panel.canvas, QPointF(1, 1))
    assert np.array_equal(pixels(panel.canvas), before)


def test_without_a_cursor_the_legend_reads_the_magnetization(panel, samples):
    mean = f"{samples(32).spins[0].mean():.3f}".replace("-", "−")
    assert panel.canvas.cursor_text() == f"m = {mean}"


def test_arrow_keys_move_a_cursor_that_wraps_round(panel, qtbot):
    panel.canvas.setFocus()
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right)
    assert panel.canvas.cursor_text().startswith("site (0, 0)")
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Left)
    assert panel.canvas.cursor_text().startswith("site (31, 0)")
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Down)
    assert panel.canvas.cursor_text().startswith("site (31, 1)")


def test_screen_readers_get_size_magnetization_and_cursor(panel, samples, hover, cell_centre):
    mean = f"{samples(32).spins[0].mean():.2f}".replace("-", "−")
    assert panel.canvas.accessibleName() == f"Sample, 32 by 32 spins, magnetization {mean}"
    hover(panel.canvas, cell_centre(0, 1))
    assert panel.canvas.accessibleDescription().startswith("site (1, 0)")


def test_dark_theme_keeps_the_spin_colours(panel, pixels):
    before = picture(panel, pixels)
    panel.set_theme(DARK)
    assert np.array_equal(picture(panel, pixels), before)


def turn_wheel(canvas, position, notches):
    event = QWheelEvent(
        position, QPointF(canvas.mapToGlobal(position.toPoint())),
        QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    return event.isAccepted()


def drag(canvas, start, end):
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind, place, buttons in (
        (QEvent.Type.MouseButtonPress, start, left),
        (QEvent.Type.MouseMove, end, left),
        (QEvent.Type.MouseButtonRelease, end, Qt.MouseButton.NoButton),
    ):
        QApplication.sendEvent(canvas, QMouseEvent(kind, place, place, left, buttons, none))


def test_the_wheel_enlarges_the_cell_under_it_and_pixels_stay_exact(
    panel, pixels, samples, cell_centre
):
    centre = cell_centre(11, 20)
    assert turn_wheel(panel.canvas, centre, 8)
    assert panel.canvas.cursor_text().startswith("site (20, 11)")
    panel.canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    view = panel.canvas.torus()
    assert view.scale > 15
    rows, columns, above, before = view.visible()
    part = samples(32).spins[0][np.ix_(rows, columns)]
    colors = np.where(part > 0, rgb32(LIGHT.spin_up), rgb32(LIGHT.spin_down))
    expected = np.kron(colors, np.ones((view.scale, view.scale), int))
    expected = expected[above : above + view.side, before : before + view.side]
    assert np.array_equal(picture(panel, pixels), expected)


def test_the_wheel_beside_the_picture_does_nothing(panel):
    assert not turn_wheel(panel.canvas, QPointF(2, 2), 3)
    assert panel.canvas.torus().is_whole


def test_a_drag_moves_the_torus_and_a_double_click_puts_it_back(
    panel, pixels, samples, cell_centre, qtbot
):
    drag(panel.canvas, cell_centre(5, 5), cell_centre(7, 4))
    up = np.roll(samples(32).spins[0], (2, -1), (0, 1)) > 0
    panel.canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    shown = picture(panel, pixels)[5::11, 5::11]
    assert np.array_equal(shown == rgb32(LIGHT.spin_up), up)
    place = cell_centre(3, 3).toPoint()
    qtbot.mouseDClick(panel.canvas, Qt.MouseButton.LeftButton, pos=place)
    assert panel.canvas.torus().is_whole


def test_keys_zoom_and_the_cursor_stays_in_sight(panel, qtbot):
    panel.canvas.setFocus()
    for _ in range(12):
        qtbot.keyClick(panel.canvas, Qt.Key.Key_Plus)
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right)
    assert panel.canvas.cursor_text().startswith("site (0, 0)")
    places = panel.canvas.torus().places(0, vertical=True)
    assert any(0 <= place <= 352 - panel.canvas.scale() for place in places)


def test_clusters_view_colours_each_cluster_and_reads_it(panel, pixels, session, samples, hover,
                                                         cell_centre):  # fmt: skip
    session.view = "clusters"
    clusters = spin_clusters(samples(32).spins[0])
    shown = picture(panel, pixels)[5::11, 5::11]
    largest = shown[clusters.labels == 0]
    assert len(set(largest.tolist())) == 1
    assert largest[0] not in shown[clusters.labels > 0]
    assert f"largest {100 * clusters.sizes[0] / 1024:.0f} %" in panel.canvas.cursor_text()
    assert wrapping(clusters.wraps[0]) in panel.canvas.cursor_text()
    hover(panel.canvas, cell_centre(11, 20))
    size = int(clusters.sizes[clusters.labels[11, 20]])
    assert f"size {size}" in panel.canvas.cursor_text()


def test_structure_view_is_the_mean_of_the_set_on_a_log_scale(
    panel, pixels, session, samples, hover, cell_centre
):
    session.view = "structure"
    factor = structure_factor(samples(32).spins)
    table = gradient(CIVIDIS)
    share = (np.log10(factor.clip(0.01)) + 2) / (np.log10(1024) + 2)
    shown = picture(panel, pixels)[5::11, 5::11]
    assert np.array_equal(shown, table[np.rint(share * 255).astype(int)])
    assert not panel.walls.isEnabled()
    hover(panel.canvas, cell_centre(16, 24))
    assert panel.canvas.cursor_text() == f"k = (0.5, 0) π  S = {factor[16, 24]:.3g}"


def test_sites_and_wave_vectors_are_zoomed_each_on_their_own(panel, session, cell_centre):
    panel.canvas.zoom(4, cell_centre(3, 3))
    session.view = "structure"
    assert panel.canvas.torus().is_whole
    session.view = "clusters"
    assert not panel.canvas.torus().is_whole


def test_a_narrow_panel_lists_its_views(panel, session):
    assert panel.views.isVisible()
    assert not panel.view_list.isVisible()
    panel.resize(300, 306)
    assert panel.view_list.isVisible()
    assert not panel.views.isVisible()
    panel.view_list.activated.emit(3)
    assert session.view == "clusters"
    session.view = "field"
    assert panel.view_list.currentText() == "Field"


def test_the_zoom_is_the_sessions(panel, session, cell_centre):
    panel.canvas.zoom(6, cell_centre(3, 3))
    near = session.zoom
    assert near.factor > 1.2
    session.zoom = Zoom()
    assert panel.canvas.torus().is_whole
    session.zoom = near
    assert panel.canvas.torus().zoom == near
    panel.canvas.show_whole()
    assert session.zoom == Zoom()
