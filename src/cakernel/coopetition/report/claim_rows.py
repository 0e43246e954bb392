"""Claims on coopetition as rows that can be drawn and chosen from.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.coopetition.claims.shares import EQUAL
from cakernel.coopetition.report.words import with_regime
from cakernel.report.cited_numbers import Cited, Sheet
from cakernel.report.folder import RunFolder

GROUPS: Final = {
    "a": "contracts",
    "b": "risk",
    "c": "what the government sets, under flexible MOQ",
    "d": "profits of competing chains",
    "e": "who chooses investments, against nash",
    "f": "what a platform is worth",
}
STANDINGS: Final = ("more than half", "about half", "less than half")
"""Of the markets: the whole interval lies above a half, holds it, or lies below."""

KINDS: Final = ("holds", "equal", "opposite")
DECADES: Final = tuple(range(-7, 1))
"""Powers of ten between which differences are counted; the first is `EQUAL`."""


def claims_sheet(folder: RunFolder) -> Sheet:
    """Return the claims with their regime, group and standing."""
    sheet = folder.sheet("claims")
    return Sheet(sheet.file, standing(with_regime(sheet.frame)))


def cite_claim(part: Sheet, row: Mapping[str, Any], column: str, **how: Any) -> Cited:
    """Cite a column of a claim; shares as percentages."""
    style = ".1%" if column in ("share", "lower", "upper", "share_not_unique_too") else ","
    return part.cite(row, column, **({"style": style} | how))


def standing(claims: pl.DataFrame) -> pl.DataFrame:
    """Add to claims their ``group`` and ``standing``."""
    more, half, less = STANDINGS
    return claims.with_columns(
        group=pl.col("id").str.split("-").list.first(),
        standing=pl.when(pl.col("lower") > 0.5)
        .then(pl.lit(more))
        .when(pl.col("upper") < 0.5)
        .then(pl.lit(less))
        .otherwise(pl.lit(half)),
    )


def stacked(claims: pl.DataFrame) -> pl.DataFrame:
    """Return a row a claim, regime and kind of outcome, with the ends of its bar."""
    counted = pl.col("counted")
    parts = []
    before = pl.lit(0)
    for kind in KINDS:
        after = before + pl.col(kind)
        parts.append(
            claims.filter(counted > 0).select(
                "regime",
                "group",
                "standing",
                pl.col("id").alias("claim"),
                pl.lit(kind).alias("kind"),
                (before / counted).alias("start"),
                (after / counted).alias("end"),
            )
        )
        before = after
    return pl.concat(parts)


def by_size(differences: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Count paired differences of each claim by sign and power of ten.

    Returns
    -------
    polars.DataFrame
        One row a regime, claim and size, also where no market has it: ``order`` and ``size`` (from
        the most negative), ``kind``, ``markets``, ``share`` of those counted.
    """
    value = pl.col("difference")
    # the power of ten below; beyond the last ones they are put together
    power = value.abs().log10().floor().clip(DECADES[0], DECADES[-1])
    order = pl.when(value.abs() <= EQUAL).then(0).otherwise((power - DECADES[0] + 1) * value.sign())
    key = ["regime", "claim", "order"]
    counts = (
        differences.drop_nulls("difference")
        .select("regime", pl.col("id").alias("claim"), order.cast(pl.Int64).alias("order"))
        .group_by(key)
        .agg(markets=pl.len().cast(pl.Int64))
    )
    last = len(DECADES)
    sizes = pl.DataFrame(
        [
            {
                "order": place,
                "size": _size(place),
                "kind": "equal" if place == 0 else "holds" if place > 0 else "opposite",
            }
            for place in range(-last, last + 1)
        ]
    )
    named = claims.select("regime", "group", pl.col("id").alias("claim"), "counted")
    grid = named.join(sizes, how="cross").join(counts, on=key, how="left", maintain_order="left")
    return grid.with_columns(pl.col("markets").fill_null(0)).with_columns(
        share=pl.when(pl.col("counted") > 0).then(pl.col("markets") / pl.col("counted"))
    )


def _size(place: int) -> str:
    if place == 0:
        return "equal"
    sign = "\u2212" if place < 0 else ""
    low = DECADES[abs(place) - 1]
    if low == DECADES[-1]:
        return "below \u22121" if place < 0 else "above 1"
    near, far = (sign + _power(power) for power in (low, low + 1))
    return f"{far} to {near}" if place < 0 else f"{near} to {far}"


def _power(power: int) -> str:
    return f"1e{power}" if power < -3 else f"{10.0**power:g}"
