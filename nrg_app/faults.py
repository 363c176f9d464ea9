"""Faults of the machine, not of the program, in a sentence each: memory, accelerator, disk."""

from __future__ import annotations

import errno
import logging

from nrg_app.errors import NRGError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when there is no room for a file."""
# PyTorch has exceptions of its own for some of these; the words spare its import.
_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "bad_alloc",
    # There is no room for a library, or for the stack of a thread.
    "failed to map segment",
    "can't start new thread",
)
_ACCELERATOR = (
    "cuda error",
    "hip error",
    "cublas_status",
    "cudnn_status",
    "cusolver",
    "nccl error",
)


def explain(error: BaseException) -> str | None:
    """Return what is wrong with the machine and what helps; None if something else went wrong.

    An error that another one has led to may be explained by that.

    >>> explain(OSError(errno.ENOSPC, "No space left on device"))
    'The disk is full: free some space and go on.'
    """
    if isinstance(error, NRGError):
        return None
    found, earlier = _explain(error), error.__cause__ or error.__context__
    return explain(earlier) if found is None and earlier is not None else found


def _explain(error: BaseException) -> str | None:
    words = str(error).lower()
    if "cuda out of memory" in words:
        return "The accelerator has too little memory: choose a smaller batch or lattice."
    if isinstance(error, MemoryError) or any(part in words for part in _MEMORY):
        return (
            "There is not enough memory: choose a smaller lattice or fewer samples, or close other "
            "programs."
        )
    if isinstance(error, RuntimeError) and any(part in words for part in _ACCELERATOR):
        return (
            "The accelerator does not answer any more: go on with the processor (--device cpu), or "
            "restart the machine."
        )
    if isinstance(error, OSError) and error.errno in FULL:
        place = f" ('{error.filename}')" if error.filename else ""
        return f"The disk is full{place}: free some space and go on."
    return None


def sentence(error: Exception, what: str, remedy: str, log: logging.Logger) -> str:
    """Return one sentence for whatever went wrong; what nobody foresaw is logged.

    Args:
        error: caught anywhere.
        what: that could not go on, such as "The sampler".
        remedy: what the user can do.
        log: of the module that caught it.
    """
    if isinstance(error, NRGError):
        return str(error)
    known = explain(error)
    if known is not None:
        return f"{what} stopped. {known}"
    log.error("%s failed.", what, exc_info=error)
    text = " ".join(str(error).split())[:200]
    return f"{what} met an unexpected problem ({type(error).__name__}: {text}); {remedy}."
