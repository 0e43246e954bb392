"""The case study of the coopetition model: every number has its source, and the command runs."""

import tomllib
from importlib import resources

import pytest
from typer.testing import CliRunner

from cakernel.cli.app import commands
from cakernel.coopetition import Market
from cakernel.coopetition.market import case_market

TEXT = resources.files("cakernel.coopetition").joinpath("case.toml").read_text(encoding="utf-8")


def test_file_gives_every_field_and_a_source_of_each():
    lines = TEXT.partition("[market]\n")[2].splitlines()
    told = {
        line.partition(" = ")[0]: before
        for before, line in zip(lines[::2], lines[1::2], strict=True)
    }
    assert set(told) == set(Market.model_fields)
    for name, comment in told.items():
        assert comment.startswith("# "), name
        assert any(word in comment for word in ("assumed", "survey", "study")), name


def test_numbers_are_those_of_the_file_and_inside_their_sources():
    market = case_market()
    given = tomllib.loads(TEXT)["market"]
    assert {name: getattr(market, name) for name in given} == given
    assert 0.69 <= market.threat_probability <= 0.75
    assert 0.13 <= market.discount <= 0.20
    assert market.vulnerability == 0.2


def test_command_prints_contracts_and_certificates(tmp_path):
    ran = CliRunner().invoke(commands(), ["ctip", "case", "--out", str(tmp_path / "case")])
    assert ran.exit_code == 0, ran.output
    assert "not a reproduction" in ran.output
    assert "none of its sources is Australian" in " ".join(ran.output.split())
    for words in ("fixed-moq", "flexible-moq", "largest gain", "converged", "timing"):
        assert words in ran.output
    assert (tmp_path / "case/equilibria.parquet").exists()


@pytest.mark.parametrize("command", ["case", "claims"])
def test_help_opens_with_what_it_is(command):
    text = CliRunner().invoke(commands(), ["ctip", command, "--help"]).output
    words = " ".join(text.split()).lower()
    after_usage = words.partition("[options] ")[2]
    label = "inspired by the abstract of arisian et al. (2025); not a reproduction"
    assert after_usage.startswith(label)
