"""Compiled code on disk is never that of other sources, and each model has its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cakernel.jit.compile import PACKAGE, cache_folder, compiled, kernel_version, source_digest

MODELS = ["recovery", "coopetition"]


@pytest.fixture
def package(tmp_path):
    """A copy of the package's compiled code."""
    for folder in ("jit", "recovery/kernel", "coopetition/kernel"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PACKAGE / folder, tmp_path / folder, ignore=ignored)
    return tmp_path


def digests_of(package):
    return {model: source_digest(package / "jit", package / model / "kernel") for model in MODELS}


def test_a_digest_is_that_of_the_sources(package):
    assert digests_of(package) == {model: kernel_version(model) for model in MODELS}


@pytest.mark.parametrize("model", MODELS)
def test_an_edited_kernel_has_a_version_of_its_own_and_leaves_the_other_model_alone(package, model):
    before = digests_of(package)
    seen = {before[model]}
    kernels = sorted((package / model / "kernel").rglob("*.py"))
    for edited in kernels:
        edited.write_text(edited.read_text() + "# edited\n")
        after = digests_of(package)
        seen.add(after[model])
        assert {name for name in MODELS if after[name] != before[name]} == {model}
    assert len(seen) == 1 + len(kernels)


def test_an_edit_of_what_all_kernels_use_counts_for_all(package):
    before = digests_of(package)
    for edited in sorted((package / "jit").glob("*.py")):
        edited.write_text(edited.read_text() + "# edited\n")
        after = digests_of(package)
        assert all(after[name] != before[name] for name in MODELS)
        before = after


@pytest.mark.parametrize("model", MODELS)
def test_compiled_code_lies_in_the_folder_of_its_model(model, monkeypatch, tmp_path):
    monkeypatch.setenv("CAKERNEL_CACHE_DIR", str(tmp_path))
    source = PACKAGE / model / "kernel" / "part" / "compiled.py"
    assert cache_folder(source) == str(tmp_path / kernel_version(model))


@pytest.mark.parametrize(
    "source", [Path("/elsewhere/kernel/compiled.py"), PACKAGE / "jit/compile.py", Path(__file__)]
)
def test_code_that_no_digest_covers_is_not_kept(source):
    assert cache_folder(source) is None


@pytest.mark.compiled
def test_functions_outside_the_kernels_are_compiled_anew():
    @compiled(entry=True)
    def doubled(number):
        return 2 * number

    assert doubled(21) == 42
    assert not doubled.stats.cache_path


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
        shutil.copy(PACKAGE / "jit/compile.py", self.package / "jit")
        for model in ("one", "two"):
            entry = self.package / model / "kernel/entry.py"
            entry.write_text(ENTRY.format(model=model))
            self.write_part(model, factor=2)

    def write_part(self, model, *, factor):
        (self.package / model / "kernel/part.py").write_text(PART.format(factor=factor))

    def run(self):
        """Call both models in a new process; return each one's answer and hits of the cache."""
        environment = os.environ | {
            "PYTHONPATH": str(self.package.parent),
            "CAKERNEL_CACHE_DIR": str(self.cache),
            "NUMBA_DISABLE_JIT": "0",
        }
        command = [sys.executable, "-c", CALL]
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return [tuple(map(int, line.split())) for line in said.stdout.splitlines()]

    def files(self):
        """Return the compiled files and when each was written."""
        found = (path for path in self.cache.rglob("*") if path.suffix in (".nbi", ".nbc"))
        return {path: path.stat().st_mtime_ns for path in found}


def test_an_edited_model_is_compiled_again_and_the_other_one_is_not(tmp_path):
    models = TinyModels(tmp_path)
    assert models.run() == [(20, 0), (20, 0)]
    first = models.files()
    assert len(first) == 4
    assert models.run() == [(20, 1), (20, 1)]
    assert models.files() == first

    models.write_part("one", factor=3)
    assert models.run() == [(30, 0), (20, 1)]
    later = models.files()
    assert len(later) == 6
    assert first.items() <= later.items()
