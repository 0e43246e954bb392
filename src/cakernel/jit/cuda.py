"""The one door to NVIDIA cards: numba-cuda, whether it can be used, and programs compiled for it.

It is imported where a card is first asked for, never on the CPU alone. With NUMBA_ENABLE_CUDASIM=1
numba's simulator takes the place of a card: kernels then are plain Python, for tests.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib.metadata import version
from importlib.util import find_spec
from operator import mul
from pathlib import Path
from typing import Any

import numpy as np
from numba import config, types

from cakernel.errors import InvalidInput
from cakernel.jit.cache import KernelCache
from cakernel.jit.compile import cache_folder
from cakernel.jit.notice import told
from cakernel.jit.program_values import Number
from cakernel.jit.programs import emitting
from cakernel.jit.words import PlainWords, Word, WordMemory

SIMULATED = bool(config.ENABLE_CUDASIM)
# CUDA's code of the error
OUT_OF_MEMORY = 2
# what numba-cuda raises for other codes, and what launches do
DRIVER_ERRORS = "CudaAPIError", "CUDAError"
# about how long a user waits until the kernels of a shape are compiled
SECONDS = 4


class DeviceMemoryError(Exception):
    """The card has not as much free memory."""


def __getattr__(name: str) -> Any:
    """Return ``cuda``, numba's module, which takes a moment to import."""
    if name != "cuda":
        raise AttributeError(name)
    from numba import cuda

    return cuda


def device_missing() -> str:
    """Return why no card can be used, in one line, or nothing where one can."""
    if SIMULATED:
        return ""
    if find_spec("numba_cuda") is None:
        return (
            "numba-cuda is not installed; pip install 'cakernel[cuda13]', or 'cakernel[cuda12]' "
            "for a driver of CUDA 12"
        )
    try:
        from numba import cuda

        if not cuda.is_available():
            # the libraries that compile may be missing, too
            why = cuda.cuda_error() or "NVVM is missing; pip install 'cakernel[cuda13]'"
            return f"no NVIDIA card answers: {_one_line(why)}"
        if not len(cuda.gpus):
            return "no NVIDIA card answers: its driver lists none"
        driver, libraries = cuda.cudadrv.driver.get_version(), cuda.runtime.get_version()
        if driver[0] < libraries[0]:
            return (
                f"the NVIDIA driver is of CUDA {driver[0]}.{driver[1]} and numba-cuda's libraries "
                f"of {libraries[0]}; pip install 'cakernel[cuda{driver[0]}]', or a newer driver"
            )
        # as a kernel is compiled: raises where the libraries are too old or too new for the card
        capability = cuda.current_context().device.compute_capability
        of_card_alone = "a" if capability >= (9, 0) else ""
        cuda.cudadrv.nvrtc.get_arch_option(*capability, of_card_alone)
    except Exception as error:
        return f"the NVIDIA card cannot be used: {_one_line(error)}"
    return ""


def _one_line(error: Any) -> str:
    return " ".join(str(error).split())


def program(function: Callable[..., None]) -> Any:
    """Let a kernel call a program on words, which returns nothing: its results are in memory.

    Arrays of uint32 are memory of words, a uint32 is a word, other whole numbers are places and
    choices, and named tuples have such fields.
    """
    if SIMULATED:
        return _plain(function)
    from numba.cuda.extending import intrinsic

    return intrinsic(emitting(function, _given))


def _given(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Return an argument as the program sees it."""
    if isinstance(kind, types.Array):
        return WordMemory(builder, context.make_array(kind)(context, builder, value).data)
    if isinstance(kind, types.BaseTuple):
        fields = [builder.extract_value(value, n) for n in range(len(kind))]
        given = [_given(context, builder, *field) for field in zip(kind.types, fields, strict=True)]
        return kind.instance_class(*given) if isinstance(kind, types.BaseNamedTuple) else given
    if kind == types.uint32:
        return Word(builder, value)
    return Number(builder, context.cast(builder, value, kind, types.int64))


def _plain(function: Callable[..., None]) -> Callable[..., None]:
    def seen(value: Any) -> Any:
        if isinstance(value, tuple):
            inside = map(seen, value)
            return type(value)(*inside) if hasattr(value, "_fields") else tuple(inside)
        if hasattr(value, "shape") and value.shape:
            return PlainWords(value)
        return value if isinstance(value, np.uint32) else int(value)

    @wraps(function)
    def call(*arguments: Any) -> None:
        function(*map(seen, arguments))

    return call


class CardCache(KernelCache):
    """The files of one kernel of a card: its machine code, which the card's driver loads."""

    compiles = False

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the code for a signature, if it is there; else say, once, that it is compiled."""
        found = super().load_overload(sig, target_context)
        if found is None and not CardCache.compiles:
            CardCache.compiles = True
            kept = "" if KernelCache.said else "; it is kept"
            told(f"cakernel: compiling for the graphics card, about {SECONDS} s{kept}")
        return found

    def _reduced(self, data: Any) -> Any:
        return data._reduce_states()

    def _rebuilt(self, target_context: Any, reduced: Any) -> Any:
        from numba.cuda.dispatcher import _Kernel

        made = _Kernel._rebuild(**reduced)
        # where the driver does not take the code, it is compiled anew
        made.bind()
        return made


def kernel(function: Callable[..., None], *known: Any, **options: Any) -> Any:
    """Compile a kernel, which `launch` runs, or load it from disk.

    ``known`` is what a function within another one is made for.
    """
    from numba import cuda

    if SIMULATED:
        return cuda.jit(function)
    made = cuda.jit(**options)(function)
    folder = cache_folder(Path(function.__code__.co_filename))
    # without the library kernels are only read of
    if folder and find_spec("numba_cuda"):
        of_kernel = version("numba-cuda"), repr(known), repr(options)
        made._cache = CardCache(function, folder, *of_kernel)
    return made


def part(function: Callable[..., Any]) -> Any:
    """Compile a function that kernels call."""
    from numba import cuda

    return cuda.jit(device=True)(function)


def rounded_product() -> Any:
    """Return what multiplies two float64 and rounds, whatever the product is added to.

    A card's compiler would else join product and sum, and round once.
    """
    if SIMULATED:
        return mul
    from numba.cuda import libdevice

    return libdevice.dmul_rn


def launch(function: Any, blocks: int, threads: int | tuple[int, int], *arguments: Any) -> None:
    """Run a kernel on so many blocks of so many threads."""
    with warnings.catch_warnings():
        # numba says that few blocks leave a card idle
        warnings.filterwarnings("ignore", "Grid size .* under-utilization")
        function[blocks, threads](*arguments)


def free_bytes() -> int:
    """Return how much memory of the card is free."""
    if SIMULATED:
        return 1 << 30
    from numba import cuda

    return int(cuda.current_context().get_memory_info()[0])


def multiprocessors() -> int:
    """Return how many multiprocessors the card has."""
    if SIMULATED:
        return 1
    from numba import cuda

    return int(cuda.current_context().device.MULTIPROCESSOR_COUNT)


def empty(shape: Any, dtype: Any) -> Any:
    """Return an array on the card."""
    from numba import cuda

    return cuda.device_array(shape, dtype)


def to_device(array: Any) -> Any:
    """Return a copy on the card."""
    from numba import cuda

    return cuda.to_device(np.ascontiguousarray(array))


@contextmanager
def driver_errors() -> Iterator[None]:
    """Raise what the card's driver refuses: DeviceMemoryError for memory, InvalidInput for others.

    After another error than of memory the driver does nothing more in this process.
    """
    try:
        yield
    except Exception as error:
        # a launch has an exception of its own, without a code
        if getattr(error, "code", None) == OUT_OF_MEMORY or "ERROR_OUT_OF_MEMORY" in str(error):
            raise DeviceMemoryError(str(error)) from error
        if type(error).__name__ in DRIVER_ERRORS:
            told = _one_line(error).rstrip(".")
            raise InvalidInput(f"device: the card failed: {told}; must be cpu") from error
        raise
