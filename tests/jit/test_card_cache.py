"""Code of a card on disk, without a card: what is kept, when it is taken, what is said."""

import os
from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np
import pytest

from cakernel.jit import cuda
from cakernel.jit.cache import KernelCache

pytestmark = pytest.mark.skipif(
    cuda.SIMULATED or find_spec("numba_cuda") is None, reason="numba-cuda is not installed"
)


class Card:
    """A pretended card, whose driver keeps the code that it loads."""

    def __init__(self):
        self.device = SimpleNamespace(compute_capability=(9, 0), id=0)
        self.refuses = False
        self.loaded, self.ran = [], []

    def create_module_image(self, cubin, *_):
        if self.refuses:
            self.refuses = False
            raise RuntimeError("[218] no such code")
        self.loaded.append(cubin.code)
        return SimpleNamespace(get_function=lambda name: SimpleNamespace(module=loaded_module))


loaded_module = SimpleNamespace(initialized=True)


@pytest.fixture
def card(monkeypatch, tmp_path):
    """Let a pretended card take the place of the one that is missing, with an empty cache."""
    from numba import cuda as numba_cuda
    from numba.cuda import dispatcher
    from numba.cuda.cudadrv import devices, driver

    if not numba_cuda.cudadrv.nvvm.is_available() or not driver._have_nvjitlink():
        pytest.skip("NVIDIA's compilers are not installed")
    card = Card()
    monkeypatch.setattr(dispatcher, "get_current_device", lambda: card.device)
    monkeypatch.setattr(devices, "get_context", lambda *_: card)
    monkeypatch.setattr(dispatcher._Kernel, "launch", lambda kernel, *_: card.ran.append(kernel))
    monkeypatch.setattr(KernelCache, "said", False)
    monkeypatch.setattr(cuda.CardCache, "compiles", False)
    monkeypatch.setenv("CAKERNEL_CACHE_DIR", str(tmp_path / "cache"))
    return card


def new_kernel(*known, **options):
    from cakernel.recovery.gpu.kernel.draws import sum_moments

    return cuda.kernel(sum_moments.py_func, *known, **options)


def load(*known, **options):
    """Launch a kernel that is compiled anew, or loaded; say whether it was loaded."""
    axes = (1, np.int64), (3, np.uint64), (1, np.int64)
    outcomes, limbs, first = (np.zeros((1,) * count, kind) for count, kind in axes)
    made = new_kernel(*known, **options)
    cuda.launch(made, 1, (32, 2), outcomes, limbs, first)
    return sum(made.stats.cache_hits.values()) == 1


def files(tmp_path):
    return list((tmp_path / "cache").rglob("*sum_moments-*"))


def test_what_was_compiled_is_loaded(card, tmp_path, capsys):
    assert [load(), load()] == [False, True]
    assert len({kernel.entry_name for kernel in card.ran}) == 1
    assert len(card.ran) == 2
    # a program for the processors of NVIDIA
    assert card.loaded[0].startswith(b"\x7fELF")
    assert card.loaded[0] == card.loaded[1]
    assert len(files(tmp_path)) == 1
    # once
    assert capsys.readouterr().err == (
        "cakernel: compiling for the graphics card, about 4 s; it is kept\n"
    )


def test_code_for_anything_else_is_not_loaded(card, monkeypatch, tmp_path):
    assert not load()
    assert not load("another shape")
    assert not load(max_registers=64)
    card.device.compute_capability = (8, 0)
    assert not load()
    monkeypatch.setattr(cuda, "version", lambda _: "0.0")
    assert not load()
    assert load()
    assert len(files(tmp_path)) == 5


def test_what_a_driver_does_not_take_is_compiled_anew(card, capsys):
    assert not load()
    card.refuses = True
    assert not load()
    assert "no such code" in capsys.readouterr().err
    assert load()


@pytest.mark.parametrize("size", [0, 20, 2000])
def test_a_file_that_was_cut_is_written_anew(card, tmp_path, capsys, size):
    assert not load()
    [file] = files(tmp_path)
    os.truncate(file, size)
    assert not load()
    assert "is damaged" in capsys.readouterr().err
    assert load()


def test_a_folder_that_cannot_be_made(card, monkeypatch, capsys):
    monkeypatch.setenv("CAKERNEL_CACHE_DIR", "/dev/null")
    assert not load()
    assert not load()
    said = capsys.readouterr().err
    assert said.startswith("cakernel: kernels are compiled anew: /dev/null")
    # no word of what is kept
    assert said.endswith("compiling for the graphics card, about 4 s\n")
    assert said.count("\n") == 2


@pytest.mark.gpu
@pytest.mark.skipif(bool(cuda.device_missing()), reason="no card answers")
def test_code_from_disk_does_what_was_compiled(monkeypatch, tmp_path):
    monkeypatch.setenv("CAKERNEL_CACHE_DIR", str(tmp_path / "cache"))
    outcomes = np.arange(6)
    for loaded in (0, 1):
        made = new_kernel()
        limbs, first = cuda.empty((1, 2, 6), np.uint64), cuda.empty(2, np.int64)
        cuda.launch(made, 1, 32, cuda.to_device(outcomes), limbs, first)
        assert limbs.copy_to_host()[0, :, [0, 2]].tolist() == [[3, 12], [5, 50]]
        assert first.copy_to_host().tolist() == [0, 3]
        assert sum(made.stats.cache_hits.values()) == loaded
