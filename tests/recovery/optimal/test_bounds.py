"""Upper bounds: above the exact optimum and every simulated policy, and as printed in the docs."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import cakernel as ck
from cakernel.recovery.kernel.states import INTANGIBLES, OPERATIONAL
from cakernel.recovery.optimal import Objective, own_state_scores, upper_bounds
from cakernel.recovery.optimal import bounds as module
from cakernel.recovery.optimal.bounds import WINDOW
from cakernel.recovery.optimal.relaxed import at_first, values_before
from cakernel.recovery.optimal.segment import Segment, segments_of
from cakernel.recovery.optimal.side import sides_of
from helpers.tiny_chains import described, random_case
from oracle.optimal import best_within_budgets

PAPER = ck.paper_scenarios()
# what intangibles earn at most, at least, over the scenarios of Table 2 in 180 periods
LEAST_INTANGIBLES = 45.8
EXACT = Path(__file__).with_name("exact_15_firms.json")


@pytest.mark.parametrize("number", range(20))
def test_a_bound_is_never_below_the_exact_optimum(number):
    case = random_case(number, periods=2 + number % 2)
    model, scenario, objective = described(case)
    bound = upper_bounds(model, scenarios=[scenario], objective=objective)["upper_bound"][0]
    exact = best_within_budgets(case)
    assert bound >= exact - 1e-9
    # and it is near where budgets bind little; these cases bind much
    assert bound <= 1.35 * exact + 1e-9


def test_budgets_lower_bounds_and_never_raise_them():
    # upgrades from 0 are dear, and the intangibles state earns little
    few = [
        s
        for s in PAPER
        if s.operational_cost[0] == 10
        and s.operational_acquisition[2] == 1.5
        and s.intangibles_acquisition[2] < 0.5
    ]
    for name in ("t30", "base"):
        model = ck.regime(name)
        dropped = upper_bounds(model, scenarios=few[::3], budgets=False)["upper_bound"]
        kept = upper_bounds(model, scenarios=few[::3])["upper_bound"]
        assert (kept <= dropped).all()
        assert (kept < 0.995 * dropped).any()


@pytest.mark.parametrize(
    ("name", "mean"),
    [
        ("base", 181.0),
        ("low", 220.5),
        ("high", 166.4),
        ("n3", 181.2),
        ("t360", 354.0),
        ("t30", 36.7),
    ],
)
def test_mean_bounds_of_the_regimes_with_budgets_dropped(name, mean):
    table = upper_bounds(ck.regime(name), scenarios=PAPER, budgets=False)
    assert table["upper_bound"].mean() == pytest.approx(mean, abs=0.06)
    assert set(table["operational_origin"]) == {"chain"}


def own_state_rule(from_low, from_medium):
    table = np.empty(np.shape(ck.rule("supply", "SRD-1").table), np.int64)
    table[:] = np.reshape([from_low, from_medium, 2], (3, 1, 1, 1, 1))
    return ck.Rule(f"own-{from_low}{from_medium}", table)


@pytest.mark.parametrize("convention", ["published", "text"])
def test_no_policy_is_above_the_bound(convention):
    model, few = ck.regime("t30", convention=convention), PAPER[5::143]
    own = [own_state_rule(0, 2), own_state_rule(1, 1), own_state_rule(2, 1)]
    every = [*ck.policies()[::7], *ck.policies(supply_rules=[*own, "none"], cyber_rules=["none"])]
    what = {"policies": every, "scenarios": few, "replications": 100}
    rows = ck.simulate(model, **what, by="scenario").rows(named=True)
    assert len(rows) == len(every) * len(few)
    for x, y in ((0.0, 0.0), (20.0, 10.0)):
        objective = Objective(operational_weight=x, intangibles_weight=y)
        bounds = {
            on_site: upper_bounds(model, scenarios=few, objective=objective, on_site=on_site)
            for on_site in (False, True)
        }
        for row in rows:
            value = row["mean_resources"] + x * row["mean_x"] + y * row["mean_y"]
            noise = row["se_resources"] + x * row["se_x"] + y * row["se_y"]
            bound = bounds[row["cyber_rule"] == "CRD-0"]["upper_bound"][row["scenario"]]
            assert value <= bound + 4 * noise


def test_the_best_rules_come_near_the_bound():
    few = PAPER[::29]
    model = ck.regime("base")
    scores = own_state_scores(model, scenarios=few)
    best = (
        scores.group_by("scenario", "side")
        .agg(pl.col("value_with_cutoffs").max())
        .group_by("scenario", maintain_order=True)
        .agg(pl.col("value_with_cutoffs").sum() + model.initial_resources)
        .sort("scenario")["value_with_cutoffs"]
    )
    bound = upper_bounds(model, scenarios=few, budgets=False)["upper_bound"]
    assert (best <= bound + 1e-9).all()
    assert (best >= 0.99 * bound).all()


def windows_over_exact(model, exact, scenario, window):
    """Return how far windows lie above the whole chain, as a share of the least bound on R."""
    [side] = sides_of(OPERATIONAL, model, [scenario], Objective(), on_site=False)
    parts = segments_of(model.firms, ring=False, window=window, step=window - 4)
    assert len(parts) > 1
    total = sum(
        part.times * at_first(side, part.segment, values_before(side, part.segment, model.periods))
        for part in parts
    )
    least = exact + model.initial_resources + LEAST_INTANGIBLES
    return (total / model.firms - exact) / least


def test_windows_of_15_firms_are_near_the_whole_chain():
    model = ck.regime("n15")
    rows = json.loads(EXACT.read_text())
    assert len(rows) == 24
    over = [
        windows_over_exact(
            model,
            row["earned"],
            PAPER[0].replace(
                operational_acquisition=row["acquisition"], operational_cost=row["cost"]
            ),
            WINDOW,
        )
        for row in rows
    ]
    assert min(over) > -1e-9
    assert max(over) < 0.0005


def test_windows_of_11_firms_are_near_the_whole_chain():
    model = ck.regime("base").replace(firms=11)
    for scenario in PAPER[::72]:
        [side] = sides_of(OPERATIONAL, model, [scenario], Objective(), on_site=False)
        whole = Segment((1.0,) * 11)
        exact = at_first(side, whole, values_before(side, whole, model.periods)) / 11
        assert -1e-9 < windows_over_exact(model, exact, scenario, 9) < 0.0005


@pytest.mark.parametrize("recovery", ["every-period", "when-hit"])
@pytest.mark.parametrize("ends", ["open", "periodic"])
def test_windows_bound_whole_chains_under_every_convention(monkeypatch, recovery, ends):
    model = ck.regime("t30").replace(firms=7, recovery=recovery, boundary_ends=ends)
    few = PAPER[::80]
    # acquisitions that fall with the state, too
    few = [*few, few[0].replace(operational_acquisition=(0.5, 1.0, 0.25))]
    exact = upper_bounds(model, scenarios=few, budgets=False)["operational"]
    for window, step in ((4, 2), (5, 3)):
        parts = segments_of(7, ring=ends == "periodic", window=window, step=step)
        monkeypatch.setattr(module, "_segments", lambda model, parts=parts: parts)
        table = upper_bounds(model, scenarios=few, budgets=False)
        monkeypatch.undo()
        assert (table["operational"] >= exact - 1e-9).all()
        assert (table["operational"][:-1] <= 1.05 * exact[:-1].abs() + 0.1).all()
        assert set(table["operational_origin"]) == {"windows"}


def test_very_long_chains_are_as_quick():
    scenario = PAPER[200]
    model = ck.regime("t30")
    each = [
        upper_bounds(model.replace(firms=n), scenarios=[scenario], budgets=False)["operational"][0]
        for n in (48, 62, 76)
    ]
    # each further window adds the same
    assert 62 * each[1] - 48 * each[0] == pytest.approx(76 * each[2] - 62 * each[1], abs=1e-6)
    longest = upper_bounds(model.replace(chains=1, firms=1 << 20), scenarios=[scenario])
    assert longest["operational_origin"].str.contains("windows|budgets").all()


def test_on_site_firms_have_certain_intangibles():
    model, scenario = ck.regime("base"), PAPER[0]
    row = upper_bounds(
        model,
        scenarios=[scenario.replace(intangibles_terminal_value=(0, 7, 9))],
        on_site=True,
        objective=Objective(intangibles_weight=10),
    ).row(0, named=True)
    assert row["intangibles"] == pytest.approx(180 * 0.75 + 10 + 7)
    assert row["intangibles_origin"] == "on site"
    cloud = upper_bounds(model, scenarios=[scenario]).row(0, named=True)
    assert row["operational"] == pytest.approx(cloud["operational"], rel=1e-3)


def test_with_the_long_runs_values_at_the_end_cutoffs_gain_nothing():
    model, scenario = ck.regime("t30"), PAPER[0]
    [side] = sides_of(INTANGIBLES, model, [scenario], Objective(), on_site=False)
    worth = values_before(side, Segment((1.0,)), 3000)
    valued = scenario.replace(intangibles_terminal_value=tuple(worth - worth.min()))
    scores = own_state_scores(model, scenarios=[valued]).filter(side="intangibles")
    best = scores["value"].max()
    assert scores["value_with_cutoffs"].max() == pytest.approx(best, abs=1e-6)
    # a rule of the own state is optimal on this side
    bound = upper_bounds(model, scenarios=[valued], budgets=False)["intangibles"][0]
    assert best == pytest.approx(bound, abs=1e-6)
    without = own_state_scores(model, scenarios=[scenario]).filter(side="intangibles")
    assert (without["value_with_cutoffs"] > without["value"] + 0.1).any()


def test_equal_arguments_give_equal_tables_on_any_number_of_threads():
    few = PAPER[::50]
    model = ck.regime("t30")
    told = []
    one = upper_bounds(model, scenarios=few, threads=1, progress=lambda *done: told.append(done))
    assert one.equals(upper_bounds(model, scenarios=few))
    done, whole = np.array(told).T
    assert done.tolist() == list(range(1, whole[0] + 1))
    assert one["upper_bound"].to_list() == [
        upper_bounds(model, scenarios=[s])["upper_bound"][0] for s in few
    ]


def test_an_interruption_keeps_what_was_finished():
    def stop(done, whole):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(ck.Interrupted) as interrupted:
        upper_bounds(ck.regime("t30"), scenarios=PAPER[:2], threads=1, progress=stop)
    assert interrupted.value.args


def test_bad_arguments_are_named():
    with pytest.raises(ck.InvalidInput, match=r"^scenarios: got none"):
        upper_bounds(ck.regime("t30"), scenarios=[])
    with pytest.raises(ck.InvalidInput, match=r"^operational_weight: got -1"):
        Objective(operational_weight=-1)
    with pytest.raises(ck.InvalidInput, match=r"^objective: got 3"):
        own_state_scores(ck.regime("t30"), scenarios=PAPER[:1], objective=3)
