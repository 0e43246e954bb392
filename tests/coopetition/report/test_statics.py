"""Reports of comparative statics: elasticities, what has no derivative, and why."""

import json
import re

import polars as pl
import pytest

from cakernel import InvalidInput
from cakernel.coopetition.report.statics import elasticities
from cakernel.coopetition.words import PARAMETER_WORDS
from cakernel.report import write_report
from cakernel.report.verification import claimed
from helpers.kept_folders import resealed
from helpers.report_pages import answers, change, drawn, page_of, table


@pytest.fixture(scope="module")
def folder(reports):
    return reports["ctip-statics"]


@pytest.fixture(scope="module")
def page(folder):
    return folder.with_suffix(".html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def by_hand(folder):
    """Elasticities of welfare by parameter, the highest first."""
    solved = pl.read_parquet(folder / "equilibria.parquet").row(0, named=True)
    found = {
        row["parameter"]: row["economic_welfare"] * row["value"] / solved["economic_welfare"]
        for row in pl.read_parquet(folder / "statics.parquet").iter_rows(named=True)
        if row["smooth"] and row["value"] > 0
    }
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def finding(page, label):
    (card,) = answers(page)
    return [item.text for item in claimed(card[label])]


def words_of(parameter):
    symbol, words = PARAMETER_WORDS[parameter.removesuffix("_1").removesuffix("_2")]
    chain = f", chain {parameter[-1]}" if parameter[-2:] in ("_1", "_2") else ""
    return f"{words} ({symbol}){chain}"


def signed(value):
    return f"{value:+.2f}".replace("-", "\u2212")


def test_findings_name_what_moves_welfare_most(page, by_hand):
    assert len(by_hand) == 20
    ordered = list(by_hand.items())
    for words, three in (("Raised most by", ordered[:3]), ("Lowered most by", ordered[:-4:-1])):
        expected = [text for name, value in three for text in (words_of(name), signed(value))]
        assert finding(page, words) == expected
    # sizes differ: it is not the order of the derivatives
    assert [name for name, _ in ordered[:3]] == ["demand_intercept", "security_elasticity",
                                                 "discount"]  # fmt: skip


def test_level_contract_and_regime_are_told(page, folder):
    solved = pl.read_parquet(folder / "equilibria.parquet")
    assert solved.height == 1
    assert "What moves economic welfare under flexible MOQ, where each chain invests" in page
    assert finding(page, "Here") == [f"{solved['economic_welfare'][0]:.4f}", "converged"]
    settings = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["settings"]
    assert (settings["contract"], settings["regime"]) == ("flexible-moq", "nash")
    assert re.search(r"<dt>who chooses investments</dt>\s*<dd>.*?nash", page)
    assert "regime or scenario file" not in page


def test_the_picture_draws_the_elasticities(page, by_hand):
    rows = [row for row in drawn(page, "elasticities") if "elasticity" in row]
    welfare = {
        row["parameter"]: row["elasticity"] for row in rows if row["outcome"] == "economic welfare"
    }
    assert welfare == pytest.approx({words_of(name): size for name, size in by_hand.items()})
    assert {row["outcome"] for row in rows} >= {"unmet need", "investment of chain 2"}
    signs = {"raises it": 1, "lowers it": -1, "does not move it": 0}
    for row in rows:
        shown = round(row["elasticity"], 4)
        assert signs[row["side"]] == (shown > 0) - (shown < 0)
    assert {row["side"] for row in rows} == set(signs)


def test_all_derivatives_are_listed(page, folder):
    statics = pl.read_parquet(folder / "statics.parquet")
    rows = re.findall("<tr>.*?</tr>", table(page, "statics-table"), re.S)
    heads = re.findall(r'<th scope="col">(.*?)</th>', rows[0])
    assert heads[:3] == ["parameter", "its value", "economic welfare (money)"]
    assert heads[-1] == "profit of chain 2 (money)"
    assert "unmet need (units)" in heads
    assert len(heads) == 12
    assert len(rows) == statics.height + 1 == 24
    for row, cells in zip(statics.iter_rows(named=True), rows[1:], strict=True):
        texts = [item.text for item in claimed(cells)]
        assert texts[:2] == [words_of(row["parameter"]), f"{row['value']:g}"]
        assert (texts[2] == "\u2013") == (not row["smooth"])
    supply = next(cells for cells in rows if ">cost of a unit produced (c_s)<" in cells)
    # no investment depends on it, and nought has no sign
    assert [item.text for item in claimed(supply)][6:8] == ["0.00000", "0.00000"]


def test_the_jump_of_the_discount_is_named(page):
    assert "just at the threshold of the discount" in answers(page)[0]["How sure"]
    assert finding(page, "How sure") == [
        *("23", "2"),
        *map(words_of, ("discount_threshold", "minimum_order")),
        # of the cost of sharing, which is 0
        "1",
    ]
    assert "Of others" not in page


def test_other_reasons_for_no_derivative(copied):
    folder = copied("ctip-statics")
    kink = pl.col("parameter").is_in(["discount_threshold", "harm_per_unit"])
    change(folder, "statics", smooth=~kink)
    page = page_of(folder)
    assert "differ there" in answers(page)[0]["How sure"]
    assert finding(page, "How sure")[:-1] == [
        *("23", "2"),
        *map(words_of, ("discount_threshold", "harm_per_unit")),
    ]
    assert "just at the threshold" not in page
    change(folder, "statics", smooth=pl.lit(True))
    page = page_of(folder)
    assert "all have a derivative" in answers(page)[0]["How sure"]
    assert finding(page, "How sure")[0] == "23"
    change(folder, "statics", smooth=pl.lit(False))
    page = page_of(folder)
    assert "and others. The pooled" in answers(page)[0]["How sure"]
    assert len(finding(page, "How sure")) == 8


def test_an_equilibrium_that_is_none_has_no_derivatives(copied):
    folder = copied("ctip-statics")
    numbers = pl.selectors.float()
    statics = pl.read_parquet(folder / "statics.parquet")
    statics.with_columns(
        (numbers - pl.selectors.by_name("value")) * None,
        status=pl.lit("cycling"),
        smooth=pl.lit(False),
    ).write_parquet(folder / "statics.parquet")
    solved = pl.read_parquet(folder / "equilibria.parquet")
    cycling = pl.lit("cycling").cast(solved.schema["status"])
    solved.with_columns(numbers * None, status=cycling).write_parquet(folder / "equilibria.parquet")
    page = page_of(folder)
    (card,) = answers(page)
    assert list(card) == ["How sure"]
    assert "no outcomes and no derivatives" in card["How sure"]
    assert finding(page, "How sure") == ["cycling"]
    assert 'id="elasticities"' not in page


def test_welfare_below_0_has_no_elasticities(copied):
    folder = copied("ctip-statics")
    change(folder, "equilibria", economic_welfare=-pl.col("economic_welfare"))
    page = page_of(folder)
    assert answers(page)[0]["Nothing"] == "no parameter has an elasticity of economic welfare"
    rows = [row for row in drawn(page, "elasticities") if "elasticity" in row]
    assert "economic welfare" not in {row["outcome"] for row in rows}
    assert "unmet need" in {row["outcome"] for row in rows}


def test_parameters_that_move_nothing(copied):
    folder = copied("ctip-statics")
    change(folder, "statics", economic_welfare=pl.col("economic_welfare") * 1e-9)
    assert answers(page_of(folder))[0]["Nothing"] == "no parameter moves economic welfare"


def test_elasticities_need_sizes_above_0():
    statics = pl.DataFrame(
        {
            "parameter": ["a", "b", "c"],
            "value": [0.5, 0.0, 2.0],
            "unmet_need": [3.0, 3.0, None],
            "investment_1": [1.0, 1.0, 1.0],
        }
    )
    solved = pl.DataFrame({"unmet_need": [0.25], "investment_1": [0.0]})
    found = elasticities(statics, solved)
    assert found["outcome"].to_list() == ["unmet_need"] * 3 + ["investment_1"] * 3
    assert found["elasticity"].to_list() == [6.0, None, None, None, None, None]


def test_a_folder_without_the_equilibrium_names_it(copied):
    folder = copied("ctip-statics")
    (folder / "equilibria.parquet").unlink()
    with pytest.raises(InvalidInput, match=r"lacks equilibria\.parquet"):
        write_report(resealed(folder), folder / "a.html")
