"""Points of the recovery model: the rows of `simulate`, whatever comes with them."""

from dataclasses import replace
from unittest.mock import patch

import numba
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.grid_points import GridPoints
from cakernel.recovery.rule_definitions import tabulate

INDEX = {"0": 0, "1": 1, "2": 2, "01": 0, "12": 1, "02": 2}
NAMES = ("x", "y", "resources")
KEYS = ["supply_rule", "cyber_rule", "principle"]
SPAN = {"first_replication": 0, "replications": 5}
STUDY = ck.Recovery(
    model=ck.Model(chains=2, firms=3, periods=17),
    policies=ck.policies(supply_rules=["SRD-2", "SRD-5"], cyber_rules=["CRD-2", "CRD-0"]),
    scenarios=ck.paper_scenarios()[::200],
)

POLICY = ck.policies(supply_rules=["SRD-1"], cyber_rules=["CRD-2"], principles=["P"])


def frame(*rows, span=SPAN):
    """Points as a study gets them; what is left out of a point is as in the first."""
    types = {name: kind.column for name, kind in STUDY.fields.items()}
    whole = dict.fromkeys(("point", *SPAN), pl.Int64)
    listed = [{"point": n} | span | row for n, row in enumerate(rows)]
    return pl.DataFrame(listed, {n: (types | whole)[n] for n in listed[0]}, strict=False)


def run(study, points, *, threads=2, seed=9):
    return study.run(points, seed=seed, threads=threads)


def simulated(study, row, seed=9):
    """The replications of one point by `simulate`, averaged over its scenarios."""
    fields = {k: v for k, v in row.items() if k not in ("point", *SPAN)}
    model = study.model.replace(**{k: v for k, v in fields.items() if k in ck.Model.model_fields})
    number = fields.get("scenario")
    scenarios = study.scenarios if number is None else [study.scenarios[number]]
    for name, value in fields.items():
        field, _, suffix = name.rpartition("_")
        if name in ck.ResourceScenario.model_fields:
            scenarios = [s.replace(**{name: value}) for s in scenarios]
        elif field in ck.ResourceScenario.model_fields:
            index = INDEX[suffix]
            scenarios = [
                s.replace(
                    **{field: tuple(np.insert(np.delete(getattr(s, field), index), index, value))}
                )
                for s in scenarios
            ]
    chosen = {k: v for k, v in fields.items() if k in KEYS}
    own = {rule.name: rule for rule in study.rules}
    chosen = {k: own.get(v, v) for k, v in chosen.items()}
    policies = {str(p): p for p in (policy.replace(**chosen) for policy in study.policies)}
    first = number or 0
    if not study.common_random_numbers:
        first += row["point"] * len(study.scenarios)
    rows = ck.simulate(
        model,
        policies=list(policies.values()),
        scenarios=scenarios,
        replications=row["replications"],
        first_replication=row["first_replication"],
        first_scenario=first,
        seed=seed,
        by="replication",
    )
    names = [f"mean_{name}" for name in NAMES]
    each = rows.group_by(*KEYS, "replication", maintain_order=True).agg(pl.col(names).mean())
    return each.select(pl.lit(row["point"], pl.Int64).alias("point"), *KEYS, "replication", *names)


def folded(rows):
    """Means and standard errors of replications, with what they span."""
    means = [pl.col(f"mean_{name}").mean() for name in NAMES]
    errors = [(pl.col(f"mean_{n}").std() / pl.len().sqrt()).alias(f"se_{n}") for n in NAMES]
    count = pl.len().cast(pl.Int64).alias("replications")
    first = pl.col("replication").min().alias("first_replication")
    return rows.group_by("point", *KEYS, maintain_order=True).agg(*means, *errors, first, count)


def all_simulated(study, points):
    return pl.concat([simulated(study, row) for row in points.iter_rows(named=True)])


def check(study, points):
    """Compare all rows with `simulate`, in the order of the points."""
    expected = all_simulated(study, points)
    single = run(replace(study, rows="replication"), points)
    assert single["error"].null_count() == single.height
    assert_frame_equal(single.drop("error"), expected, rel_tol=1e-13)
    rows = run(study, points)
    assert_frame_equal(rows.drop("error"), folded(expected), rel_tol=1e-11, abs_tol=1e-12)
    # some variety: everything must not be compared with itself
    assert rows["mean_resources"].n_unique() > rows.height / 4
    return rows


def mixed(count, seed):
    """Points that differ in everything at once."""
    chance = np.random.Generator(np.random.Philox(seed))

    def some(*values):
        return values[int(chance.integers(len(values)))]

    def numbers(*, decimals):
        return [round(v, decimals) for v in chance.uniform(0, 9, 3).tolist()]

    return frame(
        *(
            {
                "firms": some(1, 2, 4),
                "chains": some(1, 3),
                "periods": some(5, 11),
                "recovery": some("every-period", "when-hit"),
                "boundary_ends": some("open", "periodic"),
                "boundary_across": some("open", "periodic"),
                "initial_operational": some(0, 1, 2),
                "initial_intangibles": some(0, 1, 2),
                "initial_resources": some(0.0, 3.0, 0.1, 1 / 3),
                "supply_severe": chance.uniform(0, 0.5),
                "supply_mild": chance.uniform(0, 0.5),
                "cyber_severe": chance.uniform(0, 0.5),
                "cyber_mild": chance.uniform(0, 0.5),
                "operational_acquisition": numbers(decimals=some(1, 15)),
                "operational_cost": numbers(decimals=some(0, 2)),
                "operational_cost_01": round(chance.uniform(0, 5), some(1, 12)),
                "intangibles_acquisition_2": some(0.5, 0.25, 1 / 7),
                "intangibles_cost_02": some(1.0, 7.3),
                "supply_rule": some("SRD-1", "SRD-4", "SRD-8", "none"),
                "cyber_rule": some("CRD-0", "CRD-1", "CRD-5", "none"),
                "principle": some("P", "C"),
                "scenario": some(0, 1, 2),
                "first_replication": some(0, 3),
                "replications": some(2, 5),
            }
            for _ in range(count)
        )
    )


@pytest.mark.compiled
def test_points_that_differ_in_everything_are_those_of_simulate():
    check(STUDY, mixed(40, seed=1))


RISKS = frame(*({"supply_severe": 0.1 * n, "cyber_mild": 0.1 * (3 - n)} for n in range(4)))
GRIDS = frame({"firms": 2, "chains": 3, "periods": 9}, {"firms": 1, "chains": 1, "periods": 20})
AMOUNTS = frame(
    {"operational_cost_12": 0.0, "initial_resources": 0.0},
    {"operational_cost_12": 1.3, "initial_resources": 0.7},
    # no quantum fits
    {"operational_cost_12": 1 / 3, "initial_resources": 0.7},
    {"operational_cost_12": 1e-9, "initial_resources": 100.0},
)


@pytest.mark.parametrize("points", [RISKS, GRIDS, AMOUNTS])
@pytest.mark.parametrize("count", [1, pytest.param(3, marks=pytest.mark.compiled)])
def test_points_are_those_of_simulate(points, count):
    check(replace(STUDY, scenarios=STUDY.scenarios[:count]), points)


def test_one_point_is_one_call_of_simulate():
    """The tables of `simulate` itself, where a point has one scenario."""
    study = replace(STUDY, scenarios=STUDY.scenarios[:1])
    expected = ck.simulate(
        STUDY.model, policies=STUDY.policies, scenarios=STUDY.scenarios[:1], replications=5, seed=9
    )
    rows = run(study, frame({}))
    assert_frame_equal(rows.select(expected.columns), expected, rel_tol=1e-12, abs_tol=1e-14)


def test_an_axis_over_scenarios_meets_the_disruptions_of_each():
    points = frame({"scenario": 2}, {"scenario": 0})
    check(STUDY, points)
    third = run(replace(STUDY, scenarios=STUDY.scenarios[2:]), frame({"firms": 3}))
    # the third alone counts as the first
    assert third["mean_x"].to_list() != run(STUDY, points)["mean_x"].to_list()[:6]


@pytest.mark.parametrize("count", [1, pytest.param(3, marks=pytest.mark.compiled)])
def test_points_can_meet_disruptions_of_their_own(count):
    study = replace(STUDY, common_random_numbers=False, scenarios=STUDY.scenarios[:count])
    points = frame({"firms": 3}, {"firms": 3}, {"firms": 3, "point": 7})
    rows = check(study, points)
    assert rows.group_by("point").agg(pl.col("mean_x").first())["mean_x"].n_unique() == 3
    common = run(replace(study, common_random_numbers=True), points)
    assert common.group_by("point").agg(pl.col("mean_x").first())["mean_x"].n_unique() == 1
    check(study, frame({"scenario": 0, "point": 4}, {"scenario": count - 1, "point": 1}))


def test_policies_as_axes_replace_part_of_each_policy():
    points = frame({"supply_rule": "SRD-1"}, {"supply_rule": "SRD-7"})
    rows = check(STUDY, points)
    assert rows.height == 2 * len({(str(p.cyber_rule.name), p.principle) for p in STUDY.policies})
    whole = frame({"supply_rule": "SRD-1", "cyber_rule": "CRD-5", "principle": "C"})
    assert run(STUDY, whole).select(KEYS).rows() == [("SRD-1", "CRD-5", "C")]


def test_spans_of_replications_join():
    study = replace(STUDY, rows="replication")
    whole = run(study, frame({"firms": 3}))
    parts = [
        run(study, frame({"firms": 3}, span={"first_replication": n, "replications": k}))
        for n, k in ((0, 2), (2, 3))
    ]
    joined = pl.concat(parts).sort(*KEYS, "replication")
    assert_frame_equal(joined, whole.sort(*KEYS, "replication"), check_exact=True)


def test_points_of_one_grid_may_span_different_replications():
    spans = [(0, 5), (2, 3), (0, 3), (0, 5)]
    named = [{"first_replication": first, "replications": count} for first, count in spans]
    points = frame(*({"supply_mild": 0.2, **span} for span in named))
    rows = check(STUDY, points)
    assert rows["first_replication"].unique(maintain_order=True).to_list() == [0, 2]
    first, *_, last = (group.drop("point") for group in rows.partition_by("point"))
    assert_frame_equal(first, last, check_exact=True)


def test_one_replication_has_no_standard_error():
    rows = run(STUDY, frame({"firms": 3}, span={"first_replication": 4, "replications": 1}))
    assert rows.schema["se_x"] == pl.Float64
    assert rows["se_x"].null_count() == rows.height
    assert set(rows["first_replication"]) == {4}


@pytest.mark.compiled
@pytest.mark.parametrize("rows", ["policy", "replication"])
@pytest.mark.parametrize("common", [True, False])
def test_a_point_does_not_depend_on_its_company(rows, common):
    study = replace(STUDY, rows=rows, common_random_numbers=common)
    # grids and spans that some share, so that points run together; some impossible
    points = mixed(24, seed=2).with_columns(
        firms=pl.col("point") % 2 + 2,
        chains=pl.lit(2),
        periods=pl.col("point") % 3 + 8,
        recovery=pl.lit("every-period"),
        boundary_ends=pl.lit("open"),
        boundary_across=pl.lit("periodic"),
        initial_operational=pl.lit(2),
        initial_intangibles=pl.lit(1),
        supply_rule=pl.lit("SRD-4"),
        cyber_rule=pl.lit("CRD-5"),
        first_replication=pl.lit(0),
        replications=pl.lit(3),
        scenario=pl.when(pl.col("point") % 7 == 6).then(9).otherwise("scenario"),
    )
    together = run(study, points)
    assert together["error"].count() == 3
    assert together["point"].to_list() == sorted(together["point"])
    backwards = run(study, points.reverse())
    for point in points["point"]:
        alone = run(study, points.filter(pl.col("point") == point))
        for rows in (together, backwards):
            same = rows.filter(pl.col("point") == point)
            assert_frame_equal(same, alone, check_exact=True)
    assert backwards["point"].to_list()[0] == 23


@pytest.mark.parametrize("rows", ["policy", "replication"])
@pytest.mark.parametrize(("of_one", "sizes"), [(False, [3, 3, 3, 2]), (True, [9, 2])])
def test_points_that_memory_does_not_hold_at_once_run_in_parts(rows, of_one, sizes):
    """What counts is their scenarios: points that name one have no other."""
    study = replace(STUDY, rows=rows)
    points = mixed(11, seed=5).with_columns(
        supply_severe=pl.when(pl.int_range(pl.len()) == 4).then(2.0).otherwise(0.1)
    )
    if not of_one:
        points = points.drop("scenario")
    whole = run(study, points)
    assert whole["error"].count() == 1
    groups, at_once = GridPoints.groups, []

    def counted(grid, some, asked):
        at_once.append(some.height)
        return groups(grid, some, asked)

    with (
        patch("cakernel.recovery.study.AT_ONCE", 9),
        patch.object(GridPoints, "groups", counted),
    ):
        assert_frame_equal(run(study, points), whole, check_exact=True)
    assert at_once == sizes


@pytest.mark.parametrize("network", [False, True])
@pytest.mark.parametrize("valued", [False, True])
def test_sums_over_scenarios_do_not_overflow(network, valued):
    """Numbers of each scenario are below 2^62, and those of twenty together beyond int64."""
    fine = {"operational_terminal_value": (0, 0.001, 1e15)} if valued else {}
    worth = {} if valued else {"operational_acquisition": (0, 0, 1e15)}
    scenarios = [
        ck.paper_scenarios()[0].replace(operational_cost=(0.001, 2, 2 + n / 1000), **fine, **worth)
        for n in range(20)
    ]
    model = (
        ck.Network(firms={"id": ["mill"]}) if network else ck.Model(chains=1, firms=1, periods=1)
    )
    study = ck.Recovery(model, POLICY, scenarios, periods=1 if network else None)
    given = {"policies": POLICY, "scenarios": scenarios, "replications": 5, "seed": 9}
    expected = ck.simulate(model, **given, periods=study.periods)
    rows = run(study, frame({}, span={"first_replication": 0, "replications": 5}))
    name = "mean_value" if valued else "mean_resources"
    assert expected[name][0] > 1e14
    assert rows[name].to_list() == pytest.approx(expected[name].to_list(), rel=1e-12)


@pytest.mark.compiled
def test_threads_do_not_matter():
    assert numba.config.NUMBA_NUM_THREADS > 1, "run on two cores or more"
    for points in (mixed(20, seed=3), RISKS, AMOUNTS):
        one, two = (run(STUDY, points, threads=n) for n in (1, 2))
        assert_frame_equal(one, two, check_exact=True)


def test_seeds_matter():
    points = frame({"firms": 3})
    assert not run(STUDY, points, seed=1).equals(run(STUDY, points, seed=2))


# impossible points

GOOD = {
    "firms": 3,
    "supply_severe": 0.1,
    "recovery": "when-hit",
    "initial_operational": 1,
    "operational_cost": [1.0, 2.0, 3.0],
    "operational_cost_02": 2.0,
    "supply_rule": "SRD-1",
    "principle": "P",
    "scenario": 0,
}


@pytest.mark.parametrize("rows", ["policy", "replication"])
def test_impossible_points_are_rows_with_reasons(rows):
    wrong = [
        ({"firms": 0}, "firms: got 0; must be a whole number from 1 to 1,048,576"),
        ({"firms": None}, "firms: got None; must be a whole number from 1 to 1,048,576"),
        ({"supply_severe": 0.95}, "supply_severe + supply_mild: got 0.95 + 0.136986301369863 ="),
        ({"supply_severe": float("nan")}, "supply_severe: got nan; must be a number from 0 to 1"),
        ({"recovery": "never"}, "recovery: got 'never'; must be 'every-period' or 'when-hit'"),
        ({"initial_operational": 3}, "initial_operational: got 3; must be a state: 0, 1 or 2"),
        ({"operational_cost": None}, "operational_cost: got None; must be three numbers"),
        ({"operational_cost": [1, -1, 2]}, "operational_cost[1]: got -1.0; must be three numbers"),
        (
            {"operational_cost_02": -0.5},
            "operational_cost_02: got -0.5; must be a number from",
        ),
        ({"operational_cost_02": None}, "operational_cost_02: got None; must be a number from"),
        ({"supply_rule": "SRD-9"}, "supply_rule: got 'SRD-9'; must be one of SRD-1, SRD-2"),
        ({"supply_rule": None}, "supply_rule: got None; must be one of SRD-1, SRD-2"),
        ({"principle": "X"}, "principle: got 'X'; must be 'P' or 'C'"),
        ({"scenario": 3}, "scenario: got 3; must be a whole number from 0 to 2"),
        ({"scenario": -1}, "scenario: got -1; must be a whole number from 0 to 2"),
        ({"scenario": None}, "scenario: got None; must be a whole number from 0 to 2"),
    ]
    study = replace(STUDY, rows=rows)
    points = frame(GOOD, *(GOOD | changes for changes, _ in wrong), GOOD)
    made = run(study, points)
    possible = run(study, points[[0, -1]])
    reasons = made.filter(pl.col("error").is_not_null())
    for (point, reason), (n, (_, message)) in zip(
        reasons.select("point", "error").rows(), enumerate(wrong, 1), strict=True
    ):
        assert point == n
        assert reason.startswith(message)
        assert "\n" not in reason
    # nothing else is in such a row, and the others are as if alone
    assert reasons.drop(
        "point", "error"
    ).null_count().transpose().to_series().unique().to_list() == [len(wrong)]
    assert_frame_equal(made.filter(pl.col("error").is_null()), possible, check_exact=True)
    nothing = run(study, points[1:-1])
    assert_frame_equal(nothing, reasons, check_exact=True)
    assert nothing.schema == possible.schema


# rules of the user's own


def never_full(own, around):
    return max(own, 1)


def test_own_rules_can_be_axes():
    mine = ck.Rule("mine", ck.rule("supply", "SRD-4").targets)
    other = ck.Rule("other", tabulate(never_full))
    study = replace(STUDY, rules=[mine, other])
    points = frame({"supply_rule": "mine"}, {"supply_rule": "SRD-4"}, {"supply_rule": "other"})
    rows = check(study, points)
    same, built_in, different = (
        group.drop("point", "supply_rule") for group in rows.partition_by("point")
    )
    assert_frame_equal(same, built_in, check_exact=True)
    assert not different.equals(same)
    axes = {"supply_rule": ["mine", "SRD-1"]}
    assert ck.Sweep(study, axes=axes).points()["supply_rule"].to_list() == ["mine", "SRD-1"]
    with pytest.raises(ck.InvalidInput, match=r"^axes\.supply_rule: got 'mine'; must be one of"):
        ck.Sweep(STUDY, axes=axes).points()


def test_an_own_rule_on_site_is_so_as_an_axis():
    mine = ck.Rule("mine", ck.rule("supply", "none").targets, on_site=True)
    study = replace(STUDY, rules=[mine])
    rows = check(study, frame({"cyber_rule": "mine"}, {"cyber_rule": "CRD-1"}))
    mine, cloud = (group["mean_y"] for group in rows.partition_by("point"))
    assert set(mine) == {1.0}
    assert 1.0 not in set(cloud)
