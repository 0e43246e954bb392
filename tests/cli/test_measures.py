"""Outcomes beyond the mean, from a sweep's file to rankings, maps, pictures and pages."""

from pathlib import Path

import polars as pl
import pytest

from cakernel.report import mismatches

SWEEP = """
[sweep]
replications = 60
KEPT
[design]
kind = "grid"
[axes]
supply_mild = { low = 0.1, high = 0.5, count = 2 }
firms = [2, 3]
[model]
chains = 2
periods = 15
[policies]
supply_rules = ["SRD-1", "SRD-4"]
cyber_rules = ["CRD-5"]
principles = ["P"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""
SINGLE = 'rows = "replication"'
KEPT = 'measures = ["shortfall_20_resources", "above_9_resources"]'
BADLY = ("--outcome", "shortfall_20_resources")
IN_WORDS = "in the worst 20% of replications"


@pytest.fixture
def swept(cakernel):
    def run(kept):
        Path("sweep.toml").write_text(SWEEP.replace("KEPT", kept))
        return cakernel("sweep", "sweep.toml", "--out", "swept")

    return run


def test_a_sweep_of_replications_is_ranked_and_drawn_by_any_measure(cakernel, swept):
    assert swept(SINGLE)[0] == 0
    code, out, _ = cakernel("best", "--sweep", "swept", *BADLY, "--out", "ranked")
    assert code == 0
    assert IN_WORDS in " ".join(out.split())
    ranked = pl.read_parquet("ranked/best.parquet").filter(pl.col("rank") == 1).sort("point")
    # the same as what the rows say
    rows = pl.concat(map(pl.read_parquet, Path("swept/shards").glob("*.parquet")))
    worst = (
        rows.group_by("point", "supply_rule")
        .agg(worst=pl.col("mean_resources").sort().head(12).mean())
        .sort("worst", descending=True)
        .group_by("point", maintain_order=True)
        .first()
        .sort("point")
    )
    assert ranked["supply_rule"].to_list() == worst["supply_rule"].to_list()
    assert ranked["mean"].to_list() == pytest.approx(worst["worst"].to_list())
    assert cakernel("plot", "map", "--from", "ranked", "--out", "map.svg")[0] == 0
    assert IN_WORDS in Path("map.svg").read_text()
    assert cakernel("report", "ranked", "--out", "page.html")[0] == 0
    page = Path("page.html").read_text()
    assert IN_WORDS in page
    assert mismatches(page, "ranked") == []
    # tables of a ranking are headed with what is ranked, in a terminal line by line
    assert f'<th scope="col">mean resources R at the end {IN_WORDS}</th>' in page
    assert '<th scope="col">mean</th>' not in page
    assert f'"mean":"mean resources R at the end {IN_WORDS}"' in page


def test_the_terminal_heads_a_ranking_with_its_outcome(cakernel, swept, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert swept(SINGLE)[0] == 0
    _, out, _ = cakernel("best", "--sweep", "swept", *BADLY)
    last_line = out.partition("───")[0].splitlines()[-1].split()
    assert "replications" in last_line
    assert "mean" not in last_line


def test_a_sweep_of_policies_keeps_measures_and_its_page_tells_them(cakernel, swept):
    assert swept(KEPT)[0] == 0
    code, _, err = cakernel("rules", "swept", *BADLY)
    # the outcome is there; only points are too few
    assert (code, err.startswith("error: points: got 4; must be 10 or more")) == (2, True)
    assert cakernel("report", "swept", "--out", "page.html")[0] == 0
    page = Path("page.html").read_text()
    assert "If it goes badly" in page
    assert "probability that mean resources R at the end is above 9" in page
    assert mismatches(page, "swept") == []


def test_a_map_is_by_a_measure_and_says_so(cakernel, swept):
    swept(SINGLE)
    made = ("stability", "sweep.toml", "--out", "map", "--depth", "0")
    code, out, _ = cakernel(*made, *BADLY)
    assert code == 0
    assert f"By mean resources R at the end {IN_WORDS}." in " ".join(out.split())
    # the folder that the command wrote, or the map inside of it
    assert cakernel("report", "map/map", "--out", "inside.html")[0] == 0
    assert cakernel("report", "map", "--out", "page.html")[0] == 0
    assert Path("page.html").read_bytes() == Path("inside.html").read_bytes()
    assert mismatches(Path("page.html").read_text(), "map") == []
    assert f"Winners are those with the highest mean resources R at the end {IN_WORDS}" in (
        Path("page.html").read_text()
    )
    code, _, err = cakernel("stability", "sweep.toml", "--out", "none", "--outcome", "resorces")
    assert (code, err.count("\n")) == (2, 1)
    assert err.endswith("did you mean resources?\n")
    assert not Path("none").exists()


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        ('measures = ["quantile_120_x"]', "quantile: got 120 percent in 'quantile_120_x'; must be"),
        ('measures = ["shortfall_5_z"]', "measures: got shortfall_5_z; must be such as"),
        ("measures = 3", "sweep.measures: got 3; must be a list of names such as"),
        (f"{SINGLE}\n{KEPT}", "must be left out: any is computed from these"),
    ],
)
def test_bad_measures_of_a_file_are_one_line(swept, kept, message):
    code, out, err = swept(kept)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert not Path("swept").exists()


def test_a_sweep_of_policies_has_no_other_measure(cakernel, swept):
    swept("")
    code, _, err = cakernel("sensitivity", "swept", *BADLY)
    assert code == 2
    assert "kept neither single replications nor the measure" in err
