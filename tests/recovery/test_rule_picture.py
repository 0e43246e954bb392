"""What notebooks show of rules and policies: the picture of a rule has all its targets."""

import re

import numpy as np
import pytest

import cakernel as ck
from cakernel.recovery.rule_picture import CELL, SIDE, rule_svg
from cakernel.recovery.rules import rule
from cakernel.recovery.state_colours import STATES


@pytest.mark.parametrize("name", ["SRD-1", "SRD-4", "SRD-5", "SRD-8"])
def test_every_target_is_drawn_at_its_place(name):
    own = rule("supply", name)
    drawn = np.full((3, SIDE, SIDE), -1)
    found = re.findall(
        r'<rect x="(\d+)" y="(\d+)" width="(\d+)" [^>]*fill="([^"]+)"',
        rule_svg(own.label, own.targets),
    )
    for x, y, width, colour in found:
        square, across = divmod(int(x) // CELL, SIDE + 3)
        down = (int(y) - 16) // CELL
        drawn[square, down, across : across + int(width) // CELL] = STATES.index(colour)
    for index in np.ndindex(own.targets.shape):
        state, up, down, previous, following = index
        assert drawn[state, 4 * previous + following, 4 * up + down] == own.targets[index]


def test_a_policy_in_words():
    shown = ck.Policy(supply_rule="SRD-4", cyber_rule="CRD-5")._repr_html_()
    assert "<b>SRD-4 CRD-5 P</b>: " in shown
    assert shown.count("<svg") == 2
    assert "rigorous benchmarking" in shown


def test_names_are_escaped():
    own = ck.Rule("<b>", rule("supply", "SRD-2").targets.copy())
    assert "<b>&lt;b&gt;</b>" in own._repr_html_()


def test_results_of_a_sweep_and_a_map(tmp_path):
    pair = [ck.Policy(supply_rule=name, cyber_rule="CRD-1") for name in ("SRD-2", "SRD-5")]
    study = ck.Recovery(
        model=ck.Model(chains=1, firms=2, periods=5),
        policies=pair,
        scenarios=ck.paper_scenarios()[:1],
    )
    axes = {"supply_mild": ck.Range(low=0.0, high=0.5, count=3)}
    sweep = ck.Sweep(study=study, axes=axes, replications=2)
    shown = ck.run_sweep(sweep, tmp_path / "sweep")._repr_html_()
    assert shown.startswith("<p>Sweep of recovery, design grid: 3 points")
    assert "<table" in shown
    found = ck.stability_map(sweep, tmp_path / "map", depth=1)
    assert "Of the space" in found._repr_html_()
