"""From the outcome of a run to polars tables: one row a policy, a scenario or a replication."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from cakernel.recovery.execution import Outcome
from cakernel.recovery.model import Model
from cakernel.recovery.policy import Policy

NAMES = ("x", "y", "resources")


def over_scenarios(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a policy: means over scenarios, which are given, not sampled.

    ``rows`` is one row a policy and scenario, as of `by_scenario`.
    """
    # scenarios meet independent disruptions, so variances of their means add
    errors = [(pl.col(f"se_{name}").pow(2).sum().sqrt() / pl.len()) for name in NAMES]
    known = pl.col("replications").first() > 1
    return (
        rows.with_columns(policy=(pl.col("scenario") == 0).cum_sum())
        .group_by("policy", maintain_order=True)
        .agg(
            pl.col("supply_rule", "cyber_rule", "principle").first(),
            *[pl.col(f"mean_{name}").mean() for name in NAMES],
            *[
                pl.when(known).then(error).alias(f"se_{name}")
                for error, name in zip(errors, NAMES, strict=True)
            ],
            pl.col("replications").first(),
        )
        .drop("policy")
    )


def by_scenario(outcome: Outcome, model: Model, policies: Sequence[Policy]) -> pl.DataFrame:
    """Return one row a policy and scenario: means and standard errors over replications."""
    finished, scenarios = outcome.finished, outcome.total.shape[2]
    frame = _labels(policies, scenarios).with_columns(
        pl.Series("scenario", np.tile(np.arange(scenarios), len(policies)))
    )
    sizes = divisors(model)
    means = [
        pl.Series(f"mean_{name}", outcome.mean[n].ravel() / sizes[n])
        for n, name in enumerate(NAMES)
    ]
    errors = [
        pl.Series(
            f"se_{name}",
            np.sqrt(outcome.variance[n].ravel() / finished) / sizes[n],
        )
        if finished > 1
        else pl.Series(f"se_{name}", [None] * frame.height, pl.Float64)
        for n, name in enumerate(NAMES)
    ]
    return frame.with_columns(*means, *errors, pl.lit(finished, pl.Int64).alias("replications"))


def by_replication(
    outcome: Outcome, model: Model, policies: Sequence[Policy], first_replication: int
) -> pl.DataFrame:
    """Return one row a policy, scenario and replication."""
    assert outcome.each is not None
    finished, scenarios = outcome.finished, outcome.total.shape[2]
    numbers = np.arange(first_replication, first_replication + finished)
    sizes = divisors(model)
    return _labels(policies, scenarios * finished).with_columns(
        pl.Series("scenario", np.tile(np.repeat(np.arange(scenarios), finished), len(policies))),
        pl.Series("replication", np.tile(numbers, len(policies) * scenarios)),
        *(
            pl.Series(f"mean_{name}", outcome.each[n, ..., :finished].ravel() / sizes[n])
            for n, name in enumerate(NAMES)
        ),
    )


def _labels(policies: Sequence[Policy], rows_each: int) -> pl.DataFrame:
    """Return the names of each policy, repeated."""
    names = {
        "supply_rule": [policy.supply_rule.name for policy in policies],
        "cyber_rule": [policy.cyber_rule.name for policy in policies],
        "principle": [policy.principle for policy in policies],
    }
    # gathered by polars: made from NumPy text they took as long as a short simulation
    return pl.DataFrame(names)[np.repeat(np.arange(len(policies)), rows_each)]


def divisors(model: Model) -> tuple[int, int, int]:
    """Return what the sums of x, y and R are divided by."""
    firms = model.chains * model.firms
    return firms * model.periods, firms * model.periods, firms
