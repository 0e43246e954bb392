"""Values that are known while compiling, and calls of compiled code by its address.

numba compiles a function anew for each type of its arguments, and finds the code again on disk by
the types alone. So a value for which code is specialised must be (part of) a type: code for one
value is then never served for another.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, typeof, types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model, typeof_impl


class Known:
    """Base of classes whose values are known while compiling; ``repr`` must tell them apart."""


class KnownType(types.Type):
    """The type of one known value."""

    def __init__(self, value: Known) -> None:
        self.value = value
        super().__init__(name=f"Known({value!r})")


# nothing is passed at run time; None has the same model
register_model(KnownType)(models.OpaqueModel)


@typeof_impl.register(Known)
def _type_of_known(value: Known, _: Any) -> KnownType:
    return KnownType(value)


def address_of(function: Any, *arguments: Any) -> Any:
    """Return a compiled function's address, for `call_address` with arguments of these types.

    It is compiled, or found on disk, where it has not been used yet. What is `known` among the
    arguments is part of the code: the call passes None in its place.
    """
    if config.DISABLE_JIT:
        known = {n: given for n, given in enumerate(arguments) if isinstance(given, Known)}
        return lambda *passed: function(*(known.get(n, given) for n, given in enumerate(passed)))
    key = function, _looks(arguments)
    if key not in _ADDRESSES:
        kinds = tuple(typeof(argument) for argument in arguments)
        function.compile(kinds)
        code = function.overloads[kinds]
        name = code.fndesc.llvm_cfunc_wrapper_name
        _ADDRESSES[key] = code.library.get_pointer_to_function(name)
    return _ADDRESSES[key]


# numba takes a millisecond to say what type some dozens of arrays have
_ADDRESSES: dict[Any, Any] = {}


def _looks(value: Any) -> Any:
    """Return what the numba type of an argument follows from; arguments of equal looks have one."""
    if isinstance(value, tuple):
        return type(value), *map(_looks, value)
    if isinstance(value, np.ndarray):
        return type(value), value.dtype, value.ndim, value.flags.num
    if isinstance(value, Known):
        return repr(value)
    if isinstance(value, bool | float | np.generic | None):
        return type(value)
    # a whole number's type hangs on its size, and that of anything else on what it is
    return type(value), typeof(value)


def _call_address(typing_context: Any, address: Any, arguments: Any) -> Any:
    """Call a compiled function without a result by its address, with a tuple of arguments.

    This keeps it out of the caller's compilation. The caller is compiled once for all known values,
    and numba, which compiles the body of a prange several times over, compiles the function once.
    """
    kinds = tuple(arguments.types)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        passed = [context.get_value_type(kind) for kind in kinds]
        result = context.get_value_type(types.none)
        pointer = builder.inttoptr(values[0], ir.FunctionType(result, passed).as_pointer())
        builder.call(pointer, cgutils.unpack_tuple(builder, values[1], len(kinds)))
        return context.get_dummy_value()

    return types.void(address, arguments), generate


def _call_function(function: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    function(*arguments)


call_address = _call_function if config.DISABLE_JIT else intrinsic(_call_address)
