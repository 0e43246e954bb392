"""The innermost level: the targets of one rule for a row of firms, on bits."""

import numpy as np
import pytest

import cakernel as ck
from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES, load, store
from cakernel.recovery.kernel.lanes.targets import TABLE, Near, built_in_targets, table_targets
from cakernel.recovery.kernel.states import ABSENT

FIRMS, LANES = 64, 512
# passes over the row in one call, which takes as long as a pass before it starts
PASSES = 100
FIRM_BYTES = LANES // 8


@compiled(entry=True)
def aim_row(rule, table, states, ends, out, spare):
    """Set ``out`` (2, bytes) to the bits of the targets of a row that lies between two others.

    ``states`` is uint8 of (6 * bytes,): bits one and two of the row, of the one before and of the
    one after, each with a firm's bytes of lead and of tail; ``ends`` of (2, bytes) is where there
    is an upstream, and a downstream neighbour.
    """
    firm = FIRM_BYTES
    row = ends.shape[1]
    for _ in range(PASSES):
        for p in range(firm, row - firm, VECTOR_BYTES):
            own = (load(states, p), load(states, row + p))
            near = Near(p, p - firm, p + firm, 2 * row + p, 4 * row + p, row, row, row)
            if rule == TABLE:
                every = ~(own[0] ^ own[0])
                present = (load(ends[0], p), load(ends[1], p), every, every)
                one, two = table_targets(table, spare, states, near, own, present)
            else:
                one, two = built_in_targets(rule, states, near, own)
            store(out[0], p, one)
            store(out[1], p, two)


def as_bits(states):
    """Return states (firms, lanes) as their two bits, with a firm's bytes of lead and of tail."""
    bits = np.zeros((2, (FIRMS + 2) * FIRM_BYTES), np.uint8)
    for n in range(2):
        packed = np.packbits(states > n, axis=1, bitorder="little")
        bits[n, FIRM_BYTES:-FIRM_BYTES] = packed.ravel()
    return bits


def as_states(bits):
    """Return the states (firms, lanes) that two bits stand for."""
    inside = bits[:, FIRM_BYTES:-FIRM_BYTES].reshape(2, FIRMS, FIRM_BYTES)
    return np.unpackbits(inside, axis=2, bitorder="little").sum(axis=0, dtype=np.uint8)


BUILT_IN = [("supply", f"SRD-{n}") for n in range(1, 9)] + [
    ("cyber", f"CRD-{n}") for n in range(1, 7)
]


@pytest.mark.parametrize(("side", "name"), [*BUILT_IN, ("own", "table")])
def test_targets_of_a_row(benchmark, side, name):
    random = np.random.default_rng(1)
    before, own, after = random.integers(0, 3, (3, FIRMS, LANES), dtype=np.uint8)
    if side == "own":
        lowest = np.arange(3).reshape(3, 1, 1, 1, 1)
        rule = ck.Rule("table", random.integers(lowest, 3, (3, 4, 4, 4, 4)))
    else:
        rule = ck.rule(side, name)
    code = rule.kernel_code
    assert (code == TABLE) == (side == "own")
    ends = np.full((2, (FIRMS + 2) * FIRM_BYTES), 255, np.uint8)
    ends[0, FIRM_BYTES : 2 * FIRM_BYTES] = 0
    ends[1, -2 * FIRM_BYTES : -FIRM_BYTES] = 0
    out = np.zeros_like(ends)
    rows = np.concatenate([as_bits(states).ravel() for states in (own, before, after)])
    spare = np.zeros(16 * VECTOR_BYTES, np.uint8)

    aim_row(code, rule.targets.ravel(), rows, ends, out, spare)
    out[:] = 0
    benchmark(aim_row, code, rule.targets.ravel(), rows, ends, out, spare)

    none = np.full((1, LANES), ABSENT, np.uint8)
    upstream, downstream = np.concatenate([none, own[:-1]]), np.concatenate([own[1:], none])
    expected = rule.targets[own, upstream, downstream, before, after]
    np.testing.assert_array_equal(as_states(out), expected)
    benchmark.extra_info["firm-periods"] = FIRMS * LANES * PASSES
