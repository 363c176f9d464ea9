"""The sentences of the strip's header."""

from __future__ import annotations

from nrg_app.session.latents import Source, norm_excess, scales_up_to
from nrg_app.session.messages import ObservablesUpdate, SampleSet, weight_excess
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import ELL, Line, plain, sub, sym


def flow_line(*, learned: bool) -> Line:
    """Return the sentence that says what a step of the flow does.

    ``learned`` says that coarse fields are learned block variables.
    """
    return (
        sym("x"),
        sub(ELL, symbol=True),
        plain(" \u2192 "),
        sym("x"),
        sub(ELL, symbol=True),
        sub("/2"),
        plain(" is learned,  " if learned else " decimates,  "),
        sym("z"),
        sub(ELL, symbol=True),
        plain(" carries what was integrated out"),
    )


def keep_line(locks: frozenset[int], size: int) -> Line:
    """Return the sentence that says what a redraw keeps of the scales 1 to ``size``."""
    scales = scales_up_to(size)
    kept = sorted(locks & scales)
    if not kept:
        return (plain("Resample all scales"),)
    if len(kept) == len(scales):
        return (plain("Keep all scales"),)
    if frozenset(kept) == scales_up_to(kept[-1]):
        return (
            plain("Keep coarse "),
            sym(ELL),
            plain(f" \u2264 {kept[-1]}, resample "),
            sym(ELL),
            plain(f" \u2265 {2 * kept[-1]}"),
        )
    if frozenset(kept) == scales - scales_up_to(kept[0] // 2):
        return (
            plain("Keep fine "),
            sym(ELL),
            plain(f" \u2265 {kept[0]}, resample "),
            sym(ELL),
            plain(f" \u2264 {kept[0] // 2}"),
        )
    return (plain("Keep "), sym(ELL), plain(f" = {', '.join(map(str, kept))}, resample the rest"))


def resample_text(locks: frozenset[int], size: int) -> str:
    """Return the words of the button that redraws what is not locked.

    >>> resample_text(frozenset({1, 2}), 8), resample_text(frozenset({4, 8}), 8)
    ('Resample fine', 'Resample coarse')
    """
    scales = scales_up_to(size)
    kept = locks & scales
    if not kept or kept == scales_up_to(max(kept)):
        return "Resample fine"
    if kept == scales - scales_up_to(min(kept) // 2):
        return "Resample coarse"
    return "Resample rest"


def source_lines(
    source: Source, samples: SampleSet | None, update: ObservablesUpdate | None
) -> tuple[Line, ...]:
    """Return what there is to say of an encoded sample, from long to short.

    The norm of its latents tells how typical it is for the network, and its weight how much more
    often than the network the exact distribution has it.
    """
    name = "Wolff sample" if source.spins is None else "picture"
    begin = f"Encoded {name} at {fixed(source.temperature, 3)}"
    if samples is not None and source.size not in (0, samples.size):
        return ((plain(f"The encoded {name} has side {source.size}: it does not fit this model"),),)
    excess = None if samples is None or update is None else weight_excess(samples, update)
    if excess is None:
        return ((plain(begin),), (plain(f"Encoded {name}"),))
    assert samples is not None
    value, sigmas = excess
    decimals = 1 if abs(value) < 100 else 0
    weight = (
        plain("ln "),
        sym("w"),
        plain(" \u2212 \u27e8ln "),
        sym("w"),
        plain(f"\u27e9 = {fixed(value, decimals)} ({fixed(sigmas, decimals, plus=True)} σ)"),
    )
    norm = norm_excess(values[source.sample] for values in samples.latents.values())
    norm_line = (plain(",  |"), sym("z"), plain(f"|² {fixed(norm, 1, plus=True)} σ"))
    return (
        (plain(f"{begin}:  "), *weight, *norm_line),
        (plain(f"{name.capitalize()}:  "), *weight),
        weight,
    )
