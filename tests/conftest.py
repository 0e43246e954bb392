"""What several test files share."""

import shutil
import sys
from contextlib import nullcontext

import pytest

from cakernel import devices
from cakernel.cli import main
from cakernel.jit import compile as jit_compile
from cakernel.recovery.devices import Process
from helpers.pretended_card import PretendedCard


@pytest.fixture(scope="session", autouse=True)
def _compile_in_silence():
    """Say nothing of compilation: whether a test compiles depends on those before it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jit_compile, "compiling", lambda *_, **__: nullcontext())
        yield


@pytest.fixture
def cakernel(monkeypatch, tmp_path, capsys):
    """Run the command line in an empty folder; return exit code, standard output and error."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["cakernel", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return ended.value.code or 0, captured.out, captured.err

    return call


@pytest.fixture(autouse=True)
def _as_if_begun(monkeypatch):
    """Let the environment name no device, and forget what was said of one and how it was used."""
    monkeypatch.delenv(devices.VARIABLE, raising=False)
    devices.say_on_cpu.cache_clear()
    monkeypatch.setattr(Process, "used", False)
    monkeypatch.setattr(Process, "too_few", 0)


@pytest.fixture
def card(monkeypatch):
    """Pretend that there is a graphics card."""
    made = PretendedCard()
    made.put_in(monkeypatch)
    return made


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """Small folders of results by kind, each with its report beside it, as FOLDER.html."""
    from cakernel.report import write_report
    from helpers import report_folders

    root = tmp_path_factory.mktemp("reports")
    folders = {kind: write(root / kind) for kind, write in report_folders.FOLDERS.items()}
    for kind, folder in folders.items():
        write_report(folder, root / f"{kind}.html")
    return folders


@pytest.fixture(scope="session")
def pages(reports):
    """Return the reports of all kinds of folders."""
    return {
        kind: folder.with_suffix(".html").read_text(encoding="utf-8")
        for kind, folder in reports.items()
    }


@pytest.fixture
def copied(reports, tmp_path):
    """Copy the folder of a kind, to be changed."""

    def call(kind):
        return shutil.copytree(reports[kind], tmp_path / "copy", dirs_exist_ok=True)

    return call


@pytest.fixture(scope="module")
def cluster():
    """Start a Dask cluster of two processes of one thread."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        processes=True,
    ) as made:
        yield made
