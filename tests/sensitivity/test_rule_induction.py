"""Rules of when each contender wins: right, as good as they say, and readable."""

import numpy as np
import polars as pl
import pytest

import cakernel as ck
from cakernel.sensitivity.decision_tree import Leaf, choose, features_of
from cakernel.sensitivity.rule_induction import _folds, decision_rules
from cakernel.sensitivity.sentences import rules_in_words
from cakernel.sensitivity.winners import find_winners, rank_contenders
from helpers.function_study import FunctionStudy

UNIT = ck.Range(low=0.0, high=1.0)
FUNCTIONS = {
    "fast": lambda row: 10 + (row["risk"] > 0.21) * (row["firms"] <= 8),
    "slow": lambda row: 10.5,
}


def run(path, functions=None, *, axes=None, design=None, replications=1, seed=1, **changes):
    study = FunctionStudy(
        functions=functions or FUNCTIONS,
        base={"risk": 0.5, "firms": 5, "kind": "x"},
        **changes,
    )
    sweep = ck.Sweep(
        study=study,
        axes=axes or {"risk": UNIT, "firms": ck.Range(low=1.0, high=15.0)},
        design=design or ck.Design(kind="sobol", points=256),
        replications=replications,
        seed=seed,
    )
    return ck.run_sweep(sweep, path)


def test_a_known_rule_is_found(tmp_path):
    results = run(tmp_path, spread=lambda row: 0.3, replications=4)
    found = decision_rules(results)
    risks = results.points["risk"].sort().to_numpy()
    above, below = risks[risks > 0.21][0], risks[risks <= 0.21][-1]
    rule = found.rules.filter(choose="fast")
    assert rule.height == 1
    bounds = dict(
        part.split(" > " if ">" in part else " <= ") for part in rule["rule"].item().split(" and ")
    )
    assert int(float(bounds["firms"])) == 8
    assert below <= float(bounds["risk"]) < above
    # short numbers, not those that the tree had
    assert len(bounds["risk"]) <= 5
    assert found.alone == "slow"
    assert found.tested.accuracy > 0.9 > 0.7 > found.alone_tested.accuracy
    assert found.tested.regret < 0.1 * found.alone_tested.regret
    assert 0 < found.unclear < 1


def test_numbers_of_a_rule_are_those_of_its_points(tmp_path):
    results = run(tmp_path, spread=lambda row: 0.5, replications=3)
    found = decision_rules(results, depth=2)
    table = rank_contenders(results).pivot("contender", index="point", values="mean")
    table = table.join(results.points, on="point")
    best = pl.max_horizontal("fast", "slow")
    covered = 0
    for row in found.rules.iter_rows(named=True):
        chosen = pl.col(row["choose"])
        inside = table.filter(pl.sql_expr(row["rule"]))
        covered += inside.height
        wins = inside.filter(chosen == best).height
        assert row["points"] == inside.height
        assert row["share"] == pytest.approx(inside.height / 256)
        assert row["wins"] == pytest.approx(wins / inside.height)
        assert row["coverage"] == pytest.approx(wins / table.filter(chosen == best).height)
        regret = inside.select((best - chosen).mean()).item()
        assert row["regret"] == pytest.approx(regret)
        error = inside.select((best - chosen).std()).item() / inside.height**0.5
        assert row["regret_error"] == pytest.approx(error)
        percent = 100 * regret / inside.select(best.mean()).item()
        assert row["regret_percent"] == pytest.approx(percent)
    assert covered == 256


def test_points_count_by_what_is_at_stake(tmp_path):
    """One axis decides of little at most points, the other of much at some."""
    functions = {
        "fast": lambda row: 0.01 if row["risk"] > 0.5 else 0.0,
        "slow": lambda row: 1.0 if row["firms"] > 12 else -1.0 if row["firms"] < 4 else 0.005,
    }
    results = run(tmp_path, functions)
    by_stake = decision_rules(results, depth=1)
    equally = decision_rules(results, depth=1, by_stake=False)
    assert by_stake.rules["rule"].str.contains("firms").all()
    assert equally.rules["rule"].str.contains("risk").all()
    assert by_stake.tested.regret < 0.2 * equally.tested.regret


def test_texts_and_impossible_points(tmp_path):
    functions = {"fast": lambda row: float(row["kind"] == "y"), "slow": lambda row: 0.5}
    results = run(
        tmp_path,
        functions,
        axes={"kind": ["x", "y", "z"], "risk": ck.Range(low=0.0, high=1.0, count=20)},
        design=ck.Design(kind="grid"),
        impossible=lambda row: row["risk"] > 0.9,
    )
    found = decision_rules(results)
    assert found.points == 3 * 18
    assert dict(found.rules.select("rule", "choose").iter_rows()) == {
        "kind is not y": "slow",
        "kind is y": "fast",
    }
    assert found.tested.accuracy == 1
    assert rules_in_words(found)[0].startswith(
        "kind is not y: slow wins in 100% of 36 points, mean regret 0%"
    )


def test_labels_are_told_by_what_they_stand_for(tmp_path):
    labels = {"low": {"risk": 0.1}, "middle": {"risk": 0.2}, "high": {"risk": 0.3}}
    axes = {"danger": ck.Levels(labels), "firms": [1, 5, 8, 9, 15]}
    results = run(tmp_path, axes=axes, design=ck.Design(kind="grid"))
    found = decision_rules(results, fewest=0.1)
    assert found.rules.filter(choose="fast")["rule"].to_list() == ["risk > 0.2 and firms <= 8"]


COIN = {"fast": lambda row: 1.0, "slow": lambda row: 1.0}


@pytest.mark.parametrize("rows", ["replication", "policy"])
def test_a_coin_toss_on_draws_that_points_share_is_not_identifiable(tmp_path, rows):
    for seed in range(8):
        results = run(
            tmp_path / str(seed),
            COIN,
            spread=lambda row: 0.5,
            replications=6,
            seed=seed,
            rows=rows,
            common_random_numbers=True,
        )
        found = decision_rules(results)
        # one policy is ahead at all points, held out or not
        assert found.rules["wins"].to_list() == [1.0]
        assert (found.tested, found.alone_tested, found.tested_share) == (None, None, 0.0)
        assert "not identifiable: all points met the same draws" in rules_in_words(found)[1]


@pytest.mark.parametrize("plans", [2, 4])
def test_a_coin_toss_on_draws_of_their_own_is_told_by_chance(tmp_path, plans):
    coins = {f"plan {n}": lambda row: 1.0 for n in range(plans)}
    found = decision_rules(run(tmp_path, coins, spread=lambda row: 0.5, replications=6))
    chance = 1 / plans
    four_errors = 4 * np.sqrt(chance * (1 - chance) / 256)
    assert found.tested.accuracy == pytest.approx(chance, abs=four_errors)
    assert found.tested_share == 1


def test_on_shared_draws_only_points_with_a_clear_winner_count(tmp_path):
    """Noise decides at all points of low risk alike, and at none of high risk."""
    functions = {"fast": lambda row: 5.0 * (row["risk"] > 0.4), "slow": lambda row: 0.0}
    results = run(
        tmp_path, functions, spread=lambda row: 0.5, replications=6, common_random_numbers=True
    )
    found = decision_rules(results)
    surely = find_winners(results, confidence=0.999).filter(state="clear")["point"]
    assert set(surely) <= set(results.points.filter(pl.col("risk") > 0.4)["point"])
    assert found.tested_share == pytest.approx(len(surely) / 256)
    assert found.tested_share == pytest.approx(0.6, abs=0.02)
    assert found.tested.accuracy > 0.97
    assert "only the 60% count whose winner is clear of them" in " ".join(rules_in_words(found))


def test_points_of_a_block_are_held_out_together(tmp_path):
    design = ck.Design(kind="saltelli", points=16, second_order=False)
    results = run(tmp_path, design=design)
    numbers = results.points["point"].to_numpy()
    fold = _folds(results, numbers, 5, 1).reshape(16, 4)
    assert (fold == fold[:, :1]).all()
    assert sorted(np.unique(fold)) == [0, 1, 2, 3, 4]
    assert decision_rules(results).points == 64


def test_leaves_hold_where_their_conditions_do():
    leaves = [
        Leaf(1, [(0, 0.5, False)]),
        Leaf(0, [(0, 0.5, True), (1, 2.0, False)]),
        Leaf(2, [(0, 0.5, True), (1, 2.0, True)]),
    ]
    matrix = np.array([[0.5, 9.0], [0.6, 2.0], [0.6, 2.1]])
    assert choose(leaves, matrix).tolist() == [1, 0, 2]
    assert [leaf.inside(matrix).tolist() for leaf in leaves] == np.eye(3, dtype=bool).tolist()


def test_what_is_refused(tmp_path):
    results = run(tmp_path / "a")

    def refused(words, results=results, **arguments):
        with pytest.raises(ck.InvalidInput, match=words):
            decision_rules(results, **arguments)

    refused("depth: got 0", depth=0)
    refused("fewest: got 0.6", fewest=0.6)
    refused("choice: got speed; must be one of plan", choice=["speed"])
    refused("choice: only fast is there", where={"plan": "fast"})
    refused("outcome: got mean_x", outcome="mean_x")
    few = run(tmp_path / "few", design=ck.Design(kind="random", points=5))
    refused("points: got 5; must be 10 or more", few)
    nowhere = run(tmp_path / "nowhere", impossible=lambda row: True)
    refused("points: none has results", nowhere)


@pytest.mark.compiled
def test_rules_of_the_recovery_model_and_an_axis_that_is_chosen(tmp_path):
    study = ck.Recovery(
        model=ck.Model(chains=2, firms=3, periods=20),
        policies=ck.policies(supply_rules=["SRD-1", "SRD-2"], cyber_rules=["CRD-1", "CRD-5"]),
        scenarios=ck.paper_scenarios()[:1],
    )
    sweep = ck.Sweep(
        study=study,
        axes={
            "supply_mild": ck.Range(low=0.0, high=0.5),
            "principle": ["P", "C"],
            "operational_cost": [(1.0, 5.0, 9.0), (5.0, 2.0, 7.0)],
        },
        design=ck.Design(kind="random", points=32),
        replications=5,
    )
    results = ck.run_sweep(sweep, tmp_path)
    found = decision_rules(results)
    assert set(found.rules["choose"]) <= {"SRD-1", "SRD-2"}
    both = decision_rules(results, choice=["supply_rule", "cyber_rule"])
    assert set(both.rules["choose"]) <= {f"SRD-{n} CRD-{m}" for n in (1, 2) for m in (1, 5)}
    with pytest.raises(ck.InvalidInput, match="principle is an axis of the sweep"):
        decision_rules(results, choice=["principle"])
    features, matrix = features_of(results.points.drop("point"))
    names = ["supply_mild", "principle", *(f"operational_cost[{n}]" for n in range(3))]
    assert [feature.name for feature in features] == names
    costs = np.array(results.points["operational_cost"].to_list())
    np.testing.assert_array_equal(matrix[:, 2:], costs)
