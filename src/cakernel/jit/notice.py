"""What standard error says while code is compiled: a line, or a bar where it is a terminal."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

CELLS = 20
REDRAWN_AFTER_SECONDS = 0.2


def told(line: str) -> None:
    """Print a line on standard error; where nobody can read it, work goes on."""
    with suppress(OSError, ValueError):
        print(line, file=sys.stderr, flush=True)


@contextmanager
def compiling(seconds: int, *, kept: bool, first: bool = True) -> Iterator[None]:
    """Say that code is being compiled, which takes about so long; a bar goes when it ends.

    What is not the ``first`` has been said by a line.
    """
    what, then = "cakernel: compiling for this machine", "; it is kept" if kept else ""
    if not _may_draw():
        if first:
            told(f"{what}, about {seconds} s{then}")
        yield
        return
    done = Event()
    drawer = Thread(target=_draw, args=(what, seconds, then, done), daemon=True)
    drawer.start()
    try:
        yield
    finally:
        done.set()
        drawer.join()


def _may_draw() -> bool:
    """Say whether a line of standard error may be drawn over, again and again.

    Not in a worker process, nor while a command shows a bar of its own: it then has put something
    else in the place of standard error. A line goes well with either.
    """
    # imported here: `cakernel status` compiles nothing
    from multiprocessing import parent_process

    stream = sys.stderr
    if parent_process() is not None or stream is not sys.__stderr__ or stream is None:
        return False
    with suppress(OSError, ValueError):
        return stream.isatty() and os.environ.get("TERM") != "dumb"
    return False


def _draw(what: str, seconds: int, then: str, done: Event) -> None:
    """Draw the bar until the work is done, then wipe it away."""
    stream: Any = sys.stderr
    begin = time.monotonic()
    with suppress(OSError, ValueError):
        width = os.get_terminal_size(stream.fileno()).columns - 1
        finished = False
        while not finished:
            line = bar_line(what, time.monotonic() - begin, seconds, then)[:width]
            stream.write(f"\r{line:{width}}")
            stream.flush()
            finished = done.wait(REDRAWN_AFTER_SECONDS)
        stream.write(f"\r{'':{width}}\r")
        stream.flush()


def bar_line(what: str, waited: float, seconds: int, then: str) -> str:
    """Return the bar after some seconds of about so many."""
    # how long it takes is not known: the last cell stays open
    full = min(int(CELLS * waited / seconds), CELLS - 1)
    left = f"{seconds - waited:.0f} s left" if waited < seconds - 0.5 else "soon there"
    return f"{what} [{'#' * full}{'-' * (CELLS - full)}] {left}{then}"
