"""Resources against states: what the points mean, and that none lies above the bound."""

import numpy as np
import pytest

import cakernel as ck

MODEL = ck.Model(
    chains=2, firms=3, periods=25, supply_severe=0.05, supply_mild=0.2, cyber_severe=0.1,
    cyber_mild=0.1,
)  # fmt: skip
SCENARIOS = ck.paper_scenarios()[::97]
NOISE = 4.0


@pytest.fixture(scope="module")
def found():
    return ck.frontier(MODEL, scenarios=SCENARIOS, weights=[40, 0, 10], replications=64, seed=3)


def test_no_point_is_above_the_bound_beyond_noise(found):
    points = found.points
    assert points.height == 3 + 96
    assert (points["short"] > -NOISE * points["se_resources"] - 1e-9).all()
    assert (points["short"] == points["upper_bound"] - points["mean_resources"]).all()


def test_states_rise_and_resources_fall_with_the_weight(found):
    best = found.points.filter(policies="best rules")
    assert best["weight"].to_list() == [0, 10, 40]
    noise = NOISE * best["se_resources"].max()
    assert (best["service"].diff().drop_nulls() > 0).all()
    assert (best["mean_resources"].diff().drop_nulls() < noise).all()


def test_the_papers_points_are_simulated_on_fresh_draws(found):
    again = ck.simulate(
        MODEL,
        policies=[ck.Policy(supply_rule="SRD-5", cyber_rule="CRD-5")],
        scenarios=SCENARIOS,
        replications=64,
        first_replication=64,
        seed=3,
    ).row(0, named=True)
    row = found.points.filter(supply_rule="SRD-5", cyber_rule="CRD-5", principle="P")
    for name in ("mean_x", "mean_y", "mean_resources", "se_resources"):
        assert row[name][0] == pytest.approx(again[name])


def test_the_curve_falls_and_bounds_what_weights_do_on_both_states(found):
    curve = found.curve["upper_bound"].to_numpy()
    assert (np.diff(curve) <= 1e-9).all()
    # it is concave, as the least of straight lines
    assert (np.diff(curve, 2) <= 1e-9).all()
    best = found.points.filter(policies="best rules")
    limit = np.interp(best["service"], found.curve["service"], curve)
    assert (best["mean_resources"] <= limit + NOISE * best["se_resources"] + 0.1).all()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"weights": []}, "weights: got none"),
        ({"weights": [-1.0]}, "weights"),
        ({"scenarios": []}, "scenarios: got none"),
        ({"replications": 8}, "replications: got 8"),
    ],
)
def test_bad_arguments(given, told):
    with pytest.raises(ck.InvalidInput, match=told):
        ck.frontier(MODEL, **{"scenarios": SCENARIOS, **given})
