"""The page of what `cakernel best --sweep` wrote: each point apart, for any model."""

import polars as pl
import pytest

from cakernel.ranking import best
from cakernel.report import mismatches, write_report
from cakernel.report.best_at_points import LISTED, SHOWN
from helpers.kept_folders import kept

POINTS = 50
PLANS = ("early", "late", "never")


@pytest.fixture
def folder(tmp_path):
    """Rankings of plans at 50 points: early leads where the price is low, late elsewhere."""
    rows = [
        {"point": point, "group": group, "plan": plan, "replication": replication}
        | {"gain": gain(point, plan) + ((replication * 7 + at * 3) % 5) / 10}
        for point in range(POINTS)
        for group in ("north", "south")
        for at, plan in enumerate(PLANS)
        for replication in range(20)
    ]
    ranked = best(pl.DataFrame(rows), outcome="gain", by=["point", "group"], keys=["plan"])
    points = pl.DataFrame({"point": range(POINTS), "price": [n / 100 for n in range(POINTS)]})
    found = ranked.join(points, on="point", maintain_order="left")
    of = {"sweep": {"study": "plans", "label": "Plans.", "keys": ["plan"]}}
    settings = {"sweep": "s", "outcome": "gain"}
    table = found.sort("point", "group", "rank")
    return kept(tmp_path / "results", settings, of=of, best=table)


def gain(point, plan):
    return {"early": 1.0 if point < 30 else 3.0, "late": 2.0, "never": 0.0}[plan]


def test_each_point_stands_apart(folder, tmp_path):
    page = write_report(folder, tmp_path / "page.html").read_text(encoding="utf-8")
    assert mismatches(page, folder) == []
    assert "<h1>Which policy is best at each point of a sweep" in page
    assert "Plans." in page
    assert page.count("Policies north at point ") == page.count("Policies south at point ") > 0
    for point in range(SHOWN):
        assert f"Policies south at point {point} (price: {point / 100:.4g})" in page
    assert f"Policies south at point {SHOWN} " not in page
    assert f"The best policy at {LISTED} of {POINTS} points" in page
    # the recovery model's words are not said of another
    assert "Parallel chains of firms" not in page


def test_it_says_how_often_each_policy_leads_and_how_sure_that_is(folder, tmp_path):
    page = write_report(folder, tmp_path / "page.html").read_text(encoding="utf-8")
    ranked = pl.read_parquet(folder / "best.parquet").filter(pl.col("group") == "north")
    counts = dict(ranked.filter(pl.col("rank") == 1)["plan"].value_counts().iter_rows())
    assert counts == {"late": 30, "early": 20}
    text = plain_text(page)
    assert "Best late at 30 , early at 20 How sure" in text
    assert "At 50 of these points north every other policy is ruled out as the best" in text


def plain_text(page):
    series = pl.Series([page]).str.replace_all(r"<[^>]+>", " ").str.replace_all(r"\s+", " ")
    return series[0]
