"""States and resources over time, outcomes at the end: what is drawn, and what is refused."""

import numpy as np
import polars as pl
import pytest

from cakernel import InvalidInput
from cakernel.recovery import pictures as recovery_pictures
from helpers import picture_frames as frames
from helpers.picture_frames import data_with, title_of


@pytest.mark.parametrize("spread", ["replications", "firms"])
def test_history_rows_are_means_and_quantiles(spread):
    traced = frames.histories("SRD-2", "SRD-5")
    chart = recovery_pictures.history(traced, spread=spread, note="seed 1")
    rows = data_with(chart, "mean", "low", "high")
    assert rows.height == 2 * 3 * 8
    for row in rows.to_dicts():
        here = traced.filter(
            (pl.col("supply_rule") == row["policy"].split()[0])
            & (pl.col("period") == row["period"])
        )
        values = here[row["quantity"]].to_numpy().reshape(4, 6)
        sample = values.mean(axis=1) if spread == "replications" else values.ravel()
        assert row["mean"] == pytest.approx(values.mean(), abs=1e-12)
        assert row["low"] == pytest.approx(np.quantile(sample, 0.1), abs=1e-12)
        assert row["high"] == pytest.approx(np.quantile(sample, 0.9), abs=1e-12)
    assert "4 replications of 2 chains of 3 firms; seed 1." in title_of(chart)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            frames.histories(*(f"SRD-{n}" for n in range(1, 6)), replications=1),
            "policies: got 5; must be 1 to 4, each part of a network counted",
        ),
    ],
)
def test_refused_frames(frame, message):
    with pytest.raises(InvalidInput) as refused:
        recovery_pictures.history(frame)
    assert str(refused.value) == message


def test_refused_spread():
    with pytest.raises(InvalidInput, match="spread: got 'all'; must be 'replications' or 'firms'"):
        recovery_pictures.history(frames.histories("SRD-1"), spread="all")


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
