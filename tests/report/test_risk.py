"""What a page says beyond the mean: of any policies, with the place of each number."""

import numpy as np
import polars as pl
import pytest

from cakernel.ranking import best, risk_measures
from cakernel.report.folder import RunFolder
from cakernel.report.risk import beyond_the_mean, risk_contents
from cakernel.report.verification import claimed
from helpers.kept_folders import kept

KEYS = {"plan": "plan"}


def folder(path, *, outcome="profit", **settings):
    random = np.random.default_rng(3)
    profits = {"safe": random.normal(10, 1, 300), "bold": random.normal(11, 4, 300)}
    rows = pl.concat(
        pl.DataFrame({"replication": range(300), "profit": values}).with_columns(plan=pl.lit(plan))
        for plan, values in profits.items()
    )
    risk = risk_measures(rows, outcome="profit", tail=0.1, target=settings.get("target"))
    settings |= {"outcome": outcome, "tail": 0.1}
    return RunFolder(kept(path, settings, best=best(rows, outcome=outcome), risk=risk))


def told(found):
    (answer,), (section,) = found
    return {label: str(words) for label, words in answer.lines}, section


def contents(found):
    return risk_contents(found, found.sheet("best").frame, keys=KEYS, model="recovery")


def test_says_what_happens_if_it_goes_badly_and_who_is_safest(tmp_path):
    found = folder(tmp_path / "r", target=9.0)
    risk = {row["plan"]: row for row in found.sheet("risk").frame.iter_rows(named=True)}
    lines, section = told(contents(found))
    bad = [item.text for item in claimed(lines["If it goes badly"])]
    assert bad[:2] == ["10", "bold"]
    assert float(bad[2].replace("\u2212", "-")) == pytest.approx(
        risk["bold"]["shortfall"], abs=0.06
    )
    assert bad[-2] == "safe"
    assert risk["safe"]["shortfall"] > risk["bold"]["shortfall"]
    target = [item.text for item in claimed(lines["Target"])]
    assert target[:2] == ["9", f"{risk['bold']['probability_above']:.1%}"]
    (grid,) = section.blocks
    assert len(grid.bodies[0].rows) + len(grid.bodies[1:]) == 2


def test_without_a_target_or_a_table_less_is_said(tmp_path):
    found = folder(tmp_path / "r")
    assert list(told(contents(found))[0]) == ["If it goes badly", "Median"]
    alone = RunFolder(kept(tmp_path / "alone", {}, best=found.sheet("best").frame.drop("row")))
    assert contents(alone) == ([], [])
    assert beyond_the_mean(alone) == []


def test_the_best_if_it_goes_badly_has_no_safer_one(tmp_path):
    found = folder(tmp_path / "r", outcome="shortfall_10_profit")
    lines, _ = told(contents(found))
    texts = [item.text for item in claimed(lines["If it goes badly"])]
    assert texts[1] == "safe"
    assert "has the highest there" not in lines["If it goes badly"]
    assert len(beyond_the_mean(found)) == 2
