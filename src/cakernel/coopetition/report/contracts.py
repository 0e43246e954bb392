"""What `cakernel ctip solve` and `case` found: contracts of one market side by side."""

from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.coopetition.report.shared import (
    ENDS,
    amounts,
    cite_all,
    heading_of,
    labelled,
    market_sections,
    regimes_of,
    text_sheet,
)
from cakernel.coopetition.words import (
    CONTRACT_WORDS,
    OUTCOME_WORDS,
    REGIME_WORDS,
    SPLIT_WORDS,
    with_unit,
)
from cakernel.pictures.theme import BLACK, BLUE, GREEN, ORANGE, SKY, VERMILLION, layered
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import (
    PREFIX,
    Answer,
    Body,
    Cell,
    Filter,
    Grid,
    Picture,
    Section,
    by_varying,
    simple_grid,
)
from cakernel.wording import brief

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
STYLES: Final = dict.fromkeys(CERTIFICATE, "") | {"largest_gain": ".1g"}
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
Lines = list[tuple[str, Any]]
ADDED: Final = (
    "flexible MOQ adds {} to separate fixed orders: {} by timing, {} by commitment and discount; "
    "{} would be there without any risk, {} comes with risk"
)


def contents(folder: RunFolder, note: str) -> Contents:
    """Return what each contract gives, in words, drawn, and regime by regime side by side."""
    solved = text_sheet(folder, "equilibria")
    solved = solved.rows(pl.col("contract").is_not_null())
    cards, parts = [], []
    for regime in regimes_of(solved.frame):
        part = solved.rows(pl.col("regime") == regime)
        blocks = [_side_by_side(part, regime)]
        lines = _best(part)
        # welfare is split only where all contracts were solved
        if part.frame["contract"].n_unique() == len(CONTRACT_WORDS):
            split = text_sheet(folder, "welfare_split").rows(pl.col("regime") == regime)
            row = split.frame.row(0, named=True)
            blocks.append(_split_grid(split, row))
            if row["welfare_gain"] is not None:
                style = amounts(row[name] for name in SPLIT_WORDS)
                added = (split.cite(row, name, style=style) for name in SPLIT_WORDS)
                lines.append(("Where it comes from", say(ADDED, *added)))
        lines.append(("How sure", _certificates(part)))
        cards.append(Answer(f"Which contract is best where {REGIME_WORDS[regime]}", lines))
        parts.append(Section(f"contracts-{regime}", heading_of(regime), blocks))
    known = solved.frame.drop_nulls(WELFARE)
    drawn = [welfare_picture(known, note)] if known.height else []
    return cards, [
        Section("welfare-section", "Economic welfare and who gets it", drawn),
        Section("contracts", "Contracts side by side", [], parts),
        *market_sections(folder),
    ]


def _best(part: Sheet) -> Lines:
    """Say which contract gives the most economic welfare, what others cost, and who gains."""
    known = part.frame.drop_nulls(WELFARE).sort(WELFARE, descending=True, maintain_order=True)
    if known.is_empty():
        return [("Best", "no contract has an equilibrium")]
    first, *others = known.iter_rows(named=True)
    style = amounts(known[WELFARE])
    name = CONTRACT_WORDS[first["contract"]]
    best = say("{}: economic welfare of {}, in money", name, part.cite(first, WELFARE, style=style))
    lines: Lines = [("Best", best)]
    if others:
        costs = [
            say(
                "{} cost {} ({})" if row["contract"] == "fixed" else "{} costs {} ({})",
                CONTRACT_WORDS[row["contract"]],
                part.lost(first, row, WELFARE, style),
                part.less(first, row, WELFARE),
            )
            for row in others
        ]
        lines.append(("To choose otherwise", say("; ").join(costs)))
        profits = amounts(known["total_profit"])
        told = [
            say(
                "{} under {}",
                part.cite(row, "total_profit", style=profits),
                CONTRACT_WORDS[row["contract"]],
            )
            for row in (first, *others)
        ]
        lines.append(("Chains' profits", say(", ").join(told)))
    return lines


def _certificates(part: Sheet) -> Any:
    """Say how the searches for equilibria ended, and how far off they may be."""
    ended = (part.rows(pl.col("status") == name) for name in ENDS)
    return say(
        "of {} equilibria sought {} converged, {} are not unique, and {} went round in circles or "
        "{} did not converge, which gives no outcomes; the largest gain that a chain was found to "
        "miss is {}",
        *(rows.over("status", "count") for rows in (part, *ended)),
        part.over("largest_gain", "largest", style=".1g"),
    )


def _side_by_side(part: Sheet, regime: str) -> Grid:
    """Return a table with a column a contract: the whole market, each chain, the certificate."""
    rows = part.frame.to_dicts()
    chains = [name.removeprefix("profit_") for name in part.frame.columns if "profit_" in name]
    groups = {
        "The market as a whole": OUTCOME_WORDS,
        **{
            f"Chain {chain}": {f"{name}_{chain}": words for name, words in OF_CHAINS.items()}
            for chain in chains
        },
        "Certificate of the equilibrium": CERTIFICATE,
    }
    bodies = []
    for heading, columns in groups.items():
        over = Cell(heading, scope="colgroup", columns=1 + len(rows))
        lines = []
        for column, words in columns.items():
            style = STYLES[column] if column in STYLES else amounts(row[column] for row in rows)
            unit = words if column in CERTIFICATE else with_unit(column, words)
            cited = [part.cite(row, column, style=style, brief=True) for row in rows]
            lines.append([Cell(unit, scope="row"), *(Cell(one, kind="number") for one in cited)])
        bodies += [Body([[over]], kind="group"), Body(lines)]
    return Grid(
        f"contracts-table-{regime}",
        f"Expectations under each contract, where {REGIME_WORDS[regime]}. "
        "Source: equilibria.parquet.",
        [
            [
                Cell(name, scope="col")
                for name in ("outcome", *(CONTRACT_WORDS[row["contract"]] for row in rows))
            ]
        ],
        bodies,
        kind="numbers sided",
    )


def _split_grid(split: Sheet, row: dict[str, Any]) -> Grid:
    style = amounts((row[name] for name in SPLIT_WORDS), sign="+")
    cited = cite_all(split, row, dict.fromkeys(SPLIT_WORDS, style))
    return simple_grid(
        f"split-table-{row['regime']}",
        "What flexible MOQ adds to the economic welfare of separate fixed orders, and its parts. "
        "Source: welfare_split.parquet.",
        ["who invests", *(f"{words} (money)" for words in SPLIT_WORDS.values())],
        [[REGIME_WORDS[row["regime"]], *cited]],
        kind="numbers",
    )


def welfare_picture(known: pl.DataFrame, note: str) -> Picture:
    """Return bars of the parts of welfare, a bar a contract and regime, with the sum as a point."""
    rows = _parts(known)
    shown = PREFIX + "shown"
    across = alt.X(
        "value:Q",
        axis=alt.Axis(title="money, as chosen; what is taken off lies to the left of 0"),
        stack=None,
    )
    down = alt.Y("bar:N", sort=None, axis=alt.Axis(title=None))
    colour = alt.Color(
        "part:N",
        scale=alt.Scale(
            domain=[OUTCOME_WORDS[name] for name in PARTS],
            range=[colour for _, colour in PARTS.values()],
        ),
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
        # in the legend's order
        .encode(across.stack("zero"), down, colour, alt.Order("place:Q"), tooltip=tooltip)
    )
    # black on dark pages is white, so that the point is seen on every bar's colour
    point = (
        base.transform_filter(f"datum.part === '{OUTCOME_WORDS[WELFARE]}'")
        .mark_point(shape="diamond", filled=True, size=80, opacity=1, color=BLACK, stroke="#ffffff")
        .encode(x=across, y=down, tooltip=tooltip)
    )
    chart = layered(bars, point).properties(width=430, height=alt.Step(26))
    choices = by_varying(rows, {"regime": "investments", "contract": "contract"})
    columns = {"contract": "contract", "regime": "regime", "part": "part", "level": "amount"}
    if rows[CHANGE].count():
        options = [("level", "amounts"), (CHANGE, "differences from fixed orders")]
        choices.append(Filter("shown", "show", options, default="level"))
        columns[CHANGE] = "difference from fixed"
    totals = rows.filter(part=OUTCOME_WORDS[WELFARE])["bar", "level"].rows()
    told = "; ".join(f"{bar} {brief(level)}" for bar, level in totals)
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
        columns=columns,
    )


def _parts(known: pl.DataFrame) -> pl.DataFrame:
    """Return one row a contract, regime and part of welfare, with its sign."""
    many = known["regime"].n_unique() > 1
    signs = {WELFARE: 1} | {name: sign for name, (sign, _) in PARTS.items()}
    long = pl.concat(
        known.select(
            *("contract", "regime"),
            part=pl.lit(OUTCOME_WORDS[name]),
            place=pl.lit(place),
            level=sign * pl.col(name),
        )
        for place, (name, sign) in enumerate(signs.items())
    )
    fixed = long.filter(contract="fixed").select("regime", "part", fixed="level")
    joined = long.join(fixed, on=["regime", "part"], how="left", maintain_order="left")
    named = pl.col("contract").replace(CONTRACT_WORDS)
    bar = pl.format("{}, {}", named, "regime") if many else named
    change = pl.col("level") - pl.col("fixed")
    return joined.with_columns(bar=bar, difference=change).drop("fixed")
