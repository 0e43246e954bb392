"""Compiled code on disk is never that of other sources, and each model has its own."""

import shutil
from pathlib import Path

import pytest

from cakernel.jit import compile
from cakernel.jit.compile import PACKAGE, cache_folder, compiled, kernel_version, source_digest

MODELS = ["recovery", "coopetition"]
# a part of a model may use the model's compiled code
PART = "recovery/optimal"


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


def test_a_part_of_a_model_has_a_version_that_the_models_edits_change(package, monkeypatch):
    monkeypatch.setattr(compile, "PACKAGE", package)
    shutil.copytree(PACKAGE / PART / "kernel", package / PART / "kernel")

    def versions():
        kernel_version.cache_clear()
        return kernel_version("recovery"), kernel_version(PART)

    try:
        of_model, of_part = versions()
        for folder, kept in ((PART, True), ("recovery", False)):
            edited = package / folder / "kernel" / "__init__.py"
            edited.write_text(edited.read_text() + "# edited\n")
            before, (of_model, of_part) = (of_model, of_part), versions()
            assert (of_model == before[0]) is kept
            assert of_part != before[1]
    finally:
        kernel_version.cache_clear()


@pytest.mark.parametrize("model", [*MODELS, PART])
def test_compiled_code_lies_in_the_folder_of_its_model(model, monkeypatch, tmp_path):
    monkeypatch.setenv("CAKERNEL_CACHE_DIR", str(tmp_path))
    source = PACKAGE / model / "kernel" / "part" / "compiled.py"
    assert cache_folder(source) == tmp_path / kernel_version(model)


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
    assert doubled.stats.cache_path is None
