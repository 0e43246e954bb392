"""The one place for numba's options and for the on-disk cache of compiled code.

numba does not notice that a function which a cached function calls has changed. So each model's
compiled code has a cache folder of its own, named by a hash of all sources that it is made of: this
package and the model's folder ``kernel``; a part of a model with a folder ``kernel`` of its own may
use the model's, too. An edit gives the folder a new name, so stale code is never loaded, and the
code of other models stays compiled. How it is kept: `cakernel.jit.cache`.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs
from numba import config, njit, types

from cakernel.jit.cache import KernelCache
from cakernel.jit.notice import compiling
from cakernel.jit.parts import PartCompiler

# threads that numba can run on: all cores that this process may use, or NUMBA_NUM_THREADS
MOST_THREADS: int = config.NUMBA_NUM_THREADS

# packages whose functions have said in this process that they are being compiled
SAID: set[str] = set()

PACKAGE = Path(__file__).parents[1]


def source_digest(*folders: Path) -> str:
    """Return a hash of the Python files in folders, short enough for a folder's name."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def kernel_version(model: str) -> str:
    """Return the hash of the sources of a model's compiled code, as this process found them.

    A part of a model is named by its path, as "recovery/optimal".
    """
    path = Path(model)
    above = [part for part in path.parents if part.name]
    kernels = [PACKAGE / part / "kernel" for part in (*reversed(above), path)]
    return source_digest(PACKAGE / "jit", *kernels)


def cache_folder(source: Path) -> Path | None:
    """Return the folder for the compiled code of a source file.

    There is none for code outside a folder ``kernel``, whose sources no hash covers.
    """
    if not source.is_relative_to(PACKAGE):
        return None
    folders = source.relative_to(PACKAGE).parts[:-1]
    if "kernel" not in folders[1:]:
        return None
    model = "/".join(folders[: folders.index("kernel")])
    named = os.environ.get("CAKERNEL_CACHE_DIR")
    root = Path(named or platformdirs.user_cache_dir("cakernel"))
    if named:
        # the folder at hand may be another one, or gone, when code is compiled
        with suppress(OSError):
            root = root.absolute()
    return root / kernel_version(model)


def compiled(
    function: Callable[..., Any] | None = None,
    *,
    entry: bool = False,
    parallel: bool = False,
    inlined: bool = False,
    folded: bool = False,
    by_address: bool = False,
    linked: bool = False,
    seconds: int = 0,
) -> Any:
    """Compile a function with the project's options; every kernel uses this and nothing else.

    Kernels make no arrays, so only the parallel one counts references: the counts are shared, and
    threads would wait for each other.

    Parameters
    ----------
    function : callable, optional
        The function; without it, a decorator is returned.
    entry : bool, default False
        Whether Python calls the function. Only then numba makes a wrapper for Python and keeps the
        compiled code on disk, with that of all functions that it calls.
    parallel : bool, default False
        Whether the function has a prange loop.
    inlined : bool, default False
        For small parts of a hot loop. LLVM may otherwise call them, and then passes their vectors
        through memory.
    folded : bool, default False
        Write the function into its callers before types are inferred: it has a name of its own
        and costs no compilation of its own.
    by_address : bool, default False
        Called by address (see `known`). It is kept on disk like an entry.
    linked : bool, default False
        Make machine code of it in its entries alone (see `parts`): it takes a third less time to
        compile, where many functions call each other. Not for what a hot loop calls: the lanes'
        periods ran a fifth slower so.
    seconds : int, default 0
        About how long a user waits until this function and all that is compiled after it are
        there, which is said while it is compiled; 0 for not long.
    """
    if function is None:
        return lambda inner: compiled(
            inner,
            entry=entry,
            parallel=parallel,
            inlined=inlined,
            folded=folded,
            by_address=by_address,
            linked=linked,
            seconds=seconds,
        )
    kept = entry or by_address
    made = njit(
        pipeline_class=PartCompiler if linked else None,
        error_model="numpy",
        nogil=True,
        parallel=parallel,
        forceinline=inlined,
        inline="always" if folded else "never",
        no_cpython_wrapper=not entry,
        no_cfunc_wrapper=not by_address,
        _nrt=parallel,
    )(function)
    if made is function:
        # compilation is off
        return made
    _compile_once(made)
    if seconds:
        _say_while_compiling(made, seconds)
    if kept and (folder := cache_folder(Path(function.__code__.co_filename))):
        made._cache = KernelCache(function, folder)
    return made


def _say_while_compiling(made: Any, seconds: int) -> None:
    """Let a function say when it is being compiled."""
    compiler, package = made._compiler, made.py_func.__module__.rpartition(".")[0]
    compile_now = compiler.compile

    def compile_and_say(arguments: Any, result: Any) -> Any:
        first = package not in SAID
        SAID.add(package)
        with compiling(seconds, kept=not KernelCache.said, first=first):
            return compile_now(arguments, result)

    compiler.compile = compile_and_say


def _compile_once(made: Any) -> None:
    """Let a literal number be any number: numba would compile a function for each one given."""
    typed = made.get_call_template

    def get_call_template(kinds: Any, named: Any) -> Any:
        return typed(tuple(types.unliteral(kind) for kind in kinds), named)

    made.get_call_template = get_call_template
