"""The shape of the grid, and its border of ghost firms.

States are held in arrays of (chains + 2, firms + 2): a border of one firm all round. On an open
boundary the border is ABSENT, which is above every state, so that a minimum passes it over and a
rule's table has an entry for it; on a periodic one it repeats the opposite side.
"""

from typing import NamedTuple

from cakernel.jit.compile import compiled

ABSENT = 3


class Grid(NamedTuple):
    """What every replication of a block shares."""

    chains: int
    firms: int
    periods: int
    when_hit: bool
    ends_wrap: bool
    across_wrap: bool
    initial_operational: int
    initial_intangibles: int


@compiled
def set_border(states, grid):
    """Fill the border of ``states`` (chains + 2, firms + 2) from its inside."""
    chains, firms = grid.chains, grid.firms
    for k in range(1, chains + 1):
        states[k, 0] = states[k, firms] if grid.ends_wrap else ABSENT
        states[k, firms + 1] = states[k, 1] if grid.ends_wrap else ABSENT
    for i in range(1, firms + 1):
        states[0, i] = states[chains, i] if grid.across_wrap else ABSENT
        states[chains + 1, i] = states[1, i] if grid.across_wrap else ABSENT
