"""The change of a ratio from on site to the cloud is judged by a paired interval that covers."""

import numpy as np
import polars as pl
import pytest

from cakernel.paper.claims import RatioChange, results_of
from cakernel.paper.claims.remarks import SPEEDS, pairs
from helpers.claim_results import results

CHANGE = RatioChange("SRD-5", "SRD-1", "CRD-5")


def both(cloud, on_site, *, spread=1.0, count=20, seed=1):
    """Return results of SRD-1 and SRD-5 with these true means, in the cloud and on site."""
    shared = np.random.default_rng(seed).normal(0, spread, count)
    parts = []
    for cyber, means in (("CRD-5", cloud), ("CRD-0", on_site)):
        for rule, mean in zip(("SRD-1", "SRD-5"), means, strict=True):
            own = np.random.default_rng([seed, len(parts)]).normal(0, spread / 3, count)
            parts.append(
                pl.DataFrame(
                    {"supply_rule": rule, "cyber_rule": cyber, "principle": "P"}
                    | {"replication": np.arange(count), "mean_x": 1.0, "mean_y": 1.0}
                    | {"mean_resources": mean + shared + own}
                )
            )
    return results_of(pl.concat(parts), bootstrap=200)


def test_a_ratio_that_rises_is_told_from_one_that_falls():
    row, holds = CHANGE.judge(both((50, 60), (100, 110)), level=0.05, power=0.9)
    assert row["truth"] == "true"
    assert row["difference"] == pytest.approx(1.2 - 1.1, abs=0.02)
    assert row["difference"] == pytest.approx(row["first_mean"] - row["second_mean"])
    assert row["lower"] < row["difference"] < row["upper"]
    assert holds.all()
    row, holds = CHANGE.judge(both((50, 52), (100, 120)), level=0.05, power=0.9)
    assert (row["truth"], holds.any()) == ("false", False)
    row, _ = CHANGE.judge(both((50, 55), (100, 110)), level=0.05, power=0.9)
    assert row["truth"] == "open"
    assert row["comparison"] == "SRD-5/SRD-1: CRD-5 above CRD-0"


def test_its_interval_covers_a_ratio_that_does_not_change():
    covered = 0
    for seed in range(300):
        row, _ = CHANGE.judge(both((50, 55), (100, 110), seed=seed), level=0.1, power=0.9)
        covered += row["lower"] <= 0 <= row["upper"]
    assert 0.86 * 300 <= covered <= 0.94 * 300


def test_pairs_are_of_different_speed_and_complete():
    place = {rule: n for n, (_, rules) in enumerate(SPEEDS) for rule in rules}
    assert sorted(place) == [f"SRD-{n}" for n in range(1, 9)]
    made = [(one.slower, one.faster) for changes in pairs().values() for one in changes]
    assert all(place[slower] > place[faster] for slower, faster in made)
    assert len(set(made)) == len(made) == 24


def test_rules_that_were_not_simulated_are_refused():
    with pytest.raises(ValueError, match="none combines SRD-5 with CRD-0"):
        CHANGE.judge(results([3.0, 2.0, 1.0, 1.0, 1.0]), level=0.05, power=0.9)
