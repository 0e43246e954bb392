"""`cakernel reproduce`, and what it shows: published numbers, within Monte Carlo error."""

import json
import re
import signal
import subprocess
import sys
import time

import polars as pl
import pytest

import cakernel as ck
from cakernel.paper.agreement import scorecard
from cakernel.paper.comparison import MISPRINT, compare
from cakernel.paper.deviations import DEVIATIONS
from cakernel.paper.printed_rules import simulate_as_printed
from cakernel.recovery.model import REGIMES
from helpers.patience import SECONDS

pytestmark = pytest.mark.compiled

REPLICATIONS = {"base": 2, "n3": 2, "t30": 4}
PRINTED_CYBER_RULES = ["CRD-1", "CRD-2", "CRD-5", "CRD-6"]


@pytest.fixture(scope="module", params=REPLICATIONS)
def comparison(request):
    simulated = simulate_as_printed(
        ck.regime(request.param),
        policies=ck.policies(cyber_rules=PRINTED_CYBER_RULES),
        scenarios=ck.paper_scenarios(),
        replications=REPLICATIONS[request.param],
        seed=20210808,
    )
    return compare(simulated.with_columns(regime=pl.lit(request.param)))


def within(errors):
    """Say whether each difference is explained by rounding, tolerance and Monte Carlo error."""
    state = 0.005 + 0.012
    return (
        (pl.col("diff_x").abs() <= state + errors * pl.col("se_x"))
        & (pl.col("diff_y").abs() <= state + errors * pl.col("se_y"))
        & (
            pl.col("diff_resources").abs()
            <= 0.015 * pl.col("printed_resources") + errors * pl.col("se_resources")
        )
    )


def test_every_cell_that_is_no_misprint_agrees(comparison):
    cells = comparison.filter(pl.col("group") != MISPRINT)
    assert cells.height == 63
    assert cells.filter(~within(4)).is_empty()


def test_all_cells_of_all_regimes_agree():
    parts = []
    for name in REGIMES:
        rows = simulate_as_printed(
            ck.regime(name),
            policies=ck.policies(cyber_rules=PRINTED_CYBER_RULES),
            scenarios=ck.paper_scenarios(),
            replications=20,
        )
        parts.append(rows.with_columns(regime=pl.lit(name)))
    total = scorecard(compare(pl.concat(parts))).total
    assert (total.within_tolerance, total.cells) == (425, 425)


def test_the_literal_text_does_not_reproduce_the_base_case():
    simulated = ck.simulate(
        ck.regime("base", convention="text"),
        policies=ck.policies(cyber_rules=["CRD-1", "CRD-2", "CRD-5", "CRD-6"]),
        scenarios=ck.paper_scenarios(),
        replications=1,
    )
    cells = compare(simulated.with_columns(regime=pl.lit("base")))
    assert cells["within_tolerance"].sum() == 0


def test_reproduce_table(cakernel, tmp_path):
    code, out, err = cakernel("reproduce", "table6", "--replications", 1, "--out", "results")
    assert (code, err) == (0, "")
    assert "Table 6, regime t30" in out
    assert "Scorecard: t30, t360; 1 replication a policy" in out
    assert max(map(len, out.splitlines())) <= 100
    names = {path.name for path in (tmp_path / "results").iterdir()}
    tables = ("t30", "t360", "comparison", "explained")
    assert names == {f"{name}.{kind}" for name in tables for kind in ("csv", "parquet")} | {
        "scorecard.json",
        "provenance.json",
    }
    t30 = pl.read_parquet(tmp_path / "results/t30.parquet")
    assert t30.height == 104
    shown = t30.row(by_predicate=pl.col("mean_resources") == t30["mean_resources"].max())
    assert f"{shown[5]:.2f} *" in out


def test_reproduce_as_json(cakernel):
    code, out, err = cakernel("reproduce", "table6", "--replications", 1, "--json")
    assert (code, err) == (0, "")
    results = json.loads(out)
    assert len(results["regimes"]["t360"]) == 104
    assert results["scorecard"]["total"]["cells"] == 118
    settings = results["provenance"]["settings"]
    assert (settings["seed"], settings["deviations"]) == (1, list(DEVIATIONS))


def test_a_deviation_is_switched_off_alone(cakernel, tmp_path):
    def rows(*options):
        code, out, err = cakernel("reproduce", "table6", "--replications", 1, "--json", *options)
        assert (code, err) == (0, "")
        found = json.loads(out)
        table = pl.DataFrame(found["regimes"]["t30"])
        assert found["provenance"]["settings"]["deviations"] == [
            name for name in DEVIATIONS if name not in options
        ]
        return table, found["scorecard"]

    printed, card = rows()
    assert {part["deviation"] for part in card["explained"]} == set(DEVIATIONS)
    concerned = {
        "srd-4-ends": pl.col("supply_rule") == "SRD-4",
        "crd-3-4-as-crd-1": pl.col("cyber_rule").is_in(["CRD-3", "CRD-4"]),
        "crd-6-c-as-p": (pl.col("cyber_rule") == "CRD-6") & (pl.col("principle") == "C"),
    }
    for name, rule in concerned.items():
        table, _ = rows("--without", name)
        changed = printed.filter(~rule).equals(table.filter(~rule))
        differs = (printed["mean_resources"] != table["mean_resources"]).to_list()
        assert changed
        assert any(differs)
    every = [part for name in DEVIATIONS for part in ("--without", name)]
    table, _ = rows(*every)
    own = ck.simulate(
        ck.regime("t30"), policies=ck.policies(), scenarios=ck.paper_scenarios(), replications=1
    )
    assert table["mean_resources"].to_list() == own["mean_resources"].to_list()


def test_deviations_are_refused_by_name(cakernel):
    code, _, err = cakernel("reproduce", "table3", "--without", "srd-4")
    assert code == 2
    assert err.startswith(
        "error: without: got 'srd-4'; must be one of srd-4-ends, crd-3-4-as-crd-1"
    )
    text = ("--convention", "text", "--without", "srd-4-ends")
    code, _, err = cakernel("reproduce", "table3", *text)
    assert code == 2
    assert "the convention 'text' follows Table 1 and has no deviations" in err


def test_reproduce_rejects(cakernel):
    code, _, err = cakernel("reproduce", "table3", "--replications", 0)
    assert code == 2
    assert err.startswith("error: replications: got 0; must be a whole number from 1")
    assert cakernel("reproduce", "table9")[0] == 2


def test_interrupt_stops_and_says_what_was_kept(tmp_path):
    # compiled here and kept on disk, so that the run to be interrupted starts at once
    ck.simulate(
        ck.Model(periods=1),
        policies=ck.policies(cyber_rules=["CRD-5"]),
        scenarios=ck.paper_scenarios()[:1],
        replications=1,
    )
    # how long a round takes depends on the machine: wait longer until one was finished
    for seconds in (4, 12, 36, 108):
        folder = tmp_path / f"after-{seconds}"
        out = interrupted_run(folder, seconds)
        assert "interrupted; regimes simulated whole: none" in out
        found = re.search(r"t30: ([\d,]+) replications? finished; kept in t30.partial", out)
        if found:
            break
    partial = pl.read_parquet(folder / "t30.partial.parquet")
    assert partial["replications"].unique().to_list() == [int(found[1].replace(",", ""))]
    assert json.loads((folder / "provenance.json").read_text())["settings"]["seed"] == 1


def interrupted_run(folder, seconds):
    """Reproduce Table 6 very exactly, interrupt it, and return what it says."""
    command = [sys.executable, "-m", "cakernel", "reproduce", "table6", "--replications", "40000"]
    running = subprocess.Popen(
        [*command, "--out", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # the folder beside is made just before the first regime starts
    beside = folder.with_name(f".{folder.name}.partial")
    while running.poll() is None and not beside.exists():
        time.sleep(0.1)
    time.sleep(seconds)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=SECONDS)
    assert running.returncode == 130, err
    assert "Traceback" not in err
    return out
