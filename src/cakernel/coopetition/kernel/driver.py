"""The parallel driver of the coopetition model: one item a parameter point.

A point is solved under every contract and regime asked for, in a thread's own scratch, and writes
only its own rows, so rows do not depend on the number of threads or on the other points.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import get_thread_id, prange

from cakernel.coopetition.kernel.best_response import set_limits
from cakernel.coopetition.kernel.certificate import largest_gain
from cakernel.coopetition.kernel.equilibria import FIRST_INVESTS, ONLY, TOLERANCE, select
from cakernel.coopetition.kernel.equilibrium_search import find_equilibria
from cakernel.coopetition.kernel.flexible_orders import set_tables
from cakernel.coopetition.kernel.layout import (
    CONTRACT,
    FLEXIBLE,
    GOAL,
    GRADIENT,
    INVESTMENT,
    NASH,
    ORDER,
    ORDER_HIT,
    ORDER_WHOLE,
    REACH,
    SCALE,
    ZERO,
    load,
)
from cakernel.coopetition.kernel.outcome import LARGEST_GAIN, write_outcome
from cakernel.coopetition.kernel.payoff import set_gradient
from cakernel.jit.compile import compiled

NOT_RUN, CONVERGED, NOT_UNIQUE, CYCLING, NOT_CONVERGED = range(5)
# spillovers so strong that chains' investments stand in for each other
SUBSTITUTES = 0.95


class Points(NamedTuple):
    """What is to be solved: points x contracts x regimes, in this order.

    ``parameters`` float64 (points, GIVEN); ``chains`` float64 (points, 3, n): v, L, d;
    ``contracts`` and ``regimes`` int64; ``given`` float64 (points or 0, n): investments to be
    certified instead.
    """

    parameters: Any
    chains: Any
    contracts: Any
    regimes: Any
    given: Any


class Rows(NamedTuple):
    """Results, one column a row of the table to be.

    ``numbers`` float64 (NUMBERS, rows), ``each`` float64 (CHAIN_NUMBERS, n, rows), ``codes`` int64
    (3, rows): status, equilibria found, rule that selected. For a closer look, else of 0 rows:
    ``found`` float64 (n, slots, rows), ``orders`` float64 (2, n, rows): orders of the chains, or of
    a chain that is whole and one that is breached by the number of breached rivals; ``slopes``
    float64 (n, rows): derivatives of what is maximised by the investments.
    """

    numbers: Any
    each: Any
    codes: Any
    found: Any
    orders: Any
    slopes: Any


@compiled
def solve_point(point, points, worker, scratch, rows):
    """Solve one point under every contract and regime."""
    n = points.chains.shape[2]
    common = scratch.common[worker]
    chain = scratch.chain[worker]
    curve = scratch.curve[worker]
    found = scratch.found[worker]
    first = point * points.contracts.size * points.regimes.size
    for number in range(points.contracts.size * points.regimes.size):
        contract = points.contracts[number // points.regimes.size]
        goal = points.regimes[number % points.regimes.size]
        load(common, chain, points.parameters[point], points.chains[point], contract, goal)
        if common[CONTRACT] == FLEXIBLE:
            set_tables(common, chain)
        set_limits(common, chain)
        count = 1
        rule = ONLY
        cycled = False
        gain = -1.0
        if points.given.shape[0] > 0:
            for j in range(n):
                chain[j, INVESTMENT] = points.given[point, j]
        else:
            count, cycled = find_equilibria(common, chain, curve, scratch.matrix[worker], found)
        if count > 0 and points.given.shape[0] == 0:
            chosen, equal, rule = select(common, found, count)
            for j in range(n):
                chain[j, INVESTMENT] = found[j, chosen]
            gain = found[n + 1, chosen]
            if common[GOAL] != NASH:
                # maxima that are lower than others are no optimum
                count = equal
                rule = FIRST_INVESTS if equal > 1 else ONLY
        if gain < 0.0:
            gain = largest_gain(common, chain, curve)
        _report(common, gain, count, rule, cycled, rows, first + number)
        _write_detail(common, chain, found, rows, first + number)
        write_outcome(common, chain, rows.numbers, rows.each, first + number)


@compiled(folded=True)
def _report(common, gain, count, rule, cycled, rows, row):
    """Write a certificate and what it makes of the investments."""
    status = CYCLING if cycled else NOT_CONVERGED
    if count > 0 and gain <= TOLERANCE * common[SCALE]:
        several = count > 1 or common[REACH] > SUBSTITUTES
        status = NOT_UNIQUE if several else CONVERGED
    rows.numbers[LARGEST_GAIN, row] = gain
    rows.codes[0, row] = status
    rows.codes[1, row] = count
    rows.codes[2, row] = rule


@compiled(folded=True)
def _write_detail(common, chain, found, rows, row):
    """Write all equilibria found, orders and slopes at the one reported, where they are wanted."""
    if rows.found.shape[2] > 0:
        set_gradient(common, chain, ZERO, chain.shape[0])
        whole = ORDER_WHOLE if common[CONTRACT] == FLEXIBLE else ORDER
        hit = ORDER_HIT if common[CONTRACT] == FLEXIBLE else ORDER
        for j in range(chain.shape[0]):
            rows.orders[0, j, row] = chain[j, whole]
            rows.orders[1, j, row] = chain[j, hit]
            rows.slopes[j, row] = chain[j, GRADIENT]
            for e in range(found.shape[1]):
                rows.found[j, e, row] = found[j, e]


@compiled(entry=True, parallel=True)
def solve_points(points, scratch, rows):
    """Solve all points and fill ``rows``."""
    for index in prange(points.parameters.shape[0]):
        # numba counts from an unsigned 0: without the cast it would compile everything twice
        solve_point(np.int64(index), points, get_thread_id(), scratch, rows)
