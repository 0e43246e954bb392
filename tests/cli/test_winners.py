"""Who wins where, at the command line: folders of three commands become pictures and pages."""

from pathlib import Path

import polars as pl
import pytest

from cakernel.report import mismatches

SWEEP = """
[sweep]
replications = REPLICATIONS
rows = "replication"
[design]
kind = "grid"
[axes]
supply_mild = { low = 0.0, high = 0.6, count = 4 }
firms = { low = 2, high = 4, count = 3 }
[model]
chains = 2
periods = 15
[policies]
supply_rules = ["SRD-1", "SRD-2", "SRD-5"]
cyber_rules = ["CRD-5"]
principles = ["P"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""
MAKE = {
    "stability": ["stability", "sweep.toml", "--out", "made", "--depth", "1"],
    "best": ["best", "--sweep", "swept", "--out", "made"],
    "rules": ["rules", "swept", "--out", "made"],
}


@pytest.fixture
def made(cakernel, tmp_path):
    """Run a command that says who wins where into the folder "made"."""

    def run(command, replications=6):
        text = SWEEP.replace("REPLICATIONS", str(replications))
        (tmp_path / "sweep.toml").write_text(text)
        assert cakernel("sweep", "sweep.toml", "--out", "swept")[0] == 0
        assert cakernel(*MAKE[command])[0] == 0
        return Path("made/map" if command == "stability" else "made")

    return run


@pytest.mark.compiled
@pytest.mark.parametrize("command", list(MAKE))
def test_a_picture_and_a_page(cakernel, made, command):
    folder = made(command)
    code, _, err = cakernel("plot", "map", "--from", "made", "--out", "map.svg")
    assert (code, err) == (0, "")
    assert "Who wins where, by " in Path("map.svg").read_text(encoding="utf-8")
    losses = pl.read_parquet(folder / "everywhere.parquet")
    assert (losses["regret"] >= 0).all()
    assert cakernel("report", str(folder), "--out", "page.html")[0] == 0
    page = Path("page.html").read_text(encoding="utf-8")
    assert mismatches(page, folder) == []
    assert "Who wins where" in page
    assert "everywhere</th>" in page


@pytest.mark.compiled
def test_axes_are_chosen_and_refused_by_name(cakernel, made):
    made("rules")
    wanted = ["--axis", "firms", "--axis", "supply_mild"]
    assert cakernel("plot", "map", "--from", "made", "--out", "a.svg", *wanted)[0] == 0
    text = Path("a.svg").read_text(encoding="utf-8")
    assert "by firms in a chain, mild supply disruptions a day" in text
    code, _, err = cakernel("plot", "map", "--from", "made", "--out", "b.svg", "--axis", "chains")
    assert code == 2
    assert "axes: got chains; must be one to three of supply_mild, firms" in err.replace("\n", " ")


@pytest.mark.compiled
def test_one_replication_is_sure_of_nothing(cakernel, made):
    made("rules", replications=1)
    winners = pl.read_parquet("made/winners.parquet")
    varied = winners.filter(pl.col("supply_mild") > 0)
    assert "clear" not in varied["state"].to_list()
