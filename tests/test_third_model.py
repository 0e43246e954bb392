"""A model is added by one folder and one row of the registry; generic code does the rest."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import cakernel as ck
from cakernel import models
from cakernel.report import mismatches, write_report
from helpers.newsvendor import ROW

TESTS = Path(__file__).parent
COMMAND = """
from cakernel import models
from helpers.newsvendor import ROW
models.MODELS.append(ROW)
from cakernel.cli import main
main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("newsvendor")


@pytest.fixture(scope="module")
def command(folder):
    """Run a command of the program to which the row is added; return what it prints."""
    path = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])

    def run(*arguments):
        ran = subprocess.run(
            [sys.executable, "-c", COMMAND, *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run


@pytest.fixture(scope="module")
def swept(folder, command):
    assert "wrote sweep.toml" in command("init", "--sweep", "--model", "newsvendor")
    assert "8 points" in command("sweep", "sweep.toml", "--out", "sweep")
    return folder / "sweep"


@pytest.fixture(autouse=True)
def registered():
    """Add the row for the time of a test."""
    models.MODELS.append(ROW)
    yield
    models.MODELS.remove(ROW)


def test_its_sweeps_go_on(command, swept):
    command("sweep", "sweep.toml", "--out", "sweep", "--resume")
    assert ck.sweep_status(swept, verify=True).finished
    rows = ck.open_sweep(swept).results.collect()
    assert rows.columns == ["point", "order", "replication", "mean_profit"]
    assert rows.height == 8 * 2 * 30


def test_its_policies_are_ranked(command, swept, folder):
    printed = command("best", "--sweep", "sweep", "--outcome", "profit", "--out", "best")
    assert "mean profit of a day" in printed
    best = pl.read_parquet(folder / "best" / "best.parquet").filter(pl.col("rank") == 1)
    # with certain demand and a high price many papers pay, with a low one few do
    known = {(row["price"], row["spread"]): row["order"] for row in best.iter_rows(named=True)}
    assert known[1.2, 1.0] == "few"
    assert known[3.0, 8.0] == "many"


def test_the_page_of_its_ranking_shows_each_point(command, swept, folder):
    command("best", "--sweep", "sweep", "--outcome", "profit", "--out", "of-points")
    command("report", "of-points", "--out", "of-points.html")
    page = (folder / "of-points.html").read_text(encoding="utf-8")
    assert "at each of <data" in page
    assert "mean profit of a day" in page
    assert mismatches(page, folder / "of-points") == []


def test_its_picture_is_drawn(command, swept, folder):
    command("best", "--sweep", "sweep", "--outcome", "profit", "--out", "ranked")
    command("plot", "demand", "--from", "ranked", "--out", "demand.svg")
    assert "Profits" in (folder / "demand.svg").read_text(encoding="utf-8")


def test_its_page_says_what_was_found(swept, tmp_path):
    page = write_report(swept, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<h1>How much to order</h1>" in page
    assert "mean profit of a day" in page
    assert mismatches(page, swept) == []


def test_its_winners_and_maps(swept, tmp_path):
    sweep = ck.read_sweep_file(swept.parent / "sweep.toml")
    found = ck.stability_map(sweep, tmp_path / "map", depth=1)
    assert set(found.points["winner"]) == {"few", "many"}


def test_no_generic_file_knows_it():
    sources = (Path(models.__file__).parent).rglob("*.py")
    assert not [path for path in sources if "newsvendor" in path.read_text(encoding="utf-8")]
