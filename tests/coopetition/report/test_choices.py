"""Pages on what is best: a government's choices, and recovery speeds by type of chain."""

import json
import re

import polars as pl
import pytest

from cakernel.report.verification import claimed
from cakernel.wording import decimals
from helpers.report_pages import answers, change, drawn, findings, page_of, table


def test_a_government_that_no_chain_follows(copied, pages):
    assert "no choice keeps" not in pages["ctip-government"]
    folder = copied("ctip-government")
    rows = pl.read_parquet(folder / "government.parquet")
    asked = rows.select(
        "participation",
        *(pl.when(~pl.col("participation")).then(pl.col(c)).alias(c) for c in rows.columns[1:]),
    )
    asked.write_parquet(folder / "government.parquet")
    assert answers(page_of(folder))[0]["If each must agree"] == "no choice keeps every chain in"


def test_what_the_market_has_now_is_beside_the_choices(pages, reports):
    rows = re.findall("<tr>.*?</tr>", table(pages["ctip-government"], "government-table"), re.S)
    cells = {re.search(r'"row">(.*?)</th>', row)[1]: claimed(row) for row in rows[1:]}
    now = pl.read_parquet(reports["ctip-government"] / "now.parquet")
    choices = pl.read_parquet(reports["ctip-government"] / "government.parquet")
    assert [item.text for item in cells["subsidy sigma, share of investment"]] == [
        f"{value:.1%}" for value in (0.2, *choices["subsidy_rate"])
    ]
    assert [item.text for item in cells["chains&#39; profits (money)"]] == [
        f"{value:.4f}" for value in (now["total_profit"][0], *choices["total_profit"])
    ]
    assert "<dt>largest subsidy tried</dt>" in pages["ctip-government"]
    assert now["economic_welfare"][0] == pytest.approx(choices["welfare_now"][0])


@pytest.fixture(scope="module")
def folder(reports):
    return reports["ctip-recovery"]


@pytest.fixture(scope="module")
def page(folder):
    return folder.with_suffix(".html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def ranked(folder):
    return pl.read_parquet(folder / "recovery.parquet")


def texts(part):
    return [item.text.replace("\u2212", "-") for item in claimed(part)]


def test_each_type_has_its_risk_its_payment_and_its_best_policy(page, ranked):
    found, cards = answers(page)[::2], answers(page)[1::2]
    assert (len(found), len(cards)) == (2, 2)
    for number, chain in enumerate(["1", "2"]):
        mine = ranked.filter(chains=chain)
        first = mine.row(0, named=True)
        assert texts(found[number]["Left of it"]) == [f"{first['risk_factor']:.1%}"]
        assert texts(found[number]["Because"]) == [
            f"{first['investment']:.3g}",
            f"{first['payment']:.3g}",
        ]
        assert texts(found[number]["How sure"]) == ["converged"]
        places = decimals([first["standard_error"]])
        assert texts(cards[number]["Best"]) == [
            *(first[name] for name in ("supply_rule", "cyber_rule", "principle")),
            f"{first['mean']:.{places}f}",
            f"{first['standard_error']:.{places}f}",
        ]
        sure = cards[number]["How sure"]
        assert sure.startswith("Not yet: ")
        assert texts(sure)[:3] == [
            "6",
            f"{first['replications_to_trust']}",
            str(mine["may_be_best"].sum() - 1),
        ]
    # the more vulnerable chain invests more, and keeps a smaller share of a larger risk
    one, two = (ranked.filter(chains=chain).row(0, named=True) for chain in ("1", "2"))
    assert two["risk_factor"] < one["risk_factor"] < 1
    assert two["payment"] > one["payment"] > 0


def test_policies_of_each_type_are_ranked_and_drawn(page, ranked):
    types = re.findall("<tr>.*?</tr>", table(page, "types-table"), re.S)[1:]
    assert [texts(row)[0] for row in types] == ["1", "2"]
    for number, chain in enumerate(["1", "2"]):
        mine = ranked.filter(chains=chain)
        rows = re.findall("<tr>.*?</tr>", table(page, f"best-table-{number}"), re.S)[1:]
        places = decimals(mine["standard_error"])
        assert [texts(row)[3] for row in rows] == [f"{mean:.{places}f}" for mean in mine["mean"]]
        means = [row["mean"] for row in drawn(page, f"best-{number}") if "mean" in row]
        assert set(means) == set(mine["mean"])
    captions = re.findall(r"Policies of chain \d: the 8 highest of 8\..*?parquet", page)
    assert len(captions) == 2
    assert all(caption.endswith("Source: recovery.parquet") for caption in captions)


def test_whether_types_agree_is_told(page, ranked, copied):
    policy = ["supply_rule", "cyber_rule", "principle"]
    firsts = ranked.group_by("chains", maintain_order=True).first().select(policy)
    assert firsts.n_unique() == 2
    words = "The policy with the highest mean is {} for all types of chains."
    assert findings(page)[-1] == words.format("not the same")
    folder = copied("ctip-recovery")
    change(folder, "recovery", **{name: pl.lit(firsts[name][0]) for name in policy})
    rows = pl.read_parquet(folder / "recovery.parquet").group_by("chains").first()
    rows.write_parquet(folder / "recovery.parquet")
    assert findings(page_of(folder))[-1] == words.format("the same")


def test_one_type_of_chains_that_cannot_pay_all(copied, page):
    assert "less than it owes" not in page
    folder = copied("ctip-recovery")
    rows = pl.read_parquet(folder / "recovery.parquet").filter(chains="2")
    rows.with_columns(chains=pl.lit("1, 2"), unpaid=pl.lit(0.1234)).write_parquet(
        folder / "recovery.parquet"
    )
    page = page_of(folder)
    assert "Cyber risk of chains 1, 2" in page
    because = answers(page)[0]["Because"]
    assert "less than it owes" in because
    assert texts(because)[-1] == "0.123"


def test_the_record_tells_both_models(page, folder):
    settings = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["settings"]
    regime = settings.pop("regime")
    assert regime.endswith("ctip-recovery.toml")
    known = {
        "contract": "flexible-moq",
        "investments": "nash",
        "outcome": "resources",
        "replications": 6,
        "seed": 1,
        "resources_per_money": 100.0,
        "convention": None,
        "scenarios": 1,
        "confidence": 0.95,
        "tolerance": 0.05,
    }
    assert {name: settings[name] for name in known} == known
    assert settings["market"]["vulnerability"] == [0.2, 0.6]
    assert settings["recovery_model"]["periods"] == 30
    sources = page.partition('aria-labelledby="sources"')[2]
    facts = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", sources, re.S))
    shown = {name: texts(value) for name, value in facts.items()}
    assert shown["resources that a unit of money is worth"] == ["100.0"]
    assert shown["replications of each resource scenario"] == ["6"]
    assert shown["who chooses investments"] == ["nash"]
    assert shown["recovery model"][:3] == ["2", "3", "30"]


def test_methods_of_both_models_stand_in_their_order(page):
    prose = page.partition('<section aria-labelledby="methods">')[2].partition("</section>")[0]
    words = ["Only that abstract is public", "(1 - sigma) z / T", "Parallel chains of firms",
             "common random numbers", "Bonferroni", "mismatches(page, folder)"]  # fmt: skip
    places = [prose.index(one) for one in words]
    assert places == sorted(places)
    # conventions are those of regimes of the paper, not of a file
    assert "Conventions" not in prose
