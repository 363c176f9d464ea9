"""Tour and slow motion of a window, with their actions and what is remembered of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStyle, QWidget

from nrg_app.ui.guide.slow_motion import SlowMotion
from nrg_app.ui.guide.tour import Tour, TourStep
from nrg_app.ui.theme import Theme

if TYPE_CHECKING:
    from nrg_app.ui.main_window import MainWindow


class Guide(QObject):
    """Owns the parts that explain a window and answers their actions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        actions, reduced = window.actions_, window.preferences.reduced_motion
        if reduced is None:
            hint = QStyle.StyleHint.SH_Widget_Animation_Duration
            reduced = window.style().styleHint(hint) == 0
        self.slow_motion = SlowMotion(
            window.session,
            window.explore.strip,
            actions["slow_motion"],
            self._reveal,
            reduced_motion=reduced,
        )
        self.slow_motion.refused.connect(lambda text: window.message.show_message(text, "warning"))
        window.feed.samples_ready.connect(
            lambda samples, _: self.slow_motion.set_sample_set(samples)
        )
        self.tour = Tour(window, window.theme, self._steps(), self._reveal)
        actions["tour"].triggered.connect(self.start_tour)
        actions["reduced_motion"].setChecked(reduced)
        actions["reduced_motion"].toggled.connect(self._reduce_motion)

    def greet(self) -> None:
        """Show the tour if it was never shown."""
        if not self._window.preferences.tour_seen:
            self.start_tour()

    def start_tour(self) -> None:
        """Show the tour and remember that it was shown."""
        self._window.preferences.tour_seen = True
        self.tour.start()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.slow_motion.set_theme(theme)
        self.tour.set_theme(theme)

    def _reduce_motion(self, reduced: bool) -> None:
        self._window.preferences.reduced_motion = reduced
        self.slow_motion.set_reduced_motion(reduced)

    def _reveal(self, widget: QWidget) -> None:
        """Show a panel that is behind another workspace, a maximised panel or a tab."""
        window, explore = self._window, self._window.explore
        if not widget.isVisible():
            window.actions_["workspace_explore"].trigger()
        for panel in explore.panels:
            if widget in (panel, explore.dock(panel)):
                explore.reveal(panel)

    def _steps(self) -> tuple[TourStep, ...]:
        side, explore = self._window.sidebar, self._window.explore
        return (
            TourStep(
                "Temperature",
                "Drag the slider: the seed stays, so the same configuration orders or melts "
                "before your eyes. The mark is the exact critical temperature, "
                + "2 / ln(1 + \N{SQUARE ROOT}2) = 2.269.".replace(" ", "\N{NO-BREAK SPACE}"),
                side.temperature,
            ),
            TourStep(
                "Sample",
                "One of the independent configurations that the network draws from pure noise, "
                "without a Markov chain. Show it as spins, as the continuous field x or as the "
                "probability of an up spin (V).",
                explore.dock(explore.sample),
            ),
            TourStep(
                "Renormalization flow",
                "Above, the field at every scale; below, the latents that were needed to go one "
                "scale finer. Press M to watch in slow motion how the sample comes about, or how "
                "it is renormalized.",
                explore.dock(explore.strip),
            ),
            TourStep(
                "Network and exact",
                "The network's estimates, their errors in brackets, stand beside exact results "
                "for this lattice or, where there are none, a Wolff simulation. ESS is the share "
                "of samples that remains effective after weighting.",
                explore.dock(explore.observables),
            ),
            TourStep(
                "Sampler and training",
                "Let the flow draw, correct it exactly, or compare it with Wolff clusters and "
                "Metropolis. In Train (Ctrl+2) you teach a network of your own, from the "
                "Hamiltonian alone.",
                side.sampler,
            ),
        )
