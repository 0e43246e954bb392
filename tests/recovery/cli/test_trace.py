"""`cakernel trace`: what it draws, writes and refuses."""

import re

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.cli.tables import drawing
from helpers.toml_sections import POLICIES_AND_SCENARIOS


def test_trace_draws_and_writes(cakernel, tmp_path):
    code, out, _ = cakernel(
        "trace", "--policy", "SRD-4 CRD-5", "--replication", 3, "--regime", "t30", "--out", "h.csv"
    )
    assert code == 0
    history = ck.trace(
        ck.regime("t30"),
        policy=ck.Policy(supply_rule="SRD-4", cyber_rule="CRD-5"),
        scenario=ck.paper_scenarios()[0],
        replication=3,
    )
    written = pl.read_csv(tmp_path / "h.csv", schema_overrides=history.schema)
    assert_frame_equal(written, history, check_exact=True)
    # each firm's line in the drawing is its column of states
    lines = re.findall(r"^chain  2 firm 3 *([▁▄█]+)$", out, re.MULTILINE)
    firm = history.filter((pl.col("chain") == 2) & (pl.col("firm") == 3))
    expected = ["".join("▁▄█"[state] for state in firm[name]) for name in ("x", "y")]
    assert lines == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--regime", "b"], "regime: got 'b'; must be one of base"),
        (["--policy", "SRD-9 CRD-5"], "supply_rule: got 'SRD-9'; must be one of"),
        (["--scenario-index", "576"], "scenario_index: got 576; must be a whole number from 0 to"),
        (["--out", "history.txt"], "--out: got history.txt; must end in .parquet or .csv"),
    ],
)
def test_trace_rejects(cakernel, arguments, message):
    code, _, err = cakernel("trace", *arguments)
    assert code == 2
    assert err.startswith(f"error: {message}")


@pytest.mark.parametrize(
    ("command", "out"),
    [("trace", "a.csv"), ("history", "a"), ("plot history", "a.svg"), ("plot trace", "a.svg")],
)
@pytest.mark.parametrize("option", ["--regime=high", "--convention=text", "--convention=published"])
def test_a_file_and_a_regime_are_not_both(cakernel, command, out, option):
    cakernel("init")
    code, _, err = cakernel(*command.split(), "scenario.toml", option, "--out", out)
    name, _, value = option.partition("=")
    told = f"{name}: got {value} beside scenario.toml, which describes the model"
    assert (code, err) == (2, f"error: {told}; must be left out\n")


def test_trace_of_a_scenario_file(cakernel, tmp_path):
    cakernel("init")
    text = (tmp_path / "scenario.toml").read_text()
    text = text.replace("periods = 180", "periods = 12").replace("seed = 1", "seed = 9")
    (tmp_path / "scenario.toml").write_text(text)
    code, out, _ = cakernel("trace", "scenario.toml", "--policy", "SRD-1 CRD-2")
    assert code == 0
    assert "SRD-1 CRD-2 P, resource scenario 0, replication 0, seed 9" in out
    # the first that is listed
    assert "SRD-1 CRD-1 P, resource" in cakernel("trace", "scenario.toml")[1]
    code, _, err = cakernel("trace", "scenario.toml", "--policy", "SRD-1 CRD-3")
    assert (code, err.count("\n")) == (2, 1)
    told = "error: policy: got 'SRD-1 CRD-3'; must be one that the scenario file lists: SRD-1 CRD-1"
    assert err.startswith(told)


@pytest.mark.parametrize("command", [["trace"], ["plot", "trace", "--out", "a.svg"]])
def test_words_that_one_policy_alone_has_name_it(cakernel, tmp_path, command):
    (tmp_path / "scenario.toml").write_text(
        "[model]\nchains = 1\nfirms = 2\nperiods = 3\n" + POLICIES_AND_SCENARIOS
    )
    for words in ("SRD-5", "CRD-1 SRD-5", "SRD-5 CRD-1", "SRD-5 CRD-1 P"):
        code, _, err = cakernel(*command, "scenario.toml", "--policy", words)
        assert (code, err) == (0, ""), words
        (tmp_path / "a.svg").unlink(missing_ok=True)
    code, _, err = cakernel(*command, "scenario.toml", "--policy", "CRD-1")
    assert (code, err) == (
        2,
        "error: policy: got 'CRD-1'; must be one of: SRD-1 CRD-1 P, SRD-5 CRD-1 P\n",
    )


def test_a_drawing_names_every_firm_and_shows_the_first_of_many():
    def history(ids):
        return pl.DataFrame({"period": 1, "firm": ids, "x": 2, "y": 0})

    names = ["[/]", "日本の工場の名前はとても長い", "circuit-board", "circuit-board-backup"]
    lines = drawing(history(names), 80).plain.splitlines()
    assert lines[3:7] == [
        "[/]              █",
        "日本の工場の名 … █",
        "circuit-board    █",
        "circuit-board-b… █",
    ]
    text = drawing(history([f"firm {n}" for n in range(1001)]), 80).plain
    assert "firm 199 " in text
    assert "firm 200 " not in text
    assert text.endswith("\nthe first 200 of 1,001 firms; --out keeps all\n")
    grid = pl.DataFrame({"period": 1, "chain": 12, "firm": [10, 11], "x": 1, "y": 1})
    assert "chain 12 firm 10 ▄\nchain 12 firm 11 ▄\n" in drawing(grid, 80).plain


@pytest.mark.parametrize("command", ["best", "optimal", "frontier", "robust"])
def test_a_file_in_place_of_a_regime_has_no_convention(cakernel, command):
    cakernel("init")
    code, _, err = cakernel(command, "--regime", "scenario.toml", "--convention", "text")
    told = "--convention: got text beside scenario.toml, which describes the model"
    assert (code, err) == (2, f"error: {told}; must be left out\n")
