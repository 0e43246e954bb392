"""What a sweep is said to be: other words for whatever gives other results, else an error."""

import json
import pickle
from dataclasses import replace

import pytest

import cakernel as ck
from cakernel.recovery.rule_definitions import tabulate

STUDY = ck.Recovery(
    model=ck.Model(chains=2, firms=3, periods=17),
    policies=ck.policies(supply_rules=["SRD-2", "SRD-5"], cyber_rules=["CRD-2", "CRD-0"]),
    scenarios=ck.paper_scenarios()[::200],
)


def never_full(own, around):
    return max(own, 1)


def described(sweep):
    return json.dumps(sweep.description(), sort_keys=True)


def test_equal_sweeps_have_equal_descriptions():
    def sweep():
        study = replace(STUDY, rules=[ck.Rule("mine", tabulate(never_full))])
        design = ck.Design(kind="sobol", points=8)
        return ck.Sweep(study, axes={"supply_mild": {"low": 0, "high": 0.1}}, design=design)

    assert described(sweep()) == described(sweep())
    again = json.loads(described(sweep()))
    assert again == json.loads(json.dumps(again))
    assert described(pickle.loads(pickle.dumps(sweep()))) == described(sweep())


MINE = ck.Rule("mine", ck.rule("supply", "none").targets)
VARIANTS = {
    "model": {"model": STUDY.model.replace(initial_resources=3.5)},
    "convention": {"model": STUDY.model.replace(recovery="when-hit")},
    "fewer policies": {"policies": STUDY.policies[:2]},
    "other order": {"policies": STUDY.policies[::-1]},
    "own rule": {"rules": [MINE]},
    "own rule of another name": {"rules": [ck.Rule("yours", MINE.table)]},
    "own rule with another table": {"rules": [ck.Rule("mine", tabulate(never_full))]},
    "own rule on site": {"rules": [ck.Rule("mine", MINE.table, on_site=True)]},
    "policy of an own rule": {"policies": [ck.Policy(supply_rule=MINE, cyber_rule="CRD-1")]},
    "policy of an own rule with another table": {
        "policies": [
            ck.Policy(supply_rule=ck.Rule("mine", tabulate(never_full)), cyber_rule="CRD-1")
        ]
    },
    "fewer scenarios": {"scenarios": STUDY.scenarios[:2]},
    "other amounts": {
        "scenarios": [
            STUDY.scenarios[0].replace(intangibles_cost=(1, 2, 3.5)),
            *STUDY.scenarios[1:],
        ]
    },
    "draws": {"common_random_numbers": False},
    "rows": {"rows": "replication"},
}
AXES = {"firms": [3, 5], "supply_mild": ck.Range(low=0.0, high=0.1, count=2)}
SWEEPS = {
    "seed": {"seed": 2},
    "replications": {"replications": 21},
    "precision": {"precision": ck.Precision(standard_error=1.0, at_most=40)},
    "outcome": {"precision": ck.Precision(outcome="x", standard_error=1.0, at_most=40)},
    "levels": {"axes": AXES | {"firms": [3, 7]}},
    "bounds": {"axes": AXES | {"supply_mild": ck.Range(low=0.0, high=0.2, count=2)}},
    "scale": {"axes": AXES | {"supply_mild": ck.Range(low=0.1, high=0.2, scale="log", count=2)}},
    "no log": {"axes": AXES | {"supply_mild": ck.Range(low=0.1, high=0.2, count=2)}},
    "decimals": {"axes": AXES | {"supply_mild": ck.Range(low=0, high=0.1, count=2, decimals=1)}},
    "labels": {"axes": {"size": ck.Levels({"a": {"firms": 3}, "b": {"firms": 5}})}},
    "other labels": {"axes": {"size": ck.Levels({"a": {"firms": 3}, "b": {"firms": 6}})}},
    "design": {"design": ck.Design(kind="one-at-a-time")},
    "sampled": {"design": ck.Design(kind="saltelli", points=8)},
    "more": {"design": ck.Design(kind="saltelli", points=9)},
    "sampled differently": {"design": ck.Design(kind="saltelli", points=8, seed=2)},
    "first order": {"design": ck.Design(kind="saltelli", points=8, second_order=False)},
}


def test_a_description_changes_with_all_that_matters():
    base = ck.Sweep(STUDY, axes=AXES)
    texts = {"base": described(base)}
    for name, changes in VARIANTS.items():
        texts[name] = described(replace(base, study=replace(STUDY, **changes)))
    for name, changes in SWEEPS.items():
        texts[name] = described(replace(base, **changes))
    seen = {}
    for name, text in texts.items():
        assert seen.setdefault(text, name) == name


def test_a_precision_is_of_the_leading_outcome_by_default():
    named = ck.Precision(outcome="resources", standard_error=1.0, at_most=40)
    default = ck.Precision(standard_error=1.0, at_most=40)
    one, other = (ck.Sweep(STUDY, axes=AXES, precision=each) for each in (named, default))
    assert described(one) == described(other)
    assert one.description()["precision"]["outcome"] == "resources"


def test_studies_that_make_no_sense_are_refused():
    for changes, message in (
        ({"policies": []}, "policies: got none; must be one or more"),
        ({"scenarios": []}, "scenarios: got none; must be one or more"),
        ({"rows": "firm"}, "rows: got 'firm'; must be 'policy' or 'replication'"),
        (
            {"policies": [STUDY.policies[0]] * 2},
            "policies: got SRD-2 CRD-2 P twice; must be once",
        ),
        (
            {"rules": [MINE, ck.Rule("mine", tabulate(never_full))]},
            "rules: got two called mine; must have different names",
        ),
        (
            {"rules": [ck.Rule("SRD-2", tabulate(never_full))]},
            "rules: got two called SRD-2; must have different names",
        ),
    ):
        with pytest.raises(ck.InvalidInput) as refused:
            replace(STUDY, **changes)
        assert str(refused.value) == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"replications": 0}, "replications: got 0; must be a whole number from 1 to"),
        ({"replications": 2.5}, "replications: got 2.5; must be a whole number from 1 to"),
        ({"seed": -1}, "seed: got -1; must be a whole number from 0 to 18,446,744,073,709,551,615"),
        (
            {"precision": ck.Precision(outcome="z", standard_error=1, at_most=9)},
            "precision.outcome: got 'z'; must be one of resources, x, y",
        ),
        (
            {"precision": ck.Precision(standard_error=1, at_most=9), "replications": 1},
            "replications: got 1; must be from 2 to precision.at_most, 9",
        ),
        (
            {"precision": ck.Precision(standard_error=1, at_most=9)},
            "replications: got 20; must be from 2 to precision.at_most, 9",
        ),
    ],
)
def test_sweeps_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(ck.InvalidInput) as refused:
        ck.Sweep(STUDY, axes=AXES, **changes)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("precision", "message"),
    [
        ({"at_most": 9}, "standard_error: missing; must be a finite number above 0"),
        ({"standard_error": 0, "at_most": 9}, "standard_error: got 0; must be a finite number ab"),
        ({"standard_error": 1}, "at_most: missing; must be a whole number from 2 to"),
        ({"standard_error": 1, "at_most": 1}, "at_most: got 1; must be a whole number from 2 to"),
        ({"standard_error": 1, "at_most": 9, "outcom": "x"}, "outcom: unknown key; did you mean"),
    ],
)
def test_precisions_that_make_no_sense_are_refused(precision, message):
    with pytest.raises(ck.InvalidInput) as refused:
        ck.Precision(**precision)
    assert str(refused.value).startswith(message)
