"""What `cakernel ctip statics` found: how an equilibrium moves with each parameter."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from cakernel.coopetition.report.elasticities import (
    SMALLEST,
    SOURCE,
    elasticities,
    elasticity_picture,
    outcomes_of,
    words_of,
)
from cakernel.coopetition.report.shared import cite_all, market_sections, text_sheet
from cakernel.coopetition.words import CONTRACT_WORDS, REGIME_WORDS
from cakernel.report.cited_numbers import ROW, Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Grid, Section, simple_grid

NAMED: Final = 3
"""Parameters that are named in a sentence."""
WELFARE: Final = "economic_welfare"


def contents(folder: RunFolder, note: str) -> Contents:
    """Return what moves welfare most in words, elasticities drawn, and all derivatives."""
    sheet = _elasticities(folder)
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
    status = solved.cite(row, "status")
    if row[WELFARE] is None:
        words = "Under {}, where {}, the equilibrium is {}: it has no outcomes and no derivatives."
        return [say(words, *where, status)]
    level = solved.cite(row, WELFARE, style=".5f")
    words = "Under {}, where {}, the equilibrium is {} and economic welfare {}."
    return [say(words, *where, status, level), *_strongest(sheet), *_without(folder)]


def _elasticities(folder: RunFolder) -> Sheet:
    frame = elasticities(
        folder.sheet("statics").frame.drop(ROW), folder.sheet("equilibria").frame.drop(ROW)
    )
    return Sheet(SOURCE, frame.with_row_index(ROW))


def _strongest(sheet: Sheet) -> list[Any]:
    """Say which parameters raise and lower welfare most, each by its size."""
    found = sheet.frame.filter(pl.col("outcome") == WELFARE, pl.col("elasticity").is_not_null())
    if found.is_empty():
        return ["No parameter has an elasticity of economic welfare."]
    ordered = found.sort("elasticity", descending=True, maintain_order=True)
    sentences: list[Any] = []
    for words, rows in (
        ("raises", ordered.filter(pl.col("elasticity") > SMALLEST)),
        ("lowers", ordered.reverse().filter(pl.col("elasticity") < -SMALLEST)),
    ):
        named = [
            say(
                "{} ({})",
                sheet.cite(row, "parameter"),
                sheet.cite(row, "elasticity", style="+.4f"),
            )
            for row in rows.head(NAMED).iter_rows(named=True)
        ]
        if named:
            told = "For its size, what {} economic welfare most is {}."
            sentences.append(say(told, words, _listed(named)))
    if sentences:
        sentences[0] += say(
            " In brackets are elasticities: per cent of welfare for one per cent more of the "
            "parameter."
        )
    return sentences or ["No parameter moves economic welfare."]


def _without(folder: RunFolder) -> list[Any]:
    """Say how many parameters have no derivative, which and why."""
    sheet = folder.sheet("statics")
    missing = sheet.rows(~pl.col("smooth"))
    every = sheet.over("parameter", "count")
    if missing.frame.is_empty():
        sentences = [say("Of {} parameters, all have a derivative.", every)]
    else:
        rows = list(missing.frame.head(2 * NAMED).iter_rows(named=True))
        named = [sheet.cite(row, "parameter") for row in rows]
        more = len(rows) < missing.frame.height
        sentences = [
            say(
                "Of {} parameters, {} have no derivative: {}. {}",
                every,
                missing.over("parameter", "count"),
                _listed([*named, "others"] if more else named),
                _reason(missing.frame),
            )
        ]
    zero = sheet.rows(pl.col("smooth") & (pl.col("value") == 0))
    if zero.frame.height:
        words = "Parameters whose value is zero have a derivative but no elasticity: {}."
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
    rows = []
    for row in sheet.frame.iter_rows(named=True):
        styles = {"parameter": "", "value": "g"} | dict.fromkeys(outcomes, "+.5f")
        rows.append(cite_all(sheet, row, styles))
    return simple_grid(
        "statics-table",
        "How much each outcome changes for a unit more of a parameter. A dash: no derivative. "
        "Source: statics.parquet.",
        ["parameter", "its value", *(words_of(name) for name in outcomes)],
        rows,
        kind="numbers",
    )
