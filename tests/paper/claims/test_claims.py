"""Claims: every verdict is reached where it must be; the list fits the settings; the commands."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.paper.claims import (
    Among,
    Claim,
    Comparison,
    all_claims,
    least_in_favour,
    results_of,
    settings,
    settings_of,
    simulated_settings,
    verdicts,
)
from cakernel.paper.claims.claim import judge, truth
from cakernel.paper.claims.judgement import all_true, verdict
from cakernel.paper.claims.recommendations import within
from cakernel.paper.claims.settings import (
    EXPERIMENTS,
    LOST,
    NO_X,
    PLENTY,
    RICH,
    SETTINGS,
    VARIANTS,
    changed,
    model_of,
    under,
)
from cakernel.paper.published import PRINTED_SUPPLY_RULES, printed_choices
from helpers.answer_frames import correlated, paired_frame

FEW = ck.paper_scenarios()[::200]


def results(means: list[float], *, spread: float = 1.0, count: int = 20, seed: int = 1):
    """Return results of made policies with these true means."""
    noise = spread * correlated(seed)((len(means), count))
    frame = paired_frame(np.array(means)[:, None] + noise)
    return results_of(
        frame.with_columns(mean_x=pl.lit(1.0), mean_y=pl.col("mean_resources")), bootstrap=200
    )


def one(rule: str) -> Among:
    return Among((rule,), ("CRD-5",), ("P",))


def above(first: str, second: str) -> Comparison:
    return Comparison(f"{first} above {second}", one(first), one(second))


@pytest.mark.parametrize(
    ("relation", "lower", "upper", "expected"),
    [
        ("above", 0.1, 1, "true"),
        ("above", -1, -0.1, "false"),
        ("above", -1, 1, "open"),
        ("above", 0, 0, "false"),
        ("above", -1, 0, "false"),
        ("at least", 0, 0, "true"),
        ("at least", -1, -0.1, "false"),
        ("at least", -1, 0, "open"),
        ("below", -1, -0.1, "true"),
        ("below", 0, 1, "false"),
        ("below", -1, 0.1, "open"),
    ],
)
def test_truth_of_a_relation(relation, lower, upper, expected):
    assert truth(relation, lower, upper) == expected


def test_rules_of_verdicts():
    assert all_true(["true", "true"]) == "true"
    assert all_true(["true", "open"]) == "open"
    assert all_true(["open", "false", "true"]) == "false"
    assert verdict(["true", "true"]) == "holds"
    assert verdict(["false", "false"]) == "fails"
    assert verdict(["true", "false"]) == "depends"
    assert verdict(["true", "open"]) == "depends"
    assert verdict(["open"]) == "depends"


def test_each_verdict_is_reached():
    places = {
        "clear": results([100, 90, 80]),
        "clear too": results([50, 40, 30], seed=2),
        "other way": results([90, 100, 80], seed=3),
        "tie": results([100, 100, 80], seed=4),
    }

    def claim(name, *settings):
        return Claim(name, "", "", "", {place: [above("SRD-1", "SRD-2")] for place in settings})

    found = verdicts(
        [
            claim("holds", "clear", "clear too"),
            claim("fails", "other way"),
            claim("mixed", "clear", "other way"),
            claim("unsure", "clear", "tie"),
        ],
        places,
    )
    rows = {row["id"]: row for row in found.claims.to_dicts()}
    assert [row["verdict"] for row in rows.values()] == ["holds", "fails", "depends", "depends"]
    assert rows["mixed"]["true"] == ["clear"]
    assert rows["mixed"]["false"] == ["other way"]
    assert rows["unsure"]["open"] == ["tie"]
    assert rows["holds"]["probability"] == 1
    assert rows["fails"]["probability"] == 0
    assert 0 < rows["unsure"]["probability"] < 1
    assert rows["holds"]["replications"] == 20
    weakest = least_in_favour(found.comparisons)
    assert weakest.filter(id="mixed")["setting"].to_list() == ["other way"]
    assert found.settings.filter(id="unsure")["truth"].to_list() == ["true", "open"]


def test_a_set_is_judged_by_every_rule():
    means = [100, 97, 96, 93, 90, 90, 90, 90]
    place = results([float(mean) for mean in means], spread=0.1)

    def judged(rules, *, no_others=True):
        claim = Claim("set", "", "", "", {"here": within(rules, "CRD-5", no_others=no_others)})
        return verdicts([claim], {"here": place})

    found = judged(["SRD-1", "SRD-2", "SRD-3"])
    assert found.claims["verdict"].to_list() == ["holds"]
    assert found.comparisons.height == 8
    row = found.comparisons.row(3, named=True)
    assert (row["comparison"], row["truth"]) == ("SRD-4 not within 5%", "true")
    assert row["difference"] == pytest.approx(
        row["first_mean"] - 0.95 * row["second_mean"], abs=1e-9
    )
    assert judged(["SRD-1", "SRD-2"]).claims["verdict"].to_list() == ["fails"]
    assert judged(["SRD-1", "SRD-2"], no_others=False).claims["verdict"].to_list() == ["holds"]
    assert judged(["SRD-1", "SRD-4"], no_others=False).claims["verdict"].to_list() == ["fails"]


def test_the_better_of_a_set_counts_and_is_named():
    place = results([100, 90, 104, 103, 80], spread=0.1)
    comparison = Comparison(
        "two against two",
        Among(("SRD-1", "SRD-3"), ("CRD-5",)),
        Among(("SRD-2", "SRD-4"), ("CRD-5",)),
    )
    row, holds = judge(comparison, place, level=0.05, power=0.9)
    assert (row["first"], row["second"]) == ("SRD-3 CRD-5 P", "SRD-4 CRD-5 P")
    assert row["lower"] < 1 < row["upper"]
    assert row["truth"] == "true"
    assert holds.all()
    only = Comparison("one", one("SRD-1"), one("SRD-2"))
    row, _ = judge(only, place, level=0.05, power=0.9)
    # two policies alone: the usual t interval
    values = place.values["mean_resources"]
    each = values[0] - values[1]
    half = 2.0930240544083 * each.std(ddof=1) / np.sqrt(20)
    assert (row["lower"], row["upper"]) == pytest.approx((each.mean() - half, each.mean() + half))


def test_intervals_of_best_against_best_cover():
    # two sides of three equal policies each: the highest of the means is biased, the interval not
    comparison = Comparison(
        "",
        Among(PRINTED_SUPPLY_RULES[:3], ("CRD-5",)),
        Among(PRINTED_SUPPLY_RULES[3:6], ("CRD-5",)),
    )
    covered = 0
    for seed in range(300):
        row, _ = judge(comparison, results([10.0] * 6, count=12, seed=seed), level=0.1, power=0.9)
        covered += row["lower"] <= 0 <= row["upper"]
    assert covered >= 0.87 * 300


def test_verdicts_refuse():
    claim = Claim("a", "", "", "", {"here": [above("SRD-1", "SRD-2")]})
    with pytest.raises(ck.InvalidInput, match="results: lack here; must hold every setting"):
        verdicts([claim], {})
    with pytest.raises(ck.InvalidInput, match=r"confidence: got 1\.0; must be"):
        verdicts([claim], {"here": results([2.0, 1.0])}, confidence=1.0)
    with pytest.raises(ck.InvalidInput, match=r"results: got \[20, 30\] replications"):
        verdicts([claim], {"here": results([2.0, 1.0]), "there": results([2.0, 1.0], count=30)})
    absent = Claim("a", "", "", "", {"here": [above("SRD-1", "SRD-9")]})
    with pytest.raises(ck.InvalidInput, match="policies: none combines SRD-9 with CRD-5"):
        verdicts([absent], {"here": results([2.0, 1.0])})


def test_the_list_of_claims():
    listed = all_claims()
    names = [claim.id for claim in listed]
    assert len(set(names)) == len(names)
    for claim in listed:
        assert claim.settings
        assert all(claim.settings.values())
        assert claim.statement
        assert claim.tested
        assert claim.source
    known = {*SETTINGS, *(under(r, e) for r in ("low", "base", "high") for e in EXPERIMENTS)}
    order = settings_of(listed)
    for place, name in enumerate(order):
        assert name in known or all(part in order[:place] for part in settings.needs(name))
    # every printed choice is a claim of its own, and part of a remark
    table_7 = {claim.id: claim for claim in listed if claim.id.startswith("table-7")}
    assert len(table_7) == printed_choices().height == 14
    assert sum(len(claim.settings) for claim in listed if claim.id.startswith("remark")) == 14
    [inside] = [
        [c.first.supply_rules[0] for c in comparisons if c.relation == "at least"]
        for comparisons in table_7["table-7-base-cloud"].settings.values()
    ]
    assert inside == ["SRD-3", "SRD-4", "SRD-5"]


def test_variants():
    assert model_of("n15", "published") == ck.regime("n15")
    assert model_of("base", "text") == ck.regime("base", convention="text")
    assert [model_of("base", f"chains-{n}").chains for n in (1, 3, 10)] == [1, 3, 10]
    torus = model_of("high", "torus")
    assert (torus.boundary_ends, torus.boundary_across) == ("periodic", "periodic")
    assert all(model_of(name, variant) for name in SETTINGS for variant in VARIANTS)
    dearest = [max(s.operational_cost) + max(s.intangibles_cost) for s in ck.paper_scenarios()]
    assert max(dearest) * 180 < RICH


def test_experiments_change_what_they_say():
    scenario = ck.paper_scenarios()[0]
    assert changed(scenario, "no-r0").operational_acquisition == (0.0, 0.75, 1.0)
    assert changed(scenario, "no-r0").intangibles_acquisition == (0.0, 0.75, 1.0)
    assert changed(scenario, "no-r_x0").operational_acquisition == (0.0, 0.75, 1.0)
    assert changed(scenario, "no-r_x0").intangibles_acquisition == (0.5, 0.75, 1.0)
    assert changed(scenario, "no-r_y0").operational_acquisition == (0.5, 0.75, 1.0)
    assert changed(scenario, "equal-r").operational_acquisition == (0.75,) * 3
    assert changed(scenario, "plenty") == changed(scenario, "") == scenario


@pytest.mark.compiled
def test_a_small_run_of_all_claims():
    listed = all_claims()
    frames = dict(
        simulated_settings(
            "published", names=settings_of(listed), replications=3, seed=1, scenarios=FEW
        )
    )
    found = verdicts(listed, {name: results_of(f, bootstrap=20) for name, f in frames.items()})
    assert found.claims["id"].to_list() == [claim.id for claim in listed]
    count = pl.col("true").list.len() + pl.col("false").list.len() + pl.col("open").list.len()
    assert found.claims.select(count).to_series().to_list() == [len(c.settings) for c in listed]
    assert found.comparisons.height == found.claims["comparisons"].sum()
    inside = (pl.col("lower") <= pl.col("difference")) & (pl.col("difference") <= pl.col("upper"))
    assert found.comparisons.select(inside.all()).item()
    # never recovering spends nothing and keeps x low
    states = found.comparisons.filter(id="recovery-raises-states", outcome="mean_x")
    assert (states["difference"] > 0).all()
    # the numbers are those of the engine
    lost = frames[under("base", LOST + NO_X)]
    parts = [frames[name] for name in settings.needs(under("base", LOST + NO_X))]
    names = ["supply_rule", "cyber_rule", "principle", "replication"]
    joined = lost.join(parts[0], on=names, suffix="_a").join(parts[1], on=names, suffix="_b")
    difference = joined["mean_resources_a"] - joined["mean_resources_b"]
    assert joined["mean_resources"].to_list() == pytest.approx(difference.to_list())
    # where resources never run out every rule meets its target: SRD-1 keeps x at 2
    plenty = frames[under("high", PLENTY)].filter(supply_rule="SRD-1", principle="P")
    assert plenty["mean_x"].min() == 2


@pytest.fixture
def command(monkeypatch, tmp_path, capsys):
    """Run `cakernel claims` with few claims on few scenarios in an empty folder."""
    from cakernel.cli import app
    from cakernel.paper.cli import claims

    some = ["table-7-base-cloud", "lead", "lead-no-r_x0", "r0-supply-margin"]
    chosen = [claim for claim in all_claims() if claim.id in some]
    monkeypatch.setattr(claims, "all_claims", lambda: chosen)
    monkeypatch.setattr(settings, "paper_scenarios", lambda: FEW)
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = app.commands()(["claims", "--replications", "3", *arguments], standalone_mode=False)
        return code, capsys.readouterr().out

    return call


@pytest.mark.compiled
def test_the_command(command, tmp_path):
    variants = ("--variant", "published", "--variant", "chains-1", "--variant", "published")
    code, out = command(*variants, "--out", "results")
    assert not code
    assert "Claims, variant published, 3 replications" in out
    assert "restated from what its tables" in " ".join(out.split())
    assert "Matching against its strongest rival" in out
    assert "Verdicts by variant" in out
    tables = {
        name: pl.read_parquet(tmp_path / f"results/{name}.parquet")
        for name in ("claims", "settings", "comparisons", "means")
    }
    names = tables["claims"]["variant"].unique(maintain_order=True).to_list()
    assert names == ["published", "chains-1"]
    assert pl.read_csv(tmp_path / "results/claims.csv").height == 2 * 4
    record = json.loads((tmp_path / "results/provenance.json").read_text())["settings"]
    assert (record["variants"], record["interrupted"]) == (names, False)
    # a mean that is compared is a row of the table of means
    row = tables["comparisons"].filter(variant="chains-1", id="lead").row(0, named=True)
    policy = pl.concat_str("supply_rule", "cyber_rule", "principle", separator=" ")
    mean = tables["means"].filter(
        policy == row["first"], variant="chains-1", setting=row["setting"]
    )
    assert mean["mean_resources"].item() == pytest.approx(row["first_mean"])
    code, out = command("--variant", "published", "--json")
    found = json.loads(out)
    assert_frame_equal(
        pl.DataFrame(found["claims"]).select("id", "verdict", "probability"),
        tables["claims"].filter(variant="published").select("id", "verdict", "probability"),
    )


@pytest.mark.compiled
def test_an_interruption_keeps_finished_variants(command, monkeypatch, tmp_path):
    from cakernel.paper.cli import claims

    def simulated(variant, **options):
        if variant == "text":
            raise KeyboardInterrupt
        return simulated_settings(variant, **options)

    monkeypatch.setattr(claims, "simulated_settings", simulated)
    code, out = command("--variant", "torus", "--variant", "text", "--out", "results")
    assert code == 130
    assert "interrupted; variants tested whole: 1" in out
    assert (
        pl.read_parquet(tmp_path / "results/claims.parquet")["variant"].unique().item() == "torus"
    )
    record = json.loads((tmp_path / "results/provenance.json").read_text())["settings"]
    assert (record["variants"], record["interrupted"]) == (["torus"], True)


def test_the_command_refuses():
    from cakernel.cli.app import commands

    with pytest.raises(ck.InvalidInput, match="replications: got 1; must be a whole number"):
        commands()(["claims", "--replications", "1"], standalone_mode=False)
    with pytest.raises(ck.InvalidInput, match=r"confidence: got 0\.0; must be"):
        commands()(["claims", "--confidence", "0"], standalone_mode=False)
