"""Sweeps with measures besides means: those of all replications, however a point came to them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel import InvalidInput
from cakernel.measures import Measure
from cakernel.ranking.influence import influence_values, mean_error
from cakernel.sensitivity.winners import find_winners
from cakernel.sweep import blocks
from helpers.recovery_sweeps import POLICIES, SCENARIO, contents, few_at_a_time, small

MEASURES = ["quantile_5_resources", "shortfall_20_resources", "above_12_resources", "quantile_50_x"]
KEYS = ["point", "supply_rule", "cyber_rule"]


def study(**changes):
    model = ck.Model(chains=2, firms=3, periods=8)
    settings = {"model": model, "policies": POLICIES, "scenarios": [SCENARIO], "measures": MEASURES}
    return ck.Recovery(**settings | changes)


def swept(path, **changes):
    return ck.run_sweep(small(**{"study": study(), "replications": 40} | changes), path)


def test_measures_are_numpys_of_the_replications_of_simulate(tmp_path):
    results = swept(tmp_path)
    rows = results.joined().collect().filter(point=7)
    point = rows.row(0, named=True)
    simulated = ck.simulate(
        ck.Model(chains=2, firms=point["firms"], periods=8, supply_mild=point["supply_mild"]),
        policies=POLICIES,
        scenarios=[
            SCENARIO.replace(
                operational_cost=[point["operational_cost_01"], *SCENARIO.operational_cost[1:]]
            )
        ],
        replications=40,
        by="replication",
    )
    for row in rows.iter_rows(named=True):
        of = {name: row[name] for name in ("supply_rule", "cyber_rule", "principle")}
        values = simulated.filter(**of)
        resources, x = (values[f"mean_{name}"].to_numpy() for name in ("resources", "x"))
        # amounts of one decimal have no exact float64: the sum may be scaled in another order
        close = {"rel": 1e-14}
        assert row["quantile_5_resources"] == pytest.approx(np.quantile(resources, 0.05), **close)
        assert row["quantile_50_x"] == np.quantile(x, 0.5)
        worst = np.sort(resources)[:8].mean()
        assert row["shortfall_20_resources"] == pytest.approx(worst)
        assert row["above_12_resources"] == (resources > 12).mean()
    assert set(MEASURES) < set(results.outcomes)


def test_they_are_those_of_rows_of_replications_to_the_bit(tmp_path):
    by_policy = swept(tmp_path / "policy").results.collect()
    single = swept(tmp_path / "single", study=study().by_replication())
    for keys, part in single.results.collect().group_by(KEYS, maintain_order=True):
        row = by_policy.filter(**dict(zip(KEYS, keys, strict=True))).row(0, named=True)
        values = part["mean_resources"].to_numpy()
        assert row["quantile_5_resources"] == np.quantile(values, 0.05)
        measure = Measure.named("shortfall_20_resources")
        assert row[f"se_{measure.name}"] == mean_error(influence_values(measure, values))
    # and what is asked of these later needs no column
    paired = find_winners(single, outcome="shortfall_20_resources")
    alone = find_winners(ck.open_sweep(tmp_path / "policy"), outcome="shortfall_20_resources")
    assert paired.select("point", "winner").equals(alone.select("point", "winner"))
    np.testing.assert_allclose(paired["mean"], alone["mean"], rtol=1e-12)
    assert paired["paired"].all()
    assert not alone["paired"].any()


def test_neither_blocks_nor_threads_change_a_bit(tmp_path):
    whole = swept(tmp_path / "whole").results.collect()
    sweep = small(study=study(), replications=40)
    parts = ck.run_sweep(sweep, tmp_path / "parts", threads=1, block_work=few_at_a_time(sweep))
    assert parts.manifest["points"][0]["blocks"] > 1
    assert_frame_equal(parts.results.collect(), whole, check_exact=True)


@pytest.mark.parametrize("limit", ["WORK_OF_PART", "ROWS_OF_PART"])
def test_a_point_is_never_cut(tmp_path, monkeypatch, limit):
    whole = swept(tmp_path / "whole").results.collect()
    monkeypatch.setattr(blocks, limit, 1)
    assert_frame_equal(swept(tmp_path / "cut").results.collect(), whole, check_exact=True)


def test_more_replications_give_what_one_run_gives(tmp_path):
    swept(tmp_path / "more", replications=15)
    more = ck.run_sweep(small(study=study(), replications=40), tmp_path / "more", resume=True)
    fresh = swept(tmp_path / "fresh")
    assert_frame_equal(more.results.collect(), fresh.results.collect(), check_exact=True)
    for rows in more.in_blocks():
        assert rows["replications"].unique().to_list() == [40]


def test_a_precision_may_be_that_of_a_measure(tmp_path):
    of = "shortfall_20_resources"
    precision = ck.Precision(outcome=of, standard_error=0.3, at_most=400)
    results = swept(tmp_path, replications=20, precision=precision)
    rows = results.results.collect()
    reached = (rows[f"se_{of}"] <= 0.3) | (rows["replications"] == 400)
    assert reached.all()
    assert rows["replications"].n_unique() > 1
    # ten of them in the tail
    assert rows["replications"].min() == 50
    count = int(rows["replications"].max())
    fresh = swept(tmp_path / "fresh", replications=count).results.collect()
    there = rows.filter(replications=count)
    assert_frame_equal(there, fresh.join(there, on=KEYS, how="semi"), check_exact=True)


def test_a_sweep_without_measures_is_described_as_before_there_were_any():
    described = study(measures=()).description()
    assert "measures" not in described
    assert described["outcomes"] == ["mean_resources", "mean_x", "mean_y"]
    assert study().description()["outcomes"][3:] == MEASURES
    assert json.loads(json.dumps(study().description())) == study().description()


def test_a_folder_goes_on_with_its_own_measures_alone(tmp_path):
    swept(tmp_path, study=study(measures=()))
    before = contents(tmp_path)
    ck.run_sweep(small(study=study(measures=()), replications=40), tmp_path, resume=True)
    with pytest.raises(InvalidInput, match=r"holds another sweep: .*; name another folder"):
        ck.run_sweep(small(study=study(), replications=40), tmp_path, resume=True)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("measures", "message"),
    [
        (["quantile_120_x"], "measures: quantile: got 120 percent in 'quantile_120_x'; must be"),
        (["resources"], "measures: got resources; must be such as quantile_5_NAME"),
        (["shortfall_5_resuorces"], "measures: got shortfall_5_resuorces; must be such as"),
        (["quantile_5_value"], "measures: got quantile_5_value; must be such as"),
        (["above_1_x", "above_1.0_x"], "measures: got above_1.0_x twice; must be once"),
    ],
)
def test_bad_measures(measures, message):
    with pytest.raises(InvalidInput) as error:
        study(measures=measures)
    assert str(error.value).startswith(message)


def test_rows_of_replications_need_no_measures():
    with pytest.raises(InvalidInput, match="must be left out: any is computed from these"):
        study(rows="replication")
    assert study().by_replication().measures == []


def test_replications_that_do_not_fit_are_refused_before_anything_runs(tmp_path):
    few = replace(small(study=study()), replications=2**32)
    with pytest.raises(InvalidInput, match=r"all at once for measures\): got .* must fit in"):
        few.points()
    # means need not be held
    assert replace(few, study=study(measures=())).points().height == 12


def test_outcomes_of_a_sweep(tmp_path):
    results = swept(tmp_path)
    assert results.outcome("quantile_5.0_resources") == "quantile_5_resources"
    with pytest.raises(InvalidInput, match="kept neither single replications nor the measure"):
        results.outcome("shortfall_5_resources")
    with pytest.raises(InvalidInput, match=r"did you mean above_12_resources\?"):
        results.outcome("above_12_resource")
    by_supply = ck.summarise(results.results, by=["supply_rule"], outcome=MEASURES[0]).collect()
    assert by_supply["standard_error"].null_count() == 0


def test_few_replications_tell_no_winner_of_a_tail(tmp_path):
    single = swept(tmp_path, study=study().by_replication())
    assert "clear" in find_winners(single)["state"].to_list()
    assert set(find_winners(single, outcome="shortfall_5_resources")["state"]) == {"unclear"}
    # a target that all met says nothing of others
    found = find_winners(single, outcome="above_-1_resources")
    assert found["low"].null_count() == found.height
    assert set(found["state"]) == {"unclear"}


def test_labels_may_not_be_named_like_measures():
    labels = ck.Levels({"a": {"firms": 2}, "b": {"firms": 3}})
    with pytest.raises(InvalidInput, match="is a column of the results"):
        small(axes={"above_2_x": labels}, design=ck.Design(kind="grid")).points()


def test_indices_of_a_measure(tmp_path):
    axes = {"initial_resources": ck.Range(low=0.0, high=20.0), "firms": [2, 3]}
    design = ck.Design(kind="morris", points=6)
    one = study(policies=POLICIES[:1], measures=())
    found = []
    for number, kind in enumerate((one.by_replication(), replace(one, measures=MEASURES[1:2]))):
        sweep = ck.Sweep(kind, axes=axes, design=design, replications=30)
        results = ck.run_sweep(sweep, tmp_path / str(number))
        found.append(ck.sensitivity_indices(results, outcome=MEASURES[1]))
    moved = found[0].filter(index="mu", axis="initial_resources")["value"].item()
    assert 5 < moved < 20
    np.testing.assert_allclose(found[0]["value"], found[1]["value"], rtol=1e-9)
    # other than those of the mean
    of_mean = ck.sensitivity_indices(results)
    assert of_mean.filter(index="mu", axis="initial_resources")["value"].item() != moved
