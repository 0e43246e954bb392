"""The parallel driver of the coopetition model: one item a parameter point.

A point is solved under every contract and regime asked for, in a thread's own scratch, and writes
only its own rows, so rows do not depend on the number of threads or on the other points.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import get_thread_id, prange

from cakernel.kernel.ctip.layout import FLEXIBLE, INVESTMENT, ORDER, ORDER_WHOLE, load
from cakernel.kernel.ctip.outcome import (
    LARGEST_GAIN,
    WELFARE_WITHOUT_RISK,
    welfare_without_risk,
    write_outcome,
)
from cakernel.kernel.ctip.solution import certify, solve
from cakernel.kernel.jit import compiled


class Points(NamedTuple):
    """What is to be solved: points x contracts x regimes, in this order.

    ``parameters`` float64 (points, GIVEN); ``chains`` float64 (points, 3, n): v, L, d; ``contracts``
    and ``regimes`` int64; ``given`` float64 (points or 0, n): investments to be certified instead.
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
    ``found`` float64 (rows, slots, n), ``orders`` float64 (rows, 2, n): orders of the chains, or of
    a chain that is whole and one that is breached by the number of breached rivals.
    """

    numbers: Any
    each: Any
    codes: Any
    found: Any
    orders: Any


@compiled
def solve_point(point, points, worker, scratch, rows):
    """Solve one point under every contract and regime."""
    n = points.chains.shape[2]
    common = scratch.common[worker]
    chain = scratch.chain[worker]
    curve = scratch.curve[worker]
    matrix = scratch.matrix[worker]
    found = scratch.found[worker]
    row = point * points.contracts.size * points.regimes.size
    for contract in points.contracts:
        for goal in points.regimes:
            load(common, chain, points.parameters[point], points.chains[point], contract)
            count = 0
            rule = 0
            if points.given.shape[0] > 0:
                for j in range(n):
                    chain[INVESTMENT, j] = points.given[point, j]
                status, gain = certify(common, chain, curve, goal)
            else:
                status, count, rule, gain = solve(common, chain, curve, matrix, found, goal)
            write_outcome(common, chain, rows.numbers, rows.each, row)
            if rows.found.shape[0] > 0:
                _write_detail(chain, found, count, contract, rows, row)
            rows.numbers[LARGEST_GAIN, row] = gain
            rows.numbers[WELFARE_WITHOUT_RISK, row] = welfare_without_risk(common, chain)
            rows.codes[1, row] = count
            rows.codes[2, row] = rule
            rows.codes[0, row] = status
            row += 1


@compiled
def _write_detail(chain, found, count, contract, rows, row):
    """Write all equilibria found, and the orders at the one reported."""
    n = chain.shape[1]
    for e in range(count):
        for j in range(n):
            rows.found[row, e, j] = found[e, j]
    for j in range(n):
        for hit in range(2):
            kind = ORDER_WHOLE + hit if contract == FLEXIBLE else ORDER
            rows.orders[row, hit, j] = chain[kind, j]


@compiled(entry=True, parallel=True)
def solve_points(points, scratch, rows):
    """Solve all points and fill ``rows``."""
    for index in prange(points.parameters.shape[0]):
        # numba counts from an unsigned 0: without the cast it would compile everything twice
        solve_point(np.int64(index), points, get_thread_id(), scratch, rows)
