"""Without a card: kernels compiled for one, where NVIDIA's compilers are installed."""

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import cakernel as ck
from cakernel.jit import cuda
from cakernel.recovery.gpu.kernel.shape import Launch, shape_of
from cakernel.recovery.kernel.lanes.diagrams import Diagrams
from cakernel.recovery.kernel.states import TABLE_SHAPE
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of

pytestmark = pytest.mark.skipif(
    cuda.SIMULATED or find_spec("numba_cuda") is None, reason="numba-cuda is not installed"
)
HOPPER = (9, 0)
LAUNCH = Launch(
    **dict.fromkeys(Launch._fields, 1)
    | {"first_replication": np.uint64(0)}
    | dict.fromkeys(("when_hit", "ends_wrap", "across_wrap"), True)
)  # fmt: skip


@pytest.fixture
def compiled(monkeypatch):
    """Compile a kernel for arguments of some types."""
    dispatcher = pytest.importorskip("numba.cuda.dispatcher")
    device = SimpleNamespace(compute_capability=HOPPER)
    # a kernel asks the card what the functions that it calls are compiled for
    monkeypatch.setattr(dispatcher, "get_current_device", lambda: device)

    def ptx(kernel, *arguments):
        from numba import cuda, typeof, types

        if not cuda.cudadrv.nvvm.is_available():
            pytest.skip("NVVM is not installed")
        kinds = types.void(*map(typeof, arguments))
        code, _ = cuda.compile(
            kernel.py_func, kinds, device=False, abi="numba", cc=HOPPER, output="ptx"
        )
        return code

    return ptx


def of_axes(*axes):
    return [np.zeros((1,) * count, dtype) for count, dtype in axes]


def simulation_of(policies, scenarios):
    """Return the shape and the kernel of a study, and values of its arguments' types."""
    from cakernel.recovery.gpu.kernel.periods import simulation

    model = ck.Model()
    shape = shape_of(grid_of(model), policies_of(policies), batch_of(model, scenarios, 0).scenarios)
    rows, shocks, planes, worth, outcomes = of_axes(
        (2, np.int64), (1, np.uint64), (1, np.uint32), (2, np.int64), (3, np.int64)
    )
    diagrams = Diagrams(*of_axes((4, np.int64), (2, np.int64), (3, np.int64)))
    return shape, simulation(shape), (rows, diagrams, shocks, planes, worth, LAUNCH, outcomes)


def test_a_firms_planes_are_in_registers(compiled, tmp_path):
    """Only what is laid out at the end, to be summed, is in local memory."""
    shape, kernel, arguments = simulation_of(ck.policies(), ck.paper_scenarios())
    code = compiled(kernel, *arguments)
    assert ".target sm_90" in code
    assert re.findall(r"__local_depot\d+\[(\d+)\];", code) == [str(4 * shape.numbers)]
    assert "ld.shared" in code
    packages = Path(find_spec("numba_cuda").origin).parents[1]
    # an older one elsewhere may not know the language
    found = next(iter(packages.glob("nvidia/*/bin/ptxas")), None)
    if found is None:
        pytest.skip("ptxas is not installed")
    (tmp_path / "code.ptx").write_text(code)
    told = subprocess.run(
        [found, "-arch=sm_90", "-v", f"--maxrregcount={shape.registers}", "code.ptx"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stderr
    (spilled,) = re.findall(r"(\d+) bytes spill stores", told)
    assert int(spilled) < 300


def test_tables_and_fine_amounts_compile(compiled):
    own = np.arange(3).reshape(3, 1, 1, 1, 1)
    table = ck.Rule("own", np.random.default_rng(4).integers(own, 3, TABLE_SHAPE))
    thirds = ck.paper_scenarios()[0].replace(operational_cost=(1 / 3, 2 / 3, 1.0))
    shape, kernel, arguments = simulation_of(
        [ck.Policy(supply_rule=table, cyber_rule="CRD-1")], [thirds]
    )
    assert shape.answers > 0
    assert shape.planes.resources > 40
    assert ".target sm_90" in compiled(kernel, *arguments)


def test_what_comes_before_and_after_compiles(compiled):
    from cakernel.recovery.gpu.kernel.draws import draw, set_planes, sum_moments

    index, thresholds, shocks = of_axes((1, np.uint64), (2, np.uint64), (1, np.uint64))
    amounts, rows, planes = of_axes((2, np.int64), (2, np.int64), (1, np.uint32))
    outcomes, limbs, first = of_axes((3, np.int64), (4, np.uint64), (3, np.int64))
    for kernel, arguments in (
        (draw, (np.uint64(1), index, thresholds, LAUNCH, shocks)),
        (set_planes, (amounts, rows, LAUNCH, planes)),
        (sum_moments, (outcomes, LAUNCH, 0, limbs, first)),
    ):
        assert ".target sm_90" in compiled(kernel, *arguments)
