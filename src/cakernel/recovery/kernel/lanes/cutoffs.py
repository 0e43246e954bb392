"""Cutoffs on lanes: which lanes may still leave a state, and until when this stays so.

How many periods remain depends on a lane's own horizon. Lanes stand in the order of their horizons,
so those that may leave a state are the last ones. Between two changes the lanes are the same in
every period: `period.run_periods` is then given one vector for each side and state.
"""

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.jit.programs import filled, program
from cakernel.recovery.kernel.states import HIGH

# vectors that say which lanes may leave low and medium, operational and then intangibles
LEAVE_VECTORS = 2 * HIGH


@compiled(linked=True)
def has_cutoffs(cutoffs):
    """Return whether any of a policy's cutoffs (2, 3) is above 0."""
    for side in range(2):
        for state in range(HIGH):
            if cutoffs[side, state] > 0:
                return True
    return False


@compiled(linked=True)
def first_early(cutoff, period, lane, count, first, repeats, horizons):
    """Return the first lane, from ``lane`` on, to which a cutoff leaves enough periods."""
    while lane < count:
        scenario = (first + lane) // repeats
        if horizons[scenario] - period - 1 >= cutoff:
            return lane
        lane = (scenario + 1) * repeats - first
    return count


@program
def fill(vector, at, word):
    """Set all words of a vector."""
    vector[at] = filled(word, vector[at])


@compiled(linked=True)
def set_lanes_from(vector, at, begin, firm_bytes):
    """Set the bits of the lanes from ``begin`` on, of all firms of a vector, and clear others."""
    for byte in range(VECTOR_BYTES):
        # a power of two of bytes
        before = begin - (byte & (firm_bytes - 1)) * 8
        vector[at + byte] = 255 << max(0, min(8, before)) & 255


@compiled(linked=True)
def set_leave(leave, cutoffs, period, lane, count, first, repeats, horizons, firm_bytes):
    """Say in ``leave`` which of the lanes that run may leave a state in a period, counted from 0.

    They are those from ``lane`` on; of others it says nothing. Return whether any may not, and the
    period of the next change.
    """
    past, change = False, horizons[(first + count - 1) // repeats]
    for side in range(2):
        for state in range(HIGH):
            cutoff = cutoffs[side, state]
            begin = first_early(cutoff, period, lane, count, first, repeats, horizons)
            if begin > lane:
                past = True
            if begin < count and cutoff > 0:
                change = min(change, horizons[(first + begin) // repeats] - cutoff)
            at = (side * HIGH + state) * VECTOR_BYTES
            if begin in (lane, count):
                fill(leave, at, -int(begin == lane))
            else:
                set_lanes_from(leave, at, begin, firm_bytes)
    return past, change
