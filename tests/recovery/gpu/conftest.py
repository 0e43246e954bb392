"""A card for the tests that need one."""

import pytest

from cakernel.jit import cuda
from helpers.emulated_card import compilers_missing, emulated_card

MISSING = cuda.device_missing()


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    """Let tests run on a card, in numba's simulator, or on what NVIDIA's compiler makes here."""
    if not MISSING:
        yield
    elif why := compilers_missing():
        pytest.skip(f"{MISSING}; {why}")
    else:
        with emulated_card(tmp_path_factory.mktemp("kernels")):
            yield
