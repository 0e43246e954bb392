"""`cakernel critical`: from a folder, or a scenario file, to which firm matters."""

import json

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.network.critical_in_words import critical_in_words


@pytest.fixture
def backups(cakernel, tmp_path):
    """Write the shipped network, and a link that might be added."""
    cakernel("init", "--network", "camera")
    (tmp_path / "more.csv").write_text(
        "supplier,customer,input,upkeep\nimager-base,build-test-pack,camera,0.05\n"
    )
    return "more.csv"


@pytest.mark.compiled
def test_a_folder(cakernel, backups, tmp_path):
    code, out, err = cakernel(
        "critical", "camera", "--policy", "SRD-4 CRD-2", "--periods", 30, "--replications", 20,
        "--backups", backups, "--out", "found",
    )  # fmt: skip
    assert (code, err) == (0, "")
    rows = pl.read_parquet(tmp_path / "found/critical.parquet")
    expected = ck.critical(
        ck.Network.read("camera"),
        policy=ck.Policy(supply_rule="SRD-4", cyber_rule="CRD-2"),
        scenario=ck.paper_scenarios()[0],
        periods=30,
        replications=20,
        backups=pl.read_csv(backups),
    )
    assert_frame_equal(rows, expected)
    assert rows.height == 3 * 11 + 1
    words = " ".join(out.split())
    for sentence in critical_in_words(rows, outcome="resources"):
        assert " ".join(sentence.split()) in words
    assert "The first 10 of 11" in words


@pytest.mark.compiled
def test_a_scenario_file(cakernel, backups, tmp_path):
    (tmp_path / "camera.toml").write_text(
        "[model]\nperiods = 20\n[network]\nfolder = 'camera'\n"
        "[policies]\nsupply_rules = ['SRD-1']\ncyber_rules = ['CRD-0']\n"
    )
    code, out, _ = cakernel(
        "critical", "camera.toml", "--by", "group", "--outcome", "x", "--replications", 8, "--json"
    )
    assert code == 0
    told = json.loads(out)
    assert told["provenance"]["settings"]["policy"] == "SRD-1 CRD-0 P"
    assert {row["of"] for row in told["critical"]} == {"wafers", "imager", "parts", "final"}
    assert len(told["summary"]) == 3


def test_words_tell_gains_losses_and_doubt():
    rows = pl.DataFrame(
        {
            "change": ["hit"] * 4 + ["stock"],
            "of": ["a", "b", "c", "d", "a"],
            "difference": [-2.0, -1.0, 0.5, 0.1, 0.0],
            "se": [0.1, 0.1, 0.1, 0.1, 0.0],
            "low": [-2.3, -1.3, 0.2, -0.2, None],
            "high": [-1.7, -0.7, 0.8, 0.4, None],
        }
    )
    assert critical_in_words(rows, outcome="x") == [
        "A severe hit of a lowers the others' mean operational state x most, by 2.00; then b, by "
        "1.00. The opposite is sure of 1 of 4. Neither is sure of 1 of 4.",
        "No unit of stock more of 1 surely raises all firms' mean operational state x. "
        "Neither is sure of 1 of 1.",
    ]


def test_words_do_not_hide_what_is_larger_and_not_sure():
    rows = pl.DataFrame(
        {
            "change": ["hit"] * 4,
            "of": ["a", "b", "c", "d"],
            "difference": [3.0, -2.5, -2.0, -1.5],
            "se": [2.0, 2.0, 0.1, 1.0],
            "low": [-2.0, -7.5, -2.3, -4.0],
            "high": [8.0, 2.5, -1.7, 1.0],
        }
    )
    assert critical_in_words(rows, outcome="x") == [
        "A severe hit of c lowers the others' mean operational state x most of those that surely "
        "do, by 2.00. Larger than some of these, but not sure: b, by 2.50. Neither is sure of 3 "
        "of 4."
    ]
    second = rows.with_columns(high=pl.Series([8.0, -0.5, -1.7, 1.0]), low=rows["low"] - 5)
    second = second.with_columns(difference=pl.Series([3.0, -2.5, -1.0, -1.5]))
    assert critical_in_words(second, outcome="x")[0].startswith(
        "A severe hit of b lowers the others' mean operational state x most, by 2.5; then c, by "
        "1.0. Larger than some of these, but not sure: d, by 1.5."
    )


def test_refusals(cakernel, backups, tmp_path):
    (tmp_path / "grid.toml").write_text("[model]\nperiods = 20\n")
    code, _, err = cakernel("critical", "grid.toml")
    assert (code, err) == (
        2, "error: grid.toml: has no section [network]; must describe a network\n",
    )  # fmt: skip
    code, _, err = cakernel("critical", "camera", "--periods", 0)
    assert code == 2
    assert "periods: got 0" in err
