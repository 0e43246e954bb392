"""Distributions over replications: quantiles and densities."""

import numpy as np
import polars as pl

from cakernel import pictures
from cakernel.pictures.distributions import density_rows
from helpers import picture_frames as frames


def test_density_is_that_of_a_normal_sample():
    random = np.random.default_rng(3)
    many = 20_000
    sample = pl.DataFrame({"policy": ["a"] * many, "profit": random.normal(0, 1, many)})
    rows = density_rows(sample, ["profit"]).filter(pl.col("at").abs() < 2)
    expected = np.exp(-(rows["at"].to_numpy() ** 2) / 2)
    assert np.abs(rows["density"].to_numpy() - expected).max() < 0.08


def test_one_outcome_of_policies_of_any_columns():
    words = {"mean_x": "profit"}
    one = pictures.distribution(frames.outcomes(), outcomes=words, keys=["supply_rule"], note="a")
    drawing = one.to_dict()
    assert len(drawing["hconcat"]) == 1
    assert drawing["title"]["subtitle"][-1] == "50 replications; a."
    assert drawing["description"].startswith("Medians over replications of profit. SRD-1: 1.")


def test_the_worst_are_marked():
    rows = pl.DataFrame(
        {"policy": ["a"] * 40, "replication": range(40), "profit": np.arange(40.0)[::-1]}
    )
    drawing = pictures.distribution(rows, outcomes={"profit": "profit"}, tail=0.1).to_dict()
    told = " ".join(drawing["title"]["subtitle"])
    assert "Triangle: mean of the worst 10%; tick: their edge." in told
    (marks,) = [rows for rows in drawing["datasets"].values() if "worst" in rows[0]]
    assert (marks[0]["worst"], marks[0]["edge"]) == (1.5, np.quantile(np.arange(40), 0.1))
    marked = [layer["encoding"]["x"]["field"] for layer in drawing["hconcat"][0]["layer"]]
    assert {"worst", "edge"} < set(marked)
