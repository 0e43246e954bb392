"""Points of a network: the rows of `simulate` on the network that each stands for."""

import pickle
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.network.engine import NetworkRun
from cakernel.recovery.rule_definitions import tabulate
from cakernel.sweep.blocks import cut_blocks
from helpers.network_sweeps import NET, POLICIES, STUDY

SPAN = {"first_replication": 0, "replications": 5}
KEYS = ["supply_rule", "cyber_rule", "principle"]
RESULTS = ["mean_x", "mean_y", "mean_resources"]


def frame(*rows, study=STUDY):
    """Points as a study gets them; all name the same fields."""
    listed = [{"point": n} | SPAN | row for n, row in enumerate(rows)]
    kinds = {
        name: pl.Int64() if name in ("point", *SPAN) else study.fields[name].column
        for name in listed[0]
    }
    return pl.DataFrame(listed, kinds, strict=False)


def run(study, points, *, threads=2, seed=9):
    return study.run(points, seed=seed, threads=threads)


def simulated(study, row, seed=9):
    """The replications of one point by `simulate`."""
    changes = {k: v for k, v in row.items() if "." in k}
    net = study.model.with_fields(changes)
    if "demand" in row:
        net = ck.Network(**net.tables(), demand=row["demand"])
    named = {k: v for k, v in row.items() if k in KEYS}
    policies = {str(p): p for p in (policy.replace(**named) for policy in study.policies)}
    scenario = study.scenarios[0]
    if "operational_cost_01" in row:
        costs = (row["operational_cost_01"], *scenario.operational_cost[1:])
        scenario = scenario.replace(operational_cost=costs)
    rows = ck.simulate(
        net,
        policies=list(policies.values()),
        scenarios=[scenario],
        periods=row.get("periods", study.periods),
        recovery=row.get("recovery"),
        initial_resources=row.get("initial_resources"),
        record=study.record,
        replications=row["replications"],
        first_replication=row["first_replication"],
        first_scenario=0 if study.common_random_numbers else row["point"],
        seed=seed,
        by="replication",
    )
    return rows.select(
        pl.lit(row["point"], pl.Int64).alias("point"), *KEYS, "replication", *RESULTS
    )


def check(study, points):
    """Compare all rows with `simulate`, to the bit, in the order of the points."""
    expected = pl.concat([simulated(study, row) for row in points.iter_rows(named=True)])
    rows = run(replace(study, rows="replication"), points)
    assert rows["error"].null_count() == rows.height
    assert_frame_equal(rows.drop("error"), expected, check_exact=True)
    assert expected["mean_resources"].n_unique() > expected.height / 4


FIELDS = frame(
    {"firms.supply_mild": 0.2, "firms.mill.stock": 2, "group.makers.supply_severe": 0.1},
    {"firms.supply_mild": 0.2, "firms.mill.stock": 0, "group.makers.supply_severe": 0.1},
    {"firms.supply_mild": 0.0, "firms.mill.stock": 3, "group.makers.supply_severe": 0.3},
)
RULES = frame(
    {"firms.supply_rule": "SRD-1", "firms.kiosk.principle": "C", "demand": "all"},
    {"firms.supply_rule": "SRD-4", "firms.kiosk.principle": "P", "demand": "none"},
)
RUNS = frame(
    {"periods": 9, "recovery": "when-hit", "initial_resources": 0.5, "firms.mill.y": 1},
    {"periods": 17, "recovery": "every-period", "initial_resources": 4.0, "firms.mill.y": 0},
)
CLOUDS = frame(
    {"providers.cyber_mild": 0.0, "firms.mine.spillover": 0.0, "firms.shop.provider": "cloud"},
    {"providers.cyber_mild": 0.4, "firms.mine.spillover": 1.0, "firms.shop.provider": "cloud"},
)
ON_SITE = frame(
    {"firms.shop.provider": "cloud", "firms.mine.supply_mild": 0.1},
    {"firms.shop.provider": "", "firms.mine.supply_mild": 0.1},
    {"firms.shop.provider": "", "firms.mine.supply_mild": 0.2},
)
LINKS = frame(
    {"links.upkeep": 0.1, "customer.mill.upkeep": 0.3, "links.mill.kiosk.upkeep": 0.0},
    {"links.upkeep": 0.1, "customer.mill.upkeep": 0.0, "links.mill.kiosk.upkeep": 0.25},
    {"links.upkeep": 0.0, "customer.mill.upkeep": 1.5, "links.mill.kiosk.upkeep": 0.25},
)
SUPPLIERS = frame(
    {"supplier.mill.upkeep": 0.1, "firms.mill.stock": 2, "input.mine.upkeep": 1 / 3},
    {"supplier.mill.upkeep": 0.1, "firms.mill.stock": 1, "input.mine.upkeep": 0.5},
)
CHOICES = frame(
    {"supply_rule": "SRD-1", "operational_cost_01": 0.5, "providers.cloud.cyber_severe": 0.1},
    {"supply_rule": "SRD-8", "operational_cost_01": 0.5, "providers.cloud.cyber_severe": 0.1},
    {"supply_rule": "SRD-8", "operational_cost_01": 2.25, "providers.cloud.cyber_severe": 0.1},
)


# of one risk, then of two: points of equal demand share lanes
DEMANDS = frame(
    {"providers.cyber_mild": 0.1, "demand": "all"},
    {"providers.cyber_mild": 0.1, "demand": "none"},
    {"providers.cyber_mild": 0.4, "demand": "none"},
)


def mixed(count=40):
    """Points of few values of many fields, so that some share lanes, draws or lists."""
    chance = np.random.default_rng(3)
    levels = {
        "firms.mill.stock": [0, 1, 3],
        "firms.mine.spillover": [0.0, 0.0, 0.5],
        "providers.cyber_mild": [0.1, 0.3],
        "links.upkeep": [0.0, 0.25],
        "demand": ["all", "half", "none"],
        "firms.shop.provider": ["cloud", ""],
        "supply_rule": ["SRD-1", "SRD-5"],
    }
    rows = [{name: chance.choice(values).item() for name, values in levels.items()}
            for _ in range(count)]  # fmt: skip
    return frame(*rows)


@pytest.mark.compiled
@pytest.mark.parametrize(
    "points", [FIELDS, RULES, RUNS, CLOUDS, ON_SITE, LINKS, SUPPLIERS, CHOICES, DEMANDS, mixed()]
)
def test_points_are_those_of_simulate(points):
    check(STUDY, points)


@pytest.mark.compiled
def test_points_may_meet_disruptions_of_their_own():
    study = replace(STUDY, common_random_numbers=False)
    check(study, FIELDS)
    check(study, frame({"operational_cost_01": 0.5}, {"operational_cost_01": 0.5}))


@pytest.mark.compiled
def test_recorded_disruptions_come_first():
    record = {"period": [1, 2], "kind": "supply", "of": ["mine", "mill"], "severity": "severe"}
    check(replace(STUDY, record=record), FIELDS)
    with pytest.raises(ck.InvalidInput, match="record row 1: of: got 'm'; must be the id of a fi"):
        replace(STUDY, record=record | {"of": ["m", "mill"]})


@pytest.mark.compiled
def test_several_scenarios_are_averaged():
    study = replace(STUDY, scenarios=ck.paper_scenarios()[:40:13], rows="replication")
    rows = run(study, frame({"firms.mill.stock": 1}, {"firms.mill.stock": 2}))
    for point, stock in enumerate((1, 2)):
        expected = ck.paired_outcomes(
            NET.with_fields({"firms.mill.stock": stock}),
            policies=POLICIES, scenarios=study.scenarios, replications=5, seed=9, periods=17,
        )  # fmt: skip
        found = rows.filter(point=point).select(expected.columns)
        assert_frame_equal(found, expected, rel_tol=1e-12)


DECIMALS = [
    ck.paper_scenarios()[0].replace(intangibles_acquisition=(0.1, 0.2, 0.7)),
    ck.paper_scenarios()[13].replace(operational_acquisition=(0.3, 1 / 3, 1.0)),
    ck.paper_scenarios()[26],
]
WORTH = [
    DECIMALS[0].replace(operational_terminal_value=(0.0, 1.5, 4.0)),
    DECIMALS[1].replace(intangibles_terminal_value=(1.0, 0.123456789, 7 / 3)),
    DECIMALS[2],
]


@pytest.mark.compiled
@pytest.mark.parametrize("scenarios", [ck.paper_scenarios()[:40:13], DECIMALS, WORTH])
@pytest.mark.parametrize("rows", ["policy", "replication"])
def test_a_grid_written_as_a_network_gives_the_sweep_of_the_grid(tmp_path, rows, scenarios):
    model = ck.Model(chains=2, firms=3, periods=17)
    common = {"policies": POLICIES, "scenarios": scenarios, "rows": rows}
    shared = {
        "operational_cost_01": [0.5, 2.25],
        "supply_rule": ["SRD-1", "SRD-8"],
        "periods": [9, 17],
    }
    if scenarios is WORTH:
        shared["intangibles_terminal_value_2"] = [1.0, 2 / 3]
    tables = {
        "grid": (ck.Recovery(model, **common), "supply_mild", "cyber_mild"),
        "network": (
            ck.Recovery(ck.Network.of_grid(model), periods=17, **common),
            "firms.supply_mild",
            "providers.cyber_mild",
        ),
    }
    found = {}
    for name, (study, supply, cyber) in tables.items():
        axes = {supply: ck.Range(low=0, high=0.6), cyber: ck.Range(low=0, high=0.6), **shared}
        sweep = ck.Sweep(study, axes, ck.Design(kind="sobol", points=16), replications=6, seed=5)
        found[name] = ck.run_sweep(sweep, tmp_path / name).results.sort("point").collect()
    assert_frame_equal(found["grid"], found["network"], check_exact=True)
    assert found["grid"]["mean_resources"].n_unique() > found["grid"].height / 4


@pytest.mark.compiled
def test_a_point_does_not_depend_on_its_company():
    """Points of other shapes, of one network, and impossible ones."""
    chance = np.random.default_rng(1)
    rows = [
        {
            "firms.mill.holding_cost": [0.0, 0.25, 0.1][n % 3],
            "firms.mine.resources": float(chance.choice([1, 1000, 0.3])),
            "firms.shop.supply_severe": [0.1, 0.99][n == 5],
            "operational_cost_01": float(chance.choice([1, 2.5])),
        }
        for n in range(9)
    ]
    points = frame(*rows, rows[0], rows[0] | {"operational_cost_01": 1 / 3})
    together = run(STUDY, points)
    assert together["error"].count() == 1
    assert together["point"].to_list() == sorted(together["point"])
    assert_frame_equal(run(STUDY, points, threads=1), together, check_exact=True)
    for point in (0, 4, 5, 10):
        alone = run(STUDY, points.filter(pl.col("point") == point))
        assert_frame_equal(together.filter(point=point), alone, check_exact=True)
    again = together.filter(point=9).drop("point")
    assert_frame_equal(again, together.filter(point=0).drop("point"), check_exact=True)


@pytest.mark.compiled
def test_what_is_said_of_fewer_firms_counts():
    one = frame({"firms.mill.stock": 3, "group.makers.stock": 2, "firms.stock": 1})
    other = frame({"firms.mine.stock": 2, "firms.mill.stock": 3, "firms.shop.stock": 1,
                   "firms.kiosk.stock": 1})  # fmt: skip
    assert_frame_equal(run(STUDY, one), run(STUDY, other), check_exact=True)


@pytest.mark.compiled
def test_it_goes_to_another_process():
    again = pickle.loads(pickle.dumps(STUDY))
    assert again.description() == STUDY.description()
    assert_frame_equal(run(again, FIELDS), run(STUDY, FIELDS), check_exact=True)


def test_impossible_points_are_rows_with_reasons():
    good = {
        "firms.mill.supply_mild": 0.1, "firms.mill.stock": 1, "firms.shop.provider": "cloud",
        "firms.mill.supply_rule": "SRD-1", "periods": 9, "supply_rule": "SRD-1", "demand": "all",
        "customer.mill.upkeep": 0.0,
    }  # fmt: skip
    wrong = [
        ({"firms.mill.supply_mild": 1.5}, "firms.mill.supply_mild: got 1.5; must be a number from"),
        ({"firms.mill.supply_mild": None}, "firms.mill.supply_mild: got None; must be a number fr"),
        ({"firms.mill.supply_mild": 0.99}, "firms row 2: supply_severe + supply_mild: got 0.0465"),
        ({"firms.mill.stock": -1}, "firms.mill.stock: got -1; must be a whole number from 0 to "),
        ({"firms.shop.provider": "c"}, "firms row 3: provider: got 'c'; must be an id in provid"),
        ({"customer.mill.upkeep": -0.5}, "customer.mill.upkeep: got -0.5; must be a number from 0"),
        ({"firms.mill.supply_rule": "S"}, "firms.mill.supply_rule: got 'S'; must be one of SRD-1"),
        ({"periods": 0}, "periods: got 0; must be a whole number from 1 to"),
        ({"supply_rule": "SRD-9"}, "supply_rule: got 'SRD-9'; must be one of SRD-1"),
        ({"demand": "most"}, "demand: got 'most'; must be 'all', 'half', 'any' or 'none'"),
    ]
    found = run(STUDY, frame(*(good | change for change, _ in wrong)))
    assert found.height == len(wrong)
    for (change, message), error in zip(wrong, found["error"], strict=True):
        assert error.startswith(message), change
        assert "\n" not in error


def as_the_first(own, around):
    return max(own, around[0] % 3)


def points_of(axes, study=STUDY, **design):
    return ck.Sweep(study, axes, ck.Design(**(design or {"kind": "grid"}))).points()


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({"firms.mil.stock": [1]}, "axes.firms.mil.stock: got 'mil'; must be an id in firms; did "
         "you mean mill?"),
        ({"group.maker.stock": [1]}, "axes.group.maker.stock: got 'maker'; must be a group "),
        ({"links.mine.mil.upkeep": [1.0]}, "axes.links.mine.mil.upkeep: got 'mine.mil'; must be "
         "SUPPLIER.CUSTOMER of a row in links; did you mean mine.mill?"),
        ({"links.upkeep": ck.Range(low=-1, high=1)}, "axes.links.upkeep: got -1.0; must be a numb"),
        ({"links.mine.mill.supplier": ["x"]}, "axes.links.mine.mill.supplier: supplier: unknown f"),
        ({"firms.mill.stok": [1]}, "axes.firms.mill.stok: stok: unknown field; did you mean stock"),
        ({"firms.mill.id": ["a"]}, "axes.firms.mill.id: id: unknown field; known fields: provider"),
        ({"firms.mill.stock": [1, -2]}, "axes.firms.mill.stock: got -2; must be a whole number fr"),
        ({"firms.mill.stock": ck.Range(low=0, high=10**6)}, "axes.firms.mill.stock: got 1000000.0; "
         "must be a whole number from 0 to 65,535"),
        ({"firms.stock": [1.5]}, "axes.firms.stock: got 1.5; must be a whole number below 2^53"),
        ({"firms.supply_rule": ["SRD-9"]}, "axes.firms.supply_rule: got 'SRD-9'; must be one of "),
        ({"supply_mild": [0.1]}, "axes.supply_mild: unknown key; did you mean firms.supply_mild?"),
        ({"chains": [2]}, "axes.chains: unknown key; "),
        ({"firm.mill.stock": [1]}, "axes.firm.mill.stock: unknown key; did you mean firms."),
        ({"demand": ["most"]}, "axes.demand: got 'most'; must be 'all', 'half', 'any' or 'none'"),
        ({"operational_terminal_value_1": [1.0]}, "axes.operational_terminal_value_1: an axis of "),
        ({"risk": ck.Levels({"low": {"firms.mil.stock": 1}})}, "axes.risk.levels.firms.mil.stock: "
         "got 'mil'; must be an id in firms; did you mean mill?"),
        ({"firms.x": ck.Levels({"low": {"firms.mill.stock": 1}})}, "axes.firms.x: is a field"),
    ],
)  # fmt: skip
def test_axes_that_mean_nothing_are_refused(axes, message):
    with pytest.raises(ck.InvalidInput) as refused:
        points_of(axes)
    assert str(refused.value).startswith(message)


def test_a_file_of_points_names_paths(tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("firms.mill.stock,periods\n1,9\n,17\n")
    points = points_of({}, kind="points", file=file)
    assert points["firms.mill.stock"].to_list() == [1, None]
    file.write_text("firms.mil.stock\n1\n")
    with pytest.raises(
        ck.InvalidInput, match=r"points\.csv: firms\.mil\.stock: got 'mil'; must be "
    ):
        points_of({}, kind="points", file=file)


def test_one_at_a_time_begins_at_what_the_network_has():
    axes = {"firms.mill.stock": [5], "providers.cyber_mild": [0.5], "demand": ["all"]}
    points = points_of(axes, kind="one-at-a-time")
    base = (2, NET.providers["cyber_mild"][0], "half")
    assert points.select(list(axes)).row(0) == base
    # firms differ, and a blank is no value
    for axis in ("firms.stock", "firms.mill.resources"):
        with pytest.raises(ck.InvalidInput, match=rf"axes\.{axis}: has no single base value"):
            points_of({axis: [5]}, kind="one-at-a-time")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"periods": None}, "periods: missing; must be given with a network"),
        ({"periods": 1 << 32}, "periods: got 4294967296; must be a whole number from 1 to"),
        ({"model": ck.Model()}, "periods: got a value with a Model; must be left out"),
        ({"record_through": 3}, "record_through: got a value without a record; must be left out"),
        ({"scenarios": []}, "scenarios: got none; must be one or more"),
        ({"policies": [ck.Policy(supply_rule=ck.Rule("mine", tabulate(as_the_first)),
                                 cyber_rule="CRD-1")]},
         "policies: got the rule 'mine', a table of a grid's four neighbours; must be a built-in"),
    ],
)  # fmt: skip
def test_studies_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(ck.InvalidInput) as refused:
        replace(STUDY, **changes)
    assert str(refused.value).startswith(message)


def test_a_description_tells_all_that_rows_depend_on():
    described = STUDY.description()
    assert described["network"]["firms"].startswith("4 rows, checksum ")
    tables = NET.tables()
    backwards = {name: table.reverse() for name, table in tables.items()}
    assert replace(STUDY, model=ck.Network(**backwards)).description() == described
    record = {"period": [1], "kind": "supply", "of": ["mine"], "severity": "mild"}
    others = [
        {"model": NET.with_fields({"firms.mill.stock": 1})},
        {"model": NET.with_fields({"firms.mill.resources": 0.0})},
        {"model": NET.with_fields({"providers.cyber_mild": 0.0})},
        {"model": ck.Network(**tables, demand="all")},
        {"model": ck.Network(**tables | {"links": tables["links"].head(2)})},
        {"periods": 18},
        {"initial_resources": 1.0},
        {"record": record},
        {"record": record | {"severity": "severe"}},
        {"record": record, "record_through": 4},
    ]
    found = [replace(STUDY, **change).description() for change in others]
    assert all(each != described for each in found)
    assert len({str(each) for each in found}) == len(others)


def test_firms_that_have_all_amounts_of_their_own_need_no_scenario():
    amounts = dict.fromkeys(
        [f"{kind}_{side}{n}" for kind, ends in (("r", "012"), ("c", ("01", "12", "02")))
         for side in "xy" for n in ends], 0.5
    )  # fmt: skip
    own = ck.Network(firms={"id": ["mine", "shop"], **amounts})
    assert len(ck.Recovery(own, POLICIES, periods=9).scenarios) == 1


@pytest.mark.compiled
@pytest.mark.parametrize("replications", [5, 130])
def test_points_that_differ_in_risks_and_stock_share_lanes(monkeypatch, replications):
    draw = np.random.default_rng(replications)
    points = frame(
        *(
            {
                "replications": replications,
                "firms.supply_severe": draw.choice([0.0, 0.1, 0.25]),
                "firms.mill.supply_mild": draw.random() / 2,
                "providers.cyber_severe": draw.random() / 2,
                "providers.cloud.cyber_mild": draw.choice([0.0, 0.5]),
                "firms.mine.spillover": draw.choice([0.0, 0.5, 1.0]),
                "firms.stock": draw.choice([0, 1, 3]),
                "firms.mill.stock": draw.integers(20),
                "firms.mill.holding_cost": 0.75,
            }
            for _ in range(12)
        )
    )
    ran = []
    rounds = NetworkRun.rounds

    def counted(run, *given):
        ran.append(len(run.scenarios))
        return rounds(run, *given)

    monkeypatch.setattr(NetworkRun, "rounds", counted)
    rows = run(replace(STUDY, rows="replication"), points)
    # those that spill over have a place of draws more
    spills = points["firms.mine.spillover"] > 0
    assert sorted(ran) == sorted([spills.sum(), (~spills).sum()])
    expected = pl.concat([simulated(STUDY, row) for row in points.iter_rows(named=True)])
    assert_frame_equal(rows.drop("error"), expected, check_exact=True)
    apart = run(replace(STUDY, rows="replication", common_random_numbers=False), points)
    assert not apart["mean_x"].equals(rows["mean_x"])


def test_networks_of_their_own_fill_whole_lanes():
    alone = STUDY.cost(frame({"firms.mill.x": 1}))
    shared = STUDY.cost(frame({"operational_cost_01": 1.0, "firms.mill.stock": 1}))
    assert alone["work"].item() == shared["work"].item() == 4 * 17 * 4
    assert alone["once"].item() - shared["once"].item() == 512 * 4 * 17 * 4
    points = frame(*({"periods": [9, 17][n % 2]} for n in range(4)))
    blocks = cut_blocks(points, STUDY, 5, work=1.0, first_block=0)
    assert blocks["periods"].to_list() == [9, 9, 17, 17]


def test_the_best_rules_are_sought_on_grids():
    with pytest.raises(ck.InvalidInput, match="sweep: is of a network; must be of a grid"):
        ck.optimal_at_points(ck.Sweep(STUDY, axes={"firms.mill.stock": [1]}))
