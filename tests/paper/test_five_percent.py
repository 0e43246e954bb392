"""The paper's 5% rule."""

from __future__ import annotations

import polars as pl
import pytest

from cakernel.paper.five_percent import best_set, standing
from cakernel.paper.published import printed_tables
from helpers.paper_frames import stand_in


@pytest.mark.parametrize(
    ("regime", "best"),
    [
        ("base", ["SRD-4", "SRD-5", "SRD-3"]),
        ("high", ["SRD-5"]),
        ("low", ["SRD-2", "SRD-4", "SRD-7", "SRD-8", "SRD-6", "SRD-5", "SRD-3", "SRD-1"]),
        ("n3", ["SRD-5", "SRD-3"]),
        ("n15", ["SRD-4"]),
        ("t30", ["SRD-4"]),
        ("t360", ["SRD-5", "SRD-3"]),
    ],
)
def test_the_rule_on_printed_figures(regime: str, best: list[str]) -> None:
    printed = printed_tables().filter(pl.col("regime") == regime)
    assert best_set(printed, "CRD-5") == best


def policies(resources: dict[tuple[str, str, str], float], error: float = 0.0) -> pl.DataFrame:
    rows = [(*policy, value, error) for policy, value in resources.items()]
    columns = ["supply_rule", "cyber_rule", "principle", "mean_resources", "se_resources"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_the_highest_is_taken_over_all_cloud_policies() -> None:
    table = policies(
        {
            ("SRD-1", "CRD-5", "P"): 95.0,
            ("SRD-2", "CRD-5", "P"): 94.9,
            ("SRD-3", "CRD-5", "P"): 90.0,
            ("SRD-3", "CRD-5", "C"): 96.0,  # either principle will do
            ("SRD-4", "CRD-2", "C"): 100.0,  # another cloud rule sets the edge
            ("SRD-5", "CRD-0", "P"): 300.0,  # on site: no rival
            ("SRD-6", "CRD-0", "P"): 285.0,
            ("SRD-7", "CRD-0", "P"): 284.9,
            ("none", "CRD-5", "P"): 400.0,  # not a rule of the paper
            ("SRD-8", "none", "P"): 400.0,
        }
    )
    assert best_set(table, "CRD-5") == ["SRD-3", "SRD-1"]
    assert best_set(table, "CRD-0") == ["SRD-5", "SRD-6"]
    ranks = standing(table, "CRD-5")
    assert ranks["supply_rule"].to_list() == ["SRD-3", "SRD-1", "SRD-2"]
    assert ranks["principle"].to_list() == ["C", "P", "P"]
    assert ranks["margin"].to_list() == pytest.approx([0.01, 0.0, -0.001])


@pytest.mark.parametrize(
    ("distance", "near"), [(0.26, True), (-0.26, True), (0.29, False), (-0.29, False)]
)
def test_near_the_edge_is_two_standard_errors(distance: float, near: bool) -> None:
    # two errors of the distance: 2 * 0.1 * sqrt(1 + 0.95^2) = 0.2759
    table = policies(
        {("SRD-1", "CRD-5", "P"): 100.0, ("SRD-2", "CRD-5", "P"): 95.0 + distance}, error=0.1
    )
    ranks = standing(table, "CRD-5")
    assert ranks["best"].to_list() == [True, distance > 0]
    assert ranks["near_edge"].to_list() == [False, near]
    assert not standing(table.drop("se_resources"), "CRD-5")["near_edge"].any()


def test_the_rule_refuses_what_it_cannot_judge() -> None:
    with pytest.raises(ValueError, match="one regime"):
        best_set(stand_in("base", "high"), "CRD-5")
    with pytest.raises(ValueError, match="'CRD-0'"):
        best_set(stand_in("base"), "CRD-0")
