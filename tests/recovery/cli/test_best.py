"""`cakernel best`: what it says, writes and refuses."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

import cakernel as ck
from cakernel.cli.app import commands
from cakernel.models import terms_of
from cakernel.recovery.input_files import read_scenario_file
from cakernel.recovery.policy import POLICY
from cakernel.wording import decimals

FILE = """
[simulation]
replications = 6
seed = 4
[model]
chains = 2
firms = 3
periods = 15
[policies]
supply_rules = ["SRD-1", "SRD-2", "SRD-5"]
cyber_rules = ["CRD-5", "CRD-0"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(FILE)

    def call(*arguments):
        commands()(["best", "--regime", "small.toml", *map(str, arguments)], standalone_mode=False)
        return capsys.readouterr().out

    return call


def test_says_and_writes(run, tmp_path):
    out = run("--out", "results")
    rows = pl.read_parquet(tmp_path / "results/best.parquet")
    assert rows["group"].value_counts().sort("group").rows() == [
        ("in the cloud", 6),
        ("on site", 3),
    ]
    described = read_scenario_file(tmp_path / "small.toml")
    outcomes = ck.paired_outcomes(
        described.model,
        policies=described.policies,
        scenarios=described.scenarios,
        replications=6,
        seed=4,
    )
    assert_frame_equal(pl.read_parquet(tmp_path / "results/outcomes.parquet"), outcomes)
    in_the_cloud = outcomes.filter(pl.col("cyber_rule") == "CRD-5")
    cloud = ck.best(in_the_cloud, outcome="mean_resources", seed=4)
    assert_frame_equal(rows.filter(group="in the cloud").drop("group"), cloud)
    first = cloud.row(0, named=True)
    name = f"{first['supply_rule']} {first['cyber_rule']} {first['principle']}"
    text = " ".join(out.split())
    words = terms_of("recovery").policy(first, POLICY)
    assert f"Best {name}, {words}; mean resources R at the end" in text
    places = decimals([first["standard_error"]])
    assert (
        f"{first['mean']:.{places}f} (standard error {first['standard_error']:.{places}f})" in text
    )
    assert max(map(len, out.splitlines())) <= 80
    record = json.loads((tmp_path / "results/provenance.json").read_text())
    assert record["settings"]["replications"] == 6
    assert set(record["summary"]) == {"in the cloud", "on site"}


def test_few_replications_of_a_single_scenario_are_not_trusted(run):
    """What never varied has no interval, on the terminal, in JSON and in words."""
    out = " ".join(run("--replications", 3, "--seed", 2).split())
    assert "Not yet: of differences as skewed as these" in out or "trust no interval" in out
    found = json.loads(run("--json", "--replications", 3, "--seed", 2))
    rows = pl.DataFrame(found["best"])
    assert not rows["trustworthy"].any()
    assert not ((rows["upper"] - rows["lower"]) == 0).any()
    constant = rows.filter(pl.col("difference_error") == 0)
    assert constant["lower"].null_count() == constant.height


def test_policies_that_coincide_have_no_interval(run, tmp_path):
    # nobody meets a disruption, so that nothing is drawn
    text = FILE.replace("periods = 15", "periods = 15\nsupply_mild = 0.0\nsupply_severe = 0.0")
    (tmp_path / "small.toml").write_text(text)
    out = " ".join(run().split())
    assert "equal in all 6" in out
    assert "in all 6 replications; they differ in at most 39% of all, at 95%" in out
    assert "6 replications do not show how differences vary: trust no interval." in out


def test_options(run):
    found = json.loads(
        run("--json", "--replications", 4, "--seed", 9, "--outcome", "x", "--together")
    )
    assert {row["group"] for row in found["best"]} == {"all policies"}
    assert len(found["best"]) == 9
    assert found["provenance"]["settings"]["outcome"] == "x"
    assert {row["replications"] for row in found["best"]} == {4}
    assert all(0 <= row["mean"] <= 2 for row in found["best"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--regime", "b"], "regime: got 'b'; must be one of base"),
        (["--confidence", "1"], "confidence: got 1.0; must be a number above 0"),
        (["--regime", "none.toml"], "none.toml: cannot be read"),
        (["--tolerance", "1"], "tolerance: got 1.0; must be a number from 0"),
        (["--replications", "1"], "replications: got 1; must be a whole number from 2"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ck.InvalidInput) as error:
        commands()(["best", *arguments], standalone_mode=False)
    assert str(error.value).startswith(message)


def test_best_at_each_point_of_a_sweep(tmp_path):
    study = ck.Recovery(
        model=ck.Model(chains=2, firms=3, periods=20),
        policies=ck.policies(supply_rules=["SRD-1", "SRD-4", "SRD-5"], cyber_rules=["CRD-1"]),
        scenarios=ck.paper_scenarios()[:1],
        rows="replication",
    )
    sweep = ck.Sweep(study=study, axes={"firms": [2, 3], "periods": [10, 20]}, replications=8)
    results = ck.run_sweep(sweep, tmp_path / "sweep").results.collect()
    out = str(tmp_path / "out")
    outcome = CliRunner().invoke(
        commands(), ["best", "--sweep", str(tmp_path / "sweep"), "--out", out]
    )
    assert outcome.exit_code == 0, outcome.output
    assert "Best at 4 points, in the cloud: " in outcome.output
    assert re.search(r"\n +0 +2 +10 +SRD-", outcome.output)
    ranked = pl.read_parquet(f"{out}/best.parquet")
    assert ranked.height == 4 * 6
    means = results.group_by("point").agg(pl.col("mean_resources").mean())
    for point in means["point"]:
        rows = results.filter(pl.col("point") == point)
        highest = rows.group_by("supply_rule", "principle").agg(pl.col("mean_resources").mean())
        first = ranked.filter(pl.col("point") == point, pl.col("rank") == 1)
        assert first["mean"][0] == pytest.approx(highest["mean_resources"].max())


def test_best_of_a_sweep_needs_replications(tmp_path):
    study = ck.Recovery(
        model=ck.Model(chains=1, firms=2, periods=5), scenarios=ck.paper_scenarios()[:1]
    )
    ck.run_sweep(ck.Sweep(study=study, axes={"firms": [2]}, replications=2), tmp_path)
    outcome = CliRunner().invoke(commands(), ["best", "--sweep", str(tmp_path)])
    assert isinstance(outcome.exception, ck.InvalidInput)
    assert "holds rows a policy; paired comparisons need" in str(outcome.exception)


def test_an_outcome_that_the_model_lacks_is_refused(cakernel):
    for name in ("profit", ""):
        code, _, err = cakernel("best", "--outcome", name)
        told = f"--outcome: got {name or repr('')}; must be one of resources, x, y"
        assert (code, err) == (2, f"error: {told}\n")


def test_ranks_by_what_happens_if_it_goes_badly(run, tmp_path):
    out = run("--outcome", "shortfall_20_resources", "--quantile", "0.1", "--out", "badly")
    assert "in the worst 20% of replications" in " ".join(out.split())
    ranked = pl.read_parquet(tmp_path / "badly/best.parquet")
    outcomes = pl.read_parquet(tmp_path / "badly/outcomes.parquet")
    risk = ck.risk_measures(outcomes, outcome="mean_resources", tail=0.2, quantiles=[0.1], seed=4)
    there = ranked.join(risk, on=POLICY, suffix="_of_risk", maintain_order="left")
    assert there["mean"].to_list() == pytest.approx(there["shortfall"].to_list())
    kept = pl.read_parquet(tmp_path / "badly/risk.parquet")
    assert [name for name in kept.columns if "quantile" in name] == ["quantile_10"]
    record = json.loads((tmp_path / "badly/provenance.json").read_text())
    assert record["settings"]["outcome"] == "shortfall_20_resources"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--quantile", "1.2"], "quantile: got 1.2; must be a number above 0 and below 1"),
        (["--outcome", "quantile_120_x"], "quantile: got 120 percent in 'quantile_120_x'; must"),
        (
            ["--outcome", "shortfall_5_resorces"],
            "--outcome: got shortfall_5_resorces; must be one of resources, x, y; did you mean "
            "shortfall_5_resources?",
        ),
        (["--outcome", "above_3_value"], "--outcome: got above_3_value; must be one of"),
    ],
)
def test_refuses_measures_that_are_none(run, arguments, message):
    with pytest.raises(ck.InvalidInput) as error:
        run(*arguments)
    assert str(error.value).startswith(message)
