"""The model in JAX: jit once, scan over periods, all firms of many pairs in each operation.

Arrays are (chains, firms, lanes), a lane being a (scenario, replication) pair; states are int8 and
resources int16 in units of 1/16, which every amount of the paper is a whole number of. The policy
is data: its rules are branches of `lax.switch`. That is compiled once and, with XLA on a CPU, runs
faster than a program compiled for each policy, because the branches keep XLA from fusing (and
computing again for each neighbour) what goes before them. Lanes are the last axis, batched by
hand; `jax_vmap.py` leaves that to `jax.vmap`, for which the functions here also run one pair, on
arrays (chains, firms). Draws serve every policy.
"""

from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jax import lax
from work import RULES, Unavailable, Work, mean_frame, rule_names

import cakernel as ck

UNIT = 1 / 16
# a block's lanes: for each thread, and on a graphics card
LANES, LANES_ON_CARD = 2304, 115_200
# sums on the device are int32, of bytes apart: so many of 255 fit
BYTE, MOST_IN_SUM = 256, (2**31 - 1) // 255
SUPPLY_RULES = [name for name in RULES if name.startswith("SRD")]
CYBER_RULES = [name for name in RULES if name.startswith("CRD")]
AMOUNTS = (
    "operational_acquisition",
    "intangibles_acquisition",
    "operational_cost",
    "intangibles_cost",
)


def amounts_of(model: ck.Model, lanes: list[ck.ResourceScenario]) -> tuple[jax.Array, ...]:
    """Return r_x, r_y, c_x and c_y of a scenario in each lane, int16 (3, lanes), in units."""
    units = [np.array([getattr(lane, name) for lane in lanes]).T / UNIT for name in AMOUNTS]
    if any((side % 1).any() for side in units):
        raise ValueError(f"scenarios: amounts must be multiples of {UNIT}")
    a_period = units[0].max() + units[1].max()
    if model.initial_resources / UNIT + a_period * model.periods > np.iinfo(np.int16).max:
        raise ValueError("model: resources at the end must fit in int16")
    return tuple(jnp.array(side, jnp.int16) for side in units)


@partial(jax.jit, static_argnames=("model", "lanes"))
def draw_shocks(key: jax.Array, model: ck.Model, lanes: tuple[int, ...]):
    """Return by how much each disruption lowers a state, int8, in each period.

    Supply is (periods, chains, firms, *lanes), cyber (periods, chains, 1, *lanes).
    """

    def draw(key: jax.Array, firms: int, severe: float, mild: float) -> jax.Array:
        u = jax.random.uniform(key, (model.chains, firms, *lanes))
        return (u < severe + mild).astype(jnp.int8) + (u < severe).astype(jnp.int8)

    def period(key: jax.Array) -> tuple[jax.Array, jax.Array]:
        supply, cyber = jax.random.split(key)
        return (
            draw(supply, model.firms, model.supply_severe, model.supply_mild),
            draw(cyber, 1, model.cyber_severe, model.cyber_mild),
        )

    # a period at a time stays in the cache: several times faster than all at once
    return lax.map(period, jax.random.split(key, model.periods))


def seen(states: jax.Array, sees: str, missing: Any) -> list[jax.Array]:
    """Return the states of the neighbours that a rule sees, shifted to the firms that see them."""

    def shift(axis: int, step: int) -> jax.Array:
        size = states.shape[axis]
        edge = jnp.full_like(lax.slice_in_dim(states, 0, 1, axis=axis), missing)
        if step > 0:
            return jnp.concatenate([edge, lax.slice_in_dim(states, 0, size - 1, axis=axis)], axis)
        return jnp.concatenate([lax.slice_in_dim(states, 1, size, axis=axis), edge], axis)

    steps = {"u": [(1, 1)], "d": [(1, -1)], "c": [(0, 1), (0, -1)]}
    return [shift(axis, step) for side in sees for axis, step in steps[side]]


def target(rule: str, own: jax.Array) -> jax.Array:
    """Return the states that a rule asks for."""
    kind, sees = RULES[rule]
    if kind == "on-site":
        return own
    if kind == "radical":
        return jnp.full_like(own, 2)
    if kind == "matching":
        return reduce(jnp.maximum, seen(own, sees, 0), own)
    if kind in ("incremental", "market"):
        return reduce(jnp.maximum, seen(own, sees, 0), jnp.minimum(own + 1, 2))
    high = own == 2
    enough = 1 if kind == "relaxed" else 2
    twos = sum(near.astype(own.dtype) for near in seen(high, sees, False))
    return 1 + (high | (twos >= enough)).astype(own.dtype)


def pay(resources: jax.Array, own: jax.Array, wanted: jax.Array, cost: jax.Array):
    """Upgrade where resources suffice; return resources and states."""
    price = jnp.where(own == 1, cost[1], jnp.where(wanted == 1, cost[0], cost[2]))
    price = jnp.where(wanted > own, price, 0)
    pays = resources >= price
    return resources - jnp.where(pays, price, 0), jnp.where(pays, wanted, own)


def of_state(amount: jax.Array, state: jax.Array) -> jax.Array:
    """Return the amounts (3, lanes) that belong to each state."""
    return jnp.where(state == 0, amount[0], jnp.where(state == 1, amount[1], amount[2]))


@partial(jax.jit, static_argnames="model")
def run_policy(model: ck.Model, policy, amounts, supply: jax.Array, cyber: jax.Array):
    """Run a block or one pair; return sums of x and y over firms and periods, of R over firms.

    They are int32 (3, 2), as of `in_parts`. R is in units. ``policy`` is the numbers of the supply
    rule and the cyber rule, and whether x is paid first.
    """
    supply_rule, cyber_rule, x_first = policy
    gain_x, gain_y, cost_x, cost_y = amounts
    on_site = cyber_rule == CYBER_RULES.index("CRD-0")

    def period(carry, shocks):
        x, y, resources, sum_x, sum_y = carry
        lowest = reduce(jnp.minimum, seen(x, "ud", 2), x)
        resources = resources + of_state(gain_x, lowest) + of_state(gain_y, y)
        u = jnp.maximum(x - shocks[0], 0)
        v = jnp.where(on_site, y, jnp.maximum(y - shocks[1], 0))
        to_x = lax.switch(supply_rule, [partial(target, rule) for rule in SUPPLY_RULES], u)
        to_y = lax.switch(cyber_rule, [partial(target, rule) for rule in CYBER_RULES], v)

        # paying for the favourite first, then for the other out of what is left, is the same as
        # the paper's five cases
        def operational_first(resources):
            resources, x = pay(resources, u, to_x, cost_x)
            resources, y = pay(resources, v, to_y, cost_y)
            return x, y, resources

        def intangible_first(resources):
            resources, y = pay(resources, v, to_y, cost_y)
            resources, x = pay(resources, u, to_x, cost_x)
            return x, y, resources

        x, y, resources = lax.cond(x_first, operational_first, intangible_first, resources)
        return (x, y, resources, sum_x + x, sum_y + y), None

    shape = supply.shape[1:]
    first_y = jnp.where(on_site, 1, model.initial_intangibles)
    start = (
        jnp.full(shape, model.initial_operational, jnp.int8),
        jnp.full(shape, first_y, jnp.int8),
        jnp.full(shape, model.initial_resources / UNIT, jnp.int16),
        jnp.zeros(shape, jnp.int32),
        jnp.zeros(shape, jnp.int32),
    )
    (_, _, resources, sum_x, sum_y), _ = lax.scan(period, start, (supply, cyber))
    return jnp.stack([in_parts(sum_x), in_parts(sum_y), in_parts(resources)])


def in_parts(values: jax.Array) -> jax.Array:
    """Return the sum of whole numbers in two parts: of their low bytes, and of what is above.

    One sum would be int32, which R of a card's lanes exceeds; JAX has int64 only where all of a
    program may use it.
    """
    values = values.astype(jnp.int32)
    return jnp.stack([(values % BYTE).sum(), (values // BYTE).sum()])


def whole(sums: Any) -> np.ndarray:
    """Return sums, int64 (..., 3), of those that `run_policy` returns, (..., 3, 2)."""
    return np.array(sums, np.int64) @ (1, BYTE)


def coded(policy: ck.Policy) -> tuple[int, int, bool]:
    """Return a policy as the data of `run_policy`."""
    supply_rule, cyber_rule = rule_names(policy)
    codes = SUPPLY_RULES.index(supply_rule), CYBER_RULES.index(cyber_rule)
    return *codes, policy.principle == "P"


def run(work: Work) -> pl.DataFrame:
    """Run the work, on as many threads as XLA takes or on a graphics card."""
    with jax.default_device(device_of(work)):
        return run_here(work)


def device_of(work: Work) -> jax.Device:
    """Return JAX's first device of the kind that the work asks for."""
    try:
        return jax.devices(work.device)[0]
    except RuntimeError as error:
        raise Unavailable(f"a graphics card that JAX can use: {error}") from None


def run_here(work: Work) -> pl.DataFrame:
    """Run the work on JAX's default device."""
    totals = np.zeros((len(work.policies), 3), np.int64)
    scenarios = [work.scenarios[s] for s, _ in work.pairs]
    key = jax.random.key(work.seed)
    wanted = LANES_ON_CARD if work.device == "gpu" else LANES * work.threads
    lanes = max(1, min(wanted, MOST_IN_SUM // (work.model.chains * work.model.firms)))
    for n in range(0, len(scenarios), lanes):
        block = scenarios[n : n + lanes]
        amounts = amounts_of(work.model, block)
        shocks = draw_shocks(jax.random.fold_in(key, n), work.model, (len(block),))
        outcomes = [
            run_policy(work.model, coded(policy), amounts, *shocks) for policy in work.policies
        ]
        totals += whole(jax.device_get(outcomes))
    return mean_frame(work, totals * (1, 1, UNIT))
