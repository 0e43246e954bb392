"""Whether a card can be used, and why not; what of numba is imported."""

import subprocess
import sys
import warnings
from types import SimpleNamespace

import pytest

from cakernel.errors import InvalidInput
from cakernel.jit import cuda


@pytest.fixture
def numba_cuda(monkeypatch):
    """Let a module take the place of numba's, as if numba-cuda were installed."""
    import numba

    def put(**parts):
        monkeypatch.setattr(cuda, "SIMULATED", False)
        monkeypatch.setattr(cuda, "find_spec", lambda name: name)
        module = SimpleNamespace(**parts)
        monkeypatch.setitem(sys.modules, "numba.cuda", module)
        monkeypatch.setattr(numba, "cuda", module, raising=False)

    return put


def test_no_library(monkeypatch):
    monkeypatch.setattr(cuda, "SIMULATED", False)
    monkeypatch.setattr(cuda, "find_spec", lambda name: None)
    told = cuda.device_missing()
    assert "'cakernel[cuda13]'" in told
    assert "'cakernel[cuda12]'" in told
    assert "\n" not in told


def test_no_card(numba_cuda):
    numba_cuda(is_available=lambda: False, cuda_error=lambda: "no driver\nis found\n")
    assert cuda.device_missing() == "no NVIDIA card answers: no driver is found"


def test_no_compiler(numba_cuda):
    numba_cuda(is_available=lambda: False, cuda_error=lambda: None)
    assert "NVVM is missing; pip install 'cakernel[cuda13]'" in cuda.device_missing()


def known(major, minor, suffix):
    assert suffix == ("a" if major >= 9 else "")
    if (major, minor) < (7, 5):
        raise ValueError(f"compute capability {major}.{minor} is not supported\n")


def card(driver=(13, 0), libraries=(13, 1), context=None, capability=(9, 0), count=1):
    device = SimpleNamespace(compute_capability=capability)
    return {
        "is_available": lambda: True,
        "gpus": [device] * count,
        "current_context": context or (lambda: SimpleNamespace(device=device)),
        "cudadrv": SimpleNamespace(
            driver=SimpleNamespace(get_version=lambda: driver),
            nvrtc=SimpleNamespace(get_arch_option=known),
        ),
        "runtime": SimpleNamespace(get_version=lambda: libraries),
    }


def test_a_driver_without_a_card(numba_cuda):
    numba_cuda(**card(count=0))
    assert cuda.device_missing() == "no NVIDIA card answers: its driver lists none"


def test_a_card_that_fails(numba_cuda):
    def fail():
        raise RuntimeError("[46] all busy")

    numba_cuda(**card(context=fail))
    assert cuda.device_missing() == "the NVIDIA card cannot be used: [46] all busy"


def test_a_card_that_the_compiler_does_not_know(numba_cuda):
    numba_cuda(**card(capability=(7, 0)))
    assert cuda.device_missing() == (
        "the NVIDIA card cannot be used: compute capability 7.0 is not supported"
    )


def test_a_driver_that_is_too_old(numba_cuda):
    numba_cuda(**card(driver=(12, 4)))
    assert cuda.device_missing() == (
        "the NVIDIA driver is of CUDA 12.4 and numba-cuda's libraries of 13; pip install "
        "'cakernel[cuda12]', or a newer driver"
    )


@pytest.mark.parametrize("libraries", [(13, 1), (12, 9)])
def test_a_card(numba_cuda, libraries):
    numba_cuda(**card(libraries=libraries))
    assert cuda.device_missing() == ""


def test_few_blocks_are_run_in_silence():
    ran = []

    class Kernel:
        def __getitem__(self, configuration):
            told = "Grid size 2 will likely result in GPU under-utilization due to low occupancy."
            warnings.warn(told, stacklevel=1)
            return lambda *arguments: ran.append((configuration, arguments))

    cuda.launch(Kernel(), 2, 32, "a", "b")
    assert ran == [((2, 32), ("a", "b"))]


def test_too_little_memory():
    class Refused(Exception):
        code = 2

    with pytest.raises(cuda.DeviceMemoryError, match="all taken"), cuda.driver_errors():
        raise Refused("all taken")
    with pytest.raises(cuda.DeviceMemoryError, match="of a launch"), cuda.driver_errors():
        raise RuntimeError("CUDA_ERROR_OUT_OF_MEMORY: of a launch")


@pytest.mark.parametrize("name", cuda.DRIVER_ERRORS)
def test_what_else_a_driver_says(name):
    error = type(name, (Exception,), {"code": 719})
    told = r"^device: the card failed: unspecified launch failure; must be cpu$"
    with pytest.raises(InvalidInput, match=told), cuda.driver_errors():
        raise error("unspecified launch\n failure.")


def test_a_fault_of_ours_stays_one():
    with pytest.raises(KeyError), cuda.driver_errors():
        raise KeyError


def test_the_core_imports_nothing_for_cards():
    code = (
        "import sys, cakernel, cakernel.jit.cuda, cakernel.recovery.gpu.engine\n"
        "print([name for name in sys.modules if name.split('.')[:2] == ['numba', 'cuda']])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
