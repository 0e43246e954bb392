"""Compiled code on disk is never that of other sources, and each model has its own."""

import shutil
from pathlib import Path

import pytest

from cakernel.jit import compile as jit

MODELS = ["recovery", "coopetition"]


def kernels_of(package: Path, model: str) -> list[Path]:
    return sorted((package / model / "kernel").rglob("*.py"))


@pytest.fixture
def package(tmp_path):
    """A copy of the package's compiled code."""
    package = Path(jit.__file__).parents[1]
    for folder in ("jit", "recovery/kernel", "coopetition/kernel"):
        shutil.copytree(
            package / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    return tmp_path


def digests_of(package):
    """Not from the cache, which is for what a process has loaded."""
    digest = jit.source_digest.__wrapped__
    return {model: digest(package / model / "kernel", package / "jit") for model in MODELS}


def test_a_digest_is_that_of_the_sources(package):
    assert digests_of(package) == {model: jit.kernel_version(model) for model in MODELS}


@pytest.mark.parametrize("model", MODELS)
def test_an_edited_kernel_has_a_version_of_its_own_and_leaves_the_other_model_alone(package, model):
    before = digests_of(package)
    seen = {before[model]}
    for edited in kernels_of(package, model):
        edited.write_text(edited.read_text() + "# edited\n")
        after = digests_of(package)
        seen.add(after[model])
        assert {name for name in MODELS if after[name] != before[name]} == {model}
    assert len(seen) == 1 + len(kernels_of(package, model))


def test_an_edit_of_what_all_kernels_use_counts_for_all(package):
    before = digests_of(package)
    for edited in sorted((package / "jit").glob("*.py")):
        edited.write_text(edited.read_text() + "# edited\n")
        after = digests_of(package)
        assert all(after[name] != before[name] for name in MODELS)
        before = after


@pytest.mark.parametrize(
    ("source", "folder"),
    [
        ("cakernel/recovery/kernel/lanes/driver.py", "cakernel/recovery/kernel"),
        ("cakernel/coopetition/kernel/solver.py", "cakernel/coopetition/kernel"),
        ("elsewhere/model/compiled.py", "elsewhere/model"),
    ],
)
def test_compiled_code_lies_in_the_folder_of_its_model(source, folder):
    assert jit.kernel_folder(source) == Path(folder)
