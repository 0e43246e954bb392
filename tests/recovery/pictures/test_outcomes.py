"""Distributions of x, y and R over replications."""

import numpy as np
import polars as pl
import pytest

from cakernel import InvalidInput
from cakernel.recovery import pictures as recovery_pictures
from helpers import picture_frames as frames


def test_distribution_rows_are_quantiles_and_densities():
    sample = frames.outcomes()
    chart = recovery_pictures.outcome_distribution(sample)
    quantiles = pl.concat(
        pl.DataFrame(rows)
        for rows in chart.to_dict()["datasets"].values()
        if rows and "q50" in rows[0]
    )
    assert quantiles.height == 2 * 3
    for row in quantiles.to_dicts():
        values = sample.filter(pl.col("supply_rule") == row["policy"].split()[0])[row["quantity"]]
        for name, at in (("q05", 0.05), ("q25", 0.25), ("q50", 0.5), ("q75", 0.75), ("q95", 0.95)):
            assert row[name] == pytest.approx(np.quantile(values, at), abs=1e-12)
    densities = pl.concat(
        pl.DataFrame(rows)
        for rows in chart.to_dict()["datasets"].values()
        if rows and "density" in rows[0]
    )
    assert densities["density"].max() == 1
    assert densities["density"].min() > 0
    for (policy, quantity), part in densities.group_by("policy", "quantity"):
        values = sample.filter(pl.col("supply_rule") == policy.split()[0])[quantity]
        assert part["at"].min() == values.min()
        assert part["at"].max() == values.max()
        # y is 1 in every replication: one point, no shape
        assert part.height == (1 if quantity == "mean_y" else 101)


def test_outcomes_that_are_text_are_refused():
    wrong = frames.outcomes().with_columns(mean_x=pl.lit("1"))
    with pytest.raises(InvalidInput, match="column mean_x: got String; must be numbers, none mi"):
        recovery_pictures.outcome_distribution(wrong)
