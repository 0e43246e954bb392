"""Numbers that several threads add to."""

from typing import Any

from numba import config, types
from numba.extending import intrinsic


def _atomic_add(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    """Add a number to element ``index`` of a one-dimensional array; return what was there."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(array)(context, builder, values[0]).data
        place = builder.gep(data, [context.cast(builder, values[1], index, types.intp)])
        added = context.cast(builder, values[2], value, array.dtype)
        return builder.atomic_rmw("add", place, added, "monotonic")

    return array.dtype(array, index, value), generate


def _add(array: Any, index: int, value: Any) -> Any:
    before = array[index]
    array[index] += value
    return before


atomic_add = _add if config.DISABLE_JIT else intrinsic(_atomic_add)
