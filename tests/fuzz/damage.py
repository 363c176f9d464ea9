"""Files that were damaged or made to harm, for hypothesis, and how many of them a test takes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"

Test = Callable[..., None]
fuzz: Callable[[Test], Test] = settings(
    max_examples=1_400 if NIGHTLY else 36,
    derandomize=not NIGHTLY,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
"""At least 20,000 inputs in the nightly profile and 500 else, over all tests of this folder."""

slow_fuzz: Callable[[Test], Test] = settings(fuzz, max_examples=200 if NIGHTLY else 18)  # type: ignore[arg-type]
"""The same for what starts a process for every input."""

numbers = st.one_of(
    st.integers(-2, 70),
    st.sampled_from([2**31, 2**63, 2**64, 10**30, -(2**63), 1e308, -0.0]),
    st.floats(),
)
scalars = st.one_of(
    numbers, st.none(), st.booleans(), st.text(max_size=8),
    st.sampled_from(["../../etc/passwd", "/tmp/outside", "a\0b", "9" * 400, "cuda:7", "\ud800"]),
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=4,
)


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Bytes that were cut, flipped, overwritten, grown or repeated; or others altogether."""
    kind = draw(st.sampled_from(["cut", "flip", "overwrite", "insert", "repeat", "other"]))
    at = draw(st.integers(0, len(content) - 1))
    if kind == "cut":
        return content[:at]
    if kind == "flip":
        flipped = content[at] ^ 1 << draw(st.integers(0, 7))
        return content[:at] + bytes([flipped]) + content[at + 1 :]
    if kind == "repeat":
        return content[:at] + content[at // 2 :]
    extra = draw(st.binary(min_size=1, max_size=40))
    if kind == "other":
        return extra
    return content[:at] + extra + content[at + (len(extra) if kind == "overwrite" else 0) :]


@st.composite
def altered(draw: st.DrawFn, data: Any) -> Any:
    """Plain data with one value, anywhere in it, changed, left out or made up."""
    if not isinstance(data, dict | list) or not data or draw(st.integers(0, 4)) == 0:
        return draw(values)
    if isinstance(data, list):
        at = draw(st.integers(0, len(data) - 1))
        rest = [*data[:at], *data[at + 1 :]]
        return draw(
            st.one_of(
                altered(data[at]).map(lambda new: [*data[:at], new, *data[at + 1 :]]),
                st.just(rest),
                st.just([*data, data[at]]),
            )
        )
    name = draw(st.sampled_from(sorted(data)))
    rest = {key: value for key, value in data.items() if key != name}
    return draw(
        st.one_of(
            altered(data[name]).map(lambda new: data | {name: new}),
            st.just(rest),
            values.map(lambda new: data | {"unknown": new}),
        )
    )


def json_bytes(data: Any) -> bytes:
    """JSON as Python writes it, with NaN, infinities and lone surrogates."""
    return json.dumps(data).encode()
