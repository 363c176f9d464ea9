"""A session as the source of figures, without a window: samples are drawn anew.

Results are those that the session holds. Loads torch where samples are needed.
"""

from __future__ import annotations

from collections.abc import Iterable

from nrg_app.errors import NRGError
from nrg_app.figures.contents import Content
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.document import Session
from nrg_app.session.figure_panels import PANELS, FigureSource
from nrg_app.session.holography.contents import bulk_contents
from nrg_app.session.holography.messages import PlotsResult, WaveletsResult
from nrg_app.session.measure.orders import KINDS, ScanResult
from nrg_app.session.measure.result_contents import measured_contents
from nrg_app.session.measure.scan_plots import ExactCurves, exact_curves
from nrg_app.session.measure.store import newest
from nrg_app.session.models import lasting_name
from nrg_app.session.observable_contents import observable_contents
from nrg_app.session.results import Result
from nrg_app.session.sample_contents import views_of
from nrg_app.session.sampling import LoadedModel, load_model, sample
from nrg_app.session.training_contents import training_contents
from nrg_app.session.training_curves import RunCurves
from nrg_app.session.training_runs import RunFolder, read_events, runs_dir

DRAWS = 4096
"""Samples of the network and of Wolff's algorithm behind observables that are measured anew."""
_OBSERVED = ("observables", "distribution", "correlation")


def with_newest_results(session: Session) -> Session:
    """Give a session without a file of its own this machine's newest measurements, or examples."""
    found = [newest(kind) for kind in KINDS]
    session.results = tuple(result for result in found if result is not None)
    return session


def session_source(session: Session, panels: Iterable[str], run: str = "") -> FigureSource:
    """Return what is needed to show some panels of a session.

    Args:
        session: whose samples are drawn anew and whose results are taken.
        panels: names of ``figure_panels.PANELS``.
        run: name of the training run whose panels are shown, "" for none.

    Raises:
        NRGError: if there is no such panel, model or run.
    """
    wanted = tuple(panels)
    unknown = [name for name in wanted if name not in PANELS]
    if unknown:
        raise NRGError(f"There is no panel '{unknown[0]}'; there are {', '.join(PANELS)}.")
    drawn = any(PANELS[name].drawn for name in wanted)
    observed = any(name in _OBSERVED for name in wanted)
    loaded = load_model(session.model) if session.model and (drawn or observed) else None
    results: dict[str, Content] = {}
    for result in session.results:
        results |= _result_contents(result, session, wanted)
    if observed:
        results |= _observed(session, loaded)
    if run:
        results |= _trained(run)
    samples = sample(session.sample_request(0), loaded) if drawn else None
    return FigureSource(samples, views_of(session), results)


def _result_contents(
    result: Result, session: Session, wanted: tuple[str, ...]
) -> dict[str, Content]:
    """Return the contents of a result; analyses of another model are none of this session's."""
    if isinstance(result, PlotsResult | WaveletsResult):
        return bulk_contents(result) if result.order.model == session.model else {}
    exact: ExactCurves | None = None
    if isinstance(result, ScanResult) and any(name.startswith("scan.") for name in wanted):
        settings = result.order.settings
        exact = exact_curves(settings.size, min(settings.temperatures), max(settings.temperatures))
    return measured_contents(result, exact, session.temperature)


def _observed(session: Session, loaded: LoadedModel | None) -> dict[str, Content]:
    from nrg_app.session.live import LiveObservables

    return observable_contents(LiveObservables(loaded, session.temperature).measure(DRAWS))


def _trained(run: str) -> dict[str, Content]:
    folder = RunFolder(runs_dir() / run)
    record = folder.load()
    target = record.settings.expected_gap()
    return training_contents(RunCurves.of(read_events(folder)), run, target)


def new_session(model: str, temperature: float | None, seed: int) -> Session:
    """Return a session that shows one model; T is that of the transition by default.

    Raises:
        NRGError: for a bad temperature or seed.
    """
    session = Session()
    session.model = lasting_name(model)
    session.temperature = float(CRITICAL_TEMPERATURE) if temperature is None else temperature
    session.seed = seed
    return session
