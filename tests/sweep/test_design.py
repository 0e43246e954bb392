"""Designs: which points are run, and that they are those the libraries make."""

import sys
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.sweep.design import KINDS, SAMPLERS

STUDY = ck.Recovery(
    policies=[ck.Policy(supply_rule="SRD-1", cyber_rule="CRD-1")],
    scenarios=ck.paper_scenarios()[:1],
)
AXES = {
    "supply_severe": {"low": 0.01, "high": 0.1},
    "firms": {"low": 3, "high": 15},
    "periods": [30, 180, 360],
    "operational_cost_01": {"low": 1, "high": 10, "decimals": 1},
    "risk": {
        "levels": {
            "low": {"cyber_severe": 0.02, "cyber_mild": 0.03},
            "high": {"cyber_severe": 0.05, "cyber_mild": 0.3},
        }
    },
    "recovery": ["when-hit", "every-period"],
    "operational_acquisition": [[0, 1, 2], (0.5, 1, 1.5)],
}
SAMPLED = list(SAMPLERS)
EXTENDED = [kind for kind in SAMPLED if kind != "latin-hypercube"]
# points for each that is asked for, by axes
EACH = {"morris": lambda k: k + 1, "saltelli": lambda k: 2 * k + 2}


def points(axes, study=STUDY, **design):
    return ck.Sweep(study, axes=axes, design=ck.Design(**design)).points()


def unit(dimensions, **design):
    """The design itself, as points of axes from 0 to 1."""
    names = ["supply_severe", "supply_mild", "cyber_severe", "cyber_mild"][:dimensions]
    made = points({name: {"low": 0, "high": 1} for name in names}, **design)
    return made.drop("point").to_numpy()


def refused(make):
    with pytest.raises(ck.InvalidInput) as raised:
        make()
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_every_kind_is_known_by_its_sampler_or_is_none():
    assert set(SAMPLED) == set(KINDS) - {"grid", "one-at-a-time", "points"}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=4, unique=True),
    st.integers(1, 5),
    st.lists(st.sampled_from(["P", "C"]), min_size=1, max_size=2, unique=True),
)
def test_a_grid_is_every_combination_in_the_order_of_the_axes(firms, count, principles):
    axes = {
        "firms": firms,
        "supply_mild": ck.Range(low=0.0, high=0.5, count=count),
        "size": ck.Levels({"a": {"chains": 1, "periods": 9}, "b": {"chains": 2, "periods": 5}}),
        "principle": principles,
    }
    made = points(axes, kind="grid")
    labelled = ["size", "chains", "periods"]
    assert made.columns == ["point", "firms", "supply_mild", *labelled, "principle"]
    milds = np.linspace(0, 0.5, count).tolist() if count > 1 else [0.25]
    sizes = [("a", 1, 9), ("b", 2, 5)]
    combined = product(firms, milds, sizes, principles)
    expected = [(n, f, m, *size, p) for n, (f, m, size, p) in enumerate(combined)]
    assert made.rows() == expected


def test_columns_have_the_types_of_their_fields():
    expected = {
        "point": pl.Int64,
        "supply_severe": pl.Float64,
        "firms": pl.Int64,
        "periods": pl.Int64,
        "operational_cost_01": pl.Float64,
        "risk": pl.String,
        "cyber_severe": pl.Float64,
        "cyber_mild": pl.Float64,
        "recovery": pl.String,
        "operational_acquisition": pl.Array(pl.Float64, 3),
    }
    for kind in SAMPLED:
        assert dict(points(AXES, kind=kind, points=2).schema) == expected
    counted = {**AXES, "supply_severe": [0, 0.1, 1], "firms": [3.0, 5]}
    counted["operational_cost_01"] = {"low": 1, "high": 10, "count": 2}
    for kind in ("grid", "one-at-a-time"):
        made = points(counted, kind=kind)
        assert dict(made.drop("varied", strict=False).schema) == expected


def test_one_at_a_time_leaves_the_others_at_the_base():
    axes = {
        "firms": {"low": 3, "high": 15, "count": 3},
        "supply_severe": {"low": 0.0, "high": 0.1},
        "risk": AXES["risk"],
        "operational_cost_12": [7.5],
        "principle": ["C"],
    }
    made = points(axes, kind="one-at-a-time")
    base = {
        "varied": "base",
        "firms": 5,
        "supply_severe": 17 / 365,
        # labels have no base of their own: their first stands for it
        "risk": "low",
        "cyber_severe": 0.02,
        "cyber_mild": 0.03,
        "operational_cost_12": 5.0,
        "principle": "P",
    }
    high = {"risk": "high", "cyber_severe": 0.05, "cyber_mild": 0.3}
    changes = [
        {},
        *[{"varied": "firms", "firms": n} for n in (3, 9, 15)],
        *[{"varied": "supply_severe", "supply_severe": p} for p in (0.0, 0.1)],
        {"varied": "risk"},
        {"varied": "risk", **high},
        {"varied": "operational_cost_12", "operational_cost_12": 7.5},
        {"varied": "principle", "principle": "C"},
    ]
    assert made.drop("point").rows(named=True) == [base | change for change in changes]


def test_the_base_is_what_policies_and_scenarios_agree_in():
    scenarios = [STUDY.scenarios[0], STUDY.scenarios[0].replace(operational_cost=(1, 6, 9))]
    policies = ck.policies(supply_rules=["SRD-1", "SRD-2"], cyber_rules=["CRD-1"], principles=["C"])
    study = ck.Recovery(policies=policies, scenarios=scenarios)
    axes = {
        "principle": ["P"],
        "cyber_rule": ["CRD-2"],
        "operational_cost_01": [3],
        "intangibles_cost": [[1, 2, 3]],
    }
    made = points(axes, study, kind="one-at-a-time")
    assert made.row(0, named=True) == {
        "point": 0,
        "varied": "base",
        "principle": "C",
        "cyber_rule": "CRD-1",
        "operational_cost_01": 1.0,
        "intangibles_cost": [1.0, 5.0, 9.0],
    }
    for name, level in (
        ("supply_rule", "SRD-1"),
        ("operational_cost_12", 3),
        ("operational_cost", [1, 2, 3]),
        ("scenario", 0),
    ):
        message = refused(lambda n=name, v=level: points({n: [v]}, study, kind="one-at-a-time"))
        assert message == f"axes.{name}: has no single base value to vary from"


@pytest.mark.parametrize("kind", SAMPLED)
def test_samples_have_the_size_asked_for_and_stay_in_bounds(kind):
    made = points(AXES, kind=kind, points=40)
    assert made.height == 40 * EACH.get(kind, lambda k: 1)(len(AXES))
    assert made["point"].to_list() == list(range(made.height))
    assert made["supply_severe"].is_between(0.01, 0.1).all()
    assert set(made["firms"]) <= set(range(3, 16))
    assert made["operational_cost_01"].is_between(1, 10).all()
    assert (made["operational_cost_01"].round(1) == made["operational_cost_01"]).all()
    # every level comes up
    assert set(made["periods"]) == {30, 180, 360}
    assert set(made["recovery"]) == {"when-hit", "every-period"}
    assert {tuple(v) for v in made["operational_acquisition"]} == {(0, 1, 2), (0.5, 1, 1.5)}
    pairs = set(made.select("risk", "cyber_severe", "cyber_mild").rows())
    assert pairs == {("low", 0.02, 0.03), ("high", 0.05, 0.3)}


@pytest.mark.parametrize("kind", SAMPLED)
def test_equal_seeds_give_equal_samples(kind):
    first = points(AXES, kind=kind, points=4, seed=7)
    assert first.equals(points(AXES, kind=kind, points=4, seed=7))
    assert not first.equals(points(AXES, kind=kind, points=4, seed=8))
    assert points(AXES, kind=kind, points=4, seed=2**64 - 1).height == first.height


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(EXTENDED),
    st.integers(1, 20),
    st.integers(0, 20),
    st.integers(0, 2**64 - 1),
)
def test_more_points_continue_the_same_sequence(kind, few, more, seed):
    axes = {name: AXES[name] for name in ("supply_severe", "firms", "recovery")}
    first = points(axes, kind=kind, points=few, seed=seed)
    longer = points(axes, kind=kind, points=few + more, seed=seed)
    assert longer.head(first.height).equals(first)


def test_a_latin_hypercube_has_one_point_in_each_row_and_column():
    made = unit(3, kind="latin-hypercube", points=17)
    assert (np.sort((made * 17).astype(int), axis=0) == np.arange(17)[:, None]).all()


def test_sobol_points_fill_each_half_equally():
    made = unit(4, kind="sobol", points=64)
    assert ((made < 0.5).sum(axis=0) == 32).all()


@pytest.mark.parametrize("second_order", [True, False])
def test_saltelli_designs_are_those_of_salib(second_order):
    from SALib.sample import sobol

    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    expected = sobol.sample(problem, 8, calc_second_order=second_order, seed=5)
    made = unit(3, kind="saltelli", points=8, seed=5, second_order=second_order)
    assert made.shape == (8 * (8 if second_order else 5), 3)
    assert (made == expected).all()


def test_morris_designs_are_those_of_salib():
    from SALib.sample import morris

    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    expected = morris.sample(problem, 6, num_levels=8, seed=5)
    made = unit(3, kind="morris", points=6, seed=5, levels=8)
    assert made.shape == (6 * 4, 3)
    assert (made == expected).all()
    # along a trajectory one axis changes at a time, by 8 / (2 * 7) of its range
    steps = np.abs(np.diff(made.reshape(6, 4, 3), axis=1))
    assert ((steps > 0).sum(axis=2) == 1).all()
    assert steps[steps > 0] == pytest.approx(8 / 14)


def additive(made):
    """An outcome with first-order indices 1/14, 4/14 and 9/14, and no interactions."""
    return made @ np.array([1.0, 2.0, 3.0])


def test_sobol_indices_of_an_additive_function_are_recovered():
    from SALib.analyze import sobol

    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    made = unit(3, kind="saltelli", points=1024)
    found = sobol.analyze(problem, additive(made), seed=1)
    assert found["S1"] == pytest.approx([1 / 14, 4 / 14, 9 / 14], abs=0.01)
    assert found["ST"] == pytest.approx([1 / 14, 4 / 14, 9 / 14], abs=0.01)


def test_elementary_effects_of_an_additive_function_are_recovered():
    from SALib.analyze import morris

    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    made = unit(3, kind="morris", points=5)
    found = morris.analyze(problem, made, additive(made), num_levels=4, seed=1)
    assert found["mu"].tolist() == pytest.approx([1, 2, 3])
    assert found["sigma"].tolist() == pytest.approx([0, 0, 0], abs=1e-12)


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample.sobol", None)
    assert refused(lambda: unit(2, kind="saltelli", points=2)).startswith("design: saltelli needs ")


def test_libraries_are_loaded_only_where_they_are_needed():
    from subprocess import run

    check = (
        "import sys, cakernel as ck; study = ck.Recovery(scenarios=ck.paper_scenarios());"
        "ck.Sweep(study, axes={'firms': [3]}).points();"
        "sys.exit(any(m in sys.modules for m in ('scipy.stats', 'SALib', 'distributed')))"
    )
    assert run([sys.executable, "-c", check], check=False).returncode == 0


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ({}, "kind: missing; must be one of grid, one-at-a-time, random, latin-hypercube, sobol"),
        ({"kind": "lhs"}, "kind: got 'lhs'; must be one of grid, one-at-a-time"),
        ({"kind": "sobol"}, "points: got None; must be a whole number of 1 or more for sobol"),
        ({"kind": "sobol", "points": 0}, "points: got 0; must be a whole number from 1 to 1,073,"),
        ({"kind": "sobol", "points": 2**30 + 1}, "points: got 1073741825; must be a whole number"),
        ({"kind": "sobol", "points": 2.5}, "points: got 2.5; must be a whole number from 1 to"),
        ({"kind": "grid", "points": 3}, "points: got 3; must be left out for grid"),
        ({"kind": "random", "points": 1, "seed": -1}, "seed: got -1; must be a whole number from"),
        ({"kind": "random", "points": 1, "sede": 1}, "sede: unknown key; did you mean seed?"),
        ({"kind": "morris", "points": 1, "levels": 3}, "levels: got 3; must be an even number"),
        ({"kind": "morris", "points": 1, "levels": 0}, "levels: got 0; must be a whole number"),
        (
            {"kind": "saltelli", "points": 1, "second_order": 1},
            "second_order: got 1; must be true or false",
        ),
        ({"kind": "points"}, "file: got None; must be the name of a file for points"),
        ({"kind": "points", "file": 3}, "file: got 3; must be the name of a file"),
        ({"kind": "grid", "file": "a.csv"}, "file: got a.csv; must be left out for grid"),
    ],
)
def test_bad_designs(design, message):
    assert refused(lambda: ck.Design(**design)).startswith(message)


NO_BOUNDS = "got bounds; must be a list of levels"
NO_NUMBER = "must be a finite number"


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({}, "axes: got none; must be one or more"),
        ({"fimrs": [3]}, "axes.fimrs: unknown key; did you mean firms?"),
        ({"firms": {"low": 3, "high": 5}}, "axes.firms.count: missing; must be how many levels"),
        ({"firms": {"low": 2.5, "high": 5}}, "axes.firms: got 2.5; must be a whole number"),
        ({"firms": [3, 4.5]}, "axes.firms: got 4.5; must be a whole number"),
        ({"firms": [2**53]}, "axes.firms: got 9007199254740992; must be a whole number below 2^53"),
        ({"firms": [10**400]}, "axes.firms: got 1000"),
        ({"firms": {"low": 1, "high": 1e30}}, "axes.firms: got 1e+30; must be a whole number"),
        ({"firms": [True]}, "axes.firms: got True; must be a whole number"),
        ({"supply_mild": ["a"]}, f"axes.supply_mild: got 'a'; {NO_NUMBER}"),
        ({"operational_cost_01": [float("nan")]}, "axes.operational_cost_01: got nan; must be a"),
        ({"operational_cost_01": [10**400]}, "axes.operational_cost_01: got 1000"),
        ({"recovery": {"low": 0, "high": 1}}, f"axes.recovery: {NO_BOUNDS}"),
        ({"recovery": ["never"]}, "axes.recovery: got 'never'; must be 'every-period' or"),
        ({"recovery": [2]}, "axes.recovery: got 2; must be a text"),
        ({"supply_rule": ["SRD-9"]}, "axes.supply_rule: got 'SRD-9'; must be one of SRD-1, SRD-2"),
        ({"principle": ["X"]}, "axes.principle: got 'X'; must be 'P' or 'C'"),
        ({"operational_cost": {"low": 0, "high": 1}}, f"axes.operational_cost: {NO_BOUNDS}"),
        ({"operational_cost": [(1, 2)]}, "axes.operational_cost: got (1, 2); must be a list of"),
        ({"operational_cost": [(1, 2, "3")]}, "axes.operational_cost: got (1, 2, '3'); must be a"),
        ({"operational_cost": [1]}, "axes.operational_cost: got 1; must be a list of three"),
        ({"firms": ck.Levels({"a": {"firms": 1}})}, "axes.firms: is a field's own name; labels"),
        ({"s": ck.Levels({"a": {"fims": 1}})}, "axes.s.levels.fims: unknown key; did you mean"),
        ({"s": ck.Levels({"a": {"firms": "b"}})}, "axes.s.levels.firms: got 'b'; must be a whole"),
        (
            {"firms": [3], "s": ck.Levels({"a": {"firms": 1}})},
            "axes.s: firms varies already by firms",
        ),
        (
            {"t": ck.Levels({"a": {"firms": 2}}), "s": ck.Levels({"a": {"firms": 1}})},
            "axes.s: firms varies already by t",
        ),
        (
            {name: list(range(1, 2001)) for name in ("firms", "periods", "chains")},
            "axes: a grid of 8,000,000,000 points; must be at most 1,073,741,824",
        ),
    ],
)
def test_axes_that_do_not_fit_are_refused(axes, message):
    assert refused(lambda: points(axes, kind="grid")).startswith(message)


@pytest.mark.parametrize(
    "name", ["point", "block", "varied", "replications", "error", "done", "mean_x", "se_x"]
)
def test_labels_may_not_be_called_like_what_results_hold(name):
    axes = {name: ck.Levels({"a": {"firms": 3}})}
    expected = f"axes.{name}: is a column of the results; labels need another name"
    assert refused(lambda: points(axes, kind="grid")) == expected


def test_designs_too_large_to_hold_are_refused():
    axes = {"supply_mild": {"low": 0, "high": 0.5}}
    message = refused(lambda: points(axes, kind="morris", points=2**30))
    assert message == (
        "points: got 1,073,741,824, 2 points each; must be at most 1,073,741,824 in all"
    )
    many = ck.Recovery(scenarios=ck.paper_scenarios() * 8, common_random_numbers=False)
    tall = {"periods": ck.Range(low=1, high=2000, count=2000), "firms": list(range(1, 501))}
    message = refused(lambda: points(tall, many, kind="grid"))
    assert message.startswith("points x scenarios: got 4,608,000,000; must be at most 4,294,967,")


def test_levels_that_only_fit_together_may_be_given():
    axes = {"supply_severe": [0.9], "supply_mild": [0.05]}
    assert points(axes, kind="grid").height == 1
