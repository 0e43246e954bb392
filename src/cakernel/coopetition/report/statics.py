"""What `cakernel ctip statics` found: how an equilibrium moves with each parameter."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.coopetition.report.shared import (
    amounts,
    cite_all,
    labelled,
    market_sections,
    text_sheet,
)
from cakernel.coopetition.words import (
    CONTRACT_WORDS,
    OUTCOME_WORDS,
    REGIME_WORDS,
    TERMS,
    with_unit,
)
from cakernel.pictures.theme import BLACK, BLUE, RULE, VERMILLION, layered, series_scale
from cakernel.report.cited_numbers import COLUMN, ROW, Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import SHOWN, Answer, Grid, Picture, Section, by_values, simple_grid
from cakernel.wording import brief

SOURCE: Final = "elasticities"
"""The table that numbers are cited from, though it is worked out from two files."""
NAMED: Final = 3
"""Parameters that are named in a sentence."""
WELFARE: Final = "economic_welfare"
OF_MARKET: Final = ("economic_welfare", "total_profit", "consumer_surplus", "unmet_need")
OF_CHAINS: Final = {
    "investment": "investment",
    "breach_probability": "breach probability",
    "profit": "profit",
}
"""Outcomes that are looked at."""
SMALLEST: Final = 5e-5
"""Elasticities of a smaller size count as 0, which rounding makes of them."""
WIDTH: Final = 380
FIGURES: Final = 60
SIDES: Final = {
    "raises it": (BLUE, "circle"),
    "lowers it": (VERMILLION, "square"),
    "does not move it": (BLACK, "diamond"),
}


def outcomes_of(columns: Iterable[str]) -> list[str]:
    """Return the outcomes that are looked at, of the whole market and then of each chain."""
    present = list(columns)
    each = [column for name in OF_CHAINS for column in present if column.rpartition("_")[0] == name]
    return [name for name in OF_MARKET if name in present] + each


def words_of(outcome: str) -> str:
    """Return what an outcome is called, of the whole market or of a chain."""
    name, _, chain = outcome.rpartition("_")
    return OUTCOME_WORDS.get(outcome) or f"{OF_CHAINS[name]} of chain {chain}"


def elasticities(statics: pl.DataFrame, solved: pl.DataFrame) -> pl.DataFrame:
    """Return how many per cent outcomes change for one per cent more of each parameter.

    Of `comparative_statics` and the same equilibrium, one row, of `equilibria`: a row an
    ``outcome`` and ``parameter`` with ``value``, ``level`` (of the outcome), ``derivative`` and
    ``elasticity``, null unless value and level are above 0.
    """
    size, level = pl.col("value"), pl.col("level")
    long = pl.concat(
        statics.select(
            pl.lit(outcome).alias("outcome"),
            *("parameter", "value"),
            level=pl.lit(solved[outcome][0], pl.Float64),
            derivative=outcome,
        )
        for outcome in outcomes_of(statics.columns)
    )
    relative = pl.col("derivative") * size / level
    return long.with_columns(elasticity=pl.when((size > 0) & (level > 0)).then(relative))


def read_elasticities(folder: Path) -> pl.DataFrame:
    """Return the elasticities that follow from a folder's two tables."""
    tables = (
        pl.read_parquet((folder / f"{name}.parquet").read_bytes())
        for name in ("statics", "equilibria")
    )
    return elasticities(*tables)


def elasticity_picture(rows: pl.DataFrame, note: str) -> Picture:
    """Return elasticities, of which some are known, of the outcome chosen by parameter."""
    known = rows.filter(pl.col("elasticity").is_not_null())
    raises, lowers, neither = (pl.lit(side) for side in SIDES)
    elasticity = pl.col("elasticity")
    moves = pl.when(elasticity > 0).then(raises).otherwise(lowers)
    drawn = known.select(
        pl.col("outcome").map_elements(words_of, return_dtype=pl.String),
        pl.col("parameter").map_elements(TERMS.column, return_dtype=pl.String),
        *("value", "derivative", "elasticity"),
        side=pl.when(elasticity.abs() < SMALLEST).then(neither).otherwise(moves),
    )
    along = alt.X(
        "elasticity:Q",
        axis=alt.Axis(title="per cent that the outcome changes for 1% more of the parameter"),
    )
    order = alt.EncodingSortField("elasticity", op="max", order="descending")
    down = alt.Y("parameter:N", sort=order, axis=alt.Axis(title=None, ticks=False, labelLimit=190))
    colours, shapes = (
        series_scale(list(SIDES), each) for each in zip(*SIDES.values(), strict=True)
    )
    legend = alt.Legend(title=None, orient="top")
    colour = alt.Color("side:N", scale=colours, legend=legend)
    shape = alt.Shape("side:N", scale=shapes, legend=legend)
    base = alt.Chart(drawn).encode(y=down, color=colour)
    zero = alt.Chart(pl.DataFrame({"zero": [0.0]}))
    tooltip = ["outcome:N", "parameter:N", "value:Q", "elasticity:Q", "derivative:Q"]
    chart = (
        layered(
            zero.mark_rule(color=RULE).encode(x="zero:Q"),
            base.mark_rule(strokeWidth=1.5).encode(x=along, x2=alt.X2Datum(0)),
            base.mark_point(filled=True, size=60, opacity=1).encode(
                x=along, shape=shape, tooltip=tooltip
            ),
            # a few large ones may leave no room to see the others by
            alt.Chart(drawn)
            .mark_text(align="right")
            .encode(alt.Text("elasticity:Q", format="+.3f"), y=down, x=alt.value(WIDTH + FIGURES)),
            data=drawn,
        )
        .transform_calculate(size="abs(datum.elasticity)")
        .transform_window(place="rank()", sort=[alt.SortField("size", order="descending")])
        .transform_filter(f"datum.place <= {SHOWN}")
        .properties(width=WIDTH, height=alt.Step(17))
    )
    first = drawn.filter(pl.col("outcome") == drawn["outcome"][0])
    ordered = first.sort("elasticity", descending=True)["parameter", "elasticity"].rows()
    told = "; ".join(f"{parameter} {brief(value, 3, sign='+')}" for parameter, value in ordered)
    return labelled(
        chart,
        title="What moves the outcome chosen",
        notes=[f"At most {SHOWN} parameters are drawn, the strongest.", note],
        told=f"Elasticities of {first['outcome'][0]}: {told}.",
        id="elasticities",
        caption="Elasticities of the outcome chosen. Left out is what has none: a parameter or an "
        "outcome at 0 or below, and a parameter without derivative.",
        source="statics.parquet and equilibria.parquet",
        filters=[by_values(drawn, "outcome", "outcome", every=None)],
        columns={name: name for name in drawn.columns if name != "side"},
    )


def contents(folder: RunFolder, note: str) -> Contents:
    """Return what moves welfare most in words, elasticities drawn, and all derivatives."""
    tables = (folder.sheet(name).frame.drop(ROW) for name in ("statics", "equilibria"))
    sheet = Sheet(SOURCE, elasticities(*tables).with_row_index(ROW))
    sections = []
    if sheet.frame["elasticity"].count():
        drawn = elasticity_picture(sheet.frame.drop(ROW), note)
        sections.append(Section("elasticities-section", "What moves outcomes", [drawn]))
    derivatives = Section("derivatives-section", "Derivatives by parameter", [_grid(folder)])
    return _findings(folder, sheet), [*sections, derivatives, *market_sections(folder)]


def _findings(folder: RunFolder, sheet: Sheet) -> list[Any]:
    solved = text_sheet(folder, "equilibria")
    row = solved.frame.row(0, named=True)
    where = (CONTRACT_WORDS[row["contract"]], REGIME_WORDS[row["regime"]])
    heading = say("What moves economic welfare under {}, where {}", *where)
    sure = say("the equilibrium is {}", solved.cite(row, "status"))
    if row[WELFARE] is None:
        return [Answer(heading, [("How sure", sure + ": it has no outcomes and no derivatives")])]
    level = say(
        "economic welfare is {}, in money; {}",
        solved.cite(row, WELFARE, style=amounts([row[WELFARE]])),
        sure,
    )
    lines = [*_strongest(sheet), ("Here", level), ("How sure", say("; ").join(_without(folder)))]
    return [Answer(heading, lines)]


def _strongest(sheet: Sheet) -> list[tuple[str, Any]]:
    """Say which parameters raise and lower welfare most, each by its size."""
    found = sheet.frame.filter(pl.col("outcome") == WELFARE, pl.col("elasticity").is_not_null())
    if found.is_empty():
        return [("Nothing", "no parameter has an elasticity of economic welfare")]
    ordered = found.sort("elasticity", descending=True, maintain_order=True)
    lines: list[tuple[str, Any]] = []
    for words, rows in (
        ("Raised most by", ordered.filter(pl.col("elasticity") > SMALLEST)),
        ("Lowered most by", ordered.reverse().filter(pl.col("elasticity") < -SMALLEST)),
    ):
        named = []
        for row in rows.head(NAMED).iter_rows(named=True):
            size = sheet.cite(row, "elasticity", style="+.2f")
            named.append(say("{} ({}%)", sheet.cite(row, "parameter", style=COLUMN), size))
        if named:
            told = say("more of {}", _listed(named))
            if not lines:
                told += "; in brackets what one per cent more of it does to welfare"
            lines.append((words, told))
    return lines or [("Nothing", "no parameter moves economic welfare")]


def _without(folder: RunFolder) -> list[Any]:
    """Say how many parameters have no derivative, which and why."""
    sheet = folder.sheet("statics")
    missing = sheet.rows(~pl.col("smooth"))
    every = sheet.over("parameter", "count")
    if missing.frame.is_empty():
        sentences = [say("of {} parameters, all have a derivative", every)]
    else:
        rows = missing.frame.head(2 * NAMED).to_dicts()
        more = ["others"] if len(rows) < missing.frame.height else []
        listed = _listed([*(sheet.cite(row, "parameter", style=COLUMN) for row in rows), *more])
        words = "of {} parameters, {} have no derivative: {}. {}"
        count = missing.over("parameter", "count")
        sentences = [say(words, every, count, listed, _reason(missing.frame).rstrip("."))]
    zero = sheet.rows(pl.col("smooth") & (pl.col("value") == 0))
    if zero.frame.height:
        words = "those whose value is zero have a derivative but no elasticity: {}"
        sentences.append(say(words, zero.over("parameter", "count")))
    return sentences


def _reason(missing: pl.DataFrame) -> str:
    """Say why there are no derivatives; the discount's jump is told from its two parameters."""
    values = dict(missing.select("parameter", "value").iter_rows())
    jump = ("minimum_order", "discount_threshold")
    reason = (
        "Slopes to the left and to the right differ there, at a kink or a jump, or an investment "
        "sits on a kink itself."
    )
    if not set(jump) <= set(values) or values[jump[0]] != values[jump[1]]:
        return reason
    at_jump = (
        "The pooled minimum order is just at the threshold of the discount: a little less of it, "
        "or a little higher a threshold, loses the discount at once."
    )
    return at_jump if set(values) == set(jump) else f"{at_jump} Of others: {reason.lower()}"


def _listed(items: Sequence[Any]) -> Any:
    if len(items) == 1:
        return items[0]
    return say("{} and {}", say(", ").join(items[:-1]), items[-1])


def _grid(folder: RunFolder) -> Grid:
    sheet = folder.sheet("statics")
    outcomes = outcomes_of(sheet.frame.columns)
    styles = {"parameter": COLUMN, "value": "g"} | {
        name: amounts(sheet.frame[name], sign="+") for name in outcomes
    }
    rows = [cite_all(sheet, row, styles) for row in sheet.frame.iter_rows(named=True)]
    return simple_grid(
        "statics-table",
        "How much each outcome changes for a unit more of a parameter. A dash: no derivative. "
        "Source: statics.parquet.",
        ["parameter", "its value", *(with_unit(name, words_of(name)) for name in outcomes)],
        rows,
        kind="numbers",
    )
