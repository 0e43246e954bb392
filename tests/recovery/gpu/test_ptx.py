"""Without a card: kernels compiled for one, where NVIDIA's compilers are installed."""

import re
import subprocess
from importlib.util import find_spec
from operator import mul
from pathlib import Path

import numpy as np
import pytest

import cakernel as ck
from cakernel.jit import cuda
from cakernel.recovery.gpu.kernel.shape import Launch, shape_of
from cakernel.recovery.kernel.folding import Parts, welford_by
from cakernel.recovery.kernel.states import HIGH, TABLE_SHAPE
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of
from helpers.emulated_card import compilers_missing, ptx_of

MISSING = compilers_missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)
LAUNCH = Launch(*[1] * len(Launch._fields))
GRID = grid_of(ck.Model())


def of_axes(*axes):
    return [np.zeros((1,) * count, dtype) for count, dtype in axes]


def assembled(code, registers, folder):
    """Return what NVIDIA's assembler says of a kernel."""
    packages = Path(find_spec("numba_cuda").origin).parents[1]
    # an older one elsewhere may not know the language
    found = next(iter(packages.glob("nvidia/*/bin/ptxas")), None)
    if found is None:
        pytest.skip("ptxas is not installed")
    (folder / "code.ptx").write_text(code)
    (arch,) = re.findall(r"\.target (\w+)", code)
    command = [found, f"-arch={arch}", "-v", f"--maxrregcount={registers}", "code.ptx"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stderr


def simulation_of(policies, scenarios, model=ck.Model()):  # noqa: B008
    """Return the shape and the kernel of a study, and values of its arguments' types."""
    from cakernel.recovery.gpu.kernel.periods import simulation

    shape = shape_of(grid_of(model), policies_of(policies), batch_of(model, scenarios, 0).scenarios)
    near, shocks, planes, worth, outcomes = of_axes(
        (2, np.int64), (2, np.uint64), (2, np.uint32), (2, np.int64), (1, np.int64)
    )
    given = GRID, policies_of(policies), near, shocks, planes, worth, LAUNCH, outcomes
    return shape, simulation(shape), given


def test_a_firms_planes_are_in_registers(tmp_path):
    """Only what is laid out at the end, to be summed, is in local memory."""
    shape, kernel, arguments = simulation_of(ck.policies(), ck.paper_scenarios())
    code = ptx_of(kernel, *arguments)
    assert ".target sm_90" in code
    numbers = 2 * shape.counts + shape.planes.resources + 2 * HIGH
    assert re.findall(r"__local_depot\d+\[(\d+)\];", code) == [str(8 * numbers)]
    assert "ld.shared" in code
    told = assembled(code, shape.registers, tmp_path)
    (spilled,) = re.findall(r"(\d+) bytes spill stores", told)
    assert int(spilled) < 150


@pytest.mark.parametrize("cc", [(7, 5), (8, 6), (12, 0)])
def test_the_largest_block_fits_every_card(tmp_path, cc):
    """Registers and shared memory of 1,023 threads: no more than each card has."""
    model = ck.Model(chains=3, firms=341)
    shape, kernel, arguments = simulation_of(ck.policies()[:1], ck.paper_scenarios()[:1], model)
    assert shape.row == 1024
    told = assembled(ptx_of(kernel, *arguments, cc=cc), shape.registers, tmp_path)
    registers, shared = re.findall(r"Used (\d+) registers.* (\d+) bytes smem", told)[0]
    assert int(registers) * 1024 <= 1 << 16
    assert int(shared) <= 48 << 10


def test_tables_and_fine_amounts_compile():
    own = np.arange(3).reshape(3, 1, 1, 1, 1)
    table = ck.Rule("own", np.random.default_rng(4).integers(own, 3, TABLE_SHAPE))
    thirds = ck.paper_scenarios()[0].replace(operational_cost=(1 / 3, 2 / 3, 1.0))
    shape, kernel, arguments = simulation_of(
        [ck.Policy(supply_rule=table, cyber_rule="CRD-1")], [thirds]
    )
    assert shape.tables
    assert shape.planes.resources > 40
    assert ".target sm_90" in ptx_of(kernel, *arguments)


def others():
    """Return what runs before and after the periods, and values of its arguments' types."""
    from cakernel.recovery.gpu.kernel.draws import draw, set_planes, sum_moments
    from cakernel.recovery.gpu.kernel.folding import fold

    scenarios, shocks = of_axes((2, np.uint64), (2, np.uint64))
    amounts, rows, planes = of_axes((2, np.int64), (2, np.int64), (2, np.uint32))
    outcomes, limbs, first = of_axes((1, np.int64), (3, np.uint64), (1, np.int64))
    seed = np.uint64(1), np.uint64(0)
    whole, unit, found = of_axes((1, np.int64), (2, np.float64), (4, np.float64))
    parts = Parts(*[whole] * 4, unit, unit)
    return [
        (draw, (*seed, GRID, scenarios, LAUNCH, shocks)),
        (set_planes, (amounts, rows, LAUNCH, planes)),
        (sum_moments, (outcomes, limbs, first)),
        (fold, (outcomes, LAUNCH, parts, found)),
    ]


def test_what_comes_before_and_after_compiles():
    for kernel, arguments in others():
        assert ".target sm_90" in ptx_of(kernel, *arguments)


def computed(code):
    """Return the operations on float64 that may round."""
    found = set(re.findall(r"^\s*(?:@\S+\s+)?(\w\S*\.f64\S*)", code, re.MULTILINE))
    return {name for name in found if name.split(".")[0] not in ("ld", "mov", "selp", "st")}


def test_all_that_is_folded_is_rounded_as_on_the_cpu():
    """What has .rn stays one operation; sums then have no product that they could be joined to."""
    *_, (fold, arguments) = others()
    rounded = {"mul.rn.f64", "div.rn.f64", "sqrt.rn.f64", "cvt.rn.f64.s64"}
    sums = {"add.f64", "sub.f64", "add.rn.f64", "sub.rn.f64"}
    found = computed(ptx_of(fold, *arguments))
    assert rounded <= found <= rounded | sums


def test_a_plain_product_is_joined_to_a_sum():
    """So the test above would notice, and `cuda.rounded_product` is needed."""
    welford = cuda.part(welford_by(mul))

    @cuda.kernel
    def step(values):
        values[0], values[1] = welford(values[0], values[1], values[2], 3)

    assert "fma.rn.f64" in computed(ptx_of(step, np.zeros(3)))
