"""States and neighbours: their one definition, for descriptions and kernels alike.

A firm's operational state and its intangibles state are each low, medium or high. A rule gives a
target for every combination of the firm's own state and its neighbours', so its table has an axis
for the own state, then one for each neighbour in the order of `Neighbours`.
"""

from math import prod
from typing import Final, NamedTuple

LEVELS: Final = 3
LOW, MEDIUM, HIGH = range(LEVELS)
# the "state" of a neighbour that does not exist: above all others, so that a minimum passes it over
ABSENT: Final = LEVELS
# y of a firm without a cloud (CRD-0), throughout
ON_SITE_STATE: Final = MEDIUM

# from which state to which an upgrade goes, in the order in which costs are given
UPGRADES: Final = ((LOW, MEDIUM), (MEDIUM, HIGH), (LOW, HIGH))

# the two sides of a firm: operational state and supply rule, intangibles state and cyber rule
OPERATIONAL, INTANGIBLES = 0, 1
# a side has as many acquisitions, one a state, as costs, one an upgrade
AMOUNTS_A_SIDE: Final = LEVELS


class Neighbours(NamedTuple):
    """The states of a firm's neighbours, or ABSENT where the grid ends."""

    upstream: int
    downstream: int
    previous_chain: int
    next_chain: int


# the values that a neighbour's state can take
NEIGHBOUR_LEVELS: Final = LEVELS + 1
TABLE_SHAPE: Final = (LEVELS, *[NEIGHBOUR_LEVELS] * len(Neighbours._fields))
TABLE_SIZE: Final = prod(TABLE_SHAPE)

# kinds of neighbours in a network, for rules that count them; the last are all, each once
SUPPLIERS, CUSTOMERS, PEERS, ALL = range(4)
# the parts that a share of them is counted in: 1% are 10,000
WHOLE: Final = 1_000_000
# the own state of a row of such a rule that is for all firms that are not high
BELOW_HIGH: Final = HIGH
