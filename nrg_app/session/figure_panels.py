"""The panels of the four workspaces by name, and what each shows as a content of a figure.

Panels with pictures are made from samples, all others from results: plots, tables and tiles that
the window has on show or that a session file keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from nrg_app.errors import NRGError
from nrg_app.figures.contents import Content, is_empty
from nrg_app.figures.plot_spec import Array
from nrg_app.session.messages import SampleSet
from nrg_app.session.sample_contents import (
    Views,
    disk_picture,
    flow_picture,
    sample_picture,
    sample_tiles,
    stack_picture,
)


@dataclass(frozen=True)
class PanelInfo:
    """A panel: its name in templates, its title and the workspace that shows it.

    ``scales`` says that samples without a model do not do.
    """

    key: str
    title: str
    workspace: str
    drawn: bool = False
    scales: bool = False


def _results(workspace: str, pairs: Iterable[tuple[str, str]]) -> list[PanelInfo]:
    return [PanelInfo(key, title, workspace) for key, title in pairs]


PANELS: dict[str, PanelInfo] = {
    panel.key: panel
    for panel in (
        PanelInfo("sample", "Sample as on the screen", "explore", True),
        PanelInfo("spins", "Spins", "explore", True),
        PanelInfo("field", "Dual field", "explore", True),
        PanelInfo("probability", "Probability", "explore", True),
        PanelInfo("clusters", "Clusters", "explore", True),
        PanelInfo("structure", "Structure factor", "explore", True),
        PanelInfo("samples", "Independent samples", "explore", True),
        PanelInfo("flow", "Renormalization flow", "explore", True, scales=True),
        *_results(
            "explore",
            (
                ("observables", "Observables"),
                ("distribution", "Order parameter P(m)"),
                ("correlation", "Correlations G(r)"),
                ("samplers", "Samplers"),
            ),
        ),
        *_results(
            "train",
            (
                ("training.free_energy", "Free energy"),
                ("training.gap", "Free-energy gap"),
                ("training.ess", "Effective sample size"),
                ("training.gradient", "Gradient norm"),
                ("training.rate", "Learning rate"),
                ("training.scales", "Gap by scale"),
                ("training.temperatures", "Gap by temperature"),
                ("training.magnetization", "P(|m|) of the training"),
                ("training.samples", "Samples of fixed noise"),
            ),
        ),
        PanelInfo("disk", "Poincaré disk", "holography", True, scales=True),
        PanelInfo("stack", "Layer stack", "holography", True, scales=True),
        *_results(
            "holography",
            (
                ("response", "Boundary response"),
                ("wavelets", "Wavelets"),
                ("radii", "Reach by scale"),
                ("distance", "Bulk distance"),
                ("collapse", "Mutual information"),
                ("energy", "Renormalized energy"),
                ("slopes", "Slope by scale"),
            ),
        ),
        *_results(
            "measure",
            (
                ("scan.free_energy", "Scan: free energy"),
                ("scan.energy", "Scan: energy"),
                ("scan.specific_heat", "Scan: specific heat"),
                ("scan.entropy", "Scan: entropy"),
                ("scan.abs_magnetization", "Scan: magnetization"),
                ("scan.susceptibility", "Scan: susceptibility"),
                ("scan.binder", "Scan: Binder cumulant"),
                ("scan.correlation_length", "Scan: correlation length"),
                ("scan.correlation", "Scan: correlations"),
                ("scaling.binder", "Scaling: Binder cumulants"),
                ("scaling.crossings", "Scaling: crossing temperatures"),
                ("scaling.collapse_abs_magnetization", "Scaling: collapse of magnetizations"),
                ("scaling.collapse_susceptibility", "Scaling: collapse of susceptibilities"),
                ("scaling.collapse_binder", "Scaling: collapse of Binder cumulants"),
                ("scaling.torus_constant", "Scaling: torus constant"),
                ("mcrg.y_t", "Monte Carlo RG: thermal exponent"),
                ("mcrg.y_h", "Monte Carlo RG: magnetic exponent"),
                ("mcrg.flow_next-nearest", "Monte Carlo RG: flow of couplings"),
                ("mcrg.flow_plaquette", "Monte Carlo RG: flow with plaquettes"),
                ("mcrg.flow_third", "Monte Carlo RG: flow with third neighbours"),
                ("mcrg.flow_ring", "Monte Carlo RG: flow with rings of four"),
                ("race.tau_m", "Race: memory of |m|"),
                ("race.rate", "Race: independent samples"),
                ("race.tau_e", "Race: memory of E"),
                ("race.speed", "Race: steps"),
            ),
        ),
    )
}
"""Name of a panel -> the panel, workspace by workspace."""


@dataclass(frozen=True, eq=False)
class FigureSource:
    """All that a figure can be made from.

    Attributes:
        samples: the set on show, None before the first one.
        views: how it is looked at.
        results: content by the name of its panel; those without data are none.
        response: (L,) of the sites of the disk's line to the chosen latent, None for none.
    """

    samples: SampleSet | None = None
    views: Views = field(default_factory=Views)
    results: Mapping[str, Content] = field(default_factory=dict)
    response: Array | None = None

    def available(self) -> list[PanelInfo]:
        """Return the panels that have something to show, in the order of ``PANELS``."""
        samples = self.samples
        return [
            panel
            for panel in PANELS.values()
            if (
                samples is not None and (bool(samples.latents) or not panel.scales)
                if panel.drawn
                else panel.key in self.results and not is_empty(self.results[panel.key])
            )
        ]

    def content(self, key: str) -> Content:
        """Return what a panel shows, under the panel's name.

        Raises:
            NRGError: if there is no such panel, or it has nothing to show.
        """
        panel = PANELS.get(key)
        if panel is None:
            raise NRGError(f"There is no panel '{key}'; there are {', '.join(PANELS)}.")
        if panel.drawn:
            return replace(self._drawn(key), key=key)
        found = self.results.get(key)
        if found is None or is_empty(found):
            raise NRGError(
                f"The panel '{key}' has nothing to show: {panel.title} is not measured here."
            )
        return replace(found, key=key)

    def _drawn(self, key: str) -> Content:
        samples, views = self.samples, self.views
        if samples is None:
            raise NRGError(f"The panel '{key}' has nothing to show: there is no sample yet.")
        if key == "samples":
            return sample_tiles(samples)
        if key == "flow":
            return flow_picture(samples, views)
        if key == "disk":
            return disk_picture(samples, views, self.response)
        if key == "stack":
            return stack_picture(samples, views)
        view = views.view if key == "sample" else key
        return sample_picture(samples, views, view)  # type: ignore[arg-type]
