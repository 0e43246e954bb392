"""Coupling of the coopetition model to the recovery model: risks, payments and types of chains."""

from itertools import product

import polars as pl
import pytest

import cakernel as ck
from cakernel.coopetition import Market, equilibria
from cakernel.coopetition.coupling import coupled, paying
from cakernel.errors import InvalidInput
from cakernel.recovery.input_files import read_scenario_file

SETTINGS = {
    "contract": "flexible-moq",
    "model": ck.Model(chains=2, firms=2, periods=20),
    "scenarios": ck.paper_scenarios()[::191],
    "policies": ck.policies(supply_rules=["SRD-2", "SRD-5"], cyber_rules=["CRD-5"]),
    "replications": 8,
}


def test_alike_chains_are_one_type_with_the_spec_s_risk_and_payment():
    market = Market()
    table = coupled(market, resources_per_money=500.0, **SETTINGS)
    row = equilibria([market], contracts=["flexible-moq"]).row(0, named=True)
    assert table.height == 4
    assert set(table["chains"]) == {"1, 2"}
    assert table["types"][0] == 1
    factor = row["breach_probability_1"] / (0.7 * 0.2)
    payment = 500 * (1 - 0.2) * row["investment_1"] / 20
    assert table["risk_factor"][0] == pytest.approx(factor, rel=1e-12)
    assert table["payment"][0] == pytest.approx(payment, rel=1e-12)
    # the recovery model by itself, with what is above put in by hand
    model = SETTINGS["model"]
    by_hand = ck.paired_outcomes(
        model.replace(
            cyber_severe=17 / 365 * table["risk_factor"][0],
            cyber_mild=50 / 365 * table["risk_factor"][0],
        ),
        policies=SETTINGS["policies"],
        scenarios=[paying(one, table["payment"][0])[0] for one in SETTINGS["scenarios"]],
        replications=8,
    )
    ranked = ck.best(by_hand, outcome="mean_resources")
    assert ranked["mean"].to_list() == table["mean"].to_list()


def test_chains_that_differ_are_types_of_their_own():
    market = Market(chains=3, vulnerability=(0.2, 0.6, 0.2))
    table = coupled(market, resources_per_money=0.0, **SETTINGS)
    assert table["chains"].unique(maintain_order=True).to_list() == ["1, 3", "2"]
    assert (table["types"] == 2).all()
    assert (table["payment"] == 0).all()


def test_no_threat_leaves_no_cyber_risk_and_no_payment():
    # B_0 = 0 counts as 1
    table = coupled(Market(threat_probability=0.0), resources_per_money=500.0, **SETTINGS)
    assert table["risk_factor"][0] == 0
    assert table["payment"][0] == 0


@pytest.mark.parametrize("payment", [0.0, 0.1, 0.25, 0.4, 0.5, 0.9, 5.0])
def test_payments_are_exact_or_say_by_how_much_not(payment):
    scenario = ck.ResourceScenario(
        operational_acquisition=(0.25, 0.5, 0.75),
        intangibles_acquisition=(0.25, 0.375, 0.4375),
        operational_cost=(1, 1, 1),
        intangibles_cost=(1, 1, 1),
    )
    paid, unpaid = paying(scenario, payment)
    worst = 0.0
    for x, y in product(range(3), repeat=2):
        owned = scenario.operational_acquisition[x] + scenario.intangibles_acquisition[y]
        after = paid.operational_acquisition[x] + paid.intangibles_acquisition[y]
        assert after >= 0
        assert after >= max(0.0, owned - payment) - 1e-12
        worst = max(worst, after - max(0.0, owned - payment))
    assert unpaid == pytest.approx(worst, abs=1e-12)
    if payment <= 0.5:
        assert unpaid == 0


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"resources_per_money": -1.0}, "resources_per_money"),
        ({"contract": "free"}, "contracts"),
        ({"policies": []}, "policies"),
    ],
)
def test_bad_arguments(changes, name):
    with pytest.raises(InvalidInput, match=f"^{name}: got"):
        coupled(Market(), **({"resources_per_money": 1.0} | SETTINGS | changes))


SMALL_CASE = """
[model]
chains = 2
firms = 2
periods = 20

[policies]
supply_rules = ["SRD-2", "SRD-5"]
cyber_rules = ["CRD-5", "CRD-0"]
principles = ["P"]

[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""


def test_command_ranks_cloud_policies_of_each_type_of_chain(cakernel, tmp_path):
    (tmp_path / "case.toml").write_text(SMALL_CASE)
    code, text, error = cakernel(
        *("ctip", "recovery", "--resources-per-money", 100, "--regime", "case.toml"),
        *("--set", "vulnerability=0.2,0.6", "--replications", 6, "--out", "found"),
    )
    assert code == 0, error
    assert text.startswith("Inspired by the abstract")
    found = pl.read_parquet(tmp_path / "found/recovery.parquet")
    # two types of chains, and on-site policies are left out
    assert found["chains"].unique(maintain_order=True).to_list() == ["1", "2"]
    assert set(found["cyber_rule"]) == {"CRD-5"}
    assert found.height == 4
    case = read_scenario_file(tmp_path / "case.toml")
    again = coupled(
        Market(vulnerability=(0.2, 0.6)),
        contract="flexible-moq",
        model=case.model,
        scenarios=case.scenarios,
        policies=[policy for policy in case.policies if not policy.cyber_rule.on_site],
        resources_per_money=100.0,
        replications=6,
    )
    assert found["mean"].to_list() == again["mean"].to_list()
    best_of_second = again.filter(chains="2").row(0, named=True)
    assert f"{best_of_second['risk_factor']:.1%} of the cyber risk" in " ".join(text.split())


def test_command_names_what_is_wrong(cakernel):
    code, _, error = cakernel("ctip", "recovery", "--resources-per-money", -1)
    assert code == 2
    assert "resources_per_money: got -1.0; must be" in error
    code, _, error = cakernel(
        "ctip", "recovery", "--resources-per-money", 1, "--investments", "all"
    )
    assert code == 2
    assert "investments: got 'all'; must be one of nash, joint, planner" in error
