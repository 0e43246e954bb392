"""Pages of optimal recovery, the frontier and robust rules: findings are those of the files."""

import polars as pl
import pytest

from cakernel.recovery.optimal.in_words import WHAT_R_LEAVES_OUT
from cakernel.recovery.report.parts import PARTS
from cakernel.report.folder import RunFolder
from cakernel.report.verification import claimed

KINDS = {kind.made_by: kind for kind in PARTS.kinds}


@pytest.fixture
def contents(reports):
    return lambda kind: KINDS[kind].contents(RunFolder(reports[kind]), "seed 1")


def texts(part):
    return [item.text for item in claimed(part)]


def test_optimal(contents, reports):
    findings, sections = contents("optimal")
    summary = pl.read_parquet(reports["optimal"] / "summary.parquet").filter(family="best")
    row = summary.row(0, named=True)
    assert texts(findings[0])[:4] == [
        "cloud", f"{row['upper_bound']:.1f}", "3", f"{row['objective']:.1f}",
    ]  # fmt: skip
    assert [section.id for section in sections] == ["bound", "rules", "speeds"]
    speeds = pl.read_parquet(reports["optimal"] / "speeds.parquet").filter(deployment="cloud")
    first = speeds.sort("loss").row(0, named=True)
    assert texts(findings[1])[:4] == [
        first["supply_rule"], first["cyber_rule"], first["principle"], f"{first['loss']:.1f}",
    ]  # fmt: skip


def test_frontier(contents, reports):
    findings, (section,) = contents("frontier")
    points = pl.read_parquet(reports["frontier"] / "points.parquet")
    nearest = points.filter(policies="paper").sort("short").row(0, named=True)
    assert texts(findings[1])[-1] == f"{nearest['short']:.1f}"
    drawn, grid = section.blocks
    assert {row["policies"] for rows in drawn.drawing["datasets"].values() for row in rows
            if "policies" in row} == {"best rules", "paper"}  # fmt: skip
    assert len(grid.bodies[0].rows) == 3 + 12


def test_robust(contents, reports):
    findings, (section,) = contents("robust")
    valued = pl.read_parquet(reports["robust"] / "valued.parquet")
    assert texts(findings[0])[-1] == valued["words"][0]
    assert texts(findings[-2])[0] == "mean"
    assert "519" in texts(findings[-2])
    drawn, grid = section.blocks
    assert "519 candidates" in drawn.description
    assert 0 < len(grid.bodies[0].rows) <= 20


@pytest.mark.parametrize("kind", ["optimal", "frontier", "robust"])
def test_pages_say_what_r_leaves_out(contents, kind):
    assert contents(kind)[0][-1] == WHAT_R_LEAVES_OUT
