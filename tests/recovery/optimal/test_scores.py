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


def test_rows_are_twelve_a_scenario():
    table = own_state_scores(ck.regime("t30"), scenarios=PAPER[:2])
    assert table.height == 24
    assert (table["value_with_cutoffs"] >= table["value"]).all()
    never = table.filter(from_low=0, from_medium=1)
    assert never["leave_low"].to_list() == never["leave_medium"].to_list() == [0] * 4
