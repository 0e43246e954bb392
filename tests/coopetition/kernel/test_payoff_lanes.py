"""Payoffs of eight investments at a time are those of one at a time."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cakernel.coopetition.kernel.flexible_orders import set_states
from cakernel.coopetition.kernel.game import (
    FIXED,
    FIXED_MINIMUM,
    FLEXIBLE,
    GAME,
    JOINT,
    NASH,
    PLANNER,
    SEARCH,
    WIDTH,
    records,
    set_terms,
)
from cakernel.coopetition.kernel.payoff_lanes import set_lane_payoffs
from cakernel.coopetition.kernel.payoffs import payoff
from cakernel.coopetition.kernel_calls import given_records
from cakernel.coopetition.points import points_of
from cakernel.jit.compile import compiled
from helpers.coopetition_markets import random_market


@compiled(entry=True)
def both_payoffs(games, searches, contract, goal, j, investments, one, eight):
    """Set ``one`` and ``eight`` to the payoffs of a chain's investments, found either way."""
    game = games[0]
    set_terms(game.market, game.chains, contract, goal)
    if contract == FLEXIBLE:
        set_states(game.market, game.orders, game.states)
    for k in range(investments.size):
        eight[k] = investments[k]
    for k in range(0, investments.size, WIDTH):
        set_lane_payoffs(game, searches[0].lanes, j, eight, k)
    for k in range(investments.size):
        game.chains[j].investment = investments[k]
        one[k] = payoff(game, j)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    chains=st.integers(2, 5),
    contract=st.sampled_from([FIXED, FIXED_MINIMUM, FLEXIBLE]),
    goal=st.sampled_from([NASH, JOINT, PLANNER]),
    loss=st.sampled_from([None, 0.0, 1.0]),
    elasticity=st.sampled_from([None, 1.0]),
)
def test_eight_payoffs_are_those_of_one_at_a_time(seed, chains, contract, goal, loss, elasticity):
    market = random_market(seed, chains=chains, alike=False)
    changes = {"delivery_loss": loss, "security_elasticity": elasticity}
    market = market.replace(**{k: v for k, v in changes.items() if v is not None})
    markets, each = given_records(points_of([market], market).groups[0])
    games, searches = records((1,), GAME), records((1,), SEARCH)
    games["market"] = markets
    games["chains"][:, :chains] = each
    rng = np.random.default_rng(seed)
    others = rng.uniform(0, 0.05, chains) * rng.integers(0, 2, chains)
    games["chains"]["investment"][:, :chains] = others
    investments = np.concatenate([[0.0], 10 ** rng.uniform(-6, 0.5, 31)])
    one, eight = np.zeros(32), np.zeros(32)
    both_payoffs(games, searches, contract, goal, np.int64(seed % chains), investments, one, eight)
    assert len(np.unique(one)) > 16
    np.testing.assert_allclose(eight, one, rtol=0, atol=1e-13)
