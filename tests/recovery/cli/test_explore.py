"""`cakernel explore` on the command line: its address, its end, and what it refuses."""

import re
import signal
import socket
import subprocess
import sys

import pytest

from helpers.patience import SECONDS

pytest.importorskip("panel")


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_it_says_where_it_is_and_ends_when_told_to(sent, code):
    command = [sys.executable, "-m", "cakernel", "explore"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        line = process.stdout.readline()
        address = r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32}"
        assert re.fullmatch(rf"The live page is at {address} \(Ctrl-C ends it\)\n", line)
        process.send_signal(sent)
        told, wrong = process.communicate(timeout=SECONDS)
    assert (told, process.returncode) == ("the live page is closed\n", code), wrong
    assert "Traceback" not in wrong


def test_bad_input_is_one_line(cakernel):
    assert cakernel("explore", "--port", 70000) == (
        2, "", "error: port: got 70000; must be a whole number from 0 to 65,535\n"
    )  # fmt: skip
    assert cakernel("explore", "--regime", "huge")[2].startswith("error: regime: got 'huge'; must")
    assert cakernel("explore", "none.toml")[2].startswith("error: none.toml: cannot be read")
    assert cakernel("explore", "--scenario-index", 576)[2] == (
        "error: scenario_index: got 576; must be a whole number from 0 to 575\n"
    )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, wrong = cakernel("explore", "--port", port)
    assert (code, wrong) == (2, f"error: --port: got {port}; Address already in use\n")


def test_without_panel_one_line_says_what_to_install(cakernel, monkeypatch):
    monkeypatch.setitem(sys.modules, "panel", None)
    code, _, wrong = cakernel("explore")
    assert code == 2
    assert wrong.startswith("error: explore needs ")
    assert "panel>=" in wrong
    assert wrong.count("\n") == 1
