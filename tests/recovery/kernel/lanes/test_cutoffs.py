"""Which lanes may leave a state, and until when, lane by lane."""

import numba
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.cutoffs import LEAVE_VECTORS, has_cutoffs, set_leave

# a kernel that is not an entry is called through one
call_set_leave = numba.njit(lambda *arguments: set_leave(*arguments))
call_has_cutoffs = numba.njit(lambda cutoffs: has_cutoffs(cutoffs))


def early(cutoffs, horizons, period):
    """Return for each side and state and lane whether it may be left in a period from 0 on."""
    remaining = horizons - (period + 1)
    return np.array([[remaining >= cutoffs[side, state] for state in (0, 1)] for side in (0, 1)])


@settings(deadline=None)
@given(
    scenarios=st.lists(st.integers(1, 9), min_size=1, max_size=6).map(sorted),
    repeats=st.integers(1, 5),
    skipped=st.integers(0, 4),
    lanes=st.sampled_from([8, 16, 64, 512]),
    cutoffs=st.lists(st.integers(0, 11), min_size=4, max_size=4),
    period=st.integers(0, 8),
)
def test_lanes_may_leave_while_enough_periods_remain(
    scenarios, repeats, skipped, lanes, cutoffs, period
):
    # the block's lanes are some of the call's items, in the order of their horizons
    of_item = np.repeat(scenarios, repeats)
    first = min(skipped, len(of_item) - 1)
    horizons = of_item[first : first + lanes]
    count = len(horizons)
    if period >= horizons[-1]:
        period = int(horizons[-1]) - 1
    lane = int(np.argmax(horizons > period))
    table = np.zeros((2, 3), np.int64)
    table[:, :2] = np.reshape(cutoffs, (2, 2))
    leave = np.full(LEAVE_VECTORS * VECTOR_BYTES, 77, np.uint8)

    past, change = call_set_leave(
        leave, table, period, lane, count, first, repeats, np.array(scenarios), lanes // 8
    )

    expected = early(table, horizons, period)
    bits = np.unpackbits(leave, bitorder="little").reshape(2, 2, -1, lanes)
    for of_firm in np.moveaxis(bits, 2, 0):
        np.testing.assert_array_equal(of_firm[:, :, lane:count], expected[:, :, lane:])
    assert past == (not expected[:, :, lane:].all())
    # of those that run nothing changes before, and something does then, or all are done
    for later in range(period, change):
        running = horizons > later
        found = early(table, horizons, later)[:, :, running]
        np.testing.assert_array_equal(found, expected[:, :, running])
    assert change <= horizons[-1]
    if change < horizons[-1]:
        assert (early(table, horizons, change) != expected).any()
    assert call_has_cutoffs(table) == any(cutoffs)
