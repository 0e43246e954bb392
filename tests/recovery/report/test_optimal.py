"""Pages of optimal recovery, the frontier and robust rules: findings are those of the files."""

import polars as pl
import pytest

from cakernel.recovery.optimal.in_words import WHAT_R_LEAVES_OUT
from cakernel.recovery.report.parts import PARTS
from cakernel.report.folder import RunFolder
from cakernel.report.verification import claimed
from helpers.report_pages import answers, drawn

KINDS = {kind.made_by: kind for kind in PARTS.kinds}


@pytest.fixture
def contents(reports):
    return lambda kind: KINDS[kind].contents(RunFolder(reports[kind]), "seed 1")


def texts(card, label):
    return [item.text for item in claimed(str(dict(card.lines)[label]))]


def test_optimal(contents, reports):
    findings, sections = contents("optimal")
    summary = pl.read_parquet(reports["optimal"] / "summary.parquet").filter(family="best")
    row = summary.row(0, named=True)
    assert findings[0].heading == "The best recovery in the cloud"
    assert texts(findings[0], "It brings")[0] == f"{row['objective']:.2f}"
    assert texts(findings[0], "How sure")[0] == f"{row['upper_bound']:.2f}"
    assert [section.id for section in sections] == ["bound", "rules", "speeds"]
    speeds = pl.read_parquet(reports["optimal"] / "speeds.parquet").filter(deployment="cloud")
    first = speeds.sort("loss").row(0, named=True)
    assert texts(findings[0], "To choose otherwise")[:4] == [
        first["supply_rule"], first["cyber_rule"], first["principle"], f"{first['loss']:.1f}",
    ]  # fmt: skip


def test_frontier(contents, reports):
    findings, (section,) = contents("frontier")
    points = pl.read_parquet(reports["frontier"] / "points.parquet")
    nearest = points.filter(policies="paper").sort("short").row(0, named=True)
    assert texts(findings[0], "To choose otherwise")[-1] == f"{nearest['short']:.1f}"
    best = points.filter(policies="best rules").sort("service")["mean_resources"]
    assert texts(findings[0], "What that costs")[0] == f"{best[0] - best[-1]:.1f}"
    drawn, grid = section.blocks
    assert {row["policies"] for rows in drawn.drawing["datasets"].values() for row in rows
            if "policies" in row} == {"best rules", "paper"}  # fmt: skip
    assert len(grid.bodies[0].rows) == 3 + 12


def test_robust(contents, reports):
    findings, (section,) = contents("robust")
    valued = pl.read_parquet(reports["robust"] / "valued.parquet")
    assert texts(findings[0], "Choose")[0] == valued["words"][0]
    assert "mean of R over scenarios" in str(dict(findings[0].lines)["How sure"])
    assert "519" in texts(findings[0], "How sure")
    assert texts(findings[0], "Never to rebuild")[0] == f"{valued['mean_earned'][2]:.2f}"
    drawn, grid = section.blocks
    assert "519 candidates" in drawn.description
    assert 0 < len(grid.bodies[0].rows) <= 20


def test_optimal_at_points(pages, reports):
    points = pl.read_parquet(reports["optimal-sweep"] / "points.parquet").filter(family="best")
    assert "<h1>The best recovery at each point of a sweep</h1>" in pages["optimal-sweep"]
    cloud, on_site = answers(pages["optimal-sweep"])
    for card, place in ((cloud, "cloud"), (on_site, "on-site")):
        own = points.filter(deployment=place)
        shown = [item.text for item in claimed(card["It brings"])]
        assert shown[0] == f"{own['objective'].min():.2f}"
        assert shown[2] == f"{own['objective'].max():.2f}"
        first = own.row(0, named=True)
        names = [first[name] for name in ("supply_rule", "cyber_rule", "principle")]
        assert [item.text for item in claimed(card["Most often best"])][:3] == names
    rows = [row for row in drawn(pages["optimal-sweep"], "along-axes") if "family" in row]
    bound = [row["value"] for row in rows if row["family"] == "bound on any policy"]
    assert sorted(bound) == pytest.approx(sorted(points["upper_bound"]))


@pytest.mark.parametrize("kind", ["optimal", "frontier", "robust"])
def test_pages_say_what_r_leaves_out(contents, kind):
    assert contents(kind)[0][-1] == WHAT_R_LEAVES_OUT
