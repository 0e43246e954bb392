"""Vectors of 64 bytes as values inside compiled code: `Lanes` of numbers, `Mask`s of bits.

numba leaves vectors to LLVM's loop vectoriser, which gives up on a loop that reads and writes many
arrays. These types say what is meant: a 64-byte vector of one dtype, 8 to 64 lanes, that is loaded
from a one-dimensional array, computed with, compared and stored. LLVM makes of it what the
processor has: one AVX-512 register, two of AVX2, four of SSE or NEON. Where compilation is off
(NUMBA_DISABLE_JIT=1) the same functions work on NumPy arrays, so kernels can be read and stepped
through in plain Python.

A mask is stored as bits, lane 0 lowest: 8 lanes to the byte.
"""

import operator

from llvmlite import ir
from numba import config, types
from numba.extending import (
    intrinsic,
    lower_builtin,
    models,
    register_model,
    type_callable,
)

VECTOR_BYTES = 64


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
    return isinstance(kind.dtype, types.Float)


def _typed(*operators):
    """Type binary operators on two vectors of one type."""
    for symbol in operators:

        @type_callable(symbol)
        def of(context):
            def typer(left, right):
                if isinstance(left, LanesType | MaskType) and left == right:
                    return left
                return None

            return typer


def _lowered(symbol, kind, whole, real=None):
    """Lower a binary operator to an instruction for whole numbers, and one for floats."""

    @lower_builtin(symbol, kind, kind)
    def lower(context, builder, signature, arguments):
        use_real = isinstance(signature.args[0], LanesType) and _is_real(signature.args[0])
        return getattr(builder, real if use_real else whole)(*arguments)


_typed(operator.add, operator.sub, operator.mul, operator.and_, operator.or_, operator.xor)
_typed(operator.truediv)
_typed(operator.lshift, operator.rshift)
_lowered(operator.add, LanesType, "add", "fadd")
_lowered(operator.sub, LanesType, "sub", "fsub")
_lowered(operator.mul, LanesType, "mul", "fmul")
_lowered(operator.truediv, LanesType, "", "fdiv")
_lowered(operator.lshift, LanesType, "shl")
_lowered(operator.rshift, LanesType, "lshr")
for _kind in (LanesType, MaskType):
    _lowered(operator.and_, _kind, "and_")
    _lowered(operator.or_, _kind, "or_")
    _lowered(operator.xor, _kind, "xor")


def _compared(symbol, sign):
    @type_callable(symbol)
    def of(context):
        def typer(left, right):
            if isinstance(left, LanesType) and left == right:
                return MaskType(left.count)
            return None

        return typer

    @lower_builtin(symbol, LanesType, LanesType)
    def lower(context, builder, signature, arguments):
        kind = signature.args[0]
        if _is_real(kind):
            return builder.fcmp_ordered(sign, *arguments)
        signed = kind.dtype.signed
        compare = builder.icmp_signed if signed else builder.icmp_unsigned
        return compare(sign, *arguments)


_compared(operator.ge, ">=")
_compared(operator.lt, "<")


@type_callable(operator.invert)
def _type_invert(context):
    def typer(value):
        return value if isinstance(value, LanesType | MaskType) else None

    return typer


for _kind in (LanesType, MaskType):

    @lower_builtin(operator.invert, _kind)
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
def load_mask(typing_context, bits, index, like):
    """Load as many bits as ``like`` has lanes, from byte ``index`` of a uint8 array on."""
    kind = MaskType(like.count)

    def generate(context, builder, signature, arguments):
        word = ir.IntType(kind.count)
        address = _vector_pointer(context, builder, bits, arguments[0], arguments[1], word)
        return builder.bitcast(builder.load(address, align=1), context.get_value_type(kind))

    return kind(bits, types.intp, like), generate


@intrinsic
def store_mask(typing_context, bits, index, mask):
    """Store a mask as bits from byte ``index`` of a uint8 array on."""

    def generate(context, builder, signature, arguments):
        word = ir.IntType(mask.count)
        address = _vector_pointer(context, builder, bits, arguments[0], arguments[1], word)
        builder.store(builder.bitcast(arguments[2], word), address, align=1)
        return context.get_dummy_value()

    return types.void(bits, types.intp, mask), generate


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
        load_mask,
        select,
        some,
        store,
        store_mask,
    )
