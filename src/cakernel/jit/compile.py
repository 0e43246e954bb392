"""The one place for numba's options and for the on-disk cache of compiled code.

numba's cache does not notice that a function which a cached function calls has changed. So the
cache lives in a folder named by a hash of the sources that a model's compiled code is made of: this
package and the model's folder ``kernel``. An edited kernel has a new folder and can never be served
stale, and the other models keep theirs.
"""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs
from numba import config, njit

# threads that numba can run on: all cores that this process may use, or NUMBA_NUM_THREADS
MOST_THREADS: int = config.NUMBA_NUM_THREADS

SHARED = Path(__file__).parent


@cache
def source_digest(kernel: Path, shared: Path = SHARED) -> str:
    """Return a hash of a model's compiled sources, short enough for a folder name.

    Asked once a process: what is loaded counts, not what is edited since.

    Parameters
    ----------
    kernel : Path
        The folder of the model's kernels.
    shared : Path
        The folder of what all kernels use.
    """
    digest = hashlib.sha256()
    for folder in (shared, kernel):
        for path in sorted(folder.rglob("*.py")):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def kernel_version(model: str) -> str:
    """Return the hash of a model's compiled sources: that of ``cakernel.<model>.kernel``."""
    return source_digest(SHARED.parent / model / "kernel")


def kernel_folder(source: str) -> Path:
    """Return the folder ``kernel`` that a source file lies in, or else the file's own folder."""
    parents = Path(source).parents
    return next((folder for folder in parents if folder.name == "kernel"), parents[0])


@cache
def cache_folder(kernel: Path) -> str | None:
    """Return the folder of a model's compiled code, or None where none can be written."""
    root = os.environ.get("CAKERNEL_CACHE_DIR") or platformdirs.user_cache_dir("cakernel")
    folder = Path(root) / source_digest(kernel)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return str(folder) if os.access(folder, os.W_OK) else None


def compiled(
    function: Callable[..., Any] | None = None,
    *,
    entry: bool = False,
    parallel: bool = False,
    inlined: bool = False,
    folded: bool = False,
) -> Any:
    """Compile a function with the project's options; every kernel uses this and nothing else.

    Only an ``entry`` can be called from Python: for all others numba is spared the wrappers.
    ``inlined`` is for small parts of a hot loop, which LLVM may otherwise call as functions, with
    their vectors passed through memory. A ``folded`` function is written into its callers before
    types are inferred: a part with a name of its own that costs no compilation of its own. Kernels
    make no arrays, so that none but the parallel one counts references: threads would contend for
    the counts.
    """
    if function is None:
        return lambda inner: compiled(
            inner, entry=entry, parallel=parallel, inlined=inlined, folded=folded
        )
    # what an entry calls is kept with it
    folder = cache_folder(kernel_folder(function.__code__.co_filename)) if entry else None
    # numba reads its cache folder when it decorates; put back what the user's own functions use
    before = config.CACHE_DIR
    if folder is not None:
        config.CACHE_DIR = folder
    try:
        return njit(
            error_model="numpy",
            nogil=True,
            parallel=parallel,
            forceinline=inlined,
            inline="always" if folded else "never",
            no_cpython_wrapper=not entry,
            no_cfunc_wrapper=True,
            _nrt=parallel,
            cache=folder is not None,
        )(function)
    finally:
        config.CACHE_DIR = before
