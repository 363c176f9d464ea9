"""Attributes of a session: each is checked when it is set and announced when it has changed."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from psygnal import Signal, SignalGroup

from nrg_app.errors import NRGError
from nrg_app.session.latents import MAX_SCALE
from nrg_app.session.messages import Redraws
from nrg_app.session.models import is_model_name

if TYPE_CHECKING:
    from nrg_app.session.document import Session

T = TypeVar("T")


class SessionEvents(SignalGroup):
    """One signal per attribute of :class:`Session`; each carries the new value."""

    temperature = Signal(float)
    model = Signal(str)
    seed = Signal(int)
    fine_seed = Signal(int)
    seed_locked = Signal(bool)
    auto = Signal(bool)
    playing = Signal(bool)
    speed = Signal(float)
    view = Signal(str)
    zoom = Signal(object)
    sweep = Signal(object)
    show_walls = Signal(bool)
    strip_view = Signal(str)
    bulk = Signal(object)
    measure = Signal(object)
    results = Signal(tuple)
    sampler = Signal(str)
    rival = Signal(str)
    frozen_scale = Signal(int)
    locks = Signal(frozenset)
    source = Signal(object)
    blend = Signal(object)
    latent_edits = Signal(tuple)
    selected = Signal(int)
    snapshots = Signal(tuple)


class Attribute(Generic[T]):
    """A checked attribute of :class:`Session` that emits the event of its own name on change."""

    def __init__(self, default: T, check: Callable[[Any], T]) -> None:
        self.default = default
        self.check = check

    def __set_name__(self, owner: type, name: str) -> None:
        """Remember the attribute's name."""
        self.name = name

    @overload
    def __get__(self, session: None, owner: type) -> Attribute[T]: ...
    @overload
    def __get__(self, session: Session, owner: type) -> T: ...
    def __get__(self, session: Session | None, owner: type) -> T | Attribute[T]:
        """Return the value, or the attribute itself when asked of the class."""
        if session is None:
            return self
        return cast(T, session.__dict__.get(self.name, self.default))

    def __set__(self, session: Session, value: T) -> None:
        """Validate, store and announce a new value."""
        checked = self.check(value)
        if checked != self.__get__(session, type(session)):
            session.__dict__[self.name] = checked
            session.events[self.name].emit(checked)


def positive(name: str, upper: float) -> Callable[[Any], float]:
    """Return a check for numbers above 0 and up to a bound, which says what it is about."""

    def check(value: Any) -> float:
        # NaN fails both comparisons.
        if not isinstance(value, numbers.Real) or not 0.0 < float(value) <= upper:
            raise NRGError(f"The {name} must be a number above 0 and at most {upper:g}.")
        return float(value)

    return check


def integer(name: str, upper: int) -> Callable[[Any], int]:
    """Return a check for whole numbers from 0 to a bound."""

    def check(value: Any) -> int:
        if not isinstance(value, numbers.Integral) or not 0 <= int(value) <= upper:
            raise NRGError(f"The {name} must be a whole number from 0 to {upper}.")
        return int(value)

    return check


def scale_or_none(value: Any) -> int:
    """Return a scale, or 0 for none.

    Raises:
        NRGError: if it is neither.
    """
    scale = integer("frozen scale", MAX_SCALE)(value)
    if scale & (scale - 1):
        raise NRGError("The frozen scale must be 0 (none) or a power of two such as 8.")
    return scale


def model_name(value: Any) -> str:
    """Return the name or path of a model.

    Raises:
        NRGError: if it is neither, so that no session file could hold it.
    """
    if not isinstance(value, str) or not is_model_name(value):
        raise NRGError(
            "The model must be given by its name or the path of its file, which ends in "
            ".safetensors and is written in UTF-8."
        )
    return value


def one_of(name: str, *choices: str) -> Callable[[Any], Any]:
    """Return a check for one of some words."""

    def check(value: Any) -> str:
        if value not in choices:
            raise NRGError(f"The {name} must be one of {', '.join(choices)}.")
        return cast(str, value)

    return check


def checked_redraws(value: Any, max_seed: int) -> Redraws:
    """Return pairs of a kept scale and a seed.

    Raises:
        NRGError: if the scales do not increase or a seed is beyond ``max_seed``.
    """
    pairs = tuple((scale_or_none(kept), integer("seed", max_seed)(seed)) for kept, seed in value)
    kept = [0, *(scale for scale, _ in pairs)]
    if any(fine <= coarse for coarse, fine in pairwise(kept)):
        raise NRGError("The scales that redraws keep must increase from 1 upwards.")
    return pairs
