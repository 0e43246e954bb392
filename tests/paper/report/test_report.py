"""Reports of the reproduction: the scorecard, the layout of the paper, the reasons."""

import re

import polars as pl

from cakernel.paper.agreement import scorecard
from cakernel.paper.deviations import DEVIATIONS
from cakernel.report.verification import claimed
from helpers.report_pages import drawings


def test_the_scorecard_is_the_scorecard(pages, reports):
    comparison = pl.read_parquet(reports["reproduce"] / "comparison.parquet")
    total = scorecard(comparison).total
    table = re.search(r'id="scorecard-cells".*?</table>', pages["reproduce"], re.S)[0]
    last = re.findall(r"<tr>.*?</tr>", table, re.S)[-1]
    assert [int(item.text) for item in claimed(last)] == [
        total.cells,
        total.within_rounding,
        total.within_tolerance,
        *_hits(comparison),
    ]
    assert total.within_tolerance < total.cells


def _hits(comparison):
    cells = comparison.filter(pl.col("group") != "misprint")
    for name in ("x", "y", "resources"):
        off = cells[f"diff_{name}"].drop_nulls().abs()
        yield int((off <= 0.005 + 1e-9).sum())
        yield len(off)


def test_pictures_draw_what_the_tables_say(pages, reports):
    drawn = drawings(pages["reproduce"])
    comparison = pl.read_parquet(reports["reproduce"] / "comparison.parquet")
    points = {
        (row["cell"], row["quantity"]): (row["printed"], row["simulated"])
        for rows in drawn["agreement"]["drawing"]["datasets"].values()
        for row in rows
        if "quantity" in row
    }
    assert len(points) == 3 * comparison.height - comparison["printed_resources"].null_count()
    for row in comparison.iter_rows(named=True):
        cell = " ".join(row[c] for c in ("regime", "supply_rule", "cyber_rule", "principle"))
        assert points[cell, "x"] == (row["printed_x"], row["mean_x"])
    ranked = drawings(pages["best"])["best-0"]["drawing"]["datasets"].values()
    best = pl.read_parquet(reports["best"] / "best.parquet").filter(group="in the cloud")
    means = {row["mean"] for rows in ranked for row in rows if "mean" in row}
    assert means == set(best["mean"])


def test_the_papers_layout(pages):
    table = re.search(r'id="table-base".*?</table>', pages["reproduce"], re.S)[0]
    heads = re.findall(r'<th scope="col">(.*?)</th>', table)
    assert heads == ["cyber rule", "source", *(f"SRD-{n}" for n in range(1, 9))]
    bodies = re.findall(r"<tbody.*?</tbody>", table, re.S)
    names = [re.search(r'scope="rowgroup".*?>(.*?)</th>', body) for body in bodies]
    rules = [f"CRD-{n}" for n in range(1, 7)]
    assert [name[1] for name in names if name] == [
        *(f"{rule} P" for rule in [*rules, "CRD-0"]),
        *(f"{rule} C" for rule in rules),
    ]
    both = next(body for body in bodies if "CRD-2 P" in body)
    above, below = re.findall(r"<tr>.*?</tr>", both, re.S)
    assert (above.count("<td"), below.count("<td")) == (8, 8)
    # SRD-4 was moved by 0.02 and SRD-1 has a misprint
    assert above.count("‡") == 1
    assert below.count("†") == 1
    assert 'class="figures best"' in "".join(bodies)


def test_differences_have_reasons(pages, reports):
    table = re.search(r'id="table-7-reasons".*?</table>', pages["reproduce"], re.S)[0]
    choices = pl.read_parquet(reports["reproduce"] / "table_7.parquet")
    differing = sum(
        len(set(printed) ^ set(simulated))
        for printed, simulated in choices.select("printed", "simulated").iter_rows()
    )
    assert table.count("<tr>") - 1 == differing > 0


def test_deviations_are_told_with_their_numbers(pages, reports):
    rows = pl.read_parquet(reports["reproduce"] / "explained.parquet")
    section = re.search(r'id="deviations-section".*?</section>', pages["reproduce"], re.S)[0]
    for name, deviation in DEVIATIONS.items():
        assert f"named {name}" in section
        assert deviation.as_printed in section
        assert rows.filter(deviation=name).height > 0
    assert (
        re.search(r'id="deviations".*?</table>', section, re.S)[0].count("<tr>") == rows.height + 1
    )
    words = "Simulated rows are as printed: SRD-4 (srd-4-ends)"
    assert words in pages["reproduce"]


def test_the_nearest_alternative_is_named(pages, reports):
    frame = pl.read_parquet(reports["conventions"] / "conventions.parquet")
    rows = {row["name"]: row for row in frame.iter_rows(named=True)}
    findings = pages["conventions"].split('id="findings"')[1].split("<details")[0]
    cited = [item.text for item in claimed(findings)]
    assert cited[:2] == [str(rows["published"][name]) for name in ("within_tolerance", "cells")]
    assert rows["table-1"]["question"] in cited
    assert rows["table-1"]["answer"] in cited
    assert f"{rows['table-1']['times_published']:,.1f}" in cited
    drawn = drawings(pages["conventions"])["fits"]["drawing"]["datasets"].values()
    assert {row["conventions"]: row["square"] for row in next(iter(drawn))} == dict(
        frame.select("name", "mean_square").iter_rows()
    )
