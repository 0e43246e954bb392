"""The emulated card finds the faults that a card would not tell of."""

import re

import pytest

import cakernel as ck
from cakernel.recovery.engine import Experiment
from cakernel.recovery.gpu import engine
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of
from helpers import emulated_card as emulation
from helpers.emulated_card import EmulatedCard, OnCard, compilers_missing, emulated_card
from helpers.ptx import Translation

MISSING = compilers_missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def run(folder, change=lambda code: code):
    """Run a small experiment on kernels whose PTX is changed; return the kernels' names."""
    model = ck.Model(chains=2, firms=3, periods=4)
    experiment = Experiment(
        grid=grid_of(model),
        seed=1,
        policies=policies_of(ck.policies()[4:6]),
        batch=batch_of(model, ck.paper_scenarios()[:2], 0),
        first_replication=0,
        replications=40,
        threads=1,
    )
    unchanged = emulation.assembly_of
    with pytest.MonkeyPatch.context() as patched, emulated_card(folder) as card:
        patched.setattr(emulation, "assembly_of", lambda made: change(unchanged(made)))
        sums = experiment.sums(experiment.batch.position, each=False)
        engine.run_on_gpu(experiment, sums, slice(0, 40), None)
    return card.ran


def test_all_kernels_run(tmp_path):
    assert run(tmp_path) == ["draw", "set_planes", "simulate", "sum_moments"]


def test_a_missing_barrier(tmp_path):
    """The last one of an outcome's planes: one half is read while the other is written."""

    def without(code):
        kept, _, after = code.rpartition("bar.sync")
        return kept + "// bar.sync" + after

    with pytest.raises(AssertionError, match=r"simulate: block 0, .* before a barrier"):
        run(tmp_path, without)


def test_a_barrier_that_not_all_reach(tmp_path):
    def for_some(code):
        register, predicate = "\n.reg .b32 %which;\n", ".reg .pred %some;\n"
        asked = "mov.u32 %which, %tid.x;\nsetp.eq.u32 %some, %which, 0;\n@%some bar.sync 1;\n"
        code = code.replace("bar.sync", asked + "bar.sync", 1)
        return re.sub(r"(\n\s*\.reg \.pred)", register + predicate + r"\1", code, count=1)

    with pytest.raises(AssertionError, match="waits at another barrier than the first thread"):
        run(tmp_path, for_some)


@pytest.mark.parametrize(
    ("kind", "moved", "what"),
    [
        ("st.global.u64", 1 << 40, "outside of every array"),
        ("ld.global.u64", 4, "not aligned in global memory"),
        ("st.shared.u32", 1 << 20, "outside of shared memory"),
        ("ld.shared.u32", 2, "outside of shared memory"),
        ("ld.local.u32", 1 << 20, "outside of local memory"),
    ],
)
def test_an_access_that_is_off(tmp_path, kind, moved, what):
    def off(code):
        place = re.escape(kind) + r"([^;]*?)\[(%\w+)(?:\+(\d+))?\]"
        return re.sub(place, lambda m: f"{kind}{m[1]}[{m[2]}+{int(m[3] or 0) + moved}]", code)

    with pytest.raises(AssertionError, match=what):
        run(tmp_path, off)


def test_memory_that_nobody_set(tmp_path):
    """What a kernel does not write is no 0 by luck."""

    def without(code):
        return re.sub(r"st\.shared\.u32[^;]*;", "", code)

    with pytest.raises(AssertionError, match="reads shared memory that nobody wrote"):
        run(tmp_path, without)


def test_an_array_that_is_too_small(tmp_path, monkeypatch):
    made = EmulatedCard.empty

    def smaller(card, shape, dtype):
        return OnCard(made(card, shape, dtype).array[:-1])

    monkeypatch.setattr(EmulatedCard, "empty", smaller)
    with pytest.raises(AssertionError, match=r"draw: .* outside of every array"):
        run(tmp_path)


@pytest.mark.parametrize(
    "operation",
    [
        "brev.b32 %r1, %r2",
        # may be joined to a sum, or is joined to one
        "mul.f64 %fd1, %fd2, %fd2",
        "fma.rn.f64 %fd1, %fd2, %fd2, %fd2",
    ],
)
def test_an_operation_that_is_not_known(operation):
    code = f".entry k(.param .u64 k_param_0)\n{{ .reg .b32 %r<3>; .reg .f64 %fd<3>; {operation}; }}"
    name = operation.split()[0].replace(".", r"\.")
    with pytest.raises(NotImplementedError, match=f"PTX {name}"):
        Translation(code)


@pytest.mark.parametrize(
    "moved", ["mov.b64 %rd1, %fd1", "mov.b64 %fd1, %rd1", "ld.global.b64 %fd1, [%rd1]"]
)
def test_bits_of_a_float_are_no_whole_number(moved):
    code = f".entry k(.param .u64 k_param_0)\n{{ .reg .b64 %rd<3>; .reg .f64 %fd<3>; {moved}; }}"
    with pytest.raises(NotImplementedError, match="PTX %fd1 as uint64_t"):
        Translation(code)
