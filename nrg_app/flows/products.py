"""Products of small matrices inside compiled loops, as fast as a processor can multiply.

A library call per product costs more than the product of a single sample, and a plain loop keeps
its sums in memory.  Here a tile of four rows and sixteen columns of the result stays in registers
while the inner index runs; it is written as vector instructions of LLVM, which exist on every
processor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from nrg_app.compiling import cached

Floats = npt.NDArray[np.float32]

ROWS = 4
COLUMNS = 16
_LANES = 8
_PARTS = range(COLUMNS // _LANES)

_INT = ir.IntType(64)
_VECTOR = ir.VectorType(ir.FloatType(), _LANES)
_FIRST_LANE = ir.Constant(ir.VectorType(ir.IntType(32), _LANES), [0] * _LANES)


@cached(error_model="numpy")
def add_product(a: Floats, b: Floats, out: Floats) -> None:  # pragma: no cover - compiled
    """``out += a b`` for contiguous matrices.

    Args:
        a: ``(rows, inner)``, rows a multiple of four.
        b: ``(inner or more, columns)``, columns a multiple of sixteen.
        out: ``(rows or more, columns)``.
    """
    for column in range(0, b.shape[1], COLUMNS):
        for row in range(0, a.shape[0], ROWS):
            _add_tile(a, b, out, row, column)


@intrinsic
def _add_tile(context: Any, a: Any, b: Any, out: Any, row: Any, column: Any) -> Any:
    signature = types.void(a, b, out, row, column)
    return signature, _tile_code


def _tile_code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """``for k: out[row + r, column + c] += a[row + r, k] * b[k, column + c]``."""
    a, b, out = (
        context.make_array(kind)(context, builder, value)
        for kind, value in zip(signature.args[:3], arguments[:3], strict=True)
    )
    row, column = arguments[3:]
    inner, width = (cgutils.unpack_tuple(builder, matrix.shape)[1] for matrix in (a, b))

    def place(matrix: Any, length: Any, i: Any, j: Any) -> Any:
        return builder.gep(matrix.data, [builder.add(builder.mul(i, length), j)])

    def vectors(matrix: Any, i: Any) -> list[Any]:
        starts = (builder.add(column, ir.Constant(_INT, _LANES * part)) for part in _PARTS)
        places = [place(matrix, width, i, start) for start in starts]
        return [builder.bitcast(p, _VECTOR.as_pointer()) for p in places]

    rows = [builder.add(row, ir.Constant(_INT, r)) for r in range(ROWS)]
    results = [pointer for i in rows for pointer in vectors(out, i)]
    old = [builder.load(pointer, align=4) for pointer in results]
    before = builder.block
    loop, after = (builder.append_basic_block(name) for name in ("inner", "after"))
    builder.branch(loop)
    builder.position_at_end(loop)
    k = builder.phi(_INT)
    sums = [builder.phi(_VECTOR) for _ in old]
    right = [builder.load(pointer, align=4) for pointer in vectors(b, k)]
    new = []
    for r, i in enumerate(rows):
        factor = _spread(builder, builder.load(place(a, inner, i, k)))
        for part in _PARTS:
            product = builder.fmul(factor, right[part], flags=["contract"])
            total = sums[len(_PARTS) * r + part]
            new.append(builder.fadd(total, product, flags=["contract"]))
    following = builder.add(k, ir.Constant(_INT, 1))
    for phi, start, end in (
        (k, ir.Constant(_INT, 0), following),
        *zip(sums, old, new, strict=True),
    ):
        phi.add_incoming(start, before)
        phi.add_incoming(end, loop)
    builder.cbranch(builder.icmp_signed("<", following, inner), loop, after)
    builder.position_at_end(after)
    for pointer, total in zip(results, new, strict=True):
        builder.store(total, pointer, align=4)
    return context.get_dummy_value()


def _spread(builder: Any, scalar: Any) -> Any:
    undefined = ir.Constant(_VECTOR, ir.Undefined)
    single = builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(single, undefined, _FIRST_LANE)
