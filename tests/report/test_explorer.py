"""Sliders over the points of a grid: their numbers are those of the sweep's rows."""

import json
import re

import polars as pl
import pytest

import cakernel as ck
from cakernel.report import explorer as module
from cakernel.report import write_report
from cakernel.report.explorer import grid_explorer

AXES = {
    "supply_mild": [0.3, 0.1],
    "firms": [2, 3, 0],
    "operational_cost": [[1.0, 5.0, 9.0], [5.0, 1.0, 6.0]],
}


def study(**more):
    return ck.Recovery(
        model=ck.Model(chains=2, periods=8),
        policies=ck.policies(supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-2", "CRD-0"]),
        scenarios=ck.paper_scenarios()[:1],
        **more,
    )


def swept(folder, sweep):
    # firms may be none, which is impossible
    ck.run_sweep(sweep, folder)
    results = ck.open_sweep(folder)
    rows = results.joined().with_columns(pl.col(results.keys).cast(pl.String)).collect()
    outcomes = {name: name.upper() for name in results.outcomes}
    return grid_explorer(
        results, rows, keys=results.keys, outcomes=outcomes, model="recovery"
    ), rows


@pytest.mark.parametrize("kept", ["policy", "replication"])
def test_numbers_are_those_of_the_rows(tmp_path, kept):
    sweep = ck.Sweep(study=study(rows=kept), axes=AXES, replications=5)
    explorer, rows = swept(tmp_path / "sweep", sweep)
    data = explorer.data
    assert data["sizes"] == [2, 3, 2]
    assert [slider.levels for slider in explorer.sliders] == [
        ["10%", "30%"], ["0", "2", "3"], ["1.0, 5.0, 9.0", "5.0, 1.0, 6.0"],
    ]  # fmt: skip
    assert len(data["policies"]) == 6
    count = 0
    for a, risk in enumerate([0.1, 0.3]):
        for b, firms in enumerate([0, 2, 3]):
            for c, cost in enumerate(AXES["operational_cost"]):
                for n, policy in enumerate(data["policies"]):
                    its = rows.filter(
                        pl.col("supply_mild") == risk,
                        pl.col("firms") == firms,
                        pl.col("operational_cost").cast(pl.List(pl.Float64)).list.first()
                        == cost[0],
                        *(pl.col(key) == v for key, v in zip(data["keys"], policy, strict=True)),
                    )
                    at = ((a * 3 + b) * 2 + c) * 6 + n
                    for name in data["outcomes"]:
                        shown = data["columns"][name][at]
                        error = data["columns"][f"{name} error"][at]
                        if firms == 0:
                            assert shown is None
                            continue
                        values = its[name]
                        assert shown == pytest.approx(values.mean(), rel=1e-4, abs=1e-12)
                        known = its[f"se_{name[5:]}"][0] if kept == "policy" else (
                            values.std() / 5**0.5
                        )  # fmt: skip
                        assert error == pytest.approx(known, rel=1e-4, abs=1e-12)
                        count += 1
    assert count == 2 * 2 * 2 * 6 * 3


def test_an_axis_of_policies_is_no_slider(tmp_path):
    sweep = ck.Sweep(
        study=study(), axes={"supply_rule": ["SRD-1", "SRD-5"], "firms": [2, 3]}, replications=2
    )
    explorer, rows = swept(tmp_path / "sweep", sweep)
    assert [slider.label for slider in explorer.sliders] == ["firms in a chain"]
    (top,) = explorer.data["policies"][:1]
    one = rows.filter(pl.col("firms") == 2, pl.col("supply_rule") == top[0])
    assert one.height == 3
    assert None not in explorer.data["columns"]["mean_resources"]


def test_points_that_are_no_grid_have_no_sliders(tmp_path):
    sweep = ck.Sweep(
        study=study(),
        axes={"supply_mild": ck.Range(low=0.1, high=0.3), "firms": [2, 3]},
        design=ck.Design(kind="random", points=5),
        replications=2,
    )
    assert swept(tmp_path / "sweep", sweep)[0] is None


@pytest.mark.parametrize(
    ("most", "policies", "outcomes", "note"),
    [
        (2 * 4 * 6 * 3, 6, 3, ""),
        (2 * 4 * 6 * 3 - 1, 2, 3, "the 4 policies that are lowest over all points"),
        (2 * 4 * 2 * 3 - 1, 2, 1, "lowest over all points and outcomes but the first"),
        (2 * 4 * 2 - 1, 0, 0, ""),
    ],
)
def test_a_page_stays_small(tmp_path, monkeypatch, most, policies, outcomes, note):
    monkeypatch.setattr(module, "MOST_NUMBERS", most)
    monkeypatch.setattr(module, "FEWER", 2)
    sweep = ck.Sweep(study=study(), axes={"supply_mild": [0.1, 0.3], "firms": [2, 3]},
                     replications=2)  # fmt: skip
    explorer, _ = swept(tmp_path / "sweep", sweep)
    if not policies:
        assert explorer is None
        return
    assert len(explorer.data["policies"]) == policies
    assert len(explorer.data["outcomes"]) == outcomes
    assert note in explorer.note
    assert bool(explorer.note) == bool(note)


def test_the_page_holds_what_the_script_reads(tmp_path):
    sweep = ck.Sweep(study=study(), axes=AXES, replications=5)
    explorer, _ = swept(tmp_path / "sweep", sweep)
    page = write_report(tmp_path / "sweep", tmp_path / "page.html").read_text()
    (content,) = re.findall(r'id="explorers">(.*?)</script>', page)
    there = json.loads(content)["explorer"]
    assert there["columns"] == explorer.data["columns"]
    assert page.count('type="range"') == 3
