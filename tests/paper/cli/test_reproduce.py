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
from cakernel.paper.comparison import REGULAR, SRD_4, compare

pytestmark = pytest.mark.compiled

REPLICATIONS = {"base": 2, "n3": 2, "t30": 4}


@pytest.fixture(scope="module", params=REPLICATIONS)
def comparison(request):
    simulated = ck.simulate(
        ck.regime(request.param),
        policies=ck.policies(cyber_rules=["CRD-1", "CRD-2", "CRD-5", "CRD-6"]),
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


def test_regular_cells_agree(comparison):
    cells = comparison.filter(pl.col("group") == REGULAR)
    assert cells.height >= 46
    assert cells.filter(~within(4)).is_empty()


def test_srd_4_agrees_less_closely(comparison):
    cells = comparison.filter(pl.col("group") == SRD_4)
    assert cells.height >= 7
    assert (cells["diff_x"].abs() <= 0.03 + 4 * cells["se_x"]).all()


def test_the_literal_text_does_not_reproduce_the_base_case():
    simulated = ck.simulate(
        ck.regime("base", convention="text"),
        policies=ck.policies(cyber_rules=["CRD-1", "CRD-2", "CRD-5", "CRD-6"]),
        scenarios=ck.paper_scenarios(),
        replications=1,
    )
    cells = compare(simulated.with_columns(regime=pl.lit("base")))
    assert cells["within_wide"].sum() < 5


def test_reproduce_table(cakernel, tmp_path):
    code, out, err = cakernel("reproduce", "table6", "--replications", 1, "--out", "results")
    assert (code, err) == (0, "")
    assert "Table 6, regime t30" in out
    assert "Scorecard: t30, t360; 1 replications a policy" in out
    assert max(map(len, out.splitlines())) <= 100
    names = {path.name for path in (tmp_path / "results").iterdir()}
    tables = ("t30", "t360", "comparison", "shared_row")
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
    assert results["scorecard"]["total"]["cells"] == 110
    assert results["provenance"]["settings"]["seed"] == 1


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
        found = re.search(r"t30: (\d+) replications finished; kept in t30.partial", out)
        if found:
            break
    partial = pl.read_parquet(folder / "t30.partial.parquet")
    assert partial["replications"].unique().to_list() == [int(found[1])]
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
    out, err = running.communicate(timeout=120)
    assert running.returncode == 130, err
    assert "Traceback" not in err
    return out
