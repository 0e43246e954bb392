"""Reports of the coopetition model: how folders are told apart, and what is counted in them."""

import json
import re
import shutil
from html import unescape

import polars as pl
import pytest

import cakernel as ck
from cakernel import InvalidInput
from cakernel.coopetition.label import LABEL
from cakernel.coopetition.report.claim_rows import by_size, standing
from cakernel.coopetition.study import Coopetition
from cakernel.report import mismatches, write_report
from cakernel.report.folder import RunFolder
from cakernel.report.front_page import kind_of
from cakernel.report.verification import claimed
from cakernel.sweep.results import open_sweep
from helpers.report_pages import change, drawn, page_of, table

KINDS = ["ctip-solve", "ctip-claims", "ctip-government", "ctip-sweep", "ctip-statics",
         "ctip-recovery"]  # fmt: skip


@pytest.fixture(scope="module")
def pages(reports):
    return {kind: reports[kind].with_suffix(".html").read_text(encoding="utf-8") for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_the_label_is_first_and_the_other_model_absent(pages, kind):
    body = unescape(re.sub("<[^>]*>", "", pages[kind].partition("<body>")[2]))
    # after the title only
    assert body.find(LABEL) < 150
    prose = pages[kind].partition('<section aria-labelledby="methods">')[2]
    prose = prose.partition("<script>")[0]
    assert prose.partition("<p>")[2].startswith(LABEL)
    # recovery under a platform is of both
    for word in ("Chen and Chang", "SRD", "CRD", "replication"):
        assert (word in prose) == (kind == "ctip-recovery")


def kind_at(folder):
    kind, parts = kind_of(RunFolder(folder))
    return (
        f"ctip-{kind.made_by}"
        if parts.label and kind.made_by == "sweep"
        else kind.made_by.replace(" ", "-")
    )


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_are_told_by_the_record(reports, kind):
    assert kind_at(reports[kind]) == kind


def test_files_that_another_command_left_are_not_mistaken(reports, tmp_path):
    for kind in ("ctip-claims", "ctip-solve"):
        shutil.copytree(reports[kind], tmp_path / "a", dirs_exist_ok=True)
    assert kind_at(tmp_path / "a") == "ctip-solve"
    for kind in ("ctip-claims", "claims"):
        shutil.copytree(reports[kind], tmp_path / "b", dirs_exist_ok=True)
    assert kind_at(tmp_path / "b") == "claims"
    (tmp_path / "b" / "comparisons.parquet").unlink()
    with pytest.raises(InvalidInput, match="must be one that best, run, reproduce"):
        kind_of(RunFolder(tmp_path / "b"))


def test_claims_without_a_table_name_it(copied):
    folder = copied("ctip-claims")
    (folder / "by_risk.parquet").unlink()
    with pytest.raises(InvalidInput, match=r"lacks by_risk\.parquet"):
        write_report(folder, folder / "a.html")


def test_a_spoilt_page_is_noticed(pages, reports):
    for kind in KINDS:
        page = pages[kind]
        place = re.search(r"<data [^>]*>[^<]*\d\.\d+[^<]*</data>", page)[0]
        spoilt = re.sub(r"(\d)(?=[^\d]*</data>)", lambda d: str((int(d[1]) + 1) % 10), place)
        assert spoilt != place
        wrong = mismatches(page.replace(place, spoilt, 1), reports[kind])
        assert len(wrong) == 1
        assert "shown" in wrong[0]


def test_every_claim_is_in_a_group_of_its_regime(pages, reports):
    claims = pl.read_parquet(reports["ctip-claims"] / "claims.parquet")
    for regime in ("nash", "planner"):
        mine = claims.filter(pl.col("regime").cast(pl.String) == regime)
        found = table(pages["ctip-claims"], f"claims-table-{regime}")
        bodies = re.findall(r"<tbody.*?</tbody>", found, re.S)
        heads = [body for body in bodies if 'class="group"' in body]
        groups = mine["id"].str.head(1).unique(maintain_order=True).to_list()
        assert [re.search("colgroup[^>]*>(.)", head)[1] for head in heads] == groups
        rows = [body for body in bodies if body not in heads]
        of = [[item for item in claimed(row) if "share" in item.attributes["data-column"]]
              for row in rows]  # fmt: skip
        shares = [items[0].text for items in of]
        assert shares == [f"{share:.1%}" for share in mine["share"]]


def test_claims_of_one_regime_alone_need_no_column(copied, pages):
    folder = copied("ctip-claims")
    (folder / "shortfall.parquet").unlink()
    for name in ("claims", "by_risk", "differences"):
        rows = pl.read_parquet(folder / f"{name}.parquet")
        one = rows.filter(pl.col("regime").cast(pl.String) == "nash").drop("regime")
        one.write_parquet(folder / f"{name}.parquet")
    page = page_of(folder)
    assert "claims-choice-regime" not in page
    assert "claims-choice-regime" in pages["ctip-claims"]
    texts = [
        [item.text for item in claimed(table(p, "claims-table-nash"))]
        for p in (page, pages["ctip-claims"])
    ]
    assert texts[0] == texts[1]
    assert "claims-table-planner" not in page


def test_claims_that_no_market_was_counted_for(copied):
    folder = copied("ctip-claims")

    first = pl.col("id") == "a-advantage"
    for column in ("counted", "holds", "equal", "opposite"):
        kept = pl.when(~first).then(pl.col(column)).otherwise(0)
        change(folder, "claims", **{column: kept})
    for column in ("share", "mean_difference", "median_difference"):
        change(folder, "claims", **{column: pl.when(~first).then(pl.col(column))})
    page = page_of(folder)
    assert "a-advantage" not in {row.get("claim") for row in drawn(page, "shares")}


def test_standing_is_where_the_interval_lies():
    frame = pl.DataFrame(
        {"id": ["a-1", "b-2", "b-3"], "lower": [0.6, 0.4, 0.1], "upper": [0.8, 0.6, 0.5 - 1e-9]}
    )
    assert standing(frame)["standing"].to_list() == ["more than half", "about half",
                                                     "less than half"]  # fmt: skip
    assert standing(frame)["group"].to_list() == ["a", "b", "b"]


def test_differences_are_counted_by_size():
    values = [0.5, 0.02, 0.011, 1e-7, -1e-7, 0.0, 2e-7, -0.05, -3.0, 40.0, None]
    differences = pl.DataFrame({"regime": "nash", "id": "a-x", "difference": values})
    claims = pl.DataFrame({"regime": ["nash"], "id": ["a-x"], "group": ["a"], "counted": [10]})
    rows = by_size(differences, claims)
    assert rows["order"].to_list() == list(range(-8, 9))
    found = {size: count for size, count in rows.select("size", "markets").iter_rows() if count}
    assert found == {
        "below \u22121": 1,
        "\u22120.1 to \u22120.01": 1,
        "equal": 3,
        "1e-7 to 1e-6": 1,
        "0.01 to 0.1": 2,
        "0.1 to 1": 1,
        "above 1": 1,
    }
    assert rows["share"].sum() == pytest.approx(1)
    kinds = rows.group_by("kind").agg(pl.col("markets").sum())
    assert dict(kinds.iter_rows()) == {"opposite": 2, "equal": 3, "holds": 5}


def test_parts_of_welfare_add_up(pages, reports):
    rows = pl.DataFrame([r for r in drawn(pages["ctip-solve"], "welfare") if "part" in r])
    whole = pl.col("part") == "economic welfare"
    key = ["contract", "regime"]
    sums = rows.filter(~whole).group_by(key).agg(pl.col("level", "difference").sum())
    both = sums.join(rows.filter(whole), on=key, suffix="_whole")
    assert both.height == 9
    for column in ("level", "difference"):
        assert both[column].to_list() == pytest.approx(both[f"{column}_whole"].to_list(), abs=1e-12)
    solved = pl.read_parquet(reports["ctip-solve"] / "equilibria.parquet")
    assert set(rows.filter(whole)["level"]) == set(solved["economic_welfare"])


def test_contracts_that_were_not_asked_for_have_no_split(cakernel, tmp_path):
    arguments = ["--contract", "fixed", "--contract", "flexible-moq", "--regime", "nash"]
    assert cakernel("ctip", "solve", *arguments, "--out", "a")[0] == 0
    page = page_of(tmp_path / "a")
    assert "split-table" not in page
    heads = re.findall(r'<th scope="col">(.*?)</th>', table(page, "contracts-table-nash"))
    assert heads == ["outcome", "fixed", "flexible-moq"]


def test_a_market_without_equilibrium_has_no_outcomes(copied):
    folder = copied("ctip-solve")
    numbers = pl.selectors.float() - pl.selectors.by_name("largest_gain")
    rows = pl.read_parquet(folder / "equilibria.parquet")
    lost = pl.lit("cycling").cast(rows.schema["status"])
    rows = rows.with_columns(numbers * None, status=lost)
    rows.write_parquet(folder / "equilibria.parquet")
    split = pl.read_parquet(folder / "welfare_split.parquet")
    split.with_columns(pl.selectors.float() * None).write_parquet(folder / "welfare_split.parquet")
    page = page_of(folder)
    finding = re.search(r'<p class="finding">(Of <data.*?)</p>', page, re.S)[1]
    assert [item.text for item in claimed(finding)][:5] == ["9", "0", "0", "9", "0"]
    assert 'id="welfare"' not in page


def test_a_government_that_no_chain_follows(copied, pages):
    assert "No choice keeps" not in pages["ctip-government"]
    folder = copied("ctip-government")
    rows = pl.read_parquet(folder / "government.parquet")
    asked = rows.select(
        "participation",
        *(pl.when(~pl.col("participation")).then(pl.col(c)).alias(c) for c in rows.columns[1:]),
    )
    asked.write_parquet(folder / "government.parquet")
    (folder / "now.parquet").unlink()
    page = page_of(folder)
    assert "No choice keeps every chain in." in page
    assert "now.parquet" not in page


def test_what_the_market_has_now_is_beside_the_choices(pages, reports):
    rows = re.findall("<tr>.*?</tr>", table(pages["ctip-government"], "government-table"), re.S)
    cells = {re.search(r'"row">(.*?)</th>', row)[1]: claimed(row) for row in rows[1:]}
    now = pl.read_parquet(reports["ctip-government"] / "now.parquet")
    choices = pl.read_parquet(reports["ctip-government"] / "government.parquet")
    assert [item.text for item in cells["subsidy sigma"]] == [
        f"{value:.5f}" for value in (0.2, *choices["subsidy_rate"])
    ]
    assert [item.text for item in cells["chains&#39; profits"]] == [
        f"{value:.5f}" for value in (now["total_profit"][0], *choices["total_profit"])
    ]
    assert "<dt>largest subsidy tried</dt>" in pages["ctip-government"]
    assert now["economic_welfare"][0] == pytest.approx(choices["welfare_now"][0])


def test_statuses_of_a_sweep_are_counted_and_what_is_none_left_out(pages, reports):
    results = open_sweep(reports["ctip-sweep"])
    rows = results.results.collect()
    page = pages["ctip-sweep"]
    finding = re.search(r'<p class="finding">(Of <data.*?)</p>', page, re.S)[1]
    counts = rows["status"].cast(pl.String).value_counts()
    known = dict(counts.iter_rows())
    # two regimes of the first point under fixed orders
    assert known["not converged"] == 2
    assert known["not unique"] > 0
    assert [int(item.text) for item in claimed(finding)] == [
        rows.height, known["converged"], known["not unique"], 0, 2,
    ]  # fmt: skip
    first = re.search(r'<p class="finding">(The sweep has.*?)</p>', page, re.S)[1]
    assert [int(item.text) for item in claimed(first)] == [12, 6]
    fixed = rows.filter(contract="fixed", regime="nash")
    means = re.findall("<tr>.*?</tr>", table(page, "sweep-means"), re.S)[1]
    shown = [item.text for item in claimed(means)]
    reached = fixed.filter(pl.col("status").cast(pl.String) != "not converged")
    assert shown[0] == str(fixed.height - 1) == str(reached.height)
    assert shown[1] == f"{sum(reached['economic_welfare']) / reached.height:.5f}"
    invested = [sum(one) for one in reached["investment"]]
    assert shown[-2] == f"{sum(invested) / reached.height:.5f}"


def test_means_along_an_axis_are_those_of_the_rows(pages, reports):
    rows = open_sweep(reports["ctip-sweep"]).joined().collect()
    levels = [r for r in drawn(pages["ctip-sweep"], "axes") if "equilibria" in r]
    mine = rows.filter(contract="fixed", regime="nash", threat_probability=0.2)
    for choice, kept in (
        ("all", ["converged", "not unique"]),
        ("the only one found", ["converged"]),
    ):
        (row,) = (
            r
            for r in levels
            if r["axis"] == "threat_probability"
            and (r["level"], r["contract"], r["regime"]) == ("0.2", "fixed", "nash")
            and r["equilibria"] == choice
        )
        counted = mine.filter(pl.col("status").cast(pl.String).is_in(kept))
        assert row["points"] == counted.height
        # the first point has no equilibrium: its other levels are counted
        assert row["economic_welfare"] == (
            None if counted.is_empty() else pytest.approx(counted["economic_welfare"].mean())
        )


def test_what_flexible_orders_add_is_paired(pages, reports):
    rows = open_sweep(reports["ctip-sweep"]).results.collect().filter(regime="planner")
    wide = rows.pivot("contract", index="point", values="economic_welfare").drop_nulls()
    gains = (wide["flexible-moq"] - wide["fixed"]).to_list()
    planner = re.findall("<tr>.*?</tr>", table(pages["ctip-sweep"], "sweep-split"), re.S)[2]
    shown = [item.text for item in claimed(planner)]
    assert shown[0] == str(len(gains))
    assert shown[1] == f"{sum(gains) / len(gains):+.5f}"


def test_sweeps_that_are_all_impossible_or_of_one_contract(tmp_path):
    impossible = ck.Sweep(study=Coopetition(), axes={"subsidy_rate": [1.0, 2.0]}, replications=1)
    ck.run_sweep(impossible, tmp_path / "a")
    page = page_of(tmp_path / "a")
    assert "subsidy_rate: got 2.0" in page
    assert 'id="axes"' not in page
    alone = Coopetition(contracts=["fixed-moq"])
    axes = {"chains": [2, 3], "vulnerability_2": [0.1, 0.4]}
    ck.run_sweep(ck.Sweep(study=alone, axes=axes, replications=1), tmp_path / "b")
    page = page_of(tmp_path / "b")
    assert 'id="axes"' in page
    assert "split-axes" not in page
    assert "but of chain 2 it varies" in page


def test_a_sweep_of_an_unknown_study_gets_the_page_that_fits_any(copied):
    folder = copied("ctip-sweep")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["sweep"]["study"] = "mine"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    page = page_of(folder)
    assert "<h1>A sweep of mine</h1>" in page
    assert f'<p class="subtitle">{LABEL} Report of a folder' in page
    heads = re.findall(r'<th scope="col">(.*?)</th>', table(page, "sweep-policies"))
    assert heads[:2] == ["policy", open_sweep(folder).outcomes[0]]
    assert "flexible-moq planner" in table(page, "sweep-policies")
    manifest["sweep"]["outcomes"] = []
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InvalidInput, match="got a sweep of mine without an outcome; must have one"):
        write_report(folder, folder / "a.html", overwrite=True)


def test_a_case_says_that_it_is_one(cakernel, tmp_path):
    assert cakernel("ctip", "case", "--out", "case")[0] == 0
    page = page_of(tmp_path / "case")
    assert "<h1>The case study: contracts side by side</h1>" in page
    assert "written by cakernel ctip case" in page
