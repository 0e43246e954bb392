"""What policies earn over many scenarios in some replications, as a selection looks at it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from cakernel.recovery.model import Model
from cakernel.recovery.optimal.selection import Criterion, Look, Numbers
from cakernel.recovery.outcomes import OUTCOMES
from cakernel.recovery.paired import paired_outcomes
from cakernel.recovery.policy import Policy
from cakernel.recovery.simulation import simulate


def look_at(
    model: Model,
    policies: Sequence[Policy],
    criterion: Criterion,
    count: int,
    given: dict[str, Any],
) -> Look:
    """Simulate policies in all scenarios, in the first ``count`` replications."""
    none = np.empty((0, 0))
    if criterion == "mean":
        outcomes = paired_outcomes(model, policies=policies, replications=count, **given)
        states = np.stack(
            [each_replication(outcomes, name, count) for name in OUTCOMES[:2]], axis=-1
        )
        errors = states.std(axis=1, ddof=1) / np.sqrt(count)
        return Look(
            count, states.mean(axis=1), errors, each_replication(outcomes, "", count), none, none
        )
    rows = simulate(model, policies=policies, replications=count, by="scenario", **given)
    scenarios = len(given["scenarios"])

    def by_scenario(column: str) -> Numbers:
        return rows[column].to_numpy().reshape(len(policies), scenarios)

    states = np.stack([by_scenario(name).mean(axis=1) for name in OUTCOMES[:2]], axis=-1)
    # scenarios meet independent disruptions
    errors = np.stack([np.sqrt((by_scenario(name) ** 2).sum(axis=1)) for name in ("se_x", "se_y")])
    leading = "value" if "mean_value" in rows.columns else "resources"
    earned, error = by_scenario(f"mean_{leading}"), by_scenario(f"se_{leading}")
    return Look(count, states, errors.T / scenarios, none, earned, error)


def each_replication(outcomes: pl.DataFrame, name: str, count: int) -> Numbers:
    """Return an outcome of each policy and replication; without a name the one that is compared."""
    leading = "mean_value" if "mean_value" in outcomes.columns else "mean_resources"
    return outcomes[name or leading].to_numpy().reshape(-1, count)
