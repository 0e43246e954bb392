"""Settings and variants are the models they say; a small run of all claims."""

import polars as pl
import pytest

import cakernel as ck
from cakernel.paper.claims import all_claims, results_of, settings_of, simulated_settings, verdicts
from cakernel.paper.claims.settings import (
    LOST,
    NO_X,
    PLENTY,
    RICH,
    SETTINGS,
    changed,
    model_of,
    needs,
    under,
)
from cakernel.paper.printed_rules import as_printed
from cakernel.paper.variants import VARIANTS

FEW = ck.paper_scenarios()[::200]


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
    parts = [frames[name] for name in needs(under("base", LOST + NO_X))]
    names = ["supply_rule", "cyber_rule", "principle", "replication"]
    joined = lost.join(parts[0], on=names, suffix="_a").join(parts[1], on=names, suffix="_b")
    difference = joined["mean_resources_a"] - joined["mean_resources_b"]
    assert joined["mean_resources"].to_list() == pytest.approx(difference.to_list())
    # where resources never run out every rule meets its target: SRD-1 keeps x at 2
    plenty = frames[under("high", PLENTY)].filter(supply_rule="SRD-1", principle="P")
    assert plenty["mean_x"].min() == 2


@pytest.mark.compiled
def test_the_published_variant_has_srd_4_as_printed_beside_the_others():
    def base(variant, name="base"):
        return next(
            frame
            for found, frame in simulated_settings(
                variant, names=[name], replications=2, seed=1, scenarios=FEW
            )
            if found == name
        )

    both, table_1 = base("published"), base("table-1")
    is_printed = pl.col("supply_rule") == "SRD-4 as printed"
    assert both.filter(~is_printed).equals(table_1)
    printed = as_printed(both, deviations=["srd-4-ends"])
    assert printed.height == table_1.height
    differs = printed.filter(printed["mean_x"] != table_1["mean_x"])
    assert set(differs["supply_rule"]) == {"SRD-4"}
    assert base("published", "base/no-r0").equals(base("table-1", "base/no-r0"))
