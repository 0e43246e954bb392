"""Which firms are critical: the same as simulating each changed network by itself."""

import numpy as np
import polars as pl
import pytest

import cakernel as ck
from cakernel import InvalidInput

FIRMS = {
    "id": ["mine", "spare", "mill", "shop"],
    "supply_severe": [0.15, 0.1, 0.02, 0.02],
    "supply_mild": [0.1, 0.1, 0.1, 0.1],
    "holding_cost": [0.0, 0.0, 0.01, 0.02],
    "group": ["ore", "ore", None, "end"],
}
LINKS = {"supplier": ["mine", "mill"], "customer": ["mill", "shop"], "input": ["ore", "steel"]}
BACKUPS = {"supplier": ["spare"], "customer": ["mill"], "input": ["ore"], "upkeep": [0.01]}
NET = ck.Network(firms=FIRMS, links=LINKS)
POLICY = ck.Policy(supply_rule="SRD-2", cyber_rule="CRD-0")
SAFE = {"supply_severe": 0.0, "supply_mild": 0.0, "spillover": 0.0}
RUN = {"periods": 25, "replications": 40, "seed": 3}
SCENARIO = ck.paper_scenarios()[0]


def of_firms(net, outcome="resources", **more):
    """Return the mean outcome of each firm."""
    rows = ck.simulate(net, policies=[POLICY], scenarios=[SCENARIO], by="firm", **RUN, **more)
    return dict(rows.select("firm", f"mean_{outcome}").rows())


def safe(*names):
    return NET.with_fields({f"firms.{n}.{field}": 0.0 for n in names for field in SAFE})


def critical(net=NET, **more):
    return ck.critical(net, policy=POLICY, scenario=SCENARIO, **RUN | more)


def row(rows, change, of):
    return rows.row(by_predicate=(pl.col("change") == change) & (pl.col("of") == of), named=True)


def mean(values, *without):
    return np.mean([value for name, value in values.items() if name not in without])


def record(*rows):
    schema = ["period", "kind", "of", "severity"]
    return pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String), orient="row")


@pytest.mark.compiled
@pytest.mark.parametrize("outcome", ["resources", "x"])
def test_each_change_is_that_network_simulated(outcome):
    rows = critical(backups=BACKUPS, outcome=outcome)
    assert rows["change"].to_list() == ["protected"] * 4 + ["hit"] * 4 + ["stock"] * 4 + ["backup"]
    before = of_firms(NET, outcome)
    untouched = of_firms(NET, outcome, record=record(), record_through=1)
    linked = ck.Network(
        firms=FIRMS, links={name: [*LINKS.get(name, [0, 0]), *BACKUPS[name]] for name in BACKUPS}
    )
    for name in FIRMS["id"]:
        hit = record(("1", "supply", name, "severe"))
        stock = NET.with_fields({f"firms.{name}.stock": 1})
        for change, was, now, own in [
            ("protected", before, of_firms(safe(name), outcome), [name]),
            ("hit", untouched, of_firms(NET, outcome, record=hit), [name]),
            ("stock", before, of_firms(stock, outcome), []),
        ]:
            told = row(rows, change, name)
            assert told["as_is"] == pytest.approx(mean(was, *own), rel=1e-12)
            assert told["changed"] == pytest.approx(mean(now, *own), rel=1e-12)
            assert told["difference"] == pytest.approx(told["changed"] - told["as_is"], abs=1e-9)
    told = row(rows, "backup", "spare to mill")
    assert told["changed"] == pytest.approx(mean(of_firms(linked, outcome)), rel=1e-12)
    for (_,), part in rows.group_by("change"):
        assert part["difference"].abs().is_sorted(descending=True)


@pytest.mark.compiled
def test_differences_are_paired_and_intervals_simultaneous():
    rows = critical()
    told = row(rows, "stock", "mill")
    each = [
        ck.paired_outcomes(net, policies=[POLICY], scenarios=[SCENARIO], **RUN)["mean_resources"]
        for net in (NET, NET.with_fields({"firms.mill.stock": 1}))
    ]
    away = (each[1] - each[0]).to_numpy()
    assert told["se"] == pytest.approx(away.std(ddof=1) / np.sqrt(40))
    assert told["differing"] == np.count_nonzero(np.abs(away) > 1e-9)
    # Student's of four comparisons together is part of the interval
    from scipy import stats

    reach = stats.t.ppf(1 - 0.05 / 8, 39) * told["se"]
    assert told["low"] <= told["difference"] - reach + 1e-12
    assert told["high"] >= told["difference"] + reach - 1e-12


@pytest.mark.compiled
def test_what_changes_nothing_has_no_interval():
    # nobody buys of the spare mine
    told = row(critical(), "protected", "spare")
    assert (told["difference"], told["differing"], told["low"], told["high"]) == (0, 0, None, None)


@pytest.mark.compiled
def test_by_group():
    rows = critical(by="group")
    assert rows.filter(change="protected")["of"].sort().to_list() == ["end", "ore"]
    told = row(rows, "protected", "ore")
    after = of_firms(safe("mine", "spare"))
    assert told["changed"] == pytest.approx(mean(after, "mine", "spare"))
    told = row(rows, "hit", "ore")
    both = record(*(("1", "supply", name, "severe") for name in ("mine", "spare")))
    assert told["changed"] == pytest.approx(mean(of_firms(NET, record=both), "mine", "spare"))


@pytest.mark.compiled
def test_protection_undoes_recorded_hits():
    told = record(("1", "supply", "mine", "mild"), ("9", "supply", "mine", "severe"),
                  ("9", "supply", "shop", "mild"))  # fmt: skip
    rows = critical(record=told, record_through=25)
    others = told.filter(pl.col("of") != "mine")
    found = row(rows, "protected", "mine")
    assert found["changed"] == pytest.approx(
        mean(of_firms(NET, record=others, record_through=25), "mine")
    )
    assert found["difference"] > 0
    # all that happens is recorded: every replication is the same
    assert found["low"] is None
    worse = record(("1", "supply", "mine", "severe"), *told.rows()[1:])
    found = row(rows, "hit", "mine")
    assert found["as_is"] == pytest.approx(
        mean(of_firms(NET, record=told, record_through=25), "mine")
    )
    assert found["changed"] == pytest.approx(
        mean(of_firms(NET, record=worse, record_through=25), "mine")
    )


@pytest.mark.compiled
def test_what_is_finished_is_kept():
    def stop(done, total):
        assert total == 12
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(ck.Interrupted) as stopped:
        critical(progress=stop)
    assert stopped.value.replications == 4
    whole = critical()
    kept = stopped.value.partial
    assert kept.height == 4
    for told in kept.iter_rows(named=True):
        assert told == row(whole, told["change"], told["of"])


@pytest.mark.parametrize(
    ("net", "asked", "words"),
    [
        (ck.Network(firms={"id": ["a"]}), {}, "firms: got 1; must be 2 or more"),
        (ck.Network(firms={"id": ["a", "b"]}), {"by": "group"}, "by: got group, and no firm has"),
        (
            ck.Network(firms={"id": ["a", "b"], "group": ["g", "g"]}),
            {"by": "group"},
            "by: got group, and all firms are in 'g'",
        ),
        (NET, {"record_through": 3}, "record_through: got a value without a record"),
        (
            NET,
            {"backups": BACKUPS | {"input": ["coal"]}},
            "backups row 1: input: got 'coal'; must be an input that mill has: ore",
        ),
        (
            NET,
            {"backups": BACKUPS | {"supplier": ["moon"]}},
            "backups row 1: supplier: got 'moon'; must be an id in firms",
        ),
        (
            NET,
            {"backups": BACKUPS | {"customer": ["mil"]}},
            "backups row 1: customer: got 'mil'; must be an id in firms; did you mean mill?",
        ),
        (
            NET,
            {"backups": BACKUPS | {"supplier": ["mine"]}},
            "backups row 1: supplier: got 'mine'; supplies this input already",
        ),
        (
            NET,
            {"backups": BACKUPS | {"supplier": ["mill"]}},
            "backups row 1: customer: got 'mill'; must be another than supplier",
        ),
        (
            NET,
            {"backups": {name: value * 2 for name, value in BACKUPS.items()}},
            "backups row 2: input: got 'ore'; repeats row 1; must be given once",
        ),
        (
            NET,
            {
                "backups": {name: 2 * value for name, value in BACKUPS.items()}
                | {"supplier": ["spare", "mine"]}
            },
            "backups row 2: supplier: got 'mine'; supplies this input already",
        ),
        (NET, {"outcome": "value"}, "outcome: got 'value'"),
    ],
)
def test_refusals(net, asked, words):
    with pytest.raises(InvalidInput) as refused:
        critical(net, **asked)
    assert words in str(refused.value)
