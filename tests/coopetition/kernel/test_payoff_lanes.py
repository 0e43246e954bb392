"""Payoffs of eight investments at a time are those of one at a time; powers are NumPy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakernel.coopetition.kernel import layout
from cakernel.coopetition.kernel.flexible_orders import set_tables
from cakernel.coopetition.kernel.payoff import payoff
from cakernel.coopetition.kernel.payoff_lanes import lane_payoff
from cakernel.coopetition.points import points_of
from cakernel.jit.compile import compiled
from cakernel.jit.powers import power
from cakernel.jit.vectors import load, store
from helpers.coopetition_markets import random_market


@compiled(entry=True)
def both_payoffs(common, chain, curve, j, investments, one, eight):
    """Set ``one`` and ``eight`` to the payoffs of a chain's investments, found either way."""
    if common[layout.CONTRACT] == layout.FLEXIBLE:
        set_tables(common, chain)
    before = chain[j, layout.INVESTMENT]
    for k in range(0, investments.size, layout.WIDTH):
        store(eight, k, lane_payoff(common, chain, curve, j, load(investments, k)))
    for k in range(investments.size):
        chain[j, layout.INVESTMENT] = investments[k]
        one[k] = payoff(common, chain, j)
    chain[j, layout.INVESTMENT] = before


@compiled(entry=True)
def prepare(common, chain, parameters, each, contract, goal):
    layout.load(common, chain, parameters, each, contract, goal)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    chains=st.integers(2, 5),
    contract=st.sampled_from([layout.FIXED, layout.FIXED_MINIMUM, layout.FLEXIBLE]),
    goal=st.sampled_from([layout.NASH, layout.JOINT, layout.PLANNER]),
    loss=st.sampled_from([None, 0.0, 1.0]),
    elasticity=st.sampled_from([None, 1.0]),
)
def test_eight_payoffs_are_those_of_one_at_a_time(seed, chains, contract, goal, loss, elasticity):
    market = random_market(seed, chains=chains, alike=False)
    changes = {"delivery_loss": loss, "security_elasticity": elasticity}
    market = market.replace(**{k: v for k, v in changes.items() if v is not None})
    group = points_of([market], market).groups[0]
    common = np.zeros(layout.COMMON)
    chain = np.zeros((chains, layout.COLUMNS))
    curve = np.zeros(layout.PARTS + layout.WIDTH * layout.VECTORS * chains)
    prepare(common, chain, group.parameters[0], group.each[0], contract, goal)
    rng = np.random.default_rng(seed)
    chain[:, layout.INVESTMENT] = rng.uniform(0, 0.05, chains) * rng.integers(0, 2, chains)
    investments = np.concatenate([[0.0], 10 ** rng.uniform(-6, 0.5, 31)])
    one, eight = np.zeros(32), np.zeros(32)
    both_payoffs(common, chain, curve, np.int64(seed % chains), investments, one, eight)
    assert len(np.unique(one)) > 16
    np.testing.assert_allclose(eight, one, rtol=0, atol=1e-13)


@compiled(entry=True)
def powers(bases, exponent, results):
    for k in range(0, bases.size, layout.WIDTH):
        store(results, k, power(load(bases, k), exponent))


@pytest.mark.parametrize("exponent", [-100.0, -3.0, -1.7, -1.0, 0.0, 0.37, 1.0, 2.5, 100.0])
def test_powers_are_those_of_numpy(exponent):
    rng = np.random.default_rng(7)
    bases = np.concatenate([[1.0, 2.0, np.sqrt(2.0), 0.5], np.exp(rng.uniform(-3, 20, 796))])
    results = np.zeros_like(bases)
    powers(bases, exponent, results)
    with np.errstate(over="ignore", under="ignore"):
        exact = bases**exponent
    size = np.abs(exponent * np.log(bases))
    normal = size < 700
    assert normal.sum() > 100
    error = np.abs(results[normal] / exact[normal] - 1)
    # a unit in the last place of the logarithm is so many of the power
    assert (error <= 4e-16 * (1 + size[normal])).all()
    assert results[0] == 1
    # beyond, they stay next to nothing or huge
    assert (np.abs(np.log(results[~normal])) > 690).all()
