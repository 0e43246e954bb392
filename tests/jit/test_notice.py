"""What is said while code is compiled: a bar on a terminal, one line elsewhere."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest

from cakernel.jit.notice import CELLS, bar_line, compiling

LINE = "cakernel: compiling for this machine, about 9 s; it is kept"
PROGRAM = """
import sys, time
from cakernel.jit.notice import compiling, told

def work(error=None):
    with compiling(9, kept=True):
        # a bar is drawn by a thread
        time.sleep(0.5)
        if error:
            raise error

"""
WORKER = """
from multiprocessing import get_context

if __name__ == "__main__":
    from test_notice import in_worker

    process = get_context("spawn").Process(target=in_worker)
    process.start()
    process.join()
"""
BESIDE_A_BAR = """
from rich.console import Console
from rich.progress import Progress

with Progress(console=Console(stderr=True), transient=True):
    work()
"""
INTERRUPTED = """
try:
    work(KeyboardInterrupt())
except KeyboardInterrupt:
    told("interrupted")
"""


def in_worker():
    with compiling(9, kept=True):
        pass


def on_terminal(then, *, columns=100, term="xterm"):
    """Run a program whose standard error is a terminal; return what that was sent."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM + then],
        stderr=its,
        cwd=os.path.dirname(__file__),
        env={**os.environ, "TERM": term},
    ) as process:
        os.close(its)
        sent = b""
        try:
            while part := os.read(ours, 1 << 16):
                sent += part
        except OSError:
            # nobody has the other end open any more
            pass
    os.close(ours)
    assert process.returncode == 0
    return sent.decode()


def shown(sent, columns):
    """Return what a terminal shows of one line that is drawn over."""
    line = [" "] * columns
    place = 0
    for letter in sent:
        if letter == "\r":
            place = 0
        else:
            line[place] = letter
            place += 1
    return "".join(line).rstrip()


@pytest.mark.parametrize("columns", [100, 40])
def test_a_terminal_has_a_bar_that_goes_when_work_ends(columns):
    sent = on_terminal("work()", columns=columns)
    drawn = sent.split("\r")
    assert "\n" not in sent
    assert len(drawn) > 3
    assert all(len(line) < columns for line in drawn)
    assert drawn[1].startswith("cakernel: compiling for this machine"[: columns - 1])
    if columns == 100:
        assert drawn[1].rstrip().endswith("9 s left; it is kept")
    assert shown(sent, columns) == ""


def test_a_bar_goes_when_work_fails():
    sent = on_terminal(INTERRUPTED)
    *bar, end = sent.split("\r")[:-1]
    assert end == "interrupted"
    assert bar[1].startswith("cakernel: compiling")
    assert bar[-1].strip() == ""


@pytest.mark.parametrize(
    ("then", "term"), [("work()", "dumb"), (BESIDE_A_BAR, "xterm"), (WORKER, "xterm")]
)
def test_a_line_where_a_bar_would_be_in_the_way(then, term):
    sent = on_terminal(then, term=term)
    assert sent.count(LINE) == 1
    assert "#" not in sent
    assert "left" not in sent


def test_a_line_where_there_is_no_terminal(capsys):
    with compiling(9, kept=True):
        assert capsys.readouterr().err == LINE + "\n"
    with compiling(9, kept=True, first=False):
        pass
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("stream", [None, "closed"])
def test_work_goes_on_where_nobody_can_read(monkeypatch, tmp_path, stream):
    if stream == "closed":
        stream = (tmp_path / "file").open("w")
        stream.close()
    for name in ("stderr", "__stderr__"):
        monkeypatch.setattr(sys, name, stream)
    with compiling(9, kept=False):
        pass


@pytest.mark.parametrize(
    ("waited", "full", "left"), [(0, 0, "8 s left"), (4, 10, "4 s left"), (30, 19, "soon there")]
)
def test_the_bar_never_says_that_it_is_done(waited, full, left):
    assert bar_line("what", waited, 8, "!") == f"what [{'#' * full}{'-' * (CELLS - full)}] {left}!"
