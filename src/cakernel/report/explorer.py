"""Sliders in a report: what a sweep found at each point of a grid, chosen by the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

import polars as pl

from cakernel.models import terms_of
from cakernel.report.page import ALL, Filter
from cakernel.sweep.results import SweepResults
from cakernel.terms import Terms

MOST_NUMBERS: Final = 200_000
"""Numbers on a page: some 1.4 MB."""
FEWER: Final = 24
"""Policies that are kept, the highest over all points, where there are more numbers."""
DIGITS: Final = 5
"""Significant digits of a number on the page."""
CAPTION: Final = (
    "Each slider snaps to the values of the sweep; the table ranks what the sweep found at that "
    "point. Means, and standard errors where the sweep has them. Source: all shards of the sweep."
)


@dataclass(frozen=True)
class Slider:
    """An axis: its label, and its values in words."""

    label: str
    levels: Sequence[str]

    @property
    def start(self) -> int:
        """The place of the value in the middle."""
        return len(self.levels) // 2


@dataclass(frozen=True)
class Explorer:
    """Sliders over the points of a grid, and the numbers at each.

    ``data`` is what the page's script reads: ``sizes`` of the axes, ``policies`` (values of the
    keys) and their ``words``, and by outcome ``means`` and ``errors`` of each point and policy,
    the last axis and the policies fastest; null where there is none.
    """

    id: str
    sliders: Sequence[Slider]
    filters: Sequence[Filter]
    data: dict[str, Any]
    note: str = ""
    caption: str = CAPTION
    block: str = "explorer"


def grid_explorer(
    sweep: SweepResults,
    rows: pl.DataFrame,
    *,
    keys: Sequence[str],
    outcomes: dict[str, str],
    model: str,
) -> Explorer | None:
    """Return sliders over a sweep whose points are a whole grid, or None where they are not.

    ``rows`` are the sweep's rows with ``keys``, which name a policy, as text; ``outcomes`` are its
    outcomes in words, the leading one first.
    """
    terms = terms_of(model)
    points = sweep.points
    axes = [
        name
        for name in points.columns
        if name not in ("point", *keys) and points[name].n_unique() > 1
    ]
    placed, sliders = _placed(points, axes, terms)
    sizes = [len(slider.levels) for slider in sliders]
    if not axes or placed["cell"].n_unique() != prod(sizes):
        return None
    ranked = _policies(rows, keys, next(iter(outcomes)))
    kept, chosen, note = _fitting(prod(sizes), ranked, outcomes)
    if not kept:
        return None
    summed = _summaries(rows, keys, kept).join(placed, on="point", how="inner")
    columns = {
        name: _numbers(summed, chosen, keys, prod(sizes), name)
        for outcome in kept
        for name in (outcome, f"{outcome} error")
        if name in summed.columns
    }
    filters = [Filter("outcome", "ranked by", list(kept.items()), default=next(iter(kept)))]
    for key in keys:
        values = chosen[key].unique(maintain_order=True).sort().to_list()
        if len(values) > 1:
            options = [(ALL, "all"), *((value, terms.value(key, value)) for value in values)]
            filters.append(Filter(key, terms.column(key), options, column=key))
    data = {
        "sizes": sizes,
        "keys": list(keys),
        "policies": [list(row) for row in chosen.select(keys).iter_rows()],
        "words": [terms.policy(row, keys) for row in chosen.iter_rows(named=True)],
        "outcomes": kept,
        "columns": columns,
    }
    return Explorer("explorer", sliders, filters, data, note)


def _placed(
    points: pl.DataFrame, axes: Sequence[str], terms: Terms
) -> tuple[pl.DataFrame, list[Slider]]:
    """Return the place of each point in the grid, and a slider an axis."""
    cell = pl.Series([0] * points.height, dtype=pl.Int64)
    sliders = []
    for axis in axes:
        values = points[axis].to_list()
        ordered = sorted({_comparable(value) for value in values})
        place = {value: n for n, value in enumerate(ordered)}
        cell = cell * len(ordered) + pl.Series([place[_comparable(value)] for value in values])
        levels = [terms.value(axis, list(v) if isinstance(v, tuple) else v) for v in ordered]
        sliders.append(Slider(terms.column(axis), levels))
    return pl.DataFrame({"point": points["point"], "cell": cell}), sliders


def _comparable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _policies(rows: pl.DataFrame, keys: Sequence[str], leading: str) -> pl.DataFrame:
    """Return the policies, the highest over all points first."""
    means = rows.group_by(keys or pl.lit(0), maintain_order=True).agg(pl.col(leading).mean())
    return means.sort(leading, descending=True, nulls_last=True, maintain_order=True)


def _fitting(
    cells: int, ranked: pl.DataFrame, outcomes: dict[str, str]
) -> tuple[dict[str, str], pl.DataFrame, str]:
    """Return the outcomes and policies whose numbers fit on a page, and what is left out."""
    leading = dict([next(iter(outcomes.items()))])
    first = ranked.head(FEWER)
    for kept, chosen in ((outcomes, ranked), (outcomes, first), (leading, first)):
        # a mean and an error
        if 2 * cells * chosen.height * len(kept) <= MOST_NUMBERS:
            fewer = ranked.height - chosen.height
            left = [f"the {fewer} policies that are lowest over all points"] if fewer else []
            left += ["outcomes but the first"] if len(kept) < len(outcomes) else []
            return kept, chosen, f"Left out for size: {' and '.join(left)}." if left else ""
    return {}, first, ""


def _summaries(rows: pl.DataFrame, keys: Sequence[str], kept: dict[str, str]) -> pl.DataFrame:
    """Return means and, where there are draws, standard errors, a row a point and policy."""
    parts = []
    for name in kept:
        parts.append(pl.col(name).mean())
        error = f"se_{name.removeprefix('mean_')}"
        if error in rows.columns:
            parts.append(pl.col(error).first().alias(f"{name} error"))
        elif "replication" in rows.columns:
            of_mean = pl.col(name).std() / pl.col(name).count().sqrt()
            parts.append(of_mean.alias(f"{name} error"))
    return rows.group_by("point", *keys, maintain_order=True).agg(parts)


def _numbers(
    rows: pl.DataFrame, policies: pl.DataFrame, keys: Sequence[str], cells: int, name: str
) -> list[float | None]:
    """Return a column as numbers by cell and policy, the policies fastest."""
    place = {policy: n for n, policy in enumerate(policies.select(keys).iter_rows())}
    if not keys:
        place = {(): 0}
    found: list[float | None] = [None] * (cells * policies.height)
    for cell, value, *policy in rows.select("cell", name, *keys).iter_rows():
        if value is not None and tuple(policy) in place:
            found[cell * policies.height + place[tuple(policy)]] = float(f"{value:.{DIGITS}g}")
    return found
