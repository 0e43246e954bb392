"""Rules with cutoffs: what they mean, and how they are written and read."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.input_files import read_rule, read_scenario_file, rule_frame
from cakernel.recovery.kernel.states import TABLE_SHAPE
from cakernel.recovery.kernel_arrays import policies_of

RICH = ck.Model(chains=1, firms=1, periods=7, initial_resources=1000.0)
CALM = {"supply_severe": 0.0, "supply_mild": 0.0, "cyber_severe": 0.0, "cyber_mild": 0.0}
SCENARIO = ck.paper_scenarios()[0]
OWN = ck.Rule("own", np.maximum(ck.rule("supply", "SRD-4").targets, 1))


def states(rule, side="supply", **risk):
    """Return x or y of one rich firm over seven periods."""
    rules = {"supply_rule": "none", "cyber_rule": "none"} | {f"{side}_rule": rule}
    model = RICH.replace(**(CALM | risk))
    history = ck.trace(model, policy=ck.Policy(**rules), scenario=SCENARIO)
    return history["x" if side == "supply" else "y"].to_list()


@pytest.mark.parametrize("side", ["supply", "cyber"])
@pytest.mark.parametrize("cutoff", [0, 1, 3, 6, 7, 8])
def test_state_0_is_left_while_so_many_periods_come_after_this_one(side, cutoff):
    """Hit in every period: up to 2 while the cutoff allows it, then never again."""
    rule = ck.rule(side, "SRD-1" if side == "supply" else "CRD-1").with_cutoffs(leave_low=cutoff)
    left = max(0, 7 - cutoff)
    assert states(rule, side, **{f"{side}_severe": 1.0}) == [2] * left + [0] * (7 - left)


@pytest.mark.parametrize("side", ["supply", "cyber"])
def test_the_cutoff_of_1_does_not_bind_a_firm_that_goes_from_0_to_2(side):
    """Every period lowers by one: back to 2 from 1 in periods 1 to 3, and from 0 later."""
    rule = ck.rule(side, "SRD-1" if side == "supply" else "CRD-1").with_cutoffs(leave_medium=4)
    assert states(rule, side, **{f"{side}_mild": 1.0}) == [2, 2, 2, 1, 2, 1, 2]
    both = rule.with_cutoffs(leave_low=2, leave_medium=4)
    assert states(both, side, **{f"{side}_mild": 1.0}) == [2, 2, 2, 1, 2, 1, 0]


@pytest.mark.parametrize("name", ["SRD-1", "SRD-4", "SRD-7", "own"])
def test_cutoffs_of_the_horizon_or_more_are_never_to_recover(name):
    model = ck.Model(chains=3, firms=4, periods=25)
    rule = OWN if name == "own" else ck.rule("supply", name)
    never, late, plain, zero = (
        ck.trace(model, policy=ck.Policy(supply_rule=r, cyber_rule="CRD-2"), scenario=SCENARIO)
        for r in (
            "none",
            rule.with_cutoffs(leave_low=25, leave_medium=25),
            rule,
            rule.with_cutoffs(leave_low=3).with_cutoffs(),
        )
    )
    assert_frame_equal(late, never, check_exact=True)
    assert_frame_equal(plain, zero, check_exact=True)
    assert not plain.equals(never)


def best_decisions(model, scenario):
    """Solve one firm's problem backwards (operational state, resources without limit).

    Return what a firm in state 2 earns at best, and the best state to go to by periods that remain
    (axis 0) and state after disruption.
    """
    income = scenario.operational_acquisition
    cost = dict(zip([(0, 1), (1, 2), (0, 2)], scenario.operational_cost, strict=True))
    severe, mild = model.supply_severe, model.supply_mild
    # worth of a state before the period in which it earns
    worth = list(scenario.operational_terminal_value or (0.0, 0.0, 0.0))
    chosen = []
    for _ in range(model.periods):
        options = [{a: worth[a] - cost.get((s, a), 0.0) for a in range(s, 3)} for s in range(3)]
        chosen.append([max(each, key=each.get) for each in options])
        after = [max(each.values()) for each in options]
        worth = [
            income[s]
            + severe * after[0]
            + mild * after[max(s - 1, 0)]
            + (1 - severe - mild) * after[s]
            for s in range(3)
        ]
    return worth[2], np.array(chosen)


@pytest.mark.compiled
@pytest.mark.parametrize("worth", [None, (0.0, 1.0, 2.5)])
def test_cutoffs_are_those_of_the_dynamic_programme(worth):
    """What is best by backward induction is a rule with cutoffs, and earns what theory says."""
    scenario = ck.ResourceScenario(
        operational_acquisition=(0.25, 1.0, 1.75),
        intangibles_acquisition=(0.0, 0.0, 0.0),
        operational_cost=(2.0, 2.0, 5.0),
        intangibles_cost=(0.0, 0.0, 0.0),
        operational_terminal_value=worth,
        intangibles_terminal_value=(0.0, 0.0, 0.0),
    )
    model = RICH.replace(periods=12, supply_severe=0.1, supply_mild=0.2)
    earned, best = best_decisions(model, scenario)
    cutoffs = []
    for state in (0, 1):
        leaves = best[:, state] > state
        # worth while from so many periods on, and ever after
        cutoffs.append(int(np.argmax(leaves)))
        assert leaves[cutoffs[-1] :].all()
    assert cutoffs == ([5, 3] if worth is None else [3, 1])
    low, medium = (best[-1, state] for state in (0, 1))
    assert (best[cutoffs[0] :, 0] == low).all()
    table = np.empty(TABLE_SHAPE, int)
    table[0], table[1], table[2] = low, medium, 2
    rule = ck.Rule("best", table).with_cutoffs(leave_low=cutoffs[0], leave_medium=cutoffs[1])
    row = ck.simulate(
        model,
        policies=[ck.Policy(supply_rule=rule, cyber_rule="none")],
        scenarios=[scenario],
        replications=100_000,
    ).row(0, named=True)
    mean = row["mean_value"] - model.initial_resources
    assert abs(mean - earned) < 3 * row["se_value"] < 0.05


def test_a_label_has_the_cutoffs_and_is_read_again():
    rule = ck.rule("supply", "SRD-5").with_cutoffs(leave_low=4, leave_medium=12)
    assert (rule.name, rule.label, rule.cutoffs) == ("SRD-5", "SRD-5@4/12", (4, 12, 0))
    policy = ck.Policy(supply_rule=rule, cyber_rule="CRD-2@0/3", principle="C")
    assert str(policy) == "SRD-5@4/12 CRD-2@0/3 C"
    again = ck.rule("supply", "SRD-5@4/12")
    assert (again.label, again.cutoffs) == (rule.label, rule.cutoffs)
    assert ck.rule("supply", "SRD-5@0/0").label == "SRD-5"
    # replaced, not added to
    assert rule.with_cutoffs(leave_medium=3).label == "SRD-5@0/3"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ck.rule("supply", "SRD-5@4"), "supply_rule: got 'SRD-5@4'; must be one of SRD-1"),
        (lambda: ck.rule("supply", "SRD-5@-4/2"), "got 'SRD-5@-4/2'; must be one of SRD-1"),
        (lambda: ck.rule("cyber", "SRD-5@4/2"), "cyber_rule: got 'SRD-5@4/2'; must be one of CRD"),
        (lambda: ck.rule("supply", "SRD-5@4/9999999999"), "leave_medium: got 9999999999; must be"),
        (lambda: OWN.with_cutoffs(leave_low=-1), "leave_low: got -1; must be a whole number from"),
        (lambda: OWN.with_cutoffs(leave_medium=1.5), "leave_medium: got 1.5; must be a whole"),
        (lambda: ck.Rule("own", OWN.table, leave_low="3"), "leave_low: got '3'; must be a whole"),
        (lambda: ck.Rule("own@1/2", OWN.table), "rule name: got 'own@1/2'; must not end like cut"),
        (lambda: ck.rule("cyber", "CRD-0@1/2"), "rule CRD-0: leave_low, leave_medium: got 1, 2;"),
        (lambda: ck.Rule("site", OWN.table, True, 3), "rule site: .* must be 0, since an on-site"),
    ],
)
def test_bad_cutoffs_are_refused(call, message):
    with pytest.raises(ck.InvalidInput, match=message):
        call()


def test_rules_that_differ_in_cutoffs_share_a_table():
    rules = [OWN.with_cutoffs(leave_low=n, leave_medium=2 * n) for n in range(50)]
    arrays = policies_of([ck.Policy(supply_rule=rule, cyber_rule="CRD-1") for rule in rules])
    assert len(arrays.tables) == 2
    assert arrays.cutoffs[:, 0].tolist() == [[n, 2 * n, 0] for n in range(50)]
    assert not arrays.cutoffs[:, 1].any()


def test_a_rule_with_cutoffs_survives_its_file(tmp_path):
    rule = OWN.with_cutoffs(leave_low=4, leave_medium=12)
    frame = rule_frame(rule)
    assert frame["cutoff"].unique().sort().to_list() == [0, 4, 12]
    frame.sample(fraction=1, shuffle=True, seed=1).write_csv(tmp_path / "rule.csv")
    read = read_rule(tmp_path / "rule.csv", "mine")
    assert read.label == "mine@4/12"
    np.testing.assert_array_equal(read.targets, rule.targets)
    assert "cutoff" not in rule_frame(OWN).columns


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (pl.lit(3), "cutoff of own state 2 is 3; must be 0"),
        (pl.lit("a"), "must have whole numbers in columns own, .*, target and cutoff"),
        (pl.lit(None), "must have whole numbers in columns own, .*, target and cutoff"),
        (pl.col("target").cast(pl.Int64), "cutoff of own state 0 is .* must be one number"),
        (pl.when(pl.col("own") == 1).then(-2).otherwise(0), "leave_medium: got -2; must be a whol"),
    ],
)
def test_bad_cutoffs_in_a_file_say_what_is_wrong(tmp_path, change, message):
    rule_frame(ck.rule("supply", "SRD-4")).with_columns(cutoff=change).write_csv(
        tmp_path / "rule.csv"
    )
    with pytest.raises(ck.InvalidInput, match=message):
        read_rule(tmp_path / "rule.csv", "mine")


FILE = """
[simulation]
replications = 3
[model]
chains = 2
firms = 3
periods = 20
[[rules]]
name = "mine"
file = "mine.csv"
[[rules]]
name = "late"
file = "late.csv"
[policies]
supply_rules = ["SRD-5@4/12", "mine", "mine@2/2", "late", "late@0/1"]
cyber_rules = ["CRD-1@3/0", "CRD-0"]
principles = ["P"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""
LISTED = ["SRD-5@4/12", "mine", "mine@2/2", "late@6/7", "late@0/1"]


@pytest.fixture
def file(cakernel, tmp_path):
    cakernel("rule", "SRD-4", "--out", "mine.csv")
    cakernel("rule", "SRD-1@6/7", "--out", "late.csv")
    path = tmp_path / "scenario.toml"
    path.write_text(FILE)
    return path


def test_a_scenario_file_names_rules_with_cutoffs(cakernel, file, tmp_path):
    listed = read_scenario_file(file).policies
    assert [str(p).split()[:2] for p in listed[:5]] == [[name, "CRD-1@3/0"] for name in LISTED]
    code, _, err = cakernel("run", file, "--out", "results")
    assert (code, err) == (0, "")
    table = pl.read_csv(tmp_path / "results/policies.csv")
    assert table["supply_rule"].to_list() == LISTED * 2
    described = read_scenario_file(file)
    options = {"policies": described.policies, "scenarios": described.scenarios}
    expected = ck.simulate(described.model, **options, replications=3)
    assert_frame_equal(table, expected, check_exact=True)
    assert '"late@6/7 CRD-1@3/0 P"' in (tmp_path / "results/provenance.json").read_text()
    assert cakernel("report", "results", "--out", "page.html")[0] == 0
    assert "SRD-5 with cutoffs: a firm leaves state 0" in (tmp_path / "page.html").read_text()
    code, out, _ = cakernel("trace", file, "--policy", "late@6/7 CRD-0")
    assert code == 0
    assert out.startswith("late@6/7 CRD-0 P, resource scenario 0")
    code, out, _ = cakernel("trace", "--regime", "t30", "--policy", "SRD-2@4/9 CRD-5")
    assert code == 0
    assert out.startswith("SRD-2@4/9 CRD-5 P")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"SRD-5@4/12"', '"SRD-5@4/x"', "supply_rules: got 'SRD-5@4/x'; must be one of SRD-1, "),
        (
            '"CRD-1@3/0"',
            '"CRD-0@3/0"',
            "cyber_rules: rule CRD-0: leave_low, leave_medium: got 3, 0",
        ),
        ('"late@0/1"', '"late@6/7"', "supply_rules: got 'late@6/7' 2 times; must be once"),
        ('name = "mine"', 'name = "mine@1/1"', r"rules\[0\]\.rule name: got 'mine@1/1'; must not"),
        ('["P"]', '["P@1/2"]', "principles: got 'P@1/2'; must be one of P, C"),
    ],
)
def test_bad_names_in_a_file_say_what_is_wrong(file, old, new, message):
    assert old in FILE
    file.write_text(FILE.replace(old, new))
    with pytest.raises(ck.InvalidInput, match=message):
        read_scenario_file(file)


def test_an_axis_of_a_sweep_names_rules_with_cutoffs(tmp_path):
    study = ck.Recovery(
        model=ck.Model(chains=2, firms=3, periods=20),
        policies=ck.policies(supply_rules=["SRD-1"], cyber_rules=["CRD-1@2/3"], principles=["P"]),
        scenarios=[SCENARIO],
        rules=[OWN.with_cutoffs(leave_low=5)],
    )
    names = ["SRD-5", "SRD-5@4/12", "own", "own@1/2"]
    sweep = ck.Sweep(study=study, axes={"supply_rule": names}, replications=4)
    results = ck.run_sweep(sweep, tmp_path / "sweep")
    rows = results.joined().collect()
    assert sorted(rows["supply_rule"]) == sorted(["SRD-5", "SRD-5@4/12", "own@5/0", "own@1/2"])
    for row in rows.iter_rows(named=True):
        rule = row["supply_rule"]
        if rule.startswith("own"):
            low, medium = map(int, rule.removeprefix("own@").split("/"))
            rule = OWN.with_cutoffs(leave_low=low, leave_medium=medium)
        policy = ck.Policy(supply_rule=rule, cyber_rule="CRD-1@2/3")
        expected = ck.simulate(study.model, policies=[policy], scenarios=[SCENARIO], replications=4)
        assert row["mean_resources"] == pytest.approx(expected["mean_resources"][0], rel=1e-13)
    with pytest.raises(ck.InvalidInput, match="supply_rule: got 'own@1'; must be one of SRD-1"):
        study.check_levels("supply_rule", ["own", "own@1"])
