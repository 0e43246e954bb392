"""A card of nothing but its compiler: kernels are compiled for one, and that code runs here.

The engine of cards does all as on a card, but for the driver: what it launches is NVIDIA's PTX of
the very kernels, as C (`helpers.ptx`).
"""

import ctypes
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

    if not numba_cuda.cudadrv.nvvm.is_available():
        return "NVVM is not installed"
    return "" if shutil.which("gcc") else "gcc is not installed"


def ptx_of(kernel: Any, *arguments: Any, cc: tuple[int, int] = HOPPER) -> str:
    """Return a kernel's PTX for arguments of some types."""
    from numba import cuda as numba_cuda
    from numba import typeof, types

    device = SimpleNamespace(compute_capability=HOPPER)
    # a kernel asks the card what the functions that it calls are compiled for
    with patch("numba.cuda.dispatcher.get_current_device", lambda: device):
        kinds = types.void(*map(typeof, arguments))
        code, _ = numba_cuda.compile(
            kernel.py_func, kinds, device=False, abi="numba", cc=cc, output="ptx"
        )
    return code


@dataclass
class OnCard:
    """An array that only kernels see."""

    array: Any

    def copy_to_host(self):
        return self.array.copy()


class EmulatedCard:
    """Runs launches by the kernels' PTX; ``ran`` are the names of the kernels."""

    def __init__(self, folder):
        self.folder, self.number, self.built, self.ran = folder, count(), {}, []

    def empty(self, shape, dtype):
        array = np.empty(shape, dtype)
        array.view(np.uint8).fill(UNSET)
        return OnCard(array)

    def to_device(self, array):
        return OnCard(np.ascontiguousarray(array).copy())

    def launch(self, kernel, blocks, threads, *arguments):
        from numba import typeof

        arguments = [unwrapped(argument) for argument in arguments]
        key = kernel.py_func, tuple(map(typeof, arguments))
        if key not in self.built:
            folder = self.folder / str(next(self.number))
            folder.mkdir()
            self.built[key] = built(ptx_of(kernel, *arguments), folder)
        library, kinds = self.built[key]
        flat, arrays = [], []
        for argument in arguments:
            flatten(argument, flat, arrays)
        assert len(flat) == len(kinds)
        width, height = threads if isinstance(threads, tuple) else (threads, 1)
        assert 0 < width * height <= MOST_THREADS
        assert blocks > 0
        library.launch.restype = ctypes.c_char_p
        failed = library.launch(
            as_words(flat), as_words(arrays), len(arrays) // 2, blocks, width, height
        )
        assert not failed, f"{kernel.py_func.__name__}: {failed.decode()}"
        self.ran.append(kernel.py_func.__name__)


def unwrapped(argument):
    """Return an argument with the arrays that it stands for."""
    if isinstance(argument, OnCard):
        return argument.array
    if isinstance(argument, tuple):
        return type(argument)(*map(unwrapped, argument))
    return argument


def flatten(argument, flat, arrays):
    """Add the parameters of an argument, and the ends of its memory where it is an array."""
    if isinstance(argument, tuple):
        for field in argument:
            flatten(field, flat, arrays)
    elif isinstance(argument, np.ndarray):
        # two references, which kernels do not look at
        flat += [0, 0, argument.size, argument.itemsize, argument.ctypes.data]
        flat += [*argument.shape, *argument.strides]
        arrays += [argument.ctypes.data, argument.ctypes.data + argument.nbytes]
    else:
        flat.append(int(argument) & (1 << 64) - 1)


def as_words(numbers):
    return (ctypes.c_uint64 * len(numbers))(*numbers)


@contextmanager
def emulated_card(folder):
    """Let the engine of cards run on what its kernels are compiled to."""
    from cakernel.recovery.gpu import card as gpu_card

    card = EmulatedCard(folder)
    with (
        patch.object(gpu_card, "run", card.launch),
        patch.object(gpu_card, "empty", card.empty),
        patch.object(gpu_card, "to_device", card.to_device),
        patch.object(cuda, "free_bytes", lambda: FREE),
        patch.object(cuda, "multiprocessors", lambda: MULTIPROCESSORS),
        patch.object(cuda, "device_missing", lambda: ""),
    ):
        yield card
