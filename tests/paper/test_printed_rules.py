"""The rules that printed rows follow against Table 1: defined as said, and nowhere else."""

import itertools

import polars as pl
import pytest

import cakernel as ck
from cakernel.paper.comparison import compare
from cakernel.paper.deviations import DEVIATIONS
from cakernel.paper.printed_rules import (
    SRD_4_AS_PRINTED,
    as_printed,
    check_deviations,
    note_of,
    simulate_as_printed,
    with_printed_rules,
)
from cakernel.paper.with_and_without import explained
from cakernel.recovery.rules import rule
from helpers.paper_frames import simulated_like, stand_in

NONE = 3
SCENARIOS = ck.paper_scenarios()[::200]


def test_srd_4_as_printed_differs_at_ends_alone():
    own_rule, table_1 = SRD_4_AS_PRINTED.targets, rule("supply", "SRD-4").targets
    for own, up, down, previous, after in itertools.product(range(3), *[range(4)] * 4):
        place = (own, up, down, previous, after)
        one_end = (up == NONE) != (down == NONE)
        along = down if up == NONE else up
        across = (previous, after).count(2) == 2
        expected = table_1[place]
        if one_end and across and along != 2 and own < 2:
            assert expected == 2
            expected = 1
        assert own_rule[place] == expected, place


def test_the_models_own_rules_are_those_of_table_1():
    # high for two high neighbours, whichever they are
    assert rule("supply", "SRD-4").targets[0, NONE, 0, 2, 2] == 2
    assert [str(policy) for policy in ck.policies()][:104] == [
        str(policy) for policy in with_printed_rules(ck.policies())
    ][:104]


def test_rows_as_printed_are_those_of_the_rules_they_follow():
    options = {"scenarios": SCENARIOS, "replications": 3}
    raw = ck.simulate(ck.regime("t30"), policies=with_printed_rules(ck.policies()), **options)
    assert raw.height == 117
    rows = as_printed(raw, deviations=tuple(DEVIATIONS))
    assert rows.select("supply_rule", "cyber_rule", "principle").equals(
        raw.head(104).select("supply_rule", "cyber_rule", "principle")
    )

    def outcome(frame, supply, cyber, principle):
        policy = frame.filter(supply_rule=supply, cyber_rule=cyber, principle=principle)
        return policy.select("mean_x", "mean_y", "mean_resources").row(0)

    followed = {
        ("SRD-2", "CRD-3", "C"): ("SRD-2", "CRD-1", "C"),
        ("SRD-4", "CRD-4", "P"): ("SRD-4 as printed", "CRD-1", "P"),
        ("SRD-4", "CRD-0", "P"): ("SRD-4 as printed", "CRD-0", "P"),
        ("SRD-4", "CRD-6", "C"): ("SRD-4 as printed", "CRD-6", "P"),
        ("SRD-5", "CRD-5", "C"): ("SRD-5", "CRD-5", "C"),
    }
    for name, source in followed.items():
        assert outcome(rows, *name) == outcome(raw, *source), name
    assert as_printed(raw, deviations=()).equals(raw.head(104))
    assert simulate_as_printed(ck.regime("t30"), policies=ck.policies(), **options).equals(rows)
    none = simulate_as_printed(
        ck.regime("t30"), policies=ck.policies(), without=list(DEVIATIONS), **options
    )
    assert none.equals(raw.head(104))


def test_rows_of_replications_are_as_printed_too():
    few = ck.policies(supply_rules=["SRD-4"], cyber_rules=["CRD-5", "CRD-6"])
    paired = ck.paired_outcomes(
        ck.regime("t30"), policies=with_printed_rules(few), scenarios=SCENARIOS, replications=2
    )
    rows = as_printed(paired, deviations=("crd-6-c-as-p",))
    assert rows["replication"].to_list() == [0, 1] * 4
    under_p, under_c = (
        rows.filter(cyber_rule="CRD-6", principle=name)["mean_x"].to_list() for name in "PC"
    )
    assert under_p == under_c
    assert rows.filter(cyber_rule="CRD-5", principle="C").equals(
        paired.filter(supply_rule="SRD-4", cyber_rule="CRD-5", principle="C")
    )


def test_names_are_checked():
    assert check_deviations(()) == tuple(DEVIATIONS)
    assert check_deviations((), convention="text") == ()
    with pytest.raises(ck.InvalidInput, match="without: got 'SRD-4'; must be one of srd-4-ends"):
        simulate_as_printed(
            ck.regime("t30"), policies=ck.policies(), scenarios=SCENARIOS, without=["SRD-4"]
        )
    with pytest.raises(ck.InvalidInput, match="has no deviations to switch off"):
        check_deviations(["srd-4-ends"], convention="text")
    assert note_of(["srd-4-ends"]) == "as printed: SRD-4 (srd-4-ends)"
    assert note_of([]) == "as printed: none, all rules of Table 1"


def test_an_interruption_keeps_rows_as_printed():
    def stop(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(ck.Interrupted) as stopped:
        simulate_as_printed(
            ck.regime("t360"),
            policies=ck.policies(),
            scenarios=ck.paper_scenarios(),
            replications=4000,
            progress=stop,
        )
    if stopped.value.partial is not None:
        assert stopped.value.partial.height == 104


def test_each_deviation_is_measured_on_the_cells_it_is_about():
    table = stand_in("base", "low")
    found = explained(simulated_like(table))
    # the low regime prints no CRD-6 under C; misprints: SRD-1 CRD-2 in base, SRD-1 CRD-6 in low
    assert found.select("deviation", "regime", "cells").rows() == [
        ("srd-4-ends", "base", 8),
        ("srd-4-ends", "low", 7),
        ("crd-3-4-as-crd-1", "base", 16),
        ("crd-3-4-as-crd-1", "low", 16),
        ("crd-6-c-as-p", "base", 8),
    ]
    moved = table.with_columns(
        mean_x=pl.col("mean_x") + pl.when(pl.col("cyber_rule") == "CRD-4").then(0.2).otherwise(0.0)
    )
    row = explained(simulated_like(moved)).row(2, named=True)
    assert (row["within_tolerance_with"], row["within_tolerance_without"]) == (16, 0)
    assert row["diff_x_without"] == pytest.approx(0.2)
    assert compare(table).filter(pl.col("group") != "misprint")["within_rounding"].all()


def test_regimes_may_have_other_columns_in_another_order():
    """As where one was read from a file, and one replicated once."""
    simulated = simulated_like(stand_in("base", "low"))
    expected = explained(simulated)
    low = simulated["low"].with_columns(
        pl.col("replications").cast(pl.Int32), pl.lit(1).alias("row"), se_x=pl.lit(None)
    )
    simulated["low"] = low.select(reversed(low.columns))
    assert explained(simulated).equals(expected)
