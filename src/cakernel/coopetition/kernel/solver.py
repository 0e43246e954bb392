"""The parallel solver of the coopetition model: one item a parameter point.

A point is solved under every contract and regime asked for, in a thread's own scratch, and writes
only its own rows, so rows do not depend on the number of threads or on the other points.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import prange

from cakernel.coopetition.kernel.best_responses import set_limits
from cakernel.coopetition.kernel.certificate import largest_gain
from cakernel.coopetition.kernel.equilibrium_search import APART, TOLERANCE, find_equilibria
from cakernel.coopetition.kernel.flexible_orders import set_states
from cakernel.coopetition.kernel.game import EXTRA_STARTS, FLEXIBLE, NASH, ZERO, records, set_terms
from cakernel.coopetition.kernel.outcomes import CHAIN_OUTCOME, OUTCOME, write_outcome
from cakernel.coopetition.kernel.payoffs import set_gradient
from cakernel.jit.atomic import atomic_add
from cakernel.jit.compile import compiled
from cakernel.jit.known import address_of, call_address

NOT_RUN, CONVERGED, NOT_UNIQUE, CYCLING, NOT_CONVERGED = range(5)
# why an equilibrium is the reported one
ONLY, HIGHEST, FIRST_INVESTS = range(3)
# spillovers so strong that chains' investments stand in for each other
SUBSTITUTES = 0.95


class Problem(NamedTuple):
    """What is to be solved: points x contracts x regimes, in this order.

    Records ``markets`` MARKET (points,) and ``chains`` CHAIN (points, n), what is given alone;
    ``contracts`` and ``regimes`` int64; ``given`` float64 (points or 0, n): investments to be
    certified instead.
    """

    markets: Any
    chains: Any
    contracts: Any
    regimes: Any
    given: Any


class Rows(NamedTuple):
    """Results along a first axis, one a row of the table to be.

    Records ``markets`` OUTCOME (rows,) and ``chains`` CHAIN_OUTCOME (rows, n). For a closer look,
    else of 0 rows, float64: ``found`` (rows, slots, n), all equilibria; ``orders`` (rows, 2, n), of
    the chains, or of a chain that is whole and one that is breached by the number of breached
    rivals; ``slopes`` (rows, n), derivatives of what is maximised by the investments.
    """

    markets: Any
    chains: Any
    found: Any
    orders: Any
    slopes: Any


def empty_rows(rows: int, n: int, detail: bool) -> Rows:
    """Return rows to be written, with or without what is for a closer look."""
    closer = rows if detail else 0
    return Rows(
        markets=records((rows,), OUTCOME),
        chains=records((rows, n), CHAIN_OUTCOME),
        found=np.zeros((closer, n + 2 + EXTRA_STARTS, n)),
        orders=np.zeros((closer, 2, n)),
        slopes=np.zeros((closer, n)),
    )


@compiled(linked=True)
def solve_point(point, problem, worker, games, searches, rows):
    """Solve one point under every contract and regime."""
    game = games[worker]
    game.market = problem.markets[point]
    market = game.market
    chains = game.chains
    for j in range(market.chains):
        chains[j] = problem.chains[point, j]
    search = searches[worker]
    found = search.found
    solutions = problem.contracts.size * problem.regimes.size
    for number in range(solutions):
        contract = problem.contracts[number // problem.regimes.size]
        goal = problem.regimes[number % problem.regimes.size]
        set_terms(market, chains, contract, goal)
        if contract == FLEXIBLE:
            set_states(market, game.orders, game.states)
        set_limits(game)
        count = 1
        rule = ONLY
        cycled = False
        gain = -1.0
        if problem.given.shape[0] > 0:
            for j in range(market.chains):
                chains[j].investment = problem.given[point, j]
        else:
            count, cycled = find_equilibria(game, search)
        if count > 0 and problem.given.shape[0] == 0:
            chosen, equal, rule = _choose(market, found, count)
            for j in range(market.chains):
                chains[j].investment = found[chosen].investments[j]
            gain = found[chosen].gain
            if goal != NASH:
                # maxima that are lower than others are no optimum
                count = equal
                rule = FIRST_INVESTS if equal > 1 else ONLY
        if gain < 0.0:
            gain = largest_gain(game, search)
        row = point * solutions + number
        outcome = rows.markets[row]
        outcome.largest_gain = gain
        outcome.status = _status(market, gain, count, cycled)
        outcome.equilibria_found = count
        outcome.selection = rule
        if rows.found.shape[0] > 0:
            _write_detail(game, found, rows, row)
        write_outcome(game, outcome, rows.chains[row])


@compiled(folded=True)
def _choose(market, found, count):
    """Return the equilibrium of the highest value, how many have it, and the rule that chose it.

    Of equal values that comes first whose first chain invests most, then its second, and so on.
    """
    apart = APART / market.security_effectiveness
    highest = found[0].value
    for e in range(1, count):
        highest = max(highest, found[e].value)
    best = -1
    equal = 0
    for e in range(count):
        if found[e].value >= highest - TOLERANCE * market.scale:
            equal += 1
            ahead = best < 0
            for j in range(market.chains):
                if not ahead and abs(found[e].investments[j] - found[best].investments[j]) > apart:
                    ahead = found[e].investments[j] > found[best].investments[j]
                    break
            if ahead:
                best = e
    rule = ONLY if count == 1 else HIGHEST if equal == 1 else FIRST_INVESTS
    return best, equal, rule


@compiled(folded=True)
def _status(market, gain, count, cycled):
    """Return what a certificate makes of the investments."""
    status = CYCLING if cycled else NOT_CONVERGED
    if count > 0 and gain <= TOLERANCE * market.scale:
        several = count > 1 or market.reach > SUBSTITUTES
        status = NOT_UNIQUE if several else CONVERGED
    return status


@compiled(folded=True)
def _write_detail(game, found, rows, row):
    """Write all equilibria found, and orders and slopes at the one reported."""
    n = game.market.chains
    set_gradient(game, ZERO, n)
    flexible = game.market.contract == FLEXIBLE
    for j in range(n):
        quantity = game.orders[j].quantity
        rows.orders[row, 0, j] = game.states[j, 0].order if flexible else quantity
        rows.orders[row, 1, j] = game.states[j, 1].order if flexible else quantity
        rows.slopes[row, j] = game.chains[j].gradient
        for e in range(rows.found.shape[1]):
            rows.found[row, e, j] = found[e].investments[j]


@compiled(by_address=True, seconds=9)
def solve_some(taken, problem, worker, games, searches, rows):
    """Solve points until all are ``taken`` (int64 (1,): how many are)."""
    point = atomic_add(taken, 0, 1)
    while point < problem.markets.size:
        solve_point(point, problem, worker, games, searches, rows)
        point = atomic_add(taken, 0, 1)


@compiled(entry=True, parallel=True)
def run_workers(workers, code, taken, problem, games, searches, rows):
    """Let ``workers`` threads run `solve_some`, whose address is ``code``."""
    for n in prange(workers):
        # numba counts from an unsigned 0
        call_address(code, (taken, problem, np.int64(n), games, searches, rows))


def solve_points(problem: Problem, games: Any, searches: Any, rows: Rows) -> None:
    """Solve all points and fill ``rows``, with as many threads as there are ``games``."""
    taken = np.zeros(1, np.int64)
    code = address_of(solve_some, taken, problem, 0, games, searches, rows)
    run_workers(len(games), code, taken, problem, games, searches, rows)
