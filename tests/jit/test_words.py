"""Programs on words: what is emitted for a word does what the same function does to numbers."""

from ctypes import CFUNCTYPE, c_uint32, c_void_p

import llvmlite.binding as llvm
import numpy as np
import pytest
from llvmlite import ir

from cakernel.jit.program_values import Number, logic
from cakernel.jit.programs import case
from cakernel.jit.words import BITS, PlainWords, Word, WordMemory

WORDS = np.random.default_rng(3).integers(0, 2**32, 8, dtype=np.uint32)


def use(memory, word, place, choice):
    """Write to all eight words what operators, functions of three bits and choices make."""
    a, b, c = memory[0], memory[place], memory[place + 1]
    memory[2] = logic(lambda a, b, c: (a & b) | (~a & c), a, b, c)
    memory[3] = a ^ b ^ word
    memory[place + 3] = ~(a | word)
    (memory[5],) = case(choice, {0: lambda: (a & c,), 1: lambda: (a | c,), 7: lambda: (b,)})
    memory[6] = a & 0xFF
    memory[7] = a ^ a


def emitted():
    """Return a function of memory, word, place and choice, compiled for this machine."""
    module = ir.Module()
    whole = ir.IntType(64)
    kind = ir.FunctionType(ir.VoidType(), [BITS.as_pointer(), BITS, whole, whole])
    function = ir.Function(module, kind, "use")
    builder = ir.IRBuilder(function.append_basic_block())
    memory, word, place, choice = function.args
    use(
        WordMemory(builder, memory), Word(builder, word), Number(builder, place),
        Number(builder, choice),
    )  # fmt: skip
    builder.ret_void()
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(str(module)), machine)
    engine.finalize_object()
    return engine


@pytest.mark.parametrize("choice", [0, 1, 7])
def test_emitted_programs_are_plain_ones(choice):
    engine = emitted()
    call = CFUNCTYPE(None, c_void_p, c_uint32, *[c_void_p] * 2)(engine.get_function_address("use"))
    compiled, plain = WORDS.copy(), WORDS.copy()
    call(compiled.ctypes.data, 0x12345678, 1, choice)
    use(PlainWords(plain), np.uint32(0x12345678), 1, choice)
    np.testing.assert_array_equal(compiled, plain)
    expected = {0: WORDS[0] & WORDS[2], 1: WORDS[0] | WORDS[2], 7: WORDS[1]}[choice]
    assert plain[5] == expected
