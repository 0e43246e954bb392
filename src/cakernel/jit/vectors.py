"""Vectors of 64 bytes as values in compiled code: lanes of numbers, and masks of truth values.

numba leaves vectors to LLVM's loop vectoriser, which gives up on a loop that reads and writes many
arrays. With these types a kernel says what it means: it loads a 64-byte vector of one dtype (8 to
64 lanes) from a one-dimensional array, computes with it, compares and stores it. LLVM uses what the
processor has: one AVX-512 register, two of AVX2, four of SSE or NEON. Where compilation is off
(NUMBA_DISABLE_JIT=1) the same functions work on NumPy arrays (`plain_vectors`), so kernels can be
read and stepped through in plain Python.
"""

import operator

from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

from cakernel.jit.programs import VECTOR_BYTES


class LanesType(types.Type):
    """A vector of 64 bytes of one dtype."""

    def __init__(self, dtype):
        self.dtype = dtype
        self.count = VECTOR_BYTES * 8 // dtype.bitwidth
        super().__init__(name=f"Lanes({dtype})")


class MaskType(types.Type):
    """Truth values of the lanes of a vector."""

    def __init__(self, count):
        self.count = count
        super().__init__(name=f"Mask({count})")


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        element = manager.lookup(kind.dtype).get_value_type()
        super().__init__(manager, kind, ir.VectorType(element, kind.count))


@register_model(MaskType)
class _MaskModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, ir.VectorType(ir.IntType(1), kind.count))


def _is_real(kind):
    return isinstance(kind, LanesType) and isinstance(kind.dtype, types.Float)


def _register(symbol, lowering, kinds=(LanesType,), result=None):
    """Give two vectors of one type an operator; ``result`` is its type, by default the same.

    ``lowering(builder, kind)`` returns what makes an instruction of two values.
    """

    @type_callable(symbol)
    def type_operator(context):
        def typer(left, right):
            if isinstance(left, kinds) and left == right:
                return result(left) if result else left
            return None

        return typer

    for kind in kinds:

        @lower_builtin(symbol, kind, kind)
        def lower(context, builder, signature, arguments):
            return lowering(builder, signature.args[0])(*arguments)


def _instruction(whole, real):
    return lambda builder, kind: getattr(builder, real if _is_real(kind) else whole)


def _comparison(sign):
    def lowering(builder, kind):
        if _is_real(kind):
            compare = builder.fcmp_ordered
        else:
            compare = builder.icmp_signed if kind.dtype.signed else builder.icmp_unsigned
        return lambda left, right: compare(sign, left, right)

    return lowering


for _symbol, _whole, _real in (
    (operator.add, "add", "fadd"),
    (operator.sub, "sub", "fsub"),
    (operator.mul, "mul", "fmul"),
    (operator.truediv, "", "fdiv"),
    (operator.lshift, "shl", ""),
    (operator.rshift, "lshr", ""),
):
    _register(_symbol, _instruction(_whole, _real))
for _symbol, _name in ((operator.and_, "and_"), (operator.or_, "or_")):
    _register(_symbol, _instruction(_name, ""), kinds=(LanesType, MaskType))
_register(operator.lt, _comparison("<"), result=lambda kind: MaskType(kind.count))


@type_callable(operator.invert)
def _type_invert(context):
    return lambda value: value if isinstance(value, LanesType | MaskType) else None


@lower_builtin(operator.invert, LanesType)
@lower_builtin(operator.invert, MaskType)
def _lower_invert(context, builder, signature, arguments):
    return builder.not_(arguments[0])


def _vector_pointer(context, builder, array_kind, array, index, pointee):
    """Return the address of element ``index`` of a one-dimensional array, as of a vector."""
    data = context.make_array(array_kind)(context, builder, array).data
    # contiguous arrays only: the stride is the size of an element
    address = builder.gep(data, [index])
    return builder.bitcast(address, pointee.as_pointer())


def _element_bytes(array_kind):
    return array_kind.dtype.bitwidth // 8


@intrinsic
def load(typing_context, array, index):
    """Load the vector that starts at element ``index`` of a contiguous array."""
    kind = LanesType(array.dtype)

    def generate(context, builder, signature, arguments):
        vector = context.get_value_type(kind)
        address = _vector_pointer(context, builder, array, arguments[0], arguments[1], vector)
        return builder.load(address, align=_element_bytes(array))

    return kind(array, types.intp), generate


@intrinsic
def store(typing_context, array, index, value):
    """Store a vector from element ``index`` on."""

    def generate(context, builder, signature, arguments):
        vector = context.get_value_type(value)
        address = _vector_pointer(context, builder, array, arguments[0], arguments[1], vector)
        builder.store(arguments[2], address, align=_element_bytes(array))
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate


@intrinsic
def select(typing_context, mask, where_true, where_false):
    """Return lane by lane the one or the other."""

    def generate(context, builder, signature, arguments):
        return builder.select(*arguments)

    return where_true(mask, where_true, where_false), generate


@intrinsic
def some(typing_context, mask):
    """Say whether any lane of a mask is set."""

    def generate(context, builder, signature, arguments):
        word = ir.IntType(mask.count)
        return builder.icmp_unsigned("!=", builder.bitcast(arguments[0], word), word(0))

    return types.boolean(mask), generate


def _bitcast(typing_context, value, kind, other):
    """Read the bits of vectors of one dtype as another one's."""
    if value != LanesType(kind):
        return None
    result = LanesType(other)

    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(result))

    return result(value), generate


@intrinsic
def as_bits(typing_context, value):
    """Return the bits of a vector of float64 as one of uint64."""
    return _bitcast(typing_context, value, types.float64, types.uint64)


@intrinsic
def as_real(typing_context, value):
    """Return the float64 that the bits of a vector of uint64 stand for."""
    return _bitcast(typing_context, value, types.uint64, types.float64)


@intrinsic
def fill(typing_context, value, like):
    """Return ``value`` as ``like``: in every lane of a vector, or as a number where that is one."""

    def generate(context, builder, signature, arguments):
        if not isinstance(like, LanesType):
            return context.cast(builder, arguments[0], value, like)
        vector = context.get_value_type(like)
        element = context.cast(builder, arguments[0], value, like.dtype)
        undefined = ir.Constant(vector, ir.Undefined)
        first = builder.insert_element(undefined, element, ir.Constant(ir.IntType(32), 0))
        places = ir.Constant(ir.VectorType(ir.IntType(32), like.count), [0] * like.count)
        return builder.shuffle_vector(first, undefined, places)

    return like(value, like), generate


if config.DISABLE_JIT:
    from cakernel.jit.plain_vectors import (  # noqa: F401
        as_bits,
        as_real,
        fill,
        load,
        select,
        some,
        store,
    )
