"""Notebooks: whether code runs in one, and a bar there for what takes more than a second."""

import html
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

SHOWN_AFTER_SECONDS: Final = 1.0
BETWEEN_SECONDS: Final = 0.2
# one bar at a time: what a public function calls reports to that function
_shown = [False]


def in_notebook() -> bool:
    """Say whether the code runs in a cell of a notebook, rather than in a script or a terminal."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def wants_bar() -> bool:
    """Say whether a public function that is called now shows its progress by itself."""
    return not _shown[0] and in_notebook()


@contextmanager
def notebook_bar(what: str) -> Iterator[Callable[..., None]]:
    """Give a function to be told how far something is; the bar goes when it ends.

    It takes numbers, done and to do, or a state with ``work_done`` and ``work``.
    """
    shown_by: Any = import_module("IPython.display")

    begun = last = time.monotonic()
    handle: Any = None

    def report(*told: Any) -> None:
        nonlocal handle, last
        now = time.monotonic()
        if now - begun < SHOWN_AFTER_SECONDS or (handle and now - last < BETWEEN_SECONDS):
            return
        done, total = told if len(told) == 2 else (told[0].work_done, told[0].work)
        shown = shown_by.HTML(bar_html(what, done, total, now - begun))
        last = now
        if handle is None:
            handle = shown_by.display(shown, display_id=True)
        else:
            handle.update(shown)

    _shown[0] = True
    try:
        yield report
    finally:
        _shown[0] = False
        if handle is not None:
            handle.update(shown_by.HTML(""))


def bar_html(what: str, done: float, total: float, seconds: float) -> str:
    """Return a bar, the share that is done and the time that is left.

    Examples
    --------
    >>> bar_html("simulate", 30, 120, 10.0)
    '<progress value="30" max="120"></progress> simulate: 25%, 30 s left'
    """
    total = max(done, total)
    share = done / total if total else 0.0
    left = f", {seconds * (1 / share - 1):.0f} s left" if share else ""
    label = html.escape(what)
    return f'<progress value="{done}" max="{total}"></progress> {label}: {share:.0%}{left}'
