"""A card of nothing but its compiler: kernels are compiled for one, and that code runs here.

The engine of cards and numba-cuda do all that they do on a card, but for the driver: of each kernel
that is launched, what is handed to NVIDIA's assembler (PTX) runs as C (`helpers.ptx`).
"""

import ctypes
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np

from cakernel.jit import cuda
from helpers.ptx import built

HOPPER = (9, 0)
MULTIPROCESSORS, FREE = 132, 1 << 32
MOST_THREADS = 1024
# what fills memory that nobody has set
UNSET = 0xA5


def compilers_missing() -> str:
    """Return why no card can be emulated, in one line, or nothing where one can."""
    if cuda.SIMULATED:
        return "this process has numba's simulator"
    if find_spec("numba_cuda") is None:
        return "numba-cuda is not installed"
    from numba import cuda as numba_cuda
    from numba.cuda.cudadrv import driver

    if not numba_cuda.cudadrv.nvvm.is_available() or not driver._have_nvjitlink():
        return "NVIDIA's compilers are not installed"
    return "" if shutil.which("gcc") else "gcc is not installed"


@contextmanager
def driver_of(card: Any, cc: tuple[int, int] = HOPPER):
    """Let numba-cuda take a card for the one that there is."""
    card.device = SimpleNamespace(compute_capability=cc, id=0)
    with (
        patch("numba.cuda.dispatcher.get_current_device", lambda: card.device),
        patch("numba.cuda.cudadrv.devices.get_context", lambda *_: card),
    ):
        yield


def ptx_of(kernel: Any, *arguments: Any, cc: tuple[int, int] = HOPPER) -> str:
    """Return a kernel's PTX for arguments of some types, with all options that it has."""
    from numba import typeof
    from numba.cuda.dispatcher import _Kernel

    with driver_of(SimpleNamespace(), cc):
        made = _Kernel(kernel.py_func, tuple(map(typeof, arguments)), **kernel.targetoptions)
        return assembly_of(made)


def assembly_of(made: Any) -> str:
    """Return what is assembled of a compiled kernel: it may be linked with its parts before."""
    library = made._codelibrary
    code = library.get_lto_ptx() if library._lto else library.get_asm_str()
    return code.rstrip("\0")


@dataclass
class OnCard:
    """An array that only kernels see."""

    array: Any

    @property
    def _numba_type_(self):
        from numba import typeof

        return typeof(self.array)

    @property
    def shape(self):
        return self.array.shape

    def copy_to_host(self, to=None):
        if to is None:
            return self.array.copy()
        assert (to.shape, to.dtype, to.flags.c_contiguous) == (self.shape, self.array.dtype, True)
        to[...] = self.array
        return to


class EmulatedCard:
    """The context of a driver that runs PTX; ``ran`` are the names of the kernels."""

    def __init__(self, folder):
        self.folder, self.number, self.built, self.ran = folder, count(), {}, []

    def empty(self, shape, dtype):
        array = np.empty(shape, dtype)
        array.view(np.uint8).fill(UNSET)
        return OnCard(array)

    def to_device(self, array):
        return OnCard(np.ascontiguousarray(array).copy())

    def create_module_image(self, *_):
        return SimpleNamespace(
            get_function=lambda _: SimpleNamespace(module=SimpleNamespace(initialized=True))
        )

    def launch(self, kernel, arguments, blocks, threads, *_):
        """Run a compiled kernel of numba-cuda on host memory."""
        if kernel not in self.built:
            folder = self.folder / str(next(self.number))
            folder.mkdir()
            self.built[kernel] = built(assembly_of(kernel), folder)
        library, kinds = self.built[kernel]
        flat, arrays = [], []
        for argument in arguments:
            flatten(argument, flat, arrays)
        assert len(flat) == len(kinds)
        (blocks, *alone), (width, height, depth) = blocks, threads
        assert [*alone, depth] == [1, 1, 1]
        assert 0 < width * height <= MOST_THREADS
        assert blocks > 0
        library.launch.restype = ctypes.c_char_p
        failed = library.launch(
            as_words(flat), as_words(arrays), len(arrays) // 2, blocks, width, height
        )
        # in mangled names a function's follows its length, and how it was compiled follows that
        name = re.search(r"\d([a-z_]+)B\d+v\d", kernel.entry_name)[1]
        assert not failed, f"{name}: {failed.decode()}"
        self.ran.append(name)


def flatten(argument, flat, arrays):
    """Add the parameters of an argument, and the ends of its memory where it is an array."""
    if isinstance(argument, tuple):
        for field in argument:
            flatten(field, flat, arrays)
    elif isinstance(argument, OnCard):
        array = argument.array
        # two references, which kernels do not look at
        flat += [0, 0, array.size, array.itemsize, array.ctypes.data]
        flat += [*array.shape, *array.strides]
        arrays += [array.ctypes.data, array.ctypes.data + array.nbytes]
    else:
        flat.append(int(argument) & (1 << 64) - 1)


def as_words(numbers):
    return (ctypes.c_uint64 * len(numbers))(*numbers)


@contextmanager
def emulated_card(folder):
    """Let the engine of cards run on what its kernels are compiled to."""
    from numba.cuda.dispatcher import _Kernel

    from cakernel.recovery.gpu import card as gpu_card

    card = EmulatedCard(folder)
    with (
        driver_of(card),
        # code from disk is machine code alone
        patch.dict("os.environ", CAKERNEL_CACHE_DIR=str(folder / "cache")),
        patch.object(_Kernel, "launch", lambda kernel, *given: card.launch(kernel, *given)),
        patch.object(gpu_card, "empty", card.empty),
        patch.object(gpu_card, "to_device", card.to_device),
        patch.object(cuda, "free_bytes", lambda: FREE),
        patch.object(cuda, "multiprocessors", lambda: MULTIPROCESSORS),
        patch.object(cuda, "device_missing", lambda: ""),
        patch.object(cuda.CardCache, "compiles", True),
    ):
        yield card
