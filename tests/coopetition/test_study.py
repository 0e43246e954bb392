"""Sweeps of the coopetition model: rows are those of `equilibria`, whatever runs them.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from dataclasses import replace

import polars as pl
import pytest

import cakernel as ck
from cakernel.coopetition import Market, equilibria
from cakernel.coopetition import study as coopetition
from cakernel.jit.compile import MOST_THREADS
from cakernel.sweep.blocks import WORK_OF_BLOCK
from cakernel.sweep.pool import LocalPool
from helpers.coopetition_sweeps import (
    EACH,
    POINTS,
    few_at_a_time,
    in_order,
    listed,
    small,
    solved,
    without_equilibrium,
)
from helpers.recovery_sweeps import contents

pytestmark = pytest.mark.compiled


def test_rows_are_those_of_equilibria_to_the_bit(tmp_path):
    sweep = small(study=replace(small().study, regimes=("nash", "planner")))
    results = ck.run_sweep(sweep, tmp_path)
    rows = in_order(results)
    assert rows == solved(sweep)
    assert len(rows) == POINTS * 3 * 2
    assert {len(row["investment"]) for row in rows} == {2, 3}
    assert results.failures.is_empty()
    assert {row["status"] for row in rows} == {"converged"}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("cut", [False, True])
def test_neither_threads_nor_blocks_matter(tmp_path, threads, cut):
    if threads > MOST_THREADS:
        pytest.skip("numba was started with one thread")
    sweep = small()
    work = few_at_a_time(sweep) if cut else WORK_OF_BLOCK
    results = ck.run_sweep(sweep, tmp_path, threads=threads, block_work=work)
    assert in_order(results) == solved(sweep)
    assert (len(list((tmp_path / "shards").iterdir())) > 4) == cut


def test_the_order_of_points_does_not_matter(tmp_path):
    points = small().points().drop("point")
    file = tmp_path / "points.parquet"
    points.reverse().write_parquet(file)
    sweep = small(axes={}, design=ck.Design(kind="points", file=file))
    turned = in_order(ck.run_sweep(sweep, tmp_path / "turned"))
    expected = {(row["point"], row["contract"]): row for row in solved(small())}
    assert len(turned) == len(expected)
    for row in turned:
        point = POINTS - 1 - row["point"]
        assert row | {"point": point} == expected[point, row["contract"]]


def test_more_points_are_added_to_those_there(tmp_path, monkeypatch):
    ck.run_sweep(small(), tmp_path / "a")
    before = contents(tmp_path / "a")
    more = small(design=ck.Design(kind="random", points=POINTS + 6))
    added = ck.run_sweep(more, tmp_path / "a", resume=True)
    assert before.items() <= contents(tmp_path / "a").items()
    assert in_order(added) == solved(more)
    monkeypatch.setattr(LocalPool, "submit", lambda *_: pytest.fail("ran again"))
    ck.run_sweep(more, tmp_path / "a", resume=True)


def test_a_damaged_shard_is_computed_again(tmp_path):
    sweep = small()
    ck.run_sweep(sweep, tmp_path, block_work=few_at_a_time(sweep))
    before = contents(tmp_path)
    (tmp_path / "shards/000001-000.parquet").write_bytes(b"")
    ck.run_sweep(sweep, tmp_path, resume=True)
    assert contents(tmp_path) == before


def test_another_market_is_refused(tmp_path):
    ck.run_sweep(small(), tmp_path)
    other = small(study=ck.Coopetition(Market(substitutability=0.4)))
    with pytest.raises(ck.InvalidInput, match=r"model\.substitutability is 0\.5 there and 0\.4"):
        ck.run_sweep(other, tmp_path, resume=True)
    fewer = small(study=replace(small().study, contracts=["fixed"]))
    with pytest.raises(ck.InvalidInput, match="holds another sweep: contracts is"):
        ck.run_sweep(fewer, tmp_path, resume=True)


def test_points_that_are_no_market_are_rows_with_their_reason(tmp_path):
    axes = {"threat_probability": [0.5, 1.5], "chains": [2, 21]}
    sweep = small(axes=axes, design=ck.Design(kind="grid"))
    results = ck.run_sweep(sweep, tmp_path)
    failures = dict(results.failures.select("point", "error").iter_rows())
    assert failures == {
        1: "chains: got 21; must be a whole number from 2 to 20",
        2: "threat_probability: got 1.5; must be a number from 0 to 1",
        3: "chains: got 21; must be a whole number from 2 to 20",
    }
    assert in_order(results) == solved(sweep)
    assert ck.sweep_status(tmp_path).failed == 3
    # more points than these, all of them no market
    beyond = small(axes=axes | {"threat_probability": [0.5, 1.5, 2.5]}, design=sweep.design)
    assert in_order(ck.run_sweep(beyond, tmp_path, resume=True)) == solved(sweep)


def test_points_without_equilibrium_keep_their_status_and_have_no_outcomes(tmp_path, monkeypatch):
    monkeypatch.setattr(coopetition, "equilibria", without_equilibrium([0.3]))
    sweep = small(
        axes={"minimum_order": [0.1, 0.3, 0.6], "chains": [2, 3]}, design=ck.Design(kind="grid")
    )
    results = ck.run_sweep(sweep, tmp_path)
    assert results.failures.is_empty()
    rows = in_order(results)
    assert len(rows) == 18
    outcomes = {"selection", "economic_welfare", "total_profit", *EACH}
    for row in rows:
        none = row["point"] in (2, 3)
        assert row["status"] == ("cycling" if none else "converged")
        assert {row[name] is None for name in outcomes} == {none}
        assert row["largest_gain"] is not None
    there = [row["economic_welfare"] for row in rows if row["contract"] == "fixed"]
    summary = ck.summarise(
        results.results, by=["contract"], outcome="economic_welfare", quantiles=[]
    ).collect()
    fixed = summary.filter(contract="fixed").row(0, named=True)
    known = [value for value in there if value is not None]
    assert fixed["rows"] == len(known) == 4
    assert fixed["mean"] == pytest.approx(sum(known) / 4)
    assert fixed["standard_error"] is None


def test_summaries_by_contract_and_level(tmp_path):
    sweep = small(axes={"minimum_order": [0.1, 0.6], "spillover": [0.1, 0.5, 0.9]},
                  design=ck.Design(kind="grid"))  # fmt: skip
    results = ck.run_sweep(sweep, tmp_path)
    made = ck.summarise(
        results.joined(), by=["contract", "minimum_order"], outcome="total_profit"
    ).collect()
    assert made.height == 6
    expected = {}
    for row in solved(sweep):
        level = [0.1, 0.6][row["point"] // 3]
        expected.setdefault((row["contract"], level), []).append(row["total_profit"])
    for row in made.iter_rows(named=True):
        values = expected[row["contract"], row["minimum_order"]]
        assert row["rows"] == 3
        assert row["mean"] == pytest.approx(sum(values) / 3)
        assert row["q50"] == pytest.approx(sorted(values)[1])


def test_single_chains_are_axes_of_their_own(tmp_path):
    market = Market(vulnerability=(0.2, 0.3), breach_cost=0.1)
    axes = {
        "vulnerability_2": [0.25, 0.5],
        "breach_cost": [0.05, 0.15],
        "breach_cost_1": [0.0, 0.2],
        "kind": ck.Levels({"calm": {"essential_need_1": 0.1}, "urgent": {"essential_need_1": 0.4}}),
    }
    study = ck.Coopetition(market, contracts=["flexible-moq"])
    sweep = ck.Sweep(study, axes=axes, replications=1)
    assert study.base["vulnerability_2"] == 0.3
    assert "vulnerability" not in study.base
    results = ck.run_sweep(sweep, tmp_path)
    markets = [
        market.replace(
            vulnerability=(0.2, point["vulnerability_2"]),
            breach_cost=(point["breach_cost_1"], point["breach_cost"]),
            essential_need=(point["essential_need_1"], 0.25),
        )
        for point in results.points.iter_rows(named=True)
    ]
    expected = equilibria(markets, contracts=["flexible-moq"])
    assert in_order(results) == [listed(row) for row in expected.iter_rows(named=True)]
    assert len(markets) == 16


def test_a_single_chain_beside_another_number_of_chains_is_no_market(tmp_path):
    axes = {"vulnerability_1": [0.5], "chains": [2, 3]}
    results = ck.run_sweep(small(axes=axes, design=ck.Design(kind="grid")), tmp_path)
    assert results.failures.select("point", "error").rows() == [
        (1, "vulnerability: got 2 numbers; must be one, or one for each of the 3 chains")
    ]


@pytest.mark.parametrize(
    ("kind", "points", "expected"),
    [
        ("grid", None, 6),
        ("one-at-a-time", None, 6),
        ("random", 5, 5),
        ("latin-hypercube", 5, 5),
        ("sobol", 4, 4),
        ("morris", 2, 6),
        ("saltelli", 2, 12),
    ],
)
def test_all_designs_run(tmp_path, kind, points, expected):
    axes = {
        "vulnerability_1": ck.Range(low=0.1, high=0.9, count=2),
        "wholesale_price": [0.2, 0.4, 0.6],
    }
    sweep = small(axes=axes, design=ck.Design(kind=kind, points=points))
    results = ck.run_sweep(sweep, tmp_path)
    assert results.points.height == expected
    rows = in_order(results)
    assert len(rows) == 3 * expected
    last = results.points.row(-1, named=True)
    market = sweep.study.market.replace(
        vulnerability=(last["vulnerability_1"], 0.2), wholesale_price=last["wholesale_price"]
    )
    (of_last,) = equilibria([market], contracts=["fixed-moq"]).iter_rows(named=True)
    assert rows[-2] == listed(of_last) | {"point": expected - 1}


def test_points_that_do_not_vary_anything_are_the_market(tmp_path):
    study = ck.Coopetition(Market(vulnerability=(0.1, 0.4)), contracts=["fixed"])
    rows = study.run(pl.DataFrame({"point": [7, 9]}), seed=1, threads=1)
    (alone,) = equilibria([study.market], contracts=["fixed"]).iter_rows(named=True)
    assert [row | {"point": 0} for row in rows.drop("error").to_dicts()] == [listed(alone)] * 2
    assert rows["point"].to_list() == [7, 9]


def test_work_grows_with_chains_contracts_and_regimes():
    points = pl.DataFrame({"chains": [2, 3, 10, None]})
    one = ck.Coopetition(contracts=["fixed"]).cost(points)
    two, three, ten, unknown = one["work"]
    assert two == unknown < three < ten
    assert one["rows"].to_list() == [1.0] * 4
    all_of_them = ck.Coopetition(regimes=["nash", "joint", "planner"]).cost(points)
    assert all_of_them["rows"].to_list() == [9.0] * 4
    assert all_of_them["work"][0] > 9 * two
    alone = ck.Coopetition(Market(chains=10), contracts=["fixed"]).cost(
        pl.DataFrame({"discount": [0.1, 0.2]})
    )
    assert alone["work"].to_list() == [ten, ten]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"replications": 2}, "replications: got 2; must be 1: no draws"),
        ({"axes": {"firms": [1, 2]}}, "axes.firms: unknown key"),
        ({"axes": {"vulnerability_3": [0.1]}}, "axes.vulnerability_3: unknown key"),
        ({"axes": {"chains": [2.5]}}, "axes.chains: got 2.5; must be a whole number"),
        ({"axes": {"vulnerability": [[0.1, 0.2]]}}, "axes.vulnerability: got .*; must be a finite"),
        (
            {"axes": {"order": ck.Levels({"a": {"discount": 0.1}})}},
            "axes.order: is a column of the results; labels need another name",
        ),
        (
            {"precision": ck.Precision(outcome="x", standard_error=1.0, at_most=9)},
            "precision: must be left out: the model is exact",
        ),
    ],
)
def test_sweeps_that_make_no_sense(changes, complaint):
    with pytest.raises(ck.InvalidInput, match=complaint):
        small(**{"design": ck.Design(kind="grid")} | changes).points()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            {"contracts": ["fixed", "free"]},
            "contracts: got 'free'; must be one of fixed, fixed-moq",
        ),
        ({"contracts": []}, r"contracts: got \[\]; must be a list of one or more names"),
        ({"contracts": "fixed"}, "contracts: got 'fixed'; must be a list"),
        ({"contracts": 3}, "contracts: got 3; must be a list of texts"),
        ({"regimes": ["nash", "nash"]}, "regimes: got 'nash' more than once; must be once"),
    ],
)
def test_studies_that_make_no_sense(arguments, complaint):
    with pytest.raises(ck.InvalidInput, match=complaint):
        ck.Coopetition(**arguments)
