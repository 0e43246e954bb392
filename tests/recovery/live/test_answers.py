"""What a live page shows of the recovery model, against `simulate`, `trace` and the engine."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel
from cakernel.live.fields import defaults
from cakernel.recovery.live import replications
from cakernel.recovery.live.answers import MOST_REPLICATIONS, RESAMPLES, RecoveryAnswers
from cakernel.recovery.live.case import case_of
from cakernel.recovery.live.fields import FIELDS
from cakernel.recovery.live.histories import COURSES
from cakernel.recovery.live.part import recovery_part
from cakernel.recovery.policy import POLICY

SMALL = defaults(FIELDS) | {
    "chains": 2, "firms": 3, "periods": 20, "seed": 7, "supply_rules": ("SRD-1", "SRD-5"),
    "cyber_rules": ("CRD-1", "CRD-5", "CRD-0"),
}  # fmt: skip


def answered(answers, setting):
    return [answer for answer in answers(setting) if answer is not None]


@pytest.fixture(scope="module")
def small():
    return answered(RecoveryAnswers(), SMALL)


def test_replications_grow_and_the_last_answer_is_final(small):
    counts = [answer.replications for answer in small]
    assert counts == sorted(counts)
    assert 2 <= counts[0] < 100
    assert counts[-1] == MOST_REPLICATIONS
    assert [answer.final for answer in small] == [False] * (len(small) - 1) + [True]
    assert small[0].courses is None
    assert small[-1].state == "1,024 replications"


def test_means_are_those_of_simulate(small):
    case = case_of(SMALL)
    assert [str(policy) for policy in case.policies if policy.cyber_rule.on_site] == []
    for answer in (small[0], small[-1]):
        simulated = cakernel.simulate(
            case.model, policies=case.policies, scenarios=case.scenarios,
            replications=answer.replications, seed=7,
        )  # fmt: skip
        shown = simulated.select(*POLICY, "mean_resources", "se_resources").join(
            answer.ranked, on=POLICY
        )
        assert shown.height == len(case.policies) == 8
        np.testing.assert_allclose(shown["mean"], shown["mean_resources"], rtol=1e-12)
        np.testing.assert_allclose(shown["standard_error"], shown["se_resources"], rtol=1e-9)


def test_the_ranking_is_that_of_best(small):
    case = case_of(SMALL)
    outcomes = cakernel.paired_outcomes(
        case.model, policies=case.policies, scenarios=case.scenarios,
        replications=MOST_REPLICATIONS, seed=7,
    )  # fmt: skip
    expected = cakernel.best(outcomes, outcome="mean_resources", bootstrap=RESAMPLES, seed=7)
    assert_frame_equal(small[-1].ranked, expected)


def test_kernels_agree(monkeypatch):
    setting = SMALL | {"amounts": "paper"}
    monkeypatch.setattr(replications, "lanes_are_loaded", lambda experiment: False)
    # nothing is compiled meanwhile
    monkeypatch.setattr(replications.Replications, "_load", lambda self: None)
    one = replications.Replications(case_of(setting))
    count = one.first
    assert list(one.grow(count))
    monkeypatch.setattr(replications, "lanes_are_loaded", lambda experiment: True)
    other = replications.Replications(case_of(setting))
    assert list(other.grow(count))
    assert_frame_equal(one.frame(), other.frame())


def test_courses_and_panels_are_traces(small):
    case, answer = case_of(SMALL), small[-1]
    best = cakernel.Policy(**answer.ranked.select(POLICY).row(0, named=True))
    assert answer.courses_of.startswith(f"{best}: ")
    assert "mean of 96 replications" in answer.courses_of
    told = cakernel.history(
        case.model, policies=[best], scenario=case.scenarios[0], replications=96, seed=7
    )
    for name, words in COURSES.items():
        course = answer.courses.filter(pl.col("outcome") == words)
        rows = told.filter(pl.col("quantity") == name)
        assert course["period"].to_list() == rows["period"].to_list() == list(range(1, 21))
        for column, other in (("mean", "mean"), ("lower", "quantile_5"), ("upper", "quantile_95")):
            np.testing.assert_allclose(course[column], rows[other])
    # the last day's mean is what is ranked, of the same replications
    np.testing.assert_allclose(
        course["mean"][-1],
        cakernel.simulate(
            case.model, policies=[best], scenarios=case.scenarios, replications=96, seed=7
        )["mean_resources"][0],
    )
    states = answer.panels.levels["operational state"]
    assert states.shape == answer.panels.shape == (20, 2, 3)
    trace = cakernel.trace(case.model, policy=best, scenario=case.scenarios[0], seed=7)
    assert states.ravel().tolist() == trace["x"].to_list()


def test_what_is_known_is_kept_when_only_the_view_changes():
    answers = RecoveryAnswers()
    answered(answers, SMALL)
    first = next(answer for answer in answers(SMALL | {"outcome": "x"}) if answer is not None)
    assert first.replications == MOST_REPLICATIONS
    first = next(answer for answer in answers(SMALL | {"seed": 8}) if answer is not None)
    assert first.replications < MOST_REPLICATIONS


def test_a_policy_and_a_replication_can_be_chosen():
    setting = SMALL | {"shown": "SRD-1 CRD-1 C", "replication": 3}
    answer = next(a for a in RecoveryAnswers()(setting) if a is not None and a.panels)
    assert answer.panels.title == "SRD-1 CRD-1 C, replication 3"


def test_policies_on_site_are_ranked_apart():
    answer = answered(RecoveryAnswers(), SMALL | {"compared": "on site"})[-1]
    assert set(answer.ranked["cyber_rule"]) == {"CRD-0"}
    answer = answered(RecoveryAnswers(), SMALL | {"compared": "all policies"})[-1]
    assert answer.ranked.height == 10


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"firms": 0}, "firms: got 0; must be a whole number from 1 to 1,048,576"),
        ({"supply_severe": -0.1}, "supply_severe: got -0.1; must be a number from 0 to 1"),
        ({"cyber_mild": 0.99}, "cyber_severe + cyber_mild: got "),
        ({"operational_cost_01": -1.0}, "operational_cost_01: got -1.0; must be a number from"),
        ({"operational_cost_01": 1e-10}, "operational_cost: got 1e-10; must be 0 or at least"),
        ({"seed": -1}, "seed: got -1; must be a whole number"),
        ({"replication": -1}, "replication: got -1; must be a whole number"),
        ({"supply_rules": ()}, "supply_rules: got none; must be one or more"),
        ({"cyber_rules": ("CRD-0",)}, "policies: got 0 in the cloud to compare; must be two"),
        ({"firms": 10**6, "periods": 10**9}, "chains * firms * periods: got"),
        ({"firms": 10**6, "chains": 100}, "chains * firms * periods * policies * scenarios: got"),
    ],
)
def test_a_bad_value_is_one_line(change, line):
    with pytest.raises(cakernel.InvalidInput) as error:
        next(RecoveryAnswers()(SMALL | change))
    assert str(error.value).startswith(line)


def test_a_part_starts_with_the_model_and_scenario_given():
    model = cakernel.Model(firms=8, recovery="when-hit", initial_operational=1)
    scenario = cakernel.paper_scenarios()[300]
    case = case_of(recovery_part(model, scenario=scenario, seed=3).start)
    assert case.model == model
    assert case.scenarios == (scenario,)
    assert case.seed == 3


def test_a_part_starts_with_the_rules_given():
    listed = cakernel.policies(
        supply_rules=["SRD-4", "none"], cyber_rules=["CRD-0"], principles=["P"]
    )
    case = case_of(recovery_part(cakernel.Model(), policies=listed).start)
    assert list(map(str, case.policies)) == list(map(str, listed))


def test_what_the_page_lacks_is_refused():
    own = cakernel.Rule("mine", cakernel.rule("supply", "SRD-4").targets)
    listed = cakernel.policies(supply_rules=["SRD-4", own], cyber_rules=["CRD-5"])
    with pytest.raises(cakernel.InvalidInput, match="supply_rules: got mine; on the live page"):
        recovery_part(cakernel.Model(), policies=listed)
    listed = cakernel.policies(supply_rules=["SRD-4@4/12"], cyber_rules=["CRD-5"])
    with pytest.raises(cakernel.InvalidInput, match="supply_rules: got SRD-4@4/12; on the live"):
        recovery_part(cakernel.Model(), policies=listed)


WORTH = {
    "operational_terminal_value": (0.0, 4.0, 8.0),
    "intangibles_terminal_value": (0.0, 0.0, 2.0),
}


def test_final_states_may_be_worth_something():
    scenario = cakernel.paper_scenarios()[0].replace(**WORTH)
    start = recovery_part(cakernel.Model(), scenario=scenario).start
    worth = {name: value for name, value in start.items() if "terminal_value" in name}
    setting = SMALL | worth | {"outcome": "value"}
    case = case_of(setting)
    assert case.scenarios == (scenario,)
    answer = answered(RecoveryAnswers(), setting)[-1]
    outcomes = cakernel.paired_outcomes(
        case.model, policies=case.policies, scenarios=[scenario],
        replications=MOST_REPLICATIONS, seed=7,
    )  # fmt: skip
    expected = cakernel.best(outcomes, outcome="mean_value", bootstrap=RESAMPLES, seed=7)
    assert_frame_equal(answer.ranked, expected)
    papers = case_of(setting | {"amounts": "paper"}).scenarios
    assert papers == tuple(one.replace(**WORTH) for one in cakernel.paper_scenarios())


def test_without_worth_there_is_no_value_to_rank_by():
    with pytest.raises(cakernel.InvalidInput, match="outcome: got value, but every final state"):
        case_of(SMALL | {"outcome": "value"})
