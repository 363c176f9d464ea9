"""The document: everything the user has chosen, as a plain Python object with events.

Views observe ``session.events.<name>`` and write back through the attributes; nothing else holds
state. A setter validates (``NRGError``) and emits only when the value changes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nrg_app.session.attributes import (
    Attribute,
    SessionEvents,
    checked_redraws,
    integer,
    model_name,
    one_of,
    positive,
    scale_or_none,
)
from nrg_app.session.bulk_view import BulkView, checked_bulk
from nrg_app.session.latents import (
    Blend,
    Edit,
    Edits,
    Source,
    after_redraw,
    checked_blend,
    checked_edits,
    checked_locks,
    checked_source,
    pack_spins,
    scales_up_to,
)
from nrg_app.session.messages import SAMPLERS, Redraws, SampleRequest, SamplerName, redraw
from nrg_app.session.snapshots import MAX_SNAPSHOTS, Snapshot
from nrg_app.session.views import (
    MeasureView,
    SweepSettings,
    Zoom,
    checked_measure,
    checked_sweep,
    checked_zoom,
)

if TYPE_CHECKING:
    from nrg_app.session.results import Result

ViewName = Literal["spins", "field", "probability", "clusters", "structure"]
StripViewName = Literal["field", "spins", "mean", "majority"]
SHOWN_SAMPLES = 25
MAX_SEED = 2**31 - 1
MAX_SPEED = 60.0
SUFFIX = ".nrg"
"""How the names of session files end; ``session.archive`` reads and writes them."""

DOCUMENT = (
    "model",
    "sampler",
    "rival",
    "locks",
    "draw",
    "temperature",
    "selected",
    "source",
    "blend",
    "latent_edits",
    "seed_locked",
    "auto",
    "speed",
    "sweep",
    "view",
    "zoom",
    "show_walls",
    "strip_view",
    "bulk",
    "measure",
    "results",
    "snapshots",
)
"""What is saved and undone, in the order of assigning: a sampler needs its model first."""


class Session:
    """The state of one window.

    Attributes:
        temperature: T in J/k_B.
        model: a shipped model's name, a file's path, or "" for none.
        seed: seed of all latents; setting it forgets what was resampled.
        seed_locked: keep the seed while T moves and while playing, so that one configuration
            deforms continuously.
        auto: redraw when T changes.
        playing: keep drawing.
        speed: draws per second while playing.
        view: what the sample panel shows: "spins", "field", "probability", "clusters" or
            "structure" (the structure factor).
        zoom: which part of the lattice the sample panel shows.
        sweep: how a sweep moves T.
        show_walls: draw domain walls.
        strip_view: what the renormalization strip shows: the network's coarse "field" or its
            "spins", or the conventional block "mean" or "majority" of the finest spins.
        bulk: how the Holography workspace looks at the latents.
        measure: what the Measure workspace shows.
        results: of measurements (one of a kind) and of holographic analyses, oldest first.
        sampler: one of ``messages.SAMPLERS``.
        rival: the sampler that is measured beside it.
        locks: scales that are kept on every redraw.
        selected: index of the sample that is shown large.
        source: the configuration that was encoded in place of a sample, if any.
        blend: which sample is on its way to which other one, if any.
        latent_edits: latents that were set by hand.

    A redraw forgets what was done to the latents that it redraws.
    """

    temperature = Attribute(2.269185, positive("temperature", 1000.0))
    model = Attribute("", model_name)
    seed_locked = Attribute(False, bool)
    auto = Attribute(True, bool)
    playing = Attribute(False, bool)
    speed = Attribute(12.0, positive("speed", MAX_SPEED))
    view: Attribute[ViewName] = Attribute(
        "spins", one_of("view", "spins", "field", "probability", "clusters", "structure")
    )
    show_walls = Attribute(True, bool)
    strip_view: Attribute[StripViewName] = Attribute(
        "field", one_of("strip view", "field", "spins", "mean", "majority")
    )
    zoom = Attribute(Zoom(), checked_zoom)
    sweep = Attribute(SweepSettings(), checked_sweep)
    bulk = Attribute(BulkView(), checked_bulk)
    measure = Attribute(MeasureView(), checked_measure)
    results: Attribute[tuple[Result, ...]] = Attribute((), tuple)
    sampler: Attribute[SamplerName] = Attribute("flow", one_of("sampler", *SAMPLERS))
    rival: Attribute[SamplerName] = Attribute("wolff", one_of("rival", *SAMPLERS))
    source: Attribute[Source | None] = Attribute(
        None, lambda value: checked_source(value, SHOWN_SAMPLES)
    )
    blend: Attribute[Blend | None] = Attribute(
        None, lambda value: checked_blend(value, SHOWN_SAMPLES)
    )
    latent_edits: Attribute[Edits] = Attribute(
        (), lambda value: checked_edits(value, SHOWN_SAMPLES)
    )
    selected = Attribute(0, integer("selected sample", SHOWN_SAMPLES - 1))

    def __init__(self) -> None:
        self.events = SessionEvents()
        self._seed = 1
        self._redraws: Redraws = ()
        self._locks: frozenset[int] = frozenset()
        self._snapshots: tuple[Snapshot, ...] = ()

    @property
    def seed(self) -> int:
        """Seed of every latent that was not resampled since."""
        return self._seed

    @seed.setter
    def seed(self, value: int) -> None:
        checked = integer("seed", MAX_SEED)(value)
        forgotten = self._forget_changes(frozenset())
        self.draw = (checked, ())
        self._announce(forgotten)

    @property
    def redraws(self) -> Redraws:
        """Pairs (kept scale, seed) of the resampled scales; see ``messages.seed_of_scale``."""
        return self._redraws

    @property
    def fine_seed(self) -> int:
        """The newest seed of resampled scales; equals ``seed`` until something is resampled."""
        return self._redraws[-1][1] if self._redraws else self._seed

    @property
    def draw(self) -> tuple[int, Redraws]:
        """Seed and redraws, which together give every latent; they are set together."""
        return self._seed, self._redraws

    @draw.setter
    def draw(self, value: tuple[int, Redraws]) -> None:
        seed, redraws = integer("seed", MAX_SEED)(value[0]), checked_redraws(value[1], MAX_SEED)
        old_seed, old_redraws = self._seed, self._redraws
        self._seed, self._redraws = seed, redraws
        if seed != old_seed:
            self.events.seed.emit(seed)
        if redraws != old_redraws:
            self.events.fine_seed.emit(self.fine_seed)

    @property
    def locks(self) -> frozenset[int]:
        """Scales whose latents are kept on every redraw."""
        return self._locks

    @locks.setter
    def locks(self, value: Iterable[int]) -> None:
        old, old_frozen = self._locks, self.frozen_scale
        self._locks = checked_locks(value)
        if self._locks != old:
            self.events.locks.emit(self._locks)
        if self.frozen_scale != old_frozen:
            self.events.frozen_scale.emit(self.frozen_scale)

    @property
    def frozen_scale(self) -> int:
        """The largest scale that is locked together with all coarser ones; 0 for none.

        Setting it locks these scales and no others.
        """
        scale = 1
        while scale in self._locks:
            scale *= 2
        return scale // 2

    @frozen_scale.setter
    def frozen_scale(self, value: int) -> None:
        self.locks = scales_up_to(scale_or_none(value))

    def _redraw(self, new_seed: int) -> None:
        """Give every scale that is not locked a new seed."""
        forgotten = self._forget_changes(self.locks)
        self.draw = redraw(self._seed, self._redraws, self.locks, new_seed)
        self._announce(forgotten)

    def _forget_changes(self, kept: frozenset[int]) -> list[str]:
        """Drop the changes of latents of all scales but some, and return what differs now.

        Nothing is announced before the seeds have changed too: the picture would show a state
        that nobody asked for.
        """
        changes = {
            "source": None if self.source is None else after_redraw(self.source, kept),
            "blend": self.blend if kept else None,
            "latent_edits": tuple(edit for edit in self.latent_edits if edit.scale in kept),
        }
        forgotten = [name for name, value in changes.items() if value != getattr(self, name)]
        self.__dict__.update({name: changes[name] for name in forgotten})
        return forgotten

    def _announce(self, names: Iterable[str]) -> None:
        for name in names:
            self.events[name].emit(getattr(self, name))

    def edit_latent(self, scale: int, row: int, column: int, value: float) -> None:
        """Set a latent of the selected sample.

        Raises:
            NRGError: if the cell holds no latent or the value is out of range.
        """
        edit = Edit(self.selected, scale, row, column, value)
        self.latent_edits = (*self.latent_edits, edit)

    def reset_latents(self) -> None:
        """Undo the edits of the selected sample."""
        self.latent_edits = tuple(e for e in self.latent_edits if e.sample != self.selected)

    def resample_fine(self) -> None:
        """Redraw the latents of all scales that are not locked."""
        self._redraw((self.fine_seed + 1) % (MAX_SEED + 1))

    def advance(self) -> None:
        """Go to the next draw as playing does: like ``resample_fine``, but not if locked."""
        if not self.seed_locked:
            self.resample_fine()

    def reseed(self) -> None:
        """Redraw all scales that are not locked from a seed that nobody can foresee."""
        self._redraw(secrets.randbelow(MAX_SEED + 1))

    def encode(self, spins: NDArray[np.int8] | None = None) -> None:
        """Put a configuration in place of the selected sample, as it was encoded at T.

        Args:
            spins: (L, L), +1 or -1; None for a sample of Wolff's algorithm.
        """
        source = Source(
            sample=self.selected,
            temperature=self.temperature,
            seed=secrets.randbelow(MAX_SEED + 1),
            size=0 if spins is None else len(spins),
            bits=b"" if spins is None else pack_spins(spins),
        )
        checked_source(source, SHOWN_SAMPLES)
        blend = self.blend
        if blend is not None and blend.sample == self.selected:
            self.blend = None
        self.reset_latents()
        self.source = source

    def sample_request(self, request_id: int, count: int = SHOWN_SAMPLES) -> SampleRequest:
        """Return the request for the samples that this session describes."""
        return SampleRequest(
            request_id=request_id,
            model=self.model,
            temperature=self.temperature,
            seed=self.seed,
            count=count,
            redraws=self.redraws,
            sampler=self.sampler,
            measured=tuple(dict.fromkeys((self.sampler, self.rival))),
            source=self.source,
            blend=self.blend,
            edits=self.latent_edits,
        )

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """Snapshots taken so far, newest first; the oldest beyond 256 are forgotten."""
        return self._snapshots

    @snapshots.setter
    def snapshots(self, value: tuple[Snapshot, ...]) -> None:
        if value != self._snapshots:
            self._snapshots = value
            self.events.snapshots.emit(value)

    def take_snapshot(
        self, thumbnail: NDArray[np.int8], temperature: float | None = None
    ) -> Snapshot:
        """Remember the present picture and return the snapshot.

        Args:
            thumbnail: The (L, L) spins shown.
            temperature: Of the picture in J/k_B, if it may be another than that of the session.
        """
        snapshot = Snapshot(
            temperature=self.temperature if temperature is None else temperature,
            model=self.model,
            seed=self.seed,
            redraws=self.redraws,
            sampler=self.sampler,
            selected=self.selected,
            thumbnail=np.array(thumbnail, dtype=np.int8),
            locks=self.locks,
            source=self.source,
            blend=self.blend,
            latent_edits=self.latent_edits,
        )
        self.snapshots = (snapshot, *self._snapshots)[:MAX_SNAPSHOTS]
        return snapshot

    def delete_snapshot(self, snapshot: Snapshot) -> None:
        """Forget a snapshot."""
        self.snapshots = tuple(other for other in self._snapshots if other is not snapshot)

    def restore(self, snapshot: Snapshot) -> None:
        """Bring a snapshot's picture back."""
        self.model = snapshot.model
        self.sampler = snapshot.sampler
        self.locks = snapshot.locks
        self.draw = (snapshot.seed, snapshot.redraws)
        self.temperature = snapshot.temperature
        self.selected = snapshot.selected
        self.source = snapshot.source
        self.blend = snapshot.blend
        self.latent_edits = snapshot.latent_edits

    def values(self) -> dict[str, Any]:
        """Return the document: the value of every attribute of ``DOCUMENT``."""
        return {name: getattr(self, name) for name in DOCUMENT}

    def assign(self, values: Mapping[str, Any]) -> None:
        """Set several attributes of ``DOCUMENT`` in its order.

        Raises:
            NRGError: for a value that its attribute does not take; those before it are set.
        """
        for name in DOCUMENT:
            if name in values:
                setattr(self, name, values[name])
