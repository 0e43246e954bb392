"""What `cakernel ctip solve` and `case` found: contracts of one market side by side."""

from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.coopetition.report.shared import (
    ENDS,
    cite_all,
    heading_of,
    labelled,
    market_sections,
    regimes_of,
    text_sheet,
)
from cakernel.coopetition.words import CONTRACT_WORDS, OUTCOME_WORDS, REGIME_WORDS, SPLIT_WORDS
from cakernel.pictures.theme import BLACK, BLUE, GREEN, ORANGE, SKY, VERMILLION, layered
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import (
    PREFIX,
    Body,
    Cell,
    Filter,
    Grid,
    Picture,
    Section,
    by_varying,
    simple_grid,
)

OF_CHAINS: Final = {
    "investment": "invests z",
    "breach_probability": "is breached, B",
    "order": "orders",
    "delivery": "delivers",
    "profit": "profit",
}
CERTIFICATE: Final = {
    "status": "status",
    "largest_gain": "largest gain of deviating",
    "equilibria_found": "equilibria found",
    "selection": "the reported one is",
}
STYLES: Final = {"largest_gain": ".1g", "equilibria_found": "", "status": "", "selection": ""}
WELFARE: Final = "economic_welfare"
PARTS: Final = {
    "total_profit": (1, BLUE),
    "consumer_surplus": (1, SKY),
    "supplier_profit": (1, GREEN),
    "subsidy_bill": (-1, ORANGE),
    "unmet_harm": (-1, VERMILLION),
}
"""What each part is to welfare, added or taken off, and its colour."""
CHANGE: Final = "difference"


def contents(folder: RunFolder, note: str) -> Contents:
    """Return what each contract gives, in words, drawn, and regime by regime side by side."""
    solved = text_sheet(folder, "equilibria")
    solved = solved.rows(pl.col("contract").is_not_null())
    sentences, parts = [], []
    for regime in regimes_of(solved.frame):
        part = solved.rows(pl.col("regime") == regime)
        split = _split(folder, part, regime)
        sentences.append(_given(part, split, regime))
        blocks = [_side_by_side(part, regime)]
        if split is not None:
            blocks.append(_split_grid(split, regime))
        parts.append(Section(f"contracts-{regime}", heading_of(regime), blocks))
    known = solved.frame.drop_nulls(WELFARE)
    return [*sentences, _certificates(solved)], [
        Section(
            "welfare-section",
            "Economic welfare and who gets it",
            [welfare_picture(known, note)] if known.height else [],
        ),
        Section("contracts", "Contracts side by side", [], parts),
        *market_sections(folder),
    ]


def _split(folder: RunFolder, part: Sheet, regime: str) -> Sheet | None:
    """Return the split of welfare of a regime, a row; only where all contracts were solved."""
    if part.frame["contract"].n_unique() < len(CONTRACT_WORDS):
        return None
    return text_sheet(folder, "welfare_split").rows(pl.col("regime") == regime)


def _given(part: Sheet, split: Sheet | None, regime: str) -> Any:
    """Say what welfare each contract gives, and what flexible orders add to it."""
    welfare = [
        say(
            "{} under {}",
            part.cite(row, WELFARE, style=".5f"),
            CONTRACT_WORDS[row["contract"]],
        )
        for row in part.frame.reverse().iter_rows(named=True)
    ]
    words = "Where {}, economic welfare is {}."
    told = say(words, REGIME_WORDS[regime], say(", ").join(welfare))
    if split is not None and split.frame["welfare_gain"].item() is not None:
        row = split.frame.row(0, named=True)
        told += say(
            " Flexible MOQ adds {} to separate fixed orders: {} by timing, {} by commitment "
            "and discount. {} would be there without any risk, {} comes with risk.",
            *(split.cite(row, column, style=".5f") for column in SPLIT_WORDS),
        )
    return told


def _certificates(sheet: Sheet) -> Any:
    counts = [sheet.rows(pl.col("status") == name).over("status", "count") for name in ENDS]
    return say(
        "Of {} equilibria sought, {} converged, {} are not unique, and {} went round in circles "
        "or {} did not converge, which gives no outcomes. The largest gain that a chain was found "
        "to miss is {}.",
        sheet.over("status", "count"),
        *counts,
        sheet.over("largest_gain", "largest", style=".1g"),
    )


def _side_by_side(part: Sheet, regime: str) -> Grid:
    """Return a table with a column a contract: the whole market, each chain, the certificate."""
    rows = part.frame.to_dicts()
    wide = 1 + len(rows)

    def group(words: str) -> Body:
        return Body([[Cell(words, scope="colgroup", columns=wide)]], kind="group")

    def line(words: str, column: str) -> list[Cell]:
        cited = [
            part.cite(row, column, style=STYLES.get(column, ".5f"), brief=True) for row in rows
        ]
        return [Cell(words, scope="row"), *(Cell(one, kind="number") for one in cited)]

    bodies = [
        group("The market as a whole"),
        Body([line(words, column) for column, words in OUTCOME_WORDS.items()]),
    ]
    chains = [name.removeprefix("profit_") for name in part.frame.columns if "profit_" in name]
    for chain in chains:
        lines = [line(words, f"{name}_{chain}") for name, words in OF_CHAINS.items()]
        bodies += [group(f"Chain {chain}"), Body(lines)]
    lines = [line(words, column) for column, words in CERTIFICATE.items()]
    bodies += [group("Certificate of the equilibrium"), Body(lines)]
    return Grid(
        f"contracts-table-{regime}",
        f"Expectations under each contract, where {REGIME_WORDS[regime]}. "
        "Source: equilibria.parquet.",
        [[Cell(name, scope="col") for name in ("outcome", *(row["contract"] for row in rows))]],
        bodies,
        kind="numbers sided",
    )


def _split_grid(split: Sheet, regime: str) -> Grid:
    row = split.frame.row(0, named=True)
    cited = cite_all(split, row, dict.fromkeys(SPLIT_WORDS, "+.5f"))
    return simple_grid(
        f"split-table-{regime}",
        "What flexible MOQ adds to the economic welfare of separate fixed orders, and its parts. "
        "Source: welfare_split.parquet.",
        ["regime", *SPLIT_WORDS.values()],
        [[regime, *cited]],
        kind="numbers",
    )


def welfare_picture(known: pl.DataFrame, note: str) -> Picture:
    """Return bars of the parts of welfare, a bar a contract and regime, with the sum as a point."""
    rows = _parts(known)
    compared = rows["difference"].count() > 0
    names = [OUTCOME_WORDS[name] for name in PARTS]
    shown = PREFIX + "shown"
    across = alt.X(
        "value:Q",
        axis=alt.Axis(title="money, as chosen; what is taken off lies to the left of 0"),
        stack=None,
    )
    down = alt.Y("bar:N", sort=None, axis=alt.Axis(title=None))
    colour = alt.Color(
        "part:N",
        scale=alt.Scale(domain=names, range=[colour for _, colour in PARTS.values()]),
        legend=alt.Legend(title=None, orient="top", columns=3),
    )
    tooltip = ["contract:N", "regime:N", "part:N", "level:Q", "difference:Q"]
    base = (
        alt.Chart(rows)
        .transform_calculate(value=f"{shown} === '{CHANGE}' ? datum.difference : datum.level")
        .transform_filter("isValid(datum.value)")
    )
    bars = (
        base.transform_filter(f"datum.part !== '{OUTCOME_WORDS[WELFARE]}'")
        .mark_bar(height=14)
        .encode(
            x=across.stack("zero"),
            y=down,
            color=colour,
            # as in the legend
            order=alt.Order("place:Q"),
            tooltip=tooltip,
        )
    )
    # black on dark pages is white, so that the point is seen on every bar's colour
    point = (
        base.transform_filter(f"datum.part === '{OUTCOME_WORDS[WELFARE]}'")
        .mark_point(shape="diamond", filled=True, size=80, opacity=1, color=BLACK, stroke="#ffffff")
        .encode(x=across, y=down, tooltip=tooltip)
    )
    chart = layered(bars, point).properties(width=430, height=alt.Step(26))
    choices = by_varying(rows, {"regime": "investments", "contract": "contract"})
    if compared:
        options = [("level", "amounts"), (CHANGE, "differences from fixed orders")]
        choices.append(Filter("shown", "show", options, default="level"))
    columns = {"contract": "contract", "regime": "regime", "part": "part", "level": "amount"}
    totals = rows.filter(part=OUTCOME_WORDS[WELFARE])["bar", "level"].rows()
    told = "; ".join(f"{bar} {level:.5f}" for bar, level in totals)
    return labelled(
        chart.add_params(alt.param(name=shown, value="level")),
        title="Economic welfare by contract, and who gets it",
        notes=["The diamond is economic welfare, the sum of the parts.", note],
        told=f"Economic welfare: {told}. The table below has the parts.",
        id="welfare",
        caption="Economic welfare and its parts under each contract; subsidies and harm are taken "
        "off.",
        source="equilibria.parquet",
        filters=choices,
        columns=columns | ({"difference": "difference from fixed"} if compared else {}),
    )


def _parts(known: pl.DataFrame) -> pl.DataFrame:
    """Return one row a contract, regime and part of welfare, with its sign."""
    many = known["regime"].n_unique() > 1
    signs = {WELFARE: 1} | {name: sign for name, (sign, _) in PARTS.items()}
    long = pl.concat(
        known.select(
            "contract",
            "regime",
            pl.lit(OUTCOME_WORDS[name]).alias("part"),
            pl.lit(place).alias("place"),
            (sign * pl.col(name)).alias("level"),
        )
        for place, (name, sign) in enumerate(signs.items())
    )
    fixed = long.filter(contract="fixed").select("regime", "part", fixed="level")
    joined = long.join(fixed, on=["regime", "part"], how="left", maintain_order="left")
    bar = pl.format("{}, {}", "contract", "regime") if many else pl.col("contract")
    return joined.with_columns(bar.alias("bar"), difference=pl.col("level") - pl.col("fixed")).drop(
        "fixed"
    )
