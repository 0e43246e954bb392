"""The model in JAX as one would first write it: a function for one replication, `jax.vmap` of it.

The replication is `jax_model.run_policy` on arrays (chains, firms), a scan over periods; `jax.vmap`
makes it one for many (scenario, replication) pairs. All else is as in `jax_model`: the policy is
data, integers are small and draws serve every policy.
"""

from functools import partial

import jax
import polars as pl
from jax_model import UNIT, amounts_of, coded, device_of, draw_shocks, run_policy, whole
from work import Work, mean_frame

import cakernel as ck


@partial(jax.jit, static_argnames="model")
def draw_lanes(keys: jax.Array, model: ck.Model) -> tuple[jax.Array, jax.Array]:
    """Return the shocks of each lane, the first axis, from its own key."""
    return jax.vmap(lambda key: draw_shocks(key, model, ()))(keys)


@partial(jax.jit, static_argnames="model")
def run_lanes(model: ck.Model, policy, amounts, supply: jax.Array, cyber: jax.Array):
    """Return the sums of `jax_model.run_policy` for each lane, the first axis of all arrays."""
    return jax.vmap(partial(run_policy, model, policy))(amounts, supply, cyber)


def run(work: Work) -> pl.DataFrame:
    """Run the work, on as many threads as XLA takes."""
    with jax.default_device(device_of(work)):
        return run_here(work)


def run_here(work: Work) -> pl.DataFrame:
    """Run the work on JAX's default device."""
    scenarios = [work.scenarios[s] for s, _ in work.pairs]
    amounts = tuple(side.T for side in amounts_of(work.model, scenarios))
    keys = jax.random.split(jax.random.key(work.seed), len(scenarios))
    shocks = draw_lanes(keys, work.model)
    outcomes = [run_lanes(work.model, coded(policy), amounts, *shocks) for policy in work.policies]
    totals = whole(jax.device_get(outcomes)).sum(axis=1)
    return mean_frame(work, totals * (1, 1, UNIT))
