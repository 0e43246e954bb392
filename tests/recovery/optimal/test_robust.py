"""One rule for many scenarios: what is chosen, what is claimed of it, and what is refused."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.optimal.chain_rules import KINDS, chain_rules, robust_candidates
from cakernel.recovery.policy import POLICY

MODEL = ck.Model(
    chains=2, firms=3, periods=25, supply_severe=0.05, supply_mild=0.2, cyber_severe=0.1,
    cyber_mild=0.1,
)  # fmt: skip
SCENARIOS = ck.paper_scenarios()[::97]
SOME = ck.paper_scenarios()[::29]
NOISE = 4.0


def best_by_hand(criterion, floor_x, against, replications=1000):
    """Simulate all candidates on other draws; return their criterion, and who meets the floor."""
    listed = list(robust_candidates("cloud"))
    rows = ck.simulate(
        MODEL, policies=listed, scenarios=SCENARIOS, replications=replications, seed=77,
        by="scenario",
    )  # fmt: skip
    earned = rows["mean_resources"].to_numpy().reshape(len(listed), -1)
    states = rows["mean_x"].to_numpy().reshape(len(listed), -1).mean(axis=1)
    if criterion == "mean":
        values = earned.mean(axis=1)
    elif criterion == "minimum":
        values = earned.min(axis=1)
    else:
        known = earned.max(axis=0)
        if against == "bound":
            known = ck.upper_bounds(MODEL, scenarios=SCENARIOS)["upper_bound"].to_numpy()
        values = (earned - known).min(axis=1)
    return dict(zip(map(str, listed), values, strict=True)), states >= floor_x


@pytest.mark.parametrize(
    ("criterion", "against"),
    [("mean", "bound"), ("minimum", "bound"), ("regret", "bound"), ("regret", "candidates")],
)
def test_no_candidate_is_better_by_more_than_delta(criterion, against):
    found = ck.robust(
        MODEL, scenarios=SCENARIOS, criterion=criterion, against=against, floor_x=1.2,
        replications=256, seed=3,
    )  # fmt: skip
    values, meets = best_by_hand(criterion, 1.2, against)
    best = max(value for value, is_met in zip(values.values(), meets, strict=True) if is_met)
    # draws by hand have an error, too
    assert best - values[str(found.choice)] <= found.delta + 0.3
    assert found.candidates.row(0, named=True)["floors"] == "met"
    sign = -1 if criterion == "regret" else 1
    told = sign * found.candidates["criterion"][0]
    assert told == pytest.approx(values[str(found.choice)], abs=0.5)


def test_values_are_of_fresh_draws():
    found = ck.robust(MODEL, scenarios=SCENARIOS, floor_x=1.2, replications=64, seed=3)
    assert found.valued["policies"].to_list() == [
        "the choice", "the best of the paper's", "never rebuilding",
    ]  # fmt: skip
    row = found.valued.row(0, named=True)
    again = ck.simulate(
        MODEL, policies=[found.choice], scenarios=SCENARIOS, seed=3, first_replication=64,
        replications=row["replications"],
    ).row(0, named=True)  # fmt: skip
    assert row["criterion"] == pytest.approx(again["mean_resources"])
    assert row["mean_x"] == pytest.approx(again["mean_x"])
    assert row["lower"] < row["criterion"] < row["upper"]
    assert [row[name] for name in POLICY] == str(found.choice).split()


def test_what_leads_in_base_by_floors():
    model, found = ck.regime("base"), {}
    for floor in (0.0, 1.5):
        one = ck.robust(model, scenarios=SOME, floor_x=floor, replications=64)
        found[floor] = one.candidates.row(0, named=True)
    assert [found[0.0][name] for name in POLICY] == ["none", "none", "P"]
    assert found[1.5]["kind"] == "chain neighbours"
    assert found[1.5]["cyber_rule"] == "none"
    assert found[1.5]["criterion"] > 105


def test_with_floors_on_both_states_the_paper_leads_in_base():
    found = ck.robust(
        ck.regime("base"), scenarios=ck.paper_scenarios(), floor_x=1.5, floor_y=1.2,
        replications=64,
    )  # fmt: skip
    assert str(found.choice) == "SRD-5 CRD-5 P"
    assert found.valued["mean_earned"][0] == pytest.approx(92.0, abs=0.5)


def test_a_search_joins_the_candidates_and_is_no_worse():
    given = {"scenarios": SCENARIOS, "floor_x": 1.2, "replications": 64, "seed": 3}
    plain, searched = (ck.robust(MODEL, search=on, **given) for on in (False, True))
    assert searched.candidates.height in (plain.candidates.height, plain.candidates.height + 1)
    means = [found.valued["criterion"][0] for found in (plain, searched)]
    error = max(
        found.valued["upper"][0] - found.valued["criterion"][0] for found in (plain, searched)
    )
    assert means[1] > means[0] - searched.delta - plain.delta - 2 * error
    named = searched.candidates.filter(kind="searched")["supply_rule"].to_list()
    assert searched.entries["rule"].unique().to_list() == named


def test_statements_on_candidates():
    found = ck.robust(MODEL, scenarios=SCENARIOS, floor_x=1.2, replications=128, seed=3)
    rows = found.candidates
    assert set(rows["kind"]) <= set(KINDS)
    missed = rows.filter(floors="missed")
    assert missed["mean_x"].max() < 1.2
    assert missed["lower"].null_count() == missed.height
    assert rows.filter(floors="met")["mean_x"].min() > 1.2
    kept = rows.filter(pl.col("lower").is_not_null(), pl.col("upper").is_not_null())
    assert (kept["lower"] <= 0).all()
    assert (kept["upper"] >= 0).all()
    assert rows["within_delta"][0]
    assert found.delta == max(0.0, -rows["lower"][0])
    assert any("none that meets the floors is better" in sentence for sentence in found.findings)


def test_on_site():
    found = ck.robust(MODEL, scenarios=SCENARIOS, deployment="on-site", replications=32)
    assert set(found.candidates["cyber_rule"]) == {"CRD-0"}
    assert found.valued["mean_y"].to_list() == [1.0] * found.valued.height


def test_terminal_values_count():
    valued = [s.replace(operational_terminal_value=(0, 200, 400)) for s in SCENARIOS]
    found = ck.robust(MODEL, scenarios=valued, replications=32)
    assert found.valued["mean_earned"][0] > 100
    assert found.valued["mean_x"][0] > 0.5


def test_equal_arguments_give_equal_tables():
    first, second = (
        ck.robust(MODEL, scenarios=SCENARIOS[:3], replications=32, threads=n) for n in (1, 2)
    )
    assert_frame_equal(first.candidates, second.candidates)
    assert_frame_equal(first.valued, second.valued)


def test_an_interruption_keeps_the_last_look():
    def stop(done, total):
        if done > 0.6 * total:
            raise KeyboardInterrupt

    with pytest.raises(ck.Interrupted) as stopped:
        ck.robust(
            MODEL, scenarios=SCENARIOS, criterion="minimum", indifference=0, replications=128,
            progress=stop,
        )  # fmt: skip
    kept = stopped.value.partial
    assert kept.candidates.height == 519
    assert kept.valued.is_empty()
    assert 0 < stopped.value.replications < 128


def test_chain_rules_do_as_they_are_called():
    rules = {rule.name: rule.targets for rule in chain_rules()}
    assert len(rules) == 24
    absent = 3
    for name, low, medium in (("near-all-any", 1, 2), ("near-any-all", 2, 1)):
        # one neighbour high, the other low
        assert rules[name][0, 2, 0, 0, 0] == low
        assert rules[name][1, 2, 0, 0, 0] == medium
        # one neighbour alone, which is high
        assert rules[name][0, 2, absent, 0, 0] == 2
    assert rules["near-spare-1"][0, 1, 0, 2, 2] == 0
    assert rules["near-spare-1"][0, 1, 1, 0, 0] == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"floor_x": 1.999}, "floor_x, floor_y: got 1.999, 0; no candidate meets them"),
        ({"floor_y": 2.5}, "floor_y: got 2.5; must be a number from 0 to 2"),
        ({"criterion": "median"}, "criterion"),
        ({"search": True, "criterion": "regret"}, "search: got True; must be False"),
        ({"replications": 31}, "replications: got 31"),
        ({"scenarios": []}, "scenarios: got none"),
    ],
)
def test_bad_arguments(given, told):
    with pytest.raises(ck.InvalidInput, match=told):
        ck.robust(MODEL, **{"scenarios": SCENARIOS, **given})
