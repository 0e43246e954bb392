"""Scores of own-state rules against simulation."""

import numpy as np
import polars as pl
import pytest

import cakernel as ck
from cakernel.recovery.optimal import Objective, own_state_scores

PAPER = ck.paper_scenarios()
RULES = {(0, 1): "none", (1, 2): "SRD-2", (2, 2): "SRD-1"}


@pytest.mark.parametrize("convention", ["published", "text"])
@pytest.mark.parametrize("name", ["t30", "n3"])
def test_scores_are_what_simulations_give_with_plenty_of_resources(name, convention):
    model = ck.regime(name, convention=convention).replace(initial_resources=1000.0, chains=4)
    few = PAPER[::90]
    weighted = Objective(operational_weight=30, intangibles_weight=15)
    scores = {o: own_state_scores(model, scenarios=few, objective=o) for o in (None, weighted)}
    z = []
    for (low, medium), rule in RULES.items():
        policy = ck.Policy(supply_rule=rule, cyber_rule=rule.replace("SRD", "CRD"))
        table = ck.simulate(
            model, policies=[policy], scenarios=few, replications=400, by="scenario", seed=3
        )
        for objective, frame in scores.items():
            value = (
                frame.filter(from_low=low, from_medium=medium)
                .group_by("scenario", maintain_order=True)
                .agg(pl.col("value").sum())["value"]
                + 1000.0
            )
            x, y = (30, 15) if objective else (0, 0)
            simulated = table["mean_resources"] + x * table["mean_x"] + y * table["mean_y"]
            noise = table["se_resources"] + x * table["se_x"] + y * table["se_y"]
            z += ((simulated - value) / noise).to_list()
    assert len(z) == 2 * 3 * len(few)
    assert np.abs(z).max() < 4.5


def test_best_cutoffs_and_terminal_values_are_those_of_the_engine():
    model = ck.regime("t30").replace(initial_resources=1000.0)
    scenario = PAPER[0].replace(
        operational_terminal_value=(0, 0.5, 1), intangibles_terminal_value=(0, 0.25, 1)
    )
    scores = own_state_scores(model, scenarios=[scenario]).filter(from_low=1, from_medium=2)
    rules = []
    for row in scores.rows(named=True):
        side = {"operational": "supply", "intangibles": "cyber"}[row["side"]]
        prefix = {"supply": "SRD", "cyber": "CRD"}[side]
        rule = ck.rule(side, f"{prefix}-2")
        cutoffs = {name: row[name] for name in ("leave_low", "leave_medium")}
        assert max(cutoffs.values()) > 0
        rules.append(rule.with_cutoffs(**cutoffs))
    policy = ck.Policy(supply_rule=rules[0], cyber_rule=rules[1])
    what = {"policies": [policy], "scenarios": [scenario], "by": "scenario"}
    row = ck.simulate(model, **what, replications=3000).row(0, named=True)
    expected = 1000 + scores["value_with_cutoffs"].sum()
    assert abs(row["mean_value"] - expected) < 4 * row["se_value"]


def test_rows_are_twelve_a_scenario():
    table = own_state_scores(ck.regime("t30"), scenarios=PAPER[:2])
    assert table.height == 24
    assert (table["value_with_cutoffs"] >= table["value"]).all()
    never = table.filter(from_low=0, from_medium=1)
    assert never["leave_low"].to_list() == never["leave_medium"].to_list() == [0] * 4
