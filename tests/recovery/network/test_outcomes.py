"""What tables of networks say: the same as their histories, by policy and by firm."""

import polars as pl
import pytest

import cakernel as ck
from cakernel import InvalidInput
from helpers.network_cases import in_roomy_shapes
from recovery.network.test_invariance import POLICIES, SCENARIOS, simulated, tables


def histories(given, policy, replications):
    """Return the traces of all scenarios and replications of a policy."""
    with in_roomy_shapes():
        return pl.concat(
            ck.trace(
                ck.Network(**given), policy=policy, scenario=scenario, periods=21, replication=n,
                scenario_index=s,
            ).with_columns(scenario=s, replication=n)
            for s, scenario in enumerate(SCENARIOS)
            for n in range(replications)
        )  # fmt: skip


def outcomes(rows, *keys):
    """Return the means of histories, as `simulate` has them."""
    return (
        rows.group_by(*keys, maintain_order=True)
        .agg(
            mean_x=pl.col("x").mean(),
            mean_y=pl.col("y").mean(),
            mean_resources=pl.col("resources").filter(period=21).mean(),
        )
        .sort(keys)
    )


def test_by_replication_and_by_firm():
    given = tables()
    replications = 4
    of_policy = {str(policy): policy for policy in POLICIES[:2]}
    replicated = simulated(given, by="replication", replications=replications)
    firms = simulated(given, by="firm", replications=replications)
    for policy in of_policy.values():
        names = dict(
            zip(("supply_rule", "cyber_rule", "principle"), str(policy).split(), strict=True)
        )
        rows = histories(given, policy, replications)
        expected = outcomes(rows, "scenario", "replication")
        found = replicated.filter(**names).sort("scenario", "replication")
        for name in ("mean_x", "mean_y", "mean_resources"):
            assert found[name].to_list() == pytest.approx(expected[name].to_list(), rel=1e-12)
        each = outcomes(rows, "firm", "scenario", "replication")
        of_scenario = each.group_by("firm", "scenario").agg(
            pl.col("^mean_.*$").mean(),
            pl.col("^mean_.*$").var().name.map(lambda name: name.replace("mean", "var")),
        )
        expected = of_scenario.group_by("firm").agg(
            pl.col("^mean_.*$").mean(),
            *(
                ((pl.col(f"var_{name}") / replications).sum().sqrt() / pl.len()).alias(f"se_{name}")
                for name in ("x", "y", "resources")
            ),
        ).sort("firm")  # fmt: skip
        found = firms.filter(**names).sort("firm")
        assert found["firm"].to_list() == expected["firm"].to_list()
        for name in ("mean_x", "mean_y", "mean_resources", "se_x", "se_y", "se_resources"):
            # a variance of 0 is found by a difference
            exact = pytest.approx(expected[name].to_list(), rel=1e-9, abs=1e-9)
            assert found[name].to_list() == exact, name


def test_firms_with_amounts_of_their_own_need_no_scenario():
    amounts = {f"r_x{n}": [0.5 * n] for n in range(3)} | {f"r_y{n}": [0.25] for n in range(3)}
    costs = {f"c_{side}{pair}": [1.0] for side in "xy" for pair in ("01", "12", "02")}
    net = ck.Network(firms={"id": ["alone"], "resources": [0.0], **amounts, **costs})
    table = ck.simulate(
        net, policies=[ck.Policy(supply_rule="SRD-1", cyber_rule="CRD-1")], periods=4,
        replications=3,
    )  # fmt: skip
    assert table["mean_y"].to_list() == [1.0]
    assert table["replications"].to_list() == [3]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"periods": None}, "^periods: missing"),
        ({"periods": 0}, "^periods: got 0; must be"),
        ({"scenarios": []}, "^scenarios: got none"),
        ({"recovery": "never"}, "^recovery: got 'never'"),
        ({"initial_resources": -1.0}, "^initial_resources: got -1"),
        ({"record_through": 3}, "^record_through: got"),
    ],
)
def test_refusals(changes, words):
    with pytest.raises(InvalidInput, match=words):
        simulated(tables(), **changes)


def test_a_rule_that_is_a_table_is_refused():
    table = ck.rule("supply", "SRD-4").targets.copy()
    table[:, 2] = 2
    policy = ck.Policy(supply_rule=ck.Rule("own", table), cyber_rule="CRD-1")
    with pytest.raises(InvalidInput, match=r"^policies: got the rule 'own', a table of a grid's"):
        simulated(tables(), policies=[policy])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("periods", 3),
        ("recovery", "when-hit"),
        ("initial_resources", 1.0),
        ("record", {}),
        ("record_through", 1),
    ],
)
def test_a_model_takes_none_of_a_networks_arguments(name, value):
    with pytest.raises(InvalidInput, match=f"^{name}: got a value with a Model"):
        ck.simulate(ck.Model(), policies=POLICIES, scenarios=SCENARIOS, **{name: value})


def test_a_model_has_no_table_by_firm():
    with pytest.raises(InvalidInput, match=r"^by: got 'firm' with a Model"):
        ck.simulate(ck.Model(), policies=POLICIES, scenarios=SCENARIOS, by="firm")


def test_amounts_too_fine_to_be_counted_together_are_refused():
    given = tables()
    given["firms"] = given["firms"].with_columns(resources=pl.lit(1e15), holding_cost=pl.lit(1e-9))
    with pytest.raises(InvalidInput, match=r"^amounts: "):
        simulated(given)
    given["firms"] = given["firms"].with_columns(resources=pl.lit(1.0), holding_cost=pl.lit(1e-10))
    with pytest.raises(InvalidInput, match=r"^firms row 1: holding_cost: got 1e-10; must be 0 or"):
        simulated(given)
