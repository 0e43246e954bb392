"""Calls of the compiled solver, cut so that Ctrl-C and progress are served in time."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cakernel.checks import check_process
from cakernel.coopetition.columns import Codes, codes
from cakernel.coopetition.kernel.game import CHAIN, GAME, MARKET, SEARCH, records
from cakernel.coopetition.kernel.solver import NOT_RUN, Problem, Rows, empty_rows, solve_points
from cakernel.coopetition.market import COMMON, EACH
from cakernel.coopetition.points import Group, Numbers
from cakernel.coopetition.words import CONTRACTS, REGIMES
from cakernel.devices import note_cpu_alone
from cakernel.jit.threads import ONE_CALLER, kernel_threads

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""

# points times contracts times regimes of one call, on each thread: some tenths of a second for two
# chains
SOLUTIONS_PER_CALL = 3_000


def solve_group(
    group: Group,
    *,
    contracts: Codes,
    regimes: Codes,
    threads: int,
    given: Numbers | None = None,
    detail: bool = False,
    advance: Callable[[int], None] | None = None,
) -> Rows:
    """Solve points with the same number of chains; ``given`` investments are certified instead.

    ``detail`` asks for all that a closer look can tell; ``advance`` is called with the points of
    each call.
    """
    check_process()
    note_cpu_alone("markets of coopetition")
    each = len(contracts) * len(regimes)
    rows = empty_rows(len(group.index) * each, group.chains, detail)
    games, searches = records((threads,), GAME), records((threads,), SEARCH)
    markets, chains = given_records(group)
    size = max(1, SOLUTIONS_PER_CALL * threads // (each * (group.chains - 1) ** 2))
    with kernel_threads(threads):
        for start in range(0, len(group.index), size):
            part = slice(start, min(start + size, len(group.index)))
            found = empty_rows((part.stop - start) * each, group.chains, detail)
            problem = Problem(
                markets=markets[part],
                chains=chains[part],
                contracts=contracts,
                regimes=regimes,
                given=np.empty((0, group.chains)) if given is None else given[part],
            )
            with ONE_CALLER:
                solve_points(problem, games, searches, found)
            if (found.markets["status"] == NOT_RUN).any():
                raise RuntimeError("the kernel left points out; please report this as a bug")
            for whole_rows, piece in zip(rows, found, strict=True):
                if len(whole_rows):
                    whole_rows[start * each : part.stop * each] = piece
            if advance is not None:
                advance(part.stop - start)
    return rows


def solve_closely(group: Group, contract: str, regime: str, given: Numbers | None = None) -> Rows:
    """Solve points under one contract and regime, with all that the solver can tell."""
    return solve_group(
        group,
        contracts=codes("contract", [contract], CONTRACTS),
        regimes=codes("regime", [regime], REGIMES),
        threads=1,
        given=given,
        detail=True,
    )


def no_points(chains: int) -> tuple[Group, Rows]:
    """Return no points and no rows, for the columns that a table of them has."""
    group = Group(chains, np.empty(0, np.int64), np.empty((0, 0)), np.empty((0, 0, chains)))
    return group, empty_rows(0, chains, False)


def given_records(group: Group) -> tuple[Any, Any]:
    """Return the group's points as the kernel's records, what is given of them alone."""
    markets = records((len(group.index),), MARKET)
    markets["chains"] = group.chains
    for name, values in zip(COMMON, group.parameters.T, strict=True):
        markets[name] = values
    chains = records((len(group.index), group.chains), CHAIN)
    for n, name in enumerate(EACH):
        chains[name] = group.each[:, n]
    return markets, chains
