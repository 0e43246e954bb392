"""Compiled code on disk is only an optimisation: whatever is wrong with it, kernels run.

What is read was written by this user and is as it was written.
"""

import hashlib
import os
import pickle
import resource
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from numba import njit

from cakernel.jit.cache import DIGEST_BYTES, KernelCache
from cakernel.jit.compile import PACKAGE

pytestmark = pytest.mark.compiled


def tripled(number):
    return 3 * number


def run(folder, function=tripled):
    """Compile a function anew, or load it; say whether it was loaded."""
    made = njit(function)
    made._cache = KernelCache(function, folder)
    assert made(7) == function(7)
    return sum(made.stats.cache_hits.values()) == 1


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache that holds a function, and a process that has said nothing."""
    monkeypatch.setattr(KernelCache, "said", False)
    folder = tmp_path / "cache" / "version"
    assert not run(folder)
    assert run(folder)
    return folder


def file_of(folder):
    [file] = folder.iterdir()
    return file


def flipped(position):
    def damage(file):
        content = bytearray(file.read_bytes())
        content[position] ^= 1
        file.write_bytes(content)

    return damage


def swapped(file):
    """Write a file that is whole, of another function."""
    run(file.parent, lambda number: number + 1)
    [other] = set(file.parent.iterdir()) - {file}
    other.replace(file)


def whole(content):
    """Write a file with the checksum of what it holds."""
    return lambda file: file.write_bytes(hashlib.sha256(content).digest() + content)


def replaced(make):
    def damage(file):
        file.unlink()
        make(file)

    return damage


DAMAGES = {
    "empty": lambda file: file.write_bytes(b""),
    "cut in the checksum": lambda file: os.truncate(file, DIGEST_BYTES - 1),
    "cut after the checksum": lambda file: os.truncate(file, DIGEST_BYTES),
    "cut by a byte": lambda file: os.truncate(file, file.stat().st_size - 1),
    "longer": lambda file: file.write_bytes(file.read_bytes() + b"0"),
    "other bytes": lambda file: file.write_bytes(bytes(range(256)) * 99),
    **{f"flipped {n}": flipped(n) for n in (0, DIGEST_BYTES, DIGEST_BYTES + 1, 2000, -1)},
    "no pickle": whole(b"no pickle"),
    "an empty pickle": whole(b""),
    "another object": whole(pickle.dumps(7)),
    "a pipe": replaced(os.mkfifo),
    "a link to nothing": replaced(lambda file: file.symlink_to("nothing")),
    "a link to a file": replaced(lambda file: file.symlink_to(__file__)),
    "can be written by all": lambda file: file.chmod(0o666),
    "can be written by the group": lambda file: file.chmod(0o620),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_said_once_and_written_anew(folder, capsys, damage):
    damage(file_of(folder))
    assert not run(folder)
    said = capsys.readouterr().err
    assert said.startswith("cakernel: kernels are compiled anew: ")
    assert said.count("\n") == 1
    assert run(folder)
    damage(file_of(folder))
    assert not run(folder)
    assert capsys.readouterr().err == ""


def test_a_file_of_another_function_is_not_taken(folder):
    swapped(file_of(folder))
    assert not run(folder)
    assert run(folder)


def test_a_folder_in_a_file_s_place_stays_and_kernels_run(folder):
    file = file_of(folder)
    file.unlink()
    file.mkdir()
    assert not run(folder)
    assert not run(folder)


def foreign(path):
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    os.chown(path, 12345, -1)


def linked(folder):
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to("elsewhere")


def a_file(folder):
    shutil.rmtree(folder)
    folder.touch()


FOLDERS = {
    "of another user": (foreign, "belongs to another user"),
    "for the group": (lambda folder: folder.chmod(0o770), "can be written by others"),
    "for all, sticky": (lambda folder: folder.chmod(0o1777), "can be written by others"),
    "a link": (linked, "is a link"),
    "a file": (a_file, "Not a directory"),
    "in a file": (lambda folder: a_file(folder.parent), "Not a directory"),
}


@pytest.mark.parametrize(("change", "reason"), FOLDERS.values(), ids=FOLDERS)
def test_from_such_a_folder_nothing_is_loaded_nor_written_there(folder, capsys, change, reason):
    change(folder)
    before = sorted(folder.parent.rglob("*")) if folder.parent.is_dir() else None
    assert not run(folder)
    assert not run(folder)
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1
    if before is not None:
        assert sorted(folder.parent.rglob("*")) == before


def test_a_planted_file_does_not_run(folder, tmp_path):
    class Planted:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "it ran"),)

    file = file_of(folder)
    whole(pickle.dumps(Planted()))(file)
    foreign(file)
    assert not run(folder)
    assert not (tmp_path / "it ran").exists()
    whole(pickle.dumps(Planted()))(file_of(folder))
    foreign(folder)
    assert not run(folder)
    assert not (tmp_path / "it ran").exists()


def test_files_and_folder_are_for_their_user_alone(folder):
    assert folder.stat().st_mode & 0o777 == 0o700
    assert file_of(folder).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_can_only_be_read_is_read(folder):
    file_of(folder).chmod(0o400)
    folder.chmod(0o500)
    assert run(folder)


def test_a_disk_that_fills_leaves_nothing_behind(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(KernelCache, "said", False)
    # a write beyond the limit fails as one on a full disk does
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        assert not run(tmp_path)
        assert not run(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert not list(tmp_path.iterdir())
    assert "File too large" in capsys.readouterr().err


def test_a_closed_standard_error_stops_nothing(folder, monkeypatch):
    with open(os.devnull, "w") as closed:
        pass
    monkeypatch.setattr(sys, "stderr", closed)
    file_of(folder).write_bytes(b"")
    assert not run(folder)


def test_many_processes_may_write_and_read_one_folder(tmp_path):
    models = TinyModels(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(models.run) for _ in range(8)]
        assert {tuple(n for n, _ in each.result()) for each in answers} == {(20, 20)}
    assert models.run() == [(20, 1), (20, 1)]
    assert len(models.files()) == 2


def test_two_versions_of_the_package_share_a_cache(tmp_path):
    older, newer = TinyModels(tmp_path / "older"), TinyModels(tmp_path / "newer")
    older.cache = newer.cache = tmp_path / "cache"
    newer.write_part("one", factor=3)
    assert older.run() == [(20, 0), (20, 0)]
    assert newer.run() == [(30, 0), (20, 1)]
    assert older.run() == [(20, 1), (20, 1)]


@pytest.mark.parametrize("home", ["/proc/home", "/dev/null"])
def test_a_home_that_cannot_be_written(tmp_path, home):
    changes = {"CAKERNEL_CACHE_DIR": None, "XDG_CACHE_HOME": None, "HOME": home}
    said = TinyModels(tmp_path).process(changes)
    assert said.stdout.split() == ["20", "0"] * 2
    assert said.stderr.startswith(f"cakernel: kernels are compiled anew: {home}")
    assert said.stderr.count("\n") == 1


def test_a_user_without_a_home(folder, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    assert not run(Path("~/.cache/cakernel/version"))
    assert not Path("~").exists()
    assert "CAKERNEL_CACHE_DIR names one" in capsys.readouterr().err


# an entry that is cached and a function that it calls, of which numba's own cache knows nothing
ENTRY = """
from cakernel.jit.compile import compiled
from cakernel.{model}.kernel.part import part

@compiled(entry=True)
def entry(number):
    return part(number)
"""
PART = """
from cakernel.jit.compile import compiled

@compiled
def part(number):
    return {factor} * number
"""
CALL = """
from cakernel.one.kernel.entry import entry as one
from cakernel.two.kernel.entry import entry as two

for entry in (one, two):
    print(entry(10), sum(entry.stats.cache_hits.values()))
"""


class TinyModels:
    """A package of two models with a kernel each, run in processes of their own."""

    def __init__(self, root):
        self.package, self.cache = root / "cakernel", root / "cache"
        for folder in ("jit", "one/kernel", "two/kernel"):
            (self.package / folder).mkdir(parents=True)
        # without this file Python would find the package that is installed
        (self.package / "__init__.py").touch()
        for file in ("compile.py", "cache.py", "notice.py", "parts.py"):
            shutil.copy(PACKAGE / "jit" / file, self.package / "jit")
        for model in ("one", "two"):
            entry = self.package / model / "kernel/entry.py"
            entry.write_text(ENTRY.format(model=model))
            self.write_part(model, factor=2)

    def write_part(self, model, *, factor):
        (self.package / model / "kernel/part.py").write_text(PART.format(factor=factor))

    def process(self, environment=()):
        """Call both models in a new process, in an environment."""
        whole = {
            **os.environ,
            "PYTHONPATH": str(self.package.parent),
            "CAKERNEL_CACHE_DIR": str(self.cache),
            **dict(environment),
        }
        told = {name: value for name, value in whole.items() if value is not None}
        command = [sys.executable, "-c", CALL]
        return subprocess.run(
            command, env=told, cwd=self.package, capture_output=True, text=True, check=True
        )

    def run(self):
        """Return the answer of both models and how often each one's code was loaded."""
        lines = self.process().stdout.splitlines()
        return [tuple(map(int, line.split())) for line in lines]

    def files(self):
        """Return the compiled files and when each was written."""
        return {path: path.stat().st_mtime_ns for path in self.cache.glob("*/*")}


def test_an_edited_model_is_compiled_again_and_the_other_one_is_not(tmp_path):
    models = TinyModels(tmp_path)
    assert models.run() == [(20, 0), (20, 0)]
    first = models.files()
    assert len(first) == 2
    assert models.run() == [(20, 1), (20, 1)]
    assert models.files() == first

    models.write_part("one", factor=3)
    assert models.run() == [(30, 0), (20, 1)]
    later = models.files()
    assert len(later) == 3
    assert first.items() <= later.items()


@pytest.mark.compiled
def test_what_takes_seconds_is_said_once_and_before(tmp_path):
    program = (
        "import cakernel as ck\n"
        "for periods in (20, 30):\n"
        "    ck.trace(ck.Model(periods=periods), policy=ck.policies()[0],"
        " scenario=ck.paper_scenarios()[0])\n"
    )
    environment = {**os.environ, "CAKERNEL_CACHE_DIR": str(tmp_path / "cache")}
    told = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=environment, capture_output=True, text=True, check=True,
        ).stderr
        for _ in range(2)
    ]  # fmt: skip
    assert told == ["cakernel: compiling for this machine, about 3 s; it is kept\n", ""]
