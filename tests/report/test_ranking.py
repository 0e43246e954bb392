"""The parts of a page that show a ranking: of any policies, in groups or not."""

import numpy as np
import polars as pl
import pytest

from cakernel.ranking import best
from cakernel.report.folder import RunFolder
from cakernel.report.ranking import ranking_contents
from cakernel.report.verification import claimed
from helpers.kept_folders import kept, resealed


@pytest.fixture
def folder(tmp_path):
    """A ranking of orders: what another model than those of cakernel could write."""
    random = np.random.default_rng(2)
    profits = {"few": 8.0, "some": 9.0, "many": 9.2}
    outcomes = pl.concat(
        pl.DataFrame(
            {"replication": np.arange(20), "profit": random.normal(mean, 0.1, 20)}
        ).with_columns(order=pl.lit(order), price=pl.lit("low"))
        for order, mean in profits.items()
    )
    names = {"order": "supply_rule", "price": "cyber_rule"}
    paired = outcomes.rename(names).with_columns(principle=pl.lit("P"))
    ranked = best(paired, outcome="profit").drop("principle")
    ranked = ranked.rename({new: old for old, new in names.items()})
    settings = {"outcome": "profit", "tolerance": 0.03}
    return RunFolder(kept(tmp_path / "results", settings, best=ranked))


KEYS = {"order": "order", "price": "price"}


def texts(part):
    return [item.text for item in claimed(str(part))]


def test_policies_of_any_keys(folder):
    ranked = pl.read_parquet(folder.path / "best.parquet")
    (answer,), (section,) = ranking_contents(folder, "seed 1", keys=KEYS)
    assert texts(answer.heading) == ["3"]
    lines = dict(answer.lines)
    assert texts(lines["Best"])[:2] == ["many", "low"]
    assert "profit " in lines["Best"]
    assert list(lines) == ["Best", "Lead", "How sure", "Within 3%"]
    (part,) = section.parts
    assert part.heading == "Policies"
    drawn, grid = part.blocks
    (rows,) = (rows for rows in drawn.drawing["datasets"].values() if "mean" in rows[0])
    assert [row["policy"] for row in rows] == ["many low", "some low", "few low"]
    assert [choice.name for choice in drawn.filters] == ["order"]
    shown = [row[1].content.value for row in grid.bodies[0].rows]
    assert shown == ranked["mean"].to_list()
    edge = [rows[0]["edge"] for rows in drawn.drawing["datasets"].values() if "edge" in rows[0]]
    assert edge == [pytest.approx(-0.03 * ranked["mean"].max())]


def test_groups(folder):
    ranked = pl.read_parquet(folder.path / "best.parquet")
    both = [ranked.with_columns(group=pl.lit(group)) for group in ("in winter", "in summer")]
    pl.concat(both).write_parquet(folder.path / "seasons.parquet")
    answers, (section,) = ranking_contents(folder, "", keys=KEYS, table="seasons")
    assert len(answers) == 2
    assert "policies in summer, " in answers[1].heading
    assert [part.heading for part in section.parts] == ["Policies in winter", "Policies in summer"]
    assert texts(answers[1].heading)[0] == "3"


def test_a_page_says_whether_intervals_can_be_trusted(folder):
    path = folder.path / "best.parquet"
    ranked = pl.read_parquet(path)
    enough = ranked["replications_to_trust"][0]
    assert enough <= 20

    def told(rows):
        rows.write_parquet(path)
        (answer,), _ = ranking_contents(RunFolder(resealed(folder.path)), "", keys=KEYS)
        return dict(answer.lines)["How sure"]

    words = told(ranked)
    assert words.startswith("Sure: ")
    assert "The intervals are trustworthy: such differences need " in words
    assert texts(words)[-2:] == [str(enough), "20"]
    number = pl.lit(1234, pl.Int64)
    words = told(ranked.with_columns(replications_to_trust=number, trustworthy=False))
    assert words.startswith("Not yet: of differences as skewed as these, ")
    assert texts(words)[:2] == ["20", "1,234"]
    words = told(ranked.with_columns(replications_to_trust=pl.lit(None, pl.Int64)))
    assert "trust no interval" in words
    unknown = pl.when(pl.col("rank") < 3).then("lower")
    words = told(ranked.with_columns(lower=unknown))
    assert "trustworthy, but for " in words
    assert texts(words)[-3:] == ["1", str(enough), "20"]
    # a folder of an earlier version
    words = told(ranked.drop("trustworthy", "replications_to_trust", "differing"))
    assert "trust" not in words
