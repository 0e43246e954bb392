"""One contract under one investment regime at one point: the equilibrium and its certificate."""

from cakernel.kernel.ctip.after import set_tables
from cakernel.kernel.ctip.ascent import find_maxima
from cakernel.kernel.ctip.certificate import largest_gain
from cakernel.kernel.ctip.equilibria import ONLY, TOLERANCE, select
from cakernel.kernel.ctip.layout import CONTRACT, FLEXIBLE, INVESTMENT, NASH, REACH, SCALE
from cakernel.kernel.ctip.nash import CYCLED, GAVE_UP, find_nash
from cakernel.kernel.ctip.search import set_limits
from cakernel.kernel.jit import compiled

NOT_RUN, CONVERGED, NOT_UNIQUE, CYCLING, NOT_CONVERGED = range(5)
# spillovers so strong that chains' investments stand in for each other
SUBSTITUTES = 0.95


@compiled
def solve(common, chain, curve, matrix, found, goal):
    """Leave the reported investments in ``chain``; return status, number found, rule and gain."""
    if common[CONTRACT] == FLEXIBLE:
        set_tables(common, chain)
    ending = GAVE_UP
    if goal == NASH:
        count, ending = find_nash(common, chain, curve, matrix, found)
    else:
        count = find_maxima(common, chain, curve, matrix, found, goal)
    status = CYCLING if ending == CYCLED else NOT_CONVERGED
    rule = ONLY
    if count > 0:
        chosen, equal, rule = select(common, found, count)
        for j in range(chain.shape[1]):
            chain[INVESTMENT, j] = found[chosen, j]
        if goal != NASH:
            # lower maxima are no optimum
            count = equal
            rule = ONLY if equal == 1 else rule
        status = NOT_UNIQUE if count > 1 or common[REACH] > SUBSTITUTES else CONVERGED
    return status, count, rule, largest_gain(common, chain, curve, goal)


@compiled
def certify(common, chain, curve, goal):
    """Return status and largest gain of the investments that ``chain`` holds."""
    if common[CONTRACT] == FLEXIBLE:
        set_tables(common, chain)
    set_limits(common, chain, goal)
    gain = largest_gain(common, chain, curve, goal)
    if gain > TOLERANCE * common[SCALE]:
        return NOT_CONVERGED, gain
    return NOT_UNIQUE if common[REACH] > SUBSTITUTES else CONVERGED, gain
