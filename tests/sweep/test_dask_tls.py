"""Sweeps on a scheduler with TLS, set up word for word as docs/sweeps.md says but for places."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import distributed
import pytest

import cakernel as ck
from helpers.dask_cluster import DASK_MARKS
from helpers.patience import SECONDS
from helpers.recovery_sweeps import contents, few_at_a_time, small

DOCS = Path(__file__).parents[2] / "docs" / "sweeps.md"
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
pytestmark = [*DASK_MARKS, needs_openssl]


def told(language, word):
    """Return the block of code in the docs that has a word."""
    found = re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = [block for block in found if word in block]
    return block


def certified(folder):
    """Make a certificate and Dask's configuration in a folder."""
    folder.mkdir()
    subprocess.run(
        told("bash", "openssl req"), shell=True, cwd=folder, check=True, stderr=subprocess.DEVNULL
    )
    text = told("yaml", "require-encryption").replace("/home/me", str(folder))
    (folder / "distributed.yaml").write_text(text)
    return folder


def commands(port):
    """Return the three lines of the docs: scheduler, worker, sweep."""
    lines = told("bash", "dask scheduler").replace("8786", str(port)).splitlines()
    return [line.replace("scheduler:", "127.0.0.1:").split() for line in lines]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A scheduler and a worker with certificates: their folder, and the scheduler's port."""
    folder = certified(tmp_path_factory.mktemp("tls") / "mine")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = []
    environment = os.environ | {"DASK_CONFIG": str(folder)}
    for _, what, *rest in commands(port)[:2]:
        rest = ["1" if word == "32" else word for word in rest]
        arguments = [sys.executable, "-m", "distributed.cli.dask_" + what, *rest]
        log = (folder / f"{what}.log").open("w")
        arguments += ["--host", "127.0.0.1"]
        running.append(subprocess.Popen(arguments, env=environment, stdout=log, stderr=log))
    deadline = time.monotonic() + SECONDS
    while "Registered to" not in (folder / "worker.log").read_text():
        assert time.monotonic() < deadline, (folder / "worker.log").read_text()
        time.sleep(0.2)
    yield folder, port
    for process in reversed(running):
        process.terminate()
        process.wait(SECONDS)


def sweep_on(address, config, tmp_path):
    """Open a pool in a process of its own, whose Dask reads a configuration; return its output."""
    code = (
        "import sys; from helpers.recovery_sweeps import small, few_at_a_time; "
        "import cakernel as ck\n"
        "if __name__ == '__main__':\n"
        "    try:\n"
        "        pool = ck.DaskPool(sys.argv[1])\n"
        "        work = few_at_a_time(small())\n"
        "        ck.run_sweep(small(), sys.argv[2], pool=pool, block_work=work)\n"
        "    except ck.InvalidInput as error:\n"
        "        sys.exit(f'refused: {error}')\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "DASK_CONFIG"}
    tests = Path(__file__).parents[1]
    environment["PYTHONPATH"] = os.pathsep.join([str(tests), environment.get("PYTHONPATH", "")])
    if config is not None:
        environment["DASK_CONFIG"] = str(config)
    done = subprocess.run(
        [sys.executable, "-c", code, address, str(tmp_path / "dask")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.stderr


def test_who_holds_the_key_gets_the_bytes_of_a_local_run(served, tmp_path):
    folder, port = served
    assert commands(port)[2][-2:] == ["--cluster", f"tls://127.0.0.1:{port}"]
    assert "refused" not in sweep_on(f"tls://127.0.0.1:{port}", folder, tmp_path)
    ck.run_sweep(small(), tmp_path / "local", block_work=few_at_a_time(small()))
    assert contents(tmp_path / "dask") == contents(tmp_path / "local") != {}


def test_others_are_refused_in_one_line(served, tmp_path):
    folder, port = served
    other = certified(tmp_path / "other")
    wanted = {
        (f"tls://127.0.0.1:{port}", None): "needs certificates in Dask's configuration",
        (f"tls://127.0.0.1:{port}", other): "no scheduler answers there",
        (f"tcp://127.0.0.1:{port}", None): "no scheduler answers there",
        (f"tcp://127.0.0.1:{port}", folder): "must begin with tls://",
    }
    for (address, config), message in wanted.items():
        said = sweep_on(address, config, tmp_path)
        assert said.startswith(f"refused: cluster: got {address!r}; {message}"), said
        assert "Traceback" not in said


def test_a_local_cluster_refuses_other_users_of_the_machine():
    # they reach 127.0.0.1, too
    with ck.DaskPool("local", workers=1) as pool:
        address = pool._client.scheduler.address
        assert address.startswith("tls://127.0.0.1:")
        strange = distributed.Security.temporary()
        for where, security in ((address, strange), (address.replace("tls", "tcp"), None)):
            with pytest.raises(OSError, match=r"TLS|reset|closed|timed out"):
                distributed.Client(where, security=security, timeout=3, set_as_default=False)
